"""Turns on a screen: what a person typed, what the LLM sees, what the person reads."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from rich.table import Table
from rich.text import Text

from redactor.cli import console

_WIDE_ENOUGH = 110
"""Columns of a terminal from which three texts fit beside each other."""


@dataclass(frozen=True, slots=True)
class Shown:
    """One turn as it is shown."""

    who: str
    typed: str = field(repr=False)
    seen: str
    read: str = field(repr=False)
    revised: bool = False
    by_llm: bool = False
    """Whether the LLM wrote it: then nobody typed it, and `seen` is what the LLM wrote."""


def show(turns: Sequence[Shown], title: str) -> None:
    """Print turns in three columns where there is room, else in blocks of three lines."""
    out = console.out()
    out.print(Text(title, style="bold"))
    if out.is_terminal and out.width >= _WIDE_ENOUGH:
        out.print(_columns(turns), soft_wrap=False)
        return
    for turn in turns:
        out.print(_block(turn))
    out.print()


def _columns(turns: Sequence[Shown]) -> Table:
    table = Table("who", "typed", "the LLM sees or wrote", "the person reads", show_lines=True, expand=True)
    for column in table.columns[1:]:
        column.ratio = 1
    for turn in turns:
        table.add_row(_who(turn), Text(turn.typed), console.marked(turn.seen), Text(turn.read))
    return table


def _block(turn: Shown) -> Text:
    middle = "LLM wrote" if turn.by_llm else "LLM sees"
    lines = [("typed", Text(turn.typed)), (middle, console.marked(turn.seen)), ("reads", Text(turn.read))]
    block = Text(_who(turn), style="dim")
    for name, text in filter(lambda line: line[1], lines):
        block = Text.assemble(block, (f"\n  {name:<9} ", "dim"), _indented(text))
    return block


def _indented(text: Text) -> Text:
    return Text("\n" + " " * 12).join(text.split("\n", allow_blank=True))


def _who(turn: Shown) -> str:
    return f"{turn.who} (rewritten later)" if turn.revised else turn.who
