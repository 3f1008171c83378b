"""Second readings: what they find in disguise, what they leave; spans are exact, cost is bounded."""

import base64
import sys
import time
from collections.abc import Sequence
from urllib.parse import quote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from redactor import Redactor
from redactor.detection import Detection, Rules, detect
from redactor.detection.patterns import patterns
from redactor.detection.readings import readings
from redactor.detection.view import view
from redactor.types import Entity

PATTERNS = patterns()
RULES = Rules(lambda entity_type: 0.5)
CARD, MAIL, PHONE = "4111 1111 1111 1111", "jamal.ober@gmail.com", "(415) 555-2671"


def found(text: str, context: Sequence[str] = ()) -> Detection:
    return detect(text, recognizers={"patterns": PATTERNS}, rules=RULES, context=context)


def masked(text: str, context: Sequence[str] = ()) -> list[tuple[str, str]]:
    return [(entity.type, text[entity.start : entity.end]) for entity in found(text, context).entities]


def _base64(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


WHOLE = [
    # a value in disguise, between words that stay
    ("EMAIL_ADDRESS", _base64(MAIL)),
    ("EMAIL_ADDRESS", base64.urlsafe_b64encode(MAIL.encode()).decode().rstrip("=")),
    ("EMAIL_ADDRESS", MAIL.encode().hex()),
    ("EMAIL_ADDRESS", MAIL.encode().hex(" ")),
    ("EMAIL_ADDRESS", quote(MAIL, safe="")),
    ("EMAIL_ADDRESS", "".join(f"%{byte:02x}" for byte in MAIL.encode())),
    ("EMAIL_ADDRESS", "jamal.ober%2540gmail.com"),
    ("EMAIL_ADDRESS", "jamal.ober&#64;gmail&period;com"),
    ("EMAIL_ADDRESS", "jamal.ober=40gmail=2Ecom"),
    ("EMAIL_ADDRESS", "jamal.ober\\u0040gmail.com"),
    ("EMAIL_ADDRESS", _base64(quote(MAIL, safe=""))),
    ("EMAIL_ADDRESS", quote(_base64(MAIL), safe="")),
    ("EMAIL_ADDRESS", _base64(_base64(MAIL))),
    ("EMAIL_ADDRESS", "j4mal@gma1l.c0m"),
    ("EMAIL_ADDRESS", "j4mal at gma1l dot c0m"),
    ("EMAIL_ADDRESS", "jamal_at_gmail_dot_com"),
    ("EMAIL_ADDRESS", "jamalATgmailDOTcom"),
    ("EMAIL_ADDRESS", "moc.liamg@lamaj"),
    ("EMAIL_ADDRESS", "j*a*m*a*l*@*g*m*a*i*l*.*c*o*m"),
    ("CREDIT_CARD", "4lll 1111 llll 1111"),
    ("CREDIT_CARD", "四二四二四二四二四二四二四二四二"),
    ("CREDIT_CARD", "41II-IIII-11II-1111"),
    ("CREDIT_CARD", "x".join(CARD.replace(" ", ""))),
    ("CREDIT_CARD", "*".join(CARD.replace(" ", ""))),
    ("CREDIT_CARD", " | ".join(CARD.replace(" ", ""))),
    ("CREDIT_CARD", "\N{CLAPPING HANDS SIGN}".join(CARD.replace(" ", ""))),
    ("CREDIT_CARD", "4111x1111x1111x1111"),
    ("CREDIT_CARD", CARD[::-1]),
    ("CREDIT_CARD", "forty-one eleven double one eleven eleven eleven eleven one one"),
    ("IBAN_CODE", "GB29 NWBK 6016 1331 9268 19"[::-1]),
    ("IBAN_CODE", "*".join("GB29NWBK60161331926819")),
]


@pytest.mark.parametrize(("kind", "disguise"), WHOLE)
def test_a_value_in_disguise_is_found_whole_and_its_neighbours_stay(kind: str, disguise: str) -> None:
    assert masked(f"it is {disguise} ok") == [(kind, disguise)]


@pytest.mark.parametrize(
    ("text", "context", "expected"),
    [
        (f"call me on {PHONE.replace('5', 'S')}", "", "(41S) SSS-2671"),
        ("call me on (4)(1)(5)(5)(5)(5)(2)(6)(7)(1)", "", "(4)(1)(5)(5)(5)(5)(2)(6)(7)(1"),
        ("my phone is four one five, five fifty-five, twenty-six seventy-one", "",
        "four one five, five fifty-five, twenty-six seventy-one"),
        ("it is 1762 555 514 backwards", "What is your phone number?", "1762 555 514"),
        ("my name is J as in John, o as in Oscar, h as in Hotel, n as in Nancy thanks", "",
        "J as in John, o as in Oscar, h as in Hotel, n as in Nancy"),
        ("my name is juliet oscar hotel november", "", "juliet oscar hotel november"),
        ("mynameisjamal", "", "jamal"),
        ("myNameIsJamal", "", "Jamal"),
        ("my name is #JamalOber", "", "#JamalOber"),
        ("K as in kilo, 7, 0, 0, 1, double 4, 5", "What is your order number?",
        "K as in kilo, 7, 0, 0, 1, double 4, 5"),
    ],
)  # fmt: skip
def test_what_the_talk_explains_is_found_in_disguise(text: str, context: str, expected: str) -> None:
    assert expected in [value for _, value in masked(text, [context] if context else [])]


def test_a_name_wholly_of_look_alikes_is_read_in_latin() -> None:
    (reading,) = readings(view("thanks, рорре here"))
    assert reading.view.text == "thanks, poppe here"


HARMLESS = [
    "I love my iPhone, my MacBook and JavaScript on PayPal",
    "it is 120x60x75 cm or 2x4x8",
    "1, 2, 3, 4, 5, 6, 7, 8, 9, 10 go",
    "10|20|30|40 pieces and 2*3*4 is 24",
    "the models of 2019 2020 2021 2022",
    "twenty three people came, one hundred and five left",
    "the hotel in india was golf",
    "a for effort, b for breakfast",
    "it plays backwards, stressed backwards is desserts",
    "caf%C3%A9 and red%20shoes &amp; more &copy; 2024",
    "file theQuickBrownFoxJumps and internationalisation",
    "I need 2 B&B rooms, GO 4 IT, 5 OZ",
    "#BlackFriday and #MeToo",
    "an order_late error_page",
    "the part is 4lS-55S-267l",
    _base64("free of charge at the store"),
    b"free of charge at the store".hex(),
]


@pytest.mark.parametrize("text", HARMLESS)
def test_harmless_text_in_the_same_dress_stays(text: str) -> None:
    assert masked(text) == []


def test_counting_is_no_number_also_where_one_was_asked_for() -> None:
    asked = ["What is your phone number?"]
    assert masked("4*1*5*5*5*5*2*6*7*1", asked) == [("PHONE_NUMBER", "4*1*5*5*5*5*2*6*7*1")]
    assert masked("1*2*3*4*5*6*7*8*9", asked) == []


@pytest.mark.parametrize(
    "text",
    [
        "Hi, my order 8706847615 is late. Can you help?",
        "thanks for contacting AcmeBrands",
        "call me on 415 555 2671",
        "call me on (212) 555-0143",
        "+1 (212) 555-0143 is mine",
        "we went to a party in the city, thirsty and nearly empty",
        "I like it, and I for one will come back",
        "I'm Jamal Ober, jamal@gmail.com",
        "",
    ],
)
def test_an_ordinary_message_has_no_second_reading(text: str) -> None:
    assert list(readings(view(text))) == []


def _read(text: str) -> list[tuple[str, bool]]:
    return [(reading.view.text, reading.rules_only) for reading in readings(view(text))]


@pytest.mark.parametrize("text", [*HARMLESS, *dict.fromkeys(disguise for _, disguise in WHOLE)])
def test_the_quick_look_passes_over_nothing_that_is_read(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    quickly = _read(text)
    monkeypatch.setattr(sys.modules[readings.__module__], "_is_plain", lambda text: False)
    assert _read(text) == quickly


def test_a_value_reads_the_same_in_disguise_and_without() -> None:
    """So that both get one placeholder."""
    detection = found(f"it is {_base64(MAIL)}")
    assert [detection.normal(entity) for entity in detection.entities] == [MAIL]


def guess(text: str, context: Sequence[str]) -> list[Entity]:
    """Takes the longest run between blanks for a secret, as a model would."""
    longest = max(text.split(), key=len)
    start = text.index(longest)
    return [Entity(start, start + len(longest), "SECRET", 0.9, "transformer")] if len(longest) > 20 else []


def test_a_guess_at_an_encoded_piece_is_void_where_the_piece_reads_as_nothing_personal() -> None:
    text = f"it says {_base64('free of charge at the store')}"
    found = detect(text, recognizers={"transformer": guess}, rules=RULES)
    assert found.entities == ()


def test_a_guess_at_digits_or_at_what_does_not_decode_stays() -> None:
    for text in ("it says 3132333435363738393031323334353637", "it says q83vEjRWeJq83vEjRWeJq83v"):
        (entity,) = detect(text, recognizers={"transformer": guess}, rules=RULES).entities
        assert entity.type == "SECRET"


def test_a_guess_at_digits_in_the_middle_of_escapes_is_void() -> None:
    def digits(text: str, context: Sequence[str]) -> list[Entity]:
        at = text.find("73")
        return [Entity(at, at + 2, "AGE", 0.9, "transformer")] if at >= 0 else []

    recognizers = {"transformer": digits}
    assert detect("I am so =68=73=61 today", recognizers=recognizers, rules=RULES).entities == ()
    assert len(detect("I am so =68 today, 73", recognizers=recognizers, rules=RULES).entities) == 1


def test_hexadecimal_ends_where_a_word_begins_that_could_be_some() -> None:
    written = MAIL.encode().hex(" ")
    assert masked(f"write to {written} before noon") == [("EMAIL_ADDRESS", written)]


def test_a_name_of_a_rule_is_void_where_it_is_all_encoded() -> None:
    piece = _base64("Very Important thing")
    assert masked(f"this is {piece}") == []


def age(text: str, context: Sequence[str]) -> list[Entity]:
    """Takes number words for an age, and digits for one behind "I am", as a model would."""
    at = max(text.find("forty two"), text.find("42") if "I am 42" in text else -1)
    end = at + (2 if text[at:].startswith("42") else 9)
    return [Entity(at, end, "AGE", 0.9, "transformer")] if at >= 0 else []


def test_a_short_number_in_words_is_an_age_where_it_is_one_in_digits() -> None:
    for text, expected in (("forty two is the answer", []), ("I am forty two", ["forty two"])):
        entities = detect(text, recognizers={"transformer": age}, rules=RULES).entities
        assert [text[entity.start : entity.end] for entity in entities] == expected


def test_a_guess_upon_a_guess_must_be_a_good_one() -> None:
    def names(text: str, context: Sequence[str], score: float = 0.6) -> list[Entity]:
        at = text.find("john")
        return [Entity(at, at + 4, "PERSON", score, "transformer")] if at >= 0 else []

    text = "it is j*o*h*n"
    assert detect(text, recognizers={"transformer": names}, rules=RULES).entities == ()
    surely = {"transformer": lambda text, context: names(text, context, 0.9)}
    assert len(detect(text, recognizers=surely, rules=RULES).entities) == 1


@given(
    st.lists(
        st.sampled_from(
            [
                "%6aohn",
                "YWJjZGVmZ2hpamts",
                "myNameIsJohn",
                "#JohnSmith",
                "j*o*h*n",
                "J as in John, o as in Otto",
                "moc.liamg@nhoj",
                "рорре",
                "nhoj backwards",
                "twenty three",
                "alpha bravo charlie",
                "\u202e",
            ]
        ),
        max_size=12,
    ).map(" ".join)
)
@settings(max_examples=60, deadline=None)
def test_the_transformer_is_asked_about_three_readings_at_most(text: str) -> None:
    assert sum(not reading.rules_only for reading in readings(view(text))) <= 3


def test_what_is_too_much_for_the_transformer_is_read_at_once() -> None:
    text = "%6aohn myNameIsJohn j*a*m*a*l moc.liamg@nhoj alpha bravo charlie here and рорре there"
    asked = [reading.view.text for reading in readings(view(text)) if not reading.rules_only]
    assert len(asked) == 3
    assert "jamal john@gmail.com Abc here and poppe there" in asked[-1]


def test_the_transformer_is_not_asked_about_numbers_only() -> None:
    asked: list[str] = []

    def listen(text: str, context: Sequence[str]) -> list[Entity]:
        asked.append(text)
        return []

    text = "it is 4lll 1111 llll 1111"
    detect(text, recognizers={"transformer": listen}, rules=RULES)
    assert asked == [text]


FRAGMENTS = [
    "jamal", "Jamal", "Ober", "#", "_", " ", "4111", "1", "l", "x", "*", "(1)", "%40", "%", "=41", "=\n",
    "&#64;", "&amp;", "\\u0041",
    "YWJjZGVmZ2hpamts", "==", "6a6f686e40676d61", " as in ", "J", "john", "alpha ", "bravo ", "charlie ",
    "double t ", "twenty ", "hundred ",
    "and ", "backwards ", "moc.liamg@", "@", ".c0m", "\u200b", "é", "４", "рорре", "\u202e", "no, 8 not 3",
    "[PERSON_1]", "\n", "❶", "🔟", "ﬁ",
]  # fmt: skip
TEXTS = st.lists(st.sampled_from(FRAGMENTS), max_size=14).map("".join) | st.text(max_size=50)


@given(TEXTS)
@settings(max_examples=150, deadline=None)
def test_every_reading_maps_back_exactly(text: str) -> None:
    seen = view(text)
    for reading in readings(seen):
        starts, ends = reading.view.starts, reading.view.ends
        assert reading.view.original == text
        assert starts is not None
        assert ends is not None
        assert list(starts) == sorted(starts)
        assert list(ends) == sorted(ends)
        assert all(0 <= start < end <= len(text) for start, end in zip(starts, ends, strict=True))
        assert len(starts) == len(ends) == len(reading.view.text)


@given(TEXTS)
@settings(max_examples=150, deadline=None)
def test_entities_are_disjoint_and_inside_and_nothing_raises(text: str) -> None:
    reached = 0
    for entity in found(text, ["[PERSON_1] and [PHONE_NUMBER_1]"]).entities:
        assert reached <= entity.start < entity.end <= len(text)
        reached = entity.end


HOSTILE = [
    "a", "1 ", "1*", "(1)", "%41", "=41", "=\n", "&#65;", "aB", "a_b", "A as in Apple ", "alpha ", "double t ",
    "twenty one ", "four hundred and ",
    "no, 8 not 3 ", "with a y ", "@", "moc.liamg@a", "YWJjZGVmZ2hpamts", "YWJjZGVm\n", "6a 6f ", "1x", "1l",
    "lO0 ", "1111 1111 ", "AB12 ",
    "backwards nhoj ", "\\u0041", "+%20", "at dot ", "_at_a_dot_",
]  # fmt: skip


def _cost(piece: str, size: int) -> float:
    seen = view((piece * (size // len(piece) + 1))[:size])
    best = float("inf")
    for _ in range(3):
        started = time.process_time()
        list(readings(seen))
        best = min(best, time.process_time() - started)
    return best


@pytest.mark.parametrize("piece", HOSTILE)
def test_reading_a_text_again_is_linear_in_its_length(piece: str) -> None:
    small, large = _cost(piece, 1000), _cost(piece, 8000)
    assert large < 24 * max(small, 1e-3)


def test_what_is_found_as_it_stands_is_no_disguise() -> None:
    with Redactor() as redactor:
        chat = redactor.conversation("c")
        chat.redact("call me at (212) 555-0143 today")
        assert chat.restore("I call [PHONE_NUMBER_1]").text == "I call (212) 555-0143"
