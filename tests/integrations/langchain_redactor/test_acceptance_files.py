"""Images, audio and documents, which nobody reads for personal data: refused, taken out or let through."""

import base64
from typing import Any

import pytest
from langchain_core.messages import (
    AIMessage,
    HumanMessage,
)

from redactor.exceptions import RedactorError
from redactor.testing import assert_no_leak
from tests.integrations.langchain_redactor.conftest import CANARIES, Canaries
from tests.integrations.langchain_redactor.scenes import Staged

IMAGE = base64.b64encode(CANARIES.said.encode() * 40).decode()


FILES: dict[str, dict[str, Any]] = {
    "image url": {"type": "image_url", "image_url": {"url": f"https://files.example/{CANARIES.email}.png"}},
    "data url": {"type": "image_url", "image_url": {"url": f"data:image/png;base64,{IMAGE}"}},
    "image": {"type": "image", "base64": IMAGE, "mime_type": "image/png"},
    "audio": {"type": "audio", "base64": IMAGE, "mime_type": "audio/wav"},
    "file": {"type": "file", "base64": IMAGE, "mime_type": "application/pdf", "filename": f"{CANARIES.name}.pdf"},
    "old style": {"type": "image", "source_type": "base64", "data": IMAGE, "mime_type": "image/png"},
    "anthropic": {"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": IMAGE}},
    "openai file": {"type": "file", "file": {"filename": f"{CANARIES.name}.pdf", "file_data": IMAGE}},
    "input audio": {"type": "input_audio", "input_audio": {"data": IMAGE, "format": "wav"}},
}


@pytest.mark.parametrize("kind", FILES)
def test_a_file_stops_the_message_unless_told_otherwise(stage: Staged, canaries: Canaries, kind: str) -> None:
    scene = stage()
    with pytest.raises(RedactorError) as raised:
        scene.say(HumanMessage([{"type": "text", "text": "see here"}, FILES[kind]]))
    assert scene.model.received == []
    canaries.nowhere_in(*scene.inside(), str(raised.value), raised.value.args)


@pytest.mark.parametrize("kind", FILES)
def test_a_file_can_be_taken_out(stage: Staged, kind: str) -> None:
    scene = stage([AIMessage("fine")], files="strip")
    scene.say(HumanMessage([{"type": "text", "text": "see here"}, FILES[kind]]))
    scene.keeps_inside_clean()
    assert_no_leak([IMAGE[:64]], *scene.inside())
    assert "see here" in scene.read[0]


def test_a_file_that_is_let_through_has_its_name_redacted(stage: Staged, canaries: Canaries) -> None:
    scene = stage([AIMessage("fine")], files="allow")
    file = {"type": "file", "base64": "aGVsbG8gd29ybGQ=", "mime_type": "text/plain", "filename": f"{canaries.name}.txt"}
    scene.say(HumanMessage([{"type": "text", "text": canaries.said}, file]))
    scene.keeps_inside_clean()
    assert "aGVsbG8gd29ybGQ=" in scene.model.received[0].all
