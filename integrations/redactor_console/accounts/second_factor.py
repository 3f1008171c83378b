"""The second factor: codes of an authenticator app (TOTP, RFC 6238), and codes to recover by."""

import hashlib
import secrets
from dataclasses import replace

import pyotp

from redactor.secret import Secret
from redactor_console.accounts.accounts import Account

STEP = 30
"""Seconds a code is good for (RFC 6238, 4.1)."""
_DRIFT = 1
"""Steps before and after that are taken, for clocks that differ (RFC 6238, 5.2 recommends one)."""
RECOVERY_CODES = 10
_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"
"""Without letters and digits that look alike."""


def new_secret() -> str:
    """160 random bits in base32, as authenticator apps read them."""
    return pyotp.random_base32()


def address(secret: str, name: str) -> str:
    """What the QR code holds (the Key URI format that authenticator apps share)."""
    return pyotp.TOTP(secret).provisioning_uri(name=name, issuer_name="chat-redactor console")


def accepted(account: Account, secret: Secret[str], code: str, now: float) -> Account | None:
    """The account after this code was used; None where it is wrong, or was used before. `now`: seconds."""
    given = "".join(code.split())
    step = int(now) // STEP
    for each in range(step - _DRIFT, step + _DRIFT + 1):
        expected = pyotp.TOTP(secret.reveal()).at(each * STEP)
        if secrets.compare_digest(expected.encode(), given.encode("utf-8", "replace")) and each > account.totp_step:
            return replace(account, totp_step=each)
    return None


def new_recovery() -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Codes to keep on paper, and their hashes."""
    codes = tuple("-".join(_letters() for _ in range(3)) for _ in range(RECOVERY_CODES))
    return codes, tuple(_hash(code) for code in codes)


def recovered(account: Account, code: str) -> Account | None:
    """The account without the recovery code that was used; None where it is none of them."""
    given = _hash(code.strip().lower())
    if given not in account.recovery:
        return None
    return replace(account, recovery=tuple(each for each in account.recovery if each != given))


def _letters() -> str:
    return "".join(secrets.choice(_ALPHABET) for _ in range(5))


def _hash(code: str) -> str:
    """A code has 74 random bits: a plain hash tells nothing of it."""
    return hashlib.sha256(code.encode("utf-8", "replace")).hexdigest()
