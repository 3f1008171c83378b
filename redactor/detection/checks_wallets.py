"""Is this a wallet's address? Checksums of the best-known crypto-currencies, as pure predicates that never raise."""

import hashlib
from base64 import urlsafe_b64decode
from binascii import crc_hqx
from collections.abc import Iterable, Sequence
from itertools import chain

import regex

from redactor.detection.checks import Check
from redactor.detection.keccak import keccak_256

_BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
"""Bitcoin's digits to base 58 (draft-msporny-base58)."""
_RIPPLE = "rpshnaf39wBUDNEGHJKLM4PQRST7VWXYZ2bcdeCg65jkm8oFqi1tuvAxyz"
"""The XRP Ledger's order of the same (xrpl.org, "Base58 Encodings")."""
_LONGEST = 120
"""Characters a base-58 text is decoded up to; the longest address, a Monero one with a payment id, has 106."""


def _decoded58(text: str, digits: str = _BASE58) -> bytes:
    """The bytes of a base-58 text; none where it is not one."""
    if not 0 < len(text) <= _LONGEST or not set(text) <= set(digits):
        return b""
    value = 0
    for character in text:
        value = value * 58 + digits.index(character)
    zeros = len(text) - len(text.lstrip(digits[0]))
    return bytes(zeros) + value.to_bytes((value.bit_length() + 7) // 8, "big")


def base58check(*versions: int, digits: str = _BASE58) -> Check:
    """A predicate for addresses of one version byte, 20 bytes of a key's or script's hash, and four bytes of the double
    SHA-256 over both (Bitcoin wiki, "Base58Check encoding").
    """

    def valid(text: str) -> bool:
        data = _decoded58(text, digits)
        if len(data) != 25 or data[0] not in versions:
            return False
        return hashlib.sha256(hashlib.sha256(data[:21]).digest()).digest()[:4] == data[21:]

    return valid


# Version bytes: Bitcoin 0 and 5; Litecoin 48 and 50; Dogecoin 30 and 22; Dash 76 and 16 (`chainparams.cpp` of each);
# Tron 65 (developers.tron.network, "Account"); XRP Ledger 0 (xrpl.org, "Addresses").
bitcoin = base58check(0, 5)
litecoin = base58check(48, 50)
dogecoin = base58check(30, 22)
dash = base58check(76, 16)
tron = base58check(65)
xrp = base58check(0, digits=_RIPPLE)


_BASE32 = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
_BECH32, _BECH32M = 1, 0x2BC830A3


def bech32(text: str) -> bool:
    """A segregated-witness address of Bitcoin or Litecoin: Bech32 for version 0 (BIP-173), Bech32m above (BIP-350)."""
    lower = _one_case(text)
    prefix, _, data = lower.rpartition("1")
    if prefix not in ("bc", "ltc") or len(lower) > 90:
        return False
    values = _values(data)
    if len(values) < 8 or values[0] > 16:
        return False
    program = _regrouped(values[1:-6])
    sized = len(program) in (20, 32) if values[0] == 0 else 2 <= len(program) <= 40
    return sized and _polymod32(prefix, values) == (_BECH32M if values[0] else _BECH32)


def cardano(text: str) -> bool:
    """A Shelley address of Cardano (CIP-19): Bech32 without its limit of length, payment or stake."""
    lower = _one_case(text)
    prefix, _, data = lower.rpartition("1")
    values = _values(data) if prefix in ("addr", "stake") and len(lower) <= _LONGEST else ()
    return len(_regrouped(values[:-6])) in (29, 57) and _polymod32(prefix, values) == _BECH32


def _one_case(text: str) -> str:
    """In small letters; nothing where small and capital letters are mixed, which BIP-173 forbids."""
    return text.lower() if text in (text.lower(), text.upper()) else ""


def _values(data: str) -> Sequence[int]:
    return [_BASE32.index(c) for c in data] if set(data) <= set(_BASE32) else ()


def _polymod32(prefix: str, values: Iterable[int]) -> int:
    """The remainder of BIP-173's code over the prefix and the data, checksum included."""
    remainder = 1
    for value in chain((ord(c) >> 5 for c in prefix), (0,), (ord(c) & 31 for c in prefix), values):
        top = remainder >> 25
        remainder = (remainder & 0x1FFFFFF) << 5 ^ value
        for i, generator in enumerate((0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)):
            remainder ^= generator if top >> i & 1 else 0
    return remainder


def _regrouped(values: Sequence[int]) -> bytes:
    """Five bits each to eight; nothing where what is left over is a whole group or not zero."""
    bits = 0
    for value in values:
        bits = bits << 5 | value
    spare = 5 * len(values) % 8
    if spare > 4 or bits & ((1 << spare) - 1):
        return b""
    return (bits >> spare).to_bytes(5 * len(values) // 8, "big")


def cashaddr(text: str) -> bool:
    """An address of Bitcoin Cash, with or without its prefix (Bitcoin Cash specification, "CashAddr")."""
    prefix, _, data = _one_case(text).rpartition(":")
    values = _values(data)
    if prefix not in ("", "bitcoincash") or len(values) < 42 or values[0] >= 16:
        return False
    remainder = 1
    for value in chain((ord(c) & 31 for c in "bitcoincash"), (0,), values):
        top = remainder >> 35
        remainder = (remainder & 0x07FFFFFFFF) << 5 ^ value
        for i, generator in enumerate((0x98F2BC8E61, 0x79B76D99E2, 0xF33E5FB3C4, 0xAE2EABE2A8, 0x1E4F43E470)):
            remainder ^= generator if top >> i & 1 else 0
    return remainder == 1 and len(_regrouped(values[:-8])) in (21, 33)


_HEX40 = regex.compile(r"0[xX][0-9a-fA-F]{40}")


def ethereum(text: str) -> bool:
    """An address in one case, which carries no checksum, or in the mixed case of EIP-55."""
    if not _HEX40.fullmatch(text):
        return False
    address = text[2:]
    if address in (address.lower(), address.upper()):
        return True
    digest = keccak_256(address.lower().encode()).hex()
    return all(
        c == (c.upper() if int(nibble, 16) > 7 else c.lower()) for c, nibble in zip(address, digest, strict=False)
    )


def ss58(text: str) -> bool:
    """An account of Polkadot, Kusama or a chain of theirs: prefix, 32 bytes, two bytes of Blake2b-512 over "SS58PRE"
    and both (Polkadot wiki, "SS58 address format").
    """
    data = _decoded58(text)
    width = 2 if data[:1] >= b"\x40" else 1
    if len(data) != width + 34 or data[0] > 127:
        return False
    return hashlib.blake2b(b"SS58PRE" + data[:-2]).digest()[:2] == data[-2:]


def solana(text: str) -> bool:
    """32 bytes in base 58: an account of Solana. It has no checksum, so use it only beside a word that says so."""
    return 32 <= len(text) <= 44 and len(_decoded58(text)) == 32


_BLOCK, _BLOCK_TEXT = 8, 11
_LAST_BLOCK = {7: 5, 10: 7}
"""Characters of a last, shorter block → its bytes, for the two lengths Monero's addresses have."""


def monero(text: str) -> bool:
    """An address of Monero: base 58 in blocks of eight bytes, a network byte, keys, and four bytes of Keccak-256
    (Monero documentation, "Standard address"); standard 18, with payment id 19, subaddress 42.
    """
    if len(text) not in (95, 106):
        return False
    data = b""
    for start in range(0, len(text), _BLOCK_TEXT):
        block = text[start : start + _BLOCK_TEXT]
        size = _LAST_BLOCK.get(len(block), _BLOCK)
        value = _decoded58("1" * (_BLOCK_TEXT - len(block)) + block).lstrip(b"\x00")
        if len(value) > size or not set(block) <= set(_BASE58):
            return False
        data += value.rjust(size, b"\x00")
    return data[0] in (18, 19, 42) and keccak_256(data[:-4])[:4] == data[-4:]


_TON = regex.compile(r"[A-Za-z0-9_-]{48}|[A-Za-z0-9+/]{48}")


def ton(text: str) -> bool:
    """A user-friendly address of TON: tag, workchain, 32 bytes, CRC-16 in base 64 (TEP-2)."""
    if not _TON.fullmatch(text):
        return False
    data = urlsafe_b64decode(text.replace("+", "-").replace("/", "_"))
    known = data[0] in (0x11, 0x51, 0x91, 0xD1) and data[1] in (0x00, 0xFF)
    return known and crc_hqx(data[:34], 0) == int.from_bytes(data[34:], "big")
