"""Puts a software bill of materials into the wheel: CycloneDX 1.6 JSON at `*.dist-info/sboms/sbom.cdx.json` (PEP 770).

It names the package, what it needs with the versions it may be, and the model with the SHA-256 of its files. The same
checkout gives the same bytes: no time (but SOURCE_DATE_EPOCH's, where that is set) and no random serial number.
"""

import hashlib
import json
import os
import re
import tomllib
from datetime import UTC, datetime
from pathlib import Path
from tempfile import mkdtemp
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    BuildHookInterface = object
else:
    try:
        from hatchling.builders.hooks.plugin.interface import BuildHookInterface
    except ModuleNotFoundError:  # read by a test where nothing is built
        BuildHookInterface = object

MODEL = Path("models/redactor_en")
_NAME = re.compile(r"^([A-Za-z0-9._-]+)(?:\[[^\]]*\])?\s*([^;]*)")


class SbomHook(BuildHookInterface):
    """Called by hatchling before it writes a wheel."""

    PLUGIN_NAME = "custom"
    target_name: str
    root: str

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Write the file and have it put in its place."""
        if self.target_name != "wheel" or version == "editable":
            return
        path = Path(mkdtemp()) / "sbom.cdx.json"
        path.write_text(json.dumps(sbom(Path(self.root)), indent=2) + "\n", encoding="utf-8")
        build_data["sbom_files"] = [*build_data.get("sbom_files", []), str(path)]


def sbom(root: Path) -> dict[str, Any]:
    """The bill of materials of a checkout (https://cyclonedx.org/docs/1.6/json/)."""
    project = tomllib.loads((root / "pyproject.toml").read_text("utf-8"))["project"]
    main = {
        "type": "library",
        "bom-ref": _ref(project["name"], project["version"]),
        "name": project["name"],
        "version": project["version"],
        "description": project["description"],
        "licenses": [{"license": {"id": project["license"]}}],
        "purl": f"pkg:pypi/{project['name']}@{project['version']}",
    }
    needed = [_needed(line) for line in project["dependencies"]]
    optional = [
        {**_needed(line), "scope": "optional"}
        for extra, lines in project["optional-dependencies"].items()
        if extra != "all"
        for line in lines
    ]
    others = {part["bom-ref"]: part for part in [*optional, *needed]}  # what is needed anyway is not optional
    model = _model(root / MODEL)
    metadata: dict[str, Any] = {"component": main}
    if epoch := os.environ.get("SOURCE_DATE_EPOCH"):
        metadata["timestamp"] = datetime.fromtimestamp(int(epoch), UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return {
        "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": metadata,
        "components": [model, *(others[name] for name in sorted(others))],
        "dependencies": [
            {"ref": main["bom-ref"], "dependsOn": sorted([model["bom-ref"], *(part["bom-ref"] for part in needed)])}
        ],
    }


def _needed(line: str) -> dict[str, Any]:
    found = _NAME.match(line)
    if found is None:
        raise ValueError(f"pyproject.toml: cannot read the requirement {line!r}")
    name, versions = found[1].lower().replace("_", "-"), found[2].strip()
    properties = [{"name": "chat-redactor:versions", "value": versions}] if versions else []
    return {
        "type": "library",
        "bom-ref": _ref(name),
        "name": name,
        "purl": f"pkg:pypi/{name}",
        **({"properties": properties} if properties else {}),
    }


def _model(folder: Path) -> dict[str, Any]:
    meta = json.loads((folder / "meta.json").read_text("utf-8"))
    return {
        "type": "machine-learning-model",
        "bom-ref": _ref(meta["name"], meta["version"]),
        "name": meta["name"],
        "version": meta["version"],
        "licenses": [{"license": {"id": "Apache-2.0"}}],
        "modelCard": {"modelParameters": {"task": "token classification", "architectureFamily": "transformer"}},
        "components": [_file(folder / name) for name in ("model.onnx", "tokenizer.json", "meta.json")],
    }


def _file(path: Path) -> dict[str, Any]:
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    return {
        "type": "file",
        "bom-ref": f"file:{path.name}",
        "name": path.name,
        "hashes": [{"alg": "SHA-256", "content": digest}],
    }


def _ref(name: str, version: str = "") -> str:
    return f"{name}@{version}" if version else name
