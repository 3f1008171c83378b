"""Wrong tools, rules, retrievers and middleware: refused in plain words, before any of them is called."""

from typing import Any

import pytest
from langchain.agents import create_agent
from langchain.agents.middleware import PIIMiddleware
from langchain_core.documents import Document
from langchain_core.retrievers import BaseRetriever
from langchain_core.tools import tool
from pydantic import Field, ValidationError

from langchain_redactor import RedactedAgent, SealedRetriever, SealedTool, create_redacted_agent, redacted, seal_tools
from langchain_redactor.testing import RecordingModel
from redactor import Policy, Redactor
from redactor.exceptions import ConfigError
from redactor.policy import ToolRule
from redactor.testing import in_memory
from redactor.validation import explain
from tests.integrations.langchain_redactor.conftest import CANARIES

CONFIG: Any = {"configurable": {"thread_id": "t"}}


def _model() -> RecordingModel:
    return RecordingModel(replies=["Hello"])


@tool
def lookup(order_id: str) -> str:
    """Look an order up."""
    return order_id


class Shelf(BaseRetriever):
    asked: list[str] = Field(default_factory=list)

    def _get_relevant_documents(self, query: str, **_: Any) -> list[Document]:
        self.asked.append(query)
        return [Document("a page")]


def _agent(**settings: Any) -> Any:
    return create_redacted_agent(_model(), [lookup], **settings)


def test_a_sealed_retriever_takes_no_keyword_it_does_not_know(canary_redactor: Redactor) -> None:
    with pytest.raises(
        ConfigError, match="redactor: unknown keyword; SealedRetriever takes metadata, name, rule and tags"
    ):
        SealedRetriever(Shelf(), redactor=canary_redactor)
    with pytest.raises(ConfigError, match=r"rul: unknown keyword; .*rule"):
        SealedRetriever(Shelf(), rul=ToolRule())
    assert SealedRetriever(Shelf(), name="shelf", tags=["a"], metadata={"b": 1}).name == "shelf"


@pytest.mark.parametrize(
    "wrong", ["ACCOUNT_ID", {"ACCOUNT_ID"}, ["ACCOUNT_ID"], 3], ids=lambda each: type(each).__name__
)
def test_a_rule_is_a_rule(wrong: Any) -> None:
    for make in (lambda: SealedRetriever(Shelf(), rule=wrong), lambda: SealedTool(lookup, wrong)):
        with pytest.raises(ConfigError, match=r"rule: found .*expected ToolRule\(args=\{"):
            make()


def test_a_rules_keys_are_known() -> None:
    for make in (lambda: SealedRetriever(Shelf(), rule={"arg": []}), lambda: SealedTool(lookup, {"arg": []})):
        with pytest.raises(ConfigError, match=r"rule\.arg: unknown key; did you mean 'args'"):
            make()
    assert SealedTool(lookup, {"args": ["ACCOUNT_ID"]}).rule == ToolRule(args={"ACCOUNT_ID"})


def test_a_type_that_the_policy_does_not_know_is_refused_before_the_tool_is_called(canary_redactor: Redactor) -> None:
    shelf, unknown = Shelf(), ToolRule(args={"ACOUNT_ID"})
    nearest = "unknown entity type 'ACOUNT_ID'; did you mean 'ACCOUNT_ID'"
    with pytest.raises(ConfigError, match=nearest):
        redacted(SealedRetriever(shelf, rule=unknown), redactor=canary_redactor).invoke(CANARIES.said, CONFIG)
    assert shelf.asked == []
    with pytest.raises(ConfigError, match=rf"lookup.*{nearest}"):
        create_redacted_agent(_model(), [SealedTool(lookup, unknown)], redactor=canary_redactor)
    with pytest.raises(ConfigError, match=rf"lookup.*{nearest}"):
        RedactedAgent(create_agent(_model(), [SealedTool(lookup, unknown)]), redactor=canary_redactor)


def test_a_type_of_the_policys_own_is_known() -> None:
    policy = Policy.from_dict({"name": "shop", "types": {"LOYALTY_NUMBER": {"operator": "placeholder"}}})
    shelf, rule = Shelf(), ToolRule(args={"LOYALTY_NUMBER"})
    with in_memory({"LL-77": "LOYALTY_NUMBER"}, policy=policy) as redactor:
        redacted(SealedRetriever(shelf, rule=rule), redactor=redactor).invoke("points of LL-77", CONFIG)
        create_redacted_agent(_model(), [SealedTool(lookup, rule)], redactor=redactor)
    assert shelf.asked == ["points of LL-77"]


@pytest.mark.parametrize(
    "wrong", ["lookup", None, lambda order: order, type(lookup)], ids=["str", "None", "function", "class"]
)
def test_a_sealed_tool_is_around_a_tool(wrong: Any) -> None:
    with pytest.raises(ConfigError, match="expected a LangChain tool to seal, not"):
        SealedTool(wrong)


@pytest.mark.parametrize(
    "wrong",
    ["lookup", lookup, {"type": "web_search"}, 3, lambda order: order],
    ids=["str", "tool", "dict", "int", "function"],
)
def test_tools_are_a_list(wrong: Any, canary_redactor: Redactor) -> None:
    for make in (lambda: seal_tools(wrong), lambda: create_redacted_agent(_model(), wrong, redactor=canary_redactor)):
        with pytest.raises(ConfigError, match=r"tools: found .*expected a list"):
            make()


@pytest.mark.parametrize("wrong", ["lookup", 3, None, type(lookup)], ids=["str", "int", "None", "class"])
def test_each_of_the_tools_is_one(wrong: Any, canary_redactor: Redactor) -> None:
    for make in (lambda: seal_tools([wrong]), lambda: _agent_of([wrong], canary_redactor)):
        with pytest.raises(ConfigError, match=r"tools\[0\]: found .*expected a tool, a function or a dict"):
            make()


def _agent_of(tools: Any, redactor: Redactor) -> Any:
    return create_redacted_agent(_model(), tools, redactor=redactor)


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ([PIIMiddleware], r"middleware\[0\]: found the class PIIMiddleware.*PIIMiddleware\(\.\.\.\)"),
        (["PIIMiddleware"], r"middleware\[0\]: found str"),
        (PIIMiddleware("email"), "middleware: found PIIMiddleware, expected a list"),
        (PIIMiddleware, "middleware: found the class PIIMiddleware, expected a list"),
    ],
    ids=["class", "str", "no list", "class and no list"],
)
def test_middleware_is_a_list_of_objects(wrong: Any, words: str, canary_redactor: Redactor) -> None:
    with pytest.raises(ConfigError, match=words):
        _agent(redactor=canary_redactor, middleware=wrong)


def test_a_text_is_no_set_of_types(canary_redactor: Redactor) -> None:
    with pytest.raises(ValidationError, match=r"a set of entity types.*\{\"ACCOUNT_ID\"\}"):
        ToolRule(args="ACCOUNT_ID")  # type: ignore[arg-type]
    with pytest.raises(ConfigError, match=r"tool_policy\.lookup\.args: .*a set of entity types"):
        _agent(redactor=canary_redactor, tool_policy={"lookup": {"args": "ACCOUNT_ID"}})
    assert ToolRule(args=["ACCOUNT_ID"]).args == {"ACCOUNT_ID"}  # type: ignore[arg-type]


def test_a_misspelt_key_of_a_rule_is_told_the_nearest() -> None:
    with pytest.raises(ValidationError, match=r"arg\s+unknown key; did you mean 'args'"):
        ToolRule(arg={"ACCOUNT_ID"})  # type: ignore[call-arg]
    with pytest.raises(ConfigError, match=r"tool_policy\.lookup\.arg: unknown key; did you mean 'args'\?$"):
        seal_tools([lookup], {"lookup": {"arg": ["ACCOUNT_ID"]}})


def test_a_hint_ends_its_sentence(canary_redactor: Redactor) -> None:
    with pytest.raises(ConfigError, match=r"'lokup'; did you mean 'lookup'\? A tool that a node"):
        _agent(redactor=canary_redactor, tool_policy={"lokup": {}})
    with pytest.raises(ValidationError) as told:
        Policy.model_validate({"typs": {}, "alow": []})
    assert "?;" not in explain(told.value, (Policy,))
