# ruff: noqa: E501  (tables and lists of alternatives are easiest to read in long lines)
"""Medical record, insurance and prescription numbers."""

import random

from models.training.values.identifiers import WRONG, luhn, searched
from models.training.values.shapes import digits, laid_out, mistyped, patterned

SHAPES = (
    "MRN-9999999", "MRN9999999", "MRN 999999", "MR-99999", "MRN: 9999999", "99999999", "9999999999", "P9999999", "PT-999999", "PAT-99999", "PID9999999", "H999999999", "HN-9999999", "A99999999", "99-99-99-99", "E9999999", "999-99-9999-A",
    "RX-9999999", "RX9999999", "Rx 9999999", "RX# 9999999", "9999999-99999", "AAA-99999-99", "99-9999999", "HC-99999999", "EHR999999", "CHT-99999", "LAB-9999999", "ACC99999999", "U99-99999",
    "AAA999999999", "XAA999999999", "YRP99A99999", "R99999999", "W999999999", "W9999 99999", "AETW99999999", "U9999999901", "U9999999 01", "9999999999 01", "H9999-999", "GRP-99999", "ID99999999",
    "K999999999", "A999999999", "80756 99999 99999", "9999 999 999", "9999-999-999-AA", "AAA9999A", "AAA 9999999", "Z99 9999999",
)  # fmt: skip
MBI_LETTERS = "ACDEFGHJKMNPQRTUVWXY"
"""Letters of the Medicare beneficiary identifier: none that looks like a digit."""


def nhs(rng: random.Random) -> str:
    return laid_out(NHS(rng), rng.choice(("### ### ####", "##########", "###-###-####")))


NHS = searched("gb.nhs", "{4|6|7}99999999")


def npi(rng: random.Random) -> str:
    """US provider number: a Luhn digit over 80840 and the nine digits."""
    body = "1" + digits(rng, 8)
    return luhn("80840" + "".join("\\9" if c == "9" else c for c in body))(rng)[5:]


def mbi(rng: random.Random) -> str:
    """US Medicare beneficiary: C A AN N A AN N A A N N."""

    def mixed() -> str:
        return rng.choice(MBI_LETTERS + "0123456789")

    def letter() -> str:
        return rng.choice(MBI_LETTERS)

    number = (
        rng.choice("123456789")
        + letter()
        + mixed()
        + digits(rng, 1)
        + letter()
        + mixed()
        + digits(rng, 1)
        + letter()
        + letter()
        + digits(rng, 2)
    )
    return laid_out(number, rng.choice(("####-###-####", "###########", "#### ### ####")))


def australian(rng: random.Random) -> str:
    """Medicare card: weights 1 3 7 9, modulo 10, then the issue and perhaps the person."""
    body = rng.choice("23456") + digits(rng, 7)
    check = sum(int(c) * w for c, w in zip(body, (1, 3, 7, 9, 1, 3, 7, 9), strict=True)) % 10
    return laid_out(f"{body}{check}1", rng.choice(("#### ##### #", "##########", "####-#####-#", "#### ##### # / 1")))


def ontario(rng: random.Random) -> str:
    number = luhn("999999999")(rng)
    return laid_out(number, rng.choice(("####-###-###", "#### ### ###", "##########"))) + rng.choice(
        ("", "", " " + patterned(rng, "AA"), "-" + patterned(rng, "AA"))
    )


def medical_id(rng: random.Random) -> str:
    """A number of a patient, a prescription, an insurance card or a doctor; some mistyped."""
    dice = rng.random()
    number = (
        nhs(rng) if dice < 0.14 else mbi(rng) if dice < 0.22 else australian(rng) if dice < 0.28 else ontario(rng) if dice < 0.33
        else npi(rng) if dice < 0.37 else patterned(rng, guarded(rng.choice(SHAPES)))
    )  # fmt: skip
    return mistyped(rng, number) if dice < 0.37 and rng.random() < WRONG else number


WORDS = (
    "MRN",
    "MR",
    "PT",
    "PAT",
    "PID",
    "HN",
    "RX",
    "Rx",
    "HC",
    "EHR",
    "CHT",
    "LAB",
    "ACC",
    "YRP",
    "AETW",
    "GRP",
    "ID",
    "XAA",
)


def guarded(pattern: str) -> str:
    """The letters that stand in front of a number are meant as they stand."""
    for word in WORDS:
        if pattern.startswith(word):
            return "".join("\\" + c for c in word) + pattern[len(word) :]
    return pattern
