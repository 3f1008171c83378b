"""Stand-ins in an LLM's text: found however they are respelled, never inside an ordinary word, alike in any chunks."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from redactor.placeholders import NO_STAND_INS, Scanner, StandIn, StandIns, Token, find, replace

ENTRIES = [
    StandIn("PERSON", 1, "name", "Laura Bennett", "Crystal Minh"),
    StandIn("PERSON", 1, "name", "Laura", "Crystal"),
    StandIn("PERSON", 1, "name", "Bennett", "Minh"),
    StandIn("PERSON", 2, "name", "Anne", "Joyce"),
    StandIn("PERSON", 3, "name", "Jérôme", "Bao"),
    StandIn("PHONE_NUMBER", 1, "code", "(212) 555-0143", "(646) 917-2231"),
    StandIn("ACCOUNT_ID", 1, "code", "KD4-88217", "ZZ9-10344"),
    StandIn("ACCOUNT_ID", 2, "text", "60321", "48119"),
    StandIn("EMAIL_ADDRESS", 1, "text", "laura.bennett@example.com", "cm@mail.test"),
    StandIn("DATE_TIME", 1, "text", "March 17, 2024", "March 3, 2024"),
    StandIn("URL", 1, "text", "https://example.org/kd83", "https://minh.test/me"),
]
FOUND = StandIns(ENTRIES)


def restored(text: str) -> str:
    return replace(text, lambda token: token.value, (), FOUND)


@pytest.mark.parametrize(
    ("text", "becomes"),
    [
        ("Thanks, Laura!", "Thanks, Crystal!"),
        ("Laura Bennett", "Crystal Minh"),
        ("Laura\nBennett", "Crystal Minh"),
        ("Bennett, Laura", "Minh, Crystal"),
        ("Laura's and Lauras order", "Crystal's and Crystals order"),
        ("LAURA and laura", "CRYSTAL and crystal"),
        ("DearLaura,", "DearCrystal,"),
        ("LauraBennett", "CrystalMinh"),
        ("laurabennett", "crystalminh"),
        ("laura.bennett@other.org", "crystal.minh@other.org"),
        ("laura_bennett-2024", "crystal_minh-2024"),
        ("laura.bennett@example.com.", "cm@mail.test."),
        ("您好Laura先生", "您好Crystal先生"),
        ("Jérôme, jerome and JÉROME", "Bao, bao and BAO"),
        ("Anne-Laura", "Joyce-Crystal"),
        ("call 212-555-0143", "call (646) 917-2231"),
        ("call 2125550143 now", "call (646) 917-2231 now"),
        ("call (212) 555-0143.", "call (646) 917-2231."),
        ("(2125550143)", "((646) 917-2231)"),
        ("kd488217 and KD4 88217", "ZZ9-10344 and ZZ9-10344"),
        ("order 60321, thanks", "order 48119, thanks"),
        ("on march 17,  2024", "on March 3, 2024"),
        ("https://example.org/kd83/edit", "https://minh.test/me/edit"),
    ],
)
def test_a_stand_in_is_restored_however_it_is_respelled(text: str, becomes: str) -> None:
    assert restored(text) == becomes


@pytest.mark.parametrize(
    "text",
    [
        "Annette and Joanne's annex",  # the name is in the word
        "Lauraceae, Bennettite, relaura",
        "ANNEX",
        "laurab",
        "60321.50 and 1603210",
        "60321-4",
        "x212555014399",
        "x60321",
        "March 17, 20245",
        "Laura\u0301",
    ],
)
def test_an_ordinary_word_that_contains_one_stays(text: str) -> None:
    assert restored(text) == text


def test_the_longest_counts() -> None:
    assert [(token.type, token.index) for token in find("laura.bennett@example.com Laura", (), FOUND)] == [
        ("EMAIL_ADDRESS", 1),
        ("PERSON", 1),
    ]


def test_a_stand_in_in_a_links_target_is_known_to_be_there() -> None:
    places = [token.place for token in find("[Laura](https://x.test/Laura) ![Laura](y) z.test/?q=Laura", (), FOUND)]
    assert places == ["label", "target", "image", "query"]


def test_of_two_that_read_alike_the_first_stays() -> None:
    both = StandIns(
        [StandIn("ACCOUNT_ID", 1, "code", "123-4567", "a"), StandIn("ACCOUNT_ID", 2, "code", "1234567", "b")]
    )
    assert [token.index for token in find("1234567", (), both)] == [1]


def test_placeholders_are_found_beside_them() -> None:
    def write(token: Token) -> str:
        return token.value or str(token).lower()

    assert replace("Laura [PERSON_3] Bennett", write, (), FOUND) == "Crystal [person_3] Minh"


def test_nothing_is_held_back_without_any() -> None:
    scanner = Scanner(lambda token: token.value, (), NO_STAND_INS)
    assert scanner.feed("Laura") == "Laura"


def test_a_stream_holds_back_only_what_may_become_one() -> None:
    scanner = Scanner(lambda token: token.value, (), FOUND)
    assert scanner.feed("Dear Lau") == "Dear "
    assert scanner.feed("ra") == ""  # the name may go on
    assert scanner.feed(" Ben") == ""
    assert scanner.feed("ch") == "Crystal Bench"
    assert scanner.feed(" you. L") == " you. "
    assert scanner.finish() == "L"


PIECES = [
    "Laura", "Bennett", "laura", "LAURA", " ", "  ", "\n", ".", ",", "s", "'s", "An", "ne", "Anne", "ual", "@", "(",
    ")", "Jérôme", "jerom", "example.com", "laura.bennett@example.com", "(212) 555-0143", "212", "555", "0143", "-",
    "KD4", "88217", "60321", "5", "March", "17, 2024", "https://example.org/kd83", "/", "[PERSON_1]", "[PER", "SON_2]",
    "[a](", "![", "]", "您", "\u0301", "İ", "ß",
]  # fmt: skip
texts = st.lists(st.one_of(st.sampled_from(PIECES), st.text(max_size=3)), max_size=14).map("".join)


@given(texts, st.data())
def test_any_chunks_give_the_same_text(text: str, data: st.DataObject) -> None:
    cuts = sorted(data.draw(st.lists(st.integers(0, len(text)), max_size=8)))
    scanner = Scanner(lambda token: token.value, (), FOUND)
    pieces = [scanner.feed(text[a:b]) for a, b in itertools.pairwise([0, *cuts, len(text)])]
    assert "".join(pieces) + scanner.finish() == restored(text)


@given(texts)
def test_what_is_found_has_the_letters_of_an_entry_and_stands_alone(text: str) -> None:
    spelled = {letters(entry.shown) for entry in ENTRIES} | {"jerome"}
    reached = 0
    for token in find(text, (), FOUND):
        assert reached <= token.start < token.end
        reached = token.end
        if token.value is not None:
            before, met = text[: token.start][-1:], text[token.start : token.end]
            assert letters(met) in spelled
            assert not (before.isascii() and before.isalpha()) or (before.islower() and met[0].isupper())


def letters(text: str) -> str:
    return "".join(character for character in text.lower() if character.isalnum())


@pytest.mark.soak
def test_finding_takes_time_linear_in_the_text() -> None:
    from time import perf_counter

    def seconds(count: int) -> float:
        text = "Laura Ben " * count
        began = perf_counter()
        find(text, (), FOUND)
        return perf_counter() - began

    seconds(100)
    assert seconds(8000) < 40 * max(seconds(800), 1e-3)
