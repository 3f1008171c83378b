"""Tools get real values where a rule says so, and nowhere else; what they give is redacted before anybody sees it."""

import asyncio
import traceback
from typing import Annotated, Any

import pytest
from langchain.tools import InjectedState, ToolRuntime
from langchain_core.messages import AIMessage, HumanMessage, ToolMessage
from langchain_core.runnables import RunnableConfig
from langchain_core.tools import InjectedToolCallId, ToolException, tool
from langgraph.config import get_stream_writer
from langgraph.types import Command
from pydantic import BaseModel, Field

from redactor.exceptions import RedactorError
from redactor.policy import ToolRule
from tests.integrations.langchain_redactor.conftest import CANARIES, OTHER, Canaries
from tests.integrations.langchain_redactor.scenes import ASK, GOT, RULES, Staged, calls, echo, look_up


@pytest.fixture(autouse=True)
def nothing_given_yet() -> None:
    GOT.clear()


def test_a_tool_gets_the_types_its_rule_names(stage: Staged, canaries: Canaries) -> None:
    scene = stage([ASK, echo], [look_up], tool_policy=RULES)
    reply = scene.reply(HumanMessage(canaries.said))
    assert [canaries.account] == GOT
    assert reply == f"You said: {canaries.account}: {canaries.name}, {canaries.iban}, also {OTHER.email}"
    scene.keeps_inside_clean()


async def test_the_same_async(stage: Staged, canaries: Canaries) -> None:
    scene = stage([ASK, echo], [look_up], tool_policy=RULES)
    await scene.asay(HumanMessage(canaries.said))
    assert [canaries.account] == GOT
    scene.keeps_inside_clean()


@pytest.mark.parametrize("policy", [None, {}, {"look_up": ToolRule()}, {"look_up": {"args": ["PERSON"]}}])
def test_a_tool_gets_no_other_value(stage: Staged, canaries: Canaries, policy: Any) -> None:
    scene = stage([ASK, echo], [look_up], tool_policy=policy)
    scene.say(HumanMessage(canaries.said))
    assert GOT == ["[ACCOUNT_ID_1]"]
    scene.keeps_inside_clean()


def test_a_rule_for_a_tool_that_is_not_there_is_refused(stage: Staged) -> None:
    with pytest.raises(RedactorError, match="look_up"):
        stage([echo], [look_up], tool_policy={"lookup": {"args": ["PERSON"]}})


def test_a_rule_of_an_unknown_type_is_refused(stage: Staged) -> None:
    with pytest.raises(RedactorError, match="PERSON"):
        stage([echo], [look_up], tool_policy={"look_up": {"args": ["PERSONS"]}})


def test_a_result_may_be_dropped(stage: Staged, canaries: Canaries) -> None:
    scene = stage([ASK, echo], [look_up], tool_policy={"look_up": {"args": ["ACCOUNT_ID"], "result": "drop"}})
    scene.say(HumanMessage(canaries.said))
    assert [canaries.account] == GOT
    scene.keeps_inside_clean()
    assert "[EMAIL_ADDRESS_2]" not in scene.read[1]


class Wanted(BaseModel):
    """What an order's tool wants."""

    order: str = Field(pattern=r"^\d{10}$")
    mail: str = Field(pattern=r"^[^@]+@[^@]+$")
    count: int = 1


@tool(args_schema=Wanted)
def strict(order: str, mail: str, count: int) -> str:
    """Take an order."""
    GOT.append((order, mail, count))
    return "done"


STRICT = {"strict": {"args": ["ACCOUNT_ID", "EMAIL_ADDRESS"]}}


def test_a_schema_validates_the_real_value(stage: Staged, canaries: Canaries) -> None:
    call = calls(("strict", {"order": "[ACCOUNT_ID_1]", "mail": "[EMAIL_ADDRESS_1]", "count": 2}))
    scene = stage([call, "done"], [strict], tool_policy=STRICT)
    scene.say(HumanMessage(canaries.said))
    assert [(canaries.account, canaries.email, 2)] == GOT
    scene.keeps_inside_clean()


def test_a_value_that_does_not_fit_is_told_without_the_value(stage: Staged, canaries: Canaries) -> None:
    call = calls(("strict", {"order": "[IBAN_CODE_1]", "mail": "[EMAIL_ADDRESS_1]"}))
    scene = stage([call, echo], [strict], tool_policy={"strict": {"args": ["IBAN_CODE", "EMAIL_ADDRESS"]}})
    scene.say(HumanMessage(canaries.said))
    assert GOT == []
    scene.keeps_inside_clean()
    assert "order" in scene.read[1]


@tool
def numeric(order: int) -> str:
    """Take a number."""
    GOT.append(order)
    return str(order + 1)


def test_a_number_arrives_as_a_number(stage: Staged, canaries: Canaries) -> None:
    scene = stage([calls(("numeric", {"order": "[ACCOUNT_ID_1]"})), echo], [numeric], tool_policy={
        "numeric": {"args": ["ACCOUNT_ID"]}
    })  # fmt: skip
    scene.say(HumanMessage(canaries.said))
    assert [int(canaries.account)] == GOT
    scene.keeps_inside_clean()


class Mishap(Exception):
    """A tool's own error, with everything personal in it that there is."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.customer = text
        self.rows = [{"mail": CANARIES.email}]


@tool
def failing(order: str) -> str:
    """Fail."""
    try:
        raise KeyError(CANARIES.iban)
    except KeyError as error:
        raise Mishap(f"no {order} for {CANARIES.name}") from error


@pytest.mark.parametrize("via", ["invoke", "stream"])
def test_a_tool_that_raises_tells_nobody(stage: Staged, canaries: Canaries, via: str) -> None:
    call = calls(("failing", {"order": "[ACCOUNT_ID_1]"}))
    scene = stage([call], [failing], tool_policy={"failing": {"args": ["ACCOUNT_ID"]}})
    with pytest.raises(Mishap) as raised:
        if via == "invoke":
            scene.say(HumanMessage(canaries.said))
        else:
            list(scene.agent.stream({"messages": [HumanMessage(canaries.said)]}, scene.config))
    scene.keeps_inside_clean()
    error = raised.value
    canaries.nowhere_in(error.args, vars(error), error.__cause__, error.__context__, getattr(error, "__notes__", []))
    canaries.nowhere_in("".join(traceback.format_exception(error)))
    assert "[ACCOUNT_ID_1]" in str(error)


async def test_a_tool_that_raises_tells_nobody_async(stage: Staged, canaries: Canaries) -> None:
    @tool
    async def failing_too(order: str) -> str:
        """Fail."""
        await asyncio.sleep(0)
        raise Mishap(f"no {order} for {CANARIES.name}")

    call = calls(("failing_too", {"order": "[ACCOUNT_ID_1]"}))
    scene = stage([call], [failing_too], tool_policy={"failing_too": {"args": ["ACCOUNT_ID"]}})
    with pytest.raises(Mishap) as raised:
        await scene.asay(HumanMessage(canaries.said))
    scene.keeps_inside_clean()
    canaries.nowhere_in("".join(traceback.format_exception(raised.value)), vars(raised.value))


def test_an_error_meant_for_the_model_is_redacted(stage: Staged, canaries: Canaries) -> None:
    @tool
    def picky(order: str) -> str:
        """Fail."""
        raise ToolException(f"{order} is {CANARIES.name}'s, ask {OTHER.email}")

    picky.handle_tool_error = True
    scene = stage([calls(("picky", {"order": "[ACCOUNT_ID_1]"})), echo], [picky], tool_policy={
        "picky": {"args": ["ACCOUNT_ID"]}
    })  # fmt: skip
    reply = scene.reply(HumanMessage(canaries.said))
    scene.keeps_inside_clean()
    assert f"{canaries.account} is {canaries.name}'s" in reply


@tool
async def a_look_up(order: str) -> str:
    """Look an order up, async."""
    await asyncio.sleep(0)
    GOT.append(order)
    return f"{order} of {CANARIES.name}"


async def test_an_async_tool(stage: Staged, canaries: Canaries) -> None:
    scene = stage([calls(("a_look_up", {"order": "[ACCOUNT_ID_1]"})), echo], [a_look_up], tool_policy={
        "a_look_up": {"args": ["ACCOUNT_ID"]}
    })  # fmt: skip
    await scene.asay(HumanMessage(canaries.said))
    assert [canaries.account] == GOT
    scene.keeps_inside_clean()


def test_calls_in_parallel(stage: Staged, canaries: Canaries) -> None:
    wanted = [("look_up", {"order": "[ACCOUNT_ID_1]"}), ("look_up", {"order": "[IBAN_CODE_1]"})] * 4
    scene = stage([calls(*wanted), "done"], [look_up], tool_policy=RULES)
    scene.say(HumanMessage(canaries.said))
    assert sorted(GOT) == sorted([canaries.account, "[IBAN_CODE_1]"] * 4)
    scene.keeps_inside_clean()


@tool
def with_everything(
    order: str,
    state: Annotated[dict[str, Any], InjectedState],
    call_id: Annotated[str, InjectedToolCallId],
    config: RunnableConfig,
) -> Command[Any]:
    """Take all that a tool may be handed."""
    GOT.append((order, [message.text for message in state["messages"]], config["configurable"].get("user")))
    message = ToolMessage(f"for {CANARIES.name}", tool_call_id=call_id, artifact={"iban": OTHER.iban})
    return Command(update={"messages": [message]})


def test_a_tool_that_reads_state_and_config_and_returns_a_command(stage: Staged, canaries: Canaries) -> None:
    scene = stage([calls(("with_everything", {"order": "[ACCOUNT_ID_1]"})), echo], [with_everything], tool_policy={
        "with_everything": {"args": ["ACCOUNT_ID"]}
    })  # fmt: skip
    config = scene.config
    config["configurable"]["user"] = canaries.account
    scene.agent.invoke({"messages": [HumanMessage(f"{canaries.account}, {canaries.name}")]}, config)
    assert [(canaries.account, [f"{canaries.account}, [PERSON_1]", ""], canaries.account)] == GOT
    scene.keeps_inside_clean()


def test_a_tools_runtime_holds_what_its_rule_names(stage: Staged, canaries: Canaries) -> None:
    @tool
    def runs(order: str, runtime: ToolRuntime[Any, Any]) -> str:
        """Use the runtime."""
        GOT.append(runtime.state["messages"][0].text)
        runtime.stream_writer({"progress": f"asking for {CANARIES.name}"})
        return "done"

    scene = stage([calls(("runs", {"order": "[ACCOUNT_ID_1]"})), echo], [runs], tool_policy={
        "runs": {"args": ["ACCOUNT_ID"]}
    })  # fmt: skip
    said = {"messages": [HumanMessage(f"{canaries.account}, {canaries.name}")]}
    parts = list(scene.agent.stream(said, scene.config, stream_mode="custom"))
    assert [f"{canaries.account}, [PERSON_1]"] == GOT
    assert parts == [{"progress": f"asking for {canaries.name}"}]
    scene.keeps_inside_clean()


def test_what_a_tool_writes_to_the_stream_is_restored_for_the_caller_only(stage: Staged, canaries: Canaries) -> None:
    @tool
    def writes(order: str) -> str:
        """Write to the stream."""
        get_stream_writer()(f"{order}: {CANARIES.iban}")
        return "done"

    scene = stage([calls(("writes", {"order": "[ACCOUNT_ID_1]"})), "done"], [writes], tool_policy={
        "writes": {"args": ["ACCOUNT_ID"]}
    })  # fmt: skip
    said = {"messages": [HumanMessage(canaries.said)]}
    parts = list(scene.agent.stream(said, scene.config, stream_mode=["custom", "updates"]))
    assert ("custom", f"{canaries.account}: {canaries.iban}") in parts
    scene.keeps_inside_clean()


@pytest.mark.parametrize(
    "result",
    [
        {"owner": CANARIES.name, "n": 8706847615, CANARIES.email: [OTHER.phone]},
        [{"type": "text", "text": CANARIES.said}],
        [CANARIES.name, OTHER.name],
        8706847615,
        None,
        "",
    ],
    ids=["dict", "blocks", "list", "number", "nothing", "empty"],
)
def test_results_of_every_kind_are_redacted(stage: Staged, canaries: Canaries, result: Any) -> None:
    @tool
    def fetch() -> Any:
        """Fetch."""
        return result

    scene = stage([calls(("fetch", {})), AIMessage("fine")], [fetch])
    scene.say(HumanMessage("hi"))
    scene.keeps_inside_clean()


def test_a_tool_that_returns_to_the_customer_directly(stage: Staged, canaries: Canaries) -> None:
    @tool(return_direct=True)
    def direct(order: str) -> str:
        """Answer the customer."""
        return f"{order}: {CANARIES.name}, {OTHER.email}"

    scene = stage([calls(("direct", {"order": "[ACCOUNT_ID_1]"}))], [direct], tool_policy={
        "direct": {"args": ["ACCOUNT_ID"]}
    })  # fmt: skip
    assert scene.reply(HumanMessage(canaries.said)) == f"{canaries.account}: {canaries.name}, {OTHER.email}"
    scene.keeps_inside_clean()
