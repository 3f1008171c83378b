"""A proposed change becomes a new version of the policy: a file beside the old one, which stays as it is."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from redactor.exceptions import ConfigError, PolicyError
from redactor.policy import SHIPPED, Policy

if TYPE_CHECKING:
    from tomlkit import TOMLDocument

_MAY = ("types", "allow")
"""What a proposal may change: a threshold of a type, a term that is nobody's. Not what happens to values, nor to whom
they are shown."""


@dataclass(frozen=True, slots=True)
class Change:
    """A policy as it is, and as it would be."""

    old: Policy
    new: Policy
    text: str
    """The new file; comments of the old one stay."""
    thresholds: Mapping[str, float]
    allowed: int
    """Terms that join the allow list."""

    def subject(self) -> tuple[str, ...]:
        """What the audit log is told: versions, types, numbers; no term."""
        changes = [f"{name} threshold {value:.2f}" for name, value in sorted(self.thresholds.items())]
        return (f"{self.old.version} to {self.new.version}", *changes, f"{self.allowed} terms allowed")


def changed(policy: str | Path, patch: Path) -> Change:
    """A policy, shipped or in a TOML file, with a change as `proposals.patch` writes it.

    Raises `ConfigError` or `PolicyError` for a file that cannot be read, a change of anything else, and one after which
    it is no policy.
    """
    source = _source(policy)
    document = _parsed(source, str(policy))
    change = _checked(_parsed(_read(patch), str(patch)).unwrap(), patch)
    thresholds = {name: float(rule["threshold"]) for name, rule in change.get("types", {}).items()}
    old = Policy.load(policy)
    terms = [dict(entry) for entry in change.get("allow", [])]
    _merge(document, thresholds, terms)
    text = document.as_string()
    return Change(old, Policy.from_dict(tomllib.loads(text)), text, thresholds, len(terms))


def check_new(path: Path) -> None:
    """Find out before anything is recorded that there is such a file. Raises `ConfigError` then."""
    if path.exists():
        raise ConfigError(f"{path}: {_THERE}")


_THERE = "it is there already; a version is never written over"


def write(path: Path, change: Change) -> None:
    """Write the new version. Raises `ConfigError` where there is a file already, and where it cannot be written."""
    problem = ""
    try:
        with path.open("x", encoding="utf-8", newline="\n") as file:
            file.write(change.text)
    except FileExistsError:
        problem = _THERE
    except OSError as error:
        problem = error.strerror or type(error).__name__
    if problem:
        raise ConfigError(f"{path}: cannot be written ({problem})")


def _source(policy: str | Path) -> str:
    if str(policy) in SHIPPED:
        return f'name = "{policy}"\nextends = "{policy}"\n'
    return _read(Path(policy))


def _read(path: Path) -> str:
    try:
        return path.read_text("utf-8")
    except (OSError, UnicodeDecodeError):
        pass
    raise ConfigError(f"{path}: cannot be read; expected a TOML file in UTF-8")


def _parsed(text: str, name: str) -> "TOMLDocument":
    missing = ""
    try:
        import tomlkit
        from tomlkit.exceptions import TOMLKitError
    except ImportError as error:
        if error.name != "tomlkit":
            raise
        missing = "comments of a policy are kept with tomlkit: pip install 'chat-redactor[console]'"
    if missing:
        raise ConfigError(missing)
    try:
        return tomlkit.parse(text)
    except TOMLKitError:
        pass  # its text may quote the file
    raise PolicyError(f"{name}: not a TOML file")


def _checked(change: dict[str, Any], path: Path) -> dict[str, Any]:
    types, allow = change.get("types", {}), change.get("allow", [])
    is_one = (
        set(change) <= set(_MAY)
        and isinstance(types, dict)
        and all(isinstance(rule, dict) and set(rule) == {"threshold"} for rule in types.values())
        and all(isinstance(rule["threshold"], int | float) for rule in types.values())
        and isinstance(allow, list)
        and all(isinstance(entry, dict) and set(entry) == {"type", "term"} for entry in allow)
    )
    if not change:
        raise ConfigError(f"{path}: it changes nothing; no version was made")
    if not is_one:
        raise ConfigError(
            f"{path}: not a change of a policy; expected [types.NAME] with a threshold, or [[allow]] with type and term"
        )
    return change


def _merge(document: "TOMLDocument", thresholds: Mapping[str, float], terms: list[dict[str, Any]]) -> None:
    import tomlkit

    if thresholds:
        types: Any = document.setdefault("types", tomlkit.table(is_super_table=True))
        for name, threshold in thresholds.items():
            types.setdefault(name, tomlkit.table())["threshold"] = threshold
    if terms:
        known = [dict(entry) for entry in document.get("allow", [])]
        allow = tomlkit.aot()
        for entry in [*known, *(each for each in terms if each not in known)]:
            row = tomlkit.table()
            row.update(entry)
            allow.append(row)
        document["allow"] = allow
