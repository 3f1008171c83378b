"""What reviews say the policy should be: thresholds, and terms that are nobody's, each with its measured effect.

Measured on every message people are done with, from the scores that were stored with it; nothing is detected again. So
an entity counts with the score of the vote that won, and votes below 0.1, which are not stored, count for nothing.

A proposal to hide less is made only where it would have shown nothing personal in any reviewed message. A deny list
would hold people's values, so none is proposed. A term for the allow list is a value until somebody who may reveal it
has looked at it: here it has no text, only places where it stands.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from redactor.audit import Entry
from redactor.exceptions import ConfigError, CryptoError, NotFoundError
from redactor.missed import RECOGNIZER as PEOPLE
from redactor.placeholders import render
from redactor.redactor import Redactor
from redactor.reviews.outcome import Judged
from redactor.reviews.reading import Reviewed, finished
from redactor.taxonomy import LITERAL, NEVER_STORED
from redactor.transcripts.recorded import RecordedEntity, form_of
from redactor.vault import Vault

FEWEST = 3
"""Messages from which something is proposed: less is one customer's habit."""
FEWEST_RIGHT = 30
"""Right entities of a type that must have been reviewed before less of the type is hidden. None of 30 being lost still
leaves a loss of up to 11% possible (Wilson, 95%); the proposal says so."""
WORTH = 3
"""False alarms that one found value is worth: a leak is worse."""
PEOPLE_NEEDED = 2
"""People who must have said that a value is nobody's."""

_CERTAIN = frozenset({PEOPLE, "memory", "placeholders", "split", "deny list", "told"})
"""Who hides whatever a threshold says, by the first part of the recognizer's name."""
_GRID = tuple(step / 20 for step in range(2, 20))
"""Thresholds that are tried: 0.10, 0.15, ... 0.95."""


@dataclass(frozen=True, slots=True)
class Effect:
    """What a threshold would have changed in the reviewed messages."""

    type: str
    threshold: float
    right: int
    """Entities of the type that a threshold can lose, and that are personal."""
    lost: int
    """Of those: no longer hidden."""
    spared: int
    """Entities that are nobody's, no longer hidden."""
    caught: int
    """Values that people had to report, hidden by themselves."""
    alarms: int
    """Text that is nobody's, hidden too."""

    def said(self) -> str:
        """In a sentence."""
        return (
            f"of {self.right} right entities {self.lost} would not be hidden; "
            f"{self.spared} that are nobody's would not be hidden either; "
            f"{self.caught} that people reported would be found; {self.alarms} places that are nobody's would be hidden"
        )

    def public(self) -> dict[str, Any]:
        """As plain data."""
        names = ("type", "threshold", "right", "lost", "spared", "caught", "alarms")
        return {name: getattr(self, name) for name in names}


@dataclass(frozen=True, slots=True)
class Place:
    """Where a value stands: in which message, and behind which placeholder."""

    conversation: str
    turn_id: str
    seq: int
    type: str
    index: int

    @property
    def placeholder(self) -> str:
        """What stands there."""
        return render(self.type, self.index)


@dataclass(frozen=True, slots=True)
class Term:
    """A value that people say is nobody's, without the value."""

    key: str
    """Names it in this list: the same as long as the tenant's key is."""
    type: str
    tenant: str
    messages: int
    people: int
    contradicted: int
    """Messages in which people who are done with them left the same value hidden."""
    places: tuple[Place, ...]

    def said(self) -> str:
        """In a sentence."""
        return (
            f"so say {self.people} people of {self.messages} messages; in {self.contradicted} others the same value "
            "was left hidden"
        )

    def public(self) -> dict[str, Any]:
        """As plain data; still without the value."""
        names = ("key", "type", "tenant", "messages", "people", "contradicted")
        places = [{"conversation": p.conversation, "seq": p.seq, "placeholder": p.placeholder} for p in self.places]
        return {**{name: getattr(self, name) for name in names}, "places": places}


@dataclass(frozen=True, slots=True)
class Proposals:
    """What was found, and in how many messages."""

    messages: int
    thresholds: tuple[Effect, ...]
    terms: tuple[Term, ...]

    def public(self) -> dict[str, Any]:
        """As plain data, ready for JSON."""
        return {
            "messages": self.messages,
            "thresholds": [each.public() for each in self.thresholds],
            "terms": [each.public() for each in self.terms],
        }


def of_store(redactor: Redactor, tenants: Collection[str] = ()) -> Proposals:
    """What all reviews of these tenants, or of all, propose."""
    messages = list(finished(redactor.parts.store, tenants))
    named = redactor.policy.named_threshold
    new = [each for each in thresholds(messages) if named(each.type) != each.threshold]
    return Proposals(len(messages), tuple(new), tuple(terms(redactor, messages)))


# thresholds


@dataclass(slots=True)
class _Scores:
    """The scores of one type, by what people say."""

    right: list[float] = field(default_factory=list)
    wrong: list[float] = field(default_factory=list)
    missed: list[float] = field(default_factory=list)
    """Of votes on what people reported."""
    clear: list[float] = field(default_factory=list)
    """Of votes on what nobody objects to standing in clear."""

    def effect(self, entity_type: str, threshold: float) -> Effect:
        return Effect(
            entity_type,
            threshold,
            len(self.right),
            sum(score < threshold for score in self.right),
            sum(score < threshold for score in self.wrong),
            sum(score >= threshold for score in self.missed),
            sum(score >= threshold for score in self.clear),
        )


def thresholds(messages: Iterable[Reviewed]) -> Iterator[Effect]:
    """For each type the threshold that reviews speak for, where they do."""
    for name, scores in sorted(_scores(messages).items()):
        effects = [scores.effect(name, threshold) for threshold in _GRID]
        if best := _best(effects):
            yield best


def measured(messages: Iterable[Reviewed], wanted: Mapping[str, float]) -> list[Effect]:
    """The effect of these thresholds (entity type → threshold), whoever proposed them."""
    found = _scores(messages)
    return [found.get(name, _Scores()).effect(name, threshold) for name, threshold in sorted(wanted.items())]


def _best(effects: Sequence[Effect]) -> Effect | None:
    """The least change that gives the most: of those that lose nothing, what finds or spares most for its alarms."""
    good = [each for each in effects if not each.lost and _gain(each) >= FEWEST and _is_allowed(each)]
    return max(good, key=lambda each: (_gain(each) * WORTH - each.alarms, -abs(each.threshold - 0.5)), default=None)


def _gain(effect: Effect) -> int:
    return effect.spared + effect.caught


def _is_allowed(effect: Effect) -> bool:
    if effect.spared and effect.right < FEWEST_RIGHT:
        return False
    return effect.alarms <= WORTH * effect.caught


def _scores(messages: Iterable[Reviewed]) -> dict[str, _Scores]:
    found: dict[str, _Scores] = {}
    for message in messages:
        judged = message.judged()
        for each in judged:
            _note(found, each)
        for vote in message.candidates:
            if not any(vote.start < e.end and e.start < vote.end for e in message.entities):
                found.setdefault(vote.type, _Scores()).clear.append(vote.score)
    return found


def _note(found: dict[str, _Scores], each: Judged) -> None:
    entity, verdict = each.entity, each.verdict
    if each.said == "missed" and verdict is not None and verdict.voter:
        found.setdefault(verdict.vote_type, _Scores()).missed.append(verdict.vote)
    if entity.recognizer.partition(":")[0] in _CERTAIN or entity.type == LITERAL or entity.operator == "keep":
        return
    scores = found.setdefault(entity.type, _Scores())
    (scores.wrong if each.said == "not_personal" else scores.right).append(entity.score)


# terms for the allow list


@dataclass(slots=True)
class _Gathered:
    type: str
    tenant: str
    messages: set[str] = field(default_factory=set)
    people: set[str] = field(default_factory=set)
    contradicted: set[str] = field(default_factory=set)
    places: list[Place] = field(default_factory=list)

    @property
    def is_enough(self) -> bool:
        return len(self.messages) >= FEWEST and len(self.people) >= PEOPLE_NEEDED


def terms(redactor: Redactor, messages: Sequence[Reviewed]) -> Iterator[Term]:
    """Values that enough people say are nobody's, in enough messages. The same value has the same keyed hash.

    Vaults are opened where somebody said so, and the others only to see what was left hidden there.
    """
    vaults, gathered = _Vaults(redactor), dict[str, _Gathered]()
    doubted = [each for each in messages if any(one.said == "not_personal" for one in each.judged())]
    for message, each, key in _keyed(doubted, vaults):
        _gather(gathered.setdefault(key, _Gathered(each.entity.type, message.tenant)), message, each)
    found = {key: each for key, each in gathered.items() if each.is_enough}
    wanted = {(each.tenant, each.type) for each in found.values()}
    rest = [each for each in messages if any((each.tenant, e.type) in wanted for e in each.entities)]
    for message, each, key in _keyed(rest, vaults):
        if key in found and each.said != "not_personal":
            found[key].contradicted.add(message.turn.turn_id)
    for key, term in sorted(found.items(), key=lambda item: (-len(item[1].messages), item[0])):
        counts = (len(term.messages), len(term.people), len(term.contradicted))
        yield Term(key, term.type, term.tenant, *counts, tuple(term.places))


def _keyed(messages: Iterable[Reviewed], vaults: "_Vaults") -> Iterator[tuple[Reviewed, Judged, str]]:
    for message in messages:
        for each in message.judged():
            key = vaults.key(message, each.entity) if _may_be_a_term(each.entity) else None
            if key is not None:
                yield message, each, key


def _may_be_a_term(entity: RecordedEntity) -> bool:
    return entity.type not in NEVER_STORED and entity.type != LITERAL and entity.operator != "keep"


def _gather(found: _Gathered, message: Reviewed, each: Judged) -> None:
    turn = message.turn
    if each.said != "not_personal":
        return
    found.messages.add(turn.turn_id)
    place = (each.entity.start, each.entity.end)
    found.people |= {
        e.actor
        for e in message.events
        if e.verdict is not None and e.verdict.kind == "not_personal" and (e.verdict.start, e.verdict.end) == place
    }
    found.places.append(Place(turn.conversation, turn.turn_id, turn.seq, each.entity.type, each.entity.index or 0))


class _Vaults:
    """The vaults of conversations, one after the other."""

    def __init__(self, redactor: Redactor) -> None:
        self._redactor = redactor
        self._opened: Vault | None = None

    def key(self, message: Reviewed, entity: RecordedEntity) -> str | None:
        """What the value behind an entity is known by in its tenant; None where it is not kept."""
        vault = self._open(message)
        form = form_of(vault, entity) if vault is not None else None
        if vault is None or form is None:
            return None
        text = form.normal.reveal().casefold()
        return vault.value_hash(f"allow {entity.type}", text, linkable=True).hex()[:16]

    def _open(self, message: Reviewed) -> Vault | None:
        if self._opened is None or self._opened.public_id != message.turn.conversation:
            self._opened = opened(self._redactor, message.turn.conversation)
        return self._opened


def opened(redactor: Redactor, public_id: str) -> Vault | None:
    """A conversation's vault; None where its key is gone."""
    parts = redactor.parts
    row = parts.store.conversation_by_public_id(public_id)
    if row is None or row.wrapped_key is None:
        return None
    try:
        return Vault.open(parts.store, parts.wrap, row.tenant, row, clock=parts.clock)
    except (CryptoError, NotFoundError):
        return None


def revealed(redactor: Redactor, term: Term) -> str:
    """The text of a term, to be put on the allow list by somebody who may read it. The audit log has it first.

    Raises `ConfigError` where the policy lets no reviewer read it, `NotFoundError` where the value is gone and
    `AuditError` where the log cannot be written.
    """
    if not redactor.policy.may_restore(term.type, "reviewer"):
        raise ConfigError(
            f"the policy shows {term.type} to no reviewer; name `reviewer` in types.{term.type}.audiences to allow it"
        )
    for place in term.places:
        vault = opened(redactor, place.conversation)
        referent = vault.referent(place.type, place.index) if vault is not None else None
        if referent is not None and referent.forms:
            subject = (place.placeholder, "allow list")
            redactor.audit.write(Entry("review.allow", term.tenant, place.conversation, subject, "reviewer"))
            return referent.forms[0].normal.reveal()
    raise NotFoundError("the value is not kept any more")


# as a change of the policy


def patch(effects: Iterable[Effect], allowed: Iterable[tuple[str, str]] = ()) -> str:
    """A change of the policy as TOML: thresholds with their effect in comments, and terms (type, text) to allow."""
    lines = ["# A change of the policy, proposed from reviews. `redactor review apply` makes a new version of it."]
    for each in effects:
        lines += ["", f"# {each.said()}", f"[types.{each.type}]", f"threshold = {each.threshold:.2f}"]
    for entity_type, text in allowed:
        lines += ["", "[[allow]]", f"type = {_quoted(entity_type)}", f"term = {_quoted(text)}"]
    return "\n".join(lines) + "\n"


def _quoted(text: str) -> str:
    """A basic string of TOML 1.0."""
    if any("\ud800" <= character <= "\udfff" for character in text):
        raise ConfigError("the term holds half a character, which no file holds")
    escaped = "".join(f"\\u{ord(c):04x}" if c in '"\\' or ord(c) < 0x20 or ord(c) == 0x7F else c for c in text)
    return f'"{escaped}"'
