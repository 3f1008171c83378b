"""Whether a person was told that an assistant reads their messages, and whether they agreed.

A person is named by an identifier that a host has anyway (a telephone number, an account on a platform) and is kept as
a keyed hash of it. What follows from a state is decided by `decide`, which asks nobody and writes nothing.
"""

import secrets
from dataclasses import dataclass, field, replace
from typing import Annotated, Literal, TypeAlias, get_args

from pydantic import BaseModel, ConfigDict, Field

from redactor.audit import Entry, expired_consents
from redactor.crypto import keyed_hash
from redactor.detection.view import view
from redactor.exceptions import ConfigError, StorageError
from redactor.keys import tenant_keys
from redactor.knowledge import Parts
from redactor.redactor import Redactor
from redactor.storage import ConsentRow, Transaction
from redactor.taxonomy import LITERAL, NEVER_STORED, canonical
from redactor.validation import nearest

State: TypeAlias = Literal["unknown", "notified", "granted", "refused"]
STATES: tuple[State, ...] = get_args(State)

DAY_SECONDS = 86_400.0

_SHOWN = Field(min_length=1, max_length=4000)


@dataclass(frozen=True, slots=True)
class Subject:
    """A person as a host knows them."""

    identifier: str = field(repr=False)
    type: str
    """The identifier's entity type: `PHONE_NUMBER`, `EMAIL_ADDRESS`, `USERNAME`, `ACCOUNT_ID`, ..."""
    tenant: str = "default"


@dataclass(frozen=True, slots=True)
class Person:
    """A person as the store knows them: nothing of it can be read. `person_of` makes it of a `Subject`."""

    tenant: str
    hash: bytes


@dataclass(frozen=True, slots=True)
class Stance:
    """What is known of a person's consent. Times are seconds since the epoch; None: never."""

    state: State = "unknown"
    notice: str = ""
    """The version of the notice that was shown, or answered, last."""
    noticed: float | None = None
    decided: float | None = None
    """When it was granted, refused or withdrawn."""


class ConsentSettings(BaseModel):
    """What a route asks of people before an LLM may read them."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    needs: Literal["notice", "grant"] = "notice"
    """`notice`: they are told, and may refuse. `grant`: nothing goes to the LLM before they have agreed."""
    version: Annotated[str, Field(min_length=1, max_length=64)] = "1"
    """Of the notice. With another version everybody who has not refused is told again."""
    notice: Annotated[str, _SHOWN] = (
        "An automated assistant reads your messages. Reply STOP to be served by people only."
    )
    waiting: Annotated[str, _SHOWN] = "Please reply YES first, so that an automated assistant may read your messages."
    refused: Annotated[str, _SHOWN] = "You asked for no automated assistant. A person will answer you."
    valid_days: Annotated[int, Field(ge=1)] | None = None
    """Days after which a grant has to be given again; None: never."""


@dataclass(frozen=True, slots=True)
class Course:
    """What to do with a message."""

    to_llm: bool
    """Whether the message may go on."""
    answer: str = ""
    """What to tell the customer now; empty: nothing. Before the LLM's own answer, where there is one."""
    notices: bool = False
    """Whether that is the notice: tell it only where `Consent.note_notice` says so."""


def decide(stance: Stance, settings: ConsentSettings, now: float) -> Course:
    """What follows from a person's state, at `now` seconds since the epoch."""
    if stance.state == "refused":
        return Course(False, settings.refused)
    if stance.state == "unknown" or stance.notice != settings.version or _is_over(stance, settings, now):
        return Course(settings.needs == "notice", settings.notice, notices=True)
    if stance.state == "granted" or settings.needs == "notice":
        return Course(True)
    return Course(False, settings.waiting)


def _is_over(stance: Stance, settings: ConsentSettings, now: float) -> bool:
    if stance.state != "granted" or settings.valid_days is None:
        return False
    return stance.decided is None or now - stance.decided >= settings.valid_days * DAY_SECONDS


class Consent:
    """The consents in a Redactor's store. Each change is in the audit log, or is not made. Thread-safe.

    The doors raise `ConfigError` for a subject that cannot be, `StorageError` and `AuditError` where the store fails.
    """

    __slots__ = ("_redactor",)

    def __init__(self, redactor: Redactor) -> None:
        self._redactor = redactor

    def __repr__(self) -> str:
        return "Consent()"

    def state(self, subject: Subject | Person) -> Stance:
        """What is known of a person; `unknown` where nothing is."""
        row = self._parts.store.consent(subject.tenant, self._hash(subject))
        return _stance(row) if row is not None else Stance()

    def note_notice(self, subject: Subject | Person, version: str, seen: Stance) -> bool:
        """Note that this version of the notice is shown now, by who has `seen` the person's stance.

        False where that stance is no longer theirs, or they have refused: then the notice is not to be shown. So of
        several messages at once one shows it, and an answer that came meanwhile stands.
        """
        hashed = self._hash(subject)
        with self._parts.store.transaction() as tx:
            row = self._row(tx, subject, hashed)
            if row.state == "refused" or _stance(row) != seen:
                return False
            self._put(tx, replace(row, state="notified", notice=version, noticed=self._parts.clock()), "notice")
            return True

    def grant(self, subject: Subject | Person, version: str = "") -> Stance:
        """The person agrees, to the notice they were shown last unless another version is named."""
        return self._decided(subject, "granted", "grant", version)

    def refuse(self, subject: Subject | Person, version: str = "") -> Stance:
        """The person does not agree."""
        return self._decided(subject, "refused", "refuse", version)

    def withdraw(self, subject: Subject | Person) -> Stance:
        """The person agrees no longer: from now on it is as if they had refused."""
        return self._decided(subject, "refused", "withdraw", "")

    def erase(self, subject: Subject | Person) -> bool:
        """Delete what is known of a person's consent, as a part of erasing the person; whether there was anything.

        What the audit log says can then be tied to nobody. Forgetting a conversation does not do this.
        """
        hashed = self._hash(subject)
        with self._parts.store.transaction() as tx:
            row = tx.consent(subject.tenant, hashed)
            if row is None:
                return False
            self._note(tx, row, "erase")
            return tx.drop_consent(subject.tenant, hashed)

    def expire(self, days: int) -> int:
        """Delete what was last changed so many days ago or before, of all tenants; gives how many. A Redactor with
        `consent_days` does it by itself with each sweep."""
        if days < 1:
            raise ConfigError("a consent is kept for one day or more")
        with self._parts.store.transaction() as tx:
            dropped = tx.drop_consents(self._parts.clock() - days * DAY_SECONDS)
            if dropped:
                self._parts.audit.append(tx, expired_consents(dropped))
        return dropped

    @property
    def _parts(self) -> Parts:
        return self._redactor.parts

    def _decided(self, subject: Subject | Person, state: State, action: str, version: str) -> Stance:
        hashed = self._hash(subject)
        with self._parts.store.transaction() as tx:
            row = self._row(tx, subject, hashed)
            changed = replace(row, state=state, notice=version or row.notice, decided=self._parts.clock())
            return self._put(tx, changed, action)

    def _row(self, tx: Transaction, subject: Subject | Person, hashed: bytes) -> ConsentRow:
        """The person's row as it is, or a new one, still to be put."""
        fresh = ConsentRow(subject.tenant, hashed, secrets.token_hex(8), "unknown", "", None, None, 0.0)
        return tx.consent(subject.tenant, hashed) or fresh

    def _put(self, tx: Transaction, row: ConsentRow, action: str) -> Stance:
        tx.put_consent(replace(row, changed=self._parts.clock()))
        self._note(tx, row, action)
        return _stance(row)

    def _note(self, tx: Transaction, row: ConsentRow, action: str) -> None:
        versions = {"notice": row.notice} if row.notice else {}
        entry = Entry(f"consent.{action}", row.tenant, subject=(row.ref,), versions=versions)
        self._parts.audit.append(tx, entry)

    def _hash(self, subject: Subject | Person) -> bytes:
        return subject.hash if isinstance(subject, Person) else person_of(self._parts, subject).hash


def person_of(parts: Parts, subject: Subject) -> Person:
    """What names the person in the store, as it names them in the index of conversations by direct identifier.

    Raises `ConfigError` for a subject that cannot be.
    """
    known = parts.policy.entity_types - {LITERAL} - NEVER_STORED
    if subject.type not in known:
        near = nearest(subject.type, known)
        raise ConfigError(f"unknown type of identifier ({len(subject.type)} characters){near}")
    if not subject.tenant or not any(map(str.isalnum, subject.identifier)):
        raise ConfigError("a subject needs a tenant and an identifier; an empty one would mix up people")
    keys = tenant_keys(parts.store, parts.wrap, subject.tenant)
    return Person(subject.tenant, keyed_hash(keys.subjects, subject.type, canonical_of(subject)))


def canonical_of(subject: Subject) -> str:
    """The one spelling of a person's identifier."""
    return canonical(subject.type, view(subject.identifier).text)


def _stance(row: ConsentRow) -> Stance:
    """The row as a stance. Raises `StorageError` for a state this version does not know."""
    for state in STATES:
        if state == row.state:
            return Stance(state, row.notice, row.noticed, row.decided)
    raise StorageError("a consent has a state this version does not know; it was written by a newer one")
