"""What people say of a message: verdicts, being done with it, leaving it to others."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Any, cast

from starlette.responses import Response

from redactor.exceptions import ConfigError
from redactor.reviews import Looked, Verdict, VerdictKind
from redactor.reviews.events import Stage
from redactor.reviews.outcome import reviewers
from redactor.reviews.places import outside
from redactor.reviews.reviewing import Reviews
from redactor.transcripts import RecordedEntity, decode_entities
from redactor_console.drawing import Key, actor_of, done, is_sampled, reviews_of
from redactor_console.pages.queue import back_to, take_back, wants_json
from redactor_console.pages.showing import in_words
from redactor_console.web.doors import RefusedError
from redactor_console.web.visit import Page, Visit

_ON_ALL_MENTIONS = ("correct", "wrong_type", "not_personal")
"""Verdicts that can be on every mention of a placeholder at once."""

_PATH = "/conversations/{public_id}/messages/{turn_id}"


def judge(visit: Visit) -> Response:
    """A verdict. What was missed is hidden before the answer goes out."""
    key, reviews = _key(visit), reviews_of(visit)
    looked = reviews.look(*key)
    verdict = _verdict(visit, looked, _stage(visit, looked))
    everywhere = visit.form.get("everywhere") == "1"
    if verdict.kind == "missed":
        return _answered(visit, _hidden(reviews, key, verdict, _revision(visit, looked), everywhere), reload=True)
    if everywhere and verdict.kind not in _ON_ALL_MENTIONS:
        raise ConfigError("this verdict is on one place only")
    event = reviews.judge(*key, verdict, revision=_revision(visit, looked))
    count = 1 + (_elsewhere(visit, reviews, looked, verdict) if everywhere else 0)
    said = in_words(verdict) + (f", at {count} places of this conversation" if everywhere else "")
    # A boundary that is wider hides what stood in clear there.
    return _answered(
        visit, said[:1].upper() + said[1:] + ".", reload=everywhere or event.revision != looked.turn.revision
    )


def submit(visit: Visit) -> Response:
    """Done with it: the next one."""
    key, reviews = _key(visit), reviews_of(visit)
    looked = reviews.look(*key)
    stage = _stage(visit, looked)
    sampled = is_sampled(visit, key) and stage == "review"
    reviews.submit(*key, sampled=sampled, stage=stage, revision=_revision(visit, looked))
    done(visit, key, stage)
    return _answered(visit, "Done.")


def skip(visit: Visit) -> Response:
    """Left to others."""
    key = _key(visit)
    reviews_of(visit).skip(*key, sampled=is_sampled(visit, key))
    done(visit, key, _named_stage(visit))
    return _answered(visit, "Skipped.")


def undo(visit: Visit) -> Response:
    """Take back the last verdict on this message."""
    if not take_back(visit, _key(visit), _named_stage(visit)):
        raise ConfigError("there is nothing of yours to take back on this message")
    return _answered(visit, "Taken back.", reload=True)


def take(visit: Visit) -> Response:
    """Decide as one of the people did: their verdicts, said again by who decides, and done."""
    key, reviews = _key(visit), reviews_of(visit)
    person = visit.form.get("person", "")
    looked = reviews.look(*key)
    _check_not_own(visit, looked)
    given = [replace(each, stage="adjudication") for each in _theirs(looked, person) if each.kind != "missed"]
    wider = [each for each in given if outside(each)]  # what was missed, and what these add, is hidden already
    reviews.judge_all(*key, [each for each in given if each not in wider], revision=looked.turn.revision)
    for verdict in wider:
        reviews.judge(*key, verdict, revision=looked.turn.revision)
    reviews.submit(*key, stage="adjudication")
    done(visit, key, "adjudication")
    return _answered(visit, "Decided.")


def _theirs(looked: Looked, person: str) -> Sequence[Verdict]:
    if not any(each.actor == person and each.kind == "submit" for each in looked.events):
        raise ConfigError("expected the name of somebody who is done with this message")
    return [
        each.verdict
        for each in looked.events
        if each.actor == person and each.verdict is not None and each.verdict.stage == "review"
    ]


def _key(visit: Visit) -> Key:
    """Which message; only one that is theirs to see."""
    public_id = str(visit.path["public_id"])
    visit.tenant_of(public_id)
    return public_id, str(visit.path["turn_id"])


def _stage(visit: Visit, looked: Looked) -> Stage:
    """What the form is about; who reviewed a message does not decide on it too."""
    stage = _named_stage(visit)
    if stage == "adjudication":
        _check_not_own(visit, looked)
    return stage


def _check_not_own(visit: Visit, looked: Looked) -> None:
    """Raises `RefusedError` for who is one of those between whom is decided."""
    if actor_of(visit) in reviewers(looked.events):
        raise RefusedError(403, "You have reviewed this message yourself; somebody else has to decide.")


def _named_stage(visit: Visit) -> Stage:
    if visit.form.get("stage", "review") != "adjudication":
        return "review"
    if not visit.may("adjudicate"):
        raise RefusedError(403, "Your role does not allow this.")
    return "adjudication"


def _revision(visit: Visit, looked: Looked) -> int:
    """Of the text that was judged: a form without it judges nothing."""
    given = visit.form.get("revision", "")
    if not (given.isascii() and given.isdigit() and len(given) < 10):
        raise ConfigError("expected the revision of the text that was judged; load the page again")
    return int(given)


def _verdict(visit: Visit, looked: Looked, stage: Stage) -> Verdict:
    kind = visit.form.get("kind", "")
    if kind == "clean":
        return Verdict("clean", stage=stage)
    if kind == "words":
        return _of_words(visit, looked, stage)
    start, end = _span(visit, "start", "end")
    if kind == "missed":
        return _missed(visit, looked, start, end, stage)
    entity = _entity(looked.turn.entities, start, end)
    verdict = Verdict(cast(VerdictKind, kind), start, end, entity.type, entity.score, entity.recognizer, stage=stage)
    if kind == "wrong_type":
        return replace(verdict, to_type=visit.form.get("to_type", ""))
    if kind == "wrong_boundary":
        low, high = _trimmed(looked.turn.text, *_span(visit, "to_start", "to_end"))
        return replace(verdict, to_start=low, to_end=high)
    return verdict


def _of_words(visit: Visit, looked: Looked, stage: Stage) -> Verdict:
    """From the lists of words: what was missed, or where something hidden should begin and end."""
    ends = [_pair(visit.form.get(name, "")) for name in ("first", "last")]
    start, end = min(low for low, _ in ends), max(high for _, high in ends)
    if not visit.form.get("of"):
        return _missed(visit, looked, start, end, stage)
    entity = _entity(looked.turn.entities, *_pair(visit.form["of"]))
    place = (entity.start, entity.end, entity.type, entity.score, entity.recognizer)
    return Verdict("wrong_boundary", *place, to_start=start, to_end=end, stage=stage)


def _missed(visit: Visit, looked: Looked, start: int, end: int, stage: Stage) -> Verdict:
    low, high = _trimmed(looked.turn.text, start, end)
    return Verdict("missed", low, high, visit.form.get("type", ""), stage=stage)


def _entity(entities: Sequence[RecordedEntity], start: int, end: int) -> RecordedEntity:
    found = next((each for each in entities if (each.start, each.end) == (start, end)), None)
    if found is None:
        raise ConfigError("nothing is hidden at this place; load the page again")
    return found


def _span(visit: Visit, first: str, last: str) -> tuple[int, int]:
    return _pair(f"{visit.form.get(first, '')}-{visit.form.get(last, '')}")


def _pair(given: str) -> tuple[int, int]:
    """Two numbers, as `3-17`."""
    first, _, last = given.partition("-")
    if not all(each.isascii() and each.isdigit() and len(each) < 10 for each in (first, last)):
        raise ConfigError("expected a place in the message; select it again")
    return int(first), int(last)


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    """A selection without the blanks at its ends."""
    chosen = text[start:end]
    return start + len(chosen) - len(chosen.lstrip()), end - len(chosen) + len(chosen.rstrip())


def _hidden(reviews: Reviews, key: Key, verdict: Verdict, revision: int, everywhere: bool) -> str:
    if not everywhere:
        reviews.judge(*key, verdict, revision=revision)
        return "Hidden in this conversation."
    count = reviews.missed_everywhere(*key, verdict, revision=revision)
    return f"Hidden in {count} conversation{'s' * (count != 1)}."


def _elsewhere(visit: Visit, reviews: Reviews, looked: Looked, verdict: Verdict) -> int:
    """The same verdict on every other mention of the same placeholder in the conversation; how many there were."""
    this = _entity(looked.turn.entities, verdict.start, verdict.end)
    turn, count = looked.turn, 0
    if this.index is None:
        return 0
    for row in visit.redactor.parts.store.turns(turn.conversation):
        places = [
            (each.start, each.end)
            for each in decode_entities(row.entities)
            if (each.type, each.index) == (this.type, this.index)
            and (row.turn_id, each.start) != (turn.turn_id, this.start)
        ]
        there = [replace(verdict, start=start, end=end) for start, end in places]
        if there:
            with suppress(ConfigError):  # rewritten just now: what is counted is what was said
                count += reviews.judge_all(turn.conversation, row.turn_id, there, revision=row.revision)
    return count


def _answered(visit: Visit, said: str, **more: Any) -> Response:
    if wants_json(visit):
        return visit.as_json({"said": said, **more})
    return visit.go(back_to(visit.form) or _PATH.format_map(visit.path))


PAGES = (
    Page(f"{_PATH}/verdicts", "judge", post=judge),
    Page(f"{_PATH}/submit", "judge", post=submit),
    Page(f"{_PATH}/skip", "judge", post=skip),
    Page(f"{_PATH}/undo", "judge", post=undo),
    Page(f"{_PATH}/take", "adjudicate", post=take),
)
