"""`redactor demo`: one conversation, three views of it."""

from collections.abc import Callable
from typing import Annotated
from uuid import uuid4

import typer

from redactor.cli import console
from redactor.exceptions import ConfigError

DEMOS = "redactor.demos"
"""Entry point group: a name and a function without arguments that shows a demo. The function may have an
attribute `richness`, an integer; the built-in demo's is 0, and the richest that loads is shown."""

CUSTOMER = (
    "hi, where is my parcel?? it should have been here on monday",
    "crystal minh",
    "its 8706847615",
    "crystal dot minh at gmail dot com. and my card is 4111 1111 1111 1111 if you need it",
    "Great. Please send it to 2480 Lincoln Ave, Baltimore, MD 21230 instead, my phone is (410) 555-0136",
    "that's all, thanks. Crystal",
)
"""What the customer types; the person and the values are made up."""


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("demo", epilog="Example: redactor demo")(demo)


def demo(
    built_in: Annotated[
        bool, typer.Option("--built-in", help="Show this package's own demo, whatever else is installed.")
    ] = False,
) -> None:
    """Show a conversation: what the person typed, what the LLM sees, what the person reads.

    Runs on the installed model, in memory; needs no network and no key.
    """
    show = None if built_in else _richest()
    if show is None:
        _built_in()
    else:
        show()


def _richest() -> Callable[[], object] | None:
    from redactor.cli.plugins import entry_points, load

    best: Callable[[], object] | None = None
    richness = 0
    for entry_point in entry_points(DEMOS).values():
        try:
            found = load(entry_point)
        except ConfigError as error:
            console.note(str(error))
            continue
        if callable(found) and getattr(found, "richness", 1) > richness:
            best, richness = found, getattr(found, "richness", 1)
    return best


def _built_in() -> None:
    from redactor.cli.session import Session, with_order_tool
    from redactor.cli.shown import Shown, show
    from redactor.redactor import Redactor

    turns: list[Shown] = []
    with Redactor(policy=with_order_tool("default")) as redactor:
        session = Session(redactor.conversation(f"demo-{uuid4()}"))
        for typed in (None, *CUSTOMER):
            if typed is not None:
                turns.append(Shown("customer", typed, session.hear(typed).text, ""))
            read = "".join(session.answer(session.support_bot))
            turns.append(Shown("bot", "", session.wrote, read, by_llm=True))
    show(turns, "A conversation with a support bot; everybody in it is made up")
    console.note("Type to the same bot with `redactor chat --show-llm`.")
