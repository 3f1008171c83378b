"""What the gateway itself says to a customer of a platform that takes no answer in the response: a call of the
platform's API that goes the bot's own way out."""

import re
from collections.abc import Mapping
from urllib.parse import quote, urlencode

from pydantic import JsonValue

from redactor.exceptions import ConfigError
from redactor_gateway.bodies import written
from redactor_gateway.incoming import as_text
from redactor_gateway.mapping import FORM
from redactor_gateway.paths import Value, values
from redactor_gateway.webhooks.addresses import way_out
from redactor_gateway.webhooks.outbox import Message
from redactor_gateway.webhooks.route import Route

_NAME = re.compile(r"\{([a-z_]{1,32})\}")


def said(route: Route, text: str, redacted: Value) -> Message | None:
    """The call that says a text to whom a redacted payload is from, without an id; None where the route has no such
    call.

    It is filled from the redacted payload, so nothing personal is kept while it waits. Raises `ConfigError` where the
    payload has not what it is to be filled from, `PayloadError` where it does not say where to.
    """
    call = route.settings.say
    if call is None:
        return None
    body = {key: _filled(item, text, redacted) for key, item in call.body.items()}
    names = {name: _one(path, redacted) for name, path in call.names.items()}
    path = way_out(route, redacted) + _NAME.sub(lambda found: quote(names.get(found[1], found[0]), safe=""), call.path)
    if call.form:
        return Message("", route.name, "say", urlencode(body).encode(), FORM, (), call.method, path)
    return Message("", route.name, "say", written(body), "application/json", (), call.method, path)


def _filled(value: "Value | JsonValue", text: str, redacted: Value) -> Value:
    if isinstance(value, Mapping):
        return {key: _filled(item, text, redacted) for key, item in value.items()}
    if isinstance(value, list):
        return [_filled(item, text, redacted) for item in value]
    if isinstance(value, str):
        return _one(value, redacted) if value.startswith("$.") else value.replace("{text}", text)
    return value


def _one(path: str, redacted: Value) -> str:
    found = [text for each in values(path, redacted) if (text := as_text(each))]
    if len(set(found)) != 1:
        raise ConfigError(f"say: expected one text at {path} in the payload, and there are {len(set(found))}")
    return found[0]
