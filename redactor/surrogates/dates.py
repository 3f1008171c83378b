"""Dates moved by a number of days, written as they were; so that the time between two dates stays."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta

MONTHS = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
    "december",
)  # fmt: skip
_NO_YEAR = 2024
"""The year a date without one is read in: a leap year, so that 29 February can be."""

_MONTH = "|".join(f"{name}|{name[:3]}" for name in sorted(MONTHS, key=len, reverse=True)) + "|sept"
_END = r"(?![\w/]|[.-]\d)"
_YEAR = r"(?P<year>(?:1[89]|20)\d\d)"
_FORMS = tuple(
    re.compile(r"(?<![\w/.-])" + form + _END, re.IGNORECASE)
    for form in (
        rf"{_YEAR}(?P<a>[-/.])(?P<month>\d\d?)(?P=a)(?P<day>\d\d?)",
        r"(?P<one>\d\d?)(?P<a>[-/.])(?P<two>\d\d?)(?P=a)(?P<year>(?:1[89]|20)\d\d|\d\d)",
        rf"(?P<name>{_MONTH})(?P<a>\.?\s{{0,2}})(?P<day>\d\d?)(?P<nth>st|nd|rd|th)?(?:(?P<b>,?\s{{0,2}}){_YEAR})?",
        rf"(?P<day>\d\d?)(?P<nth>st|nd|rd|th)?(?P<a>\.?\s{{0,2}}(?:of\s)?)(?P<name>{_MONTH})"
        rf"(?:(?P<b>[.,]?\s{{0,2}}){_YEAR})?",
    )
)


@dataclass(frozen=True, slots=True)
class Written:
    """One date in a text: where it stands, which day it is, and how to write another day in its place."""

    start: int
    end: int
    day: date = field(repr=False)
    match: re.Match[str] = field(repr=False)

    def like(self, other: date) -> str:
        """Another day, as this one is written."""
        found = self.match.groupdict()
        pieces: list[str] = []
        reached = self.match.start()
        for name in sorted((n for n in found if found[n] and n not in ("a", "b")), key=self.match.start):
            pieces += (self.match.string[reached : self.match.start(name)], self._part(name, found[name] or "", other))
            reached = self.match.end(name)
        return "".join([*pieces, self.match.string[reached : self.match.end()]])

    def _part(self, name: str, old: str, day: date) -> str:
        if name == "name":
            return _like_word(old, MONTHS[day.month - 1])
        if name == "nth":
            return nth(day.day) if old.islower() else nth(day.day).upper()
        if name == "year":
            return f"{day.year:04d}"[-len(old) :]
        month_first = self.match.re is _FORMS[1] and _month_first(self.match)
        is_month = name == "month" or name == ("one" if month_first else "two")
        number = day.month if is_month else day.day
        padded = old.startswith("0") or (len(old) == 2 and self._is_padded())
        return f"{number:02d}" if padded else str(number)

    def _is_padded(self) -> bool:
        """Whether small numbers would be written with a zero: unless one of the two shows that they are not."""
        numbers = [self.match.groupdict().get(name) or "" for name in ("one", "two", "month", "day")]
        return all(len(number) != 1 for number in numbers) and self.match.re in _FORMS[:2]


def read(text: str) -> Written | None:
    """The one full date in a text (day and month, with or without a year); None where there is none or two.

    `3/4/2024` is read month first, as in the United States, unless that cannot be; with dots, or with hyphens, day
    first. Two digits of a year: 69 to 99 are 19xx (POSIX, strptime).
    """
    found = [written for form in _FORMS for match in form.finditer(text) if (written := _written(match))]
    found = [each for each in found if not any(_inside(each, other) for other in found)]
    return found[0] if len(found) == 1 else None


def _inside(one: Written, other: Written) -> bool:
    return one is not other and other.start <= one.start and one.end <= other.end and one.match.re is not other.match.re


def _written(match: re.Match[str]) -> Written | None:
    found = match.groupdict()
    if found.get("name"):
        name = (found["name"] or "")[:3].lower()
        month, day = next(i for i, full in enumerate(MONTHS, 1) if full.startswith(name)), int(found["day"] or 0)
    elif found.get("one"):
        one, two = int(found["one"] or 0), int(found["two"] or 0)
        month, day = (one, two) if _month_first(match) else (two, one)
    else:
        month, day = int(found["month"] or 0), int(found["day"] or 0)
    try:
        return Written(match.start(), match.end(), date(_year(found.get("year")), month, day), match)
    except ValueError:
        return None


def _month_first(match: re.Match[str]) -> bool:
    one, two = int(match["one"]), int(match["two"])
    if one > 12 or two > 12:
        return two > 12
    return match["a"] == "/"


def _year(text: str | None) -> int:
    if not text:
        return _NO_YEAR
    return int(text) if len(text) == 4 else int(text) + (1900 if int(text) >= 69 else 2000)


def shifted(text: str, days: int) -> str | None:
    """The text with its one date moved; None where it has none, or the other day cannot be written the same way."""
    written = read(text)
    if written is None:
        return None
    try:
        moved = written.day + timedelta(days=days)
    except OverflowError:
        return None
    if not written.match.groupdict().get("year"):
        moved = _in_leap_year(moved)
    new = text[: written.start] + written.like(moved) + text[written.end :]
    again = read(new)
    return new if again is not None and again.day == moved else None


def _in_leap_year(day: date) -> date:
    """A date without a year goes round the year's end: 366 days after 29 February it is 29 February again."""
    start = date(_NO_YEAR, 1, 1)
    return start + timedelta(days=(day - start).days % 366)


def other_ways(shown: str, value: str) -> Iterator[tuple[str, str]]:
    """A full date and its stand-in in the ways an LLM may write them instead; only where the year is known."""
    one, other = read(shown), read(value)
    if one is None or other is None or not all(each.match.groupdict().get("year") for each in (one, other)):
        return
    yield one.day.isoformat(), other.day.isoformat()
    for write in (_american, _american_nth, _british, _british_nth):
        yield write(one.day), write(other.day)


def _american(day: date) -> str:
    return f"{MONTHS[day.month - 1].capitalize()} {day.day}, {day.year}"


def _american_nth(day: date) -> str:
    return f"{MONTHS[day.month - 1].capitalize()} {day.day}{nth(day.day)}, {day.year}"


def _british(day: date) -> str:
    return f"{day.day} {MONTHS[day.month - 1].capitalize()} {day.year}"


def _british_nth(day: date) -> str:
    return f"{day.day}{nth(day.day)} {MONTHS[day.month - 1].capitalize()} {day.year}"


def nth(day: int) -> str:
    """The ending of an English ordinal."""
    return "th" if 10 < day % 100 < 14 else {1: "st", 2: "nd", 3: "rd"}.get(day % 10, "th")


def _like_word(old: str, full: str) -> str:
    """A month's name, short where the old one was, in its case."""
    word = full if old.lower() in MONTHS else full[:3]
    return word.upper() if old.isupper() else word if old.islower() else word.capitalize()
