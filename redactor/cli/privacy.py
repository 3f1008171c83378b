"""`redactor privacy`: what a person can ask for, and proof that erased data is gone."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from redactor.cli import console, rights
from redactor.exceptions import ConfigError

if TYPE_CHECKING:
    from redactor.privacy.erasure import Proof

app = typer.Typer(
    help="Find, copy, correct and erase a person; prove that erased data is gone.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)
rights.register(app)


@app.command(
    "prove-erased",
    epilog="Examples: redactor privacy prove-erased  (asks for the value)  ·  "
    "redactor privacy prove-erased --backup /var/backups < values.txt",
)
def prove_erased(
    values: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[VALUE]...",
            help="What must be gone. Others on this machine can read arguments, and shells keep them: without any, the "
            "values are read from stdin, one a line, or asked for.",
        ),
    ] = None,
    store: Annotated[
        Path | None, typer.Option(help="The database; without it the configured one.", metavar="FILE")
    ] = None,
    backup: Annotated[
        list[Path] | None,
        typer.Option(help="A file or folder to search too: backups, exports, logs. Repeatable.", metavar="PATH"),
    ] = None,
    config: Annotated[Path | None, typer.Option(help="A redactor.toml.", metavar="FILE")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print what was found as JSON.")] = False,
) -> None:
    """Search the database, its log and backups for values, in every encoding they may have there.

    Names file, place and encoding, never the value. Ends with 0 when nothing was found, with 1 when something was, with
    2 when the question was wrong, with 3 when a file could not be read and nothing was found in the others.
    """
    from redactor.privacy.erasure import prove_erased, store_files

    wanted = _values(values)
    paths = [*store_files(store if store is not None else _configured(config)), *(backup or [])]
    proof = prove_erased(wanted, paths)
    if as_json:
        console.write_json(_public(proof))
    else:
        _print(proof, len(wanted))
    if proof.found:
        raise typer.Exit(1)
    if not proof.complete:
        raise typer.Exit(3)


def _configured(config: Path | None) -> Path:
    from redactor.config import Settings

    settings = Settings.load(config)
    if settings.store.kind == "memory":
        raise ConfigError("the configured store is memory, which leaves no file; give --store FILE")
    if settings.store.kind != "sqlite":
        raise ConfigError(
            f"the configured store is {settings.store.kind}, whose files lie with the server and are not read by this "
            "command; give --store FILE for a SQLite store, or search a dump of the server's with your own tools"
        )
    return settings.store_path()


def _values(values: list[str] | None) -> list[str]:
    if not values and _is_asked():
        values = [typer.prompt("Value", hide_input=True, err=True)]
    elif not values:
        lines = console.given_text(None, None).removeprefix("\ufeff").splitlines()  # a BOM is no part of a value
        values = [line for line in lines if line.strip()]
    if not values:
        raise ConfigError("expected at least one value: as an argument, or one a line on stdin")
    return values


def _is_asked() -> bool:
    return sys.stdin.isatty()


def _public(proof: "Proof") -> dict[str, object]:
    found = [
        {"file": str(each.path), "where": each.where, "encoding": each.encoding, "value": each.value}
        for each in proof.found
    ]
    unread = [{"file": str(path), "reason": reason} for path, reason in proof.unread]
    return {"files": proof.files, "bytes": proof.size, "found": found, "unread": unread}


def _print(proof: "Proof", values: int) -> None:
    if proof.found:
        rows = [(f"value {each.value}", str(each.path), each.where, each.encoding) for each in proof.found]
        for line in console.table(rows):
            console.write_line(line)
    for path, reason in proof.unread:
        console.complain(f"{path}: not searched ({reason})")
    said = "found" if proof.found else "not found in what was read" if proof.unread else "not found"
    console.write_line(f"{values} values {said}; {proof.files} files, {proof.size} bytes searched")
