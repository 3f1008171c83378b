"""The table of defaults in the docs is what the code does."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent


def test_the_docs_hold_the_scripts_output() -> None:
    script = ROOT / "benchmarks" / "policy_table.py"
    table = subprocess.run([sys.executable, script], capture_output=True, text=True, check=True).stdout.strip()
    assert table in (ROOT / "docs" / "policy.md").read_text("utf-8")
