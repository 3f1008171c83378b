"""Writing the redacted text: what stands where, and nothing in it that only looks like a placeholder.

Pure text. A mask says which characters of the original are replaced by what; LITERAL masks cover text from outside
that the grammar of placeholders would otherwise read as one.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from redactor.placeholders import NO_STAND_INS, StandIns, Token, find, render
from redactor.taxonomy import LITERAL

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Mask:
    """Original characters `start..end` are replaced by `replacement`."""

    start: int
    end: int
    replacement: str


@dataclass(frozen=True, slots=True)
class Masked:
    """The text with its masks written, and where each replacement came to stand."""

    text: str
    spans: tuple[Span, ...]
    """Of each replacement, in code points of `text`, in the order of the masks."""


def write(text: str, masks: Sequence[Mask]) -> Masked:
    """Replace each mask's characters. Masks are sorted and do not overlap."""
    pieces: list[str] = []
    spans: list[Span] = []
    length = reached = 0
    for mask in masks:
        literal = text[reached : mask.start]
        pieces += (literal, mask.replacement)
        start = length + len(literal)
        length = start + len(mask.replacement)
        spans.append((start, length))
        reached = mask.end
    pieces.append(text[reached:])
    return Masked("".join(pieces), tuple(spans))


def literals(
    text: str,
    masks: Sequence[Mask],
    own: Sequence[Token] = (),
    types: frozenset[str] = frozenset(),
    stand_ins: StandIns = NO_STAND_INS,
) -> list[Span]:
    """Spans of `text` that must become LITERAL so that the written text holds no placeholder, nor stand-in, but ours.

    `masks` are the entities' masks (their numbers do not matter yet). `own` are placeholders in `text` that this
    conversation minted and that may stay (the LLM's own text); empty for text from outside. `types` are the policy's
    own entity types, `stand_ins` what the conversation's values were replaced by.
    """
    own_spans = {(token.start, token.end) for token in own}
    covered: list[Span] = [(mask.start, mask.end) for mask in masks]
    spans: list[Span] = []
    for token in find(text, types, stand_ins):
        if (token.start, token.end) not in own_spans:
            spans += _uncovered((token.start, token.end), covered)
    if not masks and not spans:
        return []  # written as it came: what reads as ours in it was looked at
    while True:
        found = _accidents(text, masks, spans, own_spans, types, stand_ins)
        if not found:
            return _joined(spans)
        spans += found


def _accidents(
    text: str, masks: Sequence[Mask], spans: list[Span], own: set[Span], types: frozenset[str], stand_ins: StandIns
) -> list[Span]:
    """Original characters that, written beside the masks, read as a placeholder or stand-in that nobody wrote."""
    everything = sorted([*masks, *(Mask(a, b, render(LITERAL, 1)) for a, b in _joined(spans))], key=_start)
    written = write(text, everything)
    accidents: list[Span] = []
    for token in find(written.text, types, stand_ins):
        inside = [
            mask
            for mask, (start, end) in zip(everything, written.spans, strict=True)
            if start < token.end and token.start < end
        ]
        if len(inside) == 1 and inside[0].replacement == render(token.type, token.index):
            continue
        originals = _original_spans(token, everything, written, len(text))
        if not inside and originals and (originals[0][0], originals[-1][1]) in own:
            continue
        accidents += originals
    return accidents


def _original_spans(token: Token, masks: Sequence[Mask], written: Masked, length: int) -> list[Span]:
    """The parts of a match that are the original's own characters, in original offsets."""
    spans: list[Span] = []
    reached = shift = 0
    ends = [*written.spans, (len(written.text), len(written.text))]
    for mask, (start, end) in zip([*masks, Mask(length, length, "")], ends, strict=True):
        low, high = max(token.start, reached), min(token.end, start)
        if low < high:
            spans.append((low - shift, high - shift))
        reached, shift = end, end - mask.end
    return spans


def _uncovered(span: Span, covered: Iterable[Span]) -> list[Span]:
    pieces = [span]
    for low, high in covered:
        pieces = [
            cut for start, end in pieces for cut in ((start, min(end, low)), (max(start, high), end)) if cut[0] < cut[1]
        ]
    return pieces


def _joined(spans: Iterable[Span]) -> list[Span]:
    joined: list[Span] = []
    for start, end in sorted(spans):
        if joined and start < joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined


def _start(mask: Mask) -> int:
    return mask.start


def moved(span: Span, masks: Sequence[Mask], written: Masked) -> Span | None:
    """A span of the original in offsets of the written text; None where a mask touches it."""
    start, end = span
    shift = 0
    for mask, (_, replaced_to) in zip(masks, written.spans, strict=True):
        if start < mask.end and mask.start < end:
            return None
        if mask.end <= start:
            shift = replaced_to - mask.end
    return start + shift, end + shift
