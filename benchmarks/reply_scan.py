"""What the reply scan costs and holds back: the same replies, streamed token by token, with and without it.

    python benchmarks/reply_scan.py [--json] [--rounds N]

The shipped model and patterns, the default policy, values in memory, one process. Both ways are measured in turn in the
same run; a token is four characters. `held` counts characters that were received and not given out.
"""

import argparse
import json
import statistics
import sys
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass

from redactor import Redactor
from redactor.conversation import Conversation
from redactor.segments import MOST

TOKEN = 4
NAME, EMAIL = "Bea Minton", "bea@mintons.co.uk"
"""As long as their placeholders, so that what came in and what went out can be compared."""

REPLIES = (
    "Hello [PERSON_1]! Your order was shipped today. It should arrive within three business days, sooner if the "
    "carrier is early. We sent the tracking link to [EMAIL_ADDRESS_1]. Is there anything else I can do?",
    "You can change the delivery date in your account under Orders. Refunds for returned articles take three to five "
    "business days; please keep the receipt until then.\n\n1. Open Orders.\n2. Choose Change delivery.\n3. Confirm.",
    "I see. Could you tell me which of the two invoices you mean, the one from March or the one from April? Then I "
    "will look into it at once, and write to [EMAIL_ADDRESS_1] as soon as I know more.",
)


@dataclass(frozen=True, slots=True)
class Cost:
    """What one way of restoring costs."""

    reply_ms: float
    """Milliseconds of one reply, median: all its tokens, without recording it."""
    first_token: int
    """After how many tokens something comes out, at most."""
    slowest_ms: float
    """Milliseconds of the slowest token, median over the replies."""
    held_mean: float
    held_most: int


def measure(rounds: int) -> dict[str, Cost]:
    """Off and on, in turn."""
    with Redactor() as redactor:
        redactor.warm_up()
        chat = redactor.conversation("benchmark")
        chat.redact(f"Hi, I'm {NAME}, {EMAIL}. Where is my order?")
        runs: dict[bool, list[_Run]] = {False: [], True: []}
        for _ in range(rounds):
            for reply in REPLIES:
                for scan in (False, True):
                    runs[scan].append(_stream(chat, reply, scan))
    return {"off": _cost(runs[False]), "on": _cost(runs[True])}


@dataclass(frozen=True, slots=True)
class _Run:
    seconds: tuple[float, ...]
    held: tuple[int, ...]
    first: int


def _stream(chat: Conversation, reply: str, scan: bool) -> _Run:
    stream = chat.open_stream(record=False, scan=scan)
    seconds, held, received, first = [], [], 0, 0
    tokens = list(_tokens(reply))
    given = ""
    for number, token in enumerate(tokens, 1):
        start = time.perf_counter()
        given += stream.feed(token)
        seconds.append(time.perf_counter() - start)
        received += len(token)
        first = first or (number if given else 0)
        held.append(max(0, received - len(given)))
    start = time.perf_counter()
    stream.finish()
    seconds.append(time.perf_counter() - start)
    return _Run(tuple(seconds), tuple(held), first)


def _tokens(text: str) -> Iterator[str]:
    return (text[at : at + TOKEN] for at in range(0, len(text), TOKEN))


def _cost(runs: list[_Run]) -> Cost:
    return Cost(
        reply_ms=statistics.median(sum(run.seconds) for run in runs) * 1000,
        first_token=max(run.first for run in runs),
        slowest_ms=statistics.median(max(run.seconds) for run in runs) * 1000,
        held_mean=statistics.mean(held for run in runs for held in run.held),
        held_most=max(max(run.held) for run in runs),
    )


def main() -> int:
    """Print the table; 1 where more than a segment was held back."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--rounds", type=int, default=30)
    given = parser.parse_args()
    costs = measure(given.rounds)
    if given.json:
        json.dump({name: asdict(cost) for name, cost in costs.items()}, sys.stdout, indent=2)
        print()
    else:
        print("| scan | ms a reply | slowest token, ms | first output after | held, mean | held, most |")
        print("|---|---:|---:|---:|---:|---:|")
        for name, c in costs.items():
            numbers = f"{c.reply_ms:.2f} | {c.slowest_ms:.2f} | {c.first_token} tokens"
            print(f"| {name} | {numbers} | {c.held_mean:.0f} | {c.held_most} |")
    return 0 if costs["on"].held_most < MOST else 1


if __name__ == "__main__":
    raise SystemExit(main())
