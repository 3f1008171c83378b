"""National identifiers: found as written, told apart from nothing they are not, and complete against python-stdnum.

Values are drawn from each row's own shape until its check agrees (`benchmarks.national_recall`).
"""

import pkgutil
import random

import pytest
import stdnum

from benchmarks.national_recall import (
    EVERY,
    LEXICON,
    MASKING,
    OURS,
    ROWS,
    SHAPES,
    Recall,
    hits,
    named,
    recall,
    values,
)
from redactor.detection.patterns import Pattern, patterns
from redactor.detection.rows import all_rows, national, table
from redactor.detection.view import view

FEW = 2


def test_every_country_module_of_stdnum_is_a_row_or_left_out_for_a_reason() -> None:
    names = [module.name.removeprefix("stdnum.") for module in pkgutil.walk_packages(stdnum.__path__, "stdnum.")]
    country = {name for name in names if "." in name and len(name.split(".")[0].rstrip("_")) == 2}
    checks = [row.check.__name__.split() for row in all_rows() if row.check is not None and row.countries]
    rows = {name for kind, *validators in checks if kind == "stdnum" for name in validators}
    left_out = " ".join(national.LEFT_OUT.values()).split()
    assert len(country) > 180
    assert country == rows | set(left_out)
    assert not rows & set(left_out)
    assert len(left_out) == len(set(left_out))


def test_sixty_countries_and_more_have_a_row() -> None:
    assert len(frozenset[str]().union(*(row.countries for row in ROWS.values()))) >= 60
    assert all(row.countries for row in OURS if row.name != "national_id_of_any_country")


def test_every_topic_of_a_row_has_words_and_every_word_a_row() -> None:
    used = frozenset[str]().union(*(row.context for row in OURS))
    assert set(LEXICON) == {topic for topic in used if topic in LEXICON}
    for row in OURS:
        assert not row.requires_context or row.context & set(LEXICON), row.name


@pytest.mark.parametrize("row", OURS, ids=lambda row: row.name)
def test_examples_are_found(row: Pattern) -> None:
    before, _, marked = row.example.rpartition(" | ")
    start, text = marked.index("⟦"), marked.replace("⟦", "").replace("⟧", "")
    span = start, marked.index("⟧") - 1, row.type
    for country in [*sorted(row.countries)[:1], *([""] if row.by_default else [])]:
        assert span in [(hit.start, hit.end, hit.type) for hit in hits(text, before, country)]


@pytest.mark.parametrize("name", EVERY)
def test_recall_where_the_country_is_configured(name: str) -> None:
    for country in sorted(ROWS[name].countries)[:1]:
        assert recall(name, FEW, country) == Recall(1, 1, 1)


@pytest.mark.parametrize("name", [name for name in EVERY if ROWS[name].by_default])
def test_recall_with_a_word_and_no_country_configured(name: str) -> None:
    found = recall(name, FEW, "")
    assert (found.asked, found.said) == (1, 1)


@pytest.mark.soak
@pytest.mark.parametrize("name", EVERY)
def test_recall_over_many_values(name: str) -> None:
    for country in sorted(ROWS[name].countries)[:1]:
        found = recall(name, 300, country)
        assert min(found.asked, found.said, found.alone) >= 0.99, found
    if ROWS[name].by_default:
        found = recall(name, 100, "")
        assert min(found.asked, found.said) >= 0.95, found


@pytest.mark.parametrize("number", national._DIGITS, ids=lambda number: number.name)
def test_other_digits_of_the_length_pass_as_seldom_as_the_strength_says(number: national._Number) -> None:
    check, draw = ROWS[number.name].check, random.Random(number.name)
    most = {national._STRONG: 1 / 25, national._WEAK: 1 / 5, national._NONE: 1.0}[number.strength]
    assert check is not None
    texts = ["".join(draw.choices("0123456789", k=number.size[1])) for _ in range(400)]
    assert sum(map(check, texts)) / len(texts) <= most


@pytest.mark.parametrize("name", EVERY)
def test_checks_refuse_what_is_cut_and_never_raise(name: str) -> None:
    check, longest = ROWS[name].check, SHAPES[name].size[1]
    assert check is not None
    for value in values(name, FEW):
        compact = "".join(filter(str.isalnum, value))
        assert not check(compact[: SHAPES[name].size[0] // 2])
        assert not check((compact * 4)[: longest + 1])
    for text in ("", "-", "²³¹" * 4, "٣" * 11, "0" * 11, "A" * 13, "\ue000" * 9):
        check(text)


@pytest.mark.parametrize(
    "text", ["it is 44051401359, thanks", "row 85010112349 of 90010112345", "1401-555-071 in blue"]
)
def test_bare_digits_say_nothing_without_a_word_or_a_country(text: str) -> None:
    assert [hit for hit in hits(text) if hit.type == "NATIONAL_ID"] == []


def test_what_another_turn_asks_for_is_not_a_national_number() -> None:
    assert {hit.type for hit in hits("44051401359", "What is your order number?")} == {"ACCOUNT_ID"}


@pytest.mark.parametrize("name", ["pl_pesel", "br_cpf", "lt_asmens", "ro_cnp", "za_idnr", "fi_hetu", "mx_curp"])
def test_words_that_name_no_country_let_any_long_number_through(name: str) -> None:
    for value in values(name, FEW):
        for asked in ("What is your national id number?", "And your tax ID, please?", "Your personal identity number?"):
            assert named(value, value, asked, ROWS[name], "")


def test_countries_do_not_cost_each_other_a_number() -> None:
    look = patterns(countries=("BE", "BR", "EE", "HR", "LT", "NO", "PL", "PT", "TR"))
    for name in ("be_nn", "ee_ik", "hr_oib", "lt_asmens", "no_fodselsnummer", "pl_pesel", "pt_nif", "tr_tckimlik"):
        for value in values(name, FEW):
            found = [hit for hit in look(f"it is {value}", []) if hit.score >= MASKING and hit.type == "NATIONAL_ID"]
            assert any((hit.start, hit.end) == (6, 6 + len(value)) for hit in found), name


def test_a_countrys_code_before_the_number_does_not_hide_it() -> None:
    for text in ("PL44051401359", "PL 44051401359", "pl44051401359", "MY PESEL IS PL 44051401359"):
        (found,) = [hit for hit in hits(text, "What is your PESEL?") if hit.type == "NATIONAL_ID"]
        assert text[found.start : found.end].endswith("44051401359")


def test_a_neighbouring_number_is_not_taken_in() -> None:
    text = "my pesel is 44051401359 123456"
    assert [text[hit.start : hit.end] for hit in hits(text) if hit.recognizer == "pattern:pl_pesel"] == ["44051401359"]


def test_a_row_that_is_off_fires_only_where_its_country_is_configured() -> None:
    off = [row for row in OURS if not row.by_default]
    assert off
    for row in off:
        assert row.name not in {other.name for other in table()}
        assert row.name in {other.name for other in table(countries=tuple(sorted(row.countries)))}


def test_words_are_known_as_recognizers_see_them_too() -> None:
    """Turns before the message are read as they came, the message in its view."""
    for topic, entries in LEXICON.items():
        for entry in entries:
            assert view(entry).text.lower() in entries, topic
