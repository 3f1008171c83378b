"""Rows for wallet addresses of crypto-currencies. The hash of a transaction is nobody's address and is left alone."""

from collections.abc import Iterator

from redactor.detection import checks_wallets as checks
from redactor.detection.patterns import Pattern, topics


def rows() -> Iterator[Pattern]:
    """The rows of this module."""
    yield from _base58()
    yield from _prefixed()
    yield from _in_context()


_LONG = r"[1-9A-HJ-NP-Za-km-z](?<!\w.)[1-9A-HJ-NP-Za-km-z]{24,105}+(?!\w)"
"""One expression for all of them: the text is searched once."""
_LONG_HINT = r"\b[a-z0-9/+_-]{25}"
_BASE58 = (
    ("bitcoin", checks.bitcoin, "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa"),
    ("litecoin", checks.litecoin, "LaMT348PWRnrqeeWArpwQPbuanpXDZGEUz"),
    ("dogecoin", checks.dogecoin, "DH5yaieqoZN36fDVciNyRueRGvGLR3mr7L"),
    ("dash", checks.dash, "XpESxaUmonkq8RaLLp46Brx2K39ggQe226"),
    ("tron", checks.tron, "TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t"),
    ("xrp", checks.xrp, "rHb9CJAWyB4rj91VRWn96DkukG4bwdtyTh"),
    ("polkadot", checks.ss58, "15oF4uVJwmo4TdGW7VfQxNLavjCXviqxT9S1MgbjMNHr6Sp5"),
    (
        "monero", checks.monero,
        "44AFFq5kSiGBoZ4NMDwYtN18obc8AemS33DBLWs3H7otXft3XjrpDtQGv7SqSsaBYBb98uNbr2VBBEt7f2wfn3RVGQBEP3A",
    ),
)  # fmt: skip


def _base58() -> Iterator[Pattern]:
    for name, check, address in _BASE58:
        yield Pattern(
            f"wallet_{name}",
            "CRYPTO",
            _LONG,
            0.97,
            check,
            digits=2,
            mixed=True,
            hint=_LONG_HINT,
            example=f"send it to ⟦{address}⟧",
        )


_CHARACTER = "[02-9ac-hj-np-z]"


def _prefixed() -> Iterator[Pattern]:
    kind = "CRYPTO"
    yield Pattern(
        "wallet_bech32", kind, rf"(?<!\w)(?:bc|ltc)1{_CHARACTER}{{11,86}}+(?!\w)", 0.97, checks.bech32, lower=True,
        any_of=("bc1", "BC1", "ltc1", "LTC1"), example="⟦bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4⟧ please",
    )  # fmt: skip
    yield Pattern(
        "wallet_cardano", kind, rf"(?<!\w)(?:addr|stake)1{_CHARACTER}{{50,110}}+(?!\w)", 0.97, checks.cardano,
        any_of=("addr1", "stake1"), example="⟦addr1vx2fxv2umyhttkxyxp8x0dlpdt3k6cwng5pxj3jhsydzers66hrl8⟧",
    )  # fmt: skip
    yield Pattern(
        "wallet_bitcoin_cash", kind, rf"(?:(?<!\w)bitcoincash:|(?<![\w:]))[qp]{_CHARACTER}{{41,63}}+(?!\w)", 0.97,
        checks.cashaddr, digits=2, mixed=True, hint=_LONG_HINT,
        example="⟦bitcoincash:qpm2qsznhks23z7629mms6s4cwef74vcwvy22gdx6a⟧",
    )  # fmt: skip
    yield Pattern(
        "wallet_ethereum", kind, r"(?<!\w)0[xX][0-9a-fA-F]{40}(?!\w)", 0.96, checks.ethereum, any_of=("0x", "0X"),
        example="my wallet: ⟦0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed⟧",
    )  # fmt: skip
    yield Pattern(
        "wallet_ton", kind, r"(?<![\w/+-])[EUk0][A-Za-z0-9_/+-]{47}(?![\w/+-])", 0.97, checks.ton, digits=1, mixed=True,
        hint=_LONG_HINT,
        example="to ⟦EQBL2_3lMiyywU17g-or8N7v9hDmPCpttzBPE2isF2GTzpK4⟧",
    )  # fmt: skip


def _in_context() -> Iterator[Pattern]:
    kind, talk = "CRYPTO", topics("wallet")
    yield Pattern(
        "wallet_solana", kind, _LONG, 0.0, _is_solana, talk, 0.88, requires_context=True, digits=1,
        example="my solana address is ⟦7EcDhSYGxXyscszYEp35KHN8vvw3svAuLKTzXwCFLtV⟧",
    )  # fmt: skip
    # Typed by hand, with a slip in it.
    yield Pattern(
        "wallet_shaped", kind, _LONG, 0.0, _is_shaped, talk, 0.7, requires_context=True, digits=2,
        example="my bitcoin is at ⟦1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNb⟧",
    )  # fmt: skip
    yield Pattern(
        "wallet_ethereum_shaped", kind, r"(?<!\w)0[xX][0-9a-fA-F]{38,42}(?!\w)", 0.0, None, talk, 0.8,
        requires_context=True, digits=1, example="eth address ⟦0x5aAeb6053F3E94C9b9A09f33669435E7Ef1Beaed⟧",
    )  # fmt: skip


def _is_solana(text: str) -> bool:
    return _is_mixed(text) and checks.solana(text)


def _is_shaped(text: str) -> bool:
    return len(text) <= 62 and _is_mixed(text)


def _is_mixed(text: str) -> bool:
    """In base 58 small letters, capitals and digits all occur; a hash in hexadecimal has one case."""
    return text not in (text.lower(), text.upper()) and any(c.isdigit() for c in text)
