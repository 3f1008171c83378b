"""The fixture fails a test whose planted value turns up, and its report does not show the value."""

import tomllib
from pathlib import Path

import pytest

pytest_plugins = ["pytester"]

CANARY = "canary-7431-xyz"
LEAKS = {
    "stdout": f"print('{CANARY[:6]}' + '{CANARY[6:]}')",
    "stderr": f"import sys; print('{CANARY[:6]}' + '{CANARY[6:]}', file=sys.stderr)",
    "log": "import logging; logging.getLogger('x').warning('for %s', value)",
    "log extra": "import logging; logging.getLogger('x').warning('hello', extra={'who': value})",
    "log argument": "import logging; logging.getLogger('x').info('hello', extra={'who': value}); print(value)",
    "warning": "import warnings; warnings.warn(value)",
    "file": "(tmp_path / 'a.log').write_text(value)",
    "file name": "(tmp_path / value).write_text('x')",
    "exception": "raise KeyError(value)",
    "cause": "raise RuntimeError('x') from KeyError(value)",
    "assertion": "assert value == 'x'",
}
TEST = """
def test_it(redactor_no_leak, tmp_path):
    value = redactor_no_leak.plant({canary!r}[:6] + {canary!r}[6:])
    redactor_no_leak.watch(tmp_path)
    {body}
"""


@pytest.fixture(autouse=True)
def alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every inner run would load all other plugins anew."""
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")


def _run(pytester: pytest.Pytester, body: str, *options: str) -> pytest.RunResult:
    pytester.makepyfile(TEST.format(canary=CANARY, body=body).replace(f"{CANARY!r}", f"''.join({[*CANARY]!r})"))
    return pytester.runpytest("-p", "redactor.pytest_plugin", "-p", "no:cacheprovider", "-p", "no:asyncio", *options)


@pytest.mark.parametrize("body", LEAKS.values(), ids=LEAKS)
@pytest.mark.filterwarnings("default")
def test_a_leak_fails_the_test_and_is_not_repeated(body: str, pytester: pytest.Pytester) -> None:
    result = _run(pytester, body, "-W", "default")
    counts = result.parseoutcomes()
    assert counts.get("failed", 0) + counts.get("errors", 0) >= 1
    result.stdout.fnmatch_lines(["*holds a planted value: canary 0 found in *"])
    if "warn" not in body:  # pytest's own summary of warnings is written after all reports
        assert CANARY not in result.stdout.str() + result.stderr.str()


def test_a_clean_test_passes(pytester: pytest.Pytester) -> None:
    result = _run(pytester, "print(len(value)); (tmp_path / 'a').write_text('x')")
    result.assert_outcomes(passed=1)


def test_a_test_that_fails_of_itself_is_reported_as_ever(pytester: pytest.Pytester) -> None:
    result = _run(pytester, "assert tmp_path is None, 'plainly wrong'")
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["*plainly wrong*"])


def test_a_test_without_the_fixture_is_left_alone(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(f"def test_it():\n    print({CANARY!r})\n    assert False\n")
    result = pytester.runpytest("-p", "redactor.pytest_plugin", "-p", "no:cacheprovider", "-p", "no:asyncio")
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines([f"*{CANARY}*"])


def test_it_is_found_by_its_entry_point_under_its_own_name() -> None:
    project = tomllib.loads((Path(__file__).parents[1] / "pyproject.toml").read_text("utf-8"))["project"]
    # the name is the module's, so that `-p redactor.pytest_plugin` beside it is no second registration
    assert project["entry-points"]["pytest11"] == {"redactor.pytest_plugin": "redactor.pytest_plugin"}
