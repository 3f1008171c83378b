"""Score a model package, transformer alone: `python -m models.training.evaluate FOLDER FILE.jsonl ... [--show N]`.

With `--redraws N --names DIR` the values of each file are drawn anew N times (see `redactor.evaluation.redraw`).

Strict F1: type and both ends right. Fully masked: every letter and digit of a gold value under spans of masked types.
Clean messages touched: messages without a gold value in which something would be masked. Types that a source does not
annotate (`meta.json` beside the file) count in none of these.
"""

import argparse
import json
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from models.training.labels import rename
from redactor.detection.transformer import Transformer
from redactor.evaluation.dialogs import load
from redactor.evaluation.redraw import Names, load_names, redraw
from redactor.types import Entity

KEPT = frozenset({"ORGANIZATION", "LOCATION", "DATE_TIME"})
Row = dict[str, Any]


def with_context(rows: Sequence[Row], turns: int) -> list[tuple[str, list[str]]]:
    """Each message with the turns of its dialog before it."""
    before: dict[str, list[str]] = {}
    made = []
    for row in rows:
        past = before.setdefault(row["dialog_id"], []) if row.get("turn") is not None else []
        made.append((row["text"], past[-turns:] if turns else []))
        past.append(row["text"])
    return made


class Score:
    """Counts over one file."""

    def __init__(self) -> None:
        self.right: Counter[str] = Counter()
        self.found: Counter[str] = Counter()
        self.gold: Counter[str] = Counter()
        self.masked: Counter[str] = Counter()
        self.wanted: Counter[str] = Counter()
        self.clean = self.touched = 0
        self.notes: list[str] = []

    def add(self, row: Row, entities: list[Entity], annotated: frozenset[str]) -> None:
        text = row["text"]
        gold = {(s["start"], s["end"], rename(s["label"])) for s in row["spans"] if rename(s["label"]) in annotated}
        found = {(e.start, e.end, e.type) for e in entities if e.type in annotated}
        self.gold.update(t for *_, t in gold)
        self.found.update(t for *_, t in found)
        self.right.update(t for *_, t in gold & found)
        covered = {i for e in entities if e.type not in KEPT for i in range(e.start, e.end)}
        for start, end, kind in gold:
            if kind in KEPT:
                continue
            self.wanted[kind] += 1
            if all(i in covered for i in range(start, end) if text[i].isalnum()):
                self.masked[kind] += 1
            else:
                self.notes.append(f"MISSED {kind} {text[start:end]!r} in {text[:160]!r}")
        if not any(kind not in KEPT for *_, kind in gold) and not any(s["label"] == "OTHER_PII" for s in row["spans"]):
            self.clean += 1
            self.touched += bool(covered)
            if covered:
                shown = [(text[e.start : e.end], e.type, e.score) for e in entities if e.type not in KEPT]
                self.notes.append(f"TOUCHED {shown} in {text[:160]!r}")

    def lines(self) -> list[str]:
        out = []
        for kind in [*sorted(self.gold), None]:
            r, f, g = (c.total() if kind is None else c[kind] for c in (self.right, self.found, self.gold))
            p, q = r / max(f, 1), r / max(g, 1)
            w, m = (c.total() if kind is None else c[kind] for c in (self.wanted, self.masked))
            mask = f"fully masked {m / w:.3f}" if w else ""
            out.append(f"  {kind or 'ALL':16} n {g:5} P {p:.3f} R {q:.3f} F1 {2 * p * q / max(p + q, 1e-9):.3f} {mask}")
        return [*out, f"  clean messages touched {self.touched}/{self.clean} = {self.touched / max(self.clean, 1):.2%}"]


def redrawn(path: Path, names: Names, seed: int) -> list[Row]:
    """The file's rows with other names and ids in them."""
    return [
        {
            "dialog_id": dialog.id,
            "turn": number,
            "text": message.text,
            "spans": [{"start": span.start, "end": span.end, "label": span.type} for span in message.spans],
        }
        for dialog in redraw(load(path), names, seed)
        for number, message in enumerate(dialog.messages)
    ]


def score_rows(model: Transformer, path: Path, rows: list[Row], threshold: float, turns: int) -> Score:
    meta = json.loads((path.parent / "meta.json").read_text(encoding="utf-8"))
    annotated = frozenset(rename(x) for x in meta["labels_annotated"])
    score = Score()
    for row, entities in zip(rows, model.batch(with_context(rows, turns)), strict=True):
        score.add(row, [e for e in entities if e.score >= threshold], annotated)
    return score


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("files", type=Path, nargs="+")
    parser.add_argument("--threshold", type=float, default=0.5)
    parser.add_argument("--turns", type=int, default=3)
    parser.add_argument("--redraws", type=int, default=0)
    parser.add_argument("--names", type=Path, help="folder of dev_forenames.csv and dev_surnames.csv")
    parser.add_argument("--show", type=int, default=0, help="print this many errors of each file")
    args = parser.parse_args()
    model = Transformer(args.folder)
    for path in args.files:
        rows = [json.loads(line) for line in path.open(encoding="utf-8")]
        if args.redraws:
            names = load_names(args.names)
            rows = [row for seed in range(args.redraws) for row in redrawn(path, names, seed)]
        score = score_rows(model, path, rows, args.threshold, args.turns)
        print(f"{path.parent.name}/{path.name}", *score.lines(), *score.notes[: args.show], sep="\n")


if __name__ == "__main__":
    main()
