"""Opens the Redactor a command works with."""

from pathlib import Path

from redactor.redactor import Redactor


def in_memory(policy: str) -> Redactor:
    """One that writes nothing anywhere; what it knew is gone when the process ends."""
    return Redactor(policy=policy)


def configured(config: Path | None) -> Redactor:
    """The one of a `redactor.toml`; without one, values lie in SQLite in the user's data folder."""
    return Redactor.from_config(config)
