"""An export as a folder that `datasets.load_dataset` reads: Parquet where pyarrow is installed, else JSON lines."""

import importlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from redactor.exceptions import ConfigError
from redactor.reviews.exporting import Example, as_object, tagged, to_jsonl

_CARD = """---
configs:
- config_name: default
  data_files:
  - split: train
    path: {path}
dataset_info:
  features:
  - name: id
    dtype: string
  - name: dialog_id
    dtype: string
  - name: turn
    dtype: int64
  - name: role
    dtype: string
  - name: text
    dtype: string
  - name: spans
    list:
    - name: start
      dtype: int64
    - name: end
      dtype: int64
    - name: label
      dtype: string
  - name: unlabelled
    list: string
{more}---

# Reviewed messages

{count} messages that people have reviewed. Everything personal was replaced by a realistic stand-in; `spans` says where
and what it is, in code points of `text`.
"""
_TOKENS = """  - name: tokens
    list: string
  - name: tags
    list: string
"""


def write(folder: Path, examples: Sequence[Example]) -> list[Path]:
    """Write the folder; gives the files. Raises `ConfigError` for a folder that is there and not empty.

    The card's `dataset_info` is described in the documentation of `datasets`, "Create a dataset card".
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise ConfigError(f"{folder}: it is there already; expected a new folder")
    data = folder / "data"
    data.mkdir(parents=True)
    parquet = _pyarrow()
    path = data / ("train-00000-of-00001.parquet" if parquet else "train.jsonl")
    if parquet:
        _write_parquet(path, [_row(each) for each in examples])
    else:
        path.write_text("".join(to_jsonl(examples)), "utf-8")
    card = folder / "README.md"
    name = path.relative_to(folder).as_posix()
    card.write_text(_CARD.format(path=name, more=_TOKENS if parquet else "", count=len(examples)), "utf-8")
    return [card, path]


def _row(example: Example) -> dict[str, Any]:
    words = list(tagged(example))
    return {**as_object(example), "tokens": [token for token, _ in words], "tags": [tag for _, tag in words]}


def _write_parquet(path: Path, rows: Sequence[Mapping[str, Any]]) -> None:
    arrow: Any = importlib.import_module("pyarrow")
    text, number = arrow.string(), arrow.int64()
    span = arrow.struct([("start", number), ("end", number), ("label", text)])
    plain = [(name, number if name == "turn" else text) for name in ("id", "dialog_id", "turn", "role", "text")]
    lists = [(name, arrow.list_(text)) for name in ("unlabelled", "tokens", "tags")]
    schema = arrow.schema([*plain, ("spans", arrow.list_(span)), *lists])
    importlib.import_module("pyarrow.parquet").write_table(arrow.Table.from_pylist(list(rows), schema), str(path))


def _pyarrow() -> bool:
    try:
        importlib.import_module("pyarrow.parquet")
    except ImportError:
        return False
    return True
