"""What other packages bring: entry points by name, loaded on use, named when they are broken."""

from collections.abc import Mapping
from importlib import metadata
from importlib.metadata import EntryPoint

from redactor.exceptions import ConfigError


def entry_points(group: str) -> Mapping[str, EntryPoint]:
    """The entry points of a group by name, without importing any; of two with one name the first package's
    wins.
    """
    found: dict[str, EntryPoint] = {}
    for entry_point in sorted(metadata.entry_points(group=group), key=lambda e: (e.name, package(e))):
        found.setdefault(entry_point.name, entry_point)
    return found


def load(entry_point: EntryPoint) -> object:
    """Import it. Raises `ConfigError` that names the package for whatever goes wrong in there."""
    try:
        return entry_point.load()
    except Exception as error:
        raise ConfigError(
            f"{entry_point.name!r} of the package {package(entry_point)} cannot be loaded "
            f"({type(error).__name__} on import of {entry_point.value}); reinstall or remove that package"
        ) from error


def package(entry_point: EntryPoint) -> str:
    """The distribution an entry point belongs to."""
    return entry_point.dist.name if entry_point.dist else "unknown"
