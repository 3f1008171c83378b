"""What is refused when a wrapper is made, so that it cannot go wrong later."""

from typing import Any, get_args

from langgraph.checkpoint.base import BaseCheckpointSaver
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.pregel import Pregel

from langchain_redactor.bound import Files
from redactor import Redactor
from redactor.exceptions import ConfigError


def check_graph(graph: Any) -> None:
    """A compiled graph, and one that does not redact already."""
    if isinstance(graph, Pregel):
        return
    what = type(graph).__name__
    if hasattr(graph, "compile"):
        raise ConfigError(f"RedactedAgent wraps a compiled graph, and this {what} is not; call its .compile() first")
    if hasattr(graph, "inner"):
        raise ConfigError(f"this {what} redacts already; wrap the graph or chain inside it, once")
    raise ConfigError(f"RedactedAgent wraps a compiled agent or graph, not {what}; for other runnables use redacted()")


def check_files(files: str) -> None:
    """A known way with images, audio and files."""
    if files not in get_args(Files):
        raise ConfigError(f"files: found {files!r}, expected one of {', '.join(get_args(Files))}")


def check_lifetimes(graph: Pregel[Any, Any, Any, Any], redactor: Redactor) -> None:
    """Checkpoints that outlive the process need values that do: otherwise, after a restart, the thread is full of
    placeholders that nobody can restore, and their numbers begin anew."""
    saver = graph.checkpointer
    if isinstance(saver, BaseCheckpointSaver) and not isinstance(saver, InMemorySaver) and not redactor.persistent:
        raise ConfigError(
            f"the checkpointer ({type(saver).__name__}) keeps threads after this process has ended, but the Redactor "
            "keeps their values in memory; give it a store that lasts: Redactor.from_config() keeps them in SQLite, or "
            'name one in redactor.toml: [store] path = "vault.db"'
        )
