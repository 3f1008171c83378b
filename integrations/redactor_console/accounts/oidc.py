"""Single sign-on: OpenID Connect Core 1.0, the authorization code flow with PKCE (RFC 7636). The one door to PyJWT.

Who comes in is what the provider's ID token says, once its signature, issuer, audience, time and nonce were checked.
Whatever fails ends in `SignOnError`, which repeats nothing of what was received.
"""

import base64
import hashlib
import hmac
import json
import secrets
import ssl
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

import httpx2
import jwt

from redactor_console.settings import OidcSection, is_secure

_ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "EdDSA")
"""Never `none`, never HMAC: a public key would become the secret."""
_KINDS = ("RSA", "EC", "OKP")
_LEEWAY = 60.0
"""Seconds by which the provider's clock may differ."""
_REMEMBERED = 300.0
"""Seconds for which the discovery document is not read again: who is not signed in can make us ask for it."""
_TIMEOUT = 5.0
_LARGEST = 1_000_000
_MOST_KEYS = 100

BEGUN_SECONDS = 600.0
"""How long somebody may stay at the provider."""


class SignOnError(Exception):
    """Nobody was let in. `reason`: a word of ours for the log."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Begun:
    """What one browser began; sealed in its cookie until it is back."""

    state: str = field(repr=False)
    nonce: str = field(repr=False)
    verifier: str = field(repr=False)
    until: float

    def written(self) -> str:
        """As it is sealed."""
        return json.dumps(asdict(self))

    @classmethod
    def read(cls, text: str) -> "Begun":
        """Undo `written`."""
        return cls(**json.loads(text))


@dataclass(frozen=True, slots=True)
class Person:
    """Who the provider says it is."""

    subject: str = field(repr=False)
    name: str = field(repr=False)
    roles: tuple[str, ...] | None
    """The console's roles by the provider's groups; None where the provider does not give them."""


class Provider:
    """One provider. Safe to use from many threads."""

    def __init__(self, section: OidcSection, secret: str, ca: Path | None = None) -> None:
        """`secret`: the client's. `ca`: certificates of the authority behind the provider's, for a private one."""
        self._section, self._secret = section, secret
        self._trusted = ssl.create_default_context(cafile=ca)  # read once: it takes a while
        self._read_at, self._document = float("-inf"), dict[str, Any]()

    def begin(self, back: str, now: float) -> tuple[str, Begun]:
        """Where to send the browser, and what it is to bring back. `back`: our address, registered there."""
        begun = Begun(
            secrets.token_urlsafe(32), secrets.token_urlsafe(32), secrets.token_urlsafe(48), now + BEGUN_SECONDS
        )
        asked = {
            "response_type": "code",
            "client_id": self._section.client_id,
            "redirect_uri": back,
            "scope": " ".join(self._section.scopes),
            "state": begun.state,
            "nonce": begun.nonce,
            "code_challenge": _challenge(begun.verifier),
            "code_challenge_method": "S256",
        }
        address = self._endpoint("authorization_endpoint")
        return f"{address}{'&' if urlsplit(address).query else '?'}{urlencode(asked)}", begun

    def finish(self, begun: Begun, back: str, answer: Mapping[str, str], now: float) -> Person:
        """Who came back. `answer`: the query the browser came with."""
        if now > begun.until:
            raise SignOnError("too late")
        if not hmac.compare_digest(begun.state.encode(), answer.get("state", "").encode("utf-8", "replace")):
            raise SignOnError("another state")
        if answer.get("iss", self._section.issuer) != self._section.issuer:  # RFC 9207
            raise SignOnError("another issuer")
        if "error" in answer or not answer.get("code"):
            raise SignOnError("the provider refused")
        claims = self._claims(self._token(answer["code"], begun, back), begun, now)
        return Person(claims["sub"], _text(claims.get(self._section.name_claim)), self._roles(claims))

    def _token(self, code: str, begun: Begun, back: str) -> str:
        """The ID token for a code (OpenID Connect Core 1.0, 3.1.3)."""
        form = {"grant_type": "authorization_code", "code": code, "redirect_uri": back, "code_verifier": begun.verifier}
        methods = self._discovered().get("token_endpoint_auth_methods_supported", ["client_secret_basic"])
        own = (self._section.client_id, self._secret)
        if "client_secret_basic" in methods:  # RFC 6749, 2.3.1: encoded as in a form first
            auth = httpx2.BasicAuth(*(quote(each, safe="") for each in own))
            answer = self._ask("POST", self._endpoint("token_endpoint"), data=form, auth=auth)
        else:
            form |= {"client_id": own[0], "client_secret": own[1]}
            answer = self._ask("POST", self._endpoint("token_endpoint"), data=form)
        return _text(answer.get("id_token"))

    def _claims(self, token: str, begun: Begun, now: float) -> Mapping[str, Any]:
        claims: Mapping[str, Any] = {}
        try:
            header = jwt.get_unverified_header(token)
            claims = jwt.decode(
                token,
                jwt.PyJWK.from_dict(self._key(header), algorithm=header["alg"]),
                algorithms=list(_ALGORITHMS),
                audience=self._section.client_id,
                issuer=self._section.issuer,
                # times are compared below, with our clock
                options={
                    "require": ["exp", "iat", "iss", "aud", "sub", "nonce"],
                    "verify_exp": False,
                    "verify_nbf": False,
                    "verify_iat": False,
                },
            )
        except (jwt.PyJWTError, KeyError, TypeError, ValueError):
            pass
        if not claims:
            raise SignOnError("the token does not hold")
        self._check(claims, begun, now)
        return claims

    def _check(self, claims: Mapping[str, Any], begun: Begun, now: float) -> None:
        """What PyJWT does not: OpenID Connect Core 1.0, 3.1.3.7, points 3 to 5 and 9 to 11."""
        several = isinstance(claims["aud"], list) and len(claims["aud"]) > 1
        if (several and "azp" not in claims) or claims.get("azp", self._section.client_id) != self._section.client_id:
            raise SignOnError("a token for somebody else")
        if not hmac.compare_digest(begun.nonce.encode(), _text(claims["nonce"]).encode("utf-8", "replace")):
            raise SignOnError("another nonce")
        expires, begins = claims["exp"], claims.get("nbf", 0)
        if not _is_number(expires, begins) or not expires + _LEEWAY > now or not begins - _LEEWAY <= now:
            raise SignOnError("a token of another time")
        if not claims["sub"]:
            raise SignOnError("nobody")

    def _key(self, header: Mapping[str, Any]) -> dict[str, Any]:
        if header.get("alg") not in _ALGORITHMS:
            raise ValueError("an algorithm that is not taken")
        found: Sequence[Any] = self._ask("GET", self._endpoint("jwks_uri"))["keys"][:_MOST_KEYS]
        fitting = [key for key in found if key.get("kty") in _KINDS and key.get("use", "sig") == "sig"]
        if "kid" in header:
            fitting = [key for key in fitting if key.get("kid") == header["kid"]]
        if len(fitting) != 1:
            raise ValueError("no key, or more than one")
        return dict(fitting[0])

    def _roles(self, claims: Mapping[str, Any]) -> tuple[str, ...] | None:
        if not self._section.roles_claim:
            return None
        groups = _at(claims, self._section.roles_claim)
        named = [groups] if isinstance(groups, str) else groups if isinstance(groups, list) else []
        mine = {self._section.roles[each] for each in named if isinstance(each, str) and each in self._section.roles}
        return tuple(sorted(mine))

    def _endpoint(self, name: str) -> str:
        address = _text(self._discovered().get(name))
        if not is_secure(address):
            raise SignOnError(f"no {name} over TLS")
        return address

    def _discovered(self) -> Mapping[str, Any]:
        """OpenID Connect Discovery 1.0, 4."""
        if time.monotonic() - self._read_at >= _REMEMBERED:
            found = self._ask("GET", f"{self._section.issuer.rstrip('/')}/.well-known/openid-configuration")
            if found.get("issuer") != self._section.issuer:
                raise SignOnError("the provider calls itself by another name than oidc.issuer")
            self._document, self._read_at = found, time.monotonic()
        return self._document

    def _ask(self, method: str, address: str, **more: Any) -> dict[str, Any]:
        """Its JSON. No redirect is followed, and no proxy of the environment is used."""
        found: Any = None
        try:
            with (
                httpx2.Client(timeout=_TIMEOUT, trust_env=False, verify=self._trusted) as client,
                client.stream(method, address, headers={"accept": "application/json"}, **more) as answer,
            ):
                found = json.loads(_read(answer.iter_bytes())) if answer.status_code == 200 else None
        except (httpx2.HTTPError, httpx2.InvalidURL, OSError, ValueError, RecursionError):
            pass
        if not isinstance(found, dict):
            raise SignOnError("the provider did not answer as it should")
        return found


def _read(pieces: Any) -> bytes:
    found = bytearray()
    for piece in pieces:
        found += piece
        if len(found) > _LARGEST:
            raise ValueError("too long")
    return bytes(found)


def _challenge(verifier: str) -> str:
    """RFC 7636, 4.2: S256."""
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()


def _at(claims: Mapping[str, Any], name: str) -> Any:
    """A claim by its name, or by a path with dots, such as `realm_access.roles`."""
    if name in claims:
        return claims[name]
    found: Any = claims
    for step in name.split("."):
        found = found.get(step) if isinstance(found, dict) else None
    return found


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _is_number(*values: object) -> bool:
    return all(isinstance(each, int | float) and not isinstance(each, bool) for each in values)
