"""Conversations: the list, the chat, one message's trail; and texts that want to be more than texts."""

import re

import pytest

from redactor import Redactor
from redactor_console.pages import conversations
from tests.integrations.redactor_console.conftest import Browser, Clock, SignIn
from tests.integrations.redactor_console.pages.seen import JSON

EVIL = "<img src=x onerror=alert(1)>\"'></div><script>alert(2)</script>{{ 7*7 }}&#13;"


@pytest.fixture
def ann(sign_in: SignIn) -> Browser:
    return sign_in("viewer", name="ann")


def only(redactor: Redactor) -> str:
    (listed,) = redactor.transcripts.conversations().items
    return listed.public_id


def rows(text: str) -> list[str]:
    return re.findall(r'<th scope="row"><a href="/conversations/(\w+)"', text)


def test_the_list_begins_with_the_one_spoken_in_last(redactor: Redactor, ann: Browser, clock: Clock) -> None:
    for name in ("c-1", "c-2", "c-3"):
        redactor.conversation(name).redact("I am Crystal Minh")
        clock.now += 60
    redactor.conversation("c-1").redact("and again")
    shown = ann.get("/conversations")
    assert rows(shown.text) == [each.public_id for each in redactor.transcripts.conversations().items]
    assert "<td>PERSON</td>" in shown.text
    assert "Earlier ones" not in shown.text


def test_the_list_comes_in_pages(
    redactor: Redactor, ann: Browser, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(conversations, "PAGE", 2)
    for number in range(5):
        redactor.conversation(f"c-{number}").redact("hello")
        clock.now += 60
    found, address = [], "/conversations"
    while address:
        shown = ann.get(address)
        found += rows(shown.text)
        more = re.search(r'href="(/conversations\?[^"]+)" rel="next"', shown.text)
        address = more[1].replace("&amp;", "&") if more else ""
    assert found == [each.public_id for each in redactor.transcripts.conversations().items]


def test_the_list_is_narrowed(redactor: Redactor, sign_in: SignIn, clock: Clock) -> None:
    clock.now = 1_800_000_000.0  # 2027-01-15 08:00 UTC
    redactor.conversation("c-1", tenant="acme").redact("hello", channel="web")
    clock.now += 86_400
    redactor.conversation("c-1").redact("hello", channel="mail")
    ann = sign_in("viewer")
    mail, web = rows(ann.get("/conversations").text)
    assert rows(ann.get("/conversations?tenant=acme").text) == [web]
    assert rows(ann.get("/conversations?channel=mail").text) == [mail]
    assert rows(ann.get("/conversations?until=2027-01-15").text) == [web]
    assert rows(ann.get("/conversations?since=2027-01-16").text) == [mail]
    assert rows(ann.get("/conversations?since=2027-01-17").text) == []


@pytest.mark.parametrize("query", ["cursor=x", "since=yesterday", "until=2027-13-01", "cursor=1"])
def test_a_query_that_cannot_be_read_is_refused_or_finds_nothing(ann: Browser, query: str) -> None:
    answer = ann.get(f"/conversations?{query}")
    assert answer.status_code == 400 or rows(answer.text) == []


def test_only_conversations_of_tenants_that_are_theirs_to_see(redactor: Redactor, sign_in: SignIn) -> None:
    redactor.conversation("c-1", tenant="acme").redact("hello")
    turn = redactor.conversation("c-1").redact("not yours")
    theirs = redactor.transcripts.conversations("default").items[0].public_id
    ann = sign_in("viewer", tenants=("acme",))
    assert theirs not in ann.get("/conversations").text
    assert rows(ann.get("/conversations?tenant=default").text) == []
    for path in (theirs, f"{theirs}/messages/{turn.turn_id}", "none", f"{theirs}/messages/none"):
        assert ann.get(f"/conversations/{path}").status_code == 404


def test_a_forgotten_conversation_is_not_there(redactor: Redactor, ann: Browser) -> None:
    redactor.conversation("c-1").redact("hello")
    path = f"/conversations/{only(redactor)}"
    redactor.conversation("c-1").forget()
    assert ann.get(path).status_code == 404


def test_a_chat_shows_roles_chips_and_links_to_each_message(redactor: Redactor, ann: Browser) -> None:
    redactor.conversation("c-1").redact("I am Crystal Minh", channel="whatsapp")
    shown = ann.get(f"/conversations/{only(redactor)}").text
    assert '<article class="turn customer" id="t-1"' in shown
    assert f'href="/conversations/{only(redactor)}?at=1#t-1"' in shown
    assert "[PERSON_1]<span" in shown
    assert "PERSON 0.95 fake" in shown
    assert "whatsapp" in shown


def test_a_long_chat_comes_in_pages_and_a_link_finds_its_message(
    redactor: Redactor, ann: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(conversations, "TURNS", 3)
    chat = redactor.conversation("c-1")
    for number in range(7):
        chat.redact(f"message {number}")
    path = f"/conversations/{only(redactor)}"

    def page(query: str) -> tuple[list[str], list[str]]:
        text = ann.get(path + query).text
        return re.findall(r'id="t-(\d+)"', text), re.findall(r'\?at=(\d+)" rel="(?:prev|next)"', text)[:2]

    assert page("") == (["1", "2", "3"], ["4", "4"])
    assert page("?at=5") == (["4", "5", "6"], ["1", "7"])
    assert page("?at=7") == (["7"], ["4", "4"])
    assert page("?at=99") == page("?at=7")
    assert ann.get(f"{path}?at=x").status_code == 400


def test_texts_are_texts(redactor: Redactor, ann: Browser, sign_in: SignIn) -> None:
    turn = redactor.conversation("c-1").redact(f"Crystal Minh {EVIL}\r\nשלום \ud800\0", channel=EVIL)
    redactor.conversation("c-1").redact(f"next {EVIL}")
    path = f"/conversations/{only(redactor)}"
    reviewer = sign_in("reviewer", name="rita")
    for shown in (
        ann.get("/conversations"),
        ann.get(path),
        ann.get(f"{path}/messages/{turn.turn_id}"),
        reviewer.get("/queue"),
        reviewer.get("/queue", **{"accept-language": EVIL.encode("ascii", "ignore").decode()}),
        ann.send("GET", "/conversations", params={"channel": EVIL, "tenant": EVIL}),
        reviewer.send("GET", "/queue", params={"channel": EVIL, "type": EVIL}),
    ):
        assert shown.status_code == 200
        assert "<img" not in shown.text
        assert "alert(2)</script>" not in shown.text
        assert ">49<" not in shown.text
    chat = ann.get(path).text
    assert '<div class="text" dir="auto">' in chat
    assert "&#13;\nשלום \ufffd\ufffd</div>" in chat


def test_the_trail_of_a_message_says_all_but_its_text(redactor: Redactor, ann: Browser) -> None:
    turn = redactor.conversation("c-1").redact("ZEBRA Crystal Minh 12345678")
    answer = ann.get(f"/conversations/{only(redactor)}/messages/{turn.turn_id}", **JSON)
    (found,) = answer.json()["entities"]
    expected = {"number": 0, "placeholder": "[PERSON_1]", "type": "PERSON", "score": 0.95, "recognizer": "fake"}
    assert expected.items() <= found.items()
    assert (found["operator"], found["outcome"], found["start"], found["end"]) == ("placeholder", "masked", 6, 16)
    assert answer.json()["reasons"] == ["a run of digits stands in clear"]
    assert answer.json()["policy_version"] == redactor.policy.version
    assert "ZEBRA" not in answer.text


def test_who_may_only_read_gets_no_forms(redactor: Redactor, ann: Browser, sign_in: SignIn) -> None:
    turn = redactor.conversation("c-1").redact("I am Crystal Minh")
    path = f"/conversations/{only(redactor)}/messages/{turn.turn_id}"
    assert "/verdicts" not in ann.get(path).text
    assert "queue.js" not in ann.get(path).text
    assert "/verdicts" in sign_in("reviewer").get(path).text


def test_what_others_said_is_for_who_does_not_judge_or_decides(redactor: Redactor, sign_in: SignIn) -> None:
    turn = redactor.conversation("c-1").redact("I am Crystal Minh")
    path = f"/conversations/{only(redactor)}/messages/{turn.turn_id}"
    form = {"kind": "not_personal", "start": "5", "end": "15", "revision": "0"}
    sign_in("reviewer", name="rita").post(f"{path}/verdicts", form)
    sign_in("reviewer", name="rita").post(f"{path}/submit", {"revision": "0"})
    for role, sees in (("viewer", True), ("adjudicator", True), ("reviewer", False)):
        shown = sign_in(role, name=f"other-{role}").get(path).text
        assert ("<td>rita</td><td>not personal</td>" in shown) == sees, role
    assert "<td>rita</td><td>done</td>" in sign_in("reviewer", name="rita").get(path).text
