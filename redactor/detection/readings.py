"""Second readings of a text, for values in a dress that ordinary text wears, too.

What can only be a value in disguise the view undoes for everybody. What may as well be something else ("iPhone",
"120x60x75", a word in capitals and digits) is read a second time, and only where a cheap look says that there is
something to read: recognizers are asked about the second reading as well, and of what they find only that counts which
reads otherwise than the view itself. Their finds come back in offsets of the view.
"""

import re
from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from redactor.detection.alphabet import CASE_WORDS, CODE_WORDS, by_name
from redactor.detection.between import digits_together, letters_together, singly
from redactor.detection.decoding import STEPS, decoded
from redactor.detection.folding import wholly_alike
from redactor.detection.glued import is_name, linked, parted
from redactor.detection.grouped import GROUP_WORDS, has_groups, in_groups, numerals, short_numbers
from redactor.detection.leet import as_digits, as_letters
from redactor.detection.mirrored import OVERRIDE, SAYS_TURNED, turned
from redactor.detection.spelled import Edit, apart
from redactor.detection.view import View, edited, folded, spelled
from redactor.detection.words import words
from redactor.types import Entity

_SURE = 0.8
"""The least score of a number in a second reading: it passed a check, or was asked for or named."""
_LIKELY = 0.6
"""The same where every digit stands by itself between signs: nobody writes another number so."""
_GUESS = 0.7
"""The least score of a guess of the transformer's in a second reading, which is one guess upon another."""
_NUMBERS = frozenset(
    {"CREDIT_CARD", "IBAN_CODE", "PHONE_NUMBER", "US_SSN", "NATIONAL_ID", "PASSPORT", "BANK_ACCOUNT", "ACCOUNT_ID",
     "DRIVER_LICENSE", "MEDICAL_ID", "VEHICLE_ID", "POSTAL_CODE", "DATE_OF_BIRTH", "CARD_CVV", "SECRET", "IP_ADDRESS"}
)  # fmt: skip
_ADDRESSES = frozenset({"EMAIL_ADDRESS"})
_NAMES = frozenset({"PERSON"})
_FEWEST = 3
"""Digits a text must hold for a number in disguise to be looked for."""
_FEWEST_BETWEEN = 7
"""The same for one with something between its digits."""
_MOST_GUESSED = 3
"""Second readings of one message that the transformer is asked about."""
_UNUSUAL = tuple(
    map(
        re.compile,
        (
            r"[%&=\\@_#*~|^<>{}\[\]]",
            r"[a-z0-9][A-Z]",
            r"[A-Za-z0-9+/-]{11}",
            r"[013][A-Za-z]|[A-Za-z][013]",
            r"[/+,:;][ ]?[A-Za-z0-9][ ]?[/+,:;]",
            r"[0-9A-Fa-f]{2}[ :](?:[0-9A-Fa-f]{2}[ :]){6}",
        ),
    )
)
"""Signs of what is encoded, grown together, or has signs between its letters; each by itself is a faster look."""
_HAS_DIGITS = re.compile(r"\d\D*\d\D*\d")
_TELLING = words("a b c d e f g h j k l m n o p q r s t u v w x y z") - {"a"} | CODE_WORDS | CASE_WORDS | GROUP_WORDS
"""Words of what is spelled or read aloud. "A" and "i" are words anyway, and seldom spelled alone."""
_PHRASES = (*SAYS_TURNED, "a as in", "i as in", "a for a", "i for i")
_BLANKS = str.maketrans(',.;:!?/()-"', " " * 11)
_NO_DIGITS = str.maketrans("", "", "0123456789")


@dataclass(frozen=True, slots=True)
class Reading:
    """A message read otherwise, and what of the finds in it counts."""

    view: View
    types: frozenset[str] = frozenset()
    """The entity types that count; none for all."""
    least: float = 0.0
    """The score from which a find counts."""
    counts: Callable[[str], bool] = lambda text: True
    """The find as read → whether it counts."""
    rules_only: bool = False
    """Whether the transformer is not asked: it knows no checks."""
    same: bool = False
    """Whether a find counts that reads as in the view: what stands around it may read otherwise."""
    instead_of: tuple[tuple[int, int], ...] = ()
    """Stretches of the message as typed that read as nothing but this: guesses at them as they stand are void."""

    def voids(self, vote: Entity, seen: View) -> bool:
        """Whether a vote on the message's view is a guess at such a stretch; recognizers are asked about the reading
        instead. What rules find stays, but for a name that is all encoded; and so does a guess at digits, which may be
        meant as they are unless they stand in the middle ("=73=6F=20")."""
        is_guess = vote.recognizer == "transformer"
        if not self.instead_of or not (is_guess or vote.type in _NAMES):
            return False
        first, last = seen.span(vote.start, vote.end)
        before = bisect_left(self.instead_of, (last, 0))
        if before == 0 or self.instead_of[before - 1][1] <= first:
            return False
        start, end = self.instead_of[before - 1]
        if is_guess:
            return (start < first and last < end) or not seen.text[vote.start : vote.end].isdigit()
        return start <= first and last <= end

    def in_view(self, found: Entity, seen: View) -> Entity | None:
        """The find in offsets of the message's view; None where it does not count, or reads there as it does here."""
        said = self.view.text[found.start : found.end]
        start, end = seen.inverse(*self.view.span(found.start, found.end))
        if (
            start == end
            or (not self.same and seen.text[start:end] == said)
            or (self.types and found.type not in self.types)
        ):
            return None
        least = max(self.least, _GUESS) if found.recognizer == "transformer" else self.least
        if found.score < least or not self.counts(said):
            return None
        return replace(found, start=start, end=end)


def readings(seen: View) -> Iterator[Reading]:
    """The second readings of a message; an ordinary one has none. The transformer is asked about `_MOST_GUESSED` at
    most."""
    text = seen.text
    digits = _digits(text)
    is_plain = OVERRIDE not in seen.original and _is_plain(text)
    if is_plain and digits < _FEWEST:
        return
    plain = None if is_plain else decode(seen)
    if plain is not None:
        seen = spelled(plain[0])
        text = seen.text
        digits = _digits(text)
        yield Reading(seen, same=True, instead_of=plain[1])
    if digits >= _FEWEST:
        yield from _numbers(seen, as_digits(text), _SURE)
    if digits >= _FEWEST_BETWEEN:
        yield from _numbers(seen, digits_together(text), _SURE)
        yield from _numbers(seen, singly(text), _LIKELY)
    if is_plain:
        yield from _other(seen, turned(text, False))
        return
    yield from _numbers(seen, numerals(text), _SURE)
    if addresses := apart([*as_letters(text), *linked(text)]):
        yield Reading(spelled(edited(seen, addresses)), types=_ADDRESSES, rules_only=True)
    guesses = _MOST_GUESSED - (plain is not None)
    if names := parted(text):
        guesses -= 1
        yield Reading(edited(seen, names), types=_NAMES, counts=is_name, same=True)
    alike = [Edit(*word) for word in wholly_alike(text)]
    found = [turned(text, OVERRIDE in seen.original), by_name(text), letters_together(text), alike]
    others = [edits for edits in found if edits]
    yield from _others(seen, others, guesses)
    spoken = folded(seen.original) if plain is None else seen
    if has_groups(spoken.text):
        yield from _read_aloud(spoken, guesses > len(others))


def _others(seen: View, found: Sequence[list[Edit]], most: int) -> Iterator[Reading]:
    """Readings for every type; where they are more than `most`, rules see each, and the transformer all at once."""
    if len(found) <= most:
        for edits in found:
            yield from _other(seen, edits)
        return
    for edits in found:
        yield Reading(spelled(edited(seen, edits)), rules_only=True)
    yield from _other(seen, apart(edit for edits in found for edit in edits))


def _read_aloud(seen: View, may_guess: bool) -> Iterator[Reading]:
    """Numbers in groups; and short ones ("forty two") in digits, which the transformer takes for ages in words. That
    reading only takes back what was guessed, so that it is the one to do without."""
    for edits in in_groups(seen.text):
        yield from _numbers(seen, edits, _SURE)
    if may_guess and (few := short_numbers(seen.text)):
        yield Reading(edited(seen, few), instead_of=_joined([seen.span(edit.start, edit.end) for edit in few]))


def _digits(text: str) -> int:
    """How many there are, from three on."""
    return len(text) - len(text.translate(_NO_DIGITS)) if _HAS_DIGITS.search(text) else 0


def _is_plain(text: str) -> bool:
    """Whether nothing but numbers can be read otherwise: a look at its signs, and one at its words."""
    if not text.isascii() or any(sign.search(text) for sign in _UNUSUAL):
        return False
    lower = text.lower()
    if not _TELLING.isdisjoint(lower.translate(_BLANKS).split()) or "meis" in lower:
        return False
    return not any(word in lower for word in _PHRASES)


def _numbers(seen: View, edits: Sequence[Edit], least: float) -> Iterator[Reading]:
    if edits:
        yield Reading(edited(seen, list(edits)), types=_NUMBERS, least=least, rules_only=True)


def _other(seen: View, edits: Sequence[Edit]) -> Iterator[Reading]:
    """What is said in words in the reading is read, too."""
    if edits:
        yield Reading(spelled(edited(seen, list(edits))))


def decode(seen: View) -> tuple[View, tuple[tuple[int, int], ...]] | None:
    """The message with what is encoded in it decoded, and where that stands in the message as typed; None where nothing
    is encoded."""
    view, places = seen, list[tuple[int, int]]()
    for _ in range(STEPS):
        if not (edits := decoded(view.text)):
            break
        places += (view.span(edit.start, edit.end) for edit in edits)
        view = edited(view, edits)
    return (view, _joined(places)) if places else None


def _joined(places: Sequence[tuple[int, int]]) -> tuple[tuple[int, int], ...]:
    joined: list[tuple[int, int]] = []
    for start, end in sorted(places):
        if joined and start <= joined[-1][1]:
            joined[-1] = joined[-1][0], max(end, joined[-1][1])
        else:
            joined.append((start, end))
    return tuple(joined)
