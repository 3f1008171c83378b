"""Texts outside any conversation (logs, dumps): each value becomes its type in brackets, and nothing comes back."""

from collections.abc import Callable, Mapping
from functools import cache

from redactor.detection.patterns import patterns
from redactor.detection.view import is_wordless
from redactor.redactor import Redactor
from redactor.types import Entity

OneWay = Callable[[str], str]
"""Text → the same text with `[EMAIL_ADDRESS]` where an address stood. Raises `RedactorError` where detection fails."""

_SHORTEST_NUMBER = 6
"""Digits from which a number is looked at; what is shorter is a count or a code of ours."""


@cache
def without_model() -> Redactor:
    """One of patterns alone, with the default policy; made once in a process."""
    return Redactor(recognizers={"patterns": patterns()})


def one_way(redactor: Redactor | None = None) -> OneWay:
    """The function for one Redactor, whose policy says what is kept; without one, patterns and the default policy."""
    chosen: list[Redactor] = [redactor] if redactor is not None else []

    def redact(text: str) -> str:
        if is_wordless(text):
            return text
        if not chosen:
            chosen.append(without_model())  # with the first text: importing a module that logs stays fast
        return _in_brackets(text, sorted(chosen[0].detect(text)))

    return redact


def _in_brackets(text: str, entities: list[Entity]) -> str:
    out, reached = [], 0
    for entity in entities:
        if entity.operator != "keep":
            out += [text[reached : entity.start], f"[{entity.type}]"]
            reached = entity.end
    return "".join([*out, text[reached:]])


def redacted(value: object, redact: OneWay) -> object:
    """A value with every text in it redacted: of mappings the keys too, of numbers those of six digits and more.

    An object of any other class is written as text first, for who knows what it holds.
    """
    if value is None or isinstance(value, bool | float):
        return value
    if isinstance(value, int):
        said = redact(str(value)) if abs(value) >= 10 ** (_SHORTEST_NUMBER - 1) else str(value)
        return value if said == str(value) else said
    if isinstance(value, Mapping):
        return {_key(key, redact): redacted(inner, redact) for key, inner in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        items = [redacted(inner, redact) for inner in value]
        return tuple(items) if isinstance(value, tuple) else items
    if isinstance(value, bytes | bytearray):
        return redact(bytes(value).decode("utf-8", "replace"))
    return redact(str(value))


def _key(key: object, redact: OneWay) -> object:
    said = redacted(key, redact)
    return said if isinstance(said, str | int | float | bool | None) else str(said)
