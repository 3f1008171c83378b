"""The counts of this process, for a host that shows them beside its own (Prometheus, OpenTelemetry, a log line)."""

import threading
from collections import Counter
from typing import Any

from redactor.metrics.counts import BINS, Counts
from redactor.storage import forking


class Metrics:
    """Counters and score histograms since the process began, or was forked; they only grow. Thread-safe."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._counts: Counts = Counter()
        forking.watch(self)

    def before_fork(self) -> None:
        """Wait until no other thread is half-way, and let none start."""
        self._lock.acquire()

    def after_fork(self, *, in_child: bool) -> None:
        """Go on; a child counts from nothing."""
        if in_child:
            self._counts.clear()
        self._lock.release()

    def add(self, counts: Counts) -> None:
        """Add what was counted of one message or reply."""
        with self._lock:
            for label, count in counts.items():
                self._counts[label] += count

    def counts(self) -> Counts:
        """A copy of the counts as they stand."""
        with self._lock:
            return self._counts.copy()

    def snapshot(self) -> dict[str, list[dict[str, Any]]]:
        """The counts as plain data, ready for JSON; see `public`."""
        return public(self.counts())


def public(counts: Counts) -> dict[str, list[dict[str, Any]]]:
    """Counts as plain data. Labels are role, type, recognizer, audience and sign, and nothing else.

    `messages`, `replies`, `restored`, `foreign` and `signs` are counters, `holding` counts messages with at least one
    entity of a type, and `entities` and `candidates` have 20 equal `scores` bins of 0..1.
    """
    scores: dict[tuple[str, str, str, str], list[int]] = {}
    data: dict[str, list[dict[str, Any]]] = {section: [] for section in _SECTIONS.values()}
    for label, count in sorted(counts.items()):
        section, role = data[_SECTIONS[label.kind]], {"role": label.role}
        if label.kind in ("entity", "candidate"):
            key = (label.kind, label.role, label.name, label.recognizer)
            if key not in scores:
                scores[key] = [0] * BINS
                section.append({**role, "type": label.name, "recognizer": label.recognizer, "scores": scores[key]})
            scores[key][label.bin] += count
        elif label.kind in ("holding", "foreign"):
            section.append({**role, "type": label.name, "count": count})
        elif label.kind == "restored":
            section.append({**role, "type": label.name, "audience": label.recognizer, "count": count})
        elif label.kind == "sign":
            section.append({**role, "sign": label.name, "count": count})
        else:
            section.append({**role, "count": count})
    return data


_SECTIONS = {
    "message": "messages",
    "reply": "replies",
    "restored": "restored",
    "foreign": "foreign",
    "holding": "holding",
    "entity": "entities",
    "candidate": "candidates",
    "sign": "signs",
}
