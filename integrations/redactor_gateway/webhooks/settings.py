"""`[gateway.routes.<name>]` of redactor.toml: which platform calls, which bot is called, and what may come back.

Secrets are never in the file: it names an environment variable or a file for each.
"""

import os
import re
import stat
from collections.abc import Mapping
from ipaddress import ip_address
from pathlib import Path
from typing import Annotated, Any, Literal, Self, TypeVar
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, JsonValue, ValidationError, model_validator

from redactor.exceptions import ConfigError
from redactor.secret import Secret
from redactor.validation import explain
from redactor_gateway.network import is_never_called
from redactor_gateway.webhooks.consent_gate import ConsentSection

T = TypeVar("T", bound=BaseModel)

_NAME = re.compile(r"[A-Za-z0-9_-]{1,64}")

Mode = Literal["queue", "inline"]


class Section(BaseModel):
    """Base of every section: an unknown key is a mistake, and no value is echoed."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)


def _address(url: str) -> str:
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.fragment or parts.username:
        raise ValueError("expected an address such as https://bot.example/hook, without a user and without a fragment")
    if is_never_called(parts.hostname):
        raise ValueError("link-local addresses are where clouds keep credentials; they are never called")
    return url


def _base(url: str) -> str:
    """Where values go in clear: encrypted, or not off this machine."""
    parts = urlsplit(_address(url))
    if parts.query or parts.path.strip("/"):
        raise ValueError("expected scheme and host only; the paths are those of the platform file")
    if parts.scheme != "https" and not _is_here(parts.hostname or ""):
        raise ValueError("values are sent there: expected https")
    return url.rstrip("/")


def _is_here(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _header(name: str) -> str:
    if not name or not all(each.isascii() and (each.isalnum() or each == "-") for each in name):
        raise ValueError("expected the name of a header")
    return name.lower()


Address = Annotated[str, AfterValidator(_address)]
Base = Annotated[str, AfterValidator(_base)]
HeaderName = Annotated[str, AfterValidator(_header)]


class SecretSource(Section):
    """Where a secret is: an environment variable, or a file that only its owner and group may read."""

    env: str | None = None
    file: Path | None = None

    @model_validator(mode="after")
    def _is_one_of_both(self) -> Self:
        if (self.env is None) == (self.file is None):
            raise ValueError("expected either env or file, and not both")
        return self

    def read(self, folder: Path = Path()) -> Secret[str]:
        """The secret. `folder`: what a relative file is looked for in. Raises `ConfigError`."""
        found = os.environ.get(self.env, "") if self.env else self._content(folder / (self.file or Path()))
        if not found:
            where = f"the environment variable {self.env}" if self.env else f"the file {self.file}"
            raise ConfigError(f"expected a secret in {where}, and there is none")
        return Secret(found)

    def _content(self, path: Path) -> str:
        try:
            if path.stat().st_mode & stat.S_IROTH:
                raise ConfigError(f"everybody may read the secret in {path}; take the right away: chmod o-r")
            return path.read_text("utf-8").strip()
        except (OSError, UnicodeDecodeError):
            return ""


class SaidCall(Section):
    """A call of the platform's API by which the gateway itself says something to a customer.

    It goes the bot's own way out: the platform file must allow it, and knows whose values may be restored in it.
    """

    path: str
    """As in the platform file; `{name}` in it is filled from `names`."""
    method: Literal["POST", "PUT", "PATCH"] = "POST"
    names: Mapping[str, str] = Field(default_factory=dict)
    """What fills the path: a JSONPath in the redacted payload."""
    body: Mapping[str, JsonValue]
    """A string `{text}` in it becomes what is said, a string that begins with `$.` what stands there in the redacted
    payload."""
    form: bool = False
    """Whether the body is sent as a form, else as JSON."""


class TargetSection(Section):
    """How a target is connected to. Files are looked for beside the configuration."""

    ca: Path | None = None
    """Whose certificates are trusted, and no others; by default those the system trusts."""
    client_certificate: Path | None = None
    client_key: Path | None = None
    """What is shown to a server that asks for a client's certificate."""
    allow_private: bool = False
    """Whether a public name may lead to a private address, as in a company's own network."""

    @model_validator(mode="after")
    def _key_has_a_certificate(self) -> Self:
        if self.client_key and not self.client_certificate:
            raise ValueError("client_key: it goes with a client_certificate")
        return self


class EgressSettings(TargetSection):
    """The bot's way to the platform's API."""

    base: Base | None = None
    """The platform's address, where its file has none or another one is wanted."""
    bases: tuple[Base, ...] = ()
    """More addresses that payloads may name, where they say where the bot answers; the platform file lists its own."""
    url: Address | None = None
    """This way out as the bot calls it (`http://gateway:8080/egress/support`): payloads that say where the bot answers
    get it in that place."""
    authorization: tuple[SecretSource, ...] = Field(min_length=1)
    """What the bot sends in the header `Authorization`, as a whole; a call with anything else is refused. Whoever
    could call without it could have values sent to a place of their own."""
    known_by: HeaderName = "authorization"
    """The header that holds it. Where that is another one, the bot's own `Authorization` goes on to the platform."""
    send_authorization: SecretSource | None = None
    """What the platform gets in its place; without it, what the bot sent."""
    agent: bool = False
    """Whether messages that only the business's own people read are restored for the audience `agent`."""
    headers: tuple[HeaderName, ...] = ()
    """More headers of the bot's that go on."""
    timeout: float = Field(default=10.0, gt=0, le=120)
    """Seconds for one call."""

    @property
    def can_speak(self) -> bool:
        """Whether the gateway has an authorization of its own for the platform."""
        return self.known_by == "authorization" or self.send_authorization is not None

    @model_validator(mode="after")
    def _keeps_its_secret(self) -> Self:
        if self.known_by != "authorization" and self.known_by in self.headers:
            raise ValueError("headers: what the bot is known by is not for the platform")
        return self


class AnswerSettings(Section):
    """What is said where the bot does not answer, and how the platform wants it in the response."""

    late: str = "We have your message. Answering takes longer than usual."
    """The bot did not answer within the route's deadline; it gets the message nevertheless."""
    blocked: str = "Your message was not passed on, because it holds something that must not be sent here."
    """The policy refuses the message."""
    media_type: str | None = None
    """Of `body`; by default what the platform documents."""
    body: str | None = None
    """The response with `{text}` where the words go."""


class RouteSettings(TargetSection):
    """One route: `POST /webhooks/<name>`, and the bot's calls at `/egress/<name>/...`."""

    platform: str
    """A shipped platform's name, or the file of one's own."""
    verify: str = ""
    """The platform file's way to sign that is used; by default its first."""
    secrets: tuple[SecretSource, ...] = ()
    """Those the platform signs with: two while one takes the other's place."""
    tokens: tuple[SecretSource, ...] = ()
    """Verify tokens of handshakes."""
    settings: Mapping[str, str] = Field(default_factory=dict)
    """What a JWT is checked against, such as `audience`."""
    public_url: Address | None = None
    """The route's address as the platform calls it, where a proxy stands before the gateway. Twilio signs it."""
    forward: Address
    """Where the bot listens. Redirects are not followed."""
    bot_secret: SecretSource | None = None
    """What the request to the bot is signed with, in the platform's way; without it, it is not signed."""
    headers: tuple[HeaderName, ...] = ()
    """More headers of the platform's that go on to the bot, where they hold an id and nothing else."""
    mode: Mode | None = None
    """`inline`: the bot's answer is the response. By default where the platform file has a `reply`."""
    deadline: float | None = Field(default=None, gt=0, le=60)
    """Seconds until the platform gets its answer; by default four fifths of what it documents, else 10."""
    timeout: float = Field(default=10.0, gt=0, le=120)
    """Seconds the bot may take for one request."""
    largest_body: int = Field(default=3_000_000, ge=1024, le=50_000_000)
    """Bytes of a request; Meta's are the largest, at most 3 MB."""
    tenant: str = "default"
    scan: bool = True
    """Whether what the bot says to a customer is searched for personal data that the conversation never held."""
    answers: AnswerSettings = AnswerSettings()
    say: SaidCall | None = None
    """How the gateway itself says something where the response says nothing to the customer."""
    egress: EgressSettings | None = None
    consent: ConsentSection | None = None
    """Without it, nobody is asked."""

    @model_validator(mode="after")
    def _says_how(self) -> Self:
        if self.say is not None and self.egress is None:
            raise ValueError("say: it goes by the bot's way out; add [egress]")
        if self.say is not None and self.egress is not None and not self.egress.can_speak:
            raise ValueError("say: what the bot is known by is not for the platform; add egress.send_authorization")
        return self


class OutboxSettings(Section):
    """Where messages wait that were taken in and are not yet with the bot."""

    path: Path | None = None
    """An SQLite file; by default `outbox.db` beside the store's file. With a PostgreSQL store it lies there."""
    keep_for: float = Field(default=7 * 86400.0, gt=0)
    """Seconds until a message no bot takes is put aside, for people to look at."""


_MODELS = (
    RouteSettings, EgressSettings, AnswerSettings, SaidCall, SecretSource, OutboxSettings, ConsentSection,
)  # fmt: skip


def routes_of(data: Mapping[str, Any]) -> dict[str, RouteSettings]:
    """`[gateway.routes]` by name, from parsed TOML. Raises `ConfigError` that names the setting."""
    return {name: _checked(RouteSettings, each, f"gateway.routes.{name}") for name, each in data.items()}


def outbox_of(data: Mapping[str, Any]) -> OutboxSettings:
    """`[gateway.outbox]`, from parsed TOML. Raises `ConfigError`."""
    return _checked(OutboxSettings, data, "gateway.outbox")


def _checked(model: type[T], data: Any, section: str) -> T:
    name = section.removeprefix("gateway.routes.")
    if model is RouteSettings and not _NAME.fullmatch(name):
        raise ConfigError("gateway.routes: expected names of letters, digits, - and _, which stand in the URL")
    problem = ""
    try:
        return model.model_validate(data)
    except ValidationError as error:
        problem = explain(error, _MODELS, section)
    raise ConfigError(problem)
