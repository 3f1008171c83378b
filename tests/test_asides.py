"""Strings that are no turn: redacted for the conversation, known again, and no record of them."""

import re
from collections.abc import Callable, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from redactor import Redactor
from redactor.exceptions import BlockedError, ConfigError, DetectionError
from redactor.policy import Policy
from redactor.testing import FakeRecognizer, assert_no_leak, in_memory
from redactor.types import Entity

CANARY = "Quenby Vash-Orlo"
ACCOUNT = "70031998226"
VALUES: dict[str | re.Pattern[str], str] = {
    CANARY: "PERSON",
    ACCOUNT: "ACCOUNT_ID",
    "qv@canary.example": "EMAIL_ADDRESS",
}


def _recorded(redactor: Redactor) -> int:
    return len(redactor.transcripts.search().items)


json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False)
    | st.text()
    | st.sampled_from([*map(str, VALUES), f"to {CANARY}"]),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)


class Counting:
    """Counts how often it is asked."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self._fake = FakeRecognizer(dict(VALUES))

    def __call__(self, text: str, context: Sequence[str]) -> list[Entity]:
        self.asked.append(text)
        return self._fake(text, context)


@given(json_values)
def test_a_value_comes_back_as_it_was_and_nothing_personal_goes_on(value: object) -> None:
    with in_memory(dict(VALUES)) as redactor:
        chat = redactor.conversation("c")
        redacted = chat.redact_value(value)
        assert_no_leak([CANARY, "qv@canary.example"], redacted)
        assert chat.restore_value(redacted) == value


def test_keys_and_numbers_are_redacted_and_everything_else_stays() -> None:
    chat = in_memory(dict(VALUES)).conversation("c")
    assert chat.redact_value({CANARY: [int(ACCOUNT), 7, True, None, 2.5], "t": (ACCOUNT,)}) == {
        "[PERSON_1]": ["[ACCOUNT_ID_1]", 7, True, None, 2.5],
        "t": ("[ACCOUNT_ID_1]",),
    }


def test_two_keys_that_would_read_the_same_stay_apart() -> None:
    chat = in_memory({CANARY: "PERSON", CANARY.lower(): "PERSON"}).conversation("c")
    assert list(chat.redact_value({CANARY: 1, CANARY.lower(): 2})) == ["[PERSON_1]", "[PERSON_1] (2)"]


def test_what_was_redacted_before_is_not_detected_again() -> None:
    counting = Counting()
    chat = Redactor(recognizers=[counting]).conversation("c")
    first = chat.redact_value({"who": CANARY, "note": "nothing here"})
    asked = len(counting.asked)
    assert chat.redact_value({"who": CANARY, "note": "nothing here"}) == first
    assert len(counting.asked) == asked


def test_a_value_that_is_learned_later_is_masked_in_what_was_clean_before(
    make_redactor: Callable[..., Redactor],
) -> None:
    chat = make_redactor(recognizers=[FakeRecognizer({f"I am {CANARY}": "PERSON"})]).conversation("c")
    assert chat.redact_value(f"ask {CANARY}") == f"ask {CANARY}"
    chat.report_missed(chat.redact(f"it is {CANARY}").turn_id, 6, 6 + len(CANARY), "PERSON")
    assert chat.redact_value(f"ask {CANARY}") == "ask [PERSON_1]"


def test_no_turn_is_recorded() -> None:
    redactor = in_memory(dict(VALUES))
    chat = redactor.conversation("c")
    chat.redact(f"I am {CANARY}")
    chat.redact_value({"a": [CANARY, ACCOUNT]})
    assert _recorded(redactor) == 1


def test_an_earlier_turn_that_shows_the_value_is_rewritten() -> None:
    def asked(text: str, context: Sequence[str]) -> list[Entity]:
        return FakeRecognizer({ACCOUNT: "ACCOUNT_ID"})(text) if "order" in "".join(context) else []

    chat = Redactor(recognizers=[asked]).conversation("c")
    turn = chat.redact(f"is it {ACCOUNT}?")
    assert ACCOUNT in turn.text
    before = chat.revision
    assert chat.redact_value({"order": ACCOUNT}) == {"order": "[ACCOUNT_ID_1]"}
    assert chat.recorded_text(turn.turn_id) == "is it [ACCOUNT_ID_1]?"
    assert chat.revision != before


def test_text_that_looks_like_a_placeholder_is_data_unless_the_llm_wrote_it() -> None:
    chat = in_memory(dict(VALUES)).conversation("c")
    chat.redact_value(CANARY)
    assert chat.redact_value("[PERSON_1]", "assistant") == "[PERSON_1]"
    forged = chat.redact_value("[PERSON_1]", "tool")
    assert forged == "[LITERAL_1]"
    assert chat.restore_value(forged, "tool:any", also={"PERSON"}) == "[PERSON_1]"


def test_a_tool_gets_the_types_it_is_given_and_no_others() -> None:
    chat = in_memory({**VALUES, "hunter22": "SECRET"}).conversation("c")
    arguments = chat.redact_value({"who": CANARY, "id": ACCOUNT, "word": "hunter22"})
    given = chat.restore_value(arguments, "tool:look_up", also={"ACCOUNT_ID", "SECRET"})
    assert given == {"who": "[PERSON_1]", "id": ACCOUNT, "word": "[SECRET_1]"}
    assert chat.restore_value("[PERSON_1]", "customer", also=()) == CANARY


@pytest.mark.parametrize("model_guesses", [True, False])
def test_the_name_of_a_field_is_not_asked_of_models(model_guesses: bool) -> None:
    guess = FakeRecognizer({"price": "PERSON", "Quenby Vash": "PERSON"})
    if model_guesses:
        guess.version = "guesses 1"  # type: ignore[attr-defined]
    chat = Redactor(recognizers=[guess]).conversation("c")
    assert list(chat.redact_value({"price": 1, "Quenby Vash": 2})) == [
        "price" if model_guesses else "[PERSON_1]",
        "[PERSON_1]" if model_guesses else "[PERSON_2]",
    ]


def test_what_a_value_is_about_tells_a_number_apart() -> None:
    chat = Redactor().conversation("c")
    assert chat.redact_value({"price": 4999, "order_id": 8706847615, "cvv": 123}) == {
        "price": 4999,
        "order_id": "[ACCOUNT_ID_1]",
        "cvv": "[CARD_CVV_1]",
    }


def test_it_fails_closed() -> None:
    def broken(text: str, context: Sequence[str]) -> list[Entity]:
        raise RuntimeError(text)

    chat = Redactor(recognizers=[broken]).conversation("c")
    with pytest.raises(DetectionError) as failed:
        chat.redact_value({"who": CANARY})
    assert_no_leak([CANARY], failed.value)
    blocking = Policy.from_dict({"types": {"PERSON": {"operator": "block"}}})
    with pytest.raises(BlockedError):
        in_memory(dict(VALUES), policy=blocking).conversation("c").redact_value([CANARY])
    with pytest.raises(ConfigError):
        in_memory().conversation("c").redact_value("x", role="nobody")  # type: ignore[arg-type]


def test_an_id_stands_for_the_same_text_in_one_conversation_only() -> None:
    redactor = in_memory()
    one, other = redactor.conversation("one"), redactor.conversation("other")
    assert one.keyed_id("crystal-1") == one.keyed_id("crystal-1") != one.keyed_id("crystal-2")
    assert one.keyed_id("crystal-1") != other.keyed_id("crystal-1")


def test_turns_that_follow_are_served_where_id_and_text_are_known_and_taken_in_where_not() -> None:
    from redactor import Turn

    redactor = in_memory(dict(VALUES))
    chat = redactor.conversation("c")
    first = chat.redact_turns([Turn("customer", f"I am {CANARY}", "m1")], follows=True)
    again = chat.redact_turns([Turn("customer", f"I am {CANARY}", "m1")], follows=True)
    assert again[0].turn_id == first[0].turn_id
    assert again[0].known
    chat.redact_turns(
        [Turn("customer", f"I am {CANARY}", "m2"), Turn("customer", "hi"), Turn("customer", "hi")], follows=True
    )
    assert _recorded(redactor) == 4


def test_a_recorded_turn_is_given_back_exactly_while_it_reads_the_same() -> None:
    chat = Redactor().conversation("c")
    turn = chat.redact("my name is crystal minh")
    chat.redact("Crystal Minh, that is me")
    assert chat.restore_recorded(turn.text, turn.turn_id) == "my name is crystal minh"
    assert chat.restore_recorded(turn.text + "!", turn.turn_id).casefold() == "my name is crystal minh!"
    assert chat.reads(turn.text)
    assert not chat.reads(turn.text + "!")


def test_a_fed_stream_gives_what_restore_gives_and_records_once() -> None:
    redactor = in_memory(dict(VALUES))
    chat = redactor.conversation("c")
    chat.redact(f"I am {CANARY}")
    stream = chat.open_stream()
    pieces = [stream.feed("Hello [PER"), stream.feed("SON_1]"), stream.finish()]
    assert "".join(pieces) == f"Hello {CANARY}"
    stream.record()
    stream.record()
    silent = chat.open_stream(record=False)
    silent.feed("not in the transcript")
    silent.finish()
    silent.record()
    assert _recorded(redactor) == 2


async def _whole(redactor: Redactor) -> str:
    return await redactor.in_pool(redactor.conversation("c").redact_value, CANARY)


def test_sync_work_runs_in_the_pool() -> None:
    import asyncio

    assert asyncio.run(_whole(in_memory(dict(VALUES)))) == "[PERSON_1]"


def test_a_store_in_memory_says_so() -> None:
    assert not in_memory().persistent


def test_models_do_not_guess_at_numbers_the_llm_writes() -> None:
    guess = FakeRecognizer({"4900": "PHONE_NUMBER"}, name="guess")
    guess.version = "guesses 1"  # type: ignore[attr-defined]
    chat = Redactor(recognizers=[guess, FakeRecognizer({ACCOUNT: "ACCOUNT_ID"})]).conversation("c")
    arguments = {"cents": 4900, "order": int(ACCOUNT), "note": "4900"}
    assert chat.redact_value(arguments, "assistant") == {
        "cents": 4900,
        "order": "[ACCOUNT_ID_1]",
        "note": "[PHONE_NUMBER_1]",
    }
    assert chat.redact_value(arguments, "tool")["cents"] == "[PHONE_NUMBER_1]"
