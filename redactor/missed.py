"""A value nobody found, reported by a person: hidden in every recorded turn of its conversation, and known from now on
where its operator is reversible.

The report names a span of a turn's redacted text. What stood there is minted, as if it had been found, and masked
wherever it occurs.
"""

import re
from collections.abc import Iterable, Iterator, Sequence

from redactor.detection.view import view
from redactor.exceptions import ConfigError, NotFoundError
from redactor.history import History, compact, entities_of
from redactor.intake import Planned, joined
from redactor.lately import Lately
from redactor.placeholders import find
from redactor.policy import Policy
from redactor.revising import Fragment, rewrite_fragments
from redactor.storage import Transaction, TurnRow
from redactor.types import Entity
from redactor.vault import Vault

RECOGNIZER = "review"
"""Who found it."""

_DISTINCT = 8
"""Letters and digits from which a value is looked for within words too; one that holds digits and letters or digits
alone is so from half as many."""

Span = tuple[int, int]


def reported(
    history: History, vault: Vault, policy: Policy, turn_id: str, span: Span, entity_type: str, revision: int | None
) -> Planned:
    """What a person reported, checked. Raises `NotFoundError` and `ConfigError`; neither says what stands there."""
    row = history.turn(turn_id)
    if row is None:
        raise NotFoundError("this conversation has no such turn (any more)")
    if revision is not None and revision != row.revision:
        raise ConfigError(
            f"the turn was rewritten: it has revision {row.revision}, and the report is of {revision}; look at it again"
        )
    if entity_type not in policy.entity_types:
        raise ConfigError(
            f"unknown entity type ({len(entity_type)} characters); expected one of "
            f"{', '.join(sorted(policy.entity_types))}"
        )
    if policy.operator(entity_type) == "keep":
        raise ConfigError(
            f"the policy keeps {entity_type} in the text, so nothing would be hidden; change the policy "
            "or report another type"
        )
    return _planned(row.text, [_checked(row, span, vault, policy)], entity_type, policy)[0]


def _checked(row: TurnRow, span: Span, vault: Vault, policy: Policy) -> Span:
    start, end = span
    length = len(row.text)
    if not 0 <= start < end <= length:
        raise ConfigError(f"the span {start}..{end} does not lie in the turn's text, which has {length} characters")
    text = row.text[start:end]
    start, end = start + len(text) - len(text.lstrip()), end - len(text) + len(text.rstrip())
    if not compact(row.text[start:end]):
        raise ConfigError("the span holds no letter or digit, so there is nothing to hide")
    if any(low < end and start < high for low, high in _hidden(row, vault, policy)):
        raise ConfigError(
            f"the span {span[0]}..{span[1]} touches what is hidden already; report only what stands in clear"
        )
    return start, end


def hide(
    tx: Transaction, vault: Vault, policy: Policy, history: History, turn_id: str, planned: Planned, now: float
) -> list[TurnRow]:
    """Mask a reported value in every turn that shows it as it was typed there, whatever its case."""
    looked_for = occurrences_of(planned.text)
    fragments = []
    for row in history.mentioning([compact(planned.text)]):
        here = [planned] if row.turn_id == turn_id else []
        hidden = [*_hidden(row, vault, policy), *((item.entity.start, item.entity.end) for item in here)]
        spans = list(_occurrences(row.text, looked_for, hidden))
        here += _planned(row.text, spans, planned.entity.type, policy)
        if here:
            fragments.append(Fragment(row, joined(here)))
    return rewrite_fragments(tx, vault, policy, fragments, now, Lately())


def _occurrences(text: str, looked_for: re.Pattern[str], hidden: Iterable[Span]) -> Iterator[Span]:
    """Where a value stands in clear. A placeholder beside it is no word that goes on."""
    reached = 0
    for start, end in (*sorted(hidden), (len(text), len(text))):
        for match in looked_for.finditer(text[reached:start]):
            yield reached + match.start(), reached + match.end()
        reached = max(reached, end)


def occurrences_of(text: str) -> re.Pattern[str]:
    """The value in any case: by itself, or anywhere where no word would hold it by chance."""
    bare = compact(text)
    distinct = len(bare) >= (_DISTINCT // 2 if any(c.isdigit() for c in bare) else _DISTINCT)
    before = "" if distinct or not text[0].isalnum() else r"(?<![^\W_])"
    after = "" if distinct or not text[-1].isalnum() else r"(?![^\W_])"
    return re.compile(before + re.escape(text) + after, re.IGNORECASE)


def _hidden(row: TurnRow, vault: Vault, policy: Policy) -> list[Span]:
    """What stands for something else in a turn, also in the LLM's own words: it is not looked into."""
    tokens = ((token.start, token.end) for token in find(row.text, policy.own_types, vault.stand_ins))
    return [*tokens, *((entity.start, entity.end) for entity in entities_of(row))]


def _planned(text: str, spans: Sequence[Span], entity_type: str, policy: Policy) -> list[Planned]:
    if not spans:
        return []
    seen, operator = view(text), policy.operator(entity_type)
    planned = []
    for start, end in spans:
        low, high = seen.inverse(start, end)
        entity = Entity(start, end, entity_type, 1.0, RECOGNIZER)
        planned.append(Planned(entity, operator, text[start:end], seen.text[low:high]))
    return planned
