"""`redactor console`: the review console in a server of its own, over the store of a file, or a demonstration."""

import signal
import socket
import ssl
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer

from redactor.cli import console as screen
from redactor.exceptions import ConfigError
from redactor.validation import read_toml

if TYPE_CHECKING:
    from uvicorn import Config

    from redactor import Policy, Redactor
    from redactor.storage.beside import Beside
    from redactor_console.settings import ConsoleSettings

_SHUTDOWN_SECONDS = 10
_BACKLOG = 128


def console(
    config: Annotated[Path | None, typer.Argument(help="A redactor.toml; its section \\[console] is optional.")] = None,
    host: Annotated[str | None, typer.Option(help="Address to listen on.")] = None,
    port: Annotated[int | None, typer.Option(help="Port to listen on.", min=0, max=65535)] = None,
    tls_cert: Annotated[Path | None, typer.Option(help="Certificate chain, PEM.")] = None,
    tls_key: Annotated[Path | None, typer.Option(help="The certificate's key, PEM.")] = None,
    demo: Annotated[bool, typer.Option("--demo", help="Show made-up conversations, gone afterwards.")] = False,
    first_admin: Annotated[
        str | None, typer.Option(help="Make the first account, print its one-time link, and serve.", metavar="NAME")
    ] = None,
    reset: Annotated[
        str | None,
        typer.Option(
            help="Take an account's password and second factor away, print a link, and serve.", metavar="NAME"
        ),
    ] = None,
    link_only: Annotated[bool, typer.Option("--link-only", help="Print the link and end.")] = False,
) -> None:
    """Review redacted transcripts in the browser: what was found, what was missed, and what to do about it.

    Without a file it works on the store in the user's data folder. Begin with --first-admin NAME, or look around with
    --demo.
    """
    _check_words(config, demo, first_admin, reset, link_only)
    settings = with_words(_read(config), host, port, tls_cert, tls_key)
    settings.check_exposure()
    check_certificates(settings)
    import_module("redactor_console.app")  # what it stands on may not be installed: told before anything is made
    with ExitStack() as stack:
        # a server's stop comes by SIGTERM, which would leave the demonstration's folder behind
        stack.callback(signal.signal, signal.SIGTERM, signal.signal(signal.SIGTERM, _stopped))
        listening = None if link_only else stack.enter_context(closing(_listen(settings)))
        if listening is not None:
            settings = settings.model_copy(update={"port": listening.getsockname()[1]})
        redactor, database = stack.enter_context(_demonstration() if demo else _opened(config, settings))
        if demo or first_admin or reset:
            link = _address(settings) + _link(redactor, database, demo, first_admin, reset)
            screen.note("Open this link in a browser; it works once, for a day:")
            screen.write_line(link)
            if link_only and _in_a_gateway(config):
                screen.note(f"in the gateway it begins with the gateway's address and {settings.path}")
        if listening is not None:
            _serve(settings, redactor, database, listening)


def _stopped(*_: object) -> NoReturn:
    raise SystemExit(0)


def _check_words(config: Path | None, demo: bool, first_admin: str | None, reset: str | None, link_only: bool) -> None:
    if sum((demo, first_admin is not None, reset is not None)) > 1:
        raise ConfigError("expected one of --demo, --first-admin and --reset")
    if demo and config is not None:
        raise ConfigError("--demo takes no file: what it shows lies in a folder that is gone afterwards")
    if link_only and first_admin is None and reset is None:
        raise ConfigError("--link-only goes with --first-admin or --reset")


def _read(config: Path | None) -> "ConsoleSettings":
    from redactor_console.settings import ConsoleSettings

    return ConsoleSettings.load(config) if config is not None else ConsoleSettings()


def _in_a_gateway(config: Path | None) -> bool:
    return config is not None and {"console", "gateway"} <= set(read_toml(config, ConfigError, "there is no such file"))


def with_words(
    settings: "ConsoleSettings", host: str | None, port: int | None, tls_cert: Path | None, tls_key: Path | None
) -> "ConsoleSettings":
    """The settings with what the command line says. An address that is given is a name browsers may call it by."""
    from redactor_console.settings import TlsSection

    if (tls_cert is None) != (tls_key is None):
        raise ConfigError("expected --tls-cert and --tls-key together")
    changes: dict[str, Any] = {name: value for name, value in (("host", host), ("port", port)) if value is not None}
    if host is not None and host not in ("0.0.0.0", "::"):  # noqa: S104  compared, not listened on
        named = f"[{host}]" if ":" in host else host.lower()
        changes["hosts"] = tuple(dict.fromkeys((*settings.hosts, named)))
    if tls_cert is not None and tls_key is not None:
        changes["tls"] = TlsSection(certificate=tls_cert.absolute(), key=tls_key.absolute())
    return settings.model_copy(update=changes)


def check_certificates(settings: "ConsoleSettings") -> None:
    """Raises `ConfigError`, which holds nothing of the files, where the console could not speak TLS."""
    tls, problem = settings.tls, ""
    if tls is None:
        return
    try:
        # a password that is empty: else a key that has one is asked for at the terminal
        ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(
            settings.folder / tls.certificate, settings.folder / tls.key, password=""
        )
    except (OSError, ValueError) as error:  # an SSLError is an OSError
        problem = getattr(error, "reason", None) or getattr(error, "strerror", None) or type(error).__name__
    if problem:
        raise ConfigError(
            f"console.tls: certificate or key cannot be used ({problem}); expected a pair of PEM files, the key "
            "without a password"
        )


@contextmanager
def _opened(config: Path | None, settings: "ConsoleSettings") -> "Iterator[tuple[Redactor, Beside]]":
    """The file's store; an SQLite one is made where there is none."""
    from redactor import Redactor
    from redactor.config import Settings
    from redactor_console.database import open_database

    core = Settings.load(config)
    database = open_database(settings, core)
    with closing(database), Redactor.from_config(config) as redactor:
        yield redactor, database


@contextmanager
def _demonstration() -> "Iterator[tuple[Redactor, Beside]]":
    """Made-up conversations in a folder that is gone at the end."""
    from redactor import Redactor
    from redactor.crypto import LocalKey
    from redactor.storage.beside import SqliteBeside
    from redactor.storage.sqlite import SqliteStore
    from redactor_console.database import MIGRATIONS
    from redactor_console.demo import fill

    with tempfile.TemporaryDirectory(prefix="redactor-console-") as folder:
        store, key = SqliteStore(Path(folder) / "redactor.db"), LocalKey.ephemeral()
        with (
            closing(SqliteBeside(Path(folder) / "console.db", MIGRATIONS)) as database,
            Redactor(_seen_by_reviewers(), store=store, key=key) as redactor,
        ):
            screen.note("Filling the demonstration; nothing of it is kept.")
            fill(redactor)
            yield redactor, database


def _seen_by_reviewers() -> "Policy":
    """The default policy, but that reviewers may be shown what customers may."""
    from redactor import Policy

    return Policy.from_dict({"defaults": {"audiences": ["customer", "reviewer"]}})


def _link(redactor: "Redactor", database: "Beside", demo: bool, first_admin: str | None, reset: str | None) -> str:
    """The path of a new one-time link; noted in the audit log under the name of who runs the command."""
    import time

    from redactor.cli import opened
    from redactor_console.accounts import links, managing

    now = time.time()
    with opened.acting(), database.transaction() as ask:
        if demo:
            token = managing.demo_account(ask, redactor.audit, now)
        elif first_admin is not None:
            token = managing.first_admin(ask, redactor.audit, first_admin, now)
        else:
            token = managing.reset_from_outside(ask, redactor.audit, reset or "", now)
    return links.path(token)


def _address(settings: "ConsoleSettings") -> str:
    if settings.public_url:
        return settings.public_url
    host = "127.0.0.1" if settings.host in ("0.0.0.0", "::") else settings.host  # noqa: S104
    return f"{'https' if settings.tls else 'http'}://{f'[{host}]' if ':' in host else host}:{settings.port}"


def _listen(settings: "ConsoleSettings") -> socket.socket:
    """Before anything is printed: the link names the port."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    reason = ""
    try:
        return socket.create_server((settings.host, settings.port), family=family, backlog=_BACKLOG)
    except OSError as error:
        reason = error.strerror or type(error).__name__
    raise ConfigError(f"the console could not listen on {settings.host}:{settings.port} ({reason})")


def served(settings: "ConsoleSettings", app: Any) -> "Config":
    """The server that these settings ask for."""
    import uvicorn

    tls = settings.tls
    return uvicorn.Config(
        app,
        access_log=False,  # a path may hold a one-time link
        log_config=None,
        server_header=False,
        date_header=True,
        proxy_headers=False,
        ws="none",
        lifespan="off",
        timeout_graceful_shutdown=_SHUTDOWN_SECONDS,
        ssl_certfile=settings.folder / tls.certificate if tls else None,
        ssl_keyfile=settings.folder / tls.key if tls else None,
    )


def _serve(settings: "ConsoleSettings", redactor: "Redactor", database: "Beside", listening: socket.socket) -> None:
    import uvicorn

    from redactor_console.app import create_app

    server = uvicorn.Server(served(settings, create_app(settings, redactor, database)))
    screen.note(f"review console on {_address(settings)}")
    server.run(sockets=[listening])
    if not server.started:
        raise ConfigError("the console could not start; are certificate and key a pair?")
