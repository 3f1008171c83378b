"""The section `[console]` of `redactor.toml`."""

from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from redactor.exceptions import ConfigError
from redactor.validation import explain, read_toml


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


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


class ConsoleSettings(_Section):
    """The whole section."""

    host: str = "127.0.0.1"
    port: Annotated[int, Field(ge=0, le=65535)] = 8090
    hosts: tuple[str, ...] = ("127.0.0.1", "localhost", "[::1]")
    """Names by which a browser may call it (the Host header)."""
    public_url: str = ""
    """What browsers call it by, such as `https://review.example.com`; needed behind a proxy."""
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
    tls: TlsSection | None = None
    oidc: OidcSection | None = None
    folder: Path = Field(default=Path(), exclude=True)

    @property
    def is_https(self) -> bool:
        """Whether browsers reach it over TLS, ours or a proxy's."""
        return self.tls is not None or self.public_url.startswith("https://")

    @classmethod
    def load(cls, path: Path) -> "ConsoleSettings":
        """The section of a file. Raises `ConfigError` that names the setting and what was expected."""
        data = read_toml(path, ConfigError, f"there is no configuration file {path}").get("console", {})
        return checked({**data, "folder": path.parent})


def checked(data: Any) -> ConsoleSettings:
    """Settings. Raises `ConfigError` that says where and what was expected, never what was written."""
    problem = ""
    try:
        return ConsoleSettings.model_validate(data)
    except ValidationError as error:
        problem = explain(error, (ConsoleSettings, TlsSection, OidcSection), "console")
    raise ConfigError(problem)
