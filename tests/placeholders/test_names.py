from collections import Counter, defaultdict

from redactor.placeholders.names import OTHER_NAMES
from redactor.placeholders.symbols import fold
from redactor.taxonomy import entity_types


def letters(name: str) -> str:
    return "".join(map(fold, name.replace("_", "")))


def test_no_name_stands_for_two_types() -> None:
    meanings = defaultdict(set)
    for entity_type in entity_types():
        meanings[letters(entity_type)].add(entity_type)
    for entity_type, names in OTHER_NAMES.items():
        for name in names.split():
            meanings[letters(name)].add(entity_type)
    assert {name: types for name, types in meanings.items() if len(types) > 1} == {}


def test_no_other_name_is_a_word_of_two_types_names() -> None:
    words = Counter(word for name in entity_types() for word in set(name.split("_")))
    shared = {letters(word) for word, count in words.items() if count > 1}
    names = {letters(name) for names in OTHER_NAMES.values() for name in names.split()}
    assert names & shared == set()


def test_every_type_but_the_literal_has_other_names() -> None:
    assert set(entity_types()) - set(OTHER_NAMES) == {"LITERAL"}
    assert set(OTHER_NAMES) <= set(entity_types())
