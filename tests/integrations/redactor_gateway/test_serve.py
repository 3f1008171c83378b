"""`redactor serve`: with one address, with a file, with TLS on both sides; and what it refuses to start with."""

import os
import re
import signal
import socket
import ssl
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import httpx2
import pytest
import typer
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from typer.testing import CliRunner

from redactor import Redactor
from redactor.exceptions import ConfigError
from redactor.testing import assert_no_leak
from redactor_gateway.keys import hash_of
from redactor_gateway.serve import check_exposure, configured, protects, serve
from redactor_gateway.settings import GatewaySettings
from tests.integrations.redactor_gateway.line import BODY, FINE
from tests.integrations.redactor_gateway.llm import NAME, knowing
from tests.integrations.redactor_gateway.upstream import RawServer, gateway, listening, served

app = typer.Typer()
app.command()(serve)

_PROGRAM = "import typer; from redactor_gateway.serve import serve; a = typer.Typer(); a.command()(serve); a()"


@contextmanager
def running(home: Path, *words: str) -> Iterator[subprocess.Popen[str]]:
    """The command in a process of its own, once it answers."""
    port = words[words.index("--port") + 1]
    environment = {**os.environ, "REDACTOR_HOME": str(home)}
    process = subprocess.Popen(
        [sys.executable, "-c", _PROGRAM, *words],
        stderr=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env=environment,
    )
    try:
        for _ in range(600):
            try:
                if httpx2.get(f"http://127.0.0.1:{port}/livez", trust_env=False, verify=False).status_code == 200:
                    break
            except httpx2.HTTPError:
                time.sleep(0.05)
        yield process
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(20)
        for pipe in (process.stdout, process.stderr):
            if pipe is not None:
                pipe.close()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def test_one_address_is_enough(tmp_path: Path) -> None:
    port = free_port()
    with (
        RawServer(FINE) as upstream,
        running(tmp_path, "--upstream", upstream.url, "--port", str(port)) as process,
        httpx2.Client(verify=False, trust_env=False, timeout=20.0) as client,
    ):
        said = {"model": "gpt-4o", "messages": [{"role": "user", "content": "My email is crystal.minh@example.com"}]}
        answer = client.post(
            f"http://127.0.0.1:{port}/v1/chat/completions", json=said, headers={"x-conversation-id": "t-1"}
        )
        assert answer.status_code == 200
        assert b"[EMAIL_ADDRESS_1]" in upstream.bodies[0]
        assert client.get(f"http://127.0.0.1:{port}/readyz").status_code == 200
        process.send_signal(signal.SIGINT)
        assert process.stderr is not None
        told = process.stderr.read()
    assert "sees placeholders only" in told
    assert upstream.url in told
    assert_no_leak(["crystal.minh@example.com"], told, tmp_path)


def test_nothing_to_protect_is_a_mistake() -> None:
    result = CliRunner().invoke(app, [])
    assert isinstance(result.exception, ConfigError)
    assert "--upstream URL" in str(result.exception)


def test_an_address_that_is_none_is_named() -> None:
    result = CliRunner().invoke(app, ["--upstream", "localhost:9000"])
    assert "expected an http or https address" in str(result.exception)


def test_a_new_key_is_shown_with_what_the_file_needs() -> None:
    result = CliRunner().invoke(app, ["--new-key", "shop"])
    assert result.exit_code == 0
    key = re.search(r"^rdx_\S{43}$", result.output, re.MULTILINE)
    assert key is not None
    assert hash_of(key[0]) in result.output


def test_the_gateways_key_is_not_open_to_the_network() -> None:
    at = {"url": "https://api.example.com/v1", "key_env": "K"}
    open_to_all = GatewaySettings.model_validate({"host": "0.0.0.0", "upstreams": {"a": at}})  # noqa: S104  the mistake
    with pytest.raises(ConfigError, match="can be reached from outside"):
        check_exposure(open_to_all)
    for host in ("127.0.0.1", "::1", "localhost"):
        check_exposure(open_to_all.model_copy(update={"host": host}))
    keys = [{"name": "a", "hashes": [hash_of("k")]}]
    check_exposure(GatewaySettings.model_validate({"host": "::", "upstreams": {"a": at}, "keys": keys}))


def _refused(folder: Path, content: str, *words: str) -> str:
    file = folder / "redactor.toml"
    file.write_text(content, "utf-8")
    result = CliRunner().invoke(app, [str(file), *words])
    assert isinstance(result.exception, ConfigError)
    assert "sees placeholders" not in result.output, "nothing is promised before it stands"
    return str(result.exception)


def test_a_section_that_is_misspelt_is_named_before_anything_is_missed(tmp_path: Path) -> None:
    assert "did you mean 'gateway'" in _refused(tmp_path, "[gatway]\nport = 1\n")
    assert "gateway: expected a table" in _refused(tmp_path, "gateway = [1]\n")


def test_a_port_that_is_taken_is_told_before_anything_is_loaded(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        told = _refused(tmp_path, '[gateway.upstreams.a]\nurl = "http://127.0.0.1:1/v1"\n', "--port", str(port))
    assert told == f"cannot listen on 127.0.0.1:{port}: Address already in use; choose others with --host and --port"


def test_certificates_that_are_none_are_named(tmp_path: Path) -> None:
    upstream = '[gateway.upstreams.a]\nurl = "http://127.0.0.1:1/v1"\n'
    told = _refused(tmp_path, f'{upstream}[gateway.tls]\ncertificate = "a.pem"\nkey = "b.pem"\n', "--port", "0")
    assert told.startswith("gateway.tls: certificate, key or client_ca cannot be read (FileNotFoundError)")
    (tmp_path / "a.pem").write_text("no certificate", "utf-8")
    told = _refused(tmp_path, f'{upstream}[gateway.tls]\ncertificate = "a.pem"\nkey = "a.pem"\n', "--port", "0")
    assert told.startswith("gateway.tls: certificate, key or client_ca cannot be read (SSLError)")


def test_without_an_upstream_only_webhooks_are_told_of(redactor: Redactor) -> None:
    told = "\n".join(protects(GatewaySettings.model_validate({"routes": {"a": {"platform": "slack"}}}), redactor))
    assert "/webhooks/a: slack" in told
    assert "/v1" not in told
    assert "upstream" not in told


def test_mistakes_in_keys_are_told_in_words_of_the_file(tmp_path: Path) -> None:
    key = '[gateway.upstreams.a]\nurl = "http://127.0.0.1:1/v1"\n[[gateway.keys]]\nname = "shop"\nhashes = '
    assert "as `redactor serve --new-key NAME` prints it" in _refused(tmp_path, f'{key}["..."]\n')
    assert "gateway.keys.0.hashes: expected a list" in _refused(tmp_path, f'{key}"..."\n')
    scopes = _refused(tmp_path, f'{key}["sha256:{"0" * 64}"]\nscopes = ["chatt"]\n')
    assert scopes.count("Input should be") == 1
    assert "'metrics'" in scopes
    assert "gateway.upstreams.a: expected a table" in _refused(tmp_path, '[gateway.upstreams]\na = "http://x/v1"\n')


# TLS


class Authority:
    """Makes certificates for 127.0.0.1."""

    def __init__(self, folder: Path) -> None:
        self.folder, self._key = folder, ec.generate_private_key(ec.SECP256R1())
        self._name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "tests")])
        self.ca = folder / "ca.pem"
        self.ca.write_bytes(self._signed(self._name, self._key, ca=True).public_bytes(serialization.Encoding.PEM))

    def issue(self, name: str) -> tuple[str, str]:
        """Files of a certificate and of its key."""
        key = ec.generate_private_key(ec.SECP256R1())
        signed = self._signed(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)]), key, ca=False)
        certificate, key_file = self.folder / f"{name}.pem", self.folder / f"{name}.key"
        certificate.write_bytes(signed.public_bytes(serialization.Encoding.PEM))
        form = (serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        key_file.write_bytes(key.private_bytes(*form))
        return str(certificate), str(key_file)

    def _signed(self, name: x509.Name, key: ec.EllipticCurvePrivateKey, *, ca: bool) -> x509.Certificate:
        now = datetime.now(UTC)
        alternative = x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))])
        identifier = x509.AuthorityKeyIdentifier.from_issuer_public_key(self._key.public_key())
        made = (
            x509.CertificateBuilder()
            .subject_name(name)
            .issuer_name(self._name)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - timedelta(days=1))
            .not_valid_after(now + timedelta(days=1))
            .add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
            .add_extension(identifier, critical=False)
            .add_extension(alternative, critical=False)
        )
        return made.sign(self._key, hashes.SHA256())


def test_tls_with_certificates_of_both_sides(tmp_path: Path) -> None:
    authority = Authority(tmp_path)
    server, client = authority.issue("server"), authority.issue("client")
    seen: list[str] = []

    async def model(scope: dict[str, object], receive: object, send: object) -> None:
        from starlette.responses import Response

        seen.append(str(scope["path"]))
        await Response(FINE.body[0], media_type="application/json")(scope, receive, send)  # type: ignore[arg-type]

    tls = {
        "ssl_certfile": server[0],
        "ssl_keyfile": server[1],
        "ssl_ca_certs": str(authority.ca),
        "ssl_cert_reqs": ssl.CERT_REQUIRED,
        "lifespan": "off",
    }
    with served(model, **tls) as plain, knowing() as redactor:
        url = plain.replace("http://", "https://") + "/v1"
        shown = {"ca": str(authority.ca), "client_certificate": client[0], "client_key": client[1]}
        for upstream, status in ((shown, 200), ({"ca": str(authority.ca)}, 503), ({}, 503)):
            with gateway(redactor, url, canary=NAME, upstream=upstream) as at:
                answer = httpx2.post(f"{at}/v1/chat/completions", json=BODY, trust_env=False, verify=False)
                assert answer.status_code == status
    assert seen == ["/v1/chat/completions"]


def test_the_gateways_own_door_may_ask_for_certificates(tmp_path: Path) -> None:
    authority = Authority(tmp_path)
    authority.issue("server")
    client = authority.issue("client")
    tls = {"certificate": "server.pem", "key": "server.key", "client_ca": "ca.pem"}
    upstreams = {"a": {"url": "http://127.0.0.1:9/v1"}}
    given = {"folder": tmp_path, "port": 0, "tls": tls, "canary": NAME, "upstreams": upstreams}
    settings = GatewaySettings.model_validate(given)
    with knowing() as redactor, listening(configured(settings, redactor)) as plain:
        url = plain.replace("http://", "https://") + "/livez"
        trusted = ssl.create_default_context(cafile=authority.ca)
        with httpx2.Client(verify=trusted, trust_env=False) as stranger, pytest.raises(httpx2.HTTPError):
            stranger.get(url)
        trusted.load_cert_chain(*client)
        with httpx2.Client(verify=trusted, trust_env=False) as friend:
            assert friend.get(url).text == "ok\n"
