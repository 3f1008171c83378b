"""Are all people's names masked alike? The same chat messages filled with names by origin and gender, and counted.

Every group gets the same templates in the same order, so that nothing but the names differs between groups. Each
message is a conversation of its own, through the whole path: nothing that was learned from one helps another. A name
is missed when a letter of it is left in clear. Names are given by the user as CSV files (`load_lists`); none ship.

What the groups mean: a region is where a list of names was collected, not what anybody is.
"""

import random
import tomllib
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from itertools import cycle, islice
from pathlib import Path
from typing import Any, Literal, TypeAlias
from uuid import uuid4

import regex

from redactor.detection.words import ordinary_words
from redactor.evaluation.counting import is_hidden
from redactor.evaluation.csvs import Row, rows, whole
from redactor.evaluation.dialogs import Span
from redactor.evaluation.wilson import difference, wilson
from redactor.exceptions import ConfigError
from redactor.redactor import Redactor
from redactor.types import Entity, Role

Shape: TypeAlias = Literal["first", "last", "full"]
"""How a message gives a name: first name only, last name only, or both."""
SHAPES: tuple[Shape, ...] = ("first", "last", "full")

LEAST_NAMES = 20
"""Different names a region's list must hold to be a group of its own."""
OTHER = "other regions"
"""All regions with fewer names than that, and countries no region lists, together."""

_SLOT = regex.compile(r"\{(first|last|full)\}")
_LATIN_NAME = regex.compile(r"[\p{Latin}][\p{Latin}\p{M}'’ʻ. -]*+")
_WELL_KNOWN = 1_000
"""Bearers from which a counted first name that is also a word takes part: below, the list is mostly odd spellings."""
_BANDS = ((10_000, "10,000 people and more"), (1_000, "1,000 to 9,999"), (100, "100 to 999"), (0, "fewer than 100"))


@dataclass(frozen=True, slots=True)
class Template:
    """A message with room for names of one shape."""

    text: str
    shape: Shape
    role: Role = "customer"
    question: str = ""
    """The agent's turn before; empty where the message opens the conversation."""


@dataclass(frozen=True, slots=True)
class NameLists:
    """Names to fill in, by region. First names that are also English words are kept apart from all the others."""

    first: Mapping[str, Mapping[str, tuple[str, ...]]] = field(repr=False)
    """Region → gender ("F" or "M") → first names."""
    last: Mapping[str, tuple[str, ...]] = field(repr=False)
    """Region → last names."""
    bands: Mapping[str, tuple[str, ...]] = field(repr=False)
    """How many bear the name → first names, where a list counts its names."""
    words: tuple[str, ...] = field(repr=False)
    """First names that are also English words."""
    left_out: int = 0
    """Names not used because the caller said so (seen in training) or because they are not in Latin letters."""


@dataclass(frozen=True, slots=True)
class Name:
    """A name in a message: where (code points), and what it counts for: axis → group."""

    start: int
    end: int
    counts_for: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Item:
    """One filled message."""

    text: str = field(repr=False)
    template: Template
    names: tuple[Name, ...]


@dataclass(frozen=True, slots=True)
class MissRate:
    """Names of which a letter was left in clear, with the share's 95% Wilson interval."""

    missed: int
    total: int
    share: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Gap:
    """The two groups of an axis that lie farthest apart, and the difference of their shares with a 95% interval.

    The interval is that of these two groups; that they were picked as the farthest of many is not in it.
    """

    worst: str
    best: str
    share: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Missed:
    """A name that was not fully masked. The name itself is not in the repr."""

    name: str = field(repr=False)
    template: str
    groups: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Fairness:
    """What a run found."""

    overall: MissRate
    """Over the regions with all three shapes: those compared with each other."""
    by: Mapping[str, Mapping[str, MissRate]]
    """Axis → group → its rate. Axes: origin, origin and shape, origin and gender, gender, shape, case, speaker, place;
    and, counted apart from all these: apart (regions that lack names of a shape), word, bearers."""
    gaps: Mapping[str, Gap]
    """Axis → the largest gap, for origin and gender."""
    messages: int
    left_out: int
    missed: tuple[Missed, ...] = field(default=(), repr=False)


@cache
def templates() -> tuple[Template, ...]:
    """The messages that ship with the package."""
    return tuple(_template(row) for row in _data()["templates"])


@cache
def region_of() -> Mapping[str, str]:
    """Country code (ISO 3166-1 alpha-2) → region."""
    return {country: region for region, listed in _data()["regions"].items() for country in listed.split()}


@cache
def _data() -> dict[str, Any]:
    return tomllib.loads(files("redactor.evaluation").joinpath("fairness.toml").read_text("utf-8"))


def _template(row: Mapping[str, str]) -> Template:
    (shape,) = {found[1] for found in _SLOT.finditer(row["text"])}
    return Template(row["text"], shape, row.get("role", "customer"), row.get("question", ""))  # type: ignore[arg-type]


# --- names -------------------------------------------------------------------------------------------------------


def load_lists(folder: Path, without: Iterable[str] = (), *, least: int = LEAST_NAMES) -> NameLists:
    """The names of every CSV file of a folder, told apart by their headers.

    `country,gender,romanized` holds first names (gender F or M), `country,romanized` last names, `name,count` first
    names of one country and how many people bear them; other columns are not read. Countries are ISO 3166-1 alpha-2
    codes. `without` are names not to use, whatever their case: those the model was trained on. A region with fewer than
    `least` different names of a kind goes into `OTHER`.

    Raises `ConfigError` that names the file or folder and says what was expected.
    """
    pool = _Pool({name.casefold() for name in without})
    paths = sorted(folder.glob("*.csv"))
    for path in paths:
        pool.read(path)
    if not pool.first or not pool.last:
        found = ", ".join(path.name for path in paths) or "no CSV file"
        raise ConfigError(
            f"{folder}: found {found}; expected CSV files with the columns country,gender,romanized (first names) and "
            "country,romanized (last names)"
        )
    return pool.lists(least)


class _Pool:
    """Names as they are read: by region, without doubles."""

    def __init__(self, without: set[str]) -> None:
        self._without = without
        self.first: dict[str, dict[str, set[str]]] = defaultdict(lambda: {"F": set(), "M": set()})
        self.last: dict[str, set[str]] = defaultdict(set)
        self.bands: dict[str, set[str]] = defaultdict(set)
        self.words: set[str] = set()
        self._left_out: set[str] = set()

    def read(self, path: Path) -> None:
        for number, row in rows(path):
            self._take(path, number, row)

    def _take(self, path: Path, number: int, row: Row) -> None:
        if {"name", "count"} <= row.keys():
            self._counted(row["name"], whole(path, number, row["count"]))
        elif {"country", "gender", "romanized"} <= row.keys():
            gender = row["gender"].strip().upper()
            if gender not in ("F", "M"):
                raise ConfigError(f"{path}, line {number}: expected the gender F or M")
            self._forename(row["romanized"], row["country"], gender)
        elif {"country", "romanized"} <= row.keys() and self._is_usable(name := row["romanized"].strip()):
            self.last[_region(row["country"])].add(name)

    def _forename(self, given: str, country: str, gender: str) -> None:
        name = given.strip()
        if not self._is_usable(name):
            return
        if name.casefold() in ordinary_words():
            self.words.add(name)
        else:
            self.first[_region(country)][gender].add(name)

    def _counted(self, given: str, count: int) -> None:
        name = given.strip()
        if not self._is_usable(name):
            return
        if name.casefold() not in ordinary_words():
            self.bands[next(band for least, band in _BANDS if count >= least)].add(name)
        elif count >= _WELL_KNOWN:
            self.words.add(name)

    def _is_usable(self, name: str) -> bool:
        if len(name) > 1 and _LATIN_NAME.fullmatch(name) and name.casefold() not in self._without:
            return True
        self._left_out.add(name)
        return False

    def lists(self, least: int) -> NameLists:
        """Small regions together, every list in an order that depends on nothing but its names."""
        first: dict[str, dict[str, set[str]]] = defaultdict(lambda: {"F": set(), "M": set()})
        for region, genders in self.first.items():
            own = len(set().union(*genders.values())) >= least and all(genders.values())
            for gender, names in genders.items():
                first[region if own else OTHER][gender] |= names
        last: dict[str, set[str]] = defaultdict(set)
        for region, names in self.last.items():
            last[region if len(names) >= least else OTHER] |= names
        return NameLists(
            {region: {g: tuple(sorted(n)) for g, n in genders.items()} for region, genders in sorted(first.items())},
            {region: tuple(sorted(names)) for region, names in sorted(last.items())},
            {band: tuple(sorted(self.bands[band])) for _, band in _BANDS if band in self.bands},
            tuple(sorted(self.words)),
            len(self._left_out),
        )


def _region(country: str) -> str:
    return region_of().get(country.strip().upper(), OTHER)


# --- messages ----------------------------------------------------------------------------------------------------

_Source: TypeAlias = Iterator[tuple[str, Mapping[str, str]]]
"""Names without end, each with the groups it counts for."""


def fill(lists: NameLists, count: int, seed: int) -> list[Item]:
    """The messages of a run: `count` names (or one or two more) for every region and shape, half of each gender.

    The same templates in the same order for every group. The same seed gives the same messages. Regions that have
    names for all three shapes count for the axis origin; the others, and `OTHER`, for the axis apart.

    Raises `ConfigError` where no region has names for all three: there is nothing to compare.
    """
    if not _complete(lists):
        raise ConfigError(
            "no region has first names of both genders and last names enough; give longer lists, or a smaller --least"
        )
    plan = {shape: _settings(shape, seed) for shape in SHAPES}
    return [
        item
        for shape, source in _sources(lists, random.Random(f"{seed}:names"))
        for item in _filled(plan[shape], source, count)
    ]


def _settings(shape: Shape, seed: int) -> list[tuple[Template, bool]]:
    """Every template of a shape, a customer's also in small letters, in an order of this seed."""
    own = [template for template in templates() if template.shape == shape]
    settings = [(t, False) for t in own] + [(t, True) for t in own if t.role == "customer"]
    random.Random(f"{seed}:{shape}").shuffle(settings)
    return settings


def _complete(lists: NameLists) -> set[str]:
    """The regions with names for all three shapes."""
    return {region for region in lists.first.keys() & lists.last.keys() if region != OTHER}


def _sources(lists: NameLists, dice: random.Random) -> Iterator[tuple[Shape, _Source]]:
    complete = _complete(lists)
    for region in sorted({*lists.first, *lists.last}):
        axis = "origin" if region in complete else "apart"
        genders, surnames = lists.first.get(region, {}), lists.last.get(region, ())
        if genders.get("F") and genders.get("M"):
            yield "first", _forenames(region, axis, "first", genders, dice)
        if surnames:
            yield "last", _surnames(region, axis, surnames, dice)
        if region in complete:
            yield "full", _both(region, genders, surnames, dice)
    everyone = [name for region in sorted(complete) for name in lists.last[region]]
    if lists.words:
        yield "first", _alone(lists.words, {"word": "first name only"}, dice)
    if lists.words and everyone:
        given, surnames_of_all = _shuffled(lists.words, dice), _shuffled(everyone, dice)
        yield "full", ((f"{next(given)} {last}", {"word": "with a last name"}) for last in surnames_of_all)
    for band, names in lists.bands.items():
        yield "first", _alone(names, {"bearers": band}, dice)


def _shuffled(names: Sequence[str], dice: random.Random) -> Iterator[str]:
    """Every name once before any comes again."""
    return cycle(dice.sample(names, len(names)))


def _alone(names: Sequence[str], groups: Mapping[str, str], dice: random.Random) -> _Source:
    return ((name, groups) for name in _shuffled(names, dice))


def _given(genders: Mapping[str, Sequence[str]], dice: random.Random) -> Iterator[tuple[str, str]]:
    """First names with their gender, F and M in turn."""
    women, men = _shuffled(genders["F"], dice), _shuffled(genders["M"], dice)
    return ((next(women), "F") if gender == "F" else (next(men), "M") for gender in cycle("FM"))


def _forenames(
    region: str, axis: str, shape: Shape, genders: Mapping[str, Sequence[str]], dice: random.Random
) -> _Source:
    return ((name, _groups(region, axis, shape, gender)) for name, gender in _given(genders, dice))


def _surnames(region: str, axis: str, surnames: Sequence[str], dice: random.Random) -> _Source:
    return ((name, _groups(region, axis, "last")) for name in _shuffled(surnames, dice))


def _both(region: str, genders: Mapping[str, Sequence[str]], surnames: Sequence[str], dice: random.Random) -> _Source:
    last = _shuffled(surnames, dice)
    return (
        (f"{name} {next(last)}", _groups(region, "origin", "full", gender)) for name, gender in _given(genders, dice)
    )


def _groups(region: str, axis: str, shape: Shape, gender: str = "") -> Mapping[str, str]:
    if axis == "apart":
        return {"apart": f"{region}, {shape}"}
    groups = {"overall": "", "origin": region, "origin and shape": f"{region}, {shape}", "shape": shape}
    return groups | ({"gender": gender, "origin and gender": f"{region}, {gender}"} if gender else {})


def _filled(settings: Sequence[tuple[Template, bool]], source: _Source, count: int) -> Iterator[Item]:
    filled = 0
    for template, small in cycle(settings):
        if filled >= count:
            return
        item = _item(template, small, source)
        filled += len(item.names)
        yield item


def _item(template: Template, small: bool, source: _Source) -> Item:
    text, names, at = "", [], 0
    slots = list(_SLOT.finditer(template.text))
    for slot, (name, groups) in zip(slots, islice(source, len(slots)), strict=True):
        text += _cased(template.text[at : slot.start()], small)
        spelled = _cased(name, small)
        how = {"case": _case(template, small), "speaker": template.role, "place": _place(template.text, slot.span())}
        names.append(Name(len(text), len(text) + len(spelled), {**groups, **(how if "overall" in groups else {})}))
        text += spelled
        at = slot.end()
    return Item(text + _cased(template.text[at:], small), template, tuple(names))


def _cased(text: str, small: bool) -> str:
    return text.lower() if small else text


def _case(template: Template, small: bool) -> str:
    return "small letters" if small else f"as usual, {template.role}"


def _place(text: str, slot: tuple[int, int]) -> str:
    before, after = (any(map(str.isalnum, side)) for side in (text[: slot[0]], text[slot[1] :]))
    if not before and not after:
        return "the whole message"
    return "middle" if before and after else "end" if before else "beginning"


# --- counting ----------------------------------------------------------------------------------------------------


def measure(redactor: Redactor, items: Iterable[Item], left_out: int = 0) -> Fairness:
    """Feed every message through a conversation of its own and count the names that were left in part or whole.

    Any error of the redactor ends the run: a message that was not checked does not count as checked.
    """
    counts: dict[str, dict[str, Counter[bool]]] = defaultdict(lambda: defaultdict(Counter))
    missed: list[Missed] = []
    messages = 0
    for item in items:
        messages += 1
        masked = _masked(redactor, item)
        for name in item.names:
            is_missed = not is_hidden(item.text, Span(name.start, name.end, "PERSON"), masked)
            for axis, group in name.counts_for.items():
                counts[axis][group][is_missed] += 1
            if is_missed:
                missed.append(Missed(item.text[name.start : name.end], item.template.text, name.counts_for))
    if not counts.get("overall"):
        raise ConfigError("no message holds a name of a region that is compared; expected the messages of `fill`")
    by = {axis: {group: _rate(count) for group, count in groups.items()} for axis, groups in counts.items()}
    overall = by.pop("overall")[""]
    gaps = {axis: _gap(by[axis]) for axis in ("origin", "gender") if len(by[axis]) > 1}
    return Fairness(overall, by, gaps, messages, left_out, tuple(missed))


def _masked(redactor: Redactor, item: Item) -> list[Entity]:
    chat = redactor.conversation(f"fairness-{uuid4()}")
    try:
        if item.template.question:
            chat.redact(item.template.question, role="agent")
        found = chat.redact(item.text, role=item.template.role).entities
    finally:
        chat.forget()
    return [entity for entity in found if entity.operator != "keep"]


def _rate(count: Counter[bool]) -> MissRate:
    missed, total = count[True], count.total()
    return MissRate(missed, total, missed / total, *wilson(missed, total))


def _gap(groups: Mapping[str, MissRate]) -> Gap:
    worst = max(groups, key=lambda group: (groups[group].share, group))
    best = min(groups, key=lambda group: (groups[group].share, group))
    high, low = groups[worst], groups[best]
    interval = difference((high.missed, high.total), (low.missed, low.total))
    return Gap(worst, best, high.share - low.share, *interval)
