"""Second readings of a text, for values in a dress that ordinary text wears, too.

What can only be a value in disguise the view undoes for everybody. What may as well be something else ("iPhone",
"120x60x75", a word in capitals and digits) is read a second time, and only where a cheap look says that there is
something to read: recognizers are asked about the second reading as well, and of what they find only that counts which
reads otherwise than the view itself. Their finds come back in offsets of the view.
"""

from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from redactor.detection.alphabet import by_name
from redactor.detection.between import digits_together, letters_together, singly
from redactor.detection.decoding import STEPS, decoded
from redactor.detection.folding import wholly_alike
from redactor.detection.glued import is_name, linked, parted
from redactor.detection.grouped import has_groups, in_groups
from redactor.detection.leet import as_digits, as_letters
from redactor.detection.mirrored import OVERRIDE, turned
from redactor.detection.spelled import Edit, apart
from redactor.detection.view import View, edited, folded, spelled
from redactor.types import Entity

_SURE = 0.8
"""The least score of a number in a second reading: it passed a check, or was asked for or named."""
_LIKELY = 0.6
"""The same where every digit stands by itself between signs: nobody writes another number so."""
_NUMBERS = frozenset(
    {"CREDIT_CARD", "IBAN_CODE", "PHONE_NUMBER", "US_SSN", "NATIONAL_ID", "PASSPORT", "BANK_ACCOUNT", "ACCOUNT_ID",
     "DRIVER_LICENSE", "MEDICAL_ID", "VEHICLE_ID", "POSTAL_CODE", "DATE_OF_BIRTH", "CARD_CVV", "SECRET", "IP_ADDRESS"}
)  # fmt: skip
_ADDRESSES = frozenset({"EMAIL_ADDRESS"})
_NAMES = frozenset({"PERSON"})
_FEWEST = 3
"""Digits a text must hold for a number in disguise to be looked for."""
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
        """Whether a vote on the message's view is a guess at such a stretch; the transformer is asked about the reading
        instead. What rules find stays, and so does a guess at digits, which may be meant as they are."""
        if vote.recognizer != "transformer" or not self.instead_of or seen.text[vote.start : vote.end].isdigit():
            return False
        first, last = seen.span(vote.start, vote.end)
        before = bisect_left(self.instead_of, (last, 0))
        return before > 0 and self.instead_of[before - 1][1] > first

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
        if found.score < self.least or not self.counts(said):
            return None
        return replace(found, start=start, end=end)


def readings(seen: View) -> Iterator[Reading]:
    """The second readings of a message; an ordinary one has none."""
    if (plain := decode(seen)) is not None:
        seen = spelled(plain[0])
        yield Reading(seen, same=True, instead_of=plain[1])
    text = seen.text
    if len(text) - len(text.translate(_NO_DIGITS)) >= _FEWEST:
        yield from _numbers(seen, as_digits(text), _SURE)
        yield from _numbers(seen, digits_together(text), _SURE)
        yield from _numbers(seen, singly(text), _LIKELY)
    if has_groups(text):
        spoken = folded(seen.original) if plain is None else seen
        for edits in in_groups(spoken.text):
            yield from _numbers(spoken, edits, _SURE)
    yield from _other(seen, turned(text, OVERRIDE in seen.original))
    if addresses := apart([*as_letters(text), *linked(text)]):
        yield Reading(spelled(edited(seen, addresses)), types=_ADDRESSES, rules_only=True)
    if names := parted(text):
        yield Reading(edited(seen, names), types=_NAMES, counts=is_name, same=True)
    yield from _other(seen, by_name(text))
    yield from _other(seen, letters_together(text))
    yield from _other(seen, [Edit(*word) for word in wholly_alike(text)])


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
