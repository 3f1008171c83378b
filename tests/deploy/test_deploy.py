"""What is shipped for running the gateway says nothing that does not exist: settings, options, paths, values.

No container engine and no cluster is needed: the chart is rendered with the few functions of Helm's that it uses.
"""

import hashlib
import json
import os
import re
import shutil
import subprocess
import tomllib
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import typer

from redactor.cli.app import build
from redactor.config import Settings
from redactor_gateway.settings import GatewaySettings
from redactor_gateway.webhooks.settings import outbox_of, routes_of

yaml = pytest.importorskip("yaml", reason="pyyaml is not installed; it comes with langchain")

ROOT = Path(__file__).parents[2]
DEPLOY, PAGE = ROOT / "deploy", ROOT / "docs" / "deployment.md"
UNIT = DEPLOY / "systemd" / "chat-redactor.service"
CHART = DEPLOY / "helm"


def _blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", PAGE.read_text("utf-8"), re.MULTILINE | re.DOTALL)


def _values() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load((CHART / "values.yaml").read_text("utf-8"))
    return found


def _configurations() -> Mapping[str, str]:
    shipped = [*DEPLOY.rglob("*.toml"), *(ROOT / "examples").rglob("redactor.toml")]
    found = {str(path.relative_to(ROOT)): path.read_text("utf-8") for path in shipped}
    found |= {f"deployment.md-{number}": block for number, block in enumerate(_blocks("toml"))}
    return {**found, "values.yaml": _values()["config"]}


CONFIGURATIONS = _configurations()


@pytest.mark.parametrize("name", CONFIGURATIONS)
def test_every_configuration_that_is_shown_loads(name: str, tmp_path: Path) -> None:
    path = tmp_path / "redactor.toml"
    path.write_text(CONFIGURATIONS[name], "utf-8")
    Settings.load(path)
    gateway = GatewaySettings.load(path)
    routes_of(gateway.routes)
    outbox_of(gateway.outbox)


def test_there_are_configurations_to_load() -> None:
    assert {"deploy/systemd/redactor.toml", "deploy/compose/redactor.toml", "values.yaml"} < set(CONFIGURATIONS)
    assert len(CONFIGURATIONS) >= 6


# commands


def _commands() -> list[str]:
    """`redactor ...` wherever it is told to be run."""
    texts = [*_blocks("sh"), *_blocks("console"), *(path.read_text("utf-8") for path in _files())]
    found = [line for text in texts for line in text.splitlines()]
    lines = [
        match[1] for line in found if (match := re.search(r"(?:^|[/ `])redactor ((?:[a-z-]+ ?)+(?: --.*)?.*)", line))
    ]
    return sorted({re.split(r"[`#;|&]", line)[0].strip() for line in lines if line.split()[0] in _groups()})


def _files() -> Sequence[Path]:
    return [path for path in sorted(DEPLOY.rglob("*")) if path.is_file()]


@cache
def _groups() -> frozenset[str]:
    return frozenset(typer.main.get_command(build(["--help"])).commands)  # type: ignore[attr-defined]


@pytest.mark.parametrize("line", _commands())
def test_every_command_that_is_shown_exists_with_its_options(line: str) -> None:
    words = line.split()
    command: Any = typer.main.get_command(build(words))
    for word in words:
        if word.startswith("--"):
            options = [name for each in command.params for name in each.opts]
            assert word.split("=")[0] in options, f"{word} is no option of redactor {line}"
        elif hasattr(command, "commands"):
            assert word in command.commands, f"{word} is no command"
            command = command.commands[word]


def test_commands_are_found() -> None:
    lines = _commands()
    assert "serve /etc/chat-redactor/redactor.toml" in lines
    assert any(line.startswith("keys rotate") for line in lines)


def test_every_path_of_the_checkout_that_is_named_is_there() -> None:
    texts = [PAGE.read_text("utf-8"), *(path.read_text("utf-8") for path in _files())]
    named = {name for text in texts for name in re.findall(r"\b(?:deploy|examples)/[\w./-]*\w", text)}
    assert named
    assert not [name for name in named if not (ROOT / name).exists()]


# systemd


def test_the_unit_is_one(tmp_path: Path) -> None:
    if shutil.which("systemd-analyze") is None:
        pytest.skip("systemd-analyze is not installed")
    unit = tmp_path / UNIT.name
    unit.write_text(re.sub(r"/opt/\S+/redactor ", "/bin/true ", UNIT.read_text("utf-8")), "utf-8")
    done = subprocess.run(["systemd-analyze", "verify", "--man=no", str(unit)], capture_output=True, text=True)
    # told of every option that it does not know; another unit of this machine may be wrong, too
    assert UNIT.name not in done.stderr


def test_the_unit_and_its_configuration_agree() -> None:
    unit = UNIT.read_text("utf-8")
    config = tomllib.loads((UNIT.parent / "redactor.toml").read_text("utf-8"))
    home = Path(re.findall(r"^Environment=REDACTOR_HOME=(.*)$", unit, re.MULTILINE)[0])
    assert home == Path("/var/lib") / re.findall(r"^StateDirectory=(.*)$", unit, re.MULTILINE)[0]
    assert Path(config["store"]["path"]).is_relative_to(home)
    assert Path(config["key"]["file"]).is_relative_to(home)
    given = {f"/run/credentials/{UNIT.name}/{name}" for name in re.findall(r"^LoadCredential=([\w-]+):", unit, re.M)}
    assert {each["key_file"] for each in config["gateway"]["upstreams"].values()} == given


# compose


def test_the_compose_file_and_its_configuration_agree() -> None:
    folder = DEPLOY / "compose"
    services = yaml.safe_load((folder / "compose.yaml").read_text("utf-8"))["services"]
    gateway, config = services["gateway"], tomllib.loads((folder / "redactor.toml").read_text("utf-8"))
    assert {config["store"]["url_env"], config["key"]["env"]} == set(gateway["environment"])
    context = folder / gateway["build"]["context"]
    assert (context / gateway["build"]["dockerfile"]).is_file()
    mounts = [each.split(":")[0] for service in services.values() for each in service.get("volumes", ())]
    assert all((folder / each).is_file() for each in mounts if each.startswith("."))
    hosts = re.findall(r'url = "\w+://(\w+):', (folder / "redactor.toml").read_text("utf-8"))
    assert set(hosts) | {"postgres"} == set(services) - {"gateway"}
    assert all(each.startswith("127.0.0.1:") for each in gateway["ports"]), "it has no API keys"


def test_what_the_image_is_built_from_is_not_left_out() -> None:
    kept = (DEPLOY / "container" / "Containerfile.dockerignore").read_text("utf-8").splitlines()
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    needed = [*project["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"], *project["project"]["license-files"]]
    needed += [project["project"]["readme"], "pyproject.toml", "hatch_build.py"]
    shown = [line.removeprefix("!") for line in kept if line.startswith("!")]
    assert not [path for path in needed if not any(Path(path).is_relative_to(each) for each in shown)]


# the chart

_TAG = re.compile(r"(?P<before>[ \n]*)\{\{(?P<trim>-?) *(?P<inside>.*?) *(?P<after>-?)\}\}(?P<rest>\s*)", re.DOTALL)


def _found(values: Mapping[str, Any], path: str) -> Any:
    """What `.Values.a.b` means. A name that is not there is a mistake of the chart's."""
    value: Any = values
    for name in path.removeprefix(".").split("."):
        value = value[name]
    return value


def _evaluated(values: Mapping[str, Any], expression: str) -> Any:
    first, *pipes = [part.strip().split() for part in expression.split("|")]
    value = _found(values, first[-1])
    for name, *arguments in [first[:-1], *pipes] if len(first) > 1 else pipes:
        value = _FUNCTIONS[name](value, *arguments)
    return value


_FUNCTIONS: Mapping[str, Any] = {
    "quote": json.dumps,
    "toYaml": lambda value: yaml.safe_dump(value).rstrip("\n"),
    "sha256sum": lambda value: hashlib.sha256(value.encode()).hexdigest(),
    "nindent": lambda value, width: "".join("\n" + " " * int(width) + line for line in value.splitlines()),
}


def _rendered(template: str, values: Mapping[str, Any]) -> str:
    def put(tag: re.Match[str]) -> str:
        inside = tag["inside"]
        is_block = inside == "end" or inside.startswith("if ")
        if inside.startswith("if "):
            assert _found(values, inside[3:]), "blocks that are not rendered are not tried"
        text = "" if is_block else str(_evaluated(values, inside))
        return ("" if tag["trim"] else tag["before"]) + text + ("" if tag["after"] else tag["rest"])

    return _TAG.sub(put, template)


@cache
def _objects() -> Mapping[str, Any]:
    """The chart's objects by kind, with the values that ship."""
    chart = yaml.safe_load((CHART / "Chart.yaml").read_text("utf-8"))
    about = {"Chart": {"AppVersion": chart["appVersion"]}, "Release": {"Name": "redactor"}, "Values": _values()}
    texts = [_rendered(path.read_text("utf-8"), about) for path in sorted((CHART / "templates").glob("*.yaml"))]
    if out := os.environ.get("REDACTOR_TEST_RENDERED"):
        Path(out).write_text("\n---\n".join(texts), "utf-8")
    return {each["kind"]: each for each in map(yaml.safe_load, texts)}


def test_every_template_of_the_chart_becomes_an_object_of_its_release() -> None:
    kinds = {"ConfigMap", "Deployment", "NetworkPolicy", "PodDisruptionBudget", "Service"}
    assert set(_objects()) == kinds
    labels = _objects()["Deployment"]["spec"]["template"]["metadata"]["labels"]
    selectors = [
        _objects()["Deployment"]["spec"]["selector"]["matchLabels"],
        _objects()["Service"]["spec"]["selector"],
        _objects()["PodDisruptionBudget"]["spec"]["selector"]["matchLabels"],
        _objects()["NetworkPolicy"]["spec"]["podSelector"]["matchLabels"],
    ]
    assert all(each.items() <= labels.items() for each in selectors)
    assert _objects()["ConfigMap"]["data"]["redactor.toml"].strip() == _values()["config"].strip()


def test_the_pod_may_write_nowhere_and_has_time_to_end() -> None:
    pod = _objects()["Deployment"]["spec"]["template"]["spec"]
    (gateway,) = pod["containers"]
    assert gateway["securityContext"]["readOnlyRootFilesystem"]
    assert not gateway["securityContext"]["allowPrivilegeEscalation"]
    assert pod["securityContext"]["runAsNonRoot"]
    needed = gateway["lifecycle"]["preStop"]["sleep"]["seconds"] + 30
    assert pod["terminationGracePeriodSeconds"] > needed
    volumes = {each["name"] for each in pod["volumes"]}
    assert {each["name"] for each in gateway["volumeMounts"]} == volumes
    assert gateway["envFrom"] == [{"secretRef": {"name": _values()["secret"]}}]


def test_the_values_are_those_of_the_schema() -> None:
    schema = json.loads((CHART / "values.schema.json").read_text("utf-8"))
    assert set(_values()) == set(schema["properties"]) - {"global"}
    assert set(schema["required"]) <= set(_values())
    for name in ("podDisruptionBudget", "networkPolicy"):
        assert set(_values()[name]) == set(schema["properties"][name]["properties"])


def test_the_version_is_the_packages() -> None:
    version = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["version"]
    chart = yaml.safe_load((CHART / "Chart.yaml").read_text("utf-8"))
    assert chart["appVersion"] == version
    assert _values()["image"].endswith(f":{version}")
