"""The redacted text: masks in their places, and no placeholder but ours."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from redactor.masking import Mask, literals, moved, write
from redactor.placeholders import find, render


def test_masks_are_written_in_order_with_their_new_places() -> None:
    written = write("I am Ann, 42", [Mask(5, 8, "[PERSON_1]"), Mask(10, 12, "[AGE_1]")])
    assert written.text == "I am [PERSON_1], [AGE_1]"
    assert [written.text[a:b] for a, b in written.spans] == ["[PERSON_1]", "[AGE_1]"]


def test_spans_move_with_the_text_and_vanish_under_a_mask() -> None:
    masks = [Mask(0, 3, "[PERSON_1]")]
    written = write("Ann is here", masks)
    assert moved((7, 11), masks, written) == (14, 18)
    assert moved((2, 5), masks, written) is None


@pytest.mark.parametrize(
    "text",
    ["[PERSON_1]", "see [PERSON_1] there", "[person_1]", "PERSON_1", "[[PERSON_1]]", "x [ACCOUNT_ID_3] y [AGE_2]"],
)
def test_what_reads_as_a_placeholder_is_covered(text: str) -> None:
    spans = literals(text, [])
    assert spans
    covered = write(text, [Mask(start, end, render("LITERAL", 1)) for start, end in spans]).text
    assert {token.type for token in find(covered)} == {"LITERAL"}


def test_a_placeholder_made_by_the_masks_neighbours_is_covered() -> None:
    text = "[PERSON_4111]"
    masks = [Mask(8, 12, "****4111")]
    spans = literals(text, masks)
    everything = sorted([*masks, *(Mask(a, b, render("LITERAL", 1)) for a, b in spans)], key=lambda mask: mask.start)
    assert {token.type for token in find(write(text, everything).text)} <= {"LITERAL"}


pieces = st.sampled_from(
    ["[", "]", "PERSON", "_", "1", "12", " ", "(", "**", "&#91;", "x", "[PERSON_1]", "AGE_2", "\\"]
)


@given(st.lists(pieces, max_size=10).map("".join), st.data())
def test_the_written_text_holds_our_masks_and_nothing_else(text: str, data: st.DataObject) -> None:
    cuts = sorted(data.draw(st.sets(st.integers(0, len(text)), max_size=4)))
    masks = [Mask(a, b, "[ACCOUNT_ID_1]") for a, b in zip(cuts[::2], cuts[1::2], strict=False) if a < b]
    spans = literals(text, masks)
    everything = sorted([*masks, *(Mask(a, b, render("LITERAL", 1)) for a, b in spans)], key=lambda mask: mask.start)
    found = [str(token) for token in find(write(text, everything).text)]
    assert found == [mask.replacement for mask in everything]
