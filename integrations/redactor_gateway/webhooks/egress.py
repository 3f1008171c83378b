"""The way out: the bot's calls of the platform's API, restored in the fields that their customer reads.

Only calls the platform file lists, only to the route's own address, only with what the bot is known by. A call with an
`Idempotency-Key` is made once, however often it comes: where nobody knows what became of it, it is not made again.
"""

import asyncio
import hashlib
import hmac
import logging
import re
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from urllib.parse import quote, unquote, urlsplit

from redactor import Conversation, Redactor
from redactor.exceptions import BlockedError, RedactorError
from redactor.secret import Secret
from redactor_gateway import observing
from redactor_gateway.errors import PayloadError, RefusedError
from redactor_gateway.incoming import Incoming
from redactor_gateway.mapping import FORM, redact_answer
from redactor_gateway.outward import Outgoing, allowed, restore_call
from redactor_gateway.webhooks.addresses import addressed
from redactor_gateway.webhooks.answers import Answer
from redactor_gateway.webhooks.delivery import Delivery
from redactor_gateway.webhooks.outbox import Call, Claimed, Outbox
from redactor_gateway.webhooks.route import Egress as Settings
from redactor_gateway.webhooks.route import Route
from redactor_gateway.webhooks.sending import Received, Sender, SendingError

_log = logging.getLogger("redactor_gateway.webhooks")

_KEY = re.compile(rb"[\x21-\x7e]{1,255}")
_MEDIA_TYPES = {"json": b"application/json", "form": FORM.encode()}


class Egress:
    """The way out of one route."""

    def __init__(
        self,
        route: Route,
        settings: Settings,
        redactor: Redactor,
        outbox: Outbox,
        delivery: Delivery,
        sender: Sender,
        *,
        secret: Secret[bytes],
        clock: Callable[[], float] = time.time,
        counts: Counter[tuple[str, str]] | None = None,
    ) -> None:
        """`secret`: what calls are remembered under."""
        self._route, self._settings, self._redactor = route, settings, redactor
        self._outbox, self._delivery, self._sender = outbox, delivery, sender
        self._secret, self._clock = secret, clock
        self.counts: Counter[tuple[str, str]] = Counter() if counts is None else counts

    async def answer(self, request: Incoming) -> Answer:
        """What the bot gets. `request.url`: any host, the path of the platform's API. Never raises but for
        cancellation."""
        if not self._is_bot(request):
            return self._refused(401, "the header Authorization is not what this route's bot sends")
        try:
            key = _key(request)
            return _answered(await self.once(*self._addressed(request), key))
        except (PayloadError, RefusedError) as error:
            return self._refused(403 if isinstance(error, RefusedError) else 400, str(error))
        except SendingError as error:
            return self._refused(502 if error.is_unsent else 504, f"the platform gave {error}")
        except BlockedError as error:  # it would be refused each time
            return self._refused(403, str(error))
        except RedactorError as error:
            return self._refused(503, f"the call was not made: {type(error).__name__}: {error}")
        except Exception as error:  # noqa: BLE001  its text may hold anything
            return self._refused(503, f"the call was not made ({type(error).__name__})")

    async def say(self, claimed: Claimed) -> Received:
        """A call of the gateway's own, kept in the outbox; made once. Raises as `answer` answers."""
        message, authorization = claimed.message, self._settings.send_authorization or self._settings.authorization[0]
        headers = ((b"content-type", message.media_type.encode()), (b"authorization", authorization.reveal().encode()))
        request = Incoming(message.method, self._settings.base + message.path, headers, message.body)
        made = await self.once(*self._addressed(request), message.id.encode())
        return Received(409 if made.status is None else made.status, b"")

    async def once(self, base: str, request: Incoming, key: bytes | None) -> Call:
        """Make a call, or say what became of it when it was made before. Status None: nobody knows. `base`: the
        address it goes to; of `request.url` the path counts."""
        allowed(self._route.platform, request)
        if key is None:
            return await self._made(base, request)
        hashed = self._hashed(key, base, request)
        known = await self._delivery.in_pool(self._outbox.begin_call, hashed, self._clock())
        if known is not None:
            self._count("call_known")
            return known
        made: Call | None = None
        is_open = False
        try:
            made = await self._made(base, request)
        except SendingError as error:
            is_open = not error.is_unsent
            raise
        except asyncio.CancelledError:
            is_open = True
            raise
        finally:
            if not is_open:
                await self._delivery.in_pool(self._outbox.end_call, hashed, made)
        return made

    def _addressed(self, request: Incoming) -> tuple[str, Incoming]:
        """The address a call goes to, and the call with the path behind it. Raises `RefusedError`."""
        if self._settings.url is None:
            return self._settings.base, request
        base, path = addressed(urlsplit(request.url).path, self._settings.bases)
        return base, replace(request, url=f"{self._settings.base}{path}")

    def _is_bot(self, request: Incoming) -> bool:
        given = hashlib.sha256(request.header(self._settings.settings.known_by) or b"").digest()
        right = False
        for each in self._settings.authorization:
            right |= hmac.compare_digest(hashlib.sha256(each.reveal().encode()).digest(), given)
        return right

    def _hashed(self, key: bytes, base: str, request: Incoming) -> bytes:
        call = (request.method, base, request.url)
        parts = (self._route.name.encode(), key, *(each.encode() for each in call), request.body)
        framed = b"".join(hashlib.sha256(part).digest() for part in parts)
        return hmac.digest(self._secret.reveal(), b"call" + framed, "sha256")

    async def _made(self, base: str, request: Incoming) -> Call:
        outgoing = await self._redactor.in_pool(self._restored, request)
        try:
            received = await self._sent(base, request, outgoing)
        except SendingError as error:
            if not error.is_unsent:  # the customer may have read it, and what they answer is read in its light
                await self._record(outgoing)
            raise
        if 300 <= received.status < 400:
            raise SendingError("a redirect, which is not followed")
        self._count("call_made" if received.status < 400 else "call_failed")
        if received.status < 300:
            await self._record(outgoing)
        return await self._redacted(outgoing, received)

    async def _sent(self, base: str, request: Incoming, outgoing: Outgoing) -> Received:
        """The platform's answer. Raises `SendingError`."""
        url, timeout = base + _path(request), self._settings.settings.timeout
        headers = self._headers(request, outgoing)
        with suppress(TimeoutError), observing.step("platform", outward=True, timed=True):
            async with asyncio.timeout(timeout):
                return await self._sender.send(request.method, url, headers, outgoing.body, timeout)
        raise SendingError(f"silence for {timeout:g} s")

    async def _record(self, outgoing: Outgoing) -> None:
        """The customer was told. Whatever goes wrong now, the bot hears that the call was made: it must not be made
        again."""
        try:
            await self._redactor.in_pool(outgoing.record)
        except Exception as error:  # noqa: BLE001  its text may hold anything
            self._count("call_unrecorded")
            _log.error("route %s: what the bot said could not be recorded: %s", self._route.name, type(error).__name__)

    async def _redacted(self, outgoing: Outgoing, received: Received) -> Call:
        """What the bot gets of the platform's answer. The call was made, whatever goes wrong now: the bot is told so,
        and nothing that could not be checked."""
        answer, chat = outgoing.call.answer, outgoing.conversation
        try:
            body = await self._redactor.in_pool(redact_answer, answer, received.body, chat, self._redactor)
        except Exception as error:  # noqa: BLE001  its text may hold anything
            _log.error("route %s: the platform's answer was not passed on: %s", self._route.name, type(error).__name__)
            body = b""
        return Call(received.status, _kind(received, body), body)

    def _restored(self, request: Incoming) -> Outgoing:
        """In a thread: the call as the platform gets it."""
        route, redactor = self._route, self._redactor

        def open_(key: str) -> Conversation:
            return route.open(redactor, key)

        def named(public_id: str) -> Conversation:
            return route.named(redactor, public_id)

        note_audience = "agent" if self._settings.settings.agent else None
        outgoing = restore_call(
            route.platform, request, open_, named, scan=route.settings.scan, note_audience=note_audience
        )
        if outgoing.said:  # what could not be recorded afterwards is not said
            with redactor.parts.store.transaction():
                pass
        return outgoing

    def _headers(self, request: Incoming, outgoing: Outgoing) -> list[tuple[bytes, bytes]]:
        """What goes on: the body's type, who the bot is, and what the route lists."""
        own = self._settings.send_authorization
        who = own.reveal().encode() if own is not None else request.header("authorization") or b""
        found = [(b"accept", b"application/json"), *([(b"authorization", who)] if who else [])]
        if outgoing.call.body != "none":
            found.append((b"content-type", _MEDIA_TYPES[outgoing.call.body]))
        listed = ((name.encode(), request.header(name)) for name in self._settings.settings.headers)
        return found + [(name, value) for name, value in listed if value is not None]

    def _refused(self, status: int, reason: str) -> Answer:
        self._count("call_refused")
        _log.warning("route %s: a call of the bot's was not made: %s", self._route.name, reason)
        return Answer(status, reason.encode(), "text/plain", 1 if status == 503 else None)

    def _count(self, outcome: str) -> None:
        self.counts[self._route.name, outcome] += 1


def _key(request: Incoming) -> bytes | None:
    """By what a call is known again. Raises `PayloadError` for a call that cannot be what the platform file means."""
    is_plain = False
    with suppress(ValueError):
        is_plain = not urlsplit(request.url).query
    if not is_plain:
        raise PayloadError("a call with a query is not made: the platform file says nothing of its fields")
    given = request.header("idempotency-key")
    if given is not None and not _KEY.fullmatch(given):
        raise PayloadError("expected an Idempotency-Key of at most 255 visible characters")
    return given


def _path(request: Incoming) -> str:
    """The path, written anew from what it says: what was checked is what is called."""
    segments = urlsplit(request.url).path.split("/")
    return "/".join(quote(unquote(each), safe="~!$'()*+,;=:@") for each in segments)


def _kind(received: Received, body: bytes) -> str:
    """JSON or text; nothing that a browser would run."""
    return "application/json" if body[:1] in (b"{", b"[") and "json" in received.media_type.lower() else "text/plain"


def _answered(call: Call) -> Answer:
    if call.status is None:
        reason = b"this call was made before, and nobody knows whether it reached the platform; it is not made again"
        return Answer(409, reason, "text/plain")
    return Answer(call.status, call.body, call.media_type)
