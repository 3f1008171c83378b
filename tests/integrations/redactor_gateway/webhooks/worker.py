"""A worker that a test kills: `worker.py FOLDER PORT BOT API`. What it keeps is in the folder."""

import asyncio
import re
import sys
from pathlib import Path

import uvicorn
from starlette.applications import Starlette

from redactor import Redactor
from redactor.crypto import LocalKey
from redactor.storage.sqlite import SqliteStore
from redactor.testing import FakeRecognizer
from redactor_gateway.webhooks.outbox_sqlite import SqliteOutbox
from redactor_gateway.webhooks.service import Webhooks
from tests.integrations.redactor_gateway.webhooks.scene import route

CUSTOMER = re.compile(r"Customer-[0-9]{4}")


async def serve(folder: Path, port: int, bot: str, api: str) -> None:
    """Until killed."""
    store = SqliteStore(folder / "redactor.db", timeout=20)
    key = LocalKey.from_file(folder / "redactor.key", create=True)
    recognizer = FakeRecognizer({CUSTOMER: "PERSON"})
    with Redactor(recognizers=[recognizer], store=store, key=key) as redactor:
        routes = route(folder, bot, api=api, timeout=1.0, deadline=5.0)
        webhooks = Webhooks(routes, redactor, SqliteOutbox(folder / "outbox.db"), margin=0.2)
        async with webhooks.running():
            app = Starlette(routes=webhooks.http_routes)
            config = uvicorn.Config(app, host="127.0.0.1", port=port, log_config=None, lifespan="off")
            await uvicorn.Server(config).serve()


if __name__ == "__main__":
    given = sys.argv[1:]
    asyncio.run(serve(Path(given[0]), int(given[1]), given[2], given[3]))
