"""Any value in and out: states, commands, objects; what cannot be searched is refused."""

import re
from collections import OrderedDict, defaultdict, deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import Enum
from functools import cached_property
from pathlib import PurePosixPath
from typing import Any, NamedTuple
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st
from langchain_core.documents import Document
from langchain_core.messages import AIMessage, BaseMessage, HumanMessage, ToolMessage
from langchain_core.prompt_values import ChatPromptValue
from langgraph.types import Command, Interrupt, Overwrite, Send
from pydantic import BaseModel, ConfigDict, PrivateAttr

from langchain_redactor.bound import Bound
from langchain_redactor.values import redact_value, restore_value
from redactor import Redactor
from redactor.exceptions import ConfigError
from redactor.testing import assert_no_leak, in_memory

NAME, MAIL, ORDER = "Zebulon Quuxley", "zeb.quux@canary-mail.com", 8706847615
TYPES: dict[str | re.Pattern[str], str] = {NAME: "PERSON", MAIL: "EMAIL_ADDRESS", str(ORDER): "ACCOUNT_ID"}
CANARIES = [NAME, MAIL, str(ORDER), "Zebulon"]


@pytest.fixture
def redactor() -> Iterator[Redactor]:
    with in_memory(TYPES) as made:
        yield made


@pytest.fixture
def bound(redactor: Redactor) -> Bound:
    return Bound(redactor.conversation("c-1"))


class Colour(Enum):
    RED = "red"


class Pair(NamedTuple):
    left: Any
    right: Any


@dataclass(frozen=True)
class Order:
    number: int
    buyer: str
    notes: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Slotted:
    buyer: str
    number: int | None = None


class Profile(BaseModel):
    model_config = ConfigDict(frozen=True, extra="allow")

    name: str
    order: int
    _seen: str = PrivateAttr(default="")

    @cached_property
    def shout(self) -> str:
        return self.name.upper()


def profile() -> Profile:
    made = Profile.model_validate({"name": NAME, "order": ORDER, "also": MAIL})
    made._seen = NAME
    return made


VALUES: dict[str, Any] = {
    "text": f"I am {NAME}",
    "number": ORDER,
    "nested": {"a": [NAME, {"b": (MAIL, ORDER)}], NAME: {MAIL}},
    "frozenset": frozenset({NAME}),
    "deque": deque([NAME], maxlen=3),
    "ordered": OrderedDict(a=NAME),
    "defaultdict": defaultdict(list, a=[NAME]),
    "namedtuple": Pair(NAME, [ORDER]),
    "dataclass": Order(ORDER, NAME, [MAIL]),
    "slots": Slotted(NAME, ORDER),
    "model": profile(),
    "document": Document(f"{NAME} bought", metadata={"author": NAME, "n": ORDER}, id="doc of " + NAME),
    "path": PurePosixPath(f"/home/{NAME}/x"),
    "send": Send("node", {"who": NAME}),
    "interrupt": Interrupt(value={"ask": NAME}, id="0" * 32),
    "overwrite": Overwrite([NAME]),
    "command": Command(update={"who": NAME}, resume={"0" * 32: MAIL}, goto=[Send("n", {"o": ORDER}), "next"]),
    "message": HumanMessage(NAME, id="m of " + NAME),
}


def plain(value: Any) -> Any:
    """Something to compare: LangGraph's `Send` compares by identity of its timeouts and the like."""
    return (value.node, value.arg) if isinstance(value, Send) else value


@pytest.mark.parametrize("kind", VALUES)
def test_every_shape_of_value_goes_in_without_values_and_comes_back(bound: Bound, kind: str) -> None:
    state = {"channel": VALUES[kind]}
    redacted = redact_value(state, bound)
    assert_no_leak(CANARIES, redacted)
    assert type(redacted["channel"]) is type(VALUES[kind]) or kind == "number"
    back = restore_value(redacted, bound)["channel"]
    assert plain(back) == plain(VALUES[kind])
    assert type(back) is type(VALUES[kind])


@pytest.mark.parametrize("kind", VALUES)
def test_neither_way_changes_what_it_is_given(bound: Bound, kind: str) -> None:
    before = repr(VALUES[kind])
    redacted = redact_value({"channel": VALUES[kind]}, bound)
    assert repr(VALUES[kind]) == before
    inside = repr(redacted)
    restore_value(redacted, bound)
    assert repr(redacted) == inside


@pytest.mark.parametrize(
    "value", [None, True, 7, 1.5, UUID(int=5), date(2020, 1, 2), Decimal("1.50"), Colour.RED, int, [0.25] * 768]
)
def test_what_says_nothing_of_anybody_stays(bound: Bound, value: Any) -> None:
    assert redact_value({"a": value}, bound) == {"a": value}


def test_names_of_channels_stay_and_keys_of_data_do_not(bound: Bound) -> None:
    assert list(redact_value({NAME: {NAME: 1}}, bound)) == [NAME]
    assert list(redact_value({NAME: {NAME: 1}}, bound, "tool")) == ["[PERSON_1]"]
    assert list(redact_value({NAME: {NAME: 1}}, bound, "tool", channels=True)[NAME]) == ["[PERSON_1]"]


def test_two_keys_that_read_the_same_after_it_are_both_kept() -> None:
    with in_memory({"Joyce Quuxley": "PERSON", "joyce": "PERSON"}) as redactor:
        bound = Bound(redactor.conversation("c"))
        assert len(redact_value({"a": {"Joyce Quuxley": 1, "joyce": 2}}, bound)["a"]) == 2


@pytest.mark.parametrize(
    "given", [f"I am {NAME}", [("user", NAME)], {"role": "user", "content": NAME}, HumanMessage(NAME)], ids=repr
)
def test_a_channel_called_messages_takes_what_langgraph_takes(bound: Bound, given: Any) -> None:
    values: list[Any] = [
        {"messages": given},
        Command(update={"messages": given}),
        Command(update=[("messages", given)]),
    ]
    for value in values:
        redacted = redact_value(value, bound)
        update = redacted if isinstance(redacted, dict) else dict(redacted._update_as_tuples())
        assert isinstance(update["messages"][0], HumanMessage)
        assert_no_leak(CANARIES, redacted)


def test_a_chains_list_of_messages_and_its_prompt_are_messages(bound: Bound) -> None:
    [message] = redact_value([("user", NAME)], bound)
    assert isinstance(message, HumanMessage)
    prompt = redact_value(ChatPromptValue(messages=[HumanMessage(NAME), AIMessage(MAIL)]), bound)
    assert isinstance(prompt, ChatPromptValue)
    assert_no_leak(CANARIES, prompt)


def test_an_overwritten_channel_of_messages_is_messages(bound: Bound) -> None:
    redacted = redact_value({"messages": Overwrite([("user", NAME)])}, bound)
    assert isinstance(redacted["messages"], Overwrite)
    assert isinstance(redacted["messages"].value[0], HumanMessage)


def test_a_tools_word_that_looks_like_a_placeholder_is_data(bound: Bound) -> None:
    redact_value({"who": NAME}, bound)
    assert redact_value({"pay": "[PERSON_1]"}, bound, "tool") == {"pay": "[LITERAL_1]"}
    assert redact_value({"pay": "[PERSON_1]"}, bound, "assistant") == {"pay": "[PERSON_1]"}


def test_messages_in_a_tools_result_are_turns(bound: Bound) -> None:
    command: Command[Any] = Command(update={"messages": [ToolMessage(NAME, tool_call_id="call_1", artifact=[MAIL])]})
    redacted = redact_value(command, bound, "tool")
    assert redacted.update["messages"][0].content == "[PERSON_1]"
    assert_no_leak(CANARIES, redacted)


def test_a_documents_text_is_a_documents(bound: Bound) -> None:
    redact_value({"who": NAME}, bound)
    [document] = redact_value([Document("see [PERSON_1]", metadata={"by": "[PERSON_1]"})], bound, "assistant")
    assert (document.page_content, document.metadata["by"]) == ("see [LITERAL_1]", "[LITERAL_1]")


class Unknown:
    def __init__(self) -> None:
        self.name = NAME


def looped() -> list[Any]:
    loop: list[Any] = [NAME]
    loop.append(loop)
    return loop


def deep() -> list[Any]:
    value: list[Any] = [NAME]
    for _ in range(5000):
        value = [value]
    return value


@pytest.mark.parametrize(
    "value", [Unknown(), looped(), deep(), lambda: NAME, object()], ids=["own", "loop", "deep", "function", "object"]
)
def test_what_cannot_be_searched_is_refused_and_not_shown(bound: Bound, value: Any) -> None:
    for role in ("customer", "tool"):
        with pytest.raises(ConfigError) as refused:
            redact_value({"a": value}, bound, role)
        assert_no_leak(CANARIES, refused.value)


def test_the_refusal_names_the_type(bound: Bound) -> None:
    with pytest.raises(ConfigError, match=r"test_values\.Unknown"):
        redact_value({"a": Unknown()}, bound)


def test_an_object_that_stands_in_two_places_is_no_loop(bound: Bound) -> None:
    one = {"who": NAME}
    assert redact_value({"a": one, "b": [one, one]}, bound)["b"][1] == {"who": "[PERSON_1]"}


def test_what_comes_out_in_an_unknown_object_is_handed_on(bound: Bound) -> None:
    given = Unknown()
    assert restore_value({"a": given}, bound)["a"] is given


def test_what_a_model_has_computed_of_its_values_does_not_go_along(bound: Bound) -> None:
    came = profile()
    assert came.shout
    redacted = redact_value({"a": came}, bound)["a"]
    assert_no_leak(CANARIES, redacted)
    assert redacted.shout == "[PERSON_1]"


def test_a_number_that_the_class_declares_is_a_number_again_in_any_process(bound: Bound) -> None:
    redact_value(ORDER, bound)
    inside = Slotted("[PERSON_1]", "[ACCOUNT_ID_1]")  # type: ignore[arg-type]
    assert restore_value({"a": inside}, bound)["a"].number == ORDER


def test_for_an_audience_that_may_not_read_it_nothing_is_restored(bound: Bound) -> None:
    redacted = redact_value({"a": NAME, "messages": [HumanMessage(NAME)]}, bound)
    assert_no_leak(CANARIES, restore_value(redacted, bound, "reviewer"))


DATA = st.recursive(
    st.sampled_from([NAME, MAIL, f"so {NAME}, {ORDER}.", "ok", ""]) | st.none() | st.booleans() | st.integers(-99, 99)
    | st.just(ORDER),
    lambda inner: st.lists(inner, max_size=3)
    | st.lists(inner, max_size=3).map(tuple)
    | st.dictionaries(st.sampled_from([NAME, MAIL, "a"]), inner, max_size=3)
    | st.builds(Pair, inner, inner)
    | st.builds(Slotted, inner)
    | st.builds(Document, st.just(NAME), metadata=st.dictionaries(st.just("by"), inner)),
    max_leaves=10,
)  # fmt: skip


@pytest.fixture(scope="module")
def shared() -> Iterator[Redactor]:
    """One for all examples; each has a conversation of its own."""
    with in_memory(TYPES) as made:
        yield made


@given(state=st.dictionaries(st.sampled_from(["messages_", "who", "rows"]), DATA, max_size=3))
def test_restored_is_what_came_in_and_nothing_personal_was_inside(shared: Redactor, state: dict[str, Any]) -> None:
    bound = Bound(shared.conversation(uuid4().hex))
    redacted = redact_value(state, bound)
    assert_no_leak(CANARIES, redacted)
    assert redact_value(redacted, bound, "assistant", channels=True) == redacted or _has_documents(redacted)
    assert restore_value(redacted, bound) == state


def _has_documents(value: Any) -> bool:
    return "Document(" in repr(value)


def test_types_of_messages_are_kept(bound: Bound) -> None:
    came: list[BaseMessage] = [HumanMessage(NAME), AIMessage(NAME)]
    assert [type(each) for each in redact_value(came, bound)] == [HumanMessage, AIMessage]
