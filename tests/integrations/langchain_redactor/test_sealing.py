"""Middleware of one's own, sealed: it works as before, and nothing that its hooks fetch is kept or traced raw."""

import asyncio
from collections.abc import Callable, Sequence
from typing import Annotated, Any, NotRequired

import pytest
from langchain.agents import create_agent
from langchain.agents.middleware import (
    AgentMiddleware,
    ContextEditingMiddleware,
    HumanInTheLoopMiddleware,
    LLMToolEmulator,
    LLMToolSelectorMiddleware,
    ModelCallLimitMiddleware,
    ModelFallbackMiddleware,
    ModelRetryMiddleware,
    PIIMiddleware,
    SummarizationMiddleware,
    TodoListMiddleware,
    ToolRetryMiddleware,
    before_model,
    dynamic_prompt,
    hook_config,
    wrap_tool_call,
)
from langchain.agents.middleware.types import AgentState, ExtendedModelResponse, ModelResponse
from langchain_core.messages import AIMessage, HumanMessage, SystemMessage, ToolMessage
from langchain_core.tools import tool
from langgraph.channels import UntrackedValue
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.types import Command, interrupt
from langsmith import Client, tracing_context

from langchain_redactor.bound import KEY, Bound
from langchain_redactor.middleware import RedactionMiddleware, SealModelCalls, seal_model_calls
from langchain_redactor.sealing import seal_middleware
from langchain_redactor.testing import RecordingModel
from langchain_redactor.tools import seal_tools
from redactor import Conversation, Redactor
from redactor.exceptions import ConfigError
from redactor.policy import ToolRule
from tests.integrations.servers import LangSmithServer

from .conftest import CANARIES, Recorder, checkpoint_bytes

NAME, EMAIL, ACCOUNT = CANARIES.name, CANARIES.email, CANARIES.account
PROFILE, CALL = "7d6ba9c4-8bdb-4e4a-9f0e-3a1c3a0e2b11", "call_4Qm7ZkT1xWb9RrN2pLs8"
MANY = pytest.mark.parametrize("is_async", [False, True], ids=["sync", "async"])


class Inside:
    """A graph as the outer wrapper runs it: its input is redacted, a conversation is bound, everything is recorded."""

    def __init__(self, chat: Conversation, recorder: Recorder, rules: dict[str, ToolRule] | None = None) -> None:
        self.chat, self.recorder, self.saver = chat, recorder, InMemorySaver()
        self.rules = rules or {}

    def agent(self, model: Any, middleware: Sequence[Any], tools: Sequence[Any] = (), **settings: Any) -> Any:
        first, last = seal_model_calls(settings.pop("system_prompt", None))
        sealed = [seal_middleware(each, self.rules) for each in middleware]
        given = seal_tools(list(tools), self.rules)
        return create_agent(model, given, middleware=[first, *sealed, last], checkpointer=self.saver, **settings)

    @property
    def config(self) -> dict[str, Any]:
        held = Bound(self.chat, self.rules)
        return {"configurable": {"thread_id": "t", KEY: held}, "callbacks": self.recorder.handlers}

    def run(self, agent: Any, given: Any, is_async: bool = False) -> Any:
        if isinstance(given, str):
            given = {"messages": [HumanMessage(self.chat.redact(given).text)]}
        return asyncio.run(agent.ainvoke(given, self.config)) if is_async else agent.invoke(given, self.config)

    def clean(self, *places: object) -> None:
        CANARIES.nowhere_in(self.recorder.everything, checkpoint_bytes(self.saver), *places)


@pytest.fixture
def inside(canary_redactor: Redactor, recorder: Recorder) -> Inside:
    return Inside(canary_redactor.conversation("c"), recorder)


def last(state: Any) -> str:
    return str(state["messages"][-1].content)


def called(name: str, **args: Any) -> AIMessage:
    return AIMessage("", tool_calls=[{"name": name, "args": args, "id": "call_1", "type": "tool_call"}])


def hooked(name: str, update: Callable[[], Any]) -> AgentMiddleware[Any, Any, Any]:
    """A middleware with one node hook, sync and async, of its own."""

    def hook(self: Any, state: Any, runtime: Any) -> Any:
        assert runtime is not None
        return update()

    async def ahook(self: Any, state: Any, runtime: Any) -> Any:
        return hook(self, state, runtime)

    kind = type("Fetches", (AgentMiddleware,), {name: hook, f"a{name}": ahook, "tools": []})
    made: AgentMiddleware[Any, Any, Any] = kind()
    return made


# hooks that are nodes


@MANY
@pytest.mark.parametrize("name", ["before_agent", "before_model", "after_model", "after_agent"])
def test_what_a_node_hook_adds_to_the_state_is_redacted_before_it_is_kept(
    inside: Inside, name: str, is_async: bool
) -> None:
    fetches = hooked(name, lambda: {"messages": [HumanMessage(f"Profile: {NAME}, {EMAIL}", id=PROFILE)]})
    model = RecordingModel(replies=["Hello", lambda _: "Again"])
    state = inside.run(inside.agent(model, [fetches]), "hi", is_async)
    added = next(each for each in state["messages"] if each.id == PROFILE)
    assert inside.chat.restore(added.content, record=False).text == f"Profile: {NAME}, {EMAIL}"
    inside.clean(state, [each.all for each in model.received])


@pytest.mark.parametrize(
    "form",
    [{"role": "user", "content": NAME}, ("user", NAME), NAME, AIMessage(NAME, name="bot")],
    ids=["dict", "pair", "text", "message"],
)
def test_messages_are_redacted_in_every_form_that_the_state_takes(inside: Inside, form: Any) -> None:
    state = inside.run(
        inside.agent(RecordingModel(replies=["ok"]), [hooked("before_agent", lambda: {"messages": [form]})]), "hi"
    )
    inside.clean(state)
    assert state["messages"][1].content == "[PERSON_1]"


def test_a_summary_of_placeholders_keeps_them(inside: Inside) -> None:
    """What the LLM wrote about redacted text is not text from outside."""
    inside.chat.redact(f"I am {NAME}")
    summary = hooked("before_agent", lambda: {"messages": [HumanMessage("So far: [PERSON_1] asked. [PERSON_9]?")]})
    model = RecordingModel(replies=["ok"])
    inside.run(inside.agent(model, [summary]), "hi")
    assert "So far: [PERSON_1] asked. [LITERAL_1]?" in model.received[0].text


def test_other_fields_of_messages_are_redacted_too(inside: Inside) -> None:
    message = AIMessage(
        [{"type": "text", "text": NAME}],
        additional_kwargs={"note": EMAIL},
        response_metadata={"note": NAME},
        tool_calls=[{"name": "look", "args": {"of": NAME}, "id": CALL, "type": "tool_call"}],
    )
    answer = ToolMessage("found", tool_call_id=CALL, artifact={"account": EMAIL})
    fetches = hooked("before_agent", lambda: {"messages": [message, answer]})
    state = inside.run(inside.agent(RecordingModel(replies=["ok"]), [fetches]), "hi")
    inside.clean(state)
    assert state["messages"][1].tool_calls[0]["args"] == {"of": "[PERSON_1]"}
    assert state["messages"][1].tool_calls[0]["id"] == CALL


def test_what_a_hook_raises_is_masked_and_keeps_its_type(inside: Inside) -> None:
    def fail() -> Any:
        raise LookupError(f"no profile of {NAME}")

    with pytest.raises(LookupError) as caught:
        inside.run(inside.agent(RecordingModel(replies=["ok"]), [hooked("before_agent", fail)]), "hi")
    inside.clean(str(caught.value), caught.value.__cause__, caught.value.__context__)


def test_what_a_hook_asks_a_person_is_redacted(inside: Inside) -> None:
    asks = hooked("before_model", lambda: {"messages": [HumanMessage(f"They said {interrupt(f'Is it {NAME}?')}")]})
    agent = inside.agent(RecordingModel(replies=["ok"]), [asks])
    state = inside.run(agent, "hi")
    assert state["__interrupt__"][0].value == "Is it [PERSON_1]?"
    assert last(inside.run(agent, Command(resume="yes [PERSON_1]"))) == "ok"
    inside.clean()


def test_outside_of_a_redacted_run_a_sealed_hook_does_nothing(inside: Inside) -> None:
    agent = inside.agent(RecordingModel(replies=["ok"]), [hooked("before_agent", lambda: None)])
    with pytest.raises(ConfigError, match="no conversation is bound"):
        agent.invoke({"messages": "hi"}, {"configurable": {"thread_id": "t"}})


# hooks around calls


@MANY
def test_a_prompt_made_for_the_customer_is_redacted_for_the_next_hook_and_the_model(
    inside: Inside, is_async: bool
) -> None:
    seen: list[str] = []

    class Prompts(AgentMiddleware[Any, Any, Any]):
        def wrap_model_call(self, request: Any, handler: Any) -> Any:
            return handler(request.override(system_message=SystemMessage(f"You serve {NAME}")))

        async def awrap_model_call(self, request: Any, handler: Any) -> Any:
            return await handler(request.override(system_message=SystemMessage(f"You serve {NAME}")))

    class Next(AgentMiddleware[Any, Any, Any]):
        def wrap_model_call(self, request: Any, handler: Any) -> Any:
            seen.append(request.system_message.content)
            return handler(request)

        async def awrap_model_call(self, request: Any, handler: Any) -> Any:
            seen.append(request.system_message.content)
            return await handler(request)

    model = RecordingModel(replies=["ok"])
    inside.run(inside.agent(model, [Prompts(), Next()], system_prompt="Be kind."), "hi", is_async)
    assert seen == ["You serve [PERSON_1]"]
    inside.clean(model.received[0].all)


@MANY
def test_what_a_hook_gives_in_the_models_place_is_redacted(inside: Inside, is_async: bool) -> None:
    class Cached(AgentMiddleware[Any, Any, Any]):
        def wrap_model_call(self, request: Any, handler: Any) -> Any:
            return ExtendedModelResponse(
                ModelResponse(result=[AIMessage(f"Hello {NAME}")]),
                Command(update={"messages": [HumanMessage(f"noted: {EMAIL}")]}),
            )

        async def awrap_model_call(self, request: Any, handler: Any) -> Any:
            return AIMessage(f"Hello {NAME}")

    state = inside.run(inside.agent(RecordingModel(), [Cached()]), "hi", is_async)
    assert state["messages"][1].content == "Hello [PERSON_1]"
    inside.clean(state)


def test_a_reply_that_a_hook_changes_in_place_is_redacted(inside: Inside) -> None:
    class Signs(AgentMiddleware[Any, Any, Any]):
        def wrap_model_call(self, request: Any, handler: Any) -> Any:
            response = handler(request)
            response.result[0].content += f", says {NAME}"
            return response

    state = inside.run(inside.agent(RecordingModel(replies=["Hello"]), [Signs()]), "hi")
    assert last(state) == "Hello, says [PERSON_1]"


@MANY
def test_a_hook_around_tools_brings_arguments_results_and_tools_of_its_own(inside: Inside, is_async: bool) -> None:
    got: list[str] = []

    @tool
    def look(of: str) -> str:
        """Look something up."""
        raise AssertionError("the hook brings another")

    @tool("look")
    def other(of: str) -> str:
        """Look something up."""
        got.append(of)
        return f"{of} is {EMAIL}"

    def changed(request: Any) -> Any:
        return request.override(tool=other, tool_call={**request.tool_call, "args": {"of": NAME}})

    class Brings(AgentMiddleware[Any, Any, Any]):
        def wrap_tool_call(self, request: Any, handler: Any) -> Any:
            found = handler(changed(request))
            return found.model_copy(update={"content": f"{found.content} ({NAME})"})

        async def awrap_tool_call(self, request: Any, handler: Any) -> Any:
            found = await handler(changed(request))
            return found.model_copy(update={"content": f"{found.content} ({NAME})"})

    model = RecordingModel(replies=[called("look", of="x"), "done"])
    inside.rules = {"look": ToolRule(args=frozenset({"PERSON"}))}
    state = inside.run(inside.agent(model, [Brings()], [look]), "hi", is_async)
    assert got == [NAME]
    assert state["messages"][2].content == "[PERSON_1] is [EMAIL_ADDRESS_1] ([PERSON_1])"
    inside.clean(state, [each.all for each in model.received])


@pytest.mark.parametrize("is_sealed", [True, False], ids=["sealed", "as it is"])
def test_spans_of_hooks_hold_placeholders(inside: Inside, is_sealed: bool) -> None:
    """And as it is they do not: that is what sealing is for."""

    class Adds(AgentMiddleware[Any, Any, Any]):
        def before_model(self, state: Any, runtime: Any) -> Any:
            return {"messages": [HumanMessage(f"I am {NAME}", id=PROFILE)]}

        def wrap_model_call(self, request: Any, handler: Any) -> Any:
            response = handler(request.override(system_message=SystemMessage(f"You serve {NAME}")))
            response.result.append(AIMessage(f"Signed, {NAME}"))
            return response

    class Next(AgentMiddleware[Any, Any, Any]):
        def wrap_model_call(self, request: Any, handler: Any) -> Any:
            return handler(request)

    first, innermost = seal_model_calls()
    between = [Adds(), Next()]
    sealed = [seal_middleware(each) for each in between] if is_sealed else between
    agent: Any = create_agent(RecordingModel(replies=["ok"]), middleware=[first, *sealed, innermost])
    with LangSmithServer() as server:
        client = Client(api_url=server.url, api_key="none", info=None)
        with tracing_context(enabled=True, client=client):
            agent.invoke({"messages": [HumanMessage("hi")]}, inside.config)
        client.flush()
        client.close()
        sent = b"".join(server.bodies)
    assert b"Next.wrap_model_call" in sent
    assert (NAME.encode() in sent) is not is_sealed


@pytest.mark.parametrize("channel", ["session", "kept"])
def test_live_objects_pass_only_where_no_checkpoint_keeps_them(inside: Inside, channel: str) -> None:
    class Session:
        """A process, say."""

    class State(AgentState[Any]):
        session: NotRequired[Annotated[Any, UntrackedValue]]
        kept: NotRequired[Any]

    class Opens(AgentMiddleware[Any, Any, Any]):
        state_schema = State

        def before_agent(self, state: Any, runtime: Any) -> Any:
            return {channel: Session()}

    agent = inside.agent(RecordingModel(replies=["ok"]), [Opens()])
    if channel == "session":
        assert last(inside.run(agent, "hi")) == "ok"
    else:
        with pytest.raises(ConfigError, match="Session"):
            inside.run(agent, "hi")


def test_data_in_a_channel_that_no_checkpoint_keeps_is_redacted_too(inside: Inside) -> None:
    class State(AgentState[Any]):
        session: NotRequired[Annotated[Any, UntrackedValue]]

    class Opens(AgentMiddleware[Any, Any, Any]):
        state_schema = State

        def before_agent(self, state: Any, runtime: Any) -> Any:
            return {"session": {"for": NAME}}

    inside.run(inside.agent(RecordingModel(replies=["ok"]), [Opens()]), "hi")
    inside.clean()


# a sealed middleware is the same middleware


class Counts(AgentMiddleware[Any, Any, Any]):
    """Has everything that LangChain looks for."""

    def __init__(self) -> None:
        self.count = 0

    @hook_config(can_jump_to=["end"])
    def before_model(self, state: Any, runtime: Any) -> Any:
        self.count += 1
        return {"jump_to": "end"} if self.count > 1 else None


def test_a_sealed_middleware_is_of_its_class_has_its_name_and_shares_its_attributes(inside: Inside) -> None:
    counts = Counts()
    sealed = seal_middleware(counts)
    assert isinstance(sealed, Counts) and sealed.name == "Counts"
    agent = inside.agent(RecordingModel(replies=["first"]), [counts])
    inside.run(agent, "hi")
    assert counts.count == sealed.count == 1
    counts.count = 7
    assert sealed.count == 7
    assert last(inside.run(agent, "again")) == "again"  # it jumped to the end


def test_hooks_that_are_not_there_are_not_made(inside: Inside) -> None:
    sealed = type(seal_middleware(Counts()))
    assert sealed.after_model is AgentMiddleware.after_model
    assert sealed.abefore_model is AgentMiddleware.abefore_model
    assert sealed.before_model.__can_jump_to__ == ["end"]  # type: ignore[attr-defined]


def test_sealing_twice_is_sealing_once() -> None:
    sealed = seal_middleware(Counts())
    assert seal_middleware(sealed) is sealed
    ours = SealModelCalls("first")
    assert seal_middleware(ours) is ours


def test_what_cannot_be_sealed_is_refused(canary_redactor: Redactor) -> None:
    with pytest.raises(ConfigError, match="RedactionMiddleware"):
        seal_middleware(RedactionMiddleware(redactor=canary_redactor))
    patched = Counts()
    patched.before_model = lambda state, runtime: None  # type: ignore[method-assign]
    with pytest.raises(ConfigError, match="before_model"):
        seal_middleware(patched)


def test_a_class_with_slots_keeps_what_is_in_them() -> None:
    class Slotted(AgentMiddleware[Any, Any, Any]):
        __slots__ = ("secret",)
        secret: str

        def before_model(self, state: Any, runtime: Any) -> Any:
            return None

    made = Slotted()
    made.secret = "kept"
    assert seal_middleware(made).secret == "kept"  # type: ignore[attr-defined]


def test_its_tools_are_sealed(inside: Inside) -> None:
    @tool
    def whoami() -> str:
        """Say who it is."""
        return f"It is {NAME}"

    class Tooled(AgentMiddleware[Any, Any, Any]):
        tools = [whoami]  # noqa: RUF012

    model = RecordingModel(replies=[called("whoami"), "done"])
    state = inside.run(inside.agent(model, [Tooled()]), "hi")
    assert state["messages"][2].content == "It is [PERSON_1]"
    inside.clean(state)


def test_decorated_functions_are_sealed(inside: Inside) -> None:
    @before_model
    def fetch(state: Any, runtime: Any) -> Any:
        return {"messages": [HumanMessage(NAME)]}

    @dynamic_prompt
    def prompt(request: Any) -> str:
        return f"You serve {EMAIL}"

    @wrap_tool_call
    def guard(request: Any, handler: Any) -> Any:
        return handler(request)

    model = RecordingModel(replies=["ok"])
    state = inside.run(inside.agent(model, [fetch, prompt, guard]), "hi")
    inside.clean(state, model.received[0].all)
    assert "You serve [EMAIL_ADDRESS_1]" in model.received[0].text


# LangChain's own


@tool
def refund(to: str) -> str:
    """Refund somebody."""
    return f"refunded {to}"


@MANY
def test_summaries(inside: Inside, is_async: bool) -> None:
    summarizer = RecordingModel(replies=["[PERSON_1] asked for a refund"])
    model = RecordingModel(replies=["Hello [PERSON_1]", "Sure"])
    agent = inside.agent(model, [SummarizationMiddleware(summarizer, trigger=("messages", 3), keep=("messages", 1))])
    inside.run(agent, f"I am {NAME}", is_async)
    state = inside.run(agent, "Refund me", is_async)
    assert "[PERSON_1] asked for a refund" in model.received[1].text
    inside.clean(state, [each.all for each in (*model.received, *summarizer.received)])


@MANY
@pytest.mark.parametrize("mode", ["batched", "per_call"])
def test_a_person_in_the_loop(inside: Inside, mode: Any, is_async: bool) -> None:
    inside.rules = {"refund": ToolRule(args=frozenset({"EMAIL_ADDRESS"}))}
    human = HumanInTheLoopMiddleware({"refund": True}, interrupt_mode=mode)
    model = RecordingModel(replies=[called("refund", to="[PERSON_1]"), "done"])
    agent = inside.agent(model, [human], [refund])
    asked = inside.run(agent, f"I am {NAME}", is_async)["__interrupt__"][0].value
    assert "[PERSON_1]" in str(asked)
    mail = inside.chat.redact_value(EMAIL)
    decision = {"type": "edit", "edited_action": {"name": "refund", "args": {"to": mail}}}
    state = inside.run(agent, Command(resume={"decisions": [decision]} if mode == "batched" else decision), is_async)
    told = state["messages"][2].content
    assert told.endswith(f"refunded {mail}") and "LITERAL" not in told
    inside.clean(state, [each.all for each in model.received])


def test_a_sample_of_the_others_goes_on_working(inside: Inside) -> None:
    others = [
        TodoListMiddleware(),
        ModelCallLimitMiddleware(run_limit=9),
        ModelRetryMiddleware(max_retries=2, initial_delay=0.0, jitter=False),
        ToolRetryMiddleware(max_retries=1, initial_delay=0.0, jitter=False),
        ContextEditingMiddleware(),
        PIIMiddleware("email"),
    ]
    todo = {"todos": [{"content": "refund the order", "status": "pending"}]}
    model = RecordingModel(
        replies=[
            ValueError("rate limit for [PERSON_1]"),
            called("write_todos", **todo),
            called("refund", to="x"),
            "done",
        ]
    )
    state = inside.run(inside.agent(model, others, [refund]), f"I am {NAME}")
    assert last(state) == "done"
    assert state["todos"] == todo["todos"]
    inside.clean(state, [each.all for each in model.received])


def test_a_tool_selector_and_an_emulator(inside: Inside) -> None:
    class Chooses(RecordingModel):
        def with_structured_output(self, schema: Any, **_: Any) -> Any:
            from langchain_core.runnables import RunnableLambda

            return RunnableLambda(lambda given: (self.invoke(given), {"tools": ["refund"]})[1])

    chooses = Chooses(replies=[lambda _: "x"])
    emulates = RecordingModel(replies=["refunded [PERSON_1]"])
    model = RecordingModel(replies=[called("refund", to="[PERSON_1]"), "done"])
    agent = inside.agent(model, [LLMToolSelectorMiddleware(model=chooses), LLMToolEmulator(model=emulates)], [refund])
    state = inside.run(agent, f"I am {NAME}")
    assert state["messages"][2].content == "refunded [PERSON_1]"
    inside.clean(state, [each.all for each in (*model.received, *chooses.received, *emulates.received)])


def test_a_fallback_model_answers_and_the_first_ones_error_is_masked(inside: Inside) -> None:
    class Tells(AgentMiddleware[Any, Any, Any]):
        def wrap_model_call(self, request: Any, handler: Any) -> Any:
            try:
                return handler(request)
            except ValueError as error:
                errors.append(str(error))
                raise

    errors: list[str] = []
    model = RecordingModel(replies=[ValueError(f"cannot serve {NAME}")])
    other = RecordingModel(replies=["Hello [PERSON_1]"])
    state = inside.run(inside.agent(model, [ModelFallbackMiddleware(other), Tells()]), f"I am {NAME}")
    assert last(state) == "Hello [PERSON_1]"
    assert errors == ["cannot serve [PERSON_1]"]
