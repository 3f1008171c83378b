"""Stand-ins: realistic, nobody's, one per referent, restored here and nowhere else; dates keep their distances."""

import itertools
import re
from collections.abc import Callable
from datetime import date, timedelta
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from redactor import Redactor
from redactor.conversation import Conversation
from redactor.detection.checks import card
from redactor.detection.words import ordinary_words
from redactor.exceptions import PolicyError
from redactor.policy import STAND_IN_TYPES, Policy
from redactor.surrogates import TYPES, make
from redactor.surrogates.dates import read, shifted
from redactor.surrogates.names import candidates, lists, plain, slots_of
from redactor.taxonomy import entity_types
from redactor.testing import FakeRecognizer

EVERY_TYPE = Policy.from_dict({"types": {name: {"operator": "surrogate"} for name in STAND_IN_TYPES}})
PEOPLE = ["Crystal Minh", "Joyce Wu", "Ann Lee", "Zebulon Quux", "José Pérez", "Ana de la Cruz"]
RECOGNIZER = FakeRecognizer(
    {
        **dict.fromkeys(PEOPLE, "PERSON"),
        re.compile(r"\b(?:Crystal|Joyce|Minh|crystal|MINH|Megan|Laura|Prescott)\b(?! [A-Z])"): "PERSON",
        re.compile(r"(?<![\w-])\d{5,12}(?![\w-])"): "ACCOUNT_ID",
        re.compile(r"[a-z.]{1,20}@[a-z]{1,8}\.test"): "EMAIL_ADDRESS",
        re.compile(r"\b(?:19|20)\d\d-\d\d-\d\d\b"): "DATE_TIME",
        re.compile(r"\(\d{3}\) \d{3}-\d{4}"): "PHONE_NUMBER",
    }
)
few = settings(max_examples=settings().max_examples // 4)
"""For laws that hold whole conversations; HYPOTHESIS_PROFILE=soak holds them some hundred times."""
_numbers = itertools.count()
_redactor = Redactor(policy=EVERY_TYPE, recognizers=[RECOGNIZER])


def fresh() -> Conversation:
    """One Redactor for all examples, a new conversation for each."""
    return _redactor.conversation(f"stand-ins-{next(_numbers)}")


def only(chat: Conversation, text: str) -> str:
    """What stands in for the one value of a text."""
    (entity,) = chat.redact(text).entities
    assert entity.operator == "surrogate"
    return str(entity.placeholder)


def made(entity_type: str, text: str, seed: int = 1) -> str | None:
    return make(entity_type, text, Random(seed), {}, lambda word: True, 70)


# what stands in


def test_the_policy_and_the_makers_name_the_same_types() -> None:
    assert STAND_IN_TYPES == TYPES


@pytest.mark.parametrize("entity_type", sorted(set(entity_types()) - TYPES - {"LITERAL", "CARD_CVV", "SECRET"}))
def test_a_type_without_realistic_stand_ins_is_refused_when_the_policy_is_loaded(entity_type: str) -> None:
    with pytest.raises(PolicyError, match=f"no realistic stand-in for {entity_type}"):
        Policy.from_dict({"types": {entity_type: {"operator": "surrogate"}}})


@pytest.mark.parametrize("entity_type", ["CARD_CVV", "SECRET", "LITERAL", "EMPLOYEE_CODE"])
def test_no_stand_in_for_what_is_never_stored_nor_for_types_of_ones_own(entity_type: str) -> None:
    with pytest.raises(PolicyError):
        Policy.from_dict({"types": {entity_type: {"operator": "surrogate"}}})


def test_cards_stay_redacted_unless_a_policy_names_them() -> None:
    assert Policy.load("default").operator("CREDIT_CARD") == "redact"


@pytest.mark.parametrize(
    ("entity_type", "text", "looks_like"),
    [
        ("PHONE_NUMBER", "(646) 917-2231", r"\(\d{3}\) 555-01\d\d"),
        ("PHONE_NUMBER", "+1 646.917.2231", r"\+1 \d{3}\.555\.01\d\d"),
        ("PHONE_NUMBER", "+44 7911 123456", r"\+44 7700 900\d{3}"),
        ("PHONE_NUMBER", "020 7123 4567", r"0(?:20 7946 0|16 1496 0|11 3496 0|11 7496 0|13 1496 0|16 3296 0)\d{3}"),
        ("CREDIT_CARD", "4929-1000-0000-0003", r"\d{4}-\d{4}-\d{4}-\d{4}"),
        ("CREDIT_CARD", "341000000000009", r"3\d{14}"),
        ("IBAN_CODE", "DE89 3704 0044 0532 0130 00", r"DE(?:00|01|99) \d{4} \d{4} \d{4} \d{4} \d\d"),
        ("IBAN_CODE", "gb82WEST12345698765432", r"GB(?:00|01|99)[A-Z]{4}\d{14}"),
        ("US_SSN", "219-09-9999", r"666-\d\d-\d{4}"),
        ("NATIONAL_ID", "AB 12 34 56 C", r"QQ \d\d \d\d \d\d [A-D]"),
        ("NATIONAL_ID", "912-70-1234", r"666-\d\d-\d{4}"),
        ("ACCOUNT_ID", "ORD-8706847", r"ORD-\d{7}"),
        ("ACCOUNT_ID", "JOHN-1985", r"[A-Z]{4}-\d{4}"),
        ("POSTAL_CODE", "SW1A 1AA", r"[A-Z]{2}\d[A-Z] \d[A-Z]{2}"),
        ("IP_ADDRESS", "10.1.2.3", r"(?:192\.0\.2|198\.51\.100|203\.0\.113)\.\d{1,3}"),
        ("IP_ADDRESS", "fe80::1", r"2001:db8(?::[0-9a-f]{4}){6}"),
        ("MAC_ADDRESS", "a4-5e-60-c2-11-08", r"00-00-5e-00-53-[0-9a-f]{2}"),
        ("URL", "https://www.minh.test/me?x=1", r"https://www\.example\.(?:com|org|net)/[a-z0-9]{8}"),
        ("USERNAME", "@cminh", r"@[a-z]+\d+"),
        ("EMAIL_ADDRESS", "crystal.minh88@gmail.com", r"[a-z]+\.[a-z]+\d\d@example\.(?:com|org|net)"),
        (
            "STREET_ADDRESS",
            "123 Main St Apt 4, Springfield, IL 62704",
            r"\d{3} [A-Z]\w+ St Apt \d, [A-Z][\w ]+, IL \d{5}",
        ),
        ("STREET_ADDRESS", "Hauptstraße 12a, 10115 Berlin", r"[A-Z]\w+straße \d\d, \d{5} [A-Z][\w ]+"),
        ("PERSON", "Dr. Crystal Minh", r"Dr\. [A-Z]\w+ [A-Z]\w+"),
        ("PERSON", "Ana de la Cruz", r"[A-Z]\w+ de la [A-Z]\w+"),
        ("PERSON", "Minh, Crystal J.", r"\w+ \w+ [A-Z]\."),
    ],
)
def test_a_stand_in_is_of_a_range_that_is_nobodys_and_written_alike(
    entity_type: str, text: str, looks_like: str
) -> None:
    for seed in range(40):
        stand_in = made(entity_type, text, seed)
        assert stand_in is not None
        assert re.fullmatch(looks_like, stand_in), stand_in


@pytest.mark.parametrize(
    ("entity_type", "text"),
    [
        ("PHONE_NUMBER", "+49 30 901820"),  # no numbering plan kept for fiction is known here
        ("NATIONAL_ID", "86095742719"),
        ("ACCOUNT_ID", "A12"),  # three letters and digits are met by chance
        ("DATE_TIME", "next week"),
        ("DATE_TIME", "between 3/4/2024 and 3/9/2024"),
        ("STREET_ADDRESS", "the blue house by the river"),
        ("IBAN_CODE", "account 12"),
        ("CREDIT_CARD", "12/27"),
    ],
)
def test_where_no_stand_in_is_realistic_there_is_none(entity_type: str, text: str) -> None:
    assert made(entity_type, text) is None


def test_a_date_that_was_read_does_not_print() -> None:
    assert repr(read("on 2024-03-14")) == "Written(start=3, end=13)"


@pytest.mark.parametrize("text", ["Al Cruz", "Li Du", "Le Van Dung", "De Ming", "la", "van der"])
def test_a_short_name_is_not_taken_for_a_particle(text: str) -> None:
    stand_in = made("PERSON", text) or ""
    assert {plain(word) for word in text.split()}.isdisjoint(plain(word) for word in stand_in.split())


def test_test_cards_are_valid_and_published() -> None:
    assert all(card(made("CREDIT_CARD", "4929100000000003", seed) or "") for seed in range(60))


@given(st.text(max_size=40), st.sampled_from(sorted(TYPES)), st.integers(0, 99))
def test_a_maker_never_fails_and_never_gives_the_value_itself(text: str, entity_type: str, seed: int) -> None:
    stand_in = made(entity_type, text, seed)
    assert stand_in is None or stand_in.strip()


# names


def test_no_listed_name_is_an_ordinary_word_or_short_or_listed_twice() -> None:
    for region in {region for region, _ in lists()}:
        names = [plain(name) for part in ("female", "male", "last") for name in lists()[region, part]]
        assert len(names) == len(set(names)), region
        assert all(len(name) >= 4 for name in names), region
        assert not [name for name in names if name in ordinary_words() or f"{name}s" in ordinary_words()], region


@pytest.mark.parametrize(
    ("name", "slots"),
    [
        ("Maria Garcia", [("es", "female"), ("es", "last")]),
        ("John Smith", [("en", "male"), ("en", "last")]),
        ("Klaus Müller", [("de", "male"), ("de", "last")]),
        ("Smith", [("en", "last")]),
        ("Zebulon Quux", [("en", ""), ("en", "last")]),
    ],
)
def test_a_stand_in_is_of_the_same_region_and_gender_where_the_name_says_so(
    name: str, slots: list[tuple[str, str]]
) -> None:
    assert slots_of(name.split()) == slots
    assert next(candidates(slots[0], Random(1)))


# in a conversation


def test_names_are_replaced_word_for_word_and_parts_by_parts() -> None:
    chat = fresh()
    first, last = only(chat, "I am Crystal Minh").split()
    assert only(chat, "it is crystal here") == first.lower()
    assert only(chat, "ask MINH again") == last.upper()
    assert chat.restore(f"{first} {last}, {first}'s", record=False).text == "Crystal Minh, Crystal's"


def test_people_read_the_fullest_form_as_it_was_first_typed() -> None:
    chat = fresh()
    first, last = only(hearing(chat, {"crystal minh": "PERSON"}), "i am crystal minh").title().split()
    again = hearing(chat, {"Crystal Minh": "PERSON"})
    assert again.restore(f"{first} {last}", record=False).text == "crystal minh"
    again.redact("Crystal Minh, as I said")
    assert again.restore(f"{first}", record=False).text == "crystal"
    assert only(again, "again Crystal Minh") == f"{first} {last}"


def test_an_address_is_made_of_the_names_that_stand_for_its_names() -> None:
    chat = fresh()
    first, last = only(chat, "I am Crystal Minh").lower().split()
    assert only(chat, "crystal.minh@mail.test").startswith(f"{first}.{last}@example.")


def test_the_same_conversation_key_and_value_give_the_same_stand_in_and_another_key_does_not() -> None:
    names = {only(fresh(), "I am Crystal Minh") for _ in range(8)}
    assert len(names) > 4
    chat = fresh()
    assert only(chat, "I am Crystal Minh") == only(chat, "yes, Crystal Minh")


def test_a_conversation_that_is_opened_again_knows_its_stand_ins() -> None:
    chat = fresh()
    name = only(chat, "I am Crystal Minh")
    again = type(chat)(chat._parts, *chat._name)
    assert again.restore(f"Hi {name}", record=False).text == "Hi Crystal Minh"
    assert only(again, "yes, Crystal Minh") == name


def test_a_stand_in_is_never_a_word_of_the_conversation() -> None:
    chat = fresh()
    everybody = " ".join(name.lower() for part in ("female", "male") for name in lists()["en", part])
    chat.redact(everybody.replace("lindsay", ""))
    assert only(chat, "I am Zebulon Quux").split()[0] == "Lindsay"


def test_where_every_name_is_taken_a_placeholder_is_written() -> None:
    chat = fresh()
    chat.redact(" ".join(name.lower() for part in ("female", "male", "last") for name in lists()["en", part]))
    seen = chat.redact("I am Zebulon Quux")
    assert seen.text == "I am [PERSON_1]"
    assert [entity.operator for entity in seen.entities] == ["placeholder"]
    assert chat.restore(seen).text == "I am Zebulon Quux"


def test_a_real_name_with_a_word_of_a_stand_in_leaves_what_was_recorded_as_it_was() -> None:
    chat = fresh()
    seen = chat.redact("it is Crystal speaking")
    name = str(seen.entities[0].placeholder)
    again = hearing(chat, {f"{name} Ortiz": "PERSON"})
    again.redact(f"my friend {name} Ortiz helped")
    restored = again.restore_turn(seen.turn_id)
    assert (restored.text, restored.restored) == ("it is Crystal speaking", ("[PERSON_1]",))


def hearing(chat: Conversation, values: dict[str | re.Pattern[str], str]) -> Conversation:
    """The same conversation, in which these values are found."""
    parts = chat._parts
    redactor = Redactor(policy=EVERY_TYPE, recognizers=[FakeRecognizer(values)], store=parts.store, key=parts.wrap)
    return redactor.conversation(str(chat._name[1]))


def test_two_spellings_that_are_two_people_have_two_stand_ins() -> None:
    chat = fresh()
    one = only(chat, "I am José Pérez")
    other = only(hearing(chat, {"Jose Perez": "PERSON"}), "I am Jose Perez")
    assert plain(one) != plain(other)
    assert chat.restore(f"{one}, {other}", record=False).text == "José Pérez, Jose Perez"


def test_a_date_that_was_said_in_clear_is_nobodys_stand_in() -> None:
    chat = fresh()
    first = read(only(chat, "on 2024-03-14"))
    assert first is not None
    moved = date(2024, 5, 1) + (first.day - date(2024, 3, 14))
    chat.redact(f"I was there {moved.day} {moved:%B} {moved.year}")
    assert chat.redact("on 2024-05-01").text == "on [DATE_TIME_2]"


def test_only_listed_audiences_read_the_value_and_people_never_take_a_stand_in_for_real() -> None:
    chat = fresh()
    name = only(chat, "I am Crystal Minh")
    shown = chat.restore(f"Call {name}", audience="agent", record=False)
    assert (shown.text, shown.withheld) == ("Call (name hidden)", ("[PERSON_1]",))
    assert chat.restore_value({"to": name}, audience="tool:mail") == {"to": name}


def test_in_links_a_stand_in_is_withheld_like_a_placeholder() -> None:
    chat = fresh()
    first, _ = only(chat, "I am Crystal Minh").split()
    shown = chat.restore(f"[{first}](https://x.test/{first}) ![a]({first})", record=False)
    assert shown.text == f"[Crystal](https://x.test/{first}) ![a]({first})"
    assert shown.withheld == ("[PERSON_1]", "[PERSON_1]")


def test_values_are_escaped_for_the_form() -> None:
    chat = _redactor.conversation("stand-ins-escaped")
    seen = chat.redact("I am José Pérez")
    name = str(seen.entities[0].placeholder)
    assert chat.restore(name, form="url", record=False).text == "Jos%C3%A9%20P%C3%A9rez"


def test_a_phone_number_is_known_however_the_llm_writes_it() -> None:
    chat = fresh()
    number = re.sub(r"\D", "", only(chat, "call (646) 917-2231"))
    shown = chat.restore(f"+1 {number} or {number[:3]}-{number[3:6]}-{number[6:]}", record=False).text
    assert shown == "+1 (646) 917-2231 or (646) 917-2231"


# dates


@given(st.dates(date(1930, 1, 1), date(2060, 1, 1)), st.integers(-400, 400))
def test_a_date_is_moved_and_written_alike(day: date, days: int) -> None:
    moved = day + timedelta(days=days)
    assert shifted(day.isoformat(), days) == moved.isoformat()
    assert shifted(f"on {day:%B} {day.day}, {day.year}!", days) == f"on {moved:%B} {moved.day}, {moved.year}!"
    if day.month != 5:  # "May" does not say whether months are written in short
        assert shifted(f"{day.day} {day:%b} {day.year}", days) == f"{moved.day} {moved:%b} {moved.year}"
    american = shifted(f"{day:%m/%d/%Y}", days)
    assert american in (f"{moved:%m/%d/%Y}", None)


@pytest.mark.parametrize(
    ("text", "moved"),
    [
        ("March 3rd, 1985", "March 10th, 1985"),
        ("3/4/2024", "3/11/2024"),
        ("03/04/24", "03/11/24"),
        ("25.12.2023", "01.01.2024"),
        ("Feb 25", "Mar 3"),
        ("Dec 28", "Jan 4"),
        ("the 3rd of march", "the 10th of march"),
        ("Monday, MARCH 4, 2024 at 5pm", "Monday, MARCH 11, 2024 at 5pm"),
        ("may 5", "may 12"),
        ("30 February 2024", None),
        ("version 3.4.2024.1", None),
        ("1985", None),
    ],
)
def test_dates_as_people_write_them(text: str, moved: str | None) -> None:
    assert shifted(text, 7) == moved


@few
@given(st.lists(st.dates(date(1940, 1, 1), date(2030, 1, 1)), min_size=2, max_size=4, unique=True))
def test_the_time_between_dates_stays_and_weekdays_do_too(days: list[date]) -> None:
    chat = fresh()
    moved = []
    for day in days:
        entity = chat.redact(f"on {day.isoformat()} then").entities[0]
        if entity.operator == "surrogate":  # not where the other day was said here already
            written = read(str(entity.placeholder))
            assert written is not None
            moved.append((written.day - day).days)
            assert written.day.weekday() == day.weekday()
    assert len(set(moved)) <= 1
    assert all(35 <= abs(offset) <= 364 for offset in moved)


def test_a_date_is_restored_also_where_the_llm_writes_it_another_way() -> None:
    chat = fresh()
    written = read(only(chat, "on 2024-03-14 please"))
    assert written is not None
    day = written.day
    assert chat.restore(f"{day:%B} {day.day}, {day.year}", record=False).text == "March 14, 2024"


# laws

FRAGMENTS = [
    *PEOPLE, "Crystal", "crystal", "MINH", "Megan", "Prescott", "megan.prescott", "8706847615", "12345", "a.b@c.test",
    "2024-03-14", "1985-01-02", "(646) 917-2231", "[PERSON_1]", "[PER", "SON_1]", "[", "]", "'s", "s", " ", "\n", "@",
    "_", "Laura", "annual", "İ", "ß", "\u200b", "\ud800", "Cry", "stal", "x", "****1111", "hash:0",
]  # fmt: skip
texts = st.lists(st.one_of(st.sampled_from(FRAGMENTS), st.text(max_size=3)), max_size=10).map(" ".join)
glued = st.lists(st.sampled_from(FRAGMENTS), max_size=8).map("".join)


@few
@given(st.lists(st.tuples(st.sampled_from(["customer", "agent", "tool"]), st.one_of(texts, glued)), max_size=4))
def test_what_came_in_comes_back_exactly_also_after_later_turns(said: list[tuple[Any, str]]) -> None:
    chat = fresh()
    seen = [(chat.redact(text, role=role), text) for role, text in said]
    for redaction, text in seen:
        assert chat.restore(redaction).text == text


@few
@given(st.lists(st.sampled_from([*PEOPLE, "8706847615", "2024-03-14", "a.b@c.test", "(646) 917-2231"]), min_size=1))
def test_no_value_is_in_the_redacted_text_and_an_llm_that_repeats_it_is_restored(values: list[str]) -> None:
    chat = fresh()
    said = "; ".join(values)
    seen = chat.redact(said).text
    assert not [value for value in values if value in seen]
    assert not {plain(word) for value in PEOPLE for word in value.split() if len(word) > 2} & set(
        map(plain, re.split(r"\W+", seen))
    )
    assert chat.restore(seen, record=False).text == said


@few
@given(
    st.lists(
        st.sampled_from(["Crystal Minh", "Joyce Wu", "Ann Lee", "12345", "54321", "a@c.test", "b@c.test"]), max_size=8
    )
)
def test_no_two_values_share_a_stand_in_and_none_has_two(values: list[str]) -> None:
    chat = fresh()
    found: dict[str, set[str]] = {}
    for value in values:
        for entity in chat.redact(f"it is {value} then").entities:
            found.setdefault(value, set()).add(str(entity.placeholder))
    assert all(len(names) == 1 for names in found.values())
    assert len({name for names in found.values() for name in names}) == len(found)


@few
@given(texts)
def test_nothing_of_one_conversation_is_restored_in_another(text: str) -> None:
    one, other = fresh(), fresh()
    seen = one.redact(f"Zebulon Quux {text}")
    restored = other.restore(seen.text, record=False)
    assert "Zebulon" not in restored.text
    assert restored.restored == ()


@few
@given(st.lists(st.one_of(st.integers(0, 5), st.sampled_from(FRAGMENTS), st.text(max_size=2))), st.integers(1, 7))
def test_any_chunks_of_a_stream_give_the_same_text(pieces: list[int | str], width: int) -> None:
    chat = fresh()
    shown = chat.redact("Crystal Minh (646) 917-2231 8706847615 2024-03-14 a.b@c.test").text.split()
    reply = " ".join(shown[piece] if isinstance(piece, int) else piece for piece in pieces)
    chunks = [reply[at : at + width] for at in range(0, len(reply), width)]
    whole = chat.restore(reply, record=False).text
    assert "".join(chat.restore_stream(chunks)) == whole


def test_after_forget_a_stand_in_names_nobody() -> None:
    chat = fresh()
    name = only(chat, "I am Crystal Minh")
    chat.forget()
    assert chat.restore(f"Hi {name}", record=False).text == f"Hi {name}"


def test_a_stand_in_is_sealed_with_the_value_and_prints_nowhere(make_redactor: Callable[..., Redactor]) -> None:
    chat = fresh()
    name = only(chat, "I am Crystal Minh")
    referents = list(chat._state.vault.referents())
    assert name not in repr(referents)
    assert "Crystal" not in repr(chat._state.vault.stand_ins)
