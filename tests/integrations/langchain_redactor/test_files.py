"""Files in messages: refused, taken out, or let through with everything readable in them redacted."""

import base64
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from langchain_core.documents.base import Blob
from langchain_core.messages import HumanMessage, ToolMessage

from langchain_redactor.bound import Bound, Files
from langchain_redactor.files import BlockedFileError, is_encoded, kind_of
from langchain_redactor.messages import redact_messages, restore_message
from langchain_redactor.values import redact_value
from redactor import Redactor
from redactor.exceptions import BlockedError
from redactor.testing import assert_no_leak, in_memory

NAME = "Zebulon Quuxley"
TYPES: dict[str | re.Pattern[str], str] = {NAME: "PERSON", "https://pics.example/zebulon.png": "URL"}
DATA = base64.b64encode(b"a picture of somebody " * 3).decode()
LARGE = base64.b64encode(bytes(range(256)) * 8).decode()
URL = "https://pics.example/zebulon.png"

BLOCKS: dict[str, tuple[str, dict[str, Any]]] = {
    "v1 image": ("image", {"type": "image", "base64": DATA, "mime_type": "image/png"}),
    "v1 image url": ("image", {"type": "image", "url": URL}),
    "v1 image id": ("image", {"type": "image", "file_id": "file-abc"}),
    "v0 image": ("image", {"type": "image", "source_type": "base64", "data": DATA, "mime_type": "image/png"}),
    "v0 audio": ("audio", {"type": "audio", "source_type": "base64", "data": DATA, "mime_type": "audio/wav"}),
    "v1 video": ("video", {"type": "video", "base64": DATA, "mime_type": "video/mp4"}),
    "v1 file": ("file", {"type": "file", "base64": DATA, "mime_type": "application/pdf", "filename": NAME}),
    "v1 text file": ("file", {"type": "text-plain", "base64": DATA, "mime_type": "text/plain", "title": NAME}),
    "openai image": ("image", {"type": "image_url", "image_url": {"url": f"data:image/png;base64,{DATA}"}}),
    "openai image url": ("image", {"type": "image_url", "image_url": {"url": URL, "detail": "low"}}),
    "openai image text": ("image", {"type": "image_url", "image_url": URL}),
    "responses image": ("image", {"type": "input_image", "image_url": URL}),
    "openai audio": ("audio", {"type": "input_audio", "input_audio": {"data": DATA, "format": "wav"}}),
    "openai file": ("file", {"type": "file", "file": {"file_data": DATA, "filename": NAME}}),
    "anthropic image": ("image", {"type": "image", "source": {"type": "base64", "data": DATA}}),
    "anthropic document": ("file", {"type": "document", "source": {"type": "url", "url": URL}, "title": NAME}),
    "google media": ("file", {"type": "media", "mime_type": "image/png", "data": DATA}),
    "bedrock image": ("image", {"image": {"format": "png", "source": {"bytes": b"raw"}}}),
    "unknown": ("file", {"type": "hologram", "projection": LARGE}),
    "unknown nested": ("file", {"type": "hologram", "deep": [{"projection": LARGE}]}),
    "in a tool's result": (
        "image",
        {"type": "tool_result", "content": [{"type": "image", "source": {"type": "base64", "data": DATA}}]},
    ),
}  # fmt: skip


@pytest.fixture
def redactor() -> Iterator[Redactor]:
    with in_memory(TYPES) as made:
        yield made


@pytest.fixture
def bound(redactor: Redactor) -> Callable[[Files], Bound]:
    return lambda files: Bound(redactor.conversation("c"), files=files)


@pytest.mark.parametrize("name", BLOCKS)
def test_a_message_with_a_file_is_refused(redactor: Redactor, bound: Callable[[Files], Bound], name: str) -> None:
    kind, block = BLOCKS[name]
    chat = bound("block")
    with pytest.raises(BlockedFileError, match=f"holds an? {kind}.*strip.*allow") as refused:
        redact_messages([HumanMessage("not recorded"), HumanMessage(["see", block])], chat)
    assert isinstance(refused.value, BlockedError)
    assert_no_leak([NAME, DATA, LARGE], refused.value)
    assert not chat.chat.reads("not recorded")


@pytest.mark.parametrize("name", BLOCKS)
def test_a_file_is_taken_out(bound: Callable[[Files], Bound], name: str) -> None:
    kind, block = BLOCKS[name]
    came = HumanMessage([f"I am {NAME}", block, {"type": "text", "text": f"{NAME} again"}], id="m")
    [message] = redact_messages([came], bound("strip"))
    assert_no_leak([NAME, DATA, LARGE, URL], message)
    assert f"[{kind} removed]" in str(message.content)
    assert redact_messages([message], bound("strip")) == [message]
    restored = restore_message(message, bound("strip"))
    assert restored.text.startswith(f"I am {NAME}")
    assert restored.text.endswith(f"{NAME} again")


@pytest.mark.parametrize("name", BLOCKS)
def test_a_file_goes_on_and_what_can_be_read_beside_it_is_redacted(bound: Callable[[Files], Bound], name: str) -> None:
    came = HumanMessage([BLOCKS[name][1]], id="m")
    [message] = redact_messages([came], bound("allow"))
    assert_no_leak([NAME, URL], message)
    for encoded in (DATA, LARGE):
        assert (encoded in str(message.content)) == (encoded in str(came.content))
    assert restore_message(message, bound("allow")).content == came.content


@pytest.mark.parametrize(
    "block",
    [
        {"type": "text-plain", "text": NAME, "mime_type": "text/plain"},
        {"type": "file", "source_type": "text", "text": NAME, "mime_type": "text/plain"},
        {"type": "document", "source": {"type": "text", "media_type": "text/plain", "data": NAME}},
    ],
    ids=["v1", "v0", "anthropic"],
)
def test_a_document_of_plain_text_is_read_like_any_other(
    bound: Callable[[Files], Bound], block: dict[str, Any]
) -> None:
    [message] = redact_messages([HumanMessage([block])], bound("block"))
    assert "[PERSON_1]" in str(message.content)
    assert restore_message(message, bound("block")).content == [block]


def test_raw_bytes_anywhere_are_a_file(bound: Callable[[Files], Bound]) -> None:
    for value in ({"a": [b"raw"]}, {"a": bytearray(b"raw")}, {"a": Blob(data=b"raw")}):
        with pytest.raises(BlockedFileError):
            redact_value(value, bound("block"))
    assert redact_value({"a": b"raw"}, bound("strip")) == {"a": b""}
    assert redact_value({"a": b"raw"}, bound("allow")) == {"a": b"raw"}


def test_encoded_data_anywhere_is_a_file(bound: Callable[[Files], Bound]) -> None:
    for value in (LARGE, f"data:image/png;base64,{DATA}", f"look: ![x](data:image/png;base64,{DATA}) ok"):
        with pytest.raises(BlockedFileError):
            redact_value({"a": value}, bound("block"))
        assert DATA not in redact_value({"a": value}, bound("strip"))["a"]
        assert redact_value({"a": value}, bound("allow")) == {"a": value}
        with pytest.raises(BlockedFileError):
            redact_messages([ToolMessage("x", artifact=[value], tool_call_id="call_1")], bound("block"))


def test_a_data_url_written_into_a_text_is_a_file(bound: Callable[[Files], Bound]) -> None:
    text = f"{NAME}: ![me](data:image/png;base64,{DATA})"
    with pytest.raises(BlockedFileError):
        redact_messages([HumanMessage(text)], bound("block"))
    assert redact_messages([HumanMessage(text)], bound("strip"))[0].content == "[PERSON_1]: ![me]([file removed])"


def test_a_tools_result_in_blocks_is_searched_for_files(bound: Callable[[Files], Bound]) -> None:
    with pytest.raises(BlockedFileError):
        redact_value([{"type": "text", "text": "see"}, BLOCKS["v1 image url"][1]], bound("block"), "tool")


@pytest.mark.parametrize(
    "data", [{"type": "file", "name": "x"}, {"type": "document", "title": "x"}, {"image": "x"}, {}]
)
def test_data_that_only_sounds_like_a_file_is_none(data: dict[str, Any]) -> None:
    assert kind_of(data) is None


@pytest.mark.parametrize("text", ["", "word" * 100, "some words " * 200, "data: nothing"])
def test_ordinary_text_is_no_file(text: str) -> None:
    assert not is_encoded(text)
