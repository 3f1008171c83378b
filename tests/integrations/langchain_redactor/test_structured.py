"""Structured responses: placeholders inside the graph, the caller's own type with real values outside."""

import json
import re
import sqlite3
import traceback
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import Enum
from pathlib import Path
from typing import Annotated, Any, Literal

import pytest
from langchain.agents import create_agent
from langchain.agents.structured_output import (
    AutoStrategy,
    ProviderStrategy,
    StructuredOutputError,
    StructuredOutputValidationError,
    ToolStrategy,
)
from langchain_core.messages import AIMessage, HumanMessage, ToolMessage
from langchain_redactor.bound import KEY, Bound
from langchain_redactor.structured import SCHEMA_KEY, StructuredResponseError, relax
from langchain_redactor.testing import RecordingModel
from langgraph.checkpoint.base import BaseCheckpointSaver
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.checkpoint.sqlite import SqliteSaver
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, field_validator
from pydantic_core import PydanticCustomError
from typing_extensions import TypedDict

from redactor import Redactor
from redactor.exceptions import ConfigError, RedactorError
from redactor.testing import in_memory
from tests.integrations.langchain_redactor.conftest import Canaries, Recorder, checkpoint_bytes

NAME, EMAIL, ACCOUNT, BORN, PRICE = "Zebulon Quuxley", "zq@canary-mail.com", "8706847615", "1987-03-14", "4417.25"
SAID = f"I'm {NAME}, {EMAIL}, order {ACCOUNT}, born {BORN}, I paid {PRICE}"
TYPES: dict[str | re.Pattern[str], str] = {
    NAME: "PERSON",
    EMAIL: "EMAIL_ADDRESS",
    ACCOUNT: "ACCOUNT_ID",
    BORN: "DATE_OF_BIRTH",
    PRICE: "BANK_ACCOUNT",
}
CANARIES = Canaries(NAME, EMAIL, "+44 20 7946 0958", "4929 7123 8812 3374", PRICE, ACCOUNT)
MASKED = {"name": "[PERSON_1]", "email": "[EMAIL_ADDRESS_1]", "number": "[ACCOUNT_ID_1]"}


class Level(Enum):
    """How urgent."""

    LOW = "low"
    HIGH = "high"


def _is_an_email(text: str) -> str:
    if not re.fullmatch(r"[^@\s]+@[^@\s]+\.\w+", text):
        raise ValueError(f"no address: {text}")
    return text


class Person(BaseModel):
    """Who asks."""

    name: str = Field(min_length=13, max_length=20, alias="fullName")
    email: Annotated[str, AfterValidator(_is_an_email)]
    born: date | None = None


class Refund(BaseModel):
    """A refund to make."""

    number: str = Field(pattern=r"^\d{10}$", description="the order's number")
    account: int = Field(ge=1_000_000)
    person: Person
    lines: list[Annotated[str, Field(max_length=10)]] = []
    level: Level = Level.LOW
    price: Decimal = Field(default=Decimal(0), max_digits=6)
    note: str | None = None


class Order(BaseModel):
    """An order."""

    number: str = Field(pattern=r"^\d{10}$")


class Ticket(BaseModel):
    """Looks like an order."""

    number: str = Field(pattern=r"^\d{10}$")


@dataclass
class OrderData:
    """An order."""

    number: Annotated[str, Field(pattern=r"^\d{10}$")]
    account: int
    tags: list[str] = field(default_factory=list)


class OrderDict(TypedDict):
    """An order."""

    number: Annotated[str, Field(pattern=r"^\d{10}$")]
    account: int


class Mail(BaseModel):
    """By mail."""

    by: Literal["mail"]
    address: Annotated[str, Field(max_length=18)]


class Call(BaseModel):
    """By phone."""

    by: Literal["call"]
    account: int


class Contact(BaseModel):
    """How to answer."""

    way: Annotated[Mail | Call, Field(discriminator="by")]


ORDER_JSON = {
    "title": "OrderJson",
    "description": "An order.",
    "type": "object",
    "properties": {"number": {"type": "string", "pattern": r"^\d{10}$"}, "account": {"type": "integer"}},
    "required": ["number", "account"],
}

REFUND = {
    "number": "[ACCOUNT_ID_1]",
    "account": "[ACCOUNT_ID_1]",
    "person": {"fullName": "[PERSON_1]", "email": "[EMAIL_ADDRESS_1]", "born": "[DATE_OF_BIRTH_1]"},
    "lines": ["[ACCOUNT_ID_1]", "x"],
    "level": "high",
    "price": "[BANK_ACCOUNT_1]",
}
REAL_REFUND = Refund(
    number=ACCOUNT,
    account=int(ACCOUNT),
    person=Person(fullName=NAME, email=EMAIL, born=date(1987, 3, 14)),
    lines=[ACCOUNT, "x"],
    level=Level.HIGH,
    price=Decimal(PRICE),
)
BOTH = {"number": "[ACCOUNT_ID_1]", "account": "[ACCOUNT_ID_1]"}

CASES: dict[str, tuple[Any, dict[str, Any], Any]] = {
    "model": (Refund, REFUND, REAL_REFUND),
    "dataclass": (OrderData, BOTH, OrderData(ACCOUNT, int(ACCOUNT))),
    "typeddict": (OrderDict, BOTH, {"number": ACCOUNT, "account": int(ACCOUNT)}),
    "json": (ORDER_JSON, BOTH, {"number": ACCOUNT, "account": int(ACCOUNT)}),
    "discriminated": (
        Contact,
        {"way": {"by": "call", "account": "[ACCOUNT_ID_1]"}},
        Contact(way=Call(by="call", account=int(ACCOUNT))),
    ),
    "discriminated other": (
        Contact,
        {"way": {"by": "mail", "address": "[EMAIL_ADDRESS_1]"}},
        Contact(way=Mail(by="mail", address=EMAIL)),
    ),
}


@pytest.fixture
def bound() -> Iterator[Bound]:
    policy = {"name": "t", "types": {"BANK_ACCOUNT": {"operator": "placeholder"}}}
    with in_memory(TYPES, policy=policy) as redactor:
        yield Bound(redactor.conversation("c-1"))


def _call(name: str, args: dict[str, Any], number: int = 1) -> AIMessage:
    return AIMessage("", tool_calls=[{"name": name, "args": args, "id": f"call_{number}"}])


def _name(schema: Any) -> str:
    return str(schema["title"] if isinstance(schema, dict) else schema.__name__)


@dataclass
class Ran:
    """One run of an agent."""

    response: Any
    held: Any
    messages: list[Any]
    model: RecordingModel


def _run(bound: Bound, response_format: Any, replies: list[Any], **settings: Any) -> Ran:
    model = settings.pop("model", None) or RecordingModel(replies=replies)
    relaxed, finish = relax(response_format)
    agent = create_agent(model, [], response_format=relaxed, checkpointer=settings.pop("saver", None))
    seen = bound.chat.redact(SAID).text
    config = {"configurable": {KEY: bound, "thread_id": "t"}, **settings}
    state = agent.invoke({"messages": [HumanMessage(seen)]}, config)
    held = state.get("structured_response")
    assert finish is not None
    return Ran(finish(held, bound), held, state["messages"], model)


# what the caller gets


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("strategy", [ToolStrategy, AutoStrategy, None])
def test_by_tool_call_the_caller_gets_real_values_in_the_real_type(
    bound: Bound, case: str, strategy: Callable[[Any], Any] | None
) -> None:
    schema, masked, real = CASES[case]
    ran = _run(bound, strategy(schema) if strategy else schema, [_call(_name(schema), masked)])
    assert ran.response == real
    assert type(ran.response) is type(real)
    assert type(ran.held) is dict
    assert ran.held == masked


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("strict", [True, None])
def test_by_the_provider_the_caller_gets_the_same(bound: Bound, case: str, strict: bool | None) -> None:
    schema, masked, real = CASES[case]
    ran = _run(bound, ProviderStrategy(schema, strict=strict), [json.dumps(masked)])
    assert ran.response == real
    assert type(ran.response) is type(real)
    assert ran.held == masked
    asked = ran.model.received[0].kwargs["response_format"]["json_schema"]
    assert (asked["name"], asked.get("strict")) == (_name(schema), strict)


def test_a_provider_that_is_chosen_by_itself_gets_the_relaxed_schema(bound: Bound) -> None:
    model = RecordingModel(replies=[json.dumps(REFUND)], profile={"structured_output": True})
    ran = _run(bound, Refund, [], model=model)
    assert ran.response == REAL_REFUND
    assert "pattern" not in json.dumps(model.received[0].kwargs["response_format"])


async def test_async_the_caller_gets_the_same(bound: Bound) -> None:
    relaxed, finish = relax(Refund)
    agent = create_agent(RecordingModel(replies=[_call("Refund", REFUND)]), [], response_format=relaxed)
    seen = bound.chat.redact(SAID).text
    state = await agent.ainvoke({"messages": [HumanMessage(seen)]}, {"configurable": {KEY: bound}})
    assert finish is not None
    assert finish(state["structured_response"], bound) == REAL_REFUND


def test_without_a_response_format_nothing_is_relaxed() -> None:
    assert relax(None) == (None, None)


def test_where_the_llm_gave_no_response_there_is_none(bound: Bound) -> None:
    assert _run(bound, ProviderStrategy(ORDER_JSON), ["{}"]).response == {}
    _, finish = relax(Refund)
    assert finish is not None
    assert finish(None, bound) is None


# what the model is told


def test_the_model_is_told_the_name_the_docstring_and_the_structure(bound: Bound) -> None:
    told = _run(bound, Refund, [_call("Refund", REFUND)]).model.received[0].tools[0]["function"]
    assert (told["name"], told["description"]) == ("Refund", "A refund to make.")
    fields = told["parameters"]["properties"]
    assert fields["number"] == {"description": "the order's number", "title": "Number", "type": "string"}
    assert fields["account"]["anyOf"] == [{"type": "integer"}, {"type": "string"}]
    assert set(told["parameters"]["required"]) == {"number", "account", "person"}


def test_a_strict_schema_keeps_what_strict_providers_need(bound: Bound) -> None:
    class Strict(Order):
        model_config = ConfigDict(extra="forbid")

    ran = _run(bound, ProviderStrategy(Strict, strict=True), [json.dumps({"number": "[ACCOUNT_ID_1]"})])
    asked = ran.model.received[0].kwargs["response_format"]["json_schema"]["schema"]
    assert (asked["additionalProperties"], asked["required"]) == (False, ["number"])


def test_the_strategys_own_message_to_the_model_stays(bound: Bound) -> None:
    strategy = ToolStrategy(Order, tool_message_content="Noted.")
    ran = _run(bound, strategy, [_call("Order", {"number": "[ACCOUNT_ID_1]"})])
    assert ran.messages[-1].content == "Noted."


def test_the_usual_message_to_the_model_holds_placeholders_only(bound: Bound) -> None:
    ran = _run(bound, Order, [_call("Order", {"number": "[ACCOUNT_ID_1]"})])
    assert ran.messages[-1].content == "Returning structured response: {'number': '[ACCOUNT_ID_1]'}"


# one of several schemas


@pytest.mark.parametrize("kind", [Order, Ticket])
def test_of_two_schemas_that_look_alike_the_caller_gets_the_one_the_llm_chose(bound: Bound, kind: type) -> None:
    ran = _run(bound, ToolStrategy(Order | Ticket), [_call(kind.__name__, {"number": "[ACCOUNT_ID_1]"})])
    assert type(ran.response) is kind
    assert ran.response.number == ACCOUNT
    assert ran.held == {"number": "[ACCOUNT_ID_1]", SCHEMA_KEY: kind.__name__}


def test_a_union_may_mix_kinds_of_schemas(bound: Bound) -> None:
    union: Any = Order | OrderData | OrderDict
    assert _run(bound, ToolStrategy(union), [_call("OrderData", BOTH)]).response == OrderData(ACCOUNT, int(ACCOUNT))
    assert _run(bound, ToolStrategy(union), [_call("OrderDict", BOTH)]).response == {
        "number": ACCOUNT,
        "account": int(ACCOUNT),
    }


def test_one_of_several_json_schemas(bound: Bound) -> None:
    other = {"title": "Other", "type": "object", "properties": {"name": {"type": "string", "maxLength": 3}}}
    union = {"oneOf": [ORDER_JSON, other]}
    assert _run(bound, ToolStrategy(union), [_call("Other", {"name": "[PERSON_1]"})]).response == {"name": NAME}
    assert _run(bound, ToolStrategy(union), [_call("OrderJson", BOTH)]).response == CASES["json"][2]


def test_a_field_with_the_name_of_our_note_is_refused() -> None:
    class Clash(BaseModel):
        redactor_schema: str

    with pytest.raises(ConfigError, match="give it another name"):
        relax(ToolStrategy(Clash | Order))


def test_a_response_of_an_agent_with_other_schemas_is_refused(bound: Bound) -> None:
    _, finish = relax(ToolStrategy(Order | Ticket))
    assert finish is not None
    with pytest.raises(StructuredResponseError, match="another response_format"):
        finish({"number": "[ACCOUNT_ID_1]", SCHEMA_KEY: "Gone"}, bound)


@pytest.mark.parametrize("schema", [int, "Order", 3, list[Order]])
def test_what_is_no_schema_is_refused(schema: object) -> None:
    with pytest.raises(ConfigError, match="response_format"):
        relax(schema)


# what is wrong, and LangChain's retry


def _retried(bound: Bound, schema: Any, wrong: dict[str, Any], right: dict[str, Any], **settings: Any) -> tuple[Ran, str]:
    """A first response that does not fit and a second that does; what the model was told between them."""
    name = _name(schema)
    ran = _run(bound, ToolStrategy(schema), [_call(name, wrong), _call(name, right, 2)], **settings)
    told = [message.content for message in ran.messages if isinstance(message, ToolMessage)]
    assert len(told) == 2
    return ran, told[0]


def test_what_violates_the_real_schema_is_tried_again(bound: Bound) -> None:
    ran, told = _retried(bound, Order, {"number": "[PERSON_1]"}, {"number": "[ACCOUNT_ID_1]"})
    assert ran.response == Order(number=ACCOUNT)
    assert r"number: String should match pattern '^\d{10}$' (string_pattern_mismatch)" in told
    assert "behind a placeholder" in told
    CANARIES.nowhere_in(told, ran.messages, ran.model.received)


def test_every_misfit_is_told_with_its_place(bound: Bound) -> None:
    wrong = {**REFUND, "account": "[PERSON_1]", "lines": ["x", "[PERSON_1]"], "person": {"fullName": "Jo"}}
    _, told = _retried(bound, Refund, wrong, REFUND)
    for place in ("account: Input should be a valid integer", "lines.1: ", "person.fullName: ", "person.email: Field r"):
        assert place in told
    CANARIES.nowhere_in(told)


def test_a_misfit_without_placeholders_is_told_without_a_word_on_them(bound: Bound) -> None:
    _, told = _retried(bound, Order, {"number": "12"}, {"number": "[ACCOUNT_ID_1]"})
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
            "check": field_validator("name")(classmethod(check)),  # type: ignore[type-var]
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
    _, told = _retried(bound, schema, {"name": "[ACCOUNT_ID_1]"}, {"name": "[PERSON_1]"})
    Canaries(ACCOUNT, ACCOUNT[:4], ACCOUNT[-3:], ACCOUNT, ACCOUNT, ACCOUNT).nowhere_in(told)
    assert ACCOUNT[-2:] not in told
    assert "does not fit Quoting" in told


def test_a_check_of_the_applications_own_is_told_where_it_quotes_nothing(bound: Bound) -> None:
    schema = _quoting(lambda value: ValueError("only adults may order"))
    _, told = _retried(bound, schema, {"name": "[ACCOUNT_ID_1]"}, {"name": "[PERSON_1]"})
    assert "name: Value error, only adults may order (value_error)" in told


def test_names_the_schema_does_not_declare_are_not_told(bound: Bound) -> None:
    class Closed(BaseModel):
        model_config = ConfigDict(extra="forbid")
        counts: dict[str, int] = {}

    _, told = _retried(bound, Closed, {"[PERSON_1]": 1, "counts": {"[ACCOUNT_ID_1]": "x"}}, {})
    assert "as a whole: Extra inputs are not permitted" in told
    assert "counts: Input should be a valid integer" in told
    CANARIES.nowhere_in(told)


def _failing(bound: Bound, response_format: Any, reply: Any, **settings: Any) -> StructuredOutputValidationError:
    with pytest.raises(StructuredOutputValidationError) as caught:
        _run(bound, response_format, [reply], **settings)
    error: StructuredOutputValidationError = caught.value
    return error


def _locals(error: BaseException) -> str:
    """The error as a crash reporter sends it: with the local variables of every frame of the package and below."""
    shown, waiting = [], [error]
    while waiting:
        each = waiting.pop()
        summary = traceback.TracebackException.from_exception(each, capture_locals=True)
        ours = [line for line in summary.stack if "langchain" in line.filename or "pydantic" in line.filename]
        shown += [str(line.locals) for line in ours]
        waiting += [linked for linked in (each.__cause__, each.__context__) if linked is not None]
    return "\n".join(shown)


@pytest.mark.parametrize(
    ("strategy", "reply"),
    [
        (ToolStrategy(Order, handle_errors=False), _call("Order", {"number": "[PERSON_1]"})),
        (ProviderStrategy(Order), '{"number": "[PERSON_1]"}'),
        (ProviderStrategy(Order), '{"number": "[PERSON_1]'),
    ],
    ids=["tool", "provider", "no json"],
)
def test_the_error_that_ends_a_run_holds_nothing(
    bound: Bound, recorder: Recorder, strategy: Any, reply: Any
) -> None:
    error = _failing(bound, strategy, reply, callbacks=recorder.handlers)
    places = [error, error.source, error.ai_message, "".join(traceback.format_exception(error))]
    CANARIES.nowhere_in(*places, recorder.everything, _locals(error))


def test_handle_errors_of_the_applications_own_gets_the_masked_error(bound: Bound) -> None:
    got: list[Exception] = []

    def handle(error: Exception) -> str:
        got.append(error)
        return "again, please"

    replies = [_call("Order", {"number": "[PERSON_1]"}), _call("Order", {"number": "[ACCOUNT_ID_1]"}, 2)]
    ran = _run(bound, ToolStrategy(Order, handle_errors=handle), replies)
    assert ran.messages[2].content == "again, please"
    assert isinstance(got[0], StructuredOutputValidationError)
    CANARIES.nowhere_in(got, _locals(got[0]))


def test_outside_of_a_bound_run_no_response_is_taken() -> None:
    relaxed, _ = relax(ProviderStrategy(Order))
    agent = create_agent(RecordingModel(replies=['{"number": "[ACCOUNT_ID_1]"}']), [], response_format=relaxed)
    with pytest.raises(StructuredOutputValidationError, match="no conversation is bound"):
        agent.invoke({"messages": [HumanMessage("hi")]})


def test_a_response_whose_values_are_gone_is_refused_and_says_nothing(bound: Bound) -> None:
    ran = _run(bound, Refund, [_call("Refund", REFUND)])
    _, finish = relax(Refund)
    assert finish is not None
    bound.chat.forget()
    with pytest.raises(StructuredResponseError, match="does not fit Refund: number: String should match") as caught:
        finish(ran.held, bound)
    assert isinstance(caught.value, RedactorError)
    assert isinstance(caught.value, StructuredOutputError)
    CANARIES.nowhere_in(caught.value, _locals(caught.value))


# what is kept


@pytest.mark.parametrize("kind", ["memory", "sqlite"])
def test_checkpoints_traces_and_the_model_hold_placeholders_only(
    bound: Bound, recorder: Recorder, tmp_path: Path, kind: str
) -> None:
    connection = sqlite3.connect(tmp_path / "c.db", check_same_thread=False)
    saver: BaseCheckpointSaver[Any] = InMemorySaver() if kind == "memory" else SqliteSaver(connection)
    wrong = {**REFUND, "account": "[PERSON_1]"}
    ran, _ = _retried(bound, Refund, wrong, REFUND, saver=saver, callbacks=recorder.handlers)
    assert ran.response == REAL_REFUND
    held = checkpoint_bytes(saver)
    connection.close()
    assert any(b"ACCOUNT_ID_1" in piece for piece in held)
    CANARIES.nowhere_in(held, tmp_path, recorder.everything, ran.model.received, ran.held)


def test_two_conversations_at_once_each_get_their_own_values(bound: Bound, canary_redactor: Redactor) -> None:
    other = Bound(canary_redactor.conversation("c-2"))
    other.chat.redact(f"order {Canaries().account}")
    _, finish = relax(OrderDict)
    assert finish is not None
    bound.chat.redact(SAID)
    held = {"number": "[ACCOUNT_ID_1]", "account": "[ACCOUNT_ID_1]"}
    assert finish(held, other)["number"] == Canaries().account
    assert finish(held, bound)["number"] == ACCOUNT


def test_the_response_in_the_state_is_not_changed(bound: Bound) -> None:
    ran = _run(bound, OrderDict, [_call("OrderDict", BOTH)])
    assert ran.held == BOTH


def test_the_graph_still_describes_itself() -> None:
    relaxed, _ = relax(Refund)
    agent = create_agent(RecordingModel(replies=["x"]), [], response_format=relaxed)
    assert "structured_response" in agent.get_output_jsonschema()["properties"]
