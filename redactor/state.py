"""One conversation as this process knows it: vault, history, known values; and the path of one turn.

Nothing here locks: `Conversation` holds its lock around every call.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, replace
from time import perf_counter
from uuid import UUID

from redactor.asides import Aside, Asides, is_field_name, question
from redactor.audit import Audit, Entry, expired
from redactor.crypto import KeyWrap
from redactor.detection import Detection, Rules, detect
from redactor.detection.memory import Known
from redactor.exceptions import NotFoundError, StorageError
from redactor.history import FIRST, History
from redactor.intake import Taken, joined, plan, take
from redactor.lately import Lately, certain_secrets
from redactor.masking import moved
from redactor.metrics import Counts, Metrics, counts
from redactor.missed import hide, reported
from redactor.placeholders import StandIns, Token, find
from redactor.policy import Policy
from redactor.revising import (
    EARLIER,
    SplitValues,
    is_looked_for,
    mentions,
    rewrite_fragments,
    rewrite_mentions,
    split_values,
)
from redactor.served import Resent, Served, as_recorded
from redactor.storage import ConversationRow, Store, Swept, Transaction, TurnRow
from redactor.transcripts import Candidate, explained, file_restored, input_hash, record
from redactor.types import Recognizer, Redaction, Role, Turn
from redactor.vault import Vault

_ATTEMPTS = 5
"""Tries at a turn while other processes rewrite the turns before it."""

_A_WORD_BETWEEN = 60
"""Characters of another's turn that does not break a value typed in pieces; a bot answers every message."""

_LOOKED_BACK = 2 * EARLIER
"""Turns before a message in which a value typed in pieces may have begun."""

CONTEXT_TURNS = 3
"""Turns before a message that recognizers are shown. The model's own budget is shorter."""


@dataclass(frozen=True, slots=True)
class Parts:
    """What a conversation is made with; a `Redactor` owns one set for all its conversations."""

    policy: Policy
    rules: Rules
    recognizers: Mapping[str, Recognizer]
    patterns: Recognizer
    store: Store
    wrap: KeyWrap
    model_version: str
    clock: Callable[[], float]
    pool: Callable[[], Executor]
    metrics: Metrics
    audit: Audit


class State:
    """What a process keeps of one conversation between two calls; everything in it can be rebuilt from the store."""

    def __init__(self, parts: Parts, tenant: str, conversation: str | ConversationRow) -> None:
        self.parts = parts
        self._tenant = tenant
        self._restored: Counts = Counts()
        self.vault = Vault.open(
            parts.store, parts.wrap, tenant, conversation, clock=parts.clock, on_expired=self._note_expired
        )
        self._start_over()

    def _start_over(self) -> None:
        self.history = History()
        self._known = Known()
        self._learned: set[tuple[str, int]] = set()
        self._fresh: list[tuple[str, str]] = []
        self._asides = Asides()
        self._stamp = self._learned_to = -1
        self._resent = Resent(self.history, self.vault)
        self._lately = Lately()
        self._key_id = _key_id(self.vault)

    def catch_up(self) -> None:
        """Take in what other handles and processes have written since."""
        self.vault.refresh(self.parts.store)
        if _key_id(self.vault) != self._key_id:  # forgotten or expired meanwhile: nothing seen before holds
            self._start_over()
        if not self.vault.is_live(self.parts.clock()):
            self._lately.clear()
        self.history.refresh(self.parts.store, self.vault.public_id)
        self._learn()

    def _note_expired(self, tx: Transaction, vault: Vault, swept: Swept) -> None:
        self.parts.audit.append(tx, expired(swept, self._tenant, vault.public_id))

    def forget(self) -> None:
        """Destroy the conversation's key and everything stored of it."""
        entry = Entry("forget", self._tenant, self.vault.public_id)
        self.vault.forget(lambda tx: self.parts.audit.append(tx, entry))
        self._start_over()

    def _begin_again_if_over(self) -> None:
        """A conversation that was forgotten or is past its time gets a new key before anything is written under it."""
        now = self.parts.clock()
        if not self.vault.is_live(now):
            with self.parts.store.transaction() as tx:
                self.vault.begin(tx, now)
            self._start_over()

    def _learn(self) -> list[tuple[str, str]]:
        """Put new referents where detection looks for them; type and text of each."""
        fresh: list[tuple[str, str]] = []
        if self._stamp == self.vault.stamp:
            return fresh
        self._stamp = self.vault.stamp
        self._learned_to, changed = self.vault.changed(self._learned_to)
        for referent in changed:
            key = (referent.type, referent.index)
            if key in self._learned or referent.expired or not referent.forms:
                continue
            self._learned.add(key)
            text = referent.forms[0].normal.reveal()
            if is_looked_for(referent.type, text):
                self._known.add(referent.type, text)
                fresh.append((referent.type, text))
        self._fresh += fresh
        return fresh

    def new_turn(self, turn: Turn, channel: str) -> Redaction:
        """Take in one turn after all others."""
        self._begin_again_if_over()
        if turn.role == "customer":
            self.vault.drop_held()  # the turn before has ended
        return self._take_in(turn, self.history.latest(_LOOKED_BACK), channel)[1]

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

    def _served_before(self, turn: Turn, previous: str) -> Served | None:
        """A turn known by its keyed hash. One whose id is new may be known by where it stands: a reply is recorded
        before the host gives it an id."""
        served = self._resent.again(self._key(turn, previous), turn.text)
        if served is None and turn.id:
            served = self._resent.again(self._key(replace(turn, id=None), previous), turn.text)
        return served

    def _recorded(self, turn_id: str) -> TurnRow:
        row = self.history.turn(turn_id)
        if row is None:
            raise NotFoundError("a turn vanished while it was being recorded: the conversation was forgotten")
        return row

    def _key(self, turn: Turn, previous: str) -> bytes:
        policy, model = self.parts.policy.version, self.parts.model_version
        return input_hash(self.vault, turn.role, _before(turn, previous), turn.text, policy, model)

    def _take_in(self, turn: Turn, past: Sequence[TurnRow], channel: str, *, again: bool = False) -> Served:
        """Detect, decide, mint, record, and rewrite what became known: one transaction, one turn or none.

        `again`: the turn is part of a history, which another process may be sent as well; it is recorded once.
        """
        for _ in range(_ATTEMPTS):
            redaction = self._try_to_take_in(turn, past, channel, again)
            if redaction is not None:
                return self._recorded(redaction.turn_id), redaction
            past = [row for row in (self.history.turn(before.turn_id) for before in past) if row]
            if again and (served := self._served_before(turn, _last(past))):
                return served
        raise StorageError("other processes keep rewriting this conversation; the turn was not recorded, send it again")

    def _try_to_take_in(self, turn: Turn, past: Sequence[TurnRow], channel: str, again: bool) -> Redaction | None:
        """None where, meanwhile, another process recorded this very turn, rewrote one that it would rewrite, forgot
        them all, or came to know something that it says."""
        parts = self.parts
        own, stand_ins = self._own(turn), self.vault.stand_ins
        context = [row.text for row in past[-CONTEXT_TURNS:]]
        detection = self._detect(turn, own, context, parts.recognizers)
        split = self._split(turn, past).unless_secret(detection.entities, parts.policy)
        began = perf_counter()
        planned = plan(turn.text, detection, parts.policy, own, joined(split.here), stand_ins)
        started = parts.clock()
        try:
            with parts.store.transaction() as tx:
                self.vault.begin(tx, started)
                if _key_id(self.vault) != self._key_id:
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
        return self._redaction(row, turn, replace(detection, timings=timings), taken, revised)

    def keyed_id(self, text: str) -> str:
        """A UUID that stands for a text: of a name, as those of version 5 are (RFC 9562, section 5.5), but keyed."""
        self._begin_again_if_over()
        return str(UUID(bytes=self.vault.turn_hash("id", text)[:16], version=5))

    def aside(self, text: str, role: Role, hint: str | None) -> str:
        """A string that is no turn, redacted; what it says of other turns is masked there too. `hint`: what it is
        about; None for the name of a field."""
        if not any(map(str.isalnum, text)):
            return text
        self._begin_again_if_over()
        key = role, hint, self.vault.text_hash(text)
        for _ in range(_ATTEMPTS):
            before = self._asides.find(key)
            if before is not None and not mentions(text, self._fresh[before.learned :]):
                self._asides.keep(key, replace(before, learned=len(self._fresh)))
                return before.text
            redacted = self._redacted_aside(Turn(role, text), hint)
            if redacted is not None:
                self._asides.keep(key, Aside(redacted, len(self._fresh)))
                return redacted
        raise StorageError(
            "other processes keep writing to this conversation; the text was not redacted, send it again"
        )

    def _redacted_aside(self, turn: Turn, hint: str | None) -> str | None:
        """None where, meanwhile, another process came to know something that the text says."""
        parts, stand_ins = self.parts, self.vault.stand_ins
        own = self._own(turn)
        asked = _without_models(parts.recognizers) if hint is None and is_field_name(turn.text) else parts.recognizers
        detection = self._detect(turn, own, question(hint), asked)
        planned = plan(turn.text, detection, parts.policy, own, (), stand_ins)
        if not planned.masked:
            return turn.text
        now = parts.clock()
        try:
            with parts.store.transaction() as tx:
                self.vault.begin(tx, now)
                if _key_id(self.vault) != self._key_id:
                    self._start_over()
                self.history.refresh(tx, self.vault.public_id)
                meanwhile = self._learn()
                if mentions(turn.text, meanwhile) or self._has_others(turn.text, stand_ins):
                    return None
                taken = take(tx, self.vault, parts.policy, turn.text, planned, now)
                revised = rewrite_mentions(tx, self.vault, parts.policy, self.history, meanwhile + self._learn(), now)
        except BaseException:
            self._start_over()  # what was minted here is not in the store
            raise
        for row in revised:
            self.history.take(row)
        return taken.written.text

    def _detect(
        self, turn: Turn, own: Sequence[Token], context: Sequence[str], recognizers: Mapping[str, Recognizer]
    ) -> Detection:
        if turn.role == "assistant" and self._is_ours(turn.text):
            return _nothing_new(turn.text, self.parts.rules)
        return detect(
            turn.text,
            recognizers=recognizers,
            rules=self.parts.rules,
            context=context,
            known=self._known,
            protected=[(token.start, token.end) for token in own],
        )

    def _split(self, turn: Turn, past: Sequence[TurnRow]) -> SplitValues:
        """The values that the customer began in earlier messages and ends in this one."""
        earlier = _consecutive(past) if turn.role == "customer" else []
        policy, patterns = self.parts.policy, self.parts.patterns
        return split_values(earlier, past, turn.text, patterns, self.vault, policy, self._lately)

    def _own(self, turn: Turn) -> list[Token]:
        """Placeholders of this conversation in the LLM's own text; text from outside has none."""
        if turn.role != "assistant":
            return []
        return [
            token
            for token in find(turn.text, self.parts.policy.own_types, self.vault.stand_ins)
            if self.vault.was_minted(token.type, token.index)
        ]

    def _has_others(self, text: str, before: StandIns) -> bool:
        """Whether the text holds other stand-ins than before: another process has made one that it happens to say."""
        now = self.vault.stand_ins
        return now is not before and find(text, (), now) != find(text, (), before)

    def _is_ours(self, text: str) -> bool:
        """Whether the LLM repeats, to the letter, a text this conversation has redacted already."""
        return self.history.has_text(self.vault.text_hash(text))

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
            previous_turn_id=_before(turn, _last(past)),
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

    def _count(self, tx: Transaction, counted: Counts, now: float) -> None:
        """Keep what was counted with the day's, in the transaction that records what it was counted of."""
        policy, model = self.parts.policy.version, self.parts.model_version
        restored = self._restored
        tx.add_tallies(counts.rows(counted + restored, self._tenant, now, policy, model))
        tx.on_end(lambda committed: self._filed(restored) if committed else None)

    def _filed(self, restored: Counts) -> None:
        self._restored = self._restored - restored

    def count_restored(self, audience: str, types: Iterable[str]) -> None:
        """Values were written for the customer or a tool. Counted with this process's now, and with the day's when
        the next turn is recorded: no write of its own."""
        counted = counts.of_restored(audience, types)
        self._restored = self._restored + counted
        self.parts.metrics.add(counted)

    def audit_restored(self, audience: str, placeholders: Sequence[str]) -> None:
        """Note that values are about to be shown to the business's own people. Raises `AuditError`: then they must not
        be."""
        outcome = "restored" if placeholders else "nothing"
        self.parts.audit.write(self._entry("restore", tuple(dict.fromkeys(placeholders)), audience, outcome))

    def _entry(self, action: str, subject: tuple[str, ...], audience: str = "", outcome: str = "done") -> Entry:
        versions = {"policy": self.parts.policy.version, "model": self.parts.model_version}
        return Entry(action, self._tenant, self.vault.public_id, subject, audience, outcome, versions)

    def report_missed(
        self, turn_id: str, span: tuple[int, int], entity_type: str, revision: int | None
    ) -> list[Redaction]:
        """Take in what a person found in a recorded turn: one transaction, every turn that shows it or none, and the
        audit log says so."""
        policy, now = self.parts.policy, self.parts.clock()
        try:
            with self.parts.store.transaction() as tx:
                self.vault.begin(tx, now)
                if _key_id(self.vault) != self._key_id:
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

    def record_reply(self, text: str, restored: str, signs: Iterable[str] = ()) -> str:
        """Record the LLM's text, and know it again by what the customer read. `signs`: what was odd about it."""
        turn = Turn("assistant", text)
        last_two = self.history.latest(2)
        before = _last(last_two[:-1])
        row = last_two[-1] if last_two and last_two[-1].input_hash == self._key(turn, before) else None
        if row is None:
            before = _last(last_two)
            row = self._recorded(self.new_turn(turn, "").turn_id)
        counted = counts.of_reply(signs)
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


def _last(past: Sequence[TurnRow]) -> str:
    """The id of the turn before."""
    return past[-1].turn_id if past else FIRST


def _before(turn: Turn, previous: str) -> str:
    """What stands for the turn before in a turn's hash: the host's own id, if it has one, needs no such help."""
    return f"id {turn.id}" if turn.id else previous


def _key_id(vault: Vault) -> str:
    return vault.keys.key_id if vault.keys else ""


def _consecutive(rows: Sequence[TurnRow]) -> list[TurnRow]:
    """The customer's last messages, as long as others only say a word between them ("go on")."""
    consecutive: list[TurnRow] = []
    for row in reversed(rows):
        if row.role == "customer":
            consecutive.insert(0, row)
        elif len(row.text) > _A_WORD_BETWEEN:
            break
    return consecutive[-EARLIER:]


def _without_models(recognizers: Mapping[str, Recognizer]) -> dict[str, Recognizer]:
    return {name: each for name, each in recognizers.items() if not hasattr(each, "version")}


def _nothing_new(text: str, rules: Rules) -> Detection:
    return detect(text, recognizers={}, rules=rules, protected=[(0, len(text))] if text else ())


def _candidates(detection: Detection, taken: Taken) -> list[Candidate]:
    """Votes that were not enough, in offsets of the redacted text."""
    spans = [(vote, moved((vote.start, vote.end), taken.masks, taken.written)) for vote in detection.candidates]
    return [Candidate(vote.type, *span, vote.score, vote.recognizer) for vote, span in spans if span]
