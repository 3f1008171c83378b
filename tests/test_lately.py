"""What is known for a few messages more, so that pieces of a value can be joined; and what never is."""

import pickle
from collections.abc import Callable

import pytest

from redactor import Redactor, Turn
from redactor.crypto import LocalKey
from redactor.detection import checks
from redactor.detection.patterns import patterns
from redactor.lately import MESSAGES, Lately
from redactor.storage.memory import MemoryStore
from redactor.testing import FakeRecognizer

GUESSING = {
    "transformer": FakeRecognizer({"1111": "CARD_CVV", "8043": "SECRET", "gmail": "SECRET"}, name="transformer")
}
SURE = {"fake": FakeRecognizer({"1111": "SECRET"})}
CARD = ("4111", "1111", "1111", "1111")

Make = Callable[..., Redactor]


def last_readings(redactor: Redactor, *texts: str, asked: str = "", name: str = "c") -> list[str]:
    chat = redactor.conversation(name)
    if asked:
        chat.redact(asked, role="agent")
    turns = [chat.redact(text).turn_id for text in texts]
    return [row.text for turn in turns if (row := chat._state.history.turn(turn))]


def remembered(redactor: Redactor, name: str = "c") -> int:
    return sum(map(len, redactor.conversation(name)._state._lately._turns.values()))


@pytest.mark.parametrize("pieces", [("4111 1111", "1111", "1111"), CARD, ("john", "@", "gmail", ".com")])
def test_a_piece_that_was_taken_for_a_secret_is_joined(make_redactor: Make, pieces: tuple[str, ...]) -> None:
    redactor = make_redactor(recognizers=GUESSING)
    seen = last_readings(redactor, *pieces)
    assert not any(piece in text for piece, text in zip(pieces, seen, strict=True) if piece != "@")


def test_what_was_joined_over_a_guessed_secret_is_not_sealed(make_redactor: Make) -> None:
    redactor = make_redactor(recognizers=GUESSING)
    assert last_readings(redactor, *CARD)[0].startswith("[CARD_CVV_")
    assert not any(referent.forms for referent in redactor.conversation("c")._state.vault.referents())


def test_what_a_recognizer_other_than_the_transformer_calls_a_secret_is_not_remembered(make_redactor: Make) -> None:
    redactor = make_redactor(recognizers=SURE)
    assert last_readings(redactor, "4111", "1111", "1111")[0] == "4111"
    assert remembered(redactor) == 0


@pytest.mark.parametrize("asked", ["What is your PIN?", "Please enter the code we sent you.", "And the security code?"])
def test_a_secret_that_was_asked_for_is_not_remembered(make_redactor: Make, asked: str) -> None:
    redactor = make_redactor(recognizers=GUESSING)
    last_readings(redactor, "8043", asked=asked)
    assert remembered(redactor) == 0


def test_a_security_code_after_a_card_is_not_remembered(make_redactor: Make) -> None:
    card = FakeRecognizer({"4000 0566 5566 5556": "CREDIT_CARD"})
    redactor = make_redactor(recognizers={**GUESSING, "fake": card})
    last_readings(redactor, "4000 0566 5566 5556", "1111")
    assert remembered(redactor) == 0


def test_the_fifth_message_drops_the_first(make_redactor: Make) -> None:
    redactor = make_redactor(recognizers=GUESSING)
    last_readings(redactor, "8043", *["hello"] * (MESSAGES - 1))
    assert remembered(redactor) == 1
    last_readings(redactor, "hello")
    assert remembered(redactor) == 0


def test_of_a_long_message_nothing_is_remembered(make_redactor: Make) -> None:
    redactor = make_redactor(recognizers=GUESSING)
    last_readings(redactor, "so it went on and on and on and on, nothing helped at all, 8043")
    assert remembered(redactor) == 0


def test_an_agents_turn_is_not_remembered(make_redactor: Make) -> None:
    redactor = make_redactor(recognizers=GUESSING)
    redactor.conversation("c").redact("8043", role="agent")
    assert remembered(redactor) == 0


def test_forgetting_drops_it(make_redactor: Make) -> None:
    redactor = make_redactor(recognizers=GUESSING)
    last_readings(redactor, "8043")
    redactor.conversation("c").forget()
    assert remembered(redactor) == 0


def test_it_ends_with_the_conversations_time(make_redactor: Make) -> None:
    now = [1_000_000.0]
    redactor = make_redactor(recognizers=GUESSING, clock=lambda: now[0])
    last_readings(redactor, "8043")
    now[0] += 10 * 365 * 86_400
    chat = redactor.conversation("c")
    chat.restore("hello", record=False)
    assert remembered(redactor) == 0


def test_another_process_does_without(make_redactor: Make) -> None:
    store, key = MemoryStore(), LocalKey.ephemeral()
    one, other = (make_redactor(recognizers=GUESSING, store=store, key=key) for _ in range(2))
    last_readings(one, "4111", "1111")
    assert remembered(other) == 0
    history = [Turn("customer", piece) for piece in CARD[:3]]
    assert other.conversation("c").redact_turns(history)[0].text == "4111"


def test_nothing_of_it_prints_or_pickles(make_redactor: Make) -> None:
    redactor = make_redactor(recognizers=GUESSING)
    last_readings(redactor, "8043")
    lately = redactor.conversation("c")._state._lately
    assert "8043" not in f"{lately!r} {lately._turns!r}"
    with pytest.raises(TypeError):
        pickle.dumps(lately._turns)
    assert isinstance(lately, Lately)


@pytest.mark.parametrize("pieces", [CARD, ("4111 1111", "1111 1111"), ("４１１１ １１１１", "１１１１ １１１１")])
@pytest.mark.parametrize("policy", [{"policy": "default"}, {}], ids=["default", "cards are sealed"])
def test_a_security_code_after_a_card_in_pieces_is_no_part_of_it(
    make_redactor: Make, policy: dict[str, str], pieces: tuple[str, ...]
) -> None:
    store, code = MemoryStore(), "037"
    assert checks.card("".join(CARD) + code)  # it would fit
    redactor = make_redactor(recognizers={"patterns": patterns()}, store=store, **policy)
    assert last_readings(redactor, *pieces, code)[-1] == "[CARD_CVV_1]"
    vault = redactor.conversation("c")._state.vault
    assert not any(code in form.text.reveal() for referent in vault.referents() for form in referent.forms)
    assert [row.type for row in store.values(vault.public_id) if row.lookup_hash] == ["CREDIT_CARD"]
