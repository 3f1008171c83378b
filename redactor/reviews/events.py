"""What a review is made of: events that are only ever added. They name places, types and scores, and never a value."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, fields
from typing import Any, Literal, TypeAlias, get_args

from redactor.exceptions import ConfigError
from redactor.storage import ReviewRow

VerdictKind = Literal["correct", "wrong_type", "wrong_boundary", "not_personal", "missed", "clean"]

SPAN_VERDICTS: tuple[VerdictKind, ...] = ("correct", "wrong_type", "wrong_boundary", "not_personal", "missed")
"""On a place in a message."""
MESSAGE_VERDICTS: tuple[VerdictKind, ...] = ("clean",)
"""On a message: nothing personal stands in clear in it, as far as this person sees."""

EventKind = Literal["verdict", "submit", "skip", "undo", "settled"]
"""`settled`: what a message that people are done with was counted as; the last one of a message counts."""

Count: TypeAlias = tuple[str, str, str, int, int]
"""Kind, entity type, recognizer, bin of the score, and how many; see `redactor.metrics.counts.REVIEW_KINDS`."""

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
    """Whether the message was drawn by chance."""
    index: int = 0
    """Number of the placeholder that stands there; 0 where there is none."""
    nth: int = 0
    """Which of the message's entities alike in type, number, score and recognizer it is, from 0."""
    vote: float = 0.0
    """`missed`: the highest score with which a recognizer had voted for it, 0 where none had."""
    vote_type: str = ""
    voter: str = ""
    """What that vote said it was, and whose it was."""


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
    """Of a `submit`, a `skip` or a `settled`: whether chance drew the message. Only such tell how much is missed."""
    is_over: bool = False
    """Of a `settled`: whether people are done with the message."""
    counts: tuple[Count, ...] = ()
    """Of a `settled`."""

    def row(self) -> ReviewRow:
        """As it is stored."""
        body = self._body()
        text = json.dumps(body, separators=(",", ":"))
        place = (self.conversation, self.turn_id, self.revision, self.actor, self.time)
        return ReviewRow(*place, self.kind, text, self.undoes, self.number)

    def _body(self) -> dict[str, Any]:
        if self.verdict is not None:
            return _short(self.verdict)
        if self.kind == "settled":
            return {"is_over": self.is_over, "sampled": self.sampled, "counts": self.counts}
        return {"stage": self.stage, "sampled": self.sampled}


def event(row: ReviewRow) -> Event:
    """Undo `Event.row`."""
    body: dict[str, Any] = json.loads(row.body)
    place = (row.conversation, row.turn_id, row.revision, row.actor, row.time)
    kind: EventKind = row.kind  # type: ignore[assignment]  # we wrote it
    if kind == "verdict":
        return Event(*place, kind, Verdict(**body), row.undoes, row.number)
    sampled = bool(body.get("sampled", False))
    if kind == "settled":
        counts = tuple((str(a), str(b), str(c), int(d), int(e)) for a, b, c, d, e in body["counts"])
        over = bool(body["is_over"])
        return Event(*place, kind, number=row.number, sampled=sampled, is_over=over, counts=counts)
    stage: Stage = body.get("stage", "review")
    return Event(*place, kind, None, row.undoes, row.number, stage, sampled)


def standing(events: Iterable[Event]) -> Sequence[Event]:
    """What people said and nobody took back; of a person's verdicts on one place, at one stage, the last one stands."""
    given = list(events)
    undone = {each.undoes for each in given if each.undoes is not None}
    kept = [each for each in given if each.kind not in ("undo", "settled") and each.number not in undone]
    last = {_place(each): each.number for each in kept}
    return [each for each in kept if last[_place(each)] == each.number]


def settled(events: Iterable[Event]) -> Event | None:
    """What a message was last counted as; `events` are all of one message, in their order."""
    return next((each for each in reversed(list(events)) if each.kind == "settled"), None)


def _place(each: Event) -> tuple[object, ...]:
    where = (each.conversation, each.turn_id, each.actor, each.kind)
    if each.verdict is None:
        return (*where, each.stage)
    return (*where, each.verdict.stage, *place_of(each.verdict))


def place_of(verdict: Verdict) -> tuple[object, ...]:
    """What a verdict is on: the message, an entity wherever it has moved to, or a span."""
    if verdict.kind in MESSAGE_VERDICTS:
        return ("message",)
    if verdict.recognizer:
        return (verdict.type, verdict.index, verdict.recognizer, verdict.score, verdict.nth)
    return (verdict.start, verdict.end)


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
