"""The same messages for every group of names; what is left in clear is counted where it belongs."""

import re
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from redactor import Redactor
from redactor.evaluation.counting import is_hidden
from redactor.evaluation.dialogs import Span
from redactor.evaluation.fairness import (
    OTHER,
    SHAPES,
    Fairness,
    Item,
    NameLists,
    fill,
    load_lists,
    measure,
    region_of,
    templates,
)
from redactor.exceptions import ConfigError
from redactor.testing import FakeRecognizer
from redactor.types import Entity

FORENAMES = """country,gender,romanized,localized
SE,F,Astridur,Astridur
SE,M,Gunvald,Gunvald
JP,F,Harumiko,晴
JP,M,Tetsuron,哲
JP,M,哲也,哲也
KE,F,Wanjikuna,Wanjikuna
KE,M,Kiprotichi,Kiprotichi
SE,M,Bill,Bill
"""
SURNAMES = "country,romanized,localized\nSE,Bergmansson,x\nJP,Kurokawada,x\nQQ,Nowherington,x\n"
COUNTED = "name,count,share_female\nMarjolette,50000,0.99\nZephyrinde,7,0.5\nHope,90000,0.99\nTable,12,0.1\n"
NAME = re.compile(r"(?i)\b(?:astridur|gunvald|harumiko|tetsuron|bergmansson|kurokawada|bill|marjolette|zephyrinde)\b")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, text in (("first.csv", FORENAMES), ("last.csv", SURNAMES), ("counted.csv", COUNTED)):
        (tmp_path / name).write_text(text, "utf-8")
    return tmp_path


@pytest.fixture
def lists(folder: Path) -> NameLists:
    return load_lists(folder, least=1)


@pytest.fixture
def fair(make_redactor: Callable[..., Redactor]) -> Redactor:
    """Knows most of the names above, but none of `Harumiko`'s part of the world by last name in small letters."""
    return make_redactor(recognizers={"fake": FakeRecognizer({NAME: "PERSON"})})


def test_the_shipped_messages_cover_what_the_page_promises() -> None:
    shipped = templates()
    assert len(shipped) >= 60
    assert len({(template.question, template.text) for template in shipped}) == len(shipped)
    for shape in SHAPES:
        own = [template for template in shipped if template.shape == shape]
        assert {template.role for template in own} == {"customer", "agent"}
        assert any(template.question for template in own)
        assert any("}'s" in template.text for template in own)
    assert any(template.text.count("{") > 1 for template in shipped)


def test_every_country_belongs_to_one_region() -> None:
    assert len(region_of()) > 230
    assert all(re.fullmatch("[A-Z]{2}", country) for country in region_of())
    assert region_of()["VN"] == "South-eastern Asia"


def test_names_are_sorted_by_region_and_words_are_kept_apart(lists: NameLists) -> None:
    assert lists.first["Northern Europe"] == {"F": ("Astridur",), "M": ("Gunvald",)}
    assert lists.last == {
        "Eastern Asia": ("Kurokawada",),
        "Northern Europe": ("Bergmansson",),
        OTHER: ("Nowherington",),
    }
    assert lists.words == ("Bill", "Hope")
    assert lists.bands == {"10,000 people and more": ("Marjolette",), "fewer than 100": ("Zephyrinde",)}
    assert lists.left_out == 1  # not in Latin letters


def test_small_regions_are_put_together(folder: Path) -> None:
    small = load_lists(folder, least=2)
    assert set(small.first) == {"Northern Europe", "Eastern Asia", "Sub-Saharan Africa"}
    assert set(small.last) == {OTHER}
    assert set(load_lists(folder, least=3).first) == {OTHER}


def test_names_seen_in_training_are_left_out_whatever_their_case(folder: Path) -> None:
    without = load_lists(folder, ["ASTRIDUR", "nobody"], least=1)
    assert without.left_out == 2
    assert "Astridur" not in str([without.first[region] for region in without.first])


def test_each_region_gets_the_same_messages_and_both_genders_alike(lists: NameLists) -> None:
    items = fill(lists, 30, seed=3)
    by_region = {
        region: [item.template for item in items if item.names[0].counts_for.get("origin") == region]
        for region in ("Northern Europe", "Eastern Asia")
    }
    assert by_region["Northern Europe"] == by_region["Eastern Asia"]
    groups = Counter(name.counts_for.get("origin and gender") for item in items for name in item.names)
    assert groups["Eastern Asia, F"] == groups["Northern Europe, F"]
    assert abs(groups["Eastern Asia, F"] - groups["Eastern Asia, M"]) <= 2
    apart = {name.counts_for["apart"] for item in items for name in item.names if "apart" in name.counts_for}
    assert apart == {"Sub-Saharan Africa, first", f"{OTHER}, last"}


def test_a_name_lies_where_the_item_says_also_in_small_letters(lists: NameLists) -> None:
    items = fill(lists, 80, seed=0)
    spelled = {item.text[name.start : name.end] for item in items for name in item.names}
    assert {"Astridur", "astridur", "Kurokawada", "kurokawada", "Tetsuron Kurokawada"} <= spelled
    assert not any("{" in item.text for item in items)
    assert all(item.text[name.start : name.end].istitle() for item in items for name in item.names if _is_agents(item))


def _is_agents(item: Item) -> bool:
    return item.template.role == "agent"


def test_the_same_seed_gives_the_same_messages_and_another_one_others(lists: NameLists) -> None:
    texts = [[item.text for item in fill(lists, 20, seed)] for seed in (0, 0, 1)]
    assert texts[0] == texts[1]
    assert texts[0] != texts[2]


def test_misses_are_counted_in_their_groups(lists: NameLists, make_redactor: Callable[..., Redactor]) -> None:
    swedes_only = FakeRecognizer({re.compile("(?i)astridur|gunvald|bergmansson"): "PERSON"})
    redactor = make_redactor(recognizers={"fake": swedes_only})
    found = measure(redactor, fill(lists, 20, seed=0))
    assert found.by["origin"]["Northern Europe"].missed == 0
    east = found.by["origin"]["Eastern Asia"]
    assert (east.missed, east.share, east.high) == (east.total, 1.0, 1.0)
    assert (found.gaps["origin"].worst, found.gaps["origin"].best) == ("Eastern Asia", "Northern Europe")
    assert found.gaps["origin"].share == 1.0
    assert found.overall.share == pytest.approx(0.5)
    assert found.overall.total == sum(rate.total for rate in found.by["origin"].values())
    assert "word" not in found.by["origin"]
    assert {miss.groups["origin"] for miss in found.missed if "origin" in miss.groups} == {"Eastern Asia"}
    assert "Kurokawada" not in repr(found)


def test_a_kept_name_counts_as_missed(lists: NameLists, make_redactor: Callable[..., Redactor]) -> None:
    kept = make_redactor(recognizers={"fake": FakeRecognizer({NAME: "ORGANIZATION"})}, policy="default")
    assert measure(kept, fill(lists, 5, seed=0)).overall.share == 1.0


def test_no_message_knows_of_another(lists: NameLists, make_redactor: Callable[..., Redactor]) -> None:
    """A name heard in one message would be known in the next one of the same conversation."""
    introduced = FakeRecognizer({re.compile("(?i)(?<=my name is )astridur"): "PERSON"})
    items = [item for item in fill(lists, 90, seed=0) if item.template.shape == "first" and "stridur" in item.text]
    told = sum("my name is astridur" in item.text.lower() for item in items)
    assert 0 < told < len(items)
    women = measure(make_redactor(recognizers={"fake": introduced}), items).by["origin and gender"][
        "Northern Europe, F"
    ]
    assert women.total - women.missed == told


def test_one_letter_left_is_a_miss_and_a_blank_is_not() -> None:
    parts = [Entity(3, 6, "PERSON", 1.0, "x"), Entity(7, 11, "PERSON", 1.0, "x")]
    assert is_hidden("hi Ann Ruiz", Span(3, 11, "PERSON"), parts)
    assert not is_hidden("hi Ann Ruizz", Span(3, 12, "PERSON"), parts)


def test_a_region_without_all_shapes_only_is_an_error(folder: Path, fair: Redactor) -> None:
    lonely = load_lists(folder, least=50)
    with pytest.raises(ConfigError, match="no region"):
        measure(fair, fill(lonely, 3, seed=0))


@pytest.mark.parametrize(
    ("name", "text", "says"),
    [
        ("first.csv", "country,gender,romanized\nSE,X,Astridur\n", "line 2: expected the gender F or M"),
        ("counted.csv", "name,count\nMarjolette,many\n", "line 2: expected a whole number"),
        ("last.csv", "family,land\nBergmansson,SE\n", "counted.csv, first.csv, last.csv; expected CSV files with"),
    ],
)
def test_lists_that_cannot_be_used_are_refused_without_repeating_names(
    folder: Path, name: str, text: str, says: str
) -> None:
    (folder / name).write_text(text, "utf-8")
    with pytest.raises(ConfigError, match=says) as refused:
        load_lists(folder)
    assert not NAME.search(str(refused.value))


def test_a_folder_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="no CSV file"):
        load_lists(tmp_path / "missing")


def test_all_counted_shares_are_counted_again_in_every_axis(lists: NameLists, fair: Redactor) -> None:
    found: Fairness = measure(fair, fill(lists, 25, seed=0))
    for axis in ("origin", "origin and shape", "shape", "case", "speaker", "place"):
        assert sum(rate.total for rate in found.by[axis].values()) == found.overall.total, axis
    assert found.overall.missed == 0


def test_a_negative_count_is_refused_with_its_line(folder: Path) -> None:
    (folder / "more.csv").write_text("name,count\nMary,-5\n", "utf-8")
    with pytest.raises(ConfigError, match=r"more\.csv, line 2: expected a whole number of 0 or more"):
        load_lists(folder, least=1)


def test_lists_with_nothing_to_compare_are_refused_before_anything_runs(folder: Path) -> None:
    with pytest.raises(ConfigError, match=r"no region has .* a smaller --least"):
        fill(load_lists(folder, least=3), 5, seed=0)
