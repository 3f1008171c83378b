"""`[store]` in redactor.toml leads to the store it names."""

from pathlib import Path

import pytest

from redactor.config import Settings
from redactor.exceptions import ConfigError, CryptoError
from redactor.keyfile import KeyFile
from redactor.keys import tenant_keys

CANARY = "canary-4417"


def settings(tmp_path: Path, store: str) -> Settings:
    path = tmp_path / "redactor.toml"
    path.write_text(f'[store]\n{store}\n[key]\nfile = "r.key"\n')
    return Settings.load(path)


@pytest.mark.parametrize("kind", ["postgres", "redis"])
def test_a_url_says_which_store_it_is(
    kind: str, tmp_path: Path, name: str, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = request.getfixturevalue(f"{kind}_url")
    for written in (f'url = "{url}"', f'url_env = "HERE"\nkind = "{"redis" if kind == "redis" else "postgresql"}"'):
        monkeypatch.setenv("HERE", url)
        store, key = settings(tmp_path, f'{written}\nname = "{name}"').open_store()
        assert type(store).__name__.lower().startswith(kind)
        assert store.persistent
        assert isinstance(key, KeyFile)
        tenant_keys(store, key, "default")
        store.close()
    (tmp_path / "r.key").unlink()
    with pytest.raises(CryptoError):  # another machine: a new key would open nothing of what is there
        settings(tmp_path, f'url = "{url}"\nname = "{name}"').open_store()


@pytest.mark.parametrize(
    ("written", "said"),
    [
        (f'url = "mysql://u:{CANARY}@h/d"', "kind"),
        (f'url = "mysql://u:{CANARY}@h/d"\nkind = "redis"', "another kind"),
        (f'url = "postgresql://u:{CANARY}@h/d"\nkind = "redis"', "another kind"),
        (f'url = "postgresql://u:{CANARY}@h/d"\nkind = "sqlite"', "for postgresql and redis"),
        (f'url = "postgresql://u:{CANARY}@h/d"\nurl_env = "X"', "and not both"),
        ('kind = "postgresql"', "needs url or url_env"),
        (f'url = "postgresql://u:{CANARY}@h/d"\nconnections = 1', "connections"),
        (f'urrl = "postgresql://u:{CANARY}@h/d"', "'url'"),
    ],
)
def test_what_does_not_fit_together_is_named_and_no_password_shown(tmp_path: Path, written: str, said: str) -> None:
    with pytest.raises(ConfigError) as caught:
        settings(tmp_path, written)
    assert said in str(caught.value)
    assert CANARY not in str(caught.value)
    assert caught.value.__context__ is None or CANARY not in str(caught.value.__context__)


def test_a_url_is_in_no_print(tmp_path: Path) -> None:
    found = settings(tmp_path, f'url = "postgresql://u:{CANARY}@h/d"')
    assert CANARY not in repr(found)
    assert CANARY not in str(found.store)


def test_an_environment_variable_that_is_not_set_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NOT_SET", raising=False)
    with pytest.raises(ConfigError, match="environment variable NOT_SET"):
        settings(tmp_path, 'kind = "postgresql"\nurl_env = "NOT_SET"').open_store()


def test_a_missing_driver_is_named_with_how_to_get_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "psycopg", None)
    monkeypatch.delitem(__import__("sys").modules, "redactor.storage.postgres", raising=False)
    with pytest.raises(ConfigError, match=r"pip install 'chat-redactor\[postgres\]'"):
        settings(tmp_path, 'url = "postgresql://u@127.0.0.1:1/d"').open_store()
