"""Any Hugging Face token-classification model as a recognizer. The only importer of torch and transformers.

Slower and larger than the shipped model (research: 24 times at BERT-base size), but there is one for every language.
Nothing is downloaded unless `local_files_only=False` says so.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from redactor.detection import tags
from redactor.detection.pieces import Window, encodable, trimmed, windows
from redactor.exceptions import ModelError
from redactor.taxonomy import entity_types
from redactor.types import Entity

try:
    import torch
    from transformers import AutoModelForTokenClassification, AutoTokenizer
except ModuleNotFoundError as error:
    if error.name not in ("torch", "transformers"):
        raise
    missing = f"{error.name} is not installed; `pip install 'chat-redactor[transformers]'` brings it"
    raise ImportError(missing, name=error.name) from error

COMMON_NAMES: Mapping[str, str] = {
    "PER": "PERSON",
    "NAME": "PERSON",
    "LOC": "LOCATION",
    "GPE": "LOCATION",
    "ORG": "ORGANIZATION",
    "EMAIL": "EMAIL_ADDRESS",
    "PHONE": "PHONE_NUMBER",
    "ADDRESS": "STREET_ADDRESS",
    "DATE": "DATE_TIME",
    "IP": "IP_ADDRESS",
    "IBAN": "IBAN_CODE",
}
"""Label names of widely used corpora (CoNLL-2003, OntoNotes 5, i2b2) and the entity types they mean."""

_PREFIX = re.compile(r"^([BIESLU])[-_](?=.)")
_STARTS = frozenset("BSU")
_NEVER = -1e4
"""A logit nothing is ever decoded from."""


@dataclass(frozen=True, slots=True)
class _Column:
    """One label of the foreign model: the type it means, and whether it begins a value, goes on with one, or either."""

    label: int
    type: str
    begins: bool
    goes_on: bool


class HuggingFace:
    """A recognizer made of a local folder or a model's name. Each message is read by itself, without the turns before.

    `labels` maps the model's label names, without `B-` and `I-`, to entity types; an empty string drops a label.
    Names that are entity types already, and a few common ones (`COMMON_NAMES`), need no entry; all others are dropped.
    """

    def __init__(
        self,
        model: str | Path,
        *,
        labels: Mapping[str, str] | None = None,
        max_tokens: int = 256,
        device: str = "cpu",
        local_files_only: bool = True,
    ) -> None:
        """Raises `ModelError` where the model is not there, has no fast tokenizer, or no label of a known type."""
        self._tokenizer, self._model = _load(str(model), device, local_files_only)
        self._device = device
        self._columns = _columns(self._model.config.id2label, {**COMMON_NAMES, **(labels or {})})
        types = sorted({column.type for column in self._columns})
        self._tags = tags.tags(["O", *(f"{prefix}-{name}" for name in types for prefix in "BI")])
        self._before, self._after = _specials(self._tokenizer)
        room = min(max_tokens, _longest(self._model)) - len(self._before) - len(self._after)
        self._size, self._stride = room, max(1, room * 3 // 4)
        self.version = f"huggingface-{Path(str(model)).name}"

    def __call__(self, text: str, context: Sequence[str] = ()) -> list[Entity]:
        """Entities of `text` in its code points, and weaker candidates from score 0.1 on."""
        encoding = self._tokenizer(
            encodable(text), add_special_tokens=False, return_offsets_mapping=True, verbose=False
        )
        ids: list[int] = encoding["input_ids"]
        if not ids:
            return []
        logits = np.concatenate([self._window(ids, window) for window in windows(len(ids), self._size, self._stride)])
        spans = tags.spans(self._tags, self._as_bio(logits), encoding.word_ids())
        return list(self._entities(text, spans, encoding["offset_mapping"]))

    def _window(self, ids: list[int], window: Window) -> tags.Floats:
        row = [*self._before, *ids[window.start : window.end], *self._after]
        with torch.inference_mode():
            out = self._model(input_ids=torch.tensor([row], device=self._device)).logits[0]
        shift = len(self._before) - window.start
        kept: tags.Floats = out[shift + window.first : shift + window.last].float().cpu().numpy()
        return kept

    def _as_bio(self, logits: tags.Floats) -> tags.Floats:
        """The model's scores under our labels; several labels of one type add up, what is not mapped counts as O."""
        shifted = np.exp(logits - logits.max(axis=1, keepdims=True))
        likely = shifted / shifted.sum(axis=1, keepdims=True)
        made = np.zeros((len(logits), self._tags.size), dtype=np.float32)
        made[:, 0] = 1.0
        for column in self._columns:
            kind = self._tags.types.index(column.type)
            # a label that may mean both leans a little to going on, so that neighbours make one value
            share = 0.499 if column.goes_on else 1.0
            made[:, self._tags.begin[kind]] += likely[:, column.label] * (share if column.begins else 0.0)
            made[:, self._tags.inside[kind]] += likely[:, column.label] * (1.0 - share if column.begins else 1.0)
            made[:, 0] -= likely[:, column.label]
        scores: tags.Floats = np.maximum(np.log(np.maximum(made, 1e-30)), _NEVER).astype(np.float32)
        return scores

    def _entities(self, text: str, spans: Sequence[tags.Span], offsets: Sequence[tuple[int, int]]) -> Iterator[Entity]:
        for span in spans:
            name = self._tags.types[span.type]
            start, end = trimmed(text, offsets[span.start][0], offsets[span.end - 1][1], name)
            if start < end and span.score >= tags.CANDIDATE_FROM:
                yield Entity(start, end, name, round(span.score, 4), "huggingface")


def _load(name: str, device: str, local_files_only: bool) -> tuple[Any, Any]:
    try:
        tokenizer = AutoTokenizer.from_pretrained(name, local_files_only=local_files_only)
        model = AutoModelForTokenClassification.from_pretrained(name, local_files_only=local_files_only)
    except (OSError, ValueError) as error:
        hint = "give a local folder, or local_files_only=False to download it" if local_files_only else "check its name"
        raise ModelError(f"{name!r} is no token-classification model that can be loaded here; {hint}") from error
    if not tokenizer.is_fast:
        raise ModelError(f"{name!r} has no fast tokenizer (tokenizer.json), so its offsets are unknown; use another")
    return tokenizer, model.to(device).eval()


def _columns(id2label: Mapping[int, str], mapped: Mapping[str, str]) -> list[_Column]:
    prefixes: dict[str, set[str]] = {}
    split = {}
    for number, label in id2label.items():
        match = _PREFIX.match(label)
        split[int(number)] = prefix, name = (match[1] if match else "", label[match.end() :] if match else label)
        prefixes.setdefault(name, set()).add(prefix)
    columns = []
    for number, (prefix, name) in split.items():
        entity_type = mapped.get(name, mapped.get(name.upper(), name))
        if entity_type not in entity_types():
            continue
        either = not prefixes[name] & _STARTS  # plain names, or the I- of schemes that mark no beginning
        columns.append(_Column(number, entity_type, either or prefix in _STARTS, either or prefix not in _STARTS))
    if not columns:
        seen = ", ".join(sorted(prefixes))
        raise ModelError(f"no label of this model is a known entity type ({seen}); map them with labels={{...}}")
    return columns


def _specials(tokenizer: Any) -> tuple[list[int], list[int]]:
    """The word pieces the tokenizer puts before and after a text."""
    bare, whole = tokenizer("a", add_special_tokens=False)["input_ids"], tokenizer("a")["input_ids"]
    at = next((i for i in range(len(whole)) if whole[i : i + len(bare)] == bare), 0)
    return whole[:at], whole[at + len(bare) :]


def _longest(model: Any) -> int:
    longest = getattr(model.config, "max_position_embeddings", 0) or 512
    return int(longest) - 2  # RoBERTa's positions start at two
