"""What a store keeps: rows of sealed bytes, keyed hashes and redacted text. No row holds a personal value.

Every row's `version` is given by the store when it is written: a counter per conversation, one higher with each
committed transaction, so that a reader can ask for what is newer than it has seen.
"""

from dataclasses import dataclass, field
from typing import NamedTuple


@dataclass(frozen=True, slots=True)
class TenantRow:
    """A tenant and its key, wrapped by the key-encryption key named `key_id`."""

    tenant: str
    wrapped_key: bytes
    key_id: str
    made: float = 0.0
    """When the key was made: seconds since the epoch; 0 where nobody noted it."""
    hash_keys: bytes | None = None
    """The keys that hash conversation ids and identifiers, wrapped by the tenant's key; None while derived from it."""
    old_key: bytes | None = None
    """What wrapped conversation keys before, wrapped by the tenant's key, while some are still wrapped by it."""


@dataclass(frozen=True, slots=True)
class StoreKeyRow:
    """A key of the store itself, wrapped by the key-encryption key named `key_id`."""

    name: str
    wrapped_key: bytes
    key_id: str
    made: float
    """Seconds since the epoch."""


@dataclass(frozen=True, slots=True)
class ConversationRow:
    """A conversation and its key. After `forget` the key is None; the row stays, so that no number returns."""

    tenant: str
    id_hash: bytes
    """Keyed hash of the host's conversation id."""
    public_id: str
    """Random; what URLs, logs and other rows call the conversation."""
    wrapped_key: bytes | None
    key_id: str
    """Names the conversation key (a new one after `forget`); empty while there is none."""
    last_turn: float
    """When the last turn was recorded: seconds since the epoch."""
    expires: float
    """Seconds after the last turn."""
    version: int = 0


@dataclass(frozen=True, slots=True)
class ValueRow:
    """One placeholder's referent. Past its time, `lookup_hash` and `sealed` are None and the row stays."""

    conversation: str
    """The conversation's public id."""
    type: str
    index: int
    lookup_hash: bytes | None
    """Keyed hash of the canonical form; None where it may not be found again. No two rows of a type share one."""
    scheme: str
    key_id: str
    sealed: bytes | None
    expires: float
    """Seconds after the conversation's last turn."""
    version: int = 0


@dataclass(frozen=True, slots=True)
class SubjectRow:
    """A direct identifier's keyed hash and a conversation it occurs in; for finding a person's data."""

    tenant: str
    subject_hash: bytes
    conversation: str


@dataclass(frozen=True, slots=True)
class TurnRow:
    """A recorded turn: redacted text, and keyed hashes by which the turn is known when it is resent."""

    conversation: str
    seq: int
    """Order within the conversation, from 1; given by `next_seq`."""
    turn_id: str
    role: str
    channel: str
    time: float
    """Seconds since the epoch."""
    text: str
    input_hash: bytes
    """Of the text as it came in, with its role, the turn before it, and the versions of policy and model."""
    restored_hash: bytes | None
    """The same of the text as it was restored for a reader, where it was."""
    text_hash: bytes
    """Of the redacted text alone."""
    revision: int
    policy_version: str
    model_version: str
    entities: str
    """JSON; see `redactor.transcripts.decode_entities`."""
    candidates: str
    """JSON; see `redactor.transcripts.decode_candidates`."""
    version: int = 0
    timings: str = "{}"
    """JSON: milliseconds per step of the turn's way in."""
    number: int = field(default=0, compare=False)
    """Order of recording over all conversations; given by the store when the turn is first put, and kept."""


@dataclass(frozen=True, slots=True)
class TallyRow:
    """How often something was seen on one day, over all conversations of a tenant: a count, and nothing of whom.

    It outlives the conversations it was counted in. See `redactor.metrics.counts` for what is counted.
    """

    tenant: str
    day: int
    """Days since 1970-01-01, UTC."""
    role: str
    policy_version: str
    model_version: str
    kind: str
    name: str
    """An entity type or a sign; empty where the kind says all."""
    recognizer: str
    bin: int
    """Which part of the scores from 0 to 1."""
    count: int


@dataclass(frozen=True, slots=True)
class AuditRow:
    """A record of the audit log, as `redactor.audit.records` writes it, and its keyed hash."""

    seq: int
    """From 1, without a gap."""
    record: bytes
    mac: bytes


@dataclass(frozen=True, slots=True)
class CheckpointRow:
    """A signed statement that the audit log ended at record `seq`; see `redactor.audit.checkpoints`."""

    seq: int
    content: bytes
    signature: bytes


@dataclass(frozen=True, slots=True)
class ConsentRow:
    """What one person was told and has answered. Times are seconds since the epoch; None: never."""

    tenant: str
    subject_hash: bytes
    """Keyed hash of an identifier; see `redactor.privacy.consent`."""
    ref: str
    """Random; what the audit log calls the person, and nobody can once the row is gone."""
    state: str
    notice: str
    """The version of the notice that was shown, or answered, last."""
    noticed: float | None
    decided: float | None
    changed: float
    """When the row was written last."""


@dataclass(frozen=True, slots=True)
class ReviewRow:
    """One thing a person said of a recorded turn; see `redactor.reviews`. It names places and types, never a value."""

    conversation: str
    turn_id: str
    revision: int
    """Of the text that was looked at."""
    actor: str
    """Who: a name the host or the console gives its people."""
    time: float
    """Seconds since the epoch."""
    kind: str
    body: str
    """JSON; see `redactor.reviews.events`."""
    undoes: int | None = None
    """The number of the event that this one takes back."""
    number: int = field(default=0, compare=False)
    """Order over all events; given by the store."""


class Swept(NamedTuple):
    """What `expire` ended."""

    conversations: int
    values: int
