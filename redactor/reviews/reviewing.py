"""The work of reviewing: what to look at next, what was said, and what follows at once."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from redactor import Redactor
from redactor.audit.log import actor
from redactor.exceptions import ConfigError, NotFoundError
from redactor.metrics.counts import Counts, Label, rows
from redactor.missed import occurrences_of
from redactor.reviews.events import Count, Event, EventKind, Stage, Verdict, checked, event, settled, standing
from redactor.reviews.outcome import counted, disagreement, is_over, judged, reviewers
from redactor.reviews.places import (
    Span,
    as_now,
    best_vote,
    carried,
    fastened,
    fastened_all,
    in_clear,
    newly_hidden,
    outside,
)
from redactor.risk import Risk, risk_of
from redactor.storage import Queue, Search, Transaction, TurnRow, Waiting, terms
from redactor.storage.words import words
from redactor.transcripts import StoredTurn
from redactor.transcripts.reading import stored_turn
from redactor.transcripts.recorded import Candidate, RecordedEntity, decode_candidates, decode_entities

__all__ = ["Asked", "Looked", "Reviews", "disagreement"]


Hidden = Sequence[tuple[Span, RecordedEntity]]


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
    """What stands, of everybody, with the offsets of the text as it is now."""


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
        events = _as_now(row, standing(event(each) for each in self._store.reviews(conversation, turn_id)))
        risk = risk_of(row.text, row.entities, row.candidates)
        return Looked(stored_turn(row, tenant), decode_candidates(row.candidates), risk, tuple(events))

    def events(self, conversation: str) -> Sequence[Event]:
        """What stands of a conversation's reviews, with the offsets of the texts as they are now."""
        given = standing(event(each) for each in self._store.reviews(conversation))
        turns = {row.turn_id: row for row in self._store.turns(conversation)}
        of_turn: dict[str, list[Event]] = {}
        for each in given:
            of_turn.setdefault(each.turn_id, []).append(each)
        now = [each for id_, events in of_turn.items() if id_ in turns for each in _as_now(turns[id_], events)]
        return sorted(now, key=lambda each: each.number)

    # what is said

    def judge(self, conversation: str, turn_id: str, verdict: Verdict, *, revision: int | None = None) -> Event:
        """Add a verdict on the entity that stands at its place, which says the rest of it.

        What was missed is hidden at once, in the whole conversation, and cannot be taken back; so is what a wider
        boundary adds. `revision`: of the text that was judged; a text that changed since is refused. Raises
        `ConfigError`, `NotFoundError`.
        """
        row, _ = self._row(conversation, turn_id)
        _check_revision(row, revision)
        verdict = checked(verdict, len(row.text), self._redactor.policy.entity_types)
        if verdict.kind == "missed":
            return self._missed(row, verdict)
        given = fastened(verdict, decode_entities(row.entities))
        if outside(given):
            row, given = self._widened(row, given)
        return self._put(row, given)[0]

    def judge_all(self, conversation: str, turn_id: str, verdicts: Sequence[Verdict], *, revision: int) -> int:
        """Several verdicts on one message at once, none of which hides anything; gives how many. Raises as `judge`."""
        row, _ = self._row(conversation, turn_id)
        _check_revision(row, revision)
        types, entities = self._redactor.policy.entity_types, decode_entities(row.entities)
        given = fastened_all((checked(each, len(row.text), types) for each in verdicts), entities)
        if any(each.kind == "missed" or outside(each) for each in given):
            raise ConfigError("what hides something is said of one place at a time")
        self._put(row, *given)
        return len(given)

    def missed_everywhere(self, conversation: str, turn_id: str, verdict: Verdict, *, revision: int) -> int:
        """The same value, missed in other conversations of the tenant too: hide it in each that shows it. Gives how
        many conversations were changed."""
        row, tenant = self._row(conversation, turn_id)
        _check_revision(row, revision)
        value = row.text[verdict.start : verdict.end].strip()
        self.judge(conversation, turn_id, verdict, revision=revision)
        others = [public_id for public_id in self._showing(value, tenant) if public_id != conversation]
        return 1 + sum(self._hide(public_id, value, verdict.type) for public_id in others)

    def submit(
        self,
        conversation: str,
        turn_id: str,
        *,
        sampled: bool = False,
        stage: Stage = "review",
        revision: int | None = None,
    ) -> Event:
        """Somebody is done with a message: what they said nothing of is right. It waits no more once enough people
        are, and agree. `revision`: as for `judge`."""
        return self._done(conversation, turn_id, "submit", sampled=sampled, stage=stage, revision=revision)

    def skip(self, conversation: str, turn_id: str, *, sampled: bool = False) -> Event:
        """Somebody leaves a message to others."""
        return self._done(conversation, turn_id, "skip", sampled=sampled)

    def undo(self, conversation: str, number: int) -> Event:
        """Take back one's own event. Raises `NotFoundError` for another's, `ConfigError` for what cannot be."""
        with self._store.transaction() as tx:
            given = [event(each) for each in tx.reviews(conversation)]
            found = next((each for each in standing(given) if each.number == number and each.actor == actor()), None)
            row = tx.turn(conversation, found.turn_id) if found is not None else None
            if found is None or row is None:
                raise NotFoundError("there is no such event of yours that stands")
            if found.verdict is not None and (found.verdict.kind == "missed" or outside(found.verdict)):
                raise ConfigError("what was reported as missed is hidden already and stays so")
            back = replace(found, kind="undo", verdict=None, time=self._now(), undoes=number, number=0)
            written = _added(tx, back)[0]
            self._settle(tx, row)
        return written

    def count_as_drawn(self, conversation: str, turn_id: str) -> None:
        """A message that people are done with belongs to the sample, though chance did not bring it to them."""
        row = self._store.turn(conversation, turn_id)
        if row is not None:
            with self._store.transaction() as tx:
                self._settle(tx, row, drawn=True)

    # within

    def _missed(self, row: TurnRow, verdict: Verdict) -> Event:
        """What stood in clear is hidden; the verdict is on what hides it now."""
        text = row.text[verdict.start : verdict.end]
        span = (verdict.end - len(text.lstrip()), verdict.start + len(text.rstrip()))
        vote = best_vote(decode_candidates(row.candidates), span)
        now, hidden = self._report(row, span, verdict.type)
        start, end = carried(span, hidden)
        given = self._fastened(now, replace(verdict, start=start, end=end))
        if vote is not None:
            given = replace(given, vote=vote.score, vote_type=vote.type, voter=vote.recognizer)
        return self._put(now, given)[0]

    def _widened(self, row: TurnRow, verdict: Verdict) -> tuple[TurnRow, Verdict]:
        """What a wider boundary adds is hidden, piece by piece."""
        span, wanted = (verdict.start, verdict.end), (verdict.to_start, verdict.to_end)
        while piece := in_clear(row.text, wanted, decode_entities(row.entities)):
            row, hidden = self._report(row, piece, verdict.type)
            span, wanted = carried(span, hidden), carried(wanted, hidden)
        now = replace(verdict, start=span[0], end=span[1], to_start=wanted[0], to_end=wanted[1])
        return row, self._fastened(row, now)

    def _report(self, row: TurnRow, span: Span, type: str) -> tuple[TurnRow, Hidden]:  # noqa: A002
        """The turn as it is after that, and what was hidden in it."""
        self._report_at(row, span, type)
        now, _ = self._row(row.conversation, row.turn_id)
        entities = decode_entities(row.entities), decode_entities(now.entities)
        if now.revision == row.revision:
            raise ConfigError("nothing could be hidden there")
        return now, newly_hidden(span[1] - span[0], *entities)

    def _report_at(self, row: TurnRow, span: Span, type: str) -> None:  # noqa: A002
        chat = self._redactor.conversation_by_public_id(row.conversation)
        chat.report_missed(row.turn_id, *span, type, revision=row.revision)

    def _fastened(self, row: TurnRow, verdict: Verdict) -> Verdict:
        """Raises `ConfigError` where what was hidden reads in a way nobody foresaw: hidden it is all the same."""
        try:
            return fastened(verdict, decode_entities(row.entities))
        except ConfigError:
            pass
        raise ConfigError("it is hidden, and the message reads differently now; load it again")

    def _put(self, row: TurnRow, *verdicts: Verdict) -> list[Event]:
        place = (row.conversation, row.turn_id, row.revision, actor(), self._now())
        with self._store.transaction() as tx:
            written = _added(tx, *(Event(*place, "verdict", each) for each in verdicts))
            self._settle(tx, row)
        return written

    def _done(
        self,
        conversation: str,
        turn_id: str,
        kind: EventKind,
        *,
        sampled: bool,
        stage: Stage = "review",
        revision: int | None = None,
    ) -> Event:
        row, _ = self._row(conversation, turn_id)
        _check_revision(row, revision)
        place = (conversation, turn_id, row.revision, actor(), self._now())
        with self._store.transaction() as tx:
            written = _added(tx, Event(*place, kind, stage=stage, sampled=sampled))[0]
            if kind == "submit":
                self._settle(tx, row)
        return written

    def _settle(self, tx: Transaction, given: TurnRow, *, drawn: bool = False) -> None:
        """Whether a message goes on waiting, and what it counts for, from what stands of its reviews."""
        row, owner = tx.turn(given.conversation, given.turn_id), tx.conversation_by_public_id(given.conversation)
        if row is None or owner is None:
            return
        every = [event(each) for each in tx.reviews(row.conversation, row.turn_id)]
        events = _as_now(row, standing(every))
        last, over = settled(every), is_over(events, self._reviewers)
        if over or last is not None or any(each.kind in ("submit", "undo") for each in every):
            tx.set_waiting(row, None if over else len(reviewers(events)))
        sampled = drawn or (last is not None and last.sampled) or any(e.sampled for e in events if e.kind == "submit")
        counts = counted(judged(events, decode_entities(row.entities)), sampled=sampled) if over else ()
        if counts == (last.counts if last is not None else ()):
            return
        place = (row.conversation, row.turn_id, row.revision, actor(), self._now())
        tx.put_review(Event(*place, "settled", sampled=sampled, is_over=over, counts=counts).row())
        moved = _labels(counts, row.role)
        moved.subtract(_labels(last.counts if last is not None else (), row.role))
        moved = Counter({label: count for label, count in moved.items() if count})
        tx.add_tallies(rows(moved, owner.tenant, row.time, row.policy_version, row.model_version))

    def _tenant(self, public_id: str) -> str:
        found = self._store.conversation_by_public_id(public_id)
        return found.tenant if found is not None else ""

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
        looked_for = occurrences_of(value)
        for row in self._store.turns(public_id):
            for found in looked_for.finditer(row.text):
                try:
                    self._report_at(row, found.span(), type)
                except NotFoundError:
                    return False  # forgotten meanwhile
                except ConfigError:
                    continue  # it touches what is hidden
                return True
        return False

    def _asked(self, each: Waiting, *, by_lot: bool) -> Asked:
        row = each.turn
        risk = risk_of(row.text, row.entities, row.candidates)
        turn = stored_turn(row, self._tenant(row.conversation))
        return Asked(turn, risk, row.number, each.reviews, by_lot)

    def _row(self, conversation: str, turn_id: str) -> tuple[TurnRow, str]:
        row, found = self._store.turn(conversation, turn_id), self._store.conversation_by_public_id(conversation)
        if row is None or found is None:
            raise NotFoundError("there is no such message (any more)")
        return row, found.tenant

    def _now(self) -> float:
        return self._redactor.parts.clock()


def _added(tx: Transaction, *given: Event) -> list[Event]:
    """Events of one message, as they were written. Raises `NotFoundError` where it was erased since it was looked at:
    then nothing is said of it."""
    written = [event(tx.put_review(each.row())) for each in given]
    if written and tx.turn(written[0].conversation, written[0].turn_id) is None:
        raise NotFoundError("there is no such message (any more)")
    return written


def _as_now(row: TurnRow, events: Sequence[Event]) -> list[Event]:
    return list(as_now(events, row.revision, decode_entities(row.entities), len(row.text)))


def _labels(counts: Sequence[Count], role: str) -> Counts:
    return Counter({Label(kind, role, name, by, part): count for kind, name, by, part, count in counts})


def _check_revision(row: TurnRow, revision: int | None) -> None:
    if revision is not None and revision != row.revision:
        raise ConfigError("the message was rewritten since you opened it; load it again")
