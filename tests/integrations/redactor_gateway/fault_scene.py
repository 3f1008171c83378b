"""A whole gateway in this process, an LLM and a bot that record what they get, and handles to break each part by."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, asynccontextmanager, closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx2
import pytest
from starlette.types import ASGIApp

from redactor import Redactor
from redactor.config import Settings
from redactor.crypto import KeyWrap
from redactor.keyfile import KeyFile
from redactor.storage import Store
from redactor.storage.sqlite import SqliteStore
from redactor.testing import FakeRecognizer, assert_no_leak
from redactor.types import Entity, Recognizer
from redactor_gateway.app import create_app
from redactor_gateway.reload import Generation, Reloading
from redactor_gateway.settings import GatewaySettings
from redactor_gateway.webhooks.outbox import SqlOutbox
from redactor_gateway.webhooks.outbox_sqlite import SqliteOutbox
from redactor_gateway.webhooks.route import Route, routes_of
from redactor_gateway.webhooks.service import Webhooks
from redactor_gateway.webhooks.settings import routes_of as settings_of
from tests.fault_proxy import FaultProxy
from tests.integrations.redactor_gateway.line import DONE, chunk
from tests.integrations.redactor_gateway.llm import CANARIES, KNOWN, NAME, ask
from tests.integrations.redactor_gateway.upstream import Raw
from tests.integrations.redactor_gateway.webhooks.scene import (
    Recorder,
    secrets_in,
    slack_event,
    slack_headers,
    twilio_form,
    twilio_headers,
)
from tests.integrations.servers import Request, Server
from tests.storage.conftest import POSTGRES, REDIS

WHOLE = b'{"id":"x","choices":[{"index":0,"message":{"role":"assistant","content":"Hi [PERSON_1]."}}]}'
LATE = "We have your message."


@dataclass(frozen=True, slots=True)
class Setting:
    """How the gateway of a fault is set up."""

    store: str = "sqlite"
    key: Callable[[Path], KeyWrap] = lambda folder: KeyFile(folder / "redactor.key")
    recognizer: Callable[[Path], Recognizer] = lambda _: FakeRecognizer(KNOWN)
    seconds: float = 5.0
    """Until the gateway gives up: a detection, an upstream, a bot."""
    is_new: bool = False
    """Whether the fault stands before the first message."""


class Breaking:
    """A recognizer that does something else first, when told to."""

    def __init__(self, inner: Recognizer) -> None:
        self.inner = inner
        self.before: Callable[[str], None] = _nothing

    def __call__(self, text: str, context: Sequence[str] = ()) -> Iterable[Entity]:
        self.before(text)
        return self.inner(text, context)


class Model(Server):
    """The LLM: greets the customer. In the middle of a stream it calls `midway`."""

    def __init__(self) -> None:
        super().__init__()
        self.midway: Callable[[], object] = lambda: None
        self.instead: Callable[[bool], Raw] | None = None

    def answer(self, request: Request) -> tuple[int, str, Iterator[bytes]]:
        """Whole, or in pieces."""
        wants_stream = bool(request.json.get("stream"))
        if self.instead is not None:
            raw = self.instead(wants_stream)
            return raw.status, raw.media_type, _pieces(raw)
        if wants_stream:
            return 200, "text/event-stream", self._stream()
        return 200, "application/json", iter([WHOLE])

    def _stream(self) -> Iterator[bytes]:
        yield chunk("Hi [PERSON_1]. Your order")
        self.midway()
        yield chunk(" is on its way. ")
        yield chunk("", "stop") + DONE


def _pieces(raw: Raw) -> Iterator[bytes]:
    yield from raw.body
    if raw.cut:
        raise ConnectionResetError


@dataclass
class Made:
    """A generation of the gateway."""

    is_closed: bool = False


@dataclass
class Scene:
    """What a fault may break, and what must hold whatever it breaks."""

    folder: Path
    llm: Model
    bot: Recorder
    wires: dict[str, FaultProxy]
    """Between the gateway and `llm`, `bot` and `store`."""
    recognizer: Breaking
    reload: Callable[[], Awaitable[bool]]
    outbox: SqlOutbox
    made: list[Made]
    """What was made of the configuration, the newest last."""
    mistakes: list[Exception]
    """What is wrong with the configuration when it is read again."""
    kept: Callable[[], object]
    """All that the store's server holds."""
    offset: list[float] = field(default_factory=lambda: [0.0])
    """Seconds by which this machine's clock is wrong."""
    client: httpx2.AsyncClient = field(default_factory=httpx2.AsyncClient)

    async def ask(self, text: str, *, stream: bool = False, name: str = "c-1") -> httpx2.Response:
        """As a program asks an LLM."""
        body = {"model": "gpt-4o", "messages": ask(text), "stream": stream}
        return await self.client.post("/v1/chat/completions", json=body, headers={"x-conversation-id": name})

    async def deliver(self, text: str, number: int) -> httpx2.Response:
        """As Slack delivers; its clock is right."""
        body = slack_event(text, number)
        return await self.client.post("/webhooks/support", content=body, headers=slack_headers(body, time.time()))

    async def text(self, text: str, number: int) -> httpx2.Response:
        """As Twilio delivers a text message, whose answer is the response."""
        fields = {"MessageSid": f"SM{number}", "From": "+15005550009", "To": "+15005550006", "Body": text}
        headers = twilio_headers("http://gateway/webhooks/sms", fields)
        return await self.client.post("/webhooks/sms", content=twilio_form(fields), headers=headers)

    async def until(self, done: Callable[[], Awaitable[bool]], seconds: float = 20.0) -> None:
        """Wait until something is so."""
        ends = time.monotonic() + seconds
        while not await done():
            assert time.monotonic() < ends, "it did not recover"
            await asyncio.sleep(0.05)

    async def until_told(self, count: int) -> None:
        """Wait until the bot was told so many different messages."""

        async def done() -> bool:
            return len(self.told()) >= count

        await self.until(done)

    async def until_empty(self) -> None:
        """Wait until nothing waits for the bot."""

        async def done() -> bool:
            return not await asyncio.to_thread(lambda: self.outbox.waiting().waiting)

        await self.until(done)

    async def misread(self) -> None:
        """Read the configuration again, where there is something wrong with it."""
        if self.mistakes:
            assert not await self.reload()

    def told(self) -> dict[str, str]:
        """What the bot was told: texts by the key that tells messages apart."""
        found = {}
        for each in self.bot.posts:
            headers = {name.lower(): value for name, value in each.headers}
            is_json = headers["content-type"] == "application/json"
            found[headers["idempotency-key"]] = each.json["event"]["text"] if is_json else each.body.decode()
        return found

    def check(self, caplog: pytest.LogCaptureFixture, *answers: httpx2.Response) -> None:
        """No value is anywhere. `answers`: those that tell of a fault."""
        told = [(each.content, dict(each.headers)) for each in answers]
        assert_no_leak(CANARIES, self.llm.requests, self.bot.requests, caplog.records, caplog.text, told)
        assert_no_leak(CANARIES, self.folder, self.kept())


@asynccontextmanager
async def standing(folder: Path, setting: Setting) -> AsyncIterator[Scene]:
    """The gateway, its store in the folder or behind a wire, and whom it talks to."""
    with ExitStack() as stack:
        llm, bot = stack.enter_context(Model()), stack.enter_context(Recorder())
        wires = {"llm": _wire(stack, llm.url), "bot": _wire(stack, bot.url)}
        store, outbox, kept = _STORES[setting.store](stack, folder, wires)
        key, recognizer = setting.key(folder), Breaking(setting.recognizer(folder))
        generations: list[Made] = []
        mistakes: list[Exception] = []
        offset = [0.0]

        def clock() -> float:
            return time.time() + offset[0]

        def made() -> Generation:
            redactor = Redactor(recognizers={"fake": recognizer}, store=store, key=key, clock=clock)
            settings = _settings(wires["llm"], setting.seconds)
            app = create_app(settings, redactor)
            webhooks = Webhooks(
                _routes(folder, wires["bot"], setting.seconds), redactor, outbox, clock=clock, margin=0.2
            )
            webhooks.mount(app)
            one = Made()
            generations.append(one)

            def close() -> None:
                redactor.release()
                one.is_closed = True

            return Generation(settings, Settings(), redactor, app, webhooks.retire, close)

        def again(_: Generation) -> Generation:
            if mistakes:
                raise mistakes[0]
            return made()

        app = Reloading(made(), again)
        parts = (folder, llm, bot, wires, recognizer, app.reload, outbox, generations, mistakes, kept, offset)
        async with app.running(), _client(app) as client:
            yield Scene(*parts, client)


def within(folder: Path, setting: Setting, run: Callable[[Scene], Awaitable[None]]) -> None:
    """Run something with a gateway of its own."""
    (folder / "data").mkdir(exist_ok=True)

    async def whole() -> None:
        async with standing(folder / "data", setting) as scene:
            await run(scene)

    asyncio.run(whole())


def outcome(answer: httpx2.Response) -> tuple[int, str]:
    """Status, and the word of a problem."""
    return answer.status_code, "" if answer.status_code == 200 else answer.json()["error"]["code"]


def _client(app: ASGIApp) -> httpx2.AsyncClient:
    transport = httpx2.ASGITransport(app=app)
    return httpx2.AsyncClient(transport=transport, base_url="http://gateway", trust_env=False, timeout=20)


def _wire(stack: ExitStack, url: str) -> FaultProxy:
    return stack.enter_context(FaultProxy("127.0.0.1", int(url.rsplit(":", 1)[1])))


def _settings(llm: FaultProxy, seconds: float) -> GatewaySettings:
    at = {"url": f"http://127.0.0.1:{llm.port}", "read_seconds": seconds, "retries": 0, "break_after": 1000}
    limits = {"redact_seconds": seconds, "reply_bytes": 100_000, "event_bytes": 50_000}
    return GatewaySettings.model_validate({"upstreams": {"llm": at}, "limits": limits, "canary": f"I am {NAME}"})


def _routes(folder: Path, bot: FaultProxy, seconds: float) -> dict[str, Route]:
    with secrets_in(folder) as files:
        usual: dict[str, Any] = {"forward": f"http://127.0.0.1:{bot.port}/hook", "secrets": [files["signing"]]}
        usual |= {"timeout": seconds, "deadline": min(seconds, 1.0) + 0.5, "answers": {"late": LATE}}
        routes = {"support": {**usual, "platform": "slack"}, "sms": {**usual, "platform": "twilio_messaging"}}
        return routes_of(settings_of(routes))


# the stores


Standing = tuple[Store, SqlOutbox, Callable[[], object]]


def _sqlite(stack: ExitStack, folder: Path, wires: dict[str, FaultProxy]) -> Standing:
    store = stack.enter_context(closing(SqliteStore(folder / "redactor.db", timeout=0.3)))
    outbox = stack.enter_context(closing(SqliteOutbox(folder / "outbox.db", timeout=0.3)))
    return store, outbox, lambda: ()


def _postgres(stack: ExitStack, folder: Path, wires: dict[str, FaultProxy]) -> Standing:
    psycopg = pytest.importorskip("psycopg")
    from redactor.storage.postgres import PostgresStore
    from redactor_gateway.webhooks.outbox_postgres import PostgresOutbox

    try:
        aside = stack.enter_context(psycopg.connect(POSTGRES, autocommit=True, connect_timeout=2))
    except psycopg.OperationalError:
        pytest.skip("there is no PostgreSQL with the role and database redactor_test (REDACTOR_TEST_POSTGRES)")
    name = f"test_{uuid4().hex[:12]}"
    schemas = name, f"{name}_outbox"
    for each in schemas:
        stack.callback(aside.execute, f"DROP SCHEMA IF EXISTS {each} CASCADE".encode())
    wires["store"] = stack.enter_context(FaultProxy(aside.info.host, aside.info.port))
    # the name is how `terminated` finds these sessions
    url = f"{POSTGRES.rpartition('@')[0]}@127.0.0.1:{wires['store'].port}/{aside.info.dbname}?application_name={name}"
    (folder / "application_name").write_text(name)
    store = stack.enter_context(closing(PostgresStore(url, name=name, timeout=2)))
    outbox = stack.enter_context(closing(PostgresOutbox(url, name=name, timeout=2)))
    return store, outbox, lambda: [rows_of(aside, each) for each in schemas]


def rows_of(session: Any, schema: str) -> list[Any]:
    """All rows of all tables of a PostgreSQL schema."""
    tables = session.execute("SELECT tablename FROM pg_tables WHERE schemaname = %s", (schema,)).fetchall()
    return [session.execute(f"SELECT * FROM {schema}.{name}".encode()).fetchall() for (name,) in tables]  # noqa: S608


def _redis(stack: ExitStack, folder: Path, wires: dict[str, FaultProxy]) -> Standing:
    redis = pytest.importorskip("redis")
    from redactor.storage.redis import RedisStore

    aside = redis.Redis.from_url(REDIS, socket_connect_timeout=2)
    stack.callback(aside.close)
    try:
        aside.ping()
    except redis.ConnectionError:
        pytest.skip("there is no Redis at 127.0.0.1:6379 (REDACTOR_TEST_REDIS)")
    name = f"test_{uuid4().hex[:12]}"
    at = aside.connection_pool.connection_kwargs
    wires["store"] = stack.enter_context(FaultProxy(at["host"], at["port"]))

    def keys() -> list[bytes]:
        return list(aside.scan_iter(f"{{{name}}}:*", count=1000))

    stack.callback(lambda: [aside.delete(key) for key in keys()])
    url = f"redis://127.0.0.1:{wires['store'].port}/{at.get('db', 0)}"
    store = stack.enter_context(closing(RedisStore(url, name=name, timeout=2)))
    outbox = stack.enter_context(closing(SqliteOutbox(folder / "outbox.db", timeout=0.3)))
    return store, outbox, lambda: [(key, aside.dump(key)) for key in keys()]


_STORES: dict[str, Callable[[ExitStack, Path, dict[str, FaultProxy]], Standing]] = {
    "sqlite": _sqlite,
    "postgresql": _postgres,
    "redis": _redis,
}


def _nothing(_: str) -> None:
    """No fault."""
