"""`redactor replay`: marked conversations from a file, through the whole path, with a summary."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from redactor.cli import console
from redactor.exceptions import ConfigError

if TYPE_CHECKING:
    from redactor.evaluation import Dialog, ReplayedDialog, Scores
    from redactor.evaluation.scores import Rate

_EXAMPLES = (
    "Examples: redactor replay chats.jsonl  ·  redactor replay chats.jsonl --dialog 3  ·  "
    "redactor replay chats.jsonl --redraws 20 --names names/ --json"
)


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("replay", epilog=_EXAMPLES)(replay)


def replay(
    file: Annotated[Path, typer.Argument(help="JSONL, a message per line: {dialog_id, turn, role, text, spans}.")],
    dialog: Annotated[
        str | None, typer.Option(help="Only this dialog: its id, or its place in the file from 1.", metavar="N|ID")
    ] = None,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Print the summary only.")] = False,
    redraws: Annotated[
        int, typer.Option(min=0, help="Replay this many redraws with other names and ids instead; summary only.")
    ] = 0,
    names: Annotated[
        Path | None, typer.Option(help="Folder of CSV files with names for the redraws.", metavar="DIR")
    ] = None,
    seed: Annotated[int, typer.Option(help="Seed of the redraws and of the intervals.")] = 0,
    policy: Annotated[str, typer.Option(help="default, everything, or a TOML file.", metavar="NAME|FILE")] = "default",
    as_json: Annotated[bool, typer.Option("--json", help="Print the summary as JSON and nothing else.")] = False,
    show_missed: Annotated[
        bool, typer.Option("--show-missed", help="Also print every value that was not fully masked.")
    ] = False,
) -> None:
    """Show, turn by turn, what was typed, what the LLM sees and what the person reads; then count.

    `spans` mark the personal values of a message; without them there is nothing to count. Runs in memory: the
    file's conversations are forgotten one by one.
    """
    from redactor.cli import opened
    from redactor.evaluation import load, replay, score
    from redactor.evaluation.dialogs import unannotated_types
    from redactor.policy import Policy

    dialogs = _chosen(load(file), dialog)
    if redraws:
        dialogs = _redrawn(dialogs, redraws, names, seed)
    rules = Policy.load(policy)
    silent = quiet or as_json or bool(redraws)
    with opened.in_memory(policy) as redactor:
        replayed = replay(redactor, dialogs)
        scores = score(
            console.progress(replayed, "replaying", len(dialogs)) if silent else _shown(replayed),
            masks=lambda entity_type: entity_type not in rules.kept,
            unannotated=unannotated_types(file),
            seed=seed,
        )
        setting = {"policy": f"{rules.name} {rules.version}", "model": redactor.model_version}
    _print(scores, setting | {"redraws": redraws, "seed": seed}, as_json=as_json, show_missed=show_missed)


def _chosen(dialogs: "list[Dialog]", wanted: str | None) -> "list[Dialog]":
    if wanted is None:
        return dialogs
    by_id = [dialog for dialog in dialogs if dialog.id == wanted]
    if by_id:
        return by_id
    if wanted.isdecimal() and 1 <= int(wanted) <= len(dialogs):
        return [dialogs[int(wanted) - 1]]
    raise ConfigError(f"--dialog: no such dialog; expected an id of the file, or a number from 1 to {len(dialogs)}")


def _redrawn(dialogs: "Sequence[Dialog]", times: int, names: Path | None, seed: int) -> "list[Dialog]":
    from redactor.evaluation import load_names, redraw

    if names is None:
        raise ConfigError("--redraws needs --names: a folder of CSV files with first and last names")
    pool = load_names(names)
    return [again for number in range(times) for again in redraw(dialogs, pool, seed + number)]


def _shown(replayed: "Iterator[ReplayedDialog]") -> "Iterator[ReplayedDialog]":
    """Passes the dialogs on and shows each on its way."""
    from redactor.cli.shown import Shown, show

    for dialog in replayed:
        turns = [
            Shown(turn.message.role, turn.message.text, turn.redaction.text, turn.reads, turn.redaction.revision > 0)
            for turn in dialog.turns
        ]
        show(turns, dialog.dialog.id)
        yield dialog


def _print(scores: "Scores", setting: Mapping[str, object], *, as_json: bool, show_missed: bool) -> None:
    missed = [{"dialog": m.dialog, "message": m.message, "type": m.type, "text": m.text} for m in scores.missed]
    if as_json:
        console.write_json({**setting, **scores.public(), **({"missed": missed} if show_missed else {})})
        return
    console.write_line(", ".join(f"{name} {value}" for name, value in setting.items()))
    for line in _summary(scores):
        console.write_line(line)
    if show_missed and missed:
        console.write_line("\nvalues not fully masked")
        for line in console.table([list(row.values()) for row in missed]):
            console.write_line(f"  {line}")


def _summary(scores: "Scores") -> Iterator[str]:
    yield f"{scores.dialogs} dialogs, {scores.messages} messages; 95% intervals resampled by dialog"
    rows = [
        _row("values fully masked", scores.masked),
        _row("clean messages touched", scores.touched),
        _row("conversations with nothing left", scores.nothing_left),
        _row("placeholders an echoing bot's customer reads", scores.restored),
        _row("turns that come back exactly", scores.exact),
    ]
    rows += [_row(f"  {entity_type}", rate) for entity_type, rate in scores.by_type.items()]
    yield from console.table(rows)
    if scores.touched_by:
        yield "touched by: " + ", ".join(f"{name} {count}" for name, count in scores.touched_by.items())


def _row(name: str, rate: "Rate") -> tuple[str, ...]:
    if rate.share is None or rate.low is None or rate.high is None:
        return (name, "none to count", "", "")
    counted = f"{rate.count} of {rate.total}"
    return (name, counted, f"{rate.share:6.1%}", f"[{rate.low:.1%}, {rate.high:.1%}]")
