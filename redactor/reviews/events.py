"""What a review is made of: events that are only ever added. They name places, types and scores, and never a value."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, fields
from typing import Any, Literal, get_args

from redactor.exceptions import ConfigError
from redactor.storage import ReviewRow

VerdictKind = Literal["correct", "wrong_type", "wrong_boundary", "not_personal", "missed", "clean"]

SPAN_VERDICTS: tuple[VerdictKind, ...] = ("correct", "wrong_type", "wrong_boundary", "not_personal", "missed")
"""On a place in a message."""
MESSAGE_VERDICTS: tuple[VerdictKind, ...] = ("clean",)
"""On a message: nothing personal stands in clear in it, as far as this person sees."""

EventKind = Literal["verdict", "submit", "skip", "undo"]

Stage = Literal["review", "adjudication"]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What somebody says of a place in a message, or of the message. Offsets are code points of the redacted text."""

    kind: VerdictKind
    start: int = 0
    end: int = 0
    type: str = ""
    """The type it is hidden as; for what was missed the type it is."""
    score: float = 0.0
    """Of the entity, 0 to 1."""
    recognizer: str = ""
    to_type: str = ""
    """`wrong_type`: what it is."""
    to_start: int = 0
    to_end: int = 0
    """`wrong_boundary`: where it should be."""
    stage: Stage = "review"
    sampled: bool = False
    """Whether the message was drawn by chance: only such verdicts tell how much is missed in all."""


@dataclass(frozen=True, slots=True)
class Event:
    """One thing somebody did."""

    conversation: str
    turn_id: str
    revision: int
    actor: str
    time: float
    """Seconds since the epoch."""
    kind: EventKind
    verdict: Verdict | None = None
    undoes: int | None = None
    number: int = 0
    stage: Stage = "review"
    """Of a `submit`."""
    sampled: bool = False
    """Of a `submit` or a `skip`."""

    def row(self) -> ReviewRow:
        """As it is stored."""
        body = _short(self.verdict) if self.verdict is not None else {"stage": self.stage, "sampled": self.sampled}
        text = json.dumps(body, separators=(",", ":"))
        place = (self.conversation, self.turn_id, self.revision, self.actor, self.time)
        return ReviewRow(*place, self.kind, text, self.undoes, self.number)


def event(row: ReviewRow) -> Event:
    """Undo `Event.row`."""
    body: dict[str, Any] = json.loads(row.body)
    place = (row.conversation, row.turn_id, row.revision, row.actor, row.time)
    kind: EventKind = row.kind  # type: ignore[assignment]  # we wrote it
    if kind == "verdict":
        return Event(*place, kind, Verdict(**body), row.undoes, row.number)
    return Event(*place, kind, None, row.undoes, row.number, body.get("stage", "review"), body.get("sampled", False))


def standing(events: Iterable[Event]) -> Sequence[Event]:
    """The events that nobody took back, without those that only take back; of a person's verdicts on one place, at one
    stage, the last one stands."""
    given = list(events)
    undone = {each.undoes for each in given if each.undoes is not None}
    kept = [each for each in given if each.kind != "undo" and each.number not in undone]
    last = {_place(each): each.number for each in kept}
    return [each for each in kept if last[_place(each)] == each.number]


def _place(each: Event) -> tuple[object, ...]:
    where = (each.conversation, each.turn_id, each.actor, each.kind)
    if each.verdict is None:
        return (*where, each.stage)
    verdict = each.verdict
    return (*where, verdict.stage, verdict.kind == "clean", verdict.start, verdict.end)


def checked(verdict: Verdict, length: int, types: Iterable[str]) -> Verdict:
    """A verdict that can be, on a text of this many code points. Raises `ConfigError`."""
    if verdict.kind not in get_args(VerdictKind):
        raise ConfigError(f"expected a verdict among {', '.join(get_args(VerdictKind))}")
    if verdict.kind == "clean":
        return verdict
    spans = [(verdict.start, verdict.end)]
    if verdict.kind == "wrong_boundary":
        spans.append((verdict.to_start, verdict.to_end))
    if not all(0 <= start < end <= length for start, end in spans):
        raise ConfigError(f"the span does not lie in the message, which has {length} characters")
    wanted = {"missed": verdict.type, "wrong_type": verdict.to_type}.get(verdict.kind)
    if wanted is not None and wanted not in set(types):
        raise ConfigError(f"expected an entity type among {', '.join(sorted(types))}")
    return verdict


def _short(verdict: Verdict) -> dict[str, Any]:
    """What is as ever is left out."""
    defaults = {each.name: each.default for each in fields(Verdict)}
    return {name: value for name, value in asdict(verdict).items() if name == "kind" or value != defaults[name]}
