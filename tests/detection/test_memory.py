"""What the conversation knows is found again, and nothing that only looks like it."""

import random
import time
import timeit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from redactor.detection.known import one_slip
from redactor.detection.memory import Known, find
from redactor.detection.words import ordinary_words, squash
from redactor.taxonomy import canonical
from redactor.types import Entity

KNOWN = Known(
    [
        ("PERSON", "Joyce Wu"),
        ("PERSON", "Crystal Minh"),
        ("PERSON", "Will Price"),
        ("PERSON", "Grace Long"),
        ("PERSON", "Mark"),
        ("PERSON", "May Adeyemi"),
        ("PERSON", "Jan van der Berg"),
        ("PERSON", "Mary-Jane O'Brien"),
        ("PERSON", "Anna Maria Kowalska"),
        ("PERSON", "Ada Nice"),
        ("PERSON", "José García"),
        ("PERSON", "Adaeze Long"),
        ("PERSON", "Ike Price"),
        ("PERSON", "Sean Long"),
        ("PERSON", "Tia Price"),
        ("PERSON", "王小明"),
        ("EMAIL_ADDRESS", "cminh@email.com"),
        ("ACCOUNT_ID", "6Z1K9SMOCE"),
        ("ACCOUNT_ID", "8706847615"),
        ("ACCOUNT_ID", "52871"),
        ("PHONE_NUMBER", "+1 (555) 123-4567"),
        ("STREET_ADDRESS", "12 Elm St., Apt 4"),
        ("USERNAME", "sunshine"),
        ("AGE", "34"),
        ("DATE_OF_BIRTH", "1990"),
    ]
)

FOUND = [
    ("Ok Joyce I notified the department", "Joyce", "memory:part"),
    ("joyce's order", "joyce", "memory:part"),
    ("Joyce’s order", "Joyce", "memory:part"),
    ("joyce'll call you", "joyce", "memory:part"),
    ("JOYCE WU", "JOYCE WU", "memory"),
    ("joyce  wu", "joyce  wu", "memory"),
    ("Mr Wu called", "Wu", "memory:part"),
    ("mr. wu called", "wu", "memory:part"),
    ("Crystal, are you there", "Crystal", "memory:part"),
    ("Ms Minh", "Minh", "memory:part"),
    ("so Anna Kowalska it is", "Anna Kowalska", "memory:part"),
    ("mary jane obrien", "mary jane obrien", "memory:slip"),
    ("obrien", "obrien", "memory:slip"),
    ("O'Brien", "O'Brien", "memory:part"),
    ("mary-jane", "mary-jane", "memory:part"),
    ("Mr van der Berg", "Berg", "memory:part"),
    ("我叫王小明谢谢", "王小明", "memory"),
    ("JOSÉ", "JOSÉ", "memory:part"),
    ("jose garcia", "jose garcia", "memory:slip"),
    ("jose", "jose", "memory:slip"),
    ("J. Wu is here", "J. Wu", "memory:slip"),
    ("ask j wu", "j wu", "memory:slip"),
    ("Joyce W. said", "Joyce W", "memory:slip"),
    ("w. price", "w. price", "memory:slip"),
    # one slip
    ("crysal wrote", "crysal", "memory:slip"),
    ("crystla wrote", "crystla", "memory:slip"),
    ("krystal wrote", "krystal", "memory:slip"),
    ("is crystall there", "crystall", "memory:slip"),
    ("joice wu", "joice wu", "memory:slip"),
    ("wu joyce", "wu joyce", "memory:slip"),
    ("Wu, Joyce", "Wu, Joyce", "memory:slip"),
    ("o'brian", "o'brian", "memory:slip"),
    # another person's name beside a part of a known one
    ("so Joyce Okeke wrote", "Joyce Okeke", "memory:slip"),
    ("so Emeka Minh wrote", "Emeka Minh", "memory:slip"),
    ("joyce wuu wrote", "joyce", "memory:part"),
    ("Crystal Mihn", "Crystal Mihn", "memory:slip"),
    ("ask crystal mih", "crystal mih", "memory:slip"),
    ("Ok Joyce Monday works", "Joyce", "memory:part"),
    ("Ok Joyce Amazon Is Down", "Joyce", "memory:part"),
    # other types: any case, other separators
    ("CMinh@Email.COM", "CMinh@Email.COM", "memory"),
    ("write to cminh@email.com.", "cminh@email.com", "memory"),
    ("6z1k-9smo ce", "6z1k-9smo ce", "memory"),
    ("8706 847 615", "8706 847 615", "memory"),
    ("(8706847615)", "8706847615", "memory"),
    ("+1 555.123.4567", "+1 555.123.4567", "memory"),
    ("1 555 123 4567", "1 555 123 4567", "memory:slip"),
    ("12 elm st apt 4", "12 elm st apt 4", "memory:slip"),
    ("ask @sunshine", "sunshine", "memory"),
    ("order 52871, please", "52871", "memory"),
    # ordinary words with evidence
    ("please ask Will about it", "Will", "memory:part"),
    ("I told Grace about it", "Grace", "memory:part"),
    ("hi mark", "mark", "memory"),
    ("Thank You Grace", "Grace", "memory:part"),
    ("thanks grace!", "grace", "memory:part"),
    ("ok will, go on", "will", "memory:part"),
    ("Ms. Long", "Long", "memory:part"),
    ("thanks, mark", "mark", "memory"),
    ("thank you so much mark", "mark", "memory"),
    ("thanks a lot again grace!", "grace", "memory:part"),
    ("hello there will,", "will", "memory:part"),
    ("have a great day, grace", "grace", "memory:part"),
    ("my name is mark", "mark", "memory"),
    ("I gave it to May yesterday", "May", "memory:part"),
    ("will price", "will price", "memory"),
]


@pytest.mark.parametrize(("text", "value", "recognizer"), FOUND)
def test_a_known_value_is_found_again(text: str, value: str, recognizer: str) -> None:
    assert [(text[e.start : e.end], e.recognizer) for e in find(text, KNOWN)] == [(value, recognizer)]


@pytest.mark.parametrize(
    "text",
    [
        "the crystals are broken",
        "will it take long? i may mark the price",
        "Will it take long?",
        "ok will do",
        "hi may i ask something",
        "Hi May I ask something",
        "Hi Will you send it",
        "thanks long time no see",
        "ok so long",
        "thanks for the price",
        "thank you mark my words",
        "is it new. Mark my words",
        "I WILL NOT PAY THE PRICE",
        "I WILL not pay",
        "What Will The Price Be",
        "in May, on May 5th and next May",
        "i miss grace",
        "they won't say, don't ask, will've",
        "a mark-up of the long-term price",
        "size, colour, price",
        "hi, price?",
        "van der and van, der",
        "Nice, thank you",
        "a long way, A long way, i long for it, it's long, don't price it",
        "it is Size: L, Price: 9.99",
        "Price, size and colour",
        "i need size, help, price",
        "the Mark-up was high",
        "a bench-Mark is",
        "go to x/Mark or x_Mark",
        "a crstyal thing",
        "crysal@mail.com and www.crysal.com, see /crysal",
        "joyceful wujoyce",
        "j.cminh@email.com",
        "cminh@email.com.au",
        "cminh email com",
        "18706847615",
        "8706,847615",
        "8706847615a",
        "it costs 52871.50 or $52871",
        "52871% more",
        "34 items in 1990",
        "what a sunshine",
        "[PERSON_1] and [ACCOUNT_ID_2]",
        "",
        "...",
    ],
)
def test_what_only_looks_like_a_known_value_is_left_alone(text: str) -> None:
    assert find(text, KNOWN) == []


@pytest.mark.parametrize(
    ("text", "vote"),
    [
        ("so will said", Entity(3, 7, "PERSON", 0.2, "transformer")),
        ("34", Entity(0, 2, "AGE", 0.3, "pattern:age")),
        ("sunshine", Entity(0, 8, "USERNAME", 0.4, "transformer")),
    ],
)
def test_a_weak_vote_of_the_same_type_confirms_an_ordinary_word(text: str, vote: Entity) -> None:
    assert find(text, KNOWN) == []
    assert [(e.start, e.end) for e in find(text, KNOWN, [vote])] == [(vote.start, vote.end)]


@pytest.mark.parametrize(
    "vote",
    [
        Entity(3, 7, "PERSON", 0.19, "transformer"),
        Entity(3, 7, "USERNAME", 0.9, "transformer"),
        Entity(8, 12, "PERSON", 0.9, "transformer"),
        Entity(0, 3, "PERSON", 0.9, "transformer"),
    ],
)
def test_a_vote_too_weak_or_elsewhere_confirms_nothing(vote: Entity) -> None:
    assert find("so will said", KNOWN, [vote]) == []


def test_a_first_name_inside_the_name_of_a_firm_is_the_firms() -> None:
    text = "a Crystal Geyser bottle for Crystal"
    firm = Entity(2, 16, "ORGANIZATION", 0.9, "transformer")
    assert [e.start for e in find(text, KNOWN)] == [2, 28]
    assert [e.start for e in find(text, KNOWN, [firm])] == [28]


def test_a_title_is_outside_the_name() -> None:
    known = Known([("PERSON", "Mr Okonkwo")])
    text = "ms okonkwo"
    assert [text[e.start : e.end] for e in find(text, known)] == ["okonkwo"]


def test_adding_twice_changes_nothing_and_literals_are_not_searched() -> None:
    known = Known([("PERSON", "Joyce Wu"), ("PERSON", "joyce wu"), ("LITERAL", "[PERSON_7]"), ("SECRET", "!!")])
    assert len(known) == 1
    assert find("[PERSON_7]", known) == []
    assert "Joyce" not in repr(known)


_NAMES = """
    will may mark grace long price bill rose hope faith joy summer dawn eve amber ruby violet ivy lily daisy olive
    ginger carol heather iris pearl melody robin sandy star nick jack pat gene penny chase hunter mason sky art
    ray drew dean miles chip rob sue frank grant crystal jade hazel holly autumn harmony charity patience prudence
    clarity destiny trinity haven journey story ember storm rain river brook lake forest cliff clay stone rocky
    rusty dusty sage basil herb myrtle fern flora laurel heath glen dale ward wade reed lane miller baker cook
    cooper fisher gardener tailor porter potter turner walker weaver wright smith mills field fields hill hills
    wood woods banks bush church castle hall house rivers waters wells pool marsh moor green brown black white
    gray grey gold silver young old short little small strong wise savage sharp swift quick bright bold noble rich
    poor good best sweet bitter moody blunt stern stout tall love darling bliss case cash chance change check
    close cross cruise curry daily day days dollar drake early east west north south french fair fine finch fish
    fox hawk hare hart heard hood hook horn hunt ice jewel judge justice keen key kind king knight lamb law
    lawless leader lock lord lovely low major man manly manual march marshal martin master mayor merit mercy merry
    minor mode moon moss nail nice night noon nurse oak page paint park parks parrot peace peacock pepper piece
    pike place pleasant pollen pond pope post pound power pride prince proper purse quill race raven read real
    ring road rock root royal rush sales sands seal shade shell shepherd shields shine singer skills slaughter
    sparks spear spring steel steep street sugar summers sunny sunshine swan teller temper thorn toy trade trainer
    trip true trust upright valentine duke wall
"""
NAMES_THAT_ARE_WORDS = _NAMES.split()

ORDINARY_MESSAGES = """
can you {w} this for me
what is the {w}?
the {w} was not what i ordered
i would like a {w} please
it is too {w} for me, can i return it
{W} is what it says on the box
{W} or not, i want my refund.
Hello. {W} was in my last parcel.
I waited. {W} again?
ok {w} the order then
hi {w} question here
thanks {w} again for nothing
hello, {w} question about my bill
i have a {w} and a jacket to send back
Does it come in {w}, blue and red?
sizes, colours, {w}
no {w} no deal
is that a {w}?
is there a {w} or two left
my order has one {w}, two hats
why is there no {w} on the website?
I {w} this every week.
i never {w} on sundays
they {w} too much
so {w} that i gave up
we {w} it, you {w} it
MY {U} IS BROKEN
WHERE IS THE {U}
Where Is The {W} Button
Track My {W} Order Now
- {W} in the cart
- one {w}
Note: {W} not included
"{W}" it says
it says "{w}" on the label
the {w}-like thing
a {w}-up and a {w}-down
I read the {w} policy. It says nothing.
how {w} is it going to be
yes {w} would be fine
no, {w} would not be fine
You said {w}, not more.
the right {w} (left {w}) is missing
50 {w} 20
{w} 3 of 4
please {w}
just {w} it already!
I want {w}. {W} I want!
my {w} and i
does {w} ship to canada
""".strip().splitlines()


def test_names_that_are_words_touch_at_most_one_ordinary_message_in_two_hundred() -> None:
    assert (len(set(NAMES_THAT_ARE_WORDS)), len(set(ORDINARY_MESSAGES))) == (300, 50)
    assert set(NAMES_THAT_ARE_WORDS) <= ordinary_words()
    touched = total = 0
    for name in NAMES_THAT_ARE_WORDS:
        as_names = (f"{name.title()} Okonkwo", f"Adaeze {name.title()}", name.title())
        known = Known(("PERSON", text) for text in as_names)
        for message in ORDINARY_MESSAGES:
            text = message.replace("{w}", name).replace("{W}", name.title()).replace("{U}", name.upper())
            touched += bool(find(text, known))
            total += 1
    assert touched <= 0.005 * total, f"{touched} of {total} ordinary messages touched"


def test_the_same_names_are_found_where_they_stand_as_names() -> None:
    frames = ("please ask {W} about it", "thanks {w}", "mr {w} called", "i spoke to {W}, who was kind", "bye {w}!")
    for name in NAMES_THAT_ARE_WORDS:
        known = Known([("PERSON", f"{name.title()} Okonkwo")])
        for frame in frames:
            text = frame.replace("{w}", name).replace("{W}", name.title())
            assert [text[e.start : e.end].lower() for e in find(text, known)] == [name], text


def _pairs() -> list[tuple[str, str, str]]:
    """200 pairs of values that differ by one letter or digit."""
    rng = random.Random(20)
    syllables = ["ba", "ren", "ko", "li", "ma", "no", "ra", "sto", "tu", "vel", "wi", "za", "dor", "fen", "gus"]

    def word(count: int) -> str:
        return "".join(rng.choices(syllables, k=count)).title()

    pairs: list[tuple[str, str, str]] = []
    while len(pairs) < 200:
        kind = ("PERSON", "EMAIL_ADDRESS", "ACCOUNT_ID", "PHONE_NUMBER", "CREDIT_CARD")[len(pairs) % 5]
        if kind == "PERSON":
            one = f"{word(3)} {word(2)}"
        elif kind == "EMAIL_ADDRESS":
            one = f"{word(2)}.{word(2)}@{word(2)}.com".lower()
        else:
            one = "".join(rng.choices("0123456789", k={"ACCOUNT_ID": 10, "PHONE_NUMBER": 10, "CREDIT_CARD": 16}[kind]))
        at = rng.randrange(len(one))
        letters = "0123456789" if one.isdigit() else "abcdefghijklmnopqrstuvwxyz"
        other = one[:at] + rng.choice(letters) + one[at + rng.randrange(2) :]
        if one[at] in " @." or canonical(kind, one) == canonical(kind, other):
            continue
        pairs.append((kind, one, other))
    return pairs


@pytest.mark.parametrize(("kind", "one", "other"), _pairs())
def test_a_near_identical_value_is_never_taken_for_the_same(kind: str, one: str, other: str) -> None:
    for mine, text in ((one, other), (other, one)):
        known = Known([(kind, mine)])
        assert [e.recognizer for e in find(mine, known)] == ["memory"]
        for entity in find(text, known):
            whole = (entity.start, entity.end) == (0, len(text))
            assert not whole or entity.recognizer == "memory:slip"
            assert kind == "PERSON"


@given(st.text("abc", max_size=7), st.text("abc", max_size=7))
def test_one_slip_is_the_edit_distance_with_swaps_at_one(a: str, b: str) -> None:
    near = {a[:i] + a[i + 1 :] for i in range(len(a))}
    near |= {a[:i] + c + a[i:] for i in range(len(a) + 1) for c in "abc"}
    near |= {a[:i] + c + a[i + 1 :] for i in range(len(a)) for c in "abc"}
    near |= {a[:i] + a[i + 1] + a[i] + a[i + 2 :] for i in range(len(a) - 1)}
    assert one_slip(a, b) == (b in near - {a})


@given(
    st.lists(st.tuples(st.sampled_from(["PERSON", "ACCOUNT_ID", "USERNAME", "SECRET"]), st.text(max_size=12))),
    st.text(),
)
def test_any_text_gives_sorted_spans_within_it(values: list[tuple[str, str]], text: str) -> None:
    hits = find(text, Known(values))
    assert hits == sorted(hits)
    assert all(0 <= e.start < e.end <= len(text) for e in hits)


@given(st.lists(st.text("ab -.'éß", min_size=3, max_size=9), min_size=1, max_size=4))
def test_a_known_name_is_found_in_the_text_that_gave_it(names: list[str]) -> None:
    known = Known(("PERSON", name.strip()) for name in names)
    for name in names:
        spoken = name.strip()
        if sum(map(str.isalnum, spoken)) >= 3 and squash(spoken) not in ordinary_words():
            text = f"I met {spoken}, yesterday"
            covered = {k for e in find(text, known) for k in range(e.start, e.end)}
            assert {k for k in range(6, 6 + len(spoken)) if text[k].isalnum()} <= covered


def test_the_word_list_loads_quickly_and_holds_no_proper_names() -> None:
    words = ordinary_words()
    assert {"will", "may", "mark", "grace", "long", "price", "crystals", "grand", "dont"} <= words
    assert not {"joyce", "crystle", "london", "anna", "michael", "garcia"} & words
    assert timeit.timeit(ordinary_words.__wrapped__, number=3) / 3 < 0.1


def test_a_thousand_known_values_cost_no_more_than_ten() -> None:
    rng = random.Random(3)
    letters = "abcdefghijklmnopqrstuvwxyz"

    def name() -> str:
        return "".join(rng.choices(letters, k=rng.randint(3, 8)))

    many = [
        ("PERSON", f"{name()} {name()}") if n % 2 else ("ACCOUNT_ID", str(rng.randrange(10**9, 10**10)))
        for n in range(1000)
    ]
    text = "hello there i would like to return the jacket which i ordered last week, order 8706847615, it is too small"

    def cost(known: Known) -> float:
        find(text, known)
        return min(timeit.repeat(lambda: find(text, known), number=50, repeat=5, timer=time.thread_time))

    assert cost(Known(many)) < 4 * cost(Known(many[:10]))


@pytest.mark.parametrize("repeated", ["ann bob ", "1 ", "ask Ann ", "anna ", "hi bob, ", "xyz ", "é "])
def test_the_cost_grows_with_the_text_whatever_it_repeats(repeated: str) -> None:
    names = [("PERSON", "Ann Bob"), ("PERSON", "Bob Ann"), ("PERSON", "Hannah Bobson")]
    known = Known([*names, *(("ACCOUNT_ID", "1" * count) for count in range(6, 30))])

    def cost(size: int) -> float:
        text = repeated * (size // len(repeated))
        return min(timeit.repeat(lambda: find(text, known), number=1, repeat=3, timer=time.thread_time))

    assert cost(20_000) < 40 * cost(2_000)
