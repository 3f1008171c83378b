"""`redactor scan`: personal data in files, folders, stdin and staged changes."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from redactor.cli import console
from redactor.exceptions import ConfigError


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("scan", epilog="Example: redactor scan exports/ --fail-on CREDIT_CARD --fail-on 0.9")(scan)


def scan(
    paths: Annotated[
        list[str] | None, typer.Argument(help="Files or folders; - for stdin.", metavar="PATH...", show_default=False)
    ] = None,
    staged: Annotated[bool, typer.Option("--staged", help="The lines the next commit adds.")] = False,
    types: Annotated[
        list[str] | None, typer.Option(help="Only this entity type; repeat it, or commas between.", metavar="TYPE")
    ] = None,
    countries: Annotated[
        list[str] | None, typer.Option(help="Whose identifiers count without context: DE,FR.", metavar="CC")
    ] = None,
    policy: Annotated[str, typer.Option(help="default, everything, or a TOML file.", metavar="NAME|FILE")] = "default",
    patterns_only: Annotated[bool, typer.Option("--patterns-only", help="Without the model: faster.")] = False,
    fail_on: Annotated[
        list[str] | None,
        typer.Option(help="What ends with exit code 1; all without it. Repeat it.", metavar="TYPE[:SCORE]|SCORE"),
    ] = None,
    form: Annotated[str, typer.Option("--format", help="text, json, jsonl, sarif or github.")] = "text",
    as_json: Annotated[bool, typer.Option("--json", help="The same as --format json.")] = False,
    as_json_lines: Annotated[bool, typer.Option("--jsonl", help="The same as --format jsonl.")] = False,
    baseline: Annotated[Path | None, typer.Option(help="Report only what is not in it.", metavar="FILE")] = None,
    write_baseline: Annotated[
        bool, typer.Option("--write-baseline", help="Accept everything that is found now.")
    ] = False,
    read_as: Annotated[
        str, typer.Option("--as", help="text, jsonl, csv, tsv, eml or parquet; without it by the name.")
    ] = "",
    encoding: Annotated[str, typer.Option(help="Of text without a byte order mark.")] = "utf-8",
    max_bytes: Annotated[int, typer.Option(help="Of one source, unpacked; larger ones are not checked.", min=1)] = (
        50_000_000
    ),
    ignored: Annotated[bool, typer.Option("--ignored", help="Also what git ignores.")] = False,
    no_comments: Annotated[bool, typer.Option("--no-comments", help="Heed no comment `redactor: allow`.")] = False,
    jobs: Annotated[int, typer.Option(help="Processes.", min=1, max=64)] = 1,
    show_values: Annotated[bool, typer.Option("--show-values", help="Values as they are; on a terminal only.")] = False,
    stats: Annotated[bool, typer.Option("--stats", help="Counts, on stderr.")] = False,
) -> None:
    """Find personal data in files. Values are shown masked.

    Exit code: 0 nothing found that counts, 1 found, 2 a mistake in what was asked, 3 something could not be checked.
    """
    from redactor.scanning import reports, running
    from redactor.scanning.checking import How
    from redactor.scanning.detector import Asked

    chosen = _format(form, as_json, as_json_lines)
    if show_values and not (chosen == "text" and sys.stdout.isatty()):
        raise ConfigError("--show-values: values are written as they are only as text on a terminal")
    request = running.Request(
        paths=tuple(paths or ()),
        staged=staged,
        how=How(
            Asked(frozenset(_commas(types)), tuple(_commas(countries)), policy, patterns_only),
            kind=_known_format(read_as),
            encoding=_known_encoding(encoding),
            limit=max_bytes,
            comments=not no_comments,
            show_values=show_values,
        ),
        fail_on=tuple(map(running.fail_rule, fail_on or ())) or running.Request().fail_on,
        ignored=ignored,
        baseline=baseline,
        write_baseline=write_baseline,
        jobs=jobs,
    )
    report = running.scan(request)
    for line in reports.written(report, chosen):
        console.write_line(line)
    console.note(reports.summary(report))
    for line in reports.stats(report) if stats else ():
        console.note(line)
    raise typer.Exit(report.exit_code)


def _format(form: str, as_json: bool, as_json_lines: bool) -> str:
    from redactor.scanning.reports import FORMATS

    asked = {form} - {"text"} | ({"json"} if as_json else set()) | ({"jsonl"} if as_json_lines else set())
    if len(asked) > 1:
        raise ConfigError(f"expected one format, got {' and '.join(sorted(asked))}")
    chosen = asked.pop() if asked else "text"
    if chosen not in FORMATS:
        raise ConfigError(f"--format: there is no {chosen!r}; expected one of {', '.join(FORMATS)}")
    return chosen


def _known_format(name: str) -> str:
    from redactor.scanning.readers import FORMATS

    if name and name not in FORMATS:
        raise ConfigError(f"--as: there is no {name!r}; expected one of {', '.join(FORMATS)}")
    return name


def _known_encoding(name: str) -> str:
    try:
        b"a".decode(name)  # an empty one is not even looked up
    except (LookupError, ValueError):
        raise ConfigError(f"--encoding: there is no text encoding {name!r}; expected for example latin-1") from None
    return name


def _commas(given: list[str] | None) -> list[str]:
    return [part.strip() for each in given or () for part in each.split(",") if part.strip()]
