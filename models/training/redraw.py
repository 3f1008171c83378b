"""Names, e-mails, usernames and ids of a dev file drawn anew, and the model scored on that:
`python -m models.training.redraw FOLDER FILE.jsonl --names DIR [--draws N]`.

`--names` holds `dev_forenames.csv` and `dev_surnames.csv` (column `romanized`), which training never reads.
"""

import argparse
import csv
import json
import random
from collections.abc import Iterator
from pathlib import Path

from models.training.evaluate import Row, Score, with_context
from models.training.labels import rename
from redactor.detection.transformer import Transformer

CHARACTERS = ("0123456789", "ABCDEFGHIJKLMNOPQRSTUVWXYZ", "abcdefghijklmnopqrstuvwxyz")


class Draw:
    """Fresh values of one dialog; the same value stays the same value in all its turns."""

    def __init__(self, rng: random.Random, forenames: list[str], surnames: list[str]) -> None:
        self.rng, self.names, self.known = rng, (forenames, surnames), dict[str, str]()

    def __call__(self, label: str, value: str) -> str:
        if label == "PERSON":
            return " ".join(self._name(word, i > 0) for i, word in enumerate(value.split(" ")))
        if label in ("EMAIL", "USERNAME"):
            return self._once("handle", self._handle()) + ("@" + value.split("@")[-1] if "@" in value else "")
        if label in ("ACCOUNT_ID", "SECRET", "POSTCODE", "PHONE"):
            return self._once(value, "".join(map(self._character, value)))
        return value

    def _once(self, key: str, fresh: str) -> str:
        return self.known.setdefault(key, fresh)

    def _name(self, word: str, last: bool) -> str:
        name = self._once("name " + word.lower(), self.rng.choice(self.names[last]))
        return name.lower() if word.islower() else name

    def _handle(self) -> str:
        first, last = ("".join(filter(str.isalpha, self.rng.choice(n).lower())) for n in self.names)
        number = self.rng.randint(1, 999)
        return self.rng.choice([f"{first}{last}{number}", f"{first[0]}{last}{number}", f"{first}_{last}"])

    def _character(self, character: str) -> str:
        return next((self.rng.choice(kind) for kind in CHARACTERS if character in kind), character)


def redrawn(rows: list[Row], draws: dict[str, Draw]) -> Iterator[Row]:
    """The rows with the values of each dialog replaced."""
    for row in rows:
        text, spans, end = "", [], 0
        for span in sorted(row["spans"], key=lambda s: int(s["start"])):
            fresh = draws[row["dialog_id"]](span["label"], row["text"][span["start"] : span["end"]])
            text += row["text"][end : span["start"]]
            spans.append({"start": len(text), "end": len(text) + len(fresh), "label": span["label"]})
            text, end = text + fresh, span["end"]
        yield {**row, "text": text + row["text"][end:], "spans": spans}


def romanized(path: Path) -> list[str]:
    with path.open(encoding="utf-8") as file:
        return [row["romanized"] for row in csv.DictReader(file)]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("file", type=Path)
    parser.add_argument("--names", type=Path, required=True)
    parser.add_argument("--draws", type=int, default=5)
    args = parser.parse_args()
    names = [romanized(args.names / f"dev_{kind}.csv") for kind in ("forenames", "surnames")]
    rows = [json.loads(line) for line in args.file.open(encoding="utf-8")]
    meta = json.loads((args.file.parent / "meta.json").read_text(encoding="utf-8"))
    annotated = frozenset(rename(x) for x in meta["labels_annotated"])
    model, score = Transformer(args.folder), Score()
    for seed in range(args.draws):
        rng = random.Random(seed)
        made = list(redrawn(rows, {d: Draw(rng, *names) for d in dict.fromkeys(r["dialog_id"] for r in rows)}))
        for row, found in zip(made, model.batch(with_context(made, 3)), strict=True):
            score.add(row, [e for e in found if e.score >= 0.5], annotated)
    print(*score.lines(), *score.notes, sep="\n")


if __name__ == "__main__":
    main()
