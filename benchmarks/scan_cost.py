"""What the tools around cost: the pre-commit hook from start to end, the scan per byte, the log filter per record.

    python benchmarks/scan_cost.py [--rounds 15] [--records 2000] [--folder FOLDER]

The hook is run as a process of its own on two staged lines of a small repository, git included. Processor time is what
it takes on a machine that has nothing else to do; wall-clock time is what it took beside everything else. Of all rounds
the least is given, and the median. With a folder its files are scanned for the hook's types.
"""

import argparse
import logging
import os
import resource
import subprocess
import sys
import time
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from redactor.logs import RedactingFilter
from redactor.scanning import Request, scan
from redactor.scanning.checking import How
from redactor.scanning.detector import Asked
from redactor.scanning.hook import HOOK_TYPES

_HOOK = "import sys; from redactor.scanning.hook import main; sys.exit(main(['--staged']))"


def hook(rounds: int) -> tuple[list[float], list[float]]:
    """Wall-clock and processor milliseconds of each round, the first (which may compile modules) left out."""
    with TemporaryDirectory() as folder, TemporaryDirectory() as compiled:
        Path(folder, "old.py").write_text("def double(x):\n    return 2 * x\n" * 100, "utf-8")
        who = ["-c", "user.name=x", "-c", "user.email=x@example.org", "-c", "commit.gpgsign=false"]
        for words in (["init", "-q"], ["add", "."], ["commit", "-qm", "first"]):
            subprocess.run(["git", *who, *words], cwd=folder, check=True)
        with Path(folder, "old.py").open("a", encoding="utf-8") as file:
            file.write("# two lines more\nkey = double(3)\n")
        subprocess.run(["git", "add", "."], cwd=folder, check=True)
        cache = {**os.environ, "PYTHONPYCACHEPREFIX": compiled}
        cache.pop("PYTHONDONTWRITEBYTECODE", None)  # an installed package is compiled
        times = [_one_run(folder, cache) for _ in range(rounds + 1)][1:]
    return [wall for wall, _ in times], [cpu for _, cpu in times]


def _one_run(folder: str, environment: dict[str, str]) -> tuple[float, float]:
    before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    subprocess.run([sys.executable, "-P", "-c", _HOOK], cwd=folder, env=environment, check=True)
    wall, after = time.perf_counter() - began, resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return wall * 1000, cpu * 1000


def log_filter(records: int) -> float:
    """Processor microseconds per short record."""
    redacting = RedactingFilter()
    made = [_record(number) for number in range(records + 20)]
    for record in made[:20]:
        redacting.filter(record)
    began = time.process_time()
    for record in made[20:]:
        redacting.filter(record)
    return (time.process_time() - began) / records * 1e6


def _record(number: int) -> logging.LogRecord:
    return logging.makeLogRecord({"msg": "%s of user u%d took %d ms", "args": ("GET /orders", number, number % 90)})


def main() -> None:
    """Print the three."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--records", type=int, default=2000)
    parser.add_argument("--folder")
    given = parser.parse_args()
    for name, times in zip(("wall-clock", "processor"), hook(given.rounds), strict=True):
        print(f"hook, two staged lines, {name}: least {min(times):.0f} ms, median {median(times):.0f} ms")
    print(f"log filter: {log_filter(given.records):.0f} µs per record")
    if given.folder:
        began = time.process_time()
        report = scan(Request((given.folder,), how=How(Asked(frozenset(HOOK_TYPES), patterns_only=True))))
        speed = report.size / (time.process_time() - began) / 1000
        print(f"scan: {speed:.0f} kB per second; {dict(report.by_type)} in {report.scanned} files")


if __name__ == "__main__":
    main()
