"""References beside their words, and the amounts, parts and models that look like them. Values are made up."""

import pytest

from .conftest import Masked


@pytest.mark.parametrize("thing", ["order", "customer", "booking", "member", "transaction"])
@pytest.mark.parametrize("value", ["2878093617", "44120875193", "K7-2093617"])
def test_id_number_of_a_thing_is_asked_for_as_its_reference(masked: Masked, thing: str, value: str) -> None:
    assert masked(value, f"Do you also have your {thing} ID number?") == [("ACCOUNT_ID", value)]


@pytest.mark.parametrize("question", ["Could I have your ID number?", "What is your national ID number?"])
def test_id_number_of_nothing_else_stays_a_persons(masked: Masked, question: str) -> None:
    assert masked("2878093617", question) == [("NATIONAL_ID", "2878093617")]


@pytest.mark.parametrize(
    "text",
    ["my bank account 100000 dollars", "a payment of 150000 rupees", "transaction of 250000 INR", "account 50000 users",
     "loyalty 120000 points", "a serial 16550 chip"],
)  # fmt: skip
def test_amount_and_part_are_no_reference(masked: Masked, text: str) -> None:
    assert masked(text) == []


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("my bank account 10048213", "10048213"),
        ("payment 150000482 in dollars", "150000482"),
        ("account 5000482 usdollar", "5000482"),
        ("serial number 16550", "16550"),
        ("serial 1655048213", "1655048213"),
        ("serial C02XK1ABJG5J", "C02XK1ABJG5J"),
    ],
)
def test_number_after_the_same_word_is_masked(masked: Masked, text: str, value: str) -> None:
    assert value in [found for _, found in masked(text)]


@pytest.mark.parametrize(
    "text",
    ["my Samsung ZX55QT8010FXQA does not start", "is the tv QX65Q84TAFXQA in stock", "the LG smart tv ZLED55C8PUQ",
     "I want the ZX55QT8010FXQA TV", "is ZX55QT8010FXQA smart tv sold out?", "printer (XK2740QT5)"],
)  # fmt: skip
def test_model_beside_its_maker_or_thing_is_no_reference(masked: Masked, text: str) -> None:
    assert masked(text) == []


@pytest.mark.parametrize(
    "text",
    ["it says ZX55QT8010FXQA", "my Samsung account is fine. ZX55QT8010FXQA", "the tv is broken, ZX55QT8010FXQA",
     "Samsung order ZX55QT8010FXQA", "ZX55QT8010FXQA tvshop"],
)  # fmt: skip
def test_code_further_from_a_thing_stays_a_reference(masked: Masked, text: str) -> None:
    assert ("ACCOUNT_ID", "ZX55QT8010FXQA") in masked(text)


@pytest.mark.parametrize("text", ["my gift card is ⟦6060104820⟧", "gift card ⟦2125550143⟧", "voucher no. ⟦60601048⟧"])
def test_number_of_a_gift_card_is_masked_and_no_telephone(masked: Masked, text: str) -> None:
    value = text[text.index("⟦") + 1 : text.index("⟧")]
    assert masked(text.replace("⟦", "").replace("⟧", "")) == [("ACCOUNT_ID", value)]


@pytest.mark.parametrize("text", ["gift card of 2024", "a gift card 1500 dollars", "gift card 10000000 rupees"])
def test_worth_of_a_gift_card_stays(masked: Masked, text: str) -> None:
    assert masked(text) == []
