"""Search, saved views, downloads: what is found, by whom, and what no address, table or log holds."""

import csv
import io
import json
import re
import sqlite3
from contextlib import closing
from pathlib import Path
from urllib.parse import unquote

import httpx2
import pytest

from redactor import Redactor
from redactor.audit import acting
from redactor.reviews import Reviews, Verdict
from redactor.storage import Search
from redactor_console import downloading, searching, views
from redactor_console.pages import search
from tests.integrations.redactor_console.conftest import Browser, Clock, SignIn

CANARY = "zanzibarquartz"
"""A word that somebody searches for and nobody may find elsewhere."""


@pytest.fixture
def talk(redactor: Redactor, clock: Clock) -> dict[str, str]:
    """Name of a conversation → its public id."""
    clock.now = 1_800_000_000.0  # 2027-01-15 08:00 UTC
    redactor.conversation("a").redact("I am Crystal Minh and want a refund", channel="web")
    clock.now += 86_400
    redactor.conversation("b", tenant="acme").redact("Refunds for 8706847615, please", role="agent", channel="mail")
    redactor.conversation("c").redact(f"nothing here but {CANARY}")
    redactor.conversation("c").redact("=cmd|' /C calc'!A0")
    listed = redactor.transcripts.conversations().items
    by_tenant = {each.tenant: each.public_id for each in listed if each.tenant == "acme"}
    turns = redactor.transcripts.find(Search()).items
    by_text = {turn.text[:4]: turn.conversation for turn in turns}
    return {"a": by_text["I am"], "b": by_tenant["acme"], "c": by_text["noth"]}


@pytest.fixture
def ann(sign_in: SignIn) -> Browser:
    return sign_in("viewer", name="ann")


def look(browser: Browser, q: str = "", **filters: str) -> httpx2.Response:
    """Send the form and follow to the page."""
    sent = browser.post("/search", {"q": q, **filters})
    if sent.status_code != 303:
        return sent
    address = sent.headers["location"]
    assert not q or q.casefold() not in unquote(address).casefold()
    return browser.get(address)


def hits(answer: httpx2.Response) -> list[str]:
    """Conversations of the results."""
    assert answer.status_code == 200, answer.text
    return re.findall(r'<h3 id="h-\d+"><a href="/conversations/(\w+)\?at=\d+#t-\d+">', answer.text)


def said(answer: httpx2.Response) -> str:
    """What the page says of a query that cannot be read."""
    found = re.search(r'id="problem"[^>]*>([^<]*)<', answer.text)
    return found[1] if found else ""


def marks(answer: httpx2.Response) -> list[str]:
    return re.findall(r"<mark>([^<]*)</mark>", answer.text)


# -- what is found


def test_without_a_question_the_newest_are_shown(talk: dict[str, str], ann: Browser) -> None:
    shown = ann.get("/search")
    assert hits(shown) == [talk["c"], talk["c"], talk["b"], talk["a"]]
    assert "Keep it" not in shown.text


SEARCHES: list[tuple[dict[str, str], str]] = [
    ({"q": "refund*"}, "ba"),
    ({"q": "REFUND"}, "a"),
    ({"q": '"a refund"'}, "a"),
    ({"q": "person_1"}, "a"),
    ({"type": "ACCOUNT_ID"}, "b"),
    ({"type": "PERSON", "q": "refund*"}, "a"),
    ({"lowest": "0.5", "highest": "1"}, "ba"),
    ({"highest": "0,1"}, ""),
    ({"recognizer": "nobody"}, ""),
    ({"role": "agent"}, "b"),
    ({"channel": "web"}, "a"),
    ({"tenant": "acme"}, "b"),
    ({"since": "2027-01-16"}, "ccb"),
    ({"until": "2027-01-15"}, "a"),
    ({"since": "2027-01-15", "until": "2027-01-15", "role": "agent"}, ""),
]
"""What is asked → whose messages are found."""


def test_a_search_finds_what_fits(talk: dict[str, str], ann: Browser) -> None:
    for asked, expected in SEARCHES:
        assert hits(look(ann, **asked)) == [talk[each] for each in expected], asked


def test_filters_stand_in_the_address_and_links_lead_to_the_message(talk: dict[str, str], ann: Browser) -> None:
    shown = ann.get("/search?type=PERSON&role=customer")
    assert hits(shown) == [talk["a"]]
    assert '<option value="PERSON" selected>' in shown.text
    (link,) = re.findall(r'<h3 id="h-1"><a href="([^"#]+)', shown.text)
    assert "want a refund" in ann.get(link).text


def test_the_words_it_was_found_by_are_marked_also_in_chips(talk: dict[str, str], ann: Browser) -> None:
    assert marks(look(ann, 'WANT "a refund"')) == ["want", "a refund"]
    assert marks(look(ann, "person* refund")) == ["[PERSON_1]", "refund"]
    assert marks(ann.get("/search")) == []


UNREADABLE: list[tuple[dict[str, str], str]] = [
    ({"q": '"refund'}, "a quotation mark at character 1 has no partner"),
    ({"q": "..."}, "nothing to look for"),
    ({"q": "re*fund"}, "stands before the end of a word"),
    ({"q": "b*"}, "give at least 2 letters before a *"),
    ({"lowest": "2"}, "Score from: expected a number from 0 to 1"),
    ({"highest": "nan"}, "Score to: expected"),
    ({"since": "15.1.2027"}, "From: expected a day as 2026-01-31"),
    ({"verdict": "perhaps"}, "expected a verdict among"),
]
"""What is asked → what is said."""


def test_what_cannot_be_read_is_said_and_what_was_typed_stays(ann: Browser) -> None:
    for asked, words in UNREADABLE:
        shown = look(ann, **asked)
        assert shown.status_code == 200
        assert words in said(shown).replace("&#34;", '"')
        assert 'aria-invalid="true"' in shown.text
        assert f'value="{next(iter(asked.values())).replace(chr(34), "&#34;")}"' in shown.text or "verdict" in asked
        assert hits(shown) == []


def test_a_cursor_or_words_that_are_none_are_refused(talk: dict[str, str], ann: Browser) -> None:
    assert said(ann.get("/search?cursor=abc"))
    assert ann.get("/search?words=0011").status_code == 404
    assert ann.get(f"/search?type={'x' * 201}").status_code == 400


def test_results_come_in_pages(
    talk: dict[str, str], redactor: Redactor, ann: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search, "PAGE", 2)
    for number in range(5):
        redactor.conversation("d").redact(f"refund number {number}")
    read, shown = [], look(ann, "refund*")
    while True:
        read += hits(shown)
        more = re.search(r'href="(/search\?[^"]+)" rel="next"', shown.text)
        if more is None:
            break
        assert "refund" not in more[1]
        shown = ann.get(more[1].replace("&amp;", "&"))
    assert len(read) == 7
    assert read[5:] == [talk["b"], talk["a"]]


def test_a_long_message_is_cut_around_its_first_match(redactor: Redactor, ann: Browser) -> None:
    redactor.conversation("long").redact("blah " * 400 + "needle Crystal Minh " + "blah " * 400)
    shown = look(ann, "needle")
    assert marks(shown) == ["needle"]
    assert "[PERSON_1]" in shown.text
    assert shown.text.count("blah") < 200


def test_nothing_a_customer_writes_is_more_than_text(redactor: Redactor, ann: Browser) -> None:
    evil = "<script>alert(1)</script><img src=x onerror=alert(2)> refund"
    redactor.conversation("x").redact(evil, channel="<b>web</b>")
    shown = look(ann, "refund script")
    assert "<script>alert" not in shown.text and "<img" not in shown.text and "<b>web" not in shown.text
    typed = look(ann, '"><script>alert(3)</script>')
    assert "<script>alert" not in typed.text


# -- verdicts


def test_turns_are_found_by_verdict_and_reviewer(talk: dict[str, str], redactor: Redactor, sign_in: SignIn) -> None:
    reviews = Reviews(redactor)
    for key, kind in (("a", "correct"), ("b", "not_personal")):
        (turn,) = redactor.transcripts.show(talk[key])
        for name in ("rob", "sue") if key == "a" else ("rob",):
            with acting(f"console:{name}"):
                place = turn.entities[0]
                reviews.judge(talk[key], turn.turn_id, Verdict(kind, place.start, place.end, place.type))  # type: ignore[arg-type]
    boss = sign_in("adjudicator", name="boss")
    assert hits(look(boss, verdict="correct")) == [talk["a"]]
    assert hits(look(boss, reviewer="rob")) == [talk["b"], talk["a"]]
    assert hits(look(boss, verdict="not_personal", reviewer="sue")) == []
    sue = sign_in("reviewer", name="sue")
    assert hits(look(sue, verdict="not_personal")) == []  # who is still to judge sees their own verdicts only
    assert hits(look(sue, reviewer="rob")) == [talk["a"]]
    assert 'name="reviewer"' not in sue.get("/search").text


# -- who sees what


def test_nobody_finds_what_other_tenants_hold(talk: dict[str, str], sign_in: SignIn) -> None:
    tom = sign_in("viewer", name="tom", tenants=("acme",))
    assert hits(tom.get("/search")) == [talk["b"]]
    assert hits(tom.get("/search?tenant=default")) == []
    assert hits(look(tom, "refund*")) == [talk["b"]]
    taken = tom.post("/downloads", {"format": "jsonl", "type": "PERSON"})
    assert taken.text == ""


def test_words_are_their_persons_own(talk: dict[str, str], ann: Browser, sign_in: SignIn) -> None:
    address = ann.post("/search", {"q": CANARY}).headers["location"]
    assert hits(ann.get(address)) == [talk["c"]]
    assert sign_in("viewer", name="bob").get(address).status_code == 404


def test_words_are_forgotten_with_time_and_number(ann: Browser, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(searching, "_REMEMBERED", 2)
    addresses = []
    for word in ("one", "two", "three"):
        clock.now += 1
        addresses.append(ann.post("/search", {"q": word}).headers["location"])
    assert [ann.get(each).status_code for each in addresses] == [404, 200, 200]


def test_no_file_address_or_log_of_ours_holds_the_words(
    talk: dict[str, str], tmp_path: Path, ann: Browser, redactor: Redactor, caplog: pytest.LogCaptureFixture
) -> None:
    word = "qqcanaryname"
    shown = look(ann, word)
    kept = re.search(r'name="words" value="(\w+)"', shown.text)
    assert kept is not None
    ann.post("/views", {"words": kept[1], "name": f"{word} view"})
    ann.post("/downloads", {"words": kept[1], "format": "csv"})
    look(ann, f'"{word}')
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert len(files) >= 2
    assert not [path.name for path in files if word.encode() in path.read_bytes()]
    assert word not in caplog.text


# -- saved views


def test_a_view_is_kept_shared_and_deleted(talk: dict[str, str], ann: Browser, sign_in: SignIn) -> None:
    bob, tom = sign_in("viewer", name="bob"), sign_in("viewer", name="tom", tenants=("acme",))
    words = re.search(r'name="words" value="(\w+)"', look(ann, "refund*", role="customer").text)
    assert words is not None
    form = {"words": words[1], "role": "customer", "name": "  my <b>refunds</b> ", "shared": "1"}
    path = ann.post("/views", form).headers["location"]
    for browser in (ann, bob):
        assert "my &lt;b&gt;refunds&lt;/b&gt;" in browser.get("/search").text
        shown = browser.get(browser.get(path).headers["location"])
        assert hits(shown) == [talk["a"]]
        assert 'value="refund*"' in shown.text
    assert "refunds" not in tom.get("/search").text
    assert tom.get(path).status_code == 404
    assert bob.post(f"{path}/delete").status_code == 404
    assert ann.post(f"{path}/delete").status_code == 303
    assert bob.get(path).status_code == 404


def test_a_view_that_is_not_shared_is_its_owners(ann: Browser, sign_in: SignIn) -> None:
    path = ann.post("/views", {"type": "PERSON", "name": "people"}).headers["location"]
    assert sign_in("admin", name="root").get(path).status_code == 404
    assert ann.get(path).headers["location"] == "/search?type=PERSON"


def test_a_view_of_the_same_name_takes_the_place_of_the_old_one(ann: Browser) -> None:
    for kind in ("PERSON", "ACCOUNT_ID"):
        ann.post("/views", {"type": kind, "name": "mine"})
    (path,) = re.findall(r'href="(/views/\w+)"', ann.get("/search").text)
    assert ann.get(path).headers["location"] == "/search?type=ACCOUNT_ID"


@pytest.mark.parametrize("form", [{"name": ""}, {"name": "x" * 81, "type": "PERSON"}, {"name": "empty"}])
def test_a_view_without_a_name_or_a_question_is_refused(ann: Browser, form: dict[str, str]) -> None:
    assert ann.post("/views", form).status_code == 400


def test_a_person_has_so_many_views(ann: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(views, "MOST", 1)
    assert ann.post("/views", {"type": "PERSON", "name": "one"}).status_code == 303
    assert ann.post("/views", {"type": "PERSON", "name": "two"}).status_code == 400
    assert ann.post("/views", {"type": "URL", "name": "one"}).status_code == 303


# -- downloads


def test_what_is_shown_comes_as_csv_and_jsonl(talk: dict[str, str], ann: Browser) -> None:
    answer = ann.post("/downloads", {"format": "csv"})
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.headers["content-disposition"] == 'attachment; filename="messages.csv"'
    rows = list(csv.DictReader(io.StringIO(answer.text)))
    assert [row["conversation"] for row in rows] == [talk["c"], talk["c"], talk["b"], talk["a"]]
    assert rows[0]["text"].startswith("'=cmd"), "a spreadsheet would run it"
    assert rows[3]["text"] == "I am [PERSON_1] and want a refund"
    answer = ann.post("/downloads", {"format": "jsonl", "type": "PERSON"})
    assert [json.loads(line)["text"] for line in answer.text.splitlines()] == ["I am [PERSON_1] and want a refund"]
    assert ann.post("/downloads", {"format": "exe"}).status_code == 400
    assert ann.get("/downloads").status_code == 405


def test_a_download_is_in_the_audit_log_and_without_it_there_is_none(
    talk: dict[str, str], ann: Browser, redactor: Redactor, tmp_path: Path
) -> None:
    assert ann.post("/downloads", {"format": "csv", "channel": CANARY}).status_code == 200
    log = [json.loads(row.record) for row in redactor.parts.store.audit(0, 1000)]
    (entry,) = [each for each in log if each["action"] == "console.download"]
    assert entry["actor"] == "console:ann"
    assert entry["subject"] == ["format:csv", "rows:0", "filter:channel"]
    with closing(sqlite3.connect(tmp_path / "store.db")) as store, store:
        store.execute("CREATE TRIGGER broken BEFORE INSERT ON audit BEGIN SELECT RAISE(FAIL, 'no'); END")
    assert ann.post("/downloads", {"format": "csv"}).status_code == 503


def test_more_rows_a_day_need_a_second_person_for_exactly_this(
    talk: dict[str, str], ann: Browser, sign_in: SignIn, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(downloading, "FREE", 3)
    officer = sign_in("privacy-officer", name="ida")
    words = re.search(r'name="words" value="(\w+)"', look(ann, "re*").text)
    assert words is not None
    everything = {"format": "jsonl"}
    assert "needs a second person" in ann.post("/downloads", everything).text
    assert ann.post("/downloads", {**everything, "type": "PERSON"}).text.count("\n") == 1
    assert ann.post("/downloads", {**everything, "words": words[1]}).text.count("\n") == 2
    refused = ann.post("/downloads", {**everything, "type": "ACCOUNT_ID"})  # the fourth of this day
    assert "needs a second person" in refused.text
    assert ann.post("/downloads/ask", {"type": "ACCOUNT_ID", "reason": "check"}).headers["location"] == "/requests"
    assert "You have asked for it" in ann.post("/downloads", {**everything, "type": "ACCOUNT_ID"}).text
    (request,) = re.findall(r'action="/requests/([0-9a-f]+)"', officer.get("/requests").text)
    assert officer.post(f"/requests/{request}", {"answer": "allow"}).status_code == 303
    assert ann.post("/downloads", {**everything, "type": "ACCOUNT_ID"}).text.count("\n") == 1
    assert "needs a second person" in ann.post("/downloads", everything).text
    other = {**everything, "type": "ACCOUNT_ID", "role": "agent"}
    assert "needs a second person" in ann.post("/downloads", other).text
    for _ in range(3):
        clock.now += 1201
        ann.get("/")  # or the session would end meanwhile
    assert "needs a second person" in ann.post("/downloads", {**everything, "type": "ACCOUNT_ID"}).text


def test_who_is_not_signed_in_gets_nothing(anybody: Browser) -> None:
    for path in ("/search", "/views/1"):
        assert anybody.get(path).headers["location"] == "/sign-in"
    for path in ("/search", "/views", "/downloads", "/downloads/ask", "/views/1/delete"):
        assert anybody.post(path).status_code in (303, 403)
