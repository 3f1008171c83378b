"""A message as the pages show it: cut into pieces, with its reasons, votes and verdicts in words."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from redactor.reviews import Event, Looked, Verdict
from redactor.reviews.places import as_now
from redactor.risk import REASONS, Risk, risk_of
from redactor.storage import TurnRow
from redactor.taxonomy import LITERAL, entity_types
from redactor.transcripts import Candidate, StoredTurn, decode_candidates
from redactor.transcripts.reading import stored_turn
from redactor_console.drawing import actor_of
from redactor_console.web.pieces import Piece, pieces
from redactor_console.web.visit import Visit

Place = tuple[int, int]

CONTEXT = 3
"""Turns shown before a message that is judged."""


@dataclass(frozen=True, slots=True)
class Shown:
    """One message."""

    turn: StoredTurn
    pieces: Sequence[Piece]
    weighed: Callable[[], Risk]
    """Its risk; asked only where it is shown."""
    said: Mapping[Place, str] = field(default_factory=dict)
    """What this person said of each place, in words."""
    is_clean: bool = False
    """Whether this person said that nothing is missed in it."""

    @property
    def risk(self) -> float:
        """How much a look at it would pay, 0 to 1."""
        return self.weighed().score

    @property
    def reasons(self) -> list[str]:
        """Why, in words."""
        return [REASONS[reason] for reason in self.weighed().reasons]

    @property
    def path(self) -> str:
        """The page of this message."""
        return f"/conversations/{self.turn.conversation}/messages/{self.turn.turn_id}"

    @property
    def link(self) -> str:
        """Where it stands in its conversation."""
        return f"/conversations/{self.turn.conversation}?at={self.turn.seq}#t-{self.turn.seq}"

    @property
    def found(self) -> list[Piece]:
        """What is hidden in it, in order."""
        return [each for each in self.pieces if each.entity is not None]

    @property
    def votes(self) -> list[Piece]:
        """Where somebody voted and nothing is hidden."""
        return [each for each in self.pieces if each.entity is None and each.candidates]

    @property
    def words(self) -> list[Piece]:
        """Words and hidden places, to choose from where nothing can be selected: at most `_MOST_WORDS`."""
        return _words(self.pieces)[:_MOST_WORDS]


_MOST_WORDS = 400


def shown(
    turn: StoredTurn, candidates: Sequence[Candidate], weighed: Callable[[], Risk], events: Sequence[Event] = ()
) -> Shown:
    """`events`: of one person, that stand, with the offsets of the text as it is now."""
    verdicts = [each.verdict for each in events if each.verdict is not None]
    return Shown(
        turn,
        pieces(turn.text, turn.entities, candidates),
        weighed,
        {(each.start, each.end): in_words(each) for each in verdicts if each.kind != "clean"},
        any(each.kind == "clean" for each in verdicts),
    )


def shown_row(row: TurnRow, tenant: str, events: Sequence[Event] = ()) -> Shown:
    """The same of a turn as it is stored; `events` may be on an older text of it."""
    turn = stored_turn(row, tenant)
    now = list(as_now(events, row.revision, turn.entities, len(row.text)))
    weighed = partial(risk_of, row.text, row.entities, row.candidates)
    return shown(turn, decode_candidates(row.candidates), weighed, now)


def shown_look(visit: Visit, looked: Looked, stage: str = "review") -> Shown:
    """The same of a message that was looked up, with the visitor's own verdicts of this stage."""
    own = [each for each in looked.events if each.actor == actor_of(visit) and _stage(each) == stage]
    return shown(looked.turn, looked.candidates, lambda: looked.risk, own)


def before(visit: Visit, turn: StoredTurn) -> list[Shown]:
    """The turns before it."""
    first = max(1, turn.seq - CONTEXT)
    rows = visit.redactor.parts.store.turns_from(turn.conversation, first, turn.seq - first)
    return [shown_row(row, turn.tenant) for row in rows if row.seq < turn.seq]


def in_words(verdict: Verdict) -> str:
    """A verdict in words."""
    words = {
        "correct": "correct",
        "wrong_type": f"wrong type, it is {verdict.to_type}",
        "wrong_boundary": "wrong boundary",
        "not_personal": "not personal",
        "missed": f"was missed: {verdict.type}",
        "clean": "clean",
    }
    return words[verdict.kind]


def types(visit: Visit) -> list[str]:
    """Entity types to choose from, in the taxonomy's order, the policy's own behind them."""
    known = [name for name in entity_types() if name != LITERAL]
    return known + sorted(visit.redactor.policy.own_types)


def trail(look: Shown) -> dict[str, Any]:
    """How each decision on a message came about: for our scripts, without its text."""
    turn = look.turn
    return {
        "seq": turn.seq,
        "role": turn.role,
        "revision": turn.revision,
        "policy_version": turn.policy_version,
        "model_version": turn.model_version,
        "risk": look.risk,
        "reasons": list(look.reasons),
        "entities": [_decision(look, piece) for piece in look.found],
        "votes": [_votes(piece) for piece in look.votes],
    }


def _decision(look: Shown, piece: Piece) -> dict[str, Any]:
    entity = piece.entity
    assert entity is not None  # noqa: S101 - `found` gives no other
    return {
        "number": piece.number,
        "placeholder": piece.text if entity.operator != "keep" else "",
        "type": entity.type,
        "score": entity.score,
        "recognizer": entity.recognizer,
        "operator": entity.operator,
        "outcome": entity.outcome,
        "reason": entity.reason,
        "reveal": f"{entity.type}_{entity.index}" if entity.index else "",
        "verdict": look.said.get((piece.start, piece.end), ""),
        **_votes(piece),
    }


def _votes(piece: Piece) -> dict[str, Any]:
    names = ("type", "score", "recognizer")
    votes = [{name: getattr(each, name) for name in names} for each in piece.candidates]
    return {"start": piece.start, "end": piece.end, "votes": votes}


def _stage(event: Event) -> str:
    return event.verdict.stage if event.verdict is not None else event.stage


def _words(found: Iterable[Piece]) -> list[Piece]:
    words: list[Piece] = []
    for piece in found:
        if piece.entity is not None:
            words.append(piece)
            continue
        reached = 0
        for word in piece.text.split():
            at = piece.text.index(word, reached)
            reached = at + len(word)
            words.append(Piece(word, piece.start + at, piece.start + reached))
    return words
