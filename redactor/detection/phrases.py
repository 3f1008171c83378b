"""Building blocks of the rows that work by words: how people introduce a value, and what such a value looks like."""

from collections.abc import Sequence
from itertools import pairwise

import regex

from redactor.detection.checks import digits_of
from redactor.detection.lazy import lazy
from redactor.detection.words import ordinary_words

ACCOUNT_TOPICS = frozenset(("order", "account", "booking", "ticket"))
"""Topics whose values are ACCOUNT_ID."""

KEY = (
    r"(?:orders?|purchase|accounts?|acct|a/c|customer|client|member(?:ship)?|booking|reservations?|confirmation|tickets?|"
    r"tracking|shipment|shipping|invoice|case|claim|policy|references?|ref|transaction|subscription|contract|loyalty|"
    r"rewards?|request|incident|returns?|rma|pnr|record[ ]locator|profile|serial|quote|work[ ]order|frequent[ ]flyer|"
    r"student|employee|patient|payment)"
)
"""What a reference refers to."""
QUALIFIER = (
    r"(?:[ ]{0,2}(?:ids?\b|i\.d\.|numbers?\b|num\b|nr\b|no\b\.?|nbr\b|nos\b\.?|\#|codes?\b|reference\b|ref\b|locator\b|"
    r"identification\b))"
)
"""The word that says that what follows is a reference."""
LAST_FOUR = (
    r"(?i)(?:\b(?:e(?:nding){e<=1}|f(?:inishing){e<=1})(?:[ ](?:in|with|on|at))?"
    r"|\b(?!least|lost|list)l(?:ast){e<=1}[ ](?:four|4)(?:[ ](?:digits?|numbers?|of|it|card|are|is|being|were)){0,3})"
    r"[ :*x#.-]{1,12}$"
)
"""Stands, also misspelled by a letter, before the last four digits of a number, which say nothing by themselves."""
LINK = (
    r"(?:[ ]{0,2}(?:(?:is|was|are|it's|its|it[ ]is|of|as|would[ ]be|should[ ]be|called"
    r"|ending[ ]with(?![ :*x#.-]{1,12}\d{4}(?!\w)))(?!\w)"
    r"|:|=|-|–|\#|\()){0,3}[ ]{0,2}(?:\r?\n[ ]?)?(?:[*`\"'(\[]{1,3}[ ]?){0,2}+"
)
"""What may stand between a name for a value and the value."""
REFERENCE = (
    r"(?P<v>\d{3,6}[ -]\d{3,6}(?:(?:[ -]\d{3,6}){1,5}(?:[ -]\d{1,2})?)?+(?![\w-])"
    r"|\#?(?=[^\s,;]{0,20}\d)[A-Za-z0-9](?:[A-Za-z0-9]|[-_./](?=[A-Za-z0-9])){2,30}+(?!@|\.\w))"
)
"""A reference: digits in groups, or three characters and more with a digit among the first."""

_MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|"
    r"nov(?:ember)?|dec(?:ember)?)\b\.?"
)
_ORDINAL = r"(?:st|nd|rd|th)?"
_YEAR = r"'?(?:\d{4}|\d{2})"
_AND_YEAR = rf"(?:[ ,.-]{{1,3}}(?:of[ ])?{_YEAR})?"
DATE = (
    r"\d{1,2}[ ]?[/.-][ ]?\d{1,2}[ ]?[/.-][ ]?(?:\d{4}|\d{2})|\d{4}[/. -]\d{1,2}[/. -]\d{1,2}"
    r"|\d{1,2}[ ]\d{1,2}[ ](?:19|20)?\d\d|\d{1,2}/\d{1,2}"
    rf"|\d{{1,2}}{_ORDINAL}(?:[ ]of)?[ .-]{{0,2}}{_MONTH}{_AND_YEAR}"
    rf"|{_MONTH}[ -]{{0,2}}(?:the[ ])?\d{{1,2}}{_ORDINAL}\b{_AND_YEAR}"
    rf"|{_MONTH}[ ,]{{1,2}}(?:of[ ])?{_YEAR}"
)
"""A date as people write it: 03/05/1985, 5.3.85, 1985-03-05, March 5th, 1985, 5 of march 85, march 1985."""

_UNIT_WORD = r"(?:one|two|three|four|five|six|seven|eight|nine)"
_TEEN_WORD = r"(?:ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen|eighteen|nineteen)"
_TEN_WORD = r"(?:twenty|thirty|fou?rty|fifty|sixty|seventy|eighty|ninety)"
NUMBER_WORD = rf"(?:{_TEN_WORD}(?:[ -]{{0,2}}{_UNIT_WORD})?|{_TEEN_WORD}|{_UNIT_WORD})"
"""A number from one to ninety-nine in words, small letters."""

_ORDINARY_WORDS = (
    "a about above access account actually all already also always am an and another any anymore are as asking at "
    "be because been before being below best but by calling can can't cannot case change changed code confirm "
    "correct could customer date day did didn't do does doesn't don't done down each either else email enough "
    "error even ever every everything expired fine first for forgot forgotten from full gave get getting give go "
    "going gone good got great had has have having he hello help her here hey hi him his hoping how however i i'd "
    "i'll i'm i've id if im in incorrect information invalid is isn't issue it it's its just keep kind know last "
    "late left let like listed locked lol long looking lost made mail main make may maybe me member message might "
    "mine missing more most much must my name need needed needs never new next no nope none nor not nothing now "
    "number of off ok okay old on once one only open or order other our out over own page password please phone "
    "pin please possible probably problem provide provided quite rather really reason refund reset right said "
    "same saved saying see sent set shall she should shown since so some something soon sorry still stuff such "
    "sure tell than thank thanks that that's the their them then there these they thing things think this those "
    "though thru time to told too total tried try trying two under unique unknown until up upon us use used user "
    "username using valid very via want wanted was wasn't way we week well went were what what's whatever when "
    "where whether which while who why will wish with without won't wondering working worked would wouldn't wrong "
    "yeah yep yes yet you your yours zip spelled spelt associated attached blank blocked different displayed "
    "empty hidden linked private protected public required secret secure stored strong stupid temporary weak "
    "hacked compromised rejected accepted matching recognized recognised updated verified safe unclear none na "
    "n/a asap bro buddy dear friend guys mate ma'am maam man mr mrs ms miss sir team agent bot cancel cheers bye "
    "gold silver bronze guest premium basic standard plus platinum tomorrow today yesterday morning afternoon "
    "evening night january february march april june july august september october november december monday "
    "tuesday wednesday thursday friday saturday sunday"
)
_ORDINARY = frozenset(_ORDINARY_WORDS.split())
"""Words that are no name, user name or password by themselves: the grammar and small talk of chats."""

_NAME_TOO = frozenset(("march", "april", "june", "may", "dear", "will", "well", "quite"))
_WORD_OF_NAME = r"\p{L}[\p{L}\p{M}'’.-]{0,24}+"
NAME = rf"{_WORD_OF_NAME}(?:[ ](?!(?:first|last|full|middle)[ ]?name\b){_WORD_OF_NAME}){{0,3}}+(?!['’\w@])"
"""One to four words; `name_length` says how much of it can be a name."""

_PARTICLE_WORDS = "de la las los del da di do dos das du le van der den von zu zum al el bin ibn abu ter ten san"
_PARTICLES = frozenset(_PARTICLE_WORDS.split())
_WORDS = lazy(r"[^ ]++")
_VERB = lazy(r"[a-z]{2,20}ing|[a-z]{3,20}n't")
_STRETCHED = lazy(r"(.)\1\1")
_FLIGHT = lazy(r"[A-Z]{2,3} ?\d{1,4}")
_MEASURE = lazy(
    r"(?i)\d+-?(?:st|nd|rd|th|am|pm|h|hr|hrs|min|mins|m|cm|mm|km|ft|foot|in|inch|inches|kg|g|lb|lbs|oz|ml|l|gb|mb|tb|k|mp|w|kw|hz|x\d*|%|s|yrs?|days?|"
    r"hours?|weeks?|months?|years?|usd|eur|gbp|items?|pcs|pack|star|xl|xxl)|\d{1,2}:\d\d.*|(?:19|20)\d\d|\d{1,2}[-/.]\d{1,2}(?:[-/.]\d{2,4})?"
    r"|\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|\d{1,3}(?:\.\d+)+|\d+\.\d\d|v\d.*|covid-?19|[a-z]+\d?g|24/7|\d/\d+"
)
_IMPOSSIBLE = lazy(
    r"(?i)q[^u]|[^aeiouy]q|[jvx][bcdfghjklmnpqrstvwxz]|[bcdfghjkmpqtvwxz][jx]|z[bcdfghjkmnpqrstvwx]|[bcfghjkmpqvwx]z|"
    r"[bcdfghjklmnpqrstvwxz]{5}|w[gjvz]|h[gjkx]|k[gqvx]|[bfgpv]k|m[gjkqwxz]|[dgkpt]x|(.)\1\1|[aeiou]{4}|y[hjqy]|v[fghjkmpqtwx]|[cdgp]v|f[bdgjkmpqvwxz]"
)


def is_reference(text: str) -> bool:
    """Four characters and a digit, and neither a measure, a time, a date nor a version."""
    code = text.strip().lstrip("#")
    if sum(c.isalnum() for c in code) < 4 or not digits_of(code):
        return False
    return text.startswith("#") or not _MEASURE.fullmatch(code)


def is_long_reference(text: str) -> bool:
    """Without a word such as "number" before it: five digits, or six characters with two digits among them; and not in
    the shape of a flight number."""
    digits = len(digits_of(text))
    return (
        is_reference(text)
        and not _FLIGHT.fullmatch(text)
        and (digits >= 5 or (digits >= 2 and sum(c.isalnum() for c in text) >= 6))
    )


def looks_random_code(text: str) -> bool:
    """Nothing but an identifier looks like this: letters and digits in turns, or letters in no order of a language."""
    if text.isdigit() or not is_secret_word(text):
        return False
    if text.isalpha():
        return len(_IMPOSSIBLE.findall(text)) >= 2 and _STRETCHED.search(text) is None
    turns = sum(a.isdigit() != b.isdigit() for a, b in pairwise(text))
    return turns >= 3 or (turns >= 2 and bool(_IMPOSSIBLE.search(text)))


def looks_random(text: str) -> bool:
    """Letters in an order that words do not have: "QMNFFJKHWZ" but not "MISSING"; in small letters twice so."""
    odd = len(_IMPOSSIBLE.findall(text))
    return (
        odd >= (1 if text.isupper() else 2)
        and text.casefold() not in ordinary_words()
        and text.casefold() not in _ORDINARY
    )


def is_secret_word(text: str) -> bool:
    """Not one of the words that say something about a value instead of giving it: "my password is wrong"."""
    word = text.casefold().strip(".,!?\"'")
    return len(word) > 1 and word not in _ORDINARY and not (word.isalpha() and word.endswith(("ing", "ed", "ly")))


def is_uncommon(text: str) -> bool:
    """No word of the language: what a user name or password given as a bare answer looks like."""
    return is_secret_word(text) and text.casefold() not in ordinary_words()


def name_length(text: str) -> int:
    """How many characters from the start can be a name: up to the first ordinary word, two words in small letters."""
    words = list(_WORDS.finditer(text))
    kept = named = 0
    for count, word in enumerate(words):
        lower = word[0].casefold().rstrip(".")
        if lower not in _PARTICLES and (
            _is_ordinary(word[0], lower, not _named(words, count + 1)) or (named >= 2 and word[0].islower())
        ):
            break
        kept = count + 1
        named += lower not in _PARTICLES
    while kept and words[kept - 1][0].casefold() in _PARTICLES:
        kept -= 1
    if not kept:
        return 0
    last = words[kept - 1]
    end = last.end() - (last[0].endswith(".") and len(last[0]) > 2 and last[0].casefold() not in ("jr.", "sr."))
    return end if end > 1 else 0


def introduced_length(text: str) -> int:
    """The same where a name is sure to come ("you are chatting with"): words with a capital, be they words of the
    language ("Blessing"); else as `name_length` says.
    """
    end = 0
    for word in _WORDS.finditer(text):
        if not word[0][0].isupper() or word[0].casefold().rstrip(".") in _ORDINARY:
            break
        end = word.end()
    return len(text[:end].rstrip(".")) or name_length(text)


def _is_ordinary(word: str, lower: str, last: bool) -> bool:
    """Whether a word is none of a name; "will" and "may" are one with a capital, or with another name behind."""
    if lower in _NAME_TOO:
        return word.islower() and last
    return lower in _ORDINARY or _VERB.fullmatch(lower) is not None


def _named(words: Sequence["regex.Match[str]"], at: int) -> bool:
    """Whether a word that can only be a name stands at this place."""
    return at < len(words) and not _is_ordinary(words[at][0], words[at][0].casefold().rstrip("."), True)
