"""Tools get real values where a rule says so, and nowhere else; what they give is redacted before anybody sees it."""

import asyncio
import traceback
from typing import Annotated, Any

import pytest
from langchain.agents import create_agent
from langchain.tools import InjectedState, ToolRuntime
from langchain_core.documents import Document
from langchain_core.messages import AIMessage, HumanMessage, ToolMessage
from langchain_core.retrievers import BaseRetriever
from langchain_core.runnables import RunnableConfig
from langchain_core.tools import InjectedToolCallId, ToolException, create_retriever_tool, tool
from langgraph.config import get_stream_writer
from langgraph.types import Command
from pydantic import BaseModel, Field

from langchain_redactor import SealedRetriever, create_redacted_agent, redacted
from langchain_redactor.testing import RecordingModel
from redactor import Redactor
from redactor.exceptions import RedactorError
from redactor.policy import ToolRule
from tests.integrations.langchain_redactor.conftest import CANARIES, OTHER, Canaries, Recorder
from tests.integrations.langchain_redactor.scenes import Staged, calls, echo, last

GOT: list[Any] = []
"""What the tools below were given."""


@pytest.fixture(autouse=True)
def nothing_given_yet() -> None:
    GOT.clear()


@tool
def look_up(order: str) -> str:
    """Look an order up."""
    GOT.append(order)
    return f"{order}: {CANARIES.name}, {CANARIES.email}, also {OTHER.phone}"


ASK = calls(("look_up", {"order": "[ACCOUNT_ID_1]"}))
RULE = {"look_up": ToolRule(args=frozenset({"ACCOUNT_ID"}))}


def _clean(scene: Any) -> None:
    scene.keeps_inside_clean()
    OTHER.nowhere_in(*scene.inside())


def test_a_tool_gets_the_types_its_rule_names(stage: Staged, canaries: Canaries) -> None:
    scene = stage([ASK, echo], [look_up], tool_policy=RULE)
    reply = scene.reply(HumanMessage(canaries.said))
    assert [canaries.account] == GOT
    assert reply == f"You said: {canaries.account}: {canaries.name}, {canaries.email}, also {OTHER.phone}"
    _clean(scene)


async def test_the_same_async(stage: Staged, canaries: Canaries) -> None:
    scene = stage([ASK, echo], [look_up], tool_policy=RULE)
    await scene.asay(HumanMessage(canaries.said))
    assert [canaries.account] == GOT
    _clean(scene)


@pytest.mark.parametrize("policy", [None, {}, {"look_up": ToolRule()}, {"look_up": {"args": ["PERSON"]}}])
def test_a_tool_gets_no_other_value(stage: Staged, canaries: Canaries, policy: Any) -> None:
    scene = stage([ASK, echo], [look_up], tool_policy=policy)
    scene.say(HumanMessage(canaries.said))
    assert GOT == ["[ACCOUNT_ID_1]"]
    _clean(scene)


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
    _clean(scene)
    assert "[PHONE_NUMBER_2]" not in scene.read[1]


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
    _clean(scene)


def test_a_value_that_does_not_fit_is_told_without_the_value(stage: Staged, canaries: Canaries) -> None:
    call = calls(("strict", {"order": "[IBAN_CODE_1]", "mail": "[EMAIL_ADDRESS_1]"}))
    scene = stage([call, echo], [strict], tool_policy={"strict": {"args": ["IBAN_CODE", "EMAIL_ADDRESS"]}})
    scene.say(HumanMessage(canaries.said))
    assert GOT == []
    _clean(scene)
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
    _clean(scene)


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
    _clean(scene)
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
    _clean(scene)
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
    _clean(scene)
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
    _clean(scene)


def test_calls_in_parallel(stage: Staged, canaries: Canaries) -> None:
    wanted = [("look_up", {"order": "[ACCOUNT_ID_1]"}), ("look_up", {"order": "[IBAN_CODE_1]"})] * 4
    scene = stage([calls(*wanted), "done"], [look_up], tool_policy=RULE)
    scene.say(HumanMessage(canaries.said))
    assert sorted(GOT) == sorted([canaries.account, "[IBAN_CODE_1]"] * 4)
    _clean(scene)


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
    _clean(scene)


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
    _clean(scene)


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
    _clean(scene)


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
    _clean(scene)


def test_a_tool_that_returns_to_the_customer_directly(stage: Staged, canaries: Canaries) -> None:
    @tool(return_direct=True)
    def direct(order: str) -> str:
        """Answer the customer."""
        return f"{order}: {CANARIES.name}, {OTHER.email}"

    scene = stage([calls(("direct", {"order": "[ACCOUNT_ID_1]"}))], [direct], tool_policy={
        "direct": {"args": ["ACCOUNT_ID"]}
    })  # fmt: skip
    assert scene.reply(HumanMessage(canaries.said)) == f"{canaries.account}: {canaries.name}, {OTHER.email}"
    _clean(scene)


class Shelf(BaseRetriever):
    """Finds the same documents, whatever is asked."""

    asked: list[str]

    def _get_relevant_documents(self, query: str, *, run_manager: Any) -> list[Document]:
        self.asked.append(query)
        return [
            Document(
                f"{CANARIES.name} lives with {OTHER.name}; order [ACCOUNT_ID_1]",
                metadata={"source": f"{CANARIES.email}.txt", "card": CANARIES.card},
                id=OTHER.account,
            )
        ]


def test_documents_of_a_sealed_retriever_reach_the_model_redacted(stage: Staged, canaries: Canaries) -> None:
    shelf = Shelf(asked=[])
    search = create_retriever_tool(SealedRetriever(shelf), "search", "Search the shelf.")
    scene = stage([calls(("search", {"query": "what of [PERSON_1]?"})), "[PERSON_1] knows [PERSON_2]"], [search])
    assert scene.reply(HumanMessage(canaries.said)) == f"{canaries.name} knows {OTHER.name}"
    assert shelf.asked == ["what of [PERSON_1]?"]
    assert canaries.account not in scene.agent.get_state(scene.config, reveal=True).values["messages"][2].text
    _clean(scene)


def test_documents_in_a_chain_reach_the_model_redacted(
    canary_redactor: Redactor, canaries: Canaries, recorder: Recorder
) -> None:
    from langchain_core.prompts import ChatPromptTemplate
    from langchain_core.runnables import RunnablePassthrough

    model = RecordingModel(replies=[echo])
    prompt = ChatPromptTemplate([("system", "Found: {found}"), ("user", "{said}")])
    steps: Any = {"found": SealedRetriever(Shelf(asked=[])), "said": RunnablePassthrough()}
    chain = redacted(steps | prompt | model, redactor=canary_redactor)
    config: RunnableConfig = {"configurable": {"thread_id": "1"}, "callbacks": recorder.handlers}
    assert chain.invoke(canaries.said, config).text == f"You said: {canaries.said}"
    for customer in (canaries, OTHER):
        customer.nowhere_in([received.all for received in model.received], recorder.everything)
    assert recorder.of("on_retriever_end")


def test_a_sealed_retriever_alone_refuses(canaries: Canaries) -> None:
    with pytest.raises(RedactorError):
        SealedRetriever(Shelf(asked=[])).invoke(canaries.said)


def test_a_sub_agent_as_a_tool_sees_placeholders_only(stage: Staged, canaries: Canaries) -> None:
    deep = RecordingModel(replies=[ASK, echo])
    inner = create_agent(deep, [look_up])

    @tool
    def expert(question: str, config: RunnableConfig) -> str:
        """Ask an expert."""
        state = inner.invoke({"messages": [HumanMessage(question)]}, config)
        return last(state).text

    scene = stage([calls(("expert", {"question": "where is [ACCOUNT_ID_1] of [PERSON_1]?"})), echo], [expert])
    scene.say(HumanMessage(canaries.said))
    canaries.nowhere_in(deep.received[0].all)
    assert "[PERSON_1]" in deep.received[0].text
    _clean_but_for_the_inner_tool(scene)


def _clean_but_for_the_inner_tool(scene: Any) -> None:
    """The inner agent's own tool is not sealed: what it finds is traced as it is. The outer graph stays clean."""
    CANARIES.nowhere_in([received.all for received in scene.model.received])


def test_a_redacted_agent_as_a_tool_belongs_to_the_conversation(
    stage: Staged, canary_redactor: Redactor, canaries: Canaries
) -> None:
    deep = RecordingModel(replies=[ASK, echo])
    inner = create_redacted_agent(deep, [look_up], redactor=canary_redactor, tool_policy=RULE)

    @tool
    def expert(question: str) -> str:
        """Ask an expert."""
        state: dict[str, Any] = inner.invoke({"messages": [HumanMessage(question)]})
        return last(state).text

    scene = stage([calls(("expert", {"question": "where is [ACCOUNT_ID_1] of [PERSON_1]?"})), echo], [expert])
    reply = scene.reply(HumanMessage(canaries.said))
    assert [canaries.account] == GOT
    canaries.nowhere_in([received.all for received in deep.received])
    _clean(scene)
    assert canaries.name in reply


def test_tools_of_a_middleware_are_sealed_too(stage: Staged, canaries: Canaries) -> None:
    from langchain.agents.middleware import AgentMiddleware

    class Brings(AgentMiddleware[Any, Any, Any]):
        """Brings a tool."""

        tools = [look_up]  # noqa: RUF012

    scene = stage([ASK, echo], [], middleware=[Brings()], tool_policy=RULE)
    scene.say(HumanMessage(canaries.said))
    assert [canaries.account] == GOT
    _clean(scene)


def test_a_middleware_that_fetches_a_profile_into_the_state(stage: Staged, canaries: Canaries) -> None:
    from langchain.agents.middleware import AgentMiddleware

    class Fetches(AgentMiddleware[Any, Any, Any]):
        """Adds what it knows of the customer."""

        def before_agent(self, state: Any, runtime: Any) -> dict[str, Any]:
            return {"messages": [HumanMessage(f"profile: {CANARIES.name}, {OTHER.iban}")]}

    scene = stage([AIMessage("hello [PERSON_1]")], middleware=[Fetches()])
    state = scene.say(HumanMessage("hi"))
    assert last(state).text == f"hello {canaries.name}"
    _clean(scene)
