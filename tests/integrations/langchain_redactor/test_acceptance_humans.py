"""People who are asked from inside a graph read real values and answer with them; the checkpoint never holds one."""

from typing import Any

import pytest
from langchain.agents.middleware import HumanInTheLoopMiddleware
from langchain_core.messages import HumanMessage
from langchain_core.tools import tool
from langgraph.types import Command

from langchain_redactor import redacted_interrupt
from redactor.policy import ToolRule
from tests.integrations.langchain_redactor.conftest import CANARIES, Canaries
from tests.integrations.langchain_redactor.scenes import Staged, calls, echo, last


@tool
def refund(order: str, to: str) -> str:
    """Refund an order."""
    said = redacted_interrupt({"question": f"Refund {order} to {CANARIES.name} at {to}?"})
    PAID.append((order, to, said))
    return f"refunded {order} to {to}: {said}"


PAID: list[tuple[str, str, Any]] = []


REFUND = calls(("refund", {"order": "[ACCOUNT_ID_1]", "to": "[IBAN_CODE_1]"}))


REFUND_RULES = {"refund": ToolRule(args=frozenset({"ACCOUNT_ID", "IBAN_CODE", "PERSON"}))}


def test_a_human_is_asked_with_real_values_and_answers_with_them(stage: Staged, canaries: Canaries) -> None:
    PAID.clear()
    scene = stage([REFUND, echo], [refund], tool_policy=REFUND_RULES)
    state = scene.say(HumanMessage(canaries.said))
    asked = state["__interrupt__"][0].value
    assert asked == {"question": f"Refund {canaries.account} to {canaries.name} at {canaries.iban}?"}
    scene.keeps_inside_clean()
    assert scene.agent.get_state(scene.config, reveal=True).interrupts[0].value == asked
    answer = f"yes, says {canaries.name}"
    state = scene.agent.invoke(Command(resume=answer), scene.config)
    assert [(canaries.account, canaries.iban, answer)] == PAID
    assert canaries.iban in last(state).text
    scene.keeps_inside_clean()


@pytest.mark.parametrize("decision", ["approve", "edit", "reject"])
def test_a_human_decides_over_a_call_with_real_values(stage: Staged, canaries: Canaries, decision: str) -> None:
    got: list[str] = []

    @tool
    def send(to: str) -> str:
        """Send a message."""
        got.append(to)
        return f"sent to {to}"

    scene = stage(
        [calls(("send", {"to": "[EMAIL_ADDRESS_1]"})), echo],
        [send],
        tool_policy={"send": {"args": ["EMAIL_ADDRESS"]}},
        middleware=[HumanInTheLoopMiddleware(interrupt_on={"send": True})],
    )
    state = scene.say(HumanMessage(canaries.said))
    request = state["__interrupt__"][0].value["action_requests"][0]
    assert request["args"] == {"to": canaries.email}
    scene.keeps_inside_clean()
    new = "someone.else@canary-mail.com"
    decisions: dict[str, dict[str, Any]] = {
        "approve": {"type": "approve"},
        "edit": {"type": "edit", "edited_action": {"name": "send", "args": {"to": new}}},
        "reject": {"type": "reject", "message": f"{canaries.name} did not want it"},
    }
    scene.agent.invoke(Command(resume={"decisions": [decisions[decision]]}), scene.config)
    assert got == {"approve": [canaries.email], "edit": [new], "reject": []}[decision]
    scene.keeps_inside_clean()
