"""Draws marked conversations anew with other names and ids in them, the same one everywhere in a
conversation.

Forty conversations hold a hundred values of ten people; redrawn twenty times they hold two thousand of
hundreds. What is around the values stays word for word, so that only the values are new. A person's first and
last name are swapped apart, so that "Ok Joyce" still means the "Joyce Wu" of two turns before; e-mail
addresses and user names are rebuilt from the new name the way they were made from the old one; numbers get
other digits of the same shape.
"""

import random
import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate
from pathlib import Path

from redactor.detection.checks import luhn
from redactor.evaluation.csvs import rows, whole
from redactor.evaluation.dialogs import Dialog, Message, Span
from redactor.exceptions import ConfigError


@dataclass(frozen=True, slots=True)
class Names:
    """Names to draw from."""

    forenames: tuple[str, ...]
    forename_weights: tuple[float, ...]
    """Cumulative, one per forename."""
    surnames: tuple[str, ...]

    def forename(self, dice: random.Random) -> str:
        """A first name, common ones more often where the source says how common they are."""
        return dice.choices(self.forenames, cum_weights=self.forename_weights)[0]

    def surname(self, dice: random.Random) -> str:
        """A last name, all alike."""
        return dice.choice(self.surnames)


def load_names(folder: Path) -> Names:
    """The names of every CSV file of a folder, told apart by their headers.

    `romanized` with `gender` holds first names, `romanized` without it last names, `name` with `count` first
    names and how many people bear them. The counted and the uncounted files weigh the same in total, however
    long they are.

    Raises `ConfigError` for a file that cannot be read, a count that is none, and a folder that lacks first or last
    names.
    """
    uncounted: list[str] = []
    counted: dict[str, int] = {}
    surnames: list[str] = []
    paths = sorted(folder.glob("*.csv"))
    for path in paths:
        for number, row in rows(path):
            if {"name", "count"} <= row.keys():
                count = whole(path, number, row["count"])
                if row["name"] and count:
                    counted[row["name"]] = count
            elif row.get("romanized"):
                (uncounted if "gender" in row else surnames).append(row["romanized"])
    if not (uncounted or counted) or not surnames:
        found = ", ".join(path.name for path in paths) or "no CSV file"
        raise ConfigError(
            f"{folder}: found {found}; expected first and last names: CSV files with the columns romanized,gender "
            "or name,count (first), and one with the column romanized and no gender (last)"
        )
    mass = sum(counted.values())
    weights = [1 / len(uncounted) for _ in uncounted] + [count / mass for count in counted.values()]
    return Names((*uncounted, *counted), tuple(accumulate(weights)), tuple(surnames))


def redraw(dialogs: Iterable[Dialog], names: Names, seed: int) -> list[Dialog]:
    """The dialogs with other values in them; the same seed gives the same dialogs, another one others."""
    return [_Swap(dialog, names, seed).dialog() for dialog in dialogs]


class _Swap:
    """What stands for what in one conversation."""

    def __init__(self, dialog: Dialog, names: Names, seed: int) -> None:
        self._source = dialog
        self._names = names
        self._seed = seed
        self._dice = random.Random(f"{seed}:{dialog.id}")
        self._words: dict[str, str] = {}
        self._codes: dict[str, str] = {}
        for value in sorted(self._values("PERSON"), key=lambda value: -len(value.split())):
            self._learn(value)
        people = [value.split() for value in dict.fromkeys(self._values("PERSON"))]
        self._bearers = [([_plain(w) for w in words], [self._words[_plain(w)] for w in words]) for words in people]

    def dialog(self) -> Dialog:
        messages = tuple(self._message(message) for message in self._source.messages)
        return replace(self._source, id=f"{self._source.id}#{self._seed}", messages=messages)

    def _values(self, entity_type: str) -> list[str]:
        return [
            message.text[span.start : span.end]
            for message in self._source.messages
            for span in message.spans
            if span.type == entity_type
        ]

    def _message(self, message: Message) -> Message:
        text, spans, done = "", [], 0
        for span in sorted(message.spans, key=lambda span: (span.start, span.end)):
            if span.start < done:
                raise ConfigError(f"message {message.id}: its spans overlap; a redraw needs them apart")
            value = self._value(span, message.text[span.start : span.end])
            text += message.text[done : span.start]
            spans.append(Span(len(text), len(text) + len(value), span.type))
            text += value
            done = span.end
        return replace(message, text=text + message.text[done:], spans=tuple(spans))

    def _value(self, span: Span, value: str) -> str:
        rules: Mapping[str, Callable[[str], str]] = {
            "PERSON": self._person,
            "EMAIL_ADDRESS": self._email,
            "USERNAME": self._username,
            "STREET_ADDRESS": self._address,
            "PHONE_NUMBER": self._phone,
            "CREDIT_CARD": self._card,
        } | dict.fromkeys(_SHAPED, self._shaped)
        rule = rules.get(span.type)
        return rule(value) if rule else value

    def _learn(self, value: str) -> None:
        words = [_plain(word) for word in value.split()]
        for place, word in enumerate(words):
            if word not in self._words:
                last = place > 0 and place == len(words) - 1
                self._words[word] = (self._names.surname if last else self._names.forename)(self._dice)

    def _person(self, value: str) -> str:
        return re.sub(r"\S+", lambda found: _in_case(self._words[_plain(found[0])], found[0]), value)

    def _email(self, value: str) -> str:
        found = _EMAIL.fullmatch(value)
        return self._username(found["local"]) + found["rest"] if found else value

    def _username(self, value: str) -> str:
        sign = "@" if value.startswith("@") else ""
        return sign + self._once("username", value, lambda: self._handle(value.removeprefix("@")))

    def _handle(self, value: str) -> str:
        """A user name made from the new name as the old one was made from the old, with other digits."""
        letters = re.sub(r"\d", "", value)
        made = next((made for old, new in self._bearers if (made := _rebuilt(letters, old, new))), None)
        if made is None:
            made = _plain(self._names.forename(self._dice)) + _plain(self._names.surname(self._dice))[:1]
        digits = self._others("".join(re.findall(r"\d", value)))
        return made + digits

    def _address(self, value: str) -> str:
        """Other house number, street and postal code; the kind of street, the town and the state stay."""

        def made() -> str:
            numbers = re.sub(r"\b\d+\b", lambda found: self._others(found[0]), value)
            return _STREET.sub(self._street, numbers, count=1)

        return self._once("address", value, made)

    def _street(self, found: re.Match[str]) -> str:
        return found["number"] + _in_case(self._names.surname(self._dice), found["name"]) + found["kind"]

    def _phone(self, value: str) -> str:
        """Keeps the first four digits, and 0 and 1 where they stand: what could be dialled still looks so."""

        def made() -> str:
            head, tail = _key(value)[:4], _key(value)[4:]
            return head + "".join(self._dice.choice("23456789") if c in "23456789" else c for c in tail)

        return _poured(self._once("phone", value, made), value)

    def _card(self, value: str) -> str:
        """Keeps the issuer's six digits (ISO/IEC 7812-1) and a check digit that was right."""

        def made() -> str:
            old = _key(value)
            fresh = old[:6] + self._others(old[6:])
            if not luhn(old):
                return fresh
            return next(card for digit in "0123456789" if luhn(card := fresh[:-1] + digit))

        return _poured(self._once("card", value, made), value)

    def _shaped(self, value: str) -> str:
        """Other digits and letters in the same places, the same ones however the value is written."""
        return _poured(self._once("shape", value, lambda: self._others(_key(value))), value)

    def _once(self, kind: str, value: str, make: Callable[[], str]) -> str:
        """What stands for this value everywhere in the conversation."""
        key = f"{kind}:{_key(value)}"
        if key not in self._codes:
            self._codes[key] = make()
        return self._codes[key]

    def _others(self, value: str) -> str:
        return "".join(self._other(char) for char in value)

    def _other(self, char: str) -> str:
        if char in "123456789":
            return self._dice.choice("123456789")
        if char == "0":
            return self._dice.choice("0123456789")
        return self._dice.choice("abcdefghjkmnpqrstuvwxyz") if char.isalpha() else char


_SHAPED = (
    "ACCOUNT_ID",
    "BANK_ACCOUNT",
    "DRIVER_LICENSE",
    "MEDICAL_ID",
    "PASSPORT",
    "POSTAL_CODE",
    "SECRET",
    "VEHICLE_ID",
)
"""Types whose values have a shape and no check digit; types with one (IBAN, national numbers) stay as they
are.
"""

_EMAIL = re.compile(r"(?P<local>.+?)(?P<rest>(?:\s*@\s*|\s+at\s+|\s*[(\[]at[)\]]\s*).+)", re.IGNORECASE | re.DOTALL)

_STREET = re.compile(
    r"(?P<number>^\s*\d+\s+)(?P<name>[^\W\d][\w'.-]*(?:\s[^\W\d][\w'.-]*)?)"
    r"(?P<kind>\s(?:street|st|avenue|ave|drive|dr|road|rd|lane|ln|court|ct|boulevard|blvd|way|place|pl)\b)",
    re.IGNORECASE,
)


def _rebuilt(handle: str, old: Sequence[str], new: Sequence[str]) -> str | None:
    """The letters of a user name, rebuilt from another name by the rule that made it; None if no rule did."""
    for rule in _RULES:
        if rule([_plain(word) for word in old]) == handle.casefold():
            return rule([_plain(word) or "x" for word in new])
    return None


_RULES: tuple[Callable[[Sequence[str]], str], ...] = (
    lambda words: "".join(words),
    lambda words: ".".join(words),
    lambda words: "_".join(words),
    lambda words: words[0][:1] + words[-1],
    lambda words: words[0] + words[-1][:1],
    lambda words: "".join(word[:1] for word in words),
    lambda words: words[-1] + words[0],
    lambda words: words[0] + "_" + words[-1] + "_",
    lambda words: words[0],
    lambda words: words[-1],
)
"""How people make a user name of their name."""


def _plain(word: str) -> str:
    """A name as it stands in an e-mail address: lower-case ASCII letters only."""
    folded = unicodedata.normalize("NFKD", word.casefold())
    return "".join(char for char in folded if char.isascii() and char.isalpha()) or word.casefold()


def _in_case(new: str, old: str) -> str:
    """`new` in the letter case of `old`: all lower, all upper, or as it is."""
    if old.islower():
        return new.lower()
    return new.upper() if old.isupper() and (len(old) > 1 or len(new) == 1) else new


def _key(value: str) -> str:
    return "".join(char for char in value.casefold() if char.isalnum())


def _poured(fresh: str, shape: str) -> str:
    """The letters and digits of `fresh` in the places and the letter case of those of `shape`."""
    rest = iter(fresh)
    return "".join(_in_case(next(rest, char), char) if char.isalnum() else char for char in shape)
