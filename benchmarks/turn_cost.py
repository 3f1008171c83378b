"""What a turn costs in a long conversation whose whole history is resent with every turn.

    python benchmarks/turn_cost.py [--turns 10 100 1000] [--json]

A host that keeps no state resends everything: `redact_turns(history)`. Recognising what was sent before takes one
keyed hash per turn, which is measured apart with the same function over the same turns; what is left should not grow.
The new turns are generated and all alike in length.
"""

import argparse
import json
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from redactor import Conversation, Redactor, Turn
from redactor.crypto import LocalKey, keyed_hash, new_key
from redactor.storage import Store
from redactor.storage.memory import MemoryStore
from redactor.storage.sqlite import SqliteStore

ROUNDS = 31
"""New turns at each length; the median of them is reported."""


_KEY = new_key()


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--turns", type=int, nargs="+", default=[10, 100, 1000])
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--json", action="store_true")
    chosen = parser.parse_args()
    result = measure(chosen.turns, chosen.rounds)
    print(json.dumps(result, indent=2) if chosen.json else "\n".join(markdown(result)))


def measure(lengths: Sequence[int], rounds: int = ROUNDS) -> dict[str, dict[str, dict[str, float]]]:
    """Store → turn → milliseconds."""
    found = {}
    for name, opened in (("memory", _memory), ("SQLite", _sqlite)):
        with opened() as redactor:
            redactor.warm_up()
            found[name] = compared([_Grown.to(redactor, length) for length in lengths], rounds)
    return found


@dataclass(frozen=True, slots=True)
class _Grown:
    """A conversation with a history of some length, and what its next turns cost."""

    length: int
    chat: Conversation
    history: list[Turn]
    rounds: list[tuple[float, float, float]]
    """Milliseconds of the whole call, of the same call again, of hashing the history."""

    @classmethod
    def to(cls, redactor: Redactor, length: int) -> "_Grown":
        chat = redactor.conversation(f"turn-cost-{length}")
        history = [turn(number) for number in range(length - 1)]
        chat.redact_turns(history)
        return cls(length, chat, history, [])

    def go_on(self) -> None:
        """One turn more."""
        self.history.append(turn(len(self.history)))
        whole = _milliseconds(lambda: self.chat.redact_turns(self.history))
        again = _milliseconds(lambda: self.chat.redact_turns(self.history))
        self.rounds.append((whole, again, _milliseconds(lambda: hash_all(self.history))))

    def medians(self) -> dict[str, float]:
        """What a turn costs at this length."""
        return {
            "whole": median(whole for whole, _, _ in self.rounds),
            "hashing": median(hashing for _, _, hashing in self.rounds),
            "without_hashing": median(whole - hashing for whole, _, hashing in self.rounds),
            "resent_with_nothing_new": median(again for _, again, _ in self.rounds),
            "new_turn_alone": median(whole - again for whole, again, _ in self.rounds),
        }


def compared(grown: Sequence[_Grown], rounds: int) -> dict[str, dict[str, float]]:
    """The lengths take turns, so that whatever else the machine does meets all of them alike."""
    for _ in range(rounds):
        for each in grown:
            each.go_on()
    return {str(each.length): each.medians() for each in grown}


def hash_all(history: Sequence[Turn]) -> None:
    """One keyed hash per turn over what a turn's key is made of."""
    for each in history:
        keyed_hash(_KEY, each.role, "0" * 22, each.text, "0" * 12, "redactor_en-0.1.0-00000000")


def turn(number: int) -> Turn:
    """Customer and agent in turn; every message has a value of its own, so that memory grows too."""
    code = f"{number:06d}"[::-1]
    if number % 2:
        return Turn(
            "agent", f"Thank you, I see order 7{code}31 here. Is there anything else about it that I can check?"
        )
    return Turn("customer", f"And then there is the order 7{code}31 for which I have been waiting since last Monday.")


def _milliseconds(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return (time.perf_counter() - started) * 1e3


@contextmanager
def _memory() -> Iterator[Redactor]:
    with _opened(MemoryStore()) as redactor:
        yield redactor


@contextmanager
def _sqlite() -> Iterator[Redactor]:
    with tempfile.TemporaryDirectory() as folder, _opened(SqliteStore(Path(folder) / "bench.db")) as redactor:
        yield redactor


def _opened(store: Store) -> Redactor:
    return Redactor(store=store, key=LocalKey.ephemeral())


def markdown(result: Mapping[str, Mapping[str, Mapping[str, float]]]) -> Iterator[str]:
    """The same numbers as a table."""
    yield "| store | turn | whole ms | hashing ms | without hashing ms | nothing new ms | new turn alone ms |"
    yield "|---" * 7 + "|"
    for store, lengths in result.items():
        for length, ms in lengths.items():
            yield f"| {store} | {length} | " + " | ".join(f"{value:.2f}" for value in ms.values()) + " |"
    for store, lengths in result.items():
        left = [ms["without_hashing"] for ms in lengths.values()]
        yield f"{store}: beyond hashing, the longest costs {max(left) / left[0]:.2f} times the first."


if __name__ == "__main__":
    main()
