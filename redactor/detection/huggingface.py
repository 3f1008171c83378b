"""Any Hugging Face token-classification model as a recognizer. The only importer of torch and transformers.

Slower and larger than the shipped model, but there is one for every language. Nothing is downloaded unless
`local_files_only=False` says so.
"""

import difflib
import hashlib
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

_TYPE_NAME = re.compile(r"[A-Z][A-Z0-9_]*[A-Z]")
_PREFIX = re.compile(r"^([BIESLU])[-_](?=.)")
_STARTS = frozenset("BSU")
_NEVER = -1e4
"""A logit nothing is ever decoded from."""
_TOGETHER = 16
"""How many windows go through the model at once."""
_Part = tuple[int, Window]
"""Which of the texts, and which window of it."""


@dataclass(frozen=True, slots=True)
class _Column:
    """One label of the foreign model: the type it means, and whether it begins a value, goes on with one, or either."""

    label: int
    type: str
    begins: bool
    goes_on: bool


@dataclass(frozen=True, slots=True)
class _Encoded:
    """One text as the model's tokenizer cuts it."""

    ids: list[int]
    words: list[int | None]
    offsets: list[tuple[int, int]]


class HuggingFace:
    """A recognizer made of a local folder, a model's name, or a `transformers` token-classification pipeline.

    Each message is read by itself, without the turns before. `labels` maps the model's label names, without `B-` and
    `I-`, to entity types; an empty string drops a label. Names that are entity types already, and a few common ones
    (`COMMON_NAMES`), need no entry; all others are dropped.
    """

    name = "huggingface"

    def __init__(
        self,
        model: Any,
        *,
        labels: Mapping[str, str] | None = None,
        max_tokens: int = 256,
        device: str = "auto",
        local_files_only: bool = True,
    ) -> None:
        """`device`: one of torch's, or `auto` for a GPU where there is one; a pipeline stays where it is.

        Raises `ModelError` where the model is not there, has no fast tokenizer, no label of a known type, or a label is
        mapped to a type nobody knows.
        """
        self._tokenizer, self._model = _load(model, device, local_files_only)
        self._device = self._model.device
        self._columns = _columns(self._model.config.id2label, {**COMMON_NAMES, **_checked(labels or {})})
        types = sorted({column.type for column in self._columns})
        self._tags = tags.tags(["O", *(f"{prefix}-{name}" for name in types for prefix in "BI")])
        self._before, self._after = _specials(self._tokenizer)
        room = min(max_tokens, _longest(self._model)) - len(self._before) - len(self._after)
        self._size, self._stride = room, max(1, room * 3 // 4)
        self.version = f"huggingface-{Path(self._model.name_or_path).name}-{_digest(self._model)}"

    def __call__(self, text: str, context: Sequence[str] = ()) -> list[Entity]:
        """Entities of `text` in its code points, and weaker candidates from score 0.1 on."""
        return self.batch([text])[0]

    def batch(self, texts: Sequence[str]) -> list[list[Entity]]:
        """The same for many texts, several windows of similar length through the model at once."""
        encoded = [self._encode(text) for text in texts]
        parts = [
            (number, window)
            for number, one in enumerate(encoded)
            for window in windows(len(one.ids), self._size, self._stride)
        ]
        logits = self._logits(encoded, parts)
        return [
            list(self._found(text, one, [logits[part] for part in parts if part[0] == number]))
            for number, (text, one) in enumerate(zip(texts, encoded, strict=True))
        ]

    def _encode(self, text: str) -> _Encoded:
        made = self._tokenizer(encodable(text), add_special_tokens=False, return_offsets_mapping=True, verbose=False)
        return _Encoded(made["input_ids"], made.word_ids(), made["offset_mapping"])

    def _logits(self, encoded: Sequence[_Encoded], parts: Sequence[_Part]) -> dict[_Part, tags.Floats]:
        by_length = sorted(parts, key=lambda part: part[1].end - part[1].start)
        found: dict[_Part, tags.Floats] = {}
        for first in range(0, len(by_length), _TOGETHER):
            together = by_length[first : first + _TOGETHER]
            rows = [[*self._before, *encoded[n].ids[w.start : w.end], *self._after] for n, w in together]
            for (number, window), out in zip(together, self._forward(rows), strict=True):
                shift = len(self._before) - window.start
                found[number, window] = out[shift + window.first : shift + window.last]
        return found

    def _forward(self, rows: Sequence[list[int]]) -> tags.Floats:
        """The model's scores: (rows, longest row, labels)."""
        longest = max(map(len, rows))
        padding = self._tokenizer.pad_token_id or 0
        ids = [[*row, *[padding] * (longest - len(row))] for row in rows]
        seen = [[*[1] * len(row), *[0] * (longest - len(row))] for row in rows]
        with torch.inference_mode():
            out = self._model(
                input_ids=torch.tensor(ids, device=self._device), attention_mask=torch.tensor(seen, device=self._device)
            ).logits
        scores: tags.Floats = out.float().cpu().numpy()
        return scores

    def _found(self, text: str, encoded: _Encoded, logits: Sequence[tags.Floats]) -> Iterator[Entity]:
        if logits:
            spans = tags.spans(self._tags, self._as_bio(np.concatenate(list(logits))), encoded.words)
            yield from self._entities(text, spans, encoded.offsets)

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


def _load(model: Any, device: str, local_files_only: bool) -> tuple[Any, Any]:
    if hasattr(model, "tokenizer") and hasattr(model, "model"):  # a pipeline
        tokenizer, loaded = model.tokenizer, model.model.eval()
    else:
        tokenizer, loaded = _from_pretrained(str(model), local_files_only)
        loaded = loaded.to(_device(device)).eval()
    if tokenizer is None or not tokenizer.is_fast:
        raise ModelError(
            f"{loaded.name_or_path!r} has no fast tokenizer (tokenizer.json), so its offsets are unknown; use another"
        )
    return tokenizer, loaded


def _from_pretrained(name: str, local_files_only: bool) -> tuple[Any, Any]:
    try:
        tokenizer = AutoTokenizer.from_pretrained(name, local_files_only=local_files_only)
        return tokenizer, AutoModelForTokenClassification.from_pretrained(name, local_files_only=local_files_only)
    except (OSError, ValueError) as error:
        hint = "give a local folder, or local_files_only=False to download it" if local_files_only else "check its name"
        raise ModelError(f"{name!r} is no token-classification model that can be loaded here; {hint}") from error


def _device(name: str) -> str:
    if name != "auto":
        return name
    return "cuda" if torch.cuda.is_available() else "cpu"


def _digest(model: Any) -> str:
    """Eight hexadecimal digits that change with any weight."""
    sha = hashlib.sha256()
    for parameter in model.parameters():
        sha.update(parameter.detach().float().cpu().numpy().tobytes())
    return sha.hexdigest()[:8]


def _checked(labels: Mapping[str, str]) -> Mapping[str, str]:
    """The mapping; a policy's own types are welcome, a misspelt one of ours is not."""
    for label, entity_type in labels.items():
        misspelt = difflib.get_close_matches(entity_type, entity_types(), n=1, cutoff=0.85)
        if entity_type and entity_type not in entity_types() and (misspelt or not _TYPE_NAME.fullmatch(entity_type)):
            hint = f"; did you mean {misspelt[0]}?" if misspelt else ": upper case letters, digits and underscores"
            raise ModelError(f"labels: {label!r} is mapped to {entity_type!r}, which is no entity type{hint}")
    return labels


def _columns(id2label: Mapping[int, str], mapped: Mapping[str, str]) -> list[_Column]:
    prefixes: dict[str, set[str]] = {}
    split = {}
    for number, label in id2label.items():
        match = _PREFIX.match(label)
        split[int(number)] = prefix, name = (match[1] if match else "", label[match.end() :] if match else label)
        prefixes.setdefault(name, set()).add(prefix)
    columns = []
    for number, (prefix, name) in split.items():
        entity_type = mapped.get(name, mapped.get(name.upper(), name))  # "" drops the label
        if entity_type not in entity_types() and (not entity_type or entity_type not in mapped.values()):
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
