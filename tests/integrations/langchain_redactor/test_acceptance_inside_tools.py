"""What a tool does while it holds real values (events, callbacks, chains of its own) is told to nobody as it is."""

from typing import Any

import pytest
from langchain_core.callbacks import adispatch_custom_event, dispatch_custom_event
from langchain_core.documents import Document
from langchain_core.messages import HumanMessage
from langchain_core.retrievers import BaseRetriever
from langchain_core.runnables import RunnableConfig, RunnableLambda
from langchain_core.tools import StructuredTool, create_retriever_tool, tool
from langsmith import tracing_context

from langchain_redactor import SealedRetriever
from redactor.policy import ToolRule
from tests.integrations.langchain_redactor.conftest import CANARIES, Canaries, Recorder
from tests.integrations.langchain_redactor.scenes import (
    GOT,
    Staged,
    calls,
    clean,
    traced,
)
from tests.integrations.servers import LangSmithServer

ALL = {"args": ["ACCOUNT_ID", "PERSON", "IBAN_CODE", "EMAIL_ADDRESS"]}


@pytest.fixture(autouse=True)
def nothing_given_yet() -> None:
    GOT.clear()


def test_a_custom_event_from_a_tool_is_told_redacted(stage: Staged, canaries: Canaries) -> None:
    @tool
    def tells(order: str) -> str:
        """Tell of its progress."""
        dispatch_custom_event("progress", {"order": order, "of": CANARIES.name})
        return "done"

    scene = stage([calls(("tells", {"order": "[ACCOUNT_ID_1]"})), "done"], [tells], tool_policy={"tells": ALL})
    scene.say(HumanMessage(canaries.said))
    scene.keeps_inside_clean()


async def test_a_custom_event_from_an_async_tool_is_told_redacted(stage: Staged, canaries: Canaries) -> None:
    @tool
    async def tells(order: str, config: RunnableConfig) -> str:
        """Tell of its progress."""
        await adispatch_custom_event("progress", {"order": order, "of": CANARIES.name}, config=config)
        return "done"

    scene = stage([calls(("tells", {"order": "[ACCOUNT_ID_1]"})), "done"], [tells], tool_policy={"tells": ALL})
    await scene.asay(HumanMessage(canaries.said))
    scene.keeps_inside_clean()


@pytest.mark.parametrize("how", ["by itself", "with its config"])
def test_a_run_inside_of_a_tool_is_not_traced_with_real_values(stage: Staged, canaries: Canaries, how: str) -> None:
    """A tool that may have the value and hands it to a chain of its own: the chain is a child of the traced run."""

    @tool
    def runs(order: str, config: RunnableConfig) -> str:
        """Run a chain."""
        chain: Any = RunnableLambda(lambda text: f"{text} of {CANARIES.name}")
        found: str = chain.invoke(order, config if how == "with its config" else None)
        GOT.append(found)
        return found

    scene = stage([calls(("runs", {"order": "[ACCOUNT_ID_1]"})), "done"], [runs], tool_policy={"runs": ALL})
    scene.say(HumanMessage(canaries.said))
    assert [f"{canaries.account} of {canaries.name}"] == GOT
    scene.keeps_inside_clean()


def test_a_tools_own_callbacks_are_told_nothing(stage: Staged, canaries: Canaries) -> None:
    ears = Recorder()
    listening = StructuredTool.from_function(
        lambda order: f"{order} of {CANARIES.name}", name="listening", description="Listen.", callbacks=ears.handlers
    )
    scene = stage([calls(("listening", {"order": "[ACCOUNT_ID_1]"})), "done"], [listening], tool_policy={
        "listening": ALL
    })  # fmt: skip
    scene.say(HumanMessage(canaries.said))
    scene.keeps_inside_clean()
    clean(ears.everything)


def test_text_a_run_manager_is_told_in_a_tool_is_redacted(stage: Staged, canaries: Canaries) -> None:
    from langchain_core.callbacks import CallbackManagerForToolRun
    from langchain_core.tools import BaseTool

    class Speaks(BaseTool):
        """Tells its callbacks what it does."""

        name: str = "speaks"
        description: str = "Speak."

        def _run(self, order: str, run_manager: CallbackManagerForToolRun | None = None) -> str:
            if run_manager is not None:
                run_manager.on_text(f"looking for {order} of {CANARIES.name}")
            return "done"

    scene = stage([calls(("speaks", {"order": "[ACCOUNT_ID_1]"})), "done"], [Speaks()], tool_policy={"speaks": ALL})
    scene.say(HumanMessage(canaries.said))
    scene.keeps_inside_clean()


def test_langsmith_is_not_told_of_a_run_inside_of_a_tool_with_real_values(
    stage: Staged, canaries: Canaries, langsmith: LangSmithServer
) -> None:
    """With tracing switched on by the environment, a run gets a tracer even where no callbacks reach it."""

    @tool
    def runs(order: str) -> str:
        """Run a chain."""
        chain: Any = RunnableLambda(lambda text: text)
        return str(chain.invoke(order))

    client = traced(langsmith)
    scene = stage([calls(("runs", {"order": "[ACCOUNT_ID_1]"})), "done"], [runs], tool_policy={"runs": ALL})
    with tracing_context(enabled=True, client=client):
        scene.say(HumanMessage(canaries.said))
    client.flush()
    client.close()
    assert langsmith.bodies
    clean(langsmith.bodies)


class Chained(BaseRetriever):
    """Finds documents by running a chain of its own."""

    def _get_relevant_documents(self, query: str, *, run_manager: Any) -> list[Document]:
        chain: Any = RunnableLambda(lambda text: f"{text}: {CANARIES.name}, {CANARIES.iban}")
        run_manager.on_text(CANARIES.email)
        return [Document(chain.invoke(query, {"callbacks": run_manager.get_child()}))]


def test_what_a_sealed_retriever_runs_is_not_traced(
    stage: Staged, canaries: Canaries, langsmith: LangSmithServer
) -> None:
    search = create_retriever_tool(
        SealedRetriever(Chained(), rule=ToolRule(args=frozenset({"ACCOUNT_ID"}))), "search", "Search."
    )
    client = traced(langsmith)
    scene = stage([calls(("search", {"query": "of [ACCOUNT_ID_1]"})), "done"], [search])
    with tracing_context(enabled=True, client=client):
        scene.say(HumanMessage(canaries.said))
    client.flush()
    client.close()
    scene.keeps_inside_clean()
    clean(langsmith.bodies)
