"""A chat platform as data: how it signs, whose conversation a message belongs to, which fields hold what, and which of
the bot's calls are restored where.

Those that ship are `platforms/*.toml`; one's own is a file of the same shape. Whatever would be ambiguous later is
refused when the file is loaded.
"""

import json
import re
import tomllib
from collections.abc import Iterable, Iterator
from functools import cached_property
from importlib.resources import files
from pathlib import Path as File
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, Field, ValidationError, model_validator

from redactor.exceptions import ConfigError
from redactor.taxonomy import entity_types
from redactor.types import Form, Role
from redactor.validation import explain, nearest, read_toml
from redactor_gateway.fields import KNOWN, SAID, Kind, Shape
from redactor_gateway.incoming import Source
from redactor_gateway.paths import Path, Place, Value, places
from redactor_gateway.schemes import Address, Ed25519, Hmac, Jwt, Scheme, Section, SharedSecret, Timestamp

__all__ = ["Call", "Echo", "Fields", "Handshake", "Part", "Platform", "Reply", "Restored", "shipped"]

_NAME = re.compile(r"[a-z][a-z0-9_]{1,39}")
_HOST = re.compile(r"[a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63}){1,8}")
_SEGMENT = re.compile(r"\{[a-z_]{1,32}\}(?:\.[a-z]{1,8})?|[A-Za-z0-9._~-]{1,64}")

Body = Literal["json", "form"]


def _entity_type(name: str) -> str:
    if not re.fullmatch(r"[A-Z][A-Z0-9_]*[A-Z]", name):
        raise ValueError("expected an entity type in upper case, such as PHONE_NUMBER")
    known = entity_types()
    if name not in known and (near := nearest(name, known)):
        raise ValueError(f"unknown entity type {name!r}{near}")
    return name


def _call_path(path: str) -> str:
    segments = path.split("/")
    if segments[0] or not all(map(_SEGMENT.fullmatch, segments[1:])):
        raise ValueError("expected a path such as /v2/apps/{app}/messages, with names in braces for what varies")
    return path


def _host(name: str) -> str:
    if not _HOST.fullmatch(name):
        raise ValueError("expected the name of a host, such as api.messenger.example")
    return name


Host = Annotated[str, AfterValidator(_host)]
EntityType = Annotated[str, AfterValidator(_entity_type)]
CallPath = Annotated[str, AfterValidator(_call_path)]


class Fields(Section):
    """Fields of one kind. Of two rules for one place the first in the file counts."""

    kind: Kind
    paths: tuple[Path, ...] = Field(min_length=1)
    entity: EntityType | None = None
    """For `identity` and `handle`: the entity type."""
    role: Role | None = None
    """For what is said: who says it; by default whoever the `echo` around it names, else the customer."""
    record: bool = True
    """Whether what is said is a turn; false where a platform repeats the message in another dress."""
    shape: Shape | None = None
    """For `protocol`: what the value must look like, or it is detected."""
    prefixes: tuple[str, ...] = ()
    """For `identity` and `handle`: the channel's prefixes, which stay ("whatsapp:")."""

    @model_validator(mode="after")
    def _fits_its_kind(self) -> Self:
        if (self.kind in KNOWN) != (self.entity is not None):
            raise ValueError(f"entity: goes with the kinds {' and '.join(KNOWN)}, and they need it")
        if (self.kind == "protocol") != (self.shape is not None):
            raise ValueError("shape: goes with the kind protocol, which needs it")
        if self.kind not in SAID and (self.role is not None or not self.record):
            raise ValueError(f"role, record: go with the kinds {', '.join(SAID)}")
        if self.kind not in KNOWN and self.prefixes:
            raise ValueError(f"prefixes: go with the kinds {' and '.join(KNOWN)}")
        return self


class Part(Section):
    """A piece of a payload that belongs to one conversation. Of parts inside each other the innermost counts."""

    each: Path = "$"
    conversation: tuple[Path, ...] = Field(min_length=1)
    """Paths from the part's own root; all must be there, or what is in the part is redacted for good, as belonging to
    no conversation."""
    has: tuple[Path, ...] = ()
    """Paths from the part's own root that must name something: what tells a ticket's event from a user's, whose ids
    are numbers too."""
    key: tuple[Path, ...] = ()
    """Paths from the part's own root to the message's id: what is resent is known by it."""


class Echo(Section):
    """Pieces of a payload in which the business speaks and not its customer: what the bot sent, told to all."""

    each: Path = "$"
    has: tuple[Path, ...] = ()
    """Paths from the piece's own root that must name something."""
    role: Role = "assistant"
    """Who speaks: `assistant`, the bot; `agent` where it can be nobody but a person of the business."""


class Handshake(Section):
    """A request by which a platform tries an endpoint out; it is answered and goes no further."""

    method: Literal["GET", "POST", "HEAD"] = "POST"
    when: Source
    equals: str
    token: Source | None = None
    """Where the verify token stands that must be the route's; without it, the request must be signed."""
    answer: Source | None = None
    """What is sent back, as plain text."""


class Restored(Section):
    """Fields of the bot's that this customer reads."""

    form: Form | Literal["handle"]
    """The syntax values are written in. `handle`: whom it is for, or which message; nothing else is restored there."""
    paths: tuple[Path, ...] = Field(min_length=1)
    record: bool = False
    """Whether it is the assistant's turn: for the field that holds the message itself."""

    @model_validator(mode="after")
    def _fits_its_form(self) -> Self:
        if self.record and self.form in ("handle", "url"):
            raise ValueError(f"record: a turn is what somebody reads, not {self.form!r}")
        return self


class Call(Section):
    """A call of the platform's API that the bot may make through the gateway. Every other one is refused."""

    method: Literal["GET", "POST", "PUT", "PATCH", "DELETE"] = "POST"
    path: CallPath
    body: Literal["json", "form", "none"] = "json"
    conversation: tuple[Source, ...] = ()
    """Where it is said whose conversation it is: a handle, or the same ids as in `part.conversation`, in order."""
    private: tuple[Path, ...] = ()
    """Paths that name something where the customer does not read the message, such as a note to colleagues: then
    nothing is restored."""
    restore: tuple[Restored, ...] = ()
    answer: tuple[Fields, ...] = ()
    """Fields of what the platform answers. It repeats the message, so the bot gets it redacted, like all else."""

    @model_validator(mode="after")
    def _knows_its_customer(self) -> Self:
        if any(rule.kind in SAID and rule.record for rule in self.answer):
            raise ValueError("answer: what is said there was recorded before; write record = false")
        if self.restore and not self.conversation:
            raise ValueError("conversation: values are restored for one customer; say where the call names its own")
        if self.body == "none" and self.restore:
            raise ValueError("restore: there is no body to restore in")
        return self


class Egress(Section):
    """Where the bot's calls go, and which are allowed."""

    base: Address | None = None
    """None where the address differs from customer to customer of the platform: the route names it."""
    address: Path | None = None
    """Where a payload says to which address its answer goes."""
    hosts: tuple[Host, ...] = ()
    """The hosts it may be on."""
    calls: tuple[Call, ...] = ()

    @model_validator(mode="after")
    def _trusts_no_address(self) -> Self:
        if (self.address is None) != (not self.hosts):
            raise ValueError("address, hosts: go together; values are sent to no host that is not listed")
        return self


class Reply(Section):
    """The bot's answer in the response itself."""

    body: Literal["json", "xml"] = "json"
    restore: tuple[Restored, ...] = ()
    """For JSON."""
    elements: tuple[str, ...] = ()
    """For XML: the elements whose text the customer reads."""

    @model_validator(mode="after")
    def _one_of_both(self) -> Self:
        if (self.body == "xml") != bool(self.elements) or (self.body == "json") != bool(self.restore):
            raise ValueError("expected `restore` for json, `elements` for xml")
        return self


class Platform(Section):
    """One platform. `Platform.load("slack")`, `Platform.load("mine.toml")`. Raises `ConfigError`."""

    name: str
    title: str
    documentation: Address
    bodies: tuple[Body, ...] = ("json",)
    deadline: float | None = Field(default=None, gt=0, le=60)
    """Seconds within which the platform documents that it wants an answer; None where it documents none."""
    verify: tuple[Scheme, ...] = Field(min_length=1)
    """The ways it can be set up to sign; the route names one, the first is the usual one."""
    resign: Literal["same", "standardwebhooks"] = "same"
    handshake: tuple[Handshake, ...] = ()
    replay: tuple[Source, ...] = ()
    """Where the delivery's own id stands, which is the same when it is sent again; else those of the parts count."""
    part: tuple[Part, ...] = Field(min_length=1)
    echo: tuple[Echo, ...] = ()
    fields: tuple[Fields, ...] = ()
    egress: Egress = Egress()
    reply: Reply | None = None

    @classmethod
    def load(cls, source: "str | File | Platform") -> "Platform":
        """A shipped platform by its name, or one's own by its file."""
        if isinstance(source, Platform):
            return source
        known = shipped()
        if str(source) in known:
            text = files("redactor_gateway").joinpath("platforms", f"{source}.toml").read_text("utf-8")
            return cls.from_dict(tomllib.loads(text), f"{source}.toml")
        path = File(source)
        if path.suffix != ".toml":
            raise ConfigError(
                f"unknown platform ({len(str(source))} characters){nearest(str(source), known)}; expected a .toml file "
                f"or one of {', '.join(known)}"
            )
        absent = f"there is no platform file {path}; expected a .toml file, or one of {', '.join(known)}"
        return cls.from_dict(read_toml(path, ConfigError, absent), path.name)

    @classmethod
    def from_dict(cls, data: dict[str, Any], file: str = "") -> "Platform":
        """A platform from parsed TOML; `file` names it in errors."""
        problem = ""
        try:
            return cls.model_validate(data)
        except ValidationError as error:
            problem = explain(error, _SECTIONS)
        raise ConfigError(f"{file}: {problem}" if file else problem)

    @classmethod
    def published_schema(cls) -> dict[str, Any]:
        """JSON Schema (2020-12) of a platform file, for editors."""
        return {"$schema": "https://json-schema.org/draft/2020-12/schema", **cls.model_json_schema()}

    @model_validator(mode="after")
    def _is_of_one_piece(self) -> Self:
        if not _NAME.fullmatch(self.name):
            raise ValueError("name: expected lower case letters, digits and underscores")
        names = [scheme.name for scheme in self.verify]
        if len(set(names)) != len(names):
            raise ValueError("verify: two ways have the same name")
        if self.resign == "same" and any(isinstance(scheme, Jwt) for scheme in self.verify):
            raise ValueError('resign: only its issuer can sign a token; write resign = "standardwebhooks"')
        return self

    def scheme(self, name: str = "") -> Scheme:
        """A way to sign by its name; the usual one without. Raises `ConfigError`."""
        for scheme in self.verify:
            if name in ("", scheme.name):
                return scheme
        names = [scheme.name for scheme in self.verify]
        raise ConfigError(f"{self.name}: unknown way to sign{nearest(name, names)}; expected {', '.join(names)}")

    @cached_property
    def field_rules(self) -> tuple[tuple[str, Fields], ...]:
        """Every path with its rule, in the file's order."""
        return by_path(self.fields)


def by_path(fields: Iterable[Fields]) -> tuple[tuple[str, Fields], ...]:
    """Every path with its rule, in the file's order."""
    return tuple((path, rule) for rule in fields for path in rule.paths)


def by_place(rules: Iterable[tuple[str, Fields]], payload: Value) -> dict[Place, Fields]:
    """The rule of every place that one names; of two the first counts. Raises `PayloadError`."""
    found: dict[Place, Fields] = {}
    for path, rule in rules:
        for place in places(path, payload):
            found.setdefault(place, rule)
    return found


def shipped() -> tuple[str, ...]:
    """The names of the platforms that ship."""
    return tuple(sorted(_names()))


def _names() -> Iterator[str]:
    for file in files("redactor_gateway").joinpath("platforms").iterdir():
        if file.name.endswith(".toml"):
            yield file.name.removesuffix(".toml")


def schema_text() -> str:
    """What `platforms/schema.json` holds."""
    return json.dumps(Platform.published_schema(), indent=2, sort_keys=True) + "\n"


_SECTIONS = (
    Platform, Fields, Part, Echo, Handshake, Restored, Call, Egress, Reply, Hmac, Ed25519, SharedSecret, Jwt, Timestamp,
)  # fmt: skip
