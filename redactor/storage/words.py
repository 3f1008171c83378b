"""The words of a redacted text, and what a person asks of them. Every store cuts and asks alike."""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from redactor.exceptions import ConfigError

_WORD = re.compile(r"\w+")
_LONGEST = 64
"""Characters of a word that count; what is longer is no word anybody types."""
_MOST_TERMS = 32
_QUOTES = str.maketrans(dict.fromkeys("“”„‟«»", '"'))
_CHUNK = re.compile(r'"(?P<phrase>[^"]*)"(?P<star>\*?)(?=\s|$)|(?P<word>[^\s"]+)(?=\s|$)|(?P<space>\s+)')


@dataclass(frozen=True, slots=True)
class Term:
    """Words that stand in a row; with `prefix` the last may go on."""

    words: tuple[str, ...]
    prefix: bool = False

    def is_in(self, text: Sequence[str]) -> bool:
        """Whether the words of a text hold this term."""
        *whole, last = self.words
        for at in range(len(text) - len(whole)):
            end = text[at + len(whole)]
            if list(text[at : at + len(whole)]) == whole and (end.startswith(last) if self.prefix else end == last):
                return True
        return False


def words(text: str) -> list[str]:
    """The words of a text: letters, digits and `_` of any script, without case, accents and other marks.

    A placeholder is one word: `[PERSON_1]` gives `person_1`.
    """
    folded = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    bare = folded if folded.isascii() else "".join(c for c in folded if unicodedata.category(c) != "Mn")
    return [word[:_LONGEST] for word in _WORD.findall(bare)]


def terms(query: str) -> tuple[Term, ...]:
    """What a person looks for: words, "phrases" and prefix*, all of which must occur.

    Raises `ConfigError` that says what is wrong and where, without the query: people type names.
    """
    found = tuple(_terms(query.translate(_QUOTES)))
    if not found:
        raise ConfigError("nothing to look for: expected at least one word, with a letter or a digit")
    if len(found) > _MOST_TERMS:
        raise ConfigError(f"{len(found)} words and phrases to look for; expected {_MOST_TERMS} at most")
    return found


def _terms(query: str) -> Iterator[Term]:
    at = 0
    while at < len(query):
        chunk = _CHUNK.match(query, at)
        if chunk is None:
            raise ConfigError(
                f'a quotation mark at character {query.find(chr(34), at) + 1} has no partner; write "two words" in '
                "a pair of them, with blanks around, or leave them out"
            )
        if chunk["space"] is None:
            yield from _term(chunk, at)
        at = chunk.end()


def _term(chunk: re.Match[str], at: int) -> Iterator[Term]:
    text = chunk["phrase"] if chunk["phrase"] is not None else chunk["word"].removesuffix("*")
    prefix = chunk.group().endswith("*")
    found = tuple(words(text))
    if "*" in text:
        raise ConfigError(
            f"a * at character {at + 1 + chunk.group().find('*')} stands before the end of a word; ask "
            "for the beginning of one, such as refund*"
        )
    if not found and (prefix or chunk["phrase"] is not None):
        raise ConfigError(f"what begins at character {at + 1} holds no letter or digit to look for")
    if found:
        yield Term(found, prefix)
