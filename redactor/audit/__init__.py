"""The audit log: who was given personal values, who handled keys, what was erased; an append-only chain of records.

A record holds no personal value: placeholders, entity types, public ids, counts. It outlives the conversations it
speaks of. `Audit` writes, `checking` finds what was changed, `checkpoints` are what the end of the log is held against.
"""

from redactor.audit.log import Audit, acting, actor
from redactor.audit.records import Entry, Record, expired, expired_consents

__all__ = ["Audit", "Entry", "Record", "acting", "actor", "expired", "expired_consents"]
