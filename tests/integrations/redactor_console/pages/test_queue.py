"""The queue: what somebody is given next, what is drawn by chance, and what two people disagree on."""

import pytest

from redactor import Redactor
from redactor_console.drawing import HOLD
from redactor_console.settings import ConsoleSettings
from tests.integrations.redactor_console.conftest import Browser, Clock, SignIn
from tests.integrations.redactor_console.pages.seen import marks_of, path_of, revision_of, text_of

SETTINGS: dict[str, int] = {"sample_every": 0}


@pytest.fixture
def settings(request: pytest.FixtureRequest) -> ConsoleSettings:
    return ConsoleSettings(**{**SETTINGS, **getattr(request, "param", {})})


@pytest.fixture
def filled(redactor: Redactor) -> Redactor:
    """Three messages: a harmless one, one with a number in clear, one where somebody is hidden."""
    chat = redactor.conversation("c-1")
    chat.redact("hello there")
    chat.redact("the code 12345678 please", channel="web")
    chat.redact("I am Crystal Minh", role="agent")
    return redactor


def finish(browser: Browser, *, what: str = "submit", page: str = "/queue", **more: str) -> None:
    """Be done with the message of the page."""
    shown = browser.get(page)
    form = {"revision": revision_of(shown), "back": "queue", **more}
    assert browser.post(f"{path_of(shown)}/{what}", form).headers["location"] == "/queue"


def test_the_riskiest_comes_first_with_its_reasons_and_what_was_said_before(filled: Redactor, sign_in: SignIn) -> None:
    shown = sign_in("reviewer").get("/queue")
    assert text_of(shown) == "the code 12345678 please"
    assert "a run of digits stands in clear" in shown.text
    assert ">hello there</div>" in shown.text
    assert "Drawn by chance" not in shown.text


def test_a_page_that_is_loaded_again_shows_the_same_and_others_get_another(filled: Redactor, sign_in: SignIn) -> None:
    ann, bob = sign_in("reviewer", name="ann"), sign_in("reviewer", name="bob")
    first = path_of(ann.get("/queue"))
    assert path_of(ann.get("/queue")) == first
    assert path_of(bob.get("/queue")) not in ("", first)


def test_what_somebody_left_lying_is_given_to_others(filled: Redactor, sign_in: SignIn, clock: Clock) -> None:
    ann, bob = sign_in("reviewer", name="ann"), sign_in("reviewer", name="bob")
    first = path_of(ann.get("/queue"))
    clock.now += HOLD + 1
    assert path_of(bob.get("/queue")) == first
    assert path_of(ann.get("/queue")) != first


def test_to_the_end_of_the_queue(filled: Redactor, sign_in: SignIn) -> None:
    ann = sign_in("reviewer")
    seen = []
    for _ in range(3):
        seen.append(text_of(ann.get("/queue")))
        finish(ann)
    assert sorted(seen) == ["I am [PERSON_1]", "hello there", "the code 12345678 please"]
    assert "Nothing waits for you here." in ann.get("/queue").text
    assert filled.parts.store.waiting_count() == 0


def test_what_one_skips_another_gets(filled: Redactor, sign_in: SignIn) -> None:
    ann, bob = sign_in("reviewer", name="ann"), sign_in("reviewer", name="bob")
    first = path_of(ann.get("/queue"))
    finish(ann, what="skip")
    assert path_of(ann.get("/queue")) != first
    assert path_of(bob.get("/queue")) == first


def test_a_message_that_another_finished_meanwhile_is_gone(filled: Redactor, sign_in: SignIn) -> None:
    ann, bob = sign_in("reviewer", name="ann"), sign_in("reviewer", name="bob")
    first = path_of(ann.get("/queue"))
    bob.post(f"{first}/submit", {"revision": "0"})
    assert path_of(ann.get("/queue")) != first


def test_the_queue_is_narrowed(filled: Redactor, sign_in: SignIn) -> None:
    ann = sign_in("reviewer")
    assert text_of(ann.get("/queue?role=agent")) == "I am [PERSON_1]"
    assert text_of(ann.get("/queue?type=PERSON")) == "I am [PERSON_1]"
    assert text_of(ann.get("/queue?channel=web")) == "the code 12345678 please"
    assert "Nothing waits" in ann.get("/queue?channel=mail").text
    assert "Nothing waits" in ann.get("/queue?tenant=nobody").text


def test_only_messages_of_tenants_that_are_theirs_to_see(filled: Redactor, sign_in: SignIn) -> None:
    filled.conversation("c-1", tenant="acme").redact("ours 1")
    ann = sign_in("reviewer", tenants=("acme",))
    assert text_of(ann.get("/queue")) == "ours 1"
    assert "Nothing waits" in ann.get("/queue?tenant=default").text
    assert "<option>default" not in ann.get("/queue").text


@pytest.mark.parametrize("settings", [{"sample_every": 2}], indirect=True)
def test_every_second_message_is_drawn_by_chance(filled: Redactor, sign_in: SignIn) -> None:
    ann = sign_in("reviewer")
    drawn = []
    # A filter narrows the queue, and not what chance draws of all of it.
    for page in ("/queue?channel=web", "/queue?channel=web", "/queue"):
        drawn.append("Drawn by chance" in ann.get(page).text)
        finish(ann, page=page)
    assert drawn == [False, True, False]
    kinds = [(each.kind, '"sampled":true' in each.body) for each in filled.parts.store.reviews_after(0, 99)]
    assert [is_sampled for kind, is_sampled in kinds if kind == "submit"] == drawn


def test_nobody_can_say_that_chance_drew_a_message(filled: Redactor, sign_in: SignIn) -> None:
    finish(sign_in("reviewer"), sampled="true")
    assert not any('"sampled":true' in each.body for each in filled.parts.store.reviews_after(0, 99))


def test_undo_takes_back_the_verdict_then_brings_back_the_last_message(filled: Redactor, sign_in: SignIn) -> None:
    ann = sign_in("reviewer")
    finish(ann)
    shown = ann.get("/queue?role=agent")
    place = {"start": "5", "end": "15", "revision": "0"}
    ann.post(f"{path_of(shown)}/verdicts", {"kind": "correct", **place})
    assert marks_of(ann.get("/queue?role=agent")) == ["correct"]
    ann.post("/queue/undo", {"back": "queue"})
    assert marks_of(ann.get("/queue?role=agent")) == []
    ann.post("/queue/undo", {"back": "queue"})
    assert text_of(ann.get("/queue")) == "the code 12345678 please"
    assert filled.parts.store.waiting_count() == 3


def test_there_is_not_always_something_to_take_back(filled: Redactor, sign_in: SignIn) -> None:
    answer = sign_in("reviewer").post("/queue/undo")
    assert answer.status_code == 400
    assert "nothing of yours" in answer.text


def test_a_form_leads_back_to_pages_of_ours_only(filled: Redactor, sign_in: SignIn) -> None:
    ann = sign_in("reviewer")
    path = path_of(ann.get("/queue"))
    for given in ("//evil.example", "https://evil.example", "/people", "queue/../people"):
        answer = ann.post(f"{path}/skip", {"back": given, "query": "role=agent"})
        assert answer.headers["location"] == path
    asked = {"revision": "0", "back": "queue", "query": "role=agent&next=//evil.example"}
    assert ann.post(f"{path}/submit", asked).headers["location"] == "/queue?role=agent"


# -- two people, and one who decides


def judged(browser: Browser, kind: str, **more: str) -> None:
    path = path_of(browser.get("/queue?role=agent"))
    form = {"kind": kind, "start": "5", "end": "15", "revision": "0", **more}
    assert browser.post(f"{path}/verdicts", form).status_code == 303
    assert browser.post(f"{path}/submit", {"revision": "0"}).status_code == 303


@pytest.fixture
def disputed(filled: Redactor, sign_in: SignIn) -> Redactor:
    """Ann says that it is personal, Bob that it is not."""
    judged(sign_in("reviewer", name="ann"), "correct")
    judged(sign_in("reviewer", name="bob"), "not_personal")
    return filled


@pytest.mark.parametrize("settings", [{"reviewers": 2}], indirect=True)
def test_who_judges_second_does_not_see_what_the_first_said(filled: Redactor, sign_in: SignIn) -> None:
    judged(sign_in("reviewer", name="ann"), "not_personal")
    bob = sign_in("reviewer", name="bob")
    shown = bob.get("/queue?role=agent")
    assert marks_of(shown) == []
    assert "ann" not in bob.get(path_of(shown)).text


@pytest.mark.parametrize("settings", [{"reviewers": 2}], indirect=True)
def test_what_two_disagree_on_goes_to_who_decides(disputed: Redactor, sign_in: SignIn) -> None:
    assert "Nothing waits" in sign_in("reviewer", name="carl").get("/queue?role=agent").text
    assert sign_in("reviewer", name="carl").get("/adjudication").status_code == 403
    judge = sign_in("adjudicator", name="judy")
    shown = judge.get("/adjudication")
    assert text_of(shown) == "I am [PERSON_1]"
    assert all(each in shown.text for each in (">ann<", ">bob<", "<td>correct</td>", "<td>not personal</td>"))
    form = {"kind": "not_personal", "start": "5", "end": "15", "revision": "0", "stage": "adjudication"}
    judge.post(f"{path_of(shown)}/verdicts", form)
    assert marks_of(judge.get("/adjudication")) == ["not personal"]
    end = {"revision": "0", "stage": "adjudication", "back": "adjudication"}
    assert judge.post(f"{path_of(shown)}/submit", end).headers["location"] == "/adjudication"
    assert "Nothing is to be decided." in judge.get("/adjudication").text
    assert disputed.parts.store.waiting_count() == 2


@pytest.mark.parametrize("settings", [{"reviewers": 2}], indirect=True)
def test_who_decides_may_take_over_what_one_said(disputed: Redactor, sign_in: SignIn) -> None:
    judge = sign_in("adjudicator", name="judy")
    path = path_of(judge.get("/adjudication"))
    refused = judge.post(f"{path}/take", {"person": "console:nobody", "revision": "0"})
    assert refused.status_code == 400
    judge.post(f"{path}/take", {"person": "console:bob", "revision": "0", "back": "adjudication"})
    assert "Nothing is to be decided." in judge.get("/adjudication").text
    bodies = [each.body for each in disputed.parts.store.reviews_after(0, 99) if each.actor == "console:judy"]
    assert any('"not_personal"' in each and '"adjudication"' in each for each in bodies)


@pytest.mark.parametrize("settings", [{"reviewers": 2}], indirect=True)
def test_only_who_may_decide_does(disputed: Redactor, sign_in: SignIn) -> None:
    path = path_of(sign_in("adjudicator", name="judy").get("/adjudication"))
    carl = sign_in("reviewer", name="carl")
    for what, form in (
        ("verdicts", {"kind": "correct", "start": "5", "end": "15"}),
        ("submit", {}),
        ("take", {"person": "console:ann"}),
    ):
        answer = carl.post(f"{path}/{what}", {**form, "revision": "0", "stage": "adjudication"})
        assert answer.status_code == 403, what
