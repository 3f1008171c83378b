"""Each operator keeps its law: what it hides is not in the text, what it keeps is what its shape says."""

import itertools
import math
import re
from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from redactor import Redactor
from redactor.conversation import Conversation
from redactor.exceptions import BlockedError, PolicyError
from redactor.operators import HASH_DIGITS, mask
from redactor.policy import SHAPES, Policy, Shape
from redactor.testing import FakeRecognizer, assert_no_leak

TYPED = {
    "PERSON": ["Crystal Minh", "Zebulon Quux"],
    "ACCOUNT_ID": ["8706847615", "ZX-44120-B"],
    "EMAIL_ADDRESS": ["crystal.m@mail.test", "zq@quux.test"],
    "CREDIT_CARD": ["4111 1111 1111 1111", "3782 822463 10005"],
    "IBAN_CODE": ["DE89 3704 0044 0532 0130 00", "GB82WEST12345698765432"],
    "PHONE_NUMBER": ["(646) 917-2231", "+44 20 7946 0018"],
}
VALUES = [(kind, value) for kind, values in TYPED.items() for value in values]
RECOGNIZER = FakeRecognizer({value: kind for kind, value in VALUES})
few = settings(max_examples=settings().max_examples // 4)
"""For laws that hold whole conversations; HYPOTHESIS_PROFILE=soak holds them some hundred times."""
_numbers = itertools.count()


def redactor_with(operator: str, **rule: Any) -> Redactor:
    types: Mapping[str, Any] = {kind: {"operator": operator, **rule} for kind in TYPED}
    return Redactor(policy=Policy.from_dict({"types": types}), recognizers=[RECOGNIZER])


def fresh(redactor: Redactor) -> Conversation:
    return redactor.conversation(f"operators-{next(_numbers)}")


def said(values: list[tuple[str, str]]) -> str:
    return "; ".join(f"it is {value}" for _, value in values)


REDACTORS = {
    name: redactor_with(name) for name in ("placeholder", "surrogate", "mask", "hash", "redact", "keep", "block")
}
some = st.lists(st.sampled_from(VALUES), min_size=1, max_size=5)


@few
@given(some, st.sampled_from(["placeholder", "surrogate", "mask", "hash", "redact"]))
def test_no_value_is_in_the_redacted_text(values: list[tuple[str, str]], operator: str) -> None:
    chat = fresh(REDACTORS[operator])
    seen = chat.redact(said(values))
    assert_no_leak([value for _, value in values], seen)
    assert [entity.operator for entity in seen.entities] == [operator] * len(values)


@few
@given(some, st.sampled_from(["placeholder", "surrogate"]))
def test_reversible_operators_give_back_what_came_in(values: list[tuple[str, str]], operator: str) -> None:
    chat = fresh(REDACTORS[operator])
    seen = chat.redact(said(values))
    assert chat.restore(seen).text == said(values)
    assert chat.restore(seen.text, record=False).text == said(values)


@few
@given(some, st.sampled_from(["mask", "hash", "redact"]))
def test_the_others_give_nothing_back(values: list[tuple[str, str]], operator: str) -> None:
    chat = fresh(REDACTORS[operator])
    seen = chat.redact(said(values))
    for restored in (chat.restore(seen), chat.restore(seen.text, record=False)):
        assert restored.restored == ()
        assert_no_leak([value for _, value in values], restored)


@few
@given(some)
def test_keep_changes_nothing(values: list[tuple[str, str]]) -> None:
    seen = fresh(REDACTORS["keep"]).redact(said(values))
    assert seen.text == said(values)
    assert {entity.operator for entity in seen.entities} == {"keep"}


@few
@given(some)
def test_block_refuses_names_the_types_and_no_value_and_records_nothing(values: list[tuple[str, str]]) -> None:
    chat = fresh(REDACTORS["block"])
    with pytest.raises(BlockedError) as refused:
        chat.redact(said(values))
    assert refused.value.entity_types == tuple(sorted({kind for kind, _ in values}))
    assert_no_leak([value for _, value in values], refused.value)
    assert chat.redact("nothing in here").text == "nothing in here"


# mask


@pytest.mark.parametrize(
    ("shape", "text", "masked"),
    [
        ("last4", "8706-847615", "****7615"),
        ("last4", "12345678", "****5678"),
        ("last4", "1234567", "****"),
        ("last4", "1-2-3-4-", "****"),
        ("last2", "(646) 917-2231", "****31"),
        ("last2", "9172231", "****"),
        ("stars", "8706847615", "****"),
        ("first6_last4", "4111 1111 1111 1234", "411111******1234"),
        ("first6_last4", "378282246310005", "378282*****0005"),
        ("first6_last4", "30569309025904", "****5904"),
        ("first6_last4", "12/27", "****"),
        ("domain", "crystal@gmail.com", "c***@gmail.com"),
        ("domain", "cm@gmail.com", "***@gmail.com"),
        ("domain", "info@minh.test", "i***@minh.test"),
        ("domain", "crystal@crystal-minh.test", "c***"),
        ("domain", "crystal.minh@minh.test", "c***"),
        ("domain", "crystal at gmail", "****"),
        ("domain", "@gmail.com", "****"),
        ("country_last4", "DE89 3704 0044 0532 0130 00", "DE******3000"),
        ("country_last4", "account 12", "****"),
    ],
)
def test_a_shape_keeps_what_it_says(shape: Shape, text: str, masked: str) -> None:
    assert mask(text, shape) == masked


@given(st.text(max_size=40), st.sampled_from(["stars", "last2", "last4", "first6_last4", "country_last4"]))
def test_a_mask_keeps_at_most_half_of_a_short_value_and_ten_characters_of_a_long_one(text: str, shape: Shape) -> None:
    letters = "".join(character for character in text if character.isalnum())
    shown = mask(text, shape).replace("*", "")
    assert len(shown) <= 10
    assert len(shown) <= max(0, len(letters) / 2) or (shape == "first6_last4" and len(letters) >= 15)
    assert not letters or shown.casefold() != letters.casefold()


@given(st.text(max_size=20), st.text(max_size=12))
def test_a_masked_e_mail_keeps_one_letter_before_the_at(local: str, domain: str) -> None:
    shown = mask(f"{local}@{domain}", "domain")
    assert len(shown.partition("***")[0].replace("*", "")) <= 1


def test_each_type_has_its_shape() -> None:
    seen = fresh(REDACTORS["mask"]).redact("4111 1111 1111 1111, crystal.m@mail.test, (646) 917-2231, 8706847615")
    assert seen.text == "411111******1111, c***@mail.test, ****31, ****7615"


def test_a_policy_may_choose_another_shape() -> None:
    policy = Policy.from_dict({"types": {"CREDIT_CARD": {"operator": "mask", "shape": "stars"}}})
    assert policy.shape("CREDIT_CARD") == "stars"
    assert policy.shape("PERSON") == "last4"
    assert all(Policy.load("default").shape(name) == shape for name, shape in SHAPES.items())


REFUSED: list[tuple[dict[str, Any], str]] = [
    ({"CREDIT_CARD": {"operator": "redact", "shape": "last4"}}, "a shape is for the operator `mask`"),
    ({"ACCOUNT_ID": {"operator": "mask", "shape": "first6_last4"}}, "for CREDIT_CARD alone"),
    ({"PERSON": {"operator": "mask", "shape": "domain"}}, "for EMAIL_ADDRESS alone"),
    ({"PERSON": {"operator": "mask", "shape": "first9"}}, "shape"),
    ({"CARD_CVV": {"operator": "mask", "shape": "last2"}}, "use redact or block"),
    ({"SECRET": {"operator": "mask", "shape": "last2"}}, "never stored"),
    ({"PERSON": {"operator": "mask", "scope": "tenant"}}, "a scope is for the operator `hash`"),
    ({"SECRET": {"operator": "hash", "scope": "tenant"}}, "never stored"),
    ({"CARD_CVV": {"operator": "surrogate"}}, "use redact or block"),
]


@pytest.mark.parametrize(("types", "reason"), REFUSED)
def test_what_is_unsafe_or_means_nothing_is_refused_at_load(types: dict[str, Any], reason: str) -> None:
    with pytest.raises(PolicyError, match=reason):
        Policy.from_dict({"types": types})


# hash


def hashes(chat: Conversation, text: str) -> list[str]:
    return re.findall(r"hash:[0-9a-f]{16}", chat.redact(text).text)


def test_a_hash_is_the_same_for_the_same_value_and_only_in_its_conversation() -> None:
    one, other = fresh(REDACTORS["hash"]), fresh(REDACTORS["hash"])
    first = hashes(one, "it is 8706847615 and 8706847615, not ZX-44120-B")
    assert len(first) == 3
    assert first[0] == first[1] != first[2]
    assert hashes(one, "so 8706847615") == first[:1]
    assert hashes(other, "it is 8706847615") != first[:1]


def test_a_hash_links_conversations_of_one_tenant_only_where_the_policy_says_so() -> None:
    redactor = redactor_with("hash", scope="tenant")
    one, other = fresh(redactor), fresh(redactor)
    stranger = redactor.conversation("operators-stranger", tenant="another")
    first = hashes(one, "it is 8706847615")
    assert hashes(other, "it is 8706847615") == first
    assert hashes(stranger, "it is 8706847615") != first
    one.forget()
    assert hashes(one, "it is 8706847615") == first


def test_the_same_digits_of_another_type_have_another_hash() -> None:
    kinds: dict[str | re.Pattern[str], str] = {
        re.compile(r"(?<=order )\d+"): "ACCOUNT_ID",
        re.compile(r"(?<=call )\d+"): "PHONE_NUMBER",
    }
    policy = Policy.from_dict({"types": {kind: {"operator": "hash"} for kind in kinds.values()}})
    redactor = Redactor(policy=policy, recognizers=[FakeRecognizer(kinds)])
    first, second = hashes(fresh(redactor), "order 6469172231, call 6469172231")
    assert first != second


def test_the_documented_collision_odds_follow_from_the_length() -> None:
    values = 1_000_000
    odds = values**2 / 2 ** (4 * HASH_DIGITS + 1)
    assert math.isclose(odds, 2.7e-8, rel_tol=0.02)
