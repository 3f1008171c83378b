"""The examples of the gateway run as their pages say: real programs on real ports, and both sides printed."""

import re
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
NAME, MAIL, ORDER = "Crystal Minh", "crystal.minh@example.com", "8706847615"


def _printed(name: str) -> Sequence[str]:
    """What its one command prints."""
    command = [sys.executable, str(ROOT / "examples" / name / "run.py")]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


def _promised(name: str) -> Sequence[str]:
    """What its page says that it prints."""
    page = (ROOT / "examples" / name / "README.md").read_text("utf-8")
    block = re.search(r"^```\n(customer.*?)^```", page, re.MULTILINE | re.DOTALL)
    assert block is not None
    return block[1].splitlines()


def _holds(lines: Sequence[str], some: Sequence[str]) -> bool:
    return any(list(lines[at : at + len(some)]) == list(some) for at in range(len(lines)))


@pytest.mark.soak  # it takes four seconds; the bot's example below starts the same gateway
def test_the_llm_sees_placeholders_and_the_customer_and_the_shop_values() -> None:
    pytest.importorskip("openai", reason="openai is not installed")
    lines = _printed("openai_gateway")
    seen = [line for line in lines if line.startswith("  the LLM")]
    assert len(seen) == 14
    assert not any(value in line for line in seen for value in (NAME, MAIL, ORDER, "Crystal", "crystal"))
    thanks = f"customer reads      Thanks {NAME}! I have written to {MAIL}."
    assert lines.count(thanks) == 2, "whole and streamed"
    assert f"the shop looks up   order {ORDER}" in lines
    assert lines[-1] == f"customer reads      Order {ORDER} is on its way, {NAME}."
    assert _holds(lines, _promised("openai_gateway"))


def test_the_slack_bot_sees_placeholders_and_the_customer_values() -> None:
    pytest.importorskip("slack_sdk", reason="slack_sdk is not installed")
    lines = _printed("webhook_slack_bot")
    seen = [line for line in lines if line.startswith("  the bot")]
    assert len(seen) == 4, "each message once"
    assert not any(value in line for line in seen for value in (NAME, MAIL, ORDER, "Crystal", "crystal"))
    assert f"customer reads   Hello {NAME}! How can I help you?" in lines
    assert lines[-1] == f"customer reads   Order {ORDER} is on its way."
    assert _holds(lines, _promised("webhook_slack_bot"))
