"""A whole scan: sources checked, one after the other or in several processes; what came of it and its exit code."""

import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from redactor.exceptions import ConfigError, RedactorError
from redactor.scanning import baseline, sources
from redactor.scanning.checking import Checked, Checker, How
from redactor.scanning.pieces import Finding, Gap
from redactor.scanning.sources import Source

CLEAN, FOUND, USAGE, INCOMPLETE = 0, 1, 2, 3
"""Exit codes. What is incomplete is so whether or not something was found."""


@dataclass(frozen=True, slots=True)
class Request:
    """What is scanned and what counts."""

    paths: tuple[str, ...] = ()
    staged: bool = False
    """The lines the next commit adds, below `paths` where some are named."""
    how: How = field(default_factory=How)
    fail_on: tuple[tuple[str, float], ...] = (("", 0.0),)
    """(entity type or empty for any, least score): a finding one of these fits ends with exit code 1."""
    ignored: bool = False
    """Whether files that git ignores are scanned too."""
    baseline: Path | None = None
    write_baseline: bool = False
    jobs: int = 1


@dataclass(frozen=True, slots=True)
class Report:
    """What came of a scan."""

    findings: tuple[Finding, ...]
    gaps: tuple[Gap, ...]
    failing: frozenset[Finding] = field(repr=False)
    """Those that `fail_on` names."""
    scanned: int = 0
    """Sources that were looked into."""
    size: int = 0
    """Bytes of them, unpacked."""
    allowed: int = 0
    known: int = 0
    """Findings that the baseline holds; they are not among `findings`."""
    seconds: float = 0.0

    @property
    def missing(self) -> tuple[Gap, ...]:
        """What should have been checked and was not."""
        return tuple(gap for gap in self.gaps if not gap.expected)

    @property
    def exit_code(self) -> int:
        """3 for an incomplete scan, else 1 with findings that fail it, else 0."""
        if self.missing:
            return INCOMPLETE
        return FOUND if self.failing else CLEAN

    @property
    def by_type(self) -> Mapping[str, int]:
        """How many findings of each entity type."""
        return dict(sorted(Counter(finding.type for finding in self.findings).items()))


def scan(request: Request) -> Report:
    """Check everything the request names. Raises `ConfigError` for what cannot be used as written."""
    began = time.perf_counter()
    if request.write_baseline and request.baseline is None:
        raise ConfigError("--write-baseline: name the file with --baseline FILE")
    if not request.paths and not request.staged:
        raise ConfigError("nothing to scan: name files or folders, - for stdin, or --staged")
    known = baseline.load(request.baseline) if request.baseline and not request.write_baseline else {}
    checked: list[Checked] = []
    try:
        checked.extend(_checked(request))
    except RedactorError:
        raise
    except Exception as error:  # noqa: BLE001  Python would end with 1, which says that everything was checked
        checked.append(Checked(gaps=(Gap(f"the scan itself failed ({type(error).__name__})", path="(all)"),)))
    everything = [finding for each in checked for finding in each.findings]
    gaps = tuple(gap for each in checked for gap in each.gaps)
    if request.write_baseline and request.baseline is not None:
        known = _accepted(request.baseline, everything, gaps)
    new, old = baseline.split(everything, known)
    return Report(
        findings=tuple(new),
        gaps=gaps,
        failing=frozenset(finding for finding in new if _fails(finding, request.fail_on)),
        scanned=sum(1 for each in checked if each.size or not each.gaps),
        size=sum(each.size for each in checked),
        allowed=sum(each.allowed for each in checked),
        known=old,
        seconds=time.perf_counter() - began,
    )


def _accepted(path: Path, findings: Sequence[Finding], gaps: Sequence[Gap]) -> Mapping[tuple[str, str, str], int]:
    if any(not gap.expected for gap in gaps):
        return {}  # what was not checked cannot be accepted; the gaps say what to mend
    baseline.write(path, findings)
    return baseline.load(path)


def _fails(finding: Finding, rules: Sequence[tuple[str, float]]) -> bool:
    return any(name in ("", finding.type) and finding.score >= least for name, least in rules)


def fail_rule(text: str) -> tuple[str, float]:
    """`TYPE`, `TYPE:score` or `score` as (entity type or empty, least score). Raises `ConfigError`."""
    from redactor.taxonomy import entity_types

    name, colon, score = text.rpartition(":") if ":" in text else ("", "", text)
    if not colon and not text[:1].isdigit() and not text.startswith("."):
        name, score = text, "0"
    try:
        least = float(score)
    except ValueError:
        least = -1.0
    if not text or not 0.0 <= least <= 1.0 or (name and name not in entity_types()):
        raise ConfigError(f"--fail-on: expected an entity type, TYPE:score, or a score from 0 to 1; got {text!r}")
    return name, least


def _checked(request: Request) -> Iterator[Checked]:
    if request.staged and not (first := next(found := sources.staged(request.paths), None)):
        return  # nothing staged, nothing loaded
    checker = Checker(request.how)
    if request.staged:
        items: Iterable[Source | Gap] = _chained(first, found)
    else:
        items = sources.find(request.paths, checker.shown, ignored=request.ignored)
    if request.jobs > 1:
        yield from _in_processes(items, request, checker.shown)
    else:
        yield from (_one(item, checker.check, checker.shown) for item in items)


def _chained(first: Source | None, rest: Iterable[Source]) -> Iterator[Source]:
    if first is not None:
        yield first
    yield from rest


def _one(item: Source | Gap, check: Callable[[Source], Checked], shown: Callable[[str], str]) -> Checked:
    if isinstance(item, Gap):
        return Checked(gaps=(Gap(item.reason, item.expected, shown(item.path)),))
    return check(item)


def _in_processes(items: Iterable[Source | Gap], request: Request, shown: Callable[[str], str]) -> Iterator[Checked]:
    """The same in the same order; each process loads its own tables and model."""
    from concurrent.futures import ProcessPoolExecutor
    from multiprocessing import get_context

    everything = [*items]
    here = {number: _one(item, _never, shown) for number, item in enumerate(everything) if isinstance(item, Gap)}
    there = [item for item in everything if isinstance(item, Source)]
    with ProcessPoolExecutor(request.jobs, get_context("spawn"), _begin, (request.how,)) as pool:
        results = pool.map(_check, there, chunksize=max(1, min(16, len(there) // (4 * request.jobs))))
        for number in range(len(everything)):
            yield here[number] if number in here else next(results)


def _never(source: Source) -> Checked:
    raise AssertionError("a gap is not checked")


_WORKER: list[Checker] = []
"""The checker of a process of the pool."""


def _begin(how: How) -> None:
    _WORKER[:] = [Checker(how)]


def _check(source: Source) -> Checked:
    return _WORKER[0].check(source)
