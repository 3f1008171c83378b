"""From what was detected to what is written: the policy's operator per entity, placeholders minted, text masked."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from redactor.detection import Detection
from redactor.exceptions import BlockedError, PolicyError
from redactor.masking import Mask, Masked, literals, write
from redactor.placeholders import Token, render
from redactor.policy import Operator, Policy
from redactor.referents import Mention
from redactor.secret import Secret
from redactor.storage import Transaction
from redactor.taxonomy import LITERAL, NEVER_STORED, canonical
from redactor.transcripts import RecordedEntity
from redactor.types import Entity
from redactor.vault import Vault

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


@dataclass(frozen=True, slots=True)
class Taken:
    """One turn, masked: its text, the entities in both texts' offsets, the referents minted for it."""

    masks: tuple[Mask, ...]
    written: Masked
    entities: tuple[Entity, ...]
    recorded: tuple[RecordedEntity, ...]


def plan(text: str, detection: Detection, policy: Policy, own: Sequence[Token], pieces: Sequence[Planned] = ()) -> Plan:
    """Decide per entity, add pieces of split values and the LITERALs. Raises `BlockedError`, `PolicyError`."""
    _check_types(detection, policy)
    kept = [replace(e, operator="keep") for e in detection.entities if _operator(e, policy) == "keep"]
    masked = [_planned(e, text, detection, policy) for e in detection.entities if _operator(e, policy) != "keep"]
    for piece in pieces:
        masked = _with_piece(masked, piece, text)
    blocked = sorted({item.entity.type for item in masked if item.operator == "block"})
    if blocked:
        raise BlockedError(tuple(blocked))
    dry = [Mask(item.entity.start, item.entity.end, _dry(item)) for item in masked]
    for start, end in literals(text, dry, own, policy.own_types):
        literal = Entity(start, end, LITERAL, 1.0, "placeholders")
        masked.append(Planned(literal, "placeholder", text[start:end], text[start:end]))
    masked.sort(key=lambda item: item.entity.start)
    covered = [(item.entity.start, item.entity.end) for item in masked]
    return Plan(tuple(masked), tuple(e for e in kept if not any(a < e.end and e.start < b for a, b in covered)))


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


def _dry(item: Planned) -> str:
    """What will stand there, for the look of it: the number does not matter yet."""
    if item.operator in ("placeholder", "redact"):
        return render(item.entity.type, 1)
    return "hash:0" if item.operator == "hash" else masked_tail(item.text)


def masked_tail(text: str) -> str:
    """Stars and the last four letters or digits; all stars where the value is short."""
    characters = "".join(character for character in text if character.isalnum())
    return "****" + (characters[-4:] if len(characters) >= _SHORTEST_TAIL else "")


def take(tx: Transaction, vault: Vault, policy: Policy, text: str, planned: Plan, now: float) -> Taken:
    """Mint what is planned, inside the transaction that will record the turn, and write the redacted text."""
    minted = [_mint(tx, vault, policy, item, now) for item in planned.masked]
    masks = tuple(
        Mask(item.entity.start, item.entity.end, replacement)
        for item, (replacement, _) in zip(planned.masked, minted, strict=True)
    )
    written = write(text, masks)
    recorded = tuple(
        replace(entry, start=start, end=end) for (_, entry), (start, end) in zip(minted, written.spans, strict=True)
    )
    entities = [
        replace(item.entity, operator=item.operator, placeholder=replacement)
        for item, (replacement, _) in zip(planned.masked, minted, strict=True)
    ]
    return Taken(masks, written, tuple(sorted([*entities, *planned.kept])), recorded)


def _mint(tx: Transaction, vault: Vault, policy: Policy, item: Planned, now: float) -> tuple[str, RecordedEntity]:
    entity = item.entity
    entry = RecordedEntity(entity.type, None, None, 0, 1, entity.score, entity.recognizer, item.operator)
    if item.operator == "mask":
        return masked_tail(item.text), entry
    if item.operator == "hash":
        return _hashed(vault, entity.type, item.normal), entry
    if item.whole:
        of = vault.mint(tx, _mention(policy, entity.type, item.operator, item.whole, item.whole), now)
        mention = _mention(policy, entity.type, item.operator, item.text, item.normal)
        minted = vault.mint(tx, replace(mention, kind="fragment", of=(of.type, of.index)), now)
    else:
        minted = vault.mint(tx, _mention(policy, entity.type, item.operator, item.text, item.normal), now)
    if entity.type in NEVER_STORED and item.operator == "placeholder":
        vault.hold(minted.type, minted.index, Secret(item.text))
    return render(minted.type, minted.index), replace(entry, index=minted.index, form=minted.form)


def _hashed(vault: Vault, entity_type: str, normal: str) -> str:
    """The same for the same value in this conversation, and for nobody without its key."""
    digest = vault.text_hash(f"{entity_type}\0{canonical(entity_type, normal)}")
    return f"hash:{digest.hex()[:16]}"


def _mention(policy: Policy, entity_type: str, operator: Operator, text: str, normal: str) -> Mention:
    stored = operator == "placeholder" and entity_type not in NEVER_STORED
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
