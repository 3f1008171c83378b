"""National identifiers: found as written, told apart from nothing they are not, and complete against python-stdnum.

Values are drawn from each row's own shape until its check agrees; nobody's number is kept anywhere.
"""

import pkgutil
import random
from dataclasses import dataclass, replace
from functools import cache
from importlib import import_module
from importlib.resources import files

import pytest
import stdnum

from redactor.detection.patterns import Pattern, patterns, recognizer
from redactor.detection.rows import all_rows, national, table
from redactor.detection.view import view
from redactor.types import Entity, Recognizer

MASKING = 0.5
"""The threshold of the shipped policy."""
ROWS = {row.name: row for row in all_rows() if row.countries}
_NAMES = {row.name for row in national.rows()}
OURS = [row for row in all_rows() if row.name in _NAMES]
DIGITS = {number.name: number.modules.split()[0] for number in national._DIGITS}
SHAPES = {number.name: number for number in (*national._DIGITS, *national._LETTERED)}
EVERY = [*SHAPES]
FEW = 2


def _lexicon(name: str) -> dict[str, list[str]]:
    """Topic → its words, of one file of the lexicon."""
    found: dict[str, list[str]] = {}
    lines = files("redactor.detection").joinpath("lexicon", name).read_text("utf-8").splitlines()
    for line in lines:
        if line and not line.startswith("#"):
            topic, entries = line.split(maxsplit=1)
            found.setdefault(topic, []).extend(entries.split("/"))
    return found


LEXICON = _lexicon("national.txt")


# --- drawing values ----------------------------------------------------------------------------------------------


class Shape:
    """Draws texts that an expression of literals, classes, groups, choices and counts matches."""

    def __init__(self, expression: str, draw: random.Random) -> None:
        self._left, self._draw = list(expression), draw
        self._groups: list[str] = []

    def text(self) -> str:
        """One text."""
        return self._choice()

    def _choice(self) -> str:
        options = [self._sequence()]
        while self._left[:1] == ["|"]:
            self._left.pop(0)
            options.append(self._sequence())
        return self._draw.choice(options)

    def _sequence(self) -> str:
        parts = []
        while self._left and self._left[0] not in "|)":
            start = list(self._left)
            part = self._atom()
            least, most = self._count()
            parts.append(part if most else "")
            for _ in range(self._draw.randint(least, most) - 1):
                after, self._left = self._left, list(start)
                parts.append(self._atom())
                self._left = after
            if least == 0 and self._draw.random() < 0.5:
                parts = parts[:-1] if most == 1 else parts
        return "".join(parts)

    def _count(self) -> tuple[int, int]:
        if self._left[:1] == ["?"]:
            self._left.pop(0)
            return 0, 1
        if self._left[:1] != ["{"]:
            return 1, 1
        end = self._left.index("}")
        least, _, most = "".join(self._left[1:end]).partition(",")
        self._left = self._left[end + 1 :]
        return int(least), int(most or least)

    def _atom(self) -> str:
        first = self._left.pop(0)
        if first == "\\":
            kind = self._left.pop(0)
            return self._groups[0] if kind == "1" else self._draw.choice("0123456789") if kind == "d" else kind
        if first == "[":
            return self._draw.choice(self._class())
        if first == "(":
            return self._group()
        return first

    def _class(self) -> str:
        end = self._left.index("]")
        inside = "".join(self._left[:end]).replace("\\d", "0-9")
        self._left = self._left[end + 1 :]
        characters, at = "", 0
        while at < len(inside):
            if inside[at + 1 : at + 2] == "-" and at + 2 < len(inside):
                characters += "".join(map(chr, range(ord(inside[at]), ord(inside[at + 2]) + 1)))
                at += 3
            else:
                characters += inside[at]
                at += 1
        return characters

    def _group(self) -> str:
        named = self._left[0] != "?"
        if not named:
            self._left = self._left[self._left.index(":") + 1 :]
        text = self._choice()
        self._left.pop(0)  # the closing parenthesis
        if named:
            self._groups.append(text)
        return text


@cache
def values(name: str, count: int) -> tuple[str, ...]:
    """Valid numbers of a row as people write them: plain, in the module's own form, in groups, in small letters."""
    draw = random.Random(f"{name} {count}")
    check, found = ROWS[name].check, list[str]()
    while len(found) < count:
        text = Shape(SHAPES[name].shape, draw).text()
        if check is None or check(text):
            found.append(written(name, text, draw))
    return tuple(found)


def written(name: str, text: str, draw: random.Random) -> str:
    module = DIGITS.get(name)
    if module is not None:
        return draw.choice([text, punctuated(module, text), grouped(text, draw.choice(" -"))])
    return text.lower() if draw.random() < 0.2 else text


def punctuated(module: str, text: str) -> str:
    form = getattr(import_module(f"stdnum.{module}"), "format", str)
    try:
        made = str(form(text))
    except (ValueError, IndexError, TypeError):
        return text
    return made if "".join(filter(str.isalnum, made)) == text else text


def grouped(text: str, sign: str) -> str:
    return sign.join(text[at : at + 3] for at in range(0, len(text), 3)) if len(text) % 3 != 1 else text


# --- asking for them ---------------------------------------------------------------------------------------------


EVERYWHERE = {row.name: row for row in table(countries=tuple(sorted({c for row in OURS for c in row.countries})))}
"""Rows as they are where their country is configured."""


@cache
def at_home(country: str) -> Recognizer:
    """The rows in force with one country configured, or none; without building the whole table for each."""
    home = [row for row in EVERYWHERE.values() if country in row.countries]
    names = {row.name for row in home}
    return recognizer([*home, *(row for row in table() if row.name not in names)])


def hits(text: str, asked: str = "", country: str = "") -> list[Entity]:
    """What would be masked, in the text's own offsets."""
    seen = view(text)
    found = [hit for hit in at_home(country)(seen.text, [asked] if asked else []) if hit.score >= MASKING]
    spans = [seen.span(hit.start, hit.end) for hit in found]
    return [replace(hit, start=start, end=end) for hit, (start, end) in zip(found, spans, strict=True)]


def masked(value: str, text: str, asked: str, country: str) -> bool:
    """Whether every letter and digit of the value lies in some hit."""
    found, start = hits(text, asked, country), text.index(value)
    return all(
        any(hit.start <= at < hit.end for hit in found) for at in range(start, start + len(value)) if text[at].isalnum()
    )


def named(value: str, text: str, asked: str, row: Pattern, country: str) -> bool:
    """Whether one hit of the row's kind covers the value."""
    kinds, start = {row.type, "NATIONAL_ID"}, text.index(value)
    return any(
        hit.start <= start and start + len(value) <= hit.end and hit.type in kinds for hit in hits(text, asked, country)
    )


def found_at_home(value: str, country: str) -> bool:
    """Whether the country's own rows see it without a word; among all, a better reading may take it from them."""
    text = view(f"it is {value}, thanks").text
    found = [hit for hit in own_rows(country)(text, []) if hit.score >= MASKING]
    return any(hit.start <= 6 and hit.end >= 6 + len(value) for hit in found)


@cache
def own_rows(country: str) -> Recognizer:
    return recognizer([row for row in EVERYWHERE.values() if country in row.countries])


def words_of(row: Pattern) -> list[str]:
    """The words of a row's topics that name its country or its number."""
    own = sorted(row.context - {national.ANY_ID})
    return [entry for topic in own for entry in LEXICON.get(topic, [])]


@dataclass(frozen=True, slots=True)
class Recall:
    """Shares of a row's values, 0..1."""

    asked: float
    """Found for what they are, as bare answers."""
    said: float
    """The same beside one of the row's words."""
    alone: float
    """Masked whole without any word, and seen by the country's rows."""


def recall(name: str, count: int, country: str) -> Recall:
    row, draw = ROWS[name], random.Random(name)
    asked = said = alone = 0
    for value in values(name, count):
        word = draw.choice(words_of(row))
        beside = draw.choice(["my # is @, thanks", "#: @", "@ is my #"]).replace("#", word).replace("@", value)
        asked += named(value, value, f"What is your {word}?", row, country)
        said += named(value, beside, "", row, country)
        alone += masked(value, f"it is {value}, thanks", "", country) and found_at_home(value, country)
    return Recall(asked / count, said / count, alone / count)


# --- tests -------------------------------------------------------------------------------------------------------


def test_every_country_module_of_stdnum_is_a_row_or_left_out_for_a_reason() -> None:
    names = [module.name.removeprefix("stdnum.") for module in pkgutil.walk_packages(stdnum.__path__, "stdnum.")]
    country = {name for name in names if "." in name and len(name.split(".")[0].rstrip("_")) == 2}
    checks = [row.check.__name__.split() for row in all_rows() if row.check is not None and row.countries]
    rows = {name for kind, *validators in checks if kind == "stdnum" for name in validators}
    left_out = " ".join(national.LEFT_OUT.values()).split()
    assert len(country) > 180
    assert country == rows | set(left_out)
    assert not rows & set(left_out)
    assert len(left_out) == len(set(left_out))


def test_sixty_countries_and_more_have_a_row() -> None:
    assert len(frozenset[str]().union(*(row.countries for row in ROWS.values()))) >= 60
    assert all(row.countries for row in OURS if row.name != "national_id_of_any_country")


def test_every_topic_of_a_row_has_words_and_every_word_a_row() -> None:
    used = frozenset[str]().union(*(row.context for row in OURS))
    assert set(LEXICON) == {topic for topic in used if topic in LEXICON}
    for row in OURS:
        assert not row.requires_context or row.context & set(LEXICON), row.name


@pytest.mark.parametrize("row", OURS, ids=lambda row: row.name)
def test_examples_are_found(row: Pattern) -> None:
    before, _, marked = row.example.rpartition(" | ")
    start, text = marked.index("⟦"), marked.replace("⟦", "").replace("⟧", "")
    span = start, marked.index("⟧") - 1, row.type
    for country in [*sorted(row.countries)[:1], *([""] if row.by_default else [])]:
        assert span in [(hit.start, hit.end, hit.type) for hit in hits(text, before, country)]


@pytest.mark.parametrize("name", EVERY)
def test_recall_where_the_country_is_configured(name: str) -> None:
    for country in sorted(ROWS[name].countries)[:1]:
        assert recall(name, FEW, country) == Recall(1, 1, 1)


@pytest.mark.parametrize("name", [name for name in EVERY if ROWS[name].by_default])
def test_recall_with_a_word_and_no_country_configured(name: str) -> None:
    found = recall(name, FEW, "")
    assert (found.asked, found.said) == (1, 1)


@pytest.mark.soak
@pytest.mark.parametrize("name", EVERY)
def test_recall_over_many_values(name: str) -> None:
    for country in sorted(ROWS[name].countries)[:1]:
        found = recall(name, 300, country)
        assert min(found.asked, found.said, found.alone) >= 0.99, found
    if ROWS[name].by_default:
        found = recall(name, 100, "")
        assert min(found.asked, found.said) >= 0.95, found


@pytest.mark.parametrize("number", national._DIGITS, ids=lambda number: number.name)
def test_other_digits_of_the_length_pass_as_seldom_as_the_strength_says(number: national._Number) -> None:
    check, draw = ROWS[number.name].check, random.Random(number.name)
    most = {national._STRONG: 1 / 25, national._WEAK: 1 / 5, national._NONE: 1.0}[number.strength]
    assert check is not None
    texts = ["".join(draw.choices("0123456789", k=number.size[1])) for _ in range(400)]
    assert sum(map(check, texts)) / len(texts) <= most


@pytest.mark.parametrize("name", EVERY)
def test_checks_refuse_what_is_cut_and_never_raise(name: str) -> None:
    check, longest = ROWS[name].check, SHAPES[name].size[1]
    assert check is not None
    for value in values(name, FEW):
        compact = "".join(filter(str.isalnum, value))
        assert not check(compact[: SHAPES[name].size[0] // 2])
        assert not check((compact * 4)[: longest + 1])
    for text in ("", "-", "²³¹" * 4, "٣" * 11, "0" * 11, "A" * 13, "\ue000" * 9):
        check(text)


@pytest.mark.parametrize(
    "text", ["it is 44051401359, thanks", "row 85010112349 of 90010112345", "1401-555-071 in blue"]
)
def test_bare_digits_say_nothing_without_a_word_or_a_country(text: str) -> None:
    assert [hit for hit in hits(text) if hit.type == "NATIONAL_ID"] == []


def test_what_another_turn_asks_for_is_not_a_national_number() -> None:
    assert {hit.type for hit in hits("44051401359", "What is your order number?")} == {"ACCOUNT_ID"}


@pytest.mark.parametrize("name", ["pl_pesel", "br_cpf", "lt_asmens", "ro_cnp", "za_idnr", "fi_hetu", "mx_curp"])
def test_words_that_name_no_country_let_any_long_number_through(name: str) -> None:
    for value in values(name, FEW):
        for asked in ("What is your national id number?", "And your tax ID, please?", "Your personal identity number?"):
            assert named(value, value, asked, ROWS[name], "")


def test_countries_do_not_cost_each_other_a_number() -> None:
    look = patterns(countries=("BE", "BR", "EE", "HR", "LT", "NO", "PL", "PT", "TR"))
    for name in ("be_nn", "ee_ik", "hr_oib", "lt_asmens", "no_fodselsnummer", "pl_pesel", "pt_nif", "tr_tckimlik"):
        for value in values(name, FEW):
            found = [hit for hit in look(f"it is {value}", []) if hit.score >= MASKING and hit.type == "NATIONAL_ID"]
            assert any((hit.start, hit.end) == (6, 6 + len(value)) for hit in found), name


def test_a_countrys_code_before_the_number_does_not_hide_it() -> None:
    for text in ("PL44051401359", "PL 44051401359", "pl44051401359", "MY PESEL IS PL 44051401359"):
        (found,) = [hit for hit in hits(text, "What is your PESEL?") if hit.type == "NATIONAL_ID"]
        assert text[found.start : found.end].endswith("44051401359")


def test_a_neighbouring_number_is_not_taken_in() -> None:
    text = "my pesel is 44051401359 123456"
    assert [text[hit.start : hit.end] for hit in hits(text) if hit.recognizer == "pattern:pl_pesel"] == ["44051401359"]


def test_a_row_that_is_off_fires_only_where_its_country_is_configured() -> None:
    off = [row for row in OURS if not row.by_default]
    assert off
    for row in off:
        assert row.name not in {other.name for other in table()}
        assert row.name in {other.name for other in table(countries=tuple(sorted(row.countries)))}


def test_words_are_known_as_recognizers_see_them_too() -> None:
    """Turns before the message are read as they came, the message in its view."""
    for topic, entries in LEXICON.items():
        for entry in entries:
            assert view(entry).text.lower() in entries, topic
