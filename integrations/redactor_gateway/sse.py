"""Server-sent events as bytes, in and out (WHATWG HTML, section 9.2), whatever pieces the network makes of them."""

from dataclasses import dataclass, field

from redactor_gateway.problems import bad_upstream


@dataclass(frozen=True, slots=True)
class Event:
    """One event. `data` is what the lines `data:` say, joined with newlines."""

    data: str = field(repr=False)
    name: str = ""

    def encoded(self) -> bytes:
        """As it goes over the wire."""
        lines = [f"event: {self.name}"] if self.name else []
        lines += [f"data: {line}" for line in self.data.split("\n")]
        return ("\n".join(lines) + "\n\n").encode("utf-8", "backslashreplace")


KEEP_ALIVE = b": keep-alive\n\n"
"""A comment that says nothing; sent where the upstream sends one, so that its own words stay there."""

_BOM = b"\xef\xbb\xbf"


class Events:
    """Takes bytes as they come and gives whole events; what has no end is none (section 9.2.6). Raises `ProblemError`
    where they cannot be read."""

    def __init__(self, most: int) -> None:
        """`most`: bytes that one event may have."""
        self._most, self._rest, self._size = most, [b""], 0
        self._data: list[str] = []
        self._name, self._began, self._ended_in_cr = "", False, False
        self.is_alive = False
        """Whether the last piece held a comment."""

    def feed(self, piece: bytes) -> list[Event]:
        """The events that this piece completes."""
        self.is_alive = False
        first, *others = self._lines(piece)
        self._rest.append(first)
        self._size += len(piece)
        events = []
        for line in others:
            if (event := self._line(b"".join(self._rest))) is not None:
                events.append(event)
            self._rest = [line]
        if self._size > self._most:
            raise bad_upstream("event_too_large", "the upstream sent an event that is larger than the gateway reads")
        return events

    def _lines(self, piece: bytes) -> list[bytes]:
        """The piece cut at the ends of lines: CR LF, LF or CR."""
        if self._ended_in_cr and piece[:1] == b"\n":
            piece = piece[1:]
        self._ended_in_cr = piece[-1:] == b"\r" if piece else False
        return piece.replace(b"\r\n", b"\n").replace(b"\r", b"\n").split(b"\n")

    def _line(self, raw: bytes) -> Event | None:
        if not self._began:
            raw, self._began = raw.removeprefix(_BOM), True
        if not raw:
            return self._dispatched()
        name, _, value = _decoded(raw).partition(":")
        self._field(name, value.removeprefix(" "))
        return None

    def _field(self, name: str, value: str) -> None:
        if name == "data":
            self._data.append(value)
        elif name == "event":
            self._name = value
        elif not name:
            self.is_alive = True

    def _dispatched(self) -> Event | None:
        event = Event("\n".join(self._data), self._name) if self._data else None
        self._data, self._name, self._size = [], "", 0
        return event


def _decoded(raw: bytes) -> str:
    decoded: str | None = None
    try:
        decoded = raw.decode()
    except UnicodeDecodeError:
        decoded = None
    if decoded is None:
        raise bad_upstream("malformed_stream", "the upstream sent a stream that is not UTF-8; it was not passed on")
    return decoded
