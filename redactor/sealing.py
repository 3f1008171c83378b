"""Referents sealed into a store's rows, and opened again; each seal is good for one place only."""

from dataclasses import replace

from redactor.crypto import ConversationKeys, join, open_sealed, seal
from redactor.referents import Referent, decode, encode
from redactor.storage import ValueRow


def sealed(keys: ConversationKeys, tenant: str, row: ValueRow, referent: Referent) -> ValueRow:
    """The row with the referent sealed in it, by the row's scheme."""
    row = replace(row, key_id=keys.key_id)
    content = seal(keys.seal, encode(referent), associated_data(tenant, row), row.scheme)
    return replace(row, sealed=content)


def opened(keys: ConversationKeys | None, tenant: str, row: ValueRow) -> Referent:
    """Undo `sealed`; a row that was emptied is an expired referent. Raises `CryptoError` for a row that was moved."""
    if row.sealed is None or keys is None:
        return Referent(row.type, row.index, expired=True)
    content = open_sealed(keys.seal, row.sealed, associated_data(tenant, row), row.scheme)
    return decode(row.type, row.index, content)


def associated_data(tenant: str, row: ValueRow) -> bytes:
    """What pins a sealed value to its place."""
    return join(tenant, row.conversation, row.type, str(row.index), row.key_id, row.scheme)
