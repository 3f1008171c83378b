"""Counts of the gateway for `/metrics`, in Prometheus' text format. No values, no names of users."""

import threading
from collections import Counter

_HELP = {
    "redactor_gateway_requests_total": "Requests by door and what came of them.",
    "redactor_gateway_seconds_total": "Seconds spent in each step.",
    "redactor_gateway_steps_total": "How often each step was taken.",
}


class Tally:
    """Counts by labels; thread-safe. Labels come from the gateway's own words, never from a request."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._counts: Counter[tuple[str, tuple[tuple[str, str], ...]]] = Counter()

    def count(self, door: str, outcome: str) -> None:
        """One request came to its end."""
        self._add("redactor_gateway_requests_total", 1, door=door, outcome=outcome)

    def took(self, step: str, seconds: float) -> None:
        """One step of a request was done."""
        self._add("redactor_gateway_seconds_total", seconds, step=step)
        self._add("redactor_gateway_steps_total", 1, step=step)

    def text(self) -> str:
        """Everything counted so far."""
        with self._lock:
            counts = sorted(self._counts.items())
        lines: list[str] = []
        for name, text in _HELP.items():
            lines += [f"# HELP {name} {text}", f"# TYPE {name} counter"]
            lines += [f"{name}{{{_labels(labels)}}} {_number(n)}" for (of, labels), n in counts if of == name]
        return "\n".join(lines) + "\n"

    def _add(self, name: str, number: float, **labels: str) -> None:
        with self._lock:
            self._counts[name, tuple(sorted(labels.items()))] += number  # type: ignore[assignment]  # seconds, too


def _labels(labels: tuple[tuple[str, str], ...]) -> str:
    return ",".join(f'{name}="{value}"' for name, value in labels)


def _number(number: float) -> str:
    return str(number) if isinstance(number, int) else f"{number:.6f}"
