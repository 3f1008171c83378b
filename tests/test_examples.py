"""Every example runs, and prints what its comments promise."""

import runpy
from pathlib import Path

import pytest

EXAMPLES = Path(__file__).parent.parent / "examples"


@pytest.mark.parametrize("path", sorted(EXAMPLES.glob("*.py")), ids=lambda path: path.stem)
def test_an_example_runs(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    if path.stem.startswith("langchain_"):
        pytest.importorskip("langchain", reason="langchain is not installed; install chat-redactor[langchain]")
    runpy.run_path(str(path), run_name="__main__")
    assert capsys.readouterr().out


def test_the_quick_start_prints_what_its_comments_say(capsys: pytest.CaptureFixture[str]) -> None:
    runpy.run_path(str(EXAMPLES / "quickstart.py"))
    seen, reply, exact = capsys.readouterr().out.splitlines()
    assert seen == "Hi, I'm [PERSON_1], [EMAIL_ADDRESS_1]"
    assert reply == "Thanks Crystal Minh! I have written to crystal@gmail.com."
    assert exact == "Hi, I'm Crystal Minh, crystal at gmail dot com"


def test_the_streamed_reply_reads_whole(capsys: pytest.CaptureFixture[str]) -> None:
    runpy.run_path(str(EXAMPLES / "streaming.py"))
    sees, reads = capsys.readouterr().out.splitlines()
    assert "[PERSON_1]" in sees
    assert "[PHONE_NUMBER_1]" in sees
    assert reads == "the person reads: Thank you, Joyce Wu. I will call (212) 555-0143 today."
