"""`redactor demo` where LangChain is installed: the same conversation through a LangChain agent with a tool."""

from importlib.util import find_spec
from typing import Any
from uuid import uuid4


def demo() -> None:
    """Run a made-up conversation through an agent, and search what it left behind for what was typed."""
    from langgraph.checkpoint.memory import InMemorySaver

    from langchain_redactor.agent import create_redacted_agent
    from langchain_redactor.demo_model import SupportModel, lookup_order
    from redactor import Redactor
    from redactor.cli import console
    from redactor.cli.demo import CUSTOMER
    from redactor.cli.shown import Shown, show
    from redactor.policy import ToolRule

    model, saver = SupportModel(), InMemorySaver()
    given: list[str] = []
    turns: list[Shown] = []
    with Redactor() as redactor:
        agent = create_redacted_agent(
            model,
            [lookup_order(given)],
            redactor=redactor,
            tool_policy={"lookup_order": ToolRule(args={"ACCOUNT_ID"})},
            checkpointer=saver,
        )
        config: dict[str, Any] = {"configurable": {"thread_id": f"demo-{uuid4()}"}}
        for typed in CUSTOMER:
            given.clear()
            model.calls.clear()
            answer = agent.invoke({"messages": [("user", typed)]}, config)["messages"][-1]
            turns.append(Shown("customer", typed, model.heard, ""))
            turns += [
                Shown("tool", "", call, f"(the tool was given {', '.join(given)})", by_llm=True) for call in model.calls
            ]
            turns.append(Shown("bot", "", model.wrote, answer.text, by_llm=True))
    show(turns, "A conversation with a LangChain agent; everybody in it is made up")
    kept = repr(list(saver.list(None)))
    found = [value for value in ("crystal", "8706847615", "4111 1111", "Lincoln", "555-0136") if value in kept]
    console.note(
        f"The checkpointer's {len(kept):,} characters were searched for name, order number, card, street and phone: "
        + (f"{len(found)} found." if found else "none of them is there.")
    )
    console.note("Your own agent: docs/langchain.md. The demo without LangChain: `redactor demo --built-in`.")


demo.richness = 10 if find_spec("langchain") else 0  # type: ignore[attr-defined]
