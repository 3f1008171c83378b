"""Wallet addresses: what is masked, and what is left. Published addresses; see `test_checks_wallets` for more."""

import pytest

from redactor.detection.rows import crypto

from .conftest import Masked

ALONE = [
    *(address for _, _, address in crypto._BASE58),
    "3J98t1WpEZ73CNmQviecrnyiWrnqRhWNLy",
    "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4",
    "BC1QW508D6QEJXTDG4Y5R3ZARVARY0C5XW7KV8F3T4",
    "bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqzk5jj0",
    "addr1vx2fxv2umyhttkxyxp8x0dlpdt3k6cwng5pxj3jhsydzers66hrl8",
    "bitcoincash:qpm2qsznhks23z7629mms6s4cwef74vcwvy22gdx6a",
    "qpm2qsznhks23z7629mms6s4cwef74vcwvy22gdx6a",
    "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed",
    "0xde709f2102306220921060314715629080e2fb77",
    "EQBL2_3lMiyywU17g-or8N7v9hDmPCpttzBPE2isF2GTzpK4",
]


@pytest.mark.parametrize("address", ALONE)
def test_address_with_a_checksum_needs_no_context(masked: Masked, address: str) -> None:
    assert ("CRYPTO", address) in masked(f"pay to {address}, thanks")


IN_CONTEXT = [
    ("my solana address is 7EcDhSYGxXyscszYEp35KHN8vvw3svAuLKTzXwCFLtV", "7EcDhSYGxXyscszYEp35KHN8vvw3svAuLKTzXwCFLtV"),
    ("bitcoin goes to 1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNb", "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNb"),
    ("eth address 0x5aAeb6053F3E94C9b9A09f33669435E7Ef1Beaed", "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1Beaed"),
]


@pytest.mark.parametrize(("text", "address"), IN_CONTEXT)
def test_address_without_a_right_checksum_needs_context(masked: Masked, text: str, address: str) -> None:
    assert ("CRYPTO", address) in masked(text)
    assert "CRYPTO" not in {kind for kind, _ in masked(address)}


@pytest.mark.parametrize(
    "text",
    [
        "bitcoin tx 4a5e1e4baab89f3a32518a88c31bc87f618f76673e2cc77ab2127b7afdeda33b",
        "on ethereum it is 0x88df016429689c079f3b2f6ad39fa052532c56795b733da78a91ebe6a713944b",
        "solana tx 5VERv8NMvzbJMEkV8xnrLkEaWRtSz9CosKDYjCJjBRnbJLgp8uirBgmQpjKhoR4tjF3ZpRzrFmBV6UjKdiSZkQUW",
        "bitcoin stood at 43250.12 on 2024-01-05",
        "my eth wallet has 1.23456789 left",
        "bitcoin, ethereum and internationalization",
    ],
)
def test_transaction_or_price_is_no_address(masked: Masked, text: str) -> None:
    assert "CRYPTO" not in {kind for kind, _ in masked(text)}
