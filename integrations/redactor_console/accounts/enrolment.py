"""A second factor is set up: offered as a secret and its QR code, and kept once a code shows that the app has it.

What is offered lies nowhere until then: the form carries it, sealed for this account alone.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import segno

from redactor import Redactor
from redactor.exceptions import ConfigError, CryptoError
from redactor.secret import Secret
from redactor_console.accounts import sealing, second_factor
from redactor_console.accounts.accounts import Account


@dataclass(frozen=True, slots=True)
class Offer:
    """One secret for an authenticator app."""

    secret: Secret[str]
    seal: str
    """For the form; hex."""
    qr: Sequence[Sequence[int]] = field(repr=False)
    """Rows of the QR code; 1 is dark."""


def offer(redactor: Redactor, account: Account) -> Offer:
    """A new one."""
    secret = Secret(second_factor.new_secret())
    return _shown(account, secret, sealing.sealed(redactor, _purpose(account), secret).hex())


def offered(redactor: Redactor, account: Account, seal: str) -> Offer:
    """The one that a form brought back. Raises `ConfigError` for another account's, or anything else."""
    try:
        return _shown(account, sealing.opened(redactor, _purpose(account), bytes.fromhex(seal)), seal)
    except (ValueError, CryptoError):
        pass
    raise ConfigError("this form is not of your session any more; load the page again")


def taken(
    redactor: Redactor, account: Account, given: Offer, code: str, now: float
) -> tuple[Account, Sequence[str]] | None:
    """The account with this second factor, and its recovery codes, to be shown once. None where the code does not
    fit."""
    after = second_factor.accepted(replace(account, totp_step=0), given.secret, code, now)
    if after is None:
        return None
    codes, kept = second_factor.new_recovery()
    return replace(after, totp=sealing.sealed(redactor, account.id, given.secret), recovery=kept), codes


def _purpose(account: Account) -> str:
    return f"set up {account.id}"


def _shown(account: Account, secret: Secret[str], seal: str) -> Offer:
    code = segno.make(second_factor.address(secret.reveal(), account.name), error="m")
    return Offer(secret, seal, [list(row) for row in code.matrix_iter(border=3)])
