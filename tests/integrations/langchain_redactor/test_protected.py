"""What LangChain keeps to itself is as we know it; where it is not, nothing is made."""

from collections.abc import Iterator
from importlib import metadata
from pathlib import Path

import pytest
from langchain_core.runnables import RunnableLambda
from langchain_core.tools import tool
from langchain_core.tools.base import BaseTool
from langgraph.prebuilt import ToolNode

from langchain_redactor import protected
from langchain_redactor.sealed_graph import sealed_graph
from langchain_redactor.tools import Rules, seal_tools
from redactor.exceptions import ConfigError

PACKAGES = ("langchain", "langchain-core", "langgraph", "langgraph-prebuilt")


@pytest.fixture(autouse=True)
def unchecked() -> Iterator[None]:
    """Each test looks anew, and leaves nothing behind."""
    protected.check.cache_clear()
    protected._the.cache_clear()
    yield
    protected.check.cache_clear()
    protected._the.cache_clear()


@pytest.mark.parametrize("name", sorted(protected.KNOWN))
def test_the_installed_version_is_as_we_know_it(name: str) -> None:
    installed = ", ".join(f"{package} {metadata.version(package)}" for package in PACKAGES)
    assert protected.shape(name) in protected.KNOWN[name], f"differs with {installed}"


def test_a_name_may_have_the_shapes_of_several_versions(monkeypatch: pytest.MonkeyPatch) -> None:
    name = "langchain_core.tools.base:BaseTool._run"
    known = {**protected.KNOWN, name: ("(self, later)", *protected.KNOWN[name])}
    monkeypatch.setattr(protected, "KNOWN", known)
    protected.check()
    monkeypatch.setattr(protected, "KNOWN", {**known, name: ("(self, later)", "(self, latest)")})
    protected.check.cache_clear()
    with pytest.raises(ConfigError, match=r"not \(self, later\) or \(self, latest\)"):
        protected.check()


def test_a_changed_signature_stops_every_wrapper_from_being_made(monkeypatch: pytest.MonkeyPatch) -> None:
    def _run(self: object, *args: object, extra: int = 0, **kwargs: object) -> None:
        """Another shape."""

    monkeypatch.setattr(BaseTool, "_run", _run)
    for make in (lambda: seal_tools([_lookup]), lambda: sealed_graph(RunnableLambda(str), Rules())):
        with pytest.raises(ConfigError, match=r"BaseTool\._run.*extra=0.*langchain") as caught:
            make()
        assert metadata.version("langchain-core") in str(caught.value)


def test_a_name_that_is_gone_stops_them_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr("langchain_core.tools.base._format_output")
    with pytest.raises(ConfigError, match=r"_format_output .* is missing"):
        protected.check()


def test_a_module_that_is_gone_stops_them_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(protected, "KNOWN", {"langgraph.no_such_module:name": ("(x)",)})
    with pytest.raises(ConfigError, match="is missing"):
        protected.check()


def test_a_constant_with_another_value_stops_them_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("langgraph._internal._constants.CONFIG_KEY_RUNTIME", "__other")
    with pytest.raises(ConfigError, match="'__other'"):
        protected.check()


@tool
def _lookup(order: str) -> str:
    """Look up."""
    return order


def test_inside_of_a_run_its_config_is_known_and_outside_there_is_none() -> None:
    seen = []
    assert protected.parent_config() is None

    def look(_: str) -> None:
        seen.append(protected.parent_config())

    RunnableLambda(look).invoke("x", {"tags": ["here"]})
    assert seen[0] is not None
    assert seen[0]["tags"] == ["here"]
    assert protected.parent_config() is None


def test_a_node_with_a_way_of_its_own_to_run_tools_is_not_sealed() -> None:
    class Own(ToolNode):
        def _func(self, *args: object, **kwargs: object) -> None:
            """Run them in another way."""

    with pytest.raises(ConfigError, match="seal_tools"):
        protected.with_tools(Own([_lookup]), lambda each: each)


def test_no_other_module_touches_what_is_protected() -> None:
    folder = Path(protected.__file__).parent
    names = {name.rpartition(":")[2].rpartition(".")[2] for name in protected.KNOWN} - {"copy", "override", "__init__"}
    ours = {"_run", "_arun", "_func", "_afunc", "_injected_args_keys", "_to_args_and_kwargs", "_filter_injected_args"}
    for module in ("tools", "sealed_call", "sealed_graph", "results", "interrupts", "handed", "listeners"):
        code = (folder / f"{module}.py").read_text("utf-8")
        assert not [name for name in names - ours if name in code], module
