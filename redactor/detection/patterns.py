"""Patterns: rows of type, expression, check and context words, run over one text.

The rows are in `rows`; this module is the loop. A row is looked at only where the text can hold it at all:
enough digits, one of its characters or words, its context. Where context decides between two readings of the same
characters, the worse one is dropped.
"""

from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import accumulate

import regex

from redactor.detection.checks import DEFAULT_REGIONS, Check
from redactor.detection.topics import Context, context_words, hide_placeholders
from redactor.types import Entity, Recognizer

_Rows = tuple["Pattern", ...]
_MIXED = regex.compile(r"\d(?:[A-Za-z]|(?<=[A-Za-z]\d))")
_Found = list[tuple[int, list[tuple[int, int]]]]
_Looked = dict[tuple[str, str], _Found]
"""Expression and hint → the matches in the text at hand: where each begins, and the values in it. Rows share them."""
_Checked = dict[str, tuple[int, int] | None]
"""Candidate → where the value is in it, for one row and one text: what is repeated a thousand times is checked once."""
_NEAR = 60
"""How many characters may lie between a context word and the value it explains, in one message."""
_UNLIKELY = 0.3
"""The score of a reading that context speaks against."""
_LOOK_BACK = 56
"""How much of the text before a candidate `unless` is asked about."""


@dataclass(frozen=True, slots=True)
class Pattern:
    """One row: where a value of a type can stand, and what makes it certain."""

    name: str
    type: str
    expression: str
    """`regex` syntax; a group `v` marks the value where the expression holds more than it (it may repeat)."""
    score: float
    """Without context, 0..1; below the policy's threshold the vote is a candidate only."""
    check: Check | None = None
    context: frozenset[str] = frozenset()
    """Topics (see `topics`) of which one near the value, or asked for, raises the score."""
    context_score: float = 0.0
    requires_context: bool = False
    """Fires only with context."""
    against: frozenset[str] = frozenset()
    """Topics that, asked for instead of this row's own, decide against it."""
    asked_only: bool = False
    """Only the turn before counts as context: the message is the answer."""
    digits: int = 0
    """How many digits the text must hold for the row to be worth a look."""
    mixed: bool = False
    """Whether the text must hold a letter next to a digit."""
    any_of: tuple[str, ...] = ()
    """Characters of which the text must hold one."""
    words: frozenset[str] = frozenset()
    """Words of which the text must hold one, lower case."""
    after: str = ""
    """Only a value where this expression matches just before it."""
    unless: str = ""
    """Not a value where this expression matches just before it."""
    lower: bool = False
    """The expression is written for small letters and matched against the text in small letters, which is three times
    as fast as ignoring case; the check and the other expressions see the text as it is."""
    hint: str = ""
    """What every match holds, or the text does: found quickly, in the text in small letters. Without it the expression,
    which takes longer, is not looked for."""
    reach: tuple[int, int] | None = None
    """Every match begins at most so many characters before a hint, and what it and its conditions look at ends at most
    so many after one: it is looked for there only. None: in all of the text."""
    unless_match: str = ""
    """Not a value where this expression matches just before the whole match."""
    never: Check | None = None
    """Candidates this holds for are no value, and no part of them is one."""
    cut: tuple[int, int] | None = None
    """The expression may take in neighbours: try the candidate's groups, most first, that hold between so many letters
    and digits, until the check agrees."""
    trim: Callable[[str], int] | None = None
    """How much of the candidate, from its start, is the value; 0 for none."""
    extend: Callable[[str, int], int] | None = None
    """Where the value ends that begins with the candidate: (text, the candidate's end) → end."""
    extended_score: float = 0.0
    """The least score of a candidate that was extended."""
    countries: frozenset[str] = frozenset()
    """ISO 3166-1 alpha-2 codes of the countries whose people have such a value; none for everywhere."""
    by_default: bool = True
    """Whether the row is looked at where none of its countries is configured."""
    local_score: float = 0.0
    """The score without context where one of its countries is configured; 0 where that changes nothing."""
    example: str = ""
    """A message the row fires on, the value in ⟦⟧; what stands before a " | " is the turn before."""

    @property
    def compiled(self) -> "regex.Pattern[str]":
        """The expression, compiled on first use."""
        return _compiled(self.expression)


def topics(names: str) -> frozenset[str]:
    """Topics by name, blank between them (see `topics`)."""
    return frozenset(names.split())


@cache
def _compiled(expression: str) -> "regex.Pattern[str]":
    return regex.compile(expression, regex.V1)


def patterns(regions: Sequence[str] = DEFAULT_REGIONS, countries: Sequence[str] = ()) -> Recognizer:
    """The recognizer of the table's rows.

    `regions` are those whose phone numbers are known without a country code. `countries` are those whose people's
    identifiers are looked for without context too, and phone numbers with them.

    Raises:
        ValueError: a region is unknown, or no row knows a country.
    """
    return _of_table(tuple(regions), tuple(countries))


@cache
def _of_table(regions: tuple[str, ...], countries: tuple[str, ...]) -> Recognizer:
    """One for all Redactors of a process that look for the same: its index takes longer to make than a message."""
    from redactor.detection.rows import table

    return recognizer(table(regions, countries))


def recognizer(rows: Sequence[Pattern]) -> Recognizer:
    """A recognizer of these rows; votes are named `pattern:<row>`."""
    index = _Index.of(rows)

    def recognize(text: str, context: Sequence[str]) -> list[Entity]:
        seen = hide_placeholders(text)
        digits = sum(map(seen.count, "0123456789"))
        mixed = bool(digits) and _MIXED.search(seen) is not None
        around = context_words(seen, context)
        looked: _Looked = {}
        lower = _lowered(seen)
        worth = index.worth(seen, digits, mixed, around)
        return _decided([hit for row in worth for hit in _hits(row, seen, lower, around, looked)])

    return recognize


@dataclass(frozen=True, slots=True)
class _Index:
    """Rows by what a text must hold for them, so that hundreds of them cost a message what a few do."""

    free: tuple[tuple[_Rows, _Rows], ...]
    """Rows that need nothing that is indexed here, by how many digits the text holds, the last for that many and more;
    first where no letter stands next to a digit."""
    by_topic: Mapping[str, _Rows]
    by_question: Mapping[str, _Rows]
    """By a topic that must be asked for."""
    by_word: Mapping[str, _Rows]
    by_mark: Mapping[str, Mapping[str, _Rows]]
    """By a character, or a run of them, that must occur; first by the rarest character of it."""

    @classmethod
    def of(cls, rows: Sequence[Pattern]) -> "_Index":
        free = [row for row in rows if not (row.requires_context or row.words or row.any_of)]
        in_context = [row for row in rows if row.requires_context]
        with_words = [row for row in rows if row.words and not row.requires_context]
        with_marks = [row for row in rows if row.any_of and not (row.requires_context or row.words)]
        return cls(
            free=tuple(_by_mixed(free, digits) for digits in range(max((row.digits for row in free), default=0) + 1)),
            by_topic=_by([row for row in in_context if not row.asked_only], lambda row: row.context),
            by_question=_by([row for row in in_context if row.asked_only], lambda row: row.context),
            by_word=_by(with_words, lambda row: row.words),
            by_mark=_by_rarest(_by(with_marks, lambda row: row.any_of)),
        )

    def worth(self, text: str, digits: int, mixed: bool, around: Context) -> list[Pattern]:
        """The rows this text may hold a value for, each once."""
        groups = [self.by_topic[topic] for topic in self.by_topic.keys() & around.topics]
        groups += [self.by_question[topic] for topic in self.by_question.keys() & around.asked]
        groups += [self.by_word[word] for word in self.by_word.keys() & around.words]
        for character in self.by_mark.keys() & set(text):
            groups += [rows for mark, rows in self.by_mark[character].items() if mark in text]
        met = {id(row): row for rows in groups for row in rows}
        return [
            *self.free[min(digits, len(self.free) - 1)][mixed],
            *(row for row in met.values() if _worth(row, text, digits, mixed, around)),
        ]


def _by_mixed(rows: Sequence[Pattern], digits: int) -> tuple[_Rows, _Rows]:
    enough = [row for row in rows if row.digits <= digits]
    return tuple(row for row in enough if not row.mixed), tuple(enough)


def _by(rows: Sequence[Pattern], keys: Callable[[Pattern], Iterable[str]]) -> Mapping[str, _Rows]:
    grouped: dict[str, list[Pattern]] = {}
    for row in rows:
        for key in keys(row):
            grouped.setdefault(key, []).append(row)
    return {key: tuple(group) for key, group in grouped.items()}


_OFTEN = " etaoinshrdlucmfwygpbvkxqjz,.'?!-1023456789TAISOWHCBMENRPDLFGYUVJKXQZ"
"""Characters of English chat, the commonest first; what is not among them is rarer."""


def _by_rarest(marks: Mapping[str, _Rows]) -> Mapping[str, Mapping[str, _Rows]]:
    """Marks by the character of theirs that a text holds least often."""
    grouped: dict[str, dict[str, _Rows]] = {}
    for mark, rows in marks.items():
        rarest = max(mark, key=lambda c: _OFTEN.find(c) % (len(_OFTEN) + 1))
        grouped.setdefault(rarest, {})[mark] = rows
    return grouped


def _worth(row: Pattern, text: str, digits: int, mixed: bool, around: Context) -> bool:
    if digits < row.digits or (row.mixed and not mixed):
        return False
    if row.words and row.words.isdisjoint(around.words):
        return False
    return not row.any_of or any(c in text for c in row.any_of)


def _lowered(text: str) -> str:
    """The text in small letters, each in its place."""
    lower = text.lower()
    return lower if len(lower) == len(text) else "".join(c.lower() if len(c.lower()) == 1 else c for c in text)


def _hits(row: Pattern, text: str, lower: str, around: Context, looked: _Looked) -> Iterator[Entity]:
    key = row.expression, row.hint
    if key not in looked:
        looked[key] = _matches(row, lower if row.lower else text, lower)
    checked: _Checked = {}
    for begin, values in looked[key]:
        if _follows(row.unless_match, text, begin):
            continue
        for start, end in values:
            hit = _hit(row, text, around, start, end, checked)
            if hit is not None:
                yield hit


def _matches(row: Pattern, text: str, lower: str) -> _Found:
    matches = _searched(row, text, lower) if row.hint else row.compiled.finditer(text)
    if "v" in row.compiled.groupindex:
        return [(found.start(), found.spans("v")) for found in matches]
    return [(found.start(), [found.span()]) for found in matches]


def _searched(row: Pattern, text: str, lower: str) -> Iterator["regex.Match[str]"]:
    """The matches where hints say that one may stand."""
    hint = _compiled(row.hint)
    if row.reach is None:
        if hint.search(lower):
            yield from row.compiled.finditer(text)
        return
    at = 0
    for first, last in _windows([found.start() for found in hint.finditer(lower)], *row.reach):
        at = max(at, first)
        for found in row.compiled.finditer(text, at, last):
            at = found.end()
            yield found


def _windows(places: Iterable[int], before: int, behind: int) -> Iterator[tuple[int, int]]:
    """Where to look around these places; what overlaps is one."""
    first = last = -1
    for place in places:
        if place - before > last:
            if last >= 0:
                yield first, last
            first = max(0, place - before)
        last = place + behind
    if last >= 0:
        yield first, last


def _hit(row: Pattern, text: str, around: Context, start: int, end: int, checked: _Checked) -> Entity | None:
    if row.trim:
        end = start + row.trim(text[start:end])
    score = _score(row, start, end, around)
    if row.extend and start < end:
        longer = row.extend(text, end)
        score, end = (max(score, row.extended_score) if longer > end else score, longer)
    if not score or start >= end or _follows(row.unless, text, start):
        return None
    if row.after and not _follows(row.after, text, start):
        return None
    candidate = text[start:end]
    if candidate not in checked:
        checked[candidate] = _checked(row, candidate)
    span = checked[candidate]
    return Entity(start + span[0], start + span[1], row.type, score, f"pattern:{row.name}") if span else None


def _score(row: Pattern, start: int, end: int, around: Context) -> float:
    """With context asked for or nearby; a little less where the topic lies further back; else without."""
    if not row.context:
        return row.score
    if not row.context.isdisjoint(around.asked):
        return row.context_score
    if row.asked_only:
        return 0.0
    if any(_near(around.here.get(topic, ()), start, end) for topic in row.context):
        return row.context_score
    if not row.against.isdisjoint(around.asked):
        return min(row.score, _UNLIKELY)
    if not row.context.isdisjoint(around.before):
        return max(row.score, row.context_score - 0.2)
    return 0.0 if row.requires_context else row.score


def _near(places: Sequence[int], start: int, end: int) -> bool:
    first = bisect_left(places, start - _NEAR)
    return first < len(places) and places[first] <= end + _NEAR


def _follows(expression: str, text: str, start: int) -> bool:
    return bool(expression) and bool(_compiled(expression).search(text[max(0, start - _LOOK_BACK) : start]))


def _checked(row: Pattern, candidate: str) -> tuple[int, int] | None:
    if row.never and row.never(candidate):
        return None
    if row.check is None or row.check(candidate):
        return 0, len(candidate)
    return next(_cuts(row.check, row.cut, candidate), None) if row.cut else None


_GROUP = regex.compile(r"[^\s,;]++")


def _cuts(check: Check, cut: tuple[int, int], candidate: str) -> Iterator[tuple[int, int]]:
    """Parts of a candidate that pass the check, most groups first."""
    groups = [group.span() for group in _GROUP.finditer(candidate)]
    least, most = cut
    reached = [0, *accumulate(sum(map(str.isalnum, candidate[slice(*group)])) for group in groups)]
    for width in range(len(groups) - 1, 0, -1):
        for first in range(len(groups) - width + 1):
            if least <= reached[first + width] - reached[first] <= most:
                piece = groups[first][0], groups[first + width - 1][1]
                if check(candidate[slice(*piece)]):
                    yield piece


def _decided(hits: list[Entity]) -> list[Entity]:
    """Without readings that lie inside a better one of another type, or repeat a better one of the same type."""
    kept: list[Entity] = []
    open_: list[Entity] = []
    for hit in sorted(hits, key=lambda hit: (hit.start, -hit.end, -hit.score, hit.type, hit.recognizer)):
        open_ = [other for other in open_ if other.end > hit.start]
        if not any(_beats(other, hit) for other in open_):
            kept.append(hit)
        open_.append(hit)
    return sorted(kept)


def _beats(other: Entity, hit: Entity) -> bool:
    """Whether an entity that begins no later covers another and reads it better; between equals, the first does."""
    if other.type == "URL":
        return False  # what a link carries stays known: it decides whether the link may stay
    return other.end >= hit.end and other.score >= hit.score
