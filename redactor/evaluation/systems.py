"""The systems that can be scored: the whole pipeline, and any recognizer by itself. What each saw in each message.

Nothing here looks at the marks; `redactor.evaluation.counting` compares them afterwards.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from time import perf_counter
from typing import Protocol
from uuid import uuid4

from redactor.evaluation.dialogs import Dialog, Message
from redactor.exceptions import DetectionError, RedactorError
from redactor.policy import Policy
from redactor.redactor import Redactor
from redactor.types import Decision, Entity, Recognizer, Redaction

CANDIDATES_FROM = 0.05
"""Score from which a vote that was not enough is looked at when scores are compared with probabilities."""

CONTEXT_TURNS = 3
"""Turns before a message that a recognizer alone is given; the pipeline gives its recognizers as many."""

_WARM_UP = "Hello, I am Ann Example, please write to ann@example.com about order 12345678."


@dataclass(frozen=True, slots=True)
class Reading:
    """What one system made of one message. Offsets count code points of the message."""

    message: Message
    entities: tuple[Entity, ...]
    """Its answer, without overlaps; what the policy keeps carries the operator `keep`."""
    masked: tuple[Entity, ...]
    """What was masked when the message went out; may overlap."""
    masked_later: tuple[Entity, ...]
    """What is masked in it after the conversation's last turn: a later turn can tell more."""
    candidates: tuple[Entity, ...] = ()
    """Votes of score 0.05 and more that were not enough."""
    ms: float = 0.0
    """What the message took, in milliseconds."""
    model_ms: float | None = None
    """What the name model took of that, where it is known."""


@dataclass(frozen=True, slots=True)
class ReadDialog:
    """A conversation as a system read it."""

    dialog: Dialog
    readings: tuple[Reading, ...] = field(repr=False)


class System(Protocol):
    """Something that finds personal data in whole conversations."""

    @property
    def name(self) -> str:
        """What it is called in tables."""

    @property
    def setting(self) -> str:
        """How it was run, in words: rules only, with which model, under which policy."""

    @property
    def scored(self) -> bool:
        """Whether its scores are meant as scores; else calibration says nothing."""

    def read(self, dialogs: Iterable[Dialog]) -> Iterator[ReadDialog]:
        """What it sees in each message of each dialog, in order."""


class Pipeline:
    """A Redactor as users run it: whole conversations in order, single sentences through `detect`."""

    scored = True

    def __init__(self, redactor: Redactor, name: str = "redactor") -> None:
        self.name = name
        self._redactor = redactor
        policy = redactor.policy
        self.setting = f"whole pipeline, model {redactor.model_version}, policy {policy.name} {policy.version}"

    def read(self, dialogs: Iterable[Dialog]) -> Iterator[ReadDialog]:
        """Each dialog as a conversation of its own, forgotten afterwards. An error of the redactor ends it."""
        self._redactor.warm_up()
        for dialog in dialogs:
            yield ReadDialog(dialog, tuple(self._alone(dialog) if dialog.alone else self._in_turn(dialog)))

    def _alone(self, dialog: Dialog) -> Iterator[Reading]:
        for message in dialog.messages:
            began = perf_counter()
            entities = tuple(self._redactor.detect(message.text))
            took = _since(began)
            masked = _masked(entities)
            candidates = _candidates(self._redactor.explain(message.text))
            yield Reading(message, entities, masked, masked, candidates, took)

    def _in_turn(self, dialog: Dialog) -> Iterator[Reading]:
        chat = self._redactor.conversation(f"evaluate-{uuid4()}")
        try:
            seen: list[tuple[Redaction, float]] = []
            latest: dict[str, Redaction] = {}
            for message in dialog.messages:
                began = perf_counter()
                redaction = chat.redact(message.text, role=message.role)
                seen.append((redaction, _since(began)))
                latest.update((each.turn_id, each) for each in (redaction, *redaction.revised))
        finally:
            chat.forget()
        for message, (redaction, took) in zip(dialog.messages, seen, strict=True):
            yield Reading(
                message=message,
                entities=redaction.entities,
                masked=_masked(redaction.entities),
                masked_later=_masked(latest[redaction.turn_id].entities),
                candidates=_candidates(redaction.decisions),
                ms=took,
                model_ms=redaction.timings.get("transformer"),
            )


class Alone:
    """A recognizer by itself, message by message: the transformer alone, a foreign model, another project's rules.

    `threshold` gives the score from which a vote of a type counts; `kept` names the types left in the text. Votes may
    overlap: all of them mask, the best of those that overlap is the typed answer. A recognizer that fails is a
    `DetectionError` that names it and no text.
    """

    def __init__(
        self,
        recognizer: Recognizer,
        *,
        name: str,
        setting: str,
        threshold: Callable[[str], float],
        kept: frozenset[str],
        turns: int = CONTEXT_TURNS,
        scored: bool = True,
    ) -> None:
        self.name, self.setting, self.scored = name, setting, scored
        self._recognizer = recognizer
        self._threshold = threshold
        self._kept = kept
        self._turns = turns

    def read(self, dialogs: Iterable[Dialog]) -> Iterator[ReadDialog]:
        """Each message with the turns of its dialog before it, as they were typed."""
        self._ask(_WARM_UP, ())
        for dialog in dialogs:
            texts = [message.text for message in dialog.messages]
            readings = [
                self._reading(message, texts[max(0, number - self._turns) : number])
                for number, message in enumerate(dialog.messages)
            ]
            yield ReadDialog(dialog, tuple(readings))

    def _reading(self, message: Message, context: Sequence[str]) -> Reading:
        began = perf_counter()
        votes = self._ask(message.text, context)
        took = _since(began)
        accepted = [self._kept_or_not(vote) for vote in votes if vote.score >= self._threshold(vote.type)]
        weak = [vote for vote in votes if CANDIDATES_FROM <= vote.score < self._threshold(vote.type)]
        masked = _masked(accepted)
        return Reading(message, tuple(best(accepted)), masked, masked, tuple(weak), took)

    def _ask(self, text: str, context: Sequence[str]) -> list[Entity]:
        failure = ""
        try:
            return list(self._recognizer(text, context))
        except RedactorError:
            raise
        except Exception as error:  # noqa: BLE001  whatever it is, the text was not checked
            failure = type(error).__name__
        # raised out here: the original error, whose message may hold the text, is not chained
        raise DetectionError(self.name, failure)

    def _kept_or_not(self, vote: Entity) -> Entity:
        return replace(vote, operator="keep") if vote.type in self._kept else vote


def transformer_alone(recognizer: Recognizer, version: str, policy: Policy) -> Alone:
    """The name model of a package without patterns, memory or view, at the thresholds of a policy."""
    setting = f"transformer alone, model {version}, policy {policy.name} {policy.version}"
    needed = policy.model_threshold(getattr(recognizer, "thresholds", {}))
    return Alone(recognizer, name="transformer", setting=setting, threshold=needed, kept=policy.kept)


def best(votes: Iterable[Entity]) -> list[Entity]:
    """Of votes that overlap the one of the highest score, then the longest, then the first; sorted by place."""
    chosen: list[Entity] = []
    for vote in sorted(votes, key=lambda vote: (-vote.score, vote.start - vote.end, vote.start, vote.type)):
        if not any(vote.overlaps(other) for other in chosen):
            chosen.append(vote)
    return sorted(chosen)


def _masked(entities: Iterable[Entity]) -> tuple[Entity, ...]:
    return tuple(entity for entity in entities if entity.operator != "keep")


def _candidates(decisions: Iterable[Decision]) -> tuple[Entity, ...]:
    weak = (decision.entity for decision in decisions if decision.outcome == "candidate")
    return tuple(vote for vote in weak if vote.score >= CANDIDATES_FROM)


def _since(began: float) -> float:
    return (perf_counter() - began) * 1000.0
