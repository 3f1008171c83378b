"""A small OpenID provider on 127.0.0.1 that signs its tokens with RS256, and can be told to lie in each of them."""

import base64
import hashlib
import json
import secrets
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa
from jwt.algorithms import RSAAlgorithm

from tests.integrations.servers import Request, Server

CLIENT, SECRET = "review console", "a secret: of the client"
KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
OTHER_KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)


@dataclass
class Lies:
    """What the provider does otherwise than it should."""

    claims: dict[str, Any] = field(default_factory=dict)
    document: dict[str, Any] = field(default_factory=dict)
    header: dict[str, Any] = field(default_factory=dict)
    key: Any = KEY
    algorithm: str = "RS256"
    status: int = 200


class Provider(Server):
    """Discovery, keys and tokens; the page where people sign in is `allow`."""

    def __init__(self, clock: Any) -> None:
        super().__init__()
        self.clock, self.lies = clock, Lies()
        self.codes: dict[str, dict[str, str]] = {}
        self.person: dict[str, Any] = {"sub": "0001", "preferred_username": "Ann"}

    def allow(self, address: str) -> dict[str, str]:
        """Somebody signs in there: the query the browser is sent back with."""
        parts = urlsplit(address)
        asked = {name: values[0] for name, values in parse_qs(parts.query).items()}
        assert (parts.path, asked["response_type"], asked["client_id"]) == ("/authorize", "code", CLIENT)
        assert asked["code_challenge_method"] == "S256"
        code = secrets.token_hex(8)
        self.codes[code] = asked
        return {"code": code, "state": asked["state"]}

    def answer(self, request: Request) -> tuple[int, str, Iterator[bytes]]:
        if self.lies.status != 200:
            return self.lies.status, "text/html", iter([b"<h1>busy</h1>"])
        answers = {"/.well-known/openid-configuration": self._document, "/keys": self._keys, "/token": self._token}
        body = answers[urlsplit(request.path).path](request)
        return 200, "application/json", iter([json.dumps(body).encode()])

    def _document(self, _: Request) -> dict[str, Any]:
        url = self.url
        ends = {"authorization_endpoint": "/authorize", "token_endpoint": "/token", "jwks_uri": "/keys"}
        return {"issuer": url, **{name: url + path for name, path in ends.items()}, **self.lies.document}

    def _keys(self, _: Request) -> dict[str, Any]:
        own = {**RSAAlgorithm.to_jwk(KEY.public_key(), as_dict=True), "kid": "1", "use": "sig"}
        shared = {"kty": "oct", "kid": "2", "k": base64.urlsafe_b64encode(b"k" * 32).decode()}
        return {"keys": [own, shared]}

    def _token(self, request: Request) -> dict[str, Any]:
        """One use of a code, by the client that began, with its verifier."""
        form = {name: values[0] for name, values in parse_qs(request.body.decode()).items()}
        asked = self.codes.pop(form["code"])
        basic = {name.lower(): value for name, value in request.headers}.get("authorization", "")
        if basic:
            given = base64.b64decode(basic.removeprefix("Basic ")).decode().split(":")
            client, secret = (unquote(each) for each in given)
        else:
            client, secret = form["client_id"], form["client_secret"]
        assert (client, secret) == (CLIENT, SECRET)
        assert form["redirect_uri"] == asked["redirect_uri"]
        digest = hashlib.sha256(form["code_verifier"].encode()).digest()
        assert base64.urlsafe_b64encode(digest).rstrip(b"=").decode() == asked["code_challenge"]
        now = int(self.clock())
        claims = {"iss": self.url, "aud": CLIENT, "iat": now, "exp": now + 300, "nonce": asked["nonce"], **self.person}
        told = {name: value for name, value in {**claims, **self.lies.claims}.items() if value is not None}
        header = {"kid": "1", **self.lies.header}
        return {"id_token": jwt.encode(told, self.lies.key, self.lies.algorithm, header), "token_type": "Bearer"}
