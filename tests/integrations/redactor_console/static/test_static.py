"""The console's scripts and templates: checked by Node's tools where they are, and for what our CSP would refuse."""

import os
import re
import shutil
import subprocess
from importlib.resources import files
from pathlib import Path

import pytest

HERE = Path(__file__).parent
CONSOLE = files("redactor_console")
SCRIPTS = sorted(each.name for each in (CONSOLE / "static").iterdir() if each.name.endswith(".js"))
TEMPLATES = sorted(each.name for each in (CONSOLE / "templates").iterdir())


def run(*command: str) -> None:
    done = subprocess.run(command, cwd=HERE, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-2000:]


def tsc() -> list[str]:
    """TypeScript's compiler: the command `TSC` names, or the one on the path."""
    found = os.environ.get("TSC") or shutil.which("tsc")
    if not found:
        pytest.skip("tsc is not to be had here (npm install -g typescript, or name it in TSC)")
    return [found]


def test_code_points_and_utf_16_meet() -> None:
    node = shutil.which("node")
    if node is None:
        pytest.skip("node is not to be had here")
    run(node, "--test", "offsets.test.mjs")


def test_types_of_the_scripts() -> None:
    run(*tsc(), "-p", "tsconfig.json")


@pytest.mark.parametrize("name", SCRIPTS)
def test_scripts_write_no_html_and_load_nothing_of_others(name: str) -> None:
    text = (CONSOLE / "static" / name).read_text("utf-8")
    assert text.startswith("// @ts-check\n")
    assert not re.search(
        r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function|https?://", text
    )
    assert not re.search(r"localStorage|sessionStorage|indexedDB|document\.cookie", text)


@pytest.mark.parametrize("name", TEMPLATES)
def test_templates_hold_nothing_the_policy_refuses(name: str) -> None:
    text = (CONSOLE / "templates" / name).read_text("utf-8")
    assert not re.search(r"<script(?![^>]* src=)|<style|\sstyle=|\son[a-z]+=|javascript:|\|\s*safe\b", text)
