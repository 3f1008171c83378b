"""`monitor`: report and reference from a real store, with exit codes, and no value in anything written."""

import json
import re
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from redactor import Entity, Redactor
from redactor.config import Settings
from redactor.metrics.counts import of_message, rows
from redactor.storage import Store, TenantRow
from redactor.testing import FakeRecognizer, assert_no_leak

DAY = 86_400.0
MODEL = "fake"
CANARIES: dict[str | re.Pattern[str], str] = {"Zebulon Quuxley": "PERSON", "7730019284": "ACCOUNT_ID"}

PERSON = Entity(0, 1, "PERSON", 0.97, "transformer")
ACCOUNT = Entity(0, 1, "ACCOUNT_ID", 1.0, "patterns")


@pytest.fixture
def store(home: Path) -> Iterator[Store]:
    """The store the commands work on."""
    made, _ = Settings.load(None).open_store()
    with made.transaction() as tx:
        tx.put_tenant(TenantRow("default", b"", ""))
        tx.put_tenant(TenantRow("acme", b"", ""))
    yield made
    made.close()


def fill(store: Store, ago: int, *, accounts: int = 100, tenant: str = "default", model: str = MODEL) -> None:
    """400 messages so many days ago, 120 with a name and `accounts` with a number."""
    people = [of_message("customer", "", [PERSON], [])] * 120
    numbers = [of_message("customer", "", [ACCOUNT], [])] * accounts
    plain = [of_message("customer", "", [], [])] * (280 - accounts)
    total = sum(people + numbers + plain, start=people[0] - people[0])
    with store.transaction() as tx:
        tx.add_tallies(rows(total, tenant, time.time() - ago * DAY, "policy 1", model))


def reference(command: Callable[..., Any], tmp_path: Path, *words: str) -> str:
    path = str(tmp_path / "reference.json")
    result = command("monitor", "reference", "--out", path, "--since", "4w", *words)
    assert result.code == 0, result.err
    return path


def test_a_quiet_week_ends_with_0_and_a_type_that_vanished_with_1(
    command: Callable[..., Any], store: Store, tmp_path: Path
) -> None:
    for ago in range(20, 1, -1):
        fill(store, ago)
    kept = reference(command, tmp_path)
    fill(store, 1)
    quiet = command("monitor", "report", "--since", "2d", "--reference", kept)
    assert quiet.code == 0
    assert "no alarm" in quiet.out
    fill(store, 0, accounts=0)
    loud = command("monitor", "report", "--since", "2d", "--reference", kept)
    assert loud.code == 1
    assert "ALARM: ACCOUNT_ID in 0.00% of 400 messages" in loud.out
    assert loud.err == ""


def test_the_report_says_what_was_found_by_whom(
    command: Callable[..., Any], store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "160")
    fill(store, 0)
    result = command("monitor", "report")
    assert result.code == 0
    lines = [line.split() for line in result.out.splitlines() if line]
    assert ["messages", "400"] in lines
    assert ["PERSON", "120", "30.00", "30.00%", "transformer", "100%"] in lines
    assert "Nothing was compared: no reference was given." in result.out


def test_the_report_fits_eighty_columns(
    command: Callable[..., Any], store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    fill(store, 0)
    assert max(map(len, command("monitor", "report").out.splitlines())) <= 80


def test_files_hold_the_same_numbers(command: Callable[..., Any], store: Store, tmp_path: Path) -> None:
    fill(store, 0)
    files = tmp_path / "report.json", tmp_path / "report.md"
    result = command("monitor", "report", "--json", str(files[0]), "--markdown", str(files[1]))
    assert result.code == 0
    assert json.loads(files[0].read_text())["window"]["messages"] == 400
    assert "### per type" in files[1].read_text("utf-8")
    assert str(files[0]) in result.err
    refused = command("monitor", "report", "--json", str(tmp_path))
    assert (refused.code, refused.out) == (2, "")


def test_an_empty_store_has_nothing_to_report_and_makes_no_reference(
    command: Callable[..., Any], store: Store, tmp_path: Path
) -> None:
    assert command("monitor", "report").code == 0
    refused = command("monitor", "reference", "--out", str(tmp_path / "r.json"))
    assert refused.code == 2
    assert "there are 0 messages" in refused.err


def test_one_tenant_can_be_looked_at_alone(command: Callable[..., Any], store: Store) -> None:
    fill(store, 0)
    fill(store, 0, tenant="acme", accounts=0)
    assert "ACCOUNT_ID" in command("monitor", "report").out
    assert "ACCOUNT_ID" not in command("monitor", "report", "--tenant", "acme").out
    unknown = command("monitor", "report", "--tenant", "canary")
    assert (unknown.code, "canary" in unknown.err) == (2, False)


def test_another_model_is_not_compared_unless_told(command: Callable[..., Any], store: Store, tmp_path: Path) -> None:
    for ago in range(12, 1, -1):
        fill(store, ago)
    kept = reference(command, tmp_path)
    fill(store, 0, model="newer")
    refused = command("monitor", "report", "--since", "1d", "--reference", kept)
    assert refused.code == 2
    assert "were read by newer" in refused.err
    assert "--any-model" in refused.err
    assert command("monitor", "report", "--since", "1d", "--reference", kept, "--any-model").code == 0
    assert "2 versions of the model" in command("monitor", "reference", "--since", "4w", "--out", kept).err


@pytest.mark.parametrize("since", ["7", "0d", "1h", "-1d", "week", "99999d"])
def test_a_time_that_cannot_be_read_is_refused(command: Callable[..., Any], since: str) -> None:
    result = command("monitor", "report", f"--since={since}")
    assert result.code == 2
    assert "--since: expected a number of days or weeks" in result.err


def test_a_window_is_given_in_days_or_in_messages(command: Callable[..., Any], store: Store) -> None:
    for ago in range(5):
        fill(store, ago)
    assert "1200" in command("monitor", "report", "--messages", "801").out
    assert command("monitor", "report", "--messages", "5", "--since", "1d").code == 2


def test_a_store_in_memory_is_not_monitored_from_outside(
    command: Callable[..., Any], tmp_path: Path, home: Path
) -> None:
    (tmp_path / "redactor.toml").write_text('[store]\nkind = "memory"\n')
    result = command("monitor", "report", "--config", str(tmp_path / "redactor.toml"))
    assert result.code == 2
    assert "Redactor.metrics" in result.err


def test_no_value_is_in_report_or_reference(
    command: Callable[..., Any], home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in ("reference", "change"):
        monkeypatch.setattr(f"redactor.metrics.{module}.FEWEST_REFERENCE", 100)
    store, key = Settings.load(None).open_store()
    with Redactor(recognizers=[FakeRecognizer(CANARIES)], store=store, key=key) as redactor:
        chat = redactor.conversation("+1 202 555 0173")
        for _ in range(100):
            chat.redact("Zebulon Quuxley, 7730019284")
        chat.restore("Dear [PERSON_1]")
    kept = reference(command, tmp_path)
    files = [tmp_path / "report.json", tmp_path / "report.md", Path(kept)]
    shown = command("monitor", "report", "--reference", kept, "--json", str(files[0]), "--markdown", str(files[1]))
    assert shown.code == 0
    assert "PERSON" in shown.out
    assert_no_leak([*map(str, CANARIES), "Quuxley", "555 0173"], shown.out, shown.err, *files)
