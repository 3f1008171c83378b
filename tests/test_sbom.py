"""The bill of materials names what is shipped and what it needs, and an installed wheel carries it."""

import hashlib
import json
import runpy
import tomllib
from importlib.metadata import distribution
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="module")
def sbom() -> dict[str, Any]:
    made: dict[str, Any] = runpy.run_path(str(ROOT / "hatch_build.py"))["sbom"](ROOT)
    return made


def test_it_has_what_the_standard_requires(sbom: dict[str, Any]) -> None:
    assert (sbom["bomFormat"], sbom["specVersion"], sbom["version"]) == ("CycloneDX", "1.6", 1)
    parts = [sbom["metadata"]["component"], *sbom["components"]]
    assert all(part["type"] and part["name"] for part in parts)
    references = [part["bom-ref"] for part in parts]
    assert len(references) == len(set(references))
    assert all(set(row["dependsOn"]) <= set(references) for row in sbom["dependencies"])


def test_it_names_every_requirement(sbom: dict[str, Any]) -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    names = {part["name"]: part for part in sbom["components"]}
    (depends,) = sbom["dependencies"]
    for line in project["dependencies"]:
        name, least = line.split(">=")
        assert names[name]["properties"] == [{"name": "chat-redactor:versions", "value": f">={least}"}]
        assert name in depends["dependsOn"]
        assert "scope" not in names[name]
    assert names["torch"]["scope"] == "optional"
    assert "torch" not in depends["dependsOn"]


def test_the_models_files_are_those_beside_it(sbom: dict[str, Any]) -> None:
    (model,) = [part for part in sbom["components"] if part["type"] == "machine-learning-model"]
    hashes = {part["name"]: part["hashes"][0]["content"] for part in model["components"]}
    for name, digest in hashes.items():
        assert hashlib.sha256((ROOT / "models" / "redactor_en" / name).read_bytes()).hexdigest() == digest
    assert "model.onnx" in hashes


def test_the_same_checkout_gives_the_same_bytes(sbom: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    again = runpy.run_path(str(ROOT / "hatch_build.py"))["sbom"]
    monkeypatch.delenv("SOURCE_DATE_EPOCH", raising=False)
    assert again(ROOT) == {**sbom, "metadata": {"component": sbom["metadata"]["component"]}}
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "0")
    assert again(ROOT)["metadata"]["timestamp"] == "1970-01-01T00:00:00Z"


def test_an_installed_wheel_carries_it() -> None:
    installed = distribution("chat-redactor")
    if json.loads(installed.read_text("direct_url.json") or "{}").get("dir_info", {}).get("editable"):
        pytest.skip("chat-redactor is installed in editable mode, for which no wheel is built")
    content = installed.read_text("sboms/sbom.cdx.json")
    assert content
    assert json.loads(content)["bomFormat"] == "CycloneDX"
