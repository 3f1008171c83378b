"""Keccak-256 against published digests: the team's own, and those everyone on Ethereum knows."""

import pytest

from redactor.detection.keccak import keccak_256


@pytest.mark.parametrize(
    ("message", "digest"),
    [
        (b"", "c5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470"),
        (b"abc", "4e03657aea45a94fc7d47ba826c8d667c0d1e6e33a64a036ec44f58fa12d6c45"),
        (b"transfer(address,uint256)", "a9059cbb2ab09eb219583f4a59a5d0623ade346d962bcd4e46b11da047c9049b"),
        (
            b"The quick brown fox jumps over the lazy dog",
            "4d741b6f1eb29cb2a9b9911c82f56fa8d73b04959d3d9d222895df6c0b28aa15",
        ),
    ],
)  # fmt: skip
def test_digest_is_the_published_one(message: bytes, digest: str) -> None:
    assert keccak_256(message).hex() == digest


def test_every_length_around_a_block_has_its_own_digest() -> None:
    digests = [keccak_256(b"a" * length) for length in range(132, 140)]
    assert len(set(digests)) == len(digests)
