"""The ways out: what the bot sends, restored in the fields its customer reads and nowhere else.

A placeholder in a URL or a header is never restored. A call the platform file does not list is refused.
"""

import contextlib
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from urllib.parse import unquote, urlsplit

from redactor import Conversation
from redactor.exceptions import NotFoundError
from redactor.reply import ReplyStream
from redactor.types import Form
from redactor_gateway.bodies import parsed, written
from redactor_gateway.errors import PayloadError, RefusedError
from redactor_gateway.forms import joined, pairs
from redactor_gateway.handles import parsed as parsed_handle
from redactor_gateway.handles import value_of
from redactor_gateway.incoming import Incoming, read
from redactor_gateway.mapping import FORM, Open
from redactor_gateway.markup import of_mrkdwn
from redactor_gateway.owners import conversation_key
from redactor_gateway.paths import Place, Value, matches, values
from redactor_gateway.platform import Call, Platform, Reply, Restored
from redactor_gateway.said import piecewise_restored

ByPublicId = Callable[[str], Conversation]
"""`Redactor.conversation_by_public_id`. Raises `NotFoundError`."""

_SEGMENT = re.compile(r"[A-Za-z0-9._~!$'()*+,;=:@|-]{1,512}")
"""What may stand in a segment of a call's path once it is decoded: no slash, no percent sign, no blank."""


_LONGEST_XML = 65536
"""Bytes; Twilio refuses a longer document (error 11750)."""


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A call, ready for the platform."""

    call: Call
    body: bytes = field(repr=False)
    conversation: Conversation | None
    said: tuple[ReplyStream, ...] = field(default=(), repr=False)
    """What the customer is told in it."""

    def record(self) -> None:
        """File what the customer is told as the assistant's turn: for when the platform has taken it. Raises
        `StorageError`, `DetectionError`; a second time it does nothing."""
        _record(self.said)


@dataclass(frozen=True, slots=True)
class Replied:
    """The bot's answer in the response, ready for the platform."""

    body: bytes = field(repr=False)
    said: tuple[ReplyStream, ...] = field(default=(), repr=False)

    def record(self) -> None:
        """See `Outgoing.record`."""
        _record(self.said)


def _record(said: Iterable[ReplyStream]) -> None:
    for each in said:
        each.record()


def allowed(platform: Platform, request: Incoming) -> tuple[Call, Mapping[str, str]]:
    """The call a request is, and what varies in its path. Raises `RefusedError` for any other."""
    segments = _segments(urlsplit(request.url).path)
    for call in platform.egress.calls:
        names = call.path.split("/")[1:]
        fits = call.method == request.method and call.body in ("none", _kind_of_body(request))
        if fits and segments is not None and len(names) == len(segments):
            found = _matched(names, segments)
            if found is not None:
                return call, found
    known = dict.fromkeys(f"{call.method} {call.path}" for call in platform.egress.calls)
    raise RefusedError(f"the platform file of {platform.name} allows no such call; expected one of {', '.join(known)}")


def _kind_of_body(request: Incoming) -> str:
    return "form" if request.media_type == FORM else "json"


def _segments(path: str) -> list[str] | None:
    first, *segments = path.split("/")
    decoded = [unquote(each) for each in segments]
    plain = all(_SEGMENT.fullmatch(each) and each not in (".", "..") for each in decoded)
    return decoded if not first and plain else None


def _matched(names: list[str], segments: list[str]) -> Mapping[str, str] | None:
    found = {}
    for name, segment in zip(names, segments, strict=True):
        varying, _, ending = name.partition("}")
        if name.startswith("{") and segment.endswith(ending):
            found[varying[1:]] = segment.removesuffix(ending)
        elif name != segment:
            return None
    return found


def restore_call(
    platform: Platform,
    request: Incoming,
    open: Open,  # noqa: A002
    by_public_id: ByPublicId,
    *,
    scan: bool = False,
    note_audience: str | None = None,
) -> Outgoing:
    """A call of the bot's with its values. `request.url`: any host; the route's base is what it goes to.

    `scan`: personal data that the conversation never held is masked in what its customer reads. `note_audience`: whom
    messages are restored for that the customer does not read; by default they stay as they are. Nothing is recorded
    yet: see `Outgoing.record`.

    Raises `RefusedError` for a call that is not listed, or whose customer is not to be known; `PayloadError` for a body
    that is not what the platform file says; `DetectionError` where it could not be scanned; `AudienceError` for an
    audience that there is not, `AuditError` where a note's restore cannot be noted: nothing was restored then.
    """
    call, segments = allowed(platform, request)
    if call.body == "none":
        if request.body:
            raise RefusedError(f"{call.method} {call.path} has no body; the bot sent one")
        return Outgoing(call, b"", None)
    payload = _payload(call, request)
    if not call.restore:
        return Outgoing(call, request.body, None)
    chat = _conversation(platform, call, request, payload, segments, open, by_public_id)
    restoring = _Restoring(chat, scan=scan)
    if any(values(each, payload) for each in call.private):
        if note_audience is None:
            return Outgoing(call, request.body, chat)
        restoring = _Restoring(chat, note_audience)
    body = _body(call, request.body, payload, restoring)
    return Outgoing(call, body, chat, tuple(restoring.said))


def _payload(call: Call, request: Incoming) -> Value:
    if call.body == "json":
        return parsed(request.body)
    found: dict[str, list[Value]] = {}
    for pair in pairs(_ascii(request.body)):
        found.setdefault(pair.name, []).append(pair.value)
    return {name: several if len(several) > 1 else several[0] for name, several in found.items()}


def _ascii(body: bytes) -> str:
    if body.isascii():
        return body.decode()
    raise PayloadError("the form is not percent-encoded")


def _conversation(
    platform: Platform,
    call: Call,
    request: Incoming,
    payload: Value,
    segments: Mapping[str, str],
    open: Open,  # noqa: A002
    by_public_id: ByPublicId,
) -> Conversation:
    """Whose values may be restored: by a handle, or by the ids the platform itself uses."""
    said = [set(read(source, request, payload, segments)) for source in call.conversation]
    if any(len(each) != 1 for each in said):
        raise RefusedError(
            f"{call.method} {call.path} does not say whose it is; expected one customer at "
            + ", ".join(call.conversation)
        )
    ids = [each.pop() for each in said]
    handles = {found.conversation for each in ids if (found := parsed_handle(_bare(each)))}
    if not handles:
        return open(conversation_key(platform, ids))
    if len(handles) == 1:
        try:
            return by_public_id(handles.pop())
        except NotFoundError:
            pass
    raise RefusedError("the call is for a conversation that there is not (any more)")


def _bare(text: str) -> str:
    """A handle without the channel's prefix ("whatsapp:")."""
    return text.rpartition(":")[2]


def _body(call: Call, body: bytes, payload: Value, restoring: "_Restoring") -> bytes:
    changed = _restored(call.restore, payload, restoring)
    if call.body == "json":
        return written(_with(payload, changed, ()))
    queues: dict[str, int] = {}
    out = []
    for pair in pairs(_ascii(body)):
        number = queues[pair.name] = queues.get(pair.name, -1) + 1
        now = changed.get((pair.name,)) if number == 0 else None
        out.append(pair.written(pair.name, pair.value if now is None else now))
    return joined(out).encode()


def _restored(rules: tuple[Restored, ...], payload: Value, restoring: "_Restoring") -> dict[Place, str]:
    """What is written at which place. A place that holds no string stays."""
    changed: dict[Place, str] = {}
    for rule in rules:
        for path in rule.paths:
            for place, value in matches(path, payload):
                if isinstance(value, str) and place not in changed:
                    changed[place] = restoring.written(rule, value)
    return changed


@dataclass(frozen=True, slots=True)
class _Restoring:
    """What the texts of one message are restored with."""

    chat: Conversation
    audience: str = "customer"
    scan: bool = False
    said: list[ReplyStream] = field(default_factory=list)
    """What is to be recorded once it was said."""

    def written(self, rule: Restored, text: str) -> str:
        """A field's text with its values. Whom a message is for stays in a note: only customers are written to."""
        if rule.form == "handle":
            prefix, colon, bare = text.rpartition(":")
            return prefix + colon + value_of(self.chat, bare) if self._is_for_customers() else text
        return self.text(text, rule.form, record=rule.record)

    def text(self, text: str, form: Form, *, record: bool) -> str:
        """What people read."""
        is_turn = record and self._is_for_customers()
        stream = self.chat.open_stream(self.audience, form, record=is_turn, scan=self.scan)
        restored = stream.feed(text) + stream.finish()
        if is_turn:
            self.said.append(stream)
        # Where something foreign was masked, labels keep their placeholders: by pieces it might not be found again.
        return self._labels(text) if form == "slack" and "|" in text and not stream.foreign else restored

    def _labels(self, text: str) -> str:
        """Slack's text with the labels of its links restored, too; their targets are not."""
        return piecewise_restored(
            of_mrkdwn(text), lambda raw: self.chat.restore(raw, self.audience, "slack", record=False).text
        )

    def _is_for_customers(self) -> bool:
        return self.audience == "customer"


def _with(value: Value, changed: Mapping[Place, str], at: Place) -> Value:
    if at in changed:
        return changed[at]
    if isinstance(value, Mapping):
        return {key: _with(item, changed, (*at, key)) for key, item in value.items()}
    if isinstance(value, list):
        return [_with(item, changed, (*at, number)) for number, item in enumerate(value)]
    return value


def restore_reply(platform: Platform, body: bytes, chat: Conversation | None, *, scan: bool = False) -> Replied:
    """The bot's answer in the response itself. Without a conversation, or where the platform takes no answer there,
    it goes as it is: with placeholders. `scan`, recording: as for `restore_call`.

    Raises `PayloadError`, `RefusedError`, `DetectionError`.
    """
    reply = platform.reply
    if reply is None or chat is None or not body.strip():
        return Replied(body)
    restoring = _Restoring(chat, scan=scan)
    if reply.body == "xml":
        restored = _xml(reply, body, restoring)
    else:
        payload = parsed(body)
        restored = written(_with(payload, _restored(reply.restore, payload, restoring), ()))
    return Replied(restored, tuple(restoring.said))


_BROKEN_XML = "the bot's XML is none: an element does not end, or text stands outside of all"

_TAG = re.compile(
    r"<(?P<ends>/?)(?P<name>[A-Za-z][A-Za-z0-9]*+)(?P<rest>[^<>]*+)>"
    r"|(?:<!--.*?(?:-->|(?P<a>\Z))|<!\[CDATA\[.*?(?:\]\]>|(?P<b>\Z))|<\?.*?(?:\?>|(?P<c>\Z)))",
    re.DOTALL,
)
"""Groups a, b and c: it has no end."""


def _xml(reply: Reply, body: bytes, restoring: _Restoring) -> bytes:
    """Text right inside the elements that the customer reads; nothing in attributes, comments, CDATA."""
    if len(body) > _LONGEST_XML:
        raise PayloadError(f"the bot's XML has more than {_LONGEST_XML} bytes")
    text = _utf8(body)
    out, reached, open_elements = [], 0, [""]
    for tag in _TAG.finditer(text):
        out.append(_xml_text(reply, text[reached : tag.start()], open_elements[-1], restoring))
        out.append(tag[0])
        reached = tag.end()
        if tag["name"] is None:
            is_broken = tag.lastgroup is not None
        elif tag["ends"]:
            is_broken = tag["name"] != open_elements.pop()
        else:
            is_broken = False
            open_elements += [tag["name"]] if not tag["rest"].endswith("/") else []
        if is_broken:
            raise PayloadError(_BROKEN_XML)
    if open_elements != [""] or text[reached:].strip():
        raise PayloadError(_BROKEN_XML)
    return "".join([*out, text[reached:]]).encode()


def _xml_text(reply: Reply, text: str, element: str, restoring: _Restoring) -> str:
    if text.strip() and not element:
        raise PayloadError(_BROKEN_XML)
    if element not in reply.elements or not text.strip():
        return text
    return restoring.text(text, "html", record=True)


def _utf8(body: bytes) -> str:
    with contextlib.suppress(UnicodeDecodeError):
        return body.decode()
    raise PayloadError("the bot's XML is not UTF-8")
