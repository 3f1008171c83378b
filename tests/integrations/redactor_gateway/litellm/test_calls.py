"""A call's request and its reply meet, and no other call's."""

import pytest

from redactor.testing import in_memory
from redactor_gateway.conversations import Placed
from redactor_gateway.keys import Client
from redactor_gateway.litellm.calls import Call, Calls
from redactor_gateway.problems import ProblemError
from redactor_gateway.replies import Outgoing
from tests.integrations.redactor_gateway.llm import KNOWN


@pytest.fixture
def call() -> Call:
    """Any call."""
    with in_memory(KNOWN) as redactor:
        chat = redactor.passing_conversation()
        return Call(Placed(chat, "nameless", Client("x")), Outgoing(chat))


def test_a_call_is_found_by_its_own_caller_and_id_alone(call: Call) -> None:
    calls = Calls(10.0, 10)
    calls.begin(("a", "1"), call)
    assert calls.find(("a", "1")) is call
    assert calls.find(("b", "1")) is None
    assert calls.find(("a", "2")) is None
    calls.end(("a", "1"))
    assert calls.find(("a", "1")) is None


def test_an_id_that_is_in_use_is_refused_and_the_first_call_stays(call: Call) -> None:
    calls = Calls(10.0, 10)
    calls.begin(("a", "1"), call)
    with pytest.raises(ProblemError, match="in use"):
        calls.begin(("a", "1"), Call(call.placed, call.out, answered=b"other"))
    assert calls.find(("a", "1")) is call


def test_a_call_nobody_asks_for_is_forgotten(call: Call) -> None:
    now = [0.0]
    calls = Calls(10.0, 10, lambda: now[0])
    for number in range(3):
        calls.begin(("a", str(number)), call)
    now[0] = 9.0
    assert calls.find(("a", "0")) is call
    now[0] = 10.0
    assert [calls.find(("a", str(number))) is call for number in range(3)] == [True, False, False]
    assert len(calls) == 1


def test_of_too_many_the_oldest_go(call: Call) -> None:
    calls = Calls(10.0, 2)
    calls.begin(("a", "1"), call)
    calls.begin(("a", "2"), call)
    calls.find(("a", "1"))
    calls.begin(("a", "3"), call)
    assert [calls.find(("a", each)) is not None for each in "123"] == [True, False, True]
