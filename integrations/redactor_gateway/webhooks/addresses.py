"""Platforms whose payloads say where the bot's answer goes: the bot reads our way out there, and it leads back.

Nothing is remembered: the platform's address stands in ours. It is called only where the platform file or the route
lists its host, whatever a bot makes of it.
"""

import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Collection, Mapping
from contextlib import suppress
from urllib.parse import urlsplit

from redactor_gateway.errors import PayloadError, RefusedError
from redactor_gateway.paths import Place, Value, matches
from redactor_gateway.webhooks.pieces import replaced
from redactor_gateway.webhooks.route import Route

_STEP = "/to/"
_SEGMENT = re.compile(r"(?!\.{1,2}\Z)[A-Za-z0-9_.~-]{1,128}")
_LONGEST = 384
"""Characters of an address; what it becomes stands in one segment of a path, where 512 are read."""


def is_listed(address: str, bases: Collection[str]) -> bool:
    """Whether an address is on one of these hosts, and nothing but scheme, host and a plain path."""
    with suppress(ValueError):
        parts = urlsplit(address)
        segments = parts.path.removesuffix("/").split("/")[1:]
        is_plain = not (parts.query or parts.fragment or re.search(r"[?#\s\x00-\x20]", address))
        fits = all(map(_SEGMENT.fullmatch, segments)) and len(address) <= _LONGEST and address.isascii()
        return is_plain and fits and f"{parts.scheme}://{parts.netloc}" in bases
    return False


def way_out(route: Route, payload: Value) -> str:
    """What stands before the paths of calls that answer a payload: where it says where to; '' on other platforms.

    Raises `PayloadError` where it names none or several, or one that is not listed.
    """
    found = set(_named(route, payload).values())
    return f"{_STEP}{_coded(found.pop())}" if len(found) == 1 else ""


def answered_here(route: Route, payload: Value) -> Value:
    """A payload whose bot answers by our way out. Raises as `way_out`."""
    url = route.egress.url if route.egress is not None else None
    named = _named(route, payload)
    if url is None or not named:
        return payload
    # With a slash at its end or without, as it came: bots put their paths behind it accordingly.
    ours = {
        place: f"{url.rstrip('/')}{_STEP}{_coded(theirs)}{'/' if theirs.endswith('/') else ''}"
        for place, theirs in named.items()
    }
    return replaced(payload, ours)


def _named(route: Route, payload: Value) -> Mapping[Place, str]:
    egress, path = route.egress, route.platform.egress.address
    if egress is None or egress.url is None or path is None:
        return {}
    found = {place: str(value) for place, value in matches(path, payload)}
    if len(set(found.values())) != 1 or not all(is_listed(each, egress.bases) for each in found.values()):
        raise PayloadError(
            f"the payload does not name one listed address at {path}; expected one of the hosts in the platform file, "
            "or in the route's egress.bases"
        )
    return found


def addressed(path: str, bases: Collection[str]) -> tuple[str, str]:
    """The platform's address, without a slash at its end, and the path behind it, from the path of a bot's call.
    Raises `RefusedError`."""
    if path.startswith(_STEP):
        coded, slash, rest = path.removeprefix(_STEP).partition("/")
        address = _decoded(coded)
        if slash and is_listed(address, bases):
            return address.removesuffix("/"), f"/{rest}"
    raise RefusedError("the call does not go to an address that a payload named; expected the one the bot was given")


def _coded(address: str) -> str:
    return urlsafe_b64encode(address.encode()).decode().rstrip("=")


def _decoded(coded: str) -> str:
    with suppress(ValueError):
        address = urlsafe_b64decode(coded + "=" * (-len(coded) % 4)).decode("ascii")
        return address if _coded(address) == coded else ""
    return ""
