"""The view: what it folds, what it leaves, and that its map is exact."""

import unicodedata

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from redactor.detection.view import View, view

ANY_TEXT = st.text(max_size=60)
FRAGMENTS = [
    *[
        "john",
        " dot ",
        " at ",
        "gmail",
        "com",
        "[at]",
        "(dot)",
        "@",
        ".",
        " ",
        "four ",
        "double ",
        "one ",
        "oh ",
        "1",
        "4 1",
        "j o h n",
        " a-b-c",
        "a.b.c.d",
    ],
    *["\u200b", "\u00ad", "\u0301", "é", "４", "ﬁ", "각", "\u1161", "а", "ο", "½", "’", "\ufe0f", "\u20e3", "\n"],
    *["[PERSON_1]", "\U0001f600", "\u202e", "٣", "ｶﾞ", "\ud800"],
]
PIECES = st.lists(st.sampled_from(FRAGMENTS), max_size=14).map("".join)
TEXTS = ANY_TEXT | PIECES

FOLDED = [
    ("john dot smith at gmail dot com", "john.smith@gmail.com"),
    ("mail me: john [dot] smith [at] gmail [dot] com please", "mail me: john.smith@gmail.com please"),
    ("jane(at)posteo(dot)de", "jane@posteo.de"),
    ("jane @ posteo . de ok", "jane@posteo.de ok"),
    ("crystal at gmail.com", "crystal@gmail.com"),
    ("john@gmail dot com", "john@gmail.com"),
    ("john underscore smith at mail dot example dot org", "john_smith@mail.example.org"),
    ("JOHN DOT SMITH AT GMAIL DOT COM", "JOHN.SMITH@GMAIL.COM"),
    ("jane at sign icloud . com", "jane@icloud.com"),
    ("my postcode is LS one seven two JP", "my postcode is LS17 2JP"),
    ("M, one, 4, BT or EH one two AB.", "M1 4BT or EH1 2AB."),
    ("４１１１ １１１１", "4111 1111"),
    ("٣٤٥ and ४५६", "345 and 456"),
    ("4\ufe0f\u20e31\ufe0f\u20e3", "41"),
    ("jоhn@gmаil.com", "john@gmail.com"),
    ("ｊｏｈｎ＠ｇｍａｉｌ．ｃｏｍ", "john@gmail.com"),
    ("Jo\u200bhn Sm\u00adith", "John Smith"),
    ("j\u0336o\u0336h\u0336n", "john"),
    ("e\u0301a", "éa"),
    ("\u1100\u1161\u11a8", "각"),
    ("ﬁnd", "find"),
    ("I’m here", "I'm here"),
    ("four one double one", "4111"),
    ("it is oh seven triple nine five two", "it is 0799952"),
    ("Four, one, one, one; ok", "4111; ok"),
    ("call 1 800 five five five 1 2 1 2", "call 18005551212"),
    ("five five five\none two one two", "5551212"),
    ("my name is j o h n", "my name is john"),
    ("J-O-H-N S-m-i-t-h, please", "JOHN Smith, please"),
    ("A n n   L e e", "Ann   Lee"),
    ("it is j.o.h.n", "it is john"),
    ("j o h n _ s @ g m a i l . c o m", "john_s@gmail.com"),
    ("j-o-h-n at gmail dot com", "john@gmail.com"),
    ("ｊ ｏ ｈ ｎ", "john"),
    ("K 7 0 0 0 1 0", "K700010"),
    ("❶⑴⒈➀²🔟", "1111210"),
    ("🅙🅾 ᴊᴏʜɴ", "JO john"),
]
LEFT_ALONE = [
    "one of the two",
    "nine to five",
    "I bought one, two or three",
    "oh no, one more",
    "double one",
    "meet me at noon dot",
    "look at amazon.com",
    "I shopped at amazon dot com",
    "reach me at gmail dot com",
    "Привет мир",
    "α-helix and µs",
    "thanks, see you at 5 . ok",
    "order [ACCOUNT_ID_1] for [PERSON_2] at example dot com",
    "two 2024 models",
    "",
    "1 2 3 4 5 6 7",
    "4 1 1 1   1 1 1 1",
    "a b c, it is that easy",
    "size S M L XL",
    "A, B, C, D or E",
    "the t-shirt by J.R.R. Tolkien, e.g. in the U.S.A. at 5 p.m.",
    "plan a 1 2 3",
    "vitamin-c-rich food",
    "I am IT one two US",
    "LS one two",
    "ls one seven two jp",
]


@pytest.mark.parametrize(("typed", "seen"), FOLDED)
def test_ways_of_writing_become_one(typed: str, seen: str) -> None:
    assert view(typed).text == seen


@pytest.mark.parametrize("text", LEFT_ALONE)
def test_ordinary_text_is_left_as_it_is(text: str) -> None:
    expected = unicodedata.normalize("NFKC", text)
    assert view(text).text == expected


def test_plain_text_has_an_identity_map_and_no_lists() -> None:
    seen = view("Hi, my order 8706847615 is late. Can you help?")
    assert (seen.starts, seen.ends, seen.text) == (None, None, seen.original)
    assert seen.span(3, 9) == (3, 9)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("to \u200bjohn\u200b@x.com\ufeff now", "\u200bjohn\u200b@x.com\ufeff"),
        ("\u202ecrystal\u202c minh", "\u202ecrystal\u202c"),
        ("ok j\u0336o\u0336h\u0336n\u0336 ok", "j\u0336o\u0336h\u0336n\u0336"),
        ("is 4\ufe0f\u20e31\ufe0f\u20e3 ok", "4\ufe0f\u20e31\ufe0f\u20e3"),
        ("my four one double one please", "four one double one"),
        ("a john dot smith at gmail dot com b", "john dot smith at gmail dot com"),
    ],
)
def test_span_takes_every_character_of_the_value_and_no_blank(text: str, value: str) -> None:
    seen = view(text)
    start = text.index(value)
    first, last = seen.inverse(start, start + len(value))
    assert seen.span(first, last) == (start, start + len(value))


def test_placeholder_passes_untouched() -> None:
    text = "é [PERSON_1] and [EMAIL_ADDRESS_2]"
    start = text.index("[PERSON")
    seen = view(text)
    assert seen.text == text
    assert seen.span(*seen.inverse(start, start + 10)) == (start, start + 10)


@given(TEXTS)
@example("\u200b")
@example("a\u0301" * 40)
@settings(max_examples=150, deadline=None)
def test_any_text_has_a_view(text: str) -> None:
    assert view(text).original == text


@given(TEXTS)
@settings(max_examples=150, deadline=None)
def test_map_is_monotone_and_stays_inside(text: str) -> None:
    seen = view(text)
    starts, ends = seen.starts or (), seen.ends or ()
    assert list(starts) == sorted(starts)
    assert list(ends) == sorted(ends)
    assert all(0 <= start < end <= len(text) for start, end in zip(starts, ends, strict=True))
    assert seen.starts is None or len(starts) == len(ends) == len(seen.text)


@given(TEXTS)
@settings(max_examples=150, deadline=None)
def test_span_of_the_whole_view_is_the_whole_original(text: str) -> None:
    seen = view(text)
    if seen.text:
        assert seen.span(0, len(seen.text)) == (0, len(text))
    else:
        assert not view(f"x{text}").text[1:]


@given(TEXTS, st.data())
@settings(max_examples=150, deadline=None)
def test_neighbouring_spans_leave_nothing_between_them(text: str, data: st.DataObject) -> None:
    seen = view(text)
    if len(seen.text) < 2:
        return
    cut = data.draw(st.integers(1, len(seen.text) - 1))
    (start, left), (right, end) = seen.span(0, cut), seen.span(cut, len(seen.text))
    assert (start, end) == (0, len(text))
    assert right <= left


@given(TEXTS, st.data())
@settings(max_examples=150, deadline=None)
def test_no_invisible_or_combining_character_is_left_beside_a_span(text: str, data: st.DataObject) -> None:
    seen = view(text)
    if not seen.text or seen.starts is None:
        return
    start = data.draw(st.integers(0, len(seen.text) - 1))
    first, last = seen.span(start, data.draw(st.integers(start + 1, len(seen.text))))
    invisible = "\u200b\u00ad\u202e\ufe0f"
    assert not text[:first].endswith(tuple(invisible))
    assert not text[last:].startswith(tuple(invisible))
    assert unicodedata.category(text[last : last + 1] or "x")[0] != "M"


@given(
    st.text(alphabet=st.characters(exclude_categories=["L"]) | st.sampled_from("aeéxﬁ각４½"), max_size=40), st.data()
)
@settings(max_examples=150, deadline=None)
def test_original_slice_seen_again_holds_what_was_seen(text: str, data: st.DataObject) -> None:
    seen = view(text)
    if not seen.text:
        return
    start = data.draw(st.integers(0, len(seen.text) - 1))
    end = data.draw(st.integers(start + 1, len(seen.text)))
    first, last = seen.span(start, end)
    assert seen.text[start:end] in view(text[first:last]).text


@given(TEXTS, st.data())
@settings(max_examples=150, deadline=None)
def test_inverse_holds_every_character_made_from_the_span(text: str, data: st.DataObject) -> None:
    seen = view(text)
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    first, last = seen.inverse(start, end)
    assert 0 <= first <= last <= len(seen.text)
    for i in range(len(seen.text)):
        begins, stops = (i, i + 1) if seen.starts is None or seen.ends is None else (seen.starts[i], seen.ends[i])
        assert (first <= i < last) == (begins < end and start < stops)


@pytest.mark.parametrize("span", [(-1, 1), (1, 1), (2, 1), (0, 6)])
def test_span_outside_the_view_is_refused(span: tuple[int, int]) -> None:
    with pytest.raises(ValueError, match="span of the view"):
        view("héllo").span(*span)


def test_repr_shows_no_text() -> None:
    assert "crystal" not in repr(view("crystal minh"))
    assert isinstance(view("x"), View)


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("capital J-o-h-n here", "John here"),
        ("upper case j o h n", "John"),
        ("J o h n S m i t h", "John Smith"),
        ("the capital J is fine", "the capital J is fine"),
    ],
)
def test_what_is_said_of_the_case_goes_with_the_letters(text: str, read: str) -> None:
    assert view(text).text == read


def test_the_word_capital_is_masked_with_its_value() -> None:
    seen = view("I'm capital J-o-h-n")
    start = seen.text.index("John")
    assert seen.span(start, start + 4) == (4, 19)
