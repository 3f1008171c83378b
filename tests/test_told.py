"""A value whose type the host tells is masked without detection and known from then on."""

import asyncio
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from redactor import Redactor
from redactor.exceptions import BlockedError, ConfigError
from redactor.policy import Policy
from redactor.testing import assert_no_leak, in_memory

NAME = "Quenby Vash-Orlo"
NUMBER = "12125550177"


def with_operator(operator: str) -> Policy:
    return Policy.from_dict({"types": {"PHONE_NUMBER": {"operator": operator}}})


def test_it_is_masked_though_nothing_detects_it_and_comes_back() -> None:
    redactor = in_memory()
    chat = redactor.conversation("c")
    assert chat.redact_known(NAME, "PERSON") == "[PERSON_1]"
    assert chat.redact_known(NUMBER, "PHONE_NUMBER") == "[PHONE_NUMBER_1]"
    assert chat.redact_known(NAME, "PERSON") == "[PERSON_1]"
    assert chat.restore_value(["[PERSON_1]", "[PHONE_NUMBER_1]"]) == [NAME, NUMBER]
    assert redactor.transcripts.search().items == ()


types = st.sampled_from(["PERSON", "PHONE_NUMBER", "USERNAME", "ACCOUNT_ID"])


@given(st.text(st.characters(codec="ascii"), max_size=30), types)
def test_whatever_it_is_it_comes_back_as_it_was(value: str, entity_type: str) -> None:
    with in_memory() as redactor:
        chat = redactor.conversation("c")
        masked = chat.redact_known(value, entity_type)
        assert chat.restore_value(masked) == value
        assert not any(map(str.isalnum, value)) or re.fullmatch(rf"\s*\[{entity_type}_1\]\s*", masked)


def test_it_is_known_from_then_on_and_hidden_where_it_was_said_before() -> None:
    redactor = in_memory()
    chat = redactor.conversation("c")
    before = chat.redact(f"it is {NAME.lower()} here")
    assert before.text == f"it is {NAME.lower()} here"
    chat.redact_known(NAME, "PERSON")
    assert chat.recorded_text(before.turn_id) == "it is [PERSON_1] here"
    assert chat.redact(f"{NAME}?").text == "[PERSON_1]?"
    assert chat.restore(before).text == f"it is {NAME.lower()} here"
    assert_no_leak([NAME], redactor.transcripts.search())


def test_another_process_knows_it_as_well() -> None:
    redactor = in_memory()
    redactor.conversation("c").redact_known(NAME, "PERSON")
    public_id = redactor.conversation("c").public_id
    assert redactor.conversation_by_public_id(public_id).redact(f"{NAME}?").text == "[PERSON_1]?"


@pytest.mark.parametrize(
    ("operator", "written"),
    [
        ("placeholder", r"\[PHONE_NUMBER_1\]"),
        ("redact", r"\[PHONE_NUMBER_1\]"),
        ("mask", r"\*\*\*\*77"),
        ("hash", "hash:[0-9a-f]{16}"),
        ("keep", NUMBER),
        ("surrogate", r"[\d() +-]{7,}"),
    ],
)
def test_the_policy_says_what_is_written(operator: str, written: str) -> None:
    chat = in_memory(policy=with_operator(operator)).conversation("c")
    said = chat.redact(f"my number: {NUMBER}")
    masked = chat.redact_known(NUMBER, "PHONE_NUMBER")
    assert re.fullmatch(written, masked)
    assert chat.redact_known(NUMBER, "PHONE_NUMBER") == masked
    assert chat.recorded_text(said.turn_id) == f"my number: {masked}"
    assert (chat.restore_value(masked) == NUMBER) is (operator in ("placeholder", "surrogate", "keep"))


def test_the_policy_may_refuse_it() -> None:
    chat = in_memory(policy=with_operator("block")).conversation("c")
    with pytest.raises(BlockedError) as refused:
        chat.redact_known(NUMBER, "PHONE_NUMBER")
    assert_no_leak([NUMBER], refused.value)


@pytest.mark.parametrize("value", ["", "  ", "-"])
def test_nothing_stays_nothing(value: str) -> None:
    assert in_memory().conversation("c").redact_known(value, "PERSON") == value


def test_text_that_looks_like_a_placeholder_is_the_value() -> None:
    chat = in_memory({NAME: "PERSON"}).conversation("c")
    chat.redact(NAME)
    assert chat.redact_known("[PERSON_1]", "USERNAME") == "[USERNAME_1]"
    assert chat.restore_value("[USERNAME_1]") == "[PERSON_1]"


def test_an_unknown_type_is_refused_with_the_nearest_name_and_without_the_value() -> None:
    chat = in_memory().conversation("c")
    with pytest.raises(ConfigError, match="did you mean 'PHONE_NUMBER'"):
        chat.redact_known(NUMBER, "PHONE_NUMBRE")
    with pytest.raises(ConfigError) as mixed_up:
        chat.redact_known("PERSON", NAME)
    assert_no_leak([NAME], mixed_up.value)
    with pytest.raises(ConfigError):
        chat.redact_known("x", "LITERAL")


def test_what_is_told_is_not_foreign_in_a_reply() -> None:
    chat = in_memory({NAME: "PERSON"}).conversation("c")
    chat.redact_known(NAME, "PERSON")
    assert chat.restore(f"Hi {NAME}, Vash!", scan=True).foreign == ()


def test_the_async_door_does_the_same() -> None:
    with Redactor(recognizers=[]) as redactor:
        assert asyncio.run(redactor.conversation("c").aredact_known(NAME, "PERSON")) == "[PERSON_1]"
