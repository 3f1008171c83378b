"""However a sealed call ends, and whatever it streams on the way, nothing personal leaves it."""

import asyncio
import traceback
from collections.abc import Iterator
from typing import Any

import pytest
from langchain.tools import ToolRuntime
from langchain_core.tools import StructuredTool, ToolException, tool
from langgraph.config import get_stream_writer
from langgraph.errors import GraphDrained
from langgraph.prebuilt import ToolNode
from pydantic import BaseModel, Field, ValidationError, field_validator
from pydantic.v1 import BaseModel as BaseModelV1
from pydantic.v1 import validator

from langchain_redactor.errors import MaskedError
from langchain_redactor.tools import seal_tools
from redactor import Redactor
from redactor.exceptions import BlockedError
from redactor.policy import Policy
from redactor.testing import in_memory
from tests.integrations.langchain_redactor.conftest import CANARIES, OTHER, Recorder
from tests.integrations.langchain_redactor.tool_runs import ACCOUNT, BOTH, EMAIL, NAME, Stage, calling, told

LOOKUP = {"lookup": {"args": ["ACCOUNT_ID"]}}


@pytest.fixture
def stage(canary_redactor: Redactor, recorder: Recorder, capsys: pytest.CaptureFixture[str], is_async: bool) -> Stage:
    return Stage(canary_redactor, recorder, capsys, is_async)


def locals_of(error: BaseException) -> Iterator[str]:
    """What the frames of its traceback hold, but for those of this file: what an error reporter would send."""
    for frame, _ in traceback.walk_tb(error.__traceback__):
        if frame.f_code.co_filename != __file__:
            yield repr(frame.f_locals)


# exceptions


class ShopError(Exception):
    def __init__(self, order: str, holder: dict[str, str]) -> None:
        super().__init__(f"no order {order} of {holder['name']}")
        self.order, self.holder = order, holder


def failing(kind: str, order: str) -> None:
    """Raise, with the real value wherever an exception can hold one."""
    if kind == "ours":
        raise ShopError(order, {"name": CANARIES.name})
    if kind == "chained":
        try:
            raise KeyError(CANARIES.email)
        except KeyError as error:
            raise RuntimeError(f"failed for {order}") from error
    if kind == "noted":
        noted = ValueError("no")
        noted.add_note(f"it was {order}")
        raise noted
    if kind == "group":
        raise ExceptionGroup("several", [ValueError(order), ShopError(order, {"name": OTHER.name})])
    if kind == "tool":
        raise ToolException(f"no order {order}")
    raise OSError(2, f"no file of {CANARIES.name}", f"/orders/{order}")


KINDS: dict[str, Any] = {
    "ours": ShopError,
    "chained": RuntimeError,
    "noted": ValueError,
    "group": ExceptionGroup,
    "tool": ToolException,
    "os": (OSError, MaskedError),
}


@BOTH
@pytest.mark.parametrize("kind", KINDS)
def test_an_exception_keeps_its_type_and_loses_what_is_personal(stage: Stage, kind: str) -> None:
    @tool
    def lookup(order: str) -> str:
        """Look up."""
        failing(kind, order)
        return "found"

    stage.build([lookup], [calling("lookup", order=ACCOUNT)], LOOKUP)
    with pytest.raises(KINDS[kind]) as caught:
        stage.invoke()
    if kind != "os":  # what cannot be changed in place is replaced
        assert type(caught.value) is KINDS[kind]
    if kind in ("ours", "chained", "tool"):
        assert ACCOUNT in str(caught.value)
    stage.nothing_leaked(caught.value, *locals_of(caught.value))


@BOTH
def test_a_placeholder_forged_in_an_exception_is_data(stage: Stage) -> None:
    @tool
    def lookup(order: str) -> str:
        """Look up."""
        raise ToolException(f"use {EMAIL} for {order}")

    with_handler = ToolNode(seal_tools([lookup], LOOKUP), handle_tool_errors=True)
    stage.build([lookup], [calling("lookup", order=ACCOUNT)], LOOKUP)
    stage.agent.nodes["tools"].bound._handle_tool_errors = with_handler._handle_tool_errors
    content = told(stage.invoke()).content
    assert EMAIL not in content
    assert f"use [LITERAL_1] for {ACCOUNT}" in content
    stage.nothing_leaked()


@BOTH
@pytest.mark.parametrize("handler", [True, "Ask a colleague.", "callable"], ids=["true", "text", "callable"])
def test_the_tools_own_error_handler_works_and_what_it_says_is_redacted(stage: Stage, handler: Any) -> None:
    heard: list[str] = []

    def handled(error: ToolException) -> str:
        heard.append(str(error))
        return f"handled: {error} for {CANARIES.name}"

    def lookup(order: str) -> str:
        """Look up."""
        raise ToolException(f"no order {order}")

    chosen = handled if handler == "callable" else handler
    made = StructuredTool.from_function(lookup, handle_tool_error=chosen)
    message = stage.run([made], calling("lookup", order=ACCOUNT), LOOKUP)
    said = {True: f"no order {ACCOUNT}", "callable": f"handled: no order {ACCOUNT} for {NAME}"}.get(handler, handler)
    assert (message.status, message.content) == ("error", said)
    assert heard == ([f"no order {CANARIES.account}"] if handler == "callable" else [])
    stage.nothing_leaked(message)


@BOTH
def test_an_error_handler_that_fails_itself_leaks_nothing(stage: Stage) -> None:
    def handled(error: ToolException) -> str:
        raise LookupError(f"cannot handle {error}")

    def lookup(order: str) -> str:
        """Look up."""
        raise ToolException(f"no order {order}")

    made = StructuredTool.from_function(lookup, handle_tool_error=handled)
    stage.build([made], [calling("lookup", order=ACCOUNT)], LOOKUP)
    with pytest.raises(LookupError, match="cannot handle no order") as caught:
        stage.invoke()
    stage.nothing_leaked(caught.value, *locals_of(caught.value))


class Strict(BaseModel):
    """Look up."""

    order: str

    @field_validator("order")
    @classmethod
    def must_be_known(cls, order: str) -> str:
        raise ValueError(f"{order} of {CANARIES.name} is unknown")


class StrictV1(BaseModelV1):
    """Look up."""

    order: str

    @validator("order")
    def must_be_known(cls, order: str) -> str:
        raise ValueError(f"{order} of {CANARIES.name} is unknown")


@BOTH
@pytest.mark.parametrize("schema", [Strict, StrictV1], ids=["pydantic 2", "pydantic 1"])
def test_what_a_validator_says_reaches_the_model_redacted(stage: Stage, schema: Any) -> None:
    made = StructuredTool(name="lookup", description="Look up.", args_schema=schema, func=lambda order: order)
    message = stage.run([made], calling("lookup", order=ACCOUNT), LOOKUP)
    assert message.status == "error"
    assert f"{ACCOUNT} of {NAME} is unknown" in message.content
    assert "order: " in message.content
    stage.nothing_leaked(message)


@BOTH
@pytest.mark.parametrize("handler", [True, "Again, please.", "callable"], ids=["true", "text", "callable"])
def test_the_tools_own_handler_of_misfits_works_and_is_redacted(stage: Stage, handler: Any) -> None:
    def handled(error: Any) -> str:
        return f"{error.errors()[0]['input']} does not fit"

    chosen = handled if handler == "callable" else handler
    made = StructuredTool(
        name="lookup",
        description="Look up.",
        args_schema=Strict,
        func=lambda order: order,
        handle_validation_error=chosen,
    )
    message = stage.run([made], calling("lookup", order=ACCOUNT), LOOKUP)
    said = {True: "Tool input validation error", "callable": f"{ACCOUNT} does not fit"}.get(handler, handler)
    assert (message.status, message.content) == ("error", said)
    stage.nothing_leaked(message)


@BOTH
def test_a_misfit_without_a_graph_is_a_validation_error_without_values(stage: Stage) -> None:
    class Count(BaseModel):
        """Count."""

        order: int = Field(lt=10)

    inner = StructuredTool(name="lookup", description="x", args_schema=Count, func=lambda order: order)
    (made,) = seal_tools([inner], LOOKUP)
    with pytest.raises(ValidationError) as caught:
        stage.call(made, order=ACCOUNT)
    first = caught.value.errors()[0]
    assert (first["loc"], first["msg"], first["input"]) == (("order",), "Input should be less than 10", None)
    CANARIES.nowhere_in(caught.value, *locals_of(caught.value), stage.recorder.everything)


@BOTH
def test_a_result_that_cannot_be_checked_does_not_go_on(
    recorder: Recorder, capsys: pytest.CaptureFixture[str], is_async: bool
) -> None:
    policy = Policy.from_dict({"name": "strict", "types": {"IBAN_CODE": {"operator": "block"}}})
    with in_memory({OTHER.iban: "IBAN_CODE", CANARIES.account: "ACCOUNT_ID"}, policy=policy) as redactor:
        stage = Stage(redactor, recorder, capsys, is_async, said=f"It is {CANARIES.account}.")

        @tool
        def lookup() -> str:
            """Look up."""
            return f"refund to {OTHER.iban}"

        stage.build([lookup], [calling("lookup")])
        with pytest.raises(BlockedError) as caught:
            stage.invoke()
        stage.nothing_leaked(caught.value, *locals_of(caught.value))


@BOTH
def test_signals_of_the_graph_pass(stage: Stage) -> None:
    @tool
    def lookup() -> str:
        """Look up."""
        raise GraphDrained

    with pytest.raises(GraphDrained):
        stage.call(seal_tools([lookup])[0])


def test_a_cancelled_call_is_cancelled(
    canary_redactor: Redactor, recorder: Recorder, capsys: pytest.CaptureFixture[str]
) -> None:
    stage = Stage(canary_redactor, recorder, capsys, True)

    @tool
    async def lookup(order: str) -> str:
        """Look up."""
        await asyncio.sleep(30)
        return order

    async def cancelled() -> None:
        (made,) = seal_tools([lookup], LOOKUP)
        running = asyncio.create_task(made.ainvoke({"order": ACCOUNT}, stage.config()))
        await asyncio.sleep(0.1)
        running.cancel()
        await running

    with pytest.raises(asyncio.CancelledError) as caught:
        asyncio.run(cancelled())
    CANARIES.nowhere_in(str(caught.value), recorder.everything)


# what is streamed


@BOTH
def test_what_a_tool_writes_to_the_stream_is_redacted_first(stage: Stage) -> None:
    @tool
    def lookup(order: str, runtime: ToolRuntime[Any, Any]) -> str:
        """Look up."""
        get_stream_writer()({"looking for": order, "who": CANARIES.name})
        runtime.stream_writer(f"still looking for {order} of {EMAIL}")
        runtime.config["configurable"]["__pregel_runtime"].stream_writer(f"{OTHER.name} has it")
        return "found"

    stage.build([lookup], [calling("lookup", order=ACCOUNT)], LOOKUP)
    parts = stage.stream("custom")
    assert parts[:2] == [{"looking for": ACCOUNT, "who": NAME}, f"still looking for {ACCOUNT} of {EMAIL}"]
    assert len(parts) == 3
    stage.nothing_leaked(parts)


@BOTH
def test_what_a_tool_emits_as_its_output_grows_is_redacted_first(stage: Stage) -> None:
    @tool
    def lookup(order: str, runtime: ToolRuntime[Any, Any]) -> str:
        """Look up."""
        runtime.emit_output_delta(f"order {order} of ")
        runtime.emit_output_delta(CANARIES.name)
        return f"order {order} of {CANARIES.name}"

    stage.build([lookup], [calling("lookup", order=ACCOUNT)], LOOKUP)
    parts = stage.stream("tools")
    deltas = [part["delta"] for part in parts if part["event"] == "tool-output-delta"]
    assert deltas == [f"order {ACCOUNT} of ", NAME]
    assert {part["event"] for part in parts} == {"tool-started", "tool-output-delta", "tool-finished"}
    stage.nothing_leaked(parts)


@BOTH
def test_no_stream_mode_shows_a_value(stage: Stage) -> None:
    @tool
    def lookup(order: str) -> str:
        """Look up."""
        return f"order {order} of {CANARIES.name}"

    stage.build([lookup], [calling("lookup", order=ACCOUNT)], LOOKUP)
    modes = ["values", "updates", "messages", "custom", "debug", "tasks", "checkpoints", "tools"]
    parts = stage.stream(modes)
    assert {mode for mode, _ in parts} == set(modes) - {"custom"}
    stage.nothing_leaked(repr(parts))
