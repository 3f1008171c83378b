# ruff: noqa: E501  (tables and lists of alternatives are easiest to read in long lines)
"""Telephone numbers that the library of numbering plans calls valid, as people write them."""

import random
from functools import cache

import phonenumbers
from phonenumbers import PhoneNumberFormat as Form
from phonenumbers import PhoneNumberType as Kind

from models.training.values.shapes import digits

REGIONS = [
    "GB",
    "GB",
    "GB",
    "GB",
    "CA",
    "CA",
    "AU",
    "AU",
    "IN",
    "IN",
    "IN",
    "DE",
    "DE",
    "FR",
    "FR",
    "ES",
    "IT",
    "NL",
    "IE",
    "NZ",
    "ZA",
    "NG",
    "KE",
    "BR",
    "MX",
    "AR",
    "CO",
    "CL",
    "PE",
    "PL",
    "SE",
    "NO",
    "DK",
    "FI",
    "BE",
    "CH",
    "AT",
    "PT",
    "GR",
    "TR",
    "RU",
    "UA",
    "RO",
    "CZ",
    "SK",
    "HU",
    "BG",
    "HR",
    "RS",
    "LT",
    "LV",
    "EE",
    "IL",
    "AE",
    "SA",
    "QA",
    "KW",
    "EG",
    "MA",
    "TN",
    "DZ",
    "LB",
    "JO",
    "IQ",
    "IR",
    "PK",
    "BD",
    "LK",
    "NP",
    "SG",
    "MY",
    "PH",
    "ID",
    "TH",
    "VN",
    "KR",
    "JP",
    "CN",
    "HK",
    "TW",
    "GH",
    "UG",
    "TZ",
    "ET",
    "ZM",
    "ZW",
    "SN",
    "CI",
    "CM",
    "JM",
    "TT",
    "DO",
    "PR",
    "EC",
    "VE",
    "UY",
    "CR",
    "GT",
]
PER_REGION = 24


@cache
def area_codes() -> tuple[str, ...]:
    """Area codes of the United States and Canada that exist."""
    found = []
    for area in range(201, 990):
        number = phonenumbers.PhoneNumber(country_code=1, national_number=int(f"{area}2345678"))
        if phonenumbers.is_valid_number(number):
            found.append(str(area))
    return tuple(found)


@cache
def written(region: str) -> tuple[str, ...]:
    """Valid numbers of a region in several notations; the last four digits are drawn anew each time."""
    rng = random.Random(region)
    found: list[str] = []
    for kind in (Kind.MOBILE, Kind.MOBILE, Kind.FIXED_LINE):
        example = phonenumbers.example_number_for_type(region, kind)
        if example is None:
            continue
        national = str(example.national_number)
        for _ in range(PER_REGION):
            keep = rng.choice((2, 3))
            example.national_number = int(national[:keep] + digits(rng, len(national) - keep))
            if phonenumbers.is_valid_number(example):
                found += [
                    phonenumbers.format_number(example, form)
                    for form in (Form.INTERNATIONAL, Form.NATIONAL, Form.NATIONAL, Form.E164)
                ]
    return tuple(found)


def renewed(rng: random.Random, text: str, count: int = 4) -> str:
    """The same number with other last digits."""
    out = list(text)
    for i in range(len(out) - 1, -1, -1):
        if out[i].isdigit() and count:
            out[i] = rng.choice("0123456789")
            count -= 1
    return "".join(out)


def american(rng: random.Random) -> str:
    a, b, c = rng.choice(area_codes()), str(rng.randint(200, 999)), digits(rng, 4)
    if rng.random() < 0.08:
        b = "555"
    return rng.choice(
        (
            f"{a}-{b}-{c}", f"{a}-{b}-{c}", f"({a}) {b}-{c}", f"({a}) {b}-{c}", f"{a}{b}{c}", f"{a}{b}{c}", f"{a} {b} {c}", f"{a}.{b}.{c}", f"+1 {a}-{b}-{c}", f"+1{a}{b}{c}",
            f"1-{a}-{b}-{c}", f"+1 ({a}) {b}-{c}", f"({a}){b}-{c}", f"{a}-{b}{c}", f"{b}-{c}", f"{a} {b}-{c}", f"001 {a} {b} {c}", f"{a}/{b}-{c}", f"1 {a} {b} {c}", f"1{a}{b}{c}",
            f"{a}-{b}-{c} ext {digits(rng, 3)}", f"{a}-{b}-{c} x{digits(rng, 4)}", f"({a}) {b}-{c} ext. {digits(rng, 2)}", f"{a} - {b} - {c}", f"+1.{a}.{b}.{c}", f"{a} {b}{c}", f"+1 {a} {b} {c}",
        )
    )  # fmt: skip


def spaced(rng: random.Random, text: str) -> str:
    """Grouped by the writer's own taste."""
    number = "".join(c for c in text if c.isdigit() or c == "+")
    size = rng.choice((2, 3, 3, 4, 5))
    head = len(number) % size or size
    return " ".join([number[:head], *(number[i : i + size] for i in range(head, len(number), size))])


def phone(rng: random.Random) -> str:
    """A telephone number of some eighty countries."""
    if rng.random() < 0.42:
        return american(rng)
    text = renewed(rng, rng.choice(written(rng.choice(REGIONS))))
    dice = rng.random()
    if dice < 0.2:
        return text.replace(" ", "").replace("-", "")
    if dice < 0.27:
        return text.replace(" ", "-")
    if dice < 0.31:
        return spaced(rng, text)
    if dice < 0.33:
        return text.replace(" ", ".")
    if dice < 0.35:
        return text.removeprefix("+")
    if dice < 0.37 and not text.startswith("+"):
        return text.removeprefix("0")
    return text.replace("+", "00", 1) if dice < 0.41 else text
