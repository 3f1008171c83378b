"""The outbox in an SQLite file of its own, shared by the processes of one machine."""

import os

from redactor.storage import BUSY_SECONDS
from redactor.storage.beside import SqliteBeside
from redactor_gateway.webhooks.outbox import MIGRATIONS, SqlOutbox


class SqliteOutbox(SqliteBeside, SqlOutbox):
    """One file, readable by its owner only."""

    def __init__(self, path: str | os.PathLike[str], *, timeout: float = BUSY_SECONDS) -> None:
        """Open an outbox, or make one. `timeout`: seconds a writer waits for others."""
        super().__init__(path, MIGRATIONS, timeout=timeout)
