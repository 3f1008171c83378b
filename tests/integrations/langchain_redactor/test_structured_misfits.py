"""Responses that do not fit: what the LLM is told, so that it tries again, and what a failed run leaves behind."""

import traceback
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from langchain.agents import create_agent
from langchain.agents.structured_output import (
    ProviderStrategy,
    StructuredOutputError,
    StructuredOutputValidationError,
    ToolStrategy,
)
from langchain_core.messages import HumanMessage
from pydantic import BaseModel, ConfigDict, field_validator
from pydantic_core import PydanticCustomError

from langchain_redactor.bound import Bound
from langchain_redactor.structured import StructuredResponseError, relax
from langchain_redactor.testing import RecordingModel
from redactor.exceptions import DetectionError, RedactorError
from tests.integrations.langchain_redactor.conftest import Canaries, Recorder
from tests.integrations.langchain_redactor.structured_runs import (
    ACCOUNT,
    CANARIES,
    EMAIL,
    NAME,
    REFUND,
    Order,
    Refund,
    bound_customer,
    call_of,
    retried,
    run,
)


@pytest.fixture
def bound() -> Iterator[Bound]:
    with bound_customer() as made:
        yield made


def test_what_violates_the_real_schema_is_tried_again(bound: Bound) -> None:
    ran, told = retried(bound, Order, {"number": "[PERSON_1]"}, {"number": "[ACCOUNT_ID_1]"})
    assert ran.response == Order(number=ACCOUNT)
    assert r"number: String should match pattern '^\d{10}$' (string_pattern_mismatch)" in told
    assert "behind a placeholder" in told
    CANARIES.nowhere_in(told, ran.messages, ran.model.received)


def test_every_misfit_is_told_with_its_place(bound: Bound) -> None:
    wrong = {**REFUND, "account": "[PERSON_1]", "lines": ["x", "[PERSON_1]"], "person": {"fullName": "Jo"}}
    _, told = retried(bound, Refund, wrong, REFUND)
    for place in (
        "account: Input should be a valid integer",
        "lines.1: ",
        "person.fullName: ",
        "person.email: Field r",
    ):
        assert place in told
    CANARIES.nowhere_in(told)


def test_a_misfit_without_placeholders_is_told_without_a_word_on_them(bound: Bound) -> None:
    _, told = retried(bound, Order, {"number": "12"}, {"number": "[ACCOUNT_ID_1]"})
    assert "behind a placeholder" not in told


def _quoting(quote: Callable[[str], Exception]) -> type[BaseModel]:
    def check(cls: type, value: str) -> str:
        if value != NAME:
            raise quote(value)
        return value

    return type(
        "Quoting",
        (BaseModel,),
        {
            "__module__": __name__,
            "__annotations__": {"name": str},
            "check": field_validator("name")(classmethod(check)),
        },
    )


QUOTES: dict[str, Callable[[str], Exception]] = {
    "whole": lambda value: ValueError(f"no such order: {value}"),
    "a piece": lambda value: ValueError(f"must not begin with {value[:4]}"),
    "two digits": lambda value: AssertionError(f"must not end in {value[-2:]}"),
    "of its own kind": lambda value: PydanticCustomError("odd", "not {it}", {"it": value}),
    "under a known kind": lambda value: PydanticCustomError("string_type", "not {it}", {"it": value}),
    "something else": lambda value: KeyError(value),
}


@pytest.mark.parametrize("quote", QUOTES)
def test_a_check_of_the_applications_own_may_quote_the_value(bound: Bound, quote: str) -> None:
    schema = _quoting(QUOTES[quote])
    _, told = retried(bound, schema, {"name": "[ACCOUNT_ID_1]"}, {"name": "[PERSON_1]"})
    Canaries(ACCOUNT, ACCOUNT[:4], ACCOUNT[-3:], ACCOUNT, ACCOUNT, ACCOUNT).nowhere_in(told)
    assert ACCOUNT[-2:] not in told
    assert "does not fit Quoting" in told


def test_a_check_of_the_applications_own_is_told_where_it_quotes_nothing(bound: Bound) -> None:
    schema = _quoting(lambda value: ValueError("only adults may order"))
    _, told = retried(bound, schema, {"name": "[ACCOUNT_ID_1]"}, {"name": "[PERSON_1]"})
    assert "name: Value error, only adults may order (value_error)" in told


def test_values_a_check_quotes_are_told_as_their_placeholders(bound: Bound) -> None:
    schema = _quoting(lambda value: ValueError(f"{value} is not booked by {EMAIL}"))
    _, told = retried(bound, schema, {"name": "[ACCOUNT_ID_1]"}, {"name": "[PERSON_1]"})
    assert "name: Value error, [ACCOUNT_ID_1] is not booked by [EMAIL_ADDRESS_1] (value_error)" in told


def test_what_a_check_says_is_not_told_where_it_could_not_be_redacted(
    bound: Bound, monkeypatch: pytest.MonkeyPatch
) -> None:
    def down(*args: object, **settings: object) -> str:
        raise DetectionError("fake", "out of order")

    schema = _quoting(lambda value: ValueError("only adults may order"))
    monkeypatch.setattr(type(bound.chat), "redact_value", down)
    _, told = retried(bound, schema, {"name": "[ACCOUNT_ID_1]"}, {"name": "[PERSON_1]"})
    assert "name: does not pass the check of its own" in told


def test_names_the_schema_does_not_declare_are_not_told(bound: Bound) -> None:
    class Closed(BaseModel):
        model_config = ConfigDict(extra="forbid")
        counts: dict[str, int] = {}

    _, told = retried(bound, Closed, {"[PERSON_1]": 1, "counts": {"[ACCOUNT_ID_1]": "x"}}, {})
    assert "as a whole: Extra inputs are not permitted" in told
    assert "counts: Input should be a valid integer" in told
    CANARIES.nowhere_in(told)


def _failing(bound: Bound, response_format: Any, reply: Any, **settings: Any) -> StructuredOutputValidationError:
    with pytest.raises(StructuredOutputValidationError) as caught:
        run(bound, response_format, [reply], **settings)
    error: StructuredOutputValidationError = caught.value
    return error


def _locals(error: BaseException) -> str:
    """What a crash reporter sends: the local variables of every frame but this file's own."""
    shown, waiting = [], [error]
    while waiting:
        each = waiting.pop()
        summary = traceback.TracebackException.from_exception(each, capture_locals=True)
        shown += [str(line.locals) for line in summary.stack if line.filename != __file__]
        waiting += [linked for linked in (each.__cause__, each.__context__) if linked is not None]
    return "\n".join(shown)


@pytest.mark.parametrize(
    ("strategy", "reply"),
    [
        (ToolStrategy(Order, handle_errors=False), call_of("Order", {"number": "[PERSON_1]"})),
        (ProviderStrategy(Order), '{"number": "[PERSON_1]"}'),
        (ProviderStrategy(Order), '{"number": "[PERSON_1]'),
    ],
    ids=["tool", "provider", "no json"],
)
def test_the_error_that_ends_a_run_holds_nothing(bound: Bound, recorder: Recorder, strategy: Any, reply: Any) -> None:
    error = _failing(bound, strategy, reply, callbacks=recorder.handlers)
    places = [error, error.source, error.ai_message, "".join(traceback.format_exception(error))]
    CANARIES.nowhere_in(*places, recorder.everything, _locals(error))


def test_handle_errors_of_the_applications_own_gets_the_masked_error(bound: Bound) -> None:
    got: list[Exception] = []

    def handle(error: Exception) -> str:
        got.append(error)
        return "again, please"

    replies = [call_of("Order", {"number": "[PERSON_1]"}), call_of("Order", {"number": "[ACCOUNT_ID_1]"}, 2)]
    ran = run(bound, ToolStrategy(Order, handle_errors=handle), replies)
    assert ran.messages[2].content == "again, please"
    assert isinstance(got[0], StructuredOutputValidationError)
    CANARIES.nowhere_in(got, _locals(got[0]))


def test_outside_of_a_bound_run_no_response_is_taken() -> None:
    relaxed, _ = relax(ProviderStrategy(Order))
    agent = create_agent(RecordingModel(replies=['{"number": "[ACCOUNT_ID_1]"}']), [], response_format=relaxed)
    with pytest.raises(StructuredOutputValidationError, match="no conversation is bound"):
        agent.invoke({"messages": [HumanMessage("hi")]})


def test_a_response_whose_values_are_gone_is_refused_and_says_nothing(bound: Bound) -> None:
    ran = run(bound, Refund, [call_of("Refund", REFUND)])
    _, finish = relax(Refund)
    assert finish is not None
    bound.chat.forget()
    with pytest.raises(StructuredResponseError, match="does not fit Refund: number: String should match") as caught:
        finish(ran.held, bound)
    assert isinstance(caught.value, RedactorError)
    assert isinstance(caught.value, StructuredOutputError)
    CANARIES.nowhere_in(caught.value, _locals(caught.value))
