"""How often a key may call: counted in one process, or in Redis for all of them; without Redis each goes on alone."""

import asyncio
import logging
import os
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import AsyncExitStack
from importlib.util import find_spec
from typing import Any
from uuid import uuid4

import pytest

from redactor.exceptions import ConfigError
from redactor_gateway.keys import Keys, hash_of
from redactor_gateway.limits import Counter, Local, counter
from redactor_gateway.problems import ProblemError
from redactor_gateway.settings import ApiKey, LimitsStore
from tests.integrations.redactor_gateway.line import code, line

REDIS = os.environ.get("REDACTOR_TEST_REDIS", "redis://127.0.0.1:6379/9")
CANARY = "canary-pass-7731"


@pytest.fixture(autouse=True)
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """On a busy machine Redis may take longer than a request waits for it."""
    if find_spec("redis") is not None:
        monkeypatch.setattr("redactor_gateway.limits_redis._SECONDS", 20.0)


def key(**limits: int) -> ApiKey:
    return ApiKey.model_validate({"name": "shop", "hashes": [hash_of("k")], **limits})


async def begun(count: Counter, of: ApiKey) -> tuple[int, Callable[[], None]]:
    """0, or after how many seconds it is worth another try; and what counts the request out."""
    try:
        return 0, await count.begin(of)
    except ProblemError as error:
        assert error.problem.status == 429
        return error.problem.retry_after or -1, lambda: None


async def answers(count: Counter, of: ApiKey, times: int) -> list[int]:
    return [(await begun(count, of))[0] for _ in range(times)]


# in this process


def test_a_minutes_requests_fill_up_evenly() -> None:
    now = [100.0]
    local, of = Local(lambda: now[0]), key(requests_per_minute=6)

    async def scene() -> None:
        assert await answers(local, of, 8) == [0] * 6 + [10, 10]
        now[0] += 5
        assert await answers(local, of, 1) == [5]
        now[0] += 5
        assert await answers(local, of, 2) == [0, 10]

    asyncio.run(scene())


def test_so_many_at_once_and_each_gives_its_place_back_however_it_ends() -> None:
    keys, headers = Keys([key(concurrent=1)]), {"authorization": "Bearer k"}

    async def scene() -> None:
        for _ in range(2):
            with pytest.raises(RuntimeError):
                async with keys.admitted(headers, "chat"):
                    with pytest.raises(ProblemError, match="under way"):
                        await AsyncExitStack().enter_async_context(keys.admitted(headers, "chat"))
                    raise RuntimeError

    asyncio.run(scene())


# in Redis


@pytest.fixture
def name() -> str:
    return f"test_{uuid4().hex[:16]}"


@pytest.fixture
def server(name: str) -> Iterator[Any]:
    """A client of the tests' Redis; the test's keys are deleted afterwards. Skips where there is none."""
    if find_spec("redis") is None:
        pytest.skip("redis-py is not installed (pip install '.[redis]')")
    import redis

    client = redis.Redis.from_url(REDIS, socket_connect_timeout=2)
    try:
        client.ping()
    except redis.ConnectionError:
        pytest.skip("there is no Redis at 127.0.0.1:6379 (REDACTOR_TEST_REDIS)")
    yield client
    for each in client.scan_iter(f"{{{name}:*", count=1000):
        client.delete(each)
    client.close()


def shared(name: str, url: str = REDIS, **more: Any) -> Any:
    """What one process counts with."""
    from redactor_gateway.limits_redis import Shared

    return Shared(url, name=name, instead=Local(), **more)


def with_two(name: str, scene: Callable[[Any, Any], Awaitable[None]]) -> None:
    """A scene with two processes' counters."""

    async def run() -> None:
        one, other = shared(name), shared(name)
        try:
            await scene(one, other)
        finally:
            await one.close()
            await other.close()

    asyncio.run(run())


def test_two_processes_share_a_minutes_requests(server: Any, name: str) -> None:
    async def scene(one: Any, other: Any) -> None:
        of = key(requests_per_minute=6)
        assert await answers(one, of, 3) + await answers(other, of, 5) == [0] * 6 + [10, 10]
        assert await answers(one, of, 1) == [10]
        assert await answers(one, ApiKey(name="other", hashes=(hash_of("o"),), requests_per_minute=1), 1) == [0]

    with_two(name, scene)
    found = {each.decode() for each in server.scan_iter(f"{{{name}:*")}
    assert found == {f"{{{name}:limits:shop}}:left", f"{{{name}:limits:other}}:left"}
    assert all(0 < server.pttl(each) <= 61_000 for each in found)


def test_the_bucket_fills_by_the_servers_clock(server: Any, name: str) -> None:
    async def scene(one: Any, other: Any) -> None:
        of = key(requests_per_minute=6)
        assert await answers(one, of, 1) == [0]
        since = float(server.hget(f"{{{name}:limits:shop}}:left", "since"))
        assert abs(since - time.time()) < 60
        server.hset(f"{{{name}:limits:shop}}:left", mapping={"left": 0, "since": since - 35})
        assert await answers(other, of, 5) == [0, 0, 0, 5, 5]
        server.hset(f"{{{name}:limits:shop}}:left", mapping={"left": 0, "since": since + 3600})
        assert await answers(other, of, 1) == [10], "a clock that was set back takes nothing and gives nothing"

    with_two(name, scene)


def test_many_at_once_never_get_more_than_there_is(server: Any, name: str) -> None:
    async def scene(one: Any, other: Any) -> None:
        of = key(requests_per_minute=10, concurrent=7)
        found = await asyncio.gather(*(begun(count, of) for count in (one, other) * 20))
        assert sum(said == 0 for said, _ in found) == 7
        for _, release in found:
            release()
        await asyncio.wait([*one._later, *other._later])
        found = await asyncio.gather(*(begun(count, of) for count in (one, other) * 20))
        assert sum(said == 0 for said, _ in found) == 3

    with_two(name, scene)


def test_places_are_shared_and_come_back(server: Any, name: str) -> None:
    async def scene(one: Any, other: Any) -> None:
        of = key(concurrent=2)
        (first, release), (second, _), (third, _) = [await begun(each, of) for each in (one, other, one)]
        assert (first, second, third) == (0, 0, 1)
        release()
        await asyncio.wait(one._later)
        assert (await begun(other, of))[0] == 0

    with_two(name, scene)
    assert not [*server.scan_iter(f"{{{name}:*")]  # closing counted out what was open


def test_the_places_of_a_process_that_died_come_back_and_those_of_a_living_one_stay(
    server: Any, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("redactor_gateway.limits_redis.LEASE", 0.3)

    async def scene(one: Any, other: Any) -> None:
        of = key(concurrent=1)
        dead, _ = shared(name), await begun(other, key())
        assert (await begun(dead, of))[0] == 0
        dead._keeper.cancel()
        assert (await begun(one, of))[0] == 1
        await asyncio.sleep(0.35)
        assert (await begun(one, of))[0] == 0
        await asyncio.sleep(0.5)
        assert (await begun(other, of))[0] == 1
        dead._open.clear()
        await dead.close()

    with_two(name, scene)


# without Redis


def test_without_redis_each_process_counts_for_itself_and_says_so_once(caplog: pytest.LogCaptureFixture) -> None:
    pytest.importorskip("redis")
    noted: list[int] = []

    async def scene() -> None:
        count = shared("x", f"redis://u:{CANARY}@127.0.0.1:9/0", note=lambda: noted.append(1))
        of = key(requests_per_minute=3, concurrent=2)
        assert [(await begun(count, of))[0] for _ in range(3)] == [0, 0, 1]
        await count.close()
        assert CANARY not in repr(count)

    with caplog.at_level(logging.DEBUG):
        asyncio.run(scene())
    said = [record.getMessage() for record in caplog.records if record.name == "redactor_gateway"]
    assert len(said) == 1
    assert "each process counts for itself" in said[0]
    assert len(noted) == 3
    assert CANARY not in caplog.text


def test_a_redis_that_is_silent_holds_a_request_up_for_half_a_second_and_the_next_not_at_all(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    pytest.importorskip("redis")
    monkeypatch.setattr("redactor_gateway.limits_redis._SECONDS", 0.5)

    async def hear(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()
        writer.close()

    async def scene() -> None:
        silent = await asyncio.start_server(hear, "127.0.0.1", 0)
        port = silent.sockets[0].getsockname()[1]
        count, of = shared("x", f"redis://127.0.0.1:{port}/0"), key(requests_per_minute=2)
        began = time.monotonic()
        assert await answers(count, of, 3) == [0, 0, 30]
        assert time.monotonic() - began < 1.4
        await count.close()
        silent.close()

    asyncio.run(scene())


def test_redis_that_is_back_counts_again(server: Any, name: str, caplog: pytest.LogCaptureFixture) -> None:
    now = [0.0]

    async def scene() -> None:
        count = shared(name, clock=lambda: now[0])
        of = key(requests_per_minute=1)
        count._went("ConnectionError")
        assert await answers(count, of, 2) == [0, 60]
        now[0] += 2.5
        assert await answers(count, of, 2) == [0, 60]
        await count.close()

    asyncio.run(scene())
    assert [record.getMessage().split(":")[1].split()[1:3] for record in caplog.records] == [
        ["cannot", "be"],
        ["is", "back"],
    ]


# as configured


def test_two_gateways_share_the_limits_of_a_key(server: Any, name: str) -> None:
    shop = {"name": "shop", "hashes": [hash_of("k")], "requests_per_minute": 1}
    settings: dict[str, Any] = {"keys": [shop], "limits_store": {"url": REDIS, "name": name}}
    with line(**settings) as one, line(**settings) as other:
        assert one.ask(authorization="Bearer k").status_code == 200
        refused = other.ask(authorization="Bearer k")
        assert code(refused) == (429, "rate_limit_exceeded")
        assert int(refused.headers["retry-after"]) in range(50, 61)
        assert not other.upstream.requests


def test_a_mistake_in_the_store_is_told_without_its_url(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("redis")
    with pytest.raises(ConfigError, match="redis://host") as caught:
        counter(LimitsStore.model_validate({"url": f"http://u:{CANARY}@x"}))
    assert CANARY not in str(caught.value)
    assert CANARY not in repr(LimitsStore.model_validate({"url": f"redis://u:{CANARY}@x"}))
    monkeypatch.delenv("NO_SUCH_URL", raising=False)
    with pytest.raises(ConfigError, match="NO_SUCH_URL"):
        counter(LimitsStore(url_env="NO_SUCH_URL"))
