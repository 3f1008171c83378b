"""Realistic stand-ins for personal values: what the operator `surrogate` writes.

Pure: what is taken, which names stand for which, and the keyed numbers come in as arguments.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from random import Random
from typing import Literal

from redactor.surrogates import codes
from redactor.surrogates.dates import other_ways, shifted
from redactor.surrogates.names import plain
from redactor.surrogates.people import as_mentioned, email, name_pairs, person, username, words_of
from redactor.surrogates.places import street

__all__ = ["TYPES", "Kind", "Spelling", "as_written", "make", "name_pairs", "plain", "spellings"]

Kind = Literal["name", "code", "text"]
"""How freely a stand-in may be spelled: a person's name word by word and in any case, letters and digits with other
separators, or as written but for case and blanks."""

_MAKERS: Mapping[str, Callable[[str, Random], str | None]] = {
    "PHONE_NUMBER": codes.phone,
    "CREDIT_CARD": codes.card,
    "IBAN_CODE": codes.iban,
    "US_SSN": codes.ssn,
    "NATIONAL_ID": codes.national_id,
    "ACCOUNT_ID": codes.code,
    "POSTAL_CODE": codes.postal,
    "IP_ADDRESS": codes.ip,
    "MAC_ADDRESS": codes.mac,
    "URL": codes.url,
    "STREET_ADDRESS": street,
}
_PEOPLE = frozenset({"PERSON", "EMAIL_ADDRESS", "USERNAME"})
DATES = frozenset({"DATE_OF_BIRTH", "DATE_TIME"})
TYPES = frozenset(_MAKERS) | _PEOPLE | DATES
"""Entity types that have stand-ins. For others none is known that is both realistic and surely nobody's, or that
would not be met by chance: an age is a small number."""

_CODES = frozenset(
    {"PHONE_NUMBER", "CREDIT_CARD", "IBAN_CODE", "US_SSN", "NATIONAL_ID", "ACCOUNT_ID", "POSTAL_CODE", "MAC_ADDRESS"}
)
_SHORTEST_LOOSE = 7
"""Letters and digits from which a code is known whatever separates them."""
_SHORTEST_LINE = 8
"""Characters from which the first line of an address is known without the rest."""


@dataclass(frozen=True, slots=True)
class Spelling:
    """One way in which an LLM may write a stand-in, and what is restored there."""

    kind: Kind
    shown: str
    value: str = field(repr=False)


def make(
    entity_type: str, text: str, rng: Random, names: Mapping[str, str], free: Callable[[str], bool], days: int
) -> str | None:
    """A stand-in for a value, as the view shows it; None where no realistic one is known.

    `rng` is keyed by the conversation; `names` are the names that stand for name words already (plain word → name);
    `free` says whether a plain word is still unused in the conversation; `days` is how far its dates are moved.
    """
    if entity_type in DATES:
        return shifted(text, days)
    if entity_type == "PERSON":
        return person(text, rng, names, free)
    if entity_type == "EMAIL_ADDRESS":
        return email(text, rng, names)
    if entity_type == "USERNAME":
        return username(text, rng, names)
    return _MAKERS[entity_type](text, rng) if entity_type in _MAKERS else None


def as_written(entity_type: str, text: str, shown: str, names: Mapping[str, str]) -> str:
    """The stand-in `shown` as this mention is written: a part of a name by its part, a code with its separators."""
    if entity_type == "PERSON":
        return as_mentioned(text, names, shown)
    letters = [character for character in shown if character.isalnum()]
    alike = sum(character.isalnum() for character in text) == len(letters) and text.isascii()
    if entity_type not in _CODES or not alike or len(letters) < _SHORTEST_LOOSE:
        return shown
    new = iter(letters)
    return "".join(next(new) if character.isalnum() else character for character in text)


def spellings(entity_type: str, shown: str, value: str) -> Iterator[Spelling]:
    """Every way in which the stand-in is known again in an LLM's text; `value` is what people read for it."""
    if entity_type == "PERSON":
        yield from _names(shown, value)
        return
    if entity_type not in _CODES:
        yield Spelling("text", shown.removeprefix("@"), value.removeprefix("@"))
    else:
        loose = sum(character.isalnum() for character in shown) >= _SHORTEST_LOOSE
        yield Spelling("code" if loose else "text", shown, value)
    if entity_type in DATES:
        yield from (Spelling("text", *pair) for pair in other_ways(shown, value))
    elif entity_type == "PHONE_NUMBER" and sum(character.isdigit() for character in shown) == 10:
        if not shown.startswith(("0", "(0")):
            yield Spelling("code", f"+1 {shown}", f"+1 {value}")
    elif entity_type == "URL" and "://" in shown:
        yield Spelling("text", shown.partition("://")[2], value.partition("://")[2] or value)
    elif entity_type == "STREET_ADDRESS":
        yield from _first_line(shown, value)


def _names(shown: str, value: str) -> Iterator[Spelling]:
    ours, theirs = words_of(shown), words_of(value)
    if len(ours) > 1 or len(ours) != len(theirs):
        yield Spelling("name", shown, value)
    if len(ours) != len(theirs):
        return
    pairs = [pair for pair in zip(ours, theirs, strict=True) if plain(pair[0]) != plain(pair[1])]
    if len(pairs) > 1 and len(ours) > 2:
        yield Spelling("name", f"{pairs[0][0]} {pairs[-1][0]}", f"{pairs[0][1]} {pairs[-1][1]}")
    yield from (Spelling("name", word, real.strip(".,")) for word, real in pairs if len(plain(word)) > 1)


def _first_line(shown: str, value: str) -> Iterator[Spelling]:
    ours, theirs = (text.replace("\n", ",").partition(",")[0].strip() for text in (shown, value))
    if ours != shown and theirs != value and len(ours) >= _SHORTEST_LINE:
        yield Spelling("text", ours, theirs)
