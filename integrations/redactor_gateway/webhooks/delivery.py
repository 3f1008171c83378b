"""Delivery: what is in the outbox goes to the bots, in order per conversation, until they have it."""

import asyncio
import logging
import random
import secrets
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from typing import ParamSpec, TypeVar

from redactor.exceptions import RedactorError
from redactor_gateway import observing
from redactor_gateway.incoming import Incoming
from redactor_gateway.signatures import sign
from redactor_gateway.webhooks.backoff import Breaker, delay
from redactor_gateway.webhooks.outbox import Claimed, Outbox
from redactor_gateway.webhooks.route import Route
from redactor_gateway.webhooks.sending import Received, Sender, SendingError, Waiting

P = ParamSpec("P")
R = TypeVar("R")

_log = logging.getLogger("redactor_gateway.webhooks")

_NOT_NOW = frozenset({401, 403, 404, 405, 408, 421, 425, 429})
"""The bot is not there, not ready or does not know us: that passes. The other 4xx are about the message itself."""
_REFUSALS = 5
"""How often a message is sent that the bot refuses as such, before it is put aside."""
_POLL = 0.5
"""Seconds between two looks at the outbox where nobody called: other processes put messages in too."""
_SWEEP = 3600.0

Say = Callable[[Route, Claimed], Awaitable[Received]]
"""Makes the call by which the gateway itself says something; makes it once only, however often it is asked to."""


class Delivery:
    """The worker of one process; `start` and `stop` it in the loop it works in."""

    def __init__(
        self,
        outbox: Outbox,
        routes: Mapping[str, Route],
        sender: Sender,
        *,
        say: Say | None = None,
        clock: Callable[[], float] = time.time,
        chance: Callable[[], float] = random.random,
        at_once: int = 8,
        keep_for: float = 7 * 86400.0,
        margin: float = 5.0,
    ) -> None:
        """`clock`: seconds since 1970. `keep_for`: seconds until a message that no bot takes is put aside. `margin`:
        seconds a message stays held beyond the time its sending may take, for notes and for clocks that differ; so
        long it lies still where its worker died."""
        self._outbox, self._routes, self._sender, self._say = outbox, routes, sender, say
        self._clock, self._chance, self._at_once, self._keep_for = clock, chance, at_once, keep_for
        self._margin = margin
        self.holder = secrets.token_hex(8)
        self.counts: Counter[tuple[str, str]] = Counter()
        """By route and outcome: `delivered`, `put_off`, `put_aside`."""
        self._breakers = {name: Breaker(chance) for name in routes}
        self._pool = ThreadPoolExecutor(4, "redactor-outbox")
        self._expected: dict[str, Waiting] = {}
        self._running: set[asyncio.Task[None]] = set()
        self._worker: asyncio.Task[None] | None = None
        self._called = asyncio.Event()
        self._swept = float("-inf")
        self._is_ending = False

    async def start(self) -> None:
        """Begin to deliver."""
        if self._worker is None:
            self._worker = asyncio.create_task(self._work())

    async def stop(self) -> None:
        """Finish what is being sent, and no more."""
        worker, self._worker = self._worker, None
        if worker is not None:
            self._is_ending = True  # not cancelled: what it is just claiming would lie still until its lease ends
            self.call()
            await worker
        await self._settle()
        self._pool.shutdown(wait=False)

    async def in_pool(self, function: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
        """Ask the outbox, off the loop. Its own threads: detection that hangs must not stop what is taken in."""
        return await asyncio.get_running_loop().run_in_executor(self._pool, partial(function, *args, **kwargs))

    def call(self) -> None:
        """There is something new."""
        self._called.set()

    def expect(self, message: str) -> Waiting:
        """The bot's answer to a message that is about to be put in, if this process gets it."""
        return self._expected.setdefault(message, asyncio.get_running_loop().create_future())

    def give_up(self, message: str) -> None:
        """Nobody waits for the answer any more; the message is delivered nevertheless."""
        self._expected.pop(message, None)

    async def run_due(self) -> int:
        """Deliver what is due and what becomes due by that; gives how many were sent. For hosts with a loop of their
        own, and for tests."""
        count = 0
        while started := await self._begin():
            count += started
            await self._settle()
        return count

    # the worker

    async def _work(self) -> None:
        while not self._is_ending:
            self._called.clear()
            started = 0
            try:
                started = await self._begin()
                await self._sweep()
            except RedactorError as error:
                _log.error("the outbox cannot be used: %s", error)
            except Exception as error:  # noqa: BLE001  its text may hold anything; what is acknowledged must not lie still
                _log.error("the outbox cannot be used (%s)", type(error).__name__)
            if not started or len(self._running) >= self._at_once:
                with suppress(TimeoutError):
                    await asyncio.wait_for(self._called.wait(), _POLL)

    async def _settle(self) -> None:
        while self._running:
            await asyncio.wait(self._running)

    async def _begin(self) -> int:
        """Claim what there is room for, and start to send it."""
        started = 0
        for route in self._routes.values():
            now = self._clock()
            room = self._breakers[route.name].room(now, self._at_once - len(self._running))
            if room <= 0:
                continue
            until = now + _longest(route) + self._margin
            for claimed in await self.in_pool(self._outbox.claim, self.holder, route.name, now, until, room):
                task = asyncio.create_task(self._deliver(route, claimed))
                self._running.add(task)
                task.add_done_callback(self._ended)
                started += 1
        return started

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._running.discard(task)
        self._called.set()  # what waited behind it, or for its place

    async def _sweep(self) -> None:
        now = self._clock()
        if now - self._swept >= _SWEEP:
            self._swept = now
            await self.in_pool(self._outbox.sweep, now)

    async def _deliver(self, route: Route, claimed: Claimed) -> None:
        """One message, once. Whatever goes wrong, it stays in the outbox unless the bot has it."""
        try:
            with observing.working("deliver", route.name):
                answer, reason = await self._sent(route, claimed)
            await self._noted(route, claimed, answer, reason)
        except RedactorError as error:  # the outbox itself: the lease ends, and the message is sent again
            _log.error("route %s: what became of a message could not be noted: %s", route.name, error)
        except Exception as error:  # noqa: BLE001  its text may hold anything
            _log.error("route %s: a message could not be sent (%s)", route.name, type(error).__name__)

    async def _sent(self, route: Route, claimed: Claimed) -> tuple[Received | None, str]:
        try:
            if claimed.message.kind == "say":
                return await self._spoken(route, claimed), ""
            url, headers = signed(route, claimed, self._clock())
            body, timeout, reads = claimed.message.body, route.settings.timeout, claimed.message.id in self._expected
            with observing.step("deliver", outward=True, timed=True):
                headers += [(name.encode(), value.encode()) for name, value in observing.trace_headers().items()]
                async with asyncio.timeout(timeout):
                    return await self._sender.send("POST", url, headers, body, timeout, reads=reads), ""
        except TimeoutError:
            return None, f"no answer within {route.settings.timeout:g} s"
        except RedactorError as error:
            return None, str(error)

    async def _spoken(self, route: Route, claimed: Claimed) -> Received:
        if self._say is None:
            raise SendingError("nothing says it", is_unsent=True)
        return await self._say(route, claimed)

    async def _noted(self, route: Route, claimed: Claimed, answer: Received | None, reason: str) -> None:
        breaker, now = self._breakers[route.name], self._clock()
        if answer is not None and answer.status < 500 and answer.status not in _NOT_NOW and answer.status >= 200:
            breaker.worked()
        elif claimed.message.kind == "forward":
            breaker.failed(now)
        if self._is_taken(claimed, answer):
            await self.in_pool(self._outbox.done, claimed)
            self._count(route, "delivered")
            self._hand_over(claimed, answer)
        elif self._is_hopeless(claimed, answer, now):
            await self.in_pool(self._outbox.put_aside, claimed)
            self._count(route, "put_aside")
            _log.error("route %s: message %s was put aside: no bot took it", route.name, claimed.message.id)
        else:
            due = now + delay(claimed.tries, self._chance, answer.retry_after if answer else None)
            await self.in_pool(self._outbox.put_off, claimed, self.holder, due)
            self._count(route, "put_off")
            why = f"status {answer.status}" if answer is not None else reason
            _log.warning("route %s: message %s is sent again: %s", route.name, claimed.message.id, why)

    def _is_taken(self, claimed: Claimed, answer: Received | None) -> bool:
        """Somebody who waits for the answer gets every answer that is one, also a refusal: it is the platform's."""
        if answer is None:
            return False
        return 200 <= answer.status < 300 or (claimed.message.id in self._expected and answer.status in _ANSWERS)

    def _is_hopeless(self, claimed: Claimed, answer: Received | None, now: float) -> bool:
        if answer is not None and 400 <= answer.status < 500 and answer.status not in _NOT_NOW:
            return claimed.tries + 1 >= _REFUSALS
        return now - claimed.made >= self._keep_for

    def _hand_over(self, claimed: Claimed, answer: Received | None) -> None:
        waiting = self._expected.pop(claimed.message.id, None)
        if waiting is not None and not waiting.done() and answer is not None:
            waiting.set_result(answer)

    def _count(self, route: Route, outcome: str) -> None:
        self.counts[route.name, outcome] += 1


def _longest(route: Route) -> float:
    """Seconds a message of a route may be on its way."""
    calls = route.settings.egress.timeout if route.settings.egress is not None else 0.0
    return max(route.settings.timeout, calls)


_ANSWERS = (400, 403, 409, 422)
"""A bot's refusals that a platform which waits understands: Twilio Conversations rejects a message on 403."""


def signed(route: Route, claimed: Claimed, now: float) -> tuple[str, list[tuple[bytes, bytes]]]:
    """The bot's address and the headers of a request to it: those that go on, and our signature of now."""
    message = claimed.message
    headers = [(name.encode(), value.encode("latin-1")) for name, value in message.headers]
    headers += [(b"content-type", message.media_type.encode("latin-1")), (b"idempotency-key", message.id.encode())]
    if route.bot_secret is None:
        return route.forward, headers
    request = Incoming("POST", route.forward, tuple(headers), message.body)
    found = sign(route.resign, request, route.bot_secret, now=now, id=message.id)
    new = {name for name, _ in found.headers}
    return found.url, [each for each in headers if each[0] not in new] + list(found.headers)
