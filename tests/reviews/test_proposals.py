"""Proposals: thresholds with their effect, values that are nobody's without the values, the change as a file."""

import re
import tomllib
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from redactor import Policy, Redactor
from redactor.audit.records import decoded
from redactor.exceptions import ConfigError, NotFoundError
from redactor.reviews import proposals
from redactor.reviews.proposals import FEWEST_RIGHT, Effect, of_store, patch
from redactor.reviews.reading import finished
from redactor.testing import FakeRecognizer, assert_no_leak, in_memory
from redactor.types import Entity
from tests.reviews.conftest import Review, Said, on

NOBODY = "Quillon Brothers"
SHY = re.compile(r"\b(?:Ada|Bea|Cleo|Dora|Edith|Fay)\b")


def shy(text: str, context: object = ()) -> list[Entity]:
    """Votes that are not enough: names at 0.4, "maybe" words at 0.3."""
    found = [Entity(m.start(), m.end(), "PERSON", 0.4, "shy") for m in SHY.finditer(text)]
    return found + [Entity(m.start(), m.end(), "PERSON", 0.3, "shy") for m in re.finditer("Maybe", text)]


@pytest.fixture
def redactor() -> Iterator[Redactor]:
    """Names are found at 0.95, a brand at 0.6 and taken for a name, some names at 0.4 and not hidden."""
    brand = FakeRecognizer({NOBODY: "PERSON"}, score=0.6, name="brand")
    names = FakeRecognizer({"Crystal Minh": "PERSON"})
    audiences = {"types": {"PERSON": {"audiences": ["customer", "reviewer"]}}}
    with in_memory(policy=Policy.from_dict(audiences), recognizers=[names, brand, shy]) as made:
        yield made


def reviewed_brands(redactor: Redactor, said: Said, review: Review, count: int = 3) -> None:
    for number in range(count):
        place = said(f"b{number}", f"it is {NOBODY} again")
        wrong = on(redactor, place, "not_personal", "[PERSON_1]")
        review(place, wrong, by="ann", people=2)
        review(place, wrong, by="bob", people=2)


def reviewed_names(said: Said, review: Review, count: int) -> None:
    for number in range(count):
        review(said(f"n{number}", "I am Crystal Minh"))


def test_a_threshold_is_raised_where_it_would_have_lost_nothing(redactor: Redactor, said: Said, review: Review) -> None:
    reviewed_brands(redactor, said, review)
    reviewed_names(said, review, FEWEST_RIGHT - 1)
    assert of_store(redactor).thresholds == ()  # too few right ones to know
    reviewed_names(said, review, 1)
    review(said("one more", "I am Crystal Minh"))
    [effect] = of_store(redactor).thresholds
    assert effect == Effect("PERSON", 0.65, FEWEST_RIGHT, 0, 3, 0, 0)
    assert "of 30 right entities 0 would not be hidden" in effect.said()


def test_a_threshold_is_lowered_for_what_people_had_to_report(redactor: Redactor, said: Said, review: Review) -> None:
    for name in ("Ada", "Bea", "Cleo"):
        place = said(name, f"Maybe it is {name}")
        review(place, on(redactor, place, "missed", name, "PERSON"))
    [effect] = of_store(redactor).thresholds
    assert (effect.threshold, effect.caught, effect.alarms) == (0.4, 3, 0)
    lower = proposals.measured(finished(redactor.parts.store), {"PERSON": 0.3})
    assert [(each.caught, each.alarms, each.lost) for each in lower] == [(3, 3, 0)]


def test_nothing_is_proposed_for_what_one_message_says(redactor: Redactor, said: Said, review: Review) -> None:
    place = said("a", "it is Ada")
    review(place, on(redactor, place, "missed", "Ada", "PERSON"))
    reviewed_brands(redactor, said, review, count=2)
    found = of_store(redactor)
    assert (found.thresholds, found.terms, found.messages) == ((), (), 3)


def test_a_value_that_is_nobodys_is_proposed_without_the_value(redactor: Redactor, said: Said, review: Review) -> None:
    reviewed_brands(redactor, said, review)
    review(said("b9", f"of {NOBODY}"))
    [term] = of_store(redactor).terms
    assert (term.type, term.messages, term.people, term.contradicted) == ("PERSON", 3, 2, 1)
    assert term.places[0].placeholder == "[PERSON_1]"
    assert_no_leak([NOBODY], of_store(redactor), of_store(redactor).public())
    assert proposals.revealed(redactor, term) == NOBODY
    entry = decoded(redactor.parts.store.audit(0, 1000)[-1].record).entry
    assert (entry.action, entry.audience, entry.subject) == ("review.allow", "reviewer", ("[PERSON_1]", "allow list"))
    assert_no_leak([NOBODY], entry)


def test_one_person_alone_proposes_no_value(redactor: Redactor, said: Said, review: Review) -> None:
    for number in range(4):
        place = said(f"b{number}", f"it is {NOBODY} again")
        review(place, on(redactor, place, "not_personal", "[PERSON_1]"))
    assert of_store(redactor).terms == ()


def test_a_value_is_shown_only_where_the_policy_lets_a_reviewer_read_it(
    redactor: Redactor, said: Said, review: Review
) -> None:
    reviewed_brands(redactor, said, review)
    [term] = of_store(redactor).terms
    other = Redactor("default", [], redactor.parts.store, key=redactor.parts.wrap)
    before = len(redactor.parts.store.audit(0, 1000))
    with pytest.raises(ConfigError, match=r"types\.PERSON\.audiences"):
        proposals.revealed(other, term)
    assert len(redactor.parts.store.audit(0, 1000)) == before
    for number in range(3):
        redactor.conversation(f"b{number}").forget()
    with pytest.raises(NotFoundError):
        proposals.revealed(redactor, term)


@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=20))
def test_a_change_reads_again_as_what_it_says(term: str) -> None:
    written = patch([Effect("PERSON", 0.65, 30, 0, 3, 0, 0)], [("PERSON", term)])
    assert tomllib.loads(written) == {
        "types": {"PERSON": {"threshold": 0.65}},
        "allow": [{"type": "PERSON", "term": term}],
    }


def test_half_a_character_goes_into_no_file() -> None:
    with pytest.raises(ConfigError, match="half a character"):
        patch([], [("PERSON", "\ud83d")])
