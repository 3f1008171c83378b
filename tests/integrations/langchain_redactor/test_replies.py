"""Each reply is in the transcript once, however often the thread is shown."""

from langchain_core.messages import AIMessage, HumanMessage

from langchain_redactor.bound import Bound
from langchain_redactor.fields import TURNS
from langchain_redactor.replies import Replies
from redactor import Redactor


def _said(redactor: Redactor) -> list[str]:
    return [turn.text for turn in reversed(redactor.transcripts.search().items)]


def test_a_reply_is_recorded_once(canary_redactor: Redactor) -> None:
    bound, replies = Bound(canary_redactor.conversation("c")), Replies()
    thread = [HumanMessage("hi"), AIMessage("hello", id="1")]
    replies.record(bound, thread)
    bound.chat.redact("still there?")
    replies.record(bound, [*thread, AIMessage("hello", id="2"), AIMessage("", id="3")])
    assert _said(canary_redactor) == ["hello", "still there?", "hello"]


def test_a_process_that_starts_on_an_old_thread_records_none_of_it_again(canary_redactor: Redactor) -> None:
    bound = Bound(canary_redactor.conversation("c"))
    thread = [AIMessage("one", id="1"), AIMessage("two", id="2")]
    Replies().record(bound, thread)
    Replies().record(bound, [*thread, AIMessage("three", id="3")])
    assert _said(canary_redactor) == ["one", "two", "three"]


def test_what_a_stream_recorded_or_the_caller_said_is_left_out(canary_redactor: Redactor) -> None:
    bound, replies = Bound(canary_redactor.conversation("c")), Replies()
    replies.streamed(bound, "1")
    replies.record(
        bound, [AIMessage("streamed", id="1"), AIMessage("before", id="2", response_metadata={TURNS: ["t"]})]
    )
    assert _said(canary_redactor) == []
    assert replies.is_recorded(bound, "1")
    assert not replies.is_recorded(bound, "2")
