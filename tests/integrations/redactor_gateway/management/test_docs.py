"""What docs/api.md shows is what happens."""

import json
import os
import re
import shutil
import subprocess
import tomllib
from pathlib import Path

import pytest

from redactor.testing import in_memory
from redactor_gateway.app import create_app
from redactor_gateway.keys import hash_of
from redactor_gateway.management.operations import OPERATIONS
from redactor_gateway.settings import GatewaySettings
from tests.integrations.redactor_gateway.llm import KNOWN
from tests.integrations.redactor_gateway.management.callers import Callers
from tests.integrations.redactor_gateway.upstream import served

DOCS = (Path(__file__).parents[4] / "docs" / "api.md").read_text("utf-8")


def block(language: str) -> str:
    """The page's first example in a language."""
    found: list[str] = re.findall(rf"```{language}\n(.*?)```", DOCS, re.DOTALL)
    return found[0]


def test_the_calls_that_are_shown_give_what_is_shown() -> None:
    if shutil.which("curl") is None:
        pytest.skip("curl is not installed")
    wanted = tomllib.loads(block("toml"))["gateway"] | {"upstreams": {}}
    wanted["keys"][0]["hashes"] = [hash_of("k")]
    shown = [re.escape(line[2:]).replace(r"\.\.\.", '[^"]+') for line in block("sh").splitlines() if line[:3] == "# {"]
    with (
        in_memory(KNOWN) as redactor,
        served(create_app(GatewaySettings.model_validate(wanted), redactor)) as url,
    ):
        script = block("sh").replace("http://127.0.0.1:8080", url).replace("\n# ", "\necho\n# ")
        environment = {"PATH": os.environ["PATH"], "KEY": "k", "no_proxy": "*"}
        ran = subprocess.run(["bash", "-euc", script], env=environment, capture_output=True, text=True, timeout=30)
    assert re.fullmatch("\n".join(shown), ran.stdout.strip()), ran.stdout + ran.stderr


def test_every_call_is_in_the_table_with_its_scopes() -> None:
    rows = [line.split("|") for line in DOCS.splitlines() if line.startswith("| `")]
    calls = {path: row[2] for row in rows for path in re.findall(r"(/[a-z{}/.]+)`", row[1])}
    assert set(calls) == {each.path for each in OPERATIONS} | {"/openapi.json"}
    for each in OPERATIONS:
        named = set(re.findall(r"`(\w+)`", calls[each.path])) or {
            "redact",
            "restore",
            "detect",
            "transcripts",
            "privacy",
        }
        assert named | {"admin"} == set(each.scopes) | {"admin"}


def test_the_error_that_is_shown_is_the_one_that_is_given(to: Callers) -> None:
    assert to.ask("POST", "/redact", {}).json() == json.loads(block("json"))
