"""The words of a text and what people ask of them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from redactor.exceptions import ConfigError
from redactor.storage.words import Term, terms, words

ANY_TEXT = st.text(st.characters(exclude_categories=()), max_size=60)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Hi, I'm [PERSON_1]!", ["hi", "i", "m", "person_1"]),
        ("Ça coûte ÉNORMÉMENT", ["ca", "coute", "enormement"]),
        ("Straße STRASSE ﬁne ℡", ["strasse", "strasse", "fine", "tel"]),
        ("İstanbul ılık", ["istanbul", "ılık"]),
        ("Ünïcödé\ud800x\0y", ["unicode", "x", "y"]),
        ("заказ №5 、東京 42", ["заказ", "no5", "東京", "42"]),
        ("", []),
        ("... -- !", []),
        ("x" * 100, ["x" * 64]),
    ],
)
def test_words_are_letters_and_digits_without_case_and_marks(text: str, expected: list[str]) -> None:
    assert words(text) == expected


@given(ANY_TEXT)
def test_a_word_cut_once_is_cut_no_further(text: str) -> None:
    found = words(text)
    assert words(" ".join(found)) == found
    assert not [word for word in found if not word or '"' in word or len(word) > 64]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("refund", [Term(("refund",))]),
        ("Refund  order", [Term(("refund",)), Term(("order",))]),
        ('"order number" late', [Term(("order", "number")), Term(("late",))]),
        ("“order number”", [Term(("order", "number"))]),
        ("refun*", [Term(("refun",), prefix=True)]),
        ('"order num"*', [Term(("order", "num"), prefix=True)]),
        ("[PERSON_1]", [Term(("person_1",))]),
        ("don't", [Term(("don", "t"))]),
        ("tea & coffee - AND OR", [Term((word,)) for word in ("tea", "coffee", "and", "or")]),
        ("col:umn ^x {y} NEAR(a)", [Term(("col", "umn")), Term(("x",)), Term(("y",)), Term(("near", "a"))]),
    ],
)
def test_people_ask_for_words_phrases_and_beginnings(query: str, expected: list[Term]) -> None:
    assert list(terms(query)) == expected


@pytest.mark.parametrize(
    ("query", "complaint"),
    [
        ('"order number', "character 1 has no partner"),
        ('late "', "character 6 has no partner"),
        ('order"number"', "character 6 has no partner"),
        ('"a""b"', "has no partner"),
        ("re*fund", r"a \* at character 3"),
        ("*fund", r"a \* at character 1"),
        ("refund**", r"a \* at character 7"),
        ("late *", "character 6 holds no letter"),
        ('"!!"', "character 1 holds no letter"),
        ("", "nothing to look for"),
        (" & - ", "nothing to look for"),
        ("a " * 33, "33 words and phrases"),
    ],
)
def test_what_cannot_be_read_is_explained_by_its_place(query: str, complaint: str) -> None:
    with pytest.raises(ConfigError, match=complaint):
        terms(query)


@given(ANY_TEXT | st.text('ab"* \\', max_size=12))
def test_any_query_is_read_or_refused_without_being_repeated(query: str) -> None:
    try:
        found = terms(query)
    except ConfigError as error:
        assert len(words(query)) < 4 or " ".join(words(query)) not in str(error)
    else:
        assert found
        assert all(term.words for term in found)
