"""Conversation: redact what comes in, restore what goes out, and one law between them.

Every way in (whole, streamed, one turn, a resent history, an LLM's reply) goes through `_take_in`; every way back
through a `Resolver`. Sync and async are two doors to the same methods.
"""

import contextvars
import os
import threading
from collections.abc import AsyncIterable, AsyncIterator, Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Executor, Future
from dataclasses import dataclass, replace
from time import perf_counter
from typing import Any, ParamSpec, TypeVar

from redactor.crypto import KeyWrap
from redactor.detection import Detection, Rules, detect
from redactor.detection.memory import Known
from redactor.exceptions import ConfigError, NotFoundError, StorageError
from redactor.history import FIRST, History, entities_of
from redactor.intake import Taken, joined, plan, take
from redactor.masking import moved
from redactor.placeholders import Token, find
from redactor.policy import Policy
from redactor.restoring import Resolver, resolver, restore_text, scanner, walk
from redactor.revising import EARLIER, is_looked_for, rewrite_fragments, rewrite_mentions, split_values
from redactor.storage import Store, Transaction, TurnRow
from redactor.transcripts import Candidate, RecordedEntity, file_restored, input_hash, record, replay
from redactor.types import ROLES, Entity, Form, Recognizer, Redaction, Restoration, Role, Turn
from redactor.vault import Vault

P = ParamSpec("P")
R = TypeVar("R")

_ATTEMPTS = 5
"""Tries at a turn while other processes rewrite the turns before it."""

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


class Conversation:
    """One conversation: the unit of isolation, of placeholders and of erasure.

    Made by `Redactor.conversation(id)`. Safe to use from several threads; other processes on the same store agree
    with it. After a fork it starts over from the store.
    """

    def __init__(self, parts: Parts, tenant: str, conversation_id: str) -> None:
        self._parts = parts
        self._tenant = tenant
        self._id = conversation_id
        self._lock = threading.RLock()
        self._start_over()

    def __repr__(self) -> str:
        return f"<Conversation {self.public_id}>"

    @property
    def public_id(self) -> str:
        """Random id for logs and URLs; says nothing of the id the host uses."""
        return self._vault.public_id

    # the way in

    def redact(self, text: str, role: Role = "customer", *, channel: str = "") -> Redaction:
        """Take in a new turn and give what the LLM may see.

        Raises `BlockedError` where the policy refuses the message, `DetectionError` where it could not be checked,
        `StorageError` where it could not be recorded; in each case nothing goes on.
        """
        _check(text, role)
        with self._ready():
            return self._new_turn(Turn(role, text), channel)

    def redact_turns(self, turns: Iterable[Turn], *, channel: str = "") -> list[Redaction]:
        """Take in the history as a host resends it: only what is new is detected and recorded.

        Doing it twice changes nothing. What was redacted before is served byte for byte as before, unless a
        Redaction's `revised` names the turn.
        """
        turns = list(turns)
        for turn in turns:
            _check(turn.text, turn.role)
        with self._ready():
            return self._resent(turns, channel)

    # the way back

    def restore(
        self, text: str | Redaction, audience: str = "customer", form: Form = "text", *, record: bool = True
    ) -> Restoration:
        """Write an LLM's text for people: each placeholder as the referent's fullest form, escaped for `form`.

        Given a Redaction, exactly what came in. Text for people is recorded as the assistant's turn (redacted),
        unless `record` is false. Raises `AudienceError`.
        """
        if isinstance(text, Redaction):
            return self.restore_turn(text.turn_id, audience)
        with self._ready():
            resolve = self._resolver(audience, form)
            restored = restore_text(text, resolve)
            turn_id = self._record_reply(text, restored) if record and _for_people(audience) else None
            return resolve.result(restored, turn_id)

    def restore_turn(self, turn_id: str, audience: str = "customer") -> Restoration:
        """Exactly what came in for a recorded turn. Raises `NotFoundError`, `AudienceError`."""
        with self._ready():
            row = self._history.turn(turn_id)
            if row is None:
                raise NotFoundError("this conversation has no such turn (any more)")
            resolve = self._resolver(audience, "text")
            return resolve.result(replay(self._vault, row, resolve.typed), turn_id)

    def restore_value(self, value: Any, audience: str = "customer", form: Form = "text") -> Any:
        """Parsed JSON with the placeholders in every string, keys included, restored; nothing is recorded."""
        with self._ready():
            resolve = self._resolver(audience, form)
            return walk(value, lambda text: restore_text(text, resolve))

    def restore_stream(self, chunks: Iterable[str], audience: str = "customer", form: Form = "text") -> Iterator[str]:
        """Restore a reply while it comes. Joined, the pieces are what `restore` gives for the joined chunks.

        What was received is recorded when the stream ends, also when it is closed early.
        """
        stream = self._stream(audience, form)
        try:
            for chunk in chunks:
                if piece := stream.feed(chunk):
                    yield piece
            if piece := stream.finish():
                yield piece
        finally:
            stream.record()

    def forget(self) -> None:
        """Destroy the conversation's key and everything stored of it. Numbers of placeholders are never reused."""
        with self._ready():
            self._vault.forget()
            self._start_over()

    # the same, async

    async def aredact(self, text: str, role: Role = "customer", *, channel: str = "") -> Redaction:
        """`redact` in the Redactor's pool. Cancelled, it leaves a whole recorded turn or none."""
        return await self._in_pool(self.redact, text, role, channel=channel)

    async def aredact_turns(self, turns: Iterable[Turn], *, channel: str = "") -> list[Redaction]:
        """`redact_turns` in the Redactor's pool."""
        return await self._in_pool(self.redact_turns, list(turns), channel=channel)

    async def arestore(
        self, text: str | Redaction, audience: str = "customer", form: Form = "text", *, record: bool = True
    ) -> Restoration:
        """`restore` in the Redactor's pool."""
        return await self._in_pool(self.restore, text, audience, form, record=record)

    async def arestore_stream(
        self, chunks: AsyncIterable[str], audience: str = "customer", form: Form = "text"
    ) -> AsyncIterator[str]:
        """`restore_stream` for an async source."""
        stream = await self._in_pool(self._stream, audience, form)
        try:
            async for chunk in chunks:
                if piece := stream.feed(chunk):
                    yield piece
            if piece := stream.finish():
                yield piece
        finally:
            # Handed to the pool at once, so that it is recorded even where this task is being cancelled.
            recording = self._parts.pool().submit(contextvars.copy_context().run, stream.record)
            await _shielded(recording)

    async def _in_pool(self, door: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
        import asyncio  # here and below: a synchronous host need not load it

        context = contextvars.copy_context()
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._parts.pool(), lambda: context.run(door, *args, **kwargs))

    # state

    def _start_over(self) -> None:
        parts = self._parts
        self._pid = os.getpid()
        self._vault = Vault.open(parts.store, parts.wrap, self._tenant, self._id, clock=parts.clock)
        self._forget_what_was_seen()

    def _forget_what_was_seen(self) -> None:
        self._history = History()
        self._known = Known()
        self._learned: set[tuple[str, int]] = set()
        self._stamp = -1
        self._served: dict[bytes, tuple[TurnRow, Redaction]] = {}
        self._key_id = _key_id(self._vault)

    def _ready(self) -> "_Ready":
        return _Ready(self)

    def _catch_up(self) -> None:
        """Take in what other handles and processes have written since."""
        self._vault.refresh(self._parts.store)
        if _key_id(self._vault) != self._key_id:  # forgotten or expired meanwhile: nothing seen before holds
            self._forget_what_was_seen()
        self._history.refresh(self._parts.store, self._vault.public_id)
        self._learn()

    def _learn(self) -> list[tuple[str, str]]:
        """Put new referents where detection looks for them; type and text of each."""
        fresh: list[tuple[str, str]] = []
        if self._stamp == self._vault.stamp:
            return fresh
        self._stamp = self._vault.stamp
        for referent in self._vault.referents():
            key = (referent.type, referent.index)
            if key in self._learned or referent.expired or not referent.forms:
                continue
            self._learned.add(key)
            text = referent.forms[0].normal.reveal()
            if is_looked_for(referent.type, text):
                self._known.add(referent.type, text)
                fresh.append((referent.type, text))
        return fresh

    # one turn

    def _new_turn(self, turn: Turn, channel: str) -> Redaction:
        before = self._history.latest(CONTEXT_TURNS)
        previous = before[-1].turn_id if before else FIRST
        if turn.role == "customer":
            self._vault.drop_held()
        return self._take_in(turn, previous, before, self._history.latest(EARLIER), channel)

    def _resent(self, turns: Sequence[Turn], channel: str) -> list[Redaction]:
        redactions: list[Redaction] = []
        rows: list[TurnRow] = []
        previous = FIRST
        for turn in turns:
            key = self._key(turn, previous)
            row = self._history.known(key)
            if row is None:
                redactions.append(self._take_in(turn, previous, rows[-CONTEXT_TURNS:], rows[-EARLIER:], channel))
                row = self._recorded(redactions[-1].turn_id)
            else:
                redactions.append(self._served_before(key, row, turn.text))
            rows.append(row)
            previous = row.turn_id
        if any(redaction.revised for redaction in redactions):
            return [self._brought_up_to_date(r, turn.text) for r, turn in zip(redactions, turns, strict=True)]
        return redactions

    def _served_before(self, key: bytes, row: TurnRow, original: str) -> Redaction:
        """A known turn's Redaction, made once per revision: a long history costs its hashes and no more."""
        served = self._served.get(key)
        if served is None or served[0] is not row:
            served = self._served[key] = (row, self._as_recorded(row, original))
        return served[1]

    def _recorded(self, turn_id: str) -> TurnRow:
        row = self._history.turn(turn_id)
        if row is None:
            raise NotFoundError("a turn vanished while it was being recorded: the conversation was forgotten")
        return row

    def _key(self, turn: Turn, previous: str) -> bytes:
        policy, model = self._parts.policy.version, self._parts.model_version
        return input_hash(self._vault, turn.role, previous, turn.text, policy, model)

    def _take_in(
        self, turn: Turn, previous: str, before: Sequence[TurnRow], earlier: Sequence[TurnRow], channel: str
    ) -> Redaction:
        """Detect, decide, mint, record, and rewrite what became known: one transaction, one turn or none."""
        for _ in range(_ATTEMPTS):
            redaction = self._try_to_take_in(turn, previous, before, earlier, channel)
            if redaction is not None:
                return redaction
            earlier = [self._recorded(row.turn_id) for row in earlier]
        raise StorageError("other processes keep rewriting this conversation; the turn was not recorded, send it again")

    def _try_to_take_in(
        self, turn: Turn, previous: str, before: Sequence[TurnRow], earlier: Sequence[TurnRow], channel: str
    ) -> Redaction | None:
        """None where another process rewrote, meanwhile, a turn that this one would rewrite."""
        parts = self._parts
        own = self._own(turn)
        if own and self._is_ours(turn.text):
            detection = _nothing_new(turn.text, parts.rules)
        else:
            detection = self._detect(turn.text, own, [row.text for row in before])
        asked = _consecutive(earlier) if turn.role == "customer" else []
        split = split_values(asked, turn.text, parts.patterns, self._vault, parts.policy)
        began = perf_counter()
        planned = plan(turn.text, detection, parts.policy, own, joined(split.here))
        started = parts.clock()
        try:
            with parts.store.transaction() as tx:
                self._vault.begin(tx, started)
                self._history.refresh(tx, self._vault.public_id)
                if any(self._recorded(each.turn.turn_id) != each.turn for each in split.earlier):
                    return None
                taken = take(tx, self._vault, parts.policy, turn.text, planned, started)
                revised = rewrite_fragments(tx, self._vault, parts.policy, split.earlier, started)
                for row in revised:
                    self._history.take(row)
                fresh = self._learn()
                revised += rewrite_mentions(tx, self._vault, parts.policy, self._history, fresh, started)
                row = self._record(tx, turn, previous, detection, taken, channel, started)
        except BaseException:
            self._forget_what_was_seen()  # what was minted here is not in the store
            raise
        for changed in (*revised, row):
            self._history.take(changed)
        timings = {**detection.timings, "mint": (perf_counter() - began) * 1000.0}
        return self._redaction(row, turn, replace(detection, timings=timings), taken, revised)

    def _detect(self, text: str, own: Sequence[Token], context: Sequence[str]) -> Detection:
        return detect(
            text,
            recognizers=self._parts.recognizers,
            rules=self._parts.rules,
            context=context,
            known=self._known,
            protected=[(token.start, token.end) for token in own],
        )

    def _own(self, turn: Turn) -> list[Token]:
        """Placeholders of this conversation in the LLM's own text; text from outside has none."""
        if turn.role != "assistant":
            return []
        return [
            token
            for token in find(turn.text, self._parts.policy.own_types)
            if self._vault.was_minted(token.type, token.index)
        ]

    def _is_ours(self, text: str) -> bool:
        """Whether the LLM repeats, to the letter, a text this conversation has redacted already."""
        return self._parts.store.turn_by_text(self._vault.public_id, self._vault.text_hash(text)) is not None

    def _record(
        self, tx: Transaction, turn: Turn, previous: str, detection: Detection, taken: Taken, channel: str, now: float
    ) -> TurnRow:
        return record(
            tx,
            self._vault,
            role=turn.role,
            text=turn.text,
            redacted=taken.written.text,
            previous_turn_id=previous,
            channel=channel,
            now=now,
            policy_version=self._parts.policy.version,
            model_version=self._parts.model_version,
            entities=taken.recorded,
            candidates=_candidates(detection, taken),
        )

    # what is given back

    def _redaction(
        self, row: TurnRow, turn: Turn, detection: Detection, taken: Taken, revised: Sequence[TurnRow]
    ) -> Redaction:
        latest = {changed.turn_id: changed for changed in revised}
        return Redaction(
            text=row.text,
            entities=taken.entities,
            role=turn.role,
            turn_id=row.turn_id,
            revised=tuple(self._as_recorded(changed) for changed in latest.values()),
            decisions=detection.decisions,
            timings=detection.timings,
        )

    def _as_recorded(self, row: TurnRow, original: str | None = None) -> Redaction:
        original = replay(self._vault, row) if original is None else original
        entities = _in_original(row, original, self._vault)
        return Redaction(row.text, entities, _role(row), row.turn_id, row.revision, known=True)

    def _brought_up_to_date(self, redaction: Redaction, text: str) -> Redaction:
        """A turn of the same call may have been rewritten by one after it."""
        row = self._history.turn(redaction.turn_id)
        if row is None or row.text == redaction.text:
            return redaction
        now = self._as_recorded(row, text)
        return replace(redaction, text=now.text, entities=now.entities, revision=now.revision)

    # replies

    def _resolver(self, audience: str, form: Form) -> Resolver:
        return resolver(self._vault, self._parts.policy, audience, form)

    def _stream(self, audience: str, form: Form) -> "_Stream":
        with self._ready():
            return _Stream(self, self._resolver(audience, form), _for_people(audience))

    def _record_reply(self, text: str, restored: str) -> str:
        """Record the LLM's text, and know it again by what the customer read."""
        turn = Turn("assistant", text)
        last_two = self._history.latest(2)
        before = last_two[0].turn_id if len(last_two) == 2 else FIRST
        row = last_two[-1] if last_two and last_two[-1].input_hash == self._key(turn, before) else None
        if row is None:
            before = last_two[-1].turn_id if last_two else FIRST
            row = self._recorded(self._new_turn(turn, "").turn_id)
        with self._parts.store.transaction() as tx:
            self._history.take(file_restored(tx, self._vault, row, before, restored))
        self._vault.drop_held()
        return row.turn_id


class _Ready:
    """Hold a conversation for one operation: locked, in this process, and up to date with the store."""

    __slots__ = ("_conversation", "_lock")

    def __init__(self, conversation: Conversation) -> None:
        if conversation._pid != os.getpid():  # a thread of the parent may hold the lock for ever
            conversation._lock = threading.RLock()
            conversation._start_over()
        self._conversation = conversation
        self._lock = conversation._lock

    def __enter__(self) -> None:
        self._lock.acquire()
        try:
            self._conversation._catch_up()
        except BaseException:
            self._lock.release()
            raise

    def __exit__(self, *error: object) -> None:
        self._lock.release()


class _Stream:
    """A reply on its way: what came, what went, and one record at its end."""

    __slots__ = ("_conversation", "_people", "_received", "_recorded", "_scanner", "_sent")

    def __init__(self, conversation: Conversation, resolve: Resolver, people: bool) -> None:
        self._conversation = conversation
        self._scanner = scanner(resolve)
        self._people = people
        self._received: list[str] = []
        self._sent: list[str] = []
        self._recorded = False

    def feed(self, chunk: str) -> str:
        self._received.append(chunk)
        piece = self._scanner.feed(chunk)
        self._sent.append(piece)
        return piece

    def finish(self) -> str:
        piece = self._scanner.finish()
        self._sent.append(piece)
        return piece

    def record(self) -> None:
        text = "".join(self._received)
        if self._recorded or not self._people or not text:
            return
        self._recorded = True
        conversation = self._conversation
        with conversation._ready():
            conversation._record_reply(text, "".join(self._sent))


async def _shielded(future: "Future[R]") -> R:
    import asyncio

    return await asyncio.shield(asyncio.wrap_future(future))


def _check(text: str, role: str) -> None:
    if not isinstance(text, str):
        raise ConfigError(f"a turn's text is a str, not {type(text).__name__}")
    if role not in ROLES:
        # Not echoed: who mixes up the two arguments hands over the message as the role.
        raise ConfigError(f"unknown role ({len(str(role))} characters); expected one of {', '.join(ROLES)}")


def _for_people(audience: str) -> bool:
    return not audience.startswith("tool:")


def _role(row: TurnRow) -> Role:
    for role in ROLES:
        if role == row.role:
            return role
    raise NotFoundError("a recorded turn has a role this version does not know; it was written by a newer one")


def _key_id(vault: Vault) -> str:
    return vault.keys.key_id if vault.keys else ""


def _consecutive(rows: Sequence[TurnRow]) -> list[TurnRow]:
    """The customer's messages at the end, with nobody else's between them."""
    consecutive: list[TurnRow] = []
    for row in reversed(rows):
        if row.role != "customer":
            break
        consecutive.insert(0, row)
    return consecutive


def _nothing_new(text: str, rules: Rules) -> Detection:
    return detect(text, recognizers={}, rules=rules, protected=[(0, len(text))] if text else ())


def _candidates(detection: Detection, taken: Taken) -> list[Candidate]:
    """Votes that were not enough, in offsets of the redacted text."""
    spans = [(vote, moved((vote.start, vote.end), taken.masks, taken.written)) for vote in detection.candidates]
    return [Candidate(vote.type, *span, vote.score, vote.recognizer) for vote, span in spans if span]


def _in_original(row: TurnRow, original: str, vault: Vault) -> tuple[Entity, ...]:
    """A recorded turn's entities in the original's offsets.

    What stood there is known by its sealed form; where none was kept, by what follows in clear.
    """
    entities: list[Entity] = []
    recorded = entities_of(row)
    cursor = reached = 0
    for number, entry in enumerate(recorded):
        cursor += entry.start - reached
        until = recorded[number + 1].start if number + 1 < len(recorded) else len(row.text)
        length = _typed_length(entry, vault)
        if length is None:
            clear = row.text[entry.end : until]
            at = len(original) - len(clear) if number + 1 == len(recorded) else original.find(clear, cursor + 1)
            length = max(1, at - cursor)
        name = row.text[entry.start : entry.end]
        if cursor + length > len(original):  # not the text that came in: a reply, known by its restored form
            return ()
        entities.append(
            Entity(cursor, cursor + length, entry.type, entry.score, entry.recognizer, entry.operator, name)
        )
        cursor, reached = cursor + length, entry.end
    return tuple(entities)


def _typed_length(entry: RecordedEntity, vault: Vault) -> int | None:
    if entry.index is None or entry.form is None:
        return None
    referent = vault.referent(entry.type, entry.index)
    return len(referent.forms[entry.form].text) if referent and entry.form < len(referent.forms) else None
