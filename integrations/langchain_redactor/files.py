"""Images, audio and documents: nobody can read them here for personal data, so the message is refused, or they go."""

import re
from collections.abc import Mapping
from typing import Any

from langchain_redactor.bound import Files
from redactor.exceptions import BlockedError, RedactorError

_KINDS: Mapping[str, str] = {
    "image": "image", "image_url": "image", "input_image": "image", "image_file": "image",
    "image_generation_call": "image",
    "audio": "audio", "input_audio": "audio",
    "video": "video", "video_url": "video",
    "file": "file", "input_file": "file", "document": "file", "media": "file", "text-plain": "file",
    "container_upload": "file",
}  # fmt: skip
"""Types of blocks that carry a file, of LangChain (v0 and v1), OpenAI, Anthropic and Google."""

_RAW_KEYS = frozenset({"data", "base64", "bytes", "file_data", "b64_json", "result"})
_DATA_KEYS = _RAW_KEYS | {
    "url", "image_url", "video_url", "file_url", "file_id", "file_uri", "fileUri", "source", "input_audio",
    "image_file", "file", "path",
}  # fmt: skip
_REMOVED = frozenset(f"[{kind} removed]" for kind in _KINDS.values())
_BEDROCK = frozenset({"image", "document", "video", "audio"})

_LONGEST_TEXT = 1024
"""Characters from which what looks like base64 is a file, whatever block it stands in."""

_BASE64 = re.compile(r"[A-Za-z0-9+/_-]+={0,2}")
_WRAPPED = re.compile(r"[A-Za-z0-9+/_\r\n-]+={0,2}\s*")
DATA_URL = re.compile(r"data:[\w.+/-]*(?:;[\w.=+-]+)*;base64,[A-Za-z0-9+/_=%-]*", re.IGNORECASE)


class BlockedFileError(BlockedError):
    """A message holds a file, which cannot be searched for personal data."""

    def __init__(self, kind: str) -> None:
        RedactorError.__init__(
            self,
            f"the message holds {'an' if kind[0] in 'ai' else 'a'} {kind}, which cannot be searched for personal data; "
            'nothing was passed on. With files="strip" it is taken out, with files="allow" it goes on as it is',
        )
        self.entity_types = ()
        self.kind = kind


def kind_of(block: Mapping[Any, Any]) -> str | None:
    """Which kind of file a block carries: "image", "audio", "video", "file"; None for any other dict."""
    kind = block.get("type")
    if isinstance(kind, str) and kind in _KINDS:
        return _KINDS[kind] if _carries(block) else None
    if len(block) == 1 and not _BEDROCK.isdisjoint(block):  # {"image": {"format": ..., "source": {"bytes": ...}}}
        name, inside = next(iter(block.items()))
        if isinstance(inside, Mapping) and isinstance(inside.get("source"), Mapping):
            return "file" if name == "document" else str(name)
    return None


def _carries(block: Mapping[Any, Any]) -> bool:
    source = block.get("source")
    if block.get("source_type") == "text" or _is_readable(source):
        return False
    if block.get("type") == "media" and not ({"data", "file_uri", "fileUri"} & block.keys()):
        return False
    return not _DATA_KEYS.isdisjoint(block)


def _is_readable(source: Any) -> bool:
    """A document may be plain text, which is read like any other."""
    return isinstance(source, Mapping) and source.get("type") in ("text", "content")


def is_encoded(text: str) -> bool:
    """Whether a text is a file in base64, or a data: URL, and nothing else."""
    if len(text) >= _LONGEST_TEXT and _WRAPPED.fullmatch(text):
        return True
    return text[:5].lower() == "data:" and DATA_URL.fullmatch(text) is not None


def is_raw(key: str, value: str) -> bool:
    """Whether this string in a file's block is the file itself."""
    return is_encoded(value) or (key in _RAW_KEYS and _BASE64.fullmatch(value) is not None)


def is_removed(text: str) -> bool:
    """Whether this is what we wrote in the place of a file."""
    return text in _REMOVED


def refuse_or_strip(kind: str, files: Files) -> str | None:
    """What is written in the place of a file; None where it goes on as it is. Raises `BlockedFileError`."""
    if files == "block":
        raise BlockedFileError(kind)
    return f"[{kind} removed]" if files == "strip" else None


def without_data_urls(text: str, files: Files) -> str:
    """A text without the files written into it as data: URLs. Raises `BlockedFileError`."""
    if ";base64," not in text or DATA_URL.search(text) is None:
        return text
    instead = refuse_or_strip("file", files)
    return text if instead is None else DATA_URL.sub(instead, text)
