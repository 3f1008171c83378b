"""The way back: which placeholder becomes which value, for whom, and what is reported where it may not."""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from redactor.exceptions import AudienceError, ConfigError
from redactor.lists import is_listed
from redactor.placeholders import Scanner, Token, escape, render, replace
from redactor.policy import Policy
from redactor.referents import Referent
from redactor.taxonomy import LITERAL, NEVER_STORED
from redactor.transcripts import RecordedEntity, form_of
from redactor.types import FORMS, Form, Restoration
from redactor.validation import nearest
from redactor.vault import Vault
from redactor.watching import Outcome, tell

_NOT_IN_TEXT = frozenset({"target", "image", "query"})
"""Places where a value would leave the page without being read: a link's target, an image, a web address."""


@dataclass(slots=True)
class Resolver:
    """Decide for one text, one audience and one form what each placeholder is written as; remember what was not."""

    vault: Vault
    policy: Policy
    audience: str
    form: Form
    also: Collection[str] = ()
    """Entity types a tool is given beside those the policy names."""
    restored: list[str] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)
    withheld: list[str] = field(default_factory=list)
    expired: list[str] = field(default_factory=list)
    in_links: int = 0
    """How many of the withheld ones stood where values are never written: a link's target, an image, an address."""

    def __call__(self, token: Token) -> str | None:
        """The text to write for a placeholder or a stand-in, escaped; None leaves it as it stands."""
        name = render(token.type, token.index)
        if not self.vault.was_minted(token.type, token.index):
            self._note(self.unknown, "unknown", token.type, name)
            return None
        if token.place in _NOT_IN_TEXT and not self._link_is_listed(token):
            self._note(self.withheld, "withheld", token.type, name)
            self.in_links += 1
            return None
        return self._write(name, token, self.vault.referent(token.type, token.index))

    def _link_is_listed(self, token: Token) -> bool:
        return token.place != "image" and is_listed(token.host, self.policy.links.restore_links)

    def _write(self, name: str, token: Token, referent: Referent | None) -> str | None:
        entity_type = token.type
        if not self._may_write(entity_type):
            self._note(self.withheld, "withheld", entity_type, name)
            return self._label(entity_type, referent)
        if entity_type in NEVER_STORED:
            return self._hand_over(name, entity_type, token.index)
        if referent is None or referent.expired:
            self._note(self.expired, "expired", entity_type, name)
            return self._label(entity_type, referent)
        if not referent.forms:
            self._note(self.withheld, "withheld", entity_type, name)
            return self._label(entity_type, referent)
        self._note(self.restored, "restored", entity_type, name)
        return escape(referent.fullest() if token.value is None else token.value, self.form)

    def _may_write(self, entity_type: str) -> bool:
        if entity_type == LITERAL or self.policy.may_restore(entity_type, self.audience):
            return True
        return self._for_tool() and entity_type in self.also and entity_type not in NEVER_STORED

    def _hand_over(self, name: str, entity_type: str, index: int) -> str | None:
        """A secret goes to the one tool the policy names, once, and never into text for people."""
        held = self.vault.take(entity_type, index) if self._for_tool() else None
        if held is None:
            self._note(self.withheld, "withheld", entity_type, name)
            return self._label(entity_type, None)
        self._note(self.restored, "restored", entity_type, name)
        return escape(held.reveal(), self.form)

    def _for_tool(self) -> bool:
        return self.audience.startswith("tool:")

    def _label(self, entity_type: str, referent: Referent | None) -> str | None:
        """People read a label; a tool gets the placeholder as it stands."""
        if self._for_tool():
            return None
        label = referent.label if referent is not None and referent.label else self.policy.label(entity_type)
        return escape(f"({label})", self.form)

    def typed(self, entity: RecordedEntity, index: int) -> str:
        """What stood at one place of a recorded turn, exactly as typed, for an audience that may read it."""
        name = render(entity.type, index)
        referent = self.vault.referent(entity.type, index)
        if not self._may_write(entity.type):
            self._note(self.withheld, "withheld", entity.type, name)
        elif referent is None or referent.expired:
            self._note(self.expired, "expired", entity.type, name)
        elif (form := form_of(self.vault, entity)) is None:
            self._note(self.withheld, "withheld", entity.type, name)
        else:
            self._note(self.restored, "restored", entity.type, name)
            return form.text.reveal()
        return self._label(entity.type, referent) or name

    def _note(self, among: list[str], outcome: Outcome, entity_type: str, name: str) -> None:
        among.append(name)
        tell(outcome, (entity_type,))

    def result(self, text: str, turn_id: str | None = None, foreign: Iterable[str] = ()) -> Restoration:
        """The restored text with everything that was reported on the way; `foreign`: types that a scan masked."""
        restored, unknown, withheld, expired = map(tuple, (self.restored, self.unknown, self.withheld, self.expired))
        return Restoration(text, restored, unknown, withheld, expired, turn_id, tuple(foreign))

    def hidden(self, entity_type: str) -> str:
        """What is written for a value that is no referent of the conversation: the policy's label."""
        tell("foreign", (entity_type,))
        return escape(f"({self.policy.label(entity_type)})", self.form)


def resolver(vault: Vault, policy: Policy, audience: str, form: Form, also: Collection[str] = ()) -> Resolver:
    """A resolver for an audience that may read something. Raises `AudienceError` otherwise, and `ConfigError` where
    `also` names a type that the policy does not know."""
    if audience not in ("customer", "agent", "reviewer") and not (audience.startswith("tool:") and audience != "tool:"):
        raise AudienceError(
            f"unknown audience ({len(audience)} characters); expected customer, agent, reviewer or tool:<name>"
        )
    if form not in FORMS:
        raise AudienceError(f"unknown form ({len(form)} characters); expected one of {', '.join(FORMS)}")
    for name in sorted(set(also) - policy.entity_types):
        raise ConfigError(f"a rule's args: unknown entity type {name!r}{nearest(name, policy.entity_types)}")
    return Resolver(vault, policy, audience, form, also)


def restore_text(text: str, resolve: Resolver) -> str:
    """The text with every placeholder and stand-in written as the resolver says."""
    return replace(text, resolve, resolve.policy.own_types, resolve.vault.stand_ins)


def scanner(resolve: Resolver) -> Scanner:
    """The same for a stream."""
    return Scanner(resolve, resolve.policy.own_types, resolve.vault.stand_ins)


def walk(value: Any, change: Callable[[str], str]) -> Any:
    """Parsed JSON with every string, keys included, changed; other values as they are."""
    if isinstance(value, str):
        return change(value)
    if isinstance(value, Mapping):
        return {walk(key, change): walk(item, change) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return type(value)([walk(item, change) for item in value])
    return value
