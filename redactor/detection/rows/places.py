"""Rows for street addresses and postal codes."""

from collections.abc import Iterator

from redactor.detection import addresses
from redactor.detection.patterns import Pattern, topics
from redactor.detection.words import words


def rows() -> Iterator[Pattern]:
    """The rows of this module."""
    yield from _streets()
    yield from _postal_codes()


def _streets() -> Iterator[Pattern]:
    kind, live = "STREET_ADDRESS", topics("address")
    strong, weak, routes = addresses.STREET_WORDS, addresses.WEAK_STREET_WORDS, addresses.ROUTE_WORDS
    yield Pattern(
        "street", kind, addresses.STREET, 0.75, None, live, 0.9,
        extend=addresses.address_end, extended_score=0.93, digits=1, words=strong,
    )  # fmt: skip
    yield Pattern(
        "street_weak", kind, addresses.STREET_WEAK, 0.4, None, live, 0.8,
        extend=addresses.address_end, extended_score=0.85, digits=1, words=weak,
    )  # fmt: skip
    yield Pattern(
        "street_weak_capitalised", kind, addresses.STREET_WEAK, 0.65, _capitalised, live, 0.85,
        extend=addresses.address_end, extended_score=0.9, digits=1, words=weak,
    )  # fmt: skip
    yield Pattern(
        "street_route", kind, addresses.ROUTE, 0.7, None, live, 0.85,
        extend=addresses.address_end, extended_score=0.9, digits=1, words=routes,
    )  # fmt: skip
    yield Pattern(
        "street_with_flat", kind, addresses.WITH_FLAT, 0.85, None, live, 0.9,
        extend=addresses.address_end, extended_score=0.95, digits=2, words=addresses.UNIT_WORDS,
    )  # fmt: skip
    yield Pattern(
        "po_box", kind, addresses.PO_BOX, 0.93,
        extend=addresses.address_end, extended_score=0.95, digits=1, words=words("box"),
    )  # fmt: skip
    yield Pattern(
        "unit", kind, addresses.UNIT, 0.0, None, live, 0.7,
        requires_context=True, digits=1, words=addresses.UNIT_WORDS,
    )  # fmt: skip


def _capitalised(text: str) -> bool:
    return all(word[0].isupper() or not word[0].isalpha() for word in text.split())


def _postal_codes() -> Iterator[Pattern]:
    kind, zips, live = "POSTAL_CODE", topics("zip"), topics("zip address")
    bare = rf"\d(?<![\w$€£#.,/-]\d){addresses.US_ZIP_REST}(?![\w/%]|[.,]\d)"
    yield Pattern("us_zip_after_state", kind, bare, 0.85, digits=5, after=addresses.STATE_BEFORE)
    yield Pattern("us_zip", kind, bare, 0.0, None, zips, 0.92, requires_context=True, digits=5)
    yield Pattern("us_zip_in_address", kind, bare, 0.0, None, topics("address"), 0.7, requires_context=True, digits=5)
    yield Pattern("us_zip4", kind, r"(?<![\w-])\d{5}-\d{4}(?![\w-])", 0.6, None, zips, 0.95, digits=9)
    uk = addresses.UK_POSTCODE_ALONE
    yield Pattern("uk_postcode", kind, uk, 0.85, None, zips, 0.95, digits=2, mixed=True)
    yield Pattern("uk_postcode_any_case", kind, rf"(?i){uk}", 0.55, _has_gap, live, 0.9, digits=2, mixed=True)
    canada = rf"(?<![\w-]){addresses.CA_POSTAL}(?![\w-])"
    yield Pattern("ca_postal_code", kind, canada, 0.8, _has_gap, zips, 0.95, digits=3, mixed=True)
    yield Pattern("ca_postal_code_joined", kind, canada, 0.4, None, live, 0.9, digits=3, mixed=True)
    yield Pattern(
        "postal_code", kind,
        r"(?i)\b(?:zip(?:[ ]?code)?|post(?:al)?[ ]?code|plz|postleitzahl|c[oó]d(?:e|igo)[ ]postal)\b[^\d\n]{0,16}"
        r"(?P<v>\d{4}[ ]?[A-Z]{2}|\d{3}[ ]?\d{3}|\d{4,6}(?:-\d{4})?)(?![\w-])", 0.9,
        digits=4, words=words("zip zipcode postal post postcode plz postleitzahl"),
    )  # fmt: skip


def _has_gap(text: str) -> bool:
    return " " in text or "-" in text
