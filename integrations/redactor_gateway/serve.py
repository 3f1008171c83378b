"""`redactor serve`: the gateway, from a file or for one upstream without any."""

import logging
import os
import socket
import ssl
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from redactor.cli import console
from redactor.exceptions import ConfigError

if TYPE_CHECKING:
    from uvicorn import Config

    from redactor import Redactor
    from redactor_gateway.settings import GatewaySettings
    from redactor_gateway.webhooks.service import Webhooks

_SHUTDOWN_SECONDS = 30
"""For replies under way when the gateway is told to stop."""


def serve(
    config: Annotated[Path | None, typer.Argument(help="A redactor.toml with a section [gateway].")] = None,
    upstream: Annotated[
        str | None, typer.Option(help="Protect this LLM endpoint, such as http://127.0.0.1:9000/v1.", metavar="URL")
    ] = None,
    host: Annotated[str | None, typer.Option(help="Address to listen on.")] = None,
    port: Annotated[int | None, typer.Option(help="Port to listen on.", min=0, max=65535)] = None,
    new_key: Annotated[
        str | None, typer.Option(help="Make an API key for a client of this name, print it, and end.", metavar="NAME")
    ] = None,
    log_format: Annotated[
        str | None, typer.Option(help="How the log is written to standard error: text or json.", metavar="FORMAT")
    ] = None,
) -> None:
    """Stand between programs and their LLM: personal data goes out as placeholders and comes back in the replies.

    With --upstream no file is needed: the caller's own API key is passed on, and values lie in the data folder.
    """
    if new_key is not None:
        _print_key(new_key)
        return
    from redactor_gateway.logs import logging_to_stderr
    from redactor_gateway.reload import reloading

    def read() -> "GatewaySettings":
        settings = _settings(config, upstream, host, port, log_format)
        check_exposure(settings)
        return settings

    settings = read()
    check_certificates(settings)
    check_address(settings.host, settings.port)
    with (
        reloading(settings, read, config) as app,
        logging_to_stderr(settings.log_format, settings.log_level, lambda: app.now.redactor),
    ):
        server = listening(settings, app)
        tell = logging.getLogger("redactor_gateway").info if settings.log_format == "json" else console.note
        for line in protects(settings, app.now.redactor):
            tell(line)
        _run(server)


def _settings(
    config: Path | None, upstream: str | None, host: str | None, port: int | None, log_format: str | None
) -> "GatewaySettings":
    from redactor.config import Settings
    from redactor_gateway.settings import GatewaySettings, Upstream, checked

    if log_format not in (None, "text", "json"):
        raise ConfigError("--log-format: expected text or json")

    settings = GatewaySettings.load(config) if config is not None else GatewaySettings()
    if upstream is not None:
        given = checked(Upstream, {"url": upstream, "speaks": "both"}, "--upstream")
        settings = settings.model_copy(update={"upstreams": {"upstream": given}})
    changes = {
        name: value for name, value in (("host", host), ("port", port), ("log_format", log_format)) if value is not None
    }
    settings = settings.model_copy(update=changes)
    if not settings.upstreams and not settings.routes:
        Settings.load(config)  # a section that is misspelt is told first
        raise ConfigError("nothing to protect: give --upstream URL, or a file with [gateway.upstreams.NAME]")
    return settings


def check_exposure(settings: "GatewaySettings") -> None:
    """Raises `ConfigError` where anybody in the network could use the upstream's key."""
    from redactor_gateway.settings import is_loopback

    spends = any(each.key_env or each.key_file for each in settings.upstreams.values())
    if spends and not settings.keys and not is_loopback(settings.host):
        raise ConfigError(
            f"gateway: {settings.host} can be reached from outside, the upstream's key is the gateway's, and there are "
            "no [[gateway.keys]]; make one with `redactor serve --new-key NAME`"
        )


def check_address(host: str, port: int) -> None:
    """Raises `ConfigError` where nobody can listen, before a model is loaded for it."""
    problem = ""
    try:
        for family, kind, number, _, address in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM):
            with socket.socket(family, kind, number) as probe:
                if os.name == "posix":  # elsewhere it lets two listen to one port
                    probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                probe.bind(address)
    except OSError as error:
        problem = error.strerror or type(error).__name__
    if problem:
        raise ConfigError(f"cannot listen on {host}:{port}: {problem}; choose others with --host and --port")


def check_certificates(settings: "GatewaySettings") -> None:
    """Raises `ConfigError`, which holds nothing of the files, where the gateway's own door cannot be opened."""
    tls, problem = settings.tls, ""
    if tls is None:
        return
    try:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        # a password that is empty: else a key that has one is asked for at the terminal
        context.load_cert_chain(settings.folder / tls.certificate, settings.folder / tls.key, password="")
        if tls.client_ca:
            context.load_verify_locations(settings.folder / tls.client_ca)
    except (OSError, ValueError) as error:  # an SSLError is an OSError
        problem = type(error).__name__
    if problem:
        raise ConfigError(
            f"gateway.tls: certificate, key or client_ca cannot be read ({problem}); expected PEM files, the key "
            "without a password"
        )


def protects(settings: "GatewaySettings", redactor: "Redactor") -> list[str]:
    """What a person is told at the start."""
    scheme = "https" if settings.tls else "http"
    address = f"{scheme}://{settings.host}:{settings.port}"
    lines = [f"gateway on {address}/v1" if settings.upstreams else f"gateway on {address}"]
    lines += [f"  {name}: {each.url} sees placeholders only" for name, each in settings.upstreams.items()]
    kept = "in the store" if redactor.persistent else "in memory"
    scan = "on" if settings.scan else "off"
    lines.append(f"  policy {redactor.policy.version}, model {redactor.model_version}")
    lines.append(
        f"  named conversations {kept}; nameless ones with their request; files: {settings.files}; scan {scan}"
    )
    lines += [
        f"  /webhooks/{name}: {route.get('platform')}, redacted for its bot" for name, route in settings.routes.items()
    ]
    return [*lines, f"  callers: {_callers(settings)}"] if settings.upstreams or settings.keys else lines


def _callers(settings: "GatewaySettings") -> str:
    if settings.keys:
        return f"{len(settings.keys)} with an API key of the gateway"
    if any(each.key_env or each.key_file for each in settings.upstreams.values()):
        return "anybody on this machine, with the gateway's key for the upstream"
    return "anybody who reaches it, with a key of their own for the upstream"


def configured(settings: "GatewaySettings", redactor: "Redactor", webhooks: "Webhooks | None" = None) -> "Config":
    """The server that these settings ask for, with an application of its own."""
    from redactor_gateway.app import create_app

    app = create_app(settings, redactor)
    if webhooks is not None:
        webhooks.mount(app)
    return listening(settings, app)


def listening(settings: "GatewaySettings", app: Callable[..., Any]) -> "Config":
    """The server that these settings ask for, before any application."""
    import uvicorn

    tls = settings.tls
    return uvicorn.Config(
        app,
        host=settings.host,
        port=settings.port,
        access_log=False,  # a path or a query may hold anything
        log_config=None,
        server_header=False,
        proxy_headers=False,
        timeout_graceful_shutdown=_SHUTDOWN_SECONDS,
        ssl_certfile=settings.folder / tls.certificate if tls else None,
        ssl_keyfile=settings.folder / tls.key if tls else None,
        ssl_ca_certs=str(settings.folder / tls.client_ca) if tls and tls.client_ca else None,
        ssl_cert_reqs=ssl.CERT_REQUIRED if tls and tls.client_ca else ssl.CERT_NONE,
    )


def _run(config: "Config") -> None:
    import uvicorn

    server = uvicorn.Server(config)
    server.run()
    if not server.started:
        raise ConfigError(f"the gateway could not listen on {config.host}:{config.port}")


def _print_key(name: str) -> None:
    """The key goes to the screen alone; the file names it by its hash."""
    from redactor_gateway.keys import new_key
    from redactor_gateway.settings import ApiKey, checked

    key, hashed = new_key()
    checked(ApiKey, {"name": name, "hashes": [hashed]}, "--new-key")
    console.note("Give this key to the client; it is shown once:")
    console.write_line(key)
    console.note("And put this into redactor.toml:")
    console.note(f'[[gateway.keys]]\nname = "{name}"\nhashes = ["{hashed}"]')
