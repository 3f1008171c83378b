"""Whether a customer's message may go to the bot, and what the customer is told instead of it or before it."""

import re
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from redactor.exceptions import ConfigError
from redactor.privacy.consent import Consent, ConsentSettings, Course, Stance, Subject, decide
from redactor_gateway.incoming import as_text
from redactor_gateway.paths import Path, Place, Value, matches
from redactor_gateway.platform import EntityType, Platform
from redactor_gateway.webhooks.pieces import Piece, pieces, said_in

_NOT_A_LETTER = re.compile(r"[\W_]+")

_LONG = 16
"""Letters from which on a text of ours is known inside another, as where a platform puts markup around it."""


class ConsentSection(ConsentSettings):
    """`[gateway.routes.<name>.consent]`: what is asked of customers, and the words by which they answer."""

    agree: tuple[str, ...] = ("yes", "agree", "i agree", "start")
    stop: tuple[str, ...] = ("stop", "no", "unsubscribe")
    """A message that is one of these and nothing else, whatever its case and its full stops, is an answer."""
    agreed: str = "Thank you. How can we help?"
    subject: tuple[Path, ...] = ()
    """Where the customer's own id stands, from the root of a platform file's `part`; by default a customer is whoever
    is in the conversation."""
    type: EntityType = "ACCOUNT_ID"
    """The entity type of that id."""


@dataclass(frozen=True, slots=True)
class Told:
    """What a customer is told."""

    text: str
    places: frozenset[Place]
    """The pieces of the payload that are theirs."""
    notice: Subject | None = None
    """Whose notice it is, to be noted once it is on its way."""
    seen: Stance = field(default_factory=Stance)
    """What was known of that person when it was decided."""


@dataclass(frozen=True, slots=True)
class Passage:
    """What of a payload may go on."""

    gone: frozenset[Place] = frozenset()
    """The pieces that may not."""
    told: tuple[Told, ...] = ()


class Gate:
    """The gate of one route. Its methods ask the store: call them in a thread."""

    def __init__(
        self, settings: ConsentSection, consent: Consent, tenant: str, clock: Callable[[], float] = time.time
    ) -> None:
        self._settings, self._consent, self._tenant, self._clock = settings, consent, tenant, clock

    def passage(self, platform: Platform, payload: Value) -> Passage:
        """What may go on, by what is known of each customer. An answer to the notice is noted here and goes no further.

        Raises `StorageError`, `AuditError`: then nothing may go on.
        """
        gone: set[Place] = set()
        told: list[Told] = []
        for subject, theirs in self._by_subject(platform, payload).items():
            places = frozenset(each.place for each in theirs)
            said = [text for each in theirs for text in said_in(platform, payload, each.place)]
            texts = [text for text in said if not self._is_ours(text)]
            stance = self._consent.state(subject)
            answered = self._answered(subject, stance, texts)
            course = answered or decide(stance, self._settings, self._clock())
            if not course.to_llm:
                gone |= places
            if course.answer and texts:
                told.append(Told(course.answer, places, subject if course.notices else None, stance))
        return Passage(frozenset(gone), tuple(told))

    def note(self, told: Told) -> bool:
        """A notice is on its way; False where the customer was told before."""
        return told.notice is None or self._consent.note_notice(told.notice, self._settings.version, told.seen)

    def _is_ours(self, text: str) -> bool:
        """Whether a text is our own, which platforms deliver like any other: answering it would never end."""
        asks, plain = self._settings, _plain(text)
        for own in map(_plain, (asks.notice, asks.waiting, asks.refused, asks.agreed)):
            if plain == own or (len(own) >= _LONG and own in plain):
                return True
        return False

    def _answered(self, subject: Subject, stance: Stance, texts: Iterable[str]) -> Course | None:
        """What follows from an answer to the notice; None where the customer says something else."""
        words = [_plain(text) for text in texts]
        if words and words[-1] in map(_plain, self._settings.stop) and stance.state != "refused":
            note = self._consent.withdraw if stance.state == "granted" else self._consent.refuse
            note(subject)
            return Course(False, self._settings.refused)
        is_asked = stance.state in ("notified", "refused") and not self._is_settled(stance)
        if words and words[-1] in map(_plain, self._settings.agree) and is_asked:
            self._consent.grant(subject, self._settings.version)
            return Course(False, self._settings.agreed)
        return None

    def _is_settled(self, stance: Stance) -> bool:
        """Whether a yes would be no answer to us: nobody asked for one, so it is one to the bot."""
        return stance.state == "notified" and self._settings.needs == "notice"

    def _by_subject(self, platform: Platform, payload: Value) -> dict[Subject, list[Piece]]:
        found: dict[Subject, list[Piece]] = {}
        for piece in pieces(platform, payload):
            found.setdefault(self._subject(piece), []).append(piece)
        return found

    def _subject(self, piece: Piece) -> Subject:
        found = {as_text(value): None for path in self._settings.subject for _, value in matches(path, piece.value)}
        ids = [each for each in found if each]
        return Subject(ids[0] if len(ids) == 1 else piece.key, self._settings.type, self._tenant)


def _plain(text: str) -> str:
    return _NOT_A_LETTER.sub(" ", text).strip().casefold()


def checked(settings: ConsentSection, *, can_say: bool) -> ConsentSection:
    """The settings of a route that has a way to tell its customers. Raises `ConfigError` where it has none."""
    if not can_say:
        raise ConfigError(
            "consent: the customer has to be told; add a `say`, with [egress], by which the gateway itself can send a "
            "message"
        )
    return settings
