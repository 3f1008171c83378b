"""Rows for keys and tokens by issuer, for secrets with a standard's form (JSON web tokens, private keys, links and
connection strings with a password, headers), and for what a word beside it calls a key.

The issuers' forms are `tokens.toml`. A form with a checksum that agrees scores 0.99; where it does not, somebody may
have mistyped a key, and most of it would leak: the form alone still counts, at 0.8.
"""

import tomllib
from base64 import urlsafe_b64decode
from binascii import crc32
from collections.abc import Callable, Iterator, Mapping
from importlib.resources import files
from json import loads
from random import Random
from typing import Any

from redactor.detection import shapes
from redactor.detection.checks import Check
from redactor.detection.entropy import is_public_id, is_random
from redactor.detection.patterns import Pattern, topics
from redactor.detection.words import words

_KIND = "SECRET"
_EXACT, _SHAPED, _FORM = 0.99, 0.95, 0.8
_LEAST_DIFFERENT = 5
"""Fewer different characters among the last twenty are a stand-in somebody typed: "ghp_xxxxxxxx"."""


def rows() -> Iterator[Pattern]:
    """The rows of this module."""
    yield from _issued()
    yield from _standard()
    yield from _links()
    yield from _headers()
    yield from _named()


# --- by issuer ---------------------------------------------------------------------------------------------------

_BASE62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"


def _base62_crc(token: str) -> str:
    """The last six characters of a GitHub or npm token: the CRC-32 of what stands between prefix and checksum, in
    base 62 (github.blog, Behind GitHub's new authentication token formats, 2021)."""
    rest, out = crc32(token[:-6].partition("_")[2].encode()), ""
    for _ in range(6):
        rest, digit = divmod(rest, 62)
        out = _BASE62[digit] + out
    return out


def _grafana_crc(token: str) -> str:
    """The last eight characters of a Grafana service account token: the CRC-32 of what stands before the underscore,
    lowest byte first (grafana/grafana, pkg/components/satokengen)."""
    return crc32(token[:-9].encode()).to_bytes(4, "little").hex()


_CHECKSUMS: Mapping[str, Callable[[str], str]] = {"base62": _base62_crc, "grafana": _grafana_crc}
"""Name → what the token's last characters have to be."""


def _issued() -> Iterator[Pattern]:
    table = tomllib.loads(files("redactor.detection.rows").joinpath("tokens.toml").read_text("utf-8"))
    for name, row in table.items():
        for number, shape in enumerate(row["shapes"], 1):
            yield from _of_shape(f"token_{name}" if number == 1 else f"token_{name}_{number}", shape, row)


def _of_shape(name: str, shape: str, row: Mapping[str, Any]) -> Iterator[Pattern]:
    ending = _CHECKSUMS.get(row.get("checksum", ""))
    listed = words(row.get("words", ""))
    value = shapes.sample(shape, Random(name))
    signed = value[: -len(ending(value))] + ending(value) if ending else value
    example = f"{min(listed, default='the key')}: ⟦{signed}⟧"

    def pattern(name: str, score: float, check: Check | None) -> Pattern:
        return Pattern(
            name, _KIND, shapes.expression(shape), score, check,
            words=listed, any_of=shapes.marks(shape), digits=row.get("digits", 0), never=_is_stand_in, example=example,
        )  # fmt: skip

    if ending is None:
        yield pattern(name, _SHAPED, None)
        return
    yield pattern(name, _EXACT, lambda text: text.endswith(ending(text)))
    yield pattern(f"{name}_form", _FORM, None)


def _is_stand_in(text: str) -> bool:
    return len(set(text[-20:])) < _LEAST_DIFFERENT


# --- by standard -------------------------------------------------------------------------------------------------

_JWT = r"(?<![\w.-])eyJ[\w-]{10,8192}+\.[\w-]{2,16384}+(?:\.[\w-]{0,16384}+){1,3}+"
"""RFC 7519: header, claims and signature in base64url, dots between; RFC 7516: five parts where it is encrypted."""
_LINE = r"(?:\s|\\[nrt]|[\"'>|+,]){0,8}+[A-Za-z0-9+/=]"
_PEM = (
    r"-{4,5}[ ]?BEGIN[ ][A-Z0-9 ]{0,40}?PRIVATE[ ]KEY(?:[ ]BLOCK)?[ ]?-{4,5}"
    r"(?:(?:(?!-{4,5}[ ]?(?:BEGIN|END)[ ])[\s\S]){1,32768}+-{4,5}[ ]?END[ ][A-Z0-9 ]{0,48}-{4,5}"
    rf"|(?:{_LINE}{{16,8192}}+)++(?:{_LINE}{{1,15}}+(?!\w))?+)"
)
"""RFC 7468 (also in one line, its breaks written as \\n), OpenSSH's PROTOCOL.key, RFC 4716, RFC 9580 (OpenPGP). Cut off
before its last line, the lines of base64 that are there."""
_PUTTY = r"PuTTY-User-Key-File-\d:[ ](?:(?!PuTTY-User-Key-File-)[\s\S]){1,16384}?Private-MAC:[ ][0-9a-f]{1,128}+"
"""PuTTY User Manual, appendix C: PPK file format."""


def _standard() -> Iterator[Pattern]:
    parts = ("eyJhbGciOiJub25lIn0", "eyJzdWIiOiJub2JvZHkifQ", "")
    example = f"my token is ⟦{'.'.join(parts)}⟧"
    yield Pattern("jwt", _KIND, _JWT, _EXACT, _is_jwt, any_of=("eyJ",), example=example)
    dashes, body = "-" * 5, "MC4CAQAwBQYDK2VwBCIEIGNvbXBsZXRlbHkgbWFkZSB1cCwgbm8ga2V5IQ=="
    example = f"⟦{dashes}BEGIN PRIVATE KEY{dashes}\n{body}\n{dashes}END PRIVATE KEY{dashes}⟧"
    yield Pattern("private_key", _KIND, _PEM, _EXACT, any_of=("PRIVATE KEY",), example=example)
    lines = ("PuTTY-User-Key-File-3: ssh-ed25519", "Private-Lines: 1", "bm8ga2V5IGF0IGFsbA==", "Private-MAC: 00c0ffee")
    example = "⟦" + "\n".join(lines) + "⟧"
    yield Pattern("putty_key", _KIND, _PUTTY, _EXACT, any_of=("PuTTY-User-Key",), example=example)


def _is_jwt(text: str) -> bool:
    """Whether the header is JSON that names an algorithm (RFC 7515, section 4.1.1)."""
    header = text.split(".", 1)[0]
    try:
        decoded = loads(urlsafe_b64decode(header + "=" * (-len(header) % 4)))
    except (ValueError, RecursionError):
        return False
    return isinstance(decoded, dict) and "alg" in decoded


_END = r"[^\s<>\"'`\ue000.,;:!?)\]}]"
_REST = rf"(?:[^\s<>\"'`\ue000]{{0,2048}}{_END})?"
_USER = r"[^\s/@:<>\"'`\ue000?#]{0,128}+"
_BEFORE_AT = r"(?:[^\s/@<>\"'`\ue000]{1,256}+@){1,3}+"
_LOOSE_BEFORE_AT = r"(?:[^\s@<>\"'`\ue000]{1,256}+@){1,3}+"
_BASIC_AUTH = (
    rf"(?i)(?<![\w+.-])(?:(?:https?|ftp|ftps|sftp|ssh|wss?|svn|git)://{_USER}:{_BEFORE_AT}"
    rf"|(?!(?:https?|ftp)://)[a-z][a-z0-9+.:-]{{1,30}}+//{_USER}:{_LOOSE_BEFORE_AT}){_REST}"
)
"""RFC 3986, section 3.2.1 (user:password before the host). Databases' drivers take a bare "/" in the password too."""
_DOOR_NAMES = (
    r"(?:[a-z0-9]{0,16}[_-])?(?:api[_-]?key|apikey|token|access[_-]?key|secret|password|passwd|pwd|sig|signature|"
    r"client[_-]?secret|auth|jwt|sessionid|otp)"
)
_DOOR_QUERY = (
    rf"(?i)(?<![\w+.-])(?:https?|wss?)://[^\s<>\"'`\ue000?#]{{1,512}}+[?#](?:[^\s<>\"'`\ue000=&]{{1,64}}+"
    rf"(?:=[^\s<>\"'`\ue000&]{{0,1024}}+)?&){{0,32}}?{_DOOR_NAMES}=[^\s<>\"'`\ue000&]{{6}}{_REST}"
)
"""RFC 6750, section 2.3, and its like: what is handed over in the link opens the door. Azure's signatures are `sig`."""
_WEBHOOK = (
    r"(?i)(?<![\w+.-])https://(?:hooks\.slack(?:-gov)?\.com/(?:services|workflows|triggers)/"
    r"|(?:ptb\.|canary\.)?discord(?:app)?\.com/api/(?:v\d{1,2}/)?webhooks/|hooks\.zapier\.com/hooks/(?:catch|standard)/"
    r"|[a-z0-9-]{1,63}\.webhook\.office\.com/webhookb2/|api\.telegram\.org/(?:file/)?bot\d|maker\.ifttt\.com/trigger/"
    rf"|hook\.[a-z0-9.]{{1,20}}make\.com/)[^\s<>\"'`\ue000]{{4}}{_REST}"
)
"""Addresses that let whoever has them write: docs.slack.dev (incoming webhooks), discord.com/developers (webhook
resource), help.zapier.com (webhooks), learn.microsoft.com (Teams incoming webhooks), core.telegram.org/bots/api."""


def _links() -> Iterator[Pattern]:
    yield Pattern(
        "link_with_password", _KIND, _BASIC_AUTH, _EXACT, any_of=("://",),
        example="use ⟦postgres://shop:n0-such-pw@db.example.com:5432/shop⟧",
    )  # fmt: skip
    yield Pattern(
        "link_with_secret", _KIND, _DOOR_QUERY, _EXACT, any_of=("://",),
        example="open ⟦https://files.example.com/a?user=7&token=n0such-t0ken⟧",
    )  # fmt: skip
    yield Pattern(
        "webhook", _KIND, _WEBHOOK, _EXACT, any_of=("https://", "HTTPS://"),
        example="post to ⟦https://hooks.zapier.com/hooks/catch/1/abcdef⟧",
    )  # fmt: skip


_BEARER = (
    r"(?i)(?:\bauthorization[\"']?[ ]?[:=][ ]?[\"']?"
    r"(?:(?:bearer|basic|token|apikey|api-key|bot|ssws|digest|negotiate|key)[ ])?"
    r"|(?<![\w-])bearer[ ])(?P<v>[A-Za-z0-9._~+/=:-]{8,8192}+)"
)
_COOKIES = r"(?im)\b(?:set-)?cookie[ ]?:[ ](?P<v>[^\s=;,\ue000]{1,128}+=[^\r\n\ue000]{1,4096}+)"
_SESSION = (
    r"(?i)(?<![\w-])(?:jsessionid|phpsessid|asp\.net_sessionid|aspsessionid[a-z]{0,8}|connect\.sid|session[_-]?id|sessid|"
    r"sid|session|laravel_session|csrf[_-]?token|xsrf-token|csrftoken|remember[_-]?token|auth[_-]?token|__host-[\w-]{1,32}|"
    r"__secure-[\w-]{1,32}|\.aspxauth)[ ]?=[ ]?[\"']?(?P<v>[A-Za-z0-9._~+/=%:|-]{10,4096}+)"
)


def _headers() -> Iterator[Pattern]:
    """RFC 9110 section 11 (Authorization), RFC 6750 (Bearer), RFC 7617 (Basic), RFC 6265 (cookies)."""
    yield Pattern(
        "authorization", _KIND, _BEARER, _SHAPED, _has_digit_or_case, words=words("authorization bearer"),
        example="Authorization: Bearer ⟦n0such.t0ken-at-all⟧",
    )  # fmt: skip
    yield Pattern(
        "cookies", _KIND, _COOKIES, _SHAPED, words=words("cookie"), any_of=("=",), example="Cookie: ⟦lang=en; s=n0such⟧"
    )
    yield Pattern(
        "session_cookie", _KIND, _SESSION, _SHAPED, _has_digit_or_case, any_of=("=",), words=_SESSION_WORDS,
        example="PHPSESSID=⟦n0such5ession0at0all⟧",
    )  # fmt: skip


_SESSION_WORDS = words(
    "jsessionid phpsessid sessionid session sessid sid connect laravel csrf csrftoken xsrf remember auth host secure "
    "aspxauth asp"
)


def _has_digit_or_case(text: str) -> bool:
    """No plain word: "Bearer authentication"."""
    return any(c.isdigit() for c in text) or (not text.islower() and not text.istitle() and not text.isupper())


# --- by name -----------------------------------------------------------------------------------------------------

_LINK = (
    r"[\"'\]]{0,2}(?:[ ]?(?:=>|:=|[:=])[ ]{0,2}|[ ](?:is|was|ist|est|es|è)(?:[ ]now)?[ ]?:?[ ])"
    r"[\"'`*<(\[]{0,3}"
)
_VALUE = r"(?P<v>[^\s\"'`,;<>(){}\[\]&|*\ue000]{5,511}[^\s\"'`,;<>(){}\[\]&|*\ue000.!?:])"
_KEY_NAME = (
    r"(?:(?:api|app|application|access|account|auth|client|consumer|deploy|encryption|license|master|private|secret|"
    r"service|shared|signing|ssh|storage|webhook)[ _-]?key(?:[ _-]?id)?"
    r"|token|secret|jeton|schlüssel|passphrase|app[ ]password)(?:[_-][a-z0-9]{1,12})?"
)
_NAMED = rf"{_KEY_NAME}{_LINK}{_VALUE}"
_ANY_KEY = rf"\bkeys?{_LINK}{_VALUE}"
_NAME_MARKS = ("key", "Key", "KEY", "oken", "OKEN", "ecret", "ECRET", "jeton", "chlüssel", "passphrase", "app password")
_TEXT = r"(?<![\w+/=.~-])[A-Za-z0-9][A-Za-z0-9_+/=.~-]{15,511}+(?<![.-])"
_BARE = (
    r"^[ ]{0,3}(?:(?:it's|it[ ]is|sure|ok|yes)[ ,:]{1,2}){0,2}[\"'`]?(?P<v>[^\s\"'`\ue000]{8,1024})[\"'`]?[ .]{0,3}$"
)


def _named() -> Iterator[Pattern]:
    """Keys without a form of their own. Only here a text's randomness counts, and only beside a word for it."""
    yield Pattern(
        "key_named", _KIND, _NAMED, 0.92, _is_key, any_of=_NAME_MARKS, lower=True,
        example="my api_key = ⟦n0such4key9at2all⟧",
    )  # fmt: skip
    yield Pattern(
        "any_key_named", _KIND, _ANY_KEY, 0.85, is_random, any_of=_NAME_MARKS[:3], lower=True,
        example="the key is ⟦b7Xq29vLw0ZtR4kd⟧",
    )  # fmt: skip
    yield Pattern(
        "key_near", _KIND, _TEXT, 0.0, _is_unknown_key, topics("apikey"), 0.85,
        requires_context=True, digits=1, unless=r"base64,$", example="here is the api key, ⟦b7Xq29vLw0ZtR4kd⟧",
    )  # fmt: skip
    yield Pattern(
        "key_asked", _KIND, _BARE, 0.0, _is_key, topics("apikey"), 0.88,
        requires_context=True, asked_only=True, example="What is your API key? | ⟦n0such4key9⟧",
    )  # fmt: skip


_VARIABLE = (
    "$",
    "%",
    "process.",
    "os.",
    "env.",
    "secrets.",
    "config.",
    "http://",
    "https://",
    "www.",
    "your",
    "my_",
    "@",
)
"""How what names a key begins, instead of giving it: "$API_KEY", "process.env.TOKEN", "your_key_1"."""


def _is_key(text: str) -> bool:
    """Letters and digits, eight together, or six digits: what nobody writes after "token:" about a token."""
    if text.lower().startswith(_VARIABLE) or (_is_stand_in(text) and len(text) > 8):
        return False
    if text.isdigit():
        return len(text) >= 6
    letters, numbers = any(map(str.isalpha, text)), any(map(str.isdigit, text))
    return len(text) >= 8 and letters and (numbers or is_random(text))


def _is_unknown_key(text: str) -> bool:
    return is_random(text) and not is_public_id(text)
