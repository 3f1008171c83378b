"""Sealed retrievers: placeholders in the query, redacted documents, and nobody who hears the real ones."""

import threading
from typing import Any

import pytest
from langchain_core.callbacks import AsyncCallbackManagerForRetrieverRun, CallbackManagerForRetrieverRun
from langchain_core.documents import Document
from langchain_core.embeddings import DeterministicFakeEmbedding
from langchain_core.globals import set_debug
from langchain_core.output_parsers import StrOutputParser
from langchain_core.prompts import ChatPromptTemplate
from langchain_core.retrievers import BaseRetriever
from langchain_core.runnables import Runnable, RunnableConfig, RunnableLambda, RunnablePassthrough
from langchain_core.tools.retriever import create_retriever_tool
from langchain_core.tracers.context import tracing_v2_enabled
from langchain_core.vectorstores import InMemoryVectorStore
from langsmith import Client
from pydantic import Field

from langchain_redactor.bound import KEY, Bound
from langchain_redactor.retrievers import SealedRetriever
from langchain_redactor.runnable import redacted
from langchain_redactor.testing import RecordingModel
from redactor import Redactor
from redactor.exceptions import ConfigError
from redactor.policy import ToolRule
from redactor.testing import assert_no_leak

from ..servers import LangSmithServer
from .conftest import CANARIES, Canaries, Recorder

PROMPT = ChatPromptTemplate.from_template("Context: {context}\n\nQuestion: {question}")


class Notes(BaseRetriever):
    """Gives all its documents; keeps what it was asked."""

    documents: list[Document]
    asked: list[Any] = Field(default_factory=list)

    def _get_relevant_documents(
        self, query: str, *, run_manager: CallbackManagerForRetrieverRun, **kwargs: Any
    ) -> list[Document]:
        self.asked.append((query, kwargs))
        return self.documents


class AsyncNotes(Notes):
    """Has an async way of its own."""

    async def _aget_relevant_documents(
        self, query: str, *, run_manager: AsyncCallbackManagerForRetrieverRun, **kwargs: Any
    ) -> list[Document]:
        self.asked.append(("async", query))
        return self.documents


class Plain(BaseRetriever):
    """Takes no run manager and no other arguments."""

    documents: list[Document]

    def _get_relevant_documents(self, query: str) -> list[Document]:  # type: ignore[override]
        return self.documents


class Failing(BaseRetriever):
    """Raises what it was told."""

    said: str

    def _get_relevant_documents(self, query: str, *, run_manager: CallbackManagerForRetrieverRun) -> list[Document]:
        try:
            raise KeyError(self.said)
        except KeyError as error:
            raise LookupError(f"no row for {self.said}") from error


def documents(canaries: Canaries = CANARIES) -> list[Document]:
    return [
        Document(
            f"{canaries.name} ordered {canaries.account}, card {canaries.card}",
            id=f"{canaries.name}-1",
            metadata={"customer": canaries.email, "account": int(canaries.account), canaries.phone: "phone"},
        ),
        Document("Refunds take [PERSON_1] five days."),
    ]


@pytest.fixture
def config(canary_redactor: Redactor, recorder: Recorder) -> RunnableConfig:
    """Of a run of ours, heard by the recorder."""
    chat = canary_redactor.conversation("c-1")
    return {"configurable": {KEY: Bound(chat)}, "callbacks": recorder.handlers}


def asking(retriever: BaseRetriever, model: RecordingModel) -> Runnable[Any, Any]:
    return {"context": retriever, "question": RunnablePassthrough()} | PROMPT | model | StrOutputParser()


class TestDocuments:
    def test_prompt_callbacks_and_model_see_redacted_documents(
        self, canary_redactor: Redactor, canaries: Canaries, recorder: Recorder
    ) -> None:
        model = RecordingModel(replies=["[PERSON_1] ordered [ACCOUNT_ID_1]"])
        chain = asking(SealedRetriever(Notes(documents=documents())), model)
        wrapped = redacted(chain, redactor=canary_redactor, conversation_id="c-1")
        reply = wrapped.invoke(f"What did {canaries.name} order?", {"callbacks": recorder.handlers})
        assert reply == f"{canaries.name} ordered {canaries.account}"
        assert "on_retriever_end" in recorder.events
        canaries.nowhere_in([given.all for given in model.received], recorder.everything)

    def test_text_metadata_and_ids_are_redacted(self, config: RunnableConfig, canaries: Canaries) -> None:
        found, _ = SealedRetriever(Notes(documents=documents())).invoke("orders?", config)
        assert found.page_content == "[PERSON_1] ordered [ACCOUNT_ID_1], card [CREDIT_CARD_1]"
        assert found.metadata["customer"] == "[EMAIL_ADDRESS_1]"
        assert found.metadata["account"] == "[ACCOUNT_ID_1]"
        canaries.nowhere_in(found)

    async def test_the_same_async(self, config: RunnableConfig, canaries: Canaries, recorder: Recorder) -> None:
        for inner in (
            AsyncNotes(documents=documents()),
            Notes(documents=documents()),
            Plain(documents=documents()),
        ):
            found, _ = await SealedRetriever(inner).ainvoke("orders?", config)
            assert found.page_content == "[PERSON_1] ordered [ACCOUNT_ID_1], card [CREDIT_CARD_1]"
            if isinstance(inner, AsyncNotes):
                assert inner.asked == [("async", "orders?")]
        assert recorder.events.count("on_retriever_end") == 3
        canaries.nowhere_in(recorder.everything)

    def test_what_looks_like_a_placeholder_is_data(
        self, canary_redactor: Redactor, config: RunnableConfig, canaries: Canaries
    ) -> None:
        chat = canary_redactor.conversation("c-1")
        chat.redact(canaries.said)
        _, forged = SealedRetriever(Notes(documents=documents())).invoke("refunds?", config)
        assert chat.restore_value(forged.page_content) == "Refunds take [PERSON_1] five days."

    def test_a_retriever_that_takes_no_run_manager(self, config: RunnableConfig, canaries: Canaries) -> None:
        canaries.nowhere_in(SealedRetriever(Plain(documents=documents())).invoke("orders?", config))

    def test_nothing_is_printed_in_debug_mode(
        self, canary_redactor: Redactor, canaries: Canaries, capsys: pytest.CaptureFixture[str]
    ) -> None:
        set_debug(True)
        chain = asking(SealedRetriever(Notes(documents=documents())), RecordingModel(replies=["ok"]))
        redacted(chain, redactor=canary_redactor, conversation_id="c-1").invoke("orders?")
        printed = capsys.readouterr().out
        assert "[PERSON_1] ordered" in printed
        canaries.nowhere_in(printed)

    def test_errors_are_masked_before_callbacks_hear_them(
        self, config: RunnableConfig, canaries: Canaries, recorder: Recorder
    ) -> None:
        with pytest.raises(LookupError, match=r"no row for .*\[PERSON_1\]") as caught:
            SealedRetriever(Failing(said=canaries.said)).invoke("orders?", config)
        assert "on_retriever_error" in recorder.events
        canaries.nowhere_in(caught.value, recorder.everything)

    async def test_async_errors_too(self, config: RunnableConfig, canaries: Canaries, recorder: Recorder) -> None:
        with pytest.raises(LookupError) as caught:
            await SealedRetriever(Failing(said=canaries.said)).ainvoke("orders?", config)
        canaries.nowhere_in(caught.value, recorder.everything)

    def test_runs_inside_of_the_inner_retriever_are_not_heard(
        self, canary_redactor: Redactor, canaries: Canaries, recorder: Recorder
    ) -> None:
        asking_it(canary_redactor).invoke("orders?", {"callbacks": recorder.handlers})
        assert recorder.events.count("on_retriever_start") == 1
        canaries.nowhere_in(recorder.everything)

    def test_nor_do_they_reach_langsmith(self, canary_redactor: Redactor, canaries: Canaries) -> None:
        with LangSmithServer() as server:
            client = Client(api_url=server.url, api_key="none")
            with tracing_v2_enabled(client=client):
                asking_it(canary_redactor).invoke("orders?")
            client.flush()
            client.cleanup()
        assert b"[PERSON_1] ordered" in b"".join(server.bodies)
        canaries.nowhere_in(server.requests)


class Nested(BaseRetriever):
    """Asks another retriever, in both ways in which its run would be heard."""

    below: Notes

    def _get_relevant_documents(self, query: str, *, run_manager: CallbackManagerForRetrieverRun) -> list[Document]:
        self.below.invoke(query)
        return self.below.invoke(query, {"callbacks": run_manager.get_child()})


def asking_it(redactor: Redactor) -> Runnable[Any, Any]:
    sealed = SealedRetriever(Nested(below=Notes(documents=documents())))
    return redacted(RunnableLambda(lambda query: sealed.invoke(query)), redactor=redactor, conversation_id="c-1")


class Chained(BaseRetriever):
    """Finds documents with a chain, in both ways in which its run would be heard."""

    def _get_relevant_documents(self, query: str, *, run_manager: CallbackManagerForRetrieverRun) -> list[Document]:
        chain: Any = RunnableLambda(lambda _: CANARIES.said)
        return [Document(chain.invoke(query)), Document(chain.invoke(query, {"callbacks": run_manager.get_child()}))]


def test_what_it_runs_inside_is_not_printed_either(
    canary_redactor: Redactor, canaries: Canaries, capsys: pytest.CaptureFixture[str]
) -> None:
    set_debug(True)
    sealed = SealedRetriever(Chained())
    asked: Any = redacted(RunnableLambda(sealed.invoke), redactor=canary_redactor, conversation_id="c-1")
    assert len(asked.invoke("hello")) == 2
    printed = capsys.readouterr().out
    assert "chain:invoke" in printed
    canaries.nowhere_in(printed)


class TestQuery:
    def asked(self, canary_redactor: Redactor, rule: Any, **kwargs: Any) -> tuple[str, Any]:
        chat = canary_redactor.conversation("c-1")
        seen = chat.redact(CANARIES.said).text
        notes = Notes(documents=[])
        SealedRetriever(notes, rule=rule).invoke(seen, {"configurable": {KEY: Bound(chat)}}, **kwargs)
        query, given = notes.asked[0]
        return query, given

    def test_without_a_rule_the_index_sees_placeholders(self, canary_redactor: Redactor, canaries: Canaries) -> None:
        query, _ = self.asked(canary_redactor, None)
        assert "[PERSON_1]" in query
        canaries.nowhere_in(query)

    @pytest.mark.parametrize("rule", [ToolRule(args=frozenset({"ACCOUNT_ID"})), {"args": {"ACCOUNT_ID"}}])
    def test_a_rule_names_what_it_sees(self, canary_redactor: Redactor, canaries: Canaries, rule: Any) -> None:
        query, given = self.asked(canary_redactor, rule, filter={"order": "[ACCOUNT_ID_1]"}, k=3)
        assert canaries.account in query
        assert given == {"filter": {"order": canaries.account}, "k": 3}
        assert_no_leak([canaries.name, canaries.email, canaries.iban], query, given)

    def test_embeddings_are_given_the_query_as_the_index_is(
        self, canary_redactor: Redactor, config: RunnableConfig, canaries: Canaries
    ) -> None:
        embedded: list[str] = []

        class Embedding(DeterministicFakeEmbedding):
            """Keeps what it embeds."""

            def embed_query(self, text: str) -> list[float]:
                embedded.append(text)
                return super().embed_query(text)

        store = InMemoryVectorStore(Embedding(size=8))
        store.add_documents(documents())
        query = canary_redactor.conversation("c-1").redact(f"Order of {canaries.name}?").text
        SealedRetriever(store.as_retriever()).invoke(query, config)
        assert embedded == ["Order of [PERSON_1]?"]

    def test_a_raw_query_is_redacted_before_callbacks_hear_it(
        self, config: RunnableConfig, canaries: Canaries, recorder: Recorder
    ) -> None:
        notes = Notes(documents=[])
        SealedRetriever(notes).invoke(f"Order of {canaries.name}?", config)
        assert notes.asked == [("Order of [PERSON_1]?", {})]
        canaries.nowhere_in(recorder.everything)

    def test_two_conversations_at_once_keep_to_themselves(
        self, canary_redactor: Redactor, canaries: Canaries, other: Canaries
    ) -> None:
        notes = Notes(documents=[])
        sealed = SealedRetriever(notes, rule=ToolRule(args=frozenset({"PERSON"})))
        wrapped = redacted(RunnableLambda(lambda text: sealed.invoke(text)), redactor=canary_redactor)
        said = {f"c-{number}": (canaries, other)[number % 2].name for number in range(8)}
        threads = [
            threading.Thread(target=wrapped.invoke, args=(name, {"configurable": {"thread_id": thread_id}}))
            for thread_id, name in said.items()
        ]
        for each in threads:
            each.start()
        for each in threads:
            each.join()
        assert sorted(query for query, _ in notes.asked) == sorted(said.values())


class TestUse:
    async def test_outside_of_a_run_of_ours_it_refuses(self, recorder: Recorder) -> None:
        notes = Notes(documents=documents())
        sealed = SealedRetriever(notes)
        config: RunnableConfig = {"callbacks": recorder.handlers}
        with pytest.raises(ConfigError, match="no conversation"):
            sealed.invoke("orders?", config)
        with pytest.raises(ConfigError, match="no conversation"):
            await sealed.ainvoke("orders?", config)
        assert notes.asked == []
        assert recorder.events == []

    def test_a_retriever_tool_of_it_works(
        self, canary_redactor: Redactor, canaries: Canaries, recorder: Recorder
    ) -> None:
        search = create_retriever_tool(SealedRetriever(Notes(documents=documents())), "search", "Searches notes.")
        wrapped = redacted(RunnableLambda(lambda text: search.invoke({"query": text})), redactor=canary_redactor)
        told = wrapped.invoke("orders?", {"configurable": {"thread_id": "c-1"}, "callbacks": recorder.handlers})
        assert told.startswith(f"{canaries.name} ordered {canaries.account}")
        assert "on_tool_end" in recorder.events
        canaries.nowhere_in(recorder.everything)

    def test_what_cannot_be_sealed_is_refused(self) -> None:
        class Rewriting(BaseRetriever):
            """Asks a model for a better query."""

            steps: list[Any]

            def _get_relevant_documents(
                self, query: str, *, run_manager: CallbackManagerForRetrieverRun
            ) -> list[Document]:
                return []

        notes = Notes(documents=[])
        chain = PROMPT | RecordingModel()
        for wrong, said in (
            (Rewriting(steps=[{"query": chain}]), "language model"),
            (Rewriting(steps=[SealedRetriever(notes)]), "sealed already"),
            (SealedRetriever(notes), "sealed already"),
            (chain, "expected a LangChain retriever"),
        ):
            with pytest.raises(ConfigError, match=said):
                SealedRetriever(wrong)  # type: ignore[arg-type]
        with pytest.raises(ConfigError, match="drop"):
            SealedRetriever(notes, rule=ToolRule(result="drop"))

    def test_it_goes_by_the_name_of_the_inner_one(self) -> None:
        assert SealedRetriever(Notes(documents=[])).get_name() == "Notes"
        assert SealedRetriever(Notes(documents=[]), name="notes").get_name() == "notes"
        assert "secret" not in repr(SealedRetriever(Notes(documents=[Document("secret")])))
