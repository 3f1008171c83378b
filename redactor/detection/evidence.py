"""Whether an ordinary word is a name here: "ask Will" against "will ask"."""

from bisect import bisect_right
from collections.abc import Iterable, Sequence

from redactor.detection.words import (
    ADDRESSING,
    BEFORE_DATES,
    CALENDAR,
    FAREWELLS,
    FILLERS,
    GREETINGS,
    INTERJECTIONS,
    OPEN_FILLERS,
    PRONOUNS,
    TITLES,
    Tokens,
    ordinary_words,
)
from redactor.types import Entity

VOTE_COUNTS_FROM = 0.2
"""Score from which a recognizer's vote, too weak to mask by itself, confirms a known value."""

_AROUND = 6
"""Tokens on either side that show whether a message uses capitals as prose does."""
_LONGEST_GREETING = 5
"""Tokens of a greeting with its fillers: "thanks a lot again"."""
_SENTENCE_ENDS = frozenset('.!?:;\n\r\t•*…|>"“(')
_CLAUSE_ENDS = frozenset('.!?,;:)\n\r"”')


class Votes:
    """The spans other recognizers voted for, by type, ready to be asked."""

    __slots__ = ("_spans",)

    def __init__(self, votes: Iterable[Entity]) -> None:
        self._spans: dict[str, tuple[list[int], list[int]]] = {}
        for vote in sorted(votes):
            if vote.score >= VOTE_COUNTS_FROM and not vote.recognizer.startswith("memory"):
                starts, reaches = self._spans.setdefault(vote.type, ([], []))
                starts.append(vote.start)
                reaches.append(max(vote.end, reaches[-1] if reaches else 0))

    def overlap(self, entity_type: str, start: int, end: int) -> bool:
        """Whether a vote of that type shares a character with the span."""
        spans = self._spans.get(entity_type)
        if not spans:
            return False
        starts, reaches = spans
        before = bisect_right(starts, end - 1)
        return before > 0 and reaches[before - 1] > start


def is_name_here(text: str, tokens: Tokens, index: int) -> bool:
    """Whether the ordinary word at this token stands as a name does: by its capital, a title or a greeting."""
    return (
        _after_title(text, tokens, index)
        or _capitalised_inside(text, tokens, index)
        or _after_greeting(text, tokens, index)
        or _called_so(tokens, index)
        or _at_the_end_after_comma(text, tokens, index)
        or _called_at_the_start(text, tokens, index)
    )


def _gap_before(text: str, tokens: Tokens, index: int) -> str:
    return text[tokens.ends[index - 1] if index else 0 : tokens.starts[index]]


def _gap_after(text: str, tokens: Tokens, index: int) -> str:
    following = tokens.starts[index + 1] if index + 1 < len(tokens.starts) else len(text)
    return text[tokens.ends[index] : following]


def _after_title(text: str, tokens: Tokens, index: int) -> bool:
    if not index or tokens.words[index - 1] not in TITLES:
        return False
    if _gap_before(text, tokens, index) not in (" ", ". ", "."):
        return False
    # "I miss summer": the one title that is a verb wants a capital
    return tokens.words[index - 1] != "miss" or is_capital(text, tokens, index)


def is_capital(text: str, tokens: Tokens, index: int) -> bool:
    """Whether the token has one capital and is not a word shouted: "I WILL not pay" names nobody."""
    word = text[tokens.starts[index] : tokens.ends[index]]
    return word[0].isupper() and not (len(word) > 1 and word.isupper())


def _capitalised_inside(text: str, tokens: Tokens, index: int) -> bool:
    if not index or not is_capital_inside(text, tokens, index):
        return False
    if tokens.words[index] in CALENDAR and _beside_date_words(tokens, index):
        return False
    if tokens.words[index - 1] in GREETINGS and _asks(tokens, index):
        return False
    return text[tokens.ends[index] : tokens.ends[index] + 1] != ":"  # the label of a list: "Size: L, Price: 9.99"


def is_capital_inside(text: str, tokens: Tokens, index: int) -> bool:
    """Whether the token has a capital that neither a sentence's beginning nor the message's manner explains."""
    return (
        is_capital(text, tokens, index)
        and not _begins_sentence(text, tokens, index)
        and _capitals_mean_names(text, tokens, index)
    )


def _begins_sentence(text: str, tokens: Tokens, index: int) -> bool:
    gap = _gap_before(text, tokens, index)
    return index == 0 or not _SENTENCE_ENDS.isdisjoint(gap) or gap.strip() in ("-", "–", "—")


def _beside_date_words(tokens: Tokens, index: int) -> bool:
    before = tokens.words[index - 1] if index else ""
    after = tokens.words[index + 1] if index + 1 < len(tokens.words) else ""
    return before in BEFORE_DATES or before[:1].isdigit() or after[:1].isdigit()


def _asks(tokens: Tokens, index: int) -> bool:
    """A greeting, then a question that begins with a capital: "Hi, May I ask"."""
    following = tokens.words[index + 1] if index + 1 < len(tokens.words) else ""
    return tokens.words[index] in ("will", "may") and following in PRONOUNS


def _capitals_mean_names(text: str, tokens: Tokens, index: int) -> bool:
    """False in a message in CAPITALS or Title Case, where a capital says nothing."""
    lower = upper = 0
    for other in range(max(0, index - _AROUND), min(len(tokens.words), index + _AROUND + 1)):
        first = text[tokens.starts[other]]
        if first.islower():
            lower += 1
        elif other != index and first.isupper() and tokens.words[other] != "i":
            upper += not _begins_sentence(text, tokens, other)
    return lower > 0 and lower >= upper


def _after_greeting(text: str, tokens: Tokens, index: int) -> bool:
    """After a greeting the word ends its clause: "thanks grace", "ok will,"; "thanks long time" does not."""
    if not index or not _ends_clause(text, tokens, index):
        return False
    gap = _gap_before(text, tokens, index)
    if gap == " ":
        return _greets(tokens, index)
    return gap == ", " and tokens.words[index - 1] in GREETINGS and "?" not in _gap_after(text, tokens, index)


def _greets(tokens: Tokens, index: int) -> bool:
    """Whether a greeting stands before the word, if with a filler between: "thank you so much mark"."""
    before = index - 1
    if tokens.words[before] in OPEN_FILLERS:
        return False
    while before > 0 and index - before < _LONGEST_GREETING and tokens.words[before] in FILLERS:
        before -= 1
    return tokens.words[before] in GREETINGS


def _ends_clause(text: str, tokens: Tokens, index: int) -> bool:
    gap = _gap_after(text, tokens, index)
    if index + 1 == len(tokens.words):
        return True
    mark = gap.strip(" ")[:1]
    # a blank before what follows: "will.i.am" and "price/fee" end nothing
    return (mark in _CLAUSE_ENDS and mark != "" and gap[-1:] in " \n\r") or (bool(mark) and mark > "\u2000")


def _called_so(tokens: Tokens, index: int) -> bool:
    """As in "my name is will"."""
    before: Sequence[str] = tokens.words[max(0, index - 2) : index]
    return list(before) in (["name", "is"], ["name", "s"]) or before[-1:] == ["named"]


def _at_the_end_after_comma(text: str, tokens: Tokens, index: int) -> bool:
    """One comma in the last clause, and a farewell or thanks before it: "have a great day, joy"."""
    if index + 1 < len(tokens.words) or _gap_before(text, tokens, index) != ", " or "?" in text[tokens.ends[index] :]:
        return False
    begins = max((text.rfind(mark, 0, tokens.starts[index]) for mark in ".!?\n"), default=-1) + 1
    clause = [word for word, start in zip(tokens.words, tokens.starts, strict=True) if begins <= start][:-1]
    commas = text.count(",", begins, tokens.starts[index])
    return commas == 1 and not FAREWELLS.isdisjoint(clause[-3:])


def _called_at_the_start(text: str, tokens: Tokens, index: int) -> bool:
    """The word opens the sentence and the rest speaks to someone: "Crystal, are you there"."""
    if index + 1 >= len(tokens.words) or _gap_after(text, tokens, index) != ", ":
        return False
    speaks = tokens.words[index + 1] in ADDRESSING and tokens.words[index] not in INTERJECTIONS
    return speaks and _begins_sentence(text, tokens, index)


def is_ordinary(word: str) -> bool:
    """Whether a lower-case word is also an ordinary English word, or a month or day."""
    return word in ordinary_words()
