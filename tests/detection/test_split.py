"""Values typed over several messages are joined; neighbours that only look so are not."""

import re
from collections.abc import Sequence
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from redactor.detection.patterns import patterns
from redactor.detection.split import find_split, may_go_on
from redactor.types import Entity

CARD = re.compile(r"(?<!\d)\d(?:[ -]?\d){12,18}(?!\d)")
EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)*\.[a-z]{2,}")
PHONE = re.compile(r"(?<!\d)\d{3}[ -]\d{3}[ -]?\d{4}(?!\d)")
LOCAL = re.compile(r"(?<!\d)\d{3}-\d{4}(?!\d)")
IBAN = re.compile(r"\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){3,7}(?: ?[A-Z0-9]{1,3})?\b")
ORDER = re.compile(r"order is (\d+)")


def _luhn(digits: str) -> bool:
    return sum(sum(divmod(2 * int(d), 10)) if i % 2 else int(d) for i, d in enumerate(reversed(digits))) % 10 == 0


def _mod97(code: str) -> bool:
    code = code.replace(" ", "")
    return int("".join(str(int(c, 36)) for c in code[4:] + code[:4])) % 97 == 1


def recognize(text: str, context: Sequence[str]) -> list[Entity]:
    found = [Entity(*m.span(), "EMAIL_ADDRESS", 0.95, "pattern:email") for m in EMAIL.finditer(text)]
    cards = (m for m in CARD.finditer(text) if _luhn(re.sub(r"\D", "", m.group())))
    found += [Entity(*m.span(), "CREDIT_CARD", 0.95, "pattern:card") for m in cards]
    found += [Entity(*m.span(), "IBAN_CODE", 0.95, "pattern:iban") for m in IBAN.finditer(text) if _mod97(m.group())]
    found += [Entity(*m.span(), "PHONE_NUMBER", 0.75, "pattern:phone") for m in PHONE.finditer(text)]
    found += [Entity(*m.span(), "PHONE_NUMBER", 0.5, "pattern:phone") for m in LOCAL.finditer(text)]
    found += [Entity(*m.span(1), "ACCOUNT_ID", 0.9, "pattern:order") for m in ORDER.finditer(text)]
    return found


SPLIT = [
    (["4111 1111"], "1111 1111", "CREDIT_CARD", ["4111 1111", "1111 1111"]),
    (["4111-1111-"], "1111-1111", "CREDIT_CARD", ["4111-1111-", "1111-1111"]),
    (["4111", "1111", "1111"], "1111", "CREDIT_CARD", ["4111", "1111", "1111", "1111"]),
    (["hi", "my card is 4111 1111 "], " 1111 1111 exp 12/25", "CREDIT_CARD", ["4111 1111", "1111 1111"]),
    (["x " * 300 + "4111 1111"], "1111 1111" + " y" * 300, "CREDIT_CARD", ["4111 1111", "1111 1111"]),
    (["john", "@"], "gmail.com", "EMAIL_ADDRESS", ["john", "@", "gmail.com"]),
    (["john@"], "gmail.com thanks", "EMAIL_ADDRESS", ["john@", "gmail.com"]),
    (["my email is john"], "@acme.shop", "EMAIL_ADDRESS", ["john", "@acme.shop"]),
    (["john@gmail"], ".com", "EMAIL_ADDRESS", ["john@gmail", ".com"]),
    (["john at"], "gmail dot com", "EMAIL_ADDRESS", ["john at", "gmail dot com"]),
    (["GB29 NWBK"], "6016 1331 9268 19", "IBAN_CODE", ["GB29 NWBK", "6016 1331 9268 19"]),
    (["415 555"], "0132", "PHONE_NUMBER", ["415 555", "0132"]),
    (["call me at 415"], "555-0132.", "PHONE_NUMBER", ["415", "555-0132"]),
    (["john@", "gmail"], ".com", "EMAIL_ADDRESS", ["john@", "gmail", ".com"]),
    (["john", "@", "gmail"], ".com", "EMAIL_ADDRESS", ["john", "@", "gmail", ".com"]),
    (["my email is john"], ".smith@gmail.com", "EMAIL_ADDRESS", ["john", ".smith@gmail.com"]),
    (["email: john", ".smith", "@acme"], ".shop", "EMAIL_ADDRESS", ["john", ".smith", "@acme", ".shop"]),
]


@pytest.mark.parametrize(("earlier", "text", "kind", "pieces"), SPLIT)
def test_a_value_over_several_messages_is_joined(earlier: list[str], text: str, kind: str, pieces: list[str]) -> None:
    (split,) = find_split(earlier, text, recognize)
    messages = [*earlier, text]
    assert split.type == kind
    assert [messages[message][start:end] for message, start, end in split.pieces] == pieces
    assert split.pieces[-1][0] == len(earlier)
    assert pieces[0] not in repr(split)


@pytest.mark.parametrize(
    ("earlier", "text"),
    [
        ([], "4111 1111 1111 1111"),
        (["my order is 12345678"], "5 items please"),
        (["I live at number 4"], "2023 was good"),
        (["call me at 5"], "555-0100 is my number"),
        (["call me at 415"], "555-0132 was my old one"),
        (["hello"], "john@gmail.com"),
        (["john@gmail.com"], "thanks"),
        (["my e-mail is john@gmail.com."], "of course it is"),
        (["follow me"], "@crystal.shop"),
        (["meet me"], "@ 5pm"),
        (["4111 1111 1111 1111"], "4111 1111 1111 1111"),
        (["my order is 411111111111"], "1111"),
        (["4111 1111", "wait a second"], "1111 1112"),
        (["4111 1111", "I have never seen such a long message in between"], "1111 1111"),
        (["4111 1111", "ok", "ok", "ok", "ok"], "1111 1111"),
        (["4111 1111", "and 5 items"], "1111 1111"),
        (["415 555", "ok"], "0132"),
        (["4111 1111"], "1111 1112"),
        (["4111 1111"], ""),
        (["I'm at the shop."], "com is down"),
    ],
)
def test_neighbours_that_are_no_one_value_stay_apart(earlier: list[str], text: str) -> None:
    assert find_split(earlier, text, recognize) == []


def test_a_value_that_ended_before_the_new_message_is_not_told_again() -> None:
    assert find_split(["john@", "gmail.com"], "@ 5pm", recognize) == []


def test_at_most_four_messages_before_are_joined() -> None:
    digits = list("4111111111111111")
    assert find_split(digits[:-1], digits[-1], recognize) == []
    (split,) = find_split(["0", "411", "111", "111", "1111"], "111", recognize)
    assert [piece[0] for piece in split.pieces] == [1, 2, 3, 4, 5]


def test_ordinary_talk_is_not_even_shown_to_the_recognizer() -> None:
    def refuse(text: str, context: Sequence[str]) -> list[Entity]:
        raise AssertionError("asked")

    talk = ["hello, i have a problem", "my order never came", "it was 2 shirts", "thank you!", "are you there?", "ok"]
    for k in range(1, len(talk)):
        assert find_split(talk[:k], talk[k], refuse) == []


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ("12", "34", True),
        ("john", "@", True),
        ("", "34", False),
        ("hello", "34", False),
        ("is it 5", "yes", False),
        ("done.", ".com", False),
        ("gmail", ".com", True),
        ("ok", "...", False),
        ("thanks.", "bye", False),
    ],
)
def test_only_fitting_ends_may_go_on(before: str, after: str, expected: bool) -> None:
    assert may_go_on(before, after) is expected


def test_the_recognizer_hears_the_turns_before() -> None:
    heard: list[Sequence[str]] = []

    def listen(text: str, context: Sequence[str]) -> list[Entity]:
        heard.append(context)
        return []

    find_split(["12"], "34", listen, ["What is your card number?"])
    assert heard
    assert set(map(tuple, heard)) == {("What is your card number?",)}


PATTERNS = patterns()
LED_ON = [
    (["first part is 4111", "ok", "then 1111", "and 1111"], "the last four are 1111", ["4111", "1111", "1111", "1111"]),
    (["4111 so far", "one sec", "next part 1111"], "and the rest is 1111 1111", ["4111", "1111", "1111 1111"]),
    (
        ["4111 ...", "then 11", "wait", "11 11", "sorry", "and 11"],
        "finally 1111",
        ["4111", "11", "11 11", "11", "1111"],
    ),
    (["GB29 so far", "next part NWBK", "ok"], "and 6016 1331 9268 19", ["GB29", "NWBK", "6016 1331 9268 19"]),
    (["it starts with GB29 NWBK", "let me see"], "and 6016 1331 9268 19", ["GB29 NWBK", "6016 1331 9268 19"]),
]


@pytest.mark.parametrize(("earlier", "text", "pieces"), LED_ON)
def test_words_around_the_pieces_and_between_them_are_passed_over(
    earlier: list[str], text: str, pieces: list[str]
) -> None:
    messages = [*earlier, text]
    (split,) = find_split(earlier, text, recognize)
    assert [messages[message][start:end] for message, start, end in split.pieces] == pieces


def test_a_number_that_nothing_checks_counts_over_a_gap_only_where_it_was_asked_for() -> None:
    said, last = ["415", "ok", "then 555"], "and 2671"
    assert find_split(said, last, PATTERNS, ["How many?"]) == []
    (split,) = find_split(said, last, PATTERNS, [PHONE_ASKED])
    assert [piece[0] for piece in split.pieces] == [0, 2, 3]


ORDER_ASKED, PHONE_ASKED = "What is your order number?", "May I have your phone number?"
ANSWERED = [
    (["K3"], "25026787", ORDER_ASKED, ["K3", "25026787"]),
    (["K3", "13266"], "458", ORDER_ASKED, ["K3", "13266", "458"]),
    (["first part is 94", "hm", "13020"], "ends with 24", ORDER_ASKED, ["94", "13020", "24"]),
    (["first digits AC532", "then 95 ..."], "the last part is 260", ORDER_ASKED, ["AC532", "95", "260"]),
    (["536 wait", "and 22"], "last digits are 1236", "What is your SSN?", ["536", "22", "1236"]),
    (["sure: 83"], "0848201", ORDER_ASKED, ["83", "0848201"]),
    (["61", "05"], "6588", ORDER_ASKED, ["61", "05", "6588"]),
    (["C18", "49"], "4201", "What is your passport number?", ["C18", "49", "4201"]),
    (["94"], "070362", "What is your passport number?", ["94", "070362"]),
    (["yes, +49"], "89 060981934", PHONE_ASKED, ["+49", "89 060981934"]),
]


@pytest.mark.parametrize(("earlier", "text", "question", "pieces"), ANSWERED)
def test_the_question_says_what_pieces_are(earlier: list[str], text: str, question: str, pieces: list[str]) -> None:
    messages = [*earlier, text]
    (split,) = find_split(earlier, text, PATTERNS, [question])
    assert [messages[message][start:end] for message, start, end in split.pieces] == pieces


@pytest.mark.parametrize(
    ("earlier", "text", "question"),
    [
        (["8706847615"], "8706847616", ORDER_ASKED),
        (["8706847615"], "42", ORDER_ASKED),
        (["my order is 87068476"], "42", ORDER_ASKED),
        (["i ordered on the 12"], "25026787", ORDER_ASKED),
        (["I have 2"], "3 would be better", ORDER_ASKED),
        (["2"], "25026787", ORDER_ASKED),
        (["2019", "2020"], "2021", "Which years?"),
        (["38", "40", "42"], "44", PHONE_ASKED),
        (["give me 5"], "10 minutes", PHONE_ASKED),
        (["61", "05"], "6588", "How many do you need?"),
    ],
)
def test_answers_that_are_no_pieces_stay_apart(earlier: list[str], text: str, question: str) -> None:
    assert find_split(earlier, text, PATTERNS, [question]) == []


@given(
    st.lists(st.integers(1, 15), min_size=1, max_size=3, unique=True), st.sampled_from(["", " ", "  \n"]), st.booleans()
)
def test_a_card_cut_anywhere_is_found_whole(cuts: list[int], blank: str, invisible: bool) -> None:
    card = "4111111111111111"
    borders = [0, *sorted(cuts), 16]
    messages = [blank + card[a:b] + blank for a, b in pairwise(borders)]
    if invisible:
        messages[0] = messages[0].replace("4", "4\u200b")
    (split,) = find_split(messages[:-1], messages[-1], recognize)
    said = "".join(messages[message][start:end] for message, start, end in split.pieces)
    assert re.sub(r"\D", "", said) == card
    assert re.sub(r"\D", "", split.value.reveal()) == card
    assert [message for message, _, _ in split.pieces] == list(range(len(messages)))


@given(st.lists(st.text("14 @.mcogjAtdo\u200b"), max_size=5), st.text("14 @.mcogjAtdo\u200b"))
def test_any_messages_give_pieces_within_them(earlier: list[str], text: str) -> None:
    messages = [*earlier, text]
    for split in find_split(earlier, text, recognize):
        assert split.pieces[-1][0] == len(earlier)
        assert len({message for message, _, _ in split.pieces}) == len(split.pieces) >= 2
        assert all(0 <= start < end <= len(messages[message]) for message, start, end in split.pieces)
