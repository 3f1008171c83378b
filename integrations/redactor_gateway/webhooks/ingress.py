"""The way in: verified in its raw bytes, redacted, durable in the outbox, and only then acknowledged.

What cannot be checked or kept is answered 503: the platform sends it again. Nothing is forwarded from here.
"""

import asyncio
import logging
from collections import Counter, OrderedDict
from collections.abc import Callable
from contextlib import suppress

from redactor import Conversation, Redactor
from redactor.exceptions import RedactorError
from redactor_gateway.errors import PayloadError
from redactor_gateway.handshakes import handshake
from redactor_gateway.incoming import Incoming
from redactor_gateway.outward import restore_reply
from redactor_gateway.paths import Value
from redactor_gateway.schemes import Jwt
from redactor_gateway.signatures import Verdict, verify
from redactor_gateway.tokens import FetchKeys
from redactor_gateway.webhooks.answers import AGAIN, Answer, nothing, preceded, words
from redactor_gateway.webhooks.delivery import Delivery
from redactor_gateway.webhooks.pieces import payload_of
from redactor_gateway.webhooks.route import Route
from redactor_gateway.webhooks.sending import Received, Waiting
from redactor_gateway.webhooks.taking import Taken, Taking

_log = logging.getLogger("redactor_gateway.webhooks")

_KEPT_ANSWERS = 512
_KEPT_SECONDS = 600.0
"""A platform that did not get the bot's answer asks again within minutes; so long it lies in memory, never on disk."""


class Ingress:
    """The way in of one route."""

    def __init__(
        self,
        route: Route,
        redactor: Redactor,
        taking: Taking,
        delivery: Delivery,
        *,
        keys: FetchKeys,
        clock: Callable[[], float],
        counts: Counter[tuple[str, str]],
    ) -> None:
        """`keys`: fetches the public keys of a token's issuer."""
        self._route, self._redactor, self._taking, self._delivery = route, redactor, taking, delivery
        self._keys, self._clock, self._counts = keys, clock, counts
        self._answers: OrderedDict[str, tuple[float, asyncio.Future[Answer]]] = OrderedDict()

    async def answer(self, request: Incoming) -> Answer:
        """What the platform gets. Never raises but for cancellation."""
        ends = asyncio.get_running_loop().time() + self._route.deadline
        try:
            return await self._answered(request, ends)
        except PayloadError as error:
            return self._refused(400, "not_readable", str(error))
        except TimeoutError:
            return self._refused(503, "too_late", f"it was not durable within {self._route.deadline:g} s")
        except RedactorError as error:
            return self._refused(503, "not_taken", f"{type(error).__name__}: {error}")
        except Exception as error:  # noqa: BLE001  its text may hold anything
            return self._refused(503, "not_taken", type(error).__name__)

    def _refused(self, status: int, outcome: str, reason: str) -> Answer:
        self._count(outcome)
        _log.error("route %s: a delivery was not taken in: %s", self._route.name, reason)
        return AGAIN if status == 503 else Answer(status)

    def _count(self, outcome: str) -> None:
        self._counts[self._route.name, outcome] += 1

    async def _answered(self, request: Incoming, ends: float) -> Answer:
        verdict = await self._verdict(request)
        payload = payload_of(self._route.platform, request) if verdict else None
        tried = handshake(self._route.platform, request, payload, verified=verdict.ok, tokens=self._route.tokens)
        if tried is not None:
            self._count("handshake")
            return Answer(tried.status, tried.body.encode(), "text/plain")
        if not verdict:
            _log.warning("route %s: a request was refused: %s", self._route.name, verdict.reason)
            self._count("forged")
            return Answer(401)
        if request.method != "POST":
            return Answer(405)
        async with asyncio.timeout_at(ends):
            taken = await self._taking.taken(request, payload)
        return await self._said_back(taken, payload, ends)

    async def _verdict(self, request: Incoming) -> Verdict:
        route = self._route

        def look() -> Verdict:
            return verify(
                route.scheme,
                request,
                route.secrets,
                now=self._clock(),
                settings=route.settings.settings,
                keys=self._keys,
            )

        # An issuer's keys may have to be fetched first; the rest is done before a thread would have been found.
        return await self._delivery.in_pool(look) if isinstance(route.scheme, Jwt) else look()

    # answering

    async def _said_back(self, taken: Taken, payload: Value, ends: float) -> Answer:
        if self._route.mode != "inline":
            return nothing(self._route)
        if not taken.is_new:
            return await self._said_before(taken.message, ends)
        answer = nothing(self._route)
        if taken.waiting is not None:
            answer = await self._waited(taken, taken.waiting, payload, ends)
        return preceded(self._route, taken.texts, answer, payload)

    async def _waited(self, taken: Taken, waiting: Waiting, payload: Value, ends: float) -> Answer:
        kept = self._keep(taken.message)
        try:
            answer = await self._bots(taken, waiting, payload, ends)
            kept.set_result(answer)
            return answer
        finally:
            self._delivery.give_up(taken.message)
            kept.cancel()

    async def _bots(self, taken: Taken, waiting: Waiting, payload: Value, ends: float) -> Answer:
        """The bot's answer; where it comes too late or cannot be read, words of our own: the message is safe."""
        try:
            async with asyncio.timeout_at(ends):
                return await self._restored(await waiting, taken.chat)
        except TimeoutError:
            self._count("late")
        except RedactorError as error:
            self._count("unreadable")
            _log.error("route %s: the bot's answer was not passed on: %s", self._route.name, error)
        return words(self._route, self._route.settings.answers.late, payload) or nothing(self._route)

    async def _restored(self, received: Received, chat: Conversation | None) -> Answer:
        """The bot's answer with its values. A refusal of the bot's goes on without a word: errors are not restored."""
        if not 200 <= received.status < 300:
            return Answer(received.status)
        reply = self._route.platform.reply
        pool, scan = self._redactor.in_pool, self._route.settings.scan
        replied = await pool(restore_reply, self._route.platform, received.body, chat, scan=scan)
        await pool(replied.record)
        body = replied.body
        kind = "text/xml" if reply is not None and reply.body == "xml" else "application/json"
        return Answer(200, body, kind) if body else nothing(self._route)

    def _keep(self, message: str) -> "asyncio.Future[Answer]":
        """Where the answer is put for a platform that asks again, as it did not get it."""
        kept: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        now = self._clock()
        self._answers[message] = (now, kept)
        while len(self._answers) > _KEPT_ANSWERS or next(iter(self._answers.values()))[0] < now - _KEPT_SECONDS:
            self._answers.popitem(last=False)
        return kept

    async def _said_before(self, message: str, ends: float) -> Answer:
        since, kept = self._answers.get(message, (float("-inf"), None))
        if kept is not None and self._clock() - since < _KEPT_SECONDS:
            with suppress(TimeoutError, asyncio.CancelledError):
                async with asyncio.timeout_at(ends):
                    return await asyncio.shield(kept)
        return nothing(self._route)
