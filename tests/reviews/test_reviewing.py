"""Looking, judging, submitting, taking back; what was missed is hidden at once, elsewhere too when asked."""

import threading
from collections import Counter
from uuid import uuid4

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from redactor import Redactor
from redactor.audit import acting
from redactor.exceptions import ConfigError, NotFoundError
from redactor.metrics.counts import REVIEW_KINDS, label_of
from redactor.reviews import Reviews, Verdict, standing
from redactor.reviews.drawing import catch_up
from redactor.reviews.events import event
from redactor.storage import Queue
from redactor.testing import FakeRecognizer, assert_no_leak, in_memory
from tests.storage.conftest import POSTGRES

MISSED = "Zebulon Quuxley"
KNOWN = Verdict("correct", 5, 15)
"""On the placeholder in "I am [PERSON_1]"."""


def said(redactor: Redactor, conversation: str, text: str) -> tuple[str, str]:
    """The public ids of a new turn's conversation and of itself."""
    chat = redactor.conversation(conversation)
    return chat.public_id, chat.redact(text).turn_id


def tallied(redactor: Redactor) -> Counter[tuple[str, str, str, int]]:
    """What reviews have counted: kind, type, recognizer, bin."""
    counts: Counter[tuple[str, str, str, int]] = Counter()
    for row in redactor.parts.store.tallies(0, 10**6):
        if row.kind in REVIEW_KINDS:
            kind, _, name, recognizer, part = label_of(row)
            counts[kind, name, recognizer, part] += row.count
    return Counter({what: count for what, count in counts.items() if count})


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
    for verdict in (
        Verdict("missed", 5, 99, "PERSON"),
        Verdict("missed", 5, 20, "NOBODY"),
        Verdict("correct", 3, 3),
        Verdict("correct", 5, 20),
    ):
        with pytest.raises(ConfigError) as caught:
            reviews.judge(*place, verdict)
        assert_no_leak([MISSED], str(caught.value))
    with pytest.raises(ConfigError, match="rewritten"):
        reviews.judge(*place, Verdict("missed", 5, 20, "PERSON"), revision=7)
    with pytest.raises(NotFoundError):
        reviews.look(place[0], "0" * 20)


def test_a_verdict_goes_with_its_entity_when_the_text_is_rewritten(redactor: Redactor) -> None:
    place = said(redactor, "c", f"{MISSED} and Crystal Minh, also Crystal Minh")
    reviews = Reviews(redactor)
    with acting("console:ann"):
        reviews.judge(*place, Verdict("not_personal", 37, 47))
        reviews.judge(*place, Verdict("missed", 0, 15, "PERSON"))
        text = reviews.look(*place).turn.text
        assert text == "[PERSON_2] and [PERSON_1], also [PERSON_1]"
        found = [each.verdict for each in reviews.look(*place).events if each.verdict]
        assert {(v.kind, v.start, v.end) for v in found} == {("missed", 0, 10), ("not_personal", 32, 42)}
        assert [e.verdict for e in reviews.events(place[0])] == found
        reviews.judge(*place, Verdict("correct", 32, 42))
    assert [e.verdict.kind for e in reviews.look(*place).events if e.verdict] == ["missed", "correct"]


def test_what_was_missed_is_judged_where_it_is_hidden_also_when_it_occurs_before(redactor: Redactor) -> None:
    place = said(redactor, "c", f"{MISSED}! {MISSED.upper()}? I am {MISSED} .")
    reviews = Reviews(redactor)
    with acting("console:ann"):
        given_ = reviews.judge(*place, Verdict("missed", 39, 55, "PERSON"))
    assert reviews.look(*place).turn.text == "[PERSON_1]! [PERSON_1]? I am [PERSON_1] ."
    assert given_.verdict is not None
    assert (given_.verdict.start, given_.verdict.end, given_.verdict.nth) == (29, 39, 2)


def test_a_wider_boundary_hides_what_it_adds_and_stays(redactor: Redactor) -> None:
    place = said(redactor, "c", "I am Dame Crystal Minh Quuxley, yes")
    reviews = Reviews(redactor)
    with acting("console:ann"):
        given_ = reviews.judge(*place, Verdict("wrong_boundary", 10, 20, to_start=5, to_end=28))
        assert reviews.look(*place).turn.text == "I am [PERSON_2] [PERSON_1] [PERSON_3], yes"
        assert given_.verdict is not None
        assert (given_.verdict.to_start, given_.verdict.to_end) == (5, 37)
        with pytest.raises(ConfigError, match="hidden already"):
            reviews.undo(place[0], given_.number)
    with acting("console:bob"):
        reviews.submit(*place)
    assert reviews.queue(Queue()) == []


def test_what_comes_with_a_verdict_from_outside_is_not_kept(redactor: Redactor) -> None:
    place = said(redactor, "c", "I am Crystal Minh")
    reviews = Reviews(redactor)
    with acting("console:ann"):
        given_ = reviews.judge(*place, Verdict("correct", 5, 15, MISSED, 7.0, MISSED, to_type=MISSED, voter=MISSED))
        reviews.judge(*place, Verdict("clean", 5, 15, MISSED, to_type=MISSED))
    assert given_.verdict == Verdict("correct", 5, 15, "PERSON", 0.95, "fake", index=1)
    assert_no_leak([MISSED], [row.body for row in redactor.parts.store.reviews(place[0])])


def test_a_short_value_missed_everywhere_is_no_part_of_other_words(redactor: Redactor) -> None:
    place = said(redactor, "c", "I am Bo")
    other, third = said(redactor, "d", "Bobby says: Bob and Bo"), said(redactor, "e", "to Bobby, about Bob")
    with acting("console:ann"):
        changed = Reviews(redactor).missed_everywhere(*place, Verdict("missed", 5, 7, "PERSON"), revision=0)
    assert changed == 2
    shown = [redactor.transcripts.show(each[0])[0].text for each in (other, third)]
    assert shown == ["Bobby says: Bob and [PERSON_1]", "to Bobby, about Bob"]


def test_what_people_are_done_with_is_counted_once_and_outlives_the_conversation(redactor: Redactor) -> None:
    place = said(redactor, "c", f"I am Crystal Minh, {MISSED}, Crystal Minh")
    reviews = Reviews(redactor, reviewers=2)
    with acting("console:ann"):
        reviews.judge(*place, Verdict("missed", 17, 32, "PERSON"))
        reviews.submit(*place, sampled=True)
    assert not tallied(redactor)
    with acting("console:bob"):
        submitted = reviews.submit(*place, sampled=True)
    wanted = {
        ("reviewed", "", "", 0): 1,
        ("sampled", "", "", 0): 1,
        ("sampled_leaking", "", "", 0): 1,
        ("sampled_found", "PERSON", "", 0): 2,
        ("sampled_missed", "PERSON", "", 0): 1,
        ("verdict_correct", "PERSON", "fake", 19): 2,
        ("verdict_missed", "PERSON", "", 0): 1,
    }
    assert tallied(redactor) == wanted
    with acting("console:bob"):
        reviews.undo(place[0], submitted.number)
        assert not tallied(redactor)
        reviews.submit(*place, sampled=True)
    redactor.conversation("c").forget()
    assert redactor.parts.store.reviews(place[0]) == []
    assert tallied(redactor) == wanted


def test_a_verdict_after_the_end_changes_the_count(redactor: Redactor) -> None:
    place = said(redactor, "c", "I am Crystal Minh")
    reviews = Reviews(redactor)
    with acting("console:ann"):
        reviews.submit(*place)
        assert tallied(redactor)["verdict_correct", "PERSON", "fake", 19] == 1
        wrong = reviews.judge(*place, Verdict("not_personal", 5, 15))
        assert tallied(redactor)["verdict_correct", "PERSON", "fake", 19] == 0
        assert tallied(redactor)["verdict_not_personal", "PERSON", "fake", 19] == 1
        reviews.undo(place[0], wrong.number)
    assert tallied(redactor)["verdict_correct", "PERSON", "fake", 19] == 1


def test_who_decides_between_two_is_right(redactor: Redactor) -> None:
    place = said(redactor, "c", "I am Crystal Minh and Crystal Minh")
    reviews = Reviews(redactor, reviewers=2)
    with acting("console:ann"):
        reviews.judge(*place, Verdict("not_personal", 5, 15))
        reviews.judge(*place, Verdict("wrong_type", 20, 30, to_type="ORGANIZATION"))
        reviews.submit(*place)
    with acting("console:bob"):
        reviews.judge(*place, Verdict("wrong_type", 20, 30, to_type="ORGANIZATION"))
        reviews.submit(*place)
    with acting("console:cid"):
        reviews.submit(*place, stage="adjudication")
    counts = tallied(redactor)
    assert counts["verdict_correct", "PERSON", "fake", 19] == 1
    assert counts["verdict_wrong_type", "PERSON", "fake", 19] == 1
    assert not any(kind == "verdict_not_personal" for kind, *_ in counts)


def test_a_message_reviewed_for_its_risk_joins_the_sample_when_chance_comes_past_it(redactor: Redactor) -> None:
    places = sorted((said(redactor, f"c{n}", "I am Crystal Minh") for n in range(3)), key=lambda place: place[1])
    reviews = Reviews(redactor)
    with acting("console:ann"):
        reviews.submit(*places[0])
        reviews.submit(*places[2])
        reviews.submit(*places[1], sampled=True)
        assert tallied(redactor)["sampled", "", "", 0] == 1
        assert catch_up(redactor) == 1
        assert catch_up(redactor) == 0
    assert tallied(redactor)["sampled", "", "", 0] == 2
    assert tallied(redactor)["sampled_found", "PERSON", "", 0] == 2


def test_a_text_that_changed_is_not_submitted_unseen(redactor: Redactor) -> None:
    place = said(redactor, "c", f"I am {MISSED}")
    reviews = Reviews(redactor)
    with acting("console:ann"):
        reviews.judge(*place, Verdict("missed", 5, 20, "PERSON"))
        with pytest.raises(ConfigError, match="rewritten"):
            reviews.submit(*place, revision=0)
        reviews.submit(*place, revision=1)


def test_the_end_of_a_review_is_told_to_nobody_as_a_verdict(redactor: Redactor) -> None:
    place = said(redactor, "c", "I am Crystal Minh")
    with acting("console:ann"):
        Reviews(redactor).submit(*place)
    kinds = [row.kind for row in redactor.parts.store.reviews(place[0])]
    assert kinds == ["submit", "settled"]
    assert [each.kind for each in Reviews(redactor).look(*place).events] == ["submit"]


Steps = st.lists(
    st.tuples(
        st.sampled_from(["ann", "bob"]), st.sampled_from(["correct", "not_personal", "clean", "submit", "skip", "undo"])
    ),
    max_size=12,
)


@settings(max_examples=15, deadline=None)
@given(Steps)
def test_whatever_people_do_and_take_back_the_counts_are_those_of_what_stands(steps: list[tuple[str, str]]) -> None:
    with in_memory({"Crystal Minh": "PERSON"}) as redactor:
        place = said(redactor, "c", "I am Crystal Minh")
        reviews = Reviews(redactor)
        for person, step in steps:
            with acting(f"console:{person}"):
                _do(reviews, place, step, person)
        stored = [event(row) for row in redactor.parts.store.reviews(place[0])]
        stands = standing(stored)
        assert standing(stands) == stands
        done = {each.actor for each in stands if each.kind == "submit"}
        objections = {e.actor for e in stands if e.verdict and e.verdict.kind == "not_personal"} & done
        is_over = bool(done) and objections in (set(), done)
        assert (reviews.queue(Queue()) == []) == is_over
        kind = "verdict_not_personal" if objections else "verdict_correct"
        wanted = {("reviewed", "", "", 0): 1, (kind, "PERSON", "fake", 19): 1}
        assert tallied(redactor) == (wanted if is_over else {})


def _do(reviews: Reviews, place: tuple[str, str], step: str, person: str) -> None:
    if step in ("correct", "not_personal", "clean"):
        reviews.judge(*place, Verdict(step, 5, 15))  # type: ignore[arg-type]
    elif step == "submit":
        reviews.submit(*place)
    elif step == "skip":
        reviews.skip(*place)
    else:
        own = [each for each in reviews.events(place[0]) if each.actor == f"console:{person}"]
        if own:
            reviews.undo(place[0], own[-1].number)


def test_two_people_done_at_the_same_time_settle_it_on_postgresql() -> None:
    psycopg = pytest.importorskip("psycopg", reason="psycopg is not installed")
    from redactor.crypto import LocalKey
    from redactor.storage.postgres import PostgresStore

    try:
        server = psycopg.connect(POSTGRES, autocommit=True, connect_timeout=2)
    except psycopg.OperationalError:
        pytest.skip("there is no PostgreSQL with the role and database redactor_test (REDACTOR_TEST_POSTGRES)")
    name = f"test_{uuid4().hex[:16]}"
    store = PostgresStore(POSTGRES, name=name, timeout=20)
    try:
        recognizers = [FakeRecognizer({"Crystal Minh": "PERSON"})]
        with Redactor(recognizers=recognizers, store=store, key=LocalKey.ephemeral()) as redactor:
            places = [said(redactor, "c", f"I am Crystal Minh, {n}") for n in range(4)]
            _at_once(redactor, places, people=("ann", "bob", "cid"))
            assert Reviews(redactor, reviewers=3).queue(Queue()) == []
            assert tallied(redactor)["reviewed", "", "", 0] == len(places)
            right = sum(count for (kind, *_), count in tallied(redactor).items() if kind == "verdict_correct")
            assert right == len(places)
            assert catch_up(redactor) == 0
    finally:
        server.execute(f"DROP SCHEMA IF EXISTS {name} CASCADE")
        server.close()


def _at_once(redactor: Redactor, places: list[tuple[str, str]], people: tuple[str, ...]) -> None:
    reviews = Reviews(redactor, reviewers=len(people))
    start = threading.Barrier(len(people))

    def work(person: str) -> None:
        start.wait(20)
        with acting(f"console:{person}"):
            for place in places:
                reviews.judge(*place, KNOWN)
                reviews.submit(*place)

    threads = [threading.Thread(target=work, args=(person,)) for person in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)


@pytest.mark.parametrize("what", ["judge", "submit", "skip"])
def test_what_is_said_of_a_message_that_is_erased_meanwhile_leaves_nothing(
    what: str, redactor: Redactor, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = said(redactor, "c", "I am Crystal Minh")
    reviews = Reviews(redactor)

    def meanwhile(_: Reviews) -> float:
        redactor.conversation("c").forget()
        return 0.0

    monkeypatch.setattr(Reviews, "_now", meanwhile)
    with pytest.raises(NotFoundError):
        getattr(reviews, what)(*place, *([KNOWN] if what == "judge" else []))
    assert not redactor.parts.store.reviews(place[0])
    assert not redactor.parts.store.reviews_after(0, 10)
