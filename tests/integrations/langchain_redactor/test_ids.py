"""Which ids a machine made."""

import pytest

from langchain_redactor.ids import is_drawn, is_interrupt, is_machine_made, looks_provided

UUID = "5f0c7a52-27b5-4f0e-9d3c-1c2b3a495867"


@pytest.mark.parametrize(
    "name", [UUID, f"run-{UUID}-0", f"lc_{UUID}", f"lc_run--{UUID}", f"run--{UUID}-0", "__remove_all__"]
)
def test_what_langchain_makes_is_a_machines(name: str) -> None:
    assert is_machine_made(name)


@pytest.mark.parametrize(
    "name", ["chatcmpl-BxQ7aZ19kLmP0wRtYv3", "msg_01XFDUDYJgAACzvnptvVoYEL", "call_Jja7J89XsjrOLA5rMq2P1n"]
)
def test_what_a_provider_draws_by_chance_is_a_machines(name: str) -> None:
    assert is_drawn(name)


@pytest.mark.parametrize(
    "name",
    ["crystal-1", "call_4111111111111111", "msg_crystal_minh_new_york", "call_1", "", "call_", UUID + "x", "1-" + UUID],
)
def test_what_may_say_something_is_not(name: str) -> None:
    assert not is_machine_made(name)
    assert not is_drawn(name)


def test_a_providers_form_alone_is_not_enough() -> None:
    assert looks_provided("call_4111111111111111")
    assert not looks_provided("crystal_4111111111111111")


def test_ids_of_interrupts() -> None:
    assert is_interrupt("0123456789abcdef" * 2)
    assert not is_interrupt("crystal")
    assert not is_interrupt(7)
