"""What is refused when a wrapper is made, so that it cannot go wrong later."""

import inspect
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final, get_args

from langchain_core.tools import BaseTool
from langgraph.checkpoint.base import BaseCheckpointSaver
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.pregel import Pregel
from pydantic import BaseModel, TypeAdapter, ValidationError

from langchain_redactor.bound import ASYNC_ID, Files, is_id
from redactor import Policy, Redactor
from redactor.exceptions import ConfigError
from redactor.policy import Audience
from redactor.validation import nearest

_AUDIENCE: Final = TypeAdapter[str](Audience)


def check_graph(graph: Any) -> None:
    """A compiled graph, and one that does not redact already."""
    if isinstance(graph, Pregel):
        return
    found = what(graph)
    if hasattr(graph, "compile"):
        raise ConfigError(f"RedactedAgent wraps a compiled graph, and this {found} is not; call its .compile() first")
    if hasattr(graph, "inner"):
        raise ConfigError(f"this {found} redacts already; wrap the graph or chain inside it, once")
    raise ConfigError(f"RedactedAgent wraps a compiled agent or graph, not {found}; for other runnables use redacted()")


def what(value: object) -> str:
    """What was found where something else was expected: its type, for the value itself may be personal."""
    if isinstance(value, type):
        return f"the class {value.__name__}"
    return "None" if value is None else type(value).__name__


def check_ground(redactor: Redactor, conversation_id: object, tenant: str, files: str, audience: str) -> None:
    """What every wrapper stands on."""
    check_redactor(redactor)
    check_conversation_id(conversation_id)
    check_tenant(tenant)
    check_files(files)
    check_audience(audience, redactor.policy)


def check_redactor(redactor: object) -> None:
    """An object, which holds the values: not the class, and no name of one."""
    if not isinstance(redactor, Redactor):
        raise ConfigError(
            f"redactor: found {what(redactor)}, expected a Redactor object; make one with Redactor() or "
            "Redactor.from_config(), once, and give it to every wrapper"
        )


def check_conversation_id(given: object) -> None:
    """An id, or a function that finds it in a call's config at once."""
    if given is None or (is_id(given) and given != ""):
        return
    if isinstance(given, type) or not callable(given):
        found = "an empty text" if isinstance(given, str) else what(given)
        raise ConfigError(
            f"conversation_id: found {found}, expected str, int or UUID, a function that reads one from a call's "
            "config, or None for the config's thread_id"
        )
    if inspect.iscoroutinefunction(given) or inspect.iscoroutinefunction(getattr(given, "__call__", None)):  # noqa: B004
        raise ConfigError(f"conversation_id: {ASYNC_ID}")


def check_tenant(tenant: object) -> None:
    """A text that is not empty."""
    if not isinstance(tenant, str) or not tenant:
        found = "an empty text" if isinstance(tenant, str) else what(tenant)
        raise ConfigError(f'tenant: found {found}, expected the name of a tenant as a text; leave it out for "default"')


def check_files(files: object) -> None:
    """A known way with images, audio and files."""
    ways = get_args(Files)
    if not isinstance(files, str) or files not in ways:
        hint = nearest(files, ways) if isinstance(files, str) else ""
        raise ConfigError(f"files: found {_other(files)}, expected one of {', '.join(ways)}{hint}")


def check_audience(audience: object, policy: Policy) -> None:
    """One that a policy could name."""
    if not _is_audience(audience):
        hint = nearest(audience, ("customer", "agent", "reviewer")) if isinstance(audience, str) else ""
        named = sorted({each for name in policy.entity_types for each in policy.audiences(name)})
        raise ConfigError(
            f"audience: found {_other(audience)}, expected customer, agent, reviewer or tool:<name>"
            f"{hint or '.'} The policy restores values for {', '.join(named) or 'nobody'}"
        )


def _is_audience(audience: object) -> bool:
    try:
        _AUDIENCE.validate_python(audience, strict=True)
    except ValidationError:
        return False
    return True


def _other(setting: object) -> str:
    """Not echoed: who mixes up two arguments hands over a customer's text."""
    return f"another text ({len(setting)} characters)" if isinstance(setting, str) else what(setting)


def check_config(config: object) -> None:
    """A call's config: a mapping, like the `configurable` in it."""
    held = config.get("configurable") if isinstance(config, Mapping) else None
    for found, name in ((config, "config"), (held, "config['configurable']")):
        if found is not None and not isinstance(found, Mapping):
            raise ConfigError(
                f'{name}: found {what(found)}, expected a dict such as {{"configurable": {{"thread_id": "..."}}}}'
            )


def listed(name: str, given: object, expected: str, fits: Callable[[Any], bool]) -> list[Any]:
    """The items of what was given as a list. Raises `ConfigError` for the first that does not fit."""
    if isinstance(given, str | bytes | Mapping | type | BaseModel) or not isinstance(given, Iterable):
        raise ConfigError(f"{name}: found {what(given)}, expected a list; write {name}=[...]")
    items = list(given)
    for number, each in enumerate(items):
        if not fits(each):
            hint = f"; write {each.__name__}(...)" if isinstance(each, type) else ""
            raise ConfigError(f"{name}[{number}]: found {what(each)}, expected {expected}{hint}")
    return items


def listed_tools(tools: object) -> list[Any]:
    """Tools, functions, and dicts for what a provider runs itself."""
    return listed("tools", tools, "a tool, a function or a dict", _is_tool)


def _is_tool(each: object) -> bool:
    if isinstance(each, type):
        return not issubclass(each, BaseTool)
    return isinstance(each, BaseTool | dict) or callable(each)


def check_lifetimes(saver: object, redactor: Redactor) -> None:
    """Checkpoints that outlive the process need values that do: otherwise, after a restart, the thread is full of
    placeholders that nobody can restore, and their numbers begin anew."""
    if isinstance(saver, BaseCheckpointSaver) and not isinstance(saver, InMemorySaver) and not redactor.persistent:
        raise ConfigError(
            f"the checkpointer ({type(saver).__name__}) keeps threads after this process has ended, but the Redactor "
            "keeps their values in memory; give it a store that lasts: Redactor.from_config() keeps them in SQLite, or "
            'name one in redactor.toml: [store] path = "vault.db"'
        )
