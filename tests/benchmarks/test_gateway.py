"""The benchmarks of the gateway and its webhooks say what they measure, and run against real processes."""

import argparse
import json
from itertools import islice
from pathlib import Path

import pytest

pytest.importorskip("psutil", reason="install chat-redactor[bench]")
pytest.importorskip("httpx2", reason="install chat-redactor[gateway]")

from benchmarks import gateway, webhooks
from benchmarks._gateway_processes import DIRECT, OFF, ON, running
from benchmarks._gateway_servers import reply
from benchmarks._gateway_talk import EXCHANGES, Talk, strangers

KEYS = ("p50", "p99", "added p50", "added p99", "cpu")


def test_every_message_is_new_and_the_history_is_resent() -> None:
    talk, bodies = Talk(1), []
    for _ in range(2 * EXCHANGES):
        bodies.append(json.loads(talk.ask())["messages"])
        talk.hear(reply(bodies[-1][-1]["content"]))
    assert [len(body) - 2 for body in bodies] == [*range(0, 2 * EXCHANGES, 2)] * 2
    assert bodies[1][: len(bodies[0])] == bodies[0]
    assert len({body[-1]["content"] for body in bodies}) == len(bodies)
    assert Talk(1).ask() == Talk(1).ask() != Talk(2).ask()
    one, other = (json.loads(body)["messages"][1:] for body in islice(strangers(1), 2))
    assert len(one) == 7
    assert not {each["content"] for each in one} & {each["content"] for each in other}


def test_the_model_repeats_the_placeholder_it_is_shown() -> None:
    assert "[PERSON_1]" in reply("I am [PERSON_1]")
    assert reply("I am [PERSON_1]") == reply("I am [PERSON_1]") != reply("I was [PERSON_1]")


def test_what_was_added_is_the_difference_to_the_direct_one() -> None:
    found = gateway._compared([5.0, 6.0, 7.0], [1.0, 2.0, 3.0])
    assert (found["p50"], found["added p50"]) == (6.0, 4.0)
    lines = list(gateway.markdown({"added": {ON: dict.fromkeys(KEYS, 1.0)}}))
    assert f"| {ON} | 1.00 | 1.00 | 1.00 | 1.00 | 1.00 |" in lines


def test_memory_that_grows_is_told_by_its_slope() -> None:
    samples = [(at * 1000, 100.0 + at) for at in range(11)]
    lines = list(gateway.markdown({"memory": {"samples": samples, "failed": 0, "slope KiB a thousand": 1024.0}}))
    assert lines[0].startswith("| messages | 0 | 2,000 |")
    assert "1024.0 KiB a thousand" in lines[-1]


def test_webhooks_are_shown_by_step() -> None:
    result = {
        "one": {"acknowledged": [1.0, 2.0, 3.0], "with the bot": [2.0, 3.0, 4.0]},
        "rates": {"1": {"acknowledged": 10.0, "with the bot": 9.0}},
    }
    lines = list(webhooks.markdown(result))
    assert "| acknowledged | 2.0 | 3.0 |" in lines
    assert "| with the bot | 9 |" in lines


@pytest.mark.soak
def test_a_short_run_against_real_processes(tmp_path: Path) -> None:
    chosen = argparse.Namespace(
        rounds=2, stream_rounds=1, rate_requests=4, only=("added", "first", "rates"), messages=0
    )
    with running(tmp_path, None) as systems:
        result = gateway.measured(systems, chosen)
    assert result["added"][DIRECT]["added p50"] == 0.0
    assert result["added"][OFF]["p50"] > result["added"][DIRECT]["p50"]
    assert all(each["8"] > 0 for each in result["rates"].values())
    assert "\n".join(gateway.markdown(result))
