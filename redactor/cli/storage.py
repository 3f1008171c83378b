"""`redactor storage`: move what is kept to another store."""

import os
from pathlib import Path
from typing import Annotated

import typer

from redactor.cli import console
from redactor.exceptions import ConfigError

app = typer.Typer(help="Move what is kept to another store.", no_args_is_help=True, pretty_exceptions_enable=False)


@app.callback()
def _group() -> None:
    pass  # one command is still a command of its own


@app.command(
    epilog="Example: redactor storage migrate --from sqlite:redactor.db --to postgresql://redactor@db.example/redactor"
)
def migrate(
    source: Annotated[str, typer.Option("--from", help="sqlite:PATH", metavar="STORE")],
    target: Annotated[
        str | None,
        typer.Option(
            "--to",
            help="postgresql://... Others on this machine can read arguments: leave a password out (~/.pgpass), or use "
            "--to-env.",
            metavar="URL",
        ),
    ] = None,
    target_env: Annotated[
        str | None, typer.Option("--to-env", help="The environment variable that holds the URL.", metavar="NAME")
    ] = None,
    name: Annotated[str, typer.Option(help="The schema it shall all lie in.", metavar="NAME")] = "redactor",
) -> None:
    """Copy a SQLite store into an empty PostgreSQL database: conversations, keys, records, audit log, as they are.

    Stop the processes that use the file first: what they wrote later would not be there. The file stays; the key
    stays the same.
    """
    path = _path(source)
    url = _url(target, target_env)
    try:
        from redactor.storage.moving import move
    except ImportError:
        move = None  # type: ignore[assignment]
    if move is None:
        raise ConfigError("PostgreSQL needs its driver: pip install 'chat-redactor[postgres]'")
    counts = move(path, url, name)
    for line in console.table([(table, str(count)) for table, count in counts.items()], header=("table", "rows")):
        console.write_line(line)
    console.note(
        "Now give [store] the url in redactor.toml and keep [key] as it is; `redactor doctor` and `redactor audit "
        f"verify` say whether all is well. Then delete {path} and its backups."
    )


def _path(source: str) -> Path:
    kind, _, path = source.partition(":")
    if kind != "sqlite" or not path:
        raise ConfigError("--from: expected sqlite:PATH")
    return Path(path).expanduser()


def _url(given: str | None, variable: str | None) -> str:
    if (given is None) == (variable is None):
        raise ConfigError("expected --to or --to-env, and not both")
    url = given if given is not None else os.environ.get(variable or "", "")
    if not url.startswith(("postgresql:", "postgres:")):
        raise ConfigError("the target is no URL that begins with postgresql:; a store is moved into PostgreSQL only")
    return url
