"""The benchmarks run and say what they promise, with a handful of messages."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

BENCHMARKS = Path(__file__).parent.parent.parent / "benchmarks"


def _run(script: str, *words: str) -> str:
    return subprocess.run(
        [sys.executable, "-P", str(BENCHMARKS / script), *words], capture_output=True, text=True, check=True
    ).stdout


@pytest.mark.soak
def test_latency_is_split_into_steps_and_names_the_machine() -> None:
    found: dict[str, Any] = json.loads(_run("latency.py", "--messages", "2", "--starts", "1", "--json"))
    assert found["machine"]["processor"]
    assert len(found["steps_ms"]) == 6
    for steps in found["steps_ms"].values():
        assert {"view", "patterns", "transformer", "memory", "mint", "whole"} <= set(steps)
        assert all(0 <= times["p50"] <= times["p99"] for times in steps.values())
    assert found["fresh_process"]["resident_mib"] > 0


@pytest.mark.soak
def test_latency_is_printed_as_tables() -> None:
    assert "| 35, after a question |" in _run("latency.py", "--messages", "1", "--starts", "1")


def test_turn_cost_is_measured_for_both_stores() -> None:
    found: dict[str, Any] = json.loads(_run("turn_cost.py", "--turns", "2", "4", "--rounds", "1", "--json"))
    assert set(found) == {"memory", "SQLite"}
    assert set(found["memory"]) == {"2", "4"}
    assert found["memory"]["2"]["whole"] > found["memory"]["2"]["hashing"] > 0
