"""Taking a delivery in: redacted, past the consent gate, and durable in the outbox, all of it or nothing."""

import re
import secrets
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace

from redactor import Conversation, Redactor
from redactor.exceptions import BlockedError
from redactor.secret import Secret
from redactor_gateway.bodies import written
from redactor_gateway.incoming import Incoming
from redactor_gateway.mapping import FORM, redact_body, redact_payload
from redactor_gateway.paths import Value
from redactor_gateway.replays import delivery_key
from redactor_gateway.schemes import Hmac
from redactor_gateway.webhooks.addresses import answered_here
from redactor_gateway.webhooks.consent_gate import Gate, Passage, Told
from redactor_gateway.webhooks.delivery import Delivery
from redactor_gateway.webhooks.outbox import Headers, Message, Outbox
from redactor_gateway.webhooks.pieces import pieces, without, without_texts
from redactor_gateway.webhooks.route import Route
from redactor_gateway.webhooks.saying import said
from redactor_gateway.webhooks.sending import Waiting
from redactor_gateway.webhooks.turns import InTurn

_KEPT_HEADERS = (
    "webhook-id",
    "x-slack-retry-num",
    "x-slack-retry-reason",
    "x-zendesk-webhook-id",
    "x-zendesk-webhook-invocation-id",
    "x-chatwoot-delivery",
    "i-twilio-idempotency-token",
)
"""Headers by which a bot knows a delivery again; nothing else of the platform's goes on."""

_ID = re.compile(rb"[A-Za-z0-9._:=+/-]{1,200}")


@dataclass(frozen=True, slots=True)
class Taken:
    """A delivery that is durable."""

    message: str = ""
    """The id of what goes to the bot; '' where nothing does."""
    chat: Conversation | None = None
    texts: tuple[str, ...] = ()
    """What the customer is told in the response, before what the bot says."""
    waiting: Waiting | None = field(default=None, repr=False)
    """The bot's answer, where this request waits for it."""
    is_new: bool = True


@dataclass(frozen=True, slots=True)
class _Work:
    """What a delivery becomes."""

    forward: Message | None
    chat: Conversation | None
    told: tuple[Told, ...]


class Taking:
    """Takes the deliveries of one route in."""

    def __init__(
        self,
        route: Route,
        redactor: Redactor,
        outbox: Outbox,
        delivery: Delivery,
        *,
        secret: Secret[bytes],
        clock: Callable[[], float],
        counts: Counter[tuple[str, str]],
        gate: Gate | None = None,
    ) -> None:
        """`secret`: what deliveries are remembered under."""
        self._route, self._redactor, self._outbox, self._delivery = route, redactor, outbox, delivery
        self._secret, self._clock, self._counts, self._gate = secret, clock, counts, gate
        self._turns = InTurn()

    async def taken(self, request: Incoming, payload: Value) -> Taken:
        """Take a delivery in; what goes wrong is raised, and then nothing was taken in."""
        route, pool = self._route, self._delivery.in_pool
        key = delivery_key(route.platform, request, payload, route.name, self._secret)
        async with self._turns.of(piece.key for piece in pieces(route.platform, payload)):
            known = await pool(self._outbox.known, key, self._clock())
            if known is None:
                work = await self._redactor.in_pool(self._work, request, payload)
                return await self._kept(key, payload, work)
        self._count("known")
        return Taken(known, is_new=False)

    # in a thread

    def _work(self, request: Incoming, payload: Value) -> _Work:
        passage = self._gate.passage(self._route.platform, payload) if self._gate is not None else Passage()
        going = self._going(request, payload, passage)
        if going is None:
            return _Work(None, None, passage.told)
        try:
            return _Work(*self._redacted(going), passage.told)
        except BlockedError:
            places = frozenset(piece.place for piece in pieces(self._route.platform, payload))
            blocked = Told(self._route.settings.answers.blocked, places - passage.gone)
        return _Work(None, None, (*passage.told, blocked))

    def _going(self, request: Incoming, payload: Value, passage: Passage) -> Incoming | None:
        """The request with what may go on; None where that is nothing."""
        if not passage.gone:
            return request
        left = without(payload, passage.gone)
        is_nothing = () in passage.gone or not pieces(self._route.platform, left)
        return None if is_nothing else replace(request, body=written(left))

    def _redacted(self, request: Incoming) -> tuple[Message, Conversation | None]:
        """The message for the bot, and whose it is."""
        route = self._route
        body, mapped = redact_body(route.platform, request.body, request.media_type, self._open, self._redactor)
        if (here := answered_here(route, mapped.payload)) is not mapped.payload:
            body = written(here)
        media_type = FORM if request.media_type == FORM else "application/json"
        lanes = tuple(chat.public_id for chat in mapped.conversations)
        message = Message(_new_id(), route.name, "forward", body, media_type, self._headers(request), lanes=lanes)
        return message, mapped.conversations[0] if len(mapped.conversations) == 1 else None

    def _open(self, key: str) -> Conversation:
        return self._route.open(self._redactor, key)

    def _headers(self, request: Incoming) -> Headers:
        scheme = self._route.resign
        own = (scheme.id_header,) if isinstance(scheme, Hmac) and scheme.id_header else ()
        found = []
        for name in dict.fromkeys((*_KEPT_HEADERS, *own, *self._route.settings.headers)):
            value = request.header(name)
            if value is not None and _ID.fullmatch(value):
                found.append((name, value.decode("ascii")))
        return tuple(found)

    def _says(self, payload: Value, told: Iterable[Told]) -> list[Message]:
        """The calls that tell customers something: each filled from the customer's own pieces, without their words."""
        found = []
        for each in told:
            others = {piece.place for piece in pieces(self._route.platform, payload)} - each.places
            silent = without_texts(self._route.platform, without(payload, others))
            mapped = redact_payload(self._route.platform, silent, self._open, self._redactor)
            message = said(self._route, each.text, mapped.payload)
            if message is not None:
                found.append(replace(message, id=self._notice_id(each) or _new_id()))
        return found

    def _notice_id(self, told: Told) -> str:
        """A notice is sent once, also where it could not be noted that it was."""
        if told.notice is None:
            return ""
        chat = self._redactor.conversation("notices", tenant=told.notice.tenant)
        return f"notice_{chat.keyed_id(f'{self._route.name} {told.notice.type} {told.notice.identifier} {told.text}')}"

    def _noted(self, told: Iterable[Told]) -> list[Told]:
        return [each for each in told if self._gate is None or self._gate.note(each)]

    # keeping

    async def _kept(self, key: bytes, payload: Value, work: _Work) -> Taken:
        """In the outbox, and the bot's answer waited for where it is the response."""
        message = work.forward.id if work.forward is not None else ""
        waiting = self._delivery.expect(message) if message and self._route.mode == "inline" else None
        try:
            taken = await self._put_in(key, payload, work, waiting)
        except BaseException:
            self._delivery.give_up(message)
            raise
        if not taken.is_new:
            self._delivery.give_up(message)
        return taken

    async def _put_in(self, key: bytes, payload: Value, work: _Work, waiting: Waiting | None) -> Taken:
        """In the outbox, and only then are notices noted: what is told twice is better than what is told never."""
        by_call = self._route.settings.say is not None or self._route.mode != "inline"
        says = await self._redactor.in_pool(self._says, payload, work.told) if by_call else []
        forward = [work.forward] if work.forward is not None else []
        if not await self._put(key, [*forward, *says], reserve=waiting is not None):
            return Taken(is_new=False)  # another process took it in at the same moment
        told = await self._redactor.in_pool(self._noted, work.told)
        self._count("taken" if forward else "not_passed_on")
        texts = () if by_call else tuple(each.text for each in told)
        return Taken(forward[0].id if forward else "", work.chat, texts, waiting)

    async def _put(self, key: bytes, messages: Sequence[Message], *, reserve: bool) -> bool:
        now = self._clock()
        until = now + self._route.settings.timeout if reserve else 0.0
        holder = self._delivery.holder if reserve else ""
        put = await self._delivery.in_pool(self._outbox.put, key, messages, now, holder=holder, reserved=until)
        self._delivery.call()
        return put

    def _count(self, outcome: str) -> None:
        self._counts[self._route.name, outcome] += 1


def _new_id() -> str:
    return f"msg_{secrets.token_hex(16)}"
