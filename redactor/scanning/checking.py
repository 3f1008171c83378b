"""One source checked: its pieces cut into blocks, what is found in them turned into findings."""

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import PurePath

from redactor.exceptions import RedactorError
from redactor.scanning.blocks import Lines, blocks
from redactor.scanning.detector import Asked, Find, finder
from redactor.scanning.pieces import Finding, Gap, Piece, as_it_is, hidden_spans, masked
from redactor.scanning.readers import format_of, pieces
from redactor.scanning.sources import Source, read
from redactor.types import Entity

_REMEMBERED = 2048
"""Short texts (cells of a table) whose result is kept at hand."""
_SHORT = 100
_UNCHECKED = "(a name that could not be checked)"
_NUMBERS = re.compile(r"\d+")
_BLANKS = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class How:
    """How sources are checked; plain values, so that it can be sent to another process."""

    asked: Asked = field(default_factory=Asked)
    kind: str = ""
    """The format of every source; empty to go by its name."""
    encoding: str = "utf-8"
    limit: int = 50_000_000
    """Bytes of a source, unpacked."""
    comments: bool = True
    """Whether `redactor: allow` in a comment is heeded."""
    show_values: bool = False


@dataclass(frozen=True, slots=True)
class Checked:
    """What came of one source."""

    findings: tuple[Finding, ...] = ()
    gaps: tuple[Gap, ...] = ()
    allowed: int = 0
    """Findings that a comment allows; they are in no report."""
    size: int = 0
    """Bytes that were read, unpacked."""


class Checker:
    """Checks sources one after the other; the tables and the model are loaded once.

    Raises `ConfigError` for a type, country or policy that does not exist.
    """

    def __init__(self, how: How) -> None:
        self._how = how
        self._find: Find = finder(how.asked)
        self._remembered = lru_cache(_REMEMBERED)(self._found)

    def check(self, source: Source) -> Checked:
        """Its findings and gaps. Never raises for what a source holds: what went wrong is a gap."""
        findings: list[Finding] = []
        gaps: list[Gap] = []
        allowed = size = 0
        path = _UNCHECKED
        try:
            path, in_name = self._name(source.name)
            findings += in_name if source.added is None else []
            data = read(source, self._how.limit)
            if isinstance(data, Gap):
                return Checked(tuple(findings), (replace(data, path=path),))
            size = len(data)
            for piece in pieces(data, self._how.kind or format_of(source.name), self._how.encoding):
                if isinstance(piece, Gap):  # of what somebody named, everything should have been read
                    gaps.append(replace(piece, path=path, expected=piece.expected and not source.asked_for))
                    continue
                found, passed = self._of_piece(piece, path, source)
                findings += found
                allowed += passed
        except RedactorError as error:
            gaps.append(Gap(str(error), path=path))
        except Exception as error:  # noqa: BLE001  whatever it is, the source was not checked whole
            gaps.append(Gap(f"its reader failed ({type(error).__name__})", path=path))
        return Checked(tuple(findings), tuple(gaps), allowed, size)

    def shown(self, name: str) -> str:
        """A path without what is personal in it."""
        try:
            return self._name(name)[0]
        except RedactorError:
            return _UNCHECKED

    def _name(self, name: str) -> tuple[str, list[Finding]]:
        """The path as it may be shown, and what was found in it."""
        shown, found = [], []
        for raw in PurePath(name).parts:
            part = raw.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
            entities = self._remembered(part, ())
            shown.append(hidden_spans(part, [(entity.start, entity.end) for entity in entities]))
            found += [(entity, part) for entity in entities]
        path = "/".join(shown).replace("//", "/", 1)
        path = "".join(c if c.isprintable() else "?" for c in path)  # no colours, no line of its own in a report
        return path, [self._finding(entity, part, path, "", "its name") for entity, part in found]

    def _of_piece(self, piece: Piece, path: str, source: Source) -> tuple[list[Finding], int]:
        if piece.plain:
            return self._of_lines(piece.text, path, source.added)
        if piece.line is not None and source.added is not None and not _is_added(source.added, piece.line, piece.line):
            return [], 0
        entities = self._entities(piece.text, [(0, len(piece.text))], piece.context)
        around = _NUMBERS.sub("", piece.where) + _without(piece.text, entities)
        found = [self._finding(entity, piece.text, path, around, piece.where) for entity in entities]
        return [replace(finding, line=piece.line) for finding in found], 0

    def _of_lines(self, text: str, path: str, added: tuple[tuple[int, int], ...] | None) -> tuple[list[Finding], int]:
        lines = Lines(text)
        stretches = [(0, len(text))] if added is None else [lines.span(*span) for span in added]
        entities = self._entities(text, stretches)
        findings = []
        for entity in entities:
            (line, column), (end_line, end_column) = lines.place(entity.start), lines.place(entity.end - 1)
            if self._how.comments and lines.allows(line, entity.type):
                continue
            begin, end = lines.span(line, end_line)
            beside = [(e.start - begin, e.end - begin) for e in entities if begin <= e.start and e.end <= end]
            around = _without(text[begin:end], beside)
            found = self._finding(entity, text, path, around)
            findings.append(replace(found, line=line, column=column, end_line=end_line, end_column=end_column + 1))
        return findings, len(entities) - len(findings)

    def _entities(self, text: str, stretches: Sequence[tuple[int, int]], context: tuple[str, ...] = ()) -> list[Entity]:
        """What is found in stretches of a text, sorted; a value two blocks see is one."""
        found: list[Entity] = []
        for block in blocks(text, stretches):
            seen = text[block.seen_start : block.seen_end]
            entities = self._remembered(seen, context) if len(seen) <= _SHORT else self._found(seen, context)
            for entity in entities:
                start, end = entity.start + block.seen_start, entity.end + block.seen_start
                if start < block.end and end > block.start and (not found or start >= found[-1].end):
                    found.append(replace(entity, start=start, end=end))
        return found

    def _found(self, text: str, context: tuple[str, ...]) -> tuple[Entity, ...]:
        if not any(map(str.isalnum, text)):
            return ()
        return tuple(sorted(self._find(text, context)))

    def _finding(self, entity: Entity, text: str, path: str, around: str, where: str = "") -> Finding:
        show = as_it_is if self._how.show_values else masked
        shown = show(entity.type, text[entity.start : entity.end])
        digest = hashlib.sha256(around.encode("utf-8", "surrogatepass")).hexdigest()
        return Finding(path, entity.type, entity.score, entity.recognizer, shown, digest[:4], where=where)


def _is_added(added: Sequence[tuple[int, int]], first: int, last: int) -> bool:
    return any(begin <= last and first <= end for begin, end in added)


def _without(text: str, spans: Sequence[tuple[int, int]] | Sequence[Entity]) -> str:
    """What stands around values, blanks made one: nothing of a value is in it."""
    places = [(span.start, span.end) if isinstance(span, Entity) else span for span in spans]
    return _BLANKS.sub(" ", hidden_spans(text, places)).strip()
