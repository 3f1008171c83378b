"""Handles, and values known by a platform's own fields."""

import pytest

from redactor import Conversation, Redactor
from redactor.testing import in_memory
from redactor_gateway.handles import parsed, value_of
from redactor_gateway.whose import Somebody


def test_what_is_known_is_masked_whatever_recognizers_think() -> None:
    with in_memory() as redactor:
        whose = Somebody(redactor.conversation("c"), redactor.policy)
        assert whose.known("Zelda Quux", "PERSON") == whose.known("Zelda Quux", "PERSON") == "[PERSON_1]"
        assert whose.chat.redact("it's Zelda here").text == "it's [PERSON_1] here"


def test_a_type_stays_what_it_is_though_memory_knows_the_value_as_another(redactor: Redactor) -> None:
    whose = Somebody(redactor.conversation("c"), redactor.policy)
    types = ["EMAIL_ADDRESS", "ACCOUNT_ID", "EMAIL_ADDRESS"]
    written = [whose.known("zelda@quux.example", each) for each in types]
    assert written == ["[EMAIL_ADDRESS_1]", "[ACCOUNT_ID_1]", "[EMAIL_ADDRESS_1]"]


@pytest.mark.parametrize("text", ["", "x", "[PERSON_1]", "a" * 20 + "-person", "A" * 20 + "-person-1", "x-person-1"])
def test_what_is_no_handle_stays(text: str, chat: Conversation) -> None:
    assert parsed(text) is None
    assert value_of(chat, text) == text


def test_a_handle_leads_back_in_its_own_conversation(redactor: Redactor) -> None:
    chat = redactor.conversation("c")
    chat.redact_known("+442079460018", "PHONE_NUMBER")
    assert value_of(chat, f"{chat.public_id}-phone-number-1") == "+442079460018"


def test_blanks_around_a_value_are_no_part_of_it(redactor: Redactor) -> None:
    whose = Somebody(redactor.conversation("c"), redactor.policy)
    assert whose.handle(" +442079460018\n", "PHONE_NUMBER") == f" {whose.chat.public_id}-phone-number-1\n"
    assert whose.handle("  ", "PHONE_NUMBER") == "  "
