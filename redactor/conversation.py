"""Conversation: redact what comes in, restore what goes out, and one law between them.

Every way in (one turn, a resent history, an LLM's reply) goes through `State`; every way back through a `Resolver`.
Sync and async are two doors to the same methods.
"""

import contextvars
import os
import re
import threading
from collections.abc import AsyncIterable, AsyncIterator, Callable, Collection, Iterable, Iterator, Sequence
from concurrent.futures import Future
from contextlib import contextmanager
from functools import partial
from typing import Any, ParamSpec, TypeVar

from redactor.asides import redacted
from redactor.exceptions import ConfigError, NotFoundError
from redactor.foreign import ReplyScan
from redactor.knowledge import Parts
from redactor.metrics.signs import reply_signs
from redactor.pool import in_pool
from redactor.reply import ReplyStream
from redactor.restoring import Resolver, resolver, restore_text, walk
from redactor.segments import Segments
from redactor.state import State
from redactor.storage import ConversationRow
from redactor.transcripts import replay
from redactor.types import ROLES, Entity, Form, Redaction, Restoration, Role, Turn

P = ParamSpec("P")
R = TypeVar("R")

_AUDITED = ("agent", "reviewer")
"""Audiences for which each restore is in the audit log before it happens."""


class Conversation:
    """One conversation: the unit of isolation, of placeholders and of erasure.

    Made by `Redactor.conversation(id)`. Safe to use from several threads; other processes on the same store agree
    with it. After a fork it starts over from the store.
    """

    def __init__(self, parts: Parts, tenant: str, conversation: str | ConversationRow) -> None:
        self._parts = parts
        self._name = (tenant, conversation)
        self._start_over()

    def _start_over(self) -> None:
        self._pid = os.getpid()
        self._lock = threading.RLock()
        self._at_once = 0
        self._state = State(self._parts, *self._name)

    def __repr__(self) -> str:
        return f"<Conversation {self.public_id}>"

    @property
    def public_id(self) -> str:
        """Random id for logs and URLs; says nothing of the id the host uses."""
        return self._state.vault.public_id

    @property
    def tenant(self) -> str:
        """Whose customer it is with, as the host named it."""
        return self._name[0]

    # the way in

    def redact(
        self,
        text: str,
        role: Role = "customer",
        *,
        channel: str = "",
        id: str | None = None,  # noqa: A002
    ) -> Redaction:
        """Take in a new turn and give what the LLM may see. `id`: the host's own id of the message, see `Turn.id`.

        Raises `BlockedError` where the policy refuses the message, `DetectionError` where it could not be checked,
        `StorageError` where it could not be recorded; in each case nothing goes on.
        """
        _check(text, role)
        with self._ready() as state:
            return state.new_turn(Turn(role, text, id), channel)

    def redact_turns(self, turns: Iterable[Turn], *, channel: str = "", follows: bool = False) -> list[Redaction]:
        """Take in the history as a host resends it: only what is new is detected and recorded.

        Doing it twice changes nothing. What was redacted before is served byte for byte as before, unless a
        Redaction's `revised` names the turn. `follows`: the turns are no history but come after all that is recorded,
        from a host that keeps the history itself; of those with an id, one that is known with this text is served.
        """
        turns = list(turns)
        for turn in turns:
            if turn.role not in ROLES or not isinstance(turn.text, str):
                _check(turn.text, turn.role)
        with self._ready() as state:
            return state.following(turns, channel) if follows else state.resent(turns, channel)

    def redact_value(
        self, value: Any, role: Role = "tool", *, hint: str | None = "", echoes: Collection[str] = ()
    ) -> Any:
        """Parsed JSON with every string, keys included, redacted; a number that is personal becomes its placeholder,
        as a string. No turn is recorded, and a string that was redacted before costs no detection.

        `hint`: what the value is about ("order id"), which tells a number apart; inside an object that is the key.
        None: it is a name or label of the program's own, personal only where patterns or the conversation say so.
        `echoes`: see `Turn.echoes`. Raises as `redact` does.
        """
        _check("", role)
        with self._ready() as state:
            return redacted(value, partial(state.aside, role, echoes), hint)

    def redact_known(self, value: str, type: str) -> str:  # noqa: A002
        """A value whose entity type the host knows, such as the sender's number, as the policy writes it.

        Nothing is detected and no turn recorded; the value is known from now on, and earlier turns that show it in
        clear are rewritten. `restore_value` gives it back. Raises `ConfigError` for an unknown type, `BlockedError`.
        """
        _check(value, "customer")
        with self._ready() as state:
            return state.told(value, type)

    def reads(self, text: str) -> bool:
        """Whether a recorded turn reads, or has read, as this redacted text."""
        with self._ready() as state:
            return state.history.has_text(state.vault.text_hash(text))

    def recorded_text(self, turn_id: str) -> str | None:
        """How a recorded turn reads now, redacted; None where there is no such turn (any more)."""
        with self._ready() as state:
            row = state.history.turn(turn_id)
            return row.text if row is not None else None

    @property
    def revision(self) -> int:
        """While this number stays the same, no recorded turn was rewritten, and redacted texts that a host keeps are
        up to date. It means nothing outside this process."""
        with self._ready() as state:
            return state.history.revision

    def keyed_id(self, text: str, *, linkable: bool = False) -> str:
        """A UUID that always stands for this text in this conversation and says nothing of it: for a host's ids that
        may be personal. `linkable`: the same one in all of the tenant's conversations."""
        with self._ready() as state:
            return state.keyed_id(text, linkable=linkable)

    # the way back

    def restore(
        self,
        text: str | Redaction,
        audience: str = "customer",
        form: Form = "text",
        *,
        record: bool = True,
        scan: bool = False,
    ) -> Restoration:
        """Write an LLM's text for people: each placeholder as the referent's fullest form, escaped for `form`.

        Given a Redaction, exactly what came in. Text for the customer or an agent is recorded as the assistant's turn
        (redacted), unless `record` is false. `scan`: personal data that this conversation never held is written as a
        label; where it cannot be looked for, `DetectionError` is raised. Raises `AudienceError`, and `AuditError` where
        a restore for an agent or a reviewer cannot be noted in the audit log: then nothing was restored.
        """
        if isinstance(text, Redaction):
            return self.restore_turn(text.turn_id, audience)
        with self._ready() as state:
            resolve = self._resolver(audience, form)
            scanned = self._scan(resolve) if scan else None
            restored = restore_text(scanned.feed(text) + scanned.finish() if scanned else text, resolve)
            found = scanned.found if scanned else []
            self._hand_out(resolve)
            turn_id = None
            if record and _is_a_reply(audience):
                turn_id = state.record_reply(text, restored, _signs(resolve, found), found)
            return resolve.result(restored, turn_id, (entity.type for entity in found))

    def restore_turn(self, turn_id: str, audience: str = "customer") -> Restoration:
        """Exactly what came in for a recorded turn. Raises `NotFoundError`, `AudienceError`."""
        with self._ready() as state:
            row = state.history.turn(turn_id)
            if row is None:
                raise NotFoundError("this conversation has no such turn (any more)")
            resolve = self._resolver(audience, "text")
            restored = replay(state.vault, row, resolve.typed)
            self._hand_out(resolve)
            return resolve.result(restored, turn_id)

    def restore_recorded(self, text: str, turn_id: str, audience: str = "customer") -> str:
        """Exactly what came in for a recorded turn, if it still reads `text`; otherwise `text` as `restore` gives it,
        and nothing is recorded. For hosts that keep redacted messages themselves."""
        with self._ready() as state:
            row = state.history.turn(turn_id)
            if row is not None and row.text == text:
                return self.restore_turn(turn_id, audience).text
            return self.restore(text, audience, record=False).text

    def restore_value(
        self, value: Any, audience: str = "customer", form: Form = "text", *, also: Collection[str] = ()
    ) -> Any:
        """Parsed JSON with the placeholders in every string, keys included, restored; nothing is recorded.

        `also`: entity types that a tool is given beside those the policy names for it, as the code that calls it
        says; secrets and security codes are none of them. Raises `AudienceError`.
        """
        with self._ready():
            resolve = self._resolver(audience, form, also)
            restored = walk(value, lambda text: restore_text(text, resolve))
            self._hand_out(resolve)
            return restored

    def open_stream(
        self, audience: str = "customer", form: Form = "text", *, record: bool = True, scan: bool = False
    ) -> ReplyStream:
        """The same as `restore_stream`, for who is handed the chunks: `feed` each, `finish`, and `record` what was
        received, also where the stream was cut off. Without `record` that does nothing."""
        with self._ready():
            resolve = self._resolver(audience, form)
            filed = partial(self._record_reply, resolve) if record and _is_a_reply(audience) else None
            scanned = self._scan(resolve) if scan else None
            return ReplyStream(resolve, partial(self._hand_out, resolve), filed, scanned)

    def restore_stream(
        self, chunks: Iterable[str], audience: str = "customer", form: Form = "text", *, scan: bool = False
    ) -> Iterator[str]:
        """Restore a reply while it comes. Joined, the pieces are what `restore` gives for the joined chunks.

        What was received is recorded when the stream ends, also when it is closed early. `scan`: as for `restore`; a
        sentence comes out once it was looked at.
        """
        reply = self.open_stream(audience, form, scan=scan)
        try:
            for chunk in chunks:
                if piece := reply.feed(chunk):
                    yield piece
            if piece := reply.finish():
                yield piece
        finally:
            reply.record()

    def report_missed(
        self,
        turn_id: str,
        start: int,
        end: int,
        type: str,  # noqa: A002
        *,
        revision: int | None = None,
    ) -> tuple[Redaction, ...]:
        """A person found a value that detection missed: mask it wherever a recorded turn shows it.

        `start..end` count code points of the turn's redacted text, as of `revision` where that is given; `type` is
        the entity type. Where the policy's operator for it is reversible, the value is known from now on and can be
        restored like any other. The audit log says that it was reported, not what. Gives every turn that was
        rewritten, as it reads now. Raises `NotFoundError` for an unknown turn, and `ConfigError` where the span or
        the type cannot be.
        """
        with self._ready() as state:
            return tuple(state.report_missed(turn_id, (start, end), type, revision))

    def correct(self, placeholder: str, value: str) -> tuple[Redaction, ...]:
        """Put the right value in the place of the one that `placeholder` (such as `[PERSON_1]`) stands for.

        Every place where it stands restores to the right value from now on, recorded turns too, and the wrong one is
        found by nothing any more. The audit log says that it was done. Gives the turns that were rewritten because they
        showed the right value in clear. Raises `NotFoundError` where there is no such value (any more), `ConfigError`
        for what is no placeholder, and where nothing is kept that could be corrected.
        """
        entity_type, index = _named(placeholder)
        with self._ready() as state:
            return tuple(state.correct(entity_type, index, value))

    def forget(self) -> None:
        """Destroy the conversation's key and everything stored of it. Numbers of placeholders are never reused."""
        with self._ready() as state:
            state.forget()

    # the same, async

    async def aredact(self, text: str, role: Role = "customer", *, channel: str = "") -> Redaction:
        """`redact` in the Redactor's pool. Cancelled, it leaves a whole recorded turn or none."""
        return await self.in_pool(self.redact, text, role, channel=channel)

    async def aredact_turns(self, turns: Iterable[Turn], *, channel: str = "") -> list[Redaction]:
        """`redact_turns` in the Redactor's pool."""
        return await self.in_pool(self.redact_turns, list(turns), channel=channel)

    async def aredact_known(self, value: str, type: str) -> str:  # noqa: A002
        """`redact_known` in the Redactor's pool."""
        return await self.in_pool(self.redact_known, value, type)

    async def arestore(
        self,
        text: str | Redaction,
        audience: str = "customer",
        form: Form = "text",
        *,
        record: bool = True,
        scan: bool = False,
    ) -> Restoration:
        """`restore` in the Redactor's pool."""
        return await self.in_pool(self.restore, text, audience, form, record=record, scan=scan)

    async def arestore_stream(
        self, chunks: AsyncIterable[str], audience: str = "customer", form: Form = "text", *, scan: bool = False
    ) -> AsyncIterator[str]:
        """`restore_stream` for an async source."""
        reply = await self.in_pool(self.open_stream, audience, form, scan=scan)
        try:
            async for chunk in chunks:
                # A scan runs the model: not in the event loop.
                if piece := await self.in_pool(reply.feed, chunk) if scan else reply.feed(chunk):
                    yield piece
            if piece := await self.in_pool(reply.finish) if scan else reply.finish():
                yield piece
        finally:
            # Handed to the pool at once, so that it is recorded even where this task is being cancelled.
            await _shielded(self._parts.pool().submit(contextvars.copy_context().run, reply.record))

    async def in_pool(self, door: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
        """Run a function in the Redactor's pool, see `Redactor.in_pool`."""
        return await in_pool(self._parts.pool(), door, *args, **kwargs)

    # what the doors share

    @contextmanager
    def _ready(self) -> Iterator[State]:
        """The state for one operation: locked, in this process, and up to date with the store."""
        if self._pid != os.getpid():  # a thread of the parent may hold the lock for ever
            self._start_over()
        with self._lock:
            if not self._at_once:
                self._state.catch_up()
            yield self._state

    @contextmanager
    def at_once(self) -> Iterator[None]:
        """What is done in the block is done in one go: brought up to date with the store once, other threads wait. For
        hosts that restore a long history piece by piece. Write and read as ever in it."""
        with self._ready():
            self._at_once += 1
            try:
                yield
            finally:
                self._at_once -= 1

    def _resolver(self, audience: str, form: Form, also: Collection[str] = ()) -> Resolver:
        return resolver(self._state.vault, self._parts.policy, audience, form, also)

    def _hand_out(self, resolve: Resolver, since: int = 0) -> None:
        """Before a text leaves: what is shown to the business's own people is in the audit log first, or is not shown;
        what goes to the customer or a tool is counted. `since`: how many placeholders were told of before."""
        placeholders = resolve.restored[since:]
        if resolve.audience in _AUDITED:
            self._state.audit_restored(resolve.audience, placeholders)
        elif placeholders:
            with self._lock:
                self._state.count_restored(resolve.audience, map(_type_of, placeholders))

    def _record_reply(self, resolve: Resolver, text: str, restored: str, foreign: Sequence[Entity]) -> None:
        with self._ready() as state:
            state.record_reply(text, restored, _signs(resolve, foreign), foreign)

    def _scan(self, resolve: Resolver) -> ReplyScan:
        """A scan of one reply, which comes after the turns there are now."""
        before = [row.text for row in self._state.history.latest(1)]
        segments = Segments(self._parts.policy.own_types, self._state.vault.stand_ins)
        return ReplyScan(partial(self._foreign, before), resolve.hidden, segments)

    def _foreign(self, before: Sequence[str], text: str, said: str) -> list[Entity]:
        with self._ready() as state:
            return state.foreign(text, said, before)


async def _shielded(future: "Future[R]") -> R:
    import asyncio  # a synchronous host need not load it

    return await asyncio.shield(asyncio.wrap_future(future))


def _check(text: str, role: str) -> None:
    if not isinstance(text, str):
        raise ConfigError(f"a turn's text is a str, not {type(text).__name__}")
    if role not in ROLES:
        # Not echoed: who mixes up the two arguments hands over the message as the role.
        raise ConfigError(f"unknown role ({len(str(role))} characters); expected one of {', '.join(ROLES)}")


def _signs(resolve: Resolver, foreign: Sequence[Entity]) -> list[str]:
    return list(reply_signs(resolve.unknown, resolve.withheld, resolve.in_links, foreign))


def _is_a_reply(audience: str) -> bool:
    """Whether the text goes on in the conversation; a tool's arguments and what a reviewer reads do not."""
    return audience in ("customer", "agent")


_PLACEHOLDER = re.compile(r"\[([A-Z][A-Z0-9_]{0,80})_([1-9][0-9]{0,9})\]")


def _named(placeholder: str) -> tuple[str, int]:
    found = _PLACEHOLDER.fullmatch(placeholder.strip())
    if found is None:  # not echoed: who mixes up the arguments hands over the value
        raise ConfigError("expected a placeholder such as [PERSON_1]")
    return found[1], int(found[2])


def _type_of(placeholder: str) -> str:
    return placeholder[1:].rpartition("_")[0]
