"""`redactor audit`: look at the audit log, hold it against what was signed, take it out."""

import json
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from redactor.cli import console
from redactor.cli.pages import check_writable, write
from redactor.exceptions import AuditError, ConfigError

if TYPE_CHECKING:
    from redactor.audit import Audit
    from redactor.audit.checking import Verdict
    from redactor.audit.checkpoints import Checkpoint
    from redactor.storage import AuditRow, Store

app = typer.Typer(
    help="The audit log: who was shown personal values, who handled keys, what was erased.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)

_CONFIG = Annotated[Path | None, typer.Option(help="A redactor.toml.", metavar="FILE")]


@app.command(
    epilog="Examples: redactor audit verify --checkpoint last-week.json  ·  "
    "redactor audit verify --export audit.jsonl --public-key 3b6a..."
)
def verify(
    checkpoint: Annotated[
        list[Path] | None,
        typer.Option(
            help="A checkpoint kept elsewhere: shows whether the end was cut off. Repeatable.", metavar="FILE"
        ),
    ] = None,
    export: Annotated[
        Path | None,
        typer.Option(help="Look at this export instead of the store; needs no key.", metavar="FILE"),
    ] = None,
    public_key: Annotated[
        str | None,
        typer.Option(help="The store's public key, in hex, for an export: who signed it?", metavar="KEY"),
    ] = None,
    config: _CONFIG = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the verdict as JSON.")] = False,
) -> None:
    """Find what was changed, dropped, swapped, put in or cut off.

    Ends with 0 when nothing was found, with 1 when something was, with 2 when it could not be told.
    """
    from redactor.audit import checking

    points = [_checkpoint(path) for path in checkpoint or []]
    if export is not None:
        verdict = checking.verify_export(_lines(export), points, _public_key(public_key))
    elif public_key is not None:
        raise ConfigError("--public-key is for an export; a store has its key itself")
    else:
        with _opened(config) as (store, audit):
            verdict = checking.verify(audit, store, points)
    if as_json:
        console.write_json(verdict.public())
    else:
        _print(verdict, given=bool(points) or export is not None)
    if not verdict.ok:
        raise typer.Exit(1)


@app.command(epilog="Example: redactor audit tail -n 50 --follow")
def tail(
    count: Annotated[int, typer.Option("-n", min=0, help="How many records.", metavar="N")] = 20,
    follow: Annotated[bool, typer.Option("--follow", "-f", help="Go on as records come, until Ctrl-C.")] = False,
    config: _CONFIG = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print records as JSON lines.")] = False,
) -> None:
    """Show the last records."""
    from redactor.audit.checking import pages

    with _opened(config) as (store, _):
        last = store.last_audit()
        seq = max((last.seq if last else 0) - count, 0)
        while True:
            for row in pages(store, seq):
                console.write_line(_shown(row, as_json=as_json))
                seq = row.seq
            if not follow:
                return
            time.sleep(1)


@app.command(epilog="Example: redactor audit export --out audit.jsonl")
def export(
    out: Annotated[Path | None, typer.Option(help="Where to; without it to stdout.", metavar="FILE")] = None,
    config: _CONFIG = None,
) -> None:
    """Write the whole log as JSON lines, a signed checkpoint last."""
    from redactor.audit import checking

    with _opened(config) as (store, audit):
        if out is None:
            for line in checking.export(audit, store):
                console.write(line)
            return
        check_writable(out)
        with out.open("w", encoding="utf-8") as file:
            file.writelines(checking.export(audit, store))


@app.command(epilog="Example: redactor audit checkpoint --out audit-2026-11-22.json")
def checkpoint(
    out: Annotated[Path | None, typer.Option(help="Where to; without it to stdout.", metavar="FILE")] = None,
    config: _CONFIG = None,
) -> None:
    """Sign where the log ends now. Keep the file where who can write to the store cannot."""
    with _opened(config) as (_, audit):
        point = audit.checkpoint()
    if out is None:
        console.write_json(point.public())
    else:
        check_writable(out)
        write(out, json.dumps(point.public(), indent=2) + "\n")
        console.write_line(f"{out}: record {point.seq}, public key {point.public_key}")


@contextmanager
def _opened(config: Path | None) -> "Iterator[tuple[Store, Audit]]":
    """The configured store and its audit log; nothing is made where there is none."""
    from redactor.audit import Audit
    from redactor.config import Settings

    settings = Settings.load(config)
    if settings.store.kind == "memory":
        raise ConfigError("the configured store is memory, which ends with its process and has no audit log to look at")
    if settings.store.kind == "sqlite" and not settings.store_path().exists():
        raise ConfigError(f"there is no store {settings.store_path()} yet")
    store, key = settings.open_store()
    try:
        yield store, Audit(store, key)
    finally:
        store.close()


def _checkpoint(path: Path) -> "Checkpoint":
    from redactor.audit.checkpoints import from_public

    try:
        return from_public(json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, RecursionError) as error:
        reason = getattr(error, "strerror", None) or "not JSON"
        raise ConfigError(
            f"{path}: cannot be read ({reason}); expected a file of `redactor audit checkpoint`"
        ) from None
    except AuditError as error:
        raise AuditError(f"{path}: {error}") from None


def _public_key(given: str | None) -> str | None:
    """Checked, since one that cannot be a key fits no signature, which reads as a forged export."""
    if given is None or re.fullmatch(r"[0-9a-f]{64}", given.strip().lower()):
        return given and given.strip().lower()
    raise ConfigError(
        f"--public-key: {len(given)} characters; expected the 64 hexadecimal digits that `redactor audit checkpoint` "
        "prints"
    )


def _lines(path: Path) -> list[str]:
    try:
        return path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "not UTF-8"
        raise ConfigError(f"{path}: cannot be read ({reason}); expected a file of `redactor audit export`") from None


def _shown(row: "AuditRow", *, as_json: bool) -> str:
    from redactor.audit.records import decoded

    try:
        record = decoded(row.record)
    except (ValueError, RecursionError):
        return f"{row.seq}  CHANGED: not a record; run `redactor audit verify`"
    if as_json:
        return json.dumps(record.public(), ensure_ascii=False)
    entry = record.entry
    when = datetime.fromtimestamp(record.time / 1000, UTC).isoformat(timespec="milliseconds")
    where = [part for part in (entry.tenant, entry.conversation, entry.audience and f"for {entry.audience}") if part]
    return "  ".join([str(row.seq), when, record.actor, entry.action, *where, " ".join(entry.subject), entry.outcome])


def _print(verdict: "Verdict", *, given: bool) -> None:
    for problem in verdict.problems:
        console.write_line(problem)
    if verdict.found > len(verdict.problems):
        console.write_line(f"and {verdict.found - len(verdict.problems)} more")
    said = f"{verdict.found} problems" if verdict.found else "nothing was changed"
    console.write_line(f"{verdict.records} records, {verdict.checkpoints} checkpoints: {said}")
    if verdict.ok and not given:
        console.note(
            "whether the end was cut off shows only beside a checkpoint that was kept elsewhere (--checkpoint)"
        )
