"""How a platform proves that a request is its own, as data: the part of a platform file under `[[verify]]`."""

import re
from collections.abc import Mapping, Sequence
from typing import Annotated, Literal, Self, TypeAlias
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from redactor_gateway.incoming import Source

PARTS = ("body", "form", "id", "timestamp", "url")
"""What a base may be made of: `{body}` raw, `{form}` its fields sorted, name and value glued, as Twilio does."""

_PART = re.compile(r"\{([a-z]+)\}")


class Section(BaseModel):
    """Base of everything in a platform file: an unknown key is a mistake, and no value is echoed."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)


def _header(name: str) -> str:
    if not re.fullmatch(r"[a-z0-9-]{1,64}", name):
        raise ValueError("expected a header's name in lower case")
    return name


def _pinned(url: str) -> str:
    if urlsplit(url).scheme != "https" or not urlsplit(url).hostname:
        raise ValueError("expected an https address")
    return url


def _check_base(base: str, known: Sequence[str], timestamp: object, id_header: object) -> Sequence[str]:
    """The parts of a base that says all it must."""
    parts = _PART.findall(base)
    if unknown := sorted(set(parts) - set(known)):
        raise ValueError(f"base: unknown part {unknown[0]!r}; expected {', '.join(known)}")
    if not {"body", "form"} & set(parts):
        raise ValueError("base: without {body} or {form} anybody could change the body")
    if ("timestamp" in parts) != (timestamp is not None):
        raise ValueError("base: {timestamp} and [verify.timestamp] go together, or an old request could be resent")
    if ("id" in parts) != (id_header is not None):
        raise ValueError("base: {id} and id_header go together")
    return parts


Header = Annotated[str, AfterValidator(_header)]
Address = Annotated[str, AfterValidator(_pinned)]


class Timestamp(Section):
    """When the platform says it signed."""

    header: Header
    format: Literal["seconds", "iso8601"] = "seconds"
    """Seconds since 1970, or like 2026-03-25T05:09:27Z."""
    tolerance: int = Field(default=300, ge=1, le=3600)
    """Seconds by which it may differ from our clock, both ways."""


class Hmac(Section):
    """A keyed hash over parts of the request."""

    scheme: Literal["hmac"]
    name: str = "hmac"
    algorithm: Literal["sha1", "sha256", "sha512"] = "sha256"
    key: Literal["text", "hex", "base64", "whsec"] = "text"
    """How the secret is written; `whsec`: base64 that may begin with `whsec_`."""
    base: str = "{body}"
    header: Header
    encoding: Literal["hex", "base64"] = "hex"
    prefix: str = ""
    separator: str = ""
    """What parts several signatures in the header, of which one must be right; empty: there is one."""
    timestamp: Timestamp | None = None
    id_header: Header | None = None
    body_hash: str | None = None
    """Parameter of the URL that holds the SHA-256 of a body that is no form, in hexadecimal digits."""

    @model_validator(mode="after")
    def _base_is_complete(self) -> Self:
        parts = _check_base(self.base, PARTS, self.timestamp, self.id_header)
        if "form" in parts and self.body_hash is None:
            raise ValueError("body_hash: with {form} a body that is no form would not be signed; name its parameter")
        return self

    def pieces(self) -> list[str]:
        """The base cut up: every second piece, from the second on, names a part."""
        return _PART.split(self.base)


class Ed25519(Section):
    """A signature that anybody can check and the platform alone can make (RFC 8032). What the route has as its secret
    is the platform's public key: `whpk_` and 32 bytes in base64."""

    scheme: Literal["ed25519"]
    name: str = "ed25519"
    base: str = "{body}"
    header: Header
    prefix: str = ""
    separator: str = ""
    """What parts several signatures in the header, of which one must be right; empty: there is one."""
    timestamp: Timestamp | None = None
    id_header: Header | None = None

    @model_validator(mode="after")
    def _base_is_complete(self) -> Self:
        _check_base(self.base, ("body", "id", "timestamp"), self.timestamp, self.id_header)
        return self

    def pieces(self) -> list[str]:
        """See `Hmac.pieces`."""
        return _PART.split(self.base)


class SharedSecret(Section):
    """The secret itself, in a header or a parameter of the URL."""

    scheme: Literal["secret"]
    name: str = "secret"
    header: Header | None = None
    query: str | None = None
    form: Literal["plain", "bearer", "basic"] = "plain"
    """`basic`: the secret is `user:password` (RFC 7617)."""

    @model_validator(mode="after")
    def _in_one_place(self) -> Self:
        if (self.header is None) == (self.query is None):
            raise ValueError("expected either `header` or `query`, and not both")
        if self.query is not None and self.form != "plain":
            raise ValueError(f"form: {self.form!r} is for a header")
        return self


class Jwt(Section):
    """A JSON Web Token (RFC 7519) signed with one of the issuer's RSA keys. The audience is the route's setting."""

    scheme: Literal["jwt"]
    name: str = "jwt"
    header: Header = "authorization"
    issuers: tuple[str, ...] = Field(min_length=1)
    keys: Address | None = None
    """Where the issuer's keys are (RFC 7517)."""
    metadata: Address | None = None
    """Where it is said where they are (`jwks_uri`); on the same host, or they are not fetched."""
    leeway: int = Field(default=300, ge=0, le=300)
    claims: Mapping[str, str] = Field(default_factory=dict)
    """What a claim must equal: a path in the body (`$.serviceUrl`), `setting:<name>`, or the text itself."""
    endorses: Source | None = None
    """Where the channel is named that the key must endorse, if the key names any."""

    @model_validator(mode="after")
    def _keys_in_one_place(self) -> Self:
        if (self.keys is None) == (self.metadata is None):
            raise ValueError("expected either `keys` or `metadata`, and not both")
        return self


Scheme: TypeAlias = Annotated[Hmac | Ed25519 | SharedSecret | Jwt, Field(discriminator="scheme")]

STANDARD = Hmac(
    scheme="hmac",
    name="standardwebhooks",
    key="whsec",
    base="{id}.{timestamp}.{body}",
    header="webhook-signature",
    encoding="base64",
    prefix="v1,",
    separator=" ",
    timestamp=Timestamp(header="webhook-timestamp"),
    id_header="webhook-id",
)
"""Standard Webhooks, symmetric (`v1`): what a bot gets where only the platform can sign its own scheme.
Source: github.com/standard-webhooks/standard-webhooks, spec/standard-webhooks.md."""
