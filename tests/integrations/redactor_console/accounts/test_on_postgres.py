"""Accounts in PostgreSQL, where two transactions run at once: nothing of one is lost to the other."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from redactor import Redactor
from redactor.exceptions import ConfigError
from redactor.storage.beside import Beside
from redactor_console.accounts import links, lockout, managing, proving, sessions
from redactor_console.database import MIGRATIONS
from tests.integrations.redactor_console.conftest import Clock
from tests.integrations.redactor_console.people import PASSWORD, somebody, stored
from tests.storage.conftest import name, postgres_server, postgres_url

__all__ = ["name", "postgres_server", "postgres_url"]  # fixtures

pytestmark = pytest.mark.usefixtures("cheap")


@pytest.fixture
def database(postgres_url: str, name: str) -> Iterator[Beside]:
    from redactor.storage.beside_postgres import PostgresBeside

    made = PostgresBeside(postgres_url, name, MIGRATIONS)
    yield made
    made.close()


def test_people_come_in_and_what_others_do_at_once_is_kept(redactor: Redactor, database: Beside, clock: Clock) -> None:
    root, other, ann = (
        somebody(redactor, database, clock, role, name=each)
        for role, each in (("admin", "root"), ("admin", "other"), ("viewer", "ann"))
    )
    assert proving.by_password(database, "ann", PASSWORD, clock()) is not None
    with database.transaction() as ask:
        assert proving.by_code(ask, redactor, ann.account.id, ann.code(), clock()) is not None
        assert proving.by_code(ask, redactor, ann.account.id, ann.code(), clock()) is None
        cookie = sessions.begin(ask, ann.account.id, "full", "test", clock())
        token = links.make(ask, ann.account.id, "password", clock())

    def use(_: int) -> bool:
        with database.transaction() as ask:
            return links.use(ask, token, clock()) is not None

    def demote(pair: tuple[str, str]) -> bool:
        try:
            with database.transaction() as ask:
                managing.set_roles(ask, redactor.audit, *pair, ["viewer"])
        except ConfigError:
            return False
        return True

    def disable_or_guess(number: int) -> None:
        if number == 3:
            with database.transaction() as ask:
                ask("UPDATE account SET disabled = 1 WHERE id = ?", ann.account.id)
        else:
            proving.by_password(database, "ann", "wrong", clock())

    with ThreadPoolExecutor(6) as pool:
        assert sum(pool.map(use, range(6))) == 1
        pairs = [(root.account.id, other.account.id), (other.account.id, root.account.id)]
        assert sorted(pool.map(demote, pairs)) == [False, True]
        list(pool.map(disable_or_guess, range(12)))
    after = stored(database, ann)
    assert (after.disabled, after.failures <= lockout.FREE) == (True, True)
    with database.transaction() as ask:
        proving.strangers(ask, clock())
        found = sessions.find(ask, cookie, clock(), longest=1e9, idle=1e9)
        assert found is not None
        assert sessions.last_seen(ask) == {ann.account.id: clock()}
