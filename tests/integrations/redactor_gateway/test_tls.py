"""TLS on both sides, as it is on the wire: whose certificates are accepted, who has to show one, what is refused."""

import asyncio
import json
import ssl
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx2
import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from jwt.algorithms import RSAAlgorithm

from redactor.exceptions import ConfigError
from redactor.testing import in_memory
from redactor_gateway.incoming import Incoming
from redactor_gateway.network import Reach
from redactor_gateway.platform import Platform
from redactor_gateway.schemes import Jwt
from redactor_gateway.serve import configured
from redactor_gateway.settings import GatewaySettings
from redactor_gateway.signatures import verify
from redactor_gateway.webhooks.outbox_sqlite import SqliteOutbox
from redactor_gateway.webhooks.route import Route
from redactor_gateway.webhooks.sending import PublicKeys, SendingError
from redactor_gateway.webhooks.service import Webhooks
from tests.integrations.redactor_gateway.certificates import Authority, Shown, over_tls, trusting
from tests.integrations.redactor_gateway.line import FINE, Line, code
from tests.integrations.redactor_gateway.llm import KNOWN, NAME
from tests.integrations.redactor_gateway.upstream import RawServer, gateway, listening
from tests.integrations.redactor_gateway.webhooks.scene import (
    Recorder,
    route,
    serving,
    slack_event,
    twilio_form,
    twilio_headers,
)

HOSTS = ("127.0.0.1", "localhost")


@pytest.fixture(scope="module")
def ours(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    """Whom everybody here trusts."""
    return Authority(tmp_path_factory.mktemp("ours"), "ours")


@pytest.fixture(scope="module")
def theirs(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    """Whom nobody here trusts."""
    return Authority(tmp_path_factory.mktemp("theirs"), "theirs")


# the gateway's own door


@contextmanager
def gateway_over_tls(folder: Path, shown: Shown, clients: Authority | None = None) -> Iterator[str]:
    """As `redactor serve` listens with `[gateway.tls]`; gives its address."""
    tls = {"certificate": shown.certificate, "key": shown.key, "client_ca": clients.path if clients else None}
    upstreams = {"llm": {"url": "http://127.0.0.1:9/v1"}}
    given = {"port": 0, "tls": tls, "upstreams": upstreams, "canary": NAME, "folder": folder}
    with in_memory(KNOWN) as redactor:
        config = configured(GatewaySettings.model_validate(given), redactor)
        config.log_level, config.log_config = "critical", None
        with listening(config) as address:
            yield address.replace("http:", "https:")


def status(url: str, context: ssl.SSLContext) -> int:
    """Of /livez; 0 where there was no answer."""
    try:
        with httpx2.Client(verify=context, trust_env=False, timeout=5.0) as client:
            return client.get(f"{url}/livez").status_code
    except httpx2.TransportError:
        return 0


def test_the_gateway_shows_its_certificate(ours: Authority, theirs: Authority, tmp_path: Path) -> None:
    with gateway_over_tls(tmp_path, ours.issue("gateway", *HOSTS)) as url:
        assert status(url, trusting(ours)) == 200
        assert status(url, trusting(theirs)) == 0
        assert status(url.replace("https:", "http:"), trusting(ours)) == 0
        old = trusting(ours)
        old.minimum_version, old.maximum_version = ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_2
        assert status(url, old) == 200


def test_clients_without_a_certificate_of_the_right_authority_do_not_come_in(
    ours: Authority, theirs: Authority, tmp_path: Path
) -> None:
    with gateway_over_tls(tmp_path, ours.issue("gateway", *HOSTS), ours) as url:
        assert status(url, trusting(ours, ours.issue("client"))) == 200
        assert status(url, trusting(ours)) == 0
        assert status(url, trusting(ours, theirs.issue("client"))) == 0
        assert status(url, trusting(ours, ours.issue("late", expired=True))) == 0


# to the upstream


def asked(server: RawServer, at: Mapping[str, Any], host: str = "127.0.0.1") -> httpx2.Response:
    """What a client gets through a gateway before this upstream."""
    port = server._http.server_address[1]
    with in_memory(KNOWN) as redactor:
        upstream = {"url": f"https://{host}:{port}/v1", **at}
        with gateway(redactor, "http://127.0.0.1:9/v1", canary=NAME, upstream=upstream) as url:
            return Line(url, server).ask()


@contextmanager
def upstream_over_tls(shown: Shown, clients: Authority | None = None) -> Iterator[tuple[RawServer, list[str | None]]]:
    server = RawServer(FINE)
    _, names = over_tls(server, shown, clients=clients)
    with server:
        yield server, names


def test_an_upstream_is_known_by_the_authority_in_the_file(ours: Authority, theirs: Authority) -> None:
    with upstream_over_tls(ours.issue("upstream", *HOSTS)) as (server, _):
        assert asked(server, {"ca": str(ours.path)}).status_code == 200
        for at in ({"ca": str(theirs.path)}, {}):
            assert code(asked(server, at)) == (503, "upstream_unavailable")
        assert len(server.requests) == 1


def test_an_upstream_whose_certificate_is_old_or_of_another_name_is_not_spoken_to(ours: Authority) -> None:
    at = {"ca": str(ours.path)}
    for shown in (ours.issue("upstream", *HOSTS, expired=True), ours.issue("upstream", "other.example")):
        with upstream_over_tls(shown) as (server, _):
            assert code(asked(server, at)) == (503, "upstream_unavailable")
            assert not server.requests


def test_the_certificate_is_that_of_the_name_and_the_connection_goes_to_the_address(
    ours: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("redactor_gateway.network.resolved", lambda host, port: ["127.0.0.1"])
    with upstream_over_tls(ours.issue("upstream", "llm.internal")) as (server, names):
        assert asked(server, {"ca": str(ours.path)}, "llm.internal").status_code == 200
        assert code(asked(server, {"ca": str(ours.path)}, "other.internal")) == (503, "upstream_unavailable")
        port = server._http.server_address[1]
    assert names == ["llm.internal", "other.internal"]
    assert [dict(request.headers)["Host"] for request in server.requests] == [f"llm.internal:{port}"]


def test_the_gateway_shows_the_upstream_its_own_certificate(ours: Authority, theirs: Authority) -> None:
    mine, wrong = ours.issue("gateway-client"), theirs.issue("gateway-client")
    at: dict[str, Any] = {"ca": str(ours.path), "client_certificate": str(mine.certificate)}
    with upstream_over_tls(ours.issue("upstream", *HOSTS), ours) as (server, _):
        assert asked(server, {**at, "client_key": str(mine.key)}).status_code == 200
        assert asked(server, {"ca": str(ours.path)}).status_code == 503
        shown = {"client_certificate": str(wrong.certificate), "client_key": str(wrong.key)}
        assert asked(server, {**at, **shown}).status_code == 503
        assert len(server.requests) == 1


@pytest.mark.parametrize("where", ["ca", "client_certificate", "client_key", "password"])
def test_files_that_cannot_be_used_stop_the_start(where: str, ours: Authority, tmp_path: Path) -> None:
    """A key with a password, too: nobody is there to type it."""
    shown = ours.issue("sealed", password=b"canary-password" if where == "password" else b"")
    at = {"ca": ours.path, "client_certificate": shown.certificate, "client_key": shown.key}
    at |= {where: tmp_path / "none"} if where != "password" else {}
    files = {name: str(path) for name, path in at.items()}
    with pytest.raises(ConfigError, match=r"gateway\.upstreams.*cannot be read") as caught, RawServer(FINE) as server:
        asked(server, files)
    assert "canary" not in str(caught.value)
    with pytest.raises(ConfigError, match=r"gateway\.routes\.support.*cannot be read"):
        route(tmp_path, "https://127.0.0.1:9", **files)
    with pytest.raises(ConfigError, match="goes with a client_certificate"):
        route(tmp_path, "https://127.0.0.1:9", client_key=str(shown.key))


# to the bot, and to the platform's API


def delivered(routes: Mapping[str, Route], bot: Recorder, folder: Path, *, call: bool = False) -> tuple[int, int]:
    """How many messages the bot has, and how many wait for it, after one came in; `call`: after a call of its own,
    too."""
    outbox = SqliteOutbox(folder / "outbox.db")

    async def run() -> tuple[int, int]:
        with in_memory({}) as redactor:
            async with serving(routes, redactor, outbox, delivers=False) as service:
                assert (await service.slack(slack_event("hello"))).status_code == 200
                await service.webhooks.delivery.run_due()
                if call:
                    made = await service.call("/api/chat.postMessage", {"channel": "D012345", "text": "hi"})
                    assert made.status_code == 200, made.text
        return len(bot.posts), outbox.waiting().waiting

    try:
        return asyncio.run(run())
    finally:
        outbox.close()


def test_a_bot_gets_its_messages_over_mutual_tls_and_its_calls_go_on_over_the_platforms(
    ours: Authority, theirs: Authority, tmp_path: Path
) -> None:
    mine, (bot, api) = ours.issue("gateway-client"), (Recorder(), Recorder((200, "application/json", b'{"ok": true}')))
    at = {"ca": str(ours.path), "client_certificate": str(mine.certificate), "client_key": str(mine.key)}
    bot_port, _ = over_tls(bot, ours.issue("bot", *HOSTS), clients=ours)
    api_port, _ = over_tls(api, theirs.issue("api", *HOSTS))
    with bot, api:
        to, base = f"https://127.0.0.1:{bot_port}", f"https://127.0.0.1:{api_port}"
        routes = route(tmp_path, to, api=base, egress={"ca": str(theirs.path)}, **at)
        assert delivered(routes, bot, tmp_path, call=True) == (1, 0)
        assert len(api.posts) == 1


@pytest.mark.parametrize("wrong", ["authority", "expired", "no client certificate"])
def test_a_message_for_a_bot_that_cannot_be_trusted_waits(
    wrong: str, ours: Authority, theirs: Authority, tmp_path: Path
) -> None:
    bot = Recorder()
    shown = ours.issue("bot", *HOSTS, expired=wrong == "expired")
    port, _ = over_tls(bot, shown, clients=ours if wrong == "no client certificate" else None)
    ca = theirs.path if wrong == "authority" else ours.path
    with bot:
        routes = route(tmp_path, f"https://127.0.0.1:{port}", ca=str(ca))
        assert delivered(routes, bot, tmp_path) == (0, 1)


# what a proxy says


@pytest.mark.parametrize("public_url", [None, "https://chat.example/webhooks/support"])
def test_what_a_request_says_of_a_proxy_is_not_believed(public_url: str | None, tmp_path: Path) -> None:
    """Twilio signs the address it calls. Where it is another than ours, `public_url` says so, and no header does."""
    fields = {"MessageSid": "SM0123456789abcdef", "From": "+12125550143", "To": "+12125550100", "Body": "hello"}
    forwarded = {
        "x-forwarded-proto": "https",
        "x-forwarded-host": "chat.example",
        "x-forwarded-for": "203.0.113.9",
        "forwarded": "proto=https;host=chat.example",
    }
    twiml = (200, "text/xml", b"<Response/>")
    outbox = SqliteOutbox(tmp_path / "outbox.db")
    with Recorder(twiml) as bot, in_memory({}) as redactor:
        more = {"public_url": public_url} if public_url else {}
        routes = route(tmp_path, f"http://127.0.0.1:{bot._http.server_address[1]}", "twilio_messaging", **more)
        given = {"port": 0, "upstreams": {"llm": {"url": "http://127.0.0.1:9/v1"}}, "folder": tmp_path}
        config = configured(GatewaySettings.model_validate(given), redactor, Webhooks(routes, redactor, outbox))
        config.log_level, config.log_config = "critical", None
        with listening(config) as url, httpx2.Client(trust_env=False, timeout=10.0) as client:

            def called(signed: str, **headers: str) -> int:
                all_headers = {**twilio_headers(signed, fields), **headers}
                return client.post(
                    f"{url}/webhooks/support", content=twilio_form(fields), headers=all_headers
                ).status_code

            theirs = called("https://chat.example/webhooks/support", **forwarded)
            direct = called(f"{url}/webhooks/support", **forwarded)
    outbox.close()
    assert (theirs, direct) == ((200, 401) if public_url else (401, 200))
    assert len(bot.posts) == 1
    assert not any(name.lower().startswith(("x-forwarded", "forwarded")) for name, _ in bot.posts[0].headers)


# an issuer's keys


@pytest.fixture
def issuer(ours: Authority) -> Iterator[tuple[Recorder, str]]:
    """A server as Microsoft's, with its address."""
    server = Recorder()
    port, _ = over_tls(server, ours.issue("issuer", "login.test"))
    with server:
        yield server, f"https://login.test:{port}"


def public_keys(authority: Authority, clock: Any = lambda: 0.0) -> PublicKeys:
    return PublicKeys(clock, reach=Reach(ca=authority.path), resolve=lambda host, port: ["127.0.0.1"])


def test_a_token_is_checked_with_keys_fetched_over_tls_and_kept_for_an_hour(
    issuer: tuple[Recorder, str], ours: Authority
) -> None:
    server, at = issuer
    key, now = generate_private_key(65537, 2048), [0.0]
    jwks = {"keys": [{**json.loads(RSAAlgorithm.to_jwk(key.public_key())), "kid": "k1"}]}

    def reply(request: Any) -> tuple[int, str, bytes]:
        found: Any = {"jwks_uri": f"{at}/keys"} if request.path.endswith("configuration") else jwks
        return 200, "application/json", json.dumps(found).encode()

    server.reply = reply
    scheme = Platform.load("bot_framework").scheme()
    assert isinstance(scheme, Jwt)
    scheme = scheme.model_copy(update={"metadata": f"{at}/v1/.well-known/openidconfiguration"})
    claims = {"iss": scheme.issuers[0], "aud": "app", "exp": 2e9, "serviceurl": "https://smba.example/"}
    body = b'{"serviceUrl": "https://smba.example/", "channelId": "msteams"}'
    keys = public_keys(ours, lambda: now[0])

    def reason(signer: Any) -> str:
        token = jwt.encode(claims, signer, algorithm="RS256", headers={"kid": "k1"})
        request = Incoming("POST", "", ((b"authorization", f"Bearer {token}".encode()),), body)
        return verify(scheme, request, now=1.9e9, settings={"audience": "app"}, keys=keys).reason

    assert [reason(key), reason(key), reason(generate_private_key(65537, 2048))] == ["ok", "ok", "token_wrong"]
    assert len(server.requests) == 2
    now[0] += 3601
    assert reason(key) == "ok"
    assert len(server.requests) == 4
    server.is_down = True
    assert reason(key) == "ok"
    now[0] += 3601
    assert reason(key) == "not_verifiable"


@pytest.mark.parametrize(
    "reply",
    [
        (302, "text/plain", b""),
        (404, "application/json", b"{}"),
        (200, "application/json", b"[]"),
        (200, "application/json", b"{"),
        (200, "application/json", b" " * 4_000_001),
    ],
)
def test_an_answer_that_is_no_set_of_keys_is_none(
    reply: tuple[int, str, bytes], issuer: tuple[Recorder, str], ours: Authority
) -> None:
    server, at = issuer
    server.reply = reply
    with pytest.raises((SendingError, ValueError)):
        public_keys(ours)(f"{at}/keys")


def test_keys_of_a_server_that_cannot_be_trusted_are_none(issuer: tuple[Recorder, str], theirs: Authority) -> None:
    server, at = issuer
    with pytest.raises(httpx2.ConnectError):
        public_keys(theirs)(f"{at}/keys")
    turned = PublicKeys(reach=Reach(ca=theirs.path), resolve=lambda host, port: ["169.254.169.254"])
    with pytest.raises(httpx2.ConnectError):
        turned(f"{at}/keys")
    assert not server.requests


def test_an_issuer_that_does_not_answer_is_left_alone_for_a_while() -> None:
    now, asked = [0.0], list[str]()

    def resolve(host: str, port: int) -> list[str]:
        asked.append(host)
        raise OSError

    keys = PublicKeys(lambda: now[0], resolve=resolve)
    for _ in range(3):
        with pytest.raises((SendingError, httpx2.ConnectError)):
            keys("https://login.test/keys")
    assert len(asked) == 1
    now[0] += 6.0
    with pytest.raises((SendingError, httpx2.ConnectError)):
        keys("https://login.test/keys")
    assert len(asked) == 2
