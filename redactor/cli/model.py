"""`redactor model`: which model is in use, is it whole, and how another takes its place."""

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from redactor.cli import console
from redactor.exceptions import ModelError

if TYPE_CHECKING:
    from redactor.config import Settings
    from redactor.models import Choice, Chosen

app = typer.Typer(
    help="List models, verify one, switch to another and back; a switch is in the audit log first.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)

_CONFIG = Annotated[Path | None, typer.Option(help="A redactor.toml.", metavar="FILE")]
_SOURCE = typer.Argument(help="An installed model package, or a package's folder.", metavar="NAME|DIR")


@app.command("list", epilog="Examples: redactor model list  ·  redactor model list --json")
def list_models(
    as_json: Annotated[bool, typer.Option("--json", help="Print the models as JSON.")] = False, config: _CONFIG = None
) -> None:
    """Show installed models, those chosen before, and which one is in use."""
    from redactor.models import installed

    settings, choice = _settings(config)
    history = choice.history()
    in_use = _in_use(settings, history)
    sources = dict.fromkeys([*installed(), *(row.source for row in history), *([in_use] if in_use else [])])
    rows = [_row(source, in_use, history) for source in sources]
    if as_json:
        console.write_json(rows)
        return
    for row in rows:
        if row["problem"]:
            console.complain(f"{row['source']}: {row['problem']}")
    lines = [[str(row[name]) for name in ("state", "source", "version", "size", "since")] for row in rows]
    for line in console.table(lines, ("", "model", "version", "size", "chosen")):
        console.write_line(line)


@app.command(epilog="Examples: redactor model verify  ·  redactor model verify ./my-model")
def verify(source: Annotated[str | None, _SOURCE] = None, config: _CONFIG = None) -> None:
    """Hold every file against its checksum, and see that the canary messages are found; of the model in use by default.

    Ends with 0 when nothing speaks against the model, with 1 when something does.
    """
    from redactor.models import folder_of, problems, version_of

    settings, choice = _settings(config)
    wanted = source if source is not None else _in_use(settings, choice.history())
    folder = folder_of(wanted)
    wrong = list(problems(folder))
    for problem in wrong:
        console.write_line(f"FAILED  {problem}")
    if wrong:
        raise typer.Exit(1)
    console.write_line(f"ok  {version_of(folder)}")


@app.command(epilog="Examples: redactor model use redactor_en  ·  redactor model use ./my-model")
def use(source: Annotated[str, _SOURCE], config: _CONFIG = None) -> None:
    """Verify a model and use it from now on, here; running processes keep theirs until they are started again.

    Ends with 1, and changes nothing, when something speaks against the model.
    """
    from redactor.audit import Audit
    from redactor.cli.opened import acting, opened_store

    settings, choice = _settings(config)
    with acting(), opened_store(settings, new=True) as (store, key):
        try:
            chosen = choice.use(source, Audit(store, key))
        except ModelError as error:
            console.complain(str(error))
            raise typer.Exit(1) from None
    console.write_line(f"in use: {chosen.version}")
    _about_config(settings)


@app.command(epilog="Example: redactor model rollback")
def rollback(config: _CONFIG = None) -> None:
    """Go back to the model that was in use before, verified anew.

    Ends with 1, and changes nothing, when it cannot be used.
    """
    from redactor.audit import Audit
    from redactor.cli.opened import acting, opened_store
    from redactor.models import SHIPPED

    settings, choice = _settings(config)
    with acting(), opened_store(settings, new=True) as (store, key):
        try:
            before = choice.rollback(Audit(store, key))
        except ModelError as error:
            console.complain(str(error))
            raise typer.Exit(1) from None
    console.write_line(f"in use: {before.version if before else SHIPPED}")
    _about_config(settings)


def _settings(config: Path | None) -> "tuple[Settings, Choice]":
    from redactor.config import Settings, data_folder
    from redactor.models import Choice

    return Settings.load(config), Choice(data_folder())


def _in_use(settings: "Settings", history: "list[Chosen]") -> str:
    from redactor.models import SHIPPED

    return settings.model or (history[-1].source if history else SHIPPED)


def _about_config(settings: "Settings") -> None:
    if settings.model:
        console.note(f"The configuration names model = {settings.model!r}, which wins; take that line out.")


def _row(source: str, in_use: str, history: "list[Chosen]") -> dict[str, object]:
    from redactor.models import folder_of, version_of

    since = next((row.since for row in reversed(history) if row.source == source), None)
    version, size, problem = "", "", ""
    try:
        folder = folder_of(source)
        version = version_of(folder)
        size = f"{sum(path.stat().st_size for path in folder.iterdir() if path.is_file()) / 1e6:.1f} MB"
    except ModelError as error:
        problem = str(error)
    return {
        "state": "in use" if source == in_use else "",
        "source": source,
        "version": version or "cannot be used",
        "size": size,
        "problem": problem,
        "since": datetime.fromtimestamp(since, UTC).isoformat(timespec="seconds") if since else "",
    }
