"""What of an account is sealed: the second factor's secret, under a key that only the store's key gives."""

import hashlib

from redactor import Redactor
from redactor.crypto import open_sealed, seal
from redactor.secret import Secret


def sealed(redactor: Redactor, account: str, secret: Secret[str]) -> bytes:
    """For the table; only for this account (its id)."""
    return seal(_key(redactor), secret.reveal().encode(), account.encode())


def opened(redactor: Redactor, account: str, kept: bytes) -> Secret[str]:
    """Undo `sealed`. Raises `CryptoError` for another account's, and under another store's key."""
    return Secret(open_sealed(_key(redactor), kept, account.encode()).decode())


def _key(redactor: Redactor) -> Secret[bytes]:
    """The same in every process on the store, and of no use without its key."""
    chat = redactor.conversation("accounts", tenant="redactor-console")
    name = chat.keyed_id("what second factors are sealed with", linkable=True)
    return Secret(hashlib.sha256(f"redactor console: {name}".encode()).digest())
