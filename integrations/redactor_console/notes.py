"""Why somebody wants to see something, in their own words: redacted before it is written down, and sealed.

A note on a conversation is sealed under that conversation's key: once that is destroyed, nobody can read the note, and
what detection may have missed in it is gone with the customer's other data.
"""

from collections.abc import Mapping

from redactor import Redactor
from redactor.conversation import Conversation
from redactor.crypto import derive, join, keyed_hash, open_sealed, seal
from redactor.exceptions import BlockedError, ConfigError, CryptoError
from redactor.keys import conversation_keys, latest_keys, store_key
from redactor.secret import Secret

REASONS: Mapping[str, str] = {
    "check": "to check that the right thing was hidden",
    "customer": "the customer asked for it",
    "fault": "to find the cause of a wrong answer",
    "abuse": "suspected fraud or abuse",
    "duty": "a legal duty",
    "other": "something else (say what)",
}
"""Reasons to choose from → in words."""

LONGEST = 500
"""Characters of a note."""


def checked(reason: str, note: str) -> tuple[str, str]:
    """A reason and a note that can be taken. Raises `ConfigError`, which repeats neither."""
    note = note.strip()
    if reason not in REASONS:
        raise ConfigError("choose a reason from the list")
    if len(note) > LONGEST:
        raise ConfigError(f"the note is too long: {LONGEST} characters at most")
    if reason == "other" and not note:
        raise ConfigError("say in a few words what the reason is")
    return reason, note


def kept(redactor: Redactor, note: str, *, place: str, conversation: str = "", placeholder: str = "") -> bytes | None:
    """A note as it is stored, redacted and sealed; None for an empty one. `place`: the id of the row that holds it,
    `placeholder`: one that the note may name. Raises `ConfigError` for what the policy refuses to take in."""
    if not note:
        return None
    chat: Conversation = (
        redactor.conversation_by_public_id(conversation) if conversation else redactor.passing_conversation()
    )
    is_refused = False
    try:
        redacted = str(chat.redact_value(note, "agent", echoes=[placeholder] if placeholder else []))
    except BlockedError:
        is_refused = True
    if is_refused:
        raise ConfigError("the note holds something that the policy refuses to take in; leave it out")
    content = redacted.encode("utf-8", "replace")
    return seal(_key(redactor, conversation), content, join("note", conversation, place))


def read(redactor: Redactor, sealed: bytes | None, *, place: str, conversation: str = "") -> str:
    """Undo `kept`. Empty where there is no note, or where its conversation was forgotten."""
    if sealed is None:
        return ""
    try:
        key = _key(redactor, conversation)
        return open_sealed(key, bytes(sealed), join("note", conversation, place)).decode()
    except CryptoError:
        return ""


def hashed(redactor: Redactor, typed: str) -> str:
    """What stands for words that somebody typed, such as those of a search: the same for the same words."""
    return keyed_hash(derive(_key(redactor, ""), "typed"), typed).hex()[:32]


def _key(redactor: Redactor, conversation: str) -> Secret[bytes]:
    """The conversation's, or one of the store's. Raises `CryptoError` where the conversation's was destroyed."""
    store, wrap = redactor.parts.store, redactor.parts.wrap
    if not conversation:
        with store.transaction() as tx:
            return store_key(tx, wrap, "console notes")
    row = store.conversation_by_public_id(conversation)
    keys = conversation_keys(latest_keys(store, wrap, row.tenant), row) if row is not None else None
    if keys is None:
        raise CryptoError("the conversation's key was destroyed")
    return derive(keys.seal, "console notes")
