"""Votes become entities: united where they speak of one value, apart where they speak of two."""

import random
from collections.abc import Callable
from itertools import pairwise
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from redactor.detection.ranks import rank
from redactor.detection.resolve import Resolution, resolve
from redactor.types import Entity

KEPT = frozenset({"LOCATION", "ORGANIZATION", "DATE_TIME"})

Vote = tuple[str, str, float, str]
"""What of the text, as which type, score, recognizer."""


def _resolve(text: str, votes: list[Vote], kept: frozenset[str] = KEPT, threshold: float = 0.5) -> Resolution:
    entities = []
    for value, kind, score, recognizer in votes:
        start = text.index(value)
        entities.append(Entity(start, start + len(value), kind, score, recognizer))
    return resolve(entities, text, kept=kept, needed=lambda _: threshold)


def _told(text: str, found: Resolution) -> list[tuple[str, str]]:
    return [(text[e.start : e.end], e.type) for e in found.entities]


CASES: list[tuple[str, str, list[Vote], list[tuple[str, str]]]] = [
    (
        "overlap of one type is united",
        "crystal minh smith",
        [("crystal minh", "PERSON", 0.9, "transformer"), ("minh smith", "PERSON", 0.8, "memory:part")],
        [("crystal minh smith", "PERSON")],
    ),
    (
        "a known name inside a longer one is the longer one",
        "crystal minh smith",
        [("crystal minh smith", "PERSON", 0.9, "transformer"), ("crystal minh", "PERSON", 1.0, "memory")],
        [("crystal minh smith", "PERSON")],
    ),
    (
        "a part inside a longer name is the longer name",
        "thanks joyce wu",
        [("joyce", "PERSON", 0.95, "memory:part"), ("joyce wu", "PERSON", 0.7, "transformer")],
        [("joyce wu", "PERSON")],
    ),
    (
        "a wide guess is cut where an e-mail begins",
        "crystal minh, cminh@email.com",
        [
            ("crystal minh, cminh@email.com", "PERSON", 0.8, "transformer"),
            ("cminh@email.com", "EMAIL_ADDRESS", 0.95, "pattern:email"),
        ],
        [("crystal minh", "PERSON"), ("cminh@email.com", "EMAIL_ADDRESS")],
    ),
    (
        "a wide guess is cut on both sides of a card, and what holds no letter is dropped",
        "4111111111111111, joyce (wu) ",
        [
            ("4111111111111111, joyce (wu) ", "PERSON", 0.6, "transformer"),
            ("4111111111111111", "CREDIT_CARD", 0.95, "pattern:credit_card"),
        ],
        [("4111111111111111", "CREDIT_CARD"), ("joyce (wu", "PERSON")],
    ),
    (
        "a telephone number in a name is cut out of it, sure or not",
        "crystal minh 415-555-0132 mobile",
        [
            ("crystal minh 415-555-0132 mobile", "PERSON", 0.9, "transformer"),
            ("415-555-0132", "PHONE_NUMBER", 0.75, "pattern:phone_shaped"),
        ],
        [("crystal minh", "PERSON"), ("415-555-0132", "PHONE_NUMBER"), ("mobile", "PERSON")],
    ),
    (
        "a wide guess is cut where an e-mail ends that began before it",
        "cminh@email.com crystal minh",
        [
            ("email.com crystal minh", "PERSON", 0.8, "transformer"),
            ("cminh@email.com", "EMAIL_ADDRESS", 0.95, "pattern:email"),
        ],
        [("cminh@email.com", "EMAIL_ADDRESS"), ("crystal minh", "PERSON")],
    ),
    (
        "punctuation that a guess adds is left out",
        "(joyce wu)! a@b.com!!",
        [
            ("(joyce wu)!", "PERSON", 0.8, "transformer"),
            ("joyce wu", "PERSON", 1.0, "memory"),
            ("a@b.com!!", "USERNAME", 0.8, "transformer"),
            ("a@b.com", "EMAIL_ADDRESS", 0.95, "pattern:email"),
        ],
        [("joyce wu", "PERSON"), ("a@b.com", "EMAIL_ADDRESS")],
    ),
    (
        "what is glued on without a separator is one value",
        "id ab-8706847615x",
        [
            ("ab-8706847615x", "ACCOUNT_ID", 0.8, "transformer"),
            ("8706847615", "PHONE_NUMBER", 0.95, "pattern:phone"),
        ],
        [("ab-8706847615x", "PHONE_NUMBER")],
    ),
    (
        "two e-mails under one guess are two",
        "a@b.com and c@d.com",
        [
            ("a@b.com and c@d.com", "EMAIL_ADDRESS", 0.9, "transformer"),
            ("a@b.com", "EMAIL_ADDRESS", 0.95, "pattern:email"),
            ("c@d.com", "EMAIL_ADDRESS", 0.95, "pattern:email"),
        ],
        [("a@b.com", "EMAIL_ADDRESS"), ("and", "EMAIL_ADDRESS"), ("c@d.com", "EMAIL_ADDRESS")],
    ),
    (
        "two known people under one guess are two",
        "joyce wu, bob lee",
        [
            ("joyce wu, bob lee", "PERSON", 0.9, "transformer"),
            ("joyce wu", "PERSON", 1.0, "memory"),
            ("bob lee", "PERSON", 1.0, "memory"),
        ],
        [("joyce wu", "PERSON"), ("bob lee", "PERSON")],
    ),
    (
        "what the conversation knows names the type",
        "it is 8706847615",
        [
            ("8706847615", "PHONE_NUMBER", 0.99, "pattern:phone"),
            ("8706847615", "ACCOUNT_ID", 1.0, "memory"),
            ("8706847615", "US_SSN", 0.9, "transformer"),
        ],
        [("8706847615", "ACCOUNT_ID")],
    ),
    (
        "a checked card beats the transformer",
        "4111111111111111",
        [
            ("4111111111111111", "CREDIT_CARD", 0.9, "pattern:credit_card"),
            ("4111111111111111", "ACCOUNT_ID", 0.99, "transformer"),
        ],
        [("4111111111111111", "CREDIT_CARD")],
    ),
    (
        "an order number that passes Luhn is no card when the order was asked for",
        "4111111111111111",
        [
            ("4111111111111111", "CREDIT_CARD", 0.7, "pattern:credit_card"),
            ("4111111111111111", "ACCOUNT_ID", 0.85, "pattern:account_id"),
        ],
        [("4111111111111111", "ACCOUNT_ID")],
    ),
    (
        "a birth date is no plain date",
        "born 05/12/1990",
        [
            ("05/12/1990", "DATE_TIME", 0.99, "transformer"),
            ("05/12/1990", "DATE_OF_BIRTH", 0.8, "pattern:date_of_birth"),
        ],
        [("05/12/1990", "DATE_OF_BIRTH")],
    ),
    (
        "a social security number is no other national number",
        "078-05-1120",
        [
            ("078-05-1120", "NATIONAL_ID", 0.95, "pattern:itin"),
            ("078-05-1120", "US_SSN", 0.6, "pattern:us_ssn"),
        ],
        [("078-05-1120", "US_SSN")],
    ),
    (
        "an address takes in its postal code, its place and a street named after somebody",
        "12 grant street, springfield 62704",
        [
            ("12 grant street, springfield 62704", "STREET_ADDRESS", 0.8, "transformer"),
            ("grant", "PERSON", 1.0, "memory"),
            ("62704", "POSTAL_CODE", 0.95, "pattern:postal_code"),
            ("springfield", "LOCATION", 0.9, "transformer"),
        ],
        [("12 grant street, springfield 62704", "STREET_ADDRESS")],
    ),
    (
        "a link with a value in it is masked whole",
        "see https://x.com/?who=cminh@email.com&a=1 now",
        [
            ("https://x.com/?who=cminh@email.com&a=1", "URL", 0.6, "pattern:url"),
            ("cminh@email.com", "EMAIL_ADDRESS", 0.95, "pattern:email"),
        ],
        [("https://x.com/?who=cminh@email.com&a=1", "URL")],
    ),
    (
        "a link that somebody's name runs into is masked whole",
        "joyce wu.com/x",
        [("wu.com/x", "URL", 0.6, "pattern:url"), ("joyce wu", "PERSON", 1.0, "memory")],
        [("joyce wu.com/x", "URL")],
    ),
    (
        "an e-mail's domain is no link",
        "cminh@email.com",
        [
            ("email.com", "URL", 0.95, "pattern:url"),
            ("cminh@email.com", "EMAIL_ADDRESS", 0.9, "pattern:email"),
            ("cminh", "USERNAME", 1.0, "memory"),
        ],
        [("cminh@email.com", "EMAIL_ADDRESS")],
    ),
    (
        "neighbouring names are two without a vote over both",
        "joyce wu",
        [("joyce", "PERSON", 0.9, "transformer"), ("wu", "PERSON", 0.9, "transformer")],
        [("joyce", "PERSON"), ("wu", "PERSON")],
    ),
    (
        "neighbouring names are one under a weak vote over both",
        "joyce wu",
        [
            ("joyce", "PERSON", 0.9, "transformer"),
            ("wu", "PERSON", 0.9, "transformer"),
            ("joyce wu", "PERSON", 0.2, "pattern:name"),
        ],
        [("joyce wu", "PERSON")],
    ),
    (
        "a kept value gives way and widens nothing",
        "joyce of springfield ohio",
        [
            ("springfield ohio", "LOCATION", 0.99, "transformer"),
            ("joyce of springfield", "PERSON", 0.6, "transformer"),
        ],
        [("joyce of springfield", "PERSON")],
    ),
    (
        "a password that is a known name is a password",
        "my password is crystal",
        [("crystal", "PERSON", 1.0, "memory"), ("crystal", "SECRET", 0.9, "pattern:password")],
        [("crystal", "SECRET")],
    ),
    (
        "a user name that is part of a known name is a user name",
        "crystal",
        [("crystal", "PERSON", 0.95, "memory:part"), ("crystal", "USERNAME", 0.85, "pattern:username_asked")],
        [("crystal", "USERNAME")],
    ),
    (
        "a user's sure recognizer outranks the transformer",
        "X-99",
        [("X-99", "PERSON", 0.99, "transformer"), ("X-99", "VEHICLE_ID", 0.9, "plates")],
        [("X-99", "VEHICLE_ID")],
    ),
    (
        "the deny list names the type",
        "project blue",
        [("project blue", "PERSON", 0.99, "transformer"), ("blue", "SECRET", 1.0, "deny list")],
        [("project", "PERSON"), ("blue", "SECRET")],
    ),
    (
        "the sign a reference begins with stays with it",
        "order #W4821",
        [("W4821", "ACCOUNT_ID", 0.95, "pattern:reference"), ("#W4821", "ACCOUNT_ID", 0.99, "transformer")],
        [("#W4821", "ACCOUNT_ID")],
    ),
    (
        "two halves of an organisation's name are one",
        "Larchmont Garden Inn",
        [("Larchmont", "ORGANIZATION", 0.9, "transformer"), ("Garden Inn", "ORGANIZATION", 0.8, "transformer")],
        [("Larchmont Garden Inn", "ORGANIZATION")],
    ),
    ("nothing comes of nothing", "hello", [], []),
    ("a vote under the threshold is no entity", "joyce", [("joyce", "PERSON", 0.4, "transformer")], []),
]


@pytest.mark.parametrize(("text", "votes", "expected"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_resolved(text: str, votes: list[Vote], expected: list[tuple[str, str]]) -> None:
    assert _told(text, _resolve(text, votes)) == expected


def test_kept_entities_carry_the_operator_keep() -> None:
    text = "joyce in springfield"
    found = _resolve(text, [("springfield", "LOCATION", 0.9, "transformer"), ("joyce", "PERSON", 0.9, "transformer")])
    assert [(e.type, e.operator) for e in found.entities] == [("PERSON", None), ("LOCATION", "keep")]


def test_candidates_are_the_votes_from_a_tenth_up_to_the_threshold() -> None:
    text = "joyce wu"
    votes: list[Vote] = [(text, "PERSON", score, "transformer") for score in (0.05, 0.1, 0.49)]
    found = _resolve(text, votes)
    assert [e.score for e in found.candidates] == [0.1, 0.49]
    assert [e.score for e in _resolve(text, votes[::-1]).candidates] == [0.1, 0.49]
    assert len({d.reason for d in found.decisions}) == 2
    assert [d.outcome for d in found.decisions] == ["candidate"] * 3


def test_the_threshold_is_asked_per_type() -> None:
    votes = [Entity(0, 5, "PERSON", 0.6, "transformer"), Entity(6, 8, "USERNAME", 0.6, "transformer")]
    limits = {"PERSON": 0.5, "USERNAME": 0.7}
    found = resolve(votes, "joyce wu", kept=frozenset(), needed=lambda vote: limits[vote.type])
    assert [e.type for e in found.entities] == ["PERSON"]


def test_ranks_follow_what_a_recognizer_knows() -> None:
    order = [
        Entity(0, 1, "X", 0.3, "memory"),
        Entity(0, 1, "X", 0.97, "pattern:x"),
        Entity(0, 1, "X", 0.92, "pattern:x"),
        Entity(0, 1, "X", 0.99, "transformer"),
        Entity(0, 1, "X", 0.7, "pattern:x"),
        Entity(0, 1, "X", 0.95, "memory:part"),
        Entity(0, 1, "X", 0.4, "pattern:x"),
    ]
    ranks = [rank(vote) for vote in order]
    assert ranks == sorted(ranks, reverse=True)
    assert len(set(ranks)) == len(ranks)


TYPES = [
    "PERSON",
    "EMAIL_ADDRESS",
    "URL",
    "CREDIT_CARD",
    "ACCOUNT_ID",
    "STREET_ADDRESS",
    "SECRET",
    "LOCATION",
    "DATE_TIME",
    "DATE_OF_BIRTH",
    "US_SSN",
    "NATIONAL_ID",
]
RECOGNIZERS = ["memory", "memory:part", "memory:slip", "transformer", "pattern:x", "pattern:y", "deny list", "mine"]
TEXTS = st.text("ab 1,.@-/", min_size=1, max_size=24)


@st.composite
def texts_with_votes(draw: Callable[..., object]) -> tuple[str, list[Entity]]:
    text = str(draw(TEXTS))
    spans = st.tuples(st.integers(0, len(text) - 1), st.integers(1, len(text))).filter(lambda s: s[0] < s[1])
    vote = st.builds(
        lambda span, kind, score, recognizer: Entity(span[0], span[1], kind, score, recognizer),
        spans,
        st.sampled_from(TYPES),
        st.sampled_from([0.05, 0.2, 0.5, 0.7, 0.9, 0.95, 1.0]),
        st.sampled_from(RECOGNIZERS),
    )
    votes = draw(st.lists(vote, max_size=7))
    assert isinstance(votes, list)
    return text, votes


def _any(text: str, votes: list[Entity]) -> Resolution:
    return resolve(votes, text, kept=KEPT, needed=lambda _: 0.5)


@given(texts_with_votes())
def test_entities_are_sorted_and_do_not_overlap(case: tuple[str, list[Entity]]) -> None:
    found = _any(*case).entities
    assert all(a.end <= b.start for a, b in pairwise(found))


@given(texts_with_votes(), st.randoms(use_true_random=False))
def test_the_order_of_votes_changes_nothing(case: tuple[str, list[Entity]], rng: random.Random) -> None:
    text, votes = case
    shuffled = list(votes)
    rng.shuffle(shuffled)
    assert _any(text, votes) == _any(text, shuffled)


@given(texts_with_votes())
def test_every_letter_and_digit_of_an_accepted_masked_vote_is_masked(case: tuple[str, list[Entity]]) -> None:
    text, votes = case
    found = _any(text, votes)
    masked = {k for e in found.entities if e.operator is None for k in range(e.start, e.end)}
    for vote in votes:
        if vote.score >= 0.5 and vote.type not in KEPT:
            assert {k for k in range(vote.start, vote.end) if text[k].isalnum()} <= masked
    assert all(e.type in KEPT for e in found.entities if e.operator == "keep")


@given(texts_with_votes())
def test_nothing_is_masked_that_no_accepted_vote_covers(case: tuple[str, list[Entity]]) -> None:
    text, votes = case
    covered = {k for v in votes if v.score >= 0.5 and v.type not in KEPT for k in range(v.start, v.end)}
    for entity in _any(text, votes).entities:
        if entity.operator is None:
            between_names = {k for k in range(entity.start, entity.end) if text[k] == " " and entity.type == "PERSON"}
            assert set(range(entity.start, entity.end)) <= covered | between_names


@given(texts_with_votes())
def test_every_vote_ends_with_one_decision(case: tuple[str, list[Entity]]) -> None:
    text, votes = case
    found = _any(text, votes)
    assert sorted(d.entity for d in found.decisions) == sorted(votes)
    for decision in found.decisions:
        assert (decision.outcome == "candidate") == (decision.entity.score < 0.5)
        assert decision.outcome != "kept" or decision.entity.type in KEPT
    masked = {e for e in found.entities if e.operator is None}
    assert bool(masked) == any(d.outcome == "masked" for d in found.decisions)


def _seconds(text: str, votes: list[Entity]) -> float:
    started = process_time()  # not the clock: other work on the machine does not count
    _any(text, votes)
    return process_time() - started


@pytest.mark.parametrize("step", [10, 6])
@pytest.mark.parametrize("extra", [None, "PERSON", "URL"])
def test_the_cost_grows_with_the_votes_however_they_hang_together(step: int, extra: str | None) -> None:
    def votes(count: int) -> list[Entity]:
        every = [
            Entity(step * k, step * k + 8, kind, score, recognizer)
            for k in range(count)
            for kind, score, recognizer in (("PERSON", 0.9, "transformer"), ("EMAIL_ADDRESS", 1.0, "memory"))
        ]
        return [*every, Entity(0, step * count, extra, 0.8, "pattern:x")] if extra else every

    text = "joyce wu, " * 2000
    few, many = votes(200), votes(2000)
    # Ten times the votes; a quadratic cost would be a hundred times.
    assert min(_seconds(text, many) for _ in range(2)) < 55 * min(_seconds(text, few) for _ in range(5))


def test_a_link_within_a_secret_does_not_name_it() -> None:
    text = "https://files.example/a?sv=1&sig=abcdefgh&se=2"
    secret = Entity(0, len(text), "SECRET", 0.95, "pattern:link_with_token")
    link = Entity(0, 30, "URL", 0.95, "pattern:url")
    guess = Entity(0, len(text), "SECRET", 0.8, "transformer")

    def told(*votes: Entity) -> list[str]:
        return [entity.type for entity in resolve(votes, text, kept=frozenset(), needed=lambda vote: 0.5).entities]

    assert told(secret, link) == ["SECRET"]
    assert told(guess, link) == ["URL"]
