"""`redactor redact` and `redactor restore`: one text in, one text out."""

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, TypeVar
from uuid import uuid4

import typer

from redactor.cli import console
from redactor.exceptions import ConfigError
from redactor.types import FORMS, ROLES, Entity, Redaction, Restoration

_TEXT = Annotated[str | None, typer.Argument(help="The text; without it --file or stdin is read.", show_default=False)]
_FILE = Annotated[Path | None, typer.Option("--file", "-f", help="Read the text from this file.", metavar="FILE")]
_JSON = Annotated[bool, typer.Option("--json", help="Print everything that is known, as JSON.")]


def register(app: typer.Typer) -> None:
    """Add the two commands."""
    app.command(
        "redact",
        epilog="Examples: redactor redact 'I am Joyce Wu'  ·  redactor redact -c c-42 < message.txt",
    )(redact)
    app.command(
        "restore",
        epilog="Example: redactor restore -c c-42 'Thank you, [PERSON_1]!'",
    )(restore)


def redact(
    text: _TEXT = None,
    file: _FILE = None,
    conversation: Annotated[
        str | None,
        typer.Option("--conversation", "-c", help="Go on with this conversation, in the store on disk.", metavar="ID"),
    ] = None,
    role: Annotated[str, typer.Option(help=f"Who said it: {', '.join(ROLES)}.")] = "customer",
    as_json: _JSON = False,
    policy: Annotated[
        str, typer.Option(help="default, everything, or a TOML file; with --conversation the configured one holds.")
    ] = "default",
    config: Annotated[Path | None, typer.Option(help="A redactor.toml.", metavar="FILE")] = None,
) -> None:
    """Print a text as the LLM may see it.

    Without --conversation nothing is kept, so the values cannot be restored later.
    """
    from redactor.cli import opened

    said_by = checked("--role", role, ROLES)
    given = console.given_text(text, file)
    redactor = opened.configured(config) if conversation else opened.in_memory(policy)
    with redactor:
        chat = redactor.conversation(conversation or f"once-{uuid4()}")
        redaction = chat.redact(given, role=said_by)
    if as_json:
        console.write_json(redaction_data(redaction))
    else:
        _write(redaction.text, is_argument=text is not None)


def restore(
    conversation: Annotated[
        str, typer.Option("--conversation", "-c", help="The conversation the placeholders come from.", metavar="ID")
    ],
    text: _TEXT = None,
    file: _FILE = None,
    form: Annotated[str, typer.Option(help=f"What the text is embedded in: {', '.join(FORMS)}.")] = "text",
    audience: Annotated[str, typer.Option(help="Who will read it: customer, agent or tool:<name>.")] = "customer",
    as_json: _JSON = False,
    config: Annotated[Path | None, typer.Option(help="A redactor.toml.", metavar="FILE")] = None,
) -> None:
    """Print an LLM's text with the values back in it.

    Placeholders that are unknown here or may not be restored are named on stderr.
    """
    from redactor.cli import opened

    embedded_in = checked("--form", form, FORMS)
    given = console.given_text(text, file)
    with opened.acting(), opened.configured(config) as redactor:
        chat = redactor.conversation(conversation)
        restoration = chat.restore(given, audience=audience, form=embedded_in)
    if as_json:
        console.write_json(asdict(restoration))
        return
    _write(restoration.text, is_argument=text is not None)
    _tell(restoration)


Name = TypeVar("Name", bound=str)


def checked(option: str, value: str, known: Sequence[Name]) -> Name:
    """The value, if it is one of the known ones; else an error that lists them."""
    for name in known:
        if name == value:
            return name
    raise ConfigError(f"{option}: unknown value; expected one of {', '.join(known)}")


def redaction_data(redaction: Redaction) -> dict[str, object]:
    """A redaction as JSON data; it holds no value."""
    return {
        "text": redaction.text,
        "role": redaction.role,
        "turn_id": redaction.turn_id,
        "entities": [entity_data(entity) for entity in redaction.entities],
        "revised": [redaction_data(earlier) for earlier in redaction.revised],
        "timings_ms": {step: round(ms, 3) for step, ms in redaction.timings.items()},
    }


def entity_data(entity: Entity) -> dict[str, object]:
    """An entity as JSON data."""
    return asdict(entity)


def _write(text: str, *, is_argument: bool) -> None:
    (console.write_line if is_argument else console.write)(text)


def _tell(restoration: Restoration) -> None:
    told = {
        "unknown in this conversation": restoration.unknown,
        "not for this audience or place": restoration.withheld,
        "past its retention": restoration.expired,
    }
    for reason, placeholders in told.items():
        if placeholders:
            console.note(f"{reason}: {', '.join(placeholders)}")
