"""From what was detected to what is written: the policy's operator per entity, placeholders minted, text masked."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from redactor.detection import Detection
from redactor.exceptions import BlockedError, PolicyError
from redactor.masking import Mask, Masked, literals, write
from redactor.operators import hashed, mask, stand_in
from redactor.placeholders import NO_STAND_INS, StandIns, Token, find, render
from redactor.policy import Operator, Policy
from redactor.referents import Mention, Minted
from redactor.secret import Secret
from redactor.storage import Transaction
from redactor.taxonomy import LITERAL, NEVER_STORED
from redactor.transcripts import RecordedEntity
from redactor.types import Entity
from redactor.vault import Vault
from redactor.watching import tell

_SHORTEST_TAIL = 8
"""A value shorter than this is masked whole: four of five characters would be the value."""


@dataclass(frozen=True, slots=True)
class Planned:
    """One span of the original that will not go on as it is."""

    entity: Entity
    operator: Operator
    text: str = field(repr=False)
    normal: str = field(repr=False)
    whole: str = field(default="", repr=False)
    """The value this text is only a piece of, where it is split over messages."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What will be masked, in order and disjoint, and what stays by the policy's word."""

    masked: tuple[Planned, ...]
    kept: tuple[Entity, ...]
    is_new: bool = False
    """Whether the text comes in now. In a recorded one every stand-in was written by us, and stays."""


@dataclass(frozen=True, slots=True)
class Taken:
    """One turn, masked: its text, the entities in both texts' offsets, the referents minted for it."""

    masks: tuple[Mask, ...]
    written: Masked
    entities: tuple[Entity, ...]
    recorded: tuple[RecordedEntity, ...]


def plan(
    text: str,
    detection: Detection,
    policy: Policy,
    own: Sequence[Token],
    pieces: Sequence[Planned] = (),
    stand_ins: StandIns = NO_STAND_INS,
) -> Plan:
    """Decide per entity, add pieces of split values and the LITERALs. Raises `BlockedError`, `PolicyError`.

    `own` are the placeholders and stand-ins of this conversation in the LLM's own text, `stand_ins` all it has: in
    text from outside they are somebody's words and become LITERAL.
    """
    _check_types(detection, policy)
    kept = [replace(e, operator="keep") for e in detection.entities if _operator(e, policy) == "keep"]
    masked = [_planned(e, text, detection, policy) for e in detection.entities if _operator(e, policy) != "keep"]
    for piece in pieces:
        masked = _with_piece(masked, piece, text)
    blocked = sorted({item.entity.type for item in masked if item.operator == "block"})
    if blocked:
        tell("blocked", blocked)
        raise BlockedError(tuple(blocked))
    for start, end in _literals(text, masked, policy, own, stand_ins):
        literal = Entity(start, end, LITERAL, 1.0, "placeholders")
        masked.append(Planned(literal, "placeholder", text[start:end], text[start:end]))
    masked.sort(key=lambda item: item.entity.start)
    covered = [(item.entity.start, item.entity.end) for item in masked]
    uncovered = tuple(e for e in kept if not any(a < e.end and e.start < b for a, b in covered))
    return Plan(tuple(masked), uncovered, is_new=True)


def _literals(
    text: str, masked: Sequence[Planned], policy: Policy, own: Sequence[Token], stand_ins: StandIns
) -> list[tuple[int, int]]:
    """What must become LITERAL, whether a stand-in or, where none is free, a placeholder will be written."""
    dry = [Mask(item.entity.start, item.entity.end, _dry(item, policy)) for item in masked]
    spans = literals(text, dry, own, policy.own_types, stand_ins)
    if any(item.operator == "surrogate" for item in masked):
        both = zip(masked, dry, strict=True)
        dry = [replace(each, replacement="x") if item.operator == "surrogate" else each for item, each in both]
        dry += [Mask(start, end, render(LITERAL, 1)) for start, end in spans]
        dry.sort(key=lambda each: each.start)
        spans += literals(text, dry, own, policy.own_types, stand_ins)
    return spans


def _check_types(detection: Detection, policy: Policy) -> None:
    unknown = sorted({entity.type for entity in detection.entities} - policy.entity_types)
    if unknown:
        raise PolicyError(
            f"a recognizer reported the entity type {unknown[0]}, which neither the taxonomy nor the policy knows; "
            f"add [types.{unknown[0]}] to the policy. The message was stopped"
        )


def _operator(entity: Entity, policy: Policy) -> Operator:
    return "keep" if entity.operator == "keep" else policy.operator(entity.type)


def _planned(entity: Entity, text: str, detection: Detection, policy: Policy) -> Planned:
    return Planned(entity, policy.operator(entity.type), text[entity.start : entity.end], detection.normal(entity))


def _with_piece(masked: list[Planned], piece: Planned, text: str) -> list[Planned]:
    """The piece of a split value takes in every span it touches: never the shorter one."""
    touched = [item for item in masked if item.entity.overlaps(piece.entity)]
    start = min([piece.entity.start, *(item.entity.start for item in touched)])
    end = max([piece.entity.end, *(item.entity.end for item in touched)])
    united = replace(piece, entity=replace(piece.entity, start=start, end=end), text=text[start:end])
    return sorted([*(item for item in masked if item not in touched), united], key=lambda item: item.entity.start)


def _dry(item: Planned, policy: Policy) -> str:
    """What will stand there, for the look of it: the number does not matter yet."""
    if item.operator in ("placeholder", "surrogate", "redact"):
        return render(item.entity.type, 1)
    return "hash:0" if item.operator == "hash" else mask(item.normal, policy.shape(item.entity.type))


def take(tx: Transaction, vault: Vault, policy: Policy, text: str, planned: Plan, now: float) -> Taken:
    """Mint what is planned, inside the transaction that will record the turn, and write the redacted text."""
    items = planned.masked if planned.is_new else _sparing(planned.masked, text, vault)
    minted = [_mint(tx, vault, policy, item, text, now) for item in items]
    masks = tuple(
        Mask(item.entity.start, item.entity.end, replacement)
        for item, (replacement, _) in zip(items, minted, strict=True)
    )
    written = write(text, masks)
    recorded = tuple(
        replace(entry, start=start, end=end) for (_, entry), (start, end) in zip(minted, written.spans, strict=True)
    )
    entities = [
        replace(item.entity, operator=entry.operator, placeholder=replacement)
        for item, (replacement, entry) in zip(items, minted, strict=True)
    ]
    return Taken(masks, written, tuple(sorted([*entities, *planned.kept])), recorded)


def _sparing(items: Sequence[Planned], text: str, vault: Vault) -> tuple[Planned, ...]:
    """Without known values that seem to lie on a stand-in of ours: a real name with one of its words is not meant."""
    if not len(vault.stand_ins):
        return tuple(items)
    ours = [(token.start, token.end) for token in find(text, (), vault.stand_ins) if token.value is not None]
    return tuple(item for item in items if not (_is_known(item) and any(_lies_on(item, span) for span in ours)))


def _is_known(item: Planned) -> bool:
    return item.entity.recognizer.startswith("memory")


def _lies_on(item: Planned, span: tuple[int, int]) -> bool:
    return span[0] < item.entity.end and item.entity.start < span[1]


def _mint(
    tx: Transaction, vault: Vault, policy: Policy, item: Planned, text: str, now: float
) -> tuple[str, RecordedEntity]:
    entity = item.entity
    entry = RecordedEntity(entity.type, None, None, 0, 1, entity.score, entity.recognizer, item.operator)
    if item.operator == "mask":
        return mask(item.normal, policy.shape(entity.type)), entry
    if item.operator == "hash":
        return hashed(vault, policy, entity.type, item.normal), entry
    minted = _minted(tx, vault, policy, item, now)
    entry = replace(entry, index=minted.index, form=minted.form)
    if item.operator == "surrogate":
        shown = stand_in(tx, vault, minted, item.text, text)
        if shown is not None:
            return shown, entry
        entry = replace(entry, operator="placeholder")
    if entity.type in NEVER_STORED and item.operator == "placeholder":
        vault.hold(minted.type, minted.index, Secret(item.text))
    return render(minted.type, minted.index), entry


def _minted(tx: Transaction, vault: Vault, policy: Policy, item: Planned, now: float) -> Minted:
    entity = item.entity
    said = mention(policy, entity.type, item.operator, item.text, item.normal)
    if not item.whole:
        return vault.mint(tx, said, now)
    of = vault.mint(tx, mention(policy, entity.type, item.operator, item.whole, item.whole), now)
    return vault.mint(tx, replace(said, kind="fragment", of=(of.type, of.index)), now)


def mention(policy: Policy, entity_type: str, operator: Operator, text: str, normal: str) -> Mention:
    """Something to be minted as the policy says."""
    stored = operator in ("placeholder", "surrogate") and entity_type not in NEVER_STORED
    hashed = not stored and entity_type not in NEVER_STORED
    return Mention(
        type=entity_type,
        text=Secret(text),
        normal=Secret(normal),
        storage="sealed" if stored else "hashed" if hashed else "none",
        retention=policy.retention_seconds(entity_type),
        label=_label(policy, entity_type, normal),
    )


def _label(policy: Policy, entity_type: str, normal: str) -> str:
    if not policy.keeps_last4(entity_type):
        return ""
    digits = "".join(character for character in normal if character.isalnum())
    name = policy.label(entity_type).removesuffix(" hidden").removesuffix(" number")
    return f"{name} ending {digits[-4:]}" if len(digits) >= _SHORTEST_TAIL else ""


def joined(pieces: Iterable[Planned]) -> tuple[Planned, ...]:
    """Pieces in order, overlapping ones of the same text left out."""
    chosen: list[Planned] = []
    for piece in sorted(pieces, key=lambda item: (item.entity.start, -item.entity.end)):
        if not any(piece.entity.overlaps(other.entity) for other in chosen):
            chosen.append(piece)
    return tuple(chosen)
