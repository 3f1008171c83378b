"""Keccak-256 as Ethereum and Monero use it; `hashlib` has only the SHA-3 that became the standard.

Source: The Keccak reference, version 3.0 (Bertoni, Daemen, Peeters, Van Assche, 2011). FIPS 202's SHA3-256 is the same
but for the byte that pads the message (0x06 there, 0x01 here).
"""

from itertools import product

_RATE = 136
"""Bytes taken in per permutation: 1600 bits less twice the 256 of the digest."""
_MASK = (1 << 64) - 1


def keccak_256(message: bytes) -> bytes:
    """The 32 bytes of the digest."""
    padded = bytearray(message + bytes(_RATE - len(message) % _RATE))
    padded[len(message)] ^= 0x01
    padded[-1] ^= 0x80
    lanes = [0] * 25
    for block in range(0, len(padded), _RATE):
        for i in range(_RATE // 8):
            lanes[i] ^= int.from_bytes(padded[block + 8 * i : block + 8 * i + 8], "little")
        lanes = _permuted(lanes)
    return b"".join(lane.to_bytes(8, "little") for lane in lanes[:4])


def _permuted(lanes: list[int]) -> list[int]:
    """Keccak-f[1600]: 24 rounds of theta, rho and pi, chi, iota. A lane stands at x + 5y."""
    for constant in _ROUND_CONSTANTS:
        column = [lanes[x] ^ lanes[x + 5] ^ lanes[x + 10] ^ lanes[x + 15] ^ lanes[x + 20] for x in range(5)]
        mixed = [column[x - 1] ^ _rotated(column[(x + 1) % 5], 1) for x in range(5)]
        moved = [0] * 25
        for x, y in product(range(5), range(5)):
            moved[y + 5 * ((2 * x + 3 * y) % 5)] = _rotated(lanes[x + 5 * y] ^ mixed[x], _OFFSETS[x + 5 * y])
        lanes = [
            moved[x + 5 * y] ^ (~moved[(x + 1) % 5 + 5 * y] & moved[(x + 2) % 5 + 5 * y])
            for y, x in product(range(5), range(5))
        ]
        lanes[0] ^= constant
    return lanes


def _rotated(lane: int, by: int) -> int:
    return ((lane << by) | (lane >> (64 - by))) & _MASK


def _offsets() -> tuple[int, ...]:
    """How far rho turns each lane: the triangular numbers along the walk (x, y) → (y, 2x + 3y)."""
    offsets, x, y = [0] * 25, 1, 0
    for step in range(24):
        offsets[x + 5 * y] = (step + 1) * (step + 2) // 2 % 64
        x, y = y, (2 * x + 3 * y) % 5
    return tuple(offsets)


def _round_constants() -> tuple[int, ...]:
    """What iota adds in each round: bits at places 2^j - 1, from a shift register of x^8 + x^6 + x^5 + x^4 + 1."""
    constants, register = [], 1
    for _ in range(24):
        constant = 0
        for j in range(7):
            constant |= (register & 1) << ((1 << j) - 1)
            register = (register << 1) ^ (0x171 if register & 0x80 else 0)
        constants.append(constant)
    return tuple(constants)


_OFFSETS = _offsets()
_ROUND_CONSTANTS = _round_constants()
