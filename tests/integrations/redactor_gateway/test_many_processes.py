"""Two `redactor serve` on one PostgreSQL behind a proxy that takes them in turn; each is told to stop under load."""

import asyncio
import base64
import os
import re
import secrets
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx2
import pytest

from redactor.testing import assert_no_leak
from tests.integrations.redactor_gateway.test_serve import free_port
from tests.integrations.redactor_gateway.upstream import ModelServer
from tests.integrations.redactor_gateway.webhooks.scene import SIGNING, Recorder, slack_event, slack_headers
from tests.integrations.servers import Request
from tests.storage.conftest import POSTGRES

CONFIG = """
[store]
kind = "postgresql"
url_env = "REDACTOR_STORE_URL"
name = "{name}"

[key]
env = "REDACTOR_KEY"

[gateway.upstreams.llm]
url = "{llm}"

[gateway.routes.support]
platform = "slack"
secrets = [{{ env = "SLACK_SIGNING_SECRET" }}]
forward = "{bot}/hook"
deadline = 10.0
"""
"""A deadline that a busy machine keeps; Slack's own is three seconds."""

COMMAND = (sys.executable, "-c", "from redactor.cli import main; main()", "serve")
CUSTOMERS, LANES = 6, 3


@dataclass
class Process:
    """One gateway."""

    folder: Path
    environment: dict[str, str]
    port: int = field(default_factory=free_port)
    running: "subprocess.Popen[bytes] | None" = None

    async def start(self) -> None:
        """Until it is ready."""
        words = (*COMMAND, str(self.folder / "redactor.toml"), "--port", str(self.port))
        self.running = subprocess.Popen(words, env=self.environment, stderr=subprocess.DEVNULL)
        ends = time.monotonic() + 180
        async with httpx2.AsyncClient(verify=False, trust_env=False, timeout=30) as client:
            while time.monotonic() < ends and self.running.poll() is None:
                with suppress(httpx2.HTTPError):
                    if (await client.get(f"http://127.0.0.1:{self.port}/readyz")).status_code == 200:
                        return
                await asyncio.sleep(0.05)
        raise AssertionError("the gateway is not ready")

    async def stop(self) -> float:
        """Seconds from SIGTERM to its end."""
        since = time.monotonic()
        if self.running is not None:
            self.running.send_signal(signal.SIGTERM)
            await asyncio.to_thread(self.running.wait, 60)
        return time.monotonic() - since


@dataclass
class Turns:
    """A proxy that gives each connection to the next process that takes it, and reads nothing."""

    ports: Sequence[int]
    port: int = 0
    taken: Counter[int] = field(default_factory=Counter)
    _next: int = 0
    _open: set["asyncio.Task[None]"] = field(default_factory=set)

    @asynccontextmanager
    async def listening(self) -> AsyncIterator[None]:
        server = await asyncio.start_server(self._take, "127.0.0.1", 0)
        self.port = server.sockets[0].getsockname()[1]
        try:
            yield
        finally:
            server.close()
            await asyncio.gather(*self._open)
            await server.wait_closed()

    def _take(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.ensure_future(self._serve(reader, writer))
        self._open.add(task)
        task.add_done_callback(self._open.discard)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError):
            behind = await self._connected()
            if behind is not None:
                await asyncio.gather(_piped(reader, behind[1]), _piped(behind[0], writer))
        writer.close()

    async def _connected(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter] | None:
        first, self._next = self._next, self._next + 1
        for number in range(first, first + len(self.ports)):
            port = self.ports[number % len(self.ports)]
            with suppress(OSError):
                connection = await asyncio.open_connection("127.0.0.1", port)
                self.taken[port] += 1
                return connection
        return None


async def _piped(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with suppress(OSError):
        while piece := await reader.read(65536):
            writer.write(piece)
            await writer.drain()
    with suppress(OSError):
        writer.close()


@dataclass
class Seen:
    """What the customers and the platform saw."""

    outcomes: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)
    acknowledged: list[str] = field(default_factory=list)
    drained: list[float] = field(default_factory=list)
    turns: Counter[int] = field(default_factory=Counter)


def _mail(customer: int) -> str:
    return f"canary{customer}.minh@example.com"


async def _posted(url: str, seen: Seen, **request: Any) -> httpx2.Response | None:
    """One connection each, so that two requests of a conversation seldom meet the same process."""
    try:
        async with httpx2.AsyncClient(verify=False, trust_env=False, timeout=30) as client:
            response = await client.post(url, **request)
    except httpx2.HTTPError as error:
        seen.outcomes[type(error).__name__] += 1
        return None
    seen.outcomes[str(response.status_code)] += 1
    return response


async def _chats(customer: int, url: str, seen: Seen, is_over: asyncio.Event) -> None:
    """A named conversation whose history is sent again with each message; every message brings a value more."""
    history: list[dict[str, str]] = []
    number = 0
    while not is_over.is_set():
        said = f"Write to {_mail(customer)} and to other{number}.{_mail(customer)}"
        asked = [*history[-6:], {"role": "user", "content": said}]
        named = {"x-conversation-id": f"chat-{customer}", "authorization": "Bearer sk-tests"}
        body = {"model": "m", "messages": asked}
        response = await _posted(f"{url}/v1/chat/completions", seen, json=body, headers=named)
        if response is None or response.status_code != 200:
            continue
        told = response.json()["choices"][0]["message"]["content"]
        if told != f"Written to {_mail(customer)} and to other{number}.{_mail(customer)}.":
            seen.wrong.append("a reply is not this customer's")
        history = [*asked, {"role": "assistant", "content": told}]
        number += 1
        seen.turns[customer] = number


async def _delivers(lane: int, url: str, seen: Seen, is_over: asyncio.Event) -> None:
    """A platform: each event is sent until it is acknowledged."""
    number = 0
    while not is_over.is_set():
        text = f"lane {lane} event {number:03d} of {_mail(lane)}"
        body = slack_event(text, lane * 1000 + number, f"D{lane}")
        while True:
            headers = slack_headers(body, time.time())
            response = await _posted(f"{url}/webhooks/support", seen, content=body, headers=headers)
            if response is not None and response.status_code == 200:
                break
            await asyncio.sleep(0.05)
        seen.acknowledged.append(f"lane {lane} event {number:03d}")
        number += 1
        await asyncio.sleep(0.02)


def _repeats(asked: Any) -> str:
    """The LLM: it repeats the two placeholders of the last message."""
    first, second = re.findall(r"\[EMAIL_ADDRESS_\d+\]", asked["messages"][-1]["content"])
    return f"Written to {first} and to {second}."


async def _loaded(processes: Sequence[Process], restarts: int) -> Seen:
    seen, is_over = Seen(), asyncio.Event()
    turns = Turns([each.port for each in processes])
    await asyncio.gather(*(each.start() for each in processes))
    async with turns.listening():
        url = f"http://127.0.0.1:{turns.port}"
        load = [asyncio.create_task(_chats(each, url, seen, is_over)) for each in range(CUSTOMERS)]
        load += [asyncio.create_task(_delivers(each, url, seen, is_over)) for each in range(LANES)]
        for number in range(restarts):
            await asyncio.sleep(1.0)
            process = processes[number % len(processes)]
            seen.drained.append(await process.stop())
            await asyncio.sleep(0.5)
            await process.start()
        await asyncio.sleep(1.0)
        is_over.set()
        await asyncio.gather(*load)
    assert all(turns.taken[each.port] for each in processes), "each took its part"
    return seen


@contextmanager
def _schema() -> Iterator[str]:
    """A name for the store's schema and the outbox's, dropped afterwards. Skips where there is no server."""
    if find_spec("psycopg") is None:
        pytest.skip("psycopg is not installed (pip install '.[postgres]')")
    import psycopg

    connection = None
    with suppress(psycopg.OperationalError):
        connection = psycopg.connect(POSTGRES, autocommit=True, connect_timeout=2)
    if connection is None:
        pytest.skip("there is no PostgreSQL with the role and database redactor_test (REDACTOR_TEST_POSTGRES)")
    name = f"test_{uuid4().hex[:12]}"
    try:
        yield name
    finally:
        for schema in (name, f"{name}_outbox"):
            connection.execute(f"DROP SCHEMA IF EXISTS {schema} CASCADE".encode())
        connection.close()


def restarted(folder: Path, restarts: int) -> tuple[Seen, ModelServer, Sequence[Request]]:
    """What came of it: what the outside saw, the LLM, and what the bot was sent."""
    key = base64.b64encode(secrets.token_bytes(32)).decode()
    given = {"REDACTOR_STORE_URL": POSTGRES, "REDACTOR_KEY": key, "SLACK_SIGNING_SECRET": SIGNING}
    environment = {**os.environ, **given, "REDACTOR_HOME": str(folder)}
    with _schema() as name, ModelServer([_repeats]) as llm, Recorder() as bot:
        (folder / "redactor.toml").write_text(CONFIG.format(name=name, llm=llm.url, bot=bot.url), "utf-8")
        processes = [Process(folder, environment) for _ in range(2)]
        try:
            seen = asyncio.run(_loaded(processes, restarts))
            _delivered(bot, len(seen.acknowledged))
        finally:
            for each in processes:
                if each.running is not None:
                    each.running.terminate()
                    each.running.wait(60)
        return seen, llm, bot.posts


def _delivered(bot: Recorder, count: int) -> None:
    """What one process had taken in when it ended is sent by the other."""
    ends = time.monotonic() + 30
    while len({dict(each.headers)["idempotency-key"] for each in bot.posts}) < count and time.monotonic() < ends:
        time.sleep(0.05)


@pytest.mark.soak
def test_a_restart_under_load_refuses_no_request_and_mixes_nothing_up(tmp_path: Path) -> None:
    seen, llm, sent = restarted(tmp_path, restarts=4)
    refused = {name: count for name, count in seen.outcomes.items() if name.isdigit() and name != "200"}
    assert not refused, "who cannot be served is not answered; whoever is answered is served"
    broken = sum(seen.outcomes.values()) - seen.outcomes["200"]
    assert broken <= 4 * (CUSTOMERS + LANES), "a connection broken by a restart, once for each at most"
    assert not seen.wrong
    assert all(seen.turns[each] > 5 for each in range(CUSTOMERS))
    for asked in llm.asked:
        first, second = re.findall(r"\[EMAIL_ADDRESS_(\d+)\]", asked["messages"][-1]["content"])
        assert first == "1", "the same value has the same placeholder in both processes"
        assert second != "1"
    texts = Counter(re.findall(r"lane \d event \d+", each.json["event"]["text"])[0] for each in sent)
    assert set(texts) == set(seen.acknowledged), "what was acknowledged is with the bot, and nothing else"
    assert set(texts.values()) == {1}, "each once"
    assert_no_leak([_mail(each) for each in range(CUSTOMERS)], llm.requests, sent, tmp_path)
