"""`redactor monitor`: how the model in use behaves, from counts alone."""

import json
import re
import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from redactor.cli import console
from redactor.cli import tables as screen
from redactor.cli.pages import check_writable, write
from redactor.exceptions import ConfigError

if TYPE_CHECKING:
    from redactor.metrics.report import Report
    from redactor.metrics.window import Window

app = typer.Typer(
    help="Watch the model in use: rates, scores, drift, signs of an attack.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)

_CONFIG = Annotated[Path | None, typer.Option(help="A redactor.toml.", metavar="FILE")]
_SINCE = Annotated[
    str | None, typer.Option(help="The last days, today included: 7d (as without this option), 4w.", metavar="TIME")
]
_MESSAGES = Annotated[
    int | None, typer.Option(min=1, help="Instead: as many whole days as hold the last N messages.", metavar="N")
]
_TENANT = Annotated[str | None, typer.Option(help="Only this tenant.", metavar="NAME")]

_TIME = re.compile(r"([1-9][0-9]{0,3})([dw])")
_DAYS = {"d": 1, "w": 7}


@app.command(
    epilog="Examples: redactor monitor report  ·  "
    "redactor monitor report --since 1d --reference reference.json --json report.json"
)
def report(
    config: _CONFIG = None,
    since: _SINCE = None,
    messages: _MESSAGES = None,
    tenant: _TENANT = None,
    reference: Annotated[
        Path | None, typer.Option(help="Compare with this file of `monitor reference`.", metavar="FILE")
    ] = None,
    any_model: Annotated[
        bool, typer.Option("--any-model", help="Compare although another version of the model was in use.")
    ] = False,
    json_file: Annotated[
        Path | None, typer.Option("--json", help="Also write all numbers as JSON.", metavar="FILE")
    ] = None,
    markdown_file: Annotated[
        Path | None, typer.Option("--markdown", help="Also write the tables in Markdown.", metavar="FILE")
    ] = None,
) -> None:
    """Show what was found in recent messages, with which scores, and what has changed against a reference.

    Days are UTC. Ends with 0 when all is well, with 1 when there is an alarm, with 2 when it could not be told.
    """
    from redactor.metrics import report as reports
    from redactor.metrics import tables
    from redactor.metrics.reference import load

    for path in filter(None, (json_file, markdown_file)):
        check_writable(path)
    compared_with = load(reference) if reference is not None else None
    found = reports.make(_window(config, since, messages, tenant), compared_with, any_model=any_model)
    _print(found)
    if json_file is not None:
        write(json_file, json.dumps(found.public(), ensure_ascii=False, indent=2) + "\n")
    if markdown_file is not None:
        write(markdown_file, tables.markdown(found))
    if found.alarms:
        raise typer.Exit(1)


@app.command(epilog="Example: redactor monitor reference --since 4w --out reference.json")
def reference(
    out: Annotated[Path, typer.Option(help="Where to write it.", metavar="FILE")],
    config: _CONFIG = None,
    since: _SINCE = None,
    messages: _MESSAGES = None,
    tenant: _TENANT = None,
) -> None:
    """Keep the counts of a good time, to compare later times with.

    The file holds counts by day and the versions of model and policy; four weeks make a good one.
    """
    from redactor.metrics.reference import save
    from redactor.metrics.tables import window_line

    window = _window(config, since, messages, tenant)
    save(window, out)
    console.write_line(f"{out}: {window_line(window)}")


def _window(config: Path | None, since: str | None, messages: int | None, tenant: str | None) -> "Window":
    """What the configured store has counted."""
    from redactor.config import Settings
    from redactor.metrics.window import read

    if since is not None and messages is not None:
        raise ConfigError("expected --since or --messages, and not both")
    days = None if messages is not None else _days(since or "7d")
    store, _ = Settings.load(config).open_store()
    try:
        if not store.persistent:
            raise ConfigError(
                "the configured store is memory, which ends with its process; monitor needs a store on disk. A host "
                "with a memory store reads `Redactor.metrics` instead"
            )
        return read(store, time.time(), days=days, messages=messages, tenant=tenant)
    finally:
        store.close()


def _days(since: str) -> int:
    found = _TIME.fullmatch(since)
    if found is None:
        raise ConfigError("--since: expected a number of days or weeks, such as 7d or 4w")
    return int(found[1]) * _DAYS[found[2]]


def _print(found: "Report") -> None:
    from redactor.metrics import tables

    for table in tables.tables(found):
        if not table.rows:
            continue
        for line in screen.lines(table.title, table.header, table.rows):
            console.write_line(line)
        console.write_line("")
    for note in found.notes:
        console.write_line(note)
    for alarm in found.alarms:
        console.write_line(f"ALARM: {alarm}")
    if found.reference is not None and not found.alarms:
        console.write_line("no alarm")
