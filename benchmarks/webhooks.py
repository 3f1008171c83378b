"""What a webhook route takes for one message: until the platform has its answer, and until the bot has the message.

    python -m benchmarks.webhooks [--rounds 200] [--requests 256] [--json] [--into docs/benchmarks.md]

`redactor serve` with one route of the platform `generic` (mode `queue`), SQLite for values and outbox, the shipped
model; the bot is a process of its own. Acknowledged means durable: redacted and in the outbox, on disk. Every message
is new; a conversation has seven.
"""

import argparse
import json
import random
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from http.client import HTTPConnection
from pathlib import Path
from statistics import median, quantiles
from typing import Any

from benchmarks._gateway_processes import HOST, KEY, OTHERS, OURS, Server, started
from benchmarks._gateway_talk import message
from redactor.cli.pages import Place

ROUNDS, REQUESTS, MESSAGES = 200, 256, 7
AT_ONCE = (1, 8)
_SETTLES = 60.0
"""Seconds within which the bot must have had everything."""

PLACE = Place("<!-- webhooks: begin -->", "<!-- webhooks: end -->")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--requests", type=int, default=REQUESTS)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--into", type=Path)
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as made, ExitStack() as stack:
        folder = Path(made)
        bot = stack.enter_context(started([*OTHERS, "bot", "--port"], "/livez", folder))
        words = [*OURS, str(_configured(folder, bot)), "--port"]
        gateway = stack.enter_context(started(words, "/livez", folder, {"BENCH_SECRET": KEY}))
        result = {"one": one_by_one(gateway, bot, chosen.rounds), "rates": rates(gateway, bot, chosen.requests)}
    if chosen.into is not None:
        PLACE.write(chosen.into, "\n".join(markdown(result)))
    else:
        print(json.dumps(result, indent=2) if chosen.json else "\n".join(markdown(result)))


class Platform:
    """Delivers messages on one connection."""

    def __init__(self, gateway: Server, seed: int) -> None:
        self._line = HTTPConnection(HOST, gateway.port, timeout=60)
        self._draw, self._seed, self._count = random.Random(seed), seed, 0

    def close(self) -> None:
        """Close the connection."""
        self._line.close()

    def deliver(self) -> float:
        """One message: seconds until it is acknowledged."""
        said = {
            "id": f"m-{self._seed}-{self._count}",
            "conversation_id": f"c-{self._seed}-{self._count // MESSAGES}",
            "text": message(self._draw),
        }
        self._count += 1
        headers = {"content-type": "application/json", "authorization": f"Bearer {KEY}"}
        began = time.perf_counter()
        self._line.request("POST", "/webhooks/bench", json.dumps(said).encode(), headers)
        response = self._line.getresponse()
        response.read()
        if response.status not in (200, 202, 204):
            raise SystemExit(f"a delivery was answered with {response.status}")
        return time.perf_counter() - began


def one_by_one(gateway: Server, bot: Server, rounds: int) -> dict[str, list[float]]:
    """Milliseconds to the answer and to the bot of each message, the next one sent when the bot has the last."""
    acknowledged, arrived = [], []
    with closing(Platform(gateway, 1)) as platform:
        for number in range(-5, rounds):
            began = time.monotonic()
            took = platform.deliver()
            at = _came(bot, 1)[0]
            if number >= 0:
                acknowledged.append(took * 1e3)
                arrived.append((at - began) * 1e3)
    return {"acknowledged": acknowledged, "with the bot": arrived}


def rates(gateway: Server, bot: Server, requests: int) -> dict[str, dict[str, float]]:
    """Messages a second, acknowledged and with the bot, by how many are delivered at once."""
    found = {}
    for count in AT_ONCE:
        platforms = [Platform(gateway, 100 * count + at) for at in range(count)]
        each = requests // count
        with ThreadPoolExecutor(count) as pool:
            began = time.monotonic()
            list(pool.map(lambda platform: [platform.deliver() for _ in range(each)], platforms))  # noqa: B023
            acknowledged = time.monotonic() - began
        last = max(_came(bot, each * count))
        found[str(count)] = {
            "acknowledged": each * count / acknowledged,
            "with the bot": each * count / (last - began),
        }
        for platform in platforms:
            platform.close()
    return found


def _came(bot: Server, count: int) -> list[float]:
    """When so many calls came to the bot, once they have."""
    came: list[float] = []
    until = time.monotonic() + _SETTLES
    while len(came) < count:
        if time.monotonic() > until:
            raise SystemExit(f"the bot got {len(came)} of {count} messages")
        with closing(HTTPConnection(HOST, bot.port, timeout=10)) as line:
            line.request("GET", "/came")
            came += json.loads(line.getresponse().read())
        time.sleep(0.002)
    return came


def _configured(folder: Path, bot: Server) -> Path:
    path = folder / "redactor.toml"
    path.write_text(
        f'[store]\npath = "{folder / "redactor.db"}"\n[key]\nfile = "{folder / "redactor.key"}"\n'
        f'[gateway.routes.bench]\nplatform = "generic"\nverify = "bearer"\nmode = "queue"\n'
        f'secrets = [{{ env = "BENCH_SECRET" }}]\nforward = "http://{HOST}:{bot.port}/"\n',
        "utf-8",
    )
    return path


def markdown(result: Mapping[str, Any]) -> Iterator[str]:
    """The same numbers as tables."""
    yield "| one message | p50 ms | p99 ms |"
    yield "|---|---:|---:|"
    for name, taken in result["one"].items():
        yield f"| {name} | {median(taken):.1f} | {_p99(taken):.1f} |"
    yield ""
    yield "| messages a second | " + " | ".join(f"{count} at once" for count in result["rates"]) + " |"
    yield "|---|" + "---:|" * len(result["rates"])
    for name in ("acknowledged", "with the bot"):
        yield f"| {name} | " + " | ".join(f"{each[name]:.0f}" for each in result["rates"].values()) + " |"


def _p99(taken: Sequence[float]) -> float:
    return quantiles(taken, n=100, method="inclusive")[98] if len(taken) > 1 else taken[0]


if __name__ == "__main__":
    main()
