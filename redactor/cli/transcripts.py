"""`redactor transcripts`: what was recorded, redacted only: listed, shown, searched, exported, corrected."""

import re
import time
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import fields
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal, get_args

import typer
from rich.text import Text

from redactor.cli import console
from redactor.cli import tables as screen
from redactor.cli.opened import opened_store
from redactor.cli.pages import check_writable
from redactor.exceptions import ConfigError
from redactor.types import ROLES

if TYPE_CHECKING:
    from redactor.redactor import Redactor
    from redactor.storage import Search
    from redactor.transcripts import StoredTurn, Transcripts

app = typer.Typer(
    help="Look at what was recorded, redacted only, and correct it.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)

_CONFIG = Annotated[Path | None, typer.Option(help="A redactor.toml.", metavar="FILE")]
_TENANT = Annotated[str | None, typer.Option(help="Only this tenant.", metavar="NAME")]
_LIMIT = Annotated[int, typer.Option(min=1, max=1000, help="How many at a time.", metavar="N")]
_CURSOR = Annotated[str | None, typer.Option(help="Go on where the page before ended.", metavar="CURSOR")]
_JSON = Annotated[bool, typer.Option("--json", help="Write JSON.")]
_PUBLIC_ID = Annotated[str | None, typer.Argument(help="The conversation's public id.", metavar="CONVERSATION")]
_ID = Annotated[str | None, typer.Option("--id", help="Instead: the id your host knows it by.", metavar="HOST_ID")]
_OF_TENANT = Annotated[str, typer.Option("--tenant", help="The tenant that --id belongs to.", metavar="NAME")]

_TEXT = Annotated[
    str, typer.Argument(help='Words, "phrases" and prefix* of the redacted text, all of which must occur.')
]
_TYPE = Annotated[str | None, typer.Option("--type", help="An entity type in it, such as PERSON.", metavar="TYPE")]
_RECOGNIZER = Annotated[str | None, typer.Option(help="Who found the entity.", metavar="NAME")]
_OPERATOR = Annotated[str | None, typer.Option(help="What was done with the entity.", metavar="NAME")]
_MIN = Annotated[
    float | None, typer.Option("--min-score", min=0, max=1, help="The entity's lowest score.", metavar="X")
]
_MAX = Annotated[float | None, typer.Option("--max-score", min=0, max=1, help="The entity's highest.", metavar="X")]
_ROLE = Annotated[str | None, typer.Option(help="Who said it.", metavar="ROLE")]
_CHANNEL = Annotated[str | None, typer.Option(help="Where it was said.", metavar="NAME")]
_SINCE = Annotated[
    str | None, typer.Option(help="From 2026-11-01, 2026-11-01T08:30 (UTC) or 7d ago on.", metavar="TIME")
]
_UNTIL = Annotated[str | None, typer.Option(help="Before that time.", metavar="TIME")]
_CONVERSATION = Annotated[str | None, typer.Option(help="Only in this one, by public id.", metavar="PUBLIC_ID")]
_POLICY = Annotated[str | None, typer.Option("--policy-version", help="Under this policy.", metavar="VERSION")]
_MODEL = Annotated[str | None, typer.Option("--model-version", help="Read by this model.", metavar="VERSION")]

_LISTED = ("conversation", "tenant", "turns", "first", "last", "types")

_AGO = re.compile(r"([1-9][0-9]{0,4})([hdw])")
_SECONDS = {"h": 3600.0, "d": 86_400.0, "w": 604_800.0}


@app.command("list", epilog="Example: redactor transcripts list --tenant acme --limit 20")
def list_conversations(
    config: _CONFIG = None, tenant: _TENANT = None, limit: _LIMIT = 20, cursor: _CURSOR = None, json: _JSON = False
) -> None:
    """List conversations by public id, the one spoken in last first."""
    with _opened(config) as transcripts:
        page = transcripts.conversations(tenant, limit=limit, cursor=cursor)
    if json:
        names = ("public_id", "tenant", "turns", "first", "last", "types")
        found = [{name: getattr(each, name) for name in names} for each in page.items]
        console.write_json({"conversations": found, "cursor": page.cursor})
        return
    rows = [
        (c.public_id, _plain(c.tenant), str(c.turns), _when(c.first), _when(c.last), " ".join(c.types))
        for c in page.items
    ]
    for line in screen.lines("conversations", _LISTED, rows) if rows else ():
        console.write_line(line)
    if not rows:
        console.note("no conversation is recorded")
    _more(page.cursor)


@app.command(epilog="Examples: redactor transcripts show 5f3c0a9be1d27c4410aa  ·  redactor transcripts show --id c-42")
def show(
    conversation: _PUBLIC_ID = None,
    host_id: _ID = None,
    tenant: _OF_TENANT = "default",
    config: _CONFIG = None,
    json: _JSON = False,
) -> None:
    """Show a conversation's turns as they are recorded, with what was found in them."""
    from redactor.transcripts.exporting import as_object

    with _opened(config) as transcripts:
        public_id = _named(transcripts, conversation, host_id, tenant)
        turns = transcripts.show(public_id)
    if json:
        console.write_json({"conversation": public_id, "turns": [as_object(turn) for turn in turns]})
        return
    for turn in turns:
        _print_turn(turn)
    if not turns:
        console.note(f"{public_id} has no turns: it is new, was forgotten, or has expired")


@app.command(
    epilog="Examples: redactor transcripts search 'refund* \"order number\"' --since 7d  ·  "
    "redactor transcripts search --type PERSON --max-score 0.6 --json"
)
def search(
    ctx: typer.Context,
    text: _TEXT = "",
    entity_type: _TYPE = None,
    recognizer: _RECOGNIZER = None,
    operator: _OPERATOR = None,
    lowest: _MIN = None,
    highest: _MAX = None,
    role: _ROLE = None,
    channel: _CHANNEL = None,
    tenant: _TENANT = None,
    since: _SINCE = None,
    until: _UNTIL = None,
    conversation: _CONVERSATION = None,
    policy_version: _POLICY = None,
    model_version: _MODEL = None,
    limit: _LIMIT = 20,
    cursor: _CURSOR = None,
    config: _CONFIG = None,
    json: _JSON = False,
) -> None:
    """Find turns by their redacted text and by what was found in them, the newest first.

    All that is given must apply; what is asked of entities must be true of one entity together.
    """
    from redactor.transcripts.exporting import as_object

    wanted = _search(ctx.params)
    with _opened(config) as transcripts:
        page = transcripts.find(wanted, limit=limit, cursor=cursor)
    if json:
        console.write_json({"turns": [as_object(turn) for turn in page.items], "cursor": page.cursor})
        return
    for turn in page.items:
        _print_turn(turn, turn.conversation)
    if not page.items:
        console.note("nothing found")
    _more(page.cursor)


@app.command(
    epilog="Examples: redactor transcripts export --format csv --out chats.csv --since 4w  ·  "
    "redactor transcripts export --type CREDIT_CARD"
)
def export(
    ctx: typer.Context,
    text: _TEXT = "",
    form: Annotated[Literal["jsonl", "csv"], typer.Option("--format", help="What to write.")] = "jsonl",
    out: Annotated[Path | None, typer.Option(help="Where to; stdout without it.", metavar="FILE")] = None,
    entity_type: _TYPE = None,
    recognizer: _RECOGNIZER = None,
    operator: _OPERATOR = None,
    lowest: _MIN = None,
    highest: _MAX = None,
    role: _ROLE = None,
    channel: _CHANNEL = None,
    tenant: _TENANT = None,
    since: _SINCE = None,
    until: _UNTIL = None,
    conversation: _CONVERSATION = None,
    policy_version: _POLICY = None,
    model_version: _MODEL = None,
    config: _CONFIG = None,
) -> None:
    """Write recorded turns as JSONL or CSV, the newest first; the filters are those of `search`.

    Redacted text only. docs/transcripts.md describes the columns.
    """
    from redactor.transcripts.exporting import to_csv, to_jsonl

    wanted = _search(ctx.params)
    if out is not None:
        check_writable(out)
    with _opened(config) as transcripts:
        lines = (to_csv if form == "csv" else to_jsonl)(transcripts.every(wanted))
        if out is not None:
            _write(out, lines)
            return
        for line in lines:
            console.write(line)


@app.command(
    "mark-missed",
    epilog="Example: redactor transcripts mark-missed 5f3c0a9be1d27c4410aa --turn "
    "9b2e77d0c41f5a6e8d03 --start 11 --end 23 --type PERSON",
)
def mark_missed(
    turn: Annotated[str, typer.Option(help="The turn's id; `show --json` and `search` give it.", metavar="TURN_ID")],
    start: Annotated[int, typer.Option(min=0, help="Where the value begins in the redacted text.", metavar="N")],
    end: Annotated[int, typer.Option(min=1, help="Where it ends: the first character after it.", metavar="N")],
    entity_type: Annotated[str, typer.Option("--type", help="What it is, such as PERSON.", metavar="TYPE")],
    conversation: _PUBLIC_ID = None,
    host_id: _ID = None,
    tenant: _OF_TENANT = "default",
    revision: Annotated[
        int | None, typer.Option(min=0, help="The revision you looked at; refused if it is another now.", metavar="N")
    ] = None,
    config: _CONFIG = None,
    json: _JSON = False,
) -> None:
    """Report a value that was missed: it is masked in every recorded turn that shows it, and known from now on.

    Offsets count characters (code points) of the redacted text, from 0. The value itself is never asked for.
    """
    with _correcting(config) as redactor:
        public_id = _named(redactor.transcripts, conversation, host_id, tenant)
        chat = redactor.conversation_by_public_id(public_id)
        revised = chat.report_missed(turn, start, end, entity_type, revision=revision)
    if json:
        found = [{"turn_id": each.turn_id, "revision": each.revision, "text": each.text} for each in revised]
        console.write_json({"conversation": public_id, "revised": found})
        return
    for each in revised:
        console.out().print(Text.assemble((f"{each.turn_id} revision {each.revision}\n", "dim"), _marked(each.text)))


def _write(out: Path, lines: Iterable[str]) -> None:
    try:
        with out.open("w", encoding="utf-8", newline="") as file:
            file.writelines(lines)
    except OSError as error:
        raise ConfigError(f"{out}: cannot be written ({error.strerror}); what is there now is not whole") from None
    console.note(f"written: {out}")


@contextmanager
def _opened(config: Path | None) -> Iterator["Transcripts"]:
    """The configured store's transcripts; no model is loaded."""
    from redactor.config import Settings
    from redactor.transcripts import Transcripts

    with opened_store(Settings.load(config)) as (store, key):
        _check_persistent(store.persistent)
        yield Transcripts(store, key)


@contextmanager
def _correcting(config: Path | None) -> Iterator["Redactor"]:
    """A Redactor that detects nothing: what is reported needs no model."""
    from redactor.config import Settings
    from redactor.redactor import Redactor

    settings = Settings.load(config)
    with (
        opened_store(settings) as (store, key),
        Redactor(settings.policy_source(), [], store, key=key) as redactor,
    ):
        _check_persistent(store.persistent)
        yield redactor


def _check_persistent(persistent: bool) -> None:
    if not persistent:
        raise ConfigError(
            "the configured store is memory, which ends with its process; transcripts need a store on disk. A host "
            "with a memory store uses `Redactor.transcripts` instead"
        )


def _named(transcripts: "Transcripts", public_id: str | None, host_id: str | None, tenant: str) -> str:
    if (public_id is None) == (host_id is None):
        raise ConfigError("expected a conversation's public id or --id, and not both")
    return public_id if public_id is not None else transcripts.public_id(host_id or "", tenant)


def _search(given: Mapping[str, Any]) -> "Search":
    """What a command line asks for; the parameters are named as in `Search`."""
    from redactor.policy import Operator
    from redactor.storage import Search, terms

    _check_known("--role", given["role"], ROLES)
    _check_known("--operator", given["operator"], get_args(Operator))
    names = {field.name for field in fields(Search)} & given.keys() - {"terms", "type", "since", "until"}
    return Search(
        terms=terms(given["text"]) if given["text"] else (),
        type=given["entity_type"],
        since=_time("--since", given["since"]),
        until=_time("--until", given["until"]),
        **{name: given[name] for name in names},
    )


def _check_known(option: str, given: str | None, known: Sequence[str]) -> None:
    """A name that nothing has would find nothing, which reads like an answer."""
    if given is not None and given not in known:
        raise ConfigError(f"{option}: unknown name; expected one of {', '.join(known)}")


def _time(option: str, given: str | None) -> float | None:
    """Seconds since the epoch."""
    if given is None:
        return None
    if ago := _AGO.fullmatch(given):
        return time.time() - int(ago[1]) * _SECONDS[ago[2]]
    try:
        moment = datetime.fromisoformat(given)
    except ValueError:
        raise ConfigError(
            f"{option}: expected a date such as 2026-11-01, a time such as 2026-11-01T08:30 (UTC), or a "
            "number of hours, days or weeks ago such as 36h, 7d, 4w"
        ) from None
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()


def _more(cursor: str | None) -> None:
    if cursor is not None:
        console.note(f"more: --cursor {cursor}")


def _print_turn(turn: "StoredTurn", conversation: str = "") -> None:
    head = [conversation, f"#{turn.seq}", _when(turn.time), turn.role, _plain(turn.channel), turn.turn_id]
    if turn.revision:
        head.append(f"revision {turn.revision}")
    lines = [Text(" ".join(filter(None, head)), style="dim"), Text("  ").append_text(_marked(turn.text))]
    for each in turn.entities:
        why = f": {each.reason}" if each.reason else ""
        said = (
            f"    {_plain(turn.placeholder(each))} {each.type} {each.score:.2f} {each.recognizer}, {each.operator}{why}"
        )
        lines.append(Text(said, style="dim"))
    console.out().print(Text("\n").join(lines))


def _marked(text: str) -> Text:
    return console.marked(_plain(text))


def _plain(text: str) -> str:
    """Without what would steer the terminal: people may type escape sequences."""
    return "".join(c if c == "\n" or unicodedata.category(c) not in ("Cc", "Cs") else "\ufffd" for c in text)


def _when(moment: float | None) -> str:
    if moment is None:
        return ""
    try:
        return datetime.fromtimestamp(moment, UTC).strftime("%Y-%m-%d %H:%M")
    except (ValueError, OverflowError, OSError):
        return f"{moment:.0f}"
