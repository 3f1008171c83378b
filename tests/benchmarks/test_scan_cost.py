"""The benchmark of the tools around runs."""

import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parents[2] / "benchmarks" / "scan_cost.py"


@pytest.mark.soak
def test_all_three_are_printed(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("card = '4111 1111 1111 1111'\n", "utf-8")
    words = [sys.executable, "-P", str(SCRIPT), "--rounds", "1", "--records", "20", "--folder", str(tmp_path)]
    lines = subprocess.run(words, capture_output=True, text=True, check=True).stdout.splitlines()
    assert [line.split(":")[0].split(",")[0] for line in lines] == ["hook", "hook", "log filter", "scan"]
    assert "{'CREDIT_CARD': 1} in 1 files" in lines[-1]
