"""Reading what people write (TOML files) and saying what is wrong with it, with the nearest known name."""

import difflib
import tomllib
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError

from redactor.exceptions import ConfigError

_WORDS = {
    "dict_type": "expected a table",
    "model_type": "expected a table",
    "model_attributes_type": "expected a table",
    "frozen_set_type": "expected a list",
    "list_type": "expected a list",
    "set_type": "expected a list",
    "tuple_type": "expected a list",
}
"""What TOML calls the shapes for which pydantic has names of Python's, by kind of mistake."""


def read_toml(path: Path, refuse: type[ConfigError], absent: str) -> dict[str, Any]:
    """A TOML file's content. Raises `refuse`: with the text `absent` where there is no such file."""
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        raise refuse(absent) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as error:
        raise refuse(f"{path} cannot be read as TOML ({type(error).__name__}: {error})") from None


def nearest(name: str, known: Iterable[str]) -> str:
    """A hint to put behind an unknown name; empty where nothing is like it."""
    near = difflib.get_close_matches(name, sorted(known), n=1, cutoff=0.5)
    return f"; did you mean {near[0]!r}?" if near else ""


def explain(
    error: ValidationError, models: Iterable[type[BaseModel]], section: str = "", also: Iterable[str] = ()
) -> str:
    """Every mistake in one line: where, what was expected, the nearest key of `models` and `also`. Never what was
    written."""
    known = {key for model in models for key in model.model_fields}.union(also)
    lines = []
    for item in error.errors(include_input=False, include_url=False, include_context=False):
        where = ".".join(str(part) for part in (section, *item["loc"]) if part != "")
        if item["type"] == "extra_forbidden":
            lines.append(f"{where}: unknown key{nearest(str(item['loc'][-1]), known)}")
        else:
            message = _WORDS.get(item["type"]) or item["msg"].removeprefix("Value error, ")
            lines.append(f"{where}: {message}" if where else message)
    return "; ".join(lines).replace("?; ", "? ")  # a hint ends its sentence
