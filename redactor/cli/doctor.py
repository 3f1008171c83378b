"""`redactor doctor`: is everything in place to work safely on this machine?"""

import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated
from uuid import uuid4

import typer

from redactor.cli import console
from redactor.exceptions import ConfigError, RedactorError

if TYPE_CHECKING:
    from redactor.config import Settings

_CANARY = "My name is Ann Canary, write to ann.canary@example.com or call +1 212 555 0147"
"""Made up; the domain is reserved for examples (RFC 2606), the number for fiction (NANPA, 555-01XX)."""

_CANARY_VALUES = ("ann.canary@example.com", "555 0147")


@dataclass(frozen=True, slots=True)
class Check:
    """One thing looked at."""

    name: str
    ok: bool
    found: str


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("doctor", epilog="Examples: redactor doctor  ·  redactor doctor --json --config redactor.toml")(doctor)


def doctor(
    as_json: Annotated[bool, typer.Option("--json", help="Print the checks as JSON.")] = False,
    config: Annotated[Path | None, typer.Option(help="A redactor.toml.", metavar="FILE")] = None,
) -> None:
    """Check configuration, key, store, model and clock, and send one made-up message there and back.

    Ends with 0 when all is well, with 1 when a check failed. Makes the key and the store where there are none
    yet.
    """
    checks = list(_checks(config))
    if as_json:
        console.write_json([asdict(check) for check in checks])
    else:
        rows = [("ok" if check.ok else "FAILED", check.name, check.found) for check in checks]
        for line in console.table(rows):
            console.write_line(line)
    if not all(check.ok for check in checks):
        raise typer.Exit(1)


def _checks(config: Path | None) -> Iterator[Check]:
    """Each check once, in the order in which a later one needs an earlier one."""
    from redactor.config import Settings

    try:
        settings = Settings.load(config)
    except RedactorError as error:
        yield Check("configuration", ok=False, found=str(error))
        return
    yield _check("configuration", lambda: _policy(settings))
    yield _check("key", lambda: _key(settings))
    yield _check("store", lambda: _store(settings))
    yield _check("model", lambda: _model(settings))
    yield _check("there and back", lambda: _there_and_back(config))
    yield _check("clock", _clock)


def _check(name: str, look: Callable[[], str]) -> Check:
    try:
        return Check(name, ok=True, found=look())
    except RedactorError as error:
        return Check(name, ok=False, found=str(error))


def _policy(settings: "Settings") -> str:
    policy = settings.policy_source()
    return f"policy {policy.name}, version {policy.version}"


def _key(settings: "Settings") -> str:
    store, key = settings.open_store()
    store.close()
    if not store.persistent:
        return "ends with this process, like the values"
    where = (
        f"from the environment variable {settings.key.env}" if settings.key.env else "in a file only its owner may read"
    )
    return f"{key.key_id}, {where}"


def _store(settings: "Settings") -> str:
    store, _ = settings.open_store()
    try:
        with store.transaction() as tx:
            tenants = len(tx.tenants())
    finally:
        store.close()
    return f"{settings.store.kind}, can be written; tenants: {tenants}"


def _model(settings: "Settings") -> str:
    """Opens the model, which compares every file with the checksum that came with it."""
    from redactor.detection.transformer import Transformer, load_model

    source = settings.model_source()
    model = Transformer(source if isinstance(source, Path) else load_model(source))
    model("warm", [])
    return f"{model.version}, files as shipped"


def _there_and_back(config: Path | None) -> str:
    from redactor.cli import opened

    with opened.acting(), opened.configured(config) as redactor:
        chat = redactor.conversation(f"doctor-{uuid4()}")
        try:
            seen = chat.redact(_CANARY)
            back = chat.restore(seen).text
        finally:
            chat.forget()
    if any(value in seen.text for value in _CANARY_VALUES):
        raise ConfigError("a made-up e-mail address or phone number was not masked; does the policy keep them?")
    if back != _CANARY:
        raise ConfigError("a made-up message did not come back as it went in; does the policy drop such values?")
    return f"a made-up message was masked and restored ({len(seen.entities)} entities), then forgotten"


def _clock() -> str:
    """Retention counts from this clock; one that stands before this package was installed is certainly wrong."""
    now, installed = time.time(), Path(__file__).stat().st_mtime
    if now < installed:
        raise ConfigError("the clock stands before this package was installed; set it, retention counts from it")
    return datetime.fromtimestamp(now, UTC).isoformat(timespec="seconds")
