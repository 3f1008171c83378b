"""Whether a request is the platform's own, looked at in the raw bytes; and our own signature for the bot.

`verify` never raises and takes as long for a wrong signature as for a right one. `sign` writes what the platform's
stock verifier accepts, with our secret in the place of the platform's.
"""

import base64
import binascii
import contextlib
import hashlib
import hmac
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import parse_qsl, quote, urlencode, urlsplit, urlunsplit

from redactor.exceptions import ConfigError
from redactor.secret import Secret
from redactor_gateway.ed25519 import is_signed, public_key
from redactor_gateway.forms import sorted_bytes
from redactor_gateway.incoming import Incoming
from redactor_gateway.schemes import Ed25519, Hmac, Jwt, Scheme, SharedSecret, Timestamp
from redactor_gateway.tokens import FetchKeys, checked_token

Header = tuple[bytes, bytes]

_LONGEST_HEADER = 8192
"""Bytes of a signature header that are looked at; a JWT with Microsoft's claims has about 1500."""
_MOST_SIGNATURES = 16
"""Signatures in one header; while secrets are rotated there are two."""

_FORM = "application/x-www-form-urlencoded"
_SECONDS = re.compile(rb"[0-9]{1,12}")
_ISO = re.compile(rb"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]{1,6})?(?:Z|[+-][0-9]{2}:[0-9]{2})")


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a request is accepted, and a code for the log that says why not. It never holds anything of it."""

    ok: bool
    reason: str

    def __bool__(self) -> bool:
        return self.ok


_OK = Verdict(True, "ok")


@dataclass(frozen=True, slots=True)
class Signed:
    """What makes a request ours: its URL, and the headers to put in the place of those of the same names."""

    url: str
    headers: tuple[Header, ...]


def verify(
    scheme: Scheme,
    request: Incoming,
    secrets: Sequence[Secret[str]] = (),
    *,
    now: float,
    settings: Mapping[str, str] | None = None,
    keys: FetchKeys | None = None,
) -> Verdict:
    """Whether one of `secrets` (two while they are rotated) signed this request.

    `now`: seconds since 1970. `settings`: the route's own, such as the `audience` of a JWT, whose `keys` are fetched
    by a function of the caller's. Never raises.
    """
    try:
        if isinstance(scheme, Jwt):
            reason = checked_token(scheme, request, settings or {}, keys, now)
        elif isinstance(scheme, Hmac):
            reason = _hmac(scheme, request, secrets, now)
        elif isinstance(scheme, Ed25519):
            reason = _ed25519(scheme, request, secrets, now)
        else:
            reason = _shared(scheme, request, secrets)
    except Exception:  # noqa: BLE001  whatever hostile bytes break, the answer is no
        reason = "not_verifiable"
    return _OK if reason == "ok" else Verdict(False, reason)


def _hmac(scheme: Hmac, request: Incoming, secrets: Sequence[Secret[str]], now: float) -> str:
    signatures, reason = _signatures(scheme, request, now)
    if reason:
        return reason
    bases = _bases(scheme, request)
    if not bases:
        return "body_hash_wrong"
    return _compared(scheme, signatures, bases, [key for each in secrets if (key := _key(scheme, each))])


def _ed25519(scheme: Ed25519, request: Incoming, secrets: Sequence[Secret[str]], now: float) -> str:
    """Nothing here is secret: the time it takes tells nothing."""
    signatures, reason = _signatures(scheme, request, now)
    if reason:
        return reason
    keys = [key for each in secrets if (key := public_key(each.reveal()))]
    if not keys:
        return "no_secret"
    prefix, base = scheme.prefix.encode(), b"".join(_base(scheme, _parts(scheme, request)))
    made = [_decoded(each[len(prefix) :].decode("ascii")) for each in signatures if each.startswith(prefix)]
    return "ok" if any(is_signed(key, each, base) for key in keys for each in made) else "signature_wrong"


def _signatures(scheme: Hmac | Ed25519, request: Incoming, now: float) -> tuple[Sequence[bytes], str]:
    """What the header holds, or why the request is refused before that is looked at."""
    given, reason = _given(request, scheme.header)
    if given is None:
        return (), reason
    if reason := _stale(scheme.timestamp, request, now):
        return (), reason
    if scheme.id_header and not request.header(scheme.id_header):
        return (), "id_missing"
    signatures = given.split(scheme.separator.encode()) if scheme.separator else [given]
    return signatures, "signature_malformed" if len(signatures) > _MOST_SIGNATURES else ""


def _given(request: Incoming, name: str) -> tuple[bytes | None, str]:
    found = request.all(name)
    if len(found) != 1:
        return None, "signature_repeated" if found else "signature_missing"
    return (found[0], "") if 0 < len(found[0]) <= _LONGEST_HEADER else (None, "signature_malformed")


def _compared(scheme: Hmac, signatures: Sequence[bytes], bases: Sequence[bytes], keys: Sequence[bytes]) -> str:
    """Every signature with every secret, whatever the ones before said."""
    if not keys:
        return "no_secret"
    right = False
    for key in keys:
        for base in bases:
            expected = _signature(scheme, key, base)
            for signature in signatures:
                right |= hmac.compare_digest(expected, signature)
    return "ok" if right else "signature_wrong"


def _signature(scheme: Hmac, key: bytes, base: bytes) -> bytes:
    digest = hmac.new(key, base, scheme.algorithm).digest()
    written = digest.hex().encode() if scheme.encoding == "hex" else base64.b64encode(digest)
    return scheme.prefix.encode() + written


def _key(scheme: Hmac, secret: Secret[str]) -> bytes:
    """The secret's bytes; none where it is not written as the scheme says."""
    text = secret.reveal()
    if scheme.key == "text":
        return text.encode()
    if scheme.key == "hex":
        with contextlib.suppress(ValueError):
            return bytes.fromhex(text)
        return b""
    return _decoded(text, "whsec_" if scheme.key == "whsec" else "")


def _decoded(text: str, prefix: str = "") -> bytes:
    """Bytes from base64, padded or not; none where it is not that."""
    bare = text.removeprefix(prefix)
    with contextlib.suppress(binascii.Error, ValueError):
        return base64.b64decode(bare + "=" * (-len(bare) % 4), validate=True)
    return b""


def _stale(rule: Timestamp | None, request: Incoming, now: float) -> str:
    """Why the request's time is not to be believed; empty where it is."""
    if rule is None:
        return ""
    given = request.header(rule.header)
    if given is None:
        return "timestamp_missing"
    said = _seconds(rule, given)
    if said is None:
        return "timestamp_malformed"
    return "timestamp_out_of_window" if abs(now - said) > rule.tolerance else ""


def _seconds(rule: Timestamp, given: bytes) -> float | None:
    if rule.format == "seconds":
        return float(given) if _SECONDS.fullmatch(given) else None
    with contextlib.suppress(ValueError, OverflowError):
        return datetime.fromisoformat(given.decode()).timestamp() if _ISO.fullmatch(given) else None
    return None


def _bases(scheme: Hmac, request: Incoming) -> list[bytes]:
    """What may have been signed: Twilio's URL is signed with its port or without. None where a hash of the body is
    wrong or lacks."""
    form = _form(scheme, request)
    if form is None:
        return []
    parts = {**_parts(scheme, request), "form": form}
    has_url = "url" in scheme.pieces()
    urls = [url.encode("utf-8", "surrogatepass") for url in _urls(request.url)] if has_url else [b""]
    return [b"".join(_base(scheme, {**parts, "url": url})) for url in urls]


def _parts(scheme: Hmac | Ed25519, request: Incoming) -> dict[str, bytes]:
    return {
        "body": request.body,
        "id": (request.header(scheme.id_header) or b"") if scheme.id_header else b"",
        "timestamp": (request.header(scheme.timestamp.header) or b"") if scheme.timestamp else b"",
    }


def _base(scheme: Hmac | Ed25519, parts: Mapping[str, bytes]) -> Iterator[bytes]:
    for number, piece in enumerate(scheme.pieces()):
        yield parts[piece] if number % 2 else piece.encode()


def _form(scheme: Hmac, request: Incoming) -> bytes | None:
    """The sorted fields of a form. Of another body nothing: its hash in the URL must be right."""
    if "form" not in scheme.pieces()[1::2]:
        return b""
    is_form = request.media_type == _FORM
    said = request.query(scheme.body_hash) if scheme.body_hash else None
    if said is None and (not is_form and request.body):
        return None
    if said is not None and not hmac.compare_digest(said.encode(), hashlib.sha256(request.body).hexdigest().encode()):
        return None
    return sorted_bytes(request.body) if is_form else b""


def _urls(url: str) -> list[str]:
    """The URL with its port and without: platforms do not agree with themselves which one they sign."""
    parts = urlsplit(url)
    login, at, host = parts.netloc.rpartition("@")
    bare, port = (host[: -len(str(parts.port)) - 1], parts.port) if parts.port else (host.rstrip(":"), None)
    full = f"{bare}:{port or (443 if parts.scheme == 'https' else 80)}"
    return list(dict.fromkeys([url, *(urlunsplit(parts._replace(netloc=login + at + each)) for each in (bare, full))]))


def _shared(scheme: SharedSecret, request: Incoming, secrets: Sequence[Secret[str]]) -> str:
    if scheme.header:
        given, reason = _given(request, scheme.header)
    else:
        said = request.query(scheme.query or "")
        given, reason = (said.encode("utf-8", "surrogatepass"), "") if said else (None, "signature_missing")
    if given is None:
        return reason
    wanted = [_written(scheme, each) for each in secrets if each]
    if not wanted:
        return "no_secret"
    right = False
    for each in wanted:  # of hashes: the time must not tell how long the secret is
        right |= hmac.compare_digest(hashlib.sha256(each).digest(), hashlib.sha256(given).digest())
    return "ok" if right else "signature_wrong"


def _written(scheme: SharedSecret, secret: Secret[str]) -> bytes:
    text = secret.reveal().encode()
    if scheme.form == "basic":
        return b"Basic " + base64.b64encode(text)
    return b"Bearer " + text if scheme.form == "bearer" else text


def sign(scheme: Scheme, request: Incoming, secret: Secret[str], *, now: float, id: str = "") -> Signed:  # noqa: A002
    """The request as the bot's own verifier accepts it; `request.url` is the bot's, as the bot sees it.

    `id`: the message's, where the scheme has one and the request brings none. Raises `ConfigError` for a scheme that
    only its issuer can sign, or a secret that is not written as it says.
    """
    if isinstance(scheme, Jwt | Ed25519):
        raise ConfigError(
            f"verify {scheme.name!r}: only its issuer can sign; the bot gets a Standard Webhooks signature instead "
            "(resign = 'standardwebhooks')"
        )
    if not secret:
        raise ConfigError("the secret for the bot is empty; set one")
    if isinstance(scheme, SharedSecret):
        return _with_secret(scheme, request, secret)
    if not _key(scheme, secret):
        raise ConfigError(f"the secret for the bot is not written as expected here: {scheme.key}")
    return _with_signature(scheme, request, secret, now, id)


def _with_secret(scheme: SharedSecret, request: Incoming, secret: Secret[str]) -> Signed:
    if scheme.header:
        return Signed(request.url, ((scheme.header.encode(), _written(scheme, secret)),))
    return Signed(_with_parameter(request.url, scheme.query or "", secret.reveal()), ())


def _with_signature(scheme: Hmac, request: Incoming, secret: Secret[str], now: float, id: str) -> Signed:  # noqa: A002
    url = request.url
    if scheme.body_hash and request.media_type != _FORM:
        url = _with_parameter(url, scheme.body_hash, hashlib.sha256(request.body).hexdigest())
    new: list[Header] = []
    if scheme.timestamp:
        new.append((scheme.timestamp.header.encode(), _time(scheme.timestamp, now)))
    if scheme.id_header and not request.header(scheme.id_header):
        new.append((scheme.id_header.encode(), id.encode()))
    names = {name for name, _ in new} | {scheme.header.encode()}
    kept = tuple(header for header in request.headers if header[0].lower() not in names)
    base = _bases(scheme, Incoming(request.method, url, (*kept, *new), request.body))[:1]
    if not base:
        raise ConfigError("the body cannot be signed: it is a form of too many fields")
    return Signed(url, (*new, (scheme.header.encode(), _signature(scheme, _key(scheme, secret), base[0]))))


def _time(rule: Timestamp, now: float) -> bytes:
    if rule.format == "seconds":
        return str(int(now)).encode()
    return datetime.fromtimestamp(int(now), UTC).isoformat().replace("+00:00", "Z").encode()


def _with_parameter(url: str, name: str, value: str) -> str:
    """The URL with a parameter, in the place of any of that name."""
    parts = urlsplit(url)
    others = [each for each in parse_qsl(parts.query, keep_blank_values=True) if each[0] != name]
    return urlunsplit(parts._replace(query=urlencode([*others, (name, value)], quote_via=quote)))
