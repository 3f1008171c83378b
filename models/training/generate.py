"""Customer-service messages and their context from a seed: `python -m models.training.generate OUT --count N`.

`--sample N` prints N of them to read by eye instead.
"""

import argparse
import json
import random
from collections.abc import Collection, Iterator
from itertools import islice
from pathlib import Path
from typing import Any

from models.training.marked import as_row
from models.training.messages import example
from models.training.scripts import dialog_rows, prose_rows

SHARES = {"dialogs": 0.48, "messages": 0.24, "prose": 0.28}
"""Of all messages: turns of whole dialogs, single messages from templates, sentences and paragraphs."""


def message_rows(rng: random.Random) -> Iterator[dict[str, Any]]:
    while True:
        yield as_row(*example(rng))


def generate(count: int, seed: int, without: Collection[str] = ()) -> Iterator[dict[str, Any]]:
    """`count` messages, of all kinds but those in `without`; the same seed gives the same messages."""
    makers = {"dialogs": dialog_rows, "messages": message_rows, "prose": prose_rows}
    shares = {name: share for name, share in SHARES.items() if name not in without}
    for number, (name, share) in enumerate(shares.items()):
        rows = makers[name](random.Random(seed * 10 + number))
        yield from islice(rows, round(count * share / sum(shares.values())))


def shown(row: dict[str, Any]) -> str:
    """A row for the eye: the context, then the message with its values marked."""
    text = row["text"]
    for span in sorted(row["spans"], key=lambda s: -int(s["start"])):
        text = f"{text[: span['start']]}⟦{text[span['start'] : span['end']]}|{span['label']}⟧{text[span['end'] :]}"
    return f"--- {row['context']!r}\n{text}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out", type=Path, nargs="?")
    parser.add_argument("--count", type=int, default=150_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--sample", type=int, default=0)
    args = parser.parse_args()
    if args.sample:
        rows = list(generate(max(args.sample * 20, 2000), args.seed))
        print(*(shown(row) for row in random.Random(args.seed).sample(rows, args.sample)), sep="\n")
        return
    with (args.out or Path("/dev/stdout")).open("w", encoding="utf-8") as f:
        for row in generate(args.count, args.seed):
            f.write(json.dumps(row, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
