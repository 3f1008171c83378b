"""Turns are shown in blocks, or in columns where a wide terminal listens; colours go only where they are wanted."""

import io

import pytest
from rich.console import Console

from redactor.cli import console
from redactor.cli.shown import Shown, show

TURNS = [
    Shown("customer", "I am Ann\nCanary", "I am [PERSON_1]", "I am Ann\nCanary", revised=True),
    Shown("bot", "", "Hello [PERSON_1]", "Hello [b]Ann[/b]", by_llm=True),
]


def _shown(monkeypatch: pytest.MonkeyPatch, *, terminal: bool, width: int) -> str:
    file = io.StringIO()
    made = Console(file=file, force_terminal=terminal, width=width, markup=False, highlight=False, soft_wrap=True)
    monkeypatch.setattr(console, "out", lambda: made)
    show(TURNS, "title")
    return file.getvalue()


def test_blocks_hold_each_text_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    assert _shown(monkeypatch, terminal=False, width=20) == (
        "title\n"
        "customer (rewritten later)\n"
        "  typed     I am Ann\n"
        "            Canary\n"
        "  LLM sees  I am [PERSON_1]\n"
        "  reads     I am Ann\n"
        "            Canary\n"
        "bot\n"
        "  LLM wrote Hello [PERSON_1]\n"
        "  reads     Hello [b]Ann[/b]\n"
        "\n"
    )


def test_a_wide_terminal_gets_columns_and_a_narrow_one_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.setenv("TERM", "xterm")
    assert "the person reads" in _shown(monkeypatch, terminal=True, width=120)
    assert "LLM sees" in _shown(monkeypatch, terminal=True, width=60)
    assert "the person reads" not in _shown(monkeypatch, terminal=False, width=120)


def test_no_color_leaves_colours_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.delenv("NO_COLOR", raising=False)
    assert "\x1b[1;36m[PERSON_1]" in _shown(monkeypatch, terminal=True, width=60)
    monkeypatch.setenv("NO_COLOR", "1")
    assert "36m" not in _shown(monkeypatch, terminal=True, width=60)


def test_no_repr_holds_what_was_typed_or_read() -> None:
    assert "Ann" not in repr(TURNS)


def test_columns_of_a_table_stand_under_each_other() -> None:
    assert list(console.table([("a", "bb"), ("ccc", "d")], ("x", "y"))) == ["x    y", "a    bb", "ccc  d"]
    assert list(console.table([])) == []


def test_progress_passes_everything_on_and_is_silent_without_a_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    assert list(console.progress(iter("abc"), "doing", 3)) == ["a", "b", "c"]
    assert capsys.readouterr() == ("", "")


def test_progress_is_drawn_on_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    file = io.StringIO()
    monkeypatch.setattr(console, "err", lambda: Console(file=file, force_terminal=True, width=80))
    assert list(console.progress(iter("abc"), "doing", 3)) == ["a", "b", "c"]
    assert "doing" in file.getvalue()
