"""Reviewed messages as training data: realistic text, and where in it is what. No value of anybody leaves.

Only messages that people are done with are written, with stand-ins in the place of everything hidden. What the policy
keeps in the text (by default places, organisations, dates) leaves as it was typed, and has no span: `unlabelled` names
those types. A message is left out, and counted, where it cannot be written truly: see `LEFT_OUT`.
"""

import hashlib
import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from redactor.audit import Entry
from redactor.exceptions import CryptoError, NotFoundError
from redactor.placeholders import find
from redactor.policy import Policy
from redactor.redactor import Redactor
from redactor.reviews.outcome import Judged
from redactor.reviews.places import outside
from redactor.reviews.reading import Reviewed, finished
from redactor.reviews.stand_ins import StandIns
from redactor.taxonomy import LITERAL
from redactor.transcripts.recorded import RecordedEntity, form_of
from redactor.vault import Vault

LEFT_OUT: Mapping[str, str] = {
    "boundary": "people say that less should have been hidden, and not what",
    "not personal": "what was hidden is nobody's, so it should be read as it is, and the allow list does not have it",
    "special category": "it speaks of health, belief, politics, sexuality or origin",
    "value in clear": "a value of the conversation stands in it outside of what is hidden",
    "no key": "the conversation's key is gone",
}
"""Why a message that people are done with is not in an export → what that means."""

SPECIAL = frozenset(
    {"HEALTH", "RELIGION", "POLITICAL_OPINION", "TRADE_UNION", "SEXUALITY", "ETHNICITY", "BIOMETRIC_ID"}
)
"""Types of the special categories of Art. 9 GDPR: messages with them stay."""

_TOKEN = re.compile(r"\w+|[^\w\s]")


@dataclass(frozen=True, slots=True)
class Span:
    """Where something personal stands: code points of the text."""

    start: int
    end: int
    label: str


@dataclass(frozen=True, slots=True)
class Example:
    """A message as it leaves."""

    id: str
    """Names the message in this export only; so does `dialog_id` its conversation."""
    dialog_id: str
    turn: int
    """Its place among the conversation's exported messages, from 0."""
    role: str
    text: str
    spans: tuple[Span, ...]
    unlabelled: tuple[str, ...] = ()
    """Types that the policy keeps: where they stand is not said."""


@dataclass(frozen=True, slots=True)
class Export:
    """The messages of an export, conversation by conversation, and how many were left out for which reason."""

    examples: tuple[Example, ...]
    left_out: Mapping[str, int]


def export(redactor: Redactor, seed: str, tenants: Sequence[str] = ()) -> Export:
    """Everything people are done with, of these tenants or of all. The audit log says how much it was.

    `seed`: the same gives the same text and ids again, another gives others. It is no secret: the stand-ins are keyed
    by the conversations' keys.
    """
    examples: list[Example] = []
    left_out: Counter[str] = Counter()
    known: StandIns | None = None
    of, turn = "", 0
    for message in finished(redactor.parts.store, tenants):
        if message.turn.conversation != of:
            known, of, turn = _stand_ins(redactor, message, seed), message.turn.conversation, 0
        made = _example(redactor, message, known, seed, turn) if known is not None else "no key"
        if isinstance(made, str):
            left_out[made] += 1
        else:
            examples.append(made)
            turn += 1
    subject = (f"{len(examples)} messages", *tenants)
    redactor.audit.write(Entry("review.export", tenants[0] if len(tenants) == 1 else "", subject=subject))
    return Export(tuple(examples), dict(left_out))


def _stand_ins(redactor: Redactor, message: Reviewed, seed: str) -> StandIns | None:
    parts = redactor.parts
    row = parts.store.conversation_by_public_id(message.turn.conversation)
    if row is None:
        return None
    try:
        return StandIns.of(Vault.open(parts.store, parts.wrap, message.tenant, row, clock=parts.clock), seed)
    except (CryptoError, NotFoundError):
        return None


def _example(redactor: Redactor, message: Reviewed, known: StandIns, seed: str, turn: int) -> Example | str:
    """A message as it leaves, or why it does not."""
    policy, judged = redactor.policy, message.judged()
    if reason := _why_not(judged, known, policy):
        return reason
    judged += _named_by_the_llm(message.turn.text, judged, known, policy)
    text, spans = _written(message.turn.text, judged, known)
    if any(vote.type in SPECIAL for vote in redactor.parts.patterns(text, [])):
        return "special category"  # the policy keeps them in the text, so no entity says so
    shown = [known.typed(each.entity) for each in judged if each.said == "not_personal"]
    if not known.is_free(text, but=shown):
        return "value in clear"
    place = (message.turn.conversation, message.turn.turn_id)
    ids, kept = (_named(seed, *place), _named(seed, place[0])), tuple(sorted(policy.kept))
    return Example(*ids, turn, message.turn.role, _printable(text), spans, kept)


def _named(*parts: str) -> str:
    """An id for the export: who has no access to the store finds nothing by it."""
    return hashlib.sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:20]


def _why_not(judged: Sequence[Judged], known: StandIns, policy: Policy) -> str:
    for each in judged:
        verdict = each.verdict
        if verdict is not None and verdict.kind == "wrong_boundary" and not outside(verdict):
            return "boundary"
        if {each.type, each.entity.type} & SPECIAL:
            return "special category"
        if each.said == "not_personal" and not _is_allowed(each, known, policy):
            return "not personal"
    return ""


def _is_allowed(each: Judged, known: StandIns, policy: Policy) -> bool:
    """Whether the policy in use says that what was hidden there is nobody's."""
    form = form_of(known.vault, each.entity)
    return form is not None and policy.allows(each.entity.type, form.normal.reveal())


def _named_by_the_llm(text: str, judged: Sequence[Judged], known: StandIns, policy: Policy) -> list[Judged]:
    """Placeholders in a reply: the LLM wrote them, so they are no entities of its message."""
    taken = [(each.entity.start, each.entity.end) for each in judged]
    tokens = find(text, policy.own_types, known.vault.stand_ins)
    free = [each for each in tokens if not any(each.start < end and start < each.end for start, end in taken)]
    return [
        Judged(RecordedEntity(t.type, t.index, None, t.start, t.end, 1.0, "placeholders", "placeholder"), "correct")
        for t in free
    ]


def _written(text: str, judged: Sequence[Judged], known: StandIns) -> tuple[str, tuple[Span, ...]]:
    """The text as it leaves, and its spans."""
    pieces: list[str] = []
    spans: list[Span] = []
    reached = length = 0
    for start, end, each in _stretches(judged):
        shown = _shown(text, (start, end), each, judged, known)
        pieces += (text[reached:start], shown)
        length += start - reached + len(shown)
        if each.said != "not_personal" and each.type != LITERAL:
            spans.append(Span(length - len(shown), length, each.type))
        reached = end
    return "".join([*pieces, text[reached:]]), tuple(spans)


def _stretches(judged: Sequence[Judged]) -> Iterator[tuple[int, int, Judged]]:
    """What is replaced, from where to where, without what lies in what was replaced already."""
    placed = [(*_bounds(each), each) for each in judged]
    reached = 0
    for start, end, each in sorted(placed, key=lambda item: (item[0], -item[1])):
        if start >= reached:
            yield start, end, each
            reached = end


def _bounds(each: Judged) -> tuple[int, int]:
    verdict = each.verdict
    if verdict is not None and verdict.kind == "wrong_boundary":
        return verdict.to_start, verdict.to_end
    return each.entity.start, each.entity.end


def _shown(text: str, span: tuple[int, int], each: Judged, judged: Sequence[Judged], known: StandIns) -> str:
    entity = each.entity
    if entity.type == LITERAL:
        return text[entity.start : entity.end]
    if each.said == "not_personal":
        return known.typed(entity)
    if span == (entity.start, entity.end):
        return known.instead_of(entity, each.type)
    whole = _whole(text, span, judged, known)
    return known.instead_of_text(each.type, whole, whole, f"{span}")


def _whole(text: str, span: tuple[int, int], judged: Sequence[Judged], known: StandIns) -> str:
    """What stood in a wider boundary; empty where a part of it was not kept."""
    pieces: list[str] = []
    reached = span[0]
    for each in sorted(judged, key=lambda one: one.entity.start):
        entity = each.entity
        if span[0] <= entity.start and entity.end <= span[1]:
            typed = known.typed(entity)
            if not typed:
                return ""
            pieces += (text[reached : entity.start], typed)
            reached = entity.end
    return "".join([*pieces, text[reached : span[1]]])


def to_jsonl(examples: Iterable[Example]) -> Iterator[str]:
    """A JSON object per message, each with its newline; what `models/training` reads."""
    for each in examples:
        yield json.dumps(as_object(each), ensure_ascii=True, separators=(",", ":")) + "\n"


def as_object(example: Example) -> dict[str, Any]:
    """A message as JSON has it."""
    spans = [{"start": span.start, "end": span.end, "label": span.label} for span in example.spans]
    return {
        "id": example.id,
        "dialog_id": example.dialog_id,
        "turn": example.turn,
        "role": example.role,
        "text": example.text,
        "spans": spans,
        "unlabelled": list(example.unlabelled),
    }


def to_conll(examples: Iterable[Example]) -> Iterator[str]:
    """A token and its IOB2 tag a line, a blank line after each message, `-DOCSTART-` before each conversation.

    Tokens are runs of letters and digits, and every other character by itself. Source: E. F. Tjong Kim Sang and
    F. De Meulder, Introduction to the CoNLL-2003 Shared Task (2003), with the two columns that matter here.
    """
    dialog = ""
    for each in examples:
        if each.dialog_id != dialog:
            dialog = each.dialog_id
            yield "-DOCSTART-\tO\n\n"
        yield from (f"{token}\t{tag}\n" for token, tag in tagged(each))
        yield "\n"


def tagged(example: Example) -> Iterator[tuple[str, str]]:
    """The tokens of a message with their tags."""
    before: Span | None = None
    for found in _TOKEN.finditer(example.text):
        span = next((s for s in example.spans if s.start < found.end() and found.start() < s.end), None)
        yield found[0], "O" if span is None else f"{'I' if span is before else 'B'}-{span.label}"
        before = span


def _printable(text: str) -> str:
    """Without half a character, which no file in UTF-8 holds."""
    return re.sub("[\ud800-\udfff]", "\ufffd", text)
