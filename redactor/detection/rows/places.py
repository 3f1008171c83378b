"""Rows for street addresses, number first, as English-speaking countries write them."""

from collections.abc import Iterator

from redactor.detection import addresses
from redactor.detection.patterns import Pattern, topics


def rows() -> Iterator[Pattern]:
    """The rows of this module."""
    kind, live = "STREET_ADDRESS", topics("address")
    strong, weak, routes = addresses.STREET_WORDS, addresses.WEAK_WORDS, addresses.ROUTE_WORDS
    yield Pattern(
        "street", kind, addresses.STREET, 0.75, None, live, 0.9,
        lower=True, extend=addresses.address_end, extended_score=0.93, digits=1, words=strong,
        example="please send it to ⟦14 Larch Ave, Dayton, OH 45402⟧",
    )  # fmt: skip
    yield Pattern(
        "street_weak", kind, addresses.STREET_WEAK, 0.4, None, live, 0.8,
        lower=True, extend=addresses.address_end, extended_score=0.85, digits=1, words=weak,
        example="What is your street address? | ⟦12 orchard way⟧",
    )  # fmt: skip
    yield Pattern(
        "street_weak_capitalised", kind, addresses.STREET_WEAK, 0.65, _capitalised, live, 0.85,
        lower=True, extend=addresses.address_end, extended_score=0.9, digits=1, words=weak,
        example="we moved to ⟦12 Orchard Way⟧ last week",
    )  # fmt: skip
    yield Pattern(
        "street_grid", kind, addresses.STREET_GRID, 0.85, None, live, 0.9,
        lower=True, extend=addresses.address_end, extended_score=0.95, digits=1, words=strong | weak,
        hint=addresses.GRID_HINT, reach=(8, 260),
        example="it is at ⟦N14 W23000 Larch Rd⟧",
    )  # fmt: skip
    yield Pattern(
        "street_route", kind, addresses.ROUTE, 0.7, None, live, 0.85,
        extend=addresses.address_end, extended_score=0.9, digits=1, words=routes,
        example="the shop is at ⟦4510 US Hwy 1⟧",
    )  # fmt: skip
    yield Pattern(
        "street_with_flat", kind, addresses.WITH_FLAT, 0.85, None, live, 0.9,
        lower=True, extend=addresses.address_end, extended_score=0.95, digits=2, words=addresses.UNIT_FIRST_WORDS,
        hint=addresses.UNIT_FIRST, reach=(0, 400),
        example="⟦Flat 4, Rose House, 12 High Street, Leeds LS1 4AB⟧",
    )  # fmt: skip
    yield Pattern(
        "street_misspelt", kind, addresses.MISSPELT, 0.7, None, live, 0.85,
        lower=True, trim=addresses.misspelt_street, extend=addresses.address_end, extended_score=0.9, digits=1,
        words=addresses.near_misses(),
        example="it goes to ⟦12 larch steet⟧",
    )  # fmt: skip
    yield Pattern(
        "street_before_code", kind, addresses.NUMBERED, 0.0,
        lower=True, extend=addresses.coded_end, extended_score=0.9, digits=5, hint=addresses.CODE_HINT,
        example="⟦2200 Larchway, Vancouver, BC V5N 2T4⟧",
    )  # fmt: skip
    yield Pattern(
        "street_with_flat_before_code", kind, addresses.FLAT_NUMBERED, 0.0,
        lower=True, extend=addresses.coded_end, extended_score=0.93, digits=5, words=addresses.UNIT_FIRST_WORDS,
        hint=rf"{addresses.UNIT_FIRST}\d", reach=(0, 100),
        example="⟦Unit 14, 2200 Larchway, Vancouver, BC V5N 2T4⟧",
    )  # fmt: skip
    yield Pattern(
        "po_box", kind, addresses.PO_BOX, 0.93,
        extend=addresses.address_end, extended_score=0.95, digits=1, words=addresses.BOX_WORDS,
        example="my mail goes to ⟦GPO Box 1234, Sydney NSW 2001⟧",
    )  # fmt: skip
    yield Pattern(
        "rural_route", kind, addresses.RURAL, 0.3, None, live, 0.85,
        extend=addresses.address_end, extended_score=0.92, digits=1, words=addresses.RURAL_WORDS,
        example="⟦RR 2 Box 152, Chester, VT 05143⟧",
    )  # fmt: skip
    yield Pattern(
        "unit", kind, rf"{addresses.UNIT}(?!{_NO_ADDRESS})", 0.0, None, live, 0.7,
        requires_context=True, digits=1, words=addresses.UNIT_WORDS, lower=True,
        example="What is the address? | it's ⟦apt 4b⟧",
    )  # fmt: skip


_NO_ADDRESS = r"[ ](?i:rooms?|bed(?:room)?s?|bath(?:room)?s?|people|guests?|m2|sqm|sq|adults?|nights?|months?|days?)\b"
"""What counts rooms or guests behind the number of a flat."""


def _capitalised(text: str) -> bool:
    return all(word[0].isupper() or not word[0].isalpha() for word in text.split())
