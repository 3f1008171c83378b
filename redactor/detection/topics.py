"""What a conversation is about right now: the words that decide between readings of the same digits.

A topic is a kind of value the talk turns to: "order", "phone", "dob". A message has topics where its words stand; the
turns before it have topics too, and those of a turn that asks for something ("What is your order number?") decide how
a bare answer reads. Placeholders are neutral.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from importlib.resources import files

import regex

from redactor.detection.lazy import lazy

_NOT_AFTER: Mapping[tuple[str, ...], str] = {("security", "number"): "social"}
"""Phrases that mean something else after this word."""

# Everything that separates words; an apostrophe belongs to its word, so that "driver's" is one.
_SEPARATORS = '\t\n\r\x0b\x0c!"#$%&()*+,-./:;<=>?@[\\]^_`{|}~'
_BLANKS = str.maketrans(dict.fromkeys(_SEPARATORS + "–—", " "))
_ASCII_BLANKS = bytes.maketrans(_SEPARATORS.encode(), b" " * len(_SEPARATORS))


@dataclass(frozen=True, slots=True)
class _Phrases:
    """The phrases of one first word."""

    alone: tuple[str, ...] = ()
    """Topics of the word by itself."""
    longer: Mapping[str, tuple[tuple[tuple[str, ...], str], ...]] = field(default_factory=dict)
    """Second word → the phrases that go on with it, each with its topic."""


def _lexicon() -> Mapping[str, _Phrases]:
    """First word → the phrases that begin with it."""
    alone: dict[str, list[str]] = {}
    longer: dict[str, dict[str, tuple[tuple[tuple[str, ...], str], ...]]] = {}
    folder = files("redactor.detection").joinpath("lexicon")
    pages = sorted((page for page in folder.iterdir() if page.name.endswith(".txt")), key=lambda page: page.name)
    for line in [line for page in pages for line in page.read_text("utf-8").splitlines() if line[:1] not in ("", "#")]:
        topic, entries = line.split(maxsplit=1)
        for entry in entries.split("/"):
            words = tuple(entry.translate(_BLANKS).split())
            if len(words) == 1:
                alone.setdefault(words[0], []).append(topic)
            else:
                going_on = longer.setdefault(words[0], {})
                going_on[words[1]] = (*going_on.get(words[1], ()), (words, topic))
    return {first: _Phrases(tuple(alone.get(first, ())), longer.get(first, {})) for first in alone.keys() | longer}


_PLACEHOLDER = regex.compile(r"\[[A-Z][A-Z0-9_]{0,62}[A-Z]_\d{1,9}\]")
_ASKS = lazy(
    r"\b(?=[cegilmnprstvwh])(?:please|provide|need|may i|can i|could you|can you|what|what's|which|give me|enter|"
    r"tell me|have your|confirm|share|verify|type|let me know|send me|i'll need|looking up|pull up|spell|repeat|"
    r"read me)\b"
)
_PHRASES = _lexicon()
FILLER = "\ue000"
"""Stands for each character of a placeholder while patterns look: no word, no digit, no blank."""
REACH = 4
"""How many turns before the message count as context; an answer seldom comes later."""
_SHORT = 40
"""A turn this short is taken to ask, question mark or not ("order number pls"), or to say nothing ("one sec")."""
_TURN_TAIL = 400
"""How much of the end of an earlier turn is read: questions stand at the end, and cost has to be bounded."""


@dataclass(frozen=True, slots=True)
class Context:
    """The topics around one message."""

    here: Mapping[str, tuple[int, ...]]
    """Topic → where in the message its words begin."""
    words: frozenset[str] = field(repr=False)
    """The message's words, lower case."""
    asked: frozenset[str] = frozenset()
    """Topics of the last turn that has any, if it asks for something."""
    before: frozenset[str] = frozenset()
    """Topics of the turns before."""
    topics: frozenset[str] = frozenset()
    """All of these together."""


def hide_placeholders(text: str) -> str:
    """The text, of the same length, with nothing in place of placeholders that could be matched."""
    if "[" not in text:
        return text
    return _PLACEHOLDER.sub(lambda found: FILLER * len(found[0]), text)


def context_words(text: str, context: Sequence[str]) -> Context:
    """Read the topics of a message (the view's text) and of the turns before it, oldest first, raw or redacted."""
    plain = _blanked(hide_placeholders(text).lower())
    words = plain.split()
    here = {topic: _places(plain, phrases) for topic, phrases in _topics(words).items()}
    turns = [hide_placeholders(turn[-_TURN_TAIL:]).lower() for turn in context[-REACH:]]
    before = [frozenset(_topics(_blanked(turn).split())) for turn in turns]
    earlier: frozenset[str] = frozenset().union(*before)
    return Context(here, frozenset(words), _asked(turns, before), earlier, earlier.union(here))


def _blanked(text: str) -> str:
    """With blanks for everything that separates words; bytes take a twentieth of the time."""
    return text.encode().translate(_ASCII_BLANKS).decode() if text.isascii() else text.translate(_BLANKS)


def _asked(turns: Sequence[str], topics: Sequence[frozenset[str]]) -> frozenset[str]:
    """The topics of the last turn that has any, if it asks; "one sec" or "Thanks!" in between is passed over."""
    for turn, named in zip(reversed(turns), reversed(topics), strict=True):
        if named:
            return named if _asks(turn) else frozenset()
        if len(turn) >= _SHORT:
            break
    return frozenset()


def _asks(turn: str) -> bool:
    return len(turn) < _SHORT or "?" in turn or _ASKS.search(turn) is not None


def _topics(words: Sequence[str]) -> dict[str, set[str]]:
    """Topic → the phrases that named it."""
    found: dict[str, set[str]] = {}
    for i, word in enumerate(words):
        if (phrases := _PHRASES.get(word)) is None:
            continue
        for topic in phrases.alone:
            found.setdefault(topic, set()).add(word)
        for phrase, topic in phrases.longer.get(words[i + 1], ()) if i + 1 < len(words) else ():
            if tuple(words[i : i + len(phrase)]) == phrase and not _is_other(phrase, words, i):
                found.setdefault(topic, set()).add(" ".join(phrase))
    return found


def _is_other(phrase: tuple[str, ...], words: Sequence[str], at: int) -> bool:
    return at > 0 and words[at - 1] == _NOT_AFTER.get(phrase)


def _places(plain: str, phrases: set[str]) -> tuple[int, ...]:
    """Where these phrases begin in the text; a longer blank inside one is not looked for."""
    return tuple(sorted({at for phrase in phrases for at in _occurrences(plain, phrase)}))


def _occurrences(plain: str, phrase: str) -> Iterator[int]:
    at = plain.find(phrase.split(" ", 1)[0])
    while at >= 0:
        yield at
        at = plain.find(phrase.split(" ", 1)[0], at + 1)
