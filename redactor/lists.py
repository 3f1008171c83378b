"""Allow and deny lists: exact terms and users' own expressions (RE2, so always linear in the text)."""

import unicodedata
from collections.abc import Iterable
from typing import Any

import re2

from redactor.types import Entity

Line = tuple[str | None, str | None, str | None]
"""Entity type or None for any, exact term or None, expression or None."""


class TermList:
    """Terms and expressions of one list, compiled once.

    Terms compare whole words in any case; they never show in a repr or an error. Raises ValueError for an
    expression RE2 does not take, with the reason.
    """

    __slots__ = ("_expressions", "_terms")

    def __init__(self, lines: Iterable[Line]) -> None:
        self._terms: dict[str, set[str | None]] = {}
        self._expressions: list[tuple[str | None, Any]] = []
        for number, (entity_type, term, expression) in enumerate(lines, start=1):
            if term is not None:
                self._terms.setdefault(_fold(term), set()).add(entity_type)
            if expression is not None:
                self._expressions.append((entity_type, compile_linear(expression, f"list entry {number}")))

    def covers(self, entity_type: str, text: str) -> bool:
        """Whether the whole text is a term or matches an expression listed for this type or for any."""
        listed = self._terms.get(_fold(text), set())
        if None in listed or entity_type in listed:
            return True
        return any(t in (None, entity_type) and expression.fullmatch(text) for t, expression in self._expressions)

    def find(self, text: str) -> list[Entity]:
        """Every place where a term or expression stands; terms on word boundaries, in any case."""
        found = [*self._find_terms(text)]
        for entity_type, expression in self._expressions:
            spans = (match.span() for match in expression.finditer(text))
            found += [
                Entity(start, end, entity_type, 1.0, "deny list") for start, end in spans if entity_type and start < end
            ]
        return found

    def _find_terms(self, text: str) -> Iterable[Entity]:
        folded = text.lower()  # lower() can change the length of a text; such texts are searched as they are
        haystack = folded if len(folded) == len(text) else text
        for term, types in self._terms.items():
            start = haystack.find(term)
            while start >= 0:
                end = start + len(term)
                if _bounded(haystack, start, end):
                    yield from (Entity(start, end, t, 1.0, "deny list") for t in sorted(filter(None, types)))
                start = haystack.find(term, start + 1)


def is_listed(host: str, hosts: Iterable[str]) -> bool:
    """Whether a host is one of these or below one of them, in any case."""
    host = host.lower().rstrip(".")
    return any(host == listed or host.endswith(f".{listed}") for listed in hosts)


def compile_linear(expression: str, where: str) -> Any:
    """Compile a user's expression with RE2. Raises ValueError that says what RE2 cannot do and what to do instead."""
    options = re2.Options()
    options.log_errors = False
    try:
        return re2.compile(expression, options)
    except re2.error as error:
        reason = error.args[0].decode() if error.args and isinstance(error.args[0], bytes) else str(error)
        if "(?<" in expression or "(?=" in expression or "(?!" in expression:
            reason = "look-ahead and look-behind make matching time unbounded and RE2 has neither"
            raise ValueError(f"{where}: {reason}; use \\b, or match the words around it as well") from None
        raise ValueError(f"{where}: not a RE2 expression ({reason.split(':')[0]})") from None


def _fold(text: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", text).lower().split())


def _bounded(text: str, start: int, end: int) -> bool:
    before = start == 0 or not (text[start - 1].isalnum() and text[start].isalnum())
    after = end == len(text) or not (text[end].isalnum() and text[end - 1].isalnum())
    return before and after
