"""A model package on disk: found by entry point, checked against its own `meta.json`.

A package is an importable module with `path()`, the folder that holds `meta.json`, `model.onnx` and `tokenizer.json`;
it announces itself under the entry point group `redactor.models`.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path
from typing import Any

from redactor.exceptions import ModelError
from redactor.taxonomy import entity_types

GROUP = "redactor.models"
FORMAT = 1
FILES = ("model.onnx", "tokenizer.json")
LEAST_WINDOW = 16


@dataclass(frozen=True, slots=True)
class Meta:
    """What `meta.json` says of a model, checked."""

    name: str
    version: str
    labels: tuple[str, ...]
    max_tokens: int
    """Word pieces of a message in one window."""
    stride: int
    """Word pieces from one window's start to the next one's."""
    context_tokens: tuple[int, int]
    """Fewest and most word pieces of the turns before."""
    room: int
    """Word pieces that context and a short message share."""
    o_bias: float
    """Subtracted from the logit of O before decoding; more finds more and errs more."""
    temperature: float
    """Logits are divided by it, so that a score means a probability (Guo et al. 2017)."""
    thresholds: Mapping[str, float]
    """Entity type → score from which a vote counts where the policy names none; a type left out needs 0.5."""
    sha256: str
    """Of `model.onnx`."""

    @property
    def digest(self) -> str:
        """SHA-256 over the weights' own and every setting that changes what is found."""
        settings = {name: value for name, value in asdict(self).items() if name not in ("name", "version")}
        return hashlib.sha256(json.dumps(settings, sort_keys=True, default=dict).encode()).hexdigest()


def load_model(name: str | None = None) -> Path:
    """The folder of an installed model package; without a name, the only one or `redactor_en`.

    Raises `ModelError` that lists what is installed.
    """
    found = {entry.name: entry for entry in entry_points(group=GROUP)}
    wanted = name or ("redactor_en" if "redactor_en" in found or len(found) != 1 else next(iter(found)))
    if wanted not in found:
        installed = ", ".join(sorted(found)) or "none"
        raise ModelError(f"no model package named {wanted!r}; installed: {installed}. Reinstall chat-redactor.")
    return _folder(found[wanted])


def _folder(entry: EntryPoint) -> Path:
    try:
        folder = entry.load().path()
    except Exception as error:
        problem = f"model package {entry.name!r} cannot be imported or has no path(): {type(error).__name__}"
        raise ModelError(f"{problem}; reinstall it") from error
    return Path(folder)


def read_meta(folder: Path) -> Meta:
    """`meta.json`, and the proof that the files beside it are those it speaks of.

    Raises `ModelError` naming the file: missing, damaged (size or SHA-256 differ), or of an unknown format.
    """
    raw = _json(folder / "meta.json")
    if raw.get("format") != FORMAT:
        raise _wrong(folder, f"format is {raw.get('format')!r}, this version reads {FORMAT}")
    try:
        meta = _meta(raw)
    except (KeyError, TypeError, ValueError) as error:
        raise _wrong(folder, f"missing or unusable: {error}") from error
    _check_labels(folder, meta)
    for file in FILES:
        _check_file(folder / file, raw["files"].get(file, {}))
    return meta


def _meta(raw: Mapping[str, Any]) -> Meta:
    low, high = (int(n) for n in raw["context_tokens"])
    meta = Meta(
        name=str(raw["name"]),
        version=str(raw["version"]),
        labels=tuple(str(label) for label in raw["labels"]),
        max_tokens=int(raw["max_tokens"]),
        stride=int(raw["stride"]),
        context_tokens=(low, high),
        room=int(raw["room"]),
        o_bias=float(raw["o_bias"]),
        temperature=float(raw["temperature"]),
        thresholds={str(k): float(v) for k, v in raw["thresholds"].items()},
        sha256=str(raw["files"]["model.onnx"]["sha256"]),
    )
    if not (meta.max_tokens >= LEAST_WINDOW and 0 < meta.stride <= meta.max_tokens and 0 <= low <= high):
        raise ValueError("max_tokens, stride and context_tokens do not fit together")
    if meta.temperature <= 0:
        raise ValueError("temperature must be above 0")
    return meta


def _check_labels(folder: Path, meta: Meta) -> None:
    types = {label[2:] for label in meta.labels if label != "O"}
    unknown = sorted(types - set(entity_types()))
    if unknown:
        raise _wrong(folder, f"unknown entity types: {', '.join(unknown)}")
    if set(meta.labels) != {"O"} | {f"{prefix}-{name}" for name in types for prefix in "BI"}:
        raise _wrong(folder, "labels must be O and, for each type X, one B-X and one I-X")


def _check_file(path: Path, expected: Mapping[str, Any]) -> None:
    if not path.is_file():
        raise ModelError(f"{path.name} is missing from the model package {path.parent.name!r}; reinstall it")
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    if digest != expected.get("sha256"):
        damaged = f"{path.name} of the model package {path.parent.name!r} is damaged"
        size = f"{path.stat().st_size} bytes, {expected.get('bytes')} expected"
        raise ModelError(f"{damaged} (its SHA-256 is not the one in meta.json; {size}); reinstall it")


def _json(path: Path) -> dict[str, Any]:
    try:
        raw = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise ModelError(f"{path.parent.name!r} holds no model package: meta.json is missing; reinstall it") from error
    except ValueError as error:
        raise _wrong(path.parent, "it is not JSON") from error
    if not isinstance(raw, dict) or not isinstance(raw.get("files"), dict):
        raise _wrong(path.parent, "it names no files")
    return raw


def _wrong(folder: Path, reason: str) -> ModelError:
    return ModelError(f"meta.json of the model package {folder.name!r} cannot be used: {reason}; reinstall it")
