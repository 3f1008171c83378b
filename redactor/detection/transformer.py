"""The transformer: a token classifier run by onnxruntime, read as a recognizer. The only importer of both.

Input `[CLS] turns before [SEP] message [SEP]`. The vocabulary is uncased, so the segment ids carry the case of each
word as well: segment * 4 + case.
"""

import hashlib
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import Any

import numpy as np

# Before the import: it would write a device id into the user's cache folder and offer to send events.
os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")

import onnxruntime
from tokenizers import Tokenizer

from redactor.detection import tags
from redactor.detection.model import Meta, load_model, read_meta
from redactor.detection.pieces import OTHER, Window, case_codes, encodable, joined_addresses, trimmed, windows
from redactor.exceptions import ModelError
from redactor.types import Entity

__all__ = ["Transformer", "load_model"]

BATCH_TOKENS = 384
"""Padded word pieces in one run of the model; more is no faster and costs memory (1,536: 40 MiB more, measured)."""
CONTEXT_LEAST = 4
"""Word pieces of the turns before under which they tell nothing and are left out."""
CONTEXT_TURNS = 3
CONTEXT_CHARACTERS = 400
"""No 40 word pieces of chat are longer; bounds the cost of a long turn before."""

MESSAGE = 4
"""Added to the case codes of the message; those of the turns before stand alone."""


@dataclass(frozen=True, slots=True)
class _Pieces:
    """A text as word pieces."""

    ids: list[int]
    types: list[int]
    offsets: list[tuple[int, int]]
    words: list[int | None]


@dataclass(frozen=True, slots=True)
class _Row:
    """One row of a batch: a window of message number `message`, after `lead` other pieces."""

    message: int
    window: Window
    lead: int
    ids: list[int]
    types: list[int]


_NOTHING = _Pieces([], [], [], [])


class Transformer:
    """The recognizer of one model package. Thread-safe; a forked process makes its own session on first use."""

    def __init__(self, path: Path) -> None:
        """Raises `ModelError` where the package at `path` is missing a file, damaged or of another format."""
        self._meta: Meta = read_meta(path)
        self._path = path
        self._tags = tags.tags(self._meta.labels)
        self._tokenizer = _tokenizer(path)
        self._cls, self._sep = (_special(self._tokenizer, path, token) for token in ("[CLS]", "[SEP]"))
        self._sessions: dict[int, Any] = {}
        self._locks: dict[int, Lock] = {}

    @property
    def version(self) -> str:
        """Name, version and eight digits of a SHA-256 over the weights and what is set beside them."""
        return f"{self._meta.name}-{self._meta.version}-{self._meta.digest[:8]}"

    @property
    def meta(self) -> Meta:
        """What the package says of itself."""
        return self._meta

    @property
    def thresholds(self) -> Mapping[str, float]:
        """Entity type → score from which a vote of this model should count where the policy names none."""
        return self._meta.thresholds

    def __call__(self, text: str, context: Sequence[str] = ()) -> list[Entity]:
        """Entities of `text` in its code points; `context` holds the turns before, oldest first.

        Values that decoding finds, and weaker candidates from score 0.1 on: the caller applies thresholds.
        """
        return self.batch([(text, context)])[0]

    def batch(self, texts: Sequence[tuple[str, Sequence[str]]]) -> list[list[Entity]]:
        """The same for many (text, context) pairs; faster, as messages of like length share a run.

        int8 activations are scaled per run, so scores may differ in the second decimal from those of a single call.
        """
        messages = [self._pieces(text) for text, _ in texts]
        logits = [np.zeros((len(m.ids), self._tags.size), dtype=np.float32) for m in messages]
        rows = [
            row
            for number, (message, (_, context)) in enumerate(zip(messages, texts, strict=True))
            for row in self._rows(number, message, context)
        ]
        for group in _groups(rows):
            self._run(group, logits)
        return [self._entities(text, m, x) for (text, _), m, x in zip(texts, messages, logits, strict=True)]

    def _pieces(self, text: str) -> _Pieces:
        encoding = self._tokenizer.encode(encodable(text), add_special_tokens=False)
        codes = case_codes(text)
        offsets = encoding.offsets
        return _Pieces(encoding.ids, [codes[start] for start, _ in offsets], offsets, encoding.word_ids)

    def _rows(self, number: int, message: _Pieces, context: Sequence[str]) -> Iterator[_Row]:
        """Only the first window sees the turns before, the others see the message itself."""
        for window in windows(len(message.ids), self._meta.max_tokens, self._meta.stride):
            lead = _NOTHING if window.start else self._context(context, len(message.ids))
            ids, types = [self._cls, *lead.ids], [OTHER, *lead.types]
            if lead.ids:
                ids.append(self._sep)
                types.append(OTHER)
            part = slice(window.start, window.end)
            yield _Row(
                number,
                window,
                len(ids),
                [*ids, *message.ids[part], self._sep],
                [*types, *(MESSAGE + code for code in message.types[part]), MESSAGE + OTHER],
            )

    def _context(self, context: Sequence[str], message_tokens: int) -> _Pieces:
        least, most = self._meta.context_tokens
        room = max(least, min(most, self._meta.room - message_tokens))
        text = "\n".join(context[-CONTEXT_TURNS:])[-CONTEXT_CHARACTERS:]
        if not text or room < CONTEXT_LEAST:
            return _NOTHING
        pieces = self._pieces(text)
        return _Pieces(pieces.ids[-room:], pieces.types[-room:], [], [])

    def _run(self, rows: Sequence[_Row], logits: list[tags.Floats]) -> None:
        width = max(len(row.ids) for row in rows)
        feed = np.zeros((3, len(rows), width), dtype=np.int64)
        for i, row in enumerate(rows):
            n = len(row.ids)
            feed[0, i, :n], feed[1, i, :n], feed[2, i, :n] = row.ids, 1, row.types
        names = ("input_ids", "attention_mask", "token_type_ids")
        out = self._session().run(["logits"], dict(zip(names, feed, strict=True)))[0]
        for i, row in enumerate(rows):
            first, last = row.window.first, row.window.last
            shift = row.lead - row.window.start
            logits[row.message][first:last] = out[i, shift + first : shift + last]

    def _entities(self, text: str, message: _Pieces, logits: tags.Floats) -> list[Entity]:
        if not len(logits):
            return []
        logits /= np.float32(self._meta.temperature)
        logits[:, self._meta.labels.index("O")] -= np.float32(self._meta.o_bias)
        found = []
        for span in tags.spans(self._tags, logits, message.words):
            name = self._tags.types[span.type]
            start, end = trimmed(text, message.offsets[span.start][0], message.offsets[span.end - 1][1], name)
            if start < end and span.score >= tags.CANDIDATE_FROM:
                found.append(Entity(start, end, name, round(span.score, 4), "transformer"))
        return joined_addresses(text, found)

    def _session(self) -> Any:
        pid = os.getpid()
        session = self._sessions.get(pid)
        if session is None:
            with self._locks.setdefault(pid, Lock()):  # a lock of this process: one held at the fork stays held
                session = self._sessions.get(pid) or _session(self._path / "model.onnx", self._meta.sha256)
                self._sessions[pid] = session
        return session


def _groups(rows: list[_Row]) -> Iterator[list[_Row]]:
    """Rows sorted by length, in order of the text among equals, in batches of bounded size."""
    group: list[_Row] = []
    for row in sorted(rows, key=lambda row: (len(row.ids), row.message, row.window.start)):
        if group and len(row.ids) * (len(group) + 1) > BATCH_TOKENS:
            yield group
            group = []
        group.append(row)
    if group:
        yield group


def _tokenizer(path: Path) -> Tokenizer:
    try:
        tokenizer = Tokenizer.from_file(str(path / "tokenizer.json"))
    except Exception as error:
        raise ModelError(f"tokenizer.json of the model package {path.name!r} cannot be read; reinstall it") from error
    tokenizer.no_padding()
    tokenizer.no_truncation()
    tokenizer.encode_special_tokens = True  # a typed "[SEP]" is five characters of text, not a separator
    return tokenizer


def _special(tokenizer: Tokenizer, path: Path, token: str) -> int:
    number = tokenizer.token_to_id(token)
    if number is None:
        raise ModelError(f"tokenizer.json of the model package {path.name!r} has no {token}; reinstall it")
    return int(number)


def _session(path: Path, sha256: str) -> Any:
    """The weights as they were checked: a file that was changed since is refused, though it may load."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = 3
    options.enable_mem_pattern = False  # of use only where every run has one shape
    # the arena otherwise doubles at each growth and keeps what one long message took
    provider = ("CPUExecutionProvider", {"arena_extend_strategy": "kSameAsRequested"})
    # the fused skip-layer-norm is ten times slower than Add and LayerNormalization: a sixth of a run (1.31, x86-64)
    slow = ["SkipLayerNormFusion"]
    try:
        weights = path.read_bytes()
        if hashlib.sha256(weights).hexdigest() != sha256:
            raise ValueError("other weights than were checked")
        return onnxruntime.InferenceSession(weights, options, providers=[provider], disabled_optimizers=slow)
    except Exception as error:
        raise ModelError(
            f"{path.name} of the model package {path.parent.name!r} does not load; reinstall it"
        ) from error
