"""What the gateway adds to a request, beside no gateway, a pass-through of the same stack, and LiteLLM's proxy.

    python -m benchmarks.gateway [--rounds 300] [--stream-rounds 20] [--rate-requests 128]
        [--only added first ...] [--messages 50000] [--litellm PATH] [--json] [--into docs/benchmarks.md]

Every system is a process of its own (`_gateway_servers`, `redactor serve`, `litellm`), all on this machine, and so is
the LLM, which answers at once: all that is measured is what stands between. The systems take turns with every request,
in an order drawn anew each round, so that whatever else the machine does meets all alike. Each customer sends
conversations of seven questions and resends the history as clients do; no message and no reply was there before.
CPU is what the system's own process used for a request, which other programs on the machine disturb least.

`first`: the LLM streams a hundred tokens a second; what is added to the first text a customer sees. `streams`: 64 at
once. `memory`: only with `--messages`; the resident size of one gateway every thousand messages.
"""

import argparse
import json
import random
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from pathlib import Path
from statistics import linear_regression, median, quantiles
from typing import Any

from benchmarks._gateway_client import Caller, Streamed, at_once
from benchmarks._gateway_processes import DIRECT, ON, System, litellm_command, running
from benchmarks._gateway_talk import strangers
from redactor.cli.pages import Place

ROUNDS, STREAM_ROUNDS, RATE_REQUESTS, RATE_ROUNDS = 300, 20, 128, 3
AT_ONCE = (1, 8, 32)
STREAMS, STREAM_TIMES = 64, 3
WARM_UP = 20
SAMPLE, MEMORY_CALLERS = 1_000, 4
STRANGER = f"{ON}, history never seen"
PLACE = Place("<!-- gateway: begin -->", "<!-- gateway: end -->")
PARTS = ("added", "first", "rates", "streams")

Result = dict[str, Any]


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--stream-rounds", type=int, default=STREAM_ROUNDS)
    parser.add_argument("--rate-requests", type=int, default=RATE_REQUESTS)
    parser.add_argument("--only", nargs="*", choices=PARTS, default=PARTS)
    parser.add_argument("--messages", type=int, default=0)
    parser.add_argument("--litellm", default=litellm_command())
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--into", type=Path)
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, running(Path(folder), chosen.litellm) as systems:
        result = measured(systems, chosen)
    if chosen.into is not None:
        PLACE.write(chosen.into, "\n".join(markdown(result)))
    else:
        print(json.dumps(result, indent=2) if chosen.json else "\n".join(markdown(result)))


def measured(systems: Sequence[System], chosen: argparse.Namespace) -> Result:
    """Every part that was asked for."""
    parts: dict[str, Callable[[], Any]] = {
        "added": lambda: added(systems, chosen.rounds),
        "first": lambda: first(systems, chosen.stream_rounds),
        "rates": lambda: rates(systems, chosen.rate_requests),
        "streams": lambda: streams(systems),
    }
    result: Result = {"systems": [system.name for system in systems]}
    for name in chosen.only:
        print(name, file=sys.stderr)
        result[name] = parts[name]()
    if chosen.messages:
        result["memory"] = memory(_of(systems, ON).server.port, systems, chosen.messages)
    return result


def added(systems: Sequence[System], rounds: int) -> dict[str, dict[str, float]]:
    """System → milliseconds of a whole reply, what was added to the direct one, and its CPU milliseconds a request."""
    asked: dict[str, Callable[[], float]] = {}
    callers = {system.name: Caller(system, 1) for system in systems}
    for name, caller in callers.items():
        asked[name] = caller.whole
    unseen, stranger = strangers(2), Caller(_of(systems, ON), 2)
    asked[STRANGER] = lambda: stranger.whole(next(unseen))
    cpu = {system.name: system.server.cpu for system in systems} | {STRANGER: _of(systems, ON).server.cpu}
    taken: dict[str, list[float]] = {name: [] for name in asked}
    used = dict.fromkeys(asked, 0.0)
    for number, name in _turns([*asked], rounds):
        before = cpu[name]()
        seconds = asked[name]()
        if number >= 0:
            taken[name].append(seconds * 1e3)
            used[name] += cpu[name]() - before
    for caller in (*callers.values(), stranger):
        caller.close()
    direct = taken[DIRECT]
    return {name: _compared(each, direct) | {"cpu": used[name] / rounds * 1e3} for name, each in taken.items()}


def first(systems: Sequence[System], rounds: int) -> dict[str, dict[str, float]]:
    """System → milliseconds to the first text of a stream, and to its end, with what was added to the direct one's."""
    callers = {system.name: Caller(system, 3) for system in systems}
    taken: dict[str, list[Streamed]] = {name: [] for name in callers}
    for number, name in _turns([*callers], rounds, warm_up=2):
        seconds = callers[name].streamed()
        if number >= 0:
            taken[name].append(seconds)
    for caller in callers.values():
        caller.close()
    began = {name: [each.first * 1e3 for each in all_of] for name, all_of in taken.items()}
    ended = {name: [each.whole * 1e3 for each in all_of] for name, all_of in taken.items()}
    return {
        name: _compared(began[name], began[DIRECT])
        | {f"end {key}": value for key, value in _compared(ended[name], ended[DIRECT]).items()}
        for name in callers
    }


def rates(systems: Sequence[System], requests: int) -> dict[str, dict[str, float]]:
    """System → requests a second by how many callers there are at once; the median of some rounds."""
    found: dict[str, dict[int, list[float]]] = {system.name: {count: [] for count in AT_ONCE} for system in systems}
    by_name = {system.name: system for system in systems}
    for number, name in _turns([*by_name], RATE_ROUNDS, warm_up=0):
        for count in AT_ONCE:
            callers = [Caller(by_name[name], 1_000 * number + 100 + at) for at in range(count)]
            seconds, failed = at_once(callers, max(1, requests // count), Caller.whole)
            if failed:
                raise SystemExit(f"{name}: {failed}")
            found[name][count].append(count * max(1, requests // count) / seconds)
            _close(callers)
    return {name: {str(count): median(each) for count, each in by.items()} for name, by in found.items()}


def streams(systems: Sequence[System]) -> dict[str, dict[str, Any]]:
    """System → 64 streams at once, some times: how many, what failed, and seconds for all."""
    found: dict[str, dict[str, Any]] = {}
    for system in systems:
        callers = [Caller(system, 10_000 + at) for at in range(STREAMS)]
        seconds, failed = at_once(callers, STREAM_TIMES, Caller.streamed)
        _close(callers)
        found[system.name] = {"streams": STREAMS * STREAM_TIMES, "failed": failed, "seconds": seconds}
    return found


def memory(port: int, systems: Sequence[System], messages: int) -> dict[str, Any]:
    """MiB of one gateway every thousand messages, half of them of named conversations, and the slope behind the middle:
    until then it fills what it is allowed to remember."""
    system = _of(systems, ON)
    named = System(f"{ON}, both", system.server, named=True)
    callers = [Caller((system, named)[at % 2], 20_000 + at) for at in range(MEMORY_CALLERS)]
    samples: list[tuple[int, float]] = [(0, system.server.resident())]
    failures = 0
    while samples[-1][0] < messages:
        _, failed = at_once(callers, SAMPLE // MEMORY_CALLERS, Caller.whole)
        failures += sum(failed.values())
        samples.append((samples[-1][0] + SAMPLE, system.server.resident()))
        print(f"{samples[-1][0]} messages: {samples[-1][1]:.1f} MiB", file=sys.stderr)
    _close(callers)
    later = samples[len(samples) // 2 :]
    slope = linear_regression([at for at, _ in later], [size for _, size in later]).slope if len(later) > 1 else 0.0
    return {"samples": samples, "failed": failures, "slope KiB a thousand": slope * 1024 * 1000}


def _turns(names: Sequence[str], rounds: int, *, warm_up: int = WARM_UP) -> Iterator[tuple[int, str]]:
    """The number of a round, below 0 for warming up, and each name once in it, in an order drawn anew."""
    draw = random.Random(4)
    for number in range(-warm_up, rounds):
        for name in draw.sample([*names], len(names)):
            yield number, name


def _compared(taken: Sequence[float], direct: Sequence[float]) -> dict[str, float]:
    return {
        "p50": median(taken),
        "p99": _p99(taken),
        "added p50": median(taken) - median(direct),
        "added p99": _p99(taken) - _p99(direct),
    }


def _p99(taken: Sequence[float]) -> float:
    return quantiles(taken, n=100, method="inclusive")[98] if len(taken) > 1 else taken[0]


def _of(systems: Sequence[System], name: str) -> System:
    return next(system for system in systems if system.name == name)


def _close(callers: Sequence[Caller]) -> None:
    for caller in callers:
        with closing(caller):
            pass


def markdown(result: Mapping[str, Any]) -> Iterator[str]:
    """The same numbers as tables."""
    tables = {"added": _added_table, "rates": _rates_table, "first": _first_table, "streams": _streams_table}
    for name, table in tables.items():
        if name in result:
            yield from table(result[name])
            yield ""
    if "memory" in result:
        yield from _memory_lines(result["memory"])


def _added_table(found: Mapping[str, Mapping[str, float]]) -> Iterator[str]:
    yield "| a whole reply | p50 ms | p99 ms | added p50 | added p99 | CPU ms |"
    yield "|---|---:|---:|---:|---:|---:|"
    for name, each in found.items():
        numbers = [each["p50"], each["p99"], each["added p50"], each["added p99"], each["cpu"]]
        yield f"| {name} | " + " | ".join(f"{number:.2f}" for number in numbers) + " |"


def _rates_table(found: Mapping[str, Mapping[str, float]]) -> Iterator[str]:
    yield "| requests a second | " + " | ".join(f"{count} at once" for count in AT_ONCE) + " |"
    yield "|---|" + "---:|" * len(AT_ONCE)
    for name, each in found.items():
        yield f"| {name} | " + " | ".join(f"{each[str(count)]:.0f}" for count in AT_ONCE) + " |"


def _first_table(found: Mapping[str, Mapping[str, float]]) -> Iterator[str]:
    yield "| a stream | first text p50 ms | added p50 | added p99 | end p50 ms | added p50 | added p99 |"
    yield "|---|---:|---:|---:|---:|---:|---:|"
    for name, each in found.items():
        keys = ("p50", "added p50", "added p99", "end p50", "end added p50", "end added p99")
        yield f"| {name} | " + " | ".join(f"{each[key]:.1f}" for key in keys) + " |"


def _streams_table(found: Mapping[str, Mapping[str, Any]]) -> Iterator[str]:
    yield f"| {STREAMS} streams at once | streams | failed | seconds |"
    yield "|---|---:|---:|---:|"
    for name, each in found.items():
        failed = ", ".join(f"{count} {how}" for how, count in each["failed"].items()) or "0"
        yield f"| {name} | {each['streams']} | {failed} | {each['seconds']:.1f} |"


def _memory_lines(found: Mapping[str, Any]) -> Iterator[str]:
    samples = found["samples"]
    shown = [samples[len(samples) * part // 5 if part < 5 else -1] for part in range(6)]
    yield "| messages | " + " | ".join(f"{at:,}" for at, _ in shown) + " |"
    yield "|---|" + "---:|" * len(shown)
    yield "| MiB resident | " + " | ".join(f"{size:.1f}" for _, size in shown) + " |"
    yield ""
    slope = found["slope KiB a thousand"]
    yield f"Slope over the second half: {slope:.1f} KiB a thousand messages; failed: {found['failed']}."


if __name__ == "__main__":
    main()
