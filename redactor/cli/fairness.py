"""`redactor evaluate fairness`: the same messages filled with names by origin and gender, and who was missed."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from redactor.cli import console
from redactor.cli import tables as screen
from redactor.cli.pages import Place
from redactor.exceptions import ConfigError

if TYPE_CHECKING:
    from redactor.evaluation.fairness import Fairness, Gap, MissRate

BEGIN, END = "<!-- fairness: begin -->", "<!-- fairness: end -->"
"""Between these, `--markdown` writes the tables into a page that exists."""
_PLACE = Place(BEGIN, END)

_Section = tuple[str, str, Mapping[str, "MissRate"]]
"""Title, what the groups are, and the groups."""


def fairness(
    names: Annotated[
        Path | None,
        typer.Option(help="Folder of CSV files with names; docs/fairness.md lists the columns.", metavar="DIR"),
    ] = None,
    without: Annotated[
        Path | None,
        typer.Option(help="File of names not to use, one a line: those the model was trained on.", metavar="FILE"),
    ] = None,
    count: Annotated[int, typer.Option(min=1, help="Names per region and shape (first, last, full).")] = 200,
    least: Annotated[
        int, typer.Option(min=1, help="Different names a region's list must hold to be a group of its own.")
    ] = 20,
    seed: Annotated[int, typer.Option(help="Seed of the choice and order of names and messages.")] = 0,
    policy: Annotated[str, typer.Option(help="default, everything, or a TOML file.", metavar="NAME|FILE")] = "default",
    model: Annotated[
        str | None, typer.Option(help="An installed model package, or a model's folder.", metavar="NAME|DIR")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print everything as JSON and nothing else.")] = False,
    markdown: Annotated[
        Path | None,
        typer.Option(
            help="Also write the tables in Markdown; in a page that exists, between its markers.", metavar="FILE"
        ),
    ] = None,
    show_missed: Annotated[
        bool, typer.Option("--show-missed", help="Also print every name that was missed, with its message.")
    ] = False,
) -> None:
    """Fill chat messages with names by origin and gender, redact each, and count the names left in clear.

    Every group gets the same messages. A name is missed when a letter of it is left. Shares with 95% Wilson intervals.
    """
    from redactor.evaluation.fairness import fill, load_lists, measure
    from redactor.redactor import Redactor

    if names is None:
        raise ConfigError(
            "evaluate fairness needs --names: a folder of CSV files with the columns country,gender,romanized "
            "(first names) and country,romanized (last names)"
        )
    if markdown is not None:
        _PLACE.check(markdown)
    lists = load_lists(names, _listed(without), least=least)
    items = fill(lists, count, seed)
    with Redactor(policy, model=folder_or_name(model)) as redactor:
        found = measure(redactor, console.progress(items, "redacting", len(items)), lists.left_out)
        setting = {
            "policy": f"{redactor.policy.name} {redactor.policy.version}",
            "model": redactor.model_version,
            "count": count,
            "seed": seed,
        }
    if markdown is not None:
        _PLACE.write(markdown, "\n".join(_markdown(found, setting)))
    _print(found, setting, as_json=as_json, show_missed=show_missed)


def folder_or_name(model: str | None) -> str | Path | None:
    """What `--model` means: a folder that is there, else the name of an installed package."""
    return Path(model) if model is not None and Path(model).is_dir() else model


def _listed(path: Path | None) -> list[str]:
    if path is None:
        return []
    try:
        return path.read_text("utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError):
        raise ConfigError(f"{path}: cannot be read; expected a UTF-8 text file with one name a line") from None


def _print(found: "Fairness", setting: Mapping[str, object], *, as_json: bool, show_missed: bool) -> None:
    missed = [{"name": m.name, "message": m.template, **m.groups} for m in found.missed] if show_missed else []
    if as_json:
        numbers = asdict(found) | ({"missed": missed} if show_missed else {})
        if not show_missed:
            del numbers["missed"]
        console.write_json({**setting, **numbers})
        return
    for line in _text(found, setting):
        console.write_line(line)
    if missed:
        rows = [[str(row["name"]), str(row["message"]).replace("\n", " / ")] for row in missed]
        for line in ("", *screen.lines("names missed", ("name", "message"), rows)):
            console.write_line(line)


def _sections(found: "Fairness") -> Iterator[_Section]:
    """What is shown, in order; a section without groups is left out."""
    titles = (
        ("origin", "where the list of names is from"),
        ("gender", "gender of the first name"),
        ("shape", "how the name is given"),
        ("case", "how it is written"),
        ("place", "where it stands in the message"),
        ("apart", "regions that lack a list (not in the gap)"),
        ("word", "first names that are also English words (not in the gap)"),
        ("bearers", "counted first names, by how many bear them (not in the gap)"),
    )
    for axis, title in titles:
        if axis in found.by:
            yield axis, title, found.by[axis]


def _text(found: "Fairness", setting: Mapping[str, object]) -> Iterator[str]:
    yield _line(setting)
    yield f"{found.messages} messages; names missed, with 95% Wilson intervals; {found.left_out} listed names not used"
    yield "all regions compared: " + _share(found.overall)
    for axis, title, groups in _sections(found):
        yield ""
        rows = [_row(name, rate) for name, rate in _worst_first(groups)]
        yield from screen.lines(title, ("", "missed", "share", "95% interval"), rows)
        if axis in found.gaps:
            yield f"  {_gap(found.gaps[axis])}"


def _markdown(found: "Fairness", setting: Mapping[str, object]) -> Iterator[str]:
    yield f"{_line(setting)}. All regions compared: {_share(found.overall)}."
    for axis, title, groups in _sections(found):
        yield ""
        yield f"| {title} | missed | share | 95% interval |"
        yield "|---|---:|---:|---|"
        for name, rate in _worst_first(groups):
            yield "| " + " | ".join(_row(name, rate)) + " |"
        if axis in found.gaps:
            yield ""
            yield _gap(found.gaps[axis]) + "."


def _worst_first(groups: Mapping[str, "MissRate"]) -> Sequence[tuple[str, "MissRate"]]:
    return sorted(groups.items(), key=lambda pair: (-pair[1].share, pair[0]))


def _line(setting: Mapping[str, object]) -> str:
    return ", ".join(f"{name} {value}" for name, value in setting.items())


def _row(name: str, rate: "MissRate") -> tuple[str, str, str, str]:
    return (name, f"{rate.missed} of {rate.total}", f"{rate.share:.1%}", f"[{rate.low:.1%}, {rate.high:.1%}]")


def _share(rate: "MissRate") -> str:
    return f"{rate.missed} of {rate.total} missed, {rate.share:.1%} [{rate.low:.1%}, {rate.high:.1%}]"


def _gap(gap: "Gap") -> str:
    points = f"{100 * gap.share:.1f} points [{100 * gap.low:.1f}, {100 * gap.high:.1f}]"
    return f"largest gap: {points}, {gap.worst} to {gap.best}"
