"""The file a window is compared with: counts by day, the versions they were counted under, and nothing else."""

import json
from collections import Counter
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from redactor.exceptions import ConfigError
from redactor.metrics.change import FEWEST_REFERENCE
from redactor.metrics.counts import BINS, Counts, Kind, Label, total
from redactor.metrics.signs import REPLY_SIGNS
from redactor.metrics.window import Window, written

_EPOCH = date(1970, 1, 1).toordinal()

_Entry = tuple[
    Kind, str, str, str, Annotated[int, Field(ge=0, lt=BINS)], Annotated[int, Field(ge=1)]
]  # kind, role, name, recognizer, bin, count


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    format: Literal["redactor monitoring reference 1"] = "redactor monitoring reference 1"
    model: str
    policies: dict[str, Annotated[int, Field(ge=0)]]
    days: dict[date, list[_Entry]]


def save(window: Window, path: Path) -> None:
    """Write a window as a reference.

    Raises:
        ConfigError: it holds too few messages to compare with, those of several models, or cannot be written.
    """
    text = json.dumps(_data(window), ensure_ascii=False, separators=(",", ":"))
    try:
        path.write_text(text + "\n", "utf-8")
    except OSError as error:
        raise ConfigError(f"{path}: cannot be written ({error.strerror})") from None


def _data(window: Window) -> dict[str, object]:
    messages = total(window.total(), "message")
    if messages < FEWEST_REFERENCE:
        raise ConfigError(
            f"there are {messages} messages ({window.span()}), and a reference needs {FEWEST_REFERENCE} or more; "
            "take a longer --since, or wait"
        )
    if len(window.models) != 1:
        raise ConfigError(
            f"the messages were read by {len(window.models)} versions of the model ({', '.join(window.models)}), and a "
            "reference is of one; take a --since that begins after the change"
        )
    days = {
        written(day): [[*label, count] for label, count in sorted(counts.items())]
        for day, counts in window.days.items()
    }
    format_ = _File.model_fields["format"].default
    return {"format": format_, "model": next(iter(window.models)), "policies": dict(window.policies), "days": days}


def load(path: Path) -> Window:
    """Read a reference. Raises `ConfigError` that says what is wrong with the file, never what stands in it."""
    try:
        file = _File.model_validate_json(path.read_bytes())
    except OSError as error:
        raise ConfigError(
            f"{path}: cannot be read ({error.strerror}); expected a file of `redactor monitor reference`"
        ) from None
    except ValidationError as error:
        raise ConfigError(f"{path}: not a file of `redactor monitor reference` ({_first_mistake(error)})") from None
    days = {
        day.toordinal() - _EPOCH: Counter({Label(*entry[:5]): entry[5] for entry in entries})
        for day, entries in sorted(file.days.items())
    }
    _check_rates(path, days.values())
    messages = sum(total(counts, "message") for counts in days.values())
    return Window(days, {file.model: messages}, dict(file.policies))


def _check_rates(path: Path, days: Iterable[Counts]) -> None:
    """A type or a sign is counted once per message or reply; no share is above 1."""
    for counts in days:
        for (kind, role, name, _, _), count in counts.items():
            every: Kind = "reply" if name in REPLY_SIGNS else "message"
            if kind in ("holding", "sign") and count > total(counts, every, role=role):
                raise ConfigError(
                    f"{path}: not a file of `redactor monitor reference` (days: something is counted more often than "
                    "there are messages)"
                )


def _first_mistake(error: ValidationError) -> str:
    """Which of our fields is wrong and how; names that the file made up are not repeated."""
    mistake = error.errors(include_input=False, include_url=False, include_context=False)[0]
    field = str(mistake["loc"][0]) if mistake["loc"] else ""
    return f"{field}: {mistake['msg']}" if field in _File.model_fields else mistake["type"].replace("_", " ")
