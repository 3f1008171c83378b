"""Dialogs and prose with slots: read, filled, labelled."""

import random

import pytest

pytest.importorskip("faker", reason="faker (extra `train`) makes the names")

from models.training import scripts
from models.training.marked import as_row, plain
from models.training.scripts import Cast, Dialog, Line, parsed, part


def labelled(text: str, seed: int = 1) -> list[tuple[str, str]]:
    row = as_row("", Cast(random.Random(seed)).fill(text))
    return [(row["text"][s["start"] : s["end"]], s["label"]) for s in row["spans"]]


def test_every_shipped_dialog_and_line_of_prose_is_readable_and_every_slot_known() -> None:
    assert len(scripts.all_dialogs()) > 300
    assert len(scripts.prose()) > 1500
    for seed in range(2):
        for dialog in scripts.all_dialogs():
            assert scripts.said(random.Random(seed), dialog)
        for line in scripts.prose():
            assert plain(Cast(random.Random(seed)).fill(line)).strip()


def test_a_line_without_a_role_is_refused_with_its_number() -> None:
    with pytest.raises(ValueError, match="line 3"):
        list(parsed("== one\nC: hello\nhello again\n"))


def test_one_ref_is_one_person_and_one_value_in_the_whole_dialog() -> None:
    cast = Cast(random.Random(4))
    name, account = plain(cast.fill("{person.me}")), plain(cast.fill("{account.a}"))
    assert plain(cast.fill("{first.me} {last.me}")) == name
    assert plain(cast.fill("again: {account.a}")) == f"again: {account}"
    assert plain(cast.fill("{account}")) != account


def test_parts_of_a_value_are_the_whole_value_in_order() -> None:
    for text in ("4111 1111 1111 1111", "8706847615", "ana.lee@example.com", "+49 170 1234567"):
        for of in (2, 3, 4):
            parts = [part(text, f"{k}/{of}") for k in range(1, of + 1)]
            assert "".join(parts).replace(" ", "") == text.replace(" ", "")


def test_last_four_digits_are_no_value_and_a_literal_is_one() -> None:
    assert labelled("the card ending {card.c|last4}") == []
    assert labelled("ask {person=Will May} in {brand=Costa}") == [("Will May", "PERSON"), ("Costa", "?ORGANIZATION")]


def test_a_brace_that_is_no_slot_is_text() -> None:
    assert plain(Cast(random.Random(1)).fill('{"status": "ok", "n": {}}')) == '{"status": "ok", "n": {}}'


def test_a_redacted_history_shows_placeholders_and_no_value() -> None:
    lines = Line("C", "I am {person.me}, {email.me}, from {city=Leeds}"), Line("A", "Thanks {person.me}!")
    first, second = scripts.said(random.Random(9), Dialog(lines))
    values = [p.text for p in first.pieces if p.label in ("PERSON", "EMAIL_ADDRESS")]
    assert len(values) == 2
    assert not any(value in first.hidden for value in values)
    assert "[PERSON_1]" in first.hidden and "[PERSON_1]" in second.hidden


def test_the_same_seed_gives_the_same_rows() -> None:
    def first_rows() -> list[dict[str, object]]:
        rows = scripts.dialog_rows(random.Random(3))
        return [next(rows) for _ in range(50)]

    assert first_rows() == first_rows()


def test_held_out_dialogs_are_never_trained_on() -> None:
    kept, measured = parsed("== one\nC: hello\n==! two\nA: good day\n")
    assert (kept.held_out, measured.held_out) == (False, True)
    assert 30 < len(scripts.held_out()) < len(scripts.dialogs()) / 10
    assert not set(scripts.dialogs()) & set(scripts.held_out())
