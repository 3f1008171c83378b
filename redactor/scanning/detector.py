"""What finds personal data in a scan: patterns alone, or with the model, for all types or for some."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from redactor.exceptions import ConfigError
from redactor.taxonomy import entity_types
from redactor.types import Entity, Recognizer

Find = Callable[[str, Sequence[str]], Iterable[Entity]]
"""(text, what stands before it) → entities in the text's own offsets. Raises `RedactorError` where it fails."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What a scan looks for; plain values, so that it can be sent to another process."""

    types: frozenset[str] = frozenset()
    """None named: all the policy does not keep."""
    countries: tuple[str, ...] = ()
    policy: str = "default"
    patterns_only: bool = False


def finder(asked: Asked) -> Find:
    """The function that finds what is asked for. Raises `ConfigError` for an unknown type, country or policy."""
    if asked.patterns_only and asked.policy == "default" and asked.types and "URL" not in asked.types:
        _check_types(asked, frozenset(entity_types()))
        return _light(asked)
    # What follows loads pydantic and, with the model, onnxruntime; a hook does without.
    from redactor.redactor import Redactor

    if asked.patterns_only:
        redactor = Redactor(asked.policy, {"patterns": _patterns(asked)})
    else:
        from redactor.config import Settings

        redactor = Redactor(asked.policy, model=Settings.load(None).model_source(), countries=asked.countries)
    _check_types(asked, redactor.policy.entity_types)

    def find(text: str, before: Sequence[str]) -> Iterable[Entity]:
        return [entity for entity in redactor.detect(text, before) if _is_asked(entity, asked)]

    return find


def _light(asked: Asked) -> Find:
    from redactor.detection import Rules, detect

    recognizers = {"patterns": _patterns(asked)}
    rules = Rules(lambda entity_type: 0.5)

    def find(text: str, before: Sequence[str]) -> Iterable[Entity]:
        return detect(text, recognizers=recognizers, rules=rules, context=before).entities

    return find


def _patterns(asked: Asked) -> Recognizer:
    """The rows of the types that are asked for: what is not looked for costs nothing."""
    from redactor.detection.checks import DEFAULT_REGIONS
    from redactor.detection.patterns import recognizer
    from redactor.detection.rows import table

    problem = ""
    try:
        rows = table(DEFAULT_REGIONS, asked.countries)
        return recognizer([row for row in rows if not asked.types or row.type in asked.types])
    except ValueError as error:
        problem = str(error)  # codes of countries, nothing that was read
    raise ConfigError(f"--countries: {problem}")


def _is_asked(entity: Entity, asked: Asked) -> bool:
    return entity.type in asked.types if asked.types else entity.operator != "keep"


def _check_types(asked: Asked, known: frozenset[str]) -> None:
    for name in sorted(asked.types - known):
        from redactor.validation import nearest

        raise ConfigError(f"--types: there is no entity type {name!r}{nearest(name, known)}")
