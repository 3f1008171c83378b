"""Disguises of people: other signs for digits, signs between, from the end, spelled by name, read in groups, grown
together with other words, in other scripts."""

import random
import re
from dataclasses import replace

from benchmarks.evasion.forms import NUMBERS, Carrier, Form
from benchmarks.evasion.scripts import in_own_language
from redactor.detection.words import words

_LEET_DIGITS = {"0": "Oo", "1": "lI|", "2": "Z", "5": "S", "8": "B", "6": "G"}
_LEET_LETTERS = {"o": "0", "i": "1", "e": "3", "a": "4", "s": "5", "l": "1"}


def _letters_for_digits(text: str, dice: random.Random) -> str:
    """Letters for up to half of the digits."""
    places = [i for i, c in enumerate(text) if c in _LEET_DIGITS]
    chosen = set(dice.sample(places, min(len(places), dice.randint(1, max(1, sum(map(str.isdigit, text)) // 2)))))
    kinds = {c: dice.choice(_LEET_DIGITS[c]) for c in _LEET_DIGITS}
    return "".join(kinds[c] if i in chosen else c for i, c in enumerate(text))


def _digits_for_letters(text: str, dice: random.Random) -> str:
    local, _, host = text.partition("@")
    share = dice.choice((0.4, 0.8))
    said = "".join(_LEET_LETTERS[c] if c in _LEET_LETTERS and dice.random() < share else c for c in local)
    return f"{said}@{host.replace('com', 'c0m') if dice.random() < 0.6 else host.replace('o', '0', 1)}"


_RINGS = ("⓿❶❷❸❹❺❻❼❽❾", "0⑴⑵⑶⑷⑸⑹⑺⑻⑼", "🄀⒈⒉⒊⒋⒌⒍⒎⒏⒐", "🄋➀➁➂➃➄➅➆➇➈")
"""Digits in black circles, in brackets, with dots, in thin circles; key caps are made with a mark."""


def _ringed(text: str, dice: random.Random) -> str:
    kind = dice.randrange(len(_RINGS) + 1)
    if kind == len(_RINGS):
        return re.sub("([0-9])", "\\1\ufe0f\u20e3", text)
    return "".join(_RINGS[kind][int(c)] if c in "0123456789" else c for c in text)


def _signs_between(text: str, dice: random.Random) -> str:
    glue = dice.choice(("*", "|", " | ", "_", "~", "+", ",", ", ", "#", "=", "👏", " * ", ":"))
    return glue.join(c for c in text if c.isalnum())


def _letter_between(text: str, dice: random.Random) -> str:
    return dice.choice("xX").join(c for c in text if c.isdigit())


def _in_brackets(text: str, dice: random.Random) -> str:
    left, right = dice.choice(("()", "[]", "{}"))
    plus = "+" if text.startswith("+") else ""
    return plus + dice.choice(("", " ")).join(f"{left}{c}{right}" for c in text if c.isalnum())


def _signs_between_letters(text: str, dice: random.Random) -> str:
    glue = dice.choice("*_~|")
    return " ".join(glue.join(word) for word in text.split())


def _from_the_end(text: str, _: random.Random) -> str:
    return text[::-1]


def _in_groups(text: str, dice: random.Random) -> str:
    """The digits in groups of one to three as they are read aloud."""
    if any(map(str.isalpha, text)):
        return text
    digits = re.sub(r"\D", "", text)
    said: list[str] = ["plus"] if text.startswith("+") else []
    while digits:
        size = dice.choice((1, 2, 2, 2, 3))
        group, digits = digits[:size], digits[size:]
        said.append(_read_aloud(group, dice))
    return dice.choice((" ", " ", ", ")).join(said).replace("plus, ", "plus ")


_ONES = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"]
_TEENS = ["ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"]
_TENS = ["", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]


def _read_aloud(group: str, dice: random.Random) -> str:
    if len(group) == 3 and group[0] != "0":
        rest = group[1:]
        if rest == "00":
            return f"{_ONES[int(group[0])]} hundred"
        if rest[0] != "0":
            return f"{_ONES[int(group[0])]} hundred and {_read_aloud(rest, dice)}"
    if len(group) == 2 and group[0] != "0":
        if group[0] == group[1] and dice.random() < 0.5:
            return f"double {_ONES[int(group[0])]}"
        if group[0] == "1":
            return _TEENS[int(group[1])]
        return _TENS[int(group[0])] + (dice.choice("- ") + _ONES[int(group[1])] if group[1] != "0" else "")
    if len(set(group)) == 1 and len(group) == 3:
        return f"triple {_ONES[int(group[0])]}"
    return " ".join("oh" if c == "0" and dice.random() < 0.5 else _ONES[int(c)] for c in group)


_CODE_WORDS = [
    "alfa",
    "bravo",
    "charlie",
    "delta",
    "echo",
    "foxtrot",
    "golf",
    "hotel",
    "india",
    "juliett",
    "kilo",
    "lima",
    "mike",
    "november",
    "oscar",
    "papa",
    "quebec",
    "romeo",
    "sierra",
    "tango",
    "uniform",
    "victor",
    "whiskey",
    "xray",
    "yankee",
    "zulu",
]
_EXPLAINING = {
    "a": "apple", "b": "boy", "c": "cat", "d": "dog", "e": "edward", "f": "frank", "g": "george", "h": "house",
    "i": "ice", "j": "john", "k": "king", "l": "lemon", "m": "mary", "n": "nancy", "o": "orange", "p": "peter",
    "q": "queen", "r": "robert", "s": "sam", "t": "tom", "u": "umbrella", "v": "violet", "w": "water", "x": "x-ray",
    "y": "yellow", "z": "zebra",
}  # fmt: skip


def _explained(text: str, dice: random.Random) -> str:
    """ "J as in John, o as in orange", each letter of each word; digits as they are."""
    link = dice.choice((" as in ", " for ", " like "))
    glue = dice.choice((", ", " ", ", "))
    capital = dice.random() < 0.6

    def said(c: str) -> str:
        word = _EXPLAINING.get(c.lower())
        if word is None:
            return c
        return f"{c.upper()}{link}{word.capitalize()}" if capital else f"{c.lower()}{link}{word}"

    return glue.join(said(c) for c in text if c.isalnum())


def _code_words(text: str, dice: random.Random) -> str:
    glue = dice.choice((" ", " ", "-", ", "))
    case = dice.choice((str.lower, str.capitalize, str.upper))
    return glue.join(case(_CODE_WORDS[ord(c.lower()) - 97]) if c.isalpha() else c for c in text if c.isalnum())


def _with_doubles(text: str, dice: random.Random) -> str:
    """Letter by letter, "double t" where two are the same; a name without any gets a capital announced."""
    glue = dice.choice(("-", " ", ", "))
    said = [re.sub(r"(?i)(\w)\1", r"#\1", word) for word in text.split()]
    spelled = [
        glue.join(f"double {part[1]}" if part[0] == "#" else part for part in re.findall(r"#?\w", word))
        for word in said
    ]
    return f"capital {' '.join(spelled)}" if "double" not in " ".join(spelled) else " ".join(spelled)


def _camel(text: str, _: random.Random) -> str:
    return "".join(word.capitalize() for word in text.split())


def _dressed(text: str, dice: random.Random) -> str:
    """All capitals, none, signs right beside it, or underscores."""
    return dice.choice((str.upper(text), str.lower(text), text.replace(" ", "_"), text.lower().replace(" ", "_")))


_GROWN = (
    Carrier("myNameIs{}"), Carrier("hello iAm{}"), Carrier("name{}", "May I have your full name?"),
    Carrier("thisIs{} from yesterday"),
)  # fmt: skip
_HASHED = (
    Carrier("#{}", "Who am I speaking with?"), Carrier("my name is #{}"), Carrier("hi, this is #{} again"),
    Carrier("it's under #{}", "Whose name is on the booking?"),
)  # fmt: skip
_BESIDE_SIGNS = (
    Carrier("my name is:{}"), Carrier("my name is...{}"), Carrier("*{}* here", "Who am I speaking with?"),
    Carrier("name={};", "May I have your full name?"), Carrier("-{}-", "What is your name?"),
    Carrier("/{}/ is my name"),
)  # fmt: skip

_ALIKE = str.maketrans("aceijopsxyhABCEHIKMOPTXSJ", "асеіјорѕхуһАВСЕНІКМОРТХЅЈ")


def _wholly_alike(text: str, dice: random.Random) -> str:
    """Words of nothing but look-alikes where a word allows it, else as many as it has."""
    return text.translate(_ALIKE)


_CHECKED = words("CREDIT_CARD US_SSN PHONE_NUMBER IBAN_CODE")
_ONLY_DIGITS = words("CREDIT_CARD US_SSN PHONE_NUMBER")

_FORMS = (
    Form("letters for digits", _letters_for_digits, _CHECKED),
    Form("digits for letters in an address", _digits_for_letters, words("EMAIL_ADDRESS")),
    Form("ringed, bracketed and dotted digits", _ringed, NUMBERS | {"DATE_OF_BIRTH"}),
    Form("a sign after every digit", _signs_between, _ONLY_DIGITS | {"IBAN_CODE"}),
    Form("a letter after every digit", _letter_between, _ONLY_DIGITS),
    Form("every digit in brackets", _in_brackets, _ONLY_DIGITS),
    Form("a sign after every letter", _signs_between_letters, words("PERSON EMAIL_ADDRESS")),
    Form("from the end", _from_the_end, words("CREDIT_CARD IBAN_CODE EMAIL_ADDRESS")),
    Form(
        "from the end, with a word for it", _from_the_end, words("PHONE_NUMBER PERSON ACCOUNT_ID"), after=" backwards"
    ),
    Form("digits read in groups", _in_groups, _ONLY_DIGITS | {"POSTAL_CODE"}),
    Form("J as in John", _explained, words("PERSON ACCOUNT_ID")),
    Form("code words for letters", _code_words, words("PERSON ACCOUNT_ID")),
    Form("letter by letter, with double", _with_doubles, words("PERSON")),
    Form("grown together with words", _camel, words("PERSON"), carriers=_GROWN),
    Form("hashtags", _camel, words("PERSON"), carriers=_HASHED),
    Form("signs right beside it", lambda text, _: text, words("PERSON"), carriers=_BESIDE_SIGNS, changes=False),
    Form("all capitals, no capitals, underscores", _dressed, words("PERSON")),
    Form("words wholly of look-alikes", _wholly_alike, words("PERSON EMAIL_ADDRESS")),
    Form("names in other scripts", lambda text, _: text, words("PERSON"), own=in_own_language, changes=False),
)
FORMS = tuple(replace(form, natural=True) for form in _FORMS)
"""Each undone by the view, by a second reading or by a row of its own."""
