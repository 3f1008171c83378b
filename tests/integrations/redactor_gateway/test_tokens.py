"""JSON Web Tokens: only RSA, only the issuer's keys, from the pinned host, for this audience, now."""

import json
from collections.abc import Mapping
from functools import cache
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from jwt.algorithms import RSAAlgorithm

from redactor_gateway.incoming import Incoming
from redactor_gateway.platform import Platform
from redactor_gateway.signatures import verify

NOW = 1_766_380_000.0
HOST = "https://login.botframework.com/v1/.well-known"
BOT, FLOW = Platform.load("bot_framework").scheme(), Platform.load("dialogflow_cx").scheme("id_token")
CLAIMS = {"iss": "https://api.botframework.com", "aud": "app", "exp": NOW + 60, "serviceurl": "https://smba.example/"}
BODY = {"serviceUrl": "https://smba.example/", "channelId": "msteams"}


@cache
def key(name: str) -> RSAPrivateKey:
    return generate_private_key(65537, 2048)


def keys(url: str) -> Mapping[str, Any]:
    if url.endswith("openidconfiguration"):
        return {"jwks_uri": f"{HOST}/keys"}
    public = json.loads(RSAAlgorithm.to_jwk(key("ours").public_key()))
    return {"keys": [{**public, "kid": "k1", "endorsements": ["msteams", "webchat"]}]}


def reason(claims: Mapping[str, object], body: object = BODY, **how: Any) -> str:
    algorithm, signer = how.pop("algorithm", "RS256"), how.pop("signer", None) or key("ours")
    token = jwt.encode(dict(claims), signer, algorithm=algorithm, headers={"kid": how.pop("kid", "k1")})
    request = Incoming("POST", "", ((b"authorization", b"Bearer " + token.encode()),), json.dumps(body).encode())
    fetch, settings = how.pop("fetch", keys), how.pop("settings", {"audience": "app"})
    return verify(how.pop("scheme", BOT), request, now=NOW, settings=settings, keys=fetch).reason


@pytest.mark.parametrize("algorithm", ["RS256", "RS384", "RS512"])
def test_a_token_of_microsofts_is_accepted(algorithm: str) -> None:
    assert reason(CLAIMS, algorithm=algorithm) == "ok"


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"iss": "https://evil.example"}, "token_issuer_wrong"),
        ({"aud": "another"}, "token_audience_wrong"),
        ({"exp": NOW - 301}, "token_expired"),
        ({"exp": float("nan")}, "token_expired"),
        ({"nbf": NOW + 301}, "token_not_yet_valid"),
        ({"serviceurl": "https://evil.example/"}, "token_claim_wrong"),
        ({"serviceurl": None}, "token_claim_wrong"),
        ({"exp": None}, "token_wrong"),
    ],
)
def test_what_the_token_says_must_be_right(changed: dict[str, object], why: str) -> None:
    claims = {name: value for name, value in {**CLAIMS, **changed}.items() if value is not None}
    assert reason(claims) == why


def test_the_body_must_be_for_the_service_and_channel_the_token_is_for() -> None:
    assert reason(CLAIMS, {**BODY, "serviceUrl": "https://evil.example/"}) == "token_claim_wrong"
    assert reason(CLAIMS, {**BODY, "channelId": "sms"}) == "token_not_endorsed"


def test_tokens_signed_otherwise_are_refused() -> None:
    assert reason(CLAIMS, signer=key("theirs")) == "token_wrong"
    assert reason(CLAIMS, kid="k2") == "token_key_unknown"
    assert reason(CLAIMS, signer="a" * 64, algorithm="HS256") == "token_key_unknown"
    none = jwt.encode(CLAIMS, "", algorithm="none", headers={"kid": "k1"})
    request = Incoming("POST", "", ((b"authorization", f"Bearer {none}".encode()),), json.dumps(BODY).encode())
    assert verify(BOT, request, now=NOW, settings={"audience": "app"}, keys=keys).reason == "token_key_unknown"


def test_keys_come_from_the_pinned_host_only() -> None:
    def elsewhere(url: str) -> Mapping[str, Any]:
        return {"jwks_uri": "https://evil.example/keys"} if url.endswith("configuration") else keys(url)

    assert reason(CLAIMS, fetch=elsewhere) == "token_key_unknown"
    assert reason(CLAIMS, fetch=lambda url: {}) == "not_verifiable"
    assert reason(CLAIMS, settings={}) == "token_audience_unset"


def test_anybody_can_get_a_google_token_so_the_service_account_decides() -> None:
    claims = {"iss": "https://accounts.google.com", "aud": "app", "exp": NOW + 60, "email_verified": True}
    settings = {"audience": "app", "service_account": "dialogflow@google.example"}
    right = reason({**claims, "email": "dialogflow@google.example"}, scheme=FLOW, settings=settings)
    assert right == "ok"
    assert reason({**claims, "email": "me@evil.example"}, scheme=FLOW, settings=settings) == "token_claim_wrong"
    assert reason({**claims, "email": ""}, scheme=FLOW, settings={"audience": "app"}) == "token_claim_wrong"
