"""Amounts that the LLM writes in a tool's arguments reach the tool as numbers, whoever looks at the message."""

from typing import Any

import pytest
from langchain.agents.middleware import AgentMiddleware, HumanInTheLoopMiddleware
from langchain_core.tools import tool
from langgraph.types import Command

from langchain_redactor import ToolRule
from redactor import Redactor
from tests.integrations.langchain_redactor.conftest import CANARIES
from tests.integrations.langchain_redactor.scenes import calls, staged


def _asked() -> Any:
    return calls(("refund", {"cents": 4900, "order_id": "[ACCOUNT_ID_1]"}))


class _HandsBack(AgentMiddleware[Any, Any, Any]):
    def after_model(self, state: Any, runtime: Any) -> dict[str, Any]:
        """As many do: the message goes back into the state."""
        return {"messages": [state["messages"][-1]]}


@pytest.fixture(scope="module")
def shipped() -> Redactor:
    return Redactor()


@pytest.fixture
def paid() -> list[tuple[int, str]]:
    return []


def _refund(paid: list[tuple[int, str]]) -> Any:
    @tool
    def refund(cents: int, order_id: str) -> str:
        """Give money back."""
        paid.append((cents, order_id))
        return "done"

    return refund


def test_a_middleware_that_hands_the_message_back_changes_no_amount(
    shipped: Redactor, paid: list[tuple[int, str]]
) -> None:
    rules = {"refund": ToolRule(args={"ACCOUNT_ID"})}
    stage = staged(shipped, [_asked(), "ok"], [_refund(paid)], tool_policy=rules, middleware=[_HandsBack()])
    stage.on("amounts-1").say(CANARIES.said)
    assert paid == [(4900, CANARIES.account)]


def test_a_person_approves_the_amount_that_is_paid(shipped: Redactor, paid: list[tuple[int, str]]) -> None:
    rules = {"refund": ToolRule(args={"ACCOUNT_ID"})}
    asked = HumanInTheLoopMiddleware(interrupt_on={"refund": True})
    stage = staged(shipped, [_asked(), "ok"], [_refund(paid)], tool_policy=rules, middleware=[asked]).on("amounts-2")
    state = stage.say(CANARIES.said)
    (request,) = state["__interrupt__"][0].value["action_requests"]
    assert request["args"] == {"cents": 4900, "order_id": CANARIES.account}
    edited = {"name": "refund", "args": {"cents": 4500, "order_id": CANARIES.account}}
    decision = {"type": "edit", "edited_action": edited}
    stage.agent.invoke(Command(resume={"decisions": [decision]}), stage.config)
    assert paid == [(4500, CANARIES.account)]


def test_a_resent_history_keeps_its_amounts(shipped: Redactor, paid: list[tuple[int, str]]) -> None:
    stage = staged(shipped, [_asked(), "ok", "bye"], [_refund(paid)]).on("amounts-3")
    first = stage.say(CANARIES.said)
    other = staged(shipped, ["bye"], [_refund(paid)]).on("amounts-4")
    again = other.say(*first["messages"], "thanks")
    assert again["messages"][1].tool_calls[0]["args"]["cents"] == 4900
