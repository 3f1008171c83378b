"""langchain-tests' suite for retrievers, on a sealed one inside of a run of ours."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from langchain_core.documents import Document
from langchain_core.embeddings import DeterministicFakeEmbedding
from langchain_core.vectorstores import InMemoryVectorStore

from langchain_redactor import protected
from langchain_redactor.bound import KEY, Bound
from langchain_redactor.retrievers import SealedRetriever
from redactor import Redactor

from .conftest import CANARIES

pytest.importorskip("langchain_tests")
from langchain_tests.integration_tests import RetrieversIntegrationTests


def sealed(k: int = 2) -> SealedRetriever:
    store = InMemoryVectorStore(DeterministicFakeEmbedding(size=8))
    store.add_documents([Document(f"{CANARIES.name} ordered {number} times") for number in range(5)])
    return SealedRetriever(store.as_retriever(search_kwargs={"k": k}))


class TestSealedRetriever(RetrieversIntegrationTests):
    @pytest.fixture(autouse=True)
    def _in_a_run_of_ours(self, canary_redactor: Redactor) -> Iterator[None]:
        """The suite asks retrievers outside of any run, where a sealed one refuses."""
        bound = Bound(canary_redactor.conversation("c-1"))
        with protected.running_with({"configurable": {KEY: bound}}, lambda write: write):
            yield

    @property
    def retriever_constructor(self) -> Any:
        make: Callable[..., SealedRetriever] = sealed
        return make

    @property
    def retriever_query_example(self) -> str:
        return "How many orders?"
