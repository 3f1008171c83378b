"""Write docs/recognizers.md: every row of patterns, what makes it certain, when it is looked at, its false alarms.

    python -m benchmarks.recognizers [--alarms FILE] [--recall FILE] [--presidio FILE] [--into PAGE]

`--alarms` is what `python -m benchmarks.false_alarms ... --json` printed, `--recall` what `python -m
benchmarks.national_recall --json` did, `--presidio` what `python -m benchmarks.presidio_count` printed where
presidio-analyzer is installed. Without them the last ones, kept beside this file, are used.
"""

import argparse
import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from redactor.cli.pages import Place
from redactor.detection.patterns import Pattern
from redactor.detection.rows import all_rows, table
from redactor.taxonomy import entity_types

HERE = Path(__file__).parent
PAGE = HERE.parent / "docs" / "recognizers.md"
ALARMS = HERE / "false_alarms.json"
RECALL = HERE / "national_recall.json"
PRESIDIO = HERE / "presidio_recognizers.json"
PLACE = Place("<!-- rows: begin -->", "<!-- rows: end -->")
_PER = 100_000
_UNNAMED = ("valid", "check", "<lambda>")
_SHOWN_WORDS = 3


def main() -> None:
    """Print the tables, or write them into the page."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--alarms", type=Path, default=ALARMS)
    parser.add_argument("--recall", type=Path, default=RECALL)
    parser.add_argument("--presidio", type=Path, default=PRESIDIO)
    parser.add_argument("--into", type=Path)
    chosen = parser.parse_args()
    text = tables(_read(chosen.alarms), _read(chosen.recall), _read(chosen.presidio))
    if chosen.into is None:
        print(text)
    else:
        PLACE.write(chosen.into, text)


def _read(path: Path) -> Mapping[str, Any]:
    found: Mapping[str, Any] = json.loads(path.read_text("utf-8"))
    return found


def tables(alarms: Mapping[str, Any], recall: Mapping[str, Any], presidio: Mapping[str, Any]) -> str:
    """The whole generated part of the page."""
    rows = all_rows()
    parts = (_summary(rows, alarms), _beside(rows, presidio), _recall(recall), _rows(rows, alarms))
    return "\n".join(line for part in parts for line in (*part, "")).rstrip()


def _summary(rows: Sequence[Pattern], alarms: Mapping[str, Any]) -> Iterator[str]:
    on = {row.name for row in table()}
    countries = frozenset[str]().union(*(row.countries for row in rows))
    yield f"{len(rows)} rows, {len(on)} of them looked at by default, {sum(map(_is_checked, rows))} with a validator, "
    yield f"for {len({row.type for row in rows})} entity types; identifiers of {len(countries)} countries."
    national = alarms["(rows in force: national)"]
    found = f"{national['alarms']} in {national['messages']:,} messages"
    yield f"False alarms of the national rows in force, together: {found}."


def _is_checked(row: Pattern) -> bool:
    return row.check is not None


def _beside(rows: Sequence[Pattern], presidio: Mapping[str, Any]) -> Iterator[str]:
    """Counts by country, beside Presidio's."""
    theirs: Mapping[str, Mapping[str, int]] = presidio["countries"]
    ours = Counter(country for row in rows for country in row.countries)
    checked = Counter(country for row in rows if row.check for country in row.countries)
    yield "## By country, beside Presidio"
    yield ""
    yield (
        f"Rows that name a country here, and the country's recognizers in presidio-analyzer {presidio['version']} "
        f"(`python -m benchmarks.presidio_count`); behind the stroke those with a validator. Presidio has "
        f"{sum(each['recognizers'] for each in theirs.values())} in {len(theirs)} countries."
    )
    yield ""
    yield "| country | rows here | Presidio |"
    yield "|---|---|---|"
    for country in sorted(ours.keys() | theirs.keys()):
        their = theirs.get(country, {"recognizers": 0, "checked": 0})
        other = f"{their['recognizers']} / {their['checked']}" if their["recognizers"] else "–"
        yield f"| {country} | {ours[country]} / {checked[country]} | {other} |"


def _recall(recall: Mapping[str, Any]) -> Iterator[str]:
    """Shares of generated values, per row: three contexts, country configured and not."""
    yield "## National numbers: how many are found"
    yield ""
    yield (
        f"Of {recall['count']} generated values per row (`python -m benchmarks.national_recall`, which says what that "
        "does and does not show): as a bare answer, beside its word, with no word at all; with the country configured, "
        "and with none."
    )
    yield ""
    yield "| row | asked | said | no word | asked, no country | said, no country |"
    yield "|---|---|---|---|---|---|"
    for name, each in recall["rows"].items():
        shares = [each["home"][kind] for kind in ("asked", "said", "alone")]
        shares += [each["away"][kind] for kind in ("asked", "said")]
        yield f"| `{name}` | " + " | ".join(f"{share:.0%}" for share in shares) + " |"


def _rows(rows: Sequence[Pattern], alarms: Mapping[str, Any]) -> Iterator[str]:
    counted: Mapping[str, Mapping[str, int]] = alarms
    in_force = {row.name for row in table()}
    for entity_type in entity_types():
        of_type = [row for row in rows if row.type == entity_type]
        if of_type:
            yield f"### {entity_type}"
            yield ""
            yield "| row | countries | validator | context | by default | false alarms | example |"
            yield "|---|---|---|---|---|---|---|"
            yield from (_line(row, row.name in in_force, counted.get(row.name)) for row in of_type)
            yield ""


def _line(row: Pattern, on: bool, counted: Mapping[str, int] | None) -> str:
    cells = (
        f"`{row.name}`",
        " ".join(sorted(row.countries)) or "any",
        _validator(row),
        _context(row),
        _state(row, on),
        "–" if counted is None else f"{_PER * counted['alarms'] / counted['messages']:.1f}",
        _cell(row.example),
    )
    return "| " + " | ".join(cells) + " |"


def _validator(row: Pattern) -> str:
    if row.check is None:
        return "–"
    name = getattr(row.check, "__name__", "check")
    return "own" if name in _UNNAMED else name.strip("_").replace("_", " ")


def _context(row: Pattern) -> str:
    words = sorted(row.words)
    shown = [*(", ".join(words[:_SHOWN_WORDS]) + (" ..." if len(words) > _SHOWN_WORDS else "") for _ in words[:1])]
    topics = ", ".join(sorted(row.context))
    needed = ("asked: " if row.asked_only else "needs: " if row.requires_context else "better: ") + topics
    return _cell("; ".join([*shown, *([needed] if topics else [])]) or "–")


def _state(row: Pattern, on: bool) -> str:
    if not on:
        return "off"
    return "in context" if row.requires_context or row.words else "on"


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", "⏎").replace("`", "'").replace("<", "&lt;")


if __name__ == "__main__":
    main()
