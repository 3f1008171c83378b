"""What searching and rewriting cost in a large store of transcripts.

    python benchmarks/transcripts.py [--turns 100000] [--json]

Generated turns of 18 words (common and rare ones, as in language: the n-th word is said 1/n as often as the first) with
up to three entities, ten turns to a conversation, in an SQLite file. Of each question the median of five is reported:
the first page of 50.
"""

import argparse
import json
import random
import sqlite3
import string
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import accumulate
from pathlib import Path
from statistics import median

from redactor.storage import ConversationRow, Search, TenantRow, Transaction, TurnRow, terms
from redactor.storage.sqlite import SqliteStore

PAGE = 51
"""A page of 50, and one more to know whether there is another."""
PER_CONVERSATION = 10
_WORDS = 20_000
_ROUNDS = 5
_TURN = TurnRow("", 0, "", "", "", 0.0, "", b"i" * 32, None, b"t" * 32, 0, "policy-1", "model-1", "[]", "[]")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--turns", type=int, default=100_000)
    parser.add_argument("--json", action="store_true")
    chosen = parser.parse_args()
    result = measure(chosen.turns)
    print(json.dumps(result, indent=2) if chosen.json else "\n".join(markdown(result, chosen.turns)))


def measure(turns: int) -> dict[str, float]:
    """Question → milliseconds; `file` is megabytes."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "v.db"
        store = SqliteStore(path)
        said = _Said.of(random.Random(7))
        fill(store, said, turns)
        found = {name: _median(partial(store.search, search, limit=PAGE)) for name, search in said.searches(turns)}
        found["list of conversations"] = _median(lambda: store.listed(limit=PAGE))
        found["new turn"] = _median(_changes(store, lambda tx, row, n: _add(tx, row.conversation, row.text, row)))
        found["rewritten turn"] = _median(
            _changes(store, lambda tx, row, n: tx.put_turn(replace(row, text=f"{row.text} {n}")))
        )
        found["forgotten conversation"] = _median(_changes(store, lambda tx, row, n: tx.forget(_name(n))))
        found["file"] = path.stat().st_size / 1e6
        store.close()
    return found


@dataclass(frozen=True, slots=True)
class _Said:
    """What is said, and by whom."""

    randomly: random.Random
    words: Sequence[str]
    weights: Sequence[float]

    @classmethod
    def of(cls, randomly: random.Random) -> "_Said":
        letters = string.ascii_lowercase
        words = ["".join(randomly.choices(letters, k=randomly.randint(2, 9))) for _ in range(_WORDS)]
        return cls(randomly, words, list(accumulate(1 / n for n in range(1, _WORDS + 1))))

    def turn(self, number: int) -> TurnRow:
        """A turn; its conversation, seq and id are still to come."""
        entities = [self._entity() for _ in range(self.randomly.choice([0, 0, 1, 1, 2, 3]))]
        return replace(
            _TURN,
            role=self.randomly.choice(["customer", "assistant"]),
            channel=self.randomly.choice(["web", "whatsapp", ""]),
            time=float(number),
            text=" ".join(self.randomly.choices(self.words, cum_weights=self.weights, k=18)),
            entities=json.dumps(entities, separators=(",", ":")),
        )

    def _entity(self) -> Mapping[str, object]:
        types = ["PERSON"] * 6 + ["ACCOUNT_ID"] * 3 + ["EMAIL_ADDRESS"] * 2 + ["CREDIT_CARD"]
        place = {"index": 1, "form": 0, "start": 0, "end": 9}
        score = round(self.randomly.random(), 3)
        who = self.randomly.choice(["transformer", "patterns", "memory"])
        kind = self.randomly.choice(types)
        return {"type": kind, **place, "score": score, "recognizer": who, "operator": "placeholder"}

    def searches(self, turns: int) -> Iterator[tuple[str, Search]]:
        """Questions by name."""
        common, second, third, rare = (self.words[n] for n in (0, 1, 3, 9000))
        yield "no filter", Search()
        yield "rare word", Search(terms(rare))
        yield "common word", Search(terms(common))
        yield "two common words", Search(terms(f"{common} {second}"))
        yield "phrase", Search(terms(f'"{common} {second}"'))
        yield "beginning of one letter", Search(terms("a*"))
        yield "type", Search(type="PERSON")
        yield "type and score", Search(type="CREDIT_CARD", lowest=0.999)
        yield "recognizer", Search(recognizer="patterns")
        yield "role", Search(role="customer")
        yield "channel that is not there", Search(channel="fax")
        yield "tenant", Search(tenant="acme")
        yield "a day", Search(since=100.0, until=200.0)
        yield "conversation", Search(conversation=_name(7))
        yield (
            "word, type, role, tenant, dates",
            Search(
                terms(third),
                type="PERSON",
                role="customer",
                tenant="default",
                since=turns * 0.1,
                until=turns * 0.9,
            ),
        )


def fill(store: SqliteStore, said: _Said, turns: int) -> None:
    """Record generated turns, the fifth part of the conversations for another tenant."""
    with store.transaction() as tx:
        for tenant in ("default", "acme"):
            tx.put_tenant(TenantRow(tenant, b"k" * 40, "k"))
    for first in range(0, turns, 500):
        with store.transaction() as tx:
            for number in range(first, min(turns, first + 500)):
                name, is_first = _name(number // PER_CONVERSATION), number % PER_CONVERSATION == 0
                if is_first:
                    tenant = "default" if number // PER_CONVERSATION % 5 else "acme"
                    tx.put_conversation(ConversationRow(tenant, name.encode(), name, b"k" * 40, "k", 0.0, 1e12))
                row = said.turn(number)
                _add(tx, name, row.text, row)
                tx.touch(name, row.time)


def _add(tx: Transaction, conversation: str, text: str, row: TurnRow) -> object:
    seq = tx.next_seq(conversation)
    return tx.put_turn(replace(row, conversation=conversation, seq=seq, turn_id=f"{conversation}{seq}", text=text))


def _name(number: int) -> str:
    return f"{number:020d}"


def _changes(store: SqliteStore, change: Callable[[Transaction, TurnRow, int], object]) -> Callable[[], object]:
    """The change to the newest turn, in a transaction of its own, numbered from 1."""
    numbers = iter(range(1, 1000))

    def once() -> None:
        with store.transaction() as tx:
            (row,) = tx.search(Search(), limit=1)
            change(tx, row, next(numbers))

    return once


def _median(work: Callable[[], object]) -> float:
    taken = []
    for _ in range(_ROUNDS):
        started = time.perf_counter()
        work()
        taken.append((time.perf_counter() - started) * 1e3)
    return median(taken)


def markdown(result: Mapping[str, float], turns: int) -> Iterator[str]:
    """The table of the docs."""
    yield f"{turns} turns, {result['file']:.0f} MB, SQLite {sqlite3.sqlite_version}"
    yield ""
    yield "| question | ms |"
    yield "|---|---|"
    for name, spent in result.items():
        if name != "file":
            yield f"| {name} | {spent:.1f} |"


if __name__ == "__main__":
    main()
