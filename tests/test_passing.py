"""A passing conversation goes on where it was put away, for who has its key; nothing of it can be read meanwhile."""

import pytest

from redactor import Redactor
from redactor.crypto import new_key
from redactor.exceptions import CryptoError
from redactor.passing import Sealed
from redactor.secret import Secret
from redactor.testing import FakeRecognizer, assert_no_leak, in_memory
from redactor.types import Turn

NAME, OTHER, CODE = "Vimala Okonjo", "Paula Überall", "48213"
SAID = [Turn("customer", f"I am {NAME}"), Turn("assistant", f"Dear {NAME}")]


def put_away(redactor: Redactor, key: Secret[bytes], *turns: Turn) -> Sealed:
    """A conversation in which this was said."""
    chat = redactor.passing_conversation("shop")
    chat.redact_turns(turns, follows=True)
    chat.redact_value({"note": f"about {NAME}"})
    content = chat.put_away(key)
    assert content is not None
    return Sealed(content, key)


def test_it_goes_on_with_its_placeholders_and_its_turns() -> None:
    with in_memory({NAME: "PERSON", OTHER: "PERSON"}) as redactor:
        chat = redactor.passing_conversation("shop", again=put_away(redactor, new_key(), *SAID))
        assert [each.text for each in chat.redact_turns(SAID)] == ["I am [PERSON_1]", "Dear [PERSON_1]"]
        assert all(each.known for each in chat.redact_turns(SAID))
        assert chat.redact(f"{OTHER} and {NAME}").text == "[PERSON_2] and [PERSON_1]"
        assert chat.redact_value(f"about {NAME}") == "about [PERSON_1]"
        assert (chat.restore("[PERSON_1]").text, chat.tenant) == (NAME, "shop")


def test_a_string_beside_the_turns_is_looked_at_again_where_it_says_what_is_known_since() -> None:
    with in_memory({NAME: "PERSON"}) as redactor:
        chat = redactor.passing_conversation()
        assert chat.redact_value("call vimala okonjo") == "call vimala okonjo"
        chat.redact(f"I am {NAME}")
        key = new_key()
        again = redactor.passing_conversation(again=Sealed(chat.put_away(key) or b"", key))
        assert again.redact_value("call vimala okonjo") == "call [PERSON_1]"


def test_two_that_go_on_from_one_beginning_know_nothing_of_each_other() -> None:
    with in_memory({NAME: "PERSON", OTHER: "PERSON"}) as redactor:
        away = put_away(redactor, new_key(), *SAID)
        one, two = (redactor.passing_conversation("shop", again=away) for _ in range(2))
        assert one.redact(f"and {OTHER}").text == "and [PERSON_2]"
        assert two.restore("[PERSON_2]").text == "[PERSON_2]"
        assert two.redact("paula überall").text == "paula überall"


def test_only_its_key_and_tenant_open_it_and_nothing_of_it_can_be_read() -> None:
    with in_memory({NAME: "PERSON"}) as redactor:
        away = put_away(redactor, new_key(), *SAID)
        assert_no_leak([NAME, "I am [PERSON_1]"], away.content, away)
        with pytest.raises(CryptoError):
            redactor.passing_conversation("shop", again=Sealed(away.content, new_key()))
        with pytest.raises(CryptoError):
            redactor.passing_conversation("cafe", again=away)
        changed = bytes([away.content[0] ^ 1]) + away.content[1:]
        with pytest.raises(CryptoError):
            redactor.passing_conversation("shop", again=Sealed(changed, away.key))


def test_a_message_with_a_guess_that_is_never_stored_is_not_put_away() -> None:
    guess = FakeRecognizer({CODE: "CARD_CVV"}, name="transformer")
    with Redactor(recognizers={"transformer": guess}) as redactor:
        chat = redactor.passing_conversation()
        chat.redact(f"it is {CODE}")
        assert chat.put_away(new_key()) is None
        for number in range(8):
            chat.redact(f"word {number}")
        content = chat.put_away(new_key())
        assert content is not None
