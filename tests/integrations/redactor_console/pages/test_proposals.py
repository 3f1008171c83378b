"""What is proposed is shown with its effect and without a value; a value goes into the file once it was revealed."""

import tomllib
from collections.abc import Iterator

import pytest

from redactor import Policy, Redactor
from redactor.audit import Entry, acting
from redactor.audit.records import decoded
from redactor.reviews import Reviews, Verdict
from redactor.storage.sqlite import SqliteStore
from redactor.testing import FakeRecognizer, assert_no_leak
from tests.integrations.redactor_console.conftest import Clock, SignIn

NOBODY = "Quillon Brothers"


@pytest.fixture
def redactor(redactor: Redactor, clock: Clock) -> Iterator[Redactor]:
    """The same store under a policy that lets reviewers read names."""
    policy = Policy.from_dict({"types": {"PERSON": {"audiences": ["customer", "reviewer"]}}})
    parts = redactor.parts
    made = Redactor(policy, [FakeRecognizer({NOBODY: "PERSON"})], parts.store, key=parts.wrap, clock=clock)
    yield made
    made.release()


def reviewed(redactor: Redactor, tenant: str = "default") -> str:
    """Three messages of which two people say the same; the public id of the first one's conversation."""
    ids = []
    for number in range(3):
        chat = redactor.conversation(f"c{number}", tenant)
        turn = chat.redact(f"it is {NOBODY}")
        ids.append(chat.public_id)
        for person in ("ann", "bob"):
            with acting(f"console:{person}"):
                reviews = Reviews(redactor, reviewers=2)
                reviews.judge(chat.public_id, turn.turn_id, Verdict("not_personal", 6, 16))
                reviews.submit(chat.public_id, turn.turn_id)
    return ids[0]


def key_of(text: str) -> str:
    return text.split('name="term" value="')[1].split('"')[0]


def test_an_empty_store_proposes_nothing(sign_in: SignIn) -> None:
    page = sign_in("adjudicator").get("/proposals")
    assert page.status_code == 200
    assert "From 0 messages" in page.text
    assert "No message was reviewed by two people yet." in page.text


def test_a_value_is_named_by_its_places_and_agreement_is_shown(sign_in: SignIn, redactor: Redactor) -> None:
    public_id = reviewed(redactor)
    page = sign_in("adjudicator").get("/proposals")
    assert f"/conversations/{public_id}?at=1#t-1" in page.text
    assert "Somebody who may reveal values has to look at it." in page.text
    assert "<td>bob</td>" in page.text
    assert_no_leak([NOBODY], page.text)


def test_a_value_is_put_into_the_change_after_it_was_revealed_and_by_who_may(
    sign_in: SignIn, redactor: Redactor
) -> None:
    public_id = reviewed(redactor)
    both = sign_in("adjudicator", "privacy-officer", name="eve")
    assert "Reveal it first." in both.get("/proposals").text
    key = _term_key(redactor)
    assert both.post("/proposals", {"term": key}).status_code == 403
    path = f"/conversations/{public_id}/reveal/PERSON_1"
    once = both.get(path).text.split('name="once" value="')[1].split('"')[0]
    assert both.post(path, {"reason": _reason(), "once": once}).status_code in (200, 303)
    page = both.get("/proposals")
    assert key_of(page.text) == key
    assert_no_leak([NOBODY], page.text)
    answer = both.post("/proposals", {"term": key})
    assert answer.status_code == 200
    assert tomllib.loads(answer.text)["allow"] == [{"type": "PERSON", "term": NOBODY}]
    assert "attachment" in answer.headers["content-disposition"]
    assert [each.action for each in _entries(redactor)][-1] == "review.allow"
    assert_no_leak([NOBODY], _entries(redactor))
    alone = sign_in("adjudicator", name="ann")
    assert alone.post("/proposals", {"term": key}).status_code == 403


def test_nothing_chosen_is_no_file_and_other_tenants_propose_nothing(sign_in: SignIn, redactor: Redactor) -> None:
    reviewed(redactor, "acme")
    theirs = sign_in("adjudicator", name="other", tenants=("default",))
    assert "From 0 messages" in theirs.get("/proposals").text
    assert theirs.post("/proposals", {"term": _term_key(redactor)}).status_code == 400
    assert "From 3 messages" in sign_in("adjudicator", name="own", tenants=("acme", "default")).get("/proposals").text


def _term_key(redactor: Redactor) -> str:
    from redactor.reviews.proposals import of_store

    return of_store(redactor).terms[0].key


def _reason() -> str:
    from redactor_console.second_person import REASONS

    return next(iter(REASONS))


def _entries(redactor: Redactor) -> list[Entry]:
    assert isinstance(redactor.parts.store, SqliteStore)
    return [decoded(row.record).entry for row in redactor.parts.store.audit(0, 1000)]
