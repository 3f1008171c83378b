"""The configuration read again while the gateway runs: a new application takes the old one's place, or nothing changes.

On SIGHUP. New requests go to the new application; requests and streams under way end with the old one, which is closed
behind the last of them. The store stays open throughout: it keeps both in step, as it does two processes.
"""

import asyncio
import logging
import signal
import threading
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from contextlib import ExitStack, asynccontextmanager, closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from starlette.applications import Starlette
from starlette.types import Receive, Scope, Send

from redactor import Redactor
from redactor.apps import carried
from redactor.config import Settings
from redactor.crypto import KeyWrap
from redactor.exceptions import ConfigError, RedactorError
from redactor.storage import Store
from redactor_gateway.app import create_app, shown
from redactor_gateway.metrics import Metrics
from redactor_gateway.settings import GatewaySettings

_log = logging.getLogger("redactor_gateway")

Read = Callable[[], GatewaySettings]
"""Reads the gateway's section, checked. Raises `ConfigError`."""


@dataclass(frozen=True, slots=True)
class Generation:
    """What one reading of the configuration made."""

    settings: GatewaySettings
    core: Settings
    redactor: Redactor
    app: Starlette
    retire: Callable[[], Awaitable[None]]
    """What works by itself, such as the delivery of messages, leaves that to the next one."""
    close: Callable[[], None]
    """Ends what is its own; the store is not."""


class Reloading:
    """An ASGI application in whose place a newer one can be put. For one event loop."""

    def __init__(self, first: Generation, again: Callable[[Generation], Generation]) -> None:
        """`again`: makes what comes next, in a thread; what it raises is logged, and then nothing changes."""
        self._now, self._again = _Standing(first), again
        self._turn = asyncio.Lock()
        self._lives: dict[_Standing, asyncio.Task[None]] = {}
        self._asked: set[asyncio.Task[bool]] = set()

    @property
    def now(self) -> Generation:
        """What is in force."""
        return self._now.generation

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._lifespan(receive, send)
            return
        with self._now.serving() as app:
            await app(scope, receive, send)

    def ask(self) -> None:
        """Reload soon. In the loop's own thread."""
        task = asyncio.ensure_future(self.reload())
        self._asked.add(task)
        task.add_done_callback(self._asked.discard)

    async def reload(self) -> bool:
        """Put what the configuration says now in the place of what it said; False where it was refused."""
        async with self._turn:
            old = self._now
            try:
                fresh = _Standing(await asyncio.to_thread(self._again, old.generation))
                await self._start(fresh)
            except Exception as error:  # noqa: BLE001  told without its text where it is not ours
                _log.error("the configuration was not reloaded, the one before stays in force: %s", _said(error))
                return False
            self._now = fresh
            old.retire()
            _log.warning("the configuration was reloaded: policy %s", self.now.redactor.policy.version)
            return True

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Serve while in the block. Its end is the end of what is under way: who wants that finished waits before."""
        await self._start(self._now)
        try:
            yield
        finally:
            await asyncio.gather(*self._asked, return_exceptions=True)
            for standing in self._lives:
                standing.end()
            await asyncio.gather(*self._lives.values(), return_exceptions=True)

    async def _start(self, standing: "_Standing") -> None:
        """Raises what its start raises; it is closed then."""
        started: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        task = asyncio.create_task(standing.live(started))
        self._lives[standing] = task
        task.add_done_callback(lambda _: self._lives.pop(standing, None))
        try:
            await started
        except Exception:
            await asyncio.wait({task})
            raise

    async def _lifespan(self, receive: Receive, send: Send) -> None:
        """The protocol of https://asgi.readthedocs.io/en/latest/specs/lifespan.html."""
        await receive()
        problem = ""
        try:
            async with self.running():
                await send({"type": "lifespan.startup.complete"})
                with _on_hangup(self.ask):
                    await receive()
        except Exception as error:  # noqa: BLE001  as above
            problem = _said(error)
        if problem:
            await send({"type": "lifespan.startup.failed", "message": problem})
        else:
            await send({"type": "lifespan.shutdown.complete"})


class _Standing:
    """A generation while it serves, and while what it began ends."""

    def __init__(self, generation: Generation) -> None:
        self.generation = generation
        self._under_way = 0
        self._retired, self._over = asyncio.Event(), asyncio.Event()

    @contextmanager
    def serving(self) -> Iterator[Starlette]:
        """For one request."""
        self._under_way += 1
        try:
            yield self.generation.app
        finally:
            self._under_way -= 1
            self._look()

    def retire(self) -> None:
        """End with the last request."""
        self._retired.set()
        self._look()

    def end(self) -> None:
        """End now."""
        self._retired.set()
        self._over.set()

    def _look(self) -> None:
        if self._retired.is_set() and not self._under_way:
            self._over.set()

    async def live(self, started: "asyncio.Future[None]") -> None:
        """From its start to its end; in a task of its own, so that one generation does not wait for another."""
        app = self.generation.app
        try:
            async with app.router.lifespan_context(app):
                started.set_result(None)
                await self._retired.wait()
                await self.generation.retire()
                await self._over.wait()
        except Exception as error:  # noqa: BLE001  given to who waits for the start; of the end only its kind is told
            if started.done():
                _log.error("what was configured before did not end well (%s)", type(error).__name__)
            else:
                started.set_exception(error)
        finally:
            await asyncio.to_thread(self.generation.close)


def _said(error: Exception) -> str:
    """Ours say what is wrong and hold no secret; of others only the kind is told."""
    return str(error) if isinstance(error, RedactorError) else type(error).__name__


@contextmanager
def _on_hangup(reload: Callable[[], None]) -> Iterator[None]:
    """SIGHUP calls it, where there is that signal and this thread gets signals."""
    number = getattr(signal, "SIGHUP", None)
    if number is None or threading.current_thread() is not threading.main_thread():
        yield
        return
    loop = asyncio.get_running_loop()
    loop.add_signal_handler(number, reload)
    try:
        yield
    finally:
        loop.remove_signal_handler(number)


# what a reading makes


@contextmanager
def reloading(settings: GatewaySettings, read: Read, config: Path | None) -> Iterator[Reloading]:
    """The gateway of a file, on the file's store. `settings`: what `read` gave at the start. Raises `ConfigError`."""
    core = Settings.load(config)
    store, key = core.open_store()
    with closing(store):
        metrics = Metrics()
        first = _made(settings, core, store, key, metrics, config)
        app = Reloading(first, lambda old: _again(old, read, config, store, key, metrics))
        try:
            yield app
        finally:
            app.now.close()  # where it was never started


def _again(
    old: Generation, read: Read, config: Path | None, store: Store, key: KeyWrap, metrics: Metrics
) -> Generation:
    if config is None:
        raise ConfigError("there is no configuration file to read again")
    settings, core = read(), Settings.load(config)
    _check_the_same(old, settings, core)
    made = _made(settings, core, store, key, metrics, config)
    try:
        if not made.redactor.detect(settings.canary):
            raise ConfigError("gateway.canary: with these settings nothing personal is found in it")
    except BaseException:
        made.close()
        raise
    return made


def _check_the_same(old: Generation, settings: GatewaySettings, core: Settings) -> None:
    """Raises `ConfigError` for what a running gateway cannot change."""
    before, now = _fixed(old.settings, old.core), _fixed(settings, core)
    changed = [name for name, value in before.items() if value != now[name]]
    if changed:
        raise ConfigError(f"{', '.join(changed)}: this cannot change while the gateway runs; start it anew")


def _fixed(settings: GatewaySettings, core: Settings) -> Mapping[str, object]:
    return {
        "gateway.host": settings.host,
        "gateway.port": settings.port,
        "gateway.tls": settings.tls,
        "gateway.log_level": settings.log_level,
        "gateway.log_format": settings.log_format,
        "gateway.outbox.path": settings.outbox.get("path"),
        "store": core.store,
        "key": core.key,
    }


def _made(
    settings: GatewaySettings, core: Settings, store: Store, key: KeyWrap, metrics: Metrics, config: Path | None
) -> Generation:
    with ExitStack() as stack:
        redactor = Redactor.from_settings(core, store, key)
        stack.callback(redactor.release)
        others = carried(config, core, redactor, is_https=settings.tls is not None)
        for each in others:
            stack.callback(each.close)
        app, retire = create_app(settings, redactor, more=shown(others), metrics=metrics), _nothing
        if settings.routes:
            from redactor_gateway.webhooks.service import configured  # much is loaded for it

            sections: Mapping[str, Any] = {"routes": settings.routes, "outbox": settings.outbox}
            webhooks = stack.enter_context(configured(sections, core, redactor, settings.folder))
            if webhooks is not None:
                webhooks.mount(app)
                retire = webhooks.retire
        return Generation(settings, core, redactor, app, retire, stack.pop_all().close)


async def _nothing() -> None:
    """Nothing works by itself."""
