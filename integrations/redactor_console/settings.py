"""The section `[console]` of `redactor.toml`."""

import os
import re
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from redactor.exceptions import ConfigError
from redactor.validation import explain, read_toml
from redactor_console.accounts.roles import ROLES

_HERE = {"127.0.0.1", "localhost", "[::1]", "::1"}
"""Names of this very machine."""


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


def is_secure(address: str) -> bool:
    """Whether an address is over TLS, or of this very machine."""
    parts = urlsplit(address)
    is_here = parts.scheme == "http" and parts.hostname in _HERE
    return bool(parts.hostname) and (parts.scheme == "https" or is_here)


class TlsSection(_Section):
    """TLS of the console's own door."""

    certificate: Path
    key: Path


class OidcSection(_Section):
    """Single sign-on with OpenID Connect."""

    issuer: str
    """Such as `https://login.example.com/realms/support`; its discovery document is read from there."""
    client_id: str
    client_secret_env: str
    scopes: tuple[str, ...] = ("openid", "profile")
    name_claim: str = "preferred_username"
    roles_claim: str = ""
    """A claim that lists groups; empty: an account must have been made here before."""
    roles: dict[str, str] = Field(default_factory=dict)
    """What the provider calls a group → the console's role."""
    tenants: tuple[str, ...] = ()
    """Whose conversations those see whose accounts are made by `roles_claim`; none: all of them."""
    ca: Path | None = None
    """Certificates of a private authority that signed the provider's; beside this file."""

    @field_validator("issuer")
    @classmethod
    def _is_secure(cls, issuer: str) -> str:
        if not is_secure(issuer):
            raise ValueError("expected an https:// address")
        return issuer

    @field_validator("roles")
    @classmethod
    def _are_roles(cls, roles: dict[str, str]) -> dict[str, str]:
        if not set(roles.values()) <= set(ROLES):
            raise ValueError(f"expected roles of {', '.join(ROLES)}")
        return roles

    def secret(self) -> str:
        """The client's. Raises `ConfigError`."""
        found = os.environ.get(self.client_secret_env, "")
        if not found:
            raise ConfigError(
                f"console.oidc: expected the client's secret in the environment variable {self.client_secret_env}"
            )
        return found


class ConsoleSettings(_Section):
    """The whole section."""

    path: str = "/console"
    """Where the gateway shows it; `redactor console` shows it at the root."""
    host: str = "127.0.0.1"
    port: Annotated[int, Field(ge=0, le=65535)] = 8090
    hosts: tuple[str, ...] = ("127.0.0.1", "localhost", "[::1]")
    """Names by which a browser may call it (the Host header)."""
    public_url: str = ""
    """What browsers call it by, such as `https://review.example.com`, without a path; needed behind a proxy."""
    database: Path | None = None
    """Accounts, sessions and saved views; by default `console.db` beside an SQLite store, the schema
    `<name>_console` of a PostgreSQL one."""
    reviewers: Annotated[int, Field(ge=1, le=5)] = 1
    """How many people look at each message before it is done with."""
    sample_every: Annotated[int, Field(ge=0)] = 10
    """Every so many messages of the queue, one is drawn by chance; 0 draws none, and nothing can be estimated."""
    session_hours: Annotated[float, Field(gt=0, le=24)] = 10.0
    idle_minutes: Annotated[float, Field(gt=0)] = 30.0
    reveal_minutes: Annotated[float, Field(gt=0, le=60)] = 5.0
    """How long a revealed value can be seen."""
    reveals_per_hour: Annotated[int, Field(ge=1, le=1000)] = 20
    """How many values one person may reveal within an hour."""
    tls: TlsSection | None = None
    oidc: OidcSection | None = None
    folder: Path = Field(default=Path(), exclude=True)
    behind_tls: bool = Field(default=False, exclude=True)
    """Set by the server that carries it, where that speaks TLS."""

    @field_validator("path")
    @classmethod
    def _is_a_path(cls, path: str) -> str:
        if not re.fullmatch(r"(/[a-z0-9-]+)+", path):
            raise ValueError("expected a path such as /console, of small letters, digits and -")
        return path

    @field_validator("public_url")
    @classmethod
    def _has_no_path(cls, address: str) -> str:
        parts = urlsplit(address)
        if address and (
            parts.scheme not in ("http", "https")
            or not parts.hostname
            or address != parts.scheme + "://" + parts.netloc
        ):
            raise ValueError("expected an address without a path, such as https://review.example.com")
        return address

    @property
    def is_https(self) -> bool:
        """Whether browsers reach it over TLS, ours or a proxy's."""
        return self.tls is not None or self.behind_tls or self.public_url.startswith("https://")

    def check_exposure(self) -> None:
        """Raises `ConfigError` where passwords would go over a network in the clear."""
        names = {*self.hosts, *filter(None, [urlsplit(self.public_url).hostname])}
        if not self.is_https and not names <= _HERE:
            raise ConfigError(
                "console: browsers of other machines are to call it, and passwords would go over the network in the "
                "clear; set console.tls (--tls-cert, --tls-key), or behind a proxy with TLS console.public_url to its "
                "https:// address"
            )

    @classmethod
    def load(cls, path: Path) -> "ConsoleSettings":
        """The section of a file. Raises `ConfigError` that names the setting and what was expected."""
        data = read_toml(path, ConfigError, f"there is no configuration file {path}").get("console", {})
        if not isinstance(data, dict):
            raise ConfigError("console: expected a section [console]")
        return checked({**data, "folder": path.parent})


def checked(data: Any) -> ConsoleSettings:
    """Settings. Raises `ConfigError` that says where and what was expected, never what was written."""
    problem = ""
    try:
        return ConsoleSettings.model_validate(data)
    except ValidationError as error:
        problem = explain(error, (ConsoleSettings, TlsSection, OidcSection), "console")
    raise ConfigError(problem)
