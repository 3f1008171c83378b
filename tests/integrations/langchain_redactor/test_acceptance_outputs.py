"""Structured responses, artifacts, summaries, histories, cached replies: placeholders inside, real values outside."""

import re
from typing import Any, Literal

import pytest
from langchain.agents.middleware import SummarizationMiddleware
from langchain.agents.structured_output import ProviderStrategy, ToolStrategy
from langchain_core.caches import InMemoryCache
from langchain_core.chat_history import InMemoryChatMessageHistory
from langchain_core.globals import set_llm_cache
from langchain_core.messages import HumanMessage, ToolMessage
from langchain_core.prompts import ChatPromptTemplate, MessagesPlaceholder
from langchain_core.runnables.history import RunnableWithMessageHistory
from langchain_core.tools import tool
from pydantic import BaseModel, Field, field_validator

from langchain_redactor import redacted
from langchain_redactor.testing import RecordingModel
from redactor import Redactor
from tests.integrations.langchain_redactor.conftest import Canaries
from tests.integrations.langchain_redactor.scenes import Staged, calls, echo


def test_a_tools_artifact_is_kept_redacted(stage: Staged, canaries: Canaries) -> None:
    @tool(response_format="content_and_artifact")
    def fetch(order: str) -> tuple[str, dict[str, Any]]:
        """Fetch an order."""
        return "found", {"owner": canaries.name, "rows": [{"iban": canaries.iban}]}

    scene = stage([calls(("fetch", {"order": "[ACCOUNT_ID_1]"})), echo], [fetch])
    state = scene.say(HumanMessage(canaries.said))
    scene.keeps_inside_clean()
    given = next(message for message in state["messages"] if isinstance(message, ToolMessage))
    assert given.artifact == {"owner": canaries.name, "rows": [{"iban": canaries.iban}]}


class Order(BaseModel):
    """An order and who it belongs to."""

    owner: str
    number: str = Field(pattern=r"^\d{10}$")
    mail: str
    state: Literal["open", "closed"] = "open"

    @field_validator("mail")
    @classmethod
    def _is_mail(cls, mail: str) -> str:
        if not re.fullmatch(r"[^@\s]+@[^@\s]+\.\w+", mail):
            raise ValueError("no e-mail address")
        return mail


ORDER = {"owner": "[PERSON_1]", "number": "[ACCOUNT_ID_1]", "mail": "[EMAIL_ADDRESS_1]", "state": "closed"}


@pytest.mark.parametrize("strategy", [Order, ToolStrategy(Order)], ids=["class", "tool strategy"])
def test_a_structured_response_is_validated_with_real_values(stage: Staged, canaries: Canaries, strategy: Any) -> None:
    scene = stage([calls(("Order", ORDER))], response_format=strategy)
    found = scene.say(HumanMessage(canaries.said))["structured_response"]
    assert found == Order(owner=canaries.name, number=canaries.account, mail=canaries.email, state="closed")
    scene.keeps_inside_clean()


def test_a_structured_response_of_the_provider_is_restored(stage: Staged, canaries: Canaries) -> None:
    import json

    scene = stage([json.dumps(ORDER)], response_format=ProviderStrategy(Order))
    found = scene.say(HumanMessage(canaries.said))["structured_response"]
    assert found == Order(owner=canaries.name, number=canaries.account, mail=canaries.email, state="closed")
    scene.keeps_inside_clean()


async def test_a_structured_response_as_a_dict(stage: Staged, canaries: Canaries) -> None:
    schema = {"title": "Order", "description": "One.", "type": "object", "properties": {"number": {"type": "string"}}}
    scene = stage([calls(("Order", {"number": "[ACCOUNT_ID_1]"}))], response_format=ToolStrategy(schema))
    state = await scene.asay(HumanMessage(canaries.said))
    assert state["structured_response"] == {"number": canaries.account}
    scene.keeps_inside_clean()


def test_a_summary_of_the_conversation_is_made_of_placeholders(stage: Staged, canaries: Canaries) -> None:
    summarizer = RecordingModel(replies=[lambda messages: "[PERSON_1] wants a refund"])
    middleware = SummarizationMiddleware(model=summarizer, trigger=("messages", 4), keep=("messages", 2))
    scene = stage(middleware=[middleware])
    for said in (canaries.said, "hm", "well", "so?"):
        scene.say(HumanMessage(said))
    canaries.nowhere_in([received.all for received in summarizer.received])
    assert summarizer.received
    scene.keeps_inside_clean()


@pytest.mark.filterwarnings("ignore:RunnableWithMessageHistory", "ignore:The class `InMemoryChatMessageHistory`")
def test_a_message_history_outside_of_the_chain_holds_no_value(canary_redactor: Redactor, canaries: Canaries) -> None:
    kept: dict[str, InMemoryChatMessageHistory] = {}

    def history(session_id: str) -> InMemoryChatMessageHistory:
        return kept.setdefault(session_id, InMemoryChatMessageHistory())

    model = RecordingModel(replies=["Hello [PERSON_1]", "It is [ACCOUNT_ID_1]"])
    prompt = ChatPromptTemplate([MessagesPlaceholder("past"), ("user", "{said}")])
    inner = RunnableWithMessageHistory(prompt | model, history, input_messages_key="said", history_messages_key="past")
    chain = redacted(inner, redactor=canary_redactor)
    config: Any = {"configurable": {"session_id": canaries.phone}}
    assert chain.invoke({"said": canaries.said}, config).text == f"Hello {canaries.name}"
    assert chain.invoke({"said": f"my order? {canaries.name}"}, config).text == f"It is {canaries.account}"
    canaries.nowhere_in([received.all for received in model.received])
    canaries.nowhere_in([repr(each.messages) for each in kept.values()], [*kept])
    assert len(model.received[1].messages) == 3


def test_the_llm_cache_holds_placeholders_only(stage: Staged, canaries: Canaries) -> None:
    cache = InMemoryCache()
    set_llm_cache(cache)
    first = stage(["Thanks [PERSON_1]"])
    assert first.reply(HumanMessage(canaries.said)) == f"Thanks {canaries.name}"
    assert cache._cache
    canaries.nowhere_in(repr(cache._cache))


def test_a_cached_reply_is_restored_for_whoever_asked(stage: Staged, canaries: Canaries, other: Canaries) -> None:
    """Two customers whose redacted messages read the same share the entry, and nothing else."""
    set_llm_cache(InMemoryCache())
    scene = stage(["Thanks [PERSON_1]"])
    assert scene.on("a").reply(HumanMessage(canaries.said)) == f"Thanks {canaries.name}"
    scene.model.replies.append("Thanks [PERSON_1]")
    assert scene.on("b").reply(HumanMessage(other.said)) == f"Thanks {other.name}"
