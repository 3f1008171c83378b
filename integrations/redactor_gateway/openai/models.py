"""`/v1/models`: what the upstream offers, as it says it."""

from typing import Any

from redactor_gateway import protocol

_FIELDS = frozenset({"id", "object", "created", "owned_by", "type", "display_name", "created_at"})
_LIST = frozenset({"object", "data", "has_more", "first_id", "last_id"})


def is_model(name: str) -> bool:
    """Whether this may be a model's name, so that it can stand in a path."""
    return protocol.is_model(name) and ".." not in name


def listed(reply: dict[str, Any]) -> dict[str, Any]:
    """A list of models, or one model, with the fields that are known."""
    models = reply.get("data")
    if not isinstance(models, list):
        return {name: value for name, value in reply.items() if name in _FIELDS}
    made = [{name: each[name] for name in each if name in _FIELDS} for each in models if isinstance(each, dict)]
    return {**{name: value for name, value in reply.items() if name in _LIST}, "data": made}
