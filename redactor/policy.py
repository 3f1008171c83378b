"""Policy: what happens to each entity type, who may read it again, for how long.

A policy is a TOML file (or a dict of the same shape); `default` and `everything` ship. Whatever would be
ambiguous or unsafe later is refused here, when the policy is loaded.
"""

import difflib
import hashlib
import json
import re as stdlib_re
import tomllib
from collections.abc import Callable, Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from functools import cached_property
from importlib.resources import files
from pathlib import Path
from typing import Annotated, Any, Literal, Self, get_args

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    field_serializer,
    model_validator,
)
from pydantic_core import InitErrorDetails, PydanticCustomError

from redactor.exceptions import PolicyError
from redactor.lists import TermList, is_listed
from redactor.taxonomy import LITERAL, NEVER_STORED, canonical, entity_types
from redactor.types import Entity, Recognizer
from redactor.validation import explain, nearest, read_toml

Operator = Literal["placeholder", "surrogate", "mask", "hash", "redact", "block", "keep"]
"""`placeholder` is reversible; so is `surrogate`, a realistic stand-in. `redact` writes a numbered placeholder with no
value behind it. `mask` keeps what its shape says, `hash` writes a keyed hash, `block` refuses the message, `keep`
leaves the text."""

Shape = Literal["stars", "last2", "last4", "first6_last4", "domain", "country_last4"]
"""What `mask` leaves readable; see `redactor.operators`."""

SHAPES: Mapping[str, Shape] = {
    "CREDIT_CARD": "first6_last4",
    "EMAIL_ADDRESS": "domain",
    "PHONE_NUMBER": "last2",
    "IBAN_CODE": "country_last4",
}
"""The shape of a type where the policy names none; of all others `last4`. For cards it is the most that PCI DSS 4.0.1,
requirement 3.4.1, lets anybody without a need see."""

_SHAPE_OF_ONE = {"first6_last4": "CREDIT_CARD", "domain": "EMAIL_ADDRESS", "country_last4": "IBAN_CODE"}

STAND_IN_TYPES = frozenset(
    {
        "PERSON", "EMAIL_ADDRESS", "USERNAME", "PHONE_NUMBER", "CREDIT_CARD", "IBAN_CODE", "US_SSN", "NATIONAL_ID",
        "ACCOUNT_ID", "STREET_ADDRESS", "POSTAL_CODE", "DATE_OF_BIRTH", "DATE_TIME", "IP_ADDRESS", "MAC_ADDRESS", "URL",
    }
)  # fmt: skip
"""The types `surrogate` is possible for: `redactor.surrogates.TYPES`, which stands beside this module."""

_TYPE_NAME = stdlib_re.compile(r"[A-Z][A-Z0-9_]*[A-Z]")
_RETENTION = stdlib_re.compile(r"(\d{1,6})([smhd])")
_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400}
_AUDIENCE = stdlib_re.compile(r"customer|agent|reviewer|tool:[A-Za-z0-9_.-]{1,64}")
_LINK = stdlib_re.compile(r"(?is:(?:https?://)?(?P<host>[a-z0-9.-]+)(?P<path>/[^?#]*)?(?P<rest>[?#:@].*)?)")
_PLAIN_PATH = stdlib_re.compile(r"(?:[a-z-]{1,24}(?:/[a-z-]{1,24}){0,3})?")
SHIPPED = ("default", "everything")
_ANY = "any type"


def _audience(name: str) -> str:
    if not _AUDIENCE.fullmatch(name):
        raise ValueError("expected customer, agent, reviewer or tool:<name>")
    return name


def _retention(text: str) -> str:
    if text != "turn" and not _RETENTION.fullmatch(text):
        raise ValueError("expected a number with s, m, h or d, such as '30d', or 'turn'")
    return text


Audience = Annotated[str, AfterValidator(_audience)]
Retention = Annotated[str, AfterValidator(_retention)]
Score = Annotated[float, Field(ge=0.0, le=1.0)]


THRESHOLD = 0.5
"""Score from which a vote counts where neither the policy nor the model says otherwise."""


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)


class Defaults(_Model):
    """What holds for a type that a policy does not name."""

    threshold: Score | None = None
    audiences: tuple[Audience, ...] = ("customer",)
    retention: Retention = "30d"


class TypeRule(_Model):
    """What happens to one entity type; what is left out comes from the taxonomy and from `defaults`."""

    operator: Operator | None = None
    threshold: Score | None = None
    audiences: tuple[Audience, ...] | None = None
    retention: Retention | None = None
    label: str | None = None
    """What people read where the value may not be shown, without the brackets around it."""
    keep_last4: bool = False
    """Keep the last four characters for the label: "(card ending 1111)"."""
    shape: Shape | None = None
    """What `mask` leaves readable; unnamed: the type's own, see `SHAPES`."""
    scope: Literal["conversation", "tenant"] = "conversation"
    """Where `hash` gives the same for the same value: in one conversation, or in all of the tenant's."""


class ListEntry(_Model):
    """One line of the allow or the deny list: an exact term or a RE2 expression."""

    term: str | None = Field(default=None, repr=False, min_length=1)
    regex: str | None = Field(default=None, repr=False, min_length=1)
    type: str | None = None

    @model_validator(mode="after")
    def _one_of_both(self) -> Self:
        if (self.term is None) == (self.regex is None):
            raise ValueError("expected either `term` (exact text) or `regex` (RE2), and not both")
        return self


def _several(names: Any) -> Any:
    if isinstance(names, str):
        raise ValueError('expected a set of entity types, such as {"ACCOUNT_ID"}, and found one text')
    return names


class ToolRule(_Model):
    """Which entity types one tool receives as real values, and what the LLM sees of what it gives."""

    args: Annotated[AbstractSet[str], BeforeValidator(_several), AfterValidator(frozenset)] = frozenset()
    """Entity types; every other placeholder in its arguments stays one."""
    result: Literal["redact", "drop"] = "redact"
    """`redact`: with its personal values masked, `drop`: only that the tool has run."""

    @model_validator(mode="before")
    @classmethod
    def _known_keys(cls, given: Any) -> Any:
        """Rules are written in code as well, where nobody explains an error of pydantic's."""
        unknown = [name for name in given if name not in cls.model_fields] if isinstance(given, Mapping) else []
        if unknown:
            raise ValidationError.from_exception_data(cls.__name__, [_unknown_key(name, cls) for name in unknown])
        return given

    @field_serializer("args")
    def _in_order(self, args: AbstractSet[str]) -> list[str]:
        return sorted(args)


def _unknown_key(name: object, model: type[BaseModel]) -> InitErrorDetails:
    hint = nearest(str(name), model.model_fields)
    problem = PydanticCustomError("extra_forbidden", "unknown key{hint}", {"hint": hint})
    return InitErrorDetails(type=problem, loc=(str(name),), input=None)


class Links(_Model):
    """How web addresses are treated."""

    public_hosts: tuple[str, ...] = ()
    """Hosts that identify nobody: links there are kept, unless they carry a personal value, digits or a query."""
    profile_hosts: tuple[str, ...] = ()
    """Hosts whose paths name people: only a link to the bare host is kept."""
    restore_links: tuple[str, ...] = ()
    """Hosts in whose link targets placeholders are restored."""


class Policy(_Model):
    """Entity type → operator, threshold, audiences, retention; lists and rules for tools.

    `Policy.load("default")`, `Policy.load("policy.toml")`, or `Policy.from_dict({...})`. Raises `PolicyError` that
    names the key, what was expected and the nearest known name.
    """

    name: str = "custom"
    extends: str | None = None
    defaults: Defaults = Defaults()
    types: Mapping[str, TypeRule] = Field(default_factory=dict)
    allow: tuple[ListEntry, ...] = Field(default=(), repr=False)
    deny: tuple[ListEntry, ...] = Field(default=(), repr=False)
    business: tuple[ListEntry, ...] = Field(default=(), repr=False)
    """The business's own names, numbers and addresses: in an LLM's reply they are nobody else's data."""
    tools: Mapping[str, ToolRule] = Field(default_factory=dict)
    links: Links = Links()

    @classmethod
    def load(cls, source: "str | Path | Policy") -> "Policy":
        """A shipped policy by name, or one from a TOML file."""
        if isinstance(source, Policy):
            return source
        if str(source) in SHIPPED:
            return cls.from_dict(_shipped(str(source)))
        absent = f"there is no policy file {source}; expected a TOML file, or one of: {', '.join(SHIPPED)}"
        return cls.from_dict(read_toml(Path(source), PolicyError, absent))

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> "Policy":
        """A policy from parsed TOML or JSON."""
        merged = _merge(_shipped(str(data.get("extends", "default"))), data)
        try:
            return cls.model_validate(merged)
        except ValidationError as error:
            raise PolicyError(explain(error, _PARTS)) from None

    @classmethod
    def published_schema(cls) -> dict[str, Any]:
        """JSON Schema (2020-12) of the policy file, for editors."""
        schema = cls.model_json_schema()
        schema["$schema"] = "https://json-schema.org/draft/2020-12/schema"
        return schema

    @model_validator(mode="after")
    def _refuse_what_is_unsafe(self) -> Self:
        for name in self.types:
            _check_type_name(name)
        for name in self.entity_types:
            self._check_rule(name)
        for tool, rule in self.tools.items():
            self._check_tool(tool, rule)
        for entry in (*self.allow, *self.deny, *self.business):
            if entry.type is not None:
                self._check_named_type(entry.type, "a list entry")
        if any(entry.type is None for entry in self.deny):
            raise ValueError("deny: every entry needs a `type`, so that its text gets a placeholder of that type")
        _ = self._allowed, self._denied, self._of_business  # compiles the expressions, so that a bad one is refused now
        return self

    def check_tool(self, tool: str, rule: ToolRule) -> None:
        """Refuse a rule for a tool that this policy could not keep. Raises `PolicyError`."""
        problem = ""
        try:
            self._check_tool(tool, rule)
        except ValueError as error:
            problem = str(error)  # names of tools and types
        if problem:
            raise PolicyError(problem)

    def _check_tool(self, tool: str, rule: ToolRule) -> None:
        _audience(f"tool:{tool}")
        for name in sorted(rule.args):
            self._check_named_type(name, f"tools.{tool}.args")

    def _check_named_type(self, name: str, where: str) -> None:
        if name not in self.entity_types:
            raise ValueError(f"{where}: unknown entity type {name!r}{nearest(name, self.entity_types)}")
        if name == "CARD_CVV" and where.startswith("tools."):
            raise ValueError(f"{where}: CARD_CVV is never handed to a tool")

    def _check_rule(self, name: str) -> None:
        operator, audiences, retention = self.operator(name), self.audiences(name), self.retention(name)
        if name == LITERAL and operator != "placeholder":
            raise ValueError("types.LITERAL: its operator is always `placeholder`")
        if name == "CARD_CVV" and operator not in ("redact", "block"):
            raise ValueError(f"types.CARD_CVV.operator: {operator!r} is not possible; use redact or block")
        if name == "SECRET" and operator not in ("redact", "block"):
            one_tool = len(audiences) == 1 and audiences[0].startswith("tool:")
            if operator != "placeholder" or retention != "turn" or not one_tool:
                raise ValueError(
                    "types.SECRET: a secret is never stored and never restored into text; use operator `redact` or "
                    '`block`, or `placeholder` with retention = "turn" and audiences = ["tool:<one name>"]'
                )
        elif retention == "turn":
            raise ValueError(f"types.{name}.retention: 'turn' is for SECRET alone")
        if operator == "surrogate" and name not in STAND_IN_TYPES:
            raise ValueError(
                f"types.{name}.operator: there is no realistic stand-in for {name}, none that is surely nobody's and "
                f"would not be met by chance; use placeholder. Stand-ins exist for {', '.join(sorted(STAND_IN_TYPES))}"
            )
        self._check_details(name, operator)

    def _check_details(self, name: str, operator: Operator) -> None:
        rule = self.types.get(name, TypeRule())
        if rule.shape is not None and operator != "mask":
            raise ValueError(f"types.{name}.shape: a shape is for the operator `mask`, not for {operator!r}")
        only = _SHAPE_OF_ONE.get(rule.shape or "")
        if only and only != name:
            raise ValueError(f"types.{name}.shape: {rule.shape!r} is for {only} alone; use stars, last2 or last4")
        if rule.scope != "conversation" and operator != "hash":
            raise ValueError(f"types.{name}.scope: a scope is for the operator `hash`, not for {operator!r}")

    @cached_property
    def entity_types(self) -> frozenset[str]:
        """Every type this policy knows: the taxonomy's and its own."""
        return frozenset(entity_types()) | frozenset(self.types)

    @cached_property
    def own_types(self) -> frozenset[str]:
        """Types this policy adds to the taxonomy's; placeholders of theirs must be known to who looks for some."""
        return self.entity_types - frozenset(entity_types())

    @cached_property
    def version(self) -> str:
        """Twelve hexadecimal digits that change with any setting."""
        settings = self.model_dump(mode="json", exclude=None if self.business else {"business"})
        text = json.dumps(settings, sort_keys=True)  # an empty list is as none was: turns of older versions are known
        return hashlib.sha256(text.encode()).hexdigest()[:12]

    @cached_property
    def kept(self) -> frozenset[str]:
        """Types that are detected and left in the text."""
        return frozenset(name for name in self.entity_types if self.operator(name) == "keep")

    def operator(self, entity_type: str) -> Operator:
        """What happens to entities of this type; an unknown type becomes a placeholder."""
        rule = self.types.get(entity_type)
        if rule and rule.operator:
            return rule.operator
        row = entity_types().get(entity_type)
        default = row.operator if row else "placeholder"
        assert default in get_args(Operator)  # noqa: S101  the taxonomy's own table, checked by its test
        return default  # type: ignore[return-value]

    def shape(self, entity_type: str) -> Shape:
        """What `mask` leaves readable of this type."""
        rule = self.types.get(entity_type)
        return rule.shape if rule and rule.shape else SHAPES.get(entity_type, "last4")

    def is_linkable(self, entity_type: str) -> bool:
        """Whether `hash` gives the same in all conversations of the tenant."""
        rule = self.types.get(entity_type)
        return rule is not None and rule.scope == "tenant"

    def threshold(self, entity_type: str) -> float:
        """Score from which a vote for this type is an entity: what the policy names, else 0.5."""
        named = self.named_threshold(entity_type)
        return THRESHOLD if named is None else named

    def model_threshold(self, own: Mapping[str, float]) -> Callable[[str], float]:
        """Entity type → score a model's vote needs: what the policy names, else the model's `own`, else 0.5."""

        def needed(entity_type: str) -> float:
            named = self.named_threshold(entity_type)
            return own.get(entity_type, THRESHOLD) if named is None else named

        return needed

    def named_threshold(self, entity_type: str) -> float | None:
        """The threshold the policy itself names for this type; without one, a model may bring its own."""
        rule = self.types.get(entity_type)
        return self.defaults.threshold if rule is None or rule.threshold is None else rule.threshold

    def audiences(self, entity_type: str) -> tuple[str, ...]:
        """Who the type is restored for, rules for tools aside."""
        if entity_type in NEVER_STORED and self.operator(entity_type) != "placeholder":
            return ()
        rule = self.types.get(entity_type)
        return self.defaults.audiences if rule is None or rule.audiences is None else rule.audiences

    def retention(self, entity_type: str) -> str:
        """How long a value is kept after the conversation's last turn, as written in the policy."""
        rule = self.types.get(entity_type)
        return self.defaults.retention if rule is None or rule.retention is None else rule.retention

    def retention_seconds(self, entity_type: str) -> float:
        """The same in seconds; 0 for `turn`."""
        found = _RETENTION.fullmatch(self.retention(entity_type))
        return float(found[1]) * _SECONDS[found[2]] if found else 0.0

    def label(self, entity_type: str) -> str:
        """What people read where the value may not be shown."""
        rule = self.types.get(entity_type)
        if rule and rule.label:
            return rule.label
        row = entity_types().get(entity_type)
        return row.label if row else "value hidden"

    def keeps_last4(self, entity_type: str) -> bool:
        """Whether the label may name the last four characters."""
        rule = self.types.get(entity_type)
        return bool(rule and rule.keep_last4) and entity_type not in NEVER_STORED

    def may_restore(self, entity_type: str, audience: str) -> bool:
        """Whether this audience may read values of this type."""
        if audience in self.audiences(entity_type):
            return True
        tool = self.tools.get(audience.removeprefix("tool:")) if audience.startswith("tool:") else None
        return tool is not None and entity_type in tool.args and entity_type not in NEVER_STORED

    def allows(self, entity_type: str, text: str) -> bool:
        """Whether the allow list says that this text is not personal."""
        return self._allowed.covers(entity_type, text)

    def is_business(self, entity_type: str, text: str) -> bool:
        """Whether a value, in whatever spelling, is the business's own. `text` is as the view shows it."""
        same = canonical(entity_type, text)
        terms = (entry.term for entry in self.business if entry.term and entry.type in (None, entity_type))
        if any(canonical(entity_type, term) == same for term in terms):
            return True
        return any(self._of_business.covers(name, text) for name in (entity_type, _ANY))

    def business_spans(self, entity_type: str, text: str) -> list[tuple[int, int]]:
        """Where a text says something that is the business's own and may be of this type."""
        found = self._of_business.find(text) if self.business else ()
        return [(each.start, each.end) for each in found if each.type in (entity_type, _ANY)]

    def is_public_link(self, text: str) -> bool:
        """Whether a web address is one of a well-known public site and names nobody by its looks."""
        found = _LINK.fullmatch(text.strip())
        if not found or found["rest"]:
            return False
        host, path = found["host"].lower().rstrip("."), (found["path"] or "").strip("/")
        if is_listed(host, self.links.profile_hosts):
            return not path
        return is_listed(host, self.links.public_hosts) and bool(_PLAIN_PATH.fullmatch(path))

    def deny_recognizer(self) -> Recognizer | None:
        """The deny list as a recognizer, or None where it is empty."""
        denied = self._denied
        if not self.deny:
            return None

        def deny_list(text: str, context: Sequence[str]) -> Iterable[Entity]:
            return denied.find(text)

        return deny_list

    @cached_property
    def _allowed(self) -> TermList:
        return TermList((entry.type, entry.term, entry.regex) for entry in self.allow)

    @cached_property
    def _of_business(self) -> TermList:
        return TermList((entry.type or _ANY, entry.term, entry.regex) for entry in self.business)

    @cached_property
    def _denied(self) -> TermList:
        return TermList((entry.type, entry.term, entry.regex) for entry in self.deny)


def _check_type_name(name: str) -> None:
    if not _TYPE_NAME.fullmatch(name):
        raise ValueError(
            f"types.{name}: an entity type is upper case letters, digits and underscores and ends in a letter, "
            "or its placeholders could not be told apart"
        )
    if name not in entity_types():
        near = difflib.get_close_matches(name, entity_types(), n=1, cutoff=0.85)
        if near:
            raise ValueError(f"types.{name}: unknown entity type; did you mean {near[0]}?")


def _shipped(name: str) -> dict[str, Any]:
    if name not in SHIPPED:
        raise PolicyError(f"extends: unknown policy {name!r}; expected one of {', '.join(SHIPPED)}")
    data = tomllib.loads(files("redactor").joinpath("policies", f"{name}.toml").read_text("utf-8"))
    return data if name == "default" else _merge(_shipped(data["extends"]), data)


def _merge(base: Mapping[str, Any], over: Mapping[str, Any]) -> dict[str, Any]:
    merged = dict(base)
    for key, value in over.items():
        both = isinstance(value, Mapping) and isinstance(merged.get(key), Mapping)
        merged[key] = _merge(merged[key], value) if both else value
    return merged


_PARTS = (Policy, Defaults, TypeRule, ListEntry, ToolRule, Links)
