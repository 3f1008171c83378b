"""Rewriting recorded turns when something in them becomes known later: a name said in full, a value split in two."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from redactor.detection.checks import card
from redactor.detection.memory import Known, find
from redactor.detection.split import Split, chain, find_split, may_be_aside, may_go_on
from redactor.detection.topics import REACH
from redactor.detection.view import view
from redactor.history import History, compact, entities_of
from redactor.intake import Plan, Planned, joined, take
from redactor.lately import MESSAGES, Lately
from redactor.masking import Mask, Masked, literals, moved
from redactor.placeholders import find as find_placeholders
from redactor.policy import Policy
from redactor.storage import Transaction, TurnRow
from redactor.taxonomy import LITERAL, NEVER_STORED, canonical, parts
from redactor.transcripts import Candidate, RecordedEntity, decode_candidates, explained, form_of, rewrite
from redactor.types import Entity, Recognizer
from redactor.vault import Vault

_NOT_LOOKED_FOR = frozenset({"AGE", "LITERAL", "DATE_TIME", "CARD_CVV", "SECRET", "POSTAL_CODE"})
"""Too short or too common to be looked for elsewhere: the same characters mean something else there."""

_SHORTEST = 4
"""Letters or digits a value other than a name must have to be looked for elsewhere."""

EARLIER = MESSAGES
"""Consecutive customer messages before this one in which a split value may have begun."""


def is_looked_for(entity_type: str, text: str) -> bool:
    """Whether a value, once known, is looked for in other turns."""
    shortest = 2 if entity_type == "PERSON" else _SHORTEST
    return entity_type not in _NOT_LOOKED_FOR and len(compact(text)) >= shortest


@dataclass(frozen=True, slots=True)
class Fragment:
    """A piece of a split value in an earlier turn, in offsets of that turn's redacted text."""

    turn: TurnRow
    planned: tuple[Planned, ...]


@dataclass(frozen=True, slots=True)
class SplitValues:
    """Values that began in earlier messages and end in this one."""

    here: tuple[Planned, ...] = ()
    earlier: tuple[Fragment, ...] = ()

    def unless_secret(self, entities: Sequence[Entity], policy: Policy) -> "SplitValues":
        """The same pieces, or, where one lies on what is never stored, pieces of that: never joined, never sealed."""
        pieces = [piece.entity for piece in self.here]
        on = [e.type for e in entities if e.type in NEVER_STORED and any(e.overlaps(piece) for piece in pieces)]
        return self.of_type(on[0], policy) if on else self

    def of_type(self, entity_type: str, policy: Policy) -> "SplitValues":
        """The same pieces as values of this type, each by itself."""
        earlier = (replace(each, planned=_of_type(each.planned, entity_type, policy)) for each in self.earlier)
        return SplitValues(_of_type(self.here, entity_type, policy), tuple(earlier))


def _of_type(pieces: Iterable[Planned], entity_type: str, policy: Policy) -> tuple[Planned, ...]:
    operator = policy.operator(entity_type)
    return tuple(replace(p, entity=replace(p.entity, type=entity_type), operator=operator, whole="") for p in pieces)


def split_values(
    earlier: Sequence[TurnRow],
    past: Sequence[TurnRow],
    text: str,
    patterns: Recognizer,
    vault: Vault,
    policy: Policy,
    lately: Lately,
) -> SplitValues:
    """Find values split over consecutive customer messages; `text` is the newest, as typed.

    `earlier` are the customer's messages before it, `past` all turns before it.
    """
    originals = _originals(earlier, text, vault, lately)
    typed = [original.text for original in originals]
    if len(chain(typed, text)) < 2:
        return SplitValues()
    earlier = earlier[len(earlier) - len(originals) :]
    found = find_split(typed, text, patterns, _asked_before(chain(typed, text)[0], earlier, past))
    found = [split for split in found if policy.operator(split.type) != "keep"]
    pieces = _as_planned(found, originals, earlier, text, policy)
    secrets = [secret for split in found for secret in _secrets_in(split, originals)]
    return pieces.of_type(secrets[0], policy) if secrets else pieces


def _as_planned(
    found: Iterable[Split], originals: Sequence["_Original"], earlier: Sequence[TurnRow], text: str, policy: Policy
) -> SplitValues:
    here: list[Planned] = []
    before: dict[int, list[Planned]] = {}
    for split in found:
        for number, start, end in split.pieces:
            if number == len(earlier):
                here.append(_piece(text, (start, end), split, policy))
            else:
                shown = originals[number].in_clear(start, end)
                before.setdefault(number, []).extend(
                    _piece(earlier[number].text, span, split, policy) for span in shown
                )
    return SplitValues(tuple(here), tuple(Fragment(earlier[n], joined(f)) for n, f in before.items() if f))


def _secrets_in(split: Split, originals: Sequence["_Original"]) -> list[str]:
    """The types of what is never stored in a split value; what comes after a whole card is its security code, also
    where the two together happen to pass for a longer card.
    """
    before = [(originals[number], start, end) for number, start, end in split.pieces[:-1]]
    secrets = [secret for original, start, end in before for secret in original.secrets_in(start, end)]
    so_far = "".join(original.text[start:end] for original, start, end in before)
    is_whole = split.type == "CREDIT_CARD" and card(view(so_far).text)
    return [*secrets, "CARD_CVV"] if is_whole else secrets


def _originals(earlier: Sequence[TurnRow], text: str, vault: Vault, lately: Lately) -> list["_Original"]:
    """The customer's messages that may hold pieces of a value that ends in `text`; in ordinary talk none."""
    originals: list[_Original] = []
    after = text
    for row in reversed(earlier):
        original = _original(row, vault, lately)
        goes_on = may_go_on(original.text, after)
        if not goes_on and not may_be_aside(original.text, after):
            break
        originals.insert(0, original)
        after = original.text if goes_on else after
    return originals


def _asked_before(first: int, earlier: Sequence[TurnRow], past: Sequence[TurnRow]) -> list[str]:
    """The turns before the first message in which the value can have begun: the question it answers."""
    before = [row.turn_id for row in past].index(earlier[first].turn_id)
    return [row.text for row in past[max(0, before - REACH) : before]]


def _piece(text: str, span: tuple[int, int], split: Split, policy: Policy) -> Planned:
    entity = Entity(*span, split.type, split.score, "split")
    piece = text[span[0] : span[1]]
    return Planned(entity, policy.operator(split.type), piece, piece, split.value.reveal())


@dataclass(frozen=True, slots=True)
class _Original:
    """A recorded turn's original text, as far as it can be rebuilt, with the way back to the redacted text."""

    text: str = field(repr=False)
    literal: tuple[tuple[int, int, int], ...]
    """Stretches that stand in clear in the redacted text: start and end in the original, start in the redacted text."""
    secrets: tuple[tuple[int, int, str], ...]
    """Stretches that were taken for what is never stored: start and end in the original, entity type."""

    def in_clear(self, start: int, end: int) -> list[tuple[int, int]]:
        """The stretches of a span of the original that the redacted text still shows, in its offsets."""
        shown = []
        for low, high, redacted in self.literal:
            a, b = max(start, low), min(end, high)
            if a < b and any(c.isalnum() or c == "@" for c in self.text[a:b]):
                shown.append((a - low + redacted, b - low + redacted))
        return shown

    def secrets_in(self, start: int, end: int) -> list[str]:
        """The types of what is never stored in a span of the original."""
        return [kind for low, high, kind in self.secrets if low < end and start < high]


def _original(row: TurnRow, vault: Vault, lately: Lately) -> _Original:
    pieces: list[str] = []
    literal: list[tuple[int, int, int]] = []
    secrets: list[tuple[int, int, str]] = []
    length = reached = 0
    for entity in (*entities_of(row), None):
        start = entity.start if entity else len(row.text)
        clear = row.text[reached:start]
        literal.append((length, length + len(clear), reached))
        typed = _typed(entity, row, vault, lately) if entity else ""
        pieces += (clear, typed)
        length += len(clear) + len(typed)
        if entity and entity.type in NEVER_STORED:
            secrets.append((length - len(typed), length, entity.type))
        reached = entity.end if entity else start
    return _Original("".join(pieces), tuple(literal), tuple(secrets))


def _typed(entity: RecordedEntity, row: TurnRow, vault: Vault, lately: Lately) -> str:
    """What stood there, or the placeholder itself where nothing was kept."""
    form = form_of(vault, entity)
    text = form.text if form else lately.typed(row.turn_id, entity)
    return text.reveal() if text else row.text[entity.start : entity.end]


def rewrite_fragments(
    tx: Transaction, vault: Vault, policy: Policy, fragments: Iterable[Fragment], now: float, lately: Lately
) -> list[TurnRow]:
    """Mask the pieces that earlier turns still show."""
    return [_rewrite(tx, vault, policy, fragment.turn, fragment.planned, now, lately) for fragment in fragments]


def mentions(text: str, values: Sequence[tuple[str, str]]) -> bool:
    """Whether a text as typed says one of these values (type and text), in whole or in part."""
    if not values:
        return False
    known = Known()
    for entity_type, value in values:
        known.add(entity_type, value)
    return bool(find(view(text).text, known))


def rewrite_mentions(
    tx: Transaction, vault: Vault, policy: Policy, history: History, fresh: Sequence[tuple[str, str]], now: float
) -> list[TurnRow]:
    """Mask values that have just become known (type and text) wherever an earlier turn still shows them."""
    known = Known()
    needles: set[str] = set()
    for entity_type, text in fresh:
        if is_looked_for(entity_type, text):
            known.add(entity_type, text)
            needles |= {compact(part) for part in (text, *parts(entity_type, canonical(entity_type, text)))}
    rewritten = []
    for row in history.mentioning(needles):
        planned = _mentions(row, known, policy)
        changed = _rewrite(tx, vault, policy, row, planned, now) if planned else row
        if changed is not row:
            rewritten.append(changed)
    return rewritten


def _mentions(row: TurnRow, known: Known, policy: Policy) -> list[Planned]:
    own = find_placeholders(row.text, policy.own_types)
    seen = view(row.text)
    planned: list[Planned] = []
    for hit in sorted(find(seen.text, known), key=lambda hit: (hit.start, -hit.end)):
        start, end = seen.span(hit.start, hit.end)
        taken = [(token.start, token.end) for token in own] + [(p.entity.start, p.entity.end) for p in planned]
        if hit.recognizer != "memory:slip" and not any(a < end and start < b for a, b in taken):
            entity = Entity(start, end, hit.type, hit.score, hit.recognizer)
            normal = seen.text[hit.start : hit.end]
            planned.append(Planned(entity, policy.operator(hit.type), row.text[start:end], normal))
    return planned


def _rewrite(
    tx: Transaction,
    vault: Vault,
    policy: Policy,
    row: TurnRow,
    planned: Sequence[Planned],
    now: float,
    lately: Lately | None = None,
) -> TurnRow:
    own = find_placeholders(row.text, policy.own_types)
    dry = [Mask(item.entity.start, item.entity.end, "[PERSON_1]") for item in planned]
    accidents = [
        Planned(
            Entity(start, end, LITERAL, 1.0, "placeholders"), "placeholder", row.text[start:end], row.text[start:end]
        )
        for start, end in literals(row.text, dry, own, policy.own_types)
    ]
    plan = Plan(tuple(sorted([*planned, *accidents], key=lambda item: item.entity.start)), ())
    taken = take(tx, vault, policy, row.text, plan, now)
    if not taken.masks:  # all of it lies on stand-ins, which stay
        return row
    if lately:
        lately.add_to(row.turn_id, plan, taken)
    new = explained(taken.recorded, taken.written.spans)
    entities = sorted([*_shifted(entities_of(row), taken.masks, taken.written), *new], key=_start)
    candidates = _shifted_candidates(row, taken.masks, taken.written)
    return rewrite(tx, vault, row, taken.written.text, entities, candidates)


def _shifted(entities: Iterable[RecordedEntity], masks: Sequence[Mask], written: Masked) -> list[RecordedEntity]:
    spans = [(entity, moved((entity.start, entity.end), masks, written)) for entity in entities]
    return [replace(entity, start=span[0], end=span[1]) for entity, span in spans if span]


def _shifted_candidates(row: TurnRow, masks: Sequence[Mask], written: Masked) -> list[Candidate]:
    spans = [(vote, moved((vote.start, vote.end), masks, written)) for vote in decode_candidates(row.candidates)]
    return [replace(vote, start=span[0], end=span[1]) for vote, span in spans if span]


def _start(entity: RecordedEntity) -> int:
    return entity.start
