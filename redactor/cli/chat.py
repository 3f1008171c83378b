"""`redactor chat`: type to a bot or to an LLM that sees placeholders only."""

import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated
from uuid import uuid4

import typer

from redactor.cli import console
from redactor.exceptions import ConfigError

if TYPE_CHECKING:
    from redactor.cli.session import Answer, Session
    from redactor.cli.upstream import Upstream

KEY_VARIABLE = "OPENAI_API_KEY"
"""Environment variable with the upstream's key, the name that OpenAI-compatible tools read."""


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command(
        "chat",
        epilog="Examples: redactor chat --show-llm  ·  redactor chat --upstream http://localhost:8000/v1 --model m",
    )(chat)


def chat(
    upstream: Annotated[
        str | None,
        typer.Option(help=f"An OpenAI-compatible endpoint; its key is read from {KEY_VARIABLE}.", metavar="URL"),
    ] = None,
    model: Annotated[str | None, typer.Option(help="The model to ask the endpoint for.", metavar="NAME")] = None,
    show_llm: Annotated[bool, typer.Option("--show-llm", help="Also show what the LLM sees and writes.")] = False,
    conversation: Annotated[
        str | None,
        typer.Option("--conversation", "-c", help="Go on with this conversation, in the store on disk.", metavar="ID"),
    ] = None,
    policy: Annotated[
        str, typer.Option(help="default, everything, or a TOML file; with --conversation the configured one holds.")
    ] = "default",
    config: Annotated[Path | None, typer.Option(help="A redactor.toml.", metavar="FILE")] = None,
) -> None:
    """Chat with a small built-in support bot, or with any OpenAI-compatible endpoint.

    Type a line, read the answer; end with Ctrl-D. Without --conversation nothing is kept.
    """
    from redactor.cli import opened
    from redactor.cli.session import Session, with_order_tool
    from redactor.redactor import Redactor

    llm = _upstream(upstream, model)
    redactor = opened.configured(config) if conversation else Redactor(policy=with_order_tool(policy))
    with opened.acting(), redactor:
        session = Session(redactor.conversation(conversation or f"chat-{uuid4()}"))
        if llm is None:
            _answer(session, session.support_bot, show_llm=False)
        for typed in _typed():
            redaction = session.hear(typed)
            if show_llm:
                _show("the LLM sees", redaction.text)
            _answer(session, llm or session.support_bot, show_llm=show_llm)


def _answer(session: "Session", llm: "Answer", *, show_llm: bool) -> None:
    for piece in session.answer(llm):
        console.write(piece)
    console.write("\n")
    if show_llm:
        _show("the LLM wrote", session.wrote)


def _upstream(url: str | None, model: str | None) -> "Upstream | None":
    if (url is None) != (model is None):
        raise ConfigError("--upstream and --model belong together: an address, and a model's name to ask it for")
    if url is None or model is None:
        return None
    from redactor.cli.upstream import Upstream
    from redactor.secret import Secret

    key = os.environ.get(KEY_VARIABLE)
    return Upstream(url, model, Secret(key) if key else None)


def _typed() -> Iterator[str]:
    """Lines of stdin that hold something; a prompt where a person types them."""
    while True:
        if sys.stdin.isatty():
            console.err().print("> ", end="", style="bold")
        line = sys.stdin.readline()
        if not line:
            return
        if line.strip():
            yield line.rstrip("\n")


def _show(what: str, text: str) -> None:
    out = console.out()
    out.print(f"  {what}: ", style="dim", end="")
    out.print(console.marked(text))
