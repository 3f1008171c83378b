"""Retrievers, sub-agents and middleware inside an agent: what they bring in is redacted, too."""

from typing import Any

import pytest
from langchain.agents import create_agent
from langchain_core.documents import Document
from langchain_core.messages import AIMessage, HumanMessage
from langchain_core.retrievers import BaseRetriever
from langchain_core.runnables import RunnableConfig
from langchain_core.tools import create_retriever_tool, tool

from langchain_redactor import SealedRetriever, create_redacted_agent, redacted
from langchain_redactor.testing import RecordingModel
from redactor import Redactor
from redactor.exceptions import RedactorError
from tests.integrations.langchain_redactor.conftest import CANARIES, OTHER, Canaries, Recorder
from tests.integrations.langchain_redactor.scenes import ASK, GOT, RULES, Staged, calls, echo, last, look_up


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


@pytest.fixture(autouse=True)
def nothing_given_yet() -> None:
    GOT.clear()


def test_documents_of_a_sealed_retriever_reach_the_model_redacted(stage: Staged, canaries: Canaries) -> None:
    shelf = Shelf(asked=[])
    search = create_retriever_tool(SealedRetriever(shelf), "search", "Search the shelf.")
    scene = stage([calls(("search", {"query": "what of [PERSON_1]?"})), "[PERSON_1] knows [PERSON_2]"], [search])
    assert scene.reply(HumanMessage(canaries.said)) == f"{canaries.name} knows {OTHER.name}"
    assert shelf.asked == ["what of [PERSON_1]?"]
    assert canaries.account not in scene.agent.get_state(scene.config, reveal=True).values["messages"][2].text
    scene.keeps_inside_clean()


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
    inner = create_redacted_agent(deep, [look_up], redactor=canary_redactor, tool_policy=RULES)

    @tool
    def expert(question: str) -> str:
        """Ask an expert."""
        state: dict[str, Any] = inner.invoke({"messages": [HumanMessage(question)]})
        return last(state).text

    scene = stage([calls(("expert", {"question": "where is [ACCOUNT_ID_1] of [PERSON_1]?"})), echo], [expert])
    reply = scene.reply(HumanMessage(canaries.said))
    assert [canaries.account] == GOT
    canaries.nowhere_in([received.all for received in deep.received])
    scene.keeps_inside_clean()
    assert canaries.name in reply


def test_tools_of_a_middleware_are_sealed_too(stage: Staged, canaries: Canaries) -> None:
    from langchain.agents.middleware import AgentMiddleware

    class Brings(AgentMiddleware[Any, Any, Any]):
        """Brings a tool."""

        tools = [look_up]  # noqa: RUF012

    scene = stage([ASK, echo], [], middleware=[Brings()], tool_policy=RULES)
    scene.say(HumanMessage(canaries.said))
    assert [canaries.account] == GOT
    scene.keeps_inside_clean()


def test_a_middleware_that_fetches_a_profile_into_the_state(stage: Staged, canaries: Canaries) -> None:
    from langchain.agents.middleware import AgentMiddleware

    class Fetches(AgentMiddleware[Any, Any, Any]):
        """Adds what it knows of the customer."""

        def before_agent(self, state: Any, runtime: Any) -> dict[str, Any]:
            return {"messages": [HumanMessage(f"profile: {CANARIES.name}, {OTHER.iban}")]}

    scene = stage([AIMessage("hello [PERSON_1]")], middleware=[Fetches()])
    state = scene.say(HumanMessage("hi"))
    assert last(state).text == f"hello {canaries.name}"
    scene.keeps_inside_clean()
