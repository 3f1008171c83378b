"""The two benchmarks of the LangChain integration measure what they say."""

import pytest

pytest.importorskip("langchain", reason="install chat-redactor[langchain]")
pytest.importorskip("langsmith", reason="comes with langchain")

from benchmarks import langchain_leaks, langchain_overhead
from redactor.testing import in_memory
from tests.integrations.langchain_redactor.places import CANARIES

FIRST = "bare agent"


def test_the_leak_table_sees_a_bare_agents_values_and_none_of_a_redacted_ones() -> None:
    with in_memory(CANARIES.types) as redactor:
        made = langchain_leaks.systems(redactor)
        found = {name: langchain_leaks.measured(made[name]) for name in (FIRST, "create_redacted_agent")}
    bare, ours = found.values()
    assert {place: bare["found"][place] for place in ("checkpoints", "requests to LangSmith", "debug output")} == {
        "checkpoints": 6,
        "requests to LangSmith": 6,
        "debug output": 6,
    }
    assert {*ours["found"].values()} == {0}
    assert all(ours["works"].values())
    lines = list(langchain_leaks.table(found))
    assert "| checkpoints | 6 | 0 |" in lines
    assert "| the reply names the customer | yes | yes |" in lines


def test_a_value_is_counted_once_in_whatever_form_it_is_written_down() -> None:
    assert langchain_leaks.count([CANARIES.email.upper(), CANARIES.email.encode().hex()]) == 1
    assert langchain_leaks.count("nothing") == 0


def test_a_place_where_nothing_was_written_is_no_clean_place(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(langchain_leaks, "_failure", lambda make: {"exception of a tool": ""})
    with in_memory(CANARIES.types) as redactor, pytest.raises(RuntimeError, match="exception of a tool"):
        langchain_leaks.measured(langchain_leaks.systems(redactor)[FIRST])


def test_overhead_is_measured_for_every_system_and_length() -> None:
    with in_memory({}) as redactor:
        made = langchain_overhead.systems(redactor)
        calls = langchain_overhead.invokes(made, 2)
        turns = langchain_overhead.turns(made, [3, 6], 1)
    assert [*calls] == [*made]
    assert calls[FIRST]["times"] == 1
    assert all(ms["p99"] >= ms["median"] > 0 for ms in calls.values())
    assert {(kind, length) for kind, each in turns.items() for length in each} == {
        (kind, length) for kind in ("resent", "checkpointed") for length in ("3", "6")
    }
    assert len(list(langchain_overhead.markdown({"invoke": calls, "turns": turns}))) == 2 + 4 + 1 + 2 + 4


def test_a_talk_grows_by_its_turns_whichever_way_its_history_is_kept() -> None:
    with in_memory({}) as redactor:
        make = langchain_overhead.systems(redactor)["create_redacted_agent"]
        for kept in (False, True):
            talk = langchain_overhead.Talk.of(make, "x", 5, kept=kept)
            talk.go_on([langchain_overhead.said(1)])
            assert len(talk.history) == 7
            assert len(talk.taken) == 1
