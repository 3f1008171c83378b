"""What an LLM's reply says of people this conversation never held: found, and written as a label before it goes out.

It may come from the LLM's training, or from somebody else's data that reached it. Foreign is what detection finds and
the policy does not keep, unless it is one of our placeholders, a value the conversation knows, the business's own by
the policy's word, or said by the role `system`.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import TypeAlias

from redactor.detection import Detection
from redactor.detection.memory import SLIP, Known, find
from redactor.detection.view import view
from redactor.detection.words import TITLES
from redactor.exceptions import BlockedError, DetectionError
from redactor.intake import Planned
from redactor.lists import TermList
from redactor.policy import Policy
from redactor.segments import Segment, Segments
from redactor.taxonomy import canonical
from redactor.types import Entity
from redactor.vault import Vault

SHOWN = 400
"""Characters of the reply so far that recognizers are shown: no recognizer of ours looks at more."""

_WORD = re.compile(r"[^\W_]+")
_BLANK = re.compile(r"\s")

Span: TypeAlias = tuple[int, int]
Look: TypeAlias = Callable[[str, str], Sequence[Entity]]
"""Finds what is foreign in a stretch of the reply, told what the reply says before it."""


class ReplyScan:
    """Masks what is foreign in a reply that comes in chunks; joined, the pieces depend on the joined chunks alone.

    A piece is given out once it was looked at. After `look` has raised, nothing is. Not thread-safe.
    """

    __slots__ = ("_failed", "_goes_on", "_label", "_look", "_segments", "_shown", "_until", "found", "scanned")

    def __init__(self, look: Look, label: Callable[[str], str], segments: Segments) -> None:
        """`label`: what is written for a value of an entity type."""
        self._look, self._label, self._segments = look, label, segments
        self._shown = ""
        self._until = 0
        self._goes_on = self._failed = False
        self.found: list[Entity] = []
        """What was masked, in offsets of the reply as it came in."""
        self.scanned = 0
        """Characters of the reply that were looked at and given out."""

    def feed(self, chunk: str) -> str:
        """What can go out after this chunk. Raises what `look` raises."""
        return self._written(self._segments.feed(chunk))

    def finish(self) -> str:
        """What was held back, now that nothing follows."""
        return self._written(self._segments.finish())

    def given_out(self) -> list[Entity]:
        """`found`, as far as what was looked at and given out goes."""
        out = (entity for entity in self.found if entity.start < self.scanned)
        return [replace(entity, end=min(entity.end, self.scanned)) for entity in out]

    def _written(self, segments: Iterable[Segment]) -> str:
        if self._failed:
            raise DetectionError("reply scan", "an earlier part of this reply could not be checked")
        self._failed = True  # until all went well
        complete = list(segments)
        written = "".join(map(self._masked, complete))
        self._failed = False
        self.scanned += sum(len(segment.text) for segment in complete)
        return written

    def _masked(self, segment: Segment) -> str:
        found = self._found(segment)
        self._go_on(segment)
        begin, end = segment.start, segment.start + len(segment.text)
        pieces, at = [], max(begin, self._until)
        for entity in found:
            if entity.start >= end or entity.end <= at:
                continue  # looked at again with what follows it, or out already
            if entity.start >= self._until or self._until < begin:
                start = max(entity.start, begin)
                pieces += [segment.text[at - begin : start - begin], self._label(entity.type)]
                self.found.append(replace(entity, start=start))
            at = self._until = entity.end
            self._goes_on = bool(segment.ahead) and entity.end == end + len(segment.ahead)
            self._stretch()
        return "".join([*pieces, segment.text[at - begin :]])

    def _found(self, segment: Segment) -> list[Entity]:
        """What is foreign in a segment and around it, in offsets of the reply."""
        lead, text = len(segment.lead), segment.lead + segment.text + segment.ahead
        shift = segment.start - lead
        said = self._shown[: len(self._shown) - lead]
        self._shown = (self._shown + segment.text)[-SHOWN:]
        found = sorted(self._look(text, said))
        return [replace(entity, start=entity.start + shift, end=entity.end + shift) for entity in found]

    def _go_on(self, segment: Segment) -> None:
        """A value that reached the end of all that was known ends at the next blank."""
        at = max(0, self._until - segment.start)
        if not self._goes_on or at >= len(segment.text):
            return
        blank = _BLANK.search(segment.text, at)
        self._until = segment.start + (blank.start() if blank else len(segment.text))
        self._goes_on = blank is None
        self._stretch()

    def _stretch(self) -> None:
        self.found[-1] = replace(self.found[-1], end=self._until)


def foreign(text: str, detection: Detection, known: Known, vault: Vault, policy: Policy) -> list[Entity]:
    """What detection found in an LLM's text and neither the conversation knows nor the policy keeps or lists.

    Raises `BlockedError` where the policy refuses messages that hold it.
    """
    asked = [entity for entity in detection.entities if not _is_kept(entity, policy)]
    if not asked:
        return []
    spans = _known_spans(detection, asked, known)
    asked = [each for each in asked if not _is_covered(text, each, [*spans, *policy.business_spans(each.type, text)])]
    asked = [entity for entity in asked if not _is_known(detection.normal(entity), entity.type, known, vault, policy)]
    if blocked := {entity.type for entity in asked if policy.operator(entity.type) == "block"}:
        raise BlockedError(tuple(sorted(blocked)))
    return asked


def _is_kept(entity: Entity, policy: Policy) -> bool:
    """Left in the text by the policy, or only near to a value of the conversation and nothing else."""
    return "keep" in (entity.operator, policy.operator(entity.type)) or entity.recognizer.startswith("memory")


def _known_spans(detection: Detection, asked: Iterable[Entity], known: Known) -> list[Span]:
    """Where values of the conversation stand, whole or in part. What is one slip away may be somebody else."""
    seen = detection.view
    votes = []
    for entity in asked:
        start, end = seen.inverse(entity.start, entity.end)
        votes += [replace(entity, start=start, end=end)] if start < end else []
    return [seen.span(hit.start, hit.end) for hit in find(seen.text, known, votes) if hit.recognizer != SLIP]


def _is_covered(text: str, entity: Entity, spans: Sequence[Span]) -> bool:
    return _is_all(text, (entity.start, entity.end), spans)


def _is_all(text: str, span: Span, spans: Sequence[Span]) -> bool:
    """Whether nothing of it but a title stands outside the spans: "Crystal Vance" is not Crystal Minh."""
    words = [match for match in _WORD.finditer(text, *span) if not any(_inside(match.span(), each) for each in spans)]
    return bool(spans) and all(match[0].casefold() in TITLES or _is_possessive(text, match) for match in words)


def _inside(inner: Span, outer: Span) -> bool:
    return outer[0] <= inner[0] and inner[1] <= outer[1]


def _is_possessive(text: str, word: re.Match[str]) -> bool:
    return word[0] in "sS" and text[word.start() - 1 : word.start()] in ("'", "’")


def _is_known(normal: str, entity_type: str, known: Known, vault: Vault, policy: Policy) -> bool:
    """The same of a value that memory does not look for, or that stands there in another dress."""
    if policy.is_business(entity_type, normal):
        return True
    hits = [(hit.start, hit.end) for hit in find(normal, known) if hit.recognizer != SLIP]
    if _is_all(normal, (0, len(normal)), hits):
        return True
    same = canonical(entity_type, normal)
    held = (each for each in vault.referents() if each.type == entity_type and each.forms)
    return any(each.canonical.reveal() == same for each in held)


def unsaid(text: str, entities: Iterable[Entity], texts: Sequence[str]) -> list[Entity]:
    """Those of a text's entities that none of `texts` says word for word, in any case."""
    return [entity for entity in entities if not _stands_in(text[entity.start : entity.end], texts)]


def _stands_in(value: str, texts: Sequence[str]) -> bool:
    listed = TermList([("said", value, None)])
    return any(listed.find(" ".join(text.split())) for text in texts)


def unrestorable(text: str, entities: Iterable[Entity], policy: Policy) -> list[Planned]:
    """How what is foreign is recorded: a numbered placeholder, or what the policy writes, with nothing to restore."""
    planned = []
    for entity in entities:
        operator = policy.operator(entity.type)
        said = text[entity.start : entity.end]
        kept = operator if operator in ("mask", "hash") else "redact"
        planned.append(Planned(replace(entity, operator=None), kept, said, view(said).text))
    return planned
