"""Every name that training has seen: `python -m models.training.known_names OUT --data DATA`, one a line.

For `redactor evaluate fairness --without OUT`: what is trained on and what is measured on must be disjoint.
"""

import argparse
import json
import re
from collections.abc import Iterator
from pathlib import Path

from models.training.scripts import HERE, SLOT
from models.training.values.names import origins
from models.training.values.shapes import plain

NAMED = frozenset({"person", "first", "last"})


def from_pools() -> Iterator[str]:
    """Forenames and surnames of the value makers, with and without diacritics."""
    for origin in origins()[0]:
        for pool in (origin.first, origin.last):
            for name in pool.items:
                yield name
                yield plain(name)


def from_text() -> Iterator[str]:
    """Names written out in dialogs and prose."""
    for path in (*sorted((HERE / "dialogs").glob("*.txt")), *sorted((HERE / "prose").glob("*.txt"))):
        for match in SLOT.finditer(path.read_text(encoding="utf-8")):
            if match[1] in NAMED and match[4]:
                yield match[4]


def from_sources(data: Path) -> Iterator[str]:
    """Names in the train files of the shared sources."""
    for path in sorted(data.glob("*/train.jsonl")):
        for line in path.open(encoding="utf-8"):
            row = json.loads(line)
            for span in row["spans"]:
                if span["label"] == "PERSON":
                    yield row["text"][span["start"] : span["end"]]


def words(names: Iterator[str]) -> Iterator[str]:
    """Each whole name and each of its words: "Ana de Souza" was seen as "Souza" too."""
    for name in names:
        yield name
        yield from re.findall(r"[^\W\d_]+(?:['’-][^\W\d_]+)*", name)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out", type=Path)
    parser.add_argument("--data", type=Path, required=True)
    args = parser.parse_args()
    seen = {
        name.strip().casefold()
        for source in (from_pools(), from_text(), from_sources(args.data))
        for name in words(source)
    }
    args.out.write_text("\n".join(sorted(seen)) + "\n", encoding="utf-8")
    print(f"{len(seen)} names")


if __name__ == "__main__":
    main()
