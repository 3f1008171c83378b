"""A worker that a test kills: `worker.py FOLDER PORT BOT API [SCHEMA]`.

What it keeps is in the folder; with a schema, in the tests' PostgreSQL.
"""

import asyncio
import re
import sys
from pathlib import Path

import uvicorn
from starlette.applications import Starlette

from redactor import Redactor
from redactor.crypto import LocalKey
from redactor.storage import Store
from redactor.storage.sqlite import SqliteStore
from redactor.testing import FakeRecognizer
from redactor_gateway.webhooks.outbox import Outbox
from redactor_gateway.webhooks.outbox_sqlite import SqliteOutbox
from redactor_gateway.webhooks.service import Webhooks
from tests.integrations.redactor_gateway.webhooks.scene import route
from tests.storage.conftest import POSTGRES

CUSTOMER = re.compile(r"Customer-[0-9]{4}")


def opened(folder: Path, schema: str) -> tuple[Store, Outbox]:
    """Where values and messages are kept."""
    if not schema:
        return SqliteStore(folder / "redactor.db", timeout=20), SqliteOutbox(folder / "outbox.db")
    from redactor.storage.postgres import PostgresStore
    from redactor_gateway.webhooks.outbox_postgres import PostgresOutbox

    return PostgresStore(POSTGRES, name=schema, timeout=20), PostgresOutbox(POSTGRES, name=schema)


async def serve(folder: Path, port: int, bot: str, api: str, schema: str = "") -> None:
    """Until killed."""
    store, outbox = opened(folder, schema)
    key = LocalKey.from_file(folder / "redactor.key", create=True)
    recognizer = FakeRecognizer({CUSTOMER: "PERSON"})
    with Redactor(recognizers=[recognizer], store=store, key=key) as redactor:
        routes = route(folder, bot, api=api, timeout=1.0, deadline=5.0)
        webhooks = Webhooks(routes, redactor, outbox, margin=0.2)
        async with webhooks.running():
            app = Starlette(routes=webhooks.http_routes)
            config = uvicorn.Config(app, host="127.0.0.1", port=port, log_config=None, lifespan="off")
            await uvicorn.Server(config).serve()


if __name__ == "__main__":
    given = sys.argv[1:]
    asyncio.run(serve(Path(given[0]), int(given[1]), *given[2:]))
