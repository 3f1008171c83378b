"""A reply is cut by its text alone, and never holds back more than a segment."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from redactor.placeholders import StandIn, StandIns
from redactor.segments import AHEAD, MOST, Segment, Segments

PIECES = [
    "Hello there. ", "Your order is on its way! ", "Dr. Ng ", "at 5 p.m. today. ", "No. 12", "It is 300. We ", "\n",
    "...", "… ", '"Yes." ', "[PERSON_1]", "[PERSON_", "\n1] ", "e.g. ", "word ", "wordwordword", "。", "?! ", " ", ".",
    "St. Mary's Road 12. ", "x" * 90, "lower. case ", "(PERSON", " 1) ",
]  # fmt: skip
texts = st.one_of(st.lists(st.sampled_from(PIECES), max_size=60).map("".join), st.text(max_size=700))


def cut(chunks: list[str]) -> list[Segment]:
    segments = Segments()
    return [each for chunk in chunks for each in segments.feed(chunk)] + list(segments.finish())


def chunked(text: str, data: st.DataObject) -> list[str]:
    cuts = sorted(data.draw(st.lists(st.integers(0, len(text)), max_size=30)))
    return [text[a:b] for a, b in itertools.pairwise([0, *cuts, len(text)])]


@given(texts, st.data())
def test_chunks_change_nothing(text: str, data: st.DataObject) -> None:
    whole = cut([text])
    assert cut(chunked(text, data)) == whole == cut(list(text))


@given(texts)
def test_the_segments_are_the_text_and_say_where_they_stand(text: str) -> None:
    segments = cut([text])
    assert "".join(each.text for each in segments) == text
    for each in segments:
        end = each.start + len(each.text)
        assert text[each.start : end] == each.text
        assert text[: each.start].endswith(each.lead)
        assert text[end:].startswith(each.ahead)
        assert 0 < len(each.text) + len(each.ahead) <= MOST
        assert len(each.lead) <= MOST - AHEAD


@given(texts, st.data())
def test_never_more_than_a_segment_is_held_back(text: str, data: st.DataObject) -> None:
    segments, given_out, received = Segments(), 0, 0
    for chunk in chunked(text, data):
        given_out += sum(len(each.text) for each in segments.feed(chunk))
        received += len(chunk)
        assert received - given_out < MOST


@given(texts, st.integers(1, AHEAD))
def test_a_stretch_without_an_end_of_a_sentence_is_seen_whole_by_whoever_sees_its_first_character(
    text: str, length: int
) -> None:
    value = ("Ann Lee 4111 1111 " * 5)[:length].strip() or "x"
    text = f"{text[: len(text) // 2]}{value}{text[len(text) // 2 :]}"
    at = text.index(value)
    first = next(each for each in cut([text]) if each.start <= at < each.start + len(each.text))
    assert value in first.lead + first.text + first.ahead


@pytest.mark.parametrize(
    ("text", "segments"),
    [
        ("Hello there. How are you? Fine!", ["Hello there. ", "How are you? ", "Fine!"]),
        ("Ask Mr. Stone or J. Smith. Bye.", ["Ask Mr. Stone or J. Smith. ", "Bye."]),
        ("Call tel. 555 0100. Then wait.", ["Call tel. 555 0100. Then wait."]),
        ("That is 3.5 km, approx. 4. Go", ["That is 3.5 km, approx. 4. Go"]),
        ("one\ntwo\r\nthree", ["one\n", "two\r\n", "three"]),
        ("你好。再见！", ["你好。", "再见！"]),
        ('He said "yes." She left.', ['He said "yes." ', "She left."]),
        ("Dear [PERSON\n_1], hello. Bye", ["Dear [PERSON\n_1], hello. ", "Bye"]),
        ("Bahnhofstr. 12 in Bern. Bye", ["Bahnhofstr. 12 in Bern. ", "Bye"]),
    ],
)
def test_a_segment_ends_with_a_sentence_or_a_line(text: str, segments: list[str]) -> None:
    assert [each.text for each in cut([text])] == segments


def test_a_long_one_is_cut_at_a_blank_and_looked_at_with_what_is_around_it() -> None:
    first, second, *_ = cut(["word " * 100])
    assert first.text.endswith(" ")
    assert MOST - AHEAD - 5 <= len(first.text) <= MOST - AHEAD
    assert len(first.text) + len(first.ahead) == MOST
    assert first.text.endswith(second.lead)
    assert AHEAD <= len(second.lead) <= AHEAD + 5


def test_a_line_ends_no_segment_inside_a_stand_in() -> None:
    entry = StandIn("PERSON", 1, "name", "Laura Bennett", "Crystal Minh")
    segments = Segments((), StandIns([entry]))
    assert [each.text for each in segments.feed("Dear Laura\nBennett,\nyes\n")] == ["Dear Laura\nBennett,\n", "yes\n"]
