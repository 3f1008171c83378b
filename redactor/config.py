"""`redactor.toml`: the one configuration file of the library, the commands and what is mounted on them."""

import os
from importlib.metadata import entry_points
from pathlib import Path
from typing import Annotated, Any, Literal, Self, TypeVar

from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError, model_validator

from redactor.crypto import KeyWrap, LocalKey
from redactor.detection.checks import DEFAULT_REGIONS
from redactor.exceptions import ConfigError
from redactor.keyfile import KeyFile
from redactor.keys import AUDIT_KEY
from redactor.policy import Policy
from redactor.storage import Store
from redactor.storage.memory import MemoryStore
from redactor.types import Recognizer
from redactor.validation import explain, read_toml

T = TypeVar("T", bound=BaseModel)

CONFIG_GROUP = "redactor.config"
"""Entry points by which other packages make their section of the file known: section name → pydantic model."""


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)


class StoreSection(_Section):
    """Where sealed values and redacted transcripts live."""

    kind: Literal["sqlite", "memory", "postgresql", "redis"] = "sqlite"
    """What a URL says by itself."""
    path: Path | None = None
    """The SQLite file; by default `redactor.db` in the data folder."""
    url: SecretStr | None = None
    """Where a server is: `postgresql://...`, or `redis://...`, `rediss://...`."""
    url_env: str | None = None
    """Name of an environment variable that holds the URL; for one with a password."""
    name: str = "redactor"
    """The PostgreSQL schema all lies in, or what the keys in Redis begin with."""
    connections: int = Field(default=8, ge=2)
    """Connections of one process to PostgreSQL, at most."""

    @model_validator(mode="before")
    @classmethod
    def _kind_of_url(cls, data: Any) -> Any:
        """A URL says what kind of store it leads to."""
        if isinstance(data, dict) and "kind" not in data and isinstance(data.get("url"), str):
            return {**data, "kind": _scheme(data["url"])}
        return data

    @model_validator(mode="after")
    def _has_what_its_kind_needs(self) -> Self:
        is_server = self.kind in ("postgresql", "redis")
        if is_server and (self.url is None) == (self.url_env is None):
            raise ValueError(f"a {self.kind} store needs url or url_env, and not both")
        if not is_server and (self.url is not None or self.url_env is not None):
            raise ValueError(f"url and url_env are for postgresql and redis; kind is {self.kind!r}")
        if self.url is not None and _scheme(self.url.get_secret_value()) != self.kind:
            raise ValueError(f"the url leads to another kind of store than {self.kind!r}")
        return self

    def server(self) -> str:
        """The server's URL. Raises `ConfigError`."""
        url = self.url.get_secret_value() if self.url is not None else os.environ.get(self.url_env or "", "")
        if not url:
            raise ConfigError(f"store: expected the store's url in the environment variable {self.url_env}")
        return url


def _scheme(url: str) -> str:
    scheme = url.partition(":")[0]
    return {"postgres": "postgresql", "rediss": "redis", "unix": "redis"}.get(scheme, scheme)


class KeySection(_Section):
    """Where the key-encryption key comes from."""

    file: Path | None = None
    """By default `redactor.key` in the data folder, made on first use with mode 0600."""
    env: str | None = None
    """Name of an environment variable that holds the key: 32 bytes in base64."""


class HuggingFaceSection(_Section):
    """A Hugging Face token-classification model, in place of the shipped one or beside it."""

    model: str
    """A folder beside this file or anywhere, or a name that is in the local cache."""
    labels: dict[str, str] = Field(default_factory=dict)
    """Its label names, without `B-` and `I-`, and the entity types they mean; an empty string drops a label."""
    beside: bool = False
    device: str = "auto"
    max_tokens: int = Field(default=256, ge=16)


class Settings(_Section):
    """The core's settings. Raises `ConfigError` on what it does not know."""

    policy: str | dict[str, Any] = "default"
    """A shipped policy's name, a file beside this one, or the policy itself."""
    model: str | None = None
    """An installed model package's name, or a package's folder; by default what `redactor model use` chose."""
    regions: tuple[Annotated[str, Field(pattern="^[A-Z]{2}$")], ...] = DEFAULT_REGIONS
    """ISO 3166-1 codes of the regions in which phone numbers without a country code are valid."""
    countries: tuple[Annotated[str, Field(pattern="^[A-Z]{2}$")], ...] = ()
    """ISO 3166-1 codes of the countries whose identifiers are looked for without context too (docs/recognizers.md)."""
    consent_days: int | None = Field(default=None, ge=1)
    """Days without a change after which a person's consent is deleted; by default it is kept (docs/consent.md)."""
    huggingface: HuggingFaceSection | None = None
    store: StoreSection = StoreSection()
    key: KeySection = KeySection()
    folder: Path = Field(default=Path(), exclude=True)

    @classmethod
    def load(cls, path: str | Path | None) -> "Settings":
        """Settings from a TOML file, or the defaults. Other packages' sections are checked by their own models."""
        absent = f"there is no configuration file {path}"
        data = read_toml(Path(path), ConfigError, absent) if path is not None else {}
        folder = Path(path).parent if path is not None else Path()
        for section, model in _foreign_sections(data).items():
            _check(model, data.pop(section), section)
        return _check(cls, {**data, "folder": folder}, "")

    def policy_source(self) -> Policy:
        """The policy these settings name."""
        if isinstance(self.policy, dict):
            return Policy.from_dict(self.policy)
        beside = self.folder / self.policy
        return Policy.load(beside if beside.suffix == ".toml" else self.policy)

    def model_source(self) -> str | Path | None:
        """The model these settings name, else the one chosen in the data folder, else None for the shipped one.

        Raises `ModelError` where the chosen one is no longer what was chosen.
        """
        from redactor.models import Choice

        if self.model is None:
            return Choice(data_folder()).folder()
        beside = self.folder / self.model
        return beside if beside.is_dir() else self.model

    def other_model(self) -> Recognizer | None:
        """The Hugging Face model these settings name; loaded now. Raises `ConfigError`, `ModelError`."""
        section = self.huggingface
        if section is None:
            return None
        missing = ""
        try:
            from redactor.detection.huggingface import HuggingFace
        except ImportError as error:
            missing = str(error)
        if missing:
            raise ConfigError(f"huggingface: {missing}")
        beside = self.folder / section.model
        return HuggingFace(
            beside if beside.is_dir() else section.model,
            labels=section.labels,
            device=section.device,
            max_tokens=section.max_tokens,
        )

    def open_store(self) -> tuple[Store, KeyWrap]:
        """The store and the key that seals what is in it; made on first use.

        Raises `CryptoError` where there is a store and its key file is gone: a new key would open nothing in it.
        """
        if self.store.kind == "memory":
            return MemoryStore(), LocalKey.ephemeral()
        if self.store.kind != "sqlite":
            return self._open_server()
        from redactor.storage.sqlite import SqliteStore

        if self.key.env:
            return SqliteStore(self.store_path()), LocalKey.from_environment(self.key.env)
        path = self.store_path()
        is_new = not path.is_file() or not path.stat().st_size  # looked at first: the key is made before the store
        key = KeyFile(self.key_path(), create=is_new)
        return SqliteStore(path), key

    def _open_server(self) -> tuple[Store, KeyWrap]:
        """A store that other machines share. A key file is made where the store is new; on every other machine it is
        missing, and to be brought from the first one."""
        store = _server_store(self.store)
        try:
            if self.key.env:
                return store, LocalKey.from_environment(self.key.env)
            return store, KeyFile(self.key_path(), create=not store.tenants() and store.store_key(AUDIT_KEY) is None)
        except BaseException:
            store.close()
            raise

    def store_path(self) -> Path:
        """The SQLite file, there or not yet."""
        return self._beside(self.store.path, "redactor.db")

    def key_path(self) -> Path:
        """The file of the key-encryption key, there or not yet."""
        return self._beside(self.key.file, "redactor.key")

    def _beside(self, path: Path | None, name: str) -> Path:
        return data_folder() / name if path is None else self.folder / path.expanduser()


def _server_store(section: StoreSection) -> Store:
    """Raises `ConfigError` where its driver is not installed."""
    url, missing = section.server(), ""
    try:
        if section.kind == "redis":
            from redactor.storage.redis import RedisStore

            return RedisStore(url, name=section.name)
        from redactor.storage.postgres import PostgresStore

        return PostgresStore(url, name=section.name, connections=section.connections)
    except ImportError:
        missing = "postgres" if section.kind == "postgresql" else "redis"
    raise ConfigError(f"store: {section.kind} needs its driver: pip install 'chat-redactor[{missing}]'")


def data_folder() -> Path:
    """Where this user's data lives: `REDACTOR_HOME`, or `chat-redactor` in the XDG data folder.

    Source: XDG Base Directory Specification 0.8.
    """
    if home := os.environ.get("REDACTOR_HOME"):
        return Path(home).expanduser()
    data = os.environ.get("XDG_DATA_HOME") or "~/.local/share"
    return Path(data).expanduser() / "chat-redactor"


def _foreign_sections(data: dict[str, Any]) -> dict[str, type[BaseModel]]:
    found = {}
    for point in entry_points(group=CONFIG_GROUP):
        if point.name in data:
            found[point.name] = point.load()
    return found


def _check(model: type[T], data: Any, section: str) -> T:
    try:
        return model.model_validate(data)
    except ValidationError as error:
        others = () if section else (point.name for point in entry_points(group=CONFIG_GROUP))
        raise ConfigError(
            explain(error, (model, HuggingFaceSection, StoreSection, KeySection), section, others)
        ) from None
