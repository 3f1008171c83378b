"""Schemas of responses, and an agent of LangChain's that gives one, for the tests of structured responses."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import Enum
from typing import Annotated, Any, Literal

from langchain.agents import create_agent
from langchain.agents.structured_output import (
    ToolStrategy,
)
from langchain_core.messages import AIMessage, HumanMessage, ToolMessage
from pydantic import AfterValidator, BaseModel, Field
from typing_extensions import TypedDict

from langchain_redactor.bound import KEY, Bound
from langchain_redactor.structured import relax
from langchain_redactor.testing import RecordingModel
from redactor.policy import Policy
from redactor.testing import in_memory
from tests.integrations.langchain_redactor.conftest import Canaries

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


@contextmanager
def bound_customer() -> Iterator[Bound]:
    """A conversation in which nothing was said yet, and whose values are all reversible."""
    policy = Policy.from_dict({"name": "t", "types": {"BANK_ACCOUNT": {"operator": "placeholder"}}})
    with in_memory(TYPES, policy=policy) as redactor:
        yield Bound(redactor.conversation("c-1"))


def call_of(name: str, args: dict[str, Any], number: int = 1) -> AIMessage:
    """What the LLM says to give a response."""
    return AIMessage("", tool_calls=[{"name": name, "args": args, "id": f"call_{number}"}])


def name_of(schema: Any) -> str:
    """What the LLM calls it."""
    return str(schema["title"] if isinstance(schema, dict) else schema.__name__)


@dataclass
class Ran:
    """One run of an agent."""

    response: Any
    held: Any
    messages: list[Any]
    model: RecordingModel


def run(bound: Bound, response_format: Any, replies: list[Any], **settings: Any) -> Ran:
    """Let an agent answer what the customer said; `settings`: a model, a saver, or parts of the config."""
    model = settings.pop("model", None) or RecordingModel(replies=replies)
    relaxed, finish = relax(response_format)
    agent = create_agent(model, [], response_format=relaxed, checkpointer=settings.pop("saver", None))
    seen = bound.chat.redact(SAID).text
    config: Any = {"configurable": {KEY: bound, "thread_id": "t"}, **settings}
    state = agent.invoke({"messages": [HumanMessage(seen)]}, config)
    held = state.get("structured_response")
    assert finish is not None
    return Ran(finish(held, bound), held, state["messages"], model)


def retried(
    bound: Bound, schema: Any, wrong: dict[str, Any], right: dict[str, Any], **settings: Any
) -> tuple[Ran, str]:
    """A first response that does not fit and a second that does; what the model was told between them."""
    name = name_of(schema)
    ran = run(bound, ToolStrategy(schema), [call_of(name, wrong), call_of(name, right, 2)], **settings)
    told = [str(message.content) for message in ran.messages if isinstance(message, ToolMessage)]
    assert len(told) == 2
    return ran, told[0]
