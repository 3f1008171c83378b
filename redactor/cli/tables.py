"""Tables of a report on a screen: columns that do not fit beside each other come below each other."""

import textwrap
from collections.abc import Iterator, Sequence

from redactor.cli import console

_GAP = 2
"""Blanks between columns, as in `console.table`, and before the first."""
_NARROW = 24
"""Columns of text that folded text gets at least, however little room there is."""


def room() -> int:
    """Characters a line of a table has."""
    return max(console.out().width - _GAP, _NARROW)


def lines(title: str, header: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """A title and the table below it, as wide as the terminal at most (80 columns where no terminal listens).

    A table that is too wide is cut into parts, each with the first column again; text too long for a line is folded.
    """
    most = room()
    everything = [header, *rows]
    widths = [max(map(len, column)) for column in zip(*everything, strict=True)]
    yield title
    for number, part in enumerate(_parts(widths, most)):
        if number:
            yield ""
        head, *body = ([row[column] for column in part] for row in everything)
        last = max(most - sum(widths[column] + _GAP for column in part[:-1]), _NARROW)
        for line in console.table([line for row in body for line in _folded(row, last)], head):
            yield " " * _GAP + line


def _parts(widths: Sequence[int], most: int) -> list[list[int]]:
    """Columns that go beside each other: in as few parts as there is room for, and those of like width."""
    fewest = len(_filled(widths, most))
    return next(parts for width in range(1, most + 1) if len(parts := _filled(widths, width)) == fewest)


def _filled(widths: Sequence[int], most: int) -> list[list[int]]:
    """Column by column, a new part where one does not fit; a part has the first column and at least one other."""
    parts = [[0]]
    for column in range(1, len(widths)):
        used = sum(widths[each] + _GAP for each in parts[-1]) + widths[column]
        if used > most and len(parts[-1]) > 1:
            parts.append([0])
        parts[-1].append(column)
    return parts


def _folded(row: Sequence[str], most: int) -> Iterator[list[str]]:
    """The row with its last cell over as many lines as it needs."""
    *cells, last = row
    first, *rest = textwrap.wrap(last, most, break_long_words=False) or [""]
    yield [*cells, first]
    for more in rest:
        yield [""] * len(cells) + [more]
