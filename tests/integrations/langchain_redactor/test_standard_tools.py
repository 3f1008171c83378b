"""LangChain's own tests for tools, on a sealed one."""

import functools
from collections.abc import Iterator
from typing import Any

import pytest
from langchain_core.runnables import RunnableConfig
from langchain_core.runnables.config import var_child_runnable_config
from langchain_core.tools import BaseTool, tool
from langchain_tests.integration_tests import ToolsIntegrationTests
from langchain_tests.unit_tests import ToolsUnitTests

from langchain_redactor.bound import KEY, Bound
from langchain_redactor.tools import seal_tools
from redactor.testing import in_memory


@functools.cache
def _bound() -> Bound:
    chat = in_memory({"8706847615": "ACCOUNT_ID"}).conversation("standard")
    chat.redact("It is 8706847615.")
    return Bound(chat)


def _sealed() -> BaseTool:
    @tool
    def add_days(order: int, days: int = 1) -> str:
        """Add days to an order."""
        return f"{order} + {days}"

    made: list[BaseTool] = seal_tools([add_days], {"add_days": {"args": ["ACCOUNT_ID"]}})
    return made[0]


@pytest.fixture(autouse=True)
def a_redacted_run() -> Iterator[None]:
    """The tests call the tool by itself: within a run, as a node would."""
    token = var_child_runnable_config.set(RunnableConfig(configurable={KEY: _bound()}))
    yield
    var_child_runnable_config.reset(token)


class _Sealed:
    """What LangChain's tests ask for."""

    @property
    def tool_constructor(self) -> Any:
        return _sealed()

    @property
    def tool_invoke_params_example(self) -> dict[str, Any]:
        return {"order": "[ACCOUNT_ID_1]", "days": 3}


class TestSealedUnit(_Sealed, ToolsUnitTests):
    """Construction and schema; the schema a graph reads is the inner tool's, which is of real values."""

    @property
    def tool_invoke_params_example(self) -> dict[str, Any]:
        return {"order": 8706847615, "days": 3}


class TestSealedIntegration(_Sealed, ToolsIntegrationTests):
    """Calls with a tool call and with arguments alone, sync and async."""
