"""The sources an evaluation runs over: files, or a folder of sources, each with what it says nothing about."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from redactor.evaluation.dialogs import Dialog, load, unannotated_types
from redactor.evaluation.redraw import Names, redraw
from redactor.exceptions import ConfigError

SPLITS = ("dev", "train")
"""What a source's files are called: `dev` is looked at, `train` is trained on."""


@dataclass(frozen=True, slots=True)
class Source:
    """Marked conversations and single sentences of one origin."""

    name: str
    dialogs: tuple[Dialog, ...] = field(repr=False)
    unannotated: frozenset[str] = frozenset()
    """Entity types the source says nothing about: they count neither for nor against."""

    @property
    def messages(self) -> int:
        """How many messages it holds."""
        return sum(len(dialog.messages) for dialog in self.dialogs)


def find(paths: Iterable[Path], split: str = "dev") -> list[Path]:
    """The JSONL files meant by files and folders.

    A folder stands for its own `<split>.jsonl`, or for that of each folder in it, by name. Raises `ConfigError` for a
    path that is not there and for a folder without such a file.
    """
    if split not in SPLITS:
        raise ConfigError(f"split: there is no {split!r}; expected one of {', '.join(SPLITS)}")
    return [file for path in paths for file in _files(path, f"{split}.jsonl")]


def _files(path: Path, name: str) -> list[Path]:
    if not path.is_dir():
        return [path]
    if (path / name).is_file():
        return [path / name]
    found = sorted(path.glob(f"*/{name}"))
    if not found:
        raise ConfigError(f"{path}: no {name} in it nor in a folder of it; expected <source>/{name}, or give the files")
    return found


def load_source(path: Path) -> Source:
    """The source of one file, called after its folder and itself: `abcd/dev`.

    Raises `ConfigError` as `redactor.evaluation.dialogs.load` does.
    """
    folder = path.resolve().parent.name
    return Source("/".join(part for part in (folder, path.stem) if part), tuple(load(path)), unannotated_types(path))


def redrawn(source: Source, names: Names, times: int, seed: int) -> Source:
    """The source with other names and ids in it, `times` times over (see `redactor.evaluation.redraw`)."""
    drawn = [again for number in range(times) for again in redraw(source.dialogs, names, seed + number)]
    return replace(source, name=f"{source.name}, {times} redraws", dialogs=tuple(drawn))


def shortened(source: Source, dialogs: int) -> Source:
    """Its first dialogs only, for a quick look."""
    return replace(source, dialogs=source.dialogs[:dialogs])


def apart(source: Source) -> Source:
    """Every message a sentence of its own, without the turns around it; resampled with its dialog all the same."""
    return replace(source, dialogs=tuple(_apart(source.dialogs)))


def _apart(dialogs: Sequence[Dialog]) -> Iterable[Dialog]:
    for dialog in dialogs:
        for number, message in enumerate(dialog.messages):
            yield Dialog(f"{dialog.id}/{number}", (message,), origin=dialog.origin, alone=True)
