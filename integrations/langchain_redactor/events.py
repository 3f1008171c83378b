"""What `astream_events(version="v2")` tells of a run, restored event by event."""

from typing import Any, Final

from langchain_core.messages import AIMessage

from langchain_redactor.about import About
from langchain_redactor.bound import Bound
from langchain_redactor.parts import is_reply
from langchain_redactor.replies import Replies
from langchain_redactor.streaming import ChunkRestorer
from langchain_redactor.values import restore_value

_TASK: Final = "langgraph_checkpoint_ns"
"""Where a run inside a graph stands: one segment for each graph and task around it, parted by `|`
(langgraph._internal._constants, `NS_SEP`)."""


class EventRestorer:
    """The events of one run, restored. Nothing that is handed over is changed.

    Chunks go through a stream for each run; what one holds back comes as one more event before that run ends. Other
    data is restored as values; errors keep their placeholders. Names, run ids and tags stay as they are. What the
    outermost chain streams, or the models of the outermost graph, is recorded as the assistant's turn by `close`.
    """

    def __init__(
        self,
        bound: Bound,
        replies: Replies | None = None,
        *,
        thread_id: str | None = None,
        audience: str = "customer",
    ) -> None:
        """`thread_id`: the caller's own, put back where the run knows the conversation's."""
        self._bound, self._audience, self._replies = bound, audience, replies
        self._about = About(bound, thread_id, audience)
        self._streams: dict[str, tuple[ChunkRestorer, dict[str, Any]]] = {}
        self._filed: list[ChunkRestorer] = []

    def feed(self, event: Any) -> list[dict[str, Any]]:
        """The events that can be passed on after this one."""
        kind, told = str(event["event"]), {**event, "metadata": self._about.metadata(event.get("metadata") or {})}
        if kind.endswith("_stream") and "chunk" in event["data"]:
            return self._chunk(told)
        held = self._ended(event["run_id"]) if kind.endswith(("_end", "_error")) else []
        return [*held, {**told, "data": self._data(event["data"])}]

    def finish(self) -> list[dict[str, Any]]:
        """What was held back of runs whose end was not told."""
        return [event for run_id in list(self._streams) for event in self._ended(run_id)]

    def close(self) -> None:
        """File what was received, also where the run was cut off. Call it in `finally`; doing it twice is harmless."""
        for restorer in self._filed:
            restorer.close()

    def _chunk(self, told: dict[str, Any]) -> list[dict[str, Any]]:
        run_id = told["run_id"]
        restorer = self._streams[run_id][0] if run_id in self._streams else self._opened(told)
        self._streams[run_id] = restorer, told
        return [_with_chunk(told, chunk) for chunk in restorer.feed(told["data"]["chunk"])]

    def _opened(self, told: dict[str, Any]) -> ChunkRestorer:
        restorer = ChunkRestorer(self._bound, self._audience, self._replies, record=_is_reply(told))
        self._filed.append(restorer)
        return restorer

    def _ended(self, run_id: str) -> list[dict[str, Any]]:
        if run_id not in self._streams:
            return []
        restorer, told = self._streams.pop(run_id)
        return [_with_chunk(told, chunk) for chunk in restorer.finish()]

    def _data(self, data: Any) -> Any:
        if not isinstance(data, dict) or "error" not in data:
            return restore_value(data, self._bound, self._audience)
        rest = {name: value for name, value in data.items() if name != "error"}
        return {**restore_value(rest, self._bound, self._audience), "error": data["error"]}


def _with_chunk(told: dict[str, Any], chunk: Any) -> dict[str, Any]:
    return {**told, "metadata": dict(told["metadata"]), "data": {**told["data"], "chunk": chunk}}


def _is_reply(told: dict[str, Any]) -> bool:
    """Whether what this run streams is said to the customer: the outermost run does, or, in a graph, its models."""
    task = told["metadata"].get(_TASK)
    if told["event"] == "on_chat_model_stream" and task:
        return is_reply(tuple(str(task).split("|")[:-1]), told["metadata"])
    return not told.get("parent_ids") and (task is None or isinstance(told["data"]["chunk"], str | AIMessage))
