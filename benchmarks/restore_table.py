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
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import cycle
from pathlib import Path

from near_misses import sentences

from redactor.placeholders import Scanner, Token, find, replace
from redactor.placeholders.names import OTHER_NAMES
from redactor.taxonomy import entity_types

SEED = 20261121
BEGIN, END = "<!-- tables: benchmarks/restore_table.py --write -->", "<!-- end of tables -->"
HERE, ELSEWHERE, NOWHERE = (1, 2, 12, 345), (41, 52), (900, 987654)
"""Indexes minted in this conversation, in another one, in none."""
SURROUNDINGS = ("Thank you, {}! Anything else?", "{}", "Sent to {} today.", "- {}\n- done")


@dataclass(frozen=True)
class Mangling:
    """What an LLM may do, as templates: `T` upper, `t` lower case and so on (see `spell`), `N` the index."""

    name: str
    templates: tuple[str, ...]
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


MANGLINGS = (
    Mangling("as minted", ("[{T}_{N}]",)),
    Mangling("lower case", ("[{t}_{N}]",)),
    Mangling("title case", ("[{Title}_{N}]", "[{Cap}_{N}]")),
    Mangling("Markdown escapes", ("[{T}\\_{N}]", "\\[{T}\\_{N}\\]", "\\\\[{T}\\\\_{N}\\\\]")),
    Mangling("inner blanks", ("[ {T}_{N} ]", "[{T}_ {N}]", "[{T} _{N}]", "[{T}_\u00a0{N}]", "[{T}  _  {N}]")),
    Mangling("inner newlines", ("[{T}_\n{N}]", "[\n{T}_{N}\n]", "[{T}\n_{N}]", "[{T}_\\n{N}]")),
    Mangling("closing bracket missing", ("[{T}_{N}",)),
    Mangling("opening bracket missing", ("{T}_{N}]",)),
    Mangling("opening bracket missing, other case", ("{t}_{N}]", "{Title}_{N}]")),
    Mangling("no brackets, otherwise exact", ("{T}_{N}",)),
    Mangling("round or curly brackets", ("({T}_{N})", "{{{T}_{N}}}")),
    Mangling("angle brackets and guillemets", ("<{T}_{N}>", "«{T}_{N}»", "»{T}_{N}«", "‹{T}_{N}›", "⟨{T}_{N}⟩")),
    Mangling("East Asian brackets", ("【{T}_{N}】", "「{T}_{N}」", "『{T}_{N}』", "〈{T}_{N}〉", "《{T}_{N}》", "〔{T}_{N}〕")),
    Mangling("full-width brackets", ("［{T}_{N}］", "＜{T}_{N}＞", "（{T}_{N}）", "｛{T}_{N}｝")),
    Mangling("full-width letters and digits", ("［{Wide}＿{N}］", "[{T}＿{WideN}]")),
    Mangling("digits of other scripts", ("[{T}_{ArabicN}]", "[{T}_{DevanagariN}]")),
    Mangling("doubled brackets", ("{{{{{T}_{N}}}}}", "<<{T}_{N}>>", "(({T}_{N}))", "[[{t}_{N}]]", "⟦{T}_{N}⟧")),
    Mangling("doubled around the exact form", ("[[{T}_{N}]]",), "[{V}]"),
    Mangling("hyphen for underscore", ("[{T}-{N}]", "[{Hyphens}-{N}]", "[{T}–{N}]")),
    Mangling("blank for underscore", ("[{T} {N}]", "[{Blanks} {N}]")),
    Mangling("nothing for underscore", ("[{T}{N}]", "[{Joined}{N}]", "[{Joined}_{N}]")),
    Mangling("emphasis or code inside", ("[**{T}_{N}**]", "[*{T}_{N}*]", "[`{T}_{N}`]", "[__{T}_{N}__]", "[_{T}_{N}_]")),
    Mangling("emphasis around", ("**[{T}_{N}]**", "**{T}_{N}**"), "**{V}**"),
    Mangling("HTML escapes", ("&lt;{T}_{N}&gt;", "&#91;{T}_{N}&#93;", "&#x5B;{T}_{N}&#x5d;", "&lbrack;{T}_{N}&rsqb;")),
    Mangling("HTML escapes, inside or twice", ("[{T}&lowbar;{N}]", "[{T}&#95;{N}]", "&amp;lt;{T}_{N}&amp;gt;")),
    Mangling("JSON \\u escapes", ("\\u005b{T}_{N}\\u005d", "\\u005B{T}\\u005f{N}\\u005D", "\\u003c{T}_{N}\\u003e")),
    Mangling("JSON escapes twice", ("\\\\u005b{T}_{N}\\\\u005d",)),
    Mangling("zero-width characters inside", ("[\u200b{T}_{N}\u200b]", "[{T}\u200d_\u2060{N}]", "[{Spaced}_{N}]")),
    Mangling("soft hyphens, bidi marks inside", ("[{T}\u00ad_{N}]", "[\u2066{T}_{N}\u2069]", "[{T}_\ufeff{N}]")),
    Mangling("translated or other name", ("[{Other}_{N}]", "({Other}_{N})", "[{other}_{N}]")),
    Mangling("possessive", ("[{T}_{N}]'s", "[{T}_{N}'s]", "{T}_{N}'s"), "{V}'s"),
    Mangling("plural", ("[{T}_{N}]s", "[{T}_{N}s]"), "{V}s"),
    Mangling("glued to words", ("pre[{T}_{N}]post",), "pre{V}post"),
    Mangling("glued to other scripts", ("您好[{T}_{N}]先生", "您好{T}_{N}先生"), "您好{V}先生"),
    Mangling("glued to each other", ("[{T}_{N}][{T}_{N}]",), "{V}{V}"),
    Mangling("in inline code", ("`[{T}_{N}]`", "`{T}_{N}`"), "`{V}`"),
    Mangling("in code", ('send(to="[{T}_{N}]")', 'send(to="{T}_{N}")'), 'send(to="{V}")'),
    Mangling("in JSON", ('{{"to": "[{T}_{N}]"}}', '{{"to": "{T}_{N}"}}'), '{{"to": "{V}"}}'),
    Mangling("in a table", ("| a | [{T}_{N}] | b |", "| a | {T}_{N} | b |"), "| a | {V} | b |"),
    Mangling("in a link's label", ("[to [{T}_{N}]](https://a.org/)", "[to {T}_{N}](https://a.org/)"), "[to {V}](https://a.org/)"),
    Mangling("as a link's label", ("[[{T}_{N}]](https://a.org/)", "[[{t}_{N}]](https://a.org/)"), "[{V}](https://a.org/)"),
    Mangling("in a link's target", ("[a](https://a.org/?q=[{T}_{N}])", "[a](/q/{T}_{N})"), withheld=True),
    Mangling("in an image", ("![a](https://a.org/[{T}_{N}])", "![[{T}_{N}]](https://a.org/)"), withheld=True),
    Mangling("in a bare URL", ("https://a.org/?q=[{T}_{N}]", "a.org/[{T}_{N}]"), withheld=True),
    Mangling("in an HTML attribute", ('<a href="/?q=[{T}_{N}]">a</a>', "<img src='/[{T}_{N}]'>"), withheld=True),
)  # fmt: skip

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
        others = OTHER_NAMES.get(entity_type, "").split()
        for template in mangling.templates:
            if others or "ther}" not in template:
                for other in others if "ther}" in template else [""]:
                    _try(count, mangling, template, next(surroundings), entity_type, other, rng)
    return count


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
        "| What the LLM made of it | for example | written | restored | withheld | wrong | invented | of another conversation |",
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
    done = f"| {count.restored} |" if withheld else f"{count.restored} | |"
    done = f" | {count.restored} |" if withheld else f" {count.restored} | |"
    return f"| {name} | {example} | {count.tries} |{done} {count.wrong} | {count.invented} | {count.elsewhere} |"


def _example(mangling: Mangling) -> str:
    text = spell(mangling.templates[-1], "PERSON", 1, "NOMBRE")
    shown = "".join(c if c.isprintable() else f"‹U+{ord(c):04X}›" for c in text).replace("|", "\\|")
    fence = "``" if "`" in shown else "`"
    pad = " " if shown.startswith("`") else ""
    return f"{fence}{pad}{shown}{pad}{fence}"


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
