"""What is added inside a graph, redacted: placeholders stay, everything else is looked for, ids go on fitting."""

from typing import Any
from uuid import uuid4

from hypothesis import given
from hypothesis import strategies as st
from langchain_core.messages import AIMessage, AnyMessage, HumanMessage, RemoveMessage, ToolMessage
from langgraph.types import Command, Overwrite, Send

from langchain_redactor.bound import Bound
from langchain_redactor.within import ids_of, messages_of, redact_inside, redact_update
from redactor import Redactor

from .conftest import CANARIES

NAME, EMAIL = CANARIES.name, CANARIES.email

_texts = st.lists(
    st.sampled_from([NAME, EMAIL, "[PERSON_1]", "[PERSON_7]", "[EMAIL_ADDRESS_1]", " ", "hello", "\n", "é", "{}"]),
    max_size=6,
).map(" ".join)
_values = st.recursive(
    _texts | st.none() | st.booleans() | st.integers(0, 99),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["note", "to", NAME]), inner, max_size=3)
    ),
    max_leaves=6,
)
_messages: st.SearchStrategy[AnyMessage] = st.one_of(
    _texts.map(lambda text: HumanMessage(text, id="1")),
    st.tuples(_texts, _values).map(
        lambda both: AIMessage(
            both[0], id="2", tool_calls=[{"name": "look", "args": {"of": both[1]}, "id": "c", "type": "tool_call"}]
        )
    ),
    st.tuples(_texts, _values).map(lambda both: ToolMessage(both[0], tool_call_id="c", artifact=both[1], id="3")),
)


def _bound(redactor: Redactor) -> Bound:
    held = Bound(redactor.conversation(uuid4().hex))
    held.chat.redact(f"{NAME} {EMAIL}")
    return held


@given(said=st.lists(_messages, max_size=4), value=_values)
def test_nothing_personal_is_left_and_doing_it_again_changes_nothing(
    shared_redactor: Redactor, said: list[AnyMessage], value: Any
) -> None:
    held = _bound(shared_redactor)
    once = redact_inside([said, value], held, None)
    CANARIES.nowhere_in(repr(once))
    assert redact_inside(once, held, None) == once


@given(
    text=st.lists(st.sampled_from([NAME, EMAIL, "[PERSON_1]", "[PERSON_7]", "hello", "é"]), max_size=5).map(
        ", and ".join
    )
)
def test_placeholders_of_the_conversation_stay_and_others_become_data(shared_redactor: Redactor, text: str) -> None:
    """Values stand apart: two mentions of a name side by side may be read as one longer name."""
    redacted = redact_inside(text, _bound(shared_redactor))
    assert redacted.count("[PERSON_1]") == text.count("[PERSON_1]") + text.count(NAME)
    assert "[PERSON_7]" not in redacted
    CANARIES.nowhere_in(redacted)


def test_ids_that_the_graph_has_stay_and_personal_ones_do_not(canary_redactor: Redactor) -> None:
    held = _bound(canary_redactor)
    state = {"messages": [AIMessage("x", id="resp-1", tool_calls=[{"name": "a", "args": {}, "id": "c1"}])]}
    kept = ids_of(messages_of(state))
    assert kept == {"resp-1", "c1"}
    update = {
        "messages": [
            RemoveMessage(id="resp-1"),
            HumanMessage("y", id=f"of {NAME}"),
            ToolMessage("z", tool_call_id="c1"),
        ]
    }
    removed, added, answered = redact_update(update, held, kept)["messages"]
    assert removed.id == "resp-1" and answered.tool_call_id == "c1"
    CANARIES.nowhere_in(added)


def test_commands_and_sends_are_walked(canary_redactor: Redactor) -> None:
    command = Command(
        update={"messages": Overwrite([HumanMessage(NAME)]), "note": EMAIL},
        resume={"to": NAME},
        goto=[Send("node", {"who": NAME}), "other"],
    )
    redacted = redact_inside(command, _bound(canary_redactor))
    CANARIES.nowhere_in(repr(redacted))
    assert redacted.goto[1] == "other" and redacted.goto[0].node == "node"
    assert redacted.update["note"] == "[EMAIL_ADDRESS_1]"


def test_where_to_jump_is_the_graphs_alone(canary_redactor: Redactor) -> None:
    held = Bound(canary_redactor.conversation("c"))
    assert redact_update({"jump_to": "end", "count": 3}, held) == {"jump_to": "end", "count": 3}
