"""Exceptions leave masked, as the objects they were, and from clean frames."""

import asyncio
import traceback
from collections.abc import Callable

import pytest
from langgraph.errors import GraphInterrupt
from pydantic import BaseModel, ValidationError

from langchain_redactor.errors import MaskedError, aattempt, attempt, mask
from redactor import Redactor
from redactor.exceptions import BlockedError
from tests.integrations.langchain_redactor.conftest import CANARIES, Canaries

NAME, MAIL = CANARIES.name, CANARIES.email


class _Order(BaseModel):
    number: int


class _Told(Exception):
    """Makes its text of an attribute."""

    def __init__(self, who: str) -> None:
        self.who = who

    def __str__(self) -> str:
        return f"who: {self.who}"


class _Slotted(Exception):
    __slots__ = ("who",)

    def __init__(self, who: str) -> None:
        self.who = who

    def __str__(self) -> str:
        return f"who: {self.who}"


class _Response:
    """Such as an HTTP client hangs on its exceptions."""

    def __init__(self) -> None:
        self.body = MAIL


class _Answered(Exception):
    def __init__(self) -> None:
        super().__init__(f"refused for {MAIL}")
        self.response = _Response()
        self.status_code = 429


def _plain() -> None:
    raise ValueError(f"bad {MAIL}", {NAME: [MAIL]})


def _chained() -> None:
    try:
        _plain()
    except ValueError as error:
        raise RuntimeError(f"cannot go on for {NAME}") from error


def _in_context() -> None:
    try:
        _plain()
    except ValueError:
        raise RuntimeError("said nothing itself")  # noqa: B904


def _noted() -> None:
    error = ValueError("x")
    error.add_note(f"while asking {NAME}")
    raise error


def _grouped() -> None:
    raise ExceptionGroup(f"for {NAME}", [_Told(NAME), ValueError(MAIL)])


def _undecodable() -> None:
    f"{NAME}\udcff".encode().decode("ascii")


def _no_attribute() -> None:
    _Response().nothing  # type: ignore[attr-defined]  # noqa: B018


FAILURES: dict[str, Callable[[], object]] = {
    "arguments": _plain,
    "cause": _chained,
    "context": _in_context,
    "note": _noted,
    "group": _grouped,
    "pydantic": lambda: _Order.model_validate({"number": NAME}),
    "key": lambda: dict[str, int]()[NAME],
    "file": lambda: open(f"/no/such/{NAME}"),  # noqa: PTH123, SIM115
    "undecodable": _undecodable,
    "attribute of an object": _no_attribute,
}


@pytest.mark.parametrize("name", FAILURES)
def test_nothing_personal_is_left_of_it(name: str, canary_redactor: Redactor, canaries: Canaries) -> None:
    outcome = attempt(canary_redactor.conversation("c"), FAILURES[name])
    assert outcome.error is not None
    canaries.nowhere_in(outcome.error, *(vars(outcome.error).values()))
    with pytest.raises(type(outcome.error)) as raised:
        outcome.get()
    frames = traceback.walk_tb(raised.value.__traceback__)
    for frame, _ in list(frames)[1:]:  # the first is this test's own
        canaries.nowhere_in(*frame.f_locals.values())


@pytest.mark.parametrize(
    ("error", "said"), [(_Told(NAME), "who: [PERSON_1]"), (_Answered(), "refused for [EMAIL_ADDRESS_1]")]
)
def test_the_type_stays_and_attributes_are_masked(error: Exception, said: str, canary_redactor: Redactor) -> None:
    kind = type(error)
    safe = mask(error, canary_redactor.conversation("c"))
    assert safe is error
    assert type(safe) is kind
    assert str(safe) == said
    assert getattr(safe, "status_code", 429) == 429
    assert getattr(safe, "response", None) is None


def test_one_that_cannot_be_changed_is_replaced_and_named(canary_redactor: Redactor) -> None:
    safe = mask(_Slotted(NAME), canary_redactor.conversation("c"))
    assert isinstance(safe, MaskedError)
    assert str(safe) == "_Slotted: who: [PERSON_1]"


def test_pydantics_own_keeps_type_place_and_kind_without_the_input(canary_redactor: Redactor) -> None:
    outcome = attempt(canary_redactor.conversation("c"), lambda: _Order.model_validate({"number": NAME}))
    assert isinstance(outcome.error, ValidationError)
    (line,) = outcome.error.errors()
    assert line["loc"] == ("number",)
    assert line["type"] == "int_parsing"


def test_a_note_says_where_it_was_raised(canary_redactor: Redactor) -> None:
    outcome = attempt(canary_redactor.conversation("c"), _plain)
    assert outcome.error is not None
    (note,) = outcome.error.__notes__
    assert "in _plain" in note


def test_signals_and_our_own_errors_go_through(canary_redactor: Redactor) -> None:
    chat = canary_redactor.conversation("c")
    for error in (GraphInterrupt(()), BlockedError(("PERSON",)), KeyboardInterrupt()):
        assert mask(error, chat) is error


def test_what_cannot_be_checked_is_withheld(canary_redactor: Redactor, monkeypatch: pytest.MonkeyPatch) -> None:
    chat = canary_redactor.conversation("c")
    monkeypatch.setattr(chat, "redact_value", _raises)
    safe = mask(ValueError(NAME), chat)
    CANARIES.nowhere_in(safe)
    assert "withheld" in str(safe)


def _raises(*args: object, **kwargs: object) -> object:
    raise BlockedError(("PERSON",))


async def test_the_same_for_a_coroutine(canary_redactor: Redactor, canaries: Canaries) -> None:
    async def fails() -> None:
        await asyncio.sleep(0)
        _plain()

    outcome = await aattempt(canary_redactor.conversation("c"), fails)
    canaries.nowhere_in(outcome.error)
    assert isinstance(outcome.error, ValueError)
