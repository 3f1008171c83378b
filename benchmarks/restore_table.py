"""How much of what LLMs make of placeholders is restored, and how little of ordinary text is touched.

    python benchmarks/restore_table.py                print the two tables
    python benchmarks/restore_table.py --write FILE   put them between FILE's markers
    python benchmarks/restore_table.py --check FILE   fail if FILE's tables are not these

Each mangling is applied to a placeholder of every type and sent through `replace` (whole) and `Scanner` (six other
chunkings). A plain dictionary is the vault. Seeded: the same code prints the same tables.
"""

import argparse
import random
import sys
import tomllib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import cycle
from pathlib import Path

from redactor.placeholders import Scanner, Token, find, replace
from redactor.placeholders.names import OTHER_NAMES
from redactor.taxonomy import entity_types

SEED = 20261121
DATA = Path(__file__).parent
BEGIN, END = "<!-- tables: benchmarks/restore_table.py --write -->", "<!-- end of tables -->"
HERE, ELSEWHERE, NOWHERE = (1, 2, 12, 345), (41, 52), (900, 987654)
"""Indexes minted in this conversation, in another one, in none."""
SURROUNDINGS = ("Thank you, {}! Anything else?", "{}", "Sent to {} today.", "- {}\n- done")


@dataclass(frozen=True)
class Mangling:
    """What an LLM may do, as templates that `spell` fills."""

    name: str
    templates: list[str]
    expected: str = "{V}"
    withheld: bool = False


@dataclass
class Count:
    """What became of one mangling."""

    tries: int = 0
    restored: int = 0
    wrong: int = 0
    invented: int = 0
    elsewhere: int = 0
    missed: set[str] = field(default_factory=set)


MANGLINGS = tuple(Mangling(**row) for row in tomllib.loads((DATA / "manglings.toml").read_text("utf-8"))["mangling"])
NEAR_MISSES = tomllib.loads((DATA / "near_misses.toml").read_text("utf-8"))
CHUNKINGS: dict[str, Callable[[random.Random], Iterator[int]]] = {
    "every 1": lambda _: cycle([1]),
    "every 2": lambda _: cycle([2]),
    "every 3": lambda _: cycle([3]),
    "every 5": lambda _: cycle([5]),
    "every 7": lambda _: cycle([7]),
    "random": lambda rng: iter(lambda: rng.randint(1, 9), 0),
}


def value(entity_type: str, index: int) -> str:
    """The value a placeholder stands for; no value is a part of another."""
    return f"⟪{entity_type}·{index}⟫"


def spell(template: str, entity_type: str, index: int, other: str) -> str:
    """The template written for one placeholder."""
    wide = "".join(chr(ord(char) + 0xFEE0) for char in entity_type)
    return template.format(
        T=entity_type,
        t=entity_type.lower(),
        Title=entity_type.title(),
        Cap=entity_type.capitalize(),
        Wide=wide,
        Hyphens=entity_type.replace("_", "-"),
        Blanks=entity_type.replace("_", " "),
        Joined=entity_type.replace("_", ""),
        Spaced="\u200b".join(entity_type),
        Other=other,
        other=other.lower(),
        N=index,
        WideN="".join(chr(0xFF10 + int(digit)) for digit in str(index)),
        ArabicN="".join(chr(0x0660 + int(digit)) for digit in str(index)),
        DevanagariN="".join(chr(0x0966 + int(digit)) for digit in str(index)),
        V=value(entity_type, index),
    )


def resolver(indexes: tuple[int, ...]) -> Callable[[Token], str | None]:
    """A vault that holds these indexes of every type and gives nothing into targets, images and URLs."""
    vault = {(name, index): value(name, index) for name in entity_types() for index in indexes}
    return lambda token: vault.get((token.type, token.index)) if token.place in ("text", "label") else None


def stream(text: str, steps: Iterator[int], resolve: Callable[[Token], str | None]) -> str:
    """`text` through a Scanner in chunks of these sizes."""
    scanner, pieces, at = Scanner(resolve), [], 0
    while at < len(text):
        step = next(steps)
        pieces.append(scanner.feed(text[at : at + step]))
        at += step
    return "".join(pieces) + scanner.finish()


def measure(mangling: Mangling, rng: random.Random) -> Count:
    """Apply one mangling to every type."""
    count = Count()
    surroundings = cycle(SURROUNDINGS)
    for entity_type in entity_types():
        for template, other in _written(mangling, entity_type):
            _try(count, mangling, template, next(surroundings), entity_type, other, rng)
    return count


def _written(mangling: Mangling, entity_type: str) -> Iterable[tuple[str, str]]:
    """Each template; where it takes another name, one for each name."""
    if "ther}" not in mangling.templates[0]:
        return [(template, "") for template in mangling.templates]
    return zip(cycle(mangling.templates), OTHER_NAMES.get(entity_type, "").split(), strict=False)


def _try(
    count: Count, mangling: Mangling, template: str, around: str, entity_type: str, other: str, rng: random.Random
) -> None:
    resolve = resolver(HERE)
    index = rng.choice(HERE)
    text = around.format(spell(template, entity_type, index, other))
    wanted = text if mangling.withheld else around.format(spell(mangling.expected, entity_type, index, other))
    outputs = [replace(text, resolve)] + [stream(text, steps(rng), resolve) for steps in CHUNKINGS.values()]
    count.tries += len(outputs)
    for output in outputs:
        count.restored += output == wanted
        count.wrong += "⟪" in output.replace(value(entity_type, index), "")
        if output != wanted:
            count.missed.add(text)
    for indexes, kind in ((NOWHERE, "invented"), (ELSEWHERE, "elsewhere")):
        text = around.format(spell(template, entity_type, rng.choice(indexes), other))
        output = stream(text, CHUNKINGS["random"](rng), resolve)
        setattr(count, kind, getattr(count, kind) + (output != text))


def mangling_table(rng: random.Random) -> tuple[list[str], Count]:
    """The first table, and its sums (withheld ones apart)."""
    lines = [
        "| What the LLM made of it | for example | written | restored | withheld | wrong | invented | of another |",
        "|---|---|---:|---:|---:|---:|---:|---:|",
    ]
    total, withheld = Count(), Count()
    for mangling in MANGLINGS:
        count = measure(mangling, rng)
        sums = withheld if mangling.withheld else total
        for name in ("tries", "restored", "wrong", "invented", "elsewhere"):
            setattr(sums, name, getattr(sums, name) + getattr(count, name))
        total.missed |= count.missed
        lines.append(_row(mangling.name, _example(mangling), count, mangling.withheld))
    lines.append(_row("**all but targets, images, URLs**", "", total, False))
    lines.append(_row("**targets, images, URLs**", "", withheld, True))
    return lines, total


def _row(name: str, example: str, count: Count, withheld: bool) -> str:
    done = f" | {count.restored} |" if withheld else f" {count.restored} | |"
    return f"| {name} | {example} | {count.tries} |{done} {count.wrong} | {count.invented} | {count.elsewhere} |"


def _example(mangling: Mangling) -> str:
    text = spell(mangling.templates[-1], "PERSON", 1, "NOMBRE")
    shown = "".join(c if c.isprintable() else f"‹U+{ord(c):04X}›" for c in text).replace("|", "\\|")
    fence = "``" if "`" in shown else "`"
    pad = " " if shown.startswith("`") else ""
    return f"{fence}{pad}{shown}{pad}{fence}"


def sentences(rng: random.Random, amount: int) -> dict[str, list[str]]:
    """`amount` sentences by kind, the same number of each."""
    kinds = NEAR_MISSES["kinds"]
    return {
        kind: [sentence(rng, rng.choice(templates)) for _ in range(amount // len(kinds))]
        for kind, templates in kinds.items()
    }


def sentence(rng: random.Random, template: str) -> str:
    """One near miss between two ordinary sentences."""
    single = rng.choice(NEAR_MISSES["single"])
    word = rng.choice(NEAR_MISSES["several"]) if rng.random() < 0.3 else single
    near = template.format(
        w=word,
        W=word.capitalize(),
        W1=single.capitalize(),
        U=word.upper(),
        w_=word.replace(" ", "_"),
        U_=word.upper().replace(" ", "_"),
        n=rng.randint(1, 130),
        m=rng.randint(1, 130),
        k=rng.randint(1, 9),
    )
    parts = (rng.choice(NEAR_MISSES["openers"]), near, rng.choice(NEAR_MISSES["closers"]))
    return " ".join(part for part in parts if part)


def near_miss_table(rng: random.Random, amount: int) -> tuple[list[str], int]:
    """The second table, and how many sentences were touched."""
    lines = ["| Ordinary text | sentences | with a match |", "|---|---:|---:|"]
    touched_all = 0
    for kind, texts in sentences(rng, amount).items():
        touched = [text for text in texts if find(text)]
        touched_all += len(touched)
        lines.append(f"| {kind} | {len(texts)} | {len(touched)} |")
        for text in touched[:20]:
            print(f"touched: {text!r}", file=sys.stderr)
    lines.append(f"| **all** | {amount} | {touched_all} |")
    return lines, touched_all


def tables() -> tuple[str, bool]:
    """Both tables, and whether every target is met."""
    rng = random.Random(SEED)
    first, total = mangling_table(rng)
    second, touched = near_miss_table(rng, 10_000)
    for text in sorted(total.missed):
        print(f"missed: {text!r}", file=sys.stderr)
    met = total.restored == total.tries and not (total.wrong or total.invented or total.elsewhere or touched)
    return "\n".join([*first, "", *second]), met


def main() -> int:
    """Run, and return 1 where a target is missed or the file is out of date."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--write", type=Path, metavar="FILE")
    parser.add_argument("--check", type=Path, metavar="FILE")
    options = parser.parse_args()
    text, met = tables()
    file: Path | None = options.write or options.check
    if file is None:
        print(text)
        return 0 if met else 1
    old = file.read_text("utf-8")
    head, _, rest = old.partition(BEGIN)
    new = f"{head}{BEGIN}\n\n{text}\n\n{END}{rest.partition(END)[2]}"
    if options.write:
        file.write_text(new, "utf-8")
    elif new != old:
        print(f"{file} is out of date: run this with --write", file=sys.stderr)
        return 1
    return 0 if met else 1


if __name__ == "__main__":
    raise SystemExit(main())
