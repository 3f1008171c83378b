"""Platforms whose payloads say where the bot answers: it answers by our way out, and only listed hosts are called."""

import asyncio
import json
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import httpx2
import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from hypothesis import given
from hypothesis import strategies as st
from jwt.algorithms import RSAAlgorithm

from redactor import Redactor
from redactor.exceptions import ConfigError
from redactor.testing import assert_no_leak
from redactor_gateway.errors import PayloadError, RefusedError
from redactor_gateway.webhooks.addresses import addressed, answered_here, is_listed
from redactor_gateway.webhooks.outbox import Outbox
from redactor_gateway.webhooks.route import Route
from tests.integrations.redactor_gateway.conftest import MAIL, NAME
from tests.integrations.redactor_gateway.webhooks.scene import TOKEN, Recorder, Service, route, serving

TEAMS = "https://smba.trafficmanager.net/emea/72f988bf-86f1-41af-91ab-2d7cd011db47/"
BASES = ("https://smba.trafficmanager.net", "http://127.0.0.1:9")
THREAD = "a:1_conversation"
KEY = generate_private_key(65537, 2048)
CARD = {"type": "AdaptiveCard", "body": [{"type": "TextBlock", "id": "[PERSON_1]", "text": "For [PERSON_1]"}]}


def keys(url: str) -> Mapping[str, Any]:
    if url.endswith("openidconfiguration"):
        return {"jwks_uri": "https://login.botframework.com/v1/.well-known/keys"}
    public = json.loads(RSAAlgorithm.to_jwk(KEY.public_key()))
    return {"keys": [{**public, "kid": "k1", "endorsements": ["msteams"]}]}


def bot_framework(folder: Path, bot: str, api: str, **egress: Any) -> dict[str, Route]:
    more = {"bases": [api], "url": "http://gateway.internal:8080/egress/support", "known_by": "x-bot", **egress}
    return route(folder, bot, "bot_framework", api=None, settings={"audience": "app"}, egress=_way_out(folder, more))


def _way_out(folder: Path, more: Mapping[str, Any]) -> dict[str, Any]:
    return {"authorization": [{"file": str(folder / "token.secret")}], **more}


async def deliver(service: Service, service_url: str, text: str, number: int = 1) -> httpx2.Response:
    """As Microsoft does: the token names the service that the body names."""
    claims = {"iss": "https://api.botframework.com", "aud": "app", "exp": time.time() + 60, "serviceurl": service_url}
    token = jwt.encode(claims, KEY, algorithm="RS256", headers={"kid": "k1"})
    activity = {"type": "message", "id": str(number), "serviceUrl": service_url, "channelId": "msteams", "text": text}
    body = {**activity, "from": {"id": "29:1abc"}, "conversation": {"id": THREAD}}
    headers = {"authorization": f"Bearer {token}", "content-type": "application/json"}
    return await service.client.post(f"{service.url}/webhooks/support", content=json.dumps(body), headers=headers)


def test_a_bot_answers_where_its_activity_says_and_the_customer_reads_values(
    redactor: Redactor, outbox: Outbox, bot: Recorder, platform_api: Recorder, tmp_path: Path, canaries: tuple[str, ...]
) -> None:
    platform_api.reply = (201, "application/json", b'{"id": "1:reply"}')

    async def run() -> list[httpx2.Response]:
        ready = bot_framework(tmp_path, bot.url, platform_api.url)
        async with serving(ready, redactor, outbox, keys=keys) as service:
            taken = await deliver(service, f"{platform_api.url}/emea/", f"I'm {NAME}, {MAIL}")
            await service.until(lambda: bot.posts)
            said = bot.posts[0].json["serviceUrl"]
            assert said.startswith("http://gateway.internal:8080/egress/support/to/") and said.endswith("/")
            here = said.replace("http://gateway.internal:8080", service.url)
            answer = {"type": "message", "text": "Thanks [PERSON_1]!", "attachments": [{"content": CARD}]}
            path = f"v3/conversations/{THREAD.replace(':', '%3A')}/activities/1"
            known = {"x-bot": TOKEN, "authorization": "Bearer the-bots-own"}
            made = await service.client.post(here + path, json=answer, headers=known)
            plain = await service.client.post(f"{service.url}/egress/support/{path}", json=answer, headers=known)
            other = await service.client.get(here + path.removesuffix("/activities/1"), headers=known)
            unknown = await service.client.post(here + path, json=answer, headers={"authorization": TOKEN})
            return [taken, made, plain, other, unknown]

    answers = asyncio.run(run())
    assert [each.status_code for each in answers] == [200, 201, 403, 403, 401]
    [got] = platform_api.requests
    assert got.path == f"/emea/v3/conversations/{THREAD}/activities/1"
    headers = {name.lower(): value for name, value in got.headers}
    assert headers["authorization"] == "Bearer the-bots-own" and "x-bot" not in headers
    card = got.json["attachments"][0]["content"]["body"][0]
    assert (got.json["text"], card["text"], card["id"]) == (f"Thanks {NAME}!", f"For {NAME}", "[PERSON_1]")
    assert_no_leak([*canaries, TOKEN], bot.requests)


@pytest.mark.soak
def test_an_activity_that_names_a_host_that_is_not_listed_goes_nowhere(
    redactor: Redactor, outbox: Outbox, bot: Recorder, platform_api: Recorder, tmp_path: Path
) -> None:
    async def run() -> int:
        ready = bot_framework(tmp_path, bot.url, platform_api.url)
        async with serving(ready, redactor, outbox, keys=keys) as service:
            return (await deliver(service, "https://evil.example/teams/", f"I'm {NAME}")).status_code

    assert asyncio.run(run()) == 400
    assert not bot.requests and not outbox.waiting().waiting


@pytest.mark.soak
def test_what_the_gateway_itself_says_goes_where_the_activity_says(
    redactor: Redactor, outbox: Outbox, bot: Recorder, platform_api: Recorder, tmp_path: Path
) -> None:
    (tmp_path / "own").write_text("Bearer the-gateways-own")
    (tmp_path / "own").chmod(0o600)
    say = {
        "path": "/v3/conversations/{thread}/activities",
        "names": {"thread": "$.conversation.id"},
        "body": {"type": "message", "text": "{text}"},
    }
    way_out = {
        "bases": [platform_api.url],
        "url": "http://gateway.internal/egress/support",
        "send_authorization": {"file": str(tmp_path / "own")},
    }

    async def run() -> None:
        ready = route(
            tmp_path, bot.url, "bot_framework", settings={"audience": "app"}, egress=_way_out(tmp_path, way_out),
            say=say, consent={"needs": "grant", "notice": "May a program answer?"},
        )  # fmt: skip
        async with serving(ready, redactor, outbox, keys=keys) as service:
            await deliver(service, f"{platform_api.url}/emea", "hello")
            await service.until(lambda: platform_api.posts)

    asyncio.run(run())
    got = platform_api.posts[0]
    assert (got.path, got.json["text"]) == (f"/emea/v3/conversations/{THREAD}/activities", "May a program answer?")
    assert dict(got.headers)["authorization"] == "Bearer the-gateways-own"
    assert not bot.requests


@pytest.mark.parametrize(
    "address",
    [
        "https://evil.example/",
        "https://smba.trafficmanager.net.evil.example/",
        "https://smba.trafficmanager.net@evil.example/",
        "https://user@smba.trafficmanager.net/",
        "https://smba.trafficmanager.net:8443/",
        "http://smba.trafficmanager.net/",
        "https://smba.trafficmanager.net/a/../b",
        "https://smba.trafficmanager.net/%2e%2e/b",
        "https://smba.trafficmanager.net//b",
        "https://smba.trafficmanager.net/?a=b",
        "https://smba.trafficmanager.net/#",
        "https://smba.trafficmanager.net/" + "a" * 400,
        "https://[::1",
        "https://smba.trafficmanager.net/a\tb",
        "https://smba.trafficmanager.net\n/",
        " https://smba.trafficmanager.net/",
        "\x00https://smba.trafficmanager.net/",
        "",
    ],
)
def test_an_address_that_is_not_exactly_a_listed_one_is_refused(address: str) -> None:
    assert not is_listed(address, BASES)


@pytest.mark.parametrize("path", ["/v3/conversations/c/activities", "/to/", "/to/aHR0cHM6Ly9ldmls/v3", "/to/=/v3"])
def test_a_call_that_no_payload_led_to_is_refused(path: str) -> None:
    with pytest.raises(RefusedError, match="an address that a payload named"):
        addressed(path, BASES)


@given(st.text(max_size=60), st.sampled_from(["", "/v3/conversations/c/activities", "//", "/../x"]))
def test_whatever_a_bot_makes_of_an_address_leads_to_listed_hosts_alone(coded: str, rest: str) -> None:
    try:
        base, _ = addressed(f"/to/{coded}{rest}", BASES)
    except RefusedError:
        return
    assert is_listed(base, BASES)


def test_an_address_leads_back_with_its_slash_and_without(tmp_path: Path) -> None:
    ready = bot_framework(tmp_path, "http://127.0.0.1:1", "http://127.0.0.1:9")["support"]
    for theirs in (TEAMS, TEAMS.removesuffix("/"), "http://127.0.0.1:9"):
        payload = answered_here(ready, {"serviceUrl": theirs, "text": theirs})
        assert isinstance(payload, Mapping) and payload["text"] == theirs
        path = str(payload["serviceUrl"]).removeprefix("http://gateway.internal:8080/egress/support")
        assert path.endswith("/") is theirs.endswith("/")
        assert addressed(f"{path.removesuffix('/')}/v3/x", BASES) == (theirs.removesuffix("/"), "/v3/x")
    with pytest.raises(PayloadError, match="does not name one listed address") as told:
        answered_here(ready, {"serviceUrl": "https://canary.example/"})
    assert "canary" not in str(told.value)
    with pytest.raises(PayloadError):
        answered_here(ready, {"type": "message"})


@pytest.mark.parametrize(
    ("platform", "egress", "told"),
    [
        ("bot_framework", {}, r"egress\.url: payloads of bot_framework say where the bot answers"),
        ("slack", {"url": "http://gateway.internal/"}, r"egress\.url: payloads of slack do not say"),
        ("slack", {"known_by": "x-bot", "headers": ["x-bot"]}, "headers: what the bot is known by is not for"),
        ("bot_framework", {"bases": ["http://evil.example"]}, r"egress\.bases"),
    ],
)
def test_a_way_out_that_could_not_be_meant_is_refused_when_it_is_loaded(
    platform: str, egress: dict[str, Any], told: str, tmp_path: Path
) -> None:
    with pytest.raises(ConfigError, match=told):
        route(tmp_path, "http://127.0.0.1:1", platform, settings={"audience": "a"}, egress=_way_out(tmp_path, egress))
