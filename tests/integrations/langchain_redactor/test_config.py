"""A run's config: whose conversation it is, and nothing personal in what LangChain copies into traces."""

from typing import Any

import pytest

from langchain_redactor.bound import KEY, Bound, bound, bound_or_none, current_conversation
from langchain_redactor.config import conversation_id, inward, outward
from redactor import Redactor
from redactor.exceptions import ConfigError
from tests.integrations.langchain_redactor.conftest import CANARIES, Canaries


@pytest.fixture
def config() -> dict[str, Any]:
    return {
        "configurable": {
            "thread_id": CANARIES.phone,
            "user": CANARIES.email,
            "user_id": int(CANARIES.account),
            "checkpoint_ns": "",
            "client": object(),
            "__pregel_task_id": "kept",
        },
        "metadata": {"who": CANARIES.name, "thread": f"call from {CANARIES.phone}", CANARIES.name: 1},
        "tags": ["prod", CANARIES.name],
        "run_name": f"for {CANARIES.phone}",
        "recursion_limit": 7,
    }


def test_nothing_personal_goes_inward(config: dict[str, Any], canary_redactor: Redactor, canaries: Canaries) -> None:
    chat = canary_redactor.conversation(CANARIES.phone)
    inner = inward(config, Bound(chat), CANARIES.phone)
    canaries.nowhere_in({key: value for key, value in inner["configurable"].items() if key != KEY})
    canaries.nowhere_in(inner["metadata"], inner["tags"], inner["run_name"])
    assert inner["configurable"]["thread_id"] == chat.public_id
    assert inner["configurable"]["client"] is config["configurable"]["client"]
    assert inner["configurable"]["__pregel_task_id"] == "kept"
    assert inner["tags"][0] == "prod"
    assert inner["run_name"] == f"for {chat.public_id}"
    assert inner["recursion_limit"] == 7


def test_the_callers_config_is_not_changed(config: dict[str, Any], canary_redactor: Redactor) -> None:
    before = {key: value.copy() if hasattr(value, "copy") else value for key, value in config.items()}
    inward(config, Bound(canary_redactor.conversation("c")), "c")
    assert config == before


def test_the_thread_id_comes_back_and_nothing_of_ours(canary_redactor: Redactor) -> None:
    chat = canary_redactor.conversation("c-1")
    inner = inward({"metadata": {"x": 1}}, Bound(chat), "c-1")
    assert outward(dict(inner), chat.public_id, "c-1") == {"configurable": {"thread_id": "c-1"}, "metadata": {"x": 1}}
    assert outward({"thread_id": chat.public_id, "step": 1}, chat.public_id, "c-1") == {"thread_id": "c-1", "step": 1}
    assert outward(None, chat.public_id, "c-1") is None


@pytest.mark.parametrize("config", [None, {}, {"configurable": {}}, {"configurable": {"thread_id": ""}}])
def test_without_a_conversation_a_call_is_refused(config: dict[str, Any] | None) -> None:
    with pytest.raises(ConfigError, match="thread_id"):
        conversation_id(None, config)


def test_the_conversation_is_given_found_or_in_the_config() -> None:
    config = {"configurable": {"thread_id": 42, "user": "u"}}
    assert conversation_id(None, config) == "42"
    assert conversation_id("given", config) == "given"
    assert conversation_id(lambda each: each["configurable"]["user"], config) == "u"


def test_outside_of_a_run_no_conversation_is_bound() -> None:
    assert bound_or_none() is None
    with pytest.raises(ConfigError, match="no conversation is bound"):
        bound()
    with pytest.raises(ConfigError, match="no conversation is bound"):
        current_conversation()


def test_what_is_bound_does_not_show_the_conversation(canary_redactor: Redactor, canaries: Canaries) -> None:
    chat = canary_redactor.conversation(CANARIES.phone)
    chat.redact(canaries.said)
    canaries.nowhere_in(repr(Bound(chat)), str(Bound(chat)))


def test_a_personal_setting_is_the_same_key_in_all_conversations_and_anothers_is_another(
    canary_redactor: Redactor, other: Canaries
) -> None:
    def user(conversation: str, email: str) -> object:
        bound = Bound(canary_redactor.conversation(conversation))
        return inward({"configurable": {"user": email}}, bound, conversation)["configurable"]["user"]

    assert user("one", CANARIES.email) == user("two", CANARIES.email) != user("two", other.email)
