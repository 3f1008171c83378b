"""Where a verdict's span is: fastened to the entity that stands there, and found again when the text was rewritten.

Rewriting hides more, so that everything behind it moves; what was hidden before stays what it was. An entity is known
again by its type, its placeholder's number, its score and its recognizer, and among those alike by their order.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from redactor.detection.view import is_wordless
from redactor.exceptions import ConfigError
from redactor.reviews.events import MESSAGE_VERDICTS, Event, Verdict
from redactor.transcripts.recorded import Candidate, RecordedEntity

Identity = tuple[str, int, str, float, int]
Span = tuple[int, int]


def identified(entities: Iterable[RecordedEntity]) -> Iterator[tuple[Identity, RecordedEntity]]:
    """Each entity with what it is known by."""
    alike: Counter[tuple[str, int, str, float]] = Counter()
    for entity in sorted(entities, key=lambda each: (each.start, each.end)):
        named = (entity.type, entity.index or 0, entity.recognizer, entity.score)
        yield (*named, alike[named]), entity
        alike[named] += 1


def fastened(verdict: Verdict, entities: Iterable[RecordedEntity]) -> Verdict:
    """A verdict on the entity that stands exactly there, which says what it is. Nothing that was sent beside is kept.

    Raises `ConfigError` where none does.
    """
    return fastened_all([verdict], entities)[0]


def fastened_all(verdicts: Iterable[Verdict], entities: Iterable[RecordedEntity]) -> list[Verdict]:
    """The same for several verdicts on one message, which may have thousands of entities."""
    known: dict[Span, Identity] = {}
    for identity, entity in identified(entities):
        known.setdefault((entity.start, entity.end), identity)
    return [_fastened(each, known) for each in verdicts]


def _fastened(verdict: Verdict, known: Mapping[Span, Identity]) -> Verdict:
    if verdict.kind in MESSAGE_VERDICTS:
        return Verdict(verdict.kind, stage=verdict.stage)
    place = (verdict.start, verdict.end)
    if place not in known:
        raise ConfigError("nothing is hidden or named at exactly this place; a verdict is on an entity")
    name, index, recognizer, score, nth = known[place]
    given = Verdict(verdict.kind, *place, name, score, recognizer, stage=verdict.stage, index=index, nth=nth)
    if verdict.kind == "wrong_type":
        return replace(given, to_type=verdict.to_type)
    if verdict.kind == "wrong_boundary":
        return replace(given, to_start=verdict.to_start, to_end=verdict.to_end)
    return given


def placed(verdict: Verdict, known: Mapping[Identity, RecordedEntity], length: int) -> Verdict | None:
    """The same verdict with the offsets of the text as it is now, of `length` code points; None where its span is gone.
    `known`: its entities by what they are known by.

    What should have been hidden beside the entity keeps its distance; cut by another entity, it is gone too.
    """
    if not verdict.recognizer:
        return verdict
    entity = known.get((verdict.type, verdict.index, verdict.recognizer, verdict.score, verdict.nth))
    if entity is None:
        return None
    now = replace(verdict, start=entity.start, end=entity.end)
    if verdict.kind != "wrong_boundary":
        return now
    start, end = entity.start + verdict.to_start - verdict.start, entity.end + verdict.to_end - verdict.end
    is_cut = any(e.start < at < e.end for e in known.values() for at in (start, end) if e is not entity)
    return replace(now, to_start=start, to_end=end) if 0 <= start < end <= length and not is_cut else None


def as_now(events: Iterable[Event], revision: int, entities: Sequence[RecordedEntity], length: int) -> Iterator[Event]:
    """A message's events as of its text now. Left out are verdicts whose span is gone, and what was said to be clean
    before more in it was hidden."""
    known = dict(identified(entities))
    for each in events:
        if each.verdict is None or each.revision == revision:
            yield each
        elif each.verdict.kind not in MESSAGE_VERDICTS and (now := placed(each.verdict, known, length)):
            yield replace(each, verdict=now)


def outside(verdict: Verdict) -> list[Span]:
    """What a `wrong_boundary` adds before and behind the entity: it stands in clear."""
    if verdict.kind != "wrong_boundary":
        return []
    before, behind = (verdict.to_start, verdict.start), (verdict.end, verdict.to_end)
    return [(start, end) for start, end in (before, behind) if start < end]


def newly_hidden(
    length: int, before: Sequence[RecordedEntity], after: Sequence[RecordedEntity]
) -> list[tuple[Span, RecordedEntity]]:
    """What a report of a span of this length has hidden in a text: where each stood, and what stands there now.

    Only occurrences of what was reported are hidden, and they are as long as it.
    """
    old = {(each.start, each.end, each.type, each.index) for each in before}
    shift, found = 0, []
    for entity in sorted(after, key=lambda each: each.start):
        start = entity.start - shift
        if (start, entity.end - shift, entity.type, entity.index) not in old:
            found.append(((start, start + length), entity))
            shift += entity.end - entity.start - length
    return found


def carried(span: Span, hidden: Iterable[tuple[Span, RecordedEntity]]) -> Span:
    """A span of the text as it was before that, in the text of now; what was hidden on its edge is within."""
    start, end = span
    shift_start = shift_end = 0
    for (low, high), entity in hidden:
        if low <= start < high:
            shift_start = entity.start - start
        elif high <= start:
            shift_start = entity.end - high
        if low < end <= high:
            shift_end = entity.end - end
        elif high <= end:
            shift_end = entity.end - high
    return start + shift_start, end + shift_end


def in_clear(text: str, span: Span, entities: Iterable[RecordedEntity]) -> Span | None:
    """The first stretch of a span that no entity covers and that says something, without what stands around it."""
    reached = span[0]
    inside = sorted((each.start, each.end) for each in entities if each.start < span[1] and span[0] < each.end)
    for start, end in (*inside, (span[1], span[1])):
        said = [at for at in range(reached, start) if not is_wordless(text[at])]
        if said:
            return said[0], said[-1] + 1
        reached = max(reached, end)
    return None


def best_vote(candidates: Iterable[Candidate], span: Span) -> Candidate | None:
    """The weightiest vote on a span that was not enough."""
    over = [each for each in candidates if each.start < span[1] and span[0] < each.end]
    return max(over, key=lambda each: each.score, default=None)
