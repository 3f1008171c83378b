"""A Secret shows its value to `reveal()` and to nothing else."""

import copy
import json
import logging
import pickle
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

import pytest

from redactor.secret import Secret

CANARY = "zanzibar-4417"


@pytest.mark.parametrize(
    "show",
    [
        repr,
        str,
        lambda secret: f"{secret}",
        lambda secret: f"{secret!r:>40}",
        lambda secret: "%s %r" % (secret, secret),  # noqa: UP031 - old code prints so
        lambda secret: f"{secret:^30}",
        lambda secret: str([secret, {"key": secret}]),
        lambda secret: str(ValueError(secret)),
    ],
)
def test_no_way_of_printing_shows_the_value(show: Callable[[object], str]) -> None:
    assert CANARY not in show(Secret(CANARY))


def test_a_dataclass_that_holds_one_does_not_print_it() -> None:
    @dataclass
    class Holder:
        value: Secret[str]

    assert CANARY not in repr(Holder(Secret(CANARY)))
    with pytest.raises(TypeError, match="not pickled"):
        asdict(Holder(Secret(CANARY)))


def test_a_log_record_does_not_show_it(caplog: pytest.LogCaptureFixture) -> None:
    logging.getLogger("test").warning("value %s", Secret(CANARY))
    assert CANARY not in caplog.text


def test_it_is_not_pickled_and_not_made_into_json() -> None:
    with pytest.raises(TypeError, match="not pickled"):
        pickle.dumps(Secret(CANARY))
    with pytest.raises(TypeError, match="not pickled"):
        copy.deepcopy(Secret(CANARY))
    with pytest.raises(TypeError):
        json.dumps(Secret(CANARY))


@pytest.mark.parametrize("value", ["", "a", "a\ud800b", b"", b"\x00\xff"])
def test_it_gives_back_what_it_was_given(value: Any) -> None:
    secret = Secret(value)
    assert secret.reveal() == value
    assert len(secret) == len(value)
    assert bool(secret) == bool(value)


def test_equal_values_are_equal_and_hash_alike() -> None:
    assert Secret("a\ud800") == Secret("a\ud800")
    assert Secret("a") != Secret("b")
    assert Secret("a") != "a"
    assert len({Secret("a"), Secret("a"), Secret("b")}) == 2
