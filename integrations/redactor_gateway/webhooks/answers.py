"""What a platform gets back: the bot's answer with its values, or words of our own in the platform's shape."""

import json
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from html import escape

from redactor_gateway.incoming import as_text
from redactor_gateway.paths import Value, values
from redactor_gateway.webhooks.route import Route
from redactor_gateway.webhooks.settings import AnswerSettings


@dataclass(frozen=True, slots=True)
class Answer:
    """A response, whole."""

    status: int
    body: bytes = field(default=b"", repr=False)
    """Holds values where it is the bot's."""
    media_type: str = ""
    retry_after: int | None = None
    """Seconds after which the platform may send it again."""


TAKEN = Answer(200)
"""It is safe; nothing more is to be said."""

AGAIN = Answer(503, retry_after=1)
"""It is not durable: the platform is to send it again."""


def _twiml(text: str, payload: Value) -> bytes:
    return f'<?xml version="1.0" encoding="UTF-8"?><Response><Message>{escape(text)}</Message></Response>'.encode()


def _rasa(text: str, payload: Value) -> bytes:
    whom = next(iter(values("$.sender", payload)), "")
    return json.dumps([{"recipient_id": as_text(whom), "text": text}]).encode()


def _dialogflow(text: str, payload: Value) -> bytes:
    return json.dumps({"fulfillmentResponse": {"messages": [{"text": {"text": [text]}}]}}).encode()


_SHAPES: Mapping[str, tuple[str, Callable[[str, Value], bytes]]] = {
    # https://www.twilio.com/docs/messaging/twiml
    "twilio_messaging": ("text/xml", _twiml),
    # https://rasa.com/docs/rasa/connectors/your-own-website/
    "rasa": ("application/json", _rasa),
    # https://cloud.google.com/dialogflow/cx/docs/concept/webhook
    "dialogflow_cx": ("application/json", _dialogflow),
}
"""How a platform that takes its answer in the response is told a text."""

_NOTHING: Mapping[str, Answer] = {
    "twilio_messaging": Answer(200, b'<?xml version="1.0" encoding="UTF-8"?><Response/>', "text/xml"),
    "rasa": Answer(200, b"[]", "application/json"),
    "dialogflow_cx": Answer(200, b"{}", "application/json"),
}
"""How such a platform is told that there is nothing to say."""


def can_say(route: Route) -> bool:
    """Whether the gateway has a way to tell a customer something, also beside what the bot says."""
    return route.settings.say is not None or (route.mode == "inline" and route.platform.name in _SHAPES)


def nothing(route: Route) -> Answer:
    """Accepted, and nothing for the customer in the response."""
    return _NOTHING.get(route.platform.name, TAKEN)


def words(route: Route, text: str, payload: Value) -> Answer | None:
    """A text of our own as the response; None where the platform shows no response to its customer."""
    if route.mode != "inline":
        return None
    own = route.settings.answers
    if own.body is not None:
        return Answer(200, _filled(own, text), own.media_type or "application/json")
    if route.platform.name not in _SHAPES:
        return None
    media_type, written = _SHAPES[route.platform.name]
    return Answer(200, written(text, payload), media_type)


def preceded(route: Route, texts: Sequence[str], answer: Answer, payload: Value) -> Answer:
    """The bot's answer, in the platform's shape, with words of our own before it; those alone where it has none."""
    for text in reversed(texts):
        ours = words(route, text, payload)
        if ours is not None:
            joined = _joined(route.platform.name, ours.body, answer.body) if answer.status == 200 else None
            answer = replace(ours, body=joined) if joined is not None else ours
    return answer


def _joined(platform: str, ours: bytes, theirs: bytes) -> bytes | None:
    """Two responses in one; None where they do not fit into one."""
    with suppress(ValueError, KeyError, TypeError, AttributeError):
        if platform == "twilio_messaging":
            message = ours[ours.index(b"<Response>") + 10 : ours.index(b"</Response>")]
            return theirs.replace(b"<Response>", b"<Response>" + message, 1) if b"<Response>" in theirs else None
        first, second = json.loads(ours), json.loads(theirs)
        if platform == "rasa":
            return json.dumps([*first, *second]).encode()
        if platform == "dialogflow_cx":
            inner = second.setdefault("fulfillmentResponse", {})
            inner["messages"] = [*first["fulfillmentResponse"]["messages"], *inner.get("messages", [])]
            return json.dumps(second).encode()
    return None


def _filled(own: AnswerSettings, text: str) -> bytes:
    """The configured response; the text escaped as its type needs."""
    kind = own.media_type or "application/json"
    escaped = text
    if "json" in kind:
        escaped = json.dumps(text)[1:-1]
    elif "xml" in kind or "html" in kind:
        escaped = escape(text)
    return (own.body or "").replace("{text}", escaped).encode()
