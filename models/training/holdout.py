"""The dialogs that are never trained on, filled: `python -m models.training.holdout FOLDER [--rounds N]`.

Writes FOLDER/dev.jsonl and FOLDER/meta.json in the format of the shared sources, for `redactor evaluate FOLDER`.
Text of other writers measures better, but these cover every type and every industry.
"""

import argparse
import json
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from models.training.labels import TYPES
from models.training.marked import as_row
from models.training.scripts import held_out, said

ROLES = {"C": "customer", "A": "agent", "B": "agent"}


def rows(rounds: int, seed: int) -> Iterator[dict[str, Any]]:
    rng = random.Random(seed)
    for round_number in range(rounds):
        for number, script in enumerate(held_out()):
            dialog = f"{round_number}-{number}"
            for turn, message in enumerate(said(rng, script)):
                row = as_row("", message.pieces)
                # open values (a brand, "in June") are nobody's gold: left unmarked, and their types unannotated
                spans = [span for span in row["spans"] if not span["label"].startswith("?")]
                yield {
                    "id": f"{dialog}-{turn}",
                    "dialog_id": dialog,
                    "turn": turn,
                    "role": ROLES[message.role],
                    "text": row["text"],
                    "spans": spans,
                    "source": "holdout",
                }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument(
        "--rounds", type=int, default=4, help="times every dialog is filled, each time with other values"
    )
    parser.add_argument("--seed", type=int, default=7)
    args = parser.parse_args()
    args.folder.mkdir(parents=True, exist_ok=True)
    with (args.folder / "dev.jsonl").open("w", encoding="utf-8") as f:
        for row in rows(args.rounds, args.seed):
            f.write(json.dumps(row, ensure_ascii=False) + "\n")
    unannotated = ["ORGANIZATION", "DATE_TIME"]
    meta = {
        "license": "Apache-2.0",
        "labels_annotated": [name for name in TYPES if name not in unannotated],
        "labels_not_annotated": unannotated,
    }
    (args.folder / "meta.json").write_text(json.dumps(meta, indent=2), encoding="utf-8")


if __name__ == "__main__":
    main()
