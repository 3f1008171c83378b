"""Which model is in use: what is installed, whether it is whole and finds its canaries, how another takes its place.

The choice lies in `models.json` in the data folder, the newest last; a `model` in redactor.toml wins over it. What was
chosen is pinned by its version, which holds a digest of weights and settings: a model that changed on disk is refused
until it is chosen again.
"""

import contextlib
import json
import secrets
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from importlib.metadata import entry_points
from importlib.resources import files
from pathlib import Path
from typing import Any

from redactor.audit import Audit, Entry
from redactor.crypto import sync_folder, write_private
from redactor.detection.model import GROUP, Meta, load_model, read_meta
from redactor.exceptions import ModelError

FORMAT = 1
SHIPPED = "redactor_en"
"""What is used where nothing was chosen."""
_CANARIES = "canaries.json"


@dataclass(frozen=True, slots=True)
class Canary:
    """A made-up message and what a model must find in it; `expect` is empty where it must find nothing."""

    text: str
    expect: tuple[tuple[str, str], ...]
    """Entity type and the part of the text that one entity of it has to cover."""
    context: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Chosen:
    """One line of the history."""

    source: str
    """An installed package's name, or a folder."""
    version: str
    since: float
    """Seconds since the epoch."""


def installed() -> list[str]:
    """Names of the installed model packages."""
    return sorted({entry.name for entry in entry_points(group=GROUP)})


def folder_of(source: str) -> Path:
    """The folder of an installed package's name or of a path. Raises `ModelError` that lists what is installed."""
    if not source:
        raise ModelError(f"expected a model's name or folder, found nothing; installed: {', '.join(installed())}")
    path = Path(source).expanduser().resolve()  # "." has no name to show
    if source not in installed() and path.is_dir():
        return path
    return load_model(source)


def version_of(folder: Path) -> str:
    """Name, version and digest of a package, its files held against their checksums. Raises `ModelError`."""
    return _version(read_meta(folder))


def _version(meta: Meta) -> str:
    return f"{meta.name}-{meta.version}-{meta.digest[:8]}"


def problems(folder: Path) -> Iterator[str]:
    """What speaks against using a package: its format, its checksums, labels nobody knows, canaries it misses."""
    from redactor.detection.transformer import Transformer  # it brings onnxruntime

    wrong = ""
    try:
        model = Transformer(folder)
        canaries = _canaries(folder)
    except ModelError as error:
        wrong = str(error)
    if wrong:
        yield wrong
        return
    for number, canary in enumerate(canaries, 1):
        if missed := _missed(model, canary):
            yield f"canary {number}: {missed}"


def _missed(model: Any, canary: Canary) -> str:
    """What a model got wrong of one canary; empty for nothing."""
    needed = model.thresholds
    found = [vote for vote in model(canary.text, canary.context) if vote.score >= needed.get(vote.type, 0.5)]
    if not canary.expect:
        return "" if not found else f"expected nothing, found {', '.join(sorted({vote.type for vote in found}))}"
    for entity_type, value in canary.expect:
        start = canary.text.index(value)
        if not any(vote.type == entity_type and vote.start <= start < start + len(value) <= vote.end for vote in found):
            return f"expected {entity_type}, found {', '.join(sorted({vote.type for vote in found})) or 'nothing'}"
    return ""


def _canaries(folder: Path) -> list[Canary]:
    """The package's own, or those of this library, which are English."""
    own = folder / _CANARIES
    shipped = files("redactor.detection").joinpath("data", _CANARIES)
    wrong = ""
    try:
        rows = json.loads((own if own.is_file() else shipped).read_text("utf-8"))
        return [
            Canary(row["text"], tuple((a, b) for a, b in row["expect"]), tuple(row.get("context", ()))) for row in rows
        ]
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        wrong = type(error).__name__
    raise ModelError(
        f"{_CANARIES} of the model package {folder.name!r} cannot be read ({wrong}); "
        'expected a list of {"text": ..., "expect": [[type, part of the text], ...]}'
    )


class Choice:
    """The model chosen in a data folder."""

    __slots__ = ("_clock", "_path")

    def __init__(self, folder: Path, clock: Callable[[], float] = time.time) -> None:
        self._path, self._clock = folder / "models.json", clock

    def history(self) -> list[Chosen]:
        """What was chosen, the model in use last; empty where the shipped one is used."""
        wrong = ""
        try:
            content = json.loads(self._path.read_text("utf-8"))
            if content["format"] != FORMAT:
                raise ValueError("another format")
            return [Chosen(**row) for row in content["history"]]
        except FileNotFoundError:
            return []
        except (OSError, ValueError, KeyError, TypeError, RecursionError) as error:
            wrong = type(error).__name__
        raise ModelError(
            f"{self._path} cannot be read ({wrong}), so which model is to be used is not known; choose one anew with "
            f"`redactor model use {SHIPPED}` after moving the file away"
        )

    def folder(self) -> Path | None:
        """The chosen package's folder; None where nothing was chosen.

        Raises `ModelError` where it is gone, damaged, or no longer what was chosen.
        """
        history = self.history()
        if not history:
            return None
        chosen = history[-1]
        folder = folder_of(chosen.source)
        found = version_of(folder)
        if found != chosen.version:
            raise ModelError(
                f"the chosen model was {chosen.version}, and what is there now is {found}; `redactor model use "
                f"{chosen.source}` verifies and chooses it, `redactor model rollback` goes back"
            )
        return folder

    def use(self, source: str, audit: Audit) -> Chosen:
        """Verify a package and choose it, in the audit log first.

        Raises `ModelError` that says what speaks against it; the choice stays as it was then.
        """
        history = self.history()
        chosen = self._verified(source)
        self._switch([*history, chosen], audit, "model.use", history[-1] if history else None)
        return chosen

    def rollback(self, audit: Audit) -> Chosen | None:
        """Go back to what was chosen before, verified anew; None for the shipped model, chosen by nobody.

        Raises `ModelError` where nothing was chosen, or the one before cannot be used.
        """
        history = self.history()
        if not history:
            raise ModelError("nothing to go back from: no model was chosen, so the shipped one is in use")
        before = history[-2] if len(history) > 1 else None
        if before is None:
            self._verified(SHIPPED)
        elif (found := self._verified(before.source).version) != before.version:
            raise ModelError(f"the model before was {before.version}, and what is there now is {found}; choose one")
        self._switch(history[:-1], audit, "model.rollback", history[-1])
        return before

    def _verified(self, source: str) -> Chosen:
        folder = folder_of(source)
        if wrong := list(problems(folder)):
            raise ModelError(f"{source!r} cannot be used: {'; '.join(wrong)}")
        name = source if source in installed() else str(folder.resolve())
        return Chosen(name, version_of(folder), self._clock())

    def _switch(self, history: list[Chosen], audit: Audit, action: str, before: Chosen | None) -> None:
        versions = {
            "model": history[-1].version if history else SHIPPED,
            "before": before.version if before else SHIPPED,
        }
        # Two records: a process that ends between them must not leave one that says the switch was made.
        audit.write(Entry(action, outcome="begun", versions=versions))
        content = json.dumps({"format": FORMAT, "history": [asdict(row) for row in history]}, indent=2)
        _replace(self._path, content)
        audit.write(Entry(action, versions=versions))


def _replace(path: Path, content: str) -> None:
    """Write a file whole or not at all."""
    draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    wrong = ""
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        write_private(draft, content.encode())
        draft.replace(path)
        sync_folder(path.parent)
    except OSError as error:
        wrong = error.strerror or type(error).__name__
    finally:
        with contextlib.suppress(OSError):
            draft.unlink(missing_ok=True)
    if wrong:
        raise ModelError(f"{path} cannot be written ({wrong}); the model in use is as it was")
