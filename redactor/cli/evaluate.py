"""`redactor evaluate`: how much of what is marked is masked, how much else, and beside whom."""

import json
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.core import TyperCommand, TyperGroup

from redactor.cli import console
from redactor.cli import tables as screen
from redactor.cli.fairness import fairness, folder_or_name
from redactor.cli.pages import check_writable, write
from redactor.exceptions import ConfigError

if TYPE_CHECKING:
    from redactor.evaluation.results import Evaluation, Example
    from redactor.evaluation.sources import Source
    from redactor.evaluation.systems import Alone, ReadDialog, System
    from redactor.policy import Policy

_EXAMPLES = (
    "Examples: redactor evaluate chats.jsonl  ·  redactor evaluate DATA --policy everything  ·  "
    "redactor evaluate DATA --beside presidio --markdown table.md  ·  redactor evaluate fairness --help"
)

_DEFAULT = "DATA..."
"""The command that needs no name: it is called what stands in its place in the usage line."""


class _Group(TyperGroup):
    """A group whose first word need not be a command: `evaluate FILE` is the default command on FILE."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Put the default command's name before words that name no other."""
        return super().parse_args(ctx, args if args and args[0] in self._others() else [_DEFAULT, *args])

    def named(self, word: str) -> Any:
        """The command a first word leads to."""
        return self.commands[word if word in self._others() else _DEFAULT]

    def _others(self) -> set[str]:
        return set(self.commands) - {_DEFAULT}


class _Default(TyperCommand):
    """The default command: its name says in the usage line what its argument is."""

    def collect_usage_pieces(self, ctx: Any) -> list[str]:
        """What follows the name."""
        return [self.options_metavar] if self.options_metavar else []


app = typer.Typer(cls=_Group, help="Score detection on marked conversations.", pretty_exceptions_enable=False)


@app.command(_DEFAULT, cls=_Default, epilog=_EXAMPLES)
def evaluate(
    data: Annotated[
        list[Path], typer.Argument(help="JSONL files, or folders of sources: <source>/dev.jsonl.", metavar="DATA")
    ],
    model: Annotated[
        str | None, typer.Option(help="An installed model package, or a model's folder.", metavar="NAME|DIR")
    ] = None,
    policy: Annotated[str, typer.Option(help="default, everything, or a TOML file.", metavar="NAME|FILE")] = "default",
    split: Annotated[str, typer.Option(help="Which file of a source: dev or train.")] = "dev",
    transformer_only: Annotated[
        bool, typer.Option("--transformer-only", help="The name model by itself, without patterns and memory.")
    ] = False,
    beside: Annotated[
        list[str] | None,
        typer.Option(
            help="Also score presidio, langchain, piighost or huggingface; NAME=DIR with a Hugging Face model.",
            metavar="NAME[=DIR]",
        ),
    ] = None,
    redraws: Annotated[int, typer.Option(min=0, help="Draw the values anew this many times.")] = 0,
    names: Annotated[
        Path | None, typer.Option(help="Folder of CSV files with names for the redraws.", metavar="DIR")
    ] = None,
    alone: Annotated[
        bool, typer.Option("--alone", help="Every message by itself, without the turns around it.")
    ] = False,
    first: Annotated[int | None, typer.Option(min=1, help="Only the first N dialogs of each source.")] = None,
    seed: Annotated[int, typer.Option(min=0, help="Seed of the redraws and of the intervals.")] = 0,
    json_file: Annotated[
        Path | None, typer.Option("--json", help="Also write all numbers as JSON.", metavar="FILE")
    ] = None,
    markdown_file: Annotated[
        Path | None, typer.Option("--markdown", help="Also write the tables in Markdown.", metavar="FILE")
    ] = None,
    show: Annotated[
        int, typer.Option(min=0, help="Print N missed values and N wrong masks, with their messages.", metavar="N")
    ] = 0,
) -> None:
    """Score masking, typed detection, scores and speed on marked conversations and sentences.

    A line of DATA is a message: {dialog_id, turn, role, text, spans}. Conversations run through the whole path in
    order, lines without a dialog through detection alone. Everything stays in memory.
    """
    from redactor.evaluation import evaluate as score
    from redactor.evaluation import tables
    from redactor.policy import Policy

    for path in filter(None, (json_file, markdown_file)):
        check_writable(path)
    rules = Policy.load(policy)
    sources = _sources(data, split, redraws=redraws, names=names, seed=seed, first=first, alone=alone)
    systems = [_ours(model, rules, transformer_only=transformer_only), *_rivals(beside or [], rules)]
    found = score(systems, sources, rules, seed=seed, examples=show, watch=_watched)
    for line in _lines(found):
        console.write_line(line)
    if json_file is not None:
        write(json_file, json.dumps({"seed": seed, **found.public()}, ensure_ascii=False, indent=2) + "\n")
    if markdown_file is not None:
        write(markdown_file, tables.markdown(found))
    if show:
        _show(found)


app.command("fairness")(fairness)


def _sources(
    data: Sequence[Path], split: str, *, redraws: int, names: Path | None, seed: int, first: int | None, alone: bool
) -> "list[Source]":
    from redactor.evaluation.redraw import load_names
    from redactor.evaluation.sources import apart, find, load_source, redrawn, shortened

    if redraws and names is None:
        raise ConfigError("--redraws needs --names: a folder of CSV files with first and last names")
    if names is not None and not redraws:
        raise ConfigError("--names is for --redraws; say how many, such as --redraws 20")
    sources = [load_source(path) for path in find(data, split)]
    if first is not None:
        sources = [shortened(source, first) for source in sources]
    if redraws and names is not None:
        pool = load_names(names)
        sources = [redrawn(source, pool, redraws, seed) for source in sources]
    return [apart(source) for source in sources] if alone else sources


def _ours(model: str | None, policy: "Policy", *, transformer_only: bool) -> "System":
    from redactor.evaluation.systems import Pipeline, transformer_alone
    from redactor.redactor import Redactor

    wanted = folder_or_name(model)
    if not transformer_only:
        return Pipeline(Redactor(policy, model=wanted))
    from redactor.detection.transformer import Transformer, load_model

    transformer = Transformer(wanted if isinstance(wanted, Path) else load_model(wanted))
    return transformer_alone(transformer, transformer.version, policy)


def _rivals(beside: Sequence[str], policy: "Policy") -> "list[Alone]":
    if not beside:
        return []
    from redactor.evaluation.rivals import open_rival

    return [open_rival(wanted, policy) for wanted in beside]


def _watched(read: "Iterable[ReadDialog]", doing: str, total: int) -> "Iterable[ReadDialog]":
    return console.progress(read, doing, total)


def _lines(found: "Evaluation") -> Iterator[str]:
    from redactor.evaluation import tables

    for table in tables.tables(found, screen.room()):
        yield from screen.lines(table.title, table.header, table.rows)
        yield ""
    yield from tables.notes(found)
    if len({result.system for result in found.results}) > 1:
        yield tables.BRIEF


def _show(found: "Evaluation") -> None:
    console.note("what follows prints values and messages of your data")
    for result in found.results:
        for what, examples in (("missed", result.examples.missed), ("wrongly masked", result.examples.wrong)):
            if examples:
                console.write_line(f"\n{result.source}, {result.system}: {what}")
                for line in console.table([_example(each) for each in examples]):
                    console.write_line(f"  {line}")


def _example(example: "Example") -> tuple[str, ...]:
    return example.type, repr(example.value), example.message, " ".join(example.text.split())
