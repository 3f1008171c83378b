"""How often each row of the table fires on text that holds no such value.

    python benchmarks/false_alarms.py DATA... [--generated N] [--seed S] [--at-home] [--json]

DATA are marked conversations (`redactor.evaluation.dialogs`): JSONL files, or folders of them. A false alarm is a
message with a hit of the shipped policy's threshold that no mark touches; a source that does not mark a row's type is
left out for that row, unless no source marks it at all. In the generated messages, about things that are numbered
without being anybody's, every hit is one, but for the types its kind names. Every row is counted by itself, in force
or not; with `--at-home` as if its country were configured. Two lines count the rows in force together.
"""

import argparse
import json
import random
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from redactor.detection.patterns import Pattern, recognizer
from redactor.detection.rows import all_rows, identity, national, table
from redactor.detection.topics import REACH
from redactor.detection.view import view
from redactor.evaluation.sources import Source, load_source
from redactor.types import Recognizer

ALL, NATIONAL = "(rows in force)", "(rows in force: national)"
_PER = 100_000
_MASKING = 0.5
"""The threshold of the shipped policy."""


@dataclass(frozen=True, slots=True)
class Tally:
    """How many messages were looked at, and how many of them gave an alarm."""

    messages: int = 0
    alarms: int = 0

    @property
    def rate(self) -> float:
        """Alarms per 100,000 messages."""
        return _PER * self.alarms / self.messages if self.messages else 0.0


@dataclass(frozen=True, slots=True)
class Plain:
    """A message, the turns before it, and what may be found in it: marked spans, and types that are right anywhere."""

    text: str
    context: tuple[str, ...] = ()
    marks: tuple[tuple[int, int], ...] = ()
    types: frozenset[str] = frozenset()


# --- messages about things that are nobody's ---------------------------------------------------------------------


def harmless(count: int, seed: int = 0) -> list[Plain]:
    """Made-up messages full of numbers: prices, sizes, models, versions, flights, coordinates, book and parcel numbers.

    The same seed gives the same messages.
    """
    draw = random.Random(seed)
    kinds = list(_KINDS.values())
    return [kinds[i % len(kinds)](draw) for i in range(count)]


def _said(draw: random.Random, value: str, types: str, *frames: str) -> Plain:
    return Plain(draw.choice(frames).replace("@", value), types=frozenset(types.split()))


def _digits(draw: random.Random, count: int) -> str:
    return "".join(draw.choice("0123456789") for _ in range(count))


def _letters(draw: random.Random, count: int) -> str:
    return "".join(draw.choice("ABCDEFGHIJKLMNOPQRSTUVWXYZ") for _ in range(count))


def _price(draw: random.Random) -> Plain:
    amount = draw.choice([f"{draw.randint(1, 999_999):,}", f"{draw.randint(1, 9_999)}.{_digits(draw, 2)}",
                          f"{draw.randint(1, 999)}.{_digits(draw, 3)},{_digits(draw, 2)}"])  # fmt: skip
    value = draw.choice([f"${amount}", f"{amount} EUR", f"{amount} kr", f"Rs {amount}", amount])
    return _said(draw, value, "", "why was I charged @ for this?", "the total came to @", "it was @ last week")


def _size(draw: random.Random) -> Plain:
    a, b, c = (draw.randint(1, 2_000) for _ in range(3))
    value = draw.choice([f"{a}x{b}x{c}", f"{a} x {b} cm", f"{a}-{b} mm", f"{a}.{c} inches", f"{a}/{b}R{c % 30}"])
    return _said(draw, value, "", "is the @ one in stock?", "I measured @", "we need @ instead")


def _model(draw: random.Random) -> Plain:
    value = draw.choice([
        f"{_letters(draw, 2)}-{_digits(draw, 4)}{_letters(draw, 1)}", f"{_letters(draw, 3)}{_digits(draw, 6)}",
        f"{_digits(draw, 8)}", f"{_letters(draw, 1)}{_digits(draw, 3)}/{_digits(draw, 2)}", _digits(draw, 10),
        f"{_letters(draw, 2)}{_digits(draw, 3)}{_letters(draw, 2)}{_digits(draw, 2)}",
        f"{_digits(draw, 3)}-{_digits(draw, 4)}-{_digits(draw, 3)}",
    ])  # fmt: skip
    return _said(draw, value, "ACCOUNT_ID", "does part no. @ fit?", "the model is @", "article @ is sold out", "SKU @")


def _version(draw: random.Random) -> Plain:
    value = ".".join(str(draw.randint(0, 300)) for _ in range(draw.randint(2, 4)))
    return _said(draw, value, "", "I am on version @", "the app crashes on v@", "firmware @ broke it", "build @ again")


def _flight(draw: random.Random) -> Plain:
    value = f"{_letters(draw, 2)}{draw.choice(['', ' '])}{draw.randint(1, 9_999)}"
    return _said(draw, value, "", "my flight @ was late", "is @ on time?", "@ from gate B12 please")


def _coordinates(draw: random.Random) -> Plain:
    value = f"{draw.uniform(-90, 90):.{draw.randint(2, 7)}f}, {draw.uniform(-180, 180):.{draw.randint(2, 7)}f}"
    return _said(draw, value, "LOCATION COORDINATES", "the stop is at @", "map: @", "centre the map on @")


def _time(draw: random.Random) -> Plain:
    h, m, s = draw.randint(0, 23), draw.randint(0, 59), draw.randint(0, 59)
    day = f"{draw.randint(1990, 2035)}-{draw.randint(1, 12):02}-{draw.randint(1, 28):02}"
    stamp = f"{day}T{h:02}:{m:02}:{s:02}"
    value = draw.choice([f"{h:02}:{m:02}", stamp, f"{day} {h}:{m:02}", stamp.translate(_NO_MARKS), f"{h}{m:02} hours"])
    return _said(draw, value, "DATE_TIME", "it failed at @", "the log says @", "come by at @", "backup-@ is the last")


_NO_MARKS = str.maketrans("", "", "-:T")


def _book(draw: random.Random) -> Plain:
    body = draw.choice(["978", "979", "400", "500", "871", "03"]) + _digits(draw, 9)
    body = body[:12].ljust(12, "0")
    ean = body + str(-sum(int(c) * (1, 3)[i % 2] for i, c in enumerate(body)) % 10)
    value = draw.choice([ean, f"{ean[:3]}-{ean[3]}-{ean[4:8]}-{ean[8:12]}-{ean[12]}", ean[3:]])
    return _said(draw, value, "ACCOUNT_ID", "ISBN @", "the barcode is @", "EAN @ does not scan", "book @ please")


def _parcel(draw: random.Random) -> Plain:
    value = draw.choice([
        _digits(draw, 12), _digits(draw, 10), f"{_letters(draw, 2)}{_digits(draw, 9)}{_letters(draw, 2)}",
        f"{_digits(draw, 4)} {_digits(draw, 4)} {_digits(draw, 4)} {_digits(draw, 4)} {_digits(draw, 4)} 00",
        f"1Z{_digits(draw, 6)}{_digits(draw, 10)}", f"JJD{_digits(draw, 18)}", _digits(draw, 14),
    ])  # fmt: skip
    return _said(draw, value, "ACCOUNT_ID PHONE_NUMBER CREDIT_CARD", "where is parcel @?", "tracking @", "@ is stuck")


def _count(draw: random.Random) -> Plain:
    value = draw.choice([f"{draw.randint(2, 900)} of {draw.randint(900, 99_999)}", str(draw.randint(1_000, 9_999_999))])
    return _said(draw, value, "", "we ordered @ units", "row @ of the sheet", "@ people liked it", "page @ is missing")


def _year(draw: random.Random) -> Plain:
    year = draw.randint(1900, 2040)
    value = draw.choice([str(year), f"{year}-{year + 1}", f"{year}/{(year + 1) % 100:02}", f"{year} {year + 1}"])
    return _said(draw, value, "DATE_TIME", "the @ edition", "is it from @?", "in @ it was cheaper", "season @")


def _extension(draw: random.Random) -> Plain:
    value = draw.choice([f"ext {_digits(draw, 4)}", f"option {draw.randint(1, 9)} then {_digits(draw, 3)}"])
    return _said(draw, value, "PHONE_NUMBER", "dial @", "press @ to get support", "I was put through to @")


def _reading(draw: random.Random) -> Plain:
    one, two = _digits(draw, 6), _digits(draw, 3)
    value = draw.choice([_digits(draw, 7), f"{one},{_digits(draw, 2)}", f"{two} {_digits(draw, 3)}"])
    return _said(draw, value, "", "the meter shows @", "error @ again", "lot @ was recalled", "song @ on the list")


_KINDS: Mapping[str, Callable[[random.Random], Plain]] = {
    "price": _price, "size": _size, "model": _model, "version": _version, "flight": _flight, "time": _time,
    "coordinates": _coordinates, "book": _book, "parcel": _parcel, "count": _count, "year": _year,
    "extension": _extension, "reading": _reading,
}  # fmt: skip


# --- counting ----------------------------------------------------------------------------------------------------


def measure(sources: Sequence[Source], generated: Sequence[Plain], rows: Sequence[Pattern]) -> dict[str, Tally]:
    """Row → tally; under `ALL` and `NATIONAL` the rows in force together, all and those of national identifiers."""
    by_itself = {f"pattern:{row.name}": row.type for row in rows}
    nobody_marks = frozenset.intersection(*(source.unannotated for source in sources)) if sources else frozenset[str]()
    alone = recognizer([replace(row, type="URL") for row in rows])  # a link's type: such a hit hides no other row's
    together = recognizer(table())
    looked, alarms = Counter[str](), Counter[str]()
    batches = [(source.unannotated - nobody_marks, [*_plain(source)]) for source in sources]
    for unmarked, messages in [*batches, (frozenset[str](), list(generated))]:
        judged = {name: kind for name, kind in by_itself.items() if _SAME.get(kind, kind) not in unmarked}
        looked.update(dict.fromkeys((*judged, ALL, NATIONAL), len(messages)))
        for message in messages:
            alarms.update(_alarms(alone, message, judged))
            fired = _alarms(together, message, judged)
            alarms.update({ALL: bool(fired), NATIONAL: not fired.isdisjoint(_NATIONAL_ROWS)})
    return {name.removeprefix("pattern:"): Tally(looked[name], alarms[name]) for name in (*by_itself, ALL, NATIONAL)}


_SAME = {"US_SSN": "NATIONAL_ID"}
"""Marked files have one label for both (`redactor.evaluation.dialogs`)."""
_NATIONAL_ROWS = frozenset(
    f"pattern:{name}" for name in (*(n.name for n in national.rows()), *(n.name for n in identity._NUMBERS))
)


def _alarms(look: Recognizer, message: Plain, judged: Mapping[str, str]) -> set[str]:
    """The recognizers, of those judged, that fired where nothing is."""
    return {
        hit.recognizer
        for hit in look(message.text, message.context)
        if hit.score >= _MASKING
        and judged.get(hit.recognizer, "") not in ("", *message.types)
        and not any(hit.start < end and start < hit.end for start, end in message.marks)
    }


def _plain(source: Source) -> Iterator[Plain]:
    """As recognizers see the messages of a source, each with the turns before it."""
    for dialog in source.dialogs:
        before: tuple[str, ...] = ()
        for message in dialog.messages:
            seen = view(message.text)
            marks = tuple(seen.inverse(span.start, span.end) for span in message.spans)
            yield Plain(seen.text, before, marks)
            before = (*before, message.text)[-REACH:]


def find(paths: Sequence[Path]) -> list[Path]:
    """The JSONL files meant by files and folders."""
    return [file for path in paths for file in (sorted(path.rglob("*.jsonl")) if path.is_dir() else [path])]


def at_home(row: Pattern) -> Pattern:
    """The row as it is where its country is configured."""
    return replace(row, score=max(row.score, row.local_score), requires_context=False) if row.local_score else row


def report(tallies: Mapping[str, Tally]) -> Iterator[str]:
    """A Markdown table, the noisiest row first."""
    yield "| row | messages | alarms | per 100,000 messages |"
    yield "|---|---:|---:|---:|"
    for name, tally in sorted(tallies.items(), key=lambda item: (-item[1].rate, item[0])):
        yield f"| {name} | {tally.messages:,} | {tally.alarms:,} | {tally.rate:,.1f} |"


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", nargs="*", type=Path, help="JSONL files, or folders of them")
    parser.add_argument("--generated", type=int, default=20_000, help="made-up messages about harmless numbers")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--at-home", action="store_true", help="each row as if its country were configured")
    parser.add_argument("--json", action="store_true", help='{row: {"messages": n, "alarms": k}}')
    chosen = parser.parse_args(arguments)
    rows = [at_home(row) if chosen.at_home else row for row in all_rows()]
    sources = [load_source(path) for path in find(chosen.data)]
    tallies = measure(sources, harmless(chosen.generated, chosen.seed), rows)
    if chosen.json:
        print(json.dumps({name: {"messages": t.messages, "alarms": t.alarms} for name, t in tallies.items()}, indent=1))
    else:
        print("\n".join(report(tallies)))


if __name__ == "__main__":
    main()
