"""A support agent: the LLM and the checkpoints hold placeholders, the order system and the customer real values."""

from typing import Any

from langchain_core.messages import AIMessage
from langchain_core.tools import tool
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.types import Command

from langchain_redactor import create_redacted_agent, redacted_interrupt
from langchain_redactor.testing import RecordingModel
from redactor import Redactor
from redactor.testing import assert_no_leak

NAME, EMAIL, ORDER = "Crystal Minh", "crystal.minh@example.com", "8706847615"
asked_of_the_shop: list[str] = []


@tool
def look_up_order(order_id: str) -> str:
    """Look up an order by its number."""
    asked_of_the_shop.append(f"look up {order_id}")
    return f"Order {order_id}: one lamp, 49 EUR, delivered, booked by {EMAIL}"


@tool
def refund(order_id: str, amount: int) -> str:
    """Refund an order, once the customer agrees."""
    if redacted_interrupt(f"Shall we refund {amount} EUR for order {order_id}?") != "yes":
        return "The customer does not want it."
    asked_of_the_shop.append(f"refund {amount} EUR for {order_id}")
    return f"Refunded {amount} EUR for order {order_id}."


def call(name: str, **args: Any) -> AIMessage:
    """What an LLM says to call a tool."""
    return AIMessage("", tool_calls=[{"name": name, "args": args, "id": f"call_{name}"}])


# Stands for ChatOpenAI("gpt-5.2") or any other chat model; it remembers what it was sent.
model = RecordingModel(
    replies=[
        call("look_up_order", order_id="[ACCOUNT_ID_1]"),
        call("refund", order_id="[ACCOUNT_ID_1]", amount=49),
        "Done, [PERSON_1]. The confirmation goes to [EMAIL_ADDRESS_1].",
    ]
)

saver = InMemorySaver()

with Redactor() as redactor:
    agent = create_redacted_agent(
        model,
        [look_up_order, refund],
        redactor=redactor,
        tool_policy={"look_up_order": {"args": ["ACCOUNT_ID"]}, "refund": {"args": ["ACCOUNT_ID"]}},
        system_prompt="You are the support of a lamp shop.",
        checkpointer=saver,
    )
    thread: dict[str, Any] = {"configurable": {"thread_id": "c-42"}}

    said = f"Hi, I'm {NAME} ({EMAIL}). The lamp of order number {ORDER} arrived broken."
    waiting = agent.invoke({"messages": [("user", said)]}, thread)
    question = waiting["__interrupt__"][0].value
    print("the customer is asked:", question)
    answer = agent.invoke(Command(resume="yes"), thread)["messages"][-1].text
    print("the customer reads:   ", answer)

    print("\nthe model saw:")
    for message in model.received[-1].messages[1:]:
        print(f"  {message.type}: {message.text or getattr(message, 'tool_calls', '')}")
    print("the shop was asked to:", "; ".join(asked_of_the_shop))
    print("the checkpoint holds: ", agent.get_state(thread).values["messages"][0].text)

assert_no_leak([NAME, EMAIL, ORDER], [given.all for given in model.received], repr(list(saver.list(None))))
if (question, answer, asked_of_the_shop) != (
    f"Shall we refund 49 EUR for order {ORDER}?",
    f"Done, {NAME}. The confirmation goes to {EMAIL}.",
    [f"look up {ORDER}", f"refund 49 EUR for {ORDER}"],
):
    raise SystemExit("somebody got a placeholder instead of the real value")
