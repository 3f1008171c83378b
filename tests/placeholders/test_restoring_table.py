import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.mark.soak
@pytest.mark.skipif(not (ROOT / "benchmarks").is_dir(), reason="the scripts are not in the wheel")
def test_documented_table_is_what_the_script_measures() -> None:
    """Exit code 0 means: every mangling restored, nothing wrong or invented, no near miss touched, page up to date."""
    command = [sys.executable, "benchmarks/restore_table.py", "--check", "docs/restoring.md"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
