"""Rows for special categories of personal data (GDPR art. 9): a small lexicon that flags what is said of a person.

The score is just enough to count: by default these types are kept in the text, seen in `explain` and in the counts.
No promise of recall: what a story tells without these words is not found.
"""

import tomllib
from collections.abc import Iterator, Sequence
from importlib.resources import files

import regex

from redactor.detection.patterns import Pattern

_SCORE = 0.55
_BETWEEN = r"(?:(?:an?|the|very|severe|chronic|type[ ]\d)[ ]){0,2}+"


def rows() -> Iterator[Pattern]:
    """The rows of this module."""
    table = tomllib.loads(files("redactor.detection.rows").joinpath("special.toml").read_text("utf-8"))
    for entity_type, lists in table.items():
        name = entity_type.lower()
        framed = rf"\b(?:{_any(lists['frames'])})[ ]{_BETWEEN}(?P<v>(?:{_any(lists['terms'])})s?)\b"
        yield _row(name, entity_type, framed, lists["terms"], f"{lists['frames'][0]} ⟦{lists['terms'][0]}⟧")
        alone = rf"\b(?:{_any(lists['alone'])})\b"
        yield _row(f"{name}_said", entity_type, alone, lists["alone"], f"it is ⟦{lists['alone'][0]}⟧")


def _row(name: str, entity_type: str, expression: str, phrases: Sequence[str], example: str) -> Pattern:
    return Pattern(name, entity_type, expression, _SCORE, lower=True, words=_telling_words(phrases), example=example)


def _any(phrases: Sequence[str]) -> str:
    longest_first = sorted(phrases, key=len, reverse=True)
    return "|".join(_expression(phrase) for phrase in longest_first)


def _expression(phrase: str) -> str:
    escaped = regex.escape(phrase, literal_spaces=True).replace(r"\.\.\.", r"\w{1,20}+(?:[ ]\w{1,20}+){0,2}")
    return escaped.replace(" ", "[ ]").replace("'", "['’]?")


def _telling_words(phrases: Sequence[str]) -> frozenset[str]:
    """The longest word of each phrase, as the index sees the words of a message: small letters, punctuation a blank."""
    telling = {max(regex.split(r"[ -]", phrase), key=len) for phrase in phrases}
    return frozenset(telling | {f"{word}s" for word in telling} | {word.replace("'", "") for word in telling})
