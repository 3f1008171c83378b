"""What a walk asks of the conversation: everything at once, and the copy is built when the answers are there.

So a history of hundreds of messages takes the conversation's lock a few times, not once per string.
"""

from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any, NamedTuple, Protocol

from langchain_redactor import files, ids
from langchain_redactor.bound import Bound
from langchain_redactor.fields import reads_as
from langchain_redactor.kept import KEPT, Place
from redactor.detection.view import is_wordless
from redactor.json_text import Build
from redactor.types import Redaction, Role, Turn


class Spot(NamedTuple):
    """Where the walk is."""

    role: Role = "customer"
    hint: str | None = ""
    """What the value is about: the key it stands under; None for a key itself."""
    place: Place = ()

    def under(self, step: str | int, *hint: str | None) -> "Spot":
        """One level down; without a hint, what it is about stays."""
        return Spot(self.role, hint[0] if hint else self.hint, (*self.place, step))


@dataclass(slots=True, eq=False)
class Slot:
    """One question, and its answer once it is there."""

    came: Any = field(repr=False)
    spot: Spot = field(default=Spot(), repr=False)
    answer: Any = field(default=None, repr=False)
    turn_id: str = ""

    def __call__(self) -> Any:
        return self.answer


def as_it_is(value: Any) -> Build:
    """No question: the value stays."""
    return lambda: value


class Way(Protocol):
    """One of the two directions."""

    inward: bool
    follows: bool
    bound: Bound

    def text(self, text: str, spot: Spot) -> Build: ...
    def number(self, number: int | float, spot: Spot) -> Build: ...
    def id(self, name: str) -> str: ...
    def piece(self, text: str, spot: Spot, turn: str, message: str | None) -> Slot: ...
    def answer(self) -> None: ...


class Inward:
    """Redact. `follows`: see `Conversation.redact_turns`."""

    inward = True

    def __init__(self, bound: Bound, *, follows: bool = True) -> None:
        self.bound, self.follows = bound, follows
        self.revised: list[Redaction] = []
        self._asides: defaultdict[tuple[Role, str | None], list[Slot]] = defaultdict(list)
        self._turns: list[tuple[Slot, Turn]] = []

    def text(self, text: str, spot: Spot) -> Build:
        if is_wordless(text):
            return as_it_is(text)
        if files.is_encoded(text):
            return as_it_is(files.refuse_or_strip("file", self.bound.files) or text)
        return self._aside(Slot(files.without_data_urls(text, self.bound.files), spot))

    def number(self, number: int | float, spot: Spot) -> Build:
        return self._aside(Slot(number, spot))

    def _aside(self, slot: Slot) -> Slot:
        self._asides[slot.spot.role, slot.spot.hint].append(slot)
        return slot

    def id(self, name: str) -> str:
        """An id that is surely a machine's as it is, any other as a UUID that stands for it in this conversation."""
        if not name or ids.is_machine_made(name) or ids.is_drawn(name):
            return name
        chat = self.bound.chat
        if ids.looks_provided(name) and chat.redact_value(name, "tool", hint="id") == name:
            return name
        shown = chat.keyed_id(name)
        KEPT.keep(chat.public_id, ("id", shown), shown, name)
        return shown

    def piece(self, text: str, spot: Spot, turn: str, message: str | None) -> Slot:
        """A message's text: a turn. `message`: the id it is known again by."""
        slot = Slot(files.without_data_urls(text, self.bound.files), spot, answer=text)
        if not text.strip() or files.is_removed(text):
            return slot
        self._turns.append((slot, Turn(spot.role, slot.came, message, self.bound.echoes)))
        return slot

    def answer(self) -> None:
        """Ask for everything. What a value's neighbours have taught the conversation is then known for all."""
        self._take_turns()
        before = self.bound.chat.revision
        if self._take_asides():
            self._take_asides()
        if self.bound.chat.revision != before:
            self._look_again()

    def _take_turns(self) -> None:
        if not self._turns:
            return
        redactions = self.bound.chat.redact_turns([turn for _, turn in self._turns], follows=self.follows)
        for (slot, _), redaction in zip(self._turns, redactions, strict=True):
            slot.answer, slot.turn_id = redaction.text, redaction.turn_id
            self.revised += redaction.revised

    def _take_asides(self) -> bool:
        changed = False
        for (role, hint), slots in self._asides.items():
            came = [slot.came for slot in slots]
            answers = self.bound.chat.redact_value(came, role, hint=hint, echoes=self.bound.echoes)
            for slot, answer in zip(slots, answers, strict=True):
                slot.answer = answer
                changed |= answer is not slot.came and answer != slot.came
                if isinstance(answer, str) and not isinstance(slot.came, str) and slot.spot.place:
                    KEPT.keep(self.bound.chat.public_id, slot.spot.place, answer, type(slot.came).__name__)
        return changed

    def _look_again(self) -> None:
        """A string beside the turns may have named what they show."""
        for slot, _ in self._turns:
            slot.answer = reads_as(self.bound.chat, slot.answer, slot.turn_id) or slot.answer


class Outward:
    """Restore for an audience."""

    inward = False
    follows = False

    def __init__(self, bound: Bound, audience: str = "customer") -> None:
        self.bound, self.audience = bound, audience
        self._texts: list[Slot] = []

    def text(self, text: str, spot: Spot) -> Build:
        if is_wordless(text) or files.is_encoded(text):
            return as_it_is(text)
        self._texts.append(Slot(text, spot))
        return self._texts[-1]

    def number(self, number: int | float, spot: Spot) -> Build:
        return as_it_is(number)

    def id(self, name: str) -> str:
        """The caller's own id, where this process knows it."""
        known = KEPT.find(self.bound.chat.public_id, ("id", name), name)
        return name if known is None else str(known)

    def piece(self, text: str, spot: Spot, turn: str, message: str | None) -> Slot:
        slot = Slot(text, spot, answer=text)
        if turn and text.strip():
            slot.came = slot.answer = self.bound.chat.restore_recorded(text, turn, self.audience)
        if text.strip() and (not turn or spot.role == "assistant"):  # an LLM writes placeholders, too
            self._texts.append(slot)
        return slot

    def answer(self) -> None:
        if not self._texts:
            return
        restored = self.bound.chat.restore_value([slot.came for slot in self._texts], self.audience)
        for slot, text in zip(self._texts, restored, strict=True):
            slot.answer = self._as_it_came(slot, text)

    def _as_it_came(self, slot: Slot, text: str) -> str | int | float:
        """A number again, where one came in here."""
        if text == slot.came:
            return text
        kind = KEPT.find(self.bound.chat.public_id, slot.spot.place, slot.came)
        return text if kind is None else as_number(text, str(kind))


def as_number(text: str, kind: str) -> str | int | float:
    """The number that a text writes, if it writes one of this kind ("int", "float") in just this way."""
    try:
        number = int(text) if kind == "int" else float(text)
    except ValueError:
        return text
    return number if repr(number) == text else text
