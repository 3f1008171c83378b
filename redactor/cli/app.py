"""Joins the commands into one app, those of other packages included, and turns errors into exit codes."""

import io
import signal
import sys
from collections.abc import Mapping, Sequence
from importlib import metadata
from importlib.metadata import EntryPoint
from types import FunctionType, ModuleType
from typing import Annotated, NoReturn

import typer

from redactor.cli import (
    audit,
    chat,
    console,
    demo,
    doctor,
    evaluate,
    explain,
    keys,
    model,
    monitor,
    policy,
    privacy,
    replay,
    review,
    roundtrip,
    scan,
    storage,
    transcripts,
)
from redactor.cli.plugins import entry_points, load, package
from redactor.exceptions import ConfigError, RedactorError

COMMANDS = "redactor.commands"
"""Entry point group: a name and a `typer.Typer` app, or a function that typer can make a command of."""

_MODULES: Sequence[ModuleType] = (demo, replay, chat, roundtrip, explain, scan, doctor)

_GROUPS: Mapping[str, typer.Typer] = {
    "audit": audit.app,
    "evaluate": evaluate.app,
    "keys": keys.app,
    "model": model.app,
    "monitor": monitor.app,
    "policy": policy.app,
    "privacy": privacy.app,
    "review": review.app,
    "storage": storage.app,
    "transcripts": transcripts.app,
}
"""Commands with commands of their own."""

_EXTRAS = {"serve": "gateway", "platform": "gateway", "console": "console", "psycopg": "postgres", "redis": "redis"}
"""What brings all that one of our commands, or a driver of a store, stands on."""


def prepare() -> None:
    """Set this process up for the command line: Ctrl-C ends it with 130, its streams are UTF-8 whatever the locale."""
    signal.signal(signal.SIGINT, _stopped)
    for stream, what_is_none in ((sys.stdin, "replace"), (sys.stdout, "backslashreplace"), (sys.stderr, "replace")):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors=what_is_none)


def run(words: Sequence[str]) -> int:
    """Run one command line and return its exit code."""
    try:
        build(words)(args=list(words), prog_name="redactor")
    except RedactorError as error:
        console.complain(str(error))
        return 2
    except ModuleNotFoundError as error:
        extra = _EXTRAS.get(error.name or "") or _EXTRAS.get(_called(words) or "")
        if extra is None or (error.name or "").startswith("redactor"):
            raise
        console.complain(f"{error.name} is not installed: pip install 'chat-redactor[{extra}]'")
        return 2
    except OSError as error:  # a full disk, a name that is too long
        console.complain(f"the system refused to read or write: {error.strerror or type(error).__name__}")
        return 2
    except SystemExit as end:
        if isinstance(end.__context__, BrokenPipeError):  # whoever read the output left, as in `| head`
            return 141
        return end.code if isinstance(end.code, int) else int(end.code is not None)
    return 0


def build(words: Sequence[str] = ()) -> typer.Typer:
    """The app for one command line: of other packages only the one that is called is imported."""
    app = typer.Typer(
        name="redactor",
        help="Personal data out before the LLM sees it, and back in before the customer reads it.",
        no_args_is_help=True,
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["-h", "--help"]},
        rich_markup_mode="rich",
        add_completion=False,
    )
    app.callback()(_root)
    for module in _MODULES:
        module.register(app)
    for name, group in _GROUPS.items():
        app.add_typer(group, name=name)
    called = _called(words)
    known = {command.name for command in app.registered_commands} | set(_GROUPS)
    for name, entry_point in entry_points(COMMANDS).items():
        if name not in known:
            _join(app, name, entry_point, called=name == called)
    return app


def _called(words: Sequence[str]) -> str | None:
    return next((word for word in words if not word.startswith("-")), None)


def _root(
    version: Annotated[
        bool,
        typer.Option("--version", help="Print the version and end.", is_eager=True, callback=lambda on: _version(on)),
    ] = False,
) -> None:
    pass


def _version(wanted: bool) -> None:
    if wanted:
        console.write_line(f"redactor {metadata.version('chat-redactor')}")
        raise typer.Exit


def _join(app: typer.Typer, name: str, entry_point: EntryPoint, *, called: bool) -> None:
    if not called:
        app.command(name, help=f"From the package {package(entry_point)}.")(_not_called)
        return
    command = load(entry_point)
    if isinstance(command, typer.Typer):
        app.add_typer(command, name=name)
    elif isinstance(command, FunctionType):
        app.command(name)(command)
    else:
        raise ConfigError(
            f"the command {name!r} of the package {package(entry_point)} is a {type(command).__name__}; "
            "expected a typer.Typer app or a function"
        )


def _not_called() -> None:
    """Stands in the list of commands for one that is not imported."""


def _stopped(*_: object) -> NoReturn:
    sys.exit(130)
