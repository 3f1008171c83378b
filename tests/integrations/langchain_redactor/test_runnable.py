"""Chains with redaction around them: placeholders inside, real values for the caller, one conversation to a call."""

import asyncio
import threading
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, HumanMessage, SystemMessage
from langchain_core.output_parsers import JsonOutputParser, StrOutputParser
from langchain_core.prompts import ChatPromptTemplate, MessagesPlaceholder, PromptTemplate
from langchain_core.runnables import Runnable, RunnableConfig, RunnableLambda, RunnablePassthrough
from langchain_core.tracers.schemas import Run

from langchain_redactor.bound import current_conversation
from langchain_redactor.runnable import RedactedRunnable, redacted
from langchain_redactor.testing import RecordingModel
from redactor import Redactor
from redactor.exceptions import ConfigError
from redactor.testing import assert_no_leak, in_memory
from redactor.transcripts import StoredTurn

from .conftest import CANARIES, FEW, Canaries, Recorder

REPLY = "Thanks [PERSON_1], I wrote to [EMAIL_ADDRESS_1] about [ACCOUNT_ID_1]. <3 you [EM"
RESTORED = f"Thanks {CANARIES.name}, I wrote to {CANARIES.email} about {CANARIES.account}. <3 you [EM"
PROMPT = ChatPromptTemplate.from_messages([("system", "Help."), ("human", "{question}")])


def thread(name: str = "c-1", **more: Any) -> RunnableConfig:
    return {"configurable": {"thread_id": name}, **more}  # type: ignore[typeddict-item]


def labelled(case: str) -> RunnableConfig:
    return {"metadata": {"case": case}}


def saying(*replies: Any, chunk_size: int = 5) -> RecordingModel:
    """A model that says these in turn, and the last again and again."""
    return RecordingModel(replies=[*replies, lambda _: replies[-1]], chunk_size=chunk_size)


def chain(model: BaseChatModel) -> Runnable[Any, Any]:
    return PROMPT | model | StrOutputParser()


def transcript(redactor: Redactor, conversation: str = "c-1") -> tuple[StoredTurn, ...]:
    return redactor.transcripts.show(redactor.transcripts.public_id(conversation))


class TestCalls:
    def test_the_model_sees_placeholders_and_the_caller_reads_values(
        self, canary_redactor: Redactor, canaries: Canaries, recorder: Recorder
    ) -> None:
        model = saying(REPLY)
        wrapped = redacted(chain(model), redactor=canary_redactor)
        assert wrapped.invoke({"question": canaries.said}, thread(callbacks=recorder.handlers)) == RESTORED
        assert "[PERSON_1]" in model.received[0].text
        canaries.nowhere_in([given.all for given in model.received], recorder.everything)
        assert "on_chain_start" in recorder.events

    async def test_the_same_async(self, canary_redactor: Redactor, canaries: Canaries, recorder: Recorder) -> None:
        model = saying(REPLY)
        wrapped = redacted(chain(model), redactor=canary_redactor)
        assert await wrapped.ainvoke({"question": canaries.said}, thread(callbacks=recorder.handlers)) == RESTORED
        canaries.nowhere_in([given.all for given in model.received], recorder.everything)

    @pytest.mark.parametrize(
        "form",
        [
            lambda said: said,
            lambda said: [HumanMessage(said)],
            lambda said: [SystemMessage("Help."), HumanMessage(said)],
            lambda said: PROMPT.invoke({"question": said}),
            lambda said: PromptTemplate.from_template("{it}").invoke({"it": said}),
        ],
        ids=["text", "message", "messages", "chat prompt", "text prompt"],
    )
    def test_every_form_of_input_is_redacted(
        self, canary_redactor: Redactor, canaries: Canaries, form: Callable[[str], Any]
    ) -> None:
        model = saying(REPLY)
        reply = redacted(model, redactor=canary_redactor).invoke(form(canaries.said), thread())
        assert isinstance(reply, AIMessage)
        assert reply.content == RESTORED
        assert canaries.account not in model.received[0].text
        canaries.nowhere_in(model.received[0].all)

    def test_variables_beside_what_was_said_are_redacted_too(
        self, canary_redactor: Redactor, canaries: Canaries
    ) -> None:
        model = saying("ok")
        prompt = ChatPromptTemplate.from_template("{question} {profile} {number}")
        variables = {"question": "Hi", "profile": {"mail": canaries.email}, "number": int(canaries.account)}
        redacted(prompt | model, redactor=canary_redactor).invoke(variables, thread())
        canaries.nowhere_in(model.received[0].all)
        assert [turn.text for turn in transcript(canary_redactor)] == ["Hi", "ok"]

    def test_what_was_said_is_a_turn_and_the_reply_another(self, canary_redactor: Redactor, canaries: Canaries) -> None:
        wrapped = redacted(chain(saying("Hello [PERSON_1]")), redactor=canary_redactor)
        wrapped.invoke({"question": f"I am {canaries.name}"}, thread())
        wrapped.invoke({"question": f"{canaries.name} again"}, thread())
        assert [(turn.role, turn.text) for turn in transcript(canary_redactor)] == [
            ("customer", "I am [PERSON_1]"),
            ("assistant", "Hello [PERSON_1]"),
            ("customer", "[PERSON_1] again"),
            ("assistant", "Hello [PERSON_1]"),
        ]

    def test_a_message_is_recorded_once_as_a_reply(self, canary_redactor: Redactor, canaries: Canaries) -> None:
        redacted(saying("Hello [PERSON_1]"), redactor=canary_redactor).invoke(f"I am {canaries.name}", thread())
        assert [turn.role for turn in transcript(canary_redactor)] == ["customer", "assistant"]

    def test_other_outputs_are_restored_and_not_recorded(self, canary_redactor: Redactor, canaries: Canaries) -> None:
        model = saying('{"to": "[PERSON_1]", "orders": ["[ACCOUNT_ID_1]"]}')
        wrapped = redacted(model | JsonOutputParser(), redactor=canary_redactor)
        assert wrapped.invoke(canaries.said, thread()) == {"to": canaries.name, "orders": [canaries.account]}
        assert [turn.role for turn in transcript(canary_redactor)] == ["customer"]

    def test_tool_calls_come_out_with_real_values(self, canary_redactor: Redactor, canaries: Canaries) -> None:
        call = {
            "name": "look_up",
            "args": {"order": "[ACCOUNT_ID_1]"},
            "id": "call_0123456789abcdef",
            "type": "tool_call",
        }
        model = saying(AIMessage("", tool_calls=[call]))
        reply = redacted(model, redactor=canary_redactor).invoke(canaries.said, thread())
        assert reply.tool_calls[0]["args"] == {"order": canaries.account}

    def test_a_resent_history_is_known(self, canary_redactor: Redactor, canaries: Canaries) -> None:
        wrapped = redacted(saying("Hello [PERSON_1]"), redactor=canary_redactor)
        said = [HumanMessage(f"I am {canaries.name}")]
        reply = wrapped.invoke(said, thread())
        wrapped.invoke([*said, reply, HumanMessage("Where is it?")], thread())
        texts = ["I am [PERSON_1]", "Hello [PERSON_1]", "Where is it?", "Hello [PERSON_1]"]
        assert [turn.text for turn in transcript(canary_redactor)] == texts

    def test_a_history_among_the_variables_comes_before_what_is_said_now(
        self, canary_redactor: Redactor, canaries: Canaries
    ) -> None:
        prompt = ChatPromptTemplate.from_messages([MessagesPlaceholder("the_past"), ("human", "{question}")])
        wrapped = redacted(prompt | saying("ok"), redactor=canary_redactor)
        history = [HumanMessage(f"I am {canaries.name}"), AIMessage("Hello")]
        wrapped.invoke({"question": "Where is it?", "the_past": history}, thread())
        texts = ["I am [PERSON_1]", "Hello", "Where is it?", "ok"]
        assert [turn.text for turn in transcript(canary_redactor)] == texts

    def test_settings_given_with_a_call_are_redacted(self, canary_redactor: Redactor, canaries: Canaries) -> None:
        model = saying("ok")
        wrapped = redacted(model, redactor=canary_redactor).bind(stop=[canaries.name], seed=int(canaries.account))
        wrapped.invoke("Hi", thread(), user=canaries.email, extra={"tools": [len], "for": canaries.phone})
        given = model.received[0]
        assert given.kwargs["stop"] == ["[PERSON_1]"]
        assert given.kwargs["seed"] == int(canaries.account)
        assert given.kwargs["extra"]["tools"] == [len]
        assert_no_leak([canaries.name, canaries.email, canaries.phone], given.all)

    def test_labels_of_the_run_are_redacted(
        self, canary_redactor: Redactor, canaries: Canaries, recorder: Recorder
    ) -> None:
        wrapped = redacted(chain(saying("ok")), redactor=canary_redactor).with_config(
            tags=[f"for {canaries.name}"], metadata={"mail": canaries.email}
        )
        labels = {"metadata": {"phone": canaries.phone}, "run_name": f"{canaries.name}'s"}
        wrapped.invoke({"question": "Hi"}, thread(canaries.email, callbacks=recorder.handlers, **labels))
        canaries.nowhere_in(recorder.everything)


class TestConversations:
    def test_a_call_without_one_is_refused_before_anything_is_done(self, canary_redactor: Redactor) -> None:
        model = saying("ok")
        with pytest.raises(ConfigError, match="thread_id"):
            redacted(model, redactor=canary_redactor).invoke("Hi")
        with pytest.raises(ConfigError, match="conversation_id"):
            next(redacted(model, redactor=canary_redactor).stream("Hi"))
        assert model.received == []

    @pytest.mark.parametrize(
        "named",
        [
            lambda wrap: (wrap(conversation_id="c-1"), None),
            lambda wrap: (
                wrap(conversation_id=lambda config: config["metadata"]["case"]),
                {"metadata": {"case": "c-1"}},
            ),
            lambda wrap: (wrap(), {"configurable": {"thread_id": "c-1"}}),
            lambda wrap: (wrap().with_config(configurable={"thread_id": "c-1"}), None),
            lambda wrap: (wrap().with_config(thread()).with_config(tags=["b"]).with_retry(), {"tags": ["a"]}),
        ],
        ids=["id", "function", "config", "with_config", "with_config, then more"],
    )
    def test_the_ways_to_name_it(
        self, canary_redactor: Redactor, canaries: Canaries, named: Callable[[Any], tuple[RedactedRunnable, Any]]
    ) -> None:
        wrapped, config = named(lambda **how: redacted(saying("[PERSON_1]"), redactor=canary_redactor, **how))
        assert wrapped.invoke(canaries.said, config).content == canaries.name
        assert len(transcript(canary_redactor)) == 2

    def test_one_cannot_read_anothers_values(
        self, canary_redactor: Redactor, canaries: Canaries, other: Canaries
    ) -> None:
        wrapped = redacted(chain(saying("[PERSON_1]")), redactor=canary_redactor)
        assert wrapped.invoke({"question": canaries.said}, thread("c-1")) == canaries.name
        assert wrapped.invoke({"question": "Who am I?"}, thread("c-2")) == "[PERSON_1]"
        assert wrapped.invoke({"question": other.said}, thread("c-3")) == other.name

    def test_tenants_are_apart(self, canary_redactor: Redactor, canaries: Canaries) -> None:
        for tenant, read in (("acme", canaries.name), ("globex", "[PERSON_1]")):
            wrapped = redacted(saying("[PERSON_1]"), redactor=canary_redactor, tenant=tenant)
            assert wrapped.invoke(canaries.said if tenant == "acme" else "Hi", thread()).content == read

    def test_another_audience_reads_what_the_policy_lets_it(
        self, canary_redactor: Redactor, canaries: Canaries
    ) -> None:
        wrapped = redacted(chain(saying("Call [PERSON_1]")), redactor=canary_redactor, audience="agent")
        assert wrapped.invoke({"question": canaries.said}, thread()) == "Call (name hidden)"

    def test_many_threads_read_their_own_values(self) -> None:
        names = [f"Person{index:02}" for index in range(12)]
        found: dict[str, str] = {}
        with in_memory(dict.fromkeys(names, "PERSON")) as redactor:
            wrapped = redacted(chain(saying("Hello [PERSON_1]")), redactor=redactor)

            def talk(name: str) -> None:
                found[name] = wrapped.invoke({"question": f"I am {name}"}, thread(name))

            threads = [threading.Thread(target=talk, args=(name,)) for name in names]
            for each in threads:
                each.start()
            for each in threads:
                each.join()
        assert found == {name: f"Hello {name}" for name in names}


class TestStreams:
    def test_joined_it_is_the_whole_reply(
        self, canary_redactor: Redactor, canaries: Canaries, recorder: Recorder
    ) -> None:
        wrapped = redacted(chain(saying(REPLY, chunk_size=3)), redactor=canary_redactor)
        pieces = list(wrapped.stream({"question": canaries.said}, thread(callbacks=recorder.handlers)))
        assert "".join(pieces) == RESTORED
        assert len(pieces) > 5
        canaries.nowhere_in(recorder.everything)
        assert [turn.role for turn in transcript(canary_redactor)] == ["customer", "assistant"]

    @FEW
    @given(size=st.integers(1, 80))
    def test_however_it_is_cut(self, shared_redactor: Redactor, size: int) -> None:
        wrapped = redacted(chain(saying(REPLY, chunk_size=size)), redactor=shared_redactor)
        assert "".join(wrapped.stream({"question": CANARIES.said}, thread(uuid4().hex))) == RESTORED

    async def test_the_same_async(self, canary_redactor: Redactor, canaries: Canaries, recorder: Recorder) -> None:
        wrapped = redacted(chain(saying(REPLY, chunk_size=2)), redactor=canary_redactor)
        config = thread(callbacks=recorder.handlers)
        pieces = [piece async for piece in wrapped.astream({"question": canaries.said}, config)]
        assert "".join(pieces) == RESTORED
        canaries.nowhere_in(recorder.everything)

    def test_messages_add_up(self, canary_redactor: Redactor, canaries: Canaries) -> None:
        chunks = list(redacted(saying(REPLY, chunk_size=4), redactor=canary_redactor).stream(canaries.said, thread()))
        whole = chunks[0]
        for chunk in chunks[1:]:
            whole = whole + chunk
        assert whole.content == RESTORED

    def test_a_reader_who_leaves_loses_nothing(self, canary_redactor: Redactor, canaries: Canaries) -> None:
        wrapped = redacted(chain(saying("Hello [PERSON_1], more", chunk_size=9)), redactor=canary_redactor)
        stream: Any = wrapped.stream({"question": canaries.said}, thread())
        assert next(stream) == "Hello "
        stream.close()
        assert transcript(canary_redactor)[-1].role == "assistant"
        canaries.nowhere_in(transcript(canary_redactor))

    async def test_a_cancelled_task_leaks_nothing(
        self, canary_redactor: Redactor, canaries: Canaries, recorder: Recorder
    ) -> None:
        wrapped = redacted(chain(saying(REPLY, chunk_size=2)), redactor=canary_redactor)
        begun = asyncio.Event()

        async def read() -> None:
            async for _ in wrapped.astream({"question": canaries.said}, thread(callbacks=recorder.handlers)):
                begun.set()
                await asyncio.sleep(60)

        task = asyncio.create_task(read())
        await begun.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        canaries.nowhere_in(recorder.everything, transcript(canary_redactor))

    def test_chunks_may_come_in(self, canary_redactor: Redactor, canaries: Canaries) -> None:
        wrapped = redacted(saying("[PERSON_1]") | StrOutputParser(), redactor=canary_redactor)
        half = len(canaries.said) // 2
        pieces = wrapped.transform(iter([canaries.said[:half], canaries.said[half:]]), thread())
        assert "".join(pieces) == canaries.name

    async def test_events_are_restored_and_handlers_see_placeholders(
        self, canary_redactor: Redactor, canaries: Canaries, recorder: Recorder
    ) -> None:
        wrapped = redacted(chain(saying(REPLY, chunk_size=3)), redactor=canary_redactor)
        config = thread(callbacks=recorder.handlers)
        stream = wrapped.astream_events({"question": canaries.said}, config, version="v2", include_types=["parser"])
        events = [event async for event in stream]
        ends = [event["data"]["output"] for event in events if event["event"] == "on_parser_end"]
        assert ends == [RESTORED]
        assert {event["event"] for event in events} <= {"on_parser_start", "on_parser_stream", "on_parser_end"}
        canaries.nowhere_in(recorder.everything)

    async def test_what_cannot_be_restored_is_refused(self, canary_redactor: Redactor) -> None:
        wrapped = redacted(saying("ok"), redactor=canary_redactor)
        with pytest.raises(ConfigError, match="astream_events"):
            wrapped.astream_log("Hi", thread())
        for version in ("v1", "v3"):
            with pytest.raises(ConfigError, match="v2"):
                wrapped.astream_events("Hi", thread(), version=version)


class TestBatches:
    def test_each_input_has_its_own_conversation(
        self, canary_redactor: Redactor, canaries: Canaries, other: Canaries
    ) -> None:
        wrapped = redacted(chain(saying("[PERSON_1]")), redactor=canary_redactor)
        inputs = [{"question": canaries.said}, {"question": other.said}]
        assert wrapped.batch(inputs, [thread("c-1"), thread("c-2")]) == [canaries.name, other.name]
        found = dict(wrapped.batch_as_completed(inputs, [thread("c-1"), thread("c-2")]))
        assert found == {0: canaries.name, 1: other.name}

    async def test_the_same_async(self, canary_redactor: Redactor, canaries: Canaries, other: Canaries) -> None:
        wrapped = redacted(chain(saying("[PERSON_1]")), redactor=canary_redactor)
        inputs = [{"question": canaries.said}, {"question": other.said}]
        configs = [thread("c-1"), thread("c-2")]
        assert await wrapped.abatch(inputs, configs) == [canaries.name, other.name]
        found = dict([each async for each in wrapped.abatch_as_completed(inputs, configs)])
        assert found == {0: canaries.name, 1: other.name}

    def test_one_that_fails_fails_alone(self, canary_redactor: Redactor, canaries: Canaries) -> None:
        wrapped = redacted(RunnableLambda(fails_for_people), redactor=canary_redactor)
        inputs = [canaries.said, "Hello"]
        failed, fine = wrapped.batch(inputs, [thread("c-1"), {}], return_exceptions=True)
        assert isinstance(failed, ValueError)
        assert isinstance(fine, ConfigError)
        _, fine = wrapped.batch(inputs, [thread("c-1"), thread("c-2")], return_exceptions=True)
        assert fine == "Hello"
        canaries.nowhere_in(failed)


def fails_for_people(text: str) -> str:
    if "PERSON" in text:
        raise ValueError(current_conversation().restore_value(text))
    return text


class Boom(RuntimeError):
    """An error with a field of its own, as clients' libraries raise them."""

    def __init__(self, said: str) -> None:
        super().__init__(f"bad request: {said}")
        self.body = {"prompt": said}


class TestErrors:
    def test_they_keep_their_type_and_lose_what_they_say_of_people(
        self, canary_redactor: Redactor, canaries: Canaries, recorder: Recorder
    ) -> None:
        raw = canaries.said

        def fail(_: Any) -> str:
            try:
                raise KeyError(raw)
            except KeyError as cause:
                raise Boom(raw) from cause

        wrapped = redacted(PROMPT | RunnableLambda(fail), redactor=canary_redactor)
        for run in (wrapped.invoke, lambda *given: list(wrapped.stream(*given))):
            with pytest.raises(Boom, match=r"bad request: .*\[PERSON_1\]") as caught:
                run({"question": raw}, thread())
            assert_no_leak(canaries.traces, caught.value)

    async def test_the_same_async(self, canary_redactor: Redactor, canaries: Canaries) -> None:
        wrapped = redacted(saying(Boom(canaries.said)), redactor=canary_redactor)
        with pytest.raises(Boom) as caught:
            await wrapped.ainvoke(canaries.said, thread())
        canaries.nowhere_in(caught.value)
        with pytest.raises(Boom) as caught:
            _ = [
                piece
                async for piece in redacted(saying(Boom(canaries.said)), redactor=canary_redactor).astream(
                    canaries.said, thread()
                )
            ]
        canaries.nowhere_in(caught.value)


class TestComposition:
    """What is composed with a redacted runnable goes inside."""

    @pytest.mark.parametrize(
        "compose",
        [
            lambda wrapped, seen: wrapped | seen,
            lambda wrapped, seen: wrapped.pipe(seen),
            lambda wrapped, seen: wrapped | {"it": seen} | RunnableLambda(lambda given: given["it"]),
            lambda wrapped, seen: wrapped | RunnablePassthrough() | seen,
            lambda wrapped, seen: (wrapped | (lambda text: {"a": text})).assign(it=lambda d: seen(d["a"])).pick("it"),
        ],
        ids=["or", "pipe", "dict", "passthrough", "assign and pick"],
    )
    def test_what_stands_behind_sees_placeholders(
        self, canary_redactor: Redactor, canaries: Canaries, compose: Callable[[Any, Any], Any]
    ) -> None:
        seen: list[Any] = []

        def look(value: Any) -> Any:
            seen.append(value)
            return value

        composed = compose(redacted(chain(saying(REPLY)), redactor=canary_redactor), look)
        assert isinstance(composed, RedactedRunnable)
        assert composed.invoke({"question": canaries.said}, thread()) == RESTORED
        assert seen == [REPLY]

    def test_two_redacted_ones_are_one(self, canary_redactor: Redactor, canaries: Canaries) -> None:
        first = redacted(chain(saying("[PERSON_1]")), redactor=canary_redactor)
        second = saying("Hello [PERSON_1]")
        behind = redacted(second | StrOutputParser(), redactor=canary_redactor)
        for composed in (first | behind, first | behind.with_config(tags=["behind"])):
            assert composed.invoke({"question": canaries.said}, thread()) == f"Hello {canaries.name}"
        assert [given.text for given in second.received] == ["[PERSON_1]", "[PERSON_1]"]

    def test_a_map_runs_inside(self, canary_redactor: Redactor, canaries: Canaries) -> None:
        wrapped = redacted(RunnableLambda(lambda text: f"<{text}>"), redactor=canary_redactor).map()
        assert wrapped.invoke([canaries.name, "x"], thread()) == [f"<{canaries.name}>", "<x>"]

    def test_retries_take_the_input_in_once(self, canary_redactor: Redactor, canaries: Canaries) -> None:
        model = saying(ValueError("try again"), "[PERSON_1]")
        wrapped = redacted(model, redactor=canary_redactor).with_retry(wait_exponential_jitter=False)
        assert wrapped.invoke(canaries.said, thread()).content == canaries.name
        assert [turn.role for turn in transcript(canary_redactor)] == ["customer", "assistant"]

    def test_fallbacks_run_inside(self, canary_redactor: Redactor, canaries: Canaries) -> None:
        other = saying("[PERSON_1]")
        for fallback in (other, redacted(other, redactor=canary_redactor)):
            wrapped = redacted(saying(Boom("no")), redactor=canary_redactor).with_fallbacks([fallback])
            assert wrapped.invoke(canaries.said, thread()).content == canaries.name
        canaries.nowhere_in([given.all for given in other.received])

    async def test_listeners_see_placeholders(self, canary_redactor: Redactor, canaries: Canaries) -> None:
        heard: list[Run] = []

        async def hear(run: Run) -> None:
            heard.append(run)

        wrapped = redacted(chain(saying(REPLY)), redactor=canary_redactor)
        listening = wrapped.with_listeners(on_start=heard.append, on_end=heard.append)
        assert listening.invoke({"question": canaries.said}, thread()) == RESTORED
        assert await wrapped.with_alisteners(on_end=hear).ainvoke({"question": canaries.said}, thread()) == RESTORED
        assert len(heard) == 3
        canaries.nowhere_in([[run.inputs, run.outputs] for run in heard])

    def test_it_says_of_itself_what_the_chain_says(self, canary_redactor: Redactor) -> None:
        inner = chain(saying("ok"))
        wrapped = redacted(inner, redactor=canary_redactor)
        assert wrapped.get_input_jsonschema() == inner.get_input_jsonschema()
        assert wrapped.get_output_jsonschema() == inner.get_output_jsonschema()
        assert wrapped.get_name() == inner.get_name()
        assert wrapped.get_graph().draw_mermaid() == inner.get_graph().draw_mermaid()
        assert wrapped.get_prompts() == inner.get_prompts()
        assert wrapped.config_specs == inner.config_specs
        assert wrapped.with_types(output_type=int).OutputType is int
        assert "seed" not in repr(wrapped.bind(seed=1))

    def test_what_cannot_be_wrapped_is_refused(self, canary_redactor: Redactor) -> None:
        from langgraph.graph import START, StateGraph

        made: Any = StateGraph(dict)
        graph = made.add_node("a", lambda state: state).add_edge(START, "a").compile()
        for wrong in (graph, graph.with_config(tags=["a"]), redacted(saying("ok"), redactor=canary_redactor), "chain"):
            with pytest.raises(ConfigError):
                redacted(wrong, redactor=canary_redactor)  # type: ignore[arg-type]


class TestNesting:
    def test_what_stands_before_it_in_another_run_is_refused(self, canary_redactor: Redactor) -> None:
        model = saying("ok")
        wrapped = redacted(model, redactor=canary_redactor)
        with pytest.raises(ConfigError, match=r"redacted\(first \| second\)"):
            (PROMPT | wrapped).invoke({"question": "Hi"}, thread())
        with pytest.raises(ConfigError, match="outermost"):
            RunnableLambda(lambda said: wrapped.invoke(said, thread())).invoke("Hi")
        with pytest.raises(ConfigError, match=r"redacted\(first \| second\)"):
            {"a": RunnablePassthrough()} | wrapped
        assert model.received == []

    def test_below_one_of_ours_it_belongs_to_that_conversation(
        self, canary_redactor: Redactor, canaries: Canaries, recorder: Recorder
    ) -> None:
        model = saying("Hello [PERSON_1]")
        inner = redacted(model | StrOutputParser(), redactor=canary_redactor, conversation_id="c-other")
        seen: list[str] = []

        def ask(text: str) -> str:
            seen.append(inner.invoke(f"{text} and {canaries.phone}"))
            return seen[-1] + "".join(inner.stream(text))

        outer = redacted(RunnableLambda(ask), redactor=canary_redactor)
        replied = outer.invoke(f"I am {canaries.name}", thread(callbacks=recorder.handlers))
        assert replied == f"Hello {canaries.name}" * 2
        assert seen == ["Hello [PERSON_1]"]
        canaries.nowhere_in([given.all for given in model.received])
        assert [turn.role for turn in transcript(canary_redactor)] == ["customer", "assistant"]
