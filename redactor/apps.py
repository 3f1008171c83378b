"""Applications that a server carries beside its own doors: found by entry point, never imported by their names.

A package declares a function in the group `redactor.apps`; whoever serves, such as the gateway, calls each of them with
the one configuration file, and shows what they give under its path.
"""

from collections.abc import Awaitable, Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any, Protocol

from redactor.config import Settings
from redactor.exceptions import ConfigError
from redactor.redactor import Redactor

APPS_GROUP = "redactor.apps"


@dataclass(frozen=True, slots=True)
class Carried:
    """One application, ready to be shown."""

    path: str
    """Such as `/console`: everything under it is the application's."""
    app: Callable[..., Awaitable[None]]
    """ASGI 3. It needs no lifespan of its own."""
    close: Callable[[], None]
    """Ends what is its own; called once, when no request is under way any more."""


class MakeApp(Protocol):
    """What an entry point leads to."""

    def __call__(self, config: Path | None, core: Settings, redactor: Redactor, *, is_https: bool) -> Carried | None:
        """The application over this Redactor, which stays the caller's; None where the file asks for none.

        `config`: the file, where there is one; `is_https`: whether the server itself speaks TLS. Raises `ConfigError`.
        """


def carried(config: Path | None, core: Settings, redactor: Redactor, *, is_https: bool) -> Sequence[Carried]:
    """All that the file asks for; who asked closes each. Raises `ConfigError`, and closes what was made before."""
    with ExitStack() as stack:
        found: list[Carried] = []
        for point in sorted(entry_points(group=APPS_GROUP), key=lambda each: each.name):
            make: Any = point.load()
            made = make(config, core, redactor, is_https=is_https)
            if made is not None:
                stack.callback(made.close)
                found.append(made)
        _check_apart([each.path for each in found])
        stack.pop_all()
        return found


def _check_apart(paths: Sequence[str]) -> None:
    for number, one in enumerate(paths):
        if any(f"{other}/".startswith(f"{one}/") for other in (*paths[:number], *paths[number + 1 :])):
            raise ConfigError(f"two applications are to be shown at {one}; give one of them another path")
