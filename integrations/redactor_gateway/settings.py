"""The section `[gateway]` of `redactor.toml`: where the LLMs are, who may call, and how much."""

import ipaddress
import os
import re
from pathlib import Path
from typing import Annotated, Any, Literal, Self, TypeAlias, TypeVar
from urllib.parse import urlsplit

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    SecretStr,
    ValidationError,
    field_validator,
    model_validator,
)

from redactor.exceptions import ConfigError
from redactor.secret import Secret
from redactor.validation import explain, read_toml
from redactor_gateway.attachments import Files
from redactor_gateway.network import is_never_called

T = TypeVar("T", bound=BaseModel)

Spoken: TypeAlias = Literal["chat", "completions", "embeddings", "messages", "models", "responses"]
"""A door that speaks as an LLM's API does."""

Managed: TypeAlias = Literal["redact", "restore", "detect", "transcripts", "privacy", "admin"]
"""What of the management API an API key may use; nothing unless the key names it."""

Scope: TypeAlias = Literal[Spoken, Managed, "litellm", "metrics"]
"""A door of the gateway that an API key may open; those of LiteLLM's guardrail and of `/metrics`, too, are in no key
that does not name them."""

_NAME = Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{1,64}$")]


def _hash(text: str) -> str:
    if not re.fullmatch(r"sha256:[0-9a-f]{64}", text):
        raise ValueError("expected a hash as `redactor serve --new-key NAME` prints it, with sha256: before it")
    return text


_HASH = Annotated[str, AfterValidator(_hash)]

_CANARY = "Please write to canary.readiness@example.com about order 8706847615"


Metrics = Literal["open", "keys", "off"]
"""Who reads `/metrics`: whoever reaches the gateway, API keys with the scope `metrics`, nobody."""


def is_loopback(host: str) -> bool:
    """Whether an address to listen on is reached from this machine alone."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class TlsSection(_Section):
    """TLS of the gateway's own door. With `client_ca` only clients that show a certificate of it come in."""

    certificate: Path
    key: Path
    client_ca: Path | None = None


class Upstream(_Section):
    """An LLM's endpoint. Only what is named here is ever called."""

    url: str
    """With its version, such as `https://api.openai.com/v1`."""
    speaks: Literal["openai", "anthropic", "both"] = "openai"
    key_env: str | None = None
    key_file: Path | None = None
    """Where this upstream's own API key is. Without one, the client's own is passed on."""
    ca: Path | None = None
    client_certificate: Path | None = None
    client_key: Path | None = None
    allow_private: bool = False
    """Whether a public name may lead to a private address, as in a company's own network."""
    connect_seconds: float = Field(default=5.0, gt=0)
    read_seconds: float = Field(default=120.0, gt=0)
    """Longest silence while waiting for a reply, or between two pieces of it."""
    total_seconds: float = Field(default=600.0, gt=0)
    retries: int = Field(default=2, ge=0, le=5)
    """Tries after the first, before the first byte of a reply."""
    concurrent: int = Field(default=64, ge=1)
    waiting: int = Field(default=64, ge=0)
    """Requests that wait for their turn; more are refused."""
    wait_seconds: float = Field(default=5.0, ge=0)
    break_after: int = Field(default=5, ge=1)
    """Failures in a row after which it is left alone."""
    break_seconds: float = Field(default=10.0, gt=0)

    @field_validator("url")
    @classmethod
    def _is_address(cls, url: str) -> str:
        parts = urlsplit(url)
        is_plain = not (parts.query or parts.fragment or parts.username)
        if parts.scheme not in ("http", "https") or not parts.hostname or not is_plain:
            raise ValueError("expected an http or https address such as https://api.openai.com/v1, without a query")
        if is_never_called(parts.hostname):
            raise ValueError("link-local addresses are where clouds keep credentials; they are never called")
        return url.rstrip("/")

    @model_validator(mode="after")
    def _one_key(self) -> Self:
        if self.key_env and self.key_file:
            raise ValueError("give key_env or key_file, not both")
        if self.client_key and not self.client_certificate:
            raise ValueError("client_key: it goes with a client_certificate")
        return self

    def key(self, folder: Path) -> Secret[str] | None:
        """The API key, read now. Raises `ConfigError` where there is none in the place named."""
        if self.key_env:
            value = os.environ.get(self.key_env, "")
            if not value:
                raise ConfigError(f"the environment variable {self.key_env} holds no API key")
            return Secret(value)
        return _read_key(folder / self.key_file.expanduser()) if self.key_file else None


class ApiKey(_Section):
    """A client of the gateway. Its key is known by hashes alone; two of them while it is replaced."""

    name: _NAME
    hashes: Annotated[tuple[_HASH, ...], Field(min_length=1)]
    tenant: Annotated[str, Field(min_length=1)] = "default"
    scopes: frozenset[Scope] = frozenset({"chat", "completions", "embeddings", "messages", "models", "responses"})
    requests_per_minute: int = Field(default=0, ge=0)
    """0 sets no limit."""
    concurrent: int = Field(default=0, ge=0)
    """Requests under way at once; 0 sets no limit."""
    upstream: str | None = None


class LimitsStore(_Section):
    """A Redis in which gateways of many machines count the requests of API keys together."""

    url: SecretStr | None = None
    url_env: str | None = None
    """Name of an environment variable that holds the URL; for one with a password."""
    name: Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{1,40}$")] = "redactor"
    """What its keys begin with."""

    @model_validator(mode="after")
    def _one_url(self) -> Self:
        if (self.url is None) == (self.url_env is None):
            raise ValueError("expected url or url_env, and not both")
        return self

    def server(self) -> str:
        """The server's URL. Raises `ConfigError`."""
        url = self.url.get_secret_value() if self.url is not None else os.environ.get(self.url_env or "", "")
        if not url:
            raise ConfigError(f"gateway.limits_store: expected a url in the environment variable {self.url_env}")
        return url


class Limits(_Section):
    """How much is taken in and passed on, in bytes and seconds."""

    request_bytes: int = Field(default=4_000_000, ge=1)
    reply_bytes: int = Field(default=16_000_000, ge=1)
    event_bytes: int = Field(default=2_000_000, ge=1)
    redact_seconds: float = Field(default=30.0, gt=0)
    concurrent: int = Field(default=256, ge=1)
    """Requests under way at once, of all clients."""
    texts: int = Field(default=20_000, ge=1)
    """Texts in one request."""


class LitellmSection(_Section):
    """The guardrail of LiteLLM's proxy: calls without a name, whose request and reply come apart."""

    keep_seconds: float = Field(default=600.0, gt=0)
    """How long a call is kept in memory after its request, and after what came last of its reply."""
    calls: int = Field(default=10_000, ge=1)
    """Calls kept at once; of more the oldest are given up."""


class GatewaySettings(_Section):
    """The whole section."""

    host: str = "127.0.0.1"
    port: int = Field(default=8080, ge=0, le=65535)
    upstreams: dict[_NAME, Upstream] = Field(default_factory=dict)
    keys: tuple[ApiKey, ...] = ()
    files: Files = "refuse"
    """Images, audio and documents: `refuse`, `strip` or `allow`."""
    scan: bool = True
    """Whether replies are searched for personal data that the conversation never held."""
    remembered: int = Field(default=100_000, ge=0)
    """Texts of nameless requests whose spans are kept in memory, so that a resent history costs no detection."""
    canary: str = _CANARY
    """A text in which readiness must find something personal."""
    limits: Limits = Limits()
    litellm: LitellmSection = LitellmSection()
    limits_store: LimitsStore | None = None
    """Where the limits of keys are counted; without it each process counts for itself."""
    metrics: Metrics | None = None
    """Who reads `/metrics`. By default `open` where the gateway listens on this machine alone; elsewhere `keys`, or
    `off` where there are none."""
    log_level: Literal["debug", "info", "warning", "error"] = "warning"
    """From `info` on there is a line for each request."""
    log_format: Literal["text", "json"] = "text"
    tls: TlsSection | None = None
    routes: dict[str, Any] = Field(default_factory=dict)
    """Webhooks; checked by `redactor_gateway.webhooks`."""
    outbox: dict[str, Any] = Field(default_factory=dict)
    """Where messages for bots wait; checked there too."""
    folder: Path = Field(default=Path(), exclude=True)

    @model_validator(mode="after")
    def _agrees(self) -> Self:
        hashes = [each for key in self.keys for each in key.hashes]
        if len(set(hashes)) != len(hashes) or len({key.name for key in self.keys}) != len(self.keys):
            raise ValueError("keys: each name and each hash may stand once")
        if self.metrics == "keys" and not self.keys:
            raise ValueError("metrics: there are no [[gateway.keys]] that could have the scope metrics")
        for key in self.keys:
            if key.upstream is not None and key.upstream not in self.upstreams:
                raise ValueError(f"keys: {key.name} names an upstream that is not under [gateway.upstreams]")
        return self

    @property
    def metrics_for(self) -> Metrics:
        """Who reads `/metrics`, decided."""
        usual: Metrics = "open" if is_loopback(self.host) else "keys" if self.keys else "off"
        return self.metrics or usual

    @classmethod
    def load(cls, path: Path) -> "GatewaySettings":
        """The section of a file. Raises `ConfigError` that names the setting and what was expected."""
        data = read_toml(path, ConfigError, f"there is no configuration file {path}").get("gateway", {})
        if not isinstance(data, dict):
            raise ConfigError("gateway: expected a table, which begins with [gateway]")
        return checked(cls, {**data, "folder": path.parent}, "gateway")


def checked(model: type[T], data: Any, section: str) -> T:
    """Settings of one kind. Raises `ConfigError` that says where and what was expected, never what was written."""
    problem = ""
    try:
        return model.model_validate(data)
    except ValidationError as error:
        problem = explain(
            error, (GatewaySettings, Upstream, ApiKey, Limits, LimitsStore, LitellmSection, TlsSection), section
        )
    raise ConfigError(problem)


def _read_key(path: Path) -> Secret[str]:
    reason = ""
    try:
        found = path.read_text("utf-8").strip()
        if re.fullmatch(r"[\x21-\x7e]+", found):
            return Secret(found)
        reason = "it holds no key"
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or type(error).__name__
    raise ConfigError(f"the API key in {path} cannot be used: {reason}")
