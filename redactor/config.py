"""`redactor.toml`: the one configuration file of the library, the commands and what is mounted on them."""

import os
from importlib.metadata import entry_points
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from redactor.crypto import KeyWrap, LocalKey
from redactor.detection.checks import DEFAULT_REGIONS
from redactor.exceptions import ConfigError
from redactor.keyfile import KeyFile
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

    kind: Literal["sqlite", "memory"] = "sqlite"
    path: Path | None = None
    """The SQLite file; by default `redactor.db` in the data folder."""


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
        from redactor.storage.sqlite import SqliteStore

        if self.key.env:
            return SqliteStore(self.store_path()), LocalKey.from_environment(self.key.env)
        path = self.store_path()
        is_new = not path.is_file() or not path.stat().st_size  # looked at first: the key is made before the store
        key = KeyFile(self.key_path(), create=is_new)
        return SqliteStore(path), key

    def store_path(self) -> Path:
        """The SQLite file, there or not yet."""
        return self._beside(self.store.path, "redactor.db")

    def key_path(self) -> Path:
        """The file of the key-encryption key, there or not yet."""
        return self._beside(self.key.file, "redactor.key")

    def _beside(self, path: Path | None, name: str) -> Path:
        return data_folder() / name if path is None else self.folder / path.expanduser()


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
        raise ConfigError(explain(error, (model, HuggingFaceSection, StoreSection, KeySection), section)) from None
