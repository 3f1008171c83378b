"""The generator of evading forms: values are valid and still readable, harmless texts hold none, counts are right."""

import json
import random
import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path

import phonenumbers
import pytest
from stdnum import iban, luhn
from stdnum.us import ssn

from benchmarks.evasion import encodings, held_out, speech
from benchmarks.evasion.__main__ import BEGIN, END, main, markdown
from benchmarks.evasion.benign import CONVERSATIONS, EMPHASIS, ON_SHAPE, OWN
from benchmarks.evasion.counting import run
from benchmarks.evasion.forms import FORMS, Form
from benchmarks.evasion.pieces import MOST, cut
from benchmarks.evasion.samples import FORMS as ALL_FORMS
from benchmarks.evasion.samples import PLAIN, Said, Sample, samples
from benchmarks.evasion.values import KINDS
from redactor import Redactor
from redactor.detection.readings import readings
from redactor.detection.view import view
from redactor.testing import FakeRecognizer

ONLY_CHARACTERS = [form for form in FORMS if form.name not in {"needless accents"} and "word" not in form.name]
ALNUM = re.compile(r"[^A-Za-z0-9]")


def _is_phone(text: str) -> bool:
    return phonenumbers.is_valid_number(phonenumbers.parse(text, "US"))


VALID: dict[str, Callable[[str], bool]] = {
    "CREDIT_CARD": lambda text: luhn.is_valid(ALNUM.sub("", text)),
    "IBAN_CODE": iban.is_valid,
    "US_SSN": ssn.is_valid,
    "PHONE_NUMBER": _is_phone,
}


@pytest.mark.parametrize("kind", VALID)
def test_values_pass_the_checks_of_their_kind(kind: str) -> None:
    dice = random.Random(1)
    made = [KINDS[kind].make(dice) for _ in range(50)]
    assert all(VALID[kind](text.replace(" ", "") if kind == "US_SSN" else text) for text in made)
    assert len(set(made)) > 40


def test_every_kind_has_its_carriers_and_harmless_shapes() -> None:
    assert set(ON_SHAPE) == set(KINDS)
    for kind in KINDS.values():
        assert all(carrier.text.count("{}") == 1 and "{}" not in carrier.question for carrier in kind.carriers)
    assert all(form.types <= set(KINDS) for form in ALL_FORMS)
    assert set(OWN) <= {form.name for form in ALL_FORMS}
    assert all("{" in text for texts in (*ON_SHAPE.values(), EMPHASIS) for text in texts)
    assert all(len(talk) == 4 for talk in CONVERSATIONS)


@pytest.mark.parametrize("form", ONLY_CHARACTERS, ids=lambda form: form.name)
def test_a_disguise_changes_the_text_and_the_view_undoes_it(form: object) -> None:
    for kind in sorted(form.types):  # type: ignore[attr-defined]
        dice = random.Random(5)
        for _ in range(10):
            value = KINDS[kind].make(dice)
            seen = ALNUM.sub("", view(form.write(value, dice)).text)  # type: ignore[attr-defined]
            assert seen == ALNUM.sub("", value), kind


def test_accents_leave_the_letters_below() -> None:
    (form,) = [form for form in FORMS if form.name == "needless accents"]
    written = form.write("quincy@example.com", random.Random(0))
    assert written != "quincy@example.com"
    assert "".join(c for c in unicodedata.normalize("NFD", written) if c.isascii()) == "quincy@example.com"


@pytest.mark.parametrize("kind", sorted(MOST))
def test_pieces_are_the_value_cut_up(kind: str) -> None:
    dice = random.Random(2)
    for count in range(2, MOST[kind] + 1):
        for _ in range(20):
            value = KINDS[kind].make(dice)
            pieces = cut(value, kind, count, dice)
            assert len(pieces) == count
            assert "".join(ALNUM.sub("", piece) for piece in pieces) == ALNUM.sub("", value)
            assert all(piece == piece.strip() for piece in pieces)


def _count(tried: Sequence[Sample]) -> Counter[tuple[str, str, bool]]:
    return Counter((sample.form, sample.type, sample.is_benign) for sample in tried)


def test_values_and_harmless_messages_stand_beside_each_other_in_equal_numbers() -> None:
    counted = _count(list(samples(3, seed=0)))
    assert set(counted.values()) == {3}
    assert {key[:2] for key in counted if key[2]} == {key[:2] for key in counted if not key[2]}
    assert {form for form, _, _ in counted} >= {PLAIN, "full width", "over 4 messages, a word between"}


def test_a_value_stands_where_the_sample_says() -> None:
    cards = [s for s in samples(5, seed=0) if s.type == "CREDIT_CARD" and s.form == PLAIN and not s.is_benign]
    for sample in cards:
        (turn,) = [turn for turn in sample.turns if turn.span]
        start, end = turn.span or (0, 0)
        assert luhn.is_valid(ALNUM.sub("", turn.text[start:end]))


def test_the_same_seed_gives_the_same_samples_and_another_one_others() -> None:
    assert list(samples(1, seed=0)) == list(samples(1, seed=0))
    assert list(samples(1, seed=0)) != list(samples(1, seed=1))


def _said(text: str, span: tuple[int, int] | None = None) -> Said:
    return Said("customer", text, span)


TRIED = [
    Sample("full width", "CREDIT_CARD", (_said("it is 12345678", (6, 14)),)),
    Sample("full width", "CREDIT_CARD", (_said("it is 1234 5678x", (6, 16)),)),
    Sample("full width", "CREDIT_CARD", (_said("size 42 please"),)),
    Sample("full width", "CREDIT_CARD", (_said("the 5000 one"),)),
    Sample("over 2 messages", "PERSON", (_said("i am Ann", (5, 8)), Said("assistant", "ok"), _said("lee", (0, 3)))),
    Sample("over 2 messages", "PERSON", (_said("hello"),)),
    Sample(PLAIN, "PERSON", (_said("nobody sees ann", (12, 15)),)),
    Sample(PLAIN, "PERSON", (_said("hello"),)),
]


@pytest.fixture
def known(make_redactor: Callable[..., Redactor]) -> Redactor:
    return make_redactor(
        recognizers={"fake": FakeRecognizer({re.compile(r"\d{4,}"): "ACCOUNT_ID", "Ann": "PERSON", "lee": "PERSON"})}
    )


def test_one_letter_left_counts_as_missed_and_any_mask_as_touched(known: Redactor) -> None:
    found = run(known, TRIED)
    pair = found.by_form["full width"]
    assert (pair.masked.count, pair.masked.total) == (1, 2)
    assert (pair.untouched.count, pair.untouched.total) == (1, 2)
    assert found.by_both["over 2 messages"]["PERSON"].masked.share == 1.0
    assert [failure.became for failure in found.missed] == ["it is [ACCOUNT_ID_1] [ACCOUNT_ID_2]x", "nobody sees ann"]
    assert [failure.wrote for failure in found.touched] == ["the 5000 one"]


def test_what_nobody_disguised_is_shown_and_not_counted(known: Redactor) -> None:
    found = run(known, TRIED)
    assert found.by_form[PLAIN].masked.count == 0
    assert (found.overall.masked.count, found.overall.masked.total) == (2, 3)
    assert "PERSON" in found.by_type
    assert found.by_type["PERSON"].masked.total == 1


def test_the_report_lists_what_is_not_caught_with_examples(known: Redactor) -> None:
    text = "\n".join(markdown(run(known, TRIED), "a setting"))
    assert "- full width, CREDIT_CARD: 50%" in text
    assert "`it is 1234 5678x` → `it is [ACCOUNT_ID_1] [ACCOUNT_ID_2]x`" in text
    assert "over 2 messages, PERSON" not in text


def test_a_page_without_markers_is_refused_before_anything_runs(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    page = tmp_path / "page.md"
    page.write_text("nothing", "utf-8")
    with pytest.raises(SystemExit):
        main(["--into", str(page), "--count", "1"])
    assert BEGIN in capsys.readouterr().err
    assert page.read_text("utf-8") == "nothing"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--policy", "nothing"], "there is no policy file nothing"),
        (["--model", "nothing"], "no model package named 'nothing'"),
        (["--into", "no/such/folder/page.md"], "cannot be written (its folder does not exist)"),
        (["--into", "."], "cannot be read"),
    ],
)
def test_what_cannot_be_used_is_one_line_and_code_2(
    words: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as end:
        main(["--count", "1", "--only", "full width", *words])
    assert end.value.code == 2
    err = capsys.readouterr().err
    assert said in err
    assert err.count("\n") == 1


@pytest.mark.soak
def test_the_screen_gets_tables_that_fit_and_markdown_only_when_asked(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    main(["--count", "1", "--only", "full width"])
    plain = capsys.readouterr().out
    assert 'all but "as it is"' in plain
    assert "|---" not in plain
    assert max(len(line) for line in plain.splitlines() if "->" not in line) <= 80
    main(["--count", "1", "--only", "full width", "--markdown"])
    assert '| **all but "as it is"** |' in capsys.readouterr().out


def test_only_a_form_that_does_not_exist_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["--only", "upside down"])
    assert "expected a part of the name" in capsys.readouterr().err


def test_the_command_writes_the_page_and_prints_json(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    page = tmp_path / "page.md"
    page.write_text(f"Before.\n{BEGIN}\nold\n{END}\nAfter.\n", "utf-8")
    main(["--count", "1", "--json", "--only", "over 2", "--into", str(page)])
    found = json.loads(capsys.readouterr().out)
    text = page.read_text("utf-8")
    assert "old" not in text
    assert text.startswith(f"Before.\n{BEGIN}\ncount 1, seed 0, policy default, redactor_en-")
    assert text.endswith(f"{END}\nAfter.\n")
    assert found["overall"]["masked"]["total"] == sum(p["masked"]["total"] for p in found["by_type"].values())


@pytest.mark.parametrize("form", encodings.FORMS, ids=lambda form: form.name)
def test_an_encoded_value_reads_as_itself_again(form: Form) -> None:
    for kind in sorted(form.types):
        dice = random.Random(3)
        for _ in range(10):
            value = KINDS[kind].make(dice)
            written = form.write(value, dice)
            read = [ALNUM.sub("", reading.view.text) for reading in readings(view(written))]
            assert any(ALNUM.sub("", value) in text for text in (*read, ALNUM.sub("", written))), kind


@pytest.mark.parametrize("form", speech.FORMS, ids=lambda form: form.name)
def test_a_spoken_disguise_has_a_harmless_text_of_its_own(form: Form) -> None:
    assert OWN[form.name]


def test_sentences_held_out_are_none_of_the_others() -> None:
    for kind, kept in held_out.CARRIERS.items():
        assert not set(kept) & set(KINDS[kind].carriers)
    assert set(held_out.CARRIERS) == set(KINDS)
    ours, theirs = (
        {sample.shown() for sample in samples(1, 0, is_held_out=apart) if not sample.is_benign}
        for apart in (False, True)
    )
    assert ours.isdisjoint(theirs)


def test_the_pieces_of_a_correction_stand_where_the_sample_says() -> None:
    tried = [sample for sample in samples(4, 0) if sample.form.startswith("corrected") and not sample.is_benign]
    for sample in tried:
        pieces = [turn.text[start:end] for turn in sample.turns for start, end in turn.spans]
        assert len(pieces) >= 2
        assert all(piece.strip() == piece and any(map(str.isalnum, piece)) for piece in pieces)
