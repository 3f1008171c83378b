"""`redactor platform`: which platforms there are, and what one's file does to a payload."""

from pathlib import Path
from typing import Annotated, Any

import typer

from redactor.cli import console
from redactor.exceptions import ConfigError

app = typer.Typer(help="Chat platforms that call webhooks, as data.", no_args_is_help=True)

_Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]


@app.command("list")
def list_platforms(as_json: _Json = False) -> None:
    """List the platforms that ship."""
    from redactor_gateway.platform import Platform, shipped

    platforms = [Platform.load(name) for name in shipped()]
    if as_json:
        console.write_json([_platform_data(each) for each in platforms])
        return
    rows = [(p.name, p.title, ", ".join(s.name for s in p.verify), ", ".join(p.bodies)) for p in platforms]
    for line in console.table(rows, ("name", "platform", "signed by", "body")):
        console.write_line(line)


def _platform_data(platform: Any) -> dict[str, Any]:
    return {
        "name": platform.name,
        "title": platform.title,
        "documentation": platform.documentation,
        "signed_by": [scheme.name for scheme in platform.verify],
        "bodies": list(platform.bodies),
        "answers_in_the_response": platform.reply is not None,
        "calls": [f"{call.method} {call.path}" for call in platform.egress.calls],
    }


@app.command("test", epilog="Example: redactor platform test slack payload.json")
def test_platform(
    platform: Annotated[str, typer.Argument(help="A platform's name, or a file of one's own.", metavar="NAME|FILE")],
    payload: Annotated[Path, typer.Argument(help="A payload as the platform sends it: JSON, or a form.")],
    policy: Annotated[str, typer.Option(help="default, everything, or a TOML file.", metavar="NAME|FILE")] = "default",
    everything: Annotated[bool, typer.Option("--all", help="Print the places that stay as they are, too.")] = False,
    as_json: _Json = False,
) -> None:
    """Show what a bot would see of a payload: each place, its kind, and what it becomes.

    Nothing is kept, and no raw value is printed. Exit code 2 where the platform file or the payload cannot be used.
    """
    from redactor.cli import opened
    from redactor_gateway.platform import Platform

    chosen = Platform.load(platform)
    body = _read(payload)
    with opened.in_memory(policy) as redactor:
        sent, mapped = _mapped(chosen, body, redactor)
    shown = [each for each in mapped.changes if everything or each.changed]
    if as_json:
        console.write_json(
            {
                "platform": chosen.name,
                "conversations": len(mapped.conversations),
                "places": [
                    {"path": c.path, "kind": c.kind or "unmapped", "changed": c.changed, "becomes": c.became}
                    for c in shown
                ],
                "body": sent,
            }
        )
        return
    _print(shown, len(mapped.changes), len(mapped.conversations))


def _read(payload: Path) -> bytes:
    try:
        return payload.read_bytes()
    except OSError as error:
        reason = error.strerror or type(error).__name__
    raise ConfigError(f"the payload {payload} cannot be read ({reason}); expected a file of JSON, or of a form")


def _mapped(platform: Any, body: bytes, redactor: Any) -> tuple[str, Any]:
    """A body that begins as JSON is JSON, whatever the platform sends usually."""
    from redactor_gateway.mapping import FORM, redact_body

    is_json = body.lstrip()[:1] in (b"{", b"[")
    media_type = FORM if "form" in platform.bodies and not is_json else "application/json"
    sent, mapped = redact_body(platform, body.strip(), media_type, redactor.conversation, redactor)
    return sent.decode(), mapped


def _print(shown: list[Any], count: int, conversations: int) -> None:
    rows = [(each.path, each.kind or "unmapped", _short(str(each.became))) for each in shown]
    for line in console.table(rows, ("place", "kind", "becomes")):
        console.write_line(line)
    console.note(f"{len(rows)} of {count} places shown, {conversations} conversation(s)")


def _short(text: str, most: int = 100) -> str:
    text = " ".join(text.split())
    return text if len(text) <= most else text[: most - 1] + "…"
