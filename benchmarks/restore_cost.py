"""What restoring a stream costs per chunk: ordinary replies, replies full of placeholders, and code.

    python benchmarks/restore_cost.py [--json]

The processor's own time, so that a busy machine changes little; the best of several rounds. The target is 20
microseconds per chunk of four characters, about what one token of an LLM's reply is.
"""

import argparse
import json
import platform
import time
from pathlib import Path

from redactor.placeholders import Scanner, Token, find

TARGET_US = 20.0
ROUNDS = 5
REPLIES = {
    "support reply": (
        "Hello [PERSON_1], thanks for reaching out to us about your order [ACCOUNT_ID_2]. It was shipped today and "
        "should arrive within three business days (sooner if the carrier is early). We have sent the tracking link to "
        "[EMAIL_ADDRESS_1]; please let us know if anything else is needed, and have a nice day! "
    ),
    "no placeholders": (
        "You can change the delivery date in your account under Orders, or call us from 9 to 5. Refunds for returned "
        "articles take three to five business days; please keep the receipt until then. Anything else I can do? "
    ),
    "placeholders only": "[PERSON_1] [EMAIL_ADDRESS_1] [PHONE_NUMBER_12] [person_1] [STREET\\_ADDRESS\\_3] PERSON_2 ",
    "code": 'for (int i = 0; i < n; ++i) { out << rows[i][k]; if (p["url"] == urls[i]) person_1 = f(a[i], {x}); } ',
}


def microseconds_per_chunk(text: str, size: int) -> float:
    """Processor time of one `feed`, in microseconds."""
    chunks = [text[at : at + size] for at in range(0, len(text), size)]
    return min(_round(chunks) for _ in range(ROUNDS)) / len(chunks) * 1e6


def _round(chunks: list[str]) -> float:
    scanner = Scanner(_value)
    start = time.process_time()
    for chunk in chunks:
        scanner.feed(chunk)
    scanner.finish()
    return time.process_time() - start


def _value(token: Token) -> str:
    return token.type.title()


def measure() -> dict[str, dict[str, float]]:
    """Microseconds per chunk, by kind of text and characters per chunk; and per thousand characters found whole."""
    find("[PERSON_1]")
    result = {}
    for name, reply in REPLIES.items():
        text = reply * (1 + 40_000 // len(reply))
        result[name] = {str(size): microseconds_per_chunk(text, size) for size in (1, 4, 20)}
        result[name]["find"] = _find_thousand(text)
    return result


def _find_thousand(text: str) -> float:
    start = time.process_time()
    find(text)
    return (time.process_time() - start) / len(text) * 1e9


def processor() -> str:
    """The processor's name as the machine tells it."""
    info = Path("/proc/cpuinfo")
    lines = info.read_text("utf-8").splitlines() if info.exists() else []
    named = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(named, platform.processor() or platform.machine())


def main() -> int:
    """Print the table; 1 where four characters cost more than the target."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", action="store_true")
    result = measure()
    if parser.parse_args().json:
        print(json.dumps({"processor": processor(), "microseconds": result}, indent=2))
    else:
        print(f"{processor()}, Python {platform.python_version()}; microseconds\n")
        print("| text | chunk of 1 | of 4 | of 20 | `find`, 1,000 characters |\n|---|---:|---:|---:|---:|")
        for name, row in result.items():
            print(f"| {name} | " + " | ".join(f"{value:.1f}" for value in row.values()) + " |")
    return 0 if all(row["4"] <= TARGET_US for row in result.values()) else 1


if __name__ == "__main__":
    raise SystemExit(main())
