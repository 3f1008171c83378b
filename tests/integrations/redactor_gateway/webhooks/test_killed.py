"""A worker is killed while messages come: what was acknowledged reaches the bot, redacted, and no reply goes twice."""

import asyncio
import os
import random
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from itertools import cycle
from pathlib import Path
from uuid import uuid4

import httpx2
import pytest

from redactor.testing import assert_no_leak
from redactor_gateway.webhooks.outbox import Outbox
from tests.integrations.redactor_gateway.fault_scene import rows_of
from tests.integrations.redactor_gateway.webhooks.conftest import _postgres
from tests.integrations.redactor_gateway.webhooks.scene import TOKEN, Recorder, slack_event, slack_headers
from tests.integrations.redactor_gateway.webhooks.worker import opened
from tests.integrations.servers import Request

ROOT = Path(__file__).parents[4]
LANES = 4
CUSTOMERS = [f"Customer-{lane:04d}" for lane in range(LANES)]


@dataclass
class Bot:
    """Answers each message once, by a call with a key; asks until it hears that the call was made."""

    ports: list[int]
    """Of the workers; whichever is up makes the call."""
    server: Recorder = field(default_factory=Recorder)
    order: dict[str, list[int]] = field(default_factory=dict)
    unknown: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _done: set[str] = field(default_factory=set)

    def answer(self, request: Request) -> tuple[int, str, bytes]:
        """In the server's thread."""
        event, key = request.json["event"], dict(request.headers)["idempotency-key"]
        number = int(re.findall(r"number (\d+)", event["text"])[0])
        with self._lock:
            if key in self._done:
                return 200, "text/plain", b""
            seen = self.order.setdefault(event["channel"], [])
            if number not in seen:
                seen.append(number)
        status = self._reply(event["channel"], f"re {number} [PERSON_1]", key)
        if status not in (200, 409):
            return 503, "text/plain", b""
        with self._lock:
            self._done.add(key)
            self.unknown += status == 409
        return 200, "text/plain", b""

    def _reply(self, channel: str, text: str, key: str) -> int:
        headers = {"authorization": TOKEN, "idempotency-key": f"re-{key}"}
        port = random.choice(self.ports)
        url = f"http://127.0.0.1:{port}/egress/support/api/chat.postMessage"
        try:
            with httpx2.Client(trust_env=False, verify=False, timeout=0.9) as client:
                return client.post(url, json={"channel": channel, "text": text}, headers=headers).status_code
        except httpx2.HTTPError:
            return 0


@dataclass
class Worker:
    """The process that is killed, and started again on the same port."""

    folder: Path
    port: int
    bot: str
    api: str
    schema: str = ""
    process: "subprocess.Popen[bytes] | None" = None

    def start(self) -> None:
        arguments = [str(Path(__file__).with_name("worker.py")), str(self.folder), str(self.port), self.bot, self.api]
        arguments += [self.schema] if self.schema else []
        environment = {**os.environ, "PYTHONPATH": str(ROOT)}
        self.process = subprocess.Popen([sys.executable, *arguments], env=environment, cwd=ROOT)
        ends = time.monotonic() + 30
        while time.monotonic() < ends:
            with socket.socket() as probe:
                if not probe.connect_ex(("127.0.0.1", self.port)):
                    return
            time.sleep(0.02)
        raise AssertionError("the worker did not start")

    def kill(self) -> None:
        if self.process is not None:
            self.process.send_signal(signal.SIGKILL)
            self.process.wait()


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


async def _customer(lane: int, count: int, ports: list[int], acknowledged: list[tuple[int, int]]) -> None:
    """One conversation, message after message, each sent until it is acknowledged, as platforms do."""
    async with httpx2.AsyncClient(trust_env=False, verify=False, timeout=6) as client:
        for number in range(count):
            body = slack_event(f"number {number} of Customer-{lane:04d}", lane * 1000 + number, f"D{lane}")
            tries = cycle(ports[number % len(ports) :] + ports[: number % len(ports)])
            while not await _delivered(client, next(tries), body):
                await asyncio.sleep(0.05)
            acknowledged.append((lane, number))
            await asyncio.sleep(0.01)


async def _delivered(client: httpx2.AsyncClient, port: int, body: bytes) -> bool:
    try:
        url = f"http://127.0.0.1:{port}/webhooks/support"
        return (await client.post(url, content=body, headers=slack_headers(body, time.time()))).status_code == 200
    except httpx2.HTTPError:
        return False


def _round(folder: Path, kills: int, count: int, seed: int, *, schema: str = "", for_good: bool = False) -> None:
    """Messages come while workers are killed: one on SQLite, two on PostgreSQL. `for_good`: they stay dead."""
    chance = random.Random(seed)
    ports = [_free_port() for _ in range(2 if schema else 1)]
    acknowledged: list[tuple[int, int]] = []
    bot = Bot(ports)
    bot.server.reply = bot.answer
    api = Recorder((200, "application/json", b'{"ok": true}'))
    with bot.server, api:
        workers = [Worker(folder, port, bot.server.url, api.url, schema) for port in ports]

        async def run() -> None:
            customers = [asyncio.create_task(_customer(lane, count, ports, acknowledged)) for lane in range(LANES)]
            for _ in range(kills):
                await asyncio.sleep(chance.uniform(0.05, 0.6))
                worker = chance.choice(workers)
                await asyncio.to_thread(worker.kill)
                if not for_good:
                    await asyncio.to_thread(worker.start)
            await asyncio.gather(*customers)

        try:
            for worker in workers:
                worker.start()
            asyncio.run(run())
            with closing(opened(folder, schema)[1]) as outbox:
                _emptied(outbox)
        finally:
            for worker in workers:
                worker.kill()
        _checked(acknowledged, bot, api, count)
    assert_no_leak(CUSTOMERS, folder)


def _emptied(outbox: Outbox) -> None:
    ends = time.monotonic() + 60
    while outbox.waiting().waiting:
        assert time.monotonic() < ends, "messages are left"
        time.sleep(0.05)
    assert outbox.waiting().aside == 0


def _checked(acknowledged: list[tuple[int, int]], bot: Bot, api: Recorder, count: int) -> None:
    assert len(acknowledged) == LANES * count
    for lane in range(LANES):
        assert bot.order[f"D{lane}"] == list(range(count)), "none is lost, all are in order"
    replies = Counter(each.json["text"] for each in api.posts)
    assert set(replies.values()) == {1}, "none goes to the customer twice"
    wanted = {f"re {number} Customer-{lane:04d}" for lane, number in acknowledged}
    assert set(replies) <= wanted and len(wanted) - len(replies) <= bot.unknown
    assert_no_leak(CUSTOMERS, bot.server.requests)


@pytest.fixture
def schema() -> Iterator[str]:
    """A name in the tests' PostgreSQL; searched for values afterwards, and dropped."""
    with closing(_postgres()) as session:
        name = f"test_{uuid4().hex[:12]}"
        yield name
        for each in (name, f"{name}_outbox"):
            assert_no_leak(CUSTOMERS, rows_of(session, each))
            session.execute(f"DROP SCHEMA IF EXISTS {each} CASCADE".encode())


def test_a_killed_worker_loses_nothing_and_repeats_nothing(tmp_path: Path) -> None:
    _round(tmp_path, kills=1, count=4, seed=3)


@pytest.mark.soak
def test_one_of_two_workers_on_postgresql_is_killed_and_nothing_is_lost_or_repeated(
    tmp_path: Path, schema: str
) -> None:
    _round(tmp_path, kills=1, count=4, seed=3, schema=schema, for_good=True)


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(200, 220))
def test_rounds_of_killing_two_workers_on_postgresql_lose_nothing_and_repeat_nothing(
    seed: int, tmp_path: Path, schema: str
) -> None:
    _round(tmp_path, kills=5, count=60, seed=seed, schema=schema)


@pytest.mark.soak
def test_a_worker_that_is_killed_twice_among_many_messages_loses_nothing(tmp_path: Path) -> None:
    _round(tmp_path, kills=2, count=25, seed=1)


@pytest.mark.soak
def test_twenty_rounds_of_killing_lose_nothing_and_repeat_nothing(tmp_path: Path) -> None:
    for number in range(20):
        folder = tmp_path / f"round{number}"
        folder.mkdir()
        _round(folder, kills=5, count=60, seed=100 + number)
