"""What the review console's pages cost over a large store: server time, without a network and a browser.

    python benchmarks/console.py [--messages 1000000] [--rounds 20] [--folder FOLDER] [--only TEXT] [--json]

Makes an SQLite store of generated conversations (or goes on with the one it finds in `--folder`): a spread of types,
roles, channels and tenants, some long conversations, people who have reviewed tens of thousands of messages. The rows
are put into the store's tables in bulk; they are what the store itself would have written, but for keys and hashes,
which are random: nothing in them can be opened. Every page is asked for through the whole application. `processor`:
what the process itself worked, at the median; on a machine with other work it says more than the clock.
"""

import argparse
import asyncio
import json
import random
import sqlite3
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from statistics import median, quantiles
from typing import Any
from urllib.parse import parse_qsl

import httpx2
from starlette.applications import Starlette

from redactor import Redactor
from redactor.crypto import LocalKey
from redactor.storage.beside import Beside, SqliteBeside
from redactor.storage.queries import TURN
from redactor.storage.sqlite import SqliteStore
from redactor.storage.words import words
from redactor.testing import FakeRecognizer
from redactor_console.accounts import accounts, sessions
from redactor_console.accounts.accounts import Account
from redactor_console.app import create_app
from redactor_console.database import MIGRATIONS
from redactor_console.settings import ConsoleSettings

TENANTS = {"default": 0.6, "acme": 0.25, "blue": 0.1, "tiny": 0.049, "rare": 0.001}
ROLES = {"customer": 0.5, "assistant": 0.4, "agent": 0.07, "tool": 0.03}
CHANNELS = {"whatsapp": 0.45, "web": 0.3, "mail": 0.15, "sms": 0.099, "fax": 0.001}
TYPES = {
    "PERSON": 0.35,
    "ACCOUNT_ID": 0.2,
    "EMAIL_ADDRESS": 0.15,
    "PHONE_NUMBER": 0.1,
    "DATE_TIME": 0.08,
    "LOCATION": 0.07,
    "STREET_ADDRESS": 0.03,
    "CREDIT_CARD": 0.019,
    "PASSPORT": 0.001,
}
RECOGNIZERS = {"transformer": 0.6, "patterns": 0.3, "memory": 0.099, "review": 0.001}
PEOPLE = {"console:ann": 50_000, "console:bob": 10_000}
"""Who is done with how many messages of a million."""
VERDICTS = {"correct": 0.85, "not_personal": 0.08, "wrong_type": 0.05, "wrong_boundary": 0.02}
YEAR = 365 * 86_400.0
BEGAN = 1_760_000_000.0
LONG, LONGEST = 500, 2_000
"""Turns of the long conversations; a thousandth of the others are `LONG`."""
OPEN = 64
"""Conversations that go on at once: their turns lie between each other's."""
COMMON = "please order refund the my it is and you we can help with account thanks"


def _vocabulary() -> list[str]:
    """Made-up words, the first the most common."""
    chance = random.Random(1)
    syllables = [a + b for a in "bdfgklmnprstvz" for b in "aeiou"]
    return COMMON.split() + ["".join(chance.choices(syllables, k=chance.randint(2, 4))) for _ in range(20_000)]


# -- the store


@dataclass(slots=True)
class _Chat:
    """A conversation under way."""

    public_id: str
    tenant: str
    channel: str
    left: int
    seq: int = 0
    last: float = 0.0
    numbers: dict[str, int] = field(default_factory=dict)


class Maker:
    """Rows of a store, in the order of recording."""

    def __init__(self, messages: int) -> None:
        self._messages = messages
        self._chance = random.Random(7)
        self._vocabulary = _vocabulary()
        self._weights = [1.0 / (rank + 3) for rank in range(len(self._vocabulary))]
        self._words: list[str] = []
        self.ended: list[_Chat] = []
        self.longest = ""

    def turns(self) -> Iterator[tuple[_Chat, dict[str, Any]]]:
        """Each with its conversation."""
        under_way = [self._chat(LONGEST)] + [self._chat() for _ in range(OPEN)]
        self.longest = under_way[0].public_id
        for number in range(1, self._messages + 1):
            place = self._chance.randrange(len(under_way))
            chat = under_way[place]
            yield chat, self._turn(chat, number)
            chat.left -= 1
            if not chat.left:
                self.ended.append(chat)
                under_way[place] = self._chat()
        self.ended += [chat for chat in under_way if chat.seq]

    def _chat(self, turns: int = 0) -> _Chat:
        drawn = LONG if self._chance.random() < 0.001 else 1 + int(self._chance.expovariate(1 / 12))
        return _Chat(self._hex(16), self._one(TENANTS), self._one(CHANNELS), turns or drawn)

    def _turn(self, chat: _Chat, number: int) -> dict[str, Any]:
        chat.seq += 1
        chat.last = BEGAN + YEAR * number / self._messages + self._chance.random()
        pieces = [self._word() for _ in range(self._chance.randint(4, 24))]
        found = [self._entity(chat, pieces) for _ in range(self._chance.choice((0, 0, 1, 1, 1, 2, 3)))]
        text = " ".join(pieces)
        for each in found:
            placeholder = f"[{each['type']}_{each['index']}]"
            each["start"] = text.find(placeholder)
            each["end"] = each["start"] + len(placeholder)
        vote = {"type": "PERSON", "start": 0, "end": 3, "score": 0.3, "recognizer": "transformer"}
        return {
            "conversation": chat.public_id,
            "seq": chat.seq,
            "turn_id": self._hex(10),
            "role": self._one(ROLES),
            "channel": chat.channel,
            "time": chat.last,
            "text": text,
            "input_hash": self._chance.randbytes(32),
            "restored_hash": None,
            "text_hash": self._chance.randbytes(32),
            "revision": 0,
            "policy_version": "4f1c9a02be77",
            "model_version": "redactor-en-1",
            "entities": json.dumps([each for each in found if each["start"] >= 0], separators=(",", ":")),
            "candidates": json.dumps([vote] if self._chance.random() < 0.15 else []),
            "version": chat.seq,
            "timings": '{"patterns":0.8,"transformer":9.1,"write":1.2}',
            "number": number,
            "risk": round(self._chance.random() ** 3, 4),
        }

    def _entity(self, chat: _Chat, pieces: list[str]) -> dict[str, Any]:
        kind = self._one(TYPES)
        index = chat.numbers[kind] = chat.numbers.get(kind, 0) + 1
        pieces[self._chance.randrange(len(pieces))] = f"[{kind}_{index}]"
        score = 1.0 if self._chance.random() < 0.4 else round(0.4 + 0.6 * self._chance.random() ** 0.3, 3)
        by = self._one(RECOGNIZERS)
        return {"type": kind, "index": index, "form": 0, "score": score, "recognizer": by, "operator": "placeholder"}

    def _one(self, shares: Mapping[str, float]) -> str:
        drawn = self._chance.random()
        for name, share in shares.items():
            drawn -= share
            if drawn < 0:
                return name
        return next(iter(shares))

    def _word(self) -> str:
        if not self._words:  # many at once: drawing one is slow
            self._words = self._chance.choices(self._vocabulary, self._weights, k=100_000)
        return self._words.pop()

    def _hex(self, octets: int) -> str:
        return self._chance.randbytes(octets).hex()


BATCH = 20_000
SEARCHED = ("turn", "time", "tenant", "role", "channel", "policy_version", "model_version")


def fill(path: Path, messages: int) -> str:
    """Put so many messages into a store that holds tenants and no messages; gives the longest conversation."""
    maker = Maker(messages)
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA synchronous = OFF")
    connection.execute("PRAGMA cache_size = -400000")
    known: set[str] = set()
    batch: list[tuple[_Chat, dict[str, Any]]] = []
    for each in maker.turns():
        batch.append(each)
        if len(batch) == BATCH:
            _put(connection, batch, known)
            batch = []
    _put(connection, batch, known)
    connection.execute("BEGIN")
    sql = "UPDATE conversation SET last_turn = ?, next_seq = ? WHERE public_id = ?"
    connection.executemany(sql, [(chat.last, chat.seq + 1, chat.public_id) for chat in maker.ended])
    _review(connection, messages)
    connection.execute("COMMIT")
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    return maker.longest


def _put(connection: sqlite3.Connection, batch: Sequence[tuple[_Chat, dict[str, Any]]], known: set[str]) -> None:
    connection.execute("BEGIN")
    for chat in {chat.public_id: chat for chat, _ in batch if chat.public_id not in known}.values():
        known.add(chat.public_id)
        given = (chat.tenant, random.randbytes(32), chat.public_id, random.randbytes(60), chat.last)
        connection.execute(
            "INSERT INTO conversation (tenant, id_hash, public_id, wrapped_key, last_turn, key_id, expires, soonest, "
            "version) VALUES (?, ?, ?, ?, ?, 'k1', 1e9, 1e9, 1)",
            given,
        )
    rows = [
        {**row, "text": str(row["text"]).encode(), "turn": row["number"], "tenant": chat.tenant} for chat, row in batch
    ]
    _insert(connection, "turn", TURN.split(", "), rows)
    _insert(connection, "searched", SEARCHED, rows)
    _insert(connection, "word", ("rowid", "text"), [{"rowid": r["number"], "text": _words(r)} for _, r in batch])
    entities = [
        {"turn": row["number"], "place": place, **found}
        for _, row in batch
        for place, found in enumerate(json.loads(str(row["entities"])))
    ]
    _insert(connection, "entity", ("turn", "place", "type", "score", "recognizer", "operator"), entities)
    waiting = [
        {
            "turn": row["number"],
            "lot": row["turn_id"],
            "reviews": 0,
            "risk": row["risk"],
            "tenant": chat.tenant,
            "role": row["role"],
            "channel": row["channel"],
        }
        for chat, row in batch
    ]
    _insert(connection, "waiting", ("turn", "risk", "lot", "reviews", "tenant", "role", "channel"), waiting)
    connection.execute("COMMIT")


def _insert(
    connection: sqlite3.Connection, table: str, names: Sequence[str], rows: Sequence[Mapping[str, object]]
) -> None:
    sql = f"INSERT INTO {table} ({', '.join(names)}) VALUES ({', '.join('?' * len(names))})"  # noqa: S608  ours
    connection.executemany(sql, [[row[name] for name in names] for row in rows])


def _words(row: Mapping[str, object]) -> str:
    return " ".join(words(str(row["text"])))


def _review(connection: sqlite3.Connection, messages: int) -> None:
    """People who have looked at the riskiest first: half submitted, half left to others."""
    chance = random.Random(11)
    for actor, of_a_million in PEOPLE.items():
        count = int(of_a_million * messages / 1_000_000)
        sql = (
            "SELECT number, conversation, turn_id, time, entities FROM waiting JOIN turn ON number = turn "
            "ORDER BY risk DESC, turn DESC LIMIT ?"
        )
        rows = []
        for number, conversation, turn_id, at, entities in connection.execute(sql, (count,)).fetchall():
            place = {"conversation": conversation, "turn_id": turn_id, "revision": 0, "actor": actor, "time": at + 9e6}
            place |= {"turn": number}
            for found in json.loads(entities)[:1]:
                (said,) = chance.choices(list(VERDICTS), list(VERDICTS.values()))
                body = {"kind": said, "start": found["start"], "end": found["end"], "type": found["type"]}
                rows.append({**place, "kind": "verdict", "said": said, "body": json.dumps(body)})
            rows.append({**place, "kind": chance.choice(("submit", "skip")), "said": "", "body": "{}"})
        names = ("conversation", "turn_id", "revision", "actor", "time", "kind", "body", "said", "turn")
        _insert(connection, "review", names, rows)


# -- the pages


@dataclass(frozen=True, slots=True)
class Case:
    """What is asked for, and by whom."""

    name: str
    path: str = ""
    limit: float = 300.0
    """Milliseconds that are aimed at."""
    q: str = ""
    """Words to search for; they are put away first, as the form does."""
    who: str = "boss"


def cases(longest: str) -> Sequence[Case]:
    """Every list, the long conversation, and searches whose answers are near, far and nowhere."""
    vocabulary = _vocabulary()
    rare, middling = vocabulary[19_000], vocabulary[300]
    first, last = _day(BEGAN + 3 * 86_400), _day(BEGAN + YEAR - 3 * 86_400)
    lists = (
        Case("home", "/"),
        Case("queue", "/queue"),
        Case("queue: type, rare", "/queue?type=PASSPORT"),
        Case("queue: role + channel", "/queue?role=agent&channel=sms"),
        Case("queue: tenant, rare", "/queue?tenant=rare"),
        Case("queue: nothing fits", "/queue?channel=carrier-pigeon"),
        Case("queue: who is done with 50,000", "/queue", who="ann"),
        Case("conversations", "/conversations"),
        Case("conversations: tenant", "/conversations?tenant=rare"),
        Case("conversations: channel", "/conversations?channel=sms"),
        Case("conversations: channel, rare", "/conversations?channel=fax"),
        Case("conversation of 2,000 turns", f"/conversations/{longest}"),
        Case("conversation of 2,000 turns: its middle", f"/conversations/{longest}?at=1000"),
    )
    searches = (
        Case("search: everything", "/search"),
        Case("search: common word", q="please"),
        Case("search: middling word", q=middling),
        Case("search: rare word", q=rare),
        Case("search: no such word", q="zzzzzz"),
        Case("search: beginning, 3 letters", q=f"{middling[:3]}*"),
        Case("search: beginning, 2 letters", q="ba*"),
        Case("search: two words in a row", q='"please order"'),
        Case("search: type", "/search?type=PERSON"),
        Case("search: type, rare", "/search?type=PASSPORT"),
        Case("search: type + score", "/search?type=PERSON&lowest=0.4&highest=0.6"),
        Case("search: score that none has", "/search?highest=0.1"),
        Case("search: recognizer", "/search?recognizer=memory"),
        Case("search: recognizer that none is", "/search?recognizer=nobody"),
        Case("search: role + channel", "/search?role=agent&channel=sms"),
        Case("search: last days", f"/search?since={last}"),
        Case("search: first days", f"/search?until={first}"),
        Case("search: tenant, rare", "/search?tenant=rare"),
        Case("search: as one who sees one tenant", "/search?type=PASSPORT", who="tina"),
        Case("search: type + word", "/search?type=PERSON", q="please"),
        Case("search: type + word + tenant + first days", f"/search?type=PERSON&tenant=acme&until={first}", q="please"),
        Case("search: all of it, nothing fits", "/search?type=PERSON&tenant=nobody&role=agent&lowest=0.5", q="please"),
        Case("search: verdict", "/search?verdict=not_personal"),
        Case("search: reviewer + verdict", "/search?verdict=correct&reviewer=bob"),
        Case("search: verdict + type + word", "/search?verdict=correct&type=PERSON", q="please"),
    )
    return (*(replace(each, limit=100.0) for each in lists), *searches)


def _day(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%d")


PEOPLE_HERE: Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "boss": (("adjudicator", "privacy-officer"), ()),
    "ann": (("reviewer",), ()),
    "tina": (("viewer",), ("tiny",)),
}
"""Who asks → roles, tenants. ann is done with 50,000."""


class Asking:
    """People who are signed in to the console, and how long their pages take."""

    def __init__(self, app: Starlette, database: Beside) -> None:
        self._app, self._database = app, database
        self._sessions: dict[str, tuple[str, str]] = {}
        now = time.time()
        for name, (roles, tenants) in PEOPLE_HERE.items():
            with database.transaction() as ask:
                if accounts.find(ask, id=name) is None:
                    account = Account(name, name, roles=roles, tenants=tenants, totp=b"sealed", made=now)
                    accounts.put(ask, account)
                cookie = sessions.begin(ask, name, "full", "benchmark", now)
                session = sessions.find(ask, cookie, now, longest=1e9, idle=1e9)
            if session is None:
                raise SystemExit("a session that was begun is not there")
            self._sessions[name] = (cookie, session.csrf)

    async def _timed(self, client: httpx2.AsyncClient, path: str) -> tuple[float, float]:
        with self._database.transaction() as ask:
            ask("DELETE FROM drawn")  # or who came back would be shown the same message, without a look at the queue
        began, worked = time.perf_counter(), time.process_time()
        answer = await client.get(path)
        took = (time.perf_counter() - began) * 1000, (time.process_time() - worked) * 1000
        if answer.status_code != 200:
            raise SystemExit(f"a page answered {answer.status_code}")
        return took

    async def measure(self, case: Case, rounds: int) -> list[tuple[float, float]]:
        """Milliseconds of each round, and those of the processor in them; the first one, which warms up, left out."""
        cookie, csrf = self._sessions[case.who]
        transport = httpx2.ASGITransport(app=self._app)
        base, cookies = "http://127.0.0.1:8090", {"redactor-console": cookie}
        async with httpx2.AsyncClient(transport=transport, base_url=base, cookies=cookies) as client:
            path = case.path
            if case.q:
                filters = dict(parse_qsl(case.path.partition("?")[2]))
                sent = await client.post("/search", data={**filters, "csrf": csrf, "q": case.q})
                path = sent.headers["location"]
            return [await self._timed(client, path) for _ in range(rounds + 1)][1:]


def measure(folder: Path, messages: int, rounds: int, only: str = "") -> dict[str, dict[str, float]]:
    """Page → milliseconds; the store is made where it is not. `only`: pages whose name holds this."""
    longest = made_store(folder, messages)
    redactor = Redactor(
        recognizers=[FakeRecognizer({})],
        store=SqliteStore(folder / "store.db", timeout=600),
        key=LocalKey.from_file(folder / "key"),
    )
    with redactor, closing(SqliteBeside(folder / "console.db", MIGRATIONS)) as database:
        # two people to each message, or those that ann is done with would not wait
        settings = ConsoleSettings(reviewers=2, sample_every=0)
        asking = Asking(create_app(settings, redactor, database), database)
        return {
            case.name: {**_figures(asyncio.run(asking.measure(case, rounds))), "limit": case.limit}
            for case in cases(longest)
            if only in case.name
        }


def made_store(folder: Path, messages: int) -> str:
    """A store of so many messages in a folder, made unless it is there; gives its longest conversation."""
    note = folder / "longest"
    if not note.exists():
        with Redactor(
            recognizers=[FakeRecognizer({})],
            store=SqliteStore(folder / "store.db"),
            key=LocalKey.from_file(folder / "key"),
        ) as redactor:
            for tenant in TENANTS:
                redactor.conversation("first", tenant=tenant).redact("hello")
                redactor.conversation("first", tenant=tenant).forget()
        note.write_text(fill(folder / "store.db", messages))
    return note.read_text()


def _figures(times: Sequence[tuple[float, float]]) -> dict[str, float]:
    cuts = quantiles([took for took, _ in times], n=20, method="inclusive")
    return {"p50": cuts[9], "p95": cuts[18], "cpu": median(worked for _, worked in times)}


def markdown(result: Mapping[str, Mapping[str, float]]) -> Iterator[str]:
    """A table; what takes longer than is aimed at is marked."""
    yield "| page | p50 ms | p95 ms | processor ms | aim ms |"
    yield "|---|---|---|---|---|"
    for name, each in result.items():
        mark = "" if each["p95"] < each["limit"] else " (!)"
        yield f"| {name} | {each['p50']:.1f} | {each['p95']:.1f}{mark} | {each['cpu']:.1f} | {each['limit']:.0f} |"


@contextmanager
def _folder(given: Path | None) -> Iterator[Path]:
    if given is not None:
        given.mkdir(parents=True, exist_ok=True)
        yield given
        return
    with tempfile.TemporaryDirectory() as name:
        yield Path(name)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--messages", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--folder", type=Path, help="where the store lies, or is made; else it goes afterwards")
    parser.add_argument("--only", default="", help="pages whose name holds this")
    parser.add_argument("--json", action="store_true")
    chosen = parser.parse_args()
    with _folder(chosen.folder) as folder:
        result = measure(folder, chosen.messages, chosen.rounds, chosen.only)
    print(json.dumps(result, indent=2) if chosen.json else "\n".join(markdown(result)))


if __name__ == "__main__":
    main()
