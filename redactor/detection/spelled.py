"""Values written out: in words ("john dot smith at gmail dot com", "[at]", "(dot)", "four one double one") or letter by
letter ("S-M-I-T-H", "j o h n").

Of an address only the connecting words are replaced, so that everything else keeps its place. A stretch is replaced
only when the whole reads as an address with a plausible ending, or as four digits and more: "meet me at noon dot",
"one of the two" and "nine to five" stay.
"""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

import regex

from redactor.detection.lazy import lazy
from redactor.detection.words import words


class Edit(NamedTuple):
    """Replace `text[start:end]` by `new`."""

    start: int
    end: int
    new: str


def spelled_out(text: str) -> list[Edit]:
    """The replacements that turn spelled-out values into plain ones: ordered, none overlapping."""
    lower = text.lower()
    edits = apart([*_digits(text), *_postcodes(text)]) if _may_hold_digits(lower) else []
    if _may_hold_address(lower):
        edits = apart([*edits, *_addresses(text)])
    return edits


def letter_by_letter(text: str) -> list[Edit]:
    """The replacements that close up words spelled letter by letter; a wider blank between two of them stays.

    To be applied before `spelled_out`: "j-o-h-n at gmail dot com" is both. Digits alone stay: patterns read them as
    they are, and "1 2 3 4 5" is mostly a count.
    """
    edits = [] if _ONE_AND_ONE.search(text) is None else [*_spaced_letters(text), *_joined_letters(text)]
    return sorted(edits)


def _may_hold_digits(lower: str) -> bool:
    return sum(map(lower.count, _HINTS)) >= 2


def _may_hold_address(lower: str) -> bool:
    if "@ " in lower or " @" in lower or "dot" in lower or ("@" in lower and " ." in lower):
        return True
    if any(bracket in lower for bracket in ("(at)", "[at]", "{at}", "<at>", "( at", "[ at", "(@", "[@", "[.", "(.")):
        return True
    return " at " in lower and _AT_DOMAIN.search(lower) is not None


def apart(edits: Iterable[Edit]) -> list[Edit]:
    """The edits in order, without those that overlap an earlier one."""
    chosen: list[Edit] = []
    for edit in sorted(edits):
        if not chosen or edit.start >= chosen[-1].end:
            chosen.append(edit)
    return chosen


# --- letter by letter --------------------------------------------------------------------------------------------

_ONE_AND_ONE = lazy(r"[ ]\S[ ]\S(?!\S)|-\w-\w\b|\.\w\.\w\b")
"""Two single characters side by side: text without them is let go here."""
_CAPITAL = lazy(r"(?i)(?<![\p{L}\p{N}])(?:capital|upper[ -]?case)[ ]$")
_SAID_BEFORE = 11
"""Characters of the longest such word, with its blank."""
_SPACED = lazy(r"(?<![\w@.'-])[\p{L}\p{N}](?:[ ]{1,3}[\p{L}\p{N}@._+-](?![\w@'])){3,127}")
_JOINED = lazy(r"(?<![\w@.'-])\p{L}(?:(?:-\p{L}(?!\w)){2,63}|(?:\.\p{L}(?!\w)){3,63})(?![-.@]\w)")


def _spaced_letters(text: str) -> Iterator[Edit]:
    for run in _SPACED.finditer(text):
        letters, characters = sum(map(str.isalpha, run[0])), sum(map(str.isalnum, run[0]))
        if letters >= 2 or (letters and characters >= 6):
            yield from _closed_up(run, " ")


def _joined_letters(text: str) -> Iterator[Edit]:
    for run in _JOINED.finditer(text):
        yield from _closed_up(run, run[0][1])


def _closed_up(run: "regex.Match[str]", sign: str) -> Iterator[Edit]:
    """The sign before a character goes with it, and "capital" with the first: no piece of the original is without a
    place. Where blanks stand between, a capital behind a small letter begins a new word."""
    spelled = run[0]
    if (said := _CAPITAL.search(run.string, max(0, run.start() - _SAID_BEFORE), run.start())) is not None:
        yield Edit(said.start(), run.start() + 1, spelled[0].upper())
    for at in range(2, len(spelled)):
        is_new_word = sign == " " and spelled[at].isupper() and spelled[at - 2].islower()
        if spelled[at - 1] == sign and not spelled[at - 2].isspace() and not spelled[at].isspace() and not is_new_word:
            yield Edit(run.start() + at - 1, run.start() + at + 1, spelled[at])


# --- digits in words ---------------------------------------------------------------------------------------------

DIGITS = {"zero": "0", "oh": "0", "o": "0", "nought": "0", "naught": "0", "one": "1", "two": "2", "three": "3",
           "four": "4", "five": "5", "six": "6", "seven": "7", "eight": "8", "nine": "9"}  # fmt: skip
TIMES = {"double": 2, "dbl": 2, "triple": 3, "treble": 3, "quadruple": 4}
_NAMED = "zero|nought|naught|oh|one|two|three|four|five|six|seven|eight|nine"
_TIMED = "double|dbl|triple|treble|quadruple"
_BETWEEN = r"(?:[ \t]{1,3}|[ \t]?[-,.][ \t]{0,2}|[ \t]?\r?\n[ \t]?)"
_UNIT = rf"(?:(?:{_TIMED})[ \t-]{{1,2}}(?:{_NAMED}|o|\d)|{_NAMED}|o|\d{{1,4}})"
_HINTS = (
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "oh",
    "ought",
    "double",
    "triple",
)
_RUN = lazy(rf"(?i)(?<![\w.$€£]){_UNIT}\b(?:{_BETWEEN}{_UNIT}\b)++(?![.,]?\d)")
_UNITS = lazy(rf"(?i){_UNIT}\b")


def _digits(text: str) -> list[Edit]:
    edits: list[Edit] = []
    for run in _RUN.finditer(text):
        units = list(_UNITS.finditer(text, run.start(), run.end()))
        values = [_value(unit[0]) for unit in units]
        if _is_number([unit[0] for unit in units], values):
            at = run.start()
            for unit, value in zip(units, values, strict=True):
                # The blank before a word goes with it: no piece of the original is without a place.
                edits.append(Edit(at, unit.end(), value))
                at = unit.end()
    return edits


def _value(unit: str) -> str:
    words = unit.casefold().replace("-", " ").split()
    digit = DIGITS.get(words[-1], words[-1])
    return digit * TIMES[words[0]] if len(words) == 2 else digit


def _is_number(units: list[str], values: list[str]) -> bool:
    """Four digits or more, at least three of them in words; or single digits throughout with a word among them."""
    words = sum(1 + (" " in unit or "-" in unit) for unit in units if unit[0].isalpha() and unit.casefold() != "o")
    digits = sum(map(len, values))
    if digits < 4 or not words:
        return False
    return words >= 3 or (digits >= 6 and all(len(unit) == 1 for unit in units if unit[0].isdigit()))


_DIGIT = rf"(?i:{_NAMED}|\d)"
_AREAS = (
    "A[BL]|B[ABDHLNRST]?|C[ABFHMORTVW]|D[ADEGHLNTY]|E[CHNX]?|F[KY]|G[LUY]?|H[ADGPRSUX]|I[GMPV]|JE|K[ATWY]|L[ADELNSU]?|"
    "M[EKL]?|N[EGNPRW]?|O[LX]|P[AEHLOR]|R[GHM]|S[AEGKLMNOPRSTWY]?|T[ADFNQRSW]|UB|W[ACDFNRSV]?|YO|ZE"
)
"""The letters of British postcode areas (Royal Mail)."""
_POSTCODE = lazy(
    rf"(?<![\w'])(?P<area>{_AREAS}){_BETWEEN}(?P<d>{_DIGIT})\b(?:{_BETWEEN}(?P<d>{_DIGIT})\b){{1,2}}{_BETWEEN}[A-Z]{{2}}(?![\w'])"
)
"""A British postcode: the area, two or three digits of which the last belongs to the two capitals behind."""


def _postcodes(text: str) -> list[Edit]:
    edits: list[Edit] = []
    for code in _POSTCODE.finditer(text):
        spans = code.spans("d")
        if not any(text[start].isalpha() for start, _ in spans):
            continue
        at = code.end("area")
        for number, (start, end) in enumerate(spans, 1):
            last = number == len(spans)
            until = code.end() - 2 if last else end
            edits.append(Edit(at, until, (" " if last else "") + _value(text[start:end])))
            at = until
    return edits


# --- addresses in words ------------------------------------------------------------------------------------------

_ENDINGS = (
    "com|net|org|edu|gov|mil|info|biz|name|mobi|io|co|ai|me|app|dev|tech|xyz|online|site|shop|store|cloud|email|pro|"
    "us|uk|ca|au|in|de|fr|es|it|nl|eu|ch|at|be|ie|nz|se|no|dk|fi|pl|pt|cz|gr|ro|hu|ru|ua|tr|il|ae|sa|za|ng|ke|eg|"
    "mx|br|ar|cl|co|pe|jp|cn|kr|tw|hk|sg|my|ph|th|vn|id|pk|bd|lk|lu|sk|si|hr|bg|lt|lv|ee|is"
)
"""Endings an address said aloud may have: the common generic ones and country codes (IANA root zone database)."""

_PROVIDERS = words(
    "gmail googlemail yahoo ymail rocketmail hotmail outlook live msn aol icloud me mac protonmail proton pm gmx "
    "web mail email zoho yandex fastmail tutanota hey comcast verizon att sbcglobal bellsouth cox btinternet sky "
    "orange wanadoo free libero laposte rediffmail qq 163 example"
)
"""Names of widely used mail providers: before one of them "at" can hardly be the ordinary word."""

_NO_LOCAL = words(
    "me you us it them him her he she they we i is are was be am this that here there these those look looking "
    "see shop shopping available order ordered bought buy online email mail contact reach write sign login log "
    "work works working not and or but up back out in on off meet found visit site website page store only also "
    "again purchased purchase check deal deals sale price prices item items customer support help live now today "
    "anyone someone"
)

_PLAIN_DOT = r"(?:[ \t]{0,2}[\[({<][ \t]?(?:dot|\.)[ \t]?[\])}>][ \t]{0,2}|[ \t]{1,2}(?:dot|\.)[ \t]{1,2}|\.)"
_JOINT = (
    r"(?:[ \t]{0,2}[\[({<][ \t]?(?:dot|\.|underscore|dash)[ \t]?[\])}>][ \t]{0,2}"
    r"|[ \t]{1,2}(?:dot|period|underscore|under[ ]score|dash|hyphen|plus)[ \t]{1,2}|[ \t]\.[ \t]|[._+-]{1,2})"
)
_AT = lazy(
    r"(?i)[ \t]{0,2}[\[({<][ \t]?(?:at|@)[ \t]?[\])}>][ \t]{0,2}|(?<=\w)[ \t]{1,2}at(?:[ \t]sign)?[ \t]{1,2}"
    r"|[ \t]{0,2}@[ \t]{0,2}"
)
_AT_DOMAIN = lazy(r"\bat(?: {1,2}sign)? {1,2}[\w-]{1,63}+(?:\.\w| ?[\[({<]| dot\b| \. ?)")
_DOMAIN = lazy(
    rf"(?i)(?:[\p{{L}}\p{{N}}][\p{{L}}\p{{N}}-]{{0,62}}+{_PLAIN_DOT}){{1,4}}(?:{_ENDINGS})(?![\w@-])(?!\.\w)"
)
_LOCAL = lazy(rf"(?i)(?<![\w.+@-])[\w+-]{{1,64}}(?:{_JOINT}[\w+-]{{1,64}}){{0,5}}$")
_CONNECTOR = lazy(rf"(?i){_JOINT}|{_PLAIN_DOT}")
_WINDOW = 96
"""How far before the at-sign an address said aloud may begin; it keeps the search linear."""
_SAID = {"underscore": "_", "under score": "_", "dash": "-", "hyphen": "-", "plus": "+"}


def _addresses(text: str) -> list[Edit]:
    edits: list[Edit] = []
    at = 0
    for sign in _AT.finditer(text):
        if sign.start() < at or (domain := _DOMAIN.match(text, sign.end())) is None:
            continue
        local = _LOCAL.search(text[max(at, sign.start() - _WINDOW) : sign.start()])
        if local is None or not _reads_as_address(local[0], sign[0], domain[0]):
            continue
        start = sign.start() - len(local[0])
        new = [*_joined(text, start, sign.start()), Edit(*sign.span(), "@"), *_joined(text, *domain.span())]
        edits += (edit for edit in new if text[edit.start : edit.end] != edit.new)
        at = domain.end()
    return edits


def _joined(text: str, start: int, end: int) -> list[Edit]:
    return [Edit(*found.span(), _said(found[0])) for found in _CONNECTOR.finditer(text, start, end)]


def _said(connector: str) -> str:
    word = connector.strip(" \t[](){}<>").casefold()
    return _SAID.get(word, "." if word in ("dot", "period", ".") else word)


def _reads_as_address(local: str, sign: str, domain: str) -> bool:
    """An at-sign in brackets says so by itself; the bare word, or a sign between blanks, is doubted."""
    if sign.strip(" \t")[:1] in ("[", "(", "{", "<") or sign == "@":
        return True
    if local.casefold() in _NO_LOCAL:
        return False
    if _CONNECTOR.search(local) or any(c.isdigit() for c in local):
        return True
    provider = _CONNECTOR.split(domain)[0].casefold()
    return provider in _PROVIDERS or not local.casefold().endswith(("ing", "ed", "s"))
