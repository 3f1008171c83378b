"""The demonstration: conversations of some weeks, some of them reviewed, so that no page is empty."""

import re

from redactor import Redactor
from redactor.privacy.consent import Consent, Subject
from redactor.reviews import agreement, proposals
from redactor.reviews.reading import finished
from redactor.testing import in_memory
from redactor_console import demo

KNOWN: dict[str | re.Pattern[str], str] = {
    "Nova Fairweather": "PERSON",
    re.compile(r"\b\d{8,10}\b"): "ACCOUNT_ID",
    re.compile(r"\b\d\d/\d\d/\d{4}\b"): "DATE_OF_BIRTH",
}


def filled(count: int) -> Redactor:
    redactor = in_memory(KNOWN)
    demo.fill(redactor, count)
    return redactor


def test_it_holds_what_the_pages_show() -> None:
    redactor = filled(6)
    turns = redactor.transcripts.search("").items
    assert {turn.channel for turn in turns} == {"shop", "bank", "airline", "clinic", "telecom", "energy"}
    assert {row.tenant for row in redactor.parts.store.tenants()} == {"acme", "globex"}
    assert any(entity.type == "LITERAL" for turn in turns for entity in turn.entities)
    assert len(list(finished(redactor.parts.store))) > 10
    assert Consent(redactor).state(Subject("+1 (410) 555-0200", "PHONE_NUMBER", "acme")).state == "granted"


def test_two_of_them_look_alike() -> None:
    one, other = (sorted((turn.seq, turn.text) for turn in filled(3).transcripts.search("").items) for _ in range(2))
    assert one == other


def test_people_agree_on_what_is_nobodys_name_well_enough_for_a_proposal() -> None:
    redactor = filled(24)
    f1 = {(pair.first, pair.second): pair.exact for pair in agreement.of_store(redactor).pairs}
    assert 0.5 < (f1["console:demo-ada", "console:demo-ben"] or 0.0) < 1.0
    assert [(term.type, term.people) for term in proposals.of_store(redactor).terms] == [("PERSON", 2)]
