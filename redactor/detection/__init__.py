"""Where is personal data in this text?

`detect()` runs recognizers on the view of one text, adds what the conversation already knows, and resolves
overlaps. Known values, thresholds and lists come in as arguments; nothing is kept.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from time import perf_counter

from redactor.detection.corrections import corrections
from redactor.detection.memory import Known, find
from redactor.detection.readings import Reading, readings
from redactor.detection.resolve import resolve
from redactor.detection.view import View, view
from redactor.exceptions import DetectionError, RedactorError
from redactor.types import Decision, Entity, Recognizer

NOTHING_KNOWN = Known()


@dataclass(frozen=True, slots=True)
class Rules:
    """What the policy says of detection."""

    threshold: Callable[[str], float]
    """Entity type → score from which a vote counts, 0..1."""
    model_threshold: Callable[[str], float] | None = None
    """The same for votes of the transformer, where it has thresholds of its own."""
    kept: frozenset[str] = frozenset()
    """Types that are detected and left in the text."""
    allows: Callable[[str, str], bool] = field(default=lambda entity_type, text: False)
    """Entity type and text → True where the allow list says that the text is not personal."""
    public_link: Callable[[str], bool] = field(default=lambda text: False)
    """A web address → True where it is one of a well-known public site that names nobody."""

    def needed(self, vote: Entity) -> float:
        """The score this vote needs to count."""
        own = self.model_threshold if vote.recognizer == "transformer" else None
        return (own or self.threshold)(vote.type)


@dataclass(frozen=True, slots=True)
class Detection:
    """What was found in one text. Entities do not overlap, are sorted, and count in the ORIGINAL text's code points."""

    view: View
    entities: tuple[Entity, ...]
    candidates: tuple[Entity, ...]
    """Votes of score 0.1 and more that were not enough, in the original text's offsets."""
    decisions: tuple[Decision, ...]
    timings: Mapping[str, float]
    """Milliseconds per step."""
    read: Mapping[tuple[int, int, str], str] = field(default_factory=dict, repr=False)
    """What was found in a second reading, by its place in the original and its type: as it was read."""

    def normal(self, entity: Entity) -> str:
        """The entity's text as recognizers saw it."""
        if said := self.read.get((entity.start, entity.end, entity.type)):
            return said
        start, end = self.view.inverse(entity.start, entity.end)
        return self.view.text[start:end]


def detect(
    text: str,
    *,
    recognizers: Mapping[str, Recognizer],
    rules: Rules,
    context: Sequence[str] = (),
    known: Known = NOTHING_KNOWN,
    protected: Sequence[tuple[int, int]] = (),
) -> Detection:
    """Find the entities of one text.

    `recognizers` are run in order, each under the name its time is booked to. `context` holds the turns before,
    oldest first. `protected` spans of the original (placeholders of this conversation) stay as they are: an entity
    may end at one, never cover it. Raises `DetectionError` when a recognizer fails: the text was not checked.
    """
    timings: dict[str, float] = {}
    with _timed(timings, "view"):
        seen = view(text)
    guarded = [seen.inverse(start, end) for start, end in protected]
    votes: list[Entity] = []
    for name, recognizer in recognizers.items():
        with _timed(timings, name):
            votes += _ask(name, recognizer, seen.text, context)
    read: dict[tuple[int, int, str], str] = {}
    plain = {(vote.start, vote.end, vote.type) for vote in votes}
    with _timed(timings, "readings"):
        for reading in readings(seen):
            votes = [vote for vote in votes if not reading.voids(vote, seen)]
            votes += _reread(reading, seen, recognizers, context, known, read)
        votes += corrections(seen.text, [vote for vote in votes if vote.score >= rules.needed(vote)], context)
    with _timed(timings, "memory"):
        votes += find(seen.text, known, votes)
    with _timed(timings, "resolve"):
        outside = [piece for vote in votes for piece in _outside(vote, guarded, seen.text)]
        asked, allowed = _split_allowed(outside, seen.text, rules)
        asked, public = _split_public_links(asked, seen.text, rules)
        resolution = resolve(asked, seen.text, kept=rules.kept, needed=rules.needed)
        entities = _with_public_links(resolution.entities, public)
    decisions = (*resolution.decisions, *allowed, *map(_public, public))
    return Detection(
        view=seen,
        entities=tuple(_disjoint(_to_original(entity, seen) for entity in entities)),
        candidates=tuple(_to_original(entity, seen) for entity in resolution.candidates),
        decisions=tuple(_decision_to_original(decision, seen) for decision in decisions),
        timings=timings,
        read={
            (*seen.span(start, end), kind): said
            for (start, end, kind), said in read.items()
            if (start, end, kind) not in plain  # found as it stands: it is what it looks like
        },
    )


@contextmanager
def _timed(timings: dict[str, float], step: str) -> Iterator[None]:
    started = perf_counter()
    yield
    timings[step] = timings.get(step, 0.0) + (perf_counter() - started) * 1000.0


def _ask(name: str, recognizer: Recognizer, text: str, context: Sequence[str]) -> list[Entity]:
    votes: list[Entity] = []
    failure = ""
    try:
        votes = list(recognizer(text, context))
    except RedactorError:
        raise
    except Exception as error:  # noqa: BLE001  whatever it is, the text was not checked
        failure = type(error).__name__
    if failure:  # raised out here: the original error, whose message may hold the text, is not chained to ours
        raise DetectionError(name, failure)
    if any(vote.end > len(text) for vote in votes):
        raise DetectionError(name, "it reported a span beyond the end of the text")
    return votes


def _reread(
    reading: Reading,
    seen: View,
    recognizers: Mapping[str, Recognizer],
    context: Sequence[str],
    known: Known,
    read: dict[tuple[int, int, str], str],
) -> list[Entity]:
    """The votes on a second reading that count, in offsets of the view; `read` takes what they read."""
    asked = {name: each for name, each in recognizers.items() if not (reading.rules_only and name == "transformer")}
    found = [vote for name, each in asked.items() for vote in _ask(name, each, reading.view.text, context)]
    found += find(reading.view.text, known, found)
    votes = []
    for vote in found:
        if (here := reading.in_view(vote, seen)) is not None:
            votes.append(here)
            read[here.start, here.end, here.type] = reading.view.text[vote.start : vote.end]
    return votes


def _outside(vote: Entity, guarded: Sequence[tuple[int, int]], text: str) -> list[Entity]:
    """The pieces of a vote that lie outside guarded spans and hold a letter or digit."""
    pieces = [(vote.start, vote.end)]
    for start, end in guarded:
        pieces = [cut for piece in pieces for cut in _subtract(piece, (start, end))]
    if pieces == [(vote.start, vote.end)]:
        return [vote]
    return [
        Entity(start, end, vote.type, vote.score, vote.recognizer)
        for start, end in pieces
        if any(character.isalnum() for character in text[start:end])
    ]


def _subtract(piece: tuple[int, int], hole: tuple[int, int]) -> list[tuple[int, int]]:
    (start, end), (hole_start, hole_end) = piece, hole
    if hole_end <= start or end <= hole_start:
        return [piece]
    return [(a, b) for a, b in ((start, hole_start), (hole_end, end)) if a < b]


def _split_allowed(votes: list[Entity], text: str, rules: Rules) -> tuple[list[Entity], list[Decision]]:
    asked, allowed = [], []
    for vote in votes:
        if rules.allows(vote.type, text[vote.start : vote.end]):
            allowed.append(Decision(vote, "allowed", "the policy's allow list names this text"))
        else:
            asked.append(vote)
    return asked, allowed


def _split_public_links(votes: list[Entity], text: str, rules: Rules) -> tuple[list[Entity], list[Entity]]:
    """Links to public sites are set aside, unless a value that is to be masked lies inside."""
    asked: list[Entity] = []
    public: list[Entity] = []
    for vote in votes:
        if vote.type == "URL" and rules.public_link(text[vote.start : vote.end]):
            carries = any(_is_value(other, rules) and other.overlaps(vote) for other in votes)
            (asked if carries else public).append(vote)
        else:
            asked.append(vote)
    return asked, public


def _is_value(vote: Entity, rules: Rules) -> bool:
    return vote.type != "URL" and vote.type not in rules.kept and vote.score >= rules.needed(vote)


def _with_public_links(entities: Sequence[Entity], public: Sequence[Entity]) -> list[Entity]:
    kept: list[Entity] = []
    for link in sorted(public, key=lambda vote: (vote.start, -vote.end, vote.recognizer)):
        if not any(link.overlaps(other) for other in (*entities, *kept)):
            kept.append(replace(link, operator="keep"))
    return sorted([*entities, *kept])


def _public(link: Entity) -> Decision:
    return Decision(link, "kept", "a link to a well-known public site that carries no personal value")


def _to_original(entity: Entity, seen: View) -> Entity:
    start, end = seen.span(entity.start, entity.end)
    if (start, end) == (entity.start, entity.end):
        return entity
    return replace(entity, start=start, end=end)


def _decision_to_original(decision: Decision, seen: View) -> Decision:
    return Decision(_to_original(decision.entity, seen), decision.outcome, decision.reason)


def _disjoint(entities: Iterable[Entity]) -> Iterator[Entity]:
    """Two neighbours in the view can share an original character (a ligature); the earlier one takes it whole."""
    reached = 0
    for entity in entities:
        start = max(entity.start, reached)
        if start < entity.end:
            yield (
                entity
                if start == entity.start
                else Entity(start, entity.end, entity.type, entity.score, entity.recognizer)
            )
            reached = entity.end
