"""`redactor-scan`: the scan as a pre-commit hook. Patterns only, few types, and quick to start.

It has a command line of its own because typer, rich, pydantic and the model together take longer to import than a
small change takes to scan. Exit codes are those of `redactor scan`.
"""

import argparse
import signal
import sys
from collections.abc import Sequence
from pathlib import Path

from redactor.exceptions import RedactorError

HOOK_TYPES = (
    "SECRET", "CREDIT_CARD", "CARD_CVV", "IBAN_CODE", "BANK_ACCOUNT", "US_SSN", "NATIONAL_ID", "PASSPORT",
    "DRIVER_LICENSE", "MEDICAL_ID",
)  # fmt: skip
"""What is never right in a repository. Names, addresses, e-mails and links are: in licences, docs and metadata."""


def main(words: Sequence[str] | None = None) -> int:
    """Run the hook; the exit code. The console script `redactor-scan` calls it."""
    given = _parser().parse_args(words)
    signal.signal(signal.SIGINT, lambda *_: sys.exit(130))
    try:
        return _scan(given)
    except RedactorError as error:
        print(f"redactor: {error}", file=sys.stderr)  # noqa: T201
        return 2


def _scan(given: argparse.Namespace) -> int:
    from redactor.scanning.checking import How
    from redactor.scanning.detector import Asked
    from redactor.scanning.reports import stats, summary, written
    from redactor.scanning.running import Request, fail_rule, scan

    asked = Asked(frozenset(given.types), tuple(given.countries), patterns_only=True)
    report = scan(
        Request(
            paths=tuple(given.paths),
            staged=given.staged,
            how=How(asked),
            fail_on=tuple(map(fail_rule, given.fail_on)) or Request().fail_on,
            baseline=given.baseline,
            write_baseline=given.write_baseline,
        )
    )
    for line in written(report, given.format):
        print(line)  # noqa: T201
    if report.exit_code or given.stats:
        print(f"redactor: {summary(report)}", *(stats(report) if given.stats else ()), sep="\n", file=sys.stderr)  # noqa: T201
    return report.exit_code


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="redactor-scan",
        description="Looks for secrets, cards, account numbers and identifiers in what is to be committed.",
        epilog="Exit code: 0 nothing found, 1 found, 2 a mistake in what was asked, 3 something could not be checked.",
    )
    listed = _commas
    parser.add_argument("paths", nargs="*", metavar="PATH", help="files or folders; - for stdin")
    parser.add_argument("--staged", action="store_true", help="only lines the next commit adds")
    parser.add_argument("--types", type=listed, default=HOOK_TYPES, metavar="TYPE,...", help=", ".join(HOOK_TYPES))
    parser.add_argument("--countries", type=listed, default=(), metavar="CC,...", help="whose identifiers count alone")
    parser.add_argument("--fail-on", action="append", default=[], metavar="TYPE[:SCORE]|SCORE")
    parser.add_argument("--baseline", type=Path, metavar="FILE", help="report only what is not in it")
    parser.add_argument("--write-baseline", action="store_true", help="accept everything that is found now")
    parser.add_argument("--format", choices=("text", "json", "jsonl", "sarif", "github"), default="text")
    parser.add_argument("--stats", action="store_true")
    return parser


def _commas(text: str) -> tuple[str, ...]:
    return tuple(part for part in (piece.strip() for piece in text.split(",")) if part)
