"""Whatever breaks, a stream is refused before it begins, or ends with an error event, and never with raw text."""

import json
import time
from contextlib import ExitStack
from pathlib import Path

import httpx2
import pytest

from tests.integrations.redactor_gateway.fault_scene import Scene, outcome, within
from tests.integrations.redactor_gateway.faults import ANSWERS, FAULTS, Fault, of_column
from tests.integrations.redactor_gateway.llm import NAME

GREETING, WHOLE = f"Hi {NAME}. ", f"Hi {NAME}. Your order is on its way. "


def said(answer: httpx2.Response) -> tuple[str, str, bool]:
    """The text of a stream, the code of the error it ended with, and whether it says that it is whole."""
    events = [each[6:] for each in answer.text.split("\n\n") if each.startswith("data: {")]
    read = [json.loads(each) for each in events]
    text = "".join(each["choices"][0]["delta"].get("content", "") for each in read if "choices" in each)
    return text, next((each["error"]["code"] for each in read if "error" in each), ""), "[DONE]" in answer.text


async def works(scene: Scene) -> bool:
    answer = await scene.ask(f"I am still {NAME}", stream=True)
    return answer.status_code == 200 and said(answer) == (WHOLE, "", True)


@pytest.mark.parametrize("fault", of_column(FAULTS, "stream"))
def test_a_stream_meets_a_fault_before_it_begins(
    fault: Fault, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(0)

    async def run(scene: Scene) -> None:
        if not fault.setting.is_new:
            assert await works(scene)
        asked = len(scene.llm.requests)
        with fault.breaks(scene):
            await scene.misread()
            answer = await scene.ask(f"I am {NAME} again", stream=True)
            assert outcome(answer) == fault.asked
            assert fault.asks_the_llm or len(scene.llm.requests) == asked
        if answer.status_code != 200:
            scene.check(caplog, answer)
        await scene.until(lambda: works(scene))
        scene.check(caplog)

    within(tmp_path, fault.setting, run)


@pytest.mark.parametrize("fault", of_column(FAULTS, "midway"))
def test_a_stream_meets_a_fault_on_its_way(fault: Fault, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(0)

    async def run(scene: Scene) -> None:
        assert await works(scene)
        with ExitStack() as stack:

            def midway() -> None:
                time.sleep(0.1)  # until the first piece went through
                stack.enter_context(fault.breaks(scene))

            scene.llm.midway = midway
            answer = await scene.ask(f"I am {NAME} again", stream=True)
            await scene.misread()
            scene.llm.midway = lambda: None
            text, code, is_whole = said(answer)
            assert (code, is_whole) == (fault.midway, not fault.midway)
            assert WHOLE.startswith(text) and text.startswith(GREETING)
        await scene.until(lambda: works(scene))
        scene.check(caplog)

    within(tmp_path, fault.setting, run)


@pytest.mark.parametrize("fault", of_column(ANSWERS, "midway"))
def test_a_stream_is_not_as_it_should_be(fault: Fault, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(0)

    async def run(scene: Scene) -> None:
        with fault.breaks(scene):
            answer = await scene.ask(f"I am {NAME}", stream=True)
        text, code, is_whole = said(answer)
        assert (code, is_whole) == (fault.midway, False)
        assert GREETING.startswith(text)
        await scene.until(lambda: works(scene))
        scene.check(caplog)

    within(tmp_path, fault.setting, run)
