# ruff: noqa: E501  (tables and lists of alternatives are easiest to read in long lines)
"""Plates of some thirty countries and vehicle identification numbers."""

import random

from models.training.values.identifiers import WRONG, filled
from models.training.values.shapes import digits, mistyped

PLATES = (
    # United States
    "9AAA999", "9AAA999", "AAA-9999", "AAA9999", "AAA 9999", "AAA 999", "999-AAA", "A99-AAA", "AA 99999", "999 AAA", "AAA-999", "9AA A99", "A99 9AA", "AA-99999", "BXX-9999", "99-A999",
    # Britain, Ireland, Canada, Australia, New Zealand, South Africa
    "AA99 AAA", "AA99AAA", "AA99 AAA", "A999 AAA", "AAA 9999", "{191|221|212|10|08}-{D|C|G|KY|MO}-99999", "AAAA 999", "AAA-99A", "9AA-9AA", "999-AAA", "AAA999", "AA 99 AA GP", "CA 999-999", "AAA 999 GP", "ND 99999",
    # the Continent
    "{B|M|HH|K|F|S|DD|KA|HRO}-AA 999", "{B|M|HH|K}-A 9999", "{B|M|S} AA 99", "AA-999-AA", "AA 999 AA", "9999 AAA", "9999AAA", "AA-99-AA", "99-AAA-9", "AA-999-A", "{W|G|L|S}-99999A", "{ZH|BE|VD|GE} 999999",
    "9-AAA-999", "AA 99999", "AAA 99A", "AAA-999", "AA 99 999", "{WA|KR|PO|GD|DW} 99999", "{WA|KR|PO}9AA99", "9A9 9999", "9AA 9999", "AAAA 999", "{B|CJ|TM} 99 AAA", "AAA-9999", "{34|06|35} AA 999", "{34|06|35} AAA 99",
    # Asia, Africa and South America
    "{MH|DL|KA|TN|UP|GJ|HR} 99 AA 9999", "{MH|DL|KA|TN|UP|GJ}99AA9999", "{KL|DL}-99-A-9999", "AAA-999", "AAA 999A", "{LEB|BHN}-99-9999", "99AA 999", "99A-999.99", "{B|D} 9999 AAA", "SAA9999A", "WAA 9999", "{AAA|NBC} 9999",
    "KAA 999A", "AAA-999AA", "{GR|GT|AS} 9999-22", "A 999 AA 77", "99-999-99", "999-99-999", "AAA9A99", "AAA-9999", "AA 999 AA", "AAA-99-99", "AAAA-99", "{Dubai|Abu Dhabi} A 99999",
)  # fmt: skip
MAKERS = [
    "1HG",
    "1FT",
    "1G1",
    "2T1",
    "3VW",
    "4T1",
    "5YJ",
    "JHM",
    "JTD",
    "KMH",
    "KNA",
    "WBA",
    "WVW",
    "WDB",
    "WAU",
    "SAL",
    "YV1",
    "ZFA",
    "VF1",
    "VF3",
    "TMB",
    "SAJ",
    "MAL",
    "1C4",
    "1N4",
    "19X",
    "2HG",
    "LRW",
]
VIN_LETTERS = "ABCDEFGHJKLMNPRSTUVWXYZ0123456789"
VIN_VALUES = dict(
    zip("ABCDEFGHJKLMNPRSTUVWXYZ", (1, 2, 3, 4, 5, 6, 7, 8, 1, 2, 3, 4, 5, 7, 9, 2, 3, 4, 5, 6, 7, 8, 9), strict=True)
)
VIN_WEIGHTS = (8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2)
"""Letter values and weights of 49 CFR 565.15."""


def vin_check(number: str) -> str:
    """The ninth character of a vehicle identification number."""
    total = sum((VIN_VALUES.get(c) or int(c)) * w for c, w in zip(number, VIN_WEIGHTS, strict=True))
    return "0123456789X"[total % 11]


def vin(rng: random.Random) -> str:
    """17 characters with their check digit; some mistyped."""
    number = (
        rng.choice(MAKERS)
        + "".join(rng.choices(VIN_LETTERS, k=5))
        + "0"
        + rng.choice("FGHJKLMNPRST")
        + rng.choice("ABCDEFGH0123456789")
    )
    number += digits(rng, 6)
    number = number[:8] + vin_check(number) + number[9:]
    return mistyped(rng, number) if rng.random() < WRONG else number


def plate(rng: random.Random) -> str:
    text = filled(rng, rng.choice(PLATES))
    dice = rng.random()
    if dice < 0.12:
        return text.lower()
    return text.replace(" ", "").replace("-", "") if dice < 0.25 else text


def vehicle_id(rng: random.Random) -> str:
    if rng.random() < 0.3:
        number = vin(rng)
        return number.lower() if rng.random() < 0.06 else number
    return plate(rng)
