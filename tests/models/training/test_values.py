"""Values made for training: mostly valid by the libraries that validate them, reproducible, never empty."""

import random
import re
from collections.abc import Callable
from types import ModuleType
from typing import Any

import phonenumbers
import pytest
from stdnum import bitcoin, iban, luhn

pytest.importorskip("faker", reason="faker is not installed: pip install 'chat-redactor[training]'")

from models.training import values
from models.training.values import (
    addresses,
    banking,
    dates,
    health,
    identifiers,
    names,
    online,
    organisations,
    phones,
    places,
    shapes,
    vehicles,
)

DRAWS = 1500
KINDS = sorted(values.MAKERS)


def drawn(make: Callable[[random.Random], str], count: int = DRAWS, seed: int = 7) -> list[str]:
    rng = random.Random(seed)
    return [make(rng) for _ in range(count)]


def share(found: list[str], holds: Callable[[str], Any]) -> float:
    return sum(bool(holds(text)) for text in found) / len(found)


@pytest.mark.parametrize("kind", KINDS)
def test_no_value_is_empty_or_has_blanks_at_its_edges_and_a_seed_reproduces_all(kind: str) -> None:
    found = drawn(values.MAKERS[kind])
    assert all(text and text == text.strip() and text.isprintable() | ("\n" in text) for text in found)
    assert not any(mark in text for text in found for mark in ("{", "}", "\\", "None")) or kind == "PASSWORD"
    assert drawn(values.MAKERS[kind]) == found
    assert drawn(values.MAKERS[kind], seed=8) != found


@pytest.mark.parametrize(
    "kind",
    [k for k in identifiers.IDENTIFIERS if k.check],
    ids=[f"{i.check}-{n}" for n, i in enumerate(identifiers.IDENTIFIERS) if i.check],
)
def test_identifiers_are_valid_by_the_library_and_one_wrong_digit_is_written_too(kind: identifiers.Identifier) -> None:
    found = drawn(kind.make, 60)
    assert share(found, lambda n: identifiers.is_valid(kind.check, n)) == 1
    for layout in kind.layouts:
        written = iter(shapes.laid_out(found[0], layout))
        assert all(character in written for character in found[0]), layout


def test_identifiers_are_of_many_countries() -> None:
    assert len({i.check.partition(".")[0] for i in identifiers.IDENTIFIERS if i.check}) >= 35


def test_some_numbers_are_mistyped() -> None:
    cards = share(drawn(banking.card), lambda text: luhn.is_valid("".join(filter(str.isdigit, text))))
    assert 0.85 < cards < 0.96
    vins = drawn(vehicles.vin)
    assert 0.82 < share(vins, lambda n: vehicles.vin_check(n) == n[8]) < 0.95
    assert 0.9 < share(drawn(banking.iban), iban.is_valid) < 0.99
    rng = random.Random(1)
    assert all(shapes.mistyped(rng, "4111") != "4111" for _ in range(50))


def test_ibans_are_of_more_than_fifty_countries() -> None:
    assert len({text[:2].upper() for text in drawn(banking.iban, 3000)}) >= 50


def test_health_numbers_have_their_check_digits() -> None:
    assert share(drawn(health.nhs, 100), lambda n: identifiers.is_valid("gb.nhs", n)) == 1
    assert share(drawn(health.npi, 100), lambda n: len(n) == 10 and luhn.is_valid("80840" + n)) == 1
    assert all(len(n.replace("-", "").replace(" ", "")) == 11 for n in drawn(health.mbi, 100))


def test_bitcoin_addresses_have_their_checksums() -> None:
    rng = random.Random(2)
    segwit = [online.bech32(rng, "bc", 0, 32) for _ in range(50)]
    legacy = [online.base58check(version, rng.randbytes(20)) for version in (0, 5) for _ in range(25)]
    assert all(bitcoin.is_valid(text) for text in segwit + legacy)
    assert all(
        text.startswith("bc1p") and len(text) == 62 for text in (online.bech32(rng, "bc", 1, 52) for _ in range(50))
    )


def test_phones_of_the_world_are_mostly_valid() -> None:
    def valid(text: str) -> bool:
        return phonenumbers.is_valid_number(phonenumbers.parse(text, None))

    for region in ("GB", "DE", "IN", "BR", "KE", "PH"):
        found = [
            phones.renewed(random.Random(n), text) for n, text in enumerate(phones.written(region)) if text[0] == "+"
        ]
        assert share(found, valid) > 0.9


def test_a_zip_code_begins_as_those_of_its_state_do() -> None:
    rng = random.Random(4)
    assert all(addresses.usps_zip(rng, "OR").startswith("97") for _ in range(20))
    assert {len(addresses.usps_zip(rng, state)) for state in places.STATES} <= {5, 10}
    assert all(addresses.canadian_zip(rng, "AB")[0] == "T" for _ in range(20))


def test_addresses_stand_on_one_line_and_on_several() -> None:
    found = drawn(values.address)
    assert 0.1 < share(found, lambda text: "\n" in text) < 0.5
    assert len(addresses.COUNTRIES) >= 45


def test_names_are_of_many_origins_with_common_ones_more_often() -> None:
    every, _ = names.origins()
    assert len({origin.name for origin in every}) >= 60
    american = next(origin for origin in every if origin.name == "en_US")
    drawn_names = drawn(american.last.draw, 4000)
    assert drawn_names.count("Smith") > 10 * max(1, drawn_names.count(american.last.items[-1]))


def test_half_of_the_names_with_marks_are_typed_without() -> None:
    rng = random.Random(3)
    assert 0.4 < share([names.typed(rng, "Íñigo") for _ in range(1000)], str.isascii) < 0.6


def test_pools_are_large() -> None:
    assert sum(len(found) for found in places.towns().values()) >= 1500
    assert len(set(organisations.WELL_KNOWN)) >= 400
    assert len(places.country_pool().items) >= 190


def test_references_keep_their_words_and_underscores() -> None:
    found = drawn(values.account, 20000)
    assert any(re.fullmatch(r"credit_card_\d{7}", text) for text in found)
    assert any(re.fullmatch(r"1Z\w+", text) for text in found)
    assert min(map(len, found)) >= 4
    assert not any("'" in text for text in found)


def test_shapes_mean_what_they_meant() -> None:
    made = values.shape(random.Random(1), "9AaXh Zx-\\")
    assert made[0].isdigit() and made[1].isupper() and made[2].islower() and made[5:] == " Zx-\\"


@pytest.mark.parametrize(
    ("year", "said"),
    [(1987, "nineteen eighty-seven"), (1905, "nineteen oh five"), (2021, "twenty twenty-one"), (2000, "two thousand")],
)
def test_years_in_words(year: int, said: str) -> None:
    assert dates.year_in_words(random.Random(0), year) == said


def test_an_email_and_a_handle_keep_the_name_given() -> None:
    rng = random.Random(6)
    mails = [values.email(rng, ("Zoltánka", "Qvist")).lower() for _ in range(300)]
    assert share(mails, lambda text: any(part in text for part in ("zol", "qvi", "z", "q"))) > 0.8


def test_the_package_offers_the_names_that_are_used() -> None:
    assert isinstance(values, ModuleType)
    assert all(hasattr(values, name) for name in values.__all__)
