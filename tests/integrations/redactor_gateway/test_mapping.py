"""The way in: every string is looked at, each by its kind, and comes back as it was."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from redactor import Redactor
from redactor.exceptions import BlockedError, ConfigError
from redactor.testing import FakeRecognizer, assert_no_leak, in_memory
from redactor_gateway.errors import PayloadError
from redactor_gateway.mapping import FORM, redact_answer, redact_body, redact_payload
from redactor_gateway.platform import Fields, Platform

Make = Callable[..., Platform]


def seen(platform: Platform, payload: Any, redactor: Redactor) -> Any:
    return redact_payload(platform, {"c": "1", **payload}, redactor.conversation, redactor).payload


def test_strings_that_no_rule_names_are_detected(platform: Make, redactor: Redactor) -> None:
    payload = {
        "new": {"field": ["Crystal Minh", {"deep": "order 8706847615"}]},
        "n": 8706847615,
        "on": True,
        "no": None,
    }
    assert seen(platform(), payload, redactor) == {
        "c": "1",
        "new": {"field": ["[PERSON_1]", {"deep": "order [ACCOUNT_ID_1]"}]},
        "n": "[ACCOUNT_ID_1]",
        "on": True,
        "no": None,
    }


def test_names_of_fields_are_looked_at_and_stay_apart(platform: Make, redactor: Redactor) -> None:
    payload = {"x": {"Crystal Minh": 1, "[PERSON_1]": 2, "plain": 3}}
    assert sorted(seen(platform(), payload, redactor)["x"]) == ["[LITERAL_1]", "[PERSON_1]", "plain"]


def test_identities_are_masked_without_detection_and_known_in_texts(platform: Make, redactor: Redactor) -> None:
    made = platform(
        fields=[
            {"kind": "text", "paths": ["$.text"]},
            {"kind": "identity", "entity": "PERSON", "paths": ["$.who"]},
            {"kind": "identity", "entity": "PHONE_NUMBER", "paths": ["$.phone"]},
        ]
    )
    payload = {"text": "Zelda Quux here, call 442079460018", "who": "Zelda Quux", "phone": 442079460018}
    now = seen(made, payload, redactor)
    assert now == {
        "c": "1",
        "text": "[PERSON_1] here, call [PHONE_NUMBER_1]",
        "who": "[PERSON_1]",
        "phone": "[PHONE_NUMBER_1]",
    }


def test_a_value_that_only_the_text_makes_known_is_masked_beside_it(platform: Make) -> None:
    def only_in_a_sentence(text: str, context: object) -> Any:
        return FakeRecognizer({"Zelda Quux": "PERSON"})(text) if text.startswith("I'm ") else []

    made = platform(fields=[{"kind": "text", "paths": ["$.text"]}])
    with Redactor(recognizers=[only_in_a_sentence]) as redactor:
        now = seen(made, {"aside": "from Zelda Quux", "text": "I'm Zelda Quux"}, redactor)
    assert now["aside"] == "from [PERSON_1]"


def test_a_handle_is_anothers_in_every_conversation_and_the_same_in_its_own(platform: Make, redactor: Redactor) -> None:
    made = platform(fields=[{"kind": "handle", "entity": "PHONE_NUMBER", "prefixes": ["sms:"], "paths": ["$.from"]}])
    one, again, other = (seen(made, {"c": c, "from": "sms:+442079460018"}, redactor)["from"] for c in "112")
    assert one == again != other
    assert one.startswith("sms:") and "442079460018" not in one


def test_a_handle_needs_a_placeholder_behind_it(platform: Make) -> None:
    made = platform(fields=[{"kind": "handle", "entity": "PHONE_NUMBER", "paths": ["$.from"]}])
    with in_memory(policy="default") as redactor:
        policy = redactor.policy.from_dict({"types": {"PHONE_NUMBER": {"operator": "mask"}}})
    with in_memory(policy=policy) as masking, pytest.raises(ConfigError, match="lead back only with the operator"):
        seen(made, {"from": "+442079460018"}, masking)


@pytest.mark.parametrize(
    ("shape", "kept", "looked_at"),
    [
        ("word", "order.created", "Crystal Minh"),
        ("id", "wamid.AB-1_2=", "crystal.minh@example.com"),
        ("time", "2026-03-25T05:09:27Z", "8706847615 8706847615"),
        ("locale", "en_US", "Crystal Minh"),
        ("address", "https://x.example/a/b", "https://x.example/?q=Crystal Minh"),
        ("number", 1766380000, "8706847615a Crystal Minh"),
    ],
)
def test_protocol_is_kept_where_it_looks_like_it(
    shape: str, kept: str | int, looked_at: str, platform: Make, redactor: Redactor
) -> None:
    made = platform(fields=[{"kind": "protocol", "shape": shape, "paths": ["$.p", "$.q"]}])
    now = seen(made, {"p": kept, "q": looked_at}, redactor)
    assert now["p"] == kept and now["q"] != looked_at


def test_json_in_a_string_stays_json(platform: Make, redactor: Redactor) -> None:
    made = platform(fields=[{"kind": "json_string", "paths": ["$['a', 'b', 'c']"]}])
    inner = {"name": "Crystal Minh", "quote": '"', "n": [8706847615, 1.5, None]}
    now = seen(made, {"a": json.dumps(inner), "b": "no {json", "c": '{"k" : 1}'}, redactor)
    assert json.loads(now["a"]) == {"name": "[PERSON_1]", "quote": '"', "n": ["[ACCOUNT_ID_1]", 1.5, None]}
    assert now["b"] == "no {json" and now["c"] == '{"k" : 1}'


def test_of_a_name_that_stands_twice_in_a_json_string_both_values_are_looked_at(
    platform: Make, redactor: Redactor
) -> None:
    made = platform(fields=[{"kind": "json_string", "paths": ["$.a"]}])
    twice = '{"who": "Crystal Minh", "who": "ok", "n": 8706847615}'
    assert seen(made, {"a": twice}, redactor)["a"] == '{"who": "[PERSON_1]", "who": "ok", "n": "[ACCOUNT_ID_1]"}'


def test_forms_keep_order_blank_and_repeated_fields(platform: Make, redactor: Redactor) -> None:
    made = platform(bodies=["form"], fields=[{"kind": "text", "paths": ["$.Body"]}])
    raw = b"c=1&Z=&Body=Crystal+Minh%21&Y=a%20b&Body=8706847615&Y=&&x"
    sent, _ = redact_body(made, raw, FORM, redactor.conversation, redactor)
    assert sent == b"c=1&Z=&Body=%5BPERSON_1%5D%21&Y=a%20b&Body=%5BACCOUNT_ID_1%5D&Y=&&x"


def test_a_form_in_a_string_is_looked_at_field_by_field(platform: Make, redactor: Redactor) -> None:
    made = platform(fields=[{"kind": "form", "paths": ["$.ref"]}])
    assert seen(made, {"ref": "who=Crystal+Minh&a=%20"}, redactor)["ref"] == "who=%5BPERSON_1%5D&a=%20"


def test_what_belongs_to_nobody_is_redacted_for_good(platform: Make, redactor: Redactor) -> None:
    made = platform(
        fields=[
            {"kind": "html", "paths": ["$.html"]},
            {"kind": "handle", "entity": "PHONE_NUMBER", "paths": ["$.from"]},
        ]
    )
    payload: Any = {"html": "<b>Crystal</b> Minh [PERSON_1]", "from": "+442079460018", "n": 8706847615}
    mapped = redact_payload(made, payload, redactor.conversation, redactor)
    assert mapped.conversations == ()
    assert mapped.payload == {"html": "<b>[PERSON]</b> [LITERAL]", "from": "[PHONE_NUMBER]", "n": "[ACCOUNT_ID]"}


def test_what_stands_around_two_customers_is_nobodys(platform: Make, redactor: Redactor) -> None:
    made = platform(part=[{"each": "$.m[*]", "conversation": ["$.c"]}])
    payload: Any = {"note": "Crystal Minh", "m": [{"c": 1, "t": "Crystal Minh"}, {"c": 2, "t": "Paula Quill"}]}
    mapped = redact_payload(made, payload, redactor.conversation, redactor)
    assert mapped.payload == {
        "note": "[PERSON]",
        "m": [{"c": 1, "t": "[PERSON_1]"}, {"c": 2, "t": "[PERSON_1]"}],
    }


def test_a_part_that_names_two_customers_is_nobodys(platform: Make, redactor: Redactor) -> None:
    made = platform(part=[{"conversation": ["$.m[*].c"]}])
    mapped = redact_payload(made, {"m": [{"c": 1}, {"c": 2}], "t": "Crystal Minh"}, redactor.conversation, redactor)
    assert mapped.conversations == () and mapped.payload == {"m": [{"c": 1}, {"c": 2}], "t": "[PERSON]"}


def test_the_policys_block_stops_the_payload(platform: Make) -> None:
    with in_memory({"Crystal Minh": "PERSON"}) as plain:
        policy = plain.policy.from_dict({"types": {"PERSON": {"operator": "block"}}})
    with in_memory({"Crystal Minh": "PERSON"}, policy=policy) as redactor, pytest.raises(BlockedError):
        seen(platform(), {"t": "Crystal Minh"}, redactor)


@pytest.mark.parametrize(
    "body", [b"", b"{", b'"text"', b"1", b'{"a": NaN}', b"\xff\xfe", b'{"a":' * 5000, b"[" * 200 + b"]" * 200]
)
def test_a_body_that_is_no_payload_is_refused_without_a_word_of_it(
    body: bytes, platform: Make, redactor: Redactor
) -> None:
    with pytest.raises(PayloadError) as told:
        redact_body(platform(), body, "application/json", redactor.conversation, redactor)
    assert told.value.__context__ is None


def test_a_form_that_is_not_utf_8_is_refused(platform: Make, redactor: Redactor) -> None:
    with pytest.raises(PayloadError, match="not UTF-8"):
        redact_body(platform(bodies=["form"]), b"c=%ff", FORM, redactor.conversation, redactor)
    with pytest.raises(PayloadError, match="not of the type mine sends"):
        redact_body(platform(bodies=["form"]), b"{}", "application/json", redactor.conversation, redactor)


def test_half_a_character_gets_through(platform: Make, redactor: Redactor) -> None:
    sent, _ = redact_body(
        platform(), b'{"c":"1","t":"\\ud83d Crystal Minh"}', "application/json", redactor.conversation, redactor
    )
    assert sent == b'{"c":"1","t":"\\ud83d [PERSON_1]"}'


def test_what_a_platform_answers_is_redacted(redactor: Redactor) -> None:
    chat = redactor.conversation("c")
    fields = (Fields(kind="handle", entity="PHONE_NUMBER", paths=("$.to",)),)
    answer = redact_answer(fields, b'{"to":"+12125550143","message":"Hi Crystal Minh"}', chat, redactor)
    assert json.loads(answer)["message"] == "Hi [PERSON_1]"
    assert json.loads(answer)["to"] == f"{chat.public_id}-phone-number-1"
    assert redact_answer((), b"sent to Crystal Minh", chat, redactor) == b"sent to [PERSON_1]"
    assert redact_answer((), b'{"a":"Crystal Minh"}', None, redactor) == b'{"a":"[PERSON]"}'
    assert redact_answer((), b"", None, redactor) == b""


WORDS = st.sampled_from(["Crystal Minh", "8706847615", "hi", "a & b", "[PERSON_1]", "\n", "<b>", "😀", "", "order: "])
TEXTS = st.lists(WORDS, max_size=4).map(" ".join)
NUMBERS = st.sampled_from([0, 1, 99, 8706847615, 1.5, -8706847615])
VALUES = st.recursive(
    st.one_of(TEXTS, NUMBERS, st.booleans(), st.none()),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(st.sampled_from(["a", "text", "json", "Crystal Minh"]), inner),
    ),
    max_leaves=12,
)
LAW = Platform.from_dict(
    {
        "name": "law",
        "title": "Law",
        "documentation": "https://shop.example/",
        "verify": [{"scheme": "secret", "header": "x-secret"}],
        "part": [{"conversation": ["$.c"]}],
        "fields": [
            {"kind": "text", "paths": ["$..text"]},
            {"kind": "identity", "entity": "PERSON", "paths": ["$..who"]},
            {"kind": "json_string", "paths": ["$..json"]},
        ],
    }
)


@given(
    payload=st.dictionaries(st.sampled_from(["a", "b", "text", "json"]), VALUES, max_size=4),
    who=st.sampled_from(["Crystal Minh", "Zelda Quux", "", None, 442079460018]),
)
def test_restoring_what_was_redacted_gives_the_same_payload(payload: dict[str, Any], who: str | int | None) -> None:
    payload = {"c": "1", "who": who, **payload}
    with in_memory({"Crystal Minh": "PERSON", "8706847615": "ACCOUNT_ID"}) as redactor:
        mapped = redact_payload(LAW, payload, redactor.conversation, redactor)
        assert_no_leak(["Crystal Minh", "8706847615"], mapped.payload, repr(mapped))
        assert mapped.restored() == payload
