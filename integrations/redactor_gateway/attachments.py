"""Images, audio and files: nobody can read them here for personal data, so the request is refused, or they go."""

import re
from collections.abc import Mapping
from typing import Any, Literal

from redactor_gateway.problems import refuse

Files = Literal["refuse", "strip", "allow"]
"""What becomes of files: the request is refused, they are taken out, or they go on unread."""

_KINDS: Mapping[str, str] = {
    "image": "image", "image_url": "image", "input_image": "image", "image_file": "image",
    "image_generation_call": "image", "computer_screenshot": "image",
    "audio": "audio", "input_audio": "audio", "output_audio": "audio",
    "video": "video", "video_url": "video", "input_video": "video",
    "file": "file", "input_file": "file", "document": "file", "container_upload": "file",
}  # fmt: skip
"""Types of content parts that carry a file, of OpenAI and Anthropic."""

_LONGEST_TEXT = 1024
"""Characters from which what looks like base64 is a file, whatever it stands in."""

_BASE64 = re.compile(r"[A-Za-z0-9+/_\r\n-]++={0,2}\s*")
_DATA_URL = re.compile(r"data:[\w.+/-]*(?:;[\w.=+-]+)*;base64,[A-Za-z0-9+/_=%-]*", re.IGNORECASE)


def kind_of(part: Mapping[Any, Any]) -> str | None:
    """Which kind of file a part carries; None for any other. An Anthropic document may be plain text, which is read."""
    kind = _KINDS.get(str(part.get("type")))
    source = part.get("source")
    if part.get("type") == "document" and isinstance(source, Mapping) and source.get("type") in ("text", "content"):
        return None
    return kind


def instead_of(kind: str, files: Files) -> str | None:
    """What is written in the place of a file; None where it goes on as it is. Raises `ProblemError`."""
    if files == "refuse":
        raise refuse(
            400,
            "unsupported_content",
            f"the request holds {'an' if kind[0] in 'ai' else 'a'} {kind}, which cannot be searched for personal data; "
            "nothing was passed on",
        )
    return f"[{kind} removed]" if files == "strip" else None


def without_files(text: str, files: Files) -> str:
    """A text without the files that are written into it. Raises `ProblemError`."""
    if len(text) >= _LONGEST_TEXT and _BASE64.fullmatch(text):
        return instead_of("file", files) or text
    if ";base64," not in text.lower() or _DATA_URL.search(text) is None:
        return text
    instead = instead_of("file", files)
    return text if instead is None else _DATA_URL.sub(instead, text)
