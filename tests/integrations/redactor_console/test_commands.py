"""`redactor console`: the first admin, somebody who lost everything, and what it refuses to start with."""

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path

import httpx2
import pytest
import typer
from typer.testing import CliRunner

from redactor.config import Settings
from redactor_console import commands
from redactor_console.accounts import accounts
from redactor_console.accounts.accounts import Account
from redactor_console.database import open_database
from redactor_console.settings import ConsoleSettings
from tests.integrations.redactor_gateway.certificates import Authority, trusting

app = typer.Typer()
app.command()(commands.console)

_PROGRAM = "import typer; from redactor_console.commands import console as c; a = typer.Typer(); a.command()(c); a()"
_WITHOUT_A_MODEL = "from redactor import Redactor; Redactor._shipped = lambda *_: {}; "
_LINK = re.compile(r"(https?://[^/]+)(/sign-in/link/[\w-]{43})\n")


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("REDACTOR_HOME", str(tmp_path))
    return tmp_path


@contextmanager
def running(
    home: Path, *words: str, first: str = "", stop: signal.Signals = signal.SIGINT
) -> Iterator[tuple[str, str, subprocess.Popen[str]]]:
    """The command in a process of its own: its address and the path of the link it printed."""
    process = subprocess.Popen(
        [sys.executable, "-c", first + _PROGRAM, "--port", "0", *words],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "REDACTOR_HOME": str(home)},
    )
    assert process.stdout is not None
    assert process.stderr is not None
    try:
        found = _LINK.fullmatch(process.stdout.readline())
        assert found is not None, process.stderr.read()
        yield found[1], found[2], process
    finally:
        process.send_signal(stop)
        process.wait(20)
        process.stdout.close()
        process.stderr.close()


def words(*given: str) -> tuple[int, str, str]:
    """Exit code, stdout, and what was complained of."""
    ran = CliRunner().invoke(app, given)
    return ran.exit_code, ran.stdout, str(ran.exception or ran.stderr)


def everybody(home: Path) -> Sequence[Account]:
    with closing(open_database(ConsoleSettings(), Settings.load(None))) as database, database.transaction() as ask:
        return accounts.every(ask)


@pytest.mark.soak
def test_the_first_admin_without_any_file(home: Path) -> None:
    with (
        running(home, "--first-admin", "Ann", first=_WITHOUT_A_MODEL) as (address, path, _),
        httpx2.Client(base_url=address, trust_env=False) as client,
    ):
        answer = _patiently(client, path)
        assert (answer.status_code, "Welcome, ann" in answer.text) == (200, True)
        assert "server" not in answer.headers
        form = {"password": "a long pass phrase"}
        assert client.post(path, data=form).headers["location"] == "/sign-in/set-up"
        assert client.get("/sign-in/set-up").status_code == 200
    assert (home / "console.db").stat().st_mode & 0o077 == 0
    assert {each.name for each in home.iterdir()} >= {"redactor.db", "redactor.key", "console.db"}


def _patiently(client: httpx2.Client, path: str) -> httpx2.Response:
    for _ in range(400):
        try:
            return client.get(path)
        except httpx2.TransportError:
            time.sleep(0.05)
    raise AssertionError("it never answered")


def test_there_is_one_first_admin_and_a_way_back_in(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _without_a_model(monkeypatch)
    code, link, _ = words("--first-admin", "ann", "--link-only")
    assert (code, _LINK.fullmatch(link) is not None) == (0, True)
    code, link, told = words("--first-admin", "bob", "--link-only")
    assert (code, link) == (1, "")
    assert "there is an admin already" in told
    assert "no account of this name" in words("--reset", "bob", "--link-only")[2]
    code, again, _ = words("--reset", "Ann", "--link-only")
    assert (code, again != link) == (0, True)
    assert [each.name for each in everybody(home)] == ["ann"]


def _without_a_model(monkeypatch: pytest.MonkeyPatch) -> None:
    from redactor import Redactor

    monkeypatch.setattr(Redactor, "_shipped", lambda *_: {})


@pytest.mark.parametrize(
    ("given", "told"),
    [
        (("--demo", "--first-admin", "ann"), "expected one of"),
        (("--demo", "redactor.toml"), "takes no file"),
        (("--link-only",), "--link-only goes with"),
        (("--tls-cert", "a.pem"), "together"),
        (("--host", "review.example.com"), "in the clear"),
        (("none.toml",), "there is no configuration file"),
        (
            ("--tls-cert", "none.pem", "--tls-key", "none.pem", "--first-admin", "ann"),
            "console.tls: certificate or key",
        ),
    ],
)
def test_words_that_do_not_fit_are_refused_before_anything_is_made(given: Sequence[str], told: str, home: Path) -> None:
    code, out, complaint = words(*given)
    assert (code, out, told in complaint) == (1, "", True)
    assert list(home.iterdir()) == []


def test_a_port_that_is_taken_is_told_and_no_link_is_made(home: Path) -> None:
    import socket

    with socket.create_server(("127.0.0.1", 0)) as taken:
        code, out, told = words("--port", str(taken.getsockname()[1]), "--first-admin", "ann")
    assert (code, out, "could not listen" in told) == (1, "", True)
    assert everybody(home) == []


def test_a_file_with_a_store_that_keeps_no_transcripts_is_refused(home: Path) -> None:
    file = home / "redactor.toml"
    file.write_text('[store]\nkind = "memory"\n')
    assert "keeps no transcripts" in words(str(file), "--port", "0")[2]


def test_a_certificate_with_another_key_is_told_before_a_link_is_printed(home: Path) -> None:
    authority = Authority(home, "ours")
    one, other = authority.issue("one", "127.0.0.1"), authority.issue("other", "127.0.0.1")
    files = ("--tls-cert", str(one.certificate), "--tls-key", str(other.key))
    code, out, told = words("--port", "0", "--first-admin", "ann", *files)
    assert (code, out, "console.tls" in told) == (1, "", True)
    assert everybody(home) == []


@pytest.mark.parametrize(
    ("section", "told"),
    [
        ("console = 3", "console: expected a section [console]"),
        ('[console]\npath = "console"', "console.path: expected a path such as /console"),
    ],
)
def test_a_section_that_is_none_is_told(section: str, told: str, home: Path) -> None:
    file = home / "redactor.toml"
    file.write_text(section + "\n")
    assert told in words(str(file), "--port", "0")[2]


def test_a_link_for_the_gateway_says_where_it_begins_there(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _without_a_model(monkeypatch)
    file = home / "redactor.toml"
    file.write_text('[console]\npath = "/review"\n[gateway]\n')
    ran = CliRunner().invoke(app, [str(file), "--first-admin", "ann", "--link-only"])
    assert _LINK.fullmatch(ran.stdout)
    assert "in the gateway it begins with the gateway's address and /review" in " ".join(ran.stderr.split())


def test_the_help_names_the_section() -> None:
    assert "[console]" in CliRunner().invoke(app, ["--help"]).stdout


def test_an_address_that_is_listened_on_is_a_name_it_has() -> None:
    from redactor_console.commands import with_words

    files = (Path("c.pem"), Path("k.pem"))
    assert "[2001:db8::1]" in with_words(ConsoleSettings(), "2001:db8::1", None, *files).hosts
    assert with_words(ConsoleSettings(), "0.0.0.0", 1, None, None).hosts == ConsoleSettings().hosts  # noqa: S104


@pytest.mark.soak
def test_over_tls_the_cookie_is_for_tls_alone(home: Path) -> None:
    authority = Authority(home, "ours")
    shown = authority.issue("console", "127.0.0.1")
    files = ("--tls-cert", str(shown.certificate), "--tls-key", str(shown.key))
    with running(home, "--first-admin", "ann", *files) as (address, path, _):
        assert address.startswith("https://")
        with httpx2.Client(base_url=address, verify=trusting(authority), trust_env=False) as client:
            _patiently(client, path)
            answer = client.post(path, data={"password": "a long pass phrase"})
            assert answer.headers["set-cookie"].startswith("__Host-redactor-console=")
            assert answer.headers["strict-transport-security"]


@pytest.mark.soak
def test_the_demonstration_leaves_nothing_behind(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    place = home / "temporary"
    place.mkdir()
    monkeypatch.setenv("TMPDIR", str(place))
    with (
        running(home, "--demo", stop=signal.SIGTERM) as (address, path, process),
        httpx2.Client(base_url=address, trust_env=False) as client,
    ):
        _patiently(client, path)
        assert client.post(path, data={"go": "on"}).headers["location"] == "/"
        assert client.get("/conversations").status_code == 200
        assert client.post(path, data={"go": "on"}).status_code == 403
        assert list(place.iterdir())
    assert process.returncode == 0
    assert not list(place.iterdir())
    assert not (home / "redactor.db").exists()
