"""Opens what a command works with, and says who is at work."""

import getpass
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from redactor.exceptions import ConfigError

if TYPE_CHECKING:
    from redactor.config import Settings
    from redactor.crypto import KeyWrap
    from redactor.redactor import Redactor
    from redactor.storage import Store


def in_memory(policy: str) -> "Redactor":
    """One that writes nothing anywhere; what it knew is gone when the process ends."""
    from redactor.config import Settings
    from redactor.redactor import Redactor

    return Redactor(policy=policy, model=Settings.load(None).model_source())


def configured(config: Path | None) -> "Redactor":
    """The one of a `redactor.toml`; without one, values lie in SQLite in the user's data folder."""
    from redactor.redactor import Redactor

    return Redactor.from_config(config)


@contextmanager
def opened_store(settings: "Settings", *, new: bool = False) -> "Iterator[tuple[Store, KeyWrap]]":
    """The store and its key; made where there are none yet if `new`. Raises `ConfigError` otherwise."""
    if settings.store.kind == "sqlite" and not new and not settings.store_path().exists():
        makes = "the first message" if settings.key.env else "`redactor keys init`"
        raise ConfigError(f"there is no store {settings.store_path()} yet; {makes} makes one")
    store, key = settings.open_store()
    try:
        yield store, key
    finally:
        store.close()


@contextmanager
def acting() -> Iterator[None]:
    """Whoever runs the command is who did it, in the audit log."""
    from redactor.audit import acting

    try:
        name = getpass.getuser()
    except (OSError, KeyError):  # no such user in this container
        name = "unknown"
    with acting(f"cli:{name}"[:200]):
        yield
