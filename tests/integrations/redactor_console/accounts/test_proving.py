"""Who guesses a password or a code gets nowhere, however they go about it, and learns nothing by it."""

import json
from concurrent.futures import ThreadPoolExecutor

import pytest
from argon2 import PasswordHasher

from redactor import Redactor
from redactor.exceptions import ConfigError
from redactor.storage.beside import SqliteBeside
from redactor_console.accounts import lockout, managing, passwords, proving, second_factor
from redactor_console.accounts.accounts import Account
from redactor_console.accounts.roles import ROLES
from tests.integrations.redactor_console.conftest import Clock
from tests.integrations.redactor_console.people import PASSWORD, Somebody, somebody, stored

pytestmark = pytest.mark.usefixtures("cheap")


@pytest.fixture
def ann(redactor: Redactor, database: SqliteBeside, clock: Clock) -> Somebody:
    return somebody(redactor, database, clock, name="ann")


def tries(database: SqliteBeside, clock: Clock, given: str, name: str = "ann") -> bool:
    return proving.by_password(database, name, given, clock()) is not None


def code(redactor: Redactor, database: SqliteBeside, who: Somebody, given: str) -> bool:
    with database.transaction() as ask:
        return proving.by_code(ask, redactor, who.account.id, given, who.clock()) is not None


def test_an_account_waits_longer_each_time_and_the_right_password_does_not_help(
    database: SqliteBeside, clock: Clock, ann: Somebody
) -> None:
    waits = []
    for _ in range(lockout.FREE - 1):
        assert not tries(database, clock, "wrong")
    for _ in range(9):
        assert not tries(database, clock, "wrong")
        waits.append(stored(database, ann).locked_until - clock())
        assert not tries(database, clock, PASSWORD), "while it waits nothing is checked"
        clock.now += waits[-1]
    assert waits == [15, 30, 60, 120, 240, 480, 900, 900, 900]
    assert tries(database, clock, PASSWORD)


def test_a_right_password_is_no_failure_and_forgives_none_before_the_code(
    redactor: Redactor, database: SqliteBeside, clock: Clock, ann: Somebody
) -> None:
    for _ in range(3):
        assert not tries(database, clock, "wrong")
        assert tries(database, clock, PASSWORD)
    assert stored(database, ann).failures == 3
    assert code(redactor, database, ann, ann.code())
    assert stored(database, ann).failures == 0


def test_after_a_wait_one_right_password_leads_on(
    redactor: Redactor, database: SqliteBeside, clock: Clock, ann: Somebody
) -> None:
    for _ in range(lockout.FREE):
        tries(database, clock, "wrong")
    clock.now += 15
    assert tries(database, clock, PASSWORD)
    assert code(redactor, database, ann, ann.code())


def test_who_has_the_password_cannot_guess_codes_without_end(
    redactor: Redactor, database: SqliteBeside, clock: Clock, ann: Somebody
) -> None:
    for _ in range(lockout.FREE):
        assert tries(database, clock, PASSWORD)
        assert not code(redactor, database, ann, "000000")
    assert not code(redactor, database, ann, ann.code())
    assert not tries(database, clock, PASSWORD)


def test_many_at_once_get_no_more_tries(
    database: SqliteBeside, clock: Clock, ann: Somebody, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked_at: list[str | None] = []
    is_right = passwords.is_right

    def noting(kept: str | None, given: str) -> bool:
        looked_at.append(kept)
        return is_right(kept, given)

    monkeypatch.setattr(passwords, "is_right", noting)
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: tries(database, clock, "wrong"), range(20)))
    assert len([kept for kept in looked_at if kept is not None]) == lockout.FREE


@pytest.mark.parametrize("case", ["nobody", "wrong", "waits", "disabled", "without a password"])
def test_every_refusal_takes_one_hash_and_one_write(
    redactor: Redactor, database: SqliteBeside, clock: Clock, case: str, ann: Somebody, monkeypatch: pytest.MonkeyPatch
) -> None:
    changes = {
        "waits": "locked_until = 1e12",
        "disabled": "disabled = 1",
        "without a password": "password = NULL",
    }
    if case in changes:
        with database.transaction() as ask:
            ask(f"UPDATE account SET {changes[case]} WHERE name = 'ann'")  # noqa: S608
    hashes = 0
    verify = PasswordHasher.verify

    def counting(self: PasswordHasher, hash: str | bytes, password: str | bytes) -> bool:  # noqa: A002
        nonlocal hashes
        hashes += 1
        return verify(self, hash, password)

    monkeypatch.setattr(PasswordHasher, "verify", counting)
    before = _written(database)
    assert not tries(database, clock, "wrong" if case == "wrong" else PASSWORD, "eve" if case == "nobody" else "ann")
    assert hashes == 1
    assert _written(database) == before + 1


def _written(database: SqliteBeside) -> int:
    """How many tries the tables know of."""
    with database.transaction() as ask:
        rows = ask("SELECT (SELECT SUM(failures) FROM account), (SELECT COALESCE(SUM(tries), 0) FROM stranger)")
    return int(sum(rows[0]))


def test_a_code_works_once_and_none_before_it(
    redactor: Redactor, database: SqliteBeside, clock: Clock, ann: Somebody
) -> None:
    early, now = ann.code(-30), ann.code()
    assert code(redactor, database, ann, now)
    assert not code(redactor, database, ann, now)
    assert not code(redactor, database, ann, early)
    clock.now += 30
    assert code(redactor, database, ann, ann.code())


@pytest.mark.parametrize(("later", "is_good"), [(-60, False), (-30, True), (0, True), (30, True), (60, False)])
def test_a_code_of_a_clock_that_differs_by_one_step_is_taken(
    later: int, is_good: bool, redactor: Redactor, database: SqliteBeside, ann: Somebody
) -> None:
    assert code(redactor, database, ann, ann.code(later)) == is_good


def test_what_is_no_code_is_refused(redactor: Redactor, database: SqliteBeside, ann: Somebody) -> None:
    for given in ("", " ", "12345", "١٢٣٤٥٦", "\ud800", "0" * 10_000):
        ann.clock.now += 1000  # an account waits after some of them
        assert not code(redactor, database, ann, given), given


def test_a_recovery_code_works_once(redactor: Redactor, database: SqliteBeside, ann: Somebody) -> None:
    assert code(redactor, database, ann, f" {ann.codes[3].upper()} ")
    assert not code(redactor, database, ann, ann.codes[3])
    assert len(stored(database, ann).recovery) == second_factor.RECOVERY_CODES - 1


def test_a_disabled_account_has_no_code(redactor: Redactor, database: SqliteBeside, ann: Somebody) -> None:
    with database.transaction() as ask:
        ask("UPDATE account SET disabled = 1")
    assert not code(redactor, database, ann, ann.code())


def test_a_second_factor_still_opens_after_the_stores_keys_were_rotated(
    redactor: Redactor, database: SqliteBeside, ann: Somebody
) -> None:
    from redactor.keys import rotate_tenant

    parts = redactor.parts
    rotate_tenant(parts.store, parts.wrap, "redactor-console")
    with Redactor(recognizers=[], store=parts.store, key=parts.wrap) as again:
        assert code(again, database, ann, ann.code())


def test_nothing_that_is_kept_is_a_password_a_secret_or_a_code(database: SqliteBeside, ann: Somebody) -> None:
    with database.transaction() as ask:
        kept = json.dumps([[str(cell) for cell in row] for row in ask("SELECT * FROM account")])
    assert not [each for each in (PASSWORD, ann.secret, *ann.codes) if each in kept or each in repr(ann.account)]


@pytest.mark.parametrize("password", ["short", "a" * 40, "abababababababab", "x" * 201])
def test_a_password_that_is_easy_to_guess_is_not_taken(password: str) -> None:
    with pytest.raises(ConfigError) as told:
        passwords.hashed(password)
    assert password not in str(told.value)


def test_the_parameters_that_ship_are_those_of_the_rfc() -> None:
    from argon2.profiles import RFC_9106_LOW_MEMORY

    shipped = PasswordHasher.from_parameters(RFC_9106_LOW_MEMORY)
    assert (shipped.memory_cost, shipped.time_cost, shipped.parallelism) == (65536, 3, 4)


# who may change whose account


def admins(redactor: Redactor, database: SqliteBeside, clock: Clock) -> tuple[Somebody, Somebody]:
    return somebody(redactor, database, clock, "admin"), somebody(redactor, database, clock, "admin")


def test_of_two_admins_that_demote_each_other_at_once_one_stays(
    redactor: Redactor, database: SqliteBeside, clock: Clock
) -> None:
    one, other = admins(redactor, database, clock)

    def demote(pair: tuple[Somebody, Somebody]) -> bool:
        try:
            with database.transaction() as ask:
                managing.set_roles(ask, redactor.audit, pair[0].account.id, pair[1].account.id, ["viewer"])
        except ConfigError:
            return False
        return True

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(demote, [(one, other), (other, one)])) == [False, True]


def test_the_last_admin_cannot_be_removed(redactor: Redactor, database: SqliteBeside, clock: Clock) -> None:
    one, other = admins(redactor, database, clock)
    with database.transaction() as ask:
        managing.disable(ask, redactor.audit, one.account.id, other.account.id)
    for change in (managing.disable, managing.enable, managing.unlock):
        with pytest.raises(ConfigError), database.transaction() as ask:
            change(ask, redactor.audit, one.account.id, one.account.id)
        with pytest.raises(ConfigError), database.transaction() as ask:
            change(ask, redactor.audit, other.account.id, one.account.id)


def test_nobody_is_made_where_the_audit_log_cannot_be_written(
    redactor: Redactor, database: SqliteBeside, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    from redactor.audit import Audit
    from redactor.exceptions import AuditError

    def fails(*_: object) -> int:
        raise AuditError("the disk is full")

    monkeypatch.setattr(Audit, "write", fails)
    with pytest.raises(AuditError), database.transaction() as ask:
        managing.make(ask, redactor.audit, Account("", "mallory", roles=ROLES))
    with database.transaction() as ask:
        assert ask("SELECT * FROM account") == []


@pytest.mark.parametrize("name", ["", "Ann Lee", "аnn", ".ann", "a" * 65, "ann\n", "ann\u200b", "ann'--"])
def test_a_name_that_looks_like_anothers_is_not_taken(name: str) -> None:
    if name.strip() == "ann":
        assert managing.named(name) == "ann"
    else:
        with pytest.raises(ConfigError):
            managing.named(name)
