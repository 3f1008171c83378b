"""A nameless conversation goes on where the last request left it, and reads as if it began anew each time."""

import json
import re
import threading
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from redactor.secret import Secret
from redactor.testing import assert_no_leak
from redactor_gateway.answers import answer
from redactor_gateway.beginnings import Beginnings
from redactor_gateway.conversations import Conversations
from redactor_gateway.keys import Client
from redactor_gateway.walk import Question
from tests.integrations.redactor_gateway.llm import MAIL, NAME, ORDER, OTHER, ask, knowing, standing

SHOP, CAFE = Client("shop"), Client("cafe")
TEXTS = (NAME, "crystal minh", OTHER, MAIL, ORDER, "8706", "[PERSON_1]", "[PERSON_2]", "Customer7", "ok", "Paula")


def asked_of(system: str, *said: str) -> list[Question]:
    """The questions of a request: the customer and the LLM said this, in turn."""
    roles: Any = ("customer", "assistant")
    turns = [Question(text, roles[at % 2], "", is_turn=True) for at, text in enumerate(said)]
    return [Question(system, "system"), *turns]


def answered(place: Conversations, client: Client, questions: Sequence[Question], reply: str) -> int:
    """Answer a request and put it away as the doors do: how many of its questions were known."""
    placed, known = place.resumed(place.place(client, {}), questions)
    answer(questions, placed.chat, placed.history, known)
    if place.is_worth(placed, questions):
        place.put_away(placed, questions, [reply])
    return known


sentences = st.lists(st.sampled_from(TEXTS), min_size=1, max_size=3).map(", ".join)


@settings(max_examples=5, deadline=None)
@given(sentences, st.lists(sentences, min_size=5, max_size=9), st.data())
def test_it_reads_as_if_it_began_anew(system: str, said: list[str], data: st.DataObject) -> None:
    reads_alike(system, said, data)


@pytest.mark.soak
@settings(max_examples=150, deadline=None)
@given(sentences, st.lists(sentences, min_size=5, max_size=15), st.data())
def test_it_reads_as_if_it_began_anew_always(system: str, said: list[str], data: st.DataObject) -> None:
    reads_alike(system, said, data)


def reads_alike(system: str, said: list[str], data: st.DataObject) -> None:
    """A conversation that goes on and one that begins anew with every request."""
    with knowing() as redactor:
        going_on, anew = Conversations(redactor, 1000), Conversations(redactor, 0)
        for end in range(1, len(said) + 1, 2):
            reply = said[end] if end < len(said) else "Bye"
            if data.draw(st.booleans()):
                reply = f"{reply}."  # the client changes what it was told: then it is looked at anew
            one, other = asked_of(system, *said[:end]), asked_of(system, *said[:end])
            answered(going_on, SHOP, one, reply)
            assert answered(anew, SHOP, other, reply) == 0
            assert [unnumbered(each) for each in one] == [unnumbered(each) for each in other]


def unnumbered(question: Question) -> str:
    """What is masked, whatever its number: what was learned from a text beside the turns is known earlier where the
    conversation goes on."""
    return re.sub(r"_\d+\]", "]", question.answer)


def test_what_was_answered_is_known_again_to_the_same_caller_alone() -> None:
    with knowing() as redactor:
        place = Conversations(redactor, 1000)
        said = (f"I am {NAME}", "Hello", MAIL, f"Dear {NAME}", "Thanks")
        assert answered(place, SHOP, asked_of("Be kind", *said[:3]), said[3]) == 0
        assert answered(place, CAFE, asked_of("Be kind", *said), "Bye") == 0
        assert answered(place, SHOP, asked_of("Be brief", *said), "Bye") == 0
        assert answered(place, SHOP, asked_of("Be kind", *said), "Bye") == 5
        assert answered(Conversations(redactor, 1000), SHOP, asked_of("Be kind", *said), "Bye") == 0
        assert_no_leak([NAME, MAIL, "Be kind", "[PERSON_1]"], place._beginnings._away)


def test_a_request_that_nobody_went_on_with_is_not_put_away() -> None:
    with knowing() as redactor:
        place = Conversations(redactor, 1000)
        answered(place, SHOP, asked_of("Be kind", NAME), "Hello")
        assert len(place._beginnings) == 0
        later = [*asked_of("Be kind", NAME, "Hello", "Bye"), Question("metadata", "tool")]
        answered(place, SHOP, later, "Bye")
        assert len(place._beginnings) == 0


def test_the_customers_last_turn_is_always_taken_in_anew() -> None:
    beginnings = Beginnings()
    questions = asked_of("Be kind", "a", "b", "c", "d")
    beginnings.keep("shop", questions, lambda key: b"sealed")
    assert beginnings.longest("shop", questions) == (0, None)
    assert beginnings.longest("shop", [*questions, Question("x", "tool", "", is_turn=True)]) == (0, None)
    count, away = beginnings.longest("shop", asked_of("Be kind", "a", "b", "c", "d", "e"))
    assert (count, away is not None) == (5, True)


def test_no_two_lists_of_questions_are_taken_for_each_other() -> None:
    keys: list[Secret[bytes]] = []
    beginnings = Beginnings()
    a, b = Question("a", "assistant", "", is_turn=True), Question("b", "assistant", "", is_turn=True)
    lists = [
        [a, b],
        [Question("ab", "assistant", "", is_turn=True)],
        [a, Question("b", "customer", "", is_turn=True)],
        [a, Question("b", "assistant", "")],
        [a, Question("b", "assistant", None)],
        [a, Question("b", "assistant", "None")],
        [a, Question("b", "assistant", "", is_turn=True, echoes=frozenset({"[PERSON_1]"}))],
        [a, Question(1, "assistant", "")],
        [a, Question("1", "assistant", "")],
        [a, Question(1.0, "assistant", "")],
    ]
    for each in lists:
        beginnings.keep("shop", each, lambda key: keys.append(key) or b"sealed")  # type: ignore[func-returns-value]
    beginnings.keep("cafe", lists[0], lambda key: keys.append(key) or b"sealed")  # type: ignore[func-returns-value]
    assert len({key.reveal() for key in keys}) == len(lists) + 1 == len(beginnings)


def test_only_so_much_is_kept_and_only_so_long() -> None:
    now = [0.0]
    beginnings = Beginnings(1000, lambda: now[0])
    for name in "abcde":
        beginnings.keep("shop", asked_of("", name, "reply"), lambda key: bytes(300))
    assert len(beginnings) == 3
    beginnings.keep("shop", asked_of("", "large", "reply"), lambda key: bytes(2**20 + 1))
    beginnings.keep("shop", asked_of("", "guess", "reply"), lambda key: None)
    assert len(beginnings) == 3
    assert beginnings.longest("shop", asked_of("", "e", "reply", "more"))[0] == 3
    now[0] = 3601.0
    assert beginnings.longest("shop", asked_of("", "e", "reply", "more"))[0] == 0
    assert len(beginnings) == 0


def test_over_the_wire_a_stream_and_a_whole_reply_go_on_alike(monkeypatch: Any) -> None:
    known: list[int] = []
    away = threading.Semaphore(0)
    resumed, put_away = Conversations.resumed, Conversations.put_away

    def noted(self: Conversations, placed: Any, questions: Any) -> Any:
        given = resumed(self, placed, questions)
        known.append(given[1])
        return given

    def waited_for(self: Conversations, *what: Any) -> None:
        put_away(self, *what)
        away.release()

    monkeypatch.setattr(Conversations, "resumed", noted)
    monkeypatch.setattr(Conversations, "put_away", waited_for)
    with standing("Noted, [PERSON_1].") as stand:
        history: list[Any] = [{"role": "system", "content": f"Ask {OTHER}"}]
        for number in range(5):
            history += ask(f"Customer{number} knows {NAME}")
            body = {"model": "gpt-4o", "messages": history, "stream": number == 2}
            told = stand.post("/v1/chat/completions", body)
            assert told.status_code == 200
            history = [*history, {"role": "assistant", "content": f"Noted, {OTHER}."}]
            assert number == 0 or away.acquire(timeout=20)
        asked = [sent["messages"] for sent in stand.model.asked]
        assert all(longer[: len(shorter)] == shorter for shorter, longer in pairwise(asked))
        assert_no_leak([NAME, "Customer3"], json.dumps(asked))
    assert known == [0, 0, 5, 7, 9]
