"""What a sealed tool is given: its own schema and what a graph injects see real values, models and traces do not."""

from enum import Enum
from typing import Annotated, Any

import pytest
from langchain.agents import AgentState
from langchain.agents.middleware import AgentMiddleware
from langchain.tools import InjectedState, InjectedStore, InjectedToolCallId, ToolRuntime
from langchain_core.runnables import RunnableConfig
from langchain_core.tools import StructuredTool, tool
from langgraph.store.base import BaseStore
from langgraph.store.memory import InMemoryStore
from pydantic import BaseModel, Field

from langchain_redactor.bound import KEY, Bound
from langchain_redactor.protected import parent_config
from langchain_redactor.tools import seal_tools
from redactor import Redactor
from tests.integrations.langchain_redactor.conftest import CANARIES, Recorder
from tests.integrations.langchain_redactor.tool_runs import ACCOUNT, BOTH, EMAIL, NAME, Stage, calling, noting, rule

ORDER = {"ACCOUNT_ID"}


@pytest.fixture
def stage(canary_redactor: Redactor, recorder: Recorder, capsys: pytest.CaptureFixture[str], is_async: bool) -> Stage:
    return Stage(canary_redactor, recorder, capsys, is_async)


# what the schema sees


class Tier(Enum):
    GOLD = "gold"


class Order(BaseModel):
    """Look up an order."""

    order: int = Field(gt=8_000_000_000)
    email: str = Field(pattern=r"^[^@\[\]]+@[^@\[\]]+$", max_length=40)
    tier: Tier = Tier.GOLD


@BOTH
def test_the_tools_own_schema_checks_the_real_values(stage: Stage) -> None:
    got: list[Any] = []

    @tool(args_schema=Order)
    def lookup(order: int, email: str, tier: Tier) -> str:
        """Look up."""
        got.append((order, email, tier))
        return "found"

    call = calling("lookup", order=ACCOUNT, email=EMAIL, tier="gold")
    stage.run([lookup], call, rule("lookup", "ACCOUNT_ID", "EMAIL_ADDRESS"))
    assert got == [(int(CANARIES.account), CANARIES.email, Tier.GOLD)]
    stage.nothing_leaked()


@BOTH
def test_a_number_is_a_number_again_where_only_a_json_schema_says_so(stage: Stage) -> None:
    got: list[Any] = []
    schema = {"type": "object", "properties": {"order": {"type": "integer"}}, "required": ["order"]}
    lookup = StructuredTool(name="lookup", description="Look up.", args_schema=schema, func=noting(got).func)
    stage.run([lookup], calling("lookup", order=ACCOUNT), rule("lookup", "ACCOUNT_ID"))
    assert got == [int(CANARIES.account)]


@BOTH
def test_the_model_is_told_a_schema_in_which_placeholders_fit(stage: Stage) -> None:
    @tool(args_schema=Order)
    def lookup(order: int, email: str, tier: Tier) -> str:
        """Look up."""
        return "found"

    stage.run([lookup], calling("lookup", order=ACCOUNT, email=EMAIL), rule("lookup", "ACCOUNT_ID", "EMAIL_ADDRESS"))
    parameters = stage.model.received[0].tools[0]["function"]["parameters"]
    assert "pattern" not in parameters["properties"]["email"]
    assert {"type": "string"} in parameters["properties"]["order"]["anyOf"]
    assert parameters["required"] == ["order", "email"]


@BOTH
def test_a_misfit_is_told_to_the_model_by_field_and_kind_and_without_values(stage: Stage) -> None:
    @tool(args_schema=Order)
    def lookup(order: int, email: str, tier: Tier) -> str:
        """Look up."""
        raise AssertionError("must not run")

    call = calling("lookup", order=EMAIL, email=ACCOUNT)
    message = stage.run([lookup], call, rule("lookup", "ACCOUNT_ID", "EMAIL_ADDRESS"))
    assert message.status == "error"
    assert "order: Input should be a valid integer" in message.content
    assert "email: String should match pattern" in message.content
    assert EMAIL in message.content, "the arguments are shown as the model wrote them"
    stage.nothing_leaked(message)


# what a graph injects


class State(AgentState[Any]):
    order: str
    who: str


@BOTH
def test_injected_state_store_and_call_id_arrive_restored_by_the_rule(stage: Stage) -> None:
    got: dict[str, Any] = {}

    @tool
    def lookup(
        order: Annotated[str, InjectedState("order")],
        state: Annotated[dict[str, Any], InjectedState],
        store: Annotated[BaseStore, InjectedStore()],
        call_id: Annotated[str, InjectedToolCallId],
        note: str = "none",
    ) -> str:
        """Look up."""
        got.update(order=order, state=state, store=store, call_id=call_id, note=note)
        return "found"

    store = InMemoryStore()
    stage.build([lookup], [calling("lookup")], rule("lookup", "ACCOUNT_ID"), state_schema=State, store=store)
    stage.invoke({"messages": [("user", f"It is {ACCOUNT}, {NAME}.")], "order": ACCOUNT, "who": NAME})
    assert (got["order"], got["call_id"], got["note"], got["store"]) == (CANARIES.account, "call_1", "none", store)
    assert (got["state"]["order"], got["state"]["who"]) == (CANARIES.account, NAME)
    assert got["state"]["messages"][0].content == f"It is {CANARIES.account}, {NAME}."
    assert stage.agent.get_state(stage.config()).values["order"] == ACCOUNT, "the graph's own state is not changed"
    stage.nothing_leaked()


@BOTH
def test_the_runtime_arrives_restored_by_the_rule_and_its_context_untouched(stage: Stage) -> None:
    got: dict[str, Any] = {}

    @tool
    def lookup(order: str, runtime: ToolRuntime[Any, Any]) -> str:
        """Look up."""
        around = parent_config() or {}
        got.update(runtime=runtime, around=around["configurable"]["branch"], order=order)
        return "found"

    stage.build([lookup], [calling("lookup", order=ACCOUNT)], rule("lookup", "ACCOUNT_ID"), context_schema=dict)
    said = {"messages": [("user", f"It is {ACCOUNT}, {NAME}.")]}
    context = {"shop": CANARIES.name}
    stage.invoke(said, stage.config(branch=f"{ACCOUNT} {NAME}"), context=context)
    runtime = got["runtime"]
    assert runtime.context == context
    assert runtime.tool_call_id == "call_1"
    assert runtime.state["messages"][0].content == f"It is {CANARIES.account}, {NAME}."
    assert runtime.config["configurable"]["branch"] == f"{CANARIES.account} {NAME}"
    assert got["around"] == f"{ACCOUNT} {NAME}", "the run's own config keeps placeholders"
    stage.nothing_leaked()


@BOTH
def test_a_config_parameter_arrives_restored_by_the_rule(stage: Stage) -> None:
    got: list[Any] = []

    @tool
    def lookup(order: str, config: RunnableConfig) -> str:
        """Look up."""
        got.append(config["configurable"])
        return "found"

    stage.build([lookup], [calling("lookup", order=ACCOUNT)], rule("lookup", "ACCOUNT_ID"))
    stage.invoke(config=stage.config(branch=f"{ACCOUNT} {NAME}"))
    assert got[0]["branch"] == f"{CANARIES.account} {NAME}"
    assert isinstance(got[0][KEY], Bound)
    stage.nothing_leaked()


@BOTH
def test_what_is_injected_is_no_argument_for_model_or_trace(stage: Stage) -> None:
    @tool
    def lookup(order: str, runtime: ToolRuntime[Any, Any], state: Annotated[dict[str, Any], InjectedState]) -> str:
        """Look up."""
        return "found"

    stage.run([lookup], calling("lookup", order=ACCOUNT), rule("lookup", "ACCOUNT_ID"))
    assert set(stage.model.received[0].tools[0]["function"]["parameters"]["properties"]) == {"order"}
    assert all("ToolRuntime" not in told for told in stage.recorder.of("on_tool_start"))


@BOTH
def test_the_arguments_of_a_middlewares_tool_are_sealed_too(stage: Stage) -> None:
    got: list[str] = []

    class Shop(AgentMiddleware[Any, Any]):
        def __init__(self) -> None:
            self.tools = seal_tools([noting(got)], rule("noting", "ACCOUNT_ID"))

    stage.run([], calling("noting", order=ACCOUNT), middleware=[Shop()])
    assert got == [CANARIES.account]
    stage.nothing_leaked()
