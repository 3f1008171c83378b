"""What people's verdicts on one message come to: when it is done with, and what then holds of each of its entities."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from redactor.metrics.counts import bin_of
from redactor.missed import RECOGNIZER as PEOPLE
from redactor.reviews.events import Count, Event, Verdict
from redactor.reviews.places import identified, outside
from redactor.taxonomy import LITERAL
from redactor.transcripts.recorded import RecordedEntity

Said = Literal["correct", "wrong_type", "wrong_boundary", "not_personal", "missed"]

_FOUND = ("correct", "wrong_type", "wrong_boundary")
"""What says of an entity that it hides something personal."""


@dataclass(frozen=True, slots=True)
class Judged:
    """An entity and what people say of it. `missed`: people found it, and no recognizer."""

    entity: RecordedEntity
    said: Said
    verdict: Verdict | None = None
    """None where nobody objected."""

    @property
    def type(self) -> str:
        """What it really is."""
        return (self.verdict.to_type if self.verdict else "") or self.entity.type


def reviewers(events: Sequence[Event]) -> set[str]:
    """Who is done with a message; `events` stand and are all of it."""
    return {each.actor for each in events if each.kind == "submit" and each.stage == "review"}


def is_decided(events: Sequence[Event]) -> bool:
    """Whether somebody has decided between reviewers."""
    return any(each.kind == "submit" and each.stage == "adjudication" for each in events)


def is_over(events: Sequence[Event], wanted: int) -> bool:
    """Whether people are done with a message: enough of them, who agree, or one who decided."""
    return is_decided(events) or (len(reviewers(events)) >= wanted and not disagreement(events))


def disagreement(events: Sequence[Event]) -> bool:
    """Whether people who are done with a message say different things of it.

    To say nothing of an entity is to find it right. What one of them reported as missed, or as cut too short, is hidden
    before the next one looks, who then objects or does not.
    """
    said = {_objections(events, person) for person in reviewers(events)}
    return len(said) > 1


def _objections(events: Sequence[Event], person: str) -> frozenset[tuple[object, ...]]:
    verdicts = (each.verdict for each in events if each.actor == person)
    return frozenset(
        (v.kind, v.start, v.end, v.to_type, v.to_start, v.to_end)
        for v in verdicts
        if v is not None and v.stage == "review" and v.kind not in ("clean", "correct", "missed") and not outside(v)
    )


def judged(events: Sequence[Event], entities: Sequence[RecordedEntity]) -> list[Judged]:
    """What holds of each entity of a message that people are done with; `events` stand and have the offsets of now.

    Who decided between reviewers is right; elsewhere an objection of anybody who is done with it holds.
    """
    people, decided = reviewers(events), is_decided(events)
    objections: dict[tuple[int, int], Verdict] = {}
    for stage in ("review", "adjudication"):
        for each in events:
            verdict = each.verdict
            if verdict is None or verdict.stage != stage or verdict.kind == "clean":
                continue
            if (stage == "review" and each.actor in people) or (stage == "adjudication" and decided):
                objections[verdict.start, verdict.end] = verdict
    if decided and disagreement(events):
        objections = _only_decided(events, objections)
    return [_judged(entity, objections.get((entity.start, entity.end))) for _, entity in identified(entities)]


def _only_decided(
    events: Sequence[Event], objections: dict[tuple[int, int], Verdict]
) -> dict[tuple[int, int], Verdict]:
    """On what reviewers saw differently, only the word of who decided counts: silence finds it right."""
    people = reviewers(events)
    by_person = [
        {(v.start, v.end): _objection(v) for e in events if e.actor == person and (v := e.verdict) is not None}
        for person in people
    ]
    disputed = {
        place
        for place, verdict in objections.items()
        if verdict.stage == "review" and len({said.get(place) for said in by_person}) > 1
    }
    return {
        place: verdict for place, verdict in objections.items() if place not in disputed or verdict.kind == "missed"
    }


def _objection(verdict: Verdict) -> tuple[object, ...] | None:
    is_none = verdict.kind in ("clean", "correct") or verdict.stage != "review"
    return None if is_none else (verdict.kind, verdict.to_type, verdict.to_start, verdict.to_end)


def _judged(entity: RecordedEntity, verdict: Verdict | None) -> Judged:
    if verdict is not None and verdict.kind == "not_personal":
        return Judged(entity, "not_personal", verdict)
    if entity.recognizer == PEOPLE:
        return Judged(entity, "missed", verdict)
    if verdict is None or verdict.kind == "clean" or verdict.kind == "missed":
        return Judged(entity, "correct", verdict)
    return Judged(entity, verdict.kind, verdict)


def counted(each: Sequence[Judged], *, sampled: bool) -> tuple[Count, ...]:
    """What a message that people are done with adds to the tallies; see `redactor.metrics.counts.REVIEW_KINDS`.

    A LITERAL hides nothing of a person's. What lies within a wider boundary was counted with it.
    """
    counts: Counter[tuple[str, str, str, int]] = Counter({("reviewed", "", "", 0): 1})
    counts["sampled", "", "", 0] += sampled
    has_missed = False
    for one in _counting(each):
        recognizer, bin_ = one.entity.recognizer, bin_of(one.entity.score)
        if one.entity.recognizer == PEOPLE:
            if one.said == "not_personal":
                continue
            has_missed = True
            counts["verdict_missed", one.type, *_voter(one)] += 1
            counts["sampled_missed", one.type, "", 0] += sampled
            continue
        counts[f"verdict_{one.said}", one.entity.type, recognizer, bin_] += 1
        counts[f"sampled_{'found' if one.said in _FOUND else 'wrong'}", one.type, "", 0] += sampled
    counts["sampled_leaking", "", "", 0] += sampled and has_missed
    return tuple((*what, count) for what, count in sorted(counts.items()) if count)


def _voter(one: Judged) -> tuple[str, int]:
    """Who had voted for it, though not enough, and how."""
    verdict = one.verdict
    return (verdict.voter, bin_of(verdict.vote)) if verdict is not None and verdict.voter else ("", 0)


def _counting(each: Sequence[Judged]) -> Iterator[Judged]:
    wider = [
        (v.to_start, v.to_end, one.entity)
        for one in each
        if (v := one.verdict) is not None and v.kind == "wrong_boundary"
    ]
    for one in each:
        entity = one.entity
        within = any(start <= entity.start and entity.end <= end and entity is not of for start, end, of in wider)
        if entity.type != LITERAL and not within:
            yield one
