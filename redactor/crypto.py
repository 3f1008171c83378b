"""Keys and sealed values: the key chain, authenticated encryption, keyed hashes.

Key-encryption key (file, environment or a KMS behind `KeyWrap`) → tenant key → conversation key → one sub-key per
purpose. Destroying a conversation's wrapped key destroys everything sealed under it. The only importer of
`cryptography`.
"""

import base64
import binascii
import contextlib
import hashlib
import hmac
import os
import secrets
import stat
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Protocol

from cryptography.exceptions import InvalidSignature, InvalidTag, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM, AESGCMSIV
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.keywrap import InvalidUnwrap, aes_key_unwrap, aes_key_wrap

from redactor.exceptions import CryptoError
from redactor.secret import Secret

KEY_BYTES = 32
"""AES-256 throughout."""

GCM_SIV = "aes-256-gcm-siv"
"""RFC 8452; a repeated nonce shows only that two plaintexts are equal. The default."""

GCM = "aes-256-gcm"
"""NIST SP 800-38D; what FIPS 140-3 approves. Random 96-bit nonces serve 2^32 values a key (section 8.3), and a key
here serves one conversation."""

NONCE_BYTES = 12
"""RFC 8452, section 4, and SP 800-38D, section 5.2.1.1: 96 bits."""

Part = bytes | str


class KeyWrap(Protocol):
    """The door to whoever keeps the key-encryption key: a file, the environment, a KMS or an HSM."""

    @property
    def key_id(self) -> str:
        """Names the key without telling it; stored beside what it wrapped."""

    def wrap(self, key: Secret[bytes]) -> bytes:
        """Encrypt a tenant key so that it can be stored."""

    def unwrap(self, wrapped: bytes) -> Secret[bytes]:
        """Give the tenant key back. Raises `CryptoError` where it was wrapped by another key or changed."""


class LocalKey:
    """A key-encryption key held by this process; wraps with AES key wrap (RFC 3394, NIST SP 800-38F)."""

    __slots__ = ("_key", "key_id")

    def __init__(self, key: Secret[bytes]) -> None:
        _check_length(key, "a key-encryption key")
        self._key = derive(key, "tenant keys")
        self.key_id = f"local-{derive(key, 'key id').reveal().hex()[:16]}"

    def __repr__(self) -> str:
        return f"LocalKey({self.key_id!r})"

    @classmethod
    def ephemeral(cls) -> "LocalKey":
        """A key that ends with this process; for values that are kept in memory only."""
        return cls(new_key())

    @classmethod
    def from_environment(cls, name: str = "REDACTOR_KEY") -> "LocalKey":
        """The key in an environment variable: 32 bytes in base64."""
        text = os.environ.get(name, "")
        if not text.strip():
            raise CryptoError(
                f"environment variable {name} holds no key; "
                f"set it to 32 random bytes in base64, e.g. the output of `openssl rand -base64 {KEY_BYTES}`"
            )
        return cls(_decoded(text.encode(), f"environment variable {name}"))

    @classmethod
    def from_file(cls, path: str | os.PathLike[str], *, create: bool = True) -> "LocalKey":
        """The key in a file that only its owner may read; made there, at random, on first use unless `create` is
        false."""
        path = Path(path)
        try:
            if create and not path.exists():
                _create_key_file(path)
            content = _read_private(path)
        except OSError as error:
            raise CryptoError(f"key file {path} cannot be used: {error.strerror}") from error
        return cls(_decoded(content, f"key file {path}"))

    def wrap(self, key: Secret[bytes]) -> bytes:
        """Encrypt a tenant key so that it can be stored."""
        return aes_key_wrap(self._key.reveal(), key.reveal())

    def unwrap(self, wrapped: bytes) -> Secret[bytes]:
        """Give the tenant key back. Raises `CryptoError` where another key wrapped it."""
        return _unwrapped(self._key, wrapped, f"the stored tenant key does not open with key {self.key_id}")


class RememberedWrap:
    """A slow keeper of keys, such as a KMS, asked once per tenant: what it unwrapped stays in this process's memory."""

    __slots__ = ("_known", "_wrap")

    def __init__(self, wrap: KeyWrap) -> None:
        self._wrap = wrap
        self._known: dict[bytes, Secret[bytes]] = {}

    @property
    def key_id(self) -> str:
        """The keeper's own."""
        return self._wrap.key_id

    def wrap(self, key: Secret[bytes]) -> bytes:
        """Encrypt a tenant key, and remember it."""
        wrapped = self._wrap.wrap(key)
        self._known[wrapped] = key
        return wrapped

    def unwrap(self, wrapped: bytes) -> Secret[bytes]:
        """Give the tenant key back. What fails is not remembered."""
        if wrapped not in self._known:
            self._known[wrapped] = self._wrap.unwrap(wrapped)
        return self._known[wrapped]


@dataclass(frozen=True, slots=True)
class TenantKeys:
    """What a tenant key is used for."""

    wrap: Secret[bytes]
    """Wraps conversation keys."""
    conversations: Secret[bytes]
    """Hashes the host's conversation ids."""
    subjects: Secret[bytes]
    """Hashes direct identifiers, to find a person's conversations."""
    older: tuple[Secret[bytes], ...] = ()
    """What wrapped conversation keys before, while not all of them are wrapped anew."""

    @classmethod
    def of(cls, key: Secret[bytes]) -> "TenantKeys":
        """The sub-keys of a tenant key."""
        _check_length(key, "a tenant key")
        return cls(
            wrap=derive(key, "conversation keys"),
            conversations=derive(key, "conversation ids"),
            subjects=derive(key, "subject index"),
        )

    def following(self, key: Secret[bytes]) -> "TenantKeys":
        """The sub-keys of a tenant key that takes this one's place: what was hashed is still found, by the same keys;
        what was wrapped still opens, until it is wrapped anew."""
        _check_length(key, "a tenant key")
        return replace(self, wrap=derive(key, "conversation keys"), older=(self.wrap, *self.older))


@dataclass(frozen=True, slots=True)
class ConversationKeys:
    """What a conversation key is used for."""

    key_id: str
    seal: Secret[bytes]
    """Seals values."""
    lookup: Secret[bytes]
    """Hashes canonical forms, to find the same value again."""
    turns: Secret[bytes]
    """Hashes turns, to know one that is resent."""

    @classmethod
    def of(cls, key: Secret[bytes], key_id: str) -> "ConversationKeys":
        """The sub-keys of a conversation key."""
        _check_length(key, "a conversation key")
        return cls(key_id, derive(key, "values"), derive(key, "lookup"), derive(key, "turns"))


def new_key() -> Secret[bytes]:
    """A random 256-bit key."""
    return Secret(secrets.token_bytes(KEY_BYTES))


def derive(key: Secret[bytes], *purpose: Part) -> Secret[bytes]:
    """A sub-key for one purpose (HKDF with SHA-256, RFC 5869); different purposes give unrelated keys."""
    hkdf = HKDF(hashes.SHA256(), KEY_BYTES, salt=None, info=join(*purpose))
    return Secret(hkdf.derive(key.reveal()))


def wrap_key(keys: TenantKeys, key: Secret[bytes], *context: Part) -> bytes:
    """Wrap a conversation key (RFC 3394) so that it unwraps with the same tenant key and context only."""
    return aes_key_wrap(derive(keys.wrap, *context).reveal(), key.reveal())


def unwrap_key(keys: TenantKeys, wrapped: bytes, *context: Part) -> Secret[bytes]:
    """Undo `wrap_key`. Raises `CryptoError` under another tenant key or context."""
    reason = "the conversation's stored key does not open with its tenant's key: it was changed or moved"
    for older in keys.older:  # each unwraps with an integrity check, so only the right one does
        with contextlib.suppress(CryptoError):
            return _unwrapped(derive(older, *context), wrapped, reason)
    return _unwrapped(derive(keys.wrap, *context), wrapped, reason)


def seal(key: Secret[bytes], plaintext: bytes, associated_data: bytes, scheme: str = GCM_SIV) -> bytes:
    """Encrypt and authenticate: nonce, then ciphertext with its tag.

    `associated_data` is not stored in it; `open_sealed` must be given the same, which pins a value to its place.
    """
    nonce = secrets.token_bytes(NONCE_BYTES)
    return nonce + _cipher(scheme, key).encrypt(nonce, plaintext, associated_data)


def open_sealed(key: Secret[bytes], sealed: bytes, associated_data: bytes, scheme: str = GCM_SIV) -> bytes:
    """Undo `seal`. Raises `CryptoError` for another key, other associated data, or any changed bit."""
    try:
        return _cipher(scheme, key).decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], associated_data)
    except (InvalidTag, ValueError) as error:
        raise CryptoError(
            "a sealed value does not open: it was sealed under another key, changed, or moved from its place"
        ) from error


def scheme_for(fips: bool) -> str:
    """The scheme new values are sealed with. Old ones open with the scheme recorded beside them."""
    return GCM if fips else GCM_SIV


def keyed_hash(key: Secret[bytes], *parts: Part) -> bytes:
    """HMAC-SHA-256 (RFC 2104, FIPS 198-1) over parts that cannot run into each other."""
    return hmac.digest(key.reveal(), join(*parts), hashlib.sha256)


def public_key(key: Secret[bytes]) -> bytes:
    """The public half of a signing key: 32 bytes (RFC 8032, section 5.1.5). `key` is the private half, 32 random
    bytes."""
    return Ed25519PrivateKey.from_private_bytes(key.reveal()).public_key().public_bytes_raw()


def sign(key: Secret[bytes], message: bytes) -> bytes:
    """An Ed25519 signature (RFC 8032, FIPS 186-5): who has the public key can check it and cannot make one."""
    return Ed25519PrivateKey.from_private_bytes(key.reveal()).sign(message)


def is_signed(public: bytes, message: bytes, signature: bytes) -> bool:
    """Whether the signature of the message was made with the private half of `public`."""
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True


def join(*parts: Part) -> bytes:
    """Parts as one byte string, each behind its length, so that no two lists of parts give the same.

    Text is UTF-8; lone surrogates, which Python strings may hold, are kept.
    """
    pieces: list[bytes] = []
    for part in parts:
        data = part.encode("utf-8", "surrogatepass") if isinstance(part, str) else part
        pieces += (len(data).to_bytes(8, "big"), data)
    return b"".join(pieces)


_Aead = AESGCM | AESGCMSIV
_SCHEMES: Mapping[str, Callable[[bytes], _Aead]] = {GCM_SIV: AESGCMSIV, GCM: AESGCM}


def _cipher(scheme: str, key: Secret[bytes]) -> _Aead:
    try:
        return _SCHEMES[scheme](key.reveal())
    except KeyError:
        raise CryptoError(f"unknown scheme {scheme!r}; this version knows {', '.join(_SCHEMES)}") from None
    except UnsupportedAlgorithm as error:
        raise CryptoError(f"this machine's OpenSSL has no {scheme}; it needs 3.2, or set fips = true") from error


def _unwrapped(key: Secret[bytes], wrapped: bytes, reason: str) -> Secret[bytes]:
    try:
        return Secret(aes_key_unwrap(key.reveal(), wrapped))
    except InvalidUnwrap as error:
        raise CryptoError(f"{reason}; give the key this store was made with") from error


def _check_length(key: Secret[bytes], what: str) -> None:
    if len(key) != KEY_BYTES:
        raise CryptoError(f"{what} has {KEY_BYTES} bytes, not {len(key)}")


def _decoded(text: bytes, where: str) -> Secret[bytes]:
    key = _base64(text)
    if key is None or len(key) != KEY_BYTES:
        raise CryptoError(f"{where} does not hold a key; expected {KEY_BYTES} bytes in base64")
    return Secret(key)


def _base64(text: bytes) -> bytes | None:
    try:
        return base64.b64decode(b"".join(text.split()), validate=True)
    except binascii.Error:
        return None


@cache
def _checks_modes() -> bool:
    return os.name == "posix"


def _read_private(path: Path) -> bytes:
    with path.open("rb") as file:
        status = os.fstat(file.fileno())
        if not stat.S_ISREG(status.st_mode):
            raise CryptoError(f"key file {path} is not a plain file")
        if _checks_modes() and status.st_mode & (stat.S_IRWXG | stat.S_IRWXO):
            raise CryptoError(
                f"key file {path} is open to others than its owner (mode {stat.S_IMODE(status.st_mode):04o}); "
                f"run `chmod 600 {path}`, and make a new key if others may have read it"
            )
        return file.read(4096)


def _create_key_file(path: Path) -> None:
    """Write the whole key beside its place, then link it there: whoever comes second finds a finished file."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    try:
        write_private(draft, base64.b64encode(new_key().reveal()) + b"\n")
        os.link(draft, path)
    except FileExistsError:
        return
    finally:
        draft.unlink(missing_ok=True)
    sync_folder(path.parent)


def write_private(path: Path, content: bytes) -> None:
    """Write a new file that only its owner may read, safe before this returns. Raises `OSError` where it is there."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def sync_folder(path: Path) -> None:
    """Make sure that the names in a folder survive a loss of power."""
    if _checks_modes():
        descriptor = os.open(path, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
