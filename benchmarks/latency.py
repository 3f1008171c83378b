"""What one message costs: per step, against LangChain's detectors, in memory, from a cold start.

    python benchmarks/latency.py [--messages 300] [--json]

Messages are generated; their lengths are counted in word pieces of the shipped model's tokenizer. Everything runs on
one thread. Absolute times belong to the processor that is named; the ratios beside them travel further. LangChain's
detectors are compared where langchain is installed (`pip install '.[bench]'`).
"""

import argparse
import json
import platform
import random
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from uuid import uuid4

import numpy as np
from tokenizers import Tokenizer

from redactor import Redactor
from redactor.detection.checks import DEFAULT_REGIONS
from redactor.detection.patterns import patterns
from redactor.detection.transformer import load_model
from redactor.detection.view import view

LENGTHS = (12, 35, 120)
QUESTION = "Thank you for waiting. Could you tell me your full name, your e-mail address and the order number, please?"
_WARM_UP = 5


@dataclass(frozen=True, slots=True)
class Times:
    """Milliseconds over many messages."""

    p50: float
    p99: float

    @classmethod
    def of(cls, milliseconds: Sequence[float]) -> "Times":
        p50, p99 = np.percentile(milliseconds, [50, 99])
        return cls(float(p50), float(p99))


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--messages", type=int, default=300, help="messages per length")
    parser.add_argument("--starts", type=int, default=5, help="fresh processes for the cold start")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--json", action="store_true")
    chosen = parser.parse_args()
    result = measure(chosen.messages, chosen.starts, chosen.seed)
    print(json.dumps(result, indent=2) if chosen.json else "\n".join(markdown(result)))


def measure(messages: int, starts: int, seed: int) -> dict[str, object]:
    """All numbers as JSON data."""
    dice = random.Random(seed)
    texts = {length: [message(length, dice) for _ in range(messages)] for length in LENGTHS}
    with_digits = [six_digits(dice) for _ in range(messages)]
    with Redactor() as redactor:
        redactor.warm_up()
        steps = {
            f"{length}, {name}": per_step(redactor, texts[length], context)
            for length in LENGTHS
            for name, context in (("no context", ()), ("after a question", (QUESTION,)))
        }
    return {
        "machine": machine(),
        "steps_ms": {name: {step: asdict(times) for step, times in found.items()} for name, found in steps.items()},
        "patterns_alone_ms": asdict(patterns_alone(with_digits)),
        "langchain": against_langchain(texts[35], steps["35, no context"]),
        "fresh_process": fresh_process(starts, messages),
    }


def per_step(redactor: Redactor, texts: Sequence[str], context: Sequence[str]) -> Mapping[str, Times]:
    """Each message in a conversation of its own; `whole` is the wall-clock time of `redact`, recording included."""
    spent: dict[str, list[float]] = {}
    warming = texts[:_WARM_UP]
    for number, text in enumerate([*warming, *texts]):
        chat = redactor.conversation(f"latency-{uuid4()}")
        for turn in context:
            chat.redact(turn, role="agent")
        started = time.perf_counter()
        redaction = chat.redact(text)
        whole = (time.perf_counter() - started) * 1e3
        chat.forget()
        if number >= len(warming):
            for step, ms in {**redaction.timings, "whole": whole}.items():
                spent.setdefault(step, []).append(ms)
    return {step: Times.of(ms) for step, ms in spent.items()}


def patterns_alone(texts: Sequence[str]) -> Times:
    """The patterns of ten regions over messages with six digits or more."""
    recognizer = patterns(DEFAULT_REGIONS)
    views = [view(text).text for text in texts]
    return Times.of(list(_timed(lambda text: list(recognizer(text, ())), views)))


def against_langchain(texts: Sequence[str], steps: Mapping[str, Times]) -> dict[str, object]:
    """The five built-in detectors of LangChain's PIIMiddleware over the same messages, one after the other."""
    try:
        from langchain.agents.middleware import _redaction as theirs
    except ImportError as error:
        return {"absent": f"{error.name} is not installed; pip install '.[bench]'"}
    detectors = list(theirs.BUILTIN_DETECTORS.values())
    five = Times.of(list(_timed(lambda text: [detector(text) for detector in detectors], texts)))
    return {
        "version": version("langchain"),
        "detectors": len(detectors),
        "five_detectors_ms": asdict(five),
        "our_patterns_as_multiple": steps["patterns"].p50 / five.p50,
        "our_whole_redact_as_multiple": steps["whole"].p50 / five.p50,
    }


def _timed(work: Callable[[str], object], texts: Sequence[str]) -> Iterator[float]:
    for text in texts[:_WARM_UP]:
        work(text)
    for text in texts:
        started = time.perf_counter()
        work(text)
        yield (time.perf_counter() - started) * 1e3


_CHILD = """
import json, resource, sys, time
started = time.perf_counter()
import redactor
imported = time.perf_counter()
opened = redactor.Redactor()
opened.detect("My name is Joyce Wu, order 8706847615")
detected = time.perf_counter()
chat = opened.conversation("fresh")
for line in json.load(sys.stdin):
    chat.redact(line)
status = dict(line.split(":", 1) for line in open("/proc/self/status")) if sys.platform == "linux" else {}
resident = int(status["VmRSS"].split()[0]) * 1024 if "VmRSS" in status else None
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)
times = {"import_ms": (imported - started) * 1e3, "first_detection_ms": (detected - imported) * 1e3}
print(json.dumps(times | {"resident_mib": (resident or peak) / 2**20, "peak_mib": peak / 2**20}))
"""


def fresh_process(starts: int, messages: int) -> dict[str, float]:
    """Medians over fresh processes: `import redactor`, then a Redactor and its first detection; memory after use."""
    dice = random.Random(1)
    lines = json.dumps([message(length, dice) for length in LENGTHS for _ in range(max(1, messages // 10))])
    found = [
        json.loads(
            subprocess.run(
                [sys.executable, "-P", "-c", _CHILD], input=lines, capture_output=True, text=True, check=True
            ).stdout
        )
        for _ in range(starts)
    ]
    return {name: float(np.median([each[name] for each in found])) for name in found[0]}


# generated messages

_PROSE = (
    "I ordered a jacket last week and it still has not come.",
    "The page says it was delivered but there was nothing at the door.",
    "Could you please look into it and tell me what happened?",
    "I would like to have the refund on the same card as before.",
    "It was the grey one in size medium, two pieces in one box.",
    "Nobody answered when I called the store on Monday morning.",
    "The promo code did not work either, so I paid the full price.",
    "Thanks a lot for your help so far, I really appreciate it.",
)
_VALUES: Sequence[Callable[[random.Random], str]] = (
    lambda dice: f"My name is {dice.choice(('Joyce Wu', 'Emeka Okafor', 'Chloe Petit', 'Sanya Afzal'))}.",
    lambda dice: f"My order number is {_digits(dice, 10)}.",
    lambda dice: f"Write to {dice.choice(('joyce', 'emeka', 'chloe'))}{_digits(dice, 3)}@example.com please.",
    lambda dice: f"Call me at (212) 555-01{_digits(dice, 2)}.",
)
_SIX_DIGITS: Sequence[Callable[[random.Random], str]] = (
    *_VALUES[1:],
    lambda dice: f"my card is 4111 1111 {_digits(dice, 4)} {_digits(dice, 4)} exp 04/29",
    lambda dice: f"tracking 1Z{_digits(dice, 16)}, shipped 2025-0{dice.randint(1, 9)}-14, 3 parcels",
    lambda dice: f"my number is +44 20 7946 0{_digits(dice, 3)} and the case is {_digits(dice, 8)}",
    lambda dice: f"{_digits(dice, 4)} Lincoln Ave, Baltimore, MD 2{_digits(dice, 4)}, gate code {_digits(dice, 6)}",
    lambda dice: f"{_digits(dice, 9)} or {_digits(dice, 3)}-{_digits(dice, 2)}-{_digits(dice, 4)}, I do not know which",
)


def _digits(dice: random.Random, count: int) -> str:
    return "".join(dice.choice("123456789") for _ in range(count))


def message(pieces: int, dice: random.Random) -> str:
    """A support message of exactly this many word pieces, one value in it, unless a word straddles the end."""
    words = dice.choice(_VALUES)(dice).split()
    while _pieces(" ".join(words)) < pieces:
        words += dice.choice(_PROSE).split()
    while _pieces(" ".join(words)) > pieces:
        words.pop()
    return " ".join(words)


def six_digits(dice: random.Random) -> str:
    """A message with six digits or more among ordinary words."""
    return f"{dice.choice(_PROSE)} {dice.choice(_SIX_DIGITS)(dice)}"


def _pieces(text: str) -> int:
    return len(_tokenizer().encode(text, add_special_tokens=False).ids)


_LOADED: list[Tokenizer] = []


def _tokenizer() -> Tokenizer:
    if not _LOADED:
        _LOADED.append(Tokenizer.from_file(str(load_model() / "tokenizer.json")))
    return _LOADED[0]


# what is printed


def machine() -> dict[str, str]:
    """Where the numbers were measured."""
    return {"processor": processor(), "python": platform.python_version()} | {
        name: _version(name) for name in ("chat-redactor", "onnxruntime", "tokenizers", "numpy")
    }


def processor() -> str:
    """The processor's name as the machine tells it."""
    info = Path("/proc/cpuinfo")
    lines = info.read_text("utf-8").splitlines() if info.exists() else []
    named = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(named, platform.processor() or platform.machine())


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "absent"


def markdown(result: Mapping[str, object]) -> Iterator[str]:
    """The same numbers as tables."""
    parts = json.loads(json.dumps(result))
    yield "Measured on " + ", ".join(f"{name} {value}" for name, value in parts["machine"].items()) + "; one thread."
    steps = list(next(iter(parts["steps_ms"].values())))
    yield "\n| word pieces | " + " | ".join(f"{step} p50 / p99 ms" for step in steps) + " |"
    yield "|---" * (len(steps) + 1) + "|"
    for name, found in parts["steps_ms"].items():
        yield f"| {name} | " + " | ".join(_cell(found[step]) for step in steps) + " |"
    yield f"\nPatterns alone, six digits or more, ten regions: {_cell(parts['patterns_alone_ms'])} ms (p50 / p99)."
    yield from _langchain_lines(parts["langchain"])
    fresh = parts["fresh_process"]
    yield (
        f"Fresh process: import {fresh['import_ms']:.0f} ms, Redactor and first detection "
        f"{fresh['first_detection_ms']:.0f} ms; resident after use {fresh['resident_mib']:.0f} MiB, "
        f"at most {fresh['peak_mib']:.0f} MiB."
    )


def _langchain_lines(found: Mapping[str, object]) -> Iterator[str]:
    if "absent" in found:
        yield f"LangChain's detectors were not compared: {found['absent']}."
        return
    yield (
        f"LangChain {found['version']}, its {found['detectors']} built-in detectors on the 35-piece messages: "
        f"{_cell(found['five_detectors_ms'])} ms; our patterns take {found['our_patterns_as_multiple']:.2f} times "
        f"that, the whole of redact {found['our_whole_redact_as_multiple']:.1f} times."
    )


def _cell(times: object) -> str:
    assert isinstance(times, Mapping)
    return f"{times['p50']:.3f} / {times['p99']:.3f}"


if __name__ == "__main__":
    main()
