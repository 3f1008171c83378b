"""Sealed tools: a tool gets the real values its rule names, and everything around it sees placeholders.

LangChain traces a tool's arguments before the tool runs and its result before the graph has it, so neither middleware
nor callbacks can keep real values out of traces. A sealed tool stands in the tool's place: it is called, traced and
checkpointed with placeholders, and the real values exist only inside the tool's own function.
"""

import copy
import functools
from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Any

from langchain_core.callbacks import AsyncCallbackManagerForToolRun, CallbackManagerForToolRun
from langchain_core.runnables import RunnableConfig
from langchain_core.tools import BaseTool, Tool
from langchain_core.tools import tool as made_tool
from langchain_core.utils.pydantic import TypeBaseModel, model_json_schema
from pydantic import ConfigDict, Field, PrivateAttr, ValidationError

from langchain_redactor import protected
from langchain_redactor.bound import Bound, bound
from langchain_redactor.checks import listed_tools, what
from langchain_redactor.handed import Handed
from langchain_redactor.schemas import relaxed_schema
from langchain_redactor.sealed_call import SealedCall
from redactor import Policy, Redactor
from redactor.exceptions import ConfigError, PolicyError
from redactor.policy import ToolRule
from redactor.validation import explain, nearest

ToolPolicy = Mapping[str, ToolRule | Mapping[str, Any]]
"""Tool name → its rule, as a `ToolRule` or as the same in a dict: `{"lookup_order": {"args": ["ACCOUNT_ID"]}}`."""

_ONE_TEXT = {
    "type": "object",
    "properties": {"__arg1": {"title": "__arg1", "type": "string"}},
    "required": ["__arg1"],
}
"""What models are told of a `Tool` without a schema (langchain_core.utils.function_calling)."""


class SealedTool(BaseTool):
    """A tool in whose place it stands: the same name, description and arguments, but its arguments may be placeholders.

    Inside, those of the types the rule names become real values, and the inner tool's own schema checks them. What it
    returns, streams, asks a person or raises is redacted before anything else sees it. Without a `rule` of its own the
    run's rule for its name holds; without any, it is given placeholders only. Made by `seal_tools`.

    Raises `ConfigError` where it is called outside of a redacted run: then the inner tool was not called.
    """

    model_config = ConfigDict(arbitrary_types_allowed=True)

    inner: BaseTool = Field(exclude=True, repr=False)
    rule: ToolRule | None = Field(default=None, repr=False)
    _own_schema: dict[str, Any] = PrivateAttr(default_factory=dict)

    def __init__(self, inner: BaseTool, rule: ToolRule | Mapping[str, Any] | None = None) -> None:
        protected.check()
        if not isinstance(inner, BaseTool):
            raise ConfigError(
                f"expected a LangChain tool to seal, not {what(inner)}; seal_tools([...]) also takes functions"
            )
        own = _schema_of(inner)
        super().__init__(
            inner=inner,
            rule=None if rule is None else rule_of("rule", rule),
            name=inner.name,
            description=inner.description,
            args_schema={"type": "object", "properties": {}, **relaxed_schema(own)},
            return_direct=inner.return_direct,
            verbose=inner.verbose,
            callbacks=inner.callbacks,
            tags=inner.tags,
            metadata=inner.metadata,
            extras=inner.extras,
        )
        self._own_schema = own

    # what graphs read of it

    def get_input_schema(self, config: RunnableConfig | None = None) -> TypeBaseModel:
        """The inner tool's: it says what a graph injects."""
        return self.inner.get_input_schema(config)

    @functools.cached_property
    def _injected_args_keys(self) -> frozenset[str]:
        return protected.injected(self.inner).all

    @property
    def func(self) -> Callable[..., Any] | None:
        """Says what the inner tool's function asks a graph for. It cannot be called: that would go past the seal."""
        return _described(self.inner)

    # a call

    def _to_args_and_kwargs(
        self, tool_input: str | dict[str, Any], tool_call_id: str | None
    ) -> tuple[tuple[Any, ...], dict[str, Any]]:
        """Nothing is parsed out here, where values are placeholders."""
        return (tool_input, tool_call_id), {}

    def _run(
        self,
        given: str | dict[str, Any],
        call_id: str | None = None,
        *,
        config: RunnableConfig,
        run_manager: CallbackManagerForToolRun | None = None,
    ) -> Any:
        """Run the inner tool with real values; what leaves is redacted."""
        return self._call(call_id, config, run_manager).outcome(given).get()

    async def _arun(
        self,
        given: str | dict[str, Any],
        call_id: str | None = None,
        *,
        config: RunnableConfig,
        run_manager: AsyncCallbackManagerForToolRun | None = None,
    ) -> Any:
        """The same, async."""
        return (await self._call(call_id, config, run_manager).aoutcome(given)).get()

    def _call(self, call_id: str | None, config: RunnableConfig, run_manager: Any) -> SealedCall:
        handed = Handed(here := bound(config), self.name, self._rule(here))
        return SealedCall(self.inner, handed, call_id, self._own_schema, config, run_manager)

    def _rule(self, here: Bound) -> ToolRule:
        return self.rule or here.rules.get(self.name) or ToolRule()


def _schema_of(tool: BaseTool) -> dict[str, Any]:
    """The JSON schema of what an LLM gives the tool."""
    if isinstance(tool, Tool) and not tool.args_schema:
        return _ONE_TEXT
    schema = tool.tool_call_schema
    return dict(schema) if isinstance(schema, dict) else copy.deepcopy(model_json_schema(schema))


def _described(tool: BaseTool) -> Callable[..., Any] | None:
    """A function with the annotations of the tool's own, for graphs that read from them what to inject."""
    own = getattr(tool, "func", None) or getattr(tool, "coroutine", None)
    if own is None:
        return None

    @functools.wraps(own)
    def sealed(*args: Any, **kwargs: Any) -> Any:
        raise ConfigError("the function of a sealed tool is called through the tool alone; use invoke or ainvoke")

    return sealed


# making them


def seal_tools(
    tools: Iterable[BaseTool | Callable[..., Any] | dict[str, Any]],
    tool_policy: ToolPolicy | None = None,
    *,
    known: Collection[str] = (),
) -> list[Any]:
    """Sealed tools in the place of tools and functions; what the provider runs itself (dicts) stays as it is.

    `tool_policy` says which real values a tool is given; a tool it does not name goes by the run's rules. `known`:
    names of tools it may also speak of. Raises `ConfigError` for a name that no tool has, or an unknown entity type;
    `Rules` were checked when they were made, and may be for tools in several places.
    """
    rules, given = rules_of(tool_policy), listed_tools(tools)
    made = [each if isinstance(each, dict | BaseTool) else made_tool(each) for each in given]
    if rules is not tool_policy:
        check_names(rules, {*known, *(each.name for each in made if isinstance(each, BaseTool))})
    return [rules.seal(each) if isinstance(each, BaseTool) else each for each in made]


def sealed(inner: BaseTool, rule: ToolRule | None = None) -> SealedTool:
    """The tool, sealed. One that is sealed already stays; a rule is put on it where it has none."""
    if not isinstance(inner, SealedTool):
        return SealedTool(inner, rule)
    return SealedTool(inner.inner, rule) if rule is not None and inner.rule is None else inner


class Rules(dict[str, ToolRule]):
    """Tool name → its rule; `named` are those given for these very tools, not by the policy for all there are."""

    named: frozenset[str] = frozenset()
    policy: Policy | None = None
    """The run's, where it is known already: rules that tools bring with them are checked by it."""

    def seal(self, tool: BaseTool) -> SealedTool:
        """The tool, sealed by its rule. Raises `ConfigError` where its own names what the policy does not know."""
        made = sealed(tool, self.own(tool.name))
        if made.rule is not None and self.policy is not None:
            _check_rule(self.policy, tool.name, made.rule, "SealedTool")
        return made

    def own(self, name: str) -> ToolRule | None:
        """The rule given for this very tool."""
        return self.get(name) if name in self.named else None


def rules_of(tool_policy: ToolPolicy | None, redactor: Redactor | None = None) -> Rules:
    """The rules of a tool policy, before those of the Redactor's own policy. Raises `ConfigError`."""
    if isinstance(tool_policy, Rules):
        return tool_policy
    if tool_policy is not None and not isinstance(tool_policy, Mapping):
        raise ConfigError(
            f"tool_policy: found {what(tool_policy)}, expected a dict from a tool's name to its rule, such as "
            '{"lookup_order": ToolRule(args={"ACCOUNT_ID"})}'
        )
    policy = Policy.load("default") if redactor is None else redactor.policy
    given = {name: rule_of(f"tool_policy.{name}", rule) for name, rule in (tool_policy or {}).items()}
    for name, rule in given.items():
        _check_rule(policy, name, rule)
    rules = Rules({**({} if redactor is None else policy.tools), **given})
    rules.named = frozenset(given)
    rules.policy = None if redactor is None else policy
    return rules


def rule_of(where: str, given: ToolRule | Mapping[str, Any]) -> ToolRule:
    """A rule as it may be written. Raises `ConfigError` that says where."""
    if isinstance(given, ToolRule):
        return given
    if not isinstance(given, Mapping):
        raise ConfigError(f'{where}: found {what(given)}, expected ToolRule(args={{"ACCOUNT_ID"}}) or such a dict')
    try:
        return ToolRule.model_validate(given)
    except ValidationError as error:
        problem = explain(error, (ToolRule,), where)
    raise ConfigError(problem)


def _check_rule(policy: Policy, name: str, rule: ToolRule, where: str = "tool_policy") -> None:
    """Raises `ConfigError`, in the words of whoever wrote the rule."""
    if "SECRET" in rule.args and not policy.may_restore("SECRET", f"tool:{name}"):
        raise ConfigError(
            f"{where}.{name}.args: a SECRET is handed to a tool by the policy alone, once: there, give SECRET the "
            f'operator "placeholder", retention = "turn" and audiences = ["tool:{name}"]'
        )
    problem = ""
    try:
        policy.check_tool(name, rule)
    except PolicyError as error:
        problem = str(error).replace("tools.", f"{where}.", 1)
    if problem:
        raise ConfigError(problem)


def check_names(rules: Rules, names: Collection[str]) -> None:
    """Raises `ConfigError` where a rule is for a tool that there is not: nobody would be given anything by it."""
    for name in sorted(rules.named - set(names)):
        hint = nearest(name, names)
        raise ConfigError(
            f"tool_policy: no tool is called {name!r}{f'{hint} A' if hint else '; a'} tool that a node of your own "
            "calls is sealed, and given its rule, with seal_tools"
        )


def with_sealed_tools(graph: Any, tool_policy: ToolPolicy | None = None) -> Any:
    """See `langchain_redactor.sealed_graph`."""
    from langchain_redactor.sealed_graph import sealed_graph

    return sealed_graph(graph, rules_of(tool_policy))
