"""What is counted of a message and of a reply, and what is asked of the counts afterwards.

Counts of two times, tenants or processes add up to the counts of both.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Literal, NamedTuple, TypeAlias, get_args

from redactor.metrics.signs import message_signs
from redactor.storage import TallyRow
from redactor.types import Entity, Role

Kind = Literal["message", "holding", "entity", "candidate", "reply", "restored", "foreign", "sign"]
"""`message`: a turn that was taken in; `holding`: one with at least one entity of the type; `entity`: one entity,
`candidate`: one vote that was not enough, each with recognizer and score; `reply`: a reply restored for people;
`restored`: a value written for the customer or a tool, the audience in the recognizer's place; `foreign`: a value the
reply scan masked; `sign`: a message or reply that shows it."""
KINDS: tuple[Kind, ...] = get_args(Kind)

REVIEW_KINDS = (
    "reviewed", "verdict_correct", "verdict_wrong_type", "verdict_wrong_boundary", "verdict_not_personal",
    "verdict_missed", "sampled", "sampled_leaking", "sampled_found", "sampled_wrong", "sampled_missed",
)  # fmt: skip
"""What people's reviews add, on the day of the message: messages they are done with; verdicts on its entities, by type,
recognizer and score (of what was missed: the recognizer and score of a vote that was not enough). The same of messages
that chance has drawn: how many, how many in which something was missed, and by real type what was found, what was
hidden and is not personal, what was missed. A verdict that is taken back is subtracted."""

BINS = 20
"""Scores from 0 to 1 are counted in so many equal parts, the upper end in the last: most scores lie above 0.9, and
ten parts would put them all into one."""

DAY_SECONDS = 86_400


class Label(NamedTuple):
    """What a count is of. No field ever holds text of a message."""

    kind: str
    role: str
    name: str = ""
    """An entity type or a sign."""
    recognizer: str = ""
    bin: int = 0


Counts: TypeAlias = Counter[Label]


def of_message(role: Role, text: str, entities: Sequence[Entity], candidates: Iterable[Entity]) -> Counts:
    """The counts of one message: `entities` that were found (masked or kept), `candidates` that were not enough."""
    labels = [Label("message", role)]
    labels += [Label("holding", role, name) for name in {entity.type for entity in entities}]
    labels += [Label("entity", role, e.type, e.recognizer, bin_of(e.score)) for e in entities]
    labels += [Label("candidate", role, c.type, c.recognizer, bin_of(c.score)) for c in candidates]
    labels += [Label("sign", role, sign) for sign in message_signs(role, text, entities)]
    return Counter(labels)


def of_reply(signs: Iterable[str], foreign: Iterable[str] = ()) -> Counts:
    """The counts of one reply that was restored for people; `foreign`: types of what the reply scan masked in it."""
    labels = [Label("reply", "assistant"), *(Label("sign", "assistant", sign) for sign in signs)]
    return Counter([*labels, *(Label("foreign", "assistant", name) for name in foreign)])


def of_restored(audience: str, types: Iterable[str]) -> Counts:
    """The counts of values, by entity type, that were written for an audience the policy lists."""
    return Counter(Label("restored", "assistant", name, audience) for name in types)


def bin_of(score: float) -> int:
    """Which of the `BINS` parts of 0..1 a score lies in, from 0."""
    return min(int(score * BINS), BINS - 1)


def day_of(time: float) -> int:
    """The day, counted from 1970-01-01 UTC, of a time in seconds since the epoch."""
    return int(time // DAY_SECONDS)


def rows(counts: Counts, tenant: str, time: float, policy_version: str, model_version: str) -> Iterator[TallyRow]:
    """Counts as a store keeps them, always in one order, so that two writers never wait for each other's rows."""
    day = day_of(time)
    for label, count in sorted(counts.items()):
        kind, role, name, recognizer, part = label
        yield TallyRow(tenant, day, role, policy_version, model_version, kind, name, recognizer, part, count)


def label_of(row: TallyRow) -> Label:
    """What a stored count is of."""
    return Label(row.kind, row.role, row.name, row.recognizer, row.bin)


def total(counts: Counts, kind: Kind, *, role: str | None = None, name: str | None = None) -> int:
    """How many of a kind, of one role and name or of all."""
    return sum(
        count
        for label, count in counts.items()
        if label.kind == kind and role in (None, label.role) and name in (None, label.name)
    )


def names(counts: Counts, *kinds: Kind) -> list[str]:
    """The entity types or signs that were counted under these kinds, in order."""
    return sorted({label.name for label in counts if label.kind in kinds})


def roles(counts: Counts) -> list[str]:
    """The roles that were counted, in order."""
    return sorted({label.role for label in counts})


def histogram(counts: Counts, kind: Kind, name: str) -> tuple[int, ...]:
    """How many of a type's entities, or candidates, have a score in each part of 0..1."""
    bins = [0] * BINS
    for label, count in counts.items():
        if label.kind == kind and label.name == name:
            bins[label.bin] += count
    return tuple(bins)


def recognizers(counts: Counts, kind: Kind, name: str) -> Mapping[str, int]:
    """How many of a type's entities, or candidates, each recognizer found, the busiest first."""
    found: Counter[str] = Counter()
    for label, count in counts.items():
        if label.kind == kind and label.name == name:
            found[label.recognizer] += count
    return dict(sorted(found.items(), key=lambda item: (-item[1], item[0])))
