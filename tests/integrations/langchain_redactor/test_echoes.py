"""A placeholder that a tool was handed and repeats is the LLM's own; one that it makes up is data."""

import pytest
from langchain_core.callbacks import CallbackManagerForRetrieverRun
from langchain_core.documents import Document
from langchain_core.retrievers import BaseRetriever
from langchain_core.tools import create_retriever_tool, tool

from langchain_redactor import SealedRetriever, ToolRule
from redactor import Redactor, Turn
from tests.integrations.langchain_redactor.conftest import CANARIES, OTHER, Canaries
from tests.integrations.langchain_redactor.scenes import calls, staged


@tool
def note(text: str) -> str:
    """Write a note."""
    return f"noted: {text}"


@tool
def forge(text: str) -> str:
    """Repeats nothing of what it was handed."""
    return "ask [ACCOUNT_ID_1]"


@tool
def fails(text: str) -> str:
    """Fails, and says for whom."""
    raise ValueError(f"cannot note {text}")


class _Papers(BaseRetriever):
    def _get_relevant_documents(self, query: str, *, run_manager: CallbackManagerForRetrieverRun) -> list[Document]:
        return [Document(f"{OTHER.name} wrote: [ACCOUNT_ID_1] is mine", metadata={"by": OTHER.email})]


def test_a_tool_that_repeats_its_argument_leaves_the_reply_whole(canary_redactor: Redactor) -> None:
    stage = staged(canary_redactor, [calls(("note", {"text": "call [PERSON_1]"})), lambda said: said[-1].text], [note])
    assert stage.reply(CANARIES.said) == f"noted: call {CANARIES.name}"
    assert stage.read[-1].endswith("noted: call [PERSON_1]")
    stage.keeps_inside_clean()


def test_one_that_makes_a_placeholder_up_gives_data(canary_redactor: Redactor) -> None:
    stage = staged(canary_redactor, [calls(("forge", {"text": "[PERSON_1]"})), lambda said: said[-1].text], [forge])
    assert stage.reply(CANARIES.said) == "ask [ACCOUNT_ID_1]"
    assert stage.read[-1].endswith("ask [LITERAL_1]")


def test_what_a_rule_restored_is_masked_again(canary_redactor: Redactor) -> None:
    rules = {"note": ToolRule(args={"PERSON"})}
    script = [calls(("note", {"text": "[PERSON_1], [ACCOUNT_ID_1]"})), lambda said: said[-1].text]
    stage = staged(canary_redactor, script, [note], tool_policy=rules)
    assert stage.reply(CANARIES.said) == f"noted: {CANARIES.name}, {CANARIES.account}"
    stage.keeps_inside_clean()


def test_an_error_that_repeats_it_reads_the_same(canary_redactor: Redactor) -> None:
    stage = staged(canary_redactor, [calls(("fails", {"text": "[PERSON_1]"}))], [fails])
    with pytest.raises(ValueError, match=r"^cannot note \[PERSON_1\]"):
        stage.say(CANARIES.said)


def test_a_tools_own_handler_gets_the_errors_that_langchain_gives_it_and_no_others(canary_redactor: Redactor) -> None:
    handling = fails.model_copy(update={"handle_tool_error": True})
    stage = staged(canary_redactor, [calls(("fails", {"text": "x"}))], [handling])
    with pytest.raises(ValueError, match="cannot note x"):
        stage.say("hi")


def test_documents_of_a_sealed_retriever_pass_a_sealed_tool_as_they_are(
    canary_redactor: Redactor, other: Canaries
) -> None:
    papers = create_retriever_tool(SealedRetriever(_Papers()), "papers", "Finds papers.")
    script = [calls(("papers", {"query": "complaints"})), lambda said: said[-1].text]
    stage = staged(canary_redactor, script, [papers])
    assert stage.reply(CANARIES.said) == f"{other.name} wrote: [ACCOUNT_ID_1] is mine"
    assert "[PERSON_2] wrote: [LITERAL_1] is mine" in stage.read[-1]
    other.nowhere_in(*stage.inside())


def test_only_placeholders_of_this_conversation_that_were_named_stay(canary_redactor: Redactor) -> None:
    chat = canary_redactor.conversation("c")
    chat.redact(CANARIES.said)
    text = "[PERSON_1] [PERSON_7] [ACCOUNT_ID_1]"
    held = frozenset({"[PERSON_1]", "[PERSON_7]"})
    assert chat.redact_value(text, "tool", echoes=held) == "[PERSON_1] [LITERAL_1] [LITERAL_2]"
    assert chat.redact_turns([Turn("tool", text, "t", held)])[0].text == "[PERSON_1] [LITERAL_1] [LITERAL_2]"
    assert "[PERSON_1]" not in chat.redact_value(text, "tool")
