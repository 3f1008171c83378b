"""Passwords: argon2id, with the parameters of RFC 9106, 4 (second recommended option, 64 MiB)."""

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError
from argon2.profiles import RFC_9106_LOW_MEMORY

from redactor.exceptions import ConfigError

SHORTEST, LONGEST = 12, 200
"""Characters; NIST SP 800-63B-4 asks for 8 with a second factor, OWASP ASVS 5.0 (6.2.1) recommends 15 without."""

_hasher = PasswordHasher.from_parameters(RFC_9106_LOW_MEMORY)
_NOBODYS = _hasher.hash("nobody has this password")
"""Checked where there is no account, so that the time says nothing."""


def hashed(password: str) -> str:
    """As it is kept. Raises `ConfigError` for one that is too short, too long, or one repeated character."""
    if not SHORTEST <= len(password) <= LONGEST or len(set(password)) < 5:
        raise ConfigError(
            f"expected a password of {SHORTEST} to {LONGEST} characters, with at least 5 different ones; "
            "a few words in a row are easy to keep in mind"
        )
    return _hasher.hash(password.encode("utf-8", "surrogatepass"))


def is_right(kept: str | None, given: str) -> bool:
    """Whether this is the password; takes as long where there is none."""
    try:
        is_own = _hasher.verify(kept or _NOBODYS, given[: LONGEST + 1].encode("utf-8", "surrogatepass"))
    except (Argon2Error, InvalidHashError):
        return False
    return is_own and kept is not None
