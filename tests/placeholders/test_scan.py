import random
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from redactor.placeholders import Scanner, Token, find, render, replace

FRAGMENTS = [
    "[", "]", "[[", "]]", "PERSON", "_", "1", "12", "0", "person", "Person", "EMAIL_ADDRESS", "EMAIL",
    " ADDRESS", "\\", "\\_", "\\[", "&lt;", "&", "&#91;", "&#", "91;", "lt;", "amp;", "\\u005b",
    "u005", "b", "(", ")", "<", ">", "<<", "{", "}", "**", "*", "`", " ", "\n", "\n\n", "\u200b", "x",
    "Hello ", "a", "![", "](", "](https://e.vil/", "https://x.com/?q=", '"', "'", "=", "= ", "AGE",
    "age", "URL", "NOMBRE", "Teléfono", "’s", "s", ".", ",", "!", "这", "é", "<a href=", "<img src='",
    "７", "［", "］", "[PERSON_1]", "[AGE_2]", "PERSON_3", "[URL_1]", "www.", "evil.com", "/", "US_SSN",
    "us", "P", "pe", "-", "\\n", "e\u0301", "\r", "»", "«", "[person_1](", "[PERSON_1's]",
    "&amp;lt;", "&amp;", "&gt;", "&amp;gt;", "PERSON_1", "<PERSON_1>", ":", "?",
]  # fmt: skip


def spell(token: Token) -> str | None:
    """Everything known of a token, so that a stream must agree on all of it; even indexes are left as written."""
    shown = f"{token.start}-{token.end} {token.type} {token.index} {token.place} {token.host} {token.suffix}"
    return f"«{shown}»" if token.index % 2 else None


def streamed(text: str, cuts: list[int], scanner: Scanner) -> str:
    edges = [0, *sorted(cut % (len(text) + 1) for cut in cuts), len(text)]
    return "".join([scanner.feed(text[a:b]) for a, b in pairwise(edges)] + [scanner.finish()])


@given(st.lists(st.sampled_from(FRAGMENTS), max_size=30).map("".join), st.lists(st.integers(0, 200), max_size=12))
def test_chunks_change_nothing(text: str, cuts: list[int]) -> None:
    assert streamed(text, cuts, Scanner(spell)) == replace(text, spell)


@given(st.lists(st.sampled_from(FRAGMENTS), max_size=20).map("".join))
def test_one_character_at_a_time_changes_nothing(text: str) -> None:
    assert streamed(text, list(range(len(text))), Scanner(spell)) == replace(text, spell)


@pytest.mark.parametrize(
    "after", ["", " is", ", ", "(x", "](x)", ".", "!", "2", "_", "s", "'s", "]", "\\", "&", "&amp;"]
)
@pytest.mark.parametrize(
    "written",
    [
        "[PERSON_1]",
        "[person_1]",
        "[Person_1",
        "[PERSON 1]",
        "[PERSON1",
        "person_1]",
        "PERSON_1",
        "[[Person_1]]",
        "&lt;PERSON_1&gt;",
        "&amp;lt;PERSON_1&amp;gt;",
        "\\u005bPERSON\\u005f1\\u005d",
        "\\\\u005bAGE_1\\\\u005d",
        "\\[PERSON\\_1\\]",
        "[**PERSON_1**]",
        "[Phone Number 1]",
        "{{PERSON_1}}",
        "<<person_1>>",
        "[PERSON_1's]",
        "&#91;PERSON&#95;1&#93;",
        "[E-Mail-Adresse_1]",
        "![PERSON_1",
        "https://x.org/[PERSON_1]",
        "(Person_1)",
    ],
)
def test_every_cut_of_a_mangled_placeholder_changes_nothing(written: str, after: str) -> None:
    text = f"a {written}{after}"
    whole = replace(text, spell)
    assert streamed(text, list(range(len(text))), Scanner(spell)) == whole
    assert {streamed(text, [cut], Scanner(spell)) for cut in range(len(text))} == {whole}


@given(st.text(), st.lists(st.integers(0, 200), max_size=5))
def test_any_text_without_placeholders_passes_unchanged(text: str, cuts: list[int]) -> None:
    assert streamed(text, cuts, Scanner(lambda _: None)) == text


@pytest.mark.soak
def test_chunks_change_nothing_over_many_texts() -> None:
    rng = random.Random(20261121)
    for _ in range(200_000):
        text = "".join(rng.choices(FRAGMENTS, k=rng.randint(1, 24)))
        cuts = [rng.randrange(len(text) + 1) for _ in range(rng.randint(0, len(text)))]
        assert streamed(text, cuts, Scanner(spell)) == replace(text, spell), text


@given(st.lists(st.sampled_from(FRAGMENTS), max_size=20).map("".join))
def test_replacing_twice_changes_nothing_more(text: str) -> None:
    def value(token: Token) -> str | None:
        return None if token.index % 2 else "~"

    once = replace(text, value)
    tokens = [token for token in find(once) if token.index % 2 == 0]
    assert replace(once, lambda token: None if token in tokens else value(token)) == once


@pytest.mark.parametrize(
    "text",
    [
        "Hello wor", "12 [x", "a << x", "std::cout << x", "[this", "[1", "(see", "[PERSON&xy", "R&D ", "a & x",
        "C:\\win", "persons", "[persimmon", "person ", "personal", "Per ", "{x", "[] ", "![zoo",
        "x[0]", "[Person 1", "[url 1]", "(age 1", "[" + " " * 40, "[" + "\u200b" * 40,
    ],
)  # fmt: skip
def test_text_that_cannot_be_a_placeholder_passes_at_once(text: str) -> None:
    scanner = Scanner(lambda _: "!")
    assert scanner.feed(text) == text
    assert scanner.held == ""


@pytest.mark.parametrize(
    ("text", "held"),
    [
        ("Hello p", "p"),
        ("Hello PERSON_1", "PERSON_1"),
        ("Hello [", "["),
        ("a <<", "<<"),
        ("a <<PER", "<<PER"),
        ("x [EMAIL ADD", "[EMAIL ADD"),
        ("x [PERSON_1", "[PERSON_1"),
        ("x &", "&"),
        ("x &l", "&l"),
        ("x &#9", "&#9"),
        ("x \\u00", "\\u00"),
        ("x [person_1]", "[person_1]"),
        ("a << b", "<< b"),
        ("[P ", "[P "),
    ],
)
def test_only_what_may_become_a_placeholder_is_held(text: str, held: str) -> None:
    scanner = Scanner(lambda _: "!")
    scanner.feed(text)
    assert scanner.held == held


@pytest.mark.parametrize("text", ["[PERSON_1]", "(PERSON_1)", "[PERSON 1]x", "PERSON_1 "])
def test_complete_placeholder_is_written_at_once(text: str) -> None:
    scanner = Scanner(lambda _: "Crystal")
    assert scanner.feed(f"Hi {text}").startswith("Hi Crystal")
    assert scanner.held == ""


@pytest.mark.parametrize(
    "unit", ["[", " ", "\u200b", "[P", "&", "\\", "\n", "*", "_", "-", "7", "&#x0000005b;", "\\u{00005b}", "P\u200b"]
)
def test_what_is_held_stays_bounded(unit: str) -> None:
    scanner = Scanner(lambda _: None)
    longest = 0
    for piece in ["[PERSON_1", *[unit] * 2000]:
        scanner.feed(piece)
        longest = max(longest, len(scanner.held))
    assert longest <= 200 * len(unit)


def test_million_blanks_after_a_bracket_are_not_held() -> None:
    scanner = Scanner(lambda _: None)
    assert scanner.feed("[" + " " * 1_000_000) == "[" + " " * 1_000_000


def test_offsets_count_from_the_start_of_the_stream() -> None:
    seen: list[Token] = []
    scanner = Scanner(lambda token: seen.append(token))
    for piece in ["ab", "c [PER", "SON_1] ", "(AGE", "_2)"]:
        scanner.feed(piece)
    scanner.finish()
    assert seen == find("abc [PERSON_1] (AGE_2)")


def test_own_types_are_found_in_a_stream() -> None:
    scanner = Scanner(lambda token: token.type.lower(), types=["LOYALTY_NUMBER"])
    assert scanner.feed("your [LOYALTY") + scanner.feed("_NUMBER_1].") + scanner.finish() == "your loyalty_number."


def test_suffix_inside_the_brackets_follows_the_value_only() -> None:
    assert replace("[PERSON_1's] [PERSON_2's]", lambda t: "Bo" if t.index == 1 else None) == "Bo's [PERSON_2's]"


def test_value_that_looks_like_a_placeholder_is_not_read_again() -> None:
    assert replace("[PERSON_1]", lambda _: render("PERSON", 2)) == "[PERSON_2]"
