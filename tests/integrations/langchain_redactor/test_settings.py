"""Arguments beside the input: what is personal is redacted, what is the program's own stays to the letter."""

from typing import Any

import pytest
from langchain_core.tools import tool
from langchain_core.utils.function_calling import convert_to_openai_tool
from pydantic import BaseModel

from langchain_redactor.bound import Bound
from langchain_redactor.settings import redact_settings
from langchain_redactor.testing import RecordingModel
from redactor import Redactor

from .conftest import CANARIES, Canaries


@tool
def issue_refund(order_id: str, amount: float, reason: str) -> str:
    """Issue a refund for an order."""
    return ""


class Joke(BaseModel):
    """A joke."""

    setup: str
    punchline: str


OWN: dict[str, Any] = {
    "tools": [convert_to_openai_tool(issue_refund), issue_refund, Joke, {"type": "web_search"}],
    "tool_choice": {"type": "function", "function": {"name": "issue_refund"}},
    "response_format": {"type": "json_schema", "json_schema": {"name": "Joke", "schema": Joke.model_json_schema()}},
    "model": "openai/gpt-4.1-mini",
    "stop": ["\nObservation:"],
    "seed": 1234567890,
    "temperature": 0.2,
    "extra": {"fallback": RecordingModel(), "limits": [10, None, True]},
    "stream_mode": ["values", "messages"],
    "reasoning": {"effort": "high"},
}


@pytest.fixture
def bound(canary_redactor: Redactor) -> Bound:
    return Bound(canary_redactor.conversation("c-1"))


def test_what_is_the_programs_own_stays(shipped_redactor: Redactor) -> None:
    bound = Bound(shipped_redactor.conversation("settings"))
    assert redact_settings(OWN, bound) == OWN


@pytest.mark.parametrize(
    "settings",
    [
        {"user": CANARIES.email},
        {"stop": [CANARIES.name]},
        {"metadata": {"customer": int(CANARIES.account), CANARIES.phone: "phone"}},
        {"extra": {"tools": [issue_refund], "for": [CANARIES.name, {"mail": CANARIES.email}]}},
        {"tools": [{"name": "look_up", "description": f"Orders of {CANARIES.name}"}]},
        {"tools": [{"parameters": {"properties": {"mail": {"enum": [CANARIES.email], "default": CANARIES.email}}}}]},
        {"tools": [{"parameters": {"properties": {CANARIES.email: {"type": "string"}}}}]},
        {"tool_choice": CANARIES.account},
        {"model": CANARIES.email},
    ],
    ids=["text", "list", "number and key", "beside code", "description", "enum", "property", "choice", "model"],
)
def test_what_is_personal_is_redacted(bound: Bound, canaries: Canaries, settings: dict[str, Any]) -> None:
    changed = redact_settings(settings, bound)
    assert changed.keys() == settings.keys()
    canaries.nowhere_in(changed)


def test_a_property_may_be_called_description(bound: Bound) -> None:
    schema = {"properties": {"description": {"type": "string"}, "enum": {"type": "string"}}}
    assert redact_settings({"response_format": schema}, bound) == {"response_format": schema}


def test_a_sample_value_is_looked_at_even_where_it_is_one_word(bound: Bound, canaries: Canaries) -> None:
    bound.chat.redact(f"I am {canaries.name}")
    surname = canaries.name.split()[1]
    assert redact_settings({"tools": [{"enum": [surname]}]}, bound) == {"tools": [{"enum": ["[PERSON_1]"]}]}
