"""Ed25519 (RFC 8032): whether a public key's owner signed something."""

import binascii
from base64 import b64decode
from contextlib import suppress

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

_SMALL_ORDER = frozenset(
    map(
        bytes.fromhex,
        (
            "00" * 32,
            "01" + "00" * 31,
            "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
            "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
            "ec" + "ff" * 30 + "7f",
            "ed" + "ff" * 30 + "7f",
            "ee" + "ff" * 30 + "7f",
        ),
    )
)
"""Points of small order, without the sign bit: for them anybody can make up signatures. A key of zeros is one of
them. Source: libsodium, ge25519_has_small_order."""


def public_key(text: str) -> bytes:
    """The 32 bytes of a key that is written `whpk_` and base64, as Standard Webhooks does; none where it is no key."""
    bare, found = text.removeprefix("whpk_"), b""
    with suppress(binascii.Error, ValueError):
        found = b64decode(bare + "=" * (-len(bare) % 4), validate=True)
    is_usable = len(found) == 32 and found[:-1] + bytes([found[-1] & 0x7F]) not in _SMALL_ORDER
    return found if is_usable else b""


def is_signed(key: bytes, signature: bytes, data: bytes) -> bool:
    """Whether this is the signature of `data` by the owner of a public key. Never raises."""
    with suppress(InvalidSignature, ValueError):
        Ed25519PublicKey.from_public_bytes(key).verify(signature, data)
        return True
    return False
