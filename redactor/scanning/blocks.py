"""A text cut into blocks to be checked, and its lines: offsets to line and column, comments that allow a finding."""

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

BLOCK, LEAD, TAIL = 4000, 800, 800
"""Code points of a text that are checked at once, and those before and after them that are seen too: detection takes
longer than in proportion to the text, and what a value means stands near it."""

_COMMENT = r"(?:\#|//|--|/\*|<!--|;|%)[ \t]*redactor:[ \t]*allow"
_TYPE = r"[A-Z][A-Z0-9_]*[A-Z]"
_ALLOWED = re.compile(rf"{_COMMENT}(?![\w-])(?:[ \t]+(?P<types>{_TYPE}(?:,[ \t]*{_TYPE})*))?")
_ALONE = re.compile(rf"[ \t]*{_COMMENT}[A-Z0-9_, \t]*(?:\*/|-->)?[ \t]*\r?")


@dataclass(frozen=True, slots=True)
class Block:
    """A stretch of a text (`start` to `end`) and the wider one that is looked at for it."""

    start: int
    end: int
    seen_start: int
    seen_end: int


def blocks(text: str, stretches: Sequence[tuple[int, int]]) -> Iterator[Block]:
    """Blocks that cover the stretches, cut at ends of lines where there are some."""
    for first, last in stretches:
        start = first
        while start < last:
            end = _cut(text, start, min(start + BLOCK, last), last)
            yield Block(start, end, max(0, start - LEAD), min(len(text), end + TAIL))
            start = end


def _cut(text: str, start: int, end: int, last: int) -> int:
    line_end = text.rfind("\n", start, end) + 1 if end < last else 0
    return line_end or end


class Lines:
    """Where the lines of a text begin. Lines and columns count from 1."""

    __slots__ = ("_starts", "_text")

    def __init__(self, text: str) -> None:
        self._text = text
        self._starts = [0, *(found.end() for found in re.finditer("\n", text))]

    def place(self, offset: int) -> tuple[int, int]:
        """Line and column of a character."""
        line = bisect_right(self._starts, offset)
        return line, offset - self._starts[line - 1] + 1

    def span(self, first: int, last: int) -> tuple[int, int]:
        """From the start of one line to the end of another, offsets; lines past the text's end are not there."""
        return self._start(first), self._start(last + 1)

    def _start(self, line: int) -> int:
        return self._starts[line - 1] if line <= len(self._starts) else len(self._text)

    def allows(self, line: int, entity_type: str) -> bool:
        """Whether a comment `redactor: allow` on the line, or alone on the line before, names the type or none."""
        here = _ALLOWED.search(self._text, *self.span(line, line))
        before = _ALONE.match(self._text, *self.span(line - 1, line - 1)) if line > 1 else None
        if before and before.end() >= self.span(line - 1, line - 1)[1] - 1:
            above = _ALLOWED.search(self._text, *self.span(line - 1, line - 1))
        else:
            above = None
        return any(_names(found["types"], entity_type) for found in (here, above) if found)


def _names(listed: str | None, entity_type: str) -> bool:
    return not listed or entity_type in re.split(r",[ \t]*", listed)
