"""The pieces of a payload: whose each is, and the payload without some of them."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from redactor_gateway.bodies import parsed, text_of
from redactor_gateway.echoes import speakers
from redactor_gateway.fields import SAID
from redactor_gateway.forms import pairs
from redactor_gateway.incoming import Incoming, as_text
from redactor_gateway.mapping import FORM
from redactor_gateway.owners import conversation_key
from redactor_gateway.paths import Place, Value, matches, places, value_at, values
from redactor_gateway.platform import Platform, by_place


@dataclass(frozen=True, slots=True)
class Piece:
    """One piece of a payload that says whose it is."""

    place: Place
    key: str = field(repr=False)
    """See `owners.conversation_key`: it holds the platform's own ids."""
    value: Value = field(default=None, repr=False)


def payload_of(platform: Platform, request: Incoming) -> Value:
    """A request's body, parsed; None where there is none. A form's repeated fields are lists. Raises `PayloadError`."""
    if not request.body:
        return None
    if request.media_type != FORM or "form" not in platform.bodies:
        return parsed(request.body)
    found: dict[str, list[Value]] = {}
    for pair in pairs(text_of(request.body)):
        found.setdefault(pair.name, []).append(pair.value)
    return {name: several if len(several) > 1 else several[0] for name, several in found.items()}


def pieces(platform: Platform, payload: Value) -> list[Piece]:
    """Every piece that belongs to one conversation; of rules for one place the first that fits counts."""
    found: dict[Place, Piece] = {}
    for part in platform.part:
        for place, piece in matches(part.each, payload):
            ids = [_only(path, piece) for path in part.conversation]
            if place not in found and all(ids) and all(values(path, piece) for path in part.has):
                found[place] = Piece(place, conversation_key(platform, ids), piece)
    return list(found.values())


def _only(path: str, piece: Value) -> str:
    found = {as_text(value) for value in values(path, piece)}
    return found.pop() if len(found) == 1 else ""


def said_in(platform: Platform, payload: Value, place: Place) -> list[str]:
    """What the customer says in a piece, as the platform sent it: the turns and nothing that only repeats them."""
    who = speakers(platform.echo, payload)
    said = (
        (at, rule)
        for at, rule in by_place(platform.field_rules, payload).items()
        if rule.kind in SAID and rule.record and at[: len(place)] == place and who.role(at, rule) == "customer"
    )
    return [value for at, _ in said if isinstance(value := value_at(payload, at), str)]


def without_texts(platform: Platform, payload: Value) -> Value:
    """A payload in which nobody says anything: what is left tells whom an answer goes to."""
    silent: dict[Place, Value] = {}
    for path, rule in platform.field_rules:
        if rule.kind not in ("identity", "handle", "protocol"):
            silent |= dict.fromkeys(places(path, payload), "")
    return replaced(payload, silent)


def replaced(value: Value, new: Mapping[Place, Value], at: Place = ()) -> Value:
    """A payload with other values at some places."""
    if at in new:
        return new[at]
    if isinstance(value, Mapping):
        return {key: replaced(item, new, (*at, key)) for key, item in value.items()}
    if isinstance(value, list):
        return [replaced(item, new, (*at, number)) for number, item in enumerate(value)]
    return value


def without(value: Value, gone: Collection[Place], at: Place = ()) -> Value:
    """A payload without what stands at some places."""
    if isinstance(value, Mapping):
        kept = ((key, item) for key, item in value.items() if (*at, key) not in gone)
        return {key: without(item, gone, (*at, key)) for key, item in kept}
    if isinstance(value, list):
        kept_items = ((number, item) for number, item in enumerate(value) if (*at, number) not in gone)
        return [without(item, gone, (*at, number)) for number, item in kept_items]
    return value
