# ruff: noqa: E501  (tables and lists of alternatives are easiest to read in long lines)
"""Cards, IBANs, bank accounts with their routing codes."""

import random
from functools import cache

from models.training.values.identifiers import WRONG, completed, filled, module, until_valid
from models.training.values.shapes import digits, grouped, laid_out, mistyped, patterned

BRANDS: tuple[tuple[str, tuple[str, ...], int, tuple[int, ...], float], ...] = (
    # brand, first digits, length, groups as printed, weight
    ("visa", ("4",), 16, (4, 4, 4, 4), 10),
    ("mastercard", ("51", "52", "53", "54", "55", "2221", "2345", "2599", "2720"), 16, (4, 4, 4, 4), 7),
    ("american express", ("34", "37"), 15, (4, 6, 5), 4),
    ("discover", ("6011", "644", "648", "65"), 16, (4, 4, 4, 4), 2),
    ("diners", ("300", "305", "36", "38"), 14, (4, 6, 4), 1),
    ("jcb", ("3528", "3560", "3589"), 16, (4, 4, 4, 4), 1),
    ("unionpay", ("620", "622126", "625", "6282"), 16, (4, 4, 4, 4), 1),
    ("unionpay 19", ("621", "622"), 19, (6, 13), 0.5),
    ("maestro", ("5018", "5038", "6304", "6759", "6761"), 16, (4, 4, 4, 4), 0.6),
    ("maestro 18", ("6759", "5020"), 18, (8, 10), 0.2),
    ("rupay", ("6070", "6521", "6528"), 16, (4, 4, 4, 4), 0.7),
    ("mir", ("2200", "2204"), 16, (4, 4, 4, 4), 0.5),
    ("elo", ("636368", "504175", "650901"), 16, (4, 4, 4, 4), 0.4),
    ("visa 13", ("4",), 13, (4, 3, 3, 3), 0.1),
)
CARD_MARKS = (" ", " ", " ", "-", "-", ".", "  ", ", ", "/")


def luhn_digit(number: str) -> str:
    return str(module("luhn").calc_check_digit(number))


def card(rng: random.Random) -> str:
    """A card number with its Luhn digit, plain or in the groups of its brand; some are mistyped."""
    _, starts, length, groups, _ = rng.choices(BRANDS, [b[-1] for b in BRANDS])[0]
    start = rng.choice(starts)
    body = start + digits(rng, length - len(start) - 1)
    number = body + luhn_digit(body)
    if rng.random() < WRONG * 0.8:
        number = mistyped(rng, number)
    if rng.random() < 0.38:
        return number
    parts, at = [], 0
    for size in groups if rng.random() < 0.93 else (4, 4, 4, 4, 4):
        parts.append(number[at : at + size])
        at += size
    return rng.choice(CARD_MARKS).join(p for p in parts if p)


def cvv(rng: random.Random) -> str:
    return digits(rng, rng.choice((3, 3, 3, 3, 4)))


COMMON_IBANS = [
    "DE",
    "DE",
    "DE",
    "GB",
    "GB",
    "GB",
    "FR",
    "FR",
    "ES",
    "ES",
    "IT",
    "IT",
    "NL",
    "NL",
    "BE",
    "CH",
    "AT",
    "PL",
    "SE",
    "PT",
    "IE",
    "AE",
    "DK",
    "NO",
    "FI",
    "TR",
]


@cache
def iban_structures() -> dict[str, str]:
    """Country -> shape of what follows the check digits, from the library's copy of the ISO 13616 registry."""
    registry = module("numdb").get("iban")
    kinds = {"n": "9", "a": "A", "c": "9"}
    found: dict[str, str] = {}
    for country in (a + b for a in "ABCDEFGHIJKLMNOPQRSTUVWXYZ" for b in "ABCDEFGHIJKLMNOPQRSTUVWXYZ"):
        facts = registry.info(country)[0][1]
        if facts:
            parts = facts["bban"].replace("!", "").replace("n", "n ").replace("a", "a ").replace("c", "c ").split()
            found[country] = "".join(kinds[p[-1]] * int(p[:-1]) for p in parts)
    return found


@cache
def iban_countries() -> tuple[str, ...]:
    return (*COMMON_IBANS, *sorted(iban_structures()))


def bban(rng: random.Random, country: str) -> str:
    """The national part; with the national check digits where the library knows them."""
    if country == "ES":
        return spanish_account(rng)
    if country == "BE":
        body = digits(rng, 10)
        return body + f"{int(body) % 97 or 97:02d}"
    return patterned(rng, iban_structures()[country])


def spanish_account(rng: random.Random) -> str:
    bank, account = digits(rng, 8), digits(rng, 10)
    return bank + str(module("es.ccc").calc_check_digits(bank + "00" + account)) + account


def iban(rng: random.Random) -> str:
    """An IBAN of one of some ninety countries, plain or in fours, rarely mistyped or in small letters."""
    country = rng.choice(iban_countries())

    def draw() -> str:
        body = country + "00" + bban(rng, country)
        return country + str(module("iban").calc_check_digits(body)) + body[4:]

    number = until_valid("iban", draw)
    if rng.random() < WRONG / 2:
        number = mistyped(rng, number)
    if rng.random() < 0.5:
        number = grouped(number, 4, rng.choice((" ", " ", " ", " ", "-")))
    return number.lower() if rng.random() < 0.05 else number


routing = completed("us.rtn", "{0|1|2|3}{1|2}999999")
ABA_ACCOUNTS = (
    "99999999",
    "999999999",
    "9999999999",
    "99999999999",
    "999999999999",
    "000999999999",
    "9999-999999",
    "9999 9999 9999",
)
IFSC = ["SBIN", "HDFC", "ICIC", "UTIB", "PUNB", "KKBK", "BARB", "CNRB", "YESB", "IDIB", "UBIN", "IOBA", "FDRL", "INDB"]
SWIFT = [
    "DEUT",
    "COBA",
    "BNPA",
    "SOGE",
    "CHAS",
    "BOFA",
    "CITI",
    "HSBC",
    "BARC",
    "LOYD",
    "NWBK",
    "ABNA",
    "INGB",
    "UBSW",
    "RZBA",
    "NDEA",
    "DNBA",
    "ESSE",
    "BSCH",
    "BBVA",
    "UNCR",
    "BCIT",
    "CMCI",
    "HDFC",
    "DBSS",
    "OCBC",
]
SWIFT_COUNTRIES = [
    "DE",
    "GB",
    "FR",
    "US",
    "NL",
    "CH",
    "AT",
    "SE",
    "NO",
    "ES",
    "IT",
    "IN",
    "SG",
    "HK",
    "AU",
    "CA",
    "AE",
    "JP",
    "PL",
    "PT",
]
SHAPES = (
    "99-99-99 99999999", "99-99-99 / 99999999", "999999 99999999", "99999999", "99999999", "999999999", "9999999999", "999999999999", "99999999999",
    "999-999 99999999", "999-999 999999999", "999999 999999999", "99999-999 9999999", "99999-999", "9999 9999", "9999-9999-99-9999999999",
    "99-9999-9999999-99", "99-9999-9999999-999", "9999999-9", "99999-9", "9999.99.99999", "999-99-99999", "9999 99 99999", "0009999999999", "999 9999999",
    "999-9-99999-9", "999999-99-999999", "99999999-99999999", "9999-999999-9", "9999-99999999", "99999 99999 99999999999 99", "999-999999-999",
)  # fmt: skip


def bic(rng: random.Random) -> str:
    return (
        rng.choice(SWIFT)
        + rng.choice(SWIFT_COUNTRIES)
        + patterned(rng, rng.choice(("AA", "A9", "9A", "AAXXX", "AA999", "22XXX")))
    )


def american(rng: random.Random) -> str:
    """A routing number, an account number or both."""
    number, account = routing(rng), patterned(rng, rng.choice(ABA_ACCOUNTS))
    if rng.random() < WRONG:
        number = mistyped(rng, number)
    return rng.choice(
        (number, number, account, account, account, f"{number} {account}", f"{number}/{account}", f"{number}-{account}")
    )


def indian(rng: random.Random) -> str:
    ifsc = rng.choice(IFSC) + "0" + patterned(rng, rng.choice(("999999", "XXXXXX", "000999")))
    account = digits(rng, rng.choice((11, 12, 14, 15, 16)))
    return rng.choice((ifsc, account, account, f"{ifsc} {account}", f"{account} {ifsc}"))


def new_zealand(rng: random.Random) -> str:
    def draw() -> str:
        return filled(rng, "{01|02|03|06|12}{0001|0100|0242|3110|0585|0770}") + patterned(rng, "0999999000")

    number = until_valid("nz.bankaccount", draw)
    return laid_out(number, rng.choice(("##-####-#######-###", "## #### ####### ###", "################")))


def argentine(rng: random.Random) -> str:
    """A CBU: two check digits."""

    def draw() -> str:
        bank, account = digits(rng, 7), digits(rng, 13)
        check = module("ar.cbu").calc_check_digit
        return bank + str(check(bank)) + account + str(check(account))

    return until_valid("ar.cbu", draw)


def mexican(rng: random.Random) -> str:
    """A CLABE: weights 3 7 1, modulo 10."""
    body = rng.choice(("002", "012", "014", "021", "072", "127", "646")) + digits(rng, 14)
    total = sum(int(c) * (3, 7, 1)[i % 3] % 10 for i, c in enumerate(body))
    return body + str(-total % 10)


def bank_account(rng: random.Random) -> str:
    """An account, routing or sort code of many countries; some with both."""
    dice = rng.random()
    if dice < 0.30:
        return american(rng)
    if dice < 0.38:
        return indian(rng)
    if dice < 0.42:
        return new_zealand(rng)
    if dice < 0.44:
        return argentine(rng)
    if dice < 0.47:
        return mexican(rng)
    if dice < 0.49:
        return laid_out(spanish_account(rng), "#### #### ## ##########")
    if dice < 0.53:
        return bic(rng)
    if dice < 0.56:
        return digits(rng, rng.choice((6, 7, 8, 9, 10, 11, 12, 13, 14, 16)))
    return patterned(rng, rng.choice(SHAPES))
