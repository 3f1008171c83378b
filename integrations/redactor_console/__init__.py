"""The review console: people read redacted transcripts, and what they find makes detection better.

`create_app` gives the ASGI application; `redactor console` serves it, and the gateway mounts it where its file has a
section `[console]`.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from redactor_console.app import create_app
    from redactor_console.settings import ConsoleSettings

__all__ = ["ConsoleSettings", "create_app"]


def __getattr__(name: str) -> Any:
    """Loaded when asked for: naming the package loads no web framework."""
    if name == "create_app":
        from redactor_console.app import create_app

        return create_app
    if name == "ConsoleSettings":
        from redactor_console.settings import ConsoleSettings

        return ConsoleSettings
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
