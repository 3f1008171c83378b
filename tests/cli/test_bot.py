"""The built-in bot asks for what it needs, in placeholders, and never needs to see more."""

import pytest

from redactor.cli.bot import GREETING, Said, made_up_order, reply


def _talk(*said: str) -> str:
    return reply([Said("user", text) for text in said], lambda order: f"looked up {order}")


@pytest.mark.parametrize(
    ("said", "asked"),
    [
        (["where is my parcel?"], "full name"),
        (["[PERSON_1]"], "order number"),
        (["[PERSON_1]", "it is [ACCOUNT_ID_1]"], "e-mail address"),
        (["[ACCOUNT_ID_1]"], "full name"),
        (["[PERSON_1]", "[EMAIL_ADDRESS_1]"], "order number"),
    ],
)
def test_it_asks_for_what_is_missing(said: list[str], asked: str) -> None:
    assert asked in _talk(*said)


def test_it_looks_the_order_up_once_it_knows_everything() -> None:
    answer = _talk("[PERSON_1]", "[ACCOUNT_ID_2]", "[EMAIL_ADDRESS_1]")
    assert "looked up [ACCOUNT_ID_2]" in answer
    assert "[PERSON_1]" in answer
    assert "[EMAIL_ADDRESS_1]" in answer


def test_it_says_so_where_the_policy_gives_the_tool_nothing() -> None:
    said = [Said("user", "[PERSON_1] [ACCOUNT_ID_1] [EMAIL_ADDRESS_1]")]
    assert "cannot look it up" in reply(said, lambda order: None)


def test_it_repeats_what_is_said_afterwards() -> None:
    everything = "[PERSON_1] [ACCOUNT_ID_1] [EMAIL_ADDRESS_1]"
    assert "call [PHONE_NUMBER_1]" in _talk(everything, "call [PHONE_NUMBER_1]")


def test_a_corrected_value_is_looked_up_again() -> None:
    everything = "[PERSON_1] [ACCOUNT_ID_1] [EMAIL_ADDRESS_1]"
    assert "looked up [ACCOUNT_ID_2]" in _talk(everything, "sorry, it is [ACCOUNT_ID_2]")


def test_it_warns_of_what_should_not_be_sent() -> None:
    assert _talk("my card is [CREDIT_CARD_1]").startswith("Please never send")
    assert not _talk("my name is [PERSON_1]").startswith("Please never send")


def test_it_takes_leave_by_name() -> None:
    assert _talk("[PERSON_1]", "that's all, bye") == "Thank you, [PERSON_1], and goodbye!"
    assert "[" not in _talk("bye")


def test_an_order_reads_the_same_each_time() -> None:
    assert made_up_order("1") == made_up_order("1")
    assert len({made_up_order(str(number)) for number in range(50)}) > 5
    assert "name" in GREETING
