"""The outbox in a PostgreSQL schema, shared by the processes of many machines."""

from redactor.storage import BUSY_SECONDS
from redactor.storage.beside_postgres import PostgresBeside
from redactor_gateway.webhooks.outbox import MIGRATIONS, SqlOutbox


class PostgresOutbox(PostgresBeside, SqlOutbox):
    """A schema of its own beside the store's. Processes skip what another is just claiming."""

    _AND_LOCK = " FOR UPDATE OF mine SKIP LOCKED"

    def __init__(self, url: str, *, name: str = "redactor", timeout: float = BUSY_SECONDS) -> None:
        """Connect, and make the tables where there are none. `name`: of the store's schema; ours is beside it."""
        super().__init__(url, f"{name}_outbox", MIGRATIONS, timeout=timeout)
