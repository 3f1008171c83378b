"""Looking, judging, submitting, taking back; what was missed is hidden at once, elsewhere too when asked."""

from collections.abc import Iterator

import pytest

from redactor import Redactor
from redactor.audit import acting
from redactor.exceptions import ConfigError, NotFoundError
from redactor.reviews import Reviews, Verdict
from redactor.storage import Queue
from redactor.testing import assert_no_leak, in_memory

MISSED = "Zebulon Quuxley"


@pytest.fixture
def redactor() -> Iterator[Redactor]:
    with in_memory({"Crystal Minh": "PERSON"}) as made:
        yield made


def said(redactor: Redactor, conversation: str, text: str) -> tuple[str, str]:
    """The public ids of a new turn's conversation and of itself."""
    chat = redactor.conversation(conversation)
    return chat.public_id, chat.redact(text).turn_id


def test_a_message_that_enough_people_are_done_with_waits_no_more(redactor: Redactor) -> None:
    place = said(redactor, "c", "I am Crystal Minh")
    reviews = Reviews(redactor, reviewers=2)
    with acting("console:ann"):
        reviews.judge(*place, Verdict("correct", 5, 15, "PERSON"))
        reviews.submit(*place)
    assert [each.reviews for each in reviews.queue(Queue())] == [1]
    assert reviews.queue(Queue(not_by="console:ann")) == []
    with acting("console:bob"):
        submitted = reviews.submit(*place)
        assert reviews.queue(Queue()) == []
        reviews.undo(place[0], submitted.number)
    assert [each.reviews for each in reviews.queue(Queue())] == [1]


def test_two_who_disagree_leave_it_to_a_third(redactor: Redactor) -> None:
    place = said(redactor, "c", "I am Crystal Minh")
    reviews = Reviews(redactor, reviewers=2)
    with acting("console:ann"):
        reviews.judge(*place, Verdict("not_personal", 5, 15, "PERSON"))
        reviews.submit(*place)
    with acting("console:bob"):
        reviews.submit(*place)
    assert [each.reviews for each in reviews.queue(Queue())] == [2]
    with acting("console:cid"):
        reviews.submit(*place, stage="adjudication")
    assert reviews.queue(Queue()) == []


def test_what_was_missed_is_hidden_everywhere_when_asked(redactor: Redactor) -> None:
    place = said(redactor, "c", f"Please refund {MISSED}")
    said(redactor, "d", f"and for {MISSED.lower()}, too")
    other = redactor.conversation("e", tenant="another")
    other.redact(f"I am {MISSED}")
    reviews = Reviews(redactor)
    with acting("console:ann"):
        changed = reviews.missed_everywhere(*place, Verdict("missed", 14, 29, "PERSON"), revision=0)
    assert changed == 2
    texts = [turn.text for turn in redactor.transcripts.search(tenant="default").items]
    assert sorted(texts) == ["Please refund [PERSON_1]", "and for [PERSON_1], too"]
    assert MISSED in redactor.transcripts.show(other.public_id)[0].text
    events = reviews.events(place[0])
    assert [(e.verdict.kind, e.verdict.start, e.verdict.end) for e in events if e.verdict] == [("missed", 14, 24)]
    assert_no_leak([MISSED], repr(events), [row.body for row in redactor.parts.store.reviews(place[0])])


def test_one_takes_back_ones_own_and_not_what_was_hidden(redactor: Redactor) -> None:
    place = said(redactor, "c", f"{MISSED} and Crystal Minh")
    reviews = Reviews(redactor)
    with acting("console:ann"):
        hidden = reviews.judge(*place, Verdict("missed", 0, 15, "PERSON"))
        wrong = reviews.judge(*place, Verdict("wrong_type", 15, 25, "PERSON", to_type="ORGANIZATION"))
        with pytest.raises(ConfigError, match="hidden already"):
            reviews.undo(place[0], hidden.number)
    with acting("console:bob"), pytest.raises(NotFoundError):
        reviews.undo(place[0], wrong.number)
    with acting("console:ann"):
        reviews.undo(place[0], wrong.number)
    assert [each.verdict.kind for each in reviews.look(*place).events if each.verdict] == ["missed"]


def test_the_last_word_on_a_place_stands(redactor: Redactor) -> None:
    place = said(redactor, "c", "I am Crystal Minh")
    reviews = Reviews(redactor)
    with acting("console:ann"):
        reviews.judge(*place, Verdict("correct", 5, 15, "PERSON"))
        reviews.judge(*place, Verdict("not_personal", 5, 15, "PERSON"))
    assert [each.verdict.kind for each in reviews.look(*place).events if each.verdict] == ["not_personal"]


def test_what_cannot_be_is_refused(redactor: Redactor) -> None:
    place = said(redactor, "c", f"I am {MISSED}")
    reviews = Reviews(redactor)
    for verdict in (Verdict("missed", 5, 99, "PERSON"), Verdict("missed", 5, 20, "NOBODY"), Verdict("correct", 3, 3)):
        with pytest.raises(ConfigError) as caught:
            reviews.judge(*place, verdict)
        assert_no_leak([MISSED], str(caught.value))
    with pytest.raises(ConfigError, match="rewritten"):
        reviews.judge(*place, Verdict("missed", 5, 20, "PERSON"), revision=7)
    with pytest.raises(NotFoundError):
        reviews.look(place[0], "0" * 20)
