"""Chains whose history LangChain keeps: the store holds redacted text only, and each customer has their own."""

import warnings
from collections.abc import Callable, Mapping
from typing import Any

import pytest
from langchain_core._api import LangChainDeprecationWarning
from langchain_core.chat_history import InMemoryChatMessageHistory
from langchain_core.messages import AIMessage, HumanMessage
from langchain_core.output_parsers import StrOutputParser
from langchain_core.prompts import ChatPromptTemplate, MessagesPlaceholder
from langchain_core.runnables import ConfigurableFieldSpec, Runnable, RunnableConfig
from langchain_core.runnables.history import RunnableWithMessageHistory

from langchain_redactor.runnable import redacted
from langchain_redactor.testing import RecordingModel
from redactor import Redactor

from .conftest import Canaries

PROMPT = ChatPromptTemplate.from_messages([MessagesPlaceholder("history"), ("human", "{input}")])


class History(InMemoryChatMessageHistory):
    """One of our own: LangChain warns of its class, which is to go, but not of what is made from it."""


class Store:
    """Histories by whatever ids they are asked for."""

    def __init__(self) -> None:
        self.kept: dict[Any, History] = {}

    def __call__(self, session_id: str) -> History:
        return self.kept.setdefault(session_id, History())

    def of_two(self, user_id: str, case_id: str) -> History:
        return self.kept.setdefault((user_id, case_id), History())


def remembering(chain: Runnable[Any, Any], store: Callable[..., History], **how: Any) -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", LangChainDeprecationWarning)
        return RunnableWithMessageHistory(
            chain, store, input_messages_key="input", history_messages_key="history", **how
        )


def ticket(config: Mapping[str, Any]) -> str:
    return str(config["metadata"]["ticket"])


def session(name: str, **more: str) -> RunnableConfig:
    return {"configurable": {"session_id": name, **more}}


def test_two_turns_leave_redacted_text_in_the_store(canary_redactor: Redactor, canaries: Canaries) -> None:
    store, model = Store(), RecordingModel(replies=["Hello [PERSON_1]", "It goes to [EMAIL_ADDRESS_1]"])
    wrapped = redacted(remembering(PROMPT | model | StrOutputParser(), store), redactor=canary_redactor)
    said = f"I am {canaries.name}, {canaries.email}"
    assert wrapped.invoke({"input": said}, session(canaries.email)) == f"Hello {canaries.name}"
    assert wrapped.invoke({"input": "Where to?"}, session(canaries.email)) == f"It goes to {canaries.email}"
    canaries.nowhere_in(store.kept, [given.all for given in model.received])
    (history,) = store.kept.values()
    assert [message.content for message in history.messages] == [
        "I am [PERSON_1], [EMAIL_ADDRESS_1]",
        "Hello [PERSON_1]",
        "Where to?",
        "It goes to [EMAIL_ADDRESS_1]",
    ]
    assert model.received[1].text.startswith("I am [PERSON_1], [EMAIL_ADDRESS_1]\nHello [PERSON_1]")


async def test_the_same_async_and_streamed(canary_redactor: Redactor, canaries: Canaries) -> None:
    store, model = Store(), RecordingModel(replies=["Hello [PERSON_1]", "Bye [PERSON_1]"], chunk_size=3)
    wrapped = redacted(remembering(PROMPT | model | StrOutputParser(), store), redactor=canary_redactor)
    given = {"input": f"I am {canaries.name}"}
    assert await wrapped.ainvoke(given, session("s-1")) == f"Hello {canaries.name}"
    pieces = [piece async for piece in wrapped.astream({"input": "Bye"}, session("s-1"))]
    assert "".join(pieces) == f"Bye {canaries.name}"
    canaries.nowhere_in(store.kept)


def test_messages_without_keys_work_too(canary_redactor: Redactor, canaries: Canaries) -> None:
    store, model = Store(), RecordingModel(replies=["Hello [PERSON_1]", "Bye [PERSON_1]"])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", LangChainDeprecationWarning)
        chain = RunnableWithMessageHistory(model, store)
    wrapped = redacted(chain, redactor=canary_redactor)
    assert wrapped.invoke(f"I am {canaries.name}", session("s-1")).content == f"Hello {canaries.name}"
    assert wrapped.invoke("Bye", session("s-1")).content == f"Bye {canaries.name}"
    canaries.nowhere_in(store.kept)


def test_customers_whose_ids_are_personal_do_not_share_a_history(
    canary_redactor: Redactor, canaries: Canaries, other: Canaries
) -> None:
    store, model = Store(), RecordingModel(replies=[lambda _: "ok"])
    specs = [ConfigurableFieldSpec(id=name, annotation=str) for name in ("user_id", "case_id")]
    chain = remembering(PROMPT | model, store.of_two, history_factory_config=specs)
    wrapped = redacted(chain, redactor=canary_redactor, conversation_id=ticket)
    for customer in (canaries, other):
        ids = {"user_id": customer.email, "case_id": customer.account}
        config: RunnableConfig = {"configurable": ids, "metadata": {"ticket": customer.phone}}
        wrapped.invoke({"input": "Hi"}, config)
        wrapped.invoke({"input": "Hi"}, config)
        customer.nowhere_in(store.kept)
    assert [len(history.messages) for history in store.kept.values()] == [4, 4]


@pytest.mark.parametrize("around", ["with_config", "sequence", "retry"])
def test_a_history_is_found_inside_of_what_is_around_it(
    canary_redactor: Redactor, canaries: Canaries, around: str
) -> None:
    store, model = Store(), RecordingModel(replies=[lambda _: "Hello [PERSON_1]"])
    chain = remembering(PROMPT | model, store)
    wraps = {
        "with_config": lambda: chain.with_config(tags=["a"]),
        "sequence": lambda: chain | StrOutputParser(),
        "retry": lambda: chain.with_retry(),
    }
    wrapped = redacted(wraps[around](), redactor=canary_redactor)
    wrapped.invoke({"input": f"I am {canaries.name}"}, session(canaries.phone))
    assert list(store.kept) == [canary_redactor.transcripts.public_id(canaries.phone)]
    canaries.nowhere_in(store.kept)


def test_what_was_kept_raw_does_not_reach_the_model(canary_redactor: Redactor, canaries: Canaries) -> None:
    store, model = Store(), RecordingModel(replies=[lambda _: "ok"])
    wrapped = redacted(remembering(PROMPT | model, store), redactor=canary_redactor)
    wrapped.invoke({"input": f"I am {canaries.name}"}, session("s-1"))
    (history,) = store.kept.values()
    history.add_messages([HumanMessage(f"{canaries.name.lower()} here, {canaries.email}"), AIMessage(canaries.said)])
    wrapped.invoke({"input": "Hello?"}, session("s-1"))
    assert "[PERSON_1] here, [EMAIL_ADDRESS_1]" in model.received[1].text
    canaries.nowhere_in([given.all for given in model.received])


def test_what_the_model_brings_up_is_redacted_in_the_store(canary_redactor: Redactor, canaries: Canaries) -> None:
    store, model = Store(), RecordingModel(replies=[f"Ask {canaries.name}"])
    wrapped = redacted(remembering(PROMPT | model, store), redactor=canary_redactor)
    assert wrapped.invoke({"input": "Whom?"}, session("s-1")).content == f"Ask {canaries.name}"
    canaries.nowhere_in(store.kept)
