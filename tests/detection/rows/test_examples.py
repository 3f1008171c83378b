"""Every row says by an example what it finds, and finds it."""

import pytest

from redactor.detection.patterns import Pattern, patterns, recognizer
from redactor.detection.rows import all_rows, table
from redactor.detection.view import view

MASKING = 0.5
ROWS = all_rows()
IN_FORCE = frozenset(row.name for row in table())


def parts(example: str) -> tuple[list[str], str, tuple[int, int]]:
    """The turn before, the message, and where its value is."""
    asked, _, marked = example.rpartition(" | ")
    start, end = marked.index("⟦"), marked.index("⟧") - 1
    return ([asked] if asked else []), marked.replace("⟦", "").replace("⟧", ""), (start, end)


def test_names_are_given_once() -> None:
    assert len({row.name for row in ROWS}) == len(ROWS)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_a_row_alone_fires_on_its_example(row: Pattern) -> None:
    context, text, value = parts(row.example)
    seen = view(text)
    hits = {seen.span(hit.start, hit.end) for hit in recognizer([row])(seen.text, context)}
    assert value in hits  # a row of pairs finds both parts


def test_the_values_of_the_examples_are_found_by_the_default_table() -> None:
    recognize = patterns()
    missed = []
    for row in ROWS:
        context, text, (start, end) = parts(row.example)
        seen = view(text)
        spans = [seen.span(hit.start, hit.end) for hit in recognize(seen.text, context) if hit.score >= MASKING]
        if row.name in IN_FORCE and not _covered(start, end, spans) and _alone(row, seen.text, context) >= MASKING:
            missed.append(row.name)
    assert missed == []


def _alone(row: Pattern, text: str, context: list[str]) -> float:
    return max((hit.score for hit in recognizer([row])(text, context)), default=0.0)


def _covered(start: int, end: int, spans: list[tuple[int, int]]) -> bool:
    return set(range(start, end)) <= {at for a, b in spans for at in range(a, b)}
