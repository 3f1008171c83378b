"""What a person can ask for: what is kept of them, a copy, a correction, erasure; and the sweep of what is over.

A person is found by an identifier, through its keyed hash. Each door writes to the audit log before it gives or changes
anything, and what cannot be written down is not done. A conversation that names an identifier need not be with who it
belongs to ("please copy bob@example.com"): `Held.said_by` tells who said it, and each door takes the conversations that
somebody has chosen.
"""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field

from redactor.audit import Entry
from redactor.crypto import keyed_hash
from redactor.exceptions import AuditError, ConfigError, NotFoundError, StorageError
from redactor.keys import conversation_keys, latest_keys
from redactor.knowledge import Parts
from redactor.placeholders import render
from redactor.privacy.consent import Consent, Person, Stance, Subject, canonical_of, person_of
from redactor.privacy.receipts import Done, Kind, Receipt, made
from redactor.privacy.reports import Said, Talk
from redactor.redactor import Redactor
from redactor.storage import ConversationRow, Reader, TurnRow
from redactor.taxonomy import entity_types
from redactor.transcripts import decode_entities

REFERENCE = re.compile(r"(?:[A-Za-z0-9][A-Za-z0-9._/#-]{0,63})?")
"""The number of a case. It is written to the audit log and to receipts, so it has no room for a name."""

_ONLY_GIVEN = frozenset({"customer"})
"""Who says what a person has provided: GDPR, art. 20(1)."""


@dataclass(frozen=True, slots=True)
class Held:
    """What is kept in one conversation. No value."""

    conversation: str
    """Public id."""
    turns: int
    first: float
    last: float
    """Of the turns; seconds since the epoch."""
    ends: float
    """When it is erased by itself if nobody speaks in it again."""
    channels: tuple[str, ...]
    roles: Mapping[str, int]
    """Turns by who said them."""
    types: Mapping[str, int]
    """Hidden places by entity type; the LLM's own mentions are not counted again."""
    values: int
    """Values that can still be restored."""
    reviews: int
    """Verdicts and other events of reviewers."""
    placeholder: str = ""
    """What stands for the identifier here; empty where nothing does any more."""
    said_by: Mapping[str, int] = field(default_factory=dict)
    """How often who said it. Nobody: the host told it, as it does a sender's number. Only others than the customer: the
    conversation may be with somebody else."""


@dataclass(frozen=True, slots=True)
class Found:
    """What is kept of a person."""

    person: Person
    stance: Stance
    """What is known of their consent."""
    conversations: tuple[Held, ...]
    """The one spoken in last first."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What an erasure would destroy; counts of it."""

    conversations: tuple[str, ...]
    counts: Mapping[str, int]


def indexed_types() -> tuple[str, ...]:
    """Entity types that name one person, by which conversations are found."""
    return tuple(name for name, each in entity_types().items() if each.subject)


class Rights:
    """The rights of the people in one Redactor's store. Whoever acts is named with `redactor.audit.acting`.

    Thread-safe. The doors raise `AuditError` and `StorageError` where the store fails: then nothing was given or
    changed; `ConfigError` for a reference that is none.
    """

    __slots__ = ("_redactor",)

    def __init__(self, redactor: Redactor) -> None:
        self._redactor = redactor

    def __repr__(self) -> str:
        return "Rights()"

    # what there is

    def find(self, subject: Subject, *, reference: str = "") -> Found:
        """What is kept of a person. What is past its time is erased first.

        An identifier is found as it is typed, separators and case aside: `+1 212 555 0177` is not `212 555 0177`.
        Raises `NotFoundError` for an unknown tenant, `ConfigError` for a type that names nobody.
        """
        if subject.type not in indexed_types():
            raise ConfigError(f"people are found by one of {', '.join(indexed_types())}")
        self._check_tenant(subject.tenant)
        _check(reference)
        _check_no_value(reference, subject.identifier)
        self._redactor.sweep()
        person = person_of(self._parts, subject)
        ids = self._parts.store.conversations_with(person.tenant, person.hash)
        self._parts.audit.write(Entry("privacy.find", person.tenant, subject=_said(reference, _many(len(ids)))))
        held = [self._held(each, subject) for each in ids]
        known = sorted((each for each in held if each is not None), key=lambda each: -each.last)
        return Found(person, Consent(self._redactor).state(person), tuple(known))

    def copy(
        self,
        person: Person,
        conversations: Sequence[str] | None = None,
        *,
        reference: str = "",
        given: bool = False,
    ) -> tuple[list[Talk], Receipt]:
        """Conversations as the person may read them: restored for the audience `customer`, as the policy has it.

        `conversations`: which of those found; None: all. `given`: only what the person has said themselves (GDPR,
        art. 20). The audit log has a record per conversation before the first value is restored. Raises `NotFoundError`
        for a conversation that the person is not found in.
        """
        _check(reference)
        kind: Kind = "portability" if given else "access"
        with self._parts.store.transaction() as tx:
            chosen = self._chosen(tx, person, conversations)
            for each in chosen:
                said = _said(reference, kind)
                self._parts.audit.append(tx, Entry("privacy.copy", person.tenant, each, said, "customer", "begun"))
            seq = self._parts.audit.append(
                tx, Entry("privacy.copy", person.tenant, subject=_said(reference, kind, _many(len(chosen))))
            )
        talks = [self._talk(each, given=given) for each in chosen]
        counts = {"conversations": len(talks), "turns": sum(len(each.turns) for each in talks)}
        return talks, self._receipt(Done(kind, seq, self._now(), person.tenant, reference, chosen, counts))

    # what is changed

    def plan(self, person: Person, conversations: Sequence[str] | None = None, *, consent: bool = True) -> Plan:
        """What `erase` would destroy; nothing is."""
        store = self._parts.store
        chosen = self._chosen(store, person, conversations)
        return Plan(chosen, self._counts(store, person, chosen, consent=consent))

    def erase(
        self,
        person: Person,
        conversations: Sequence[str] | None = None,
        *,
        reference: str = "",
        consent: bool = True,
    ) -> Receipt:
        """Destroy the conversations' keys and all that is stored of them, reviews and index included; and, with
        `consent`, what is known of the person's consent. All of it in one transaction with its audit records, or
        nothing.

        `conversations`: which of those found; None: all, also one that began a moment ago. Raises `NotFoundError` for
        one that the person is not found in: nothing was erased.
        """
        _check(reference)
        audit = self._parts.audit
        with self._parts.store.transaction() as tx:
            row = tx.consent(person.tenant, person.hash)  # first: with it the whole log is held
            chosen = self._chosen(tx, person, conversations)
            counts = self._counts(tx, person, chosen, consent=consent)
            for each in chosen:
                audit.append(tx, Entry("forget", person.tenant, each, _said(reference)))
                tx.forget(each)
            if row is not None and consent:
                audit.append(tx, Entry("consent.erase", person.tenant, subject=(row.ref,)))
                tx.drop_consent(person.tenant, person.hash)
            said = _said(reference, *(f"{count} {what}" for what, count in counts.items()))
            seq = audit.append(tx, Entry("privacy.erase", person.tenant, subject=said))
        return self._receipt(Done("erase", seq, self._now(), person.tenant, reference, chosen, counts))

    def correct(
        self, person: Person, conversation: str, placeholder: str, value: str, *, reference: str = ""
    ) -> Receipt:
        """Put the right value in the place of a wrong one, see `Conversation.correct`; of a person's conversation.

        Where it is their identifier that was wrong, they are found by the right one from now on.
        """
        _check(reference)
        _check_no_value(reference, value)
        self._chosen(self._parts.store, person, (conversation,))
        changed = self._redactor.conversation_by_public_id(conversation).correct(placeholder, value)
        counts = {"rewritten turns": len(changed)}
        said = _said(reference, placeholder.strip())
        seq = self._parts.audit.write(Entry("privacy.correct", person.tenant, conversation, said))
        return self._receipt(Done("correct", seq, self._now(), person.tenant, reference, (conversation,), counts))

    def sweep(self, *, consent_days: int | None = None) -> Receipt:
        """Erase what is past its time, in all tenants; with `consent_days` also consents nobody changed for so long."""
        consents = Consent(self._redactor).expire(consent_days) if consent_days is not None else 0
        swept = self._redactor.sweep()
        counts = {"conversations": swept.conversations, "values": swept.values, "consents": consents}
        said = tuple(f"{count} {what}" for what, count in counts.items())
        seq = self._parts.audit.write(Entry("privacy.sweep", subject=said))
        return self._receipt(Done("sweep", seq, self._now(), counts=counts))

    # within

    @property
    def _parts(self) -> Parts:
        return self._redactor.parts

    def _now(self) -> int:
        return int(self._parts.clock() * 1000)

    def _check_tenant(self, tenant: str) -> None:
        if self._parts.store.tenant(tenant) is None:  # else one would be made of a slip
            raise NotFoundError("the store has no such tenant; `redactor keys list` names those it has")

    def _chosen(self, reader: Reader, person: Person, conversations: Sequence[str] | None) -> tuple[str, ...]:
        """The conversations meant, each once. Raises `NotFoundError` for one that is not the person's."""
        theirs = tuple(reader.conversations_with(person.tenant, person.hash))
        if conversations is None:
            return theirs
        chosen = tuple(dict.fromkeys(conversations))
        if not set(chosen) <= set(theirs):
            raise NotFoundError("a conversation is not one of this person's (any more); find them again")
        return chosen

    def _held(self, public_id: str, subject: Subject) -> Held | None:
        store = self._parts.store
        row = store.conversation_by_public_id(public_id)
        if row is None or row.wrapped_key is None:
            return None
        turns = store.turns(public_id)
        named = self._named(row, subject)
        return Held(
            conversation=public_id,
            turns=len(turns),
            first=min((turn.time for turn in turns), default=row.last_turn),
            last=row.last_turn,
            ends=row.last_turn + row.expires,
            channels=tuple(sorted({turn.channel for turn in turns} - {""})),
            roles=dict(Counter(turn.role for turn in turns)),
            types=dict(Counter(each.type for turn in turns for each in decode_entities(turn.entities)).most_common()),
            values=sum(value.sealed is not None for value in store.values(public_id)),
            reviews=_reviews(store, public_id),
            placeholder=render(*named) if named else "",
            said_by=_said_by(turns, named),
        )

    def _named(self, row: ConversationRow, subject: Subject) -> tuple[str, int] | None:
        """What stands for the identifier in a conversation, by type and number."""
        store = self._parts.store
        keys = conversation_keys(latest_keys(store, self._parts.wrap, row.tenant), row)
        if keys is None:
            return None
        lookup = keyed_hash(keys.lookup, subject.type, canonical_of(subject))
        value = store.find_value(row.public_id, subject.type, lookup)
        return (value.type, value.index) if value is not None else None

    def _talk(self, public_id: str, *, given: bool) -> Talk:
        """One conversation, restored for the customer."""
        store = self._parts.store
        chat = self._redactor.conversation_by_public_id(public_id)
        turns: list[Said] = []
        with chat.at_once():
            for row in store.turns(public_id):
                if given and row.role not in _ONLY_GIVEN:
                    continue
                types = tuple(dict.fromkeys(each.type for each in decode_entities(row.entities)))
                if row.role == "assistant":  # as it was read; what came in from the LLM holds placeholders
                    said = chat.restore(row.text, "customer", record=False)
                else:
                    said = chat.restore_turn(row.turn_id, "customer")
                turns.append(Said(row.time, row.role, row.channel, said.text, types, said.withheld, said.expired))
        held = store.conversation_by_public_id(public_id)
        ends = held.last_turn + held.expires if held is not None else 0.0
        return Talk(public_id, ends, tuple(turns))

    def _counts(self, reader: Reader, person: Person, chosen: Sequence[str], *, consent: bool) -> dict[str, int]:
        return {
            "conversations": len(chosen),
            "turns": sum(len(reader.turns(each)) for each in chosen),
            "values": sum(len(reader.values(each)) for each in chosen),
            "reviews": sum(_reviews(reader, each) for each in chosen),
            "consents": int(consent and reader.consent(person.tenant, person.hash) is not None),
        }

    def _receipt(self, done: Done) -> Receipt:
        key = self._parts.audit.key()
        if key is None:
            raise AuditError("the key of the audit log is gone from the store; it was done, and cannot be signed for")
        return made(key, done)


def _reviews(reader: Reader, conversation: str) -> int:
    with suppress(StorageError):  # Redis keeps none, and says so
        return len(reader.reviews(conversation))
    return 0


def _said_by(turns: Sequence[TurnRow], named: tuple[str, int] | None) -> dict[str, int]:
    if named is None:
        return {}
    return dict(
        Counter(
            turn.role for turn in turns for each in decode_entities(turn.entities) if (each.type, each.index) == named
        )
    )


def _check(reference: str) -> None:
    if REFERENCE.fullmatch(reference) is None:  # not echoed
        raise ConfigError(
            "a reference is the number of a case: up to 64 letters, digits and . _ / # -, without blanks; no name"
        )


def _check_no_value(reference: str, value: str) -> None:
    bare = "".join(filter(str.isalnum, value)).casefold()
    if bare and bare in "".join(filter(str.isalnum, reference)).casefold():
        raise ConfigError("the reference holds the value itself; it is written to the audit log, so give a case number")


def _many(conversations: int) -> str:
    return f"{conversations} conversations"


def _said(*words: str) -> tuple[str, ...]:
    return tuple(word for word in words if word)
