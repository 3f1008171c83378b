"""Who runs the accounts: what they can do to others, what they cannot do to themselves, and whom they let see what."""

import re

import pytest
from starlette.applications import Starlette

from redactor import Redactor
from redactor.storage.beside import SqliteBeside
from redactor_console.accounts import accounts
from redactor_console.accounts.accounts import Account
from tests.integrations.redactor_console.conftest import Browser, Clock, SignIn, actions
from tests.integrations.redactor_console.people import PASSWORD, somebody, stored

pytestmark = pytest.mark.usefixtures("cheap")


def named(database: SqliteBeside, name: str) -> Account | None:
    with database.transaction() as ask:
        return accounts.find(ask, name=name)


def do(admin: Browser, who: str, what: str, **form: str) -> int:
    admin.get("/people")
    return admin.post(f"/people/id-{who}", {"do": what, **form}).status_code


def test_a_new_account_has_a_link_that_is_shown_once(
    sign_in: SignIn, app: Starlette, database: SqliteBeside, redactor: Redactor
) -> None:
    admin = sign_in("admin", name="root")
    admin.get("/people")
    page = admin.send(
        "POST",
        "/people",
        data={"csrf": admin.csrf, "name": "Bob", "role": ["reviewer", "viewer"], "tenants": "a\n b \n"},
    )
    (path,) = re.findall(r'value="http://127.0.0.1:8090(/sign-in/link/[^"]+)"', page.text)
    assert "/sign-in/link/" not in admin.get("/people").text
    bob = named(database, "bob")
    assert bob is not None
    assert (bob.roles, bob.tenants, bob.password) == (("viewer", "reviewer"), ("a", "b"), None)
    assert Browser(app).post(path, {"password": PASSWORD}).status_code == 303
    assert actions(redactor)[0] == (
        "console:root",
        "console.account.make",
        ("bob", "roles viewer reviewer", "tenants a b"),
    )


@pytest.mark.parametrize(
    "form",
    [
        {"name": "bob", "role": "reviewer"},
        {"name": "bob", "role": "reviewer", "all": "yes", "tenants": "a"},
        {"name": "bob", "all": "yes"},
        {"name": "bob", "all": "yes", "role": "root"},
        {"name": "b o b", "all": "yes", "role": "viewer"},
        {"name": "ROOT", "all": "yes", "role": "viewer"},
        {"name": "bob", "all": "yes", "role": "viewer", "by": "oidc"},
        {"name": "bob", "role": "viewer", "tenants": "a\x1b[0m"},
    ],
)
def test_a_form_that_leaves_something_open_makes_nobody(
    form: dict[str, str], sign_in: SignIn, database: SqliteBeside
) -> None:
    admin = sign_in("admin", name="root")
    assert admin.post("/people", form).status_code == 400
    assert named(database, "bob") is None


@pytest.mark.parametrize("what", ["roles", "tenants", "disable", "enable", "unlock", "reset", "link"])
def test_an_admin_changes_nothing_of_their_own_access(what: str, sign_in: SignIn, database: SqliteBeside) -> None:
    admin = sign_in("admin", name="root")
    sign_in("admin", name="other")
    before = named(database, "root")
    assert do(admin, "root", what, role="privacy-officer", all="yes") == 400
    assert named(database, "root") == before


@pytest.mark.parametrize(
    ("what", "form"),
    [("roles", {"role": "viewer"}), ("tenants", {"tenants": "a"}), ("disable", {}), ("reset", {})],
)
def test_what_takes_access_away_ends_sessions_at_once(
    what: str, form: dict[str, str], sign_in: SignIn, database: SqliteBeside, redactor: Redactor
) -> None:
    admin, ann = sign_in("admin", name="root"), sign_in("reviewer", name="ann")
    assert ann.get("/me").status_code == 200
    assert do(admin, "ann", what, **form) in (200, 303)
    assert ann.get("/me").headers["location"] == "/sign-in"
    assert actions(redactor)[-1][:2] == ("console:root", f"console.account.{what}")
    assert actions(redactor)[-1][2][0] == "ann"


def test_a_reset_takes_the_old_password_and_the_second_factor_away(
    redactor: Redactor, database: SqliteBeside, clock: Clock, app: Starlette, sign_in: SignIn
) -> None:
    ann, admin = somebody(redactor, database, clock, "viewer", name="ann"), sign_in("admin", name="root")
    assert do(admin, "ann", "reset") == 200
    assert Browser(app).post("/sign-in", {"name": "ann", "password": PASSWORD}).status_code == 403
    after = stored(database, ann)
    assert (after.password, after.totp, after.recovery) == (None, None, ())


def test_who_waits_is_let_in_again(
    redactor: Redactor, database: SqliteBeside, clock: Clock, app: Starlette, sign_in: SignIn
) -> None:
    ann, admin = somebody(redactor, database, clock, "viewer", name="ann"), sign_in("admin", name="root")
    for _ in range(9):
        Browser(app).post("/sign-in", {"name": "ann", "password": "wrong"})
        Browser(app).post("/sign-in", {"name": "nobody", "password": "wrong"})
    page = admin.get("/people").text
    assert "waits after 5 wrong tries" in page
    assert "has to wait): 13." in page
    assert do(admin, "ann", "unlock") == 303
    ann.sign_in(Browser(app))


def test_the_last_admin_stays(sign_in: SignIn, database: SqliteBeside) -> None:
    root, other = sign_in("admin", name="root"), sign_in("admin", name="other")
    assert do(root, "other", "roles", role="viewer") == 303
    assert other.get("/me").status_code == 303
    assert do(other, "root", "disable") == 303, "to the sign-in"
    root_account = named(database, "root")
    assert root_account is not None
    assert not root_account.disabled


def test_there_is_nobody_of_that_id_and_no_such_button(sign_in: SignIn) -> None:
    admin = sign_in("admin", name="root")
    sign_in("viewer", name="vic")
    assert admin.get("/people/none").status_code == 404
    assert do(admin, "none", "disable") == 404
    assert do(admin, "vic", "promote") == 400


def test_who_sees_one_tenant_finds_nothing_of_another(sign_in: SignIn, redactor: Redactor) -> None:
    for tenant in ("a", "b"):
        redactor.conversation("c", tenant).redact(f"Crystal Minh wrote in {tenant}", role="customer")
    ids = {each.tenant: each.public_id for each in redactor.transcripts.conversations().items}
    ann, everybody = sign_in("reviewer", name="ann", tenants=("a",)), sign_in("reviewer", name="eve")
    assert ann.get(f"/conversations/{ids['a']}").status_code == 200
    theirs, none = ann.get(f"/conversations/{ids['b']}"), ann.get("/conversations/0000000000")
    assert (theirs.status_code, theirs.text) == (none.status_code, none.text) == (404, none.text)
    assert everybody.get(f"/conversations/{ids['b']}").status_code == 200
    assert ids["b"] not in ann.get("/conversations").text
