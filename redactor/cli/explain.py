"""`redactor explain`: every vote on a text and what became of it."""

from typing import Annotated

import typer

from redactor.cli import console
from redactor.cli.roundtrip import entity_data


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command(
        "explain",
        epilog="Example: redactor explain 8706847615 --context 'What is your order number?'",
    )(explain)


def explain(
    text: Annotated[str | None, typer.Argument(help="The text; without it stdin is read.", show_default=False)] = None,
    context: Annotated[
        list[str] | None, typer.Option("--context", help="A turn before it; repeat it, oldest first.", metavar="TEXT")
    ] = None,
    policy: Annotated[str, typer.Option(help="default, everything, or a TOML file.", metavar="NAME|FILE")] = "default",
    as_json: Annotated[bool, typer.Option("--json", help="Print the decisions as JSON.")] = False,
) -> None:
    """Show who found what in a text, with which score, and why it was masked, kept or dropped.

    Offsets count code points of the text, from 0, the end not included. Nothing is kept.
    """
    from redactor.cli import opened

    given = console.given_text(text, None)
    with opened.in_memory(policy) as redactor:
        decisions = redactor.explain(given, context=context or [])
    if as_json:
        console.write_json([entity_data(d.entity) | {"outcome": d.outcome, "reason": d.reason} for d in decisions])
        return
    if not decisions:
        console.note("nobody found anything in it")
        return
    rows = [
        (f"{e.start}-{e.end}", e.type, f"{e.score:.2f}", e.recognizer, d.outcome, d.reason)
        for d in decisions
        for e in [d.entity]
    ]
    for line in console.table(rows, ("span", "type", "score", "recognizer", "outcome", "reason")):
        console.write_line(line)
