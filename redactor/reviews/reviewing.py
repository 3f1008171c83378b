"""The work of reviewing: what to look at next, what was said, and what follows at once."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace

from redactor import Redactor
from redactor.audit.log import actor
from redactor.exceptions import ConfigError, NotFoundError
from redactor.reviews.events import Event, EventKind, Stage, Verdict, checked, event, standing
from redactor.risk import Risk, risk_of
from redactor.storage import Queue, Search, Transaction, TurnRow, Waiting, terms
from redactor.storage.words import words
from redactor.transcripts import StoredTurn
from redactor.transcripts.reading import stored_turn
from redactor.transcripts.recorded import Candidate, decode_candidates


@dataclass(frozen=True, slots=True)
class Asked:
    """A message from the queue."""

    turn: StoredTurn
    risk: Risk
    number: int
    """Order of recording; with the risk it says where a page of the queue ended."""
    reviews: int
    """How many people have submitted theirs."""
    sampled: bool = False
    """Whether chance drew it."""


@dataclass(frozen=True, slots=True)
class Looked:
    """A message with all that was voted on it and said of it."""

    turn: StoredTurn
    candidates: tuple[Candidate, ...]
    risk: Risk
    events: tuple[Event, ...]
    """What stands, of everybody."""


class Reviews:
    """Reviews of one Redactor's store. Whoever acts is named with `redactor.audit.acting`. Thread-safe."""

    def __init__(self, redactor: Redactor, *, reviewers: int = 1) -> None:
        """`reviewers`: how many people look at a message before it is done with."""
        self._redactor, self._reviewers = redactor, reviewers
        self._store = redactor.parts.store

    # what there is

    def queue(self, queue: Queue, limit: int = 50) -> Sequence[Asked]:
        """What waits, in the queue's order."""
        return [self._asked(each, by_lot=queue.by == "lot") for each in self._store.waiting(queue, limit)]

    def look(self, conversation: str, turn_id: str) -> Looked:
        """One message. Raises `NotFoundError`."""
        row, tenant = self._row(conversation, turn_id)
        events = standing(event(each) for each in self._store.reviews(conversation, turn_id))
        risk = risk_of(row.text, row.entities, row.candidates)
        return Looked(stored_turn(row, tenant), decode_candidates(row.candidates), risk, tuple(events))

    def events(self, conversation: str) -> Sequence[Event]:
        """What stands of a conversation's reviews."""
        return standing(event(each) for each in self._store.reviews(conversation))

    # what is said

    def judge(self, conversation: str, turn_id: str, verdict: Verdict, *, revision: int | None = None) -> Event:
        """Add a verdict. What was missed is hidden at once, in the whole conversation, and cannot be taken back.

        `revision`: of the text that was judged; a text that changed since is refused. Raises `ConfigError`,
        `NotFoundError`.
        """
        row, _ = self._row(conversation, turn_id)
        _check_revision(row, revision)
        verdict = checked(verdict, len(row.text), self._redactor.policy.entity_types)
        if verdict.kind == "missed":
            self._redactor.conversation_by_public_id(conversation).report_missed(
                turn_id, verdict.start, verdict.end, verdict.type, revision=revision
            )
            row, _ = self._row(conversation, turn_id)
            verdict = replace(verdict, end=_end_of(row, verdict))
        given = Event(conversation, turn_id, row.revision, actor(), self._now(), "verdict", verdict)
        with self._store.transaction() as tx:
            return event(tx.put_review(given.row()))

    def missed_everywhere(self, conversation: str, turn_id: str, verdict: Verdict, *, revision: int) -> int:
        """The same value, missed in other conversations of the tenant too: hide it in each that shows it. Gives how
        many conversations were changed."""
        row, tenant = self._row(conversation, turn_id)
        _check_revision(row, revision)
        value = row.text[verdict.start : verdict.end]
        self.judge(conversation, turn_id, verdict, revision=revision)
        return 1 + sum(self._hide(public_id, value, verdict.type) for public_id in self._showing(value, tenant))

    def submit(self, conversation: str, turn_id: str, *, sampled: bool = False, stage: Stage = "review") -> Event:
        """Somebody is done with a message. It waits no more once enough people are, and agree."""
        return self._done(conversation, turn_id, "submit", sampled=sampled, stage=stage)

    def skip(self, conversation: str, turn_id: str, *, sampled: bool = False) -> Event:
        """Somebody leaves a message to others."""
        return self._done(conversation, turn_id, "skip", sampled=sampled)

    def undo(self, conversation: str, number: int) -> Event:
        """Take back one's own event. Raises `NotFoundError` for another's, `ConfigError` for what cannot be."""
        given = [event(each) for each in self._store.reviews(conversation)]
        found = next((each for each in given if each.number == number and each.actor == actor()), None)
        if found is None or found not in standing(given):
            raise NotFoundError("there is no such event of yours that stands")
        if found.verdict is not None and found.verdict.kind == "missed":
            raise ConfigError("what was reported as missed is hidden already and stays so")
        back = replace(found, kind="undo", verdict=None, time=self._now(), undoes=number, number=0)
        with self._store.transaction() as tx:
            written = event(tx.put_review(back.row()))
            if found.kind == "submit":
                self._settle(tx, conversation, found.turn_id)
        return written

    # within

    def _done(
        self, conversation: str, turn_id: str, kind: EventKind, *, sampled: bool, stage: Stage = "review"
    ) -> Event:
        row, _ = self._row(conversation, turn_id)
        given = Event(
            conversation,
            turn_id,
            row.revision,
            actor(),
            self._now(),
            kind,
            stage=stage,
            sampled=sampled,
        )
        with self._store.transaction() as tx:
            written = event(tx.put_review(given.row()))
            if kind == "submit":
                self._settle(tx, conversation, turn_id)
        return written

    def _settle(self, tx: Transaction, conversation: str, turn_id: str) -> None:
        """Whether a message goes on waiting, from what stands of its reviews."""
        row = tx.turn(conversation, turn_id)
        if row is None:
            return
        events = standing(event(each) for each in tx.reviews(conversation, turn_id))
        people = {each.actor for each in events if each.kind == "submit" and each.stage == "review"}
        is_decided = any(each.kind == "submit" and each.stage == "adjudication" for each in events)
        is_over = is_decided or (len(people) >= self._reviewers and not disagreement(events))
        tx.set_waiting(row, None if is_over else len(people))

    def _showing(self, value: str, tenant: str) -> Sequence[str]:
        """Conversations of a tenant whose turns show these words in clear."""
        held = words(value)
        if not held:
            return []
        search = Search(terms=terms(f'"{" ".join(held)}"'), tenant=tenant)
        found: dict[str, None] = {}
        before: int | None = None
        while rows := self._store.search(search, limit=500, before=before):
            found |= dict.fromkeys(row.conversation for row in rows)
            before = rows[-1].number
        return list(found)

    def _hide(self, public_id: str, value: str, type: str) -> bool:  # noqa: A002
        """In one conversation, if it still shows it."""
        for row in self._store.turns(public_id):
            place = row.text.casefold().find(value.casefold())
            if place >= 0 and len(row.text.casefold()) == len(row.text):
                chat = self._redactor.conversation_by_public_id(public_id)
                try:
                    chat.report_missed(row.turn_id, place, place + len(value), type, revision=row.revision)
                except ConfigError:
                    continue  # it touches what is hidden
                return True
        return False

    def _asked(self, each: Waiting, *, by_lot: bool) -> Asked:
        row = each.turn
        found = self._store.conversation_by_public_id(row.conversation)
        risk = risk_of(row.text, row.entities, row.candidates)
        turn = stored_turn(row, found.tenant if found is not None else "")
        return Asked(turn, risk, row.number, each.reviews, by_lot)

    def _row(self, conversation: str, turn_id: str) -> tuple[TurnRow, str]:
        row, found = self._store.turn(conversation, turn_id), self._store.conversation_by_public_id(conversation)
        if row is None or found is None:
            raise NotFoundError("there is no such message (any more)")
        return row, found.tenant

    def _now(self) -> float:
        return self._redactor.parts.clock()


def disagreement(events: Sequence[Event]) -> bool:
    """Whether people who are done with a message say different things of it."""
    people = {each.actor for each in events if each.kind == "submit" and each.stage == "review"}
    said = {person: _said(events, person) for person in people}
    return len(set(said.values())) > 1


def _said(events: Sequence[Event], person: str) -> frozenset[tuple[object, ...]]:
    verdicts = (each.verdict for each in events if each.actor == person)
    return frozenset(
        (v.kind, v.start, v.end, v.to_type or v.type, v.to_start, v.to_end)
        for v in verdicts
        if v is not None and v.kind not in ("clean", "correct") and v.stage == "review"
    )


def _check_revision(row: TurnRow, revision: int | None) -> None:
    if revision is not None and revision != row.revision:
        raise ConfigError("the message was rewritten since you opened it; load it again")


def _end_of(row: TurnRow, verdict: Verdict) -> int:
    """Where the placeholder ends that stands there now."""
    ends = [each["end"] for each in json.loads(row.entities) if each["start"] == verdict.start]
    return int(ends[0]) if ends else min(verdict.end, len(row.text))
