"""The transformer: a token classifier run by onnxruntime, read as a recognizer. The only importer of both.

Input `[CLS] turns before [SEP] message [SEP]`. The vocabulary is uncased, so the segment ids carry the case of each
word as well: segment * 4 + case.
"""

import os
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import Any

import numpy as np
import onnxruntime
from tokenizers import Encoding, Tokenizer

from redactor.detection import tags
from redactor.detection.model import Meta, load_model, read_meta
from redactor.exceptions import ModelError
from redactor.types import Entity

__all__ = ["Transformer", "case_codes", "load_model"]

BATCH_TOKENS = 1536
"""Padded word pieces in one run of the model: about 40 MiB of activations, and no slower than more."""
CONTEXT_TURNS = 3
CONTEXT_CHARACTERS = 400
"""No 40 word pieces of chat are longer; bounds the cost of a long turn before."""

LOWER, CAPITALISED, UPPER, OTHER = range(4)
MESSAGE = 4
_WORD = re.compile(r"[^\W\d_]+")
_LONE_SURROGATE = re.compile("[\ud800-\udfff]")
_TRIMMED = " \t\r\n\f\v\u00a0.,;:!?…\"'`´“”‘’«»()[]{}<>*_|~=&/\\-–—+#@$%^"
_KEPT_IN_FRONT = frozenset("@#+")
_EXACT = frozenset({"SECRET", "URL", "CRYPTO"})
_BLANKS = " \t\r\n\f\v\u00a0\"'`“”‘’"


def case_codes(text: str) -> bytes:
    """One code per character: 0 lower, 1 Capitalised, 2 UPPER, 3 anything else (mixed, digits, signs, blanks)."""
    codes = bytearray([OTHER]) * len(text)
    for match in _WORD.finditer(text):
        start, end = match.span()
        codes[start:end] = bytes([_case(match[0])]) * (end - start)
    return bytes(codes)


def _case(word: str) -> int:
    if word.islower():
        return LOWER
    if word[0].isupper() and (len(word) == 1 or word[1:].islower()):
        return CAPITALISED
    return UPPER if word.isupper() else OTHER


@dataclass(frozen=True, slots=True)
class _Pieces:
    """A text as word pieces."""

    ids: list[int]
    types: list[int]
    offsets: list[tuple[int, int]]
    words: list[int | None]


@dataclass(frozen=True, slots=True)
class _Window:
    """One row of a batch: pieces `start`..`end` of message number `message`, after `lead` others."""

    message: int
    start: int
    end: int
    lead: int
    ids: list[int]
    types: list[int]


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
        """Name, version and the first eight digits of the weights' SHA-256."""
        return f"{self._meta.name}-{self._meta.version}-{self._meta.sha256[:8]}"

    @property
    def meta(self) -> Meta:
        """What the package says of itself."""
        return self._meta

    def __call__(self, text: str, context: Sequence[str] = ()) -> list[Entity]:
        """Entities of `text` in its code points; `context` holds the turns before, oldest first.

        Values that decoding finds, and weaker candidates from score 0.1 on: the caller applies thresholds.
        """
        return self.batch([(text, context)])[0]

    def batch(self, texts: Sequence[tuple[str, Sequence[str]]]) -> list[list[Entity]]:
        """The same for many (text, context) pairs; faster, as messages of like length share a run."""
        messages = [self._pieces(text) for text, _ in texts]
        logits = [np.zeros((len(m.ids), self._tags.size), dtype=np.float32) for m in messages]
        windows = [
            window
            for number, (message, (_, context)) in enumerate(zip(messages, texts, strict=True))
            for window in self._windows(number, message, context)
        ]
        for group in _groups(windows):
            self._run(group, logits)
        return [self._entities(text, m, x) for (text, _), m, x in zip(texts, messages, logits, strict=True)]

    def _pieces(self, text: str) -> _Pieces:
        encoding = _encode(self._tokenizer, text)
        codes = case_codes(text)
        offsets = encoding.offsets
        return _Pieces(encoding.ids, [codes[start] for start, _ in offsets], offsets, encoding.word_ids)

    def _windows(self, number: int, message: _Pieces, context: Sequence[str]) -> Iterator[_Window]:
        """Windows that overlap; only the first sees the turns before, the others see the message itself."""
        size, total = self._meta.max_tokens, len(message.ids)
        if not total:
            return
        first = self._context(context, total)
        for start in range(0, max(1, total - size + self._meta.stride), self._meta.stride):
            end = min(start + size, total)
            lead = first if start == 0 else _Pieces([], [], [], [])
            ids, types = [self._cls, *lead.ids], [OTHER, *lead.types]
            if lead.ids:
                ids.append(self._sep)
                types.append(OTHER)
            yield _Window(
                number,
                start,
                end,
                len(ids),
                [*ids, *message.ids[start:end], self._sep],
                [*types, *(MESSAGE + code for code in message.types[start:end]), MESSAGE + OTHER],
            )

    def _context(self, context: Sequence[str], message_tokens: int) -> _Pieces:
        least, most = self._meta.context_tokens
        room = max(least, min(most, self._meta.room - message_tokens))
        text = "\n".join(context[-CONTEXT_TURNS:])[-CONTEXT_CHARACTERS:]
        if not text or not room:
            return _Pieces([], [], [], [])
        pieces = self._pieces(text)
        return _Pieces(pieces.ids[-room:], pieces.types[-room:], [], [])

    def _run(self, windows: Sequence[_Window], logits: list[tags.Floats]) -> None:
        width = max(len(window.ids) for window in windows)
        feed = np.zeros((3, len(windows), width), dtype=np.int64)
        for row, window in enumerate(windows):
            n = len(window.ids)
            feed[0, row, :n], feed[1, row, :n], feed[2, row, :n] = window.ids, 1, window.types
        names = ("input_ids", "attention_mask", "token_type_ids")
        out = self._session().run(["logits"], dict(zip(names, feed, strict=True)))[0]
        margin = (self._meta.max_tokens - self._meta.stride) // 2  # of two that overlap, each keeps its nearer half
        for row, window in enumerate(windows):
            start = window.start + margin if window.start else 0
            end = window.end
            if end < len(logits[window.message]):
                end = window.start + self._meta.stride + margin
            first = window.lead - window.start
            logits[window.message][start:end] = out[row, first + start : first + end]

    def _entities(self, text: str, message: _Pieces, logits: tags.Floats) -> list[Entity]:
        if not len(logits):
            return []
        logits = logits / np.float32(self._meta.temperature)
        logits[:, self._meta.labels.index("O")] -= np.float32(self._meta.o_bias)
        found = []
        for span in tags.spans(self._tags, logits, message.words):
            name = self._tags.types[span.type]
            start, end = _trimmed(text, message.offsets[span.start][0], message.offsets[span.end - 1][1], name)
            if start < end and span.score >= tags.CANDIDATE_FROM:
                found.append(Entity(start, end, name, round(span.score, 4), "transformer"))
        return found

    def _session(self) -> Any:
        pid = os.getpid()
        session = self._sessions.get(pid)
        if session is None:
            with self._locks.setdefault(pid, Lock()):  # a lock of this process: one held at the fork stays held
                session = self._sessions.get(pid) or _session(self._path / "model.onnx")
                self._sessions[pid] = session
        return session


def _groups(windows: list[_Window]) -> Iterator[list[_Window]]:
    """Windows sorted by length, in order of the text among equals, in batches of bounded size."""
    group: list[_Window] = []
    for window in sorted(windows, key=lambda w: (len(w.ids), w.message, w.start)):
        if group and len(window.ids) * (len(group) + 1) > BATCH_TOKENS:
            yield group
            group = []
        group.append(window)
    if group:
        yield group


def _encode(tokenizer: Tokenizer, text: str) -> Encoding:
    if not text.isascii():
        text = _LONE_SURROGATE.sub("\ufffd", text)
    return tokenizer.encode(text, add_special_tokens=False)


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


def _session(path: Path) -> Any:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = 3
    options.enable_mem_pattern = False  # of use only where every run has one shape
    try:
        return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
    except Exception as error:
        raise ModelError(
            f"{path.name} of the model package {path.parent.name!r} does not load; reinstall it"
        ) from error


def _trimmed(text: str, start: int, end: int, entity_type: str) -> tuple[int, int]:
    """Without blanks and outer punctuation; a leading @, # or + stays, and a bracket that has its partner inside."""
    if entity_type in _EXACT:
        return _stripped(text, start, end, _BLANKS, _BLANKS)
    if text[start:end].startswith("(") and ")" in text[start:end]:
        return _stripped(text, start, end, "", _TRIMMED.replace(")", "") if text[:end].endswith(")") else _TRIMMED)
    return _stripped(text, start, end, "".join(set(_TRIMMED) - _KEPT_IN_FRONT), _TRIMMED)


def _stripped(text: str, start: int, end: int, left: str, right: str) -> tuple[int, int]:
    while start < end and text[start] in left:
        start += 1
    while end > start and text[end - 1] in right:
        end -= 1
    return start, end
