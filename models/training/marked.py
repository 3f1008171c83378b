"""Text in pieces, each personal one with its label: what the generator builds and training reads."""

from dataclasses import dataclass
from typing import Any


@dataclass
class Piece:
    text: str
    label: str | None = None


def join(*parts: list[Piece], blank: str = " ") -> list[Piece]:
    out: list[Piece] = []
    for part in parts:
        if out and part:
            out.append(Piece(blank))
        out += part
    return out


def plain(pieces: list[Piece]) -> str:
    return "".join(p.text for p in pieces)


def as_row(context: str, pieces: list[Piece]) -> dict[str, Any]:
    spans: list[dict[str, Any]] = []
    at = 0
    text = plain(pieces)
    for p in pieces:
        if (
            p.label == "PERSON"
            and spans
            and spans[-1]["label"] == "PERSON"
            and text[spans[-1]["end"] : at].strip(" ") == ""
        ):
            spans[-1]["end"] = at + len(p.text)  # forename and surname side by side are one name
        elif p.label:
            spans.append({"start": at, "end": at + len(p.text), "label": p.label})
        at += len(p.text)
    return {"context": context, "text": text, "spans": spans}
