# ruff: noqa: E501  (tables and lists of alternatives are easiest to read in long lines)
"""Passports and driving licences."""

import random

from models.training.values.identifiers import filled
from models.training.values.shapes import digits, patterned

PASSPORTS = (
    "999999999", "999999999", "A99999999", "A99999999", "X99999999", "AA999999", "AA9999999", "A9999999", "N9999999", "PA9999999", "LA999999", "LF999999", "PX9999999",
    "99AA99999", "CXXXXXXXX", "C9XXXXXXX", "LXXXXXXXX", "YA9999999", "AAA999999", "XDA999999", "9999999", "A 9999999", "AA 999 9999", "99 9999999", "EA9999999",
    "G99999999", "M99999999", "M999A9999", "A9999999A", "E9999999A", "K9999999A", "A99999999A", "P9999999A", "AA9999999", "TR9999999", "B99999999", "EJ9999999",
    "FA999999", "999 999 999", "U9999999", "XX999999", "9999999AA", "GA999999", "L9999999", "SJ9999999", "A-9999999", "AB 9999999", "A09999999", "BN9999999", "EB9999999",
)  # fmt: skip
LICENSES = (
    # states of the US, by their shapes
    "A9999999", "A9999999", "9999999", "99999999", "999999999", "AA999999A", "A999-9999-9999", "A9999-99999-99999", "A999-999-99-999-9", "A99999999", "AAAA*AA999A9",
    "A999999999999", "A-999-999-999-999", "999-99-9999", "A99-99-9999", "99AAA9999", "A9999-9999-9999-99", "9999-99-9999", "999 999 999", "A99999", "AA-99-9999", "A999 9999 9999",
    "AAA99AAA9A", "999AA9999", "99-999-9999", "AAAAA99999", "WDLAXX9X999X", "A999-999-999-999", "K99-99-9999", "H99999999", "S99999999", "99999999A", "9999999999",
    # Canada, Australia, New Zealand, Europe, India and others
    "A9999-99999-99999", "A9999-999999-99", "9999999", "999999-999", "99999AA", "9999 9999", "AA999999", "AA99 99999999999", "AA9999999999999", "AA-9920999999999", "AA99A99999999",
    "A999AA99A99", "B999999999A", "AA9999999A", "9999999999", "99AA99999", "99999/99/9999", "AA 999999", "99999999 AA", "U1X99X999X", "999999999999", "99-99-999999", "A99-99-999999",
)  # fmt: skip


def passport(rng: random.Random) -> str:
    text = patterned(rng, rng.choice(PASSPORTS).replace("XDA", "\\XDA").replace("WDLA", "WDL\\A"))
    return text.lower() if rng.random() < 0.08 else text


def british(rng: random.Random) -> str:
    """Five letters of the surname, the birth date turned around, two initials, a digit and two letters."""
    name = "".join(rng.choices("ABCDEFGHIJKLMNOPRSTW", k=rng.choice((5, 5, 5, 4, 3)))).ljust(5, "9")
    month = f"{rng.choice((0, 5)) + rng.choice((0, 1))}{rng.randint(0, 2)}"
    initials = patterned(rng, rng.choice(("AA", "A\\9")))
    code = f"{name}{rng.randint(4, 9)}{month}{rng.randint(1, 28):02d}{digits(rng, 1)}{initials}9{patterned(rng, 'AA')}"
    return code if rng.random() < 0.7 else f"{code[:5]} {code[5:11]} {code[11:]}"


def license_number(rng: random.Random) -> str:
    """A driving licence."""
    if rng.random() < 0.12:
        return british(rng)
    text = filled(rng, rng.choice(LICENSES))
    return text.lower() if rng.random() < 0.08 else text
