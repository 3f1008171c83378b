"""JSON Web Tokens of Microsoft and Google. The one door to PyJWT."""

import hmac
import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeAlias
from urllib.parse import urlsplit

import jwt

from redactor_gateway.incoming import Incoming, read
from redactor_gateway.schemes import Jwt

FetchKeys: TypeAlias = Callable[[str], Mapping[str, Any]]
"""The parsed JSON at an address of the platform file. Who fetches it keeps it for a while, follows no redirect and
limits its size; whatever it raises, the request is not accepted."""

_ALGORITHMS = ("RS256", "RS384", "RS512")
"""RFC 7518, 3.3. Never `none`, never HMAC: a public key would become the secret."""

_LONGEST = 8192
_MOST_KEYS = 100


def checked_token(
    scheme: Jwt, request: Incoming, settings: Mapping[str, str], keys: FetchKeys | None, now: float
) -> str:
    """The code `ok`, or one that says why the request's token is refused; it is, too, where hostile bytes raise."""
    given = request.header(scheme.header)
    if given is None:
        return "token_missing"
    kind, _, token = given.decode("ascii").partition(" ")
    if kind.lower() != "bearer" or not 0 < len(token) <= _LONGEST:
        return "token_malformed"
    if keys is None or not settings.get("audience"):
        return "token_audience_unset" if keys else "token_keys_unset"
    key = _key(scheme, token, keys)
    if key is None:
        return "token_key_unknown"
    claims = _claims(scheme, token, key, settings["audience"], now)
    return claims if isinstance(claims, str) else _matching(scheme, claims, key, request, settings)


def _key(scheme: Jwt, token: str, keys: FetchKeys) -> Mapping[str, Any] | None:
    header = jwt.get_unverified_header(token)
    name, algorithm = header.get("kid"), header.get("alg")
    if algorithm not in _ALGORITHMS or not isinstance(name, str):
        return None
    for key in _keys(scheme, keys):
        if key.get("kid") == name and key.get("kty") == "RSA" and key.get("use", "sig") == "sig":
            return key
    return None


def _keys(scheme: Jwt, fetch: FetchKeys) -> Sequence[Mapping[str, Any]]:
    address = scheme.keys
    if scheme.metadata:
        address = str(fetch(scheme.metadata)["jwks_uri"])
        found, pinned = urlsplit(address), urlsplit(scheme.metadata)
        if (found.scheme, found.netloc) != (pinned.scheme, pinned.netloc):
            return []
    keys: Sequence[Mapping[str, Any]] = fetch(address or "")["keys"]
    return keys[:_MOST_KEYS]


def _claims(scheme: Jwt, token: str, key: Mapping[str, Any], audience: str, now: float) -> Mapping[str, Any] | str:
    """The token's claims, or why it is refused. Times are compared with `now`, not with PyJWT's own clock."""
    options: Any = {"require": ["exp", "iss", "aud"], "verify_exp": False, "verify_nbf": False, "verify_iat": False}
    try:
        claims: Mapping[str, Any] = jwt.decode(
            token,
            jwt.PyJWK.from_dict(dict(key), algorithm=jwt.get_unverified_header(token)["alg"]),
            algorithms=list(_ALGORITHMS),
            audience=audience,
            issuer=list(scheme.issuers),
            options=options,
        )
    except jwt.InvalidAudienceError:
        return "token_audience_wrong"
    except jwt.InvalidIssuerError:
        return "token_issuer_wrong"
    except jwt.PyJWTError:
        return "token_wrong"
    if not float(claims["exp"]) + scheme.leeway >= now:  # written so that NaN is refused
        return "token_expired"
    return claims if float(claims.get("nbf", 0)) - scheme.leeway <= now else "token_not_yet_valid"


def _matching(
    scheme: Jwt, claims: Mapping[str, Any], key: Mapping[str, Any], request: Incoming, settings: Mapping[str, str]
) -> str:
    """The body is parsed here, once the token is known to be the issuer's: it does not cover the body."""
    needs_body = scheme.endorses or any(wanted.startswith("$") for wanted in scheme.claims.values())
    payload = json.loads(request.body) if needs_body else None
    for name, wanted in scheme.claims.items():
        expected = _expected(wanted, request, payload, settings)
        claim = claims.get(name)
        said = str(claim).lower() if isinstance(claim, bool) else claim
        if not expected or not isinstance(said, str) or not _same(said, expected):
            return "token_claim_wrong"
    endorsed = key.get("endorsements")
    if scheme.endorses and endorsed:
        channel = read(scheme.endorses, request, payload)
        return "ok" if len(channel) == 1 and channel[0] in endorsed else "token_not_endorsed"
    return "ok"


def _expected(wanted: str, request: Incoming, payload: Any, settings: Mapping[str, str]) -> str:
    if wanted.startswith("setting:"):
        return settings.get(wanted.removeprefix("setting:"), "")
    if not wanted.startswith("$"):
        return wanted
    found = read(wanted, request, payload)
    return found[0] if len(found) == 1 else ""


def _same(one: str, other: str) -> bool:
    return hmac.compare_digest(one.encode("utf-8", "surrogatepass"), other.encode("utf-8", "surrogatepass"))
