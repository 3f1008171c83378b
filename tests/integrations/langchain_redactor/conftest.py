"""The ground for LangChain's tests: planted values, Redactors that know them, and ears at every place that may leak.

Where langchain is not installed, every file of this folder is skipped by name. `async def` tests run without a plugin.
"""

import asyncio
import importlib.util
import inspect
import os
from collections.abc import Iterable, Iterator
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

from redactor import Redactor
from redactor.crypto import LocalKey
from redactor.policy import Policy
from redactor.storage.sqlite import SqliteStore
from redactor.testing import in_memory
from tests.integrations.langchain_redactor.places import (
    CANARIES,
    OTHER,
    Canaries,
    Logged,
    Recorder,
    checkpoint_bytes,
    every_log,
)
from tests.integrations.servers import LangSmithServer

if TYPE_CHECKING:
    from tests.integrations.langchain_redactor.scenes import Staged

__all__ = ["CANARIES", "FEW", "OTHER", "REVERSIBLE", "Canaries", "Logged", "Recorder", "checkpoint_bytes"]

FEW = settings(max_examples=settings().max_examples // 4)
"""For laws that hold whole agents or conversations; HYPOTHESIS_PROFILE=soak holds them some hundred times."""

NEEDED = ("langchain", "langchain_openai", "langgraph.checkpoint.sqlite")
"""What the tests here stand on; without langchain itself nothing of the package can be imported."""


def _is_installed(module: str) -> bool:
    try:
        return importlib.util.find_spec(module) is not None
    except ModuleNotFoundError:  # not even the package it is in
        return False


ABSENT = [module for module in NEEDED if not _is_installed(module)]


class _Missing(pytest.Module):
    """A file that cannot be imported: skipped, with the reason."""

    def collect(self) -> Iterable[pytest.Item | pytest.Collector]:
        pytest.skip(f"not installed: {', '.join(ABSENT)}; pip install 'chat-redactor[langchain,test]'")


def pytest_pycollect_makemodule(module_path: Path, parent: pytest.Collector) -> pytest.Module | None:
    """Without langchain no file here is imported; each is skipped by its name."""
    return _Missing.from_parent(parent, path=module_path) if ABSENT else None


def pytest_configure(config: pytest.Config) -> None:
    """Markers that langchain-tests puts on its tests; the plugins behind them are not needed."""
    for marker in ("asyncio", "benchmark", "vcr", "enable_socket"):
        config.addinivalue_line("markers", f"{marker}: used by langchain-tests")


@pytest.hookimpl(tryfirst=True)
def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> bool | None:
    """Run an `async def` test in a loop of its own."""
    if not inspect.iscoroutinefunction(pyfuncitem.obj):
        return None
    names = inspect.signature(pyfuncitem.obj).parameters
    asyncio.run(pyfuncitem.obj(**{name: pyfuncitem.funcargs[name] for name in names}))
    return True


REVERSIBLE = Policy.from_dict({"name": "reversible", "types": {"CREDIT_CARD": {"operator": "placeholder"}}})
"""The default policy, but a card number comes back too: replies can be compared letter by letter."""


@pytest.fixture
def canaries() -> Canaries:
    return CANARIES


@pytest.fixture
def other() -> Canaries:
    return OTHER


@pytest.fixture
def canary_redactor() -> Iterator[Redactor]:
    """A Redactor that finds the values of both customers and nothing else; all of them are reversible."""
    with in_memory({**CANARIES.types, **OTHER.types}, policy=REVERSIBLE) as made:
        yield made


@pytest.fixture(scope="session")
def shared_redactor() -> Iterator[Redactor]:
    """The same, one for all examples of all laws: take a conversation of your own for each."""
    with in_memory({**CANARIES.types, **OTHER.types}, policy=REVERSIBLE) as made:
        yield made


@pytest.fixture
def lasting_redactor(tmp_path: Path) -> Iterator[Redactor]:
    """The same, but its values outlive the process: they lie sealed in a file."""
    folder = tmp_path / "vault"
    store = SqliteStore(folder / "redactor.db")
    known = {**CANARIES.types, **OTHER.types}
    with in_memory(known, policy=REVERSIBLE, store=store, key=LocalKey.from_file(folder / "redactor.key")) as made:
        yield made


@pytest.fixture(scope="session")
def shipped_redactor() -> Iterator[Redactor]:
    """A Redactor with the shipped model and patterns. One for all tests: take a conversation of your own."""
    with Redactor(policy=REVERSIBLE) as made:
        yield made


@pytest.fixture
def stage(canary_redactor: Redactor) -> "Staged":
    """Makes agents with ears at every place inside: `stage([replies], [tools], **settings)`."""
    from tests.integrations.langchain_redactor.scenes import staged

    return partial(staged, canary_redactor)


@pytest.fixture
def recorder() -> Recorder:
    return Recorder()


@pytest.fixture
def logged() -> Iterator[Logged]:
    """All loggers at level 1, those that do not propagate too."""
    with every_log() as handler:
        yield handler


@pytest.fixture
def langsmith() -> Iterator[LangSmithServer]:
    """A LangSmith that keeps what it is sent."""
    with LangSmithServer() as server:
        yield server


@pytest.fixture(autouse=True, scope="session")
def defaults_once() -> Iterator[None]:
    """Each `repr` of a message asks for its fields' defaults and reads signatures anew: a third of some tests' time."""
    from langchain_core.load import serializable

    known: dict[int, tuple[object, object]] = {}
    ask = getattr(serializable, "_get_field_default", None)

    def default(field: object) -> object:
        if id(field) not in known:
            known[id(field)] = field, ask(field) if ask else None
        return known[id(field)][1]

    with pytest.MonkeyPatch.context() as patch:
        if ask:
            patch.setattr(serializable, "_get_field_default", default)
        yield


@pytest.fixture(autouse=True)
def clean_surroundings(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """No tracing, cache, debug mode or key of the machine's owner takes part, and none stays behind.

    No certificate is read either: every HTTP client would read all of the machine's, and no server here has one.
    """
    from langchain_core.globals import set_debug, set_llm_cache, set_verbose

    for name in [name for name in os.environ if name.startswith(("LANGSMITH_", "LANGCHAIN_", "OPENAI_"))]:
        monkeypatch.delenv(name)
    monkeypatch.delenv("SSL_CERT_FILE", raising=False)
    monkeypatch.setenv("SSL_CERT_DIR", str(Path(__file__).parent))
    _forget_environment()
    yield
    set_debug(False)
    set_verbose(False)
    set_llm_cache(None)
    _forget_environment()


def _forget_environment() -> None:
    """langsmith remembers the variables it has read."""
    from langsmith import utils

    utils.get_env_var.cache_clear()  # type: ignore[attr-defined]
