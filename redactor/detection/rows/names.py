"""Rows for names that are announced: "my name is", a field of a form, somebody who says who is speaking."""

from collections.abc import Iterator

from redactor.detection.patterns import Pattern
from redactor.detection.phrases import NAME, introduced_length, is_uncommon, name_length
from redactor.detection.words import words


def rows() -> Iterator[Pattern]:
    """The rows of this module."""
    yield from _names()
    yield from _introductions()


_TITLE = r"(?:(?:mr|mrs|ms|miss|dr)\.?[ ])?"
_MY_NAME = (
    r"\bmy[ ](?:(?:full|first|last|real|legal|given|sur)[ ]?)?name(?:[ ]is[ ]?:?|'?s|[ ]?:|[ ]-)[ ]{1,2}"
    rf"{_TITLE}(?P<v>{NAME})"
)
_FIELD = (
    r"(?m)(?:^|[,;\n|][ ]?|(?<=[ ])(?=(?:first|last|full)[ ]))"
    r"(?:(?:full|first|last|customer|account|cardholder|card[ ]holder|billing|given)[ ]?)?"
    rf"(?:sur)?name(?:[ ]?[:=][ ]{{0,3}}|[ ]-[ ]){_TITLE}(?P<v>{NAME})"
)


def _names() -> Iterator[Pattern]:
    hints = words("name names surname name's")
    yield Pattern("name_said", "PERSON", _MY_NAME, 0.85, lower=True, trim=name_length, words=hints)
    yield Pattern("name_labelled", "PERSON", _FIELD, 0.85, lower=True, trim=name_length, words=hints)


_CAPITAL = r"\p{Lu}(?=\P{Lu}|\p{Lu}?\p{Ll})[\p{L}\p{M}'’-]{1,24}+"
"""A word with a capital that is no abbreviation."""
_CAPITALS = rf"(?P<v>{_CAPITAL}(?:[ ]{_CAPITAL}){{0,2}}+)(?!['’\w@])"
_LANGUAGE = r"(?:English|Spanish|French|German|Italian|Dutch|Hindi|Chinese|Arabic|Portuguese|Russian|Polish|Japanese)"
_DESK = r"(?:support|customer|team|service|help|care|bot|sales|billing|chat|desk|department|assistant)"

_SPEAKING_WITH = (
    r"\byou(?:'re|[ ]are|[ ]have[ ]been|'ve[ ]been)[ ](?:now[ ]|currently[ ])?"
    r"(?:chatting|speaking|talking|connected|in[ ]touch|texting)[ ](?:with|to)[ ]"
    rf"(?!(?:[\w'’-]{{1,24}}[ ]){{1,2}}{_DESK}\b)(?P<v>{NAME})"
)
_I_AM = (
    rf"\b[Ii](?:['’]?m|[ ]am)[ ]{_CAPITALS}(?=[ ]?[,.]?[ ](?:kindly|please|from[ ]the|how[ ](?:can|may)"
    r"|and[ ]I(?:[ ]|['’])(?:will|am|m|ll)|your[ ](?:agent|assistant)|here[ ]to)\b)"
)
_THIS_IS = (
    rf"\b[Tt]his[ ]is[ ](?:(?:Mr|Mrs|Ms|Miss|Dr)\.?[ ])?{_CAPITALS}"
    r"(?=[ ]?(?:[,.!;]|$)|[ ](?:here|speaking|from|with|again|calling)\b)"
)
_HERE = (
    rf"(?m)(?:^|[.!?,;][ ]{{1,2}})(?!{_LANGUAGE}\b){_CAPITALS}"
    r"(?=[ ](?:here[ ](?:from|with|at|again)|(?:is[ ])?speaking)\b)"
)
_NOBODY = words("us our someone somebody virtual live human real automated")


def _introductions() -> Iterator[Pattern]:
    """After "you are chatting with" a name is sure to come, be it a word; elsewhere words of the language are none."""
    kind, talks = "PERSON", words("chatting speaking talking connected touch texting")
    yield Pattern(
        "name_introduced", kind, _SPEAKING_WITH, 0.8, _is_somebody, lower=True, trim=introduced_length, words=talks
    )
    yield Pattern("name_i_am", kind, _I_AM, 0.75, _is_no_word, words=words("i i'm im i’m"))
    yield Pattern("name_speaking", kind, _HERE, 0.7, _is_no_word, words=words("here speaking"))
    yield Pattern("name_this_is", kind, _THIS_IS, 0.6, _is_no_word, words=words("this"))


def _is_no_word(text: str) -> bool:
    return all(map(is_uncommon, text.split()))


def _is_somebody(text: str) -> bool:
    return text.casefold() not in _NOBODY
