"""Is this really one? Pure predicates over a candidate's text: checksums, number plans, calendars.

They take the candidate as written, separators included, and never raise. Third-party modules are imported on first
use of the predicate that needs them.
"""

import ipaddress
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from importlib import import_module
from itertools import pairwise
from typing import Any

import regex

Check = Callable[[str], bool]
"""Candidate text → whether it is valid."""

DEFAULT_REGIONS = ("US", "GB", "CA", "AU", "IN", "DE", "FR", "ES", "IT", "NL")
"""Regions whose national phone formats are understood without a country code (ISO 3166-1 alpha-2)."""


_DIGITS = regex.compile(r"[0-9]++")


def digits_of(text: str) -> str:
    """The ASCII digits of a text."""
    return text if text.isdigit() and text.isascii() else "".join(_DIGITS.findall(text))


def luhn(text: str) -> bool:
    """The mod-10 check digit of ISO/IEC 7812-1, annex B."""
    digits = digits_of(text)
    doubled = sum(sum(divmod(2 * int(c), 10)) for c in digits[-2::-2])
    return bool(digits) and (doubled + sum(map(int, digits[-1::-2]))) % 10 == 0


_NUMBER = regex.compile(r"\d++")
_DIGIT_BY_DIGIT = regex.compile(r"\d(?:[ ]\d)*+(?:[ ]{2,3}\d(?:[ ]\d)*+)++")
_YEARS = regex.compile(r"(?:(?:19|20)\d\d(?:[ ,./·–-]{1,3}+(?!$)|$)){2,}")
_LONGEST_STEP = 100
"""Between the members of a series: sizes, years, prices and room numbers seldom go up by more."""


def series(text: str) -> bool:
    """Years beside each other, or three numbers and more, of four digits at most, that go up or down by equal steps:
    "2019 2020 2022", "38 40 42 44". A list of models or sizes; no telephone or card number is given that way.
    """
    plain = text.strip()
    if _DIGIT_BY_DIGIT.fullmatch(plain):  # a wider blank between the numbers
        plain = ",".join(number.replace(" ", "") for number in plain.replace("   ", "  ").split("  "))
    if _YEARS.fullmatch(plain):
        return True
    numbers = _NUMBER.findall(plain)
    if len(numbers) < 3 or plain[0] in "+0" or any(len(number) != len(numbers[0]) for number in numbers):
        return False
    steps = {int(b) - int(a) for a, b in pairwise(numbers)}
    return len(numbers[0]) in (2, 3, 4) and len(steps) == 1 and 0 < abs(steps.pop()) <= _LONGEST_STEP


# Issuer identification ranges and lengths as the networks publish them: Visa 4 (16, 19); Mastercard 51-55 and
# 2221-2720 (16); American Express 34, 37 (15); Discover 6011, 644-649, 65 (16-19); Diners Club 30, 36, 38, 39 (14-19);
# JCB 3528-3589 (16-19); UnionPay 62, 81 (16-19); RuPay 60, 82, 508 (16); Mir 2200-2204 (16-19); UATP 1 (15).
_BRANDS = regex.compile(
    r"4(?:\d{15}|\d{18})|5[1-5]\d{14}|(?:222[1-9]|22[3-9]\d|2[3-6]\d\d|27[01]\d|2720)\d{12}|3[47]\d{13}"
    r"|(?:6011|64[4-9]\d|65\d\d)\d{12,15}|3(?:0|[689])\d{12,17}|35(?:2[89]|[3-8]\d)\d{12,15}|(?:62|81)\d{14,17}"
    r"|(?:60|82)\d{14}|508\d{13}|220[0-4]\d{12,15}|1\d{14}"
)
# Maestro 50, 56-69 has 12 to 19 digits, old Visa cards 13: with one Luhn digit alone, too weak without context.
_WEAK_BRANDS = regex.compile(r"(?:50|5[6-9]|6\d)\d{10,17}|4\d{12}")


def card(text: str) -> bool:
    """A payment card number: a network's range and length, and the Luhn digit."""
    digits = digits_of(text)
    return 12 <= len(digits) <= 19 and bool(_BRANDS.fullmatch(digits)) and len(set(digits)) > 1 and luhn(digits)


def card_in_context(text: str) -> bool:
    """A payment card number of any network, Maestro's short ones included; for use beside a word that says so."""
    digits = digits_of(text)
    known = _BRANDS.fullmatch(digits) or _WEAK_BRANDS.fullmatch(digits)
    return bool(known) and len(set(digits)) > 1 and luhn(digits)


# Total length of an IBAN by country: SWIFT, IBAN Registry (ISO 13616), release 99.
_IBAN_LENGTHS = {
    country: length
    for length, countries in {
        15: "NO", 16: "BE", 18: "DK FK FO FI GL NL SD", 19: "MK SI", 20: "AT BA EE KZ LT LU MN XK", 21: "CH HR LI LV",
        22: "BG BH CR DE GB GE IE ME RS VA", 23: "AE GI IL IQ OM SO TL", 24: "AD CZ ES MD PK RO SA SE SK TN VG",
        25: "LY PT ST", 26: "IS TR", 27: "BI DJ FR GR IT MC MR SM", 28: "AL AZ BY CY DO GT HN HU LB NI PL SV",
        29: "BR EG PS QA UA", 30: "JO KW MU YE", 31: "LC MT SC", 33: "RU",
    }.items()
    for country in countries.split()
}  # fmt: skip


def iban(text: str) -> bool:
    """An international bank account number: the country's length, and mod 97 of ISO 13616 / ISO 7064."""
    code = "".join(c for c in text.upper() if c.isalnum())
    if _IBAN_LENGTHS.get(code[:2]) != len(code) or not code.isascii():
        return False
    return int("".join(str(int(c, 36)) for c in code[4:] + code[:4])) % 97 == 1


def aba_routing(text: str) -> bool:
    """A United States bank routing number: nine digits, a Federal Reserve prefix, weights 3-7-1 (ABA)."""
    digits = digits_of(text)
    if len(digits) != 9 or not (
        0 < int(digits[:2]) <= 12 or 21 <= int(digits[:2]) <= 32 or 61 <= int(digits[:2]) <= 72
    ):
        return False
    return sum(int(c) * w for c, w in zip(digits, (3, 7, 1) * 3, strict=True)) % 10 == 0


def nino(text: str) -> bool:
    """A United Kingdom national insurance number (HMRC manual NIM39110: prefixes never allotted are refused)."""
    code = "".join(c for c in text.upper() if c.isalnum())
    shaped = regex.fullmatch(r"[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z]\d{6}[A-D]?", code)
    return bool(shaped) and code[:2] not in {"BG", "GB", "KN", "NK", "NT", "TN", "ZZ"}


def medicare_au(text: str) -> bool:
    """An Australian Medicare number: 2-6 first, weights 1-3-7-9 (Services Australia; METeOR 270101)."""
    digits = digits_of(text)
    if len(digits) not in (10, 11) or digits[0] not in "23456":
        return False
    return sum(int(c) * w for c, w in zip(digits[:8], (1, 3, 7, 9) * 2, strict=True)) % 10 == int(digits[8])


def stdnum(*names: str, separators: str = "") -> Check:
    """A predicate that accepts what any of python-stdnum's modules of these names accepts, e.g. `us.ssn`.

    The modules see letters, digits and those of the `separators` that are part of the number. A module that stumbles
    over a number (a county its tables lack) has not refuted it: the number counts.
    """

    def valid(text: str) -> bool:
        compact = "".join(c for c in text if c.isalnum() or c in separators)
        return any(_accepts(name, compact) for name in names)

    valid.__name__ = " ".join(("stdnum", *names))
    return valid


def _accepts(name: str, compact: str) -> bool:
    try:
        return bool(_stdnum_module(name).is_valid(compact))
    except (LookupError, ValueError, TypeError):
        return True


@cache
def _stdnum_module(name: str) -> Any:
    return import_module(f"stdnum.{name}")


def ip_address(text: str) -> bool:
    """An address of internet protocol version 4 or 6 (RFC 791, RFC 4291), not the unspecified one."""
    try:
        return not ipaddress.ip_address(text.split("/")[0]).is_unspecified
    except ValueError:
        return False


_MONTH_NAMES = "jan feb mar apr may jun jul aug sep oct nov dec"
_MONTHS = {name: i for i, name in enumerate(_MONTH_NAMES.split(), 1)}
_DAYS = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


def calendar_date(text: str) -> bool:
    """A day that exists, in day-month, month-day or year-first order, year optional and 1880 to 2099 if in full."""
    parts = [part.casefold() for part in regex.findall(r"\d+|\p{L}{3,}", text)]
    numbers = [part for part in parts if part.isdigit()]
    months = [_MONTHS[part[:3]] for part in parts if part[:3] in _MONTHS]
    if months:
        return _named_month(numbers, months[0])
    if len(numbers) == 1 and len(numbers[0]) in (6, 8):
        numbers = _cut_compact(numbers[0])
    return any(_exists(*order) for order in _orders(numbers))


def _named_month(numbers: Sequence[str], month: int) -> bool:
    """Beside a month's name: a day, a year, or one of each."""
    days = [number for number in numbers if len(number) <= 2 and 1 <= int(number) <= _DAYS[month - 1]]
    years = [number for number in numbers if _year(number)]
    return (len(numbers) == 1 and bool(days or years)) or (len(numbers) == 2 and bool(days and years))


def _year(number: str) -> bool:
    return len(number) == 2 or (len(number) == 4 and 1880 <= int(number) <= 2099)


def _cut_compact(digits: str) -> list[str]:
    if len(digits) == 8 and digits[:2] in ("19", "20") and 1 <= int(digits[4:6]) <= 12:
        return [digits[:4], digits[4:6], digits[6:]]
    return [digits[:2], digits[2:4], digits[4:]]


def _orders(numbers: Sequence[str]) -> Iterator[tuple[str, str, str]]:
    if len(numbers) == 3:
        first, second, third = numbers
        yield from ((first, second, third), (second, first, third), (third, second, first))
    elif len(numbers) == 2:
        first, second = numbers
        yield from ((first, second, "2000"), (second, first, "2000"))


def _exists(day: str, month: str, year: str) -> bool:
    short = len(day) <= 2 and len(month) <= 2 and 1 <= int(month) <= 12
    return short and 1 <= int(day) <= _DAYS[int(month) - 1] and _year(year)


# --- telephone numbers -------------------------------------------------------------------------------------------


def phone(regions: Sequence[str] = DEFAULT_REGIONS) -> Check:
    """A predicate for numbers of the world with their country code, and of these regions without it.

    Validity is libphonenumber's (`is_valid_number`); regions whose lengths or leading digits exclude the number are
    not asked. Nothing about a number is remembered.

    Raises:
        ValueError: a region is not known to libphonenumber.
    """
    wanted = tuple(dict.fromkeys(region.upper() for region in regions))
    if wanted != DEFAULT_REGIONS:
        _plans(wanted)

    def valid(text: str) -> bool:
        digits = digits_of(text)
        if not 7 <= len(digits) <= 17 or len(set(digits)) < 3:
            return False
        bare = text.lstrip(" (")
        if bare.startswith("+"):
            return _valid_number("+" + digits, None)
        if digits.startswith("00"):
            return _valid_number("+" + digits[2:], None)
        if digits.startswith("011") and len(digits) > 11:
            return _valid_number("+" + digits[3:], None)
        return any(plan.fits(digits) and _valid_number(digits, plan.region) for plan in _plans(wanted))

    return valid


def possible_phone(text: str) -> bool:
    """A number of a length that telephones have (ITU-T E.164: at most 15 digits), valid or not; for use in context."""
    digits = digits_of(text)
    return 7 <= len(digits) <= 15 and len(set(digits)) > 1


class _Plan:
    """One region's lengths and leading digits, asked before the slower question to libphonenumber."""

    __slots__ = ("_lengths", "_national", "_prefix", "region")

    def __init__(self, region: str, metadata: Any) -> None:
        self.region = region
        self._prefix = metadata.national_prefix or ""
        self._lengths = frozenset(metadata.general_desc.possible_length)
        self._national = regex.compile(metadata.general_desc.national_number_pattern)

    def fits(self, digits: str) -> bool:
        if self._fits(digits):
            return True
        prefix = self._prefix
        return bool(prefix) and digits.startswith(prefix) and self._fits(digits[len(prefix) :])

    def _fits(self, digits: str) -> bool:
        return len(digits) in self._lengths and self._national.fullmatch(digits) is not None


@cache
def _plans(regions: tuple[str, ...]) -> tuple[_Plan, ...]:
    """The plans of some regions, keyed by region codes only."""
    from phonenumbers import PhoneMetadata

    found = {region: PhoneMetadata.metadata_for_region(region) for region in regions}
    missing = [region for region, metadata in found.items() if metadata is None]
    if missing:
        raise ValueError(f"expected region codes known to libphonenumber, got {', '.join(missing)}")
    return tuple(_Plan(region, metadata) for region, metadata in found.items())


def _valid_number(number: str, region: str | None) -> bool:
    import phonenumbers

    try:
        return bool(phonenumbers.is_valid_number(phonenumbers.parse(number, region)))
    except phonenumbers.NumberParseException:
        return False
