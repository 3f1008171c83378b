"""Whatever breaks, a delivery is acknowledged and reaches the bot, or is to be sent again; the bot sees no value."""

import asyncio
from contextlib import closing
from pathlib import Path

import pytest

from redactor import Redactor
from redactor.crypto import LocalKey
from redactor.policy import Policy
from redactor.storage.sqlite import SqliteStore
from redactor.testing import in_memory
from redactor_gateway.webhooks.outbox import Waiting
from redactor_gateway.webhooks.outbox_sqlite import SqliteOutbox
from tests.integrations.redactor_gateway.fault_scene import LATE, Scene, Setting, within
from tests.integrations.redactor_gateway.faults import (
    ANSWERS,
    DAY,
    DOWN,
    FAULTS,
    UP,
    Fault,
    execute,
    jump,
    of_column,
)
from tests.integrations.redactor_gateway.llm import KNOWN, NAME
from tests.integrations.redactor_gateway.webhooks.scene import Recorder, route, serving
from tests.integrations.redactor_gateway.webhooks.test_egress import NOTE, _chatwoot, _chatwoot_headers


@pytest.mark.parametrize("fault", of_column([*FAULTS, *ANSWERS], "webhook"))
def test_a_delivery_meets_a_fault(fault: Fault, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(0)

    async def run(scene: Scene) -> None:
        told = []
        if not fault.setting.is_new:
            assert (await scene.deliver(f"I am {NAME}", 1)).status_code == 200
            await scene.until_told(1)
            told.append("I am [PERSON_1]")
        with fault.breaks(scene):
            await scene.misread()
            answer = await scene.deliver(f"I am still {NAME}", 2)
            assert answer.status_code == fault.webhook
        scene.check(caplog, answer)

        async def is_acknowledged() -> bool:
            return (await scene.deliver(f"I am still {NAME}", 2)).status_code == 200

        if fault.webhook != 200:
            await scene.until(is_acknowledged)
        told.append("I am still [PERSON_1]")
        await scene.until_told(len(told))
        await scene.until_empty()
        assert list(scene.told().values()) == told
        scene.check(caplog)

    within(tmp_path, fault.setting, run)


@pytest.mark.parametrize("fault", of_column(ANSWERS, "webhook"))
def test_a_bots_answer_that_cannot_be_read_is_answered_for(
    fault: Fault, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(0)

    async def run(scene: Scene) -> None:
        with fault.breaks(scene):
            answer = await scene.text(f"I am {NAME}", 1)
            assert (answer.status_code, LATE in answer.text) == (200, True)
        scene.check(caplog, answer)
        await scene.until_empty()
        assert len(scene.told()) == 1
        scene.bot.reply = (200, "text/xml", b"<Response><Message>Hi [PERSON_1]</Message></Response>")
        assert f"Hi {NAME}" in (await scene.text(f"I am {NAME}", 2)).text
        scene.check(caplog)

    within(tmp_path, fault.setting, run)


def test_a_note_for_colleagues_is_not_sent_while_nobody_can_note_who_was_given_values(tmp_path: Path) -> None:
    policy = {"name": "desk", "extends": "default", "types": {"PERSON": {"audiences": ["customer", "agent"]}}}
    file = tmp_path / "redactor.db"

    async def run(redactor: Redactor, api: Recorder, bot: Recorder, outbox: SqliteOutbox) -> None:
        ready = route(tmp_path, bot.url, "chatwoot", api=api.url, egress={"agent": True})
        async with serving(ready, redactor, outbox) as service:
            body = _chatwoot(f"I am {NAME}")
            await service.client.post(f"{service.url}/webhooks/support", content=body, headers=_chatwoot_headers(body))
            await service.until(lambda: bot.posts)
            note = {"content": "[PERSON_1] needs a person", "private": True}
            execute(file, DOWN)
            assert (await service.call(NOTE, note)).status_code == 503
            assert not api.posts
            execute(file, UP)
            assert (await service.call(NOTE, note)).status_code == 200

    with (
        closing(SqliteOutbox(tmp_path / "outbox.db")) as outbox,
        Recorder() as bot,
        Recorder() as api,
        in_memory(
            KNOWN, policy=Policy.from_dict(policy), store=SqliteStore(file), key=LocalKey.ephemeral()
        ) as redactor,
    ):
        asyncio.run(run(redactor, api, bot, outbox))
        assert api.posts[0].json["content"] == f"{NAME} needs a person"


@pytest.mark.parametrize("seconds", [DAY, -DAY])
def test_the_clock_jumps_while_a_delivery_is_on_its_way(
    seconds: float, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async def run(scene: Scene) -> None:
        with scene.wires["bot"].silent():
            assert (await scene.deliver(f"I am {NAME}", 1)).status_code == 200
            await asyncio.sleep(0.2)
            with jump(seconds)(scene):
                await asyncio.sleep(0.8)
        await scene.until_empty()
        assert list(scene.told().values()) == ["I am [PERSON_1]"]
        assert scene.outbox.waiting() == Waiting(0, 0, None)
        scene.check(caplog)

    within(tmp_path, Setting(seconds=3.0), run)
