"""Rules for tools: refused where they could not be kept, by names people can act on."""

from typing import Any

import pytest
from langchain_core.tools import tool

from langchain_redactor.bound import KEY, Bound
from langchain_redactor.tools import rules_of, seal_tools
from redactor import Policy, Redactor
from redactor.exceptions import ConfigError
from redactor.policy import ToolRule
from redactor.testing import in_memory
from tests.integrations.langchain_redactor.conftest import Recorder
from tests.integrations.langchain_redactor.tool_runs import Stage, noting, rule

ORDER = {"ACCOUNT_ID"}


@pytest.fixture
def stage(canary_redactor: Redactor, recorder: Recorder, capsys: pytest.CaptureFixture[str], is_async: bool) -> Stage:
    return Stage(canary_redactor, recorder, capsys, is_async)


# tool policies


def test_a_rule_for_no_tool_is_refused_with_the_nearest_name() -> None:
    with pytest.raises(ConfigError, match=r"no tool is called 'notin'; did you mean 'noting'\?"):
        seal_tools([noting([])], rule("notin", "ACCOUNT_ID"))


def test_a_rule_for_a_tool_that_is_elsewhere_is_taken_where_that_is_said() -> None:
    assert len(seal_tools([noting([])], rule("elsewhere", "ACCOUNT_ID"), known={"elsewhere"})) == 1


def test_an_unknown_entity_type_is_refused_with_the_nearest_name() -> None:
    with pytest.raises(ConfigError, match=r"tool_policy.noting.args: unknown entity type 'ACOUNT_ID'.*ACCOUNT_ID"):
        seal_tools([noting([])], rule("noting", "ACOUNT_ID"))


def test_a_rule_that_is_none_is_refused() -> None:
    with pytest.raises(ConfigError, match=r"tool_policy\.noting\.argz"):
        seal_tools([noting([])], {"noting": {"argz": ["PERSON"]}})


@pytest.mark.parametrize("kind", ["SECRET", "CARD_CVV"])
def test_secrets_are_handed_to_tools_by_the_policy_alone(kind: str) -> None:
    with pytest.raises(ConfigError, match=kind):
        seal_tools([noting([])], rule("noting", kind))


def test_the_redactors_own_policy_has_rules_too_and_types_of_its_own() -> None:
    policy = Policy.from_dict(
        {
            "name": "shop",
            "types": {"LOYALTY_NUMBER": {"operator": "placeholder"}},
            "tools": {"everywhere": {"args": ["PERSON"], "result": "drop"}},
        }
    )
    with in_memory({}, policy=policy) as redactor:
        rules = rules_of(rule("noting", "LOYALTY_NUMBER"), redactor)
    assert rules["everywhere"].result == "drop"
    assert rules.named == {"noting"}
    assert rules_of(rules) is rules
    (made,) = seal_tools([noting([])], rules)
    assert made.rule == ToolRule(args=frozenset({"LOYALTY_NUMBER"}))


def test_a_sealed_tool_is_sealed_once() -> None:
    (made,) = seal_tools([noting([])])
    assert seal_tools([made]) == [made]
    (ruled,) = seal_tools([made], rule("noting", "PERSON"))
    assert ruled.inner is made.inner
    assert ruled.rule == ToolRule(args=frozenset({"PERSON"}))
    assert seal_tools([ruled], rule("noting", "ACCOUNT_ID"))[0].rule == ruled.rule


def test_a_secret_is_handed_to_the_tool_the_policy_names_once() -> None:
    secret = "tango-foxtrot-91"
    policy = Policy.from_dict(
        {
            "name": "reset",
            "types": {"SECRET": {"operator": "placeholder", "retention": "turn", "audiences": ["tool:reset"]}},
        }
    )
    got: list[str] = []

    @tool
    def reset(password: str) -> str:
        """Reset."""
        got.append(password)
        return "done"

    with in_memory({secret: "SECRET"}, policy=policy) as redactor:
        chat = redactor.conversation("secret")
        chat.redact(f"my password is {secret}")
        config: Any = {"configurable": {KEY: Bound(chat)}}
        for made in seal_tools([reset]):
            made.invoke({"password": "[SECRET_1]"}, config)
            made.invoke({"password": "[SECRET_1]"}, config)
    assert got == [secret, "[SECRET_1]"]
