"""What a turn costs with each store: the same turns, detection left out.

    python benchmarks/stores.py [--turns 200] [--json]
        [--postgres postgresql://user@host/database] [--redis redis://host:6379/0]

Stores take turns, so that whatever else the machine does meets all of them alike. A server that is not given, or whose
driver is not installed, is left out. `concurrent`: turns a second of four threads that each have a conversation of
their own. The values are generated; a recognizer that costs next to nothing finds them.
"""

import argparse
import json
import re
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from pathlib import Path
from statistics import median, quantiles
from uuid import uuid4

from redactor import Redactor
from redactor.crypto import LocalKey
from redactor.storage import Store
from redactor.storage.memory import MemoryStore
from redactor.storage.sqlite import SqliteStore
from redactor.testing import FakeRecognizer

FOUND = FakeRecognizer(
    {re.compile(r"\b7\d{8}\b"): "ACCOUNT_ID", re.compile(r"\b[a-z]+@example\.com\b"): "EMAIL_ADDRESS"}
)

THREADS = 4


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--turns", type=int, default=200)
    parser.add_argument("--postgres", metavar="URL")
    parser.add_argument("--redis", metavar="URL")
    parser.add_argument("--json", action="store_true")
    chosen = parser.parse_args()
    with ExitStack() as stack:
        redactors = {
            name: stack.enter_context(Redactor(recognizers={"fake": FOUND}, store=store, key=LocalKey.ephemeral()))
            for name, store in stack.enter_context(_stores(chosen.postgres, chosen.redis)).items()
        }
        result = measure(redactors, chosen.turns)
    print(json.dumps(result, indent=2) if chosen.json else "\n".join(markdown(result)))


def measure(redactors: Mapping[str, Redactor], turns: int) -> dict[str, dict[str, float]]:
    """Store → what → milliseconds, or turns a second."""
    took: dict[str, dict[str, list[float]]] = {name: {"new": [], "restore": []} for name in redactors}
    for number in range(turns):
        for name, redactor in redactors.items():
            chat = redactor.conversation("one")
            began = time.perf_counter()
            seen = chat.redact(message(number), role="customer")
            middle = time.perf_counter()
            chat.restore(f"I see {seen.entities[0].placeholder}, thank you.")
            took[name]["new"].append((middle - began) * 1e3)
            took[name]["restore"].append((time.perf_counter() - middle) * 1e3)
    return {
        name: {**_summary(took[name]), "concurrent": concurrent(redactor, turns)}
        for name, redactor in redactors.items()
    }


def _summary(took: Mapping[str, Sequence[float]]) -> dict[str, float]:
    found = {}
    for what, times in took.items():
        found[f"{what}_median"] = median(times)
        found[f"{what}_p95"] = quantiles(times, n=20)[-1]
    return found


def concurrent(redactor: Redactor, turns: int) -> float:
    """Turns a second of several threads, each in its own conversation."""

    def talk(worker: int) -> None:
        chat = redactor.conversation(f"concurrent {worker}")
        for number in range(turns // THREADS):
            chat.redact(message(number), role="customer")

    began = time.perf_counter()
    with ThreadPoolExecutor(THREADS) as pool:
        list(pool.map(talk, range(THREADS)))
    return turns // THREADS * THREADS / (time.perf_counter() - began)


def message(number: int) -> str:
    """Two values: one that only this message has, one of twenty."""
    return f"My order is 7{number:08d}, write to {'abcdefghijklmnopqrst'[number % 20] * 5}@example.com"


@contextmanager
def _stores(postgres: str | None, redis: str | None) -> Iterator[dict[str, Store]]:
    name = f"bench_{uuid4().hex[:12]}"
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        stores: dict[str, Store] = {"memory": MemoryStore(), "SQLite": SqliteStore(Path(folder) / "bench.db")}
        if postgres is not None:
            stores["PostgreSQL"] = stack.enter_context(_postgres(postgres, name))
        if redis is not None:
            stores["Redis"] = stack.enter_context(_redis(redis, name))
        yield stores


@contextmanager
def _postgres(url: str, name: str) -> Iterator[Store]:
    import psycopg

    from redactor.storage.postgres import PostgresStore

    yield PostgresStore(url, name=name)
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f"DROP SCHEMA {name} CASCADE".encode())


@contextmanager
def _redis(url: str, name: str) -> Iterator[Store]:
    import redis

    from redactor.storage.redis import RedisStore

    yield RedisStore(url, name=name)
    with redis.Redis.from_url(url) as client:
        for key in client.scan_iter(f"{{{name}}}:*", count=1000):
            client.delete(key)


def markdown(result: Mapping[str, Mapping[str, float]]) -> Iterator[str]:
    """The same numbers as a table."""
    yield "| store | new turn ms (p95) | reply restored and recorded ms (p95) | turns/s, 4 threads |"
    yield "|---" * 4 + "|"
    for store, ms in result.items():
        new, back = (f"{ms[f'{what}_median']:.2f} ({ms[f'{what}_p95']:.2f})" for what in ("new", "restore"))
        yield f"| {store} | {new} | {back} | {ms['concurrent']:.0f} |"


if __name__ == "__main__":
    main()
