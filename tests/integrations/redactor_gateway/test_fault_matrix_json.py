"""Whatever breaks, a request for a whole reply gets a clear error, nobody gets raw text; it works again by itself."""

import asyncio
import shutil
import subprocess
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import httpx2
import pytest

from redactor import Redactor
from redactor.crypto import LocalKey
from redactor.detection.model import load_model
from redactor.exceptions import CryptoError, RedactorError
from redactor.keyfile import KeyFile
from redactor.storage.sqlite import SqliteStore
from redactor.testing import FakeRecognizer
from redactor_gateway.app import create_app
from redactor_gateway.reload import reloading
from redactor_gateway.settings import GatewaySettings
from tests.integrations.redactor_gateway.fault_scene import Model, Scene, Setting, outcome, within
from tests.integrations.redactor_gateway.faults import (
    ANSWERS,
    FAULTS,
    Breaks,
    Fault,
    hanging,
    of_column,
    raising,
    replaced,
    shown,
    unaudited,
)
from tests.integrations.redactor_gateway.llm import KNOWN, NAME, ask


@pytest.mark.parametrize("fault", of_column([*FAULTS, *ANSWERS], "json"))
def test_a_request_meets_a_fault(fault: Fault, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(0)

    async def run(scene: Scene) -> None:
        async def works() -> bool:
            return (await scene.ask(f"I am still {NAME}")).status_code == 200

        if not fault.setting.is_new:
            assert await works()
        asked = len(scene.llm.requests)
        with fault.breaks(scene):
            await scene.misread()
            answer = await scene.ask(f"I am {NAME} again")
            assert outcome(answer) == fault.asked
            assert fault.asks_the_llm or len(scene.llm.requests) == asked
        if answer.status_code != 200:
            scene.check(caplog, answer)
        await scene.until(works)
        whole = await scene.ask(f"I am {NAME} again")
        assert whole.json()["choices"][0]["message"]["content"] == f"Hi {NAME}."
        scene.check(caplog)

    within(tmp_path, fault.setting, run)


def test_a_request_without_a_name_needs_no_store(tmp_path: Path) -> None:
    async def run(scene: Scene) -> None:
        with replaced(scene):
            body = {"model": "gpt-4o", "messages": ask(f"I am {NAME}")}
            assert (await scene.client.post("/v1/chat/completions", json=body)).status_code == 200

    within(tmp_path, Setting(), run)


@pytest.mark.parametrize(
    ("breaks", "broken"),
    [(raising, ["detection", "vault"]), (replaced, ["vault", "audit"]), (unaudited, ["audit"])],
)
def test_readiness_says_what_is_broken_and_is_well_again(breaks: Breaks, broken: list[str], tmp_path: Path) -> None:
    async def run(scene: Scene) -> None:
        with breaks(scene):
            told = await scene.client.get("/readyz")
            assert (told.status_code, [name for name, said in told.json().items() if said != "ok"]) == (503, broken)
        assert (await scene.client.get("/readyz")).status_code == 200

    within(tmp_path, Setting(), run)


@pytest.mark.soak
def test_a_disk_that_is_really_full(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    disk = tmp_path / "data"
    disk.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", disk], check=False).returncode:
        pytest.skip("only root may mount a file system")

    async def run(scene: Scene) -> None:
        assert (await scene.ask(f"I am {NAME}")).status_code == 200
        with (disk / "filler").open("wb", buffering=0) as filler, suppress(OSError):
            while True:
                filler.write(bytes(4096))
        for number in range(30):  # what room there is in the files is used first
            told = await scene.ask(f"I am still {NAME}, {number}")
            if told.status_code != 200:
                break
        assert outcome(told) == (503, "store_failed")
        scene.check(caplog, told)
        (disk / "filler").unlink()
        assert (await scene.ask(f"I am {NAME} again")).status_code == 200

    try:
        within(tmp_path, Setting(), run)
    finally:
        subprocess.run(["umount", disk], check=True)


@pytest.mark.soak
def test_readiness_is_told_in_time_where_everything_hangs(tmp_path: Path) -> None:
    async def run(scene: Scene) -> None:
        with hanging(scene):
            probes = [asyncio.create_task(scene.client.get("/readyz")) for _ in range(20)]
            began = time.monotonic()
            assert {(await each).status_code for each in probes} == {503}
            assert time.monotonic() - began < 8
        assert (await scene.client.get("/readyz")).status_code == 200

    within(tmp_path, Setting(), run)


def test_another_key_opens_nothing_until_the_right_one_is_back(tmp_path: Path) -> None:
    key, aside = tmp_path / "data" / "redactor.key", tmp_path / "data" / "aside.key"

    async def first(scene: Scene) -> None:
        assert (await scene.ask(f"I am {NAME}")).status_code == 200

    within(tmp_path, Setting(), first)
    key.rename(aside)
    with pytest.raises(CryptoError):
        within(tmp_path, Setting(), first)

    async def second() -> None:
        store = SqliteStore(tmp_path / "data" / "redactor.db")
        with Model() as llm, Redactor(recognizers=[FakeRecognizer(KNOWN)], store=store, key=KeyFile(key)) as redactor:
            app = create_app(GatewaySettings.model_validate({"upstreams": {"llm": {"url": llm.url}}}), redactor)
            async with (
                app.router.lifespan_context(app),
                httpx2.AsyncClient(transport=httpx2.ASGITransport(app=app), base_url="http://gateway") as client,
            ):
                body = {"model": "gpt-4o", "messages": ask(f"I am {NAME}")}
                named = {"x-conversation-id": "c-1"}
                told = await client.post("/v1/chat/completions", json=body, headers=named)
                assert outcome(told) == (503, "store_failed")
                assert not llm.requests
                aside.replace(key)
                assert (await client.post("/v1/chat/completions", json=body, headers=named)).status_code == 200

    asyncio.run(second())


def _no_key(folder: Path) -> None:
    (folder / "redactor.db").write_bytes(b"a store")


def _no_store(folder: Path) -> None:
    LocalKey.from_file(folder / "redactor.key")
    (folder / "redactor.db").write_bytes(b"not a database" * 100)


def _no_model(folder: Path) -> None:
    shutil.copytree(load_model(), folder / "model", ignore=shutil.ignore_patterns("__pycache__", "model.onnx"))


def _damaged_model(folder: Path) -> None:
    _no_model(folder)
    (folder / "model" / "model.onnx").write_bytes(b"not a model")


@pytest.mark.parametrize(
    ("breaks", "said"),
    [
        (_no_key, "key file .* is missing"),
        (_no_store, "not a database"),
        (_no_model, "model.onnx is missing"),
        (_damaged_model, "model.onnx .* is damaged"),
    ],
)
def test_a_gateway_that_cannot_work_does_not_start(breaks: Callable[[Path], None], said: str, tmp_path: Path) -> None:
    file = tmp_path / "redactor.toml"
    file.write_text(
        'model = "model"\n[store]\npath = "redactor.db"\n[key]\nfile = "redactor.key"\n'
        '[gateway.upstreams.llm]\nurl = "http://127.0.0.1:9/v1"\n'
    )
    breaks(tmp_path)
    settings = GatewaySettings.load(file)
    with pytest.raises(RedactorError, match=said), reloading(settings, lambda: settings, file):
        pass


def test_the_page_shows_the_table() -> None:
    page = (Path(__file__).parents[3] / "docs" / "failing.md").read_text("utf-8")
    assert shown(FAULTS, ("What breaks", "A named request", "A stream under way", "A webhook's delivery")) in page
    heads = ("The answer", "The LLM's, whole", "The LLM's, streamed", "The bot's")
    assert shown(ANSWERS, heads).replace("200, delivered", "taken for a yes") in page
