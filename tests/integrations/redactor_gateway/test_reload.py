"""The configuration is read again while the gateway runs: all of it takes effect, or nothing does."""

import asyncio
import os
import signal
import threading
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any

import httpx2
import pytest

from redactor.exceptions import ConfigError
from redactor_gateway.keys import hash_of
from redactor_gateway.reload import Reloading, reloading
from redactor_gateway.settings import GatewaySettings
from tests.integrations.redactor_gateway.fault_scene import Scene, Setting, within
from tests.integrations.redactor_gateway.line import FINE
from tests.integrations.redactor_gateway.llm import MAIL, NAME, ask
from tests.integrations.redactor_gateway.test_fault_matrix_stream import WHOLE, said
from tests.integrations.redactor_gateway.test_serve import free_port, running
from tests.integrations.redactor_gateway.upstream import RawServer

SECRET = "sk-a-secret-that-no-log-shows"


def test_a_stream_under_way_ends_as_it_began_and_the_old_application_with_it(tmp_path: Path) -> None:
    async def run(scene: Scene) -> None:
        reached, goes_on = threading.Event(), threading.Event()

        def midway() -> None:
            reached.set()
            goes_on.wait(20)

        scene.llm.midway = midway
        stream = asyncio.create_task(scene.ask(f"I am {NAME}", stream=True))
        await asyncio.to_thread(reached.wait, 20)
        assert await scene.reload()
        assert (await scene.ask(f"I am {NAME}")).status_code == 200, "the new one answers meanwhile"
        assert [each.is_closed for each in scene.made] == [False, False]
        goes_on.set()
        assert said(await stream) == (WHOLE, "", True)
        await scene.until(_is(lambda: [each.is_closed for each in scene.made] == [True, False]))
        assert (await scene.ask(f"I am still {NAME}")).status_code == 200

    within(tmp_path, Setting(), run)


def _is(holds: Callable[[], bool]) -> Callable[[], Any]:
    async def done() -> bool:
        return holds()

    return done


def test_what_the_old_application_acknowledged_is_delivered_by_the_new_one(tmp_path: Path) -> None:
    async def run(scene: Scene) -> None:
        with scene.wires["bot"].cut():
            for number in range(5):
                assert (await scene.deliver(f"{number} of {NAME}", number)).status_code == 200
            assert await scene.reload()
            await scene.until(_is(lambda: scene.made[0].is_closed))
        await scene.until_told(5)
        await scene.until_empty()
        assert list(scene.told().values()) == [f"{number} of [PERSON_1]" for number in range(5)]

    within(tmp_path, Setting(), run)


@pytest.mark.parametrize(
    ("error", "shown"),
    [(ConfigError("gateway.porrt: unknown"), "gateway.porrt: unknown"), (ValueError(SECRET), "ValueError")],
)
def test_a_mistake_is_logged_and_all_stays_as_it_is(
    error: Exception, shown: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async def run(scene: Scene) -> None:
        scene.mistakes.append(error)
        assert not await scene.reload()
        assert (await scene.ask(f"I am {NAME}")).status_code == 200
        assert (await scene.client.get("/readyz")).status_code == 200

    within(tmp_path, Setting(), run)
    assert [shown in each.getMessage() for each in caplog.records if each.levelname == "ERROR"] == [True]
    assert SECRET not in caplog.text


def test_an_application_that_does_not_start_does_not_take_the_place_of_one_that_runs(tmp_path: Path) -> None:
    async def run(scene: Scene) -> None:
        def fails(text: str) -> None:
            if "Ann Example" in text:  # what is looked at before the first message
                raise RuntimeError(text)

        scene.recognizer.before = fails
        assert not await scene.reload()
        assert [each.is_closed for each in scene.made] == [False, True]
        assert (await scene.ask(f"I am {NAME}")).status_code == 200

    within(tmp_path, Setting(), run)


# with a file


def toml(url: str, *, key: str = "k1", policy: str = "default", port: int = 8080, more: str = "") -> str:
    return (
        f'policy = "{policy}"\n[store]\nkind = "sqlite"\npath = "redactor.db"\n[key]\nfile = "redactor.key"\n'
        f'[gateway]\nport = {port}\n{more}\n[gateway.upstreams.llm]\nurl = "{url}"\n'
        f'[[gateway.keys]]\nname = "shop"\nhashes = ["{hash_of(key)}"]\n'
    )


@contextmanager
def written(folder: Path, text: str) -> Iterator[Reloading]:
    """The gateway of a file."""
    file = folder / "redactor.toml"
    file.write_text(text)

    def read() -> GatewaySettings:
        return GatewaySettings.load(file)

    with reloading(read(), read, file) as app:
        yield app


@asynccontextmanager
async def calling(app: Reloading) -> AsyncIterator[Callable[..., Any]]:
    """Asks a running gateway; gives the status."""
    transport = httpx2.ASGITransport(app=app)
    async with app.running(), httpx2.AsyncClient(transport=transport, base_url="http://gateway") as client:

        async def call(key: str, text: str = f"My email is {MAIL}") -> int:
            headers = {"authorization": f"Bearer {key}", "x-conversation-id": "c-1"}
            body = {"model": "gpt-4o", "messages": ask(text)}
            return (await client.post("/v1/chat/completions", json=body, headers=headers)).status_code

        yield call


def test_keys_upstreams_and_policy_of_the_file_take_effect_and_mistakes_do_not(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    file = tmp_path / "redactor.toml"

    async def run(app: Reloading, first: RawServer, second: RawServer) -> None:
        async with calling(app) as call:
            assert (await call("k1"), await call("k2")) == (200, 401)
            for mistake in (
                "policy = 3",
                toml(first.url, key="k2", more="porrt = 1"),
                toml(first.url, key="k2", policy="no-such-policy"),
                toml("ftp://x"),
                toml(first.url, key="k2", more='canary = "nothing"'),
                toml(first.url, key="k2", port=8081),
                toml(first.url, key="k2").replace("redactor.db", "other.db"),
                toml(first.url, key="k2") + f'[gateway.routes.a]\nplatform = "slack"\nforward = "{SECRET}"\n',
            ):
                file.write_text(mistake)
                assert not await app.reload()
            assert (await call("k1"), await call("k2")) == (200, 401)
            assert not (tmp_path / "other.db").exists()
            file.write_text(toml(second.url, key="k2", policy="everything"))
            assert await app.reload()
            assert (await call("k1"), await call("k2", "Mine is other@example.com")) == (401, 200)
            assert app.now.redactor.policy.name == "everything"

    with RawServer(FINE) as first, RawServer(FINE) as second:
        with written(tmp_path, toml(first.url)) as app:
            asyncio.run(run(app, first, second))
        assert (len(first.requests), len(second.requests)) == (2, 1)
    told = "\n".join(each.getMessage() for each in caplog.records)
    assert "gateway.port: this cannot change while the gateway runs" in told
    assert "store: this cannot change" in told
    assert "did you mean 'port'" in told
    assert SECRET not in told and MAIL not in caplog.text


@pytest.mark.soak
def test_the_command_reads_its_file_again_on_a_signal(tmp_path: Path) -> None:
    port, file = free_port(), tmp_path / "redactor.toml"

    def status(key: str) -> int:
        url, body = f"http://127.0.0.1:{port}/v1/chat/completions", {"model": "gpt-4o", "messages": ask("hello")}
        headers = {"authorization": f"Bearer {key}"}
        return httpx2.post(url, json=body, headers=headers, trust_env=False, verify=False, timeout=20).status_code

    def until(key: str, wanted: int) -> None:
        ends = time.monotonic() + 30
        while status(key) != wanted:
            assert time.monotonic() < ends
            time.sleep(0.1)

    with RawServer(FINE) as upstream:
        file.write_text(toml(upstream.url, port=port))
        with running(tmp_path, str(file), "--port", str(port)) as process:
            assert (status("k1"), status("k2")) == (200, 401)
            file.write_text("[gateway]\nporrt = 1")
            process.send_signal(signal.SIGHUP)
            time.sleep(1.0)
            assert status("k1") == 200
            file.write_text(toml(upstream.url, key="k2", port=port))
            process.send_signal(signal.SIGHUP)
            until("k2", 200)
            until("k1", 401)
            process.send_signal(signal.SIGINT)
            assert process.stderr is not None
            told = process.stderr.read()
    assert "not reloaded" in told and "did you mean 'port'" in told and "was reloaded" in told


@pytest.mark.soak
def test_without_a_file_the_signal_changes_nothing(tmp_path: Path) -> None:
    port = free_port()
    with RawServer(FINE) as upstream, running(tmp_path, "--upstream", upstream.url, "--port", str(port)) as process:
        os.kill(process.pid, signal.SIGHUP)
        time.sleep(0.5)
        assert httpx2.get(f"http://127.0.0.1:{port}/livez", trust_env=False, verify=False).status_code == 200
        process.send_signal(signal.SIGINT)
        assert process.stderr is not None and "no configuration file to read again" in process.stderr.read()
