"""Retrievers whose documents reach prompts, callbacks and traces redacted."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from langchain_core.callbacks import AsyncCallbackManagerForRetrieverRun, CallbackManagerForRetrieverRun
from langchain_core.documents import Document
from langchain_core.language_models import BaseLanguageModel
from langchain_core.retrievers import BaseRetriever
from langchain_core.runnables import RunnableConfig
from langchain_core.runnables.config import ensure_config
from pydantic import BaseModel, Field, SkipValidation

from langchain_redactor import protected, values
from langchain_redactor.bound import KEY, Bound, bound, bound_or_none
from langchain_redactor.checks import check_config
from langchain_redactor.errors import aattempt, attempt
from langchain_redactor.handed import handed_here
from langchain_redactor.listeners import Handlers, deaf
from langchain_redactor.tools import rule_of
from redactor.exceptions import ConfigError
from redactor.policy import ToolRule

_DEPTH = 6
"""How deep a retriever is searched for what must not be inside: compressors hold chains that hold models."""


class SealedRetriever(BaseRetriever):
    """A retriever that takes a query with placeholders and gives redacted documents.

    What it finds is redacted before any callback sees it: text, metadata and id, for the conversation of the run, so
    that a document about the customer reads `[PERSON_1]` where the question does. What looks like a placeholder in a
    document is data, never a key. Errors are masked. Outside of a run of ours it raises `ConfigError`.

    **What the index and its embeddings see.** By default the query as the LLM's side knows it: an embedding model is
    given "where is the order of [PERSON_1]?", and so is the vendor who serves it. Most searches lose nothing by it. A
    search that needs the value (by order number, by e-mail) names the types that may be real:
    `SealedRetriever(inner, rule=ToolRule(args={"ACCOUNT_ID"}))`; then the retriever, its index and its embedding
    model are given those, also in keyword arguments and filters. What is in the index already is not touched.

    Seal the retriever that reaches the store, not one that asks an LLM on its way: compressors and query writers go
    around it, `ContextualCompressionRetriever(base_retriever=SealedRetriever(...))`. Inside, nothing is traced.
    """

    inner: SkipValidation[BaseRetriever] = Field(repr=False)
    rule: ToolRule = ToolRule()

    def __init__(
        self, inner: BaseRetriever, *, rule: ToolRule | Mapping[str, Any] | None = None, **kwargs: Any
    ) -> None:
        """`rule`: the entity types the query may hold as real values. `kwargs`: `name`, `tags`, `metadata`.

        Raises `ConfigError` for what cannot be sealed. A type that the policy does not know is refused by the first
        query, before the retriever is asked: the policy is that of the run.
        """
        _check(inner)
        _check_keywords(kwargs)
        kwargs.setdefault("name", inner.get_name())
        super().__init__(inner=inner, rule=_rule(rule), **kwargs)  # type: ignore[call-arg]

    def invoke(self, input: str, config: RunnableConfig | None = None, **kwargs: Any) -> list[Document]:  # noqa: A002
        """The documents for a query, redacted. Raises `ConfigError` outside of a run of ours."""
        found = _bound(config)
        return super().invoke(_seen(input, found), config, **{**kwargs, "found": found})

    async def ainvoke(
        self,
        input: str,  # noqa: A002
        config: RunnableConfig | None = None,
        **kwargs: Any,
    ) -> list[Document]:
        """`invoke`, async."""
        found = _bound(config)
        query = await found.chat.in_pool(_seen, input, found)
        return await super().ainvoke(query, config, **{**kwargs, "found": found})

    def _get_relevant_documents(
        self, query: str, *, run_manager: CallbackManagerForRetrieverRun, found: Bound | None = None, **kwargs: Any
    ) -> list[Document]:
        here = found or bound()

        def run() -> list[Document]:
            asked = self._real(query, kwargs, here)
            with _untraced(here) as handlers:
                documents = protected.documents(self.inner, *asked, handlers)
            return _redacted(documents, here)

        return attempt(here.chat, run).get()

    async def _aget_relevant_documents(
        self, query: str, *, run_manager: AsyncCallbackManagerForRetrieverRun, found: Bound | None = None, **kwargs: Any
    ) -> list[Document]:
        here = found or bound()

        async def run() -> list[Document]:
            asked = await here.chat.in_pool(self._real, query, kwargs, here)
            with _untraced(here) as handlers:
                documents = await protected.adocuments(self.inner, *asked, handlers)
            return await here.chat.in_pool(_redacted, documents, here)

        return (await aattempt(here.chat, run)).get()

    def _real(self, query: str, kwargs: dict[str, Any], here: Bound) -> tuple[str, dict[str, Any]]:
        """The query and the arguments beside it as the inner retriever is given them."""
        asked = here.chat.restore_value([query, kwargs], f"tool:{self.get_name()}", also=self.rule.args)
        return asked[0], asked[1]


def _bound(config: RunnableConfig | None) -> Bound:
    """What is bound to the given config, or to the run around, whose config a partial one is completed from."""
    check_config(config)
    return bound_or_none(config) or bound(ensure_config(config))


def _seen(query: str, here: Bound) -> str:
    """The query as callbacks may see it: placeholders stay, and should anything in it be raw, it is redacted."""
    return str(here.chat.redact_value(query, "assistant"))


def _redacted(documents: list[Document], here: Bound) -> list[Document]:
    redacted: list[Document] = values.redact_value(documents, here, "document")
    if (tool := handed_here()) is not None:  # it will repeat what it was handed here
        tool.vouch([[document.page_content, document.metadata] for document in redacted])
    return redacted


@contextmanager
def _untraced(here: Bound) -> Iterator[Handlers]:
    """A block whose runnables inherit the conversation, but no callback and no tracer of the run around; with the
    handlers for them, which are told nothing. `invoke` would open a run whose callbacks and tracers see raw documents.
    """
    handlers = deaf()
    quiet: RunnableConfig = {"callbacks": handlers, "configurable": {KEY: here}}
    with protected.running_with(quiet, lambda write: write), protected.untraced():
        yield handlers


# what can be sealed


def _check(inner: object) -> None:
    protected.check()
    if not isinstance(inner, BaseRetriever):
        raise ConfigError(
            f"expected a LangChain retriever to seal, not a {type(inner).__name__}; a vector store gives one by "
            ".as_retriever()"
        )
    if _holds(inner, SealedRetriever):
        raise ConfigError("the retriever is sealed already, or holds one that is; seal each store's retriever once")
    if _holds(inner, BaseLanguageModel):
        raise ConfigError(
            f"{type(inner).__name__} asks a language model, which would be given raw text inside of the seal; seal the "
            "retriever under it, the one that reaches the store, and put the other around that"
        )


def _check_keywords(kwargs: Mapping[str, Any]) -> None:
    for name in sorted(kwargs.keys() - BaseRetriever.model_fields):
        raise ConfigError(f"{name}: unknown keyword; SealedRetriever takes metadata, name, rule and tags")


def _holds(value: object, kind: type, depth: int = _DEPTH) -> bool:
    if isinstance(value, kind):
        return True
    if depth == 0:
        return False
    return any(_holds(part, kind, depth - 1) for part in _parts(value))


def _parts(value: object) -> list[object]:
    if isinstance(value, BaseModel):
        return list(vars(value).values())
    if isinstance(value, Mapping):
        return list(value.values())
    return list(value) if isinstance(value, list | tuple) and len(value) < 100 else []


def _rule(rule: ToolRule | Mapping[str, Any] | None) -> ToolRule:
    made = ToolRule() if rule is None else rule_of("rule", rule)
    if made.result == "drop":
        raise ConfigError("a retriever whose documents are dropped finds nothing; result='drop' is for tools")
    return made
