"""The benchmark of the reply scan runs, and compares the same replies both ways."""

from benchmarks.reply_scan import REPLIES, measure
from redactor.segments import MOST


def test_it_measures_both_ways() -> None:
    costs = measure(rounds=1)
    assert costs["off"].held_most < costs["on"].held_most < MOST
    assert costs["off"].reply_ms < costs["on"].reply_ms
    assert costs["on"].first_token <= max(map(len, REPLIES))
