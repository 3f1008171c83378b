"""Configs and metadata on their way out: the caller's own thread id, and nothing of ours."""

from collections.abc import Mapping
from typing import Any, Final

from langchain_redactor.bound import Bound
from langchain_redactor.config import outward
from langchain_redactor.values import restore_value

_REMEMBERED: Final = 64
"""Metadata kept restored: a model run sends the same with each of its chunks."""


class About:
    """Restore what tells of a run, as the caller knows it."""

    def __init__(self, bound: Bound, thread_id: str | None = None, audience: str = "customer") -> None:
        """`thread_id`: the caller's own; None where there is none, and then the conversation's stays."""
        self._bound, self._audience = bound, audience
        self._inner, self._thread_id = bound.chat.public_id, thread_id
        self._known: dict[int, tuple[Mapping[str, Any], dict[str, Any]]] = {}

    def metadata(self, metadata: Mapping[str, Any]) -> dict[str, Any]:
        """The metadata of a part or an event."""
        known = self._known.get(id(metadata))
        if known is None or known[0] is not metadata:
            if len(self._known) >= _REMEMBERED:
                self._known.clear()
            known = self._known[id(metadata)] = metadata, self._restored(dict(metadata))
        return dict(known[1])

    def described(self, payload: Any) -> Any:
        """A payload that tells of checkpoints or tasks: configs, states, results. Errors keep their placeholders."""
        if not isinstance(payload, dict):
            return self._restored(payload)
        inner = payload.get("payload")
        if isinstance(inner, dict):  # the mode "debug" wraps the others'
            return {**payload, "payload": self.described(inner)}
        error = {"error": payload["error"]} if "error" in payload else {}
        return {**self._restored({name: payload[name] for name in payload if name != "error"}), **error}

    def _restored(self, value: Any) -> Any:
        own = outward(value, self._inner, self._thread_id)
        return restore_value(own, self._bound, self._audience)
