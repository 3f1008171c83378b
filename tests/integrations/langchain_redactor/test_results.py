"""What tools give back: every shape LangChain knows arrives redacted, whole and in the same shape."""

import dataclasses
import json
from datetime import date
from decimal import Decimal
from typing import Annotated, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from langchain.tools import InjectedToolCallId
from langchain_core.messages import AIMessage, HumanMessage, ToolMessage
from langchain_core.tools import tool
from langgraph.graph.message import add_messages
from langgraph.types import Command
from pydantic import BaseModel

from langchain_redactor.bound import Bound
from langchain_redactor.results import FAILED, RAN, Told, dropped
from langchain_redactor.tools import seal_tools
from redactor import Redactor
from redactor.exceptions import ConfigError
from redactor.testing import in_memory
from tests.integrations.langchain_redactor.conftest import CANARIES, OTHER, Recorder
from tests.integrations.langchain_redactor.tool_runs import ACCOUNT, BOTH, EMAIL, NAME, Stage, calling, told


@pytest.fixture
def stage(canary_redactor: Redactor, recorder: Recorder, capsys: pytest.CaptureFixture[str], is_async: bool) -> Stage:
    return Stage(canary_redactor, recorder, capsys, is_async)


class Found(BaseModel):
    name: str


@dataclasses.dataclass
class Row:
    name: str


TEXT = {
    "text": (f"order of {CANARIES.name}", f"order of {NAME}"),
    "nothing": (None, "null"),
    "a number": (7, "7"),
    "a personal number": (int(CANARIES.account), ACCOUNT),
    "true": (True, "true"),
    "numbers": ([1.5, int(CANARIES.account)], f'[1.5, "{ACCOUNT}"]'),
    "texts": ([CANARIES.name, CANARIES.email], f'["{NAME}", "{EMAIL}"]'),
    "blocks": ([{"type": "text", "text": CANARIES.name}], [{"type": "text", "text": NAME}]),
    "an empty list": ([], []),
    "a model": (Found(name=CANARIES.name), f"name='{NAME}'"),
    "a row": (Row(CANARIES.name), f"Row(name='{NAME}')"),
    "a set": ({CANARIES.name}, f"{{'{NAME}'}}"),
    "a date": ({"due": date(2026, 1, 2)}, "{'due': datetime.date(2026, 1, 2)}"),
    "a decimal": (Decimal("1.50"), "1.50"),
}


@BOTH
@pytest.mark.parametrize("shape", TEXT)
def test_content_of_every_shape_reads_as_langchain_writes_it(stage: Stage, shape: str) -> None:
    result, expected = TEXT[shape]

    @tool
    def lookup() -> Any:
        """Look up."""
        return result

    message = stage.run([lookup], calling("lookup"))
    assert (message.content, message.tool_call_id, message.name) == (expected, "call_1", "lookup")
    stage.nothing_leaked(message)


@BOTH
def test_an_object_stays_json_and_its_keys_are_redacted_too(stage: Stage) -> None:
    @tool
    def lookup() -> dict[str, Any]:
        """Look up."""
        return {"order_id": int(CANARIES.account), CANARIES.email: [{"holder": CANARIES.name, "open": None}]}

    message = stage.run([lookup], calling("lookup"))
    assert json.loads(str(message.content)) == {"order_id": ACCOUNT, EMAIL: [{"holder": NAME, "open": None}]}
    stage.nothing_leaked(message)


@BOTH
def test_an_artifact_is_redacted_beside_its_content(stage: Stage) -> None:
    @tool(response_format="content_and_artifact")
    def lookup() -> tuple[str, Any]:
        """Look up."""
        return f"order of {CANARIES.name}", {"order": int(CANARIES.account), "rows": [Found(name=CANARIES.name)]}

    message = stage.run([lookup], calling("lookup"))
    assert message.content == f"order of {NAME}"
    assert message.artifact == {"order": ACCOUNT, "rows": [Found(name=NAME)]}
    stage.nothing_leaked(message)


@BOTH
@pytest.mark.parametrize("result", ["text", ("only one",), None], ids=["text", "one", "none"])
def test_a_result_without_its_artifact_is_refused_as_langchain_does(stage: Stage, result: Any) -> None:
    @tool(response_format="content_and_artifact")
    def lookup() -> Any:
        """Look up."""
        return result

    stage.build([lookup], [calling("lookup")])
    with pytest.raises(ValueError, match="two-tuple"):
        stage.invoke()


def _answer(call_id: str, text: str) -> ToolMessage:
    return ToolMessage(text, tool_call_id=call_id, artifact={"name": CANARIES.name})


@BOTH
def test_a_message_a_command_and_several_of_them_are_redacted(stage: Stage) -> None:
    @tool
    def lookup(kind: str, call_id: Annotated[str, InjectedToolCallId]) -> Any:
        """Look up."""
        said = _answer(call_id, f"order of {CANARIES.name}")
        more = HumanMessage(f"and {OTHER.email}", id=f"from {OTHER.name}")
        return {
            "message": said,
            "command": Command(update={"messages": [said, more]}, goto="model"),
            "several": [said, Command(update={"messages": [more]})],
        }[kind]

    for kind in ("message", "command", "several"):
        stage.build([lookup], [calling("lookup", kind=kind)])
        state = stage.invoke()
        message = told(state)
        assert (message.content, message.artifact) == (f"order of {NAME}", {"name": NAME})
        assert message.tool_call_id == "call_1", "the model's own id of the call stays"
        stage.nothing_leaked(state)


@BOTH
def test_a_tool_message_is_a_turn_that_comes_back_as_it_was(stage: Stage) -> None:
    from langchain_redactor.values import restore_value

    said = f"order of  {CANARIES.name.lower()}"

    @tool
    def lookup() -> str:
        """Look up."""
        return said

    message = stage.run([lookup], calling("lookup"))
    restored = restore_value(message, Bound(stage.chat))
    assert restored.content == said
    assert "redactor_turns" not in restored.response_metadata


@BOTH
def test_outside_of_a_call_by_an_llm_the_value_itself_comes_back(stage: Stage) -> None:
    (made,) = seal_tools([_rows])
    assert made.invoke({}, stage.config()) == {"rows": [NAME, 3]}


@tool
def _rows() -> dict[str, Any]:
    """Look up."""
    return {"rows": [CANARIES.name, 3]}


# nothing of the result


@BOTH
def test_of_a_dropped_result_the_model_sees_that_the_tool_ran(stage: Stage) -> None:
    @tool(response_format="content_and_artifact")
    def lookup() -> tuple[str, Any]:
        """Look up."""
        return "nothing personal", {"rows": 3}

    message = stage.run([lookup], calling("lookup"), {"lookup": {"result": "drop"}})
    assert (message.content, message.artifact, message.tool_call_id) == (RAN, None, "call_1")
    stage.nothing_leaked(message)


@BOTH
def test_of_a_dropped_command_other_messages_go_and_state_is_redacted(stage: Stage) -> None:
    @tool
    def lookup(call_id: Annotated[str, InjectedToolCallId]) -> Any:
        """Look up."""
        dicts = {"role": "tool", "content": "two", "tool_call_id": call_id}
        return Command(update={"messages": [dicts, HumanMessage("three")], "note": CANARIES.name})

    made = seal_tools([lookup], {"lookup": {"result": "drop"}})[0]
    call = {"name": "lookup", "args": {}, "id": "call_1", "type": "tool_call"}
    update = made.invoke(call, stage.config()).update
    assert [(each.content, each.tool_call_id) for each in update["messages"]] == [(RAN, "call_1")]
    assert update["note"] == NAME


def test_a_dropped_error_says_that_it_was_one() -> None:
    error = ToolMessage("what it said", tool_call_id="a", status="error", artifact=1)
    assert (dropped(error).content, dropped(error).artifact, dropped(error).status) == (FAILED, None, "error")
    assert dropped("text", "error") == FAILED
    assert [each.content for each in dropped([error, ToolMessage("x", tool_call_id="b")])] == [FAILED, RAN]
    assert dropped({"a": 1}) == RAN


# laws


_LEAVES = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=12)
_PLANTED = st.sampled_from([CANARIES.name, CANARIES.email, int(CANARIES.account), f"of {CANARIES.name}!"])
_JSON = st.recursive(
    _LEAVES | _PLANTED,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5) | st.just(CANARIES.email), inner),
    max_leaves=8,
)


@pytest.fixture(scope="module")
def told_of() -> Any:
    with in_memory(CANARIES.types) as redactor:
        chat = redactor.conversation("laws")
        yield Told(Bound(chat), "lookup", "call_1")


@given(result=_JSON)
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_json_is_redacted_and_still_the_same_json_in_shape(told_of: Told, result: Any) -> None:
    message = told_of.result(result)
    CANARIES.nowhere_in(message)
    if isinstance(message.content, str) and isinstance(result, list | dict):
        assert _shape(json.loads(message.content)) == _shape(json.loads(json.dumps(result)))


def _shape(value: Any) -> Any:
    if isinstance(value, dict):
        return sorted(map(repr, map(_shape, value.values())))
    return [_shape(item) for item in value] if isinstance(value, list) else None


def test_messages_of_a_result_are_merged_like_any_others(canary_redactor: Redactor) -> None:
    chat = canary_redactor.conversation("merge")
    result = Told(Bound(chat), "lookup", "call_1").result(_answer("call_1", f"of {CANARIES.name}"))
    before: list[Any] = [AIMessage("", id="1")]
    merged: Any = add_messages(before, [result])
    assert [each.content for each in merged] == ["", f"of {NAME}"]


@BOTH
def test_what_cannot_be_searched_is_refused_by_name_with_a_way_out(stage: Stage) -> None:
    class Frame:
        """Like a data frame: an object that is no data."""

    @tool(response_format="content_and_artifact")
    def lookup() -> tuple[str, Any]:
        """Look up."""
        return f"order of {CANARIES.name}", Frame()

    stage.build([lookup], [calling("lookup")])
    with pytest.raises(ConfigError, match=r"'lookup' has run.*Frame cannot be searched.*result=\"drop\""):
        stage.invoke()
    stage.nothing_leaked()
    assert stage.run([lookup], calling("lookup"), {"lookup": {"result": "drop"}}).content == RAN
    stage.nothing_leaked()
