"""`demo` shows the real path on a made-up conversation, and the richest demo that is installed."""

from collections.abc import Callable
from importlib.metadata import EntryPoint
from pathlib import Path
from typing import Any

import pytest


def test_the_demo_shows_all_three_views(command: Callable[..., Any], home: Path) -> None:
    result = command("demo")
    assert result.code == 0
    blocks = result.out.split("\n  LLM ")
    seen = [line for line in result.out.splitlines() if line.startswith("  LLM sees")]
    assert len(blocks) > 10
    assert any("[PERSON_1]" in line for line in seen)
    assert not any(value in line.lower() for line in seen for value in ("crystal", "8706847615", "gmail", "1111 1111"))
    assert "reads     Nice to meet you, crystal minh." in result.out
    assert not home.exists()


@pytest.fixture
def demos(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[[str, str], None]:
    """Installs a made-up package with a demo."""
    found: list[EntryPoint] = []

    def install(name: str, source: str) -> None:
        (tmp_path / f"other_demo_{name}.py").write_text(source, "utf-8")
        found.append(EntryPoint(name, f"other_demo_{name}:demo", "redactor.demos"))

    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.setattr("importlib.metadata.entry_points", lambda group: found if group == "redactor.demos" else [])
    return install


def test_the_richest_demo_that_loads_is_shown(command: Callable[..., Any], demos: Callable[[str, str], None]) -> None:
    demos("plain", "def demo() -> None:\n    print('plain')\n")
    demos("rich", "def demo() -> None:\n    print('rich')\ndemo.richness = 5\n")
    demos("broken", "import no_such_module_anywhere\n")
    result = command("demo")
    assert result.out == "rich\n"
    assert "'broken'" in result.err
    assert "LLM sees" in command("demo", "--built-in").out
