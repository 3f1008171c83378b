"""The way in: a payload as a platform sends it becomes one that a bot may see.

Every string is looked at. What the platform file names is handled as it says; what no rule names is detected.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from redactor import Conversation, Redactor, json_text
from redactor_gateway.back import Spot, walked_back
from redactor_gateway.bodies import parsed, text_of, written
from redactor_gateway.echoes import speakers
from redactor_gateway.errors import PayloadError
from redactor_gateway.fields import KNOWN, SAID, Kind, has_shape, without_prefix
from redactor_gateway.forms import joined, pairs
from redactor_gateway.incoming import as_text
from redactor_gateway.owners import Owner, Owners
from redactor_gateway.paths import Place, Value, leaves, pointer
from redactor_gateway.platform import Echo, Fields, Platform, by_path, by_place
from redactor_gateway.said import Said

FORM = "application/x-www-form-urlencoded"

_SHORTEST_PERSONAL = 6
"""Characters of a value that are looked for inside ids; shorter ones stand there by chance."""
_ANY_ID = "ACCOUNT_ID"
"""The type of an id that is made of something personal."""

_ASIDE: Collection[Kind | None] = (None, "protocol", "json_string", "form")
"""Kinds that are no turn."""

Open = Callable[[str], Conversation]
"""The conversation a route knows by a key; the route adds its own name and tenant."""


@dataclass(frozen=True, slots=True)
class Change:
    """One place of a payload that was looked at."""

    path: str
    """JSON Pointer (RFC 6901) in the redacted payload."""
    kind: Kind | None
    """None where no rule names it."""
    became: str | int | float
    """The redacted value."""
    changed: bool


@dataclass(frozen=True, slots=True)
class Mapped:
    """A redacted payload."""

    payload: Value
    conversations: tuple[Conversation, ...]
    """Whose it is; several where a platform sends batches."""
    changes: tuple[Change, ...]
    _spots: Mapping[Place, Spot] = field(default_factory=dict, repr=False)
    _names: Mapping[Place, Owner] = field(default_factory=dict, repr=False)
    """Whose the names of fields are."""

    def restored(self) -> Value:
        """The payload as it came in, as far as the policy keeps values for the customer."""
        return walked_back(self.payload, self._spots, self._names)


def redact_payload(platform: Platform, payload: Value, open: Open, redactor: Redactor) -> Mapped:  # noqa: A002
    """A parsed payload, redacted; `open` gives the conversation of a key that says nothing outside this process.

    Raises `PayloadError` for a payload that cannot be followed, and as `Conversation.redact`: nothing goes on then.
    """
    owners = Owners.of_payload(platform, payload, open, redactor)
    return _Inward(platform.field_rules, payload, owners, platform.echo).mapped()


def redact_answer(fields: Sequence[Fields], body: bytes, chat: Conversation | None, redactor: Redactor) -> bytes:
    """What a platform answers to a call of the bot's: it repeats what was sent, with its values. Without a
    conversation nothing of it can be restored later."""
    owners = Owners.of_one(chat, redactor)
    if not body.strip():
        return body
    try:
        payload = parsed(body)
    except PayloadError:
        return str(owners.of(()).whose.aside(text_of(body), "")).encode("utf-8", "surrogatepass")
    return written(_Inward(by_path(fields), payload, owners).mapped().payload)


def redact_body(
    platform: Platform,
    body: bytes,
    media_type: str,
    open: Open,  # noqa: A002
    redactor: Redactor,
) -> tuple[bytes, Mapped]:
    """The same for a body as it came over HTTP; gives the one to send on. `media_type`: without parameters."""
    if media_type == FORM and "form" in platform.bodies:
        return _redacted_form(platform, text_of(body), open, redactor)
    if "json" not in platform.bodies:
        raise PayloadError(f"the body is not of the type {platform.name} sends; expected {FORM}")
    mapped = redact_payload(platform, parsed(body), open, redactor)
    return written(mapped.payload), mapped


def _redacted_form(platform: Platform, text: str, open: Open, redactor: Redactor) -> tuple[bytes, Mapped]:  # noqa: A002
    """Fields in order; a repeated one is a list where paths are followed."""
    fields = pairs(text)
    payload: dict[str, Any] = {}
    for pair in fields:
        payload.setdefault(pair.name, []).append(pair.value)
    values = {name: several if len(several) > 1 else several[0] for name, several in payload.items()}
    owners = Owners.of_payload(platform, values, open, redactor)
    mapped = _Inward(platform.field_rules, values, owners, platform.echo, is_form=True).mapped()
    assert isinstance(mapped.payload, dict)  # noqa: S101  a dict went in
    names = dict(zip(values, mapped.payload, strict=True))
    queues = {
        old: iter(now if isinstance(now, list) else [now])
        for old, now in zip(values, mapped.payload.values(), strict=True)
    }
    out = [pair.written(names[pair.name], str(next(queues[pair.name]))) for pair in fields]
    return joined(out).encode(), mapped


class _Inward:
    """One payload on its way in."""

    def __init__(
        self,
        rules: Sequence[tuple[str, Fields]],
        payload: Value,
        owners: Owners,
        echo: tuple[Echo, ...] = (),
        *,
        is_form: bool = False,
    ) -> None:
        self._payload, self._owners, self._is_form = payload, owners, is_form
        self._leaves = list(leaves(payload))
        self._rules = by_place(rules, payload)
        self._speakers = speakers(echo, payload)
        named = ((self._rule(place), value) for place, value in self._leaves)
        texts = (as_text(value).lower() for rule, value in named if rule is not None and rule.kind in KNOWN)
        self._personal = {text for text in texts if len(text) >= _SHORTEST_PERSONAL}
        self._now: dict[Place, str | int | float] = {}
        self._turns: dict[Place, str | None] = {}
        self._spots: dict[Place, Spot] = {}
        self._names: dict[Place, Owner] = {}
        self._changes: list[Change] = []

    def mapped(self) -> Mapped:
        """Known values first, so that texts are read in their light; what is said last, and what no rule names once
        more after it: asking again costs nothing where nothing new became known."""
        self._each(KNOWN)
        self._each(_ASIDE)
        self._say()
        self._each(_ASIDE)
        payload = self._build(self._payload, (), ())
        return Mapped(payload, self._owners.conversations, tuple(self._changes), self._spots, self._names)

    def _rule(self, place: Place) -> Fields | None:
        found = self._rules.get(place)
        return self._rules.get(place[:1]) if found is None and self._is_form else found

    def _kind(self, place: Place, value: Value) -> Kind | None:
        """The kind of a place; a rule that does not fit what stands there does not count."""
        rule = self._rule(place)
        if rule is None or (rule.kind not in (*KNOWN, "protocol") and not isinstance(value, str)):
            return None
        return rule.kind

    def _each(self, kinds: Collection[Kind | None]) -> None:
        for place, value in self._leaves:
            if isinstance(value, str | int | float) and not isinstance(value, bool):
                kind = self._kind(place, value)
                if kind in kinds:
                    self._now[place] = self._changed(place, value, kind)

    def _changed(self, place: Place, value: str | int | float, kind: Kind | None) -> str | int | float:
        rule, owner = self._rule(place), self._owners.of(place)
        if rule is not None and kind in KNOWN:
            return _known(owner, rule, value)
        if rule is not None and rule.shape and has_shape(rule.shape, value):
            return owner.whose.handle(str(value), _ANY_ID) if self._tells(value) else value
        if isinstance(value, str) and kind in ("json_string", "form"):
            return _data(owner, value, kind, _hint(place))
        return owner.whose.aside(value, _hint(place))

    def _tells(self, value: str | int | float) -> bool:
        """Whether an id is made of a value that the payload itself names as personal, as some channels' are."""
        text = str(value).lower()
        return any(each in text for each in self._personal)

    def _say(self) -> None:
        """Per conversation in one go."""
        said: dict[int, list[tuple[Place, Said]]] = {}
        for place, value in self._leaves:
            rule = self._rule(place)
            if isinstance(value, str) and rule is not None and rule.kind in SAID:
                owner = self._owners.of(place)
                turn = f"{owner.message}{pointer(place)}" if owner.message else None
                each = Said(value, rule.kind, self._speakers.role(place, rule), turn, rule.record)
                said.setdefault(id(owner.whose), []).append((place, each))
        for group in said.values():
            owner = self._owners.of(group[0][0])
            for (place, _), now in zip(group, owner.whose.say([each for _, each in group]), strict=True):
                self._now[place], self._turns[place] = now.text, now.turn_id

    def _build(self, value: Value, at: Place, to: Place) -> Value:
        if isinstance(value, Mapping):
            built: dict[str, Value] = {}
            for key, item in value.items():
                name = self._key(key, at, built)
                self._names[(*to, name)] = self._owners.of((*at, key))
                built[name] = self._build(item, (*at, key), (*to, name))
            return built
        if isinstance(value, list):
            return [self._build(item, (*at, number), (*to, number)) for number, item in enumerate(value)]
        if value is None or isinstance(value, bool):
            return value
        return self._noted(value, at, to)

    def _key(self, key: str, at: Place, taken: Mapping[str, Value]) -> str:
        """A field's name; two that would read the same after it stay apart."""
        name = free = str(self._owners.of((*at, key)).whose.aside(key, None))
        number = 1
        while free in taken:
            number += 1
            free = f"{name} ({number})"
        return free

    def _noted(self, value: str | int | float, at: Place, to: Place) -> str | int | float:
        now, kind = self._now[at], self._kind(at, value)
        number = type(value) if isinstance(value, int | float) else None
        rule = self._rule(at) if kind else None
        self._spots[to] = Spot(self._owners.of(at), rule, self._turns.get(at), number)
        self._changes.append(Change(pointer(to), kind, now, now != value))
        return now


def _hint(place: Place) -> str:
    """What a value is about: the name of its field."""
    return next((part for part in reversed(place) if isinstance(part, str)), "")


def _known(owner: Owner, rule: Fields, value: str | int | float) -> str | int | float:
    text = value if isinstance(value, str) else repr(value)
    prefix, bare = without_prefix(text, rule.prefixes)
    redact = owner.whose.handle if rule.kind == "handle" else owner.whose.known
    now = redact(bare, rule.entity or "") if bare else bare
    return value if now == bare else prefix + now


def _data(owner: Owner, text: str, kind: Kind, hint: str) -> str:
    """Data in a string. What is no such data is a text like any other."""
    if kind == "json_string":
        if not json_text.is_structure(text):
            return str(owner.whose.aside(text, hint))
        asked = json_text.plan(
            text, lambda value, about: _asked(owner, value, about if about is None else about or hint)
        )
        return str(asked())
    fields = pairs(text)
    return joined(
        [
            each.written(str(owner.whose.aside(each.name, None)), str(owner.whose.aside(each.value, each.name)))
            for each in fields
        ]
    )


def _asked(owner: Owner, value: str | int | float, hint: str | None) -> json_text.Build:
    now = owner.whose.aside(value, hint)
    return lambda: now
