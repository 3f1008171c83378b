"""Reader of mails (RFC 5322, MIME): headers decoded, text and HTML parts, what is attached as text."""

import codecs
from collections.abc import Iterator
from contextlib import suppress
from email import message_from_bytes
from email.errors import HeaderParseError
from email.header import decode_header, make_header
from email.message import Message
from email.policy import compat32
from html.parser import HTMLParser

from redactor.scanning.pieces import Gap, Piece, named
from redactor.scanning.readers import Read, decoded

_SHOWN = frozenset({"href", "src", "alt", "title", "value", "content", "placeholder"})
"""Attributes of HTML whose values a reader, or who follows a link, gets to see."""


def mail(data: bytes, encoding: str) -> Read:
    """Headers and parts of one message, those of messages inside it too."""
    message = message_from_bytes(data, policy=compat32)
    for number, part in enumerate(message.walk()):
        place = f"part {number}" if number else "mail"
        yield from _headers(part, place)
        if not part.is_multipart():
            yield from _body(part, place, encoding)


def _headers(part: "Message[str, str]", place: str) -> Iterator[Piece]:
    for number, (name, raw) in enumerate(part.raw_items(), start=1):
        yield Piece(_unfolded(str(raw)), f"{place}, header {named(name, number)}")


def _unfolded(raw: str) -> str:
    """A header as a person reads it: encoded words (RFC 2047) decoded, in one line."""
    text = raw
    with suppress(ValueError, LookupError, HeaderParseError):  # as it stands, then
        text = str(make_header(decode_header(raw)))
    return " ".join(text.split())


def _body(part: "Message[str, str]", place: str, encoding: str) -> Read:
    content = part.get_payload(decode=True)
    kind = part.get_content_type()
    if not isinstance(content, bytes) or not content:
        return
    text = decoded(content, part.get_content_charset() or encoding) if _is_known(part) else Gap("an unknown charset")
    if isinstance(text, Gap):
        yield Gap(f"{place} of a mail: {text.reason}", expected=text.expected or part.get_content_maintype() != "text")
    elif kind == "text/html":
        yield Piece(_read_html(text), f"{place}, html")
    else:
        yield Piece(text, f"{place}, text")


def _is_known(part: "Message[str, str]") -> bool:
    try:
        codecs.lookup(part.get_content_charset() or "ascii")
    except LookupError:
        return False
    return True


class _Html(HTMLParser):
    """Gathers what a page shows, blocks on lines of their own."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.said: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.said += ["\n"] if tag in ("p", "br", "div", "tr", "li", "td", "th", "h1", "h2", "h3", "table") else []
        self.said += [f"\n{value}\n" for name, value in attrs if value and name in _SHOWN]

    def handle_data(self, data: str) -> None:
        self.said.append(data)

    def handle_comment(self, data: str) -> None:
        self.said.append(f"\n{data}\n")


def _read_html(text: str) -> str:
    parser = _Html()
    parser.feed(text)
    parser.close()
    return "".join(parser.said)
