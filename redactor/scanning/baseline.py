"""What is known and accepted already: a file that lets a scan report only what is new.

The file holds nothing made from a value. An entry is the path, the entity type, four hexadecimal digits of a hash of
what stands around the values, and how often that was found. Whoever guesses at a value has nothing to compare it
with; whoever guesses at the text around it is right by chance once in 65,536 times.
"""

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from redactor.exceptions import ConfigError
from redactor.scanning.pieces import Finding

VERSION = 1
_Key = tuple[str, str, str]


def _key(finding: Finding) -> _Key:
    return finding.path, finding.type, finding.around


def write(path: Path, findings: Iterable[Finding]) -> int:
    """Write the findings as the new baseline; the number of its entries. Raises `ConfigError` if it cannot."""
    counts = Counter(map(_key, findings))
    entries = [{"path": p, "type": t, "around": a, "count": counts[p, t, a]} for p, t, a in sorted(counts)]
    lines = ",\n".join("  " + json.dumps(entry, ensure_ascii=False) for entry in entries)
    try:
        path.write_text(f'{{"redactor_baseline": {VERSION}, "entries": [\n{lines}\n]}}\n', "utf-8")
    except OSError as error:
        raise ConfigError(f"--baseline: {path} cannot be written ({error.strerror})") from None
    return len(entries)


def load(path: Path) -> Mapping[_Key, int]:
    """How often what may be found. Raises `ConfigError` for a file that is no baseline."""
    try:
        data = json.loads(path.read_text("utf-8"))
        if data["redactor_baseline"] != VERSION:
            raise ValueError
        return {_entry(entry): int(entry["count"]) for entry in data["entries"]}
    except OSError as error:
        raise ConfigError(f"--baseline: {path} cannot be read ({error.strerror}); --write-baseline makes it") from None
    except (ValueError, KeyError, TypeError):
        raise ConfigError(
            f"--baseline: {path} is no baseline of version {VERSION}; --write-baseline makes one"
        ) from None


def _entry(entry: Mapping[str, Any]) -> _Key:
    return str(entry["path"]), str(entry["type"]), str(entry["around"])


def split(findings: Iterable[Finding], known: Mapping[_Key, int]) -> tuple[list[Finding], int]:
    """The findings that are new, and how many are not."""
    left = dict(known)
    new, old = [], 0
    for finding in findings:
        if left.get(_key(finding), 0) > 0:
            left[_key(finding)] -= 1
            old += 1
        else:
            new.append(finding)
    return new, old
