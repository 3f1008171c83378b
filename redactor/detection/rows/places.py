"""Rows for street addresses and postal codes."""

from collections.abc import Iterator

from redactor.detection import addresses
from redactor.detection.patterns import Pattern, topics


def _places() -> Iterator[Pattern]:
    street, words = "STREET_ADDRESS", addresses.SUFFIX_WORDS
    yield Pattern("street_in_full", street, addresses.STREET_IN_FULL, 0.93, digits=1, words=words)
    yield Pattern("street", street, addresses.STREET, 0.75, None, topics("address"), 0.9, digits=1, words=words)
    yield Pattern("street_weak", street, addresses.STREET_WEAK, 0.6, None, topics("address"), 0.85, digits=1, words=words)
    yield Pattern(
        "street_asked", street, addresses.STREET_ASKED, 0.0, None, topics("address"), 0.85, requires_context=True, asked_only=True,
        digits=1, words=words,
    )  # fmt: skip
    yield Pattern("po_box", street, addresses.PO_BOX, 0.93, digits=1, words=frozenset(("box",)))
    zips = topics("zip")
    yield Pattern("us_zip_after_state", "POSTAL_CODE", addresses.ZIP_AFTER_STATE, 0.85, digits=5)
    yield Pattern(
        "us_zip", "POSTAL_CODE", rf"(?<![\w$€£#.,/-]){addresses.US_ZIP}(?![\w/%]|[.,]\d)", 0.0, None, zips | topics("address"), 0.8,
        requires_context=True, digits=5,
    )  # fmt: skip
    yield Pattern("us_zip4", "POSTAL_CODE", r"(?<![\w-])\d{5}-\d{4}(?![\w-])", 0.6, None, zips, 0.95, digits=9)
    yield Pattern("uk_postcode", "POSTAL_CODE", rf"(?<![\w-]){addresses.UK_POSTCODE}(?![\w-])", 0.85, None, zips, 0.95, digits=2)
    yield Pattern(
        "uk_postcode_lower", "POSTAL_CODE", rf"(?i)(?<![\w-]){addresses.UK_POSTCODE}(?![\w-])", 0.6, _has_blank, zips | topics("address"), 0.9,
        digits=2,
    )  # fmt: skip
    yield Pattern("ca_postal_code", "POSTAL_CODE", rf"(?<![\w-]){addresses.CA_POSTAL}(?![\w-])", 0.8, _has_blank, zips, 0.95, digits=3)
    yield Pattern(
        "ca_postal_code_joined", "POSTAL_CODE", rf"(?<![\w-]){addresses.CA_POSTAL}(?![\w-])", 0.4, None, zips | topics("address"), 0.9, digits=3
    )
    yield Pattern(
        "postal_code", "POSTAL_CODE", r"(?i)\b(?:zip(?:[ ]?code)?|post(?:al)?[ ]?code|plz|postleitzahl|c[oó]d(?:e|igo)[ ]postal)\b[^\d\n]{0,16}"
        r"(?P<v>\d{4}[ ]?[A-Z]{2}|\d{3}[ ]?\d{3}|\d{4,6})(?![\w-])", 0.85, digits=4,
        words=frozenset(("zip", "zipcode", "postal", "post", "postcode", "plz", "postleitzahl")),
    )  # fmt: skip


def _has_blank(text: str) -> bool:
    return " " in text or "-" in text
