"""One call of a sealed tool: real values go in, and nothing personal comes out, whichever way it ends.

Everything that holds real values happens in frames that are gone by the time an exception leaves the tool.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field, replace
from typing import Any

from langchain_core.callbacks import AsyncRunManager
from langchain_core.runnables import RunnableConfig
from langchain_core.tools import BaseTool
from langgraph.errors import GraphBubbleUp, is_invalid_resume
from langgraph.prebuilt import ToolRuntime

from langchain_redactor import protected
from langchain_redactor.bound import Bound
from langchain_redactor.errors import Outcome
from langchain_redactor.handed import Handed, inside
from langchain_redactor.interrupts import masked_invalid, redacted_signal, shown
from langchain_redactor.listeners import Listeners
from langchain_redactor.results import Told, masked_error
from langchain_redactor.schemas import with_numbers
from redactor.exceptions import RedactorError

Arguments = tuple[Any, dict[str, Any]]
"""Positional and keyword arguments of a tool's own function: real values."""


@dataclass(frozen=True, slots=True)
class SealedCall:
    """One call: the tool, what it may read, and what LangChain says of the call."""

    tool: BaseTool
    handed: Handed = field(repr=False)
    call_id: str | None
    schema: Mapping[str, Any] = field(repr=False)
    """The tool's own JSON schema, as its author wrote it."""
    config: RunnableConfig = field(repr=False)
    run_manager: Any = field(default=None, repr=False)

    def outcome(self, given: str | dict[str, Any]) -> Outcome[Any]:
        """Run the tool."""
        failure: Exception
        try:
            args, kwargs = self._arguments(given)
            with self._running():
                response = protected.run(self.tool, args, kwargs, *self._asked())
            return self._answer(response)
        except Exception as error:  # noqa: BLE001  every one is handled by the tool's own handler, or raised masked
            failure = error
        return self._failed(failure)

    async def aoutcome(self, given: str | dict[str, Any]) -> Outcome[Any]:
        """The same, async; detection works in the Redactor's pool."""
        failure: Exception
        in_pool = self._bound.chat.in_pool
        try:
            args, kwargs = await in_pool(self._arguments, given)
            with self._running():
                response = await protected.arun(self.tool, args, kwargs, *self._asked())
            return await in_pool(self._answer, response)
        except Exception as error:  # noqa: BLE001  as above
            failure = error
        return await in_pool(self._failed, failure)

    @property
    def _bound(self) -> Bound:
        return self.handed.bound

    # the way in

    def _arguments(self, given: str | dict[str, Any]) -> Arguments:
        """What the tool's own function gets: restored first, so that the tool's own schema sees real values."""
        if isinstance(given, str):
            return protected.arguments(self.tool, self.handed.value(given), self.call_id)
        injected = protected.injected(self.tool)
        said = {name: value for name, value in given.items() if name not in injected.all}
        real = with_numbers(self.handed.value(said), self.schema)
        names = sorted(given.keys() & injected.all, key=lambda name: isinstance(given[name], ToolRuntime))
        put = {name: self._injected(name, given[name], injected) for name in names}
        return protected.arguments(self.tool, {**real, **put}, self.call_id)

    def _injected(self, name: str, value: Any, injected: protected.Injected) -> Any:
        if isinstance(value, ToolRuntime):
            return self._runtime(value)
        if name in injected.store:
            return value
        return self.handed.state(value) if name in injected.state else self.handed.value(value)

    def _runtime(self, runtime: ToolRuntime[Any, Any]) -> ToolRuntime[Any, Any]:
        """The runtime with what the tool may read; its `context` never held a placeholder."""
        return replace(
            runtime,
            state=self.handed.state(runtime.state),
            config=self._restored(runtime.config),
            stream_writer=self._redacting(runtime.stream_writer),
        )

    def _asked(self) -> tuple[RunnableConfig, Any]:
        """The config and the run manager, for a tool that asks for them."""
        return self._restored(self.config), self._listeners().run_manager(self.run_manager)

    def _restored(self, config: RunnableConfig) -> RunnableConfig:
        """The config a tool asks for: its settings as the tool may read them. The run's own keeps placeholders."""
        settings = {
            key: value if key.startswith("__") else self.handed.setting(key, value)
            for key, value in (config.get("configurable") or {}).items()
        }
        return self._heard({**config, "configurable": settings})

    # while it runs

    @contextmanager
    def _running(self) -> Iterator[None]:
        """The tool is at work: what it streams and tells is redacted before anybody hears it, and what it runs with
        real values is told to nobody."""
        untraced = protected.untraced() if self.handed.real else nullcontext()
        with inside(self.handed), protected.running_with(self._heard(self._around), self._redacting), untraced:
            yield

    @property
    def _around(self) -> RunnableConfig:
        """The config of the tool's own run, of which what it runs is a child."""
        return protected.parent_config() or self.config

    def _heard(self, config: RunnableConfig) -> RunnableConfig:
        return protected.with_writer(self._listeners().config(config), self._redacting)

    def _listeners(self) -> Listeners:
        is_async = isinstance(self.run_manager, AsyncRunManager)
        return Listeners(self._around, self._bound, apart=bool(self.handed.real), is_async=is_async)

    def _redacting(self, write: protected.Writer) -> protected.Writer:
        """A stream's writer for the tool. Each piece is looked at by itself: a value that is cut in two is not found,
        so a tool that streams writes whole sentences."""
        return lambda piece: write(shown(piece, self._bound))

    # the way out

    def _answer(self, response: Any) -> Outcome[Any]:
        content, artifact = self._parted(response)
        return self._told(content, artifact, "success")

    def _parted(self, response: Any) -> tuple[Any, Any]:
        if self.tool.response_format != "content_and_artifact":
            return response, None
        if not isinstance(response, tuple) or len(response) != 2:
            raise ValueError(
                "Since response_format='content_and_artifact' a two-tuple of the message content and raw tool output "
                f"is expected. Instead, generated response is of type: {type(response)}."
            )
        return response

    def _told(self, content: Any, artifact: Any, status: str) -> Outcome[Any]:
        drop = self.handed.rule.result == "drop"
        told = Told(self.handed.speaking, self.tool.name, self.call_id, status, drop)
        return Outcome(told.result(content, artifact))

    def _failed(self, error: Exception) -> Outcome[Any]:
        """What the tool's own handler makes of it, redacted; or the masked exception. Handlers see the real one."""
        if isinstance(error, GraphBubbleUp):
            return self._stopped(error)
        try:
            answer = None if is_invalid_resume(error) else protected.handled(self.tool, error)
            if answer is not None:
                return self._told(answer[0], None, "error")
        except Exception as another:  # noqa: BLE001  the handler failed, or its answer could not be redacted
            error = another
        return Outcome(error=self._masked(error))

    def _stopped(self, signal: GraphBubbleUp) -> Outcome[Any]:
        failure: Exception
        try:
            return Outcome(error=redacted_signal(signal, self._bound).with_traceback(None))
        except RedactorError as error:
            failure = error
        return Outcome(error=self._masked(failure))

    def _masked(self, error: Exception) -> BaseException:
        if isinstance(error, protected.validation_errors()):
            masked = masked_invalid(protected.modern(error), self._bound)
        else:
            masked = masked_error(error, self.handed.speaking)
        masked.__context__ = None
        return masked.with_traceback(None)
