"""`keys`: init, rotate, rewrap, shred and list on a real store; what it says to back up."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from redactor import Redactor, rotation
from redactor.config import Settings
from redactor.crypto import LocalKey
from redactor.testing import FakeRecognizer

NAME = "Crystal Minh"


@contextmanager
def chatting(config: Path | None = None) -> Iterator[Redactor]:
    store, key = Settings.load(config).open_store()
    with Redactor(recognizers=[FakeRecognizer({NAME: "PERSON"})], store=store, key=key) as redactor:
        yield redactor


@pytest.fixture
def spoken(home: Path) -> str:
    """A conversation's public id."""
    with chatting() as redactor:
        chat = redactor.conversation("c", "acme")
        chat.redact(NAME)
        return chat.public_id


def assert_restores(config: Path | None = None) -> None:
    with chatting(config) as redactor:
        assert redactor.conversation("c", "acme").restore("[PERSON_1]").text == NAME


def actions() -> list[str]:
    from redactor.audit.checking import pages
    from redactor.audit.records import decoded

    store, _ = Settings.load(None).open_store()
    found = [decoded(row.record) for row in pages(store)]
    store.close()
    assert all(record.actor.startswith("cli:") for record in found)
    return [f"{record.entry.action} {record.entry.outcome}" for record in found]


def test_init_makes_key_and_store_once_and_says_what_to_back_up(command: Callable[..., Any], home: Path) -> None:
    result = command("keys", "init")
    assert result.code == 0
    assert "local-" in result.out
    assert f"Back up {home}/redactor.key" in result.err
    assert (home / "redactor.key").stat().st_mode & 0o777 == 0o600
    assert actions() == ["keys.init done"]
    again = command("keys", "init")
    assert (again.code, "already" in again.err) == (2, True)
    (home / "redactor.key").unlink()
    lost = command("keys", "init")
    assert (lost.code, "bring that file back" in lost.err) == (2, True)
    assert not (home / "redactor.key").exists()


def test_rotate_and_drop_old(command: Callable[..., Any], home: Path, spoken: str) -> None:
    result = command("keys", "rotate")
    assert result.code == 0
    assert "1 tenants' keys" in result.out
    (old,) = home.glob("redactor.key.old-*")
    assert f"{old} opens backups" in result.err
    assert_restores()
    result = command("keys", "rewrap", "--drop-old")
    assert result.out.splitlines() == ["nothing was left to do", f"{old}: deleted"]
    assert not old.exists()
    assert_restores()
    result = command("keys", "rotate", "--drop-old")
    assert result.code == 0
    assert not list(home.glob("redactor.key.old-*"))
    assert_restores()


def test_rotate_a_tenant(command: Callable[..., Any], home: Path, spoken: str) -> None:
    result = command("keys", "rotate", "--tenant", "acme")
    assert (result.code, "1 conversations' keys" in result.out) == (0, True)
    assert_restores()
    assert actions() == ["keys.rotate begun", "keys.rotate done"]
    nobody = command("keys", "rotate", "--tenant", "nobody")
    assert (nobody.code, "no such tenant" in nobody.err) == (2, True)
    assert command("keys", "rotate", "--tenant", "acme", "--drop-old").code == 2


def test_rewrap_finishes_what_was_stopped(
    command: Callable[..., Any], home: Path, spoken: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stop(*arguments: object) -> int:
        raise KeyboardInterrupt

    store, key = Settings.load(None).open_store()
    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(rotation, "rewrap", stop)
        rotation.rotate_file(store, key)  # type: ignore[arg-type]
    store.close()
    assert_restores()
    shown = command("keys", "list")
    assert "run `redactor keys rewrap`" in shown.err
    assert json.loads(command("keys", "list", "--json").out)["unfinished"]
    assert command("keys", "rewrap").out == "1 keys wrapped anew\n"
    assert command("keys", "list").err == ""
    assert_restores()


def test_a_key_from_the_environment_is_rotated_to_another(
    command: Callable[..., Any], home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import base64

    for name, byte in (("ONE", 1), ("TWO", 2)):
        monkeypatch.setenv(name, base64.b64encode(bytes([byte]) * 32).decode())
    config = tmp_path / "redactor.toml"
    config.write_text('[store]\npath = "r.db"\n[key]\nenv = "ONE"\n')
    with chatting(config) as redactor:
        redactor.conversation("c", "acme").redact(NAME)
    assert "--new-env" in command("keys", "rotate", "--config", str(config)).err
    assert command("keys", "init", "--config", str(config)).code == 2
    result = command("keys", "rotate", "--new-env", "TWO", "--config", str(config))
    assert (result.code, "restart" in result.err) == (0, True)
    assert LocalKey.from_environment("TWO").key_id in result.out
    config.write_text(config.read_text().replace("ONE", "TWO"))
    assert_restores(config)


def test_shred_asks_first(
    command: Callable[..., Any], home: Path, spoken: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    result = command("keys", "shred", "--conversation", spoken)
    assert (result.code, "--yes" in result.err) == (2, True)
    assert_restores()
    monkeypatch.setattr("redactor.cli.keys._is_asked", lambda: True)
    monkeypatch.setattr("typer.prompt", lambda *_, **__: "another")
    assert command("keys", "shred", "--tenant", "acme").code == 2
    assert_restores()
    monkeypatch.setattr("typer.prompt", lambda *_, **__: "acme")
    result = command("keys", "shred", "--tenant", "acme")
    assert (result.code, "1 conversations are destroyed" in result.out) == (0, True)
    with chatting() as redactor:
        assert redactor.conversation("c", "acme").restore("[PERSON_1]").expired


def test_shred_a_conversation(command: Callable[..., Any], home: Path, spoken: str) -> None:
    assert command("keys", "shred", "--conversation", spoken, "--yes").code == 0
    assert actions() == ["keys.shred done"]
    for words in ((), ("--conversation", "a", "--tenant", "b"), ("--conversation", "0" * 20, "--yes")):
        assert command("keys", "shred", *words).code == 2


def test_list_shows_ids_counts_and_ages(command: Callable[..., Any], home: Path, spoken: str) -> None:
    command("keys", "rotate")
    result = command("keys", "list")
    assert [line.split()[0] for line in result.out.splitlines()] == ["kind", "key-encryption", "key-encryption",
                                                                     "store", "tenant"]  # fmt: skip
    shown = json.loads(command("keys", "list", "--json").out)
    assert [(key["name"], key["keys"]) for key in shown["keys"] if key["kind"] == "tenant"] == [("acme", 1)]
    secret = (home / "redactor.key").read_text().strip()
    assert secret not in result.out


@pytest.mark.parametrize("words", [("list",), ("rotate",), ("rewrap",), ("shred", "--tenant", "a", "--yes")])
def test_without_a_store_nothing_is_made(command: Callable[..., Any], home: Path, words: tuple[str, ...]) -> None:
    result = command("keys", *words)
    assert (result.code, "keys init" in result.err) == (2, True)
    assert not home.exists()


def test_a_store_in_memory_has_no_keys_to_handle(command: Callable[..., Any], home: Path, tmp_path: Path) -> None:
    (tmp_path / "r.toml").write_text('[store]\nkind = "memory"\n')
    for words in (("keys", "list"), ("audit", "verify"), ("privacy", "prove-erased", "some value")):
        result = command(*words, "--config", str(tmp_path / "r.toml"))
        assert (result.code, "memory" in result.err) == (2, True)


@pytest.mark.parametrize(
    "words", [("keys", "list"), ("keys", "rotate"), ("transcripts", "list"), ("redact", "-c", "c", "hi")]
)
def test_no_new_key_takes_the_place_of_one_that_was_lost(
    command: Callable[..., Any], home: Path, spoken: str, words: tuple[str, ...]
) -> None:
    (home / "redactor.key").rename(home / "elsewhere")
    result = command(*words)
    assert result.code == 2
    assert "backup" in result.err
    assert not (home / "redactor.key").exists()
    (home / "elsewhere").rename(home / "redactor.key")
    assert_restores()


def test_a_missing_key_is_named_as_missing_and_not_as_work_to_finish(
    command: Callable[..., Any], home: Path, spoken: str
) -> None:
    (home / "redactor.key").unlink()
    LocalKey.from_file(home / "redactor.key")
    result = command("keys", "list")
    assert "missing" in result.err
    assert "rewrap" not in result.err
