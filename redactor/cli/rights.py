"""`redactor privacy find|export|correct|erase|sweep|receipt`: what a person can ask for.

An identifier comes from stdin or a hidden prompt, never as an argument: others on the machine can read arguments.
"""

import json
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from redactor.cli import console
from redactor.cli.opened import acting, opened_store
from redactor.cli.pages import check_writable, write
from redactor.exceptions import ConfigError

if TYPE_CHECKING:
    from redactor.config import Settings
    from redactor.privacy.consent import Subject
    from redactor.privacy.receipts import Receipt
    from redactor.privacy.rights import Found, Held
    from redactor.redactor import Redactor

_TYPE = Annotated[
    str, typer.Option("--type", help="What the identifier is: EMAIL_ADDRESS, PHONE_NUMBER, ...", metavar="TYPE")
]
_TENANT = Annotated[str, typer.Option(help="Whose customer.", metavar="NAME")]
_REFERENCE = Annotated[
    str, typer.Option(help="Your number of the case, for the audit log and the receipt. No name.", metavar="CASE")
]
_CHOSEN = Annotated[
    list[str] | None,
    typer.Option("--conversation", help="One of those `find` lists, by public id. Repeatable.", metavar="PUBLIC_ID"),
]
_ALL = Annotated[bool, typer.Option("--all", help="Every conversation that is found.")]
_RECEIPT = Annotated[Path | None, typer.Option("--receipt", help="Where to write the signed receipt.", metavar="FILE")]
_CONFIG = Annotated[Path | None, typer.Option(help="A redactor.toml.", metavar="FILE")]
_JSON = Annotated[bool, typer.Option("--json", help="Print as JSON.")]


def register(app: typer.Typer) -> None:
    """Add the commands to `redactor privacy`."""
    for name, (command, example) in _COMMANDS.items():
        app.command(name, epilog=f"Example: {example}")(command)


def find(
    type: _TYPE,  # noqa: A002
    tenant: _TENANT = "default",
    reference: _REFERENCE = "",
    received: Annotated[
        str | None, typer.Option(help="The day the request came, such as 2026-11-22: says when it is due.")
    ] = None,
    config: _CONFIG = None,
    as_json: _JSON = False,
) -> None:
    """What is kept of a person: conversations, types and counts, consent, when it ends. No value is shown.

    The identifier is read from stdin, or asked for. Ends with 0 when something was found, with 1 when nothing was.
    """
    from redactor.privacy.rights import Rights

    due = _due(received)
    with _opened(config) as redactor:
        found = Rights(redactor).find(_subject(type, tenant), reference=reference)
    if as_json:
        console.write_json(_public(found, due))
    else:
        _print(found, due)
    if not found.conversations and found.stance.state == "unknown":
        raise typer.Exit(1)


def export(
    type: _TYPE,  # noqa: A002
    out: Annotated[Path, typer.Option(help="A new file; only you can read it.", metavar="FILE")],
    tenant: _TENANT = "default",
    reference: _REFERENCE = "",
    conversation: _CHOSEN = None,
    every: _ALL = False,
    given: Annotated[
        bool, typer.Option("--given", help="Only what the person has said themselves (GDPR, art. 20).")
    ] = False,
    receipt: _RECEIPT = None,
    config: _CONFIG = None,
) -> None:
    """Write what is kept of a person as JSON, values restored as the customer may read them.

    The file holds personal values: it is made with mode 0600, and is yours to send safely and to delete.
    """
    from redactor.crypto import write_private
    from redactor.privacy.consent import Consent
    from redactor.privacy.reports import copy_of
    from redactor.privacy.rights import Rights

    chosen = _choice(conversation, every=every)
    check_writable(out)
    if out.exists():
        raise ConfigError(f"{out}: is there already; expected a new file")
    _check_receipt(receipt)
    with _opened(config) as redactor:
        rights = Rights(redactor)
        found = rights.find(_subject(type, tenant), reference=reference)
        talks, signed = rights.copy(found.person, chosen, reference=reference, given=given)
        stance, now = Consent(redactor).state(found.person), redactor.parts.clock()
        copy = copy_of(talks, stance, redactor.policy, tenant=tenant, now=now)
    content = json.dumps(copy, ensure_ascii=False, indent=2).encode("utf-8", "backslashreplace")
    try:
        write_private(out, content + b"\n")
    except OSError as error:
        raise ConfigError(f"{out}: cannot be written ({error.strerror})") from None
    console.note(f"written: {out}")
    _write_receipt(receipt, signed)


def correct(
    type: _TYPE,  # noqa: A002
    conversation: Annotated[
        str, typer.Option("--conversation", help="One of those `find` lists, by public id.", metavar="PUBLIC_ID")
    ],
    placeholder: Annotated[
        str, typer.Option(help="What stands for the wrong value, such as [PERSON_1].", metavar="PLACEHOLDER")
    ],
    tenant: _TENANT = "default",
    reference: _REFERENCE = "",
    receipt: _RECEIPT = None,
    config: _CONFIG = None,
) -> None:
    """Put the right value in the place of a wrong one, wherever the placeholder stands.

    Two lines are read from stdin, or asked for: the person's identifier, then the right value.
    """
    from redactor.privacy.consent import Subject, person_of
    from redactor.privacy.rights import Rights

    identifier, value = _lines("Identifier", "Right value")
    _check_receipt(receipt)
    with _opened(config) as redactor:
        _check_tenant(redactor, tenant)
        person = person_of(redactor.parts, Subject(identifier, type, tenant))
        signed = Rights(redactor).correct(person, conversation, placeholder, value, reference=reference)
    _write_receipt(receipt, signed)


def erase(
    type: _TYPE,  # noqa: A002
    tenant: _TENANT = "default",
    reference: _REFERENCE = "",
    conversation: _CHOSEN = None,
    every: _ALL = False,
    keep_consent: Annotated[
        bool, typer.Option("--keep-consent", help="Leave what is known of their consent: who refused stays refused.")
    ] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would be destroyed.")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    receipt: _RECEIPT = None,
    config: _CONFIG = None,
) -> None:
    """Destroy a person's conversations: their keys, and all that is stored of them.

    A SQLite store is then searched for the identifier. Ends with 0 when it was erased and not found, with 1 when it was
    found after it, with 2 when it was not erased, with 3 when a file could not be read.
    """
    from redactor.privacy.rights import Rights

    chosen = _choice(conversation, every=every)
    _check_receipt(receipt)
    subject = _subject(type, tenant)
    with _opened(config) as redactor:
        rights = Rights(redactor)
        found = rights.find(subject, reference=reference)
        plan = rights.plan(found.person, chosen, consent=not keep_consent)
        console.write_line(_counted(plan.counts))
        _warn(found, plan.conversations)
        if dry_run:
            return
        _confirm(yes=yes)
        signed = rights.erase(found.person, plan.conversations, reference=reference, consent=not keep_consent)
    _write_receipt(receipt, signed)
    _prove(subject.identifier, config)


def sweep(
    consent_days: Annotated[
        int | None, typer.Option(min=1, help="Also consents that nobody changed for so long.", metavar="DAYS")
    ] = None,
    receipt: _RECEIPT = None,
    config: _CONFIG = None,
) -> None:
    """Erase what is past its time, in all tenants. A running Redactor does so by itself once an hour; run this by a
    timer where none runs."""
    from redactor.privacy.rights import Rights

    _check_receipt(receipt)
    with _opened(config) as redactor:
        signed = Rights(redactor).sweep(consent_days=consent_days)
    console.write_line(_counted(signed.body["counts"]))
    _write_receipt(receipt, signed, always=False)


def receipt(
    file: Annotated[Path, typer.Argument(help="A receipt.", metavar="FILE")],
    public_key: Annotated[
        str | None,
        typer.Option(help="The store's public key, as `redactor audit checkpoint` prints it.", metavar="KEY"),
    ] = None,
) -> None:
    """Check a receipt's signature and print what it says. Needs no store and no key."""
    from redactor.privacy.receipts import read

    try:
        data = json.loads(file.read_text("utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        reason = getattr(error, "strerror", None) or "not JSON"
        raise ConfigError(f"{file}: cannot be read ({reason}); expected a receipt") from None
    checked = read(data, public_key.strip().lower() if public_key is not None else None)
    console.write_json(dict(checked.body))
    if public_key is None:
        console.note("the signature fits the key that the receipt names; whose key it is shows only --public-key")


_COMMANDS: Mapping[str, tuple[Callable[..., None], str]] = {
    "find": (find, "redactor privacy find --type EMAIL_ADDRESS --reference DSR-7 < identifier.txt"),
    "export": (export, "redactor privacy export --type EMAIL_ADDRESS --all --out copy.json"),
    "correct": (
        correct,
        "redactor privacy correct --type EMAIL_ADDRESS --conversation 5f3c0a9be1d27c4410aa --placeholder '[PERSON_1]'",
    ),
    "erase": (erase, "redactor privacy erase --type EMAIL_ADDRESS --all --dry-run"),
    "sweep": (sweep, "redactor privacy sweep --receipt sweep.json"),
    "receipt": (receipt, "redactor privacy receipt erased.json"),
}


# -- what is asked


@contextmanager
def _opened(config: Path | None) -> "Iterator[Redactor]":
    """The configured store, and a Redactor that detects nothing: what is known already needs no model."""
    from redactor.redactor import Redactor

    settings = _settings(config)
    with (
        acting(),
        opened_store(settings) as (store, key),
        Redactor(settings.policy_source(), [], store, key=key, consent_days=settings.consent_days) as redactor,
    ):
        yield redactor


def _settings(config: Path | None) -> "Settings":
    from redactor.config import Settings

    settings = Settings.load(config)
    if settings.store.kind == "memory":
        raise ConfigError("the configured store is memory, which ends with its process; there is nothing to find in it")
    return settings


def _subject(entity_type: str, tenant: str) -> "Subject":
    from redactor.privacy.consent import Subject

    (identifier,) = _lines("Identifier")
    return Subject(identifier, entity_type, tenant)


def _lines(*wanted: str) -> list[str]:
    """One line for each, from a hidden prompt or stdin."""
    if _is_asked():
        return [str(typer.prompt(each, hide_input=True, err=True)).strip() for each in wanted]
    given = console.given_text(None, None).removeprefix("\ufeff").splitlines()
    lines = [line.strip() for line in given if line.strip()]
    if len(lines) != len(wanted):
        raise ConfigError(f"expected {len(wanted)} line on stdin: {', then '.join(wanted).lower()}")
    return lines


def _is_asked() -> bool:
    return sys.stdin.isatty()


def _check_tenant(redactor: "Redactor", tenant: str) -> None:
    if redactor.parts.store.tenant(tenant) is None:
        raise ConfigError("the store has no such tenant; `redactor keys list` names those it has")


def _choice(conversations: list[str] | None, *, every: bool) -> list[str] | None:
    if bool(conversations) == every:
        raise ConfigError("expected --conversation PUBLIC_ID (as `redactor privacy find` lists them) or --all")
    return conversations or None


def _due(received: str | None) -> date | None:
    from redactor.privacy.reports import deadline

    if received is None:
        return None
    try:
        return deadline(date.fromisoformat(received))
    except (ValueError, OverflowError):
        raise ConfigError("--received: expected a day such as 2026-11-22") from None


def _confirm(*, yes: bool) -> None:
    if yes:
        return
    if not _is_asked():
        raise ConfigError("nothing was erased: give --yes where nobody can be asked")
    if not typer.confirm("Erase all of this? It cannot be taken back.", err=True):
        raise ConfigError("nothing was erased")


# -- what is said


def _public(found: "Found", due: date | None) -> dict[str, Any]:
    stance = found.stance
    consent = {"state": stance.state, "notice": stance.notice, "noticed": stance.noticed, "decided": stance.decided}
    said = {"conversations": [_held(each) for each in found.conversations], "consent": consent}
    return {**said, "due": due.isoformat()} if due is not None else said


def _held(held: "Held") -> dict[str, Any]:
    times = {"first": held.first, "last": held.last, "ends": held.ends}
    counts = {"turns": held.turns, "values": held.values, "reviews": held.reviews}
    more = {"channels": list(held.channels), "roles": dict(held.roles), "types": dict(held.types)}
    said = {"placeholder": held.placeholder, "said_by": dict(held.said_by)}
    return {"conversation": held.conversation, **counts, **times, **more, **said}


def _print(found: "Found", due: date | None) -> None:
    header = ("conversation", "turns", "last", "kept until", "channels", "identifier", "said by")
    rows = [
        (
            each.conversation,
            str(each.turns),
            _day(each.last),
            _day(each.ends),
            " ".join(each.channels),
            each.placeholder,
            _who(each),
        )
        for each in found.conversations
    ]
    if rows:
        for line in console.table(rows, header):
            console.write_line(line)
    console.write_line(f"{len(rows)} conversations; consent: {found.stance.state} {found.stance.notice}".rstrip())
    if due is not None:
        console.write_line(f"to be answered by {due.isoformat()}")
    _warn(found, [each.conversation for each in found.conversations])


def _who(held: "Held") -> str:
    return " ".join(f"{role} {count}" for role, count in held.said_by.items()) or (
        "the host" if held.placeholder else ""
    )


def _warn(found: "Found", conversations: Sequence[str]) -> None:
    for each in found.conversations:
        if each.conversation in conversations and each.said_by and "customer" not in each.said_by:
            console.note(f"{each.conversation}: the customer never said it; this may be somebody else's conversation")


def _counted(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{count} {what}" for what, count in counts.items())


def _day(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%d")


def _check_receipt(path: Path | None) -> None:
    if path is not None:
        check_writable(path)


def _write_receipt(path: Path | None, signed: "Receipt", *, always: bool = True) -> None:
    if path is not None:
        write(path, json.dumps(signed.public(), ensure_ascii=False, indent=2) + "\n")
    elif always:
        console.write_json(signed.public())


def _prove(identifier: str, config: Path | None) -> None:
    """Search the files of a SQLite store, which is closed by now."""
    from redactor.privacy.encodings import SHORTEST
    from redactor.privacy.erasure import prove_erased, store_files

    settings = _settings(config)
    if settings.store.kind != "sqlite" or len(identifier) < SHORTEST:
        console.note("the files were not searched; see `redactor privacy prove-erased --help`")
        return
    proof = prove_erased([identifier], store_files(settings.store_path()))
    for each in proof.found:
        console.complain(f"{each.path}: the identifier was found ({each.where}, {each.encoding})")
    for path, reason in proof.unread:
        console.complain(f"{path}: not searched ({reason})")
    if proof.found:
        raise typer.Exit(1)
    if not proof.complete:
        raise typer.Exit(3)
    console.note(f"the identifier was not found; {proof.files} files, {proof.size} bytes searched")
