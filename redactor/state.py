"""The path of one turn: detected, decided, minted, recorded, and what became known by it rewritten.

Nothing here locks: `Conversation` holds its lock around every call.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from time import perf_counter

from redactor.asides import Aside, Key, is_field_name, question
from redactor.detection import Detection
from redactor.detection.view import is_wordless
from redactor.exceptions import NotFoundError, StorageError
from redactor.foreign import foreign, unrestorable, unsaid
from redactor.history import FIRST
from redactor.intake import Plan, Taken, joined, plan, take
from redactor.knowledge import Knowledge, before, key_id
from redactor.lately import certain_secrets
from redactor.masking import moved
from redactor.metrics import counts
from redactor.missed import hide, reported
from redactor.placeholders import render
from redactor.revising import (
    EARLIER,
    SplitValues,
    mentions,
    rewrite_fragments,
    rewrite_mentions,
    split_values,
)
from redactor.served import Served, as_recorded
from redactor.storage import Transaction, TurnRow
from redactor.told import corrected, told
from redactor.transcripts import Candidate, explained, file_restored, record
from redactor.types import Entity, Recognizer, Redaction, Role, Turn
from redactor.watching import tell, tell_time, watched, watcher

_ATTEMPTS = 5
"""Tries at a turn while other processes rewrite the turns before it."""

_A_WORD_BETWEEN = 60
"""Characters of another's turn that does not break a value typed in pieces; a bot answers every message."""

_LOOKED_BACK = 2 * EARLIER
"""Turns before a message in which a value typed in pieces may have begun."""

CONTEXT_TURNS = 3
"""Turns before a message that recognizers are shown. The model's own budget is shorter."""


class State(Knowledge):
    """One conversation in this process, and what can be done with it."""

    def new_turn(self, turn: Turn, channel: str, foreign: Sequence[Entity] = ()) -> Redaction:
        """Take in one turn after all others. `foreign`: what is in it that may never be restored."""
        self._begin_again_if_over()
        if turn.role == "customer":
            self.vault.drop_held()  # the turn before has ended
        return self._take_in(turn, self.history.latest(_LOOKED_BACK), channel, foreign=foreign)[1]

    def following(self, turns: Sequence[Turn], channel: str) -> list[Redaction]:
        """Turns after all others; one whose id and text are known already is served, not taken in again."""
        self._begin_again_if_over()
        redactions = []
        for turn in turns:
            served = self._resent.again(self._key(turn, ""), turn.text) if turn.id else None
            redactions.append(self.new_turn(turn, channel) if served is None else served[1])
        if any(redaction.revised for redaction in redactions):
            return [self._brought_up_to_date(r, turn.text) for r, turn in zip(redactions, turns, strict=True)]
        return redactions

    def resent(self, turns: Sequence[Turn], channel: str) -> list[Redaction]:
        """The history as a host resends it: what is known is served, what is not is taken in."""
        self._begin_again_if_over()
        served = self._resent.front(turns)
        unchanged = len(served)
        taken = len(turns)
        for turn in turns[unchanged:]:
            past = [row for row, _ in served[-_LOOKED_BACK:]]
            entry = self._served_before(turn, _last(past))
            if entry is None:
                if turn.role == "customer" and taken == len(turns):
                    self.vault.drop_held()  # the turn before has ended
                taken = min(taken, len(served))
                entry = self._take_in(turn, past, channel, again=True)
            served.append(entry)
        self._resent.keep(unchanged, turns[unchanged:taken], served[unchanged:taken])
        redactions = [redaction for _, redaction in served]
        if any(redaction.revised for redaction in redactions[taken:]):
            return [self._brought_up_to_date(r, turn.text) for r, turn in zip(redactions, turns, strict=True)]
        return redactions

    def _take_in(
        self,
        turn: Turn,
        past: Sequence[TurnRow],
        channel: str,
        *,
        again: bool = False,
        foreign: Sequence[Entity] = (),
    ) -> Served:
        """Detect, decide, mint, record, and rewrite what became known: one transaction, one turn or none.

        `again`: the turn is part of a history, which another process may be sent as well; it is recorded once.
        """
        for _ in range(_ATTEMPTS):
            redaction = self._try_to_take_in(turn, past, channel, again, foreign)
            if redaction is not None:
                return self._recorded(redaction.turn_id), redaction
            past = [row for row in (self.history.turn(before.turn_id) for before in past) if row]
            if again and (served := self._served_before(turn, _last(past))):
                return served
        raise StorageError("other processes keep rewriting this conversation; the turn was not recorded, send it again")

    def _try_to_take_in(
        self, turn: Turn, past: Sequence[TurnRow], channel: str, again: bool, foreign: Sequence[Entity]
    ) -> Redaction | None:
        """None where, meanwhile, another process recorded this very turn, rewrote one that it would rewrite, forgot
        them all, or came to know something that it says."""
        parts = self.parts
        own, stand_ins = self._own(turn), self.vault.stand_ins
        context = [row.text for row in past[-CONTEXT_TURNS:]]
        detection = self._detect(turn, own, context, parts.recognizers)
        split = self._split(turn, past).unless_secret(detection.entities, parts.policy)
        began = perf_counter()
        pieces = [*joined(split.here), *unrestorable(turn.text, foreign, parts.policy)]
        planned = plan(turn.text, detection, parts.policy, own, pieces, stand_ins)
        started = parts.clock()
        try:
            with parts.store.transaction() as tx:
                self.vault.begin(tx, started)
                if key_id(self.vault) != self._key_id:
                    self._start_over()
                self.history.refresh(tx, self.vault.public_id)
                if any(self.history.turn(row.turn_id) is None for row in past[-1:]):
                    return None
                if again and self._served_before(turn, _last(past)):
                    return None
                if any(self._recorded(each.turn.turn_id) != each.turn for each in split.earlier):
                    return None
                meanwhile = self._learn()
                if mentions(turn.text, meanwhile) or self._has_others(turn.text, stand_ins):
                    return None
                taken = take(tx, self.vault, parts.policy, turn.text, planned, started)
                revised = rewrite_fragments(tx, self.vault, parts.policy, split.earlier, started, self._lately)
                for row in revised:
                    self.history.take(row)
                fresh = meanwhile + self._learn()
                revised += rewrite_mentions(tx, self.vault, parts.policy, self.history, fresh, started)
                timings = _with_minting(detection.timings, began)
                row = self._record(tx, turn, past, replace(detection, timings=timings), taken, channel, started)
                counted = counts.of_message(turn.role, turn.text, taken.entities, detection.candidates)
                self._count(tx, counted, started)
        except BaseException:
            self._start_over()  # what was minted here is not in the store
            raise
        for changed in (*revised, row):
            self.history.take(changed)
        if turn.role == "customer":
            self._lately.add(row.turn_id, turn.text, planned, taken, certain_secrets(detection, turn.text, context))
        parts.metrics.add(counted)
        timings = _with_minting(detection.timings, began)
        _tell(taken, timings)
        return self._redaction(row, turn, replace(detection, timings=timings), taken, revised)

    def _split(self, turn: Turn, past: Sequence[TurnRow]) -> SplitValues:
        """The values that the customer began in earlier messages and ends in this one."""
        earlier = _consecutive(past) if turn.role == "customer" else []
        policy, patterns = self.parts.policy, self.parts.patterns
        return split_values(earlier, past, turn.text, patterns, self.vault, policy, self._lately)

    def _record(
        self,
        tx: Transaction,
        turn: Turn,
        past: Sequence[TurnRow],
        detection: Detection,
        taken: Taken,
        channel: str,
        now: float,
    ) -> TurnRow:
        return record(
            tx,
            self.vault,
            role=turn.role,
            text=turn.text,
            redacted=taken.written.text,
            previous_turn_id=before(turn, _last(past)),
            channel=channel,
            now=now,
            policy_version=self.parts.policy.version,
            model_version=self.parts.model_version,
            entities=explained(taken.recorded, [(m.start, m.end) for m in taken.masks], detection.decisions),
            candidates=_candidates(detection, taken),
            timings=detection.timings,
        )

    def _redaction(
        self, row: TurnRow, turn: Turn, detection: Detection, taken: Taken, revised: Sequence[TurnRow]
    ) -> Redaction:
        latest = {changed.turn_id: changed for changed in revised}
        return Redaction(
            text=row.text,
            entities=taken.entities,
            role=turn.role,
            turn_id=row.turn_id,
            revised=tuple(as_recorded(changed, self.vault) for changed in latest.values()),
            decisions=detection.decisions,
            timings=detection.timings,
        )

    def _brought_up_to_date(self, redaction: Redaction, text: str) -> Redaction:
        """A turn of the same call may have been rewritten by one after it."""
        row = self.history.turn(redaction.turn_id)
        if row is None or row.text == redaction.text:
            return redaction
        now = as_recorded(row, self.vault, text)
        return replace(redaction, text=now.text, entities=now.entities, revision=now.revision)

    def aside(self, role: Role, echoes: Collection[str], text: str, hint: str | None, is_number: bool = False) -> str:
        """A string that is no turn, redacted; what it says of other turns is masked there too. `hint`: what it is
        about; None for the name of a field."""
        if is_wordless(text):
            return text
        self._begin_again_if_over()
        turn = Turn(role, text, echoes=frozenset(each for each in echoes if each in text))
        key = role, hint, turn.echoes, self.vault.text_hash(f"{text}\0number" if is_number else text)
        is_guesswork = _is_guesswork(turn, hint, is_number)
        for _ in range(_ATTEMPTS):
            before = self._asides.find(key)
            if before is not None and not mentions(text, self._fresh[before.learned :]):
                return self._kept_aside(key, before.text, is_guesswork)
            redacted = self._redacted_aside(turn, hint, is_guesswork)
            if redacted is not None:
                return self._kept_aside(key, redacted, is_guesswork)
        raise StorageError(
            "other processes keep writing to this conversation; the text was not redacted, send it again"
        )

    def _kept_aside(self, key: Key, redacted: str, is_guesswork: bool) -> str:
        text_hash = None if is_guesswork else self.vault.text_hash(redacted)
        self._asides.keep(key, Aside(redacted, len(self._fresh)), text_hash)
        return redacted

    def _redacted_aside(self, turn: Turn, hint: str | None, is_guesswork: bool) -> str | None:
        """None where, meanwhile, another process came to know something that the text says."""
        parts, stand_ins = self.parts, self.vault.stand_ins
        own = self._own(turn)
        asked = _without_models(parts.recognizers) if is_guesswork else parts.recognizers
        detection = self._detect(turn, own, question(hint), asked)
        tell_time("detect", sum(detection.timings.values()) / 1000.0)
        planned = plan(turn.text, detection, parts.policy, own, (), stand_ins)
        if not planned.masked:
            return turn.text
        return self._taken_aside(
            turn.text, planned, lambda fresh: mentions(turn.text, fresh) or self._has_others(turn.text, stand_ins)
        )

    def told(self, value: str, entity_type: str) -> str:
        """A value whose type the host tells, masked without being looked at, and wherever a turn shows it in clear."""
        self._begin_again_if_over()
        planned = told(value, entity_type, self.parts.policy)
        if not planned.masked:
            return value
        said = [(entity_type, item.normal) for item in planned.masked]
        return self._taken_aside(value, planned, lambda fresh: False, said) or ""

    def _taken_aside(
        self,
        text: str,
        planned: Plan,
        outdated: Callable[[Sequence[tuple[str, str]]], bool],
        said: Sequence[tuple[str, str]] = (),
    ) -> str | None:
        """Mint and write what is planned, and rewrite turns that show it, or one of the values `said` (type and text).

        None where the plan is `outdated` by what has become known meanwhile.
        """
        parts, now = self.parts, self.parts.clock()
        try:
            with parts.store.transaction() as tx:
                self.vault.begin(tx, now)
                if key_id(self.vault) != self._key_id:
                    self._start_over()
                self.history.refresh(tx, self.vault.public_id)
                meanwhile = self._learn()
                if outdated(meanwhile):
                    return None
                taken = take(tx, self.vault, parts.policy, text, planned, now)
                fresh = [*meanwhile, *self._learn(), *said]
                revised = rewrite_mentions(tx, self.vault, parts.policy, self.history, fresh, now)
        except BaseException:
            self._start_over()  # what was minted here is not in the store
            raise
        for row in revised:
            self.history.take(row)
        _tell(taken, {})
        return taken.written.text

    def report_missed(
        self, turn_id: str, span: tuple[int, int], entity_type: str, revision: int | None
    ) -> list[Redaction]:
        """Take in what a person found in a recorded turn: one transaction, every turn that shows it or none, and the
        audit log says so."""
        policy, now = self.parts.policy, self.parts.clock()
        try:
            with self.parts.store.transaction() as tx:
                self.vault.begin(tx, now)
                if key_id(self.vault) != self._key_id:
                    self._start_over()
                self.history.refresh(tx, self.vault.public_id)
                planned = reported(self.history, self.vault, policy, turn_id, span, entity_type, revision)
                rewritten = hide(tx, self.vault, policy, self.history, turn_id, planned, now)
                for row in rewritten:
                    self.history.take(row)
                rewritten += rewrite_mentions(tx, self.vault, policy, self.history, self._learn(), now)
                count = len({row.turn_id for row in rewritten})
                self.parts.audit.append(tx, self._entry("review.missed", (turn_id, entity_type, f"{count} turns")))
        except BaseException:
            self._start_over()  # what was minted here is not in the store
            raise
        for row in rewritten:
            self.history.take(row)
        latest = {row.turn_id: row for row in rewritten}
        return [as_recorded(row, self.vault) for row in latest.values()]

    def correct(self, entity_type: str, index: int, value: str) -> list[Redaction]:
        """Put the right value in the place of a wrong one: one transaction, and the audit log says so."""
        policy, now = self.parts.policy, self.parts.clock()
        said = corrected(value, entity_type, policy)
        if not self.vault.is_live(now):
            raise NotFoundError("this conversation has no such value (any more)")
        try:
            with self.parts.store.transaction() as tx:
                self.vault.begin(tx, now)
                self.history.refresh(tx, self.vault.public_id)
                self.vault.correct(tx, (entity_type, index), said, now)
                rewritten = rewrite_mentions(tx, self.vault, policy, self.history, self._learn(), now)
                self.parts.audit.append(tx, self._entry("correct", (render(entity_type, index),)))
        finally:
            self._start_over()  # what this process has learned of the wrong value goes with it
        latest = {row.turn_id: row for row in rewritten}
        return [as_recorded(row, self.vault) for row in latest.values()]

    def foreign(self, text: str, said: str, before: Sequence[str]) -> list[Entity]:
        """What in a stretch of an LLM's text this conversation never held. `said`: the reply before it."""
        turn, parts = Turn("assistant", text), self.parts
        detection = self._detect(turn, self._own(turn), [*before, said] if said else before, parts.recognizers)
        tell_time("scan", sum(detection.timings.values()) / 1000.0)
        found = foreign(text, detection, self._known, self.vault, parts.policy)
        return unsaid(text, found, self.history.said_by("system")) if found else []

    def record_reply(self, text: str, restored: str, signs: Iterable[str] = (), foreign: Sequence[Entity] = ()) -> str:
        """Record the LLM's text, and know it again by what the customer read. `signs`: what was odd about it;
        `foreign`: what was masked in it for the reader, and is to be recorded so that it never comes back."""
        turn = Turn("assistant", text)
        last_two = self.history.latest(2)
        before = _last(last_two[:-1])
        row = last_two[-1] if last_two and last_two[-1].input_hash == self._key(turn, before) else None
        if row is None:
            before = _last(last_two)
            with watched(None):  # what is in a reply was told when it was restored
                row = self._recorded(self.new_turn(turn, "", foreign).turn_id)
        counted = counts.of_reply(signs, (entity.type for entity in foreign))
        with self.parts.store.transaction() as tx:
            self.history.refresh(tx, self.vault.public_id)  # taking `filed` passes over what is older
            filed = file_restored(tx, self.vault, row, before, restored)
            self._count(tx, counted, self.parts.clock())
        self.history.take(filed)
        self.parts.metrics.add(counted)
        self.vault.drop_held()
        return row.turn_id


def _with_minting(timings: Mapping[str, float], began: float) -> dict[str, float]:
    return {**timings, "mint": (perf_counter() - began) * 1000.0}


def _tell(taken: Taken, timings: Mapping[str, float]) -> None:
    """Tell who watches what became of the entities of a text, and, of a turn, how long it took (milliseconds)."""
    if watcher() is None:
        return
    tell("kept", (entity.type for entity in taken.entities if entity.operator == "keep"))
    tell("masked", (entity.type for entity in taken.entities if entity.operator != "keep"))
    if timings:
        tell_time("vault", timings["mint"] / 1000.0)
        tell_time("detect", (sum(timings.values()) - timings["mint"]) / 1000.0)


def _last(past: Sequence[TurnRow]) -> str:
    """The id of the turn before."""
    return past[-1].turn_id if past else FIRST


def _consecutive(rows: Sequence[TurnRow]) -> list[TurnRow]:
    """The customer's last messages, as long as others only say a word between them ("go on")."""
    consecutive: list[TurnRow] = []
    for row in reversed(rows):
        if row.role == "customer":
            consecutive.insert(0, row)
        elif len(row.text) > _A_WORD_BETWEEN:
            break
    return consecutive[-EARLIER:]


def _is_guesswork(turn: Turn, hint: str | None, is_number: bool) -> bool:
    """Whether models could only guess. The name of a field has no words around it; and a number that the LLM writes by
    itself, in a tool's arguments, is an amount far more often than somebody's identifier: masked, the tool would not
    run. Patterns and what the conversation knows decide there."""
    return (hint is None and is_field_name(turn.text)) or (is_number and turn.role == "assistant")


def _without_models(recognizers: Mapping[str, Recognizer]) -> dict[str, Recognizer]:
    return {name: each for name, each in recognizers.items() if not hasattr(each, "version")}


def _candidates(detection: Detection, taken: Taken) -> list[Candidate]:
    """Votes that were not enough, in offsets of the redacted text."""
    spans = [(vote, moved((vote.start, vote.end), taken.masks, taken.written)) for vote in detection.candidates]
    return [Candidate(vote.type, *span, vote.score, vote.recognizer) for vote, span in spans if span]
