"""Verdicts: what is recorded, what follows at once, and what is refused."""

import json
from pathlib import Path
from typing import Any

import pytest

from redactor import Redactor
from redactor.testing import assert_no_leak
from redactor_console.settings import ConsoleSettings
from tests.integrations.redactor_console.conftest import Browser, SignIn
from tests.integrations.redactor_console.pages.seen import JSON, marks_of

CANARY = "Quillon Vespertine"
PLACE = {"start": "5", "end": "15", "revision": "0"}


@pytest.fixture
def settings() -> ConsoleSettings:
    return ConsoleSettings(sample_every=0)


@pytest.fixture
def ann(sign_in: SignIn) -> Browser:
    return sign_in("reviewer", name="ann")


@pytest.fixture
def path(redactor: Redactor) -> str:
    """A message with somebody hidden and somebody missed; the value stands in two more conversations."""
    first = redactor.conversation("c-1").redact(f"I am Crystal Minh, with {CANARY} here")
    redactor.conversation("c-2").redact(f"ask {CANARY} for it")
    redactor.conversation("c-1", tenant="acme").redact(f"not theirs: {CANARY}")
    listed = redactor.transcripts.conversations("default").items
    public_id = next(
        each.public_id for each in listed if redactor.transcripts.show(each.public_id)[0].turn_id == first.turn_id
    )
    return f"/conversations/{public_id}/messages/{first.turn_id}"


def events(redactor: Redactor, kind: str = "verdict") -> list[dict[str, Any]]:
    rows = redactor.parts.store.reviews_after(0, 99)
    return [{"actor": row.actor, **json.loads(row.body)} for row in rows if row.kind == kind]


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ({"kind": "correct"}, "correct"),
        ({"kind": "not_personal"}, "not personal"),
        ({"kind": "wrong_type", "to_type": "ORGANIZATION"}, "wrong type, it is ORGANIZATION"),
    ],
)
def test_a_verdict_on_something_hidden(
    redactor: Redactor, ann: Browser, path: str, form: dict[str, str], said: str
) -> None:
    assert ann.post(f"{path}/verdicts", {**PLACE, **form}).headers["location"] == path
    (event,) = events(redactor)
    assert (event["actor"], event["kind"], event["type"]) == ("console:ann", form["kind"], "PERSON")
    assert marks_of(ann.get(path)) == [said]


def test_a_script_is_told_in_words(ann: Browser, path: str) -> None:
    answer = ann.post(f"{path}/verdicts", {**PLACE, "kind": "correct"}, **JSON)
    assert answer.json() == {"said": "Correct.", "reload": False}


def test_a_clean_message(redactor: Redactor, ann: Browser, path: str) -> None:
    assert 'id="clean" hidden' in ann.get(path).text
    ann.post(f"{path}/verdicts", {"kind": "clean", "revision": "0"})
    assert events(redactor)[0]["kind"] == "clean"
    assert 'id="clean" hidden' not in ann.get(path).text


def test_what_was_missed_is_hidden_before_the_answer(
    redactor: Redactor, ann: Browser, path: str, tmp_path: Path
) -> None:
    text = redactor.transcripts.search("with").items[0].text
    at = text.index(CANARY)
    # A selection with the blanks around it.
    form = {"kind": "missed", "start": str(at - 1), "end": str(at + len(CANARY) + 1), "type": "PERSON", "revision": "0"}
    answer = ann.post(f"{path}/verdicts", form, **JSON)
    assert answer.json() == {"said": "Hidden in this conversation.", "reload": True}
    assert redactor.transcripts.search("with").items[0].text == "I am [PERSON_1], with [PERSON_2] here"
    assert CANARY in redactor.transcripts.search("ask").items[0].text
    assert "was missed: PERSON" in ann.get(path).text


def test_missed_everywhere_hides_it_in_every_conversation_of_the_tenant(
    redactor: Redactor, ann: Browser, path: str
) -> None:
    at = redactor.transcripts.search("with").items[0].text.index(CANARY)
    form = {"kind": "missed", "start": str(at), "end": str(at + len(CANARY)), "type": "PERSON", "revision": "0"}
    answer = ann.post(f"{path}/verdicts", {**form, "everywhere": "1"}, **JSON)
    assert answer.json()["said"] == "Hidden in 2 conversations."
    assert redactor.transcripts.search("ask").items[0].text == "ask [PERSON_1] for it"
    assert CANARY in redactor.transcripts.search("theirs").items[0].text


def test_what_was_missed_goes_nowhere_but_the_vault(
    redactor: Redactor, ann: Browser, path: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    redactor.conversation("c-1", tenant="acme").forget()
    at = redactor.transcripts.search("with").items[0].text.index(CANARY)
    form = {"kind": "missed", "start": str(at), "end": str(at + len(CANARY)), "type": "PERSON", "revision": "0"}
    answer = ann.post(f"{path}/verdicts", {**form, "everywhere": "1"})
    assert_no_leak([CANARY], answer.headers, answer.text, events(redactor), caplog.records, tmp_path / "console.db")
    assert_no_leak([CANARY], [row.record for row in redactor.parts.store.audit(0, 99)])


def test_a_verdict_on_all_mentions_in_the_conversation(redactor: Redactor, ann: Browser, path: str) -> None:
    chat = redactor.conversation("c-1")
    chat.redact("Crystal Minh again, Crystal Minh")
    answer = ann.post(f"{path}/verdicts", {**PLACE, "kind": "not_personal", "everywhere": "1"}, **JSON)
    assert answer.json()["said"] == "Not personal, at 3 places of this conversation."
    assert [each["kind"] for each in events(redactor)] == ["not_personal"] * 3
    assert marks_of(ann.get(path.split("/messages")[0])) == ["not personal"] * 3


def test_words_chosen_from_lists_do_the_same_as_a_selection(redactor: Redactor, ann: Browser, path: str) -> None:
    text = redactor.transcripts.search("with").items[0].text
    low, high = text.index("Quillon"), text.index("Vespertine")
    words = {"first": f"{low}-{low + 7}", "last": f"{high}-{high + 10}", "type": "PERSON", "of": "", "revision": "0"}
    assert ann.post(f"{path}/verdicts", {"kind": "words", **words}).headers["location"] == path
    assert redactor.transcripts.search("with").items[0].text == "I am [PERSON_1], with [PERSON_2] here"


def test_a_wider_boundary_hides_what_it_adds(redactor: Redactor, ann: Browser, path: str) -> None:
    place = {"to_start": "0", "to_end": "15"}
    answer = ann.post(f"{path}/verdicts", {**PLACE, **place, "kind": "wrong_boundary"}, **JSON)
    assert answer.json() == {"said": "Wrong boundary.", "reload": True}
    assert "I am" not in ann.get(path).text


def test_a_text_that_was_rewritten_meanwhile_is_not_judged(redactor: Redactor, ann: Browser, path: str) -> None:
    at = redactor.transcripts.search("with").items[0].text.index(CANARY)
    form = {"kind": "missed", "start": str(at), "end": str(at + len(CANARY)), "type": "PERSON", "revision": "0"}
    ann.post(f"{path}/verdicts", form)
    before = len(events(redactor))
    for stale in (form, {**PLACE, "kind": "correct"}):
        answer = ann.post(f"{path}/verdicts", stale, **JSON)
        assert answer.status_code == 400
        assert "rewritten since you opened it" in answer.json()["error"]
    assert len(events(redactor)) == before
    assert ann.post(f"{path}/submit", {"revision": "0"}).status_code == 400


CANNOT_BE_SAID: list[dict[str, str]] = [
    {**PLACE, "kind": "wonderful"},
    {**PLACE, "kind": ""},
    {**PLACE, "kind": "correct", "end": "14"},
    {**PLACE, "kind": "correct", "start": "-5"},
    {**PLACE, "kind": "correct", "start": "٥"},
    {**PLACE, "kind": "correct", "start": "9" * 400},
    {**PLACE, "kind": "correct", "revision": ""},
    {**PLACE, "kind": "wrong_type", "to_type": "FRIEND"},
    {**PLACE, "kind": "wrong_boundary"},
    {**PLACE, "kind": "wrong_boundary", "to_start": "5", "to_end": "999"},
    {**PLACE, "kind": "missed", "type": "PERSON"},
    {**PLACE, "kind": "missed", "start": "15", "end": "16", "type": "PERSON"},
    {"kind": "missed", "start": "0", "end": "4", "type": "FRIEND", "revision": "0"},
    {"kind": "words", "first": "0-1", "last": "x", "revision": "0"},
    {"kind": "words", "first": "0-1", "last": "2-4", "of": "1-2", "revision": "0"},
    {**PLACE, "kind": "wrong_boundary", "to_start": "5", "to_end": "15", "everywhere": "1"},
]


def test_what_cannot_be_said_is_refused_and_changes_nothing(redactor: Redactor, ann: Browser, path: str) -> None:
    for form in CANNOT_BE_SAID:
        answer = ann.post(f"{path}/verdicts", form, **JSON)
        assert answer.status_code == 400, form
        assert answer.json()["error"]
    assert events(redactor) == []
    assert redactor.transcripts.search("with").items[0].revision == 0


def test_what_was_missed_stays_hidden(redactor: Redactor, ann: Browser, path: str) -> None:
    form = {"kind": "missed", "start": "0", "end": "4", "type": "PERSON", "revision": "0"}
    ann.post(f"{path}/verdicts", form)
    answer = ann.post(f"{path}/undo", {}, **JSON)
    assert answer.status_code == 400
    assert "hidden already" in answer.json()["error"]


def test_a_verdict_is_taken_back(redactor: Redactor, ann: Browser, path: str, sign_in: SignIn) -> None:
    ann.post(f"{path}/verdicts", {**PLACE, "kind": "correct"})
    assert sign_in("reviewer", name="bob").post(f"{path}/undo").status_code == 400
    assert ann.post(f"{path}/undo").headers["location"] == path
    assert marks_of(ann.get(path)) == []


def test_only_who_may_judge_does_and_only_what_is_theirs_to_see(redactor: Redactor, sign_in: SignIn, path: str) -> None:
    form = {**PLACE, "kind": "correct", "person": "console:ann"}
    none = f"{path.rsplit('/', 1)[0]}/none"
    readers = [sign_in(role) for role in ("viewer", "privacy-officer", "admin")]
    stranger = sign_in("reviewer", "adjudicator", name="stranger", tenants=("acme",))
    mine = sign_in("reviewer", "adjudicator", name="mine")
    for what in ("verdicts", "submit", "skip", "undo", "take"):
        assert {each.post(f"{path}/{what}", form).status_code for each in readers} == {403}, what
        assert stranger.post(f"{path}/{what}", form).status_code == 404, what
        assert mine.post(f"{none}/{what}", form).status_code == 404, what
        assert mine.get(f"{path}/{what}").status_code == 405, what
    assert events(redactor) == []
