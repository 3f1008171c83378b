"""A redraw changes every value, keeps everything around it, and its marks still point at the values."""

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from redactor.detection.checks import luhn
from redactor.evaluation.dialogs import Dialog, Message, Span
from redactor.evaluation.redraw import Names, load_names, redraw
from redactor.exceptions import ConfigError
from redactor.types import Role

NAMES = Names(
    ("Amina", "Bruno", "Chiara", "Dorothea", "Emeka", "Fatima"),
    tuple(range(1, 7)),
    ("Novak", "Okafor", "Petit", "Quist"),
)


def _message(text: str, role: Role = "customer") -> Message:
    """A message from text in which values stand as {TYPE:value}."""
    plain, spans = "", []
    for piece in re.split(r"(\{[A-Z_]+:[^}]*\})", text):
        found = re.fullmatch(r"\{([A-Z_]+):([^}]*)\}", piece)
        if found:
            spans.append(Span(len(plain), len(plain) + len(found[2]), found[1]))
        plain += found[2] if found else piece
    return Message(f"m{len(text)}", role, plain, tuple(spans))


def _dialog(*texts: str) -> Dialog:
    return Dialog("d", tuple(_message(text) for text in texts))


def _values(dialog: Dialog, entity_type: str | None = None) -> list[str]:
    return [
        message.text[span.start : span.end]
        for message in dialog.messages
        for span in message.spans
        if entity_type in (None, span.type)
    ]


def _types(dialog: Dialog) -> list[str]:
    return [span.type for message in dialog.messages for span in message.spans]


def _around(dialog: Dialog) -> list[str]:
    """The texts without their values."""
    kept = []
    for message in dialog.messages:
        ends = [0, *(end for span in message.spans for end in (span.start, span.end)), len(message.text)]
        kept.append("|".join(message.text[a:b] for a, b in zip(ends[::2], ends[1::2], strict=True)))
    return kept


CHAT = _dialog(
    "my name is {PERSON:joyce wu}",
    "Ok {PERSON:Joyce}, thanks Ms {PERSON:WU}. What is your e-mail?",
    "{EMAIL_ADDRESS:joycewu62@email.com} or user {USERNAME:joycewu62}, or {USERNAME:jwu1}, or {USERNAME:@j_w_77}",
    "order {ACCOUNT_ID:#W49-23227b}, again: {ACCOUNT_ID:#w4923227B}; pin {SECRET:0042}",
    "{STREET_ADDRESS:2480 Lincoln Ave  Baltimore, TX 13026} zip {POSTAL_CODE:47108} {PHONE_NUMBER:(720) 986-4183}",
    "card {CREDIT_CARD:4111 1111 1111 1111} in {LOCATION:Washington} on {DATE_TIME:May 3}",
)


def test_marks_still_point_at_the_values_and_the_rest_is_word_for_word() -> None:
    (drawn,) = redraw([CHAT], NAMES, 1)
    assert _around(drawn) == _around(CHAT)
    assert _types(drawn) == _types(CHAT)


def test_every_value_with_a_rule_is_another_one_and_the_others_stay() -> None:
    (drawn,) = redraw([CHAT], NAMES, 1)
    stays = ("LOCATION", "DATE_TIME")
    for entity_type in {span.type for m in CHAT.messages for span in m.spans}:
        before, after = _values(CHAT, entity_type), _values(drawn, entity_type)
        assert all((a == b) == (entity_type in stays) for a, b in zip(before, after, strict=True)), entity_type


def test_a_person_has_one_new_name_everywhere_in_the_letter_case_of_each_place() -> None:
    (drawn,) = redraw([CHAT], NAMES, 1)
    whole, first, last = _values(drawn, "PERSON")
    assert whole == whole.lower()
    assert first.lower() == whole.split()[0]
    assert first in NAMES.forenames
    assert last == last.upper()
    assert last.lower() == whole.split()[1]


def test_addresses_and_user_names_are_made_from_the_new_name_as_from_the_old() -> None:
    (drawn,) = redraw([CHAT], NAMES, 1)
    first, last = _values(drawn, "PERSON")[0].split()
    (email,) = _values(drawn, "EMAIL_ADDRESS")
    same, short, initials = _values(drawn, "USERNAME")
    assert re.fullmatch(rf"{first}{last}\d\d@email\.com", email)
    assert email.split("@")[0] == same
    assert re.fullmatch(rf"{first[0]}{last}\d", short)
    assert initials.startswith("@")
    assert re.search(r"\d\d$", initials)


def test_ids_keep_their_shape_and_are_the_same_however_they_are_written() -> None:
    (drawn,) = redraw([CHAT], NAMES, 1)
    dashed, plain = _values(drawn, "ACCOUNT_ID")
    assert re.fullmatch(r"#[A-Z]\d\d-\d{5}[a-z]", dashed)
    assert re.fullmatch(r"#[a-z]\d{7}[A-Z]", plain)
    assert dashed.replace("-", "").lower() == plain.lower()
    assert re.fullmatch(r"\d{4}", _values(drawn, "SECRET")[0])
    assert re.fullmatch(r"\(720\) 9\d\d-\d1\d\d", _values(drawn, "PHONE_NUMBER")[0])


def test_an_address_keeps_its_kind_of_street_its_town_and_its_blanks() -> None:
    (address,) = _values(redraw([CHAT], NAMES, 1)[0], "STREET_ADDRESS")
    found = re.fullmatch(r"(\d{4}) (\w+) Ave  Baltimore, TX (\d{5})", address)
    assert found
    assert found[1] != "2480"
    assert found[2] in NAMES.surnames


def test_a_card_keeps_its_issuer_and_a_right_check_digit() -> None:
    (card,) = _values(redraw([CHAT], NAMES, 1)[0], "CREDIT_CARD")
    assert re.fullmatch(r"4111 11\d\d \d{4} \d{4}", card)
    assert luhn(card.replace(" ", ""))


def test_a_seed_gives_the_same_dialogs_again_and_another_seed_others() -> None:
    assert redraw([CHAT], NAMES, 1) == redraw([CHAT], NAMES, 1)
    one, two = redraw([CHAT], NAMES, 1)[0], redraw([CHAT], NAMES, 2)[0]
    assert _values(one) != _values(two)
    assert one.id != two.id
    assert one.origin == two.origin == CHAT.id


def test_marks_that_overlap_are_refused() -> None:
    overlapping = Dialog("d", (Message("m", "customer", "abcdef", (Span(0, 4, "PERSON"), Span(2, 6, "PERSON"))),))
    with pytest.raises(ConfigError, match="overlap"):
        redraw([overlapping], NAMES, 1)


_TYPES = ("PERSON", "EMAIL_ADDRESS", "USERNAME", "ACCOUNT_ID", "PHONE_NUMBER", "STREET_ADDRESS", "CREDIT_CARD", "AGE")


@given(
    st.lists(st.tuples(st.text(max_size=8), st.text(min_size=1, max_size=12), st.sampled_from(_TYPES)), max_size=6),
    st.integers(0, 99),
)
def test_whatever_the_texts_are_the_rest_stays_and_the_marks_cover_the_new_values(
    pieces: list[tuple[str, str, str]], seed: int
) -> None:
    text, spans = "", []
    for before, value, entity_type in pieces:
        text += before
        spans.append(Span(len(text), len(text) + len(value), entity_type))
        text += value
    dialog = Dialog("d", (Message("m", "customer", text, tuple(spans)),))
    (drawn,) = redraw([dialog], NAMES, seed)
    assert _around(drawn) == _around(dialog)


def _csv(folder: Path, name: str, *lines: str) -> None:
    (folder / name).write_text("\n".join(lines) + "\n", "utf-8")


def test_names_are_told_apart_by_the_headers_of_their_files(tmp_path: Path) -> None:
    _csv(tmp_path, "a.csv", "country,gender,romanized,localized", "AD,F,Jana,Jana", "AD,F,,")
    _csv(tmp_path, "b.csv", "country,romanized,localized", "AL,Abazi,Abazi")
    _csv(tmp_path, "c.csv", "name,count,share_female", "Mary,300,0.99", "Susan,100,0.99")
    _csv(tmp_path, "d.csv", "something,else", "x,y")
    names = load_names(tmp_path)
    assert names.forenames == ("Jana", "Mary", "Susan")
    assert names.surnames == ("Abazi",)
    assert names.forename_weights == pytest.approx((1.0, 1.75, 2.0))


def test_a_folder_without_names_says_what_it_should_hold(tmp_path: Path) -> None:
    _csv(tmp_path, "a.csv", "country,gender,romanized", "AD,F,Jana")
    with pytest.raises(ConfigError, match="first and last names"):
        load_names(tmp_path)


def test_counted_first_names_alone_are_enough(tmp_path: Path) -> None:
    _csv(tmp_path, "us.csv", "name,count", "Mary,3", "Susan,1", "Nobody,0")
    _csv(tmp_path, "last.csv", "romanized", "Abazi")
    names = load_names(tmp_path)
    assert names.forenames == ("Mary", "Susan")
    assert names.forename_weights == pytest.approx((0.75, 1.0))


@pytest.mark.parametrize("count", ["", "canary", "-5", "nan", "inf"])
def test_a_count_that_is_none_is_refused_with_its_line(tmp_path: Path, count: str) -> None:
    _csv(tmp_path, "us.csv", "name,count", "Mary,3", f"Susan,{count}")
    _csv(tmp_path, "last.csv", "romanized", "Abazi")
    with pytest.raises(ConfigError, match=r"us\.csv, line 3: expected a whole number") as caught:
        load_names(tmp_path)
    assert "canary" not in str(caught.value)
    assert "Susan" not in str(caught.value)
