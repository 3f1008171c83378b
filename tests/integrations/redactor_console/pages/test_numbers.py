"""The page of numbers: what was counted, with a table and links beside every chart, for the tenants that are theirs."""

import re
from collections import Counter

import pytest

from redactor import Redactor
from redactor.audit import acting
from redactor.metrics.counts import Counts, Label, day_of, rows
from redactor.reviews import Reviews, Verdict
from redactor.storage.beside import SqliteBeside
from redactor_console.pages.numbers import percentile
from tests.integrations.redactor_console.conftest import Browser, Clock, SignIn


@pytest.fixture
def viewer(sign_in: SignIn) -> Browser:
    return sign_in("viewer")


def count(redactor: Redactor, clock: Clock, back: int, counts: dict[Label, int], tenant: str = "default") -> None:
    """Add counts to those of a day, so many days ago."""
    given: Counts = Counter(counts)
    redactor.conversation("any", tenant=tenant)  # so that there is the tenant
    with redactor.parts.store.transaction() as tx:
        tx.add_tallies(rows(given, tenant, clock.now - 86_400.0 * back, "p", "m"))


def days(redactor: Redactor, clock: Clock, first: int, last: int, persons: int, bin_: int) -> None:
    """Each of the days from `first` to `last` days ago: 300 messages, `persons` of which hold a person."""
    for back in range(last, first + 1):
        labels = {
            Label("message", "customer"): 300,
            Label("holding", "customer", "PERSON"): persons,
            Label("entity", "customer", "PERSON", "fake", bin_): persons,
        }
        count(redactor, clock, back, labels)


def section(text: str, name: str) -> str:
    found = re.search(rf'<section id="{name}".*?</section>', text, re.DOTALL)
    assert found
    return found[0]


def test_an_empty_store_has_a_page_without_alarms(viewer: Browser) -> None:
    page = viewer.get("/numbers")
    assert page.status_code == 200
    assert "No alarm" in page.text
    assert "There is nothing yet." in page.text


def test_what_was_found_is_counted_with_a_table_and_links(viewer: Browser, redactor: Redactor, clock: Clock) -> None:
    redactor.conversation("c-1").redact("I am Crystal Minh, account 8706847615")
    found = section(viewer.get("/numbers").text, "found")
    assert (
        '<th scope=row>PERSON</th><td><a href="/search?since=2026-12-17&amp;until=2027-01-15&amp;type=PERSON">1<'
        in (found)
    )
    assert found.count("<svg") == 3  # messages, and one for each type
    assert ">2027-01-15: 1<" in found


def test_every_chart_says_in_words_what_it_shows(viewer: Browser, redactor: Redactor, clock: Clock) -> None:
    days(redactor, clock, 40, 25, 100, 18)
    page = viewer.get("/numbers").text
    charts = re.findall(r"<figure.*?</figure>", page, re.DOTALL)
    assert charts
    ids: list[str] = []
    for chart in charts:
        label, description = re.findall(r'aria-(?:labelledby|describedby)="([^"]+)"', chart)
        assert f'id="{label}"' in chart
        assert re.search(rf'<desc id="{description}">[^<]{{10,}}\.</desc>', chart)
        ids += re.findall(r' id="([^"]+)"', chart)
    assert len(ids) == len(set(ids))
    assert "style=" not in page


def test_what_moved_is_an_alarm(viewer: Browser, redactor: Redactor, clock: Clock) -> None:
    days(redactor, clock, 21, 0, 100, 18)
    calm = viewer.get("/numbers?days=7").text
    assert "No alarm" in calm
    assert "stable" in section(calm, "drift")
    days(redactor, clock, 6, 0, 250, 2)
    page = viewer.get("/numbers?days=7").text
    assert "Alarms</h2>" in page
    assert "scores of PERSON drifted" in page
    assert "drifted" in section(page, "drift")


def test_a_sign_of_an_attack_leads_to_the_day_it_was_seen_most(
    viewer: Browser, redactor: Redactor, clock: Clock
) -> None:
    count(redactor, clock, 3, {Label("message", "customer"): 10, Label("sign", "customer", "placeholder_like"): 2})
    count(redactor, clock, 1, {Label("message", "customer"): 10, Label("sign", "customer", "placeholder_like"): 5})
    signs = section(viewer.get("/numbers").text, "signs")
    day = "2027-01-14"
    assert f'href="/search?since={day}&amp;until={day}&amp;type=LITERAL"' in signs
    assert ">7<" in signs


def test_precision_and_recall_come_with_intervals_once_there_are_enough(
    viewer: Browser, redactor: Redactor, clock: Clock
) -> None:
    reviews = Reviews(redactor)
    chat = redactor.conversation("c-1")
    for number in range(2):
        turn = chat.redact(f"message {number} of Crystal Minh").turn_id
        row = redactor.parts.store.turn(chat.public_id, turn)
        assert row
        start = row.text.index("[")
        with acting("console:ann"):
            reviews.judge(chat.public_id, turn, Verdict("correct", start, len(row.text)), revision=row.revision)
            reviews.submit(chat.public_id, turn)
    assert "too few" in section(viewer.get("/numbers").text, "precision")
    count(redactor, clock, 0, {Label("verdict_correct", "customer", "PERSON", "fake", 18): 38})
    precision = section(viewer.get("/numbers").text, "precision")
    assert "100.0% (91.2% to 100.0%)" in precision  # 40 of 40, Wilson
    assert "verdict=not_personal" in precision
    assert "<svg" in precision


def test_the_time_it_takes_is_told_per_step(viewer: Browser, redactor: Redactor) -> None:
    redactor.conversation("c-1").redact("I am Crystal Minh")
    times = section(viewer.get("/numbers").text, "times")
    assert "all steps" in times
    assert "hatched: 95th percentile" in times


def test_what_waits_is_noted_day_by_day(
    sign_in: SignIn, redactor: Redactor, clock: Clock, database: SqliteBeside
) -> None:
    chat = redactor.conversation("c-1")
    chat.redact("one")
    sign_in("viewer").get("/")
    clock.now += 86_400.0
    chat.redact("two")
    page = sign_in("viewer").get("/numbers").text
    assert "2 messages wait" in page
    waiting = section(page, "waiting")
    assert (">2027-01-15: 1<" in waiting, ">2027-01-16: 2<" in waiting) == (True, True)


def test_numbers_of_other_tenants_are_not_told(sign_in: SignIn, redactor: Redactor) -> None:
    redactor.conversation("c-1").redact("I am Crystal Minh")
    redactor.conversation("c-2", tenant="other").redact("account 8706847615")
    redactor.conversation("c-3", tenant="third").redact("nothing")
    mine = sign_in("viewer", name="a", tenants=("default", "third"))
    page = mine.get("/numbers").text
    assert ("PERSON" in section(page, "found"), "ACCOUNT_ID" in section(page, "found")) == (True, False)
    assert "2 messages in 30 days" in page
    assert "<option>other" not in page
    assert mine.get("/numbers?tenant=other").status_code == 400
    assert "of the latest 2 messages" in page
    assert "1 messages in 30 days" in mine.get("/numbers?tenant=default").text
    assert "2 messages wait" in mine.get("/").text
    everybody = sign_in("viewer", name="b").get("/numbers?tenant=other").text
    assert "ACCOUNT_ID" in section(everybody, "found")


def test_what_cannot_be_asked_is_refused_and_not_repeated(viewer: Browser) -> None:
    for query in ("days=0", "days=31", "days=1e9", "days=%00", "tenant=%3Cscript%3E"):
        answer = viewer.get(f"/numbers?{query}")
        assert answer.status_code == 400
        assert "script>" not in answer.text.partition("<body>")[2]


def test_a_percentile_is_one_of_the_values() -> None:
    assert [percentile([3.0, 1.0, 2.0], share) for share in (0.0, 0.5, 0.95)] == [1.0, 2.0, 3.0]
    assert percentile([5.0], 0.95) == 5.0


def test_a_day_is_utc() -> None:
    assert day_of(1_800_000_000.0) == 20833
