"""Wallet addresses: published examples pass, and one changed character does not."""

import hashlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from redactor.detection import checks_wallets as checks
from redactor.detection.checks import Check

# From BIP-13, BIP-173, BIP-350, EIP-55, CIP-19, the CashAddr specification, xrpl.org, the wikis and documentation of
# Polkadot, Solana, Monero and TON, and addresses that each project publishes as its own.
VALID: dict[str, tuple[Check, list[str]]] = {
    "bitcoin": (checks.bitcoin, ["1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa", "3J98t1WpEZ73CNmQviecrnyiWrnqRhWNLy"]),
    "litecoin": (checks.litecoin, ["LaMT348PWRnrqeeWArpwQPbuanpXDZGEUz"]),
    "dogecoin": (checks.dogecoin, ["DH5yaieqoZN36fDVciNyRueRGvGLR3mr7L"]),
    "dash": (checks.dash, ["XpESxaUmonkq8RaLLp46Brx2K39ggQe226"]),
    "tron": (checks.tron, ["TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t"]),
    "xrp": (checks.xrp, ["rHb9CJAWyB4rj91VRWn96DkukG4bwdtyTh", "rrrrrrrrrrrrrrrrrrrrrhoLvTp"]),
    "bech32": (
        checks.bech32,
        [
            "BC1QW508D6QEJXTDG4Y5R3ZARVARY0C5XW7KV8F3T4",
            "bc1pw508d6qejxtdg4y5r3zarvary0c5xw7kw508d6qejxtdg4y5r3zarvary0c5xw7kt5nd6y",
            "BC1SW50QGDZ25J",
            "bc1zw508d6qejxtdg4y5r3zarvaryvaxxpcs",
            "bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqzk5jj0",
        ],
    ),
    "cardano": (
        checks.cardano,
        [
            "addr1vx2fxv2umyhttkxyxp8x0dlpdt3k6cwng5pxj3jhsydzers66hrl8",
            "addr1qx2fxv2umyhttkxyxp8x0dlpdt3k6cwng5pxj3jhsydzer3n0d3vllmyqwsx5wktcd8cc3sq835lu7drv2xwl2wywfgse35a3x",
            "stake1uyehkck0lajq8gr28t9uxnuvgcqrc6070x3k9r8048z8y5gh6ffgw",
        ],
    ),
    "cashaddr": (
        checks.cashaddr,
        ["bitcoincash:qpm2qsznhks23z7629mms6s4cwef74vcwvy22gdx6a", "ppm2qsznhks23z7629mms6s4cwef74vcwvn0h829pq"],
    ),
    "ethereum": (
        checks.ethereum,
        [
            "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed",
            "0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359",
            "0xdbF03B407c01E7cD3CBea99509d93f8DDDC8C6FB",
            "0xD1220A0cf47c7B9Be7A2E6BA89F429762e7b9aDb",
        ],
    ),
    "ss58": (
        checks.ss58,
        ["5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY", "15oF4uVJwmo4TdGW7VfQxNLavjCXviqxT9S1MgbjMNHr6Sp5"],
    ),
    "monero": (
        checks.monero,
        [
            "44AFFq5kSiGBoZ4NMDwYtN18obc8AemS33DBLWs3H7otXft3XjrpDtQGv7SqSsaBYBb98uNbr2VBBEt7f2wfn3RVGQBEP3A",
            "888tNkZrPN6JsEgekjMnABU4TBzc2Dt29EPAvkRxbANsAnjyPbb3iQ1YBRk1UXcdRsiKc9dhwMVgN5S9cQUiyoogDavup3H",
        ],
    ),
    "ton": (
        checks.ton,
        ["EQBL2_3lMiyywU17g-or8N7v9hDmPCpttzBPE2isF2GTzpK4", "Ef_lZ1T4NCb2mwkme9h2rJfESCE0W34ma9lWp7-_uY3zXDvq"],
    ),
}
CASES = [(name, check, address) for name, (check, addresses) in VALID.items() for address in addresses]
BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"


@pytest.mark.parametrize(("name", "check", "address"), CASES)
def test_published_address_passes(name: str, check: Check, address: str) -> None:
    assert check(address)


@settings(derandomize=True)  # a hash of two bytes lets one change in 65,536 pass
@given(st.data())
def test_changed_character_fails(data: st.DataObject) -> None:
    _, check, address = data.draw(st.sampled_from(CASES))
    begin = max(address.find(":") + 1, address.startswith("0x") * 2)
    place = data.draw(st.integers(begin, len(address) - 1))
    sort = str.isdigit if address[place].isdigit() else str.isupper if address[place].isupper() else str.islower
    other = data.draw(st.sampled_from([c for c in BASE58 if sort(c) and c != address[place]]))
    assert not check(address[:place] + other + address[place + 1 :])


@given(st.sampled_from(CASES), st.integers(0, 120))
def test_shortened_address_fails(case: tuple[str, Check, str], cut: int) -> None:
    _, check, address = case
    assert not check(address[: min(cut, len(address) - 1)])


@given(st.text(max_size=60) | st.text(alphabet=BASE58 + "0:xbc1_-", min_size=20, max_size=110))
def test_no_check_raises(text: str) -> None:
    for check, _ in VALID.values():
        assert check(text) in (True, False)
    assert checks.solana(text) in (True, False)


@given(st.binary(min_size=20, max_size=20), st.sampled_from([(0, checks.bitcoin), (48, checks.litecoin)]))
def test_any_hash_with_its_checksum_is_an_address_of_its_version_alone(key: bytes, version: tuple[int, Check]) -> None:
    number, check = version
    payload = bytes([number]) + key
    data = payload + hashlib.sha256(hashlib.sha256(payload).digest()).digest()[:4]
    value, text = int.from_bytes(data, "big"), ""
    while value:
        value, digit = divmod(value, 58)
        text = BASE58[digit] + text
    text = "1" * (len(data) - len(data.lstrip(b"\0"))) + text
    assert check(text)
    assert not checks.tron(text)


@pytest.mark.parametrize(
    "address",
    [
        "bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqh2y7hd",  # Bech32 where Bech32m belongs
        "BC1S0XLXVLHEMJA6C4DQV22UAPCTQUPFHLXM9H8Z3K2E72Q4K9HCZ7VQ54WELL",
        "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kemeawh",  # the other way round
        "bc1p38j9r5y49hruaue7wxjce0updqjuyyx0kh56v8s25huc6995vvpql3jow4",  # a character of no meaning
        "BC130XLXVLHEMJA6C4DQV22UAPCTQUPFHLXM9H8Z3K2E72Q4K9HCZ7VQ7ZWS8R",  # version 17
        "bc1pw5dgrnzv",  # one byte
        "bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7v8n0nx0muaewav253zgeav",  # 41 bytes
        "BC1QR508D6QEJXTDG4Y5R3ZARVARYV98GJ9P",  # version 0 with 16 bytes
        "bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqzk5jJ0",  # two cases
        "bc1gmk9yu",  # nothing
    ],
)
def test_what_the_proposals_refuse_is_refused(address: str) -> None:
    assert not checks.bech32(address)


@pytest.mark.parametrize(
    "address", ["0xde709f2102306220921060314715629080e2fb77", "0x52908400098527886E0F7030069857D2E4169EE7"]
)
def test_ethereum_address_in_one_case_needs_no_checksum(address: str) -> None:
    assert checks.ethereum(address)


def test_solana_account_has_32_bytes() -> None:
    assert checks.solana("So11111111111111111111111111111111111111112")
    assert not checks.solana("1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa")
