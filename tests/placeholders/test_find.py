import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from redactor.exceptions import ConfigError
from redactor.placeholders import Grammar, find, looks_like_placeholder, render, replace
from redactor.taxonomy import entity_types

TYPES = sorted(entity_types())
RISKY = ["PERSON", "AGE", "URL", "LOCATION", "SECRET", "PASSPORT", "CRYPTO", "USERNAME", "ORGANIZATION", "LITERAL"]


def restored(text: str) -> str:
    return replace(text, lambda token: f"<{token.type}:{token.index}>")


@pytest.mark.parametrize("entity_type", TYPES)
def test_rendered_placeholder_is_found_whole(entity_type: str) -> None:
    text = f"x{render(entity_type, 12)}y"
    (token,) = find(text)
    assert (token.start, token.end, token.type, token.index) == (1, len(text) - 1, entity_type, 12)
    assert str(token) == text[1:-1]


@pytest.mark.parametrize(
    ("name", "index"), [("person", 1), ("", 1), ("1A", 1), ("A-B", 1), ("PERSON", 0), ("A", 10**6)]
)
def test_what_could_not_be_found_again_is_not_rendered(name: str, index: int) -> None:
    with pytest.raises(ValueError, match=r"name|index"):
        render(name, index)


@pytest.mark.parametrize(
    "mangle",
    [
        "[{0}_{1}]", "[{lower}_{1}]", "[{title}_{1}]", "[{cap}_{1}]",
        "[{0}\\_{1}]", "\\[{0}\\_{1}\\]", "\\\\[{0}\\\\_{1}\\\\]",
        "[ {0}_{1} ]", "[{0}_ {1}]", "[{0} _{1}]", "[{0}_\n{1}]", "[\n{0}_{1}\n]", "[{0}_\\n{1}]",
        "[{0}_\u00a0{1}]", "[{0}_{1}", "{0}_{1}]", "{lower}_{1}]", "{0}_{1}", "({0}_{1})",
        "{{{0}_{1}}}", "<{0}_{1}>", "«{0}_{1}»", "‹{0}_{1}›", "【{0}_{1}】", "「{0}_{1}」", "⟦{0}_{1}⟧",
        "［{0}_{1}］", "＜{0}_{1}＞", "（{0}_{1}）", "[{0}＿{1}]", "<<{0}_{1}>>", "{{{{{0}_{1}}}}}",
        "(({0}_{1}))", "[[{lower}_{1}]]", "[{0}-{1}]", "[{0} {1}]", "[{0}{1}]", "[{0}–{1}]",
        "[{hyphens}-{1}]", "[{blanks} {1}]", "[{joined}{1}]", "[**{0}_{1}**]", "[*{0}_{1}*]",
        "[`{0}_{1}`]", "[_{0}_{1}_]", "[__{0}_{1}__]", "[***{0}_{1}***]", "&lt;{0}_{1}&gt;",
        "&#91;{0}_{1}&#93;", "&#x5B;{0}_{1}&#x5d;", "&lbrack;{0}_{1}&rsqb;", "[{0}&lowbar;{1}]",
        "&amp;lt;{0}_{1}&amp;gt;", "&#91;{0}&#95;{1}&#93;", "\\u005b{0}_{1}\\u005d",
        "\\u005B{0}\\u005f{1}\\u005D", "\\u003c{0}_{1}\\u003e", "\\\\u005b{0}_{1}\\\\u005d",
        "[\u200b{0}_{1}\u200b]", "[{0}\u200d_\u2060{1}]", "[{spaced}_{1}]", "[\u2066{0}_{1}\u2069]",
        "[{0}\u00ad_{1}]",
    ],
)  # fmt: skip
def test_mangled_placeholder_is_restored_for_every_type(mangle: str) -> None:
    for entity_type in TYPES:
        written = mangle.format(
            entity_type,
            27,
            lower=entity_type.lower(),
            cap=entity_type.capitalize(),
            title=entity_type.title(),
            hyphens=entity_type.replace("_", "-"),
            blanks=entity_type.replace("_", " "),
            joined=entity_type.replace("_", ""),
            spaced="\u200b".join(entity_type),
        )
        assert restored(f"Hi {written}, ok") == f"Hi <{entity_type}:27>, ok"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("[PERSON_1]'s", "<PERSON:1>'s"),
        ("[PERSON_1]s", "<PERSON:1>s"),
        ("[PERSON_1's] car", "<PERSON:1>'s car"),
        ("[PERSON_1s] car", "<PERSON:1>s car"),
        ("PERSON_1's", "<PERSON:1>'s"),
        ("**[PERSON_1]**", "**<PERSON:1>**"),
        ("**PERSON_1**", "**<PERSON:1>**"),
        ("`[PERSON_1]`", "`<PERSON:1>`"),
        ("hello[PERSON_1]world", "hello<PERSON:1>world"),
        ("你好[PERSON_1]先生", "你好<PERSON:1>先生"),
        ("你好PERSON_1先生", "你好<PERSON:1>先生"),
        ("для PERSON_1у", "для <PERSON:1>у"),
        ("[PERSON_1][AGE_2]", "<PERSON:1><AGE:2>"),
        ("[PERSON_12]", "<PERSON:12>"),
        ("[PERSON_1]2", "<PERSON:1>2"),
        ("[PERSON_١٢]", "<PERSON:12>"),
        ("[ＰＥＲＳＯＮ＿１２]", "<PERSON:12>"),
        ("[PER SON_1]", "<PERSON:1>"),
        ("[EMAIL\nADDRESS_1]", "<EMAIL_ADDRESS:1>"),
        ("[Email Address 1]", "<EMAIL_ADDRESS:1>"),
        ("[EmailAddress_1]", "<EMAIL_ADDRESS:1>"),
        ("[Person_1, thanks", "<PERSON:1>, thanks"),
        ("[person_1!", "<PERSON:1>!"),
        ("(email_address_1]", "(<EMAIL_ADDRESS:1>"),
        ("[[PERSON_1]]", "[<PERSON:1>]"),
        ("[[person_1]](/x)", "[<PERSON:1>](/x)"),
        ("[[PERSON_1], 5]", "[<PERSON:1>, 5]"),
        ("\\[PERSON_1]", "\\<PERSON:1>"),
        ("([PERSON_1])", "(<PERSON:1>)"),
        ("(PERSON_1 called)", "(<PERSON:1> called)"),
        ("[see PERSON_1]", "[see <PERSON:1>]"),
        ("f(PERSON_1)", "f(<PERSON:1>)"),
        ("AGE_1>5", "<AGE:1>>5"),
        ('["PERSON_1"]', '["<PERSON:1>"]'),
        ("x = [PERSON_1, PERSON_2]", "x = [<PERSON:1>, <PERSON:2>]"),
        ("[PERSON_1, PERSON_2]", "<PERSON:1>, <PERSON:2>"),
        ("[PERSON_1](https://x.org)", "<PERSON:1>(https://x.org)"),
        ("[PERSON_[PERSON_1]", "[PERSON_<PERSON:1>"),
        ("| [PERSON_1] |", "| <PERSON:1> |"),
        ('{"a": "[PERSON_1]"}', '{"a": "<PERSON:1>"}'),
        ("[**PERSON_1]**", "[**<PERSON:1>]**"),
    ],
)
def test_what_stands_around_a_placeholder_is_kept(text: str, expected: str) -> None:
    assert restored(text) == expected


@pytest.mark.parametrize(
    ("text", "entity_type"),
    [
        ("[NOMBRE_1]", "PERSON"),
        ("[Personne_1]", "PERSON"),
        ("[naam_1]", "PERSON"),
        ("[NAME_1]", "PERSON"),
        ("[TELÉFONO_1]", "PHONE_NUMBER"),
        ("[TELEFONO_1]", "PHONE_NUMBER"),
        ("[TELE\u0301FONO_1]", "PHONE_NUMBER"),
        ("[E-Mail-Adresse_1]", "EMAIL_ADDRESS"),
        ("[CORREO ELECTRÓNICO_1]", "EMAIL_ADDRESS"),
        ("(ORDER_1)", "ACCOUNT_ID"),
        ("&lt;PHONE_1&gt;", "PHONE_NUMBER"),
    ],
)
def test_translated_name_counts_inside_brackets(text: str, entity_type: str) -> None:
    assert restored(f"a {text} b") == f"a <{entity_type}:1> b"


@pytest.mark.parametrize("name", ["NAME_1", "[NAME_1", "NAME_1]", "[NAME 1]", "[ORDER-1]", "[ORDER1]", "[NAME]"])
def test_translated_name_needs_a_pair_and_an_underscore(name: str) -> None:
    assert not find(f"a {name} b")


@pytest.mark.parametrize("name", ["ACCOUNT", "ADDRESS", "CARD", "CODE", "DATE", "ID", "NUMBER"])
def test_word_of_two_types_names_neither(name: str) -> None:
    assert not find(f"[{name}_1]")


@pytest.mark.parametrize(
    "text",
    [
        "person 2", "age 1", "location [3]", "(version 2)", "(age 1)", "(age 12)", "[url 1]",
        "[location 3]", "(date 2)", "(account 12)", "(id 4)", "[1]", "[Person 1]", "[person1]",
        "[url-1]", "(URL 1)", "(AGE 12)", "person_1", "Person_1", "data[person_1]", "rows[0][url_1]",
        "f(person_1)", "f([url_1])", "{person_1}", "${age_1}", "{{url_1}}", "x = [url_1]",
        "urls = [url_1, url_2]", "return [url_1, url_2]", '{"a": [url_1]}', "[url_1](https://x.org)",
        "[the site][url_1]", "[url_1]: https://x.org", "[url_1 for url_1 in urls]", "[ORDER 12]",
        "[ORDER-123]", "[AGE]", "[PERSON]", "[PERSON_]", "[PERSON_A]", "PERSON_1s", "MY_PERSON_1",
        "PERSON_1_2", "xPERSON_1", "éPERSON_1", "3AGE_1", "[PERSON_0]", "[PERSON_01]",
        "[PERSON_1234567]", "[FOO_1]", "[PERSONE_1]", "[PERSON__ _1]", "[PERSON_1_2]", "[AGE_1x]",
        "[AGE: 34]", "[AGE=1]", "PERSON\\_1", "PERSON-1", "PERSON 1", "PERSON1", "PER\u200bSON_1",
        "[PERSON 1", "PERSON 1]", "PERSON-1]", "\\u0050ERSON_1]", "%5BPERSON_1%5D", "<<", "a[i]", "vector<url_1>",
        "[per son_1]", "[12]", "[x] done", "[ ] age_1", "[list of person_1]", "[url_1][0]",
    ],
)  # fmt: skip
def test_ordinary_text_is_left_alone(text: str) -> None:
    assert find(text) == []
    assert find(f"so {text} is") == []


@pytest.mark.parametrize(
    "shape", ["{} 1", "({} 2)", "[{} 3]", "{}_1", "{}-1", "({}_1)", "[{}1]", "[{}-1]", "#{}-1", "{}1"]
)
def test_type_name_as_an_ordinary_word_is_left_alone(shape: str) -> None:
    for entity_type in RISKY:
        assert not looks_like_placeholder("the " + shape.format(entity_type.lower()) + " here")


EDGE = st.text(st.characters(exclude_characters="[]［］(){}<>&\\!`*_~")).filter(lambda text: not find(text))


@given(EDGE, st.sampled_from(TYPES), st.integers(1, 999_999), EDGE)
def test_placeholder_is_found_in_any_surroundings(before: str, entity_type: str, index: int, after: str) -> None:
    token = render(entity_type, index)
    found = find(before + token + after)
    first = next(t for t in found if t.start >= len(before))
    assert (first.start, first.end) == (len(before), len(before) + len(token))
    assert (first.type, first.index) == (entity_type, index)


@given(st.text("[]\\&(<PERSON_1#; \u200b*"), st.text("[]\\&(<PERSON_1#; \u200b*"))
def test_exact_token_is_never_swallowed(before: str, after: str) -> None:
    start = len(before)
    assert (start, start + 10) in {(token.start, token.end) for token in find(f"{before}[PERSON_7]{after}")}


@given(
    st.lists(
        st.sampled_from(["[", "]", "PERSON_1", "person_1", "(", ")", " ", "AGE", "_2", "=", "x", "\\", "&lt;", "\n"])
    )
)
def test_what_was_found_can_be_minted(pieces: list[str]) -> None:
    """Putting an exact placeholder in the place of every match leaves nothing else to match."""
    text = "".join(pieces)
    count = iter(range(1, 1000))
    minted = replace(text, lambda _: render("LITERAL", next(count)))
    assert [token.type for token in find(minted)] == ["LITERAL"] * len(find(text))


def test_own_types_are_found_beside_the_taxonomy() -> None:
    text = "[LOYALTY_NUMBER_3] [loyalty-number_3] [PERSON_1]"
    assert [token.type for token in find(text, types=["LOYALTY_NUMBER"])] == ["LOYALTY_NUMBER"] * 2 + ["PERSON"]
    assert [token.type for token in find(text)] == ["PERSON"]


def test_own_type_takes_a_name_from_the_translations() -> None:
    assert [token.type for token in find("[order_id_1] [ORDER_1]", types=["ORDER_ID"])] == ["ORDER_ID", "ACCOUNT_ID"]


def test_own_types_that_are_spelled_alike_are_told_by_their_exact_form_only() -> None:
    types = ["AB_C", "A_BC"]
    assert [token.type for token in find("[AB_C_1] [a-bc_1] [ABC_1]", types)] == ["AB_C", "A_BC"]


def test_own_type_that_ends_in_digits_is_not_confused_with_an_index() -> None:
    assert [(t.type, t.index) for t in find("[LINE_1_2] [LINE_12] [line1_2]", ["LINE", "LINE_1"])] == [
        ("LINE_1", 2),
        ("LINE", 12),
        ("LINE_1", 2),
    ]
    assert find("[LINE12]", ["LINE", "LINE_1"]) == []


@pytest.mark.parametrize("name", ["lower", "A B", "", "_A", "A" * 49])
def test_own_type_with_an_unusable_name_is_refused(name: str) -> None:
    with pytest.raises(ConfigError, match="EMAIL_ADDRESS"):
        Grammar.of([name])


HOSTILE = [
    "[", "<", "[<({", "&lt;", "&", "\\", "[ ", "[\u200b", "person_", "p", "person ", "[PERSON_",
    "[PERSON" + " " * 31, "\u200b", "](", "<a =", "http://", "![", "[PERSON_1 ", "[PERSON_1]",
    "PERSON_1]", "\n", "a.", "&#9", "\\u00", "[**", "[e mail ", "&amp;", "[person_1](", '<a b="',
    "PERSON_1 ",
]  # fmt: skip


@pytest.mark.parametrize("unit", HOSTILE)
def test_hostile_text_takes_linear_time(unit: str) -> None:
    def seconds(length: int) -> float:
        text = "[" + (unit * (length // len(unit) + 1))[:length]
        start = time.process_time()
        find(text)
        return time.process_time() - start

    def is_linear() -> bool:
        small = min(seconds(5_000) for _ in range(2))
        return seconds(25_000) < 0.01 + small * 5 * 3  # five times the text; quadratic would be 25 times

    assert any(is_linear() for _ in range(3))  # the machine's other work only ever adds


@pytest.mark.soak
@pytest.mark.parametrize("unit", HOSTILE)
def test_hostile_100_kb_take_under_two_seconds(unit: str) -> None:
    start = time.process_time()
    find("[" + (unit * (100_000 // len(unit) + 1))[:100_000])
    assert time.process_time() - start < 2
