"""The webhook service: its routes for an ASGI application, and the worker that delivers."""

import asyncio
import time
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from contextlib import asynccontextmanager, closing, contextmanager
from functools import partial
from pathlib import Path
from typing import Any

from starlette.applications import Starlette
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route as HttpRoute

from redactor import Redactor
from redactor.config import Settings
from redactor.exceptions import ConfigError
from redactor.privacy.consent import Consent
from redactor.secret import Secret
from redactor_gateway import observing
from redactor_gateway.asked import BODY_SECONDS
from redactor_gateway.incoming import Incoming
from redactor_gateway.tokens import FetchKeys
from redactor_gateway.webhooks.answers import AGAIN, Answer, can_say
from redactor_gateway.webhooks.consent_gate import Gate, checked
from redactor_gateway.webhooks.delivery import Delivery
from redactor_gateway.webhooks.egress import Egress
from redactor_gateway.webhooks.ingress import Ingress
from redactor_gateway.webhooks.outbox import Claimed, Outbox
from redactor_gateway.webhooks.route import Route, reaches_of, routes_of
from redactor_gateway.webhooks.sending import PublicKeys, Received, Sender, SendingError
from redactor_gateway.webhooks.settings import OutboxSettings, outbox_of
from redactor_gateway.webhooks.settings import routes_of as checked_routes
from redactor_gateway.webhooks.taking import Taking

_METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"]
_MOST = 256
"""Requests under way at once; more are asked to come again."""

_LOOK = 0.05
"""Seconds between two looks whether all is answered."""

Door = Callable[[Incoming], Awaitable[Answer]]


class Webhooks:
    """All routes of one process.

    `http_routes` are mounted; `start` and `stop` are called in the application's lifespan, in its loop.
    """

    def __init__(
        self,
        routes: Mapping[str, Route],
        redactor: Redactor,
        outbox: Outbox,
        *,
        keys: FetchKeys | None = None,
        clock: Callable[[], float] = time.time,
        keep_for: float = 7 * 86400.0,
        margin: float = 5.0,
    ) -> None:
        """`keys`: fetches the public keys that tokens are checked with; by default over HTTPS, kept for an hour.
        `keep_for`, `margin`: see `Delivery`."""
        self.counts: Counter[tuple[str, str]] = Counter()
        """By route and outcome, since the process began."""
        self._routes, self._redactor, self.outbox = routes, redactor, outbox
        self._keys, self._clock = keys or PublicKeys(), clock
        self._secret = _secret(redactor)
        self._sender = Sender(reaches_of(routes))
        self.delivery = Delivery(
            outbox, routes, self._sender, say=self._say, clock=clock, keep_for=keep_for, margin=margin
        )
        self.delivery.counts = self.counts
        self._under_way = 0
        self.ways_in = {name: self._way_in(route) for name, route in routes.items()}
        self.ways_out = {name: out for name, route in routes.items() if (out := self._way_out(route)) is not None}
        self.http_routes = [each for route in routes.values() for each in self._of(route)]

    async def start(self) -> None:
        """Begin to deliver."""
        await self.delivery.start()

    async def stop(self) -> None:
        """Finish what is being sent; what waits is in the outbox. The outbox stays open: it is its owner's to close."""
        await self.delivery.stop()
        await self._sender.close()

    async def retire(self) -> None:
        """Stop as soon as what came is answered: another one on the outbox goes on."""
        while self._under_way:
            await asyncio.sleep(_LOOK)
        await self.stop()

    def mount(self, app: Starlette) -> None:
        """Serve the routes in an application, and deliver while it runs."""
        whole = app.router.lifespan_context

        @asynccontextmanager
        async def lifespan(app: Starlette) -> AsyncIterator[Mapping[str, Any]]:
            async with whole(app) as state, self.running():
                yield state or {}

        metrics = getattr(app.state, "metrics", None)
        if metrics is not None:
            metrics.serve_webhooks(self.counts, partial(self.delivery.in_pool, self.outbox.waiting))

        app.router.lifespan_context = lifespan
        app.router.routes.extend(self.http_routes)

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Deliver while in the block: for an application's lifespan."""
        await self.start()
        try:
            yield
        finally:
            await self.stop()

    def _way_out(self, route: Route) -> Egress | None:
        if route.egress is None:
            return None
        parts = (route, route.egress, self._redactor, self.outbox, self.delivery, self._sender)
        return Egress(*parts, secret=self._secret, clock=self._clock, counts=self.counts)

    async def _say(self, route: Route, claimed: Claimed) -> Received:
        out = self.ways_out.get(route.name)
        if out is None:
            raise SendingError("the route has no way out any more", is_unsent=True)
        return await out.say(claimed)

    def _way_in(self, route: Route) -> Ingress:
        shared = (route, self._redactor, self.outbox, self.delivery)
        taking = Taking(*shared, secret=self._secret, gate=self._gate(route), clock=self._clock, counts=self.counts)
        return Ingress(
            route, self._redactor, taking, self.delivery, keys=self._keys, clock=self._clock, counts=self.counts
        )

    def _of(self, route: Route) -> list[HttpRoute]:
        largest = route.settings.largest_body
        inward = partial(
            self._serve, ("webhook", route.name), self.ways_in[route.name].answer, largest, _inward_url(route)
        )
        found = [HttpRoute(f"/webhooks/{route.name}", _endpoint(inward), methods=_METHODS)]
        if (out := self.ways_out.get(route.name)) is not None:
            outward = partial(self._serve, ("egress", route.name), out.answer, largest, _outward_url(route))
            found.append(HttpRoute(f"/egress/{route.name}/{{path:path}}", _endpoint(outward), methods=_METHODS))
        return found

    def _gate(self, route: Route) -> Gate | None:
        settings = route.settings.consent
        if settings is None:
            return None
        checked(settings, can_say=can_say(route))
        return Gate(settings, Consent(self._redactor), route.settings.tenant, self._clock)

    async def _serve(
        self, at: tuple[str, str], door: Door, largest: int, url: Callable[[Request], str], request: Request
    ) -> Response:
        observing.enter(*at)
        if self._under_way >= _MOST:
            return _response(AGAIN)
        self._under_way += 1
        try:
            async with asyncio.timeout(BODY_SECONDS):
                body = await _body(request, largest)
            if body is None:
                return _response(Answer(413))
            incoming = Incoming(request.method, url(request), tuple(request.scope["headers"]), body)
            return _response(await door(incoming))
        except TimeoutError:  # of the body alone: a door never raises
            return _response(Answer(408))
        except ClientDisconnect:
            return _response(Answer(400))
        finally:
            self._under_way -= 1


def _endpoint(serve: Callable[[Request], Awaitable[Response]]) -> Callable[[Request], Awaitable[Response]]:
    async def endpoint(request: Request) -> Response:
        # In a task of its own: a platform that hangs up does not stop what has begun.
        return await asyncio.shield(asyncio.ensure_future(serve(request)))

    return endpoint


async def _body(request: Request, largest: int) -> bytes | None:
    """The raw body; None where it is too large."""
    said = request.headers.get("content-length", "")
    if said.isdecimal() and int(said) > largest:
        return None
    found = bytearray()
    async for chunk in request.stream():
        found += chunk
        if len(found) > largest:
            return None
    return bytes(found)


def _inward_url(route: Route) -> Callable[[Request], str]:
    """The URL as the platform called it."""

    def url(request: Request) -> str:
        query = request.scope["query_string"].decode("latin-1")
        base = route.settings.public_url or str(request.url.replace(query=""))
        return f"{base}?{query}" if query else base

    return url


def _outward_url(route: Route) -> Callable[[Request], str]:
    """The URL of the platform's API that a call is for, as the bot wrote its path."""
    prefix = f"/egress/{route.name}"

    def url(request: Request) -> str:
        raw = (request.scope.get("raw_path") or request.scope["path"].encode()).decode("latin-1").partition("?")[0]
        path = raw[raw.index(prefix) + len(prefix) :] if prefix in raw else "/"
        query = request.scope["query_string"].decode("latin-1")
        base = route.egress.base if route.egress is not None else ""
        return f"{base}{path}?{query}" if query else f"{base}{path}"

    return url


def _response(answer: Answer) -> Response:
    headers = {"cache-control": "no-store"}
    if answer.retry_after is not None:
        headers["retry-after"] = str(answer.retry_after)
    if answer.media_type:
        headers |= {"content-type": answer.media_type, "x-content-type-options": "nosniff"}
    return Response(answer.body, answer.status, headers)


def _secret(redactor: Redactor) -> Secret[bytes]:
    """What deliveries and calls are remembered under: the same in every process on the store, and of no use without
    its key."""
    chat = redactor.conversation("deliveries", tenant="redactor-gateway")
    return Secret(chat.keyed_id("what deliveries are remembered under", linkable=True).encode())


@contextmanager
def configured(
    gateway: Mapping[str, Any], core: Settings, redactor: Redactor, folder: Path = Path()
) -> Iterator[Webhooks | None]:
    """The webhooks of `[gateway.routes]` and `[gateway.outbox]`, as parsed TOML; None where there is no route.

    `folder`: what files are looked for in. Raises `ConfigError`.
    """
    routes = routes_of(checked_routes(gateway.get("routes", {})), folder)
    if not routes:
        yield None
        return
    own = outbox_of(gateway.get("outbox", {}))
    with closing(open_outbox(core, own, folder)) as outbox:
        yield Webhooks(routes, redactor, outbox, keep_for=own.keep_for)


def open_outbox(core: Settings, own: OutboxSettings | None = None, folder: Path = Path()) -> Outbox:
    """Where messages wait: beside the store, so that what is acknowledged lives as long as what it leads back to.

    Raises `ConfigError` for a store that is lost with the process.
    """
    path = own.path if own is not None else None
    if path is None and core.store.kind == "postgresql":
        from redactor_gateway.webhooks.outbox_postgres import PostgresOutbox

        return PostgresOutbox(core.store.server(), name=core.store.name)
    if path is None and core.store.kind != "sqlite":
        raise ConfigError(
            f"gateway.outbox: webhooks need an outbox that outlives the process; a {core.store.kind} store has none; "
            "write gateway.outbox.path, or use a store of kind sqlite or postgresql"
        )
    from redactor_gateway.webhooks.outbox_sqlite import SqliteOutbox

    made = SqliteOutbox(folder / path.expanduser() if path is not None else core.store_path().with_name("outbox.db"))
    return _shared(made, core) if core.store.kind == "redis" else made


def _shared(local: Outbox, core: Settings) -> Outbox:
    """Each machine has a file of its own; deliveries are known to all of them."""
    try:
        from redactor.storage.redis import RedisStore
        from redactor_gateway.webhooks.outbox_shared import SharedKeysOutbox

        return SharedKeysOutbox(local, RedisStore(core.store.server(), name=core.store.name))
    except BaseException:
        local.close()
        raise
