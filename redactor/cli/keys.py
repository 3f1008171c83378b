"""`redactor keys`: make, rotate and destroy keys. Every one of these is in the audit log before it happens."""

import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from redactor.cli import console
from redactor.cli.opened import acting, opened_store
from redactor.exceptions import ConfigError

if TYPE_CHECKING:
    from redactor.config import Settings
    from redactor.crypto import KeyWrap
    from redactor.rotation import KeyInfo
    from redactor.storage import Store

app = typer.Typer(
    help="Make, rotate, list and destroy keys; each step is in the audit log first.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)

_CONFIG = Annotated[Path | None, typer.Option(help="A redactor.toml.", metavar="FILE")]
_YES = Annotated[bool, typer.Option("--yes", help="Do not ask.")]


@app.command(epilog="Example: redactor keys init")
def init(config: _CONFIG = None) -> None:
    """Make the key file and the store, where there are none yet."""
    from redactor.audit import Audit, Entry
    from redactor.keyfile import KeyFile

    settings = _settings(config)
    if settings.key.env:
        raise ConfigError(f"the key comes from the environment variable {settings.key.env}; there is no file to make")
    path = settings.key_path()
    if path.exists():
        raise ConfigError(f"there is a key file {path} already; `redactor keys rotate` puts a new key in it")
    if settings.store.kind == "sqlite" and settings.store_path().exists():
        raise ConfigError(
            f"the store {settings.store_path()} was made with a key that is not in {path}; bring that file back from a "
            "backup: with a new key nothing in the store opens"
        )
    key = KeyFile(path)
    with acting(), opened_store(settings, new=True) as (store, _):
        Audit(store, key).write(Entry("keys.init", subject=(key.key_id,)))
    console.write_line(f"{path}: {key.key_id}")
    console.note(f"Back up {path} now, apart from the store and its backups. Without it nothing in the store opens.")


@app.command(
    epilog="Examples: redactor keys rotate  ·  redactor keys rotate --tenant acme  ·  "
    "redactor keys rotate --new-env NEXT_KEY"
)
def rotate(
    tenant: Annotated[
        str | None, typer.Option(help="Rotate this tenant's key and not the key-encryption key.", metavar="NAME")
    ] = None,
    new_env: Annotated[
        str | None,
        typer.Option(help="For a key from the environment: the variable that holds the new one.", metavar="NAME"),
    ] = None,
    drop_old: Annotated[
        bool, typer.Option("--drop-old", help="Delete the old key file once all is wrapped anew.")
    ] = False,
    config: _CONFIG = None,
) -> None:
    """Put a new key in place of one in use. Stopped half-way, run it again, or `rewrap`.

    Processes that use the store may go on working. Values are not touched; keys are wrapped anew.
    """
    from redactor import rotation
    from redactor.crypto import LocalKey
    from redactor.keyfile import KeyFile

    with acting(), opened_store(_settings(config)) as (store, key):
        if tenant is not None:
            if new_env or drop_old:
                raise ConfigError("--new-env and --drop-old are for the key-encryption key; leave out --tenant")
            count = rotation.rotate_tenant_key(store, key, tenant)
            console.write_line(f"tenant {tenant}: a new key; {count} conversations' keys wrapped by it")
            return
        if not isinstance(key, KeyFile):
            if new_env is None or drop_old:
                raise ConfigError("the key comes from the environment: give --new-env, the variable with the new key")
            new = LocalKey.from_environment(new_env)
            count = rotation.rotate_to(store, key, new)
            console.write_line(f"{new.key_id}: {count} tenants' keys wrapped by it")
            console.note("Give the new key to every process that uses the store, and restart them.")
            return
        if new_env is not None:
            raise ConfigError("--new-env is for a key from the environment; the configured one lies in a file")
        count = rotation.rotate_file(store, key)
        console.write_line(f"{key.path}: {key.key_id}; {count} tenants' keys wrapped by it")
        _about_old(store, key, drop=drop_old)


def _about_old(store: "Store", key: "KeyWrap", *, drop: bool) -> None:
    from redactor import rotation
    from redactor.keyfile import KeyFile

    if not isinstance(key, KeyFile):
        return
    if drop:
        for path in rotation.drop_old(store, key):
            console.write_line(f"{path}: deleted")
    console.note(f"Back up {key.path} now, apart from the store and its backups.")
    for state in key.files()[1:]:
        console.note(
            f"{state.path} opens backups of the store from before; keep it as long as those, then delete it "
            "(redactor keys rewrap --drop-old)."
        )


@app.command(epilog="Example: redactor keys rewrap")
def rewrap(
    drop_old: Annotated[
        bool, typer.Option("--drop-old", help="Delete old key files once all is wrapped anew.")
    ] = False,
    config: _CONFIG = None,
) -> None:
    """Finish every rotation that was stopped half-way."""
    from redactor import rotation

    with acting(), opened_store(_settings(config)) as (store, key):
        left = rotation.unfinished(store, key)
        count = rotation.finish(store, key)
        said = f"{count} keys wrapped anew" if left else "nothing was left to do"
        console.write_line(said)
        if left or drop_old:
            _about_old(store, key, drop=drop_old)


@app.command(
    epilog="Examples: redactor keys shred --conversation 3f2a9c0d4be1a7c65d20  ·  redactor keys shred --tenant acme"
)
def shred(
    conversation: Annotated[str | None, typer.Option(help="A conversation's public id.", metavar="PUBLIC_ID")] = None,
    tenant: Annotated[str | None, typer.Option(help="A tenant, with all its conversations.", metavar="NAME")] = None,
    yes: _YES = False,
    config: _CONFIG = None,
) -> None:
    """Destroy a conversation's or a tenant's key, and with it every value under it. Nothing brings them back.

    Backups from before hold the old wrapped key: to end those, rotate the key-encryption key and delete the old file.
    """
    from redactor import rotation

    if (conversation is None) == (tenant is None):
        raise ConfigError("expected --conversation or --tenant, and not both")
    with acting(), opened_store(_settings(config)) as (store, key):
        if conversation is not None:
            _confirm(f"conversation {conversation}", conversation, yes=yes)
            rotation.shred_conversation(store, key, conversation)
            console.write_line(f"conversation {conversation}: its key is destroyed")
        elif tenant is not None:
            live = store.live_conversations(tenant)
            _confirm(f"tenant {tenant} with {live} conversations", tenant, yes=yes)
            count = rotation.shred_tenant_key(store, key, tenant)
            console.write_line(f"tenant {tenant}: its key and those of {count} conversations are destroyed")


def _confirm(what: str, name: str, *, yes: bool) -> None:
    if yes:
        return
    if not _is_asked():
        raise ConfigError(f"this destroys {what}; give --yes to do so without being asked")
    if typer.prompt(f"This destroys {what}. Type the name to go on", err=True) != name:
        raise ConfigError("another name was typed; nothing was destroyed")


def _is_asked() -> bool:
    return sys.stdin.isatty()


@app.command("list", epilog="Example: redactor keys list --json")
def list_keys(
    as_json: Annotated[bool, typer.Option("--json", help="Print as JSON.")] = False, config: _CONFIG = None
) -> None:
    """Show every key by its id: what it wraps, how old it is, what is to be finished. No key material."""
    from redactor import rotation

    with opened_store(_settings(config)) as (store, key):
        found = rotation.overview(store, key)
        left = rotation.unfinished(store, key)
    if as_json:
        console.write_json({"keys": [_public(each) for each in found], "unfinished": left})
        return
    rows = [(each.kind, each.name, each.key_id, str(each.keys), _day(each.made), each.state) for each in found]
    for line in console.table(rows, header=("kind", "name", "key-encryption key", "wraps", "made", "")):
        console.write_line(line)
    lost = [each.key_id for each in found if each.state == "missing"]
    for each in lost:
        console.complain(f"the key {each} is missing: bring its file back from a backup; what it wraps does not open")
    for each in () if lost else left:
        console.complain(f"{each}; run `redactor keys rewrap`")


def _public(info: "KeyInfo") -> dict[str, object]:
    made = datetime.fromtimestamp(info.made, UTC).isoformat(timespec="seconds") if info.made else None
    return {
        "kind": info.kind,
        "name": info.name,
        "key_id": info.key_id,
        "keys": info.keys,
        "made": made,
        "state": info.state,
    }


def _day(made: float) -> str:
    return datetime.fromtimestamp(made, UTC).date().isoformat() if made else "-"


def _settings(config: Path | None) -> "Settings":
    from redactor.config import Settings

    settings = Settings.load(config)
    if settings.store.kind == "memory":
        raise ConfigError("the configured store is memory, whose key ends with the process; there is none to handle")
    return settings
