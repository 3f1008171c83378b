"""What the package imports: names that LangChain and LangGraph keep to themselves stand in one module."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from langchain_redactor import protected

FOLDER = Path(protected.__file__).parent
PEERS = ("langchain", "langchain_core", "langgraph", "langsmith", "redactor")
"""`from . import _x` within our own package is ours to change; these are not, the core's names neither."""


def private_imports(code: str) -> Iterator[str]:
    """The names and modules with a leading underscore that a module imports from the peers."""
    for node in ast.walk(ast.parse(code)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if _is_private(alias.name))
        elif isinstance(node, ast.ImportFrom) and not node.level:
            names = (f"{node.module}.{alias.name}" for alias in node.names)
            yield from (name for name in names if _is_private(name))


def _is_private(name: str) -> bool:
    top, *rest = name.split(".")
    return top in PEERS and any(part.startswith("_") and not part.endswith("__") for part in rest)


@pytest.mark.parametrize("module", sorted(path.stem for path in FOLDER.glob("*.py") if path.stem != "protected"))
def test_only_one_module_imports_what_is_private(module: str) -> None:
    assert list(private_imports((FOLDER / f"{module}.py").read_text("utf-8"))) == []


@pytest.mark.parametrize(
    ("code", "found"),
    [
        ("import langgraph._internal._config", "langgraph._internal._config"),
        ("from langgraph._internal import config", "langgraph._internal.config"),
        (
            "def f():\n    from langchain_core.tools.base import _format_output",
            "langchain_core.tools.base._format_output",
        ),
        ("from redactor.testing import _walk as walk", "redactor.testing._walk"),
    ],
)
def test_a_private_import_is_seen_wherever_it_stands(code: str, found: str) -> None:
    assert list(private_imports(code)) == [found]


@pytest.mark.parametrize("code", ["from redactor import __version__", "from ._own import x", "import numpy._core"])
def test_what_is_public_or_ours_is_not(code: str) -> None:
    assert list(private_imports(code)) == []
