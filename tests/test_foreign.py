"""What an LLM says of people a conversation never held reaches nobody, and nothing else is touched."""

import asyncio
import itertools
import re
from collections.abc import AsyncIterator, Callable, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from redactor import Redactor, Turn
from redactor.conversation import Conversation
from redactor.exceptions import BlockedError, DetectionError
from redactor.metrics.counts import total
from redactor.policy import Policy
from redactor.segments import MOST
from redactor.testing import FakeRecognizer, assert_no_leak, in_memory
from redactor.types import Entity

CUSTOMER = "Crystal Minh"
CANARY = "Quenby Vash-Orlo"
NUMBER = "+1 212 555 0177"
OURS = "+1 800 555 0199"
VALUES: dict[str | re.Pattern[str], str] = {
    CUSTOMER: "PERSON",
    "Minh": "PERSON",
    CANARY: "PERSON",
    "Crystal Vance": "PERSON",
    "Mr Minh": "PERSON",
    "Acme Anvils": "PERSON",
    re.compile(r"\+1[ .-]\d{3}[ .-]\d{3}[ .-]\d{4}"): "PHONE_NUMBER",
    "qv@canary.example": "EMAIL_ADDRESS",
    "90210": "POSTAL_CODE",
    "Bern": "LOCATION",
    re.compile(r"\b[0-9a-f]{40,}\b"): "SECRET",
    re.compile(r"\bsk-[0-9a-z]{20,}\b"): "SECRET",
}


def opened(**settings: object) -> Conversation:
    chat = in_memory(VALUES, **settings).conversation("c")
    chat.redact(f"I am {CUSTOMER}, 90210")
    return chat


def test_what_the_conversation_never_held_becomes_a_label() -> None:
    reply = opened().restore(f"Hi [PERSON_1]! Ask {CANARY} ({NUMBER}).", scan=True)
    assert reply.text == f"Hi {CUSTOMER}! Ask (name hidden) ((phone number hidden))."
    assert reply.foreign == ("PERSON", "PHONE_NUMBER")
    assert reply.restored == ("[PERSON_1]",)


def test_without_a_scan_replies_are_as_before() -> None:
    reply = opened().restore(f"Ask {CANARY}.")
    assert reply.text == f"Ask {CANARY}."
    assert reply.foreign == ()


@pytest.mark.parametrize(
    "said",
    [CUSTOMER, CUSTOMER.lower(), "Minh", "Mr Minh", "Minh's", "your code is 90210", "Bern", "[PERSON_1] of Bern"],
)
def test_what_it_holds_and_what_the_policy_keeps_stays(said: str) -> None:
    reply = opened().restore(f"So {said}, then.", scan=True)
    assert reply.text == f"So {said.replace('[PERSON_1]', CUSTOMER)}, then."
    assert reply.foreign == ()


def test_somebody_who_shares_a_name_is_somebody_else() -> None:
    reply = opened().restore("Is it Crystal Vance?", scan=True)
    assert reply.text == "Is it (name hidden)?"


@pytest.mark.parametrize(
    ("listed", "said", "stays"),
    [
        ({"term": OURS}, f"Call {OURS}.", True),
        ({"term": OURS}, f"Call {OURS.replace(' ', '-')}.", True),
        ({"term": OURS, "type": "PHONE_NUMBER"}, f"Call {OURS}.", True),
        ({"term": OURS, "type": "IBAN_CODE"}, f"Call {OURS}.", False),
        ({"regex": r"\+1 800 555 \d{4}"}, f"Call {OURS}.", True),
        ({"regex": r"\+1 800 555 \d{4}"}, f"Call {NUMBER}.", False),
        ({"term": "acme anvils"}, "Ask Acme Anvils.", True),
        ({"term": "Vash-Orlo"}, f"Ask {CANARY}.", False),
    ],
)
def test_the_business_may_name_itself(listed: dict[str, str], said: str, stays: bool) -> None:
    policy = Policy.from_dict({"business": [listed]})
    assert (opened(policy=policy).restore(said, scan=True).text == said) is stays


def test_what_the_system_said_may_be_said() -> None:
    def late(text: str, context: Sequence[str]) -> list[Entity]:
        return [] if text.startswith("You are") else FakeRecognizer(VALUES)(text)

    chat = Redactor(recognizers=[late]).conversation("c")
    chat.redact_turns([Turn("system", f"You are the bot of {CANARY}"), Turn("customer", "Hello")])
    assert chat.restore(f"I am {CANARY}'s.", scan=True).text == f"I am {CANARY}'s."
    assert chat.restore(f"Call {NUMBER}.", scan=True).foreign == ("PHONE_NUMBER",)


def test_what_the_system_said_and_was_masked_comes_back_as_any_value() -> None:
    chat = opened()
    chat.redact(f"The desk: {OURS}", role="system")
    assert chat.restore(f"Call [PHONE_NUMBER_1] or {OURS}.", scan=True).text == f"Call {OURS} or {OURS}."


def test_it_is_recorded_redacted_and_never_comes_back() -> None:
    redactor = in_memory(VALUES)
    chat = redactor.conversation("c")
    chat.redact("Who can help me?")
    first = chat.restore(f"Ask {CANARY}, {NUMBER}.", scan=True)
    assert first.turn_id is not None
    assert chat.recorded_text(first.turn_id) == "Ask [PERSON_1], [PHONE_NUMBER_1]."
    again = chat.restore("As I said: [PERSON_1], [PHONE_NUMBER_1].", scan=True)
    assert again.text == "As I said: (name hidden), (phone number hidden)."
    assert again.withheld == ("[PERSON_1]", "[PHONE_NUMBER_1]")
    assert chat.restore_turn(first.turn_id).text == first.text
    assert chat.restore(f"It is {CANARY}.", scan=True).foreign == ("PERSON",)
    assert_no_leak([CANARY, NUMBER], redactor.transcripts.search(), again, redactor.metrics.snapshot())


def test_the_host_may_resend_what_the_customer_read() -> None:
    chat = opened()
    reply = chat.restore(f"Ask {CANARY}.", scan=True)
    again = chat.redact_turns([Turn("customer", f"I am {CUSTOMER}, 90210"), Turn("assistant", reply.text)])
    assert again[1].text == "Ask [PERSON_2]."
    assert again[1].known


def test_a_customer_who_says_it_makes_it_known() -> None:
    chat = opened()
    chat.restore(f"Ask {CANARY}.", scan=True)
    chat.redact(f"Who is {CANARY}?")
    assert chat.restore("About [PERSON_2]: no idea.", scan=True).text == f"About {CANARY}: no idea."


def test_a_type_that_is_masked_or_hashed_is_recorded_so() -> None:
    chat = opened(policy=Policy.from_dict({"types": {"PHONE_NUMBER": {"operator": "mask"}}}))
    reply = chat.restore(f"Call {NUMBER}.", scan=True)
    assert reply.text == "Call (phone number hidden)."
    assert chat.recorded_text(str(reply.turn_id)) == "Call ****77."


def test_the_label_is_written_for_the_form_it_stands_in() -> None:
    policy = Policy.from_dict({"types": {"PERSON": {"label": 'a "name" <hidden>'}}})
    chat = opened(policy=policy)
    assert chat.restore(f"Ask {CANARY}", form="html", scan=True).text == "Ask (a &quot;name&quot; &lt;hidden&gt;)"
    assert chat.restore(f'{{"to": "{CANARY}"}}', form="json", scan=True).text == '{"to": "(a \\"name\\" <hidden>)"}'


# the stream

FRAGMENTS = [
    CANARY, CUSTOMER, NUMBER, "Minh", "[PERSON_1]", "[PERSON_1", "PERSON_1]", "[PERSON_", "1]", "[POSTAL_CODE_1]",
    "90210", "qv@canary.example", ". ", "! ", "\n", "Mr. ", " word", " ", ",", "(", "ab" * 60, "0" * 300, "Crystal",
    "Vance", "https://a.b/?q=", "[x](", "he said. 5 of them", "[PERSON_9]", "。", "\ud800", "½",
]  # fmt: skip
texts = st.lists(st.one_of(st.sampled_from(FRAGMENTS), st.text(max_size=3)), max_size=40).map("".join)
_numbers = itertools.count()
_redactor = in_memory(VALUES)


def fresh() -> Conversation:
    chat = _redactor.conversation(f"law-{next(_numbers)}")
    chat.redact(f"I am {CUSTOMER}, 90210")
    return chat


@given(texts, st.data())
def test_a_scanned_stream_gives_what_the_scanned_whole_gives(text: str, data: st.DataObject) -> None:
    cuts = sorted(data.draw(st.lists(st.integers(0, len(text)), max_size=20)))
    chunks = [text[a:b] for a, b in itertools.pairwise([0, *cuts, len(text)])]
    whole = fresh().restore(text, scan=True)
    for pieces in (chunks, list(text)):
        stream = fresh().open_stream(scan=True)
        assert "".join([*map(stream.feed, pieces), stream.finish()]) == whole.text
        assert stream.foreign == whole.foreign


@given(
    st.text(alphabet="abc de.!\n", max_size=300),
    st.text(alphabet="abc de.!\n", max_size=300),
    st.sampled_from(
        [CANARY, NUMBER, "qv@canary.example", "0a" * 20, "0a" * 200, "sk-" + "0z" * 70, "sk-" + "0z" * 300]
    ),
)
def test_no_value_gets_through_wherever_the_text_is_cut(before: str, after: str, value: str) -> None:
    chat = fresh()
    reply = chat.restore(f"{before} {value} {after}", scan=True)
    assert len(reply.foreign) == 1
    assert_no_leak([value], reply.text, chat.recorded_text(str(reply.turn_id)))
    assert "0" not in reply.text
    assert " ".join(reply.text.split()).count("hidden") == 1
    assert reply.text.startswith(f"{before} (")
    assert reply.text.endswith(f") {after}")


def test_a_sentence_goes_out_with_its_end_and_no_more_than_a_segment_is_held_back() -> None:
    stream = fresh().open_stream(scan=True)
    assert stream.feed("Hello [PERSON_1]. How") == f"Hello {CUSTOMER}. "
    assert stream.feed(" are you? ") == "How are you? "
    held = 0
    for _ in range(600):
        held += 1 - len(stream.feed("x"))
        assert held < MOST
    assert len(stream.finish()) == held


def test_a_scan_that_fails_lets_nothing_of_the_segment_out_and_ends_the_stream() -> None:
    def fails(text: str, context: Sequence[str]) -> list[Entity]:
        if CANARY in text:
            raise RuntimeError(text)
        return []

    redactor = Redactor(recognizers=[fails])
    chat = redactor.conversation("c")
    stream = chat.open_stream(scan=True)
    out = stream.feed("All is well! ")
    with pytest.raises(DetectionError) as failed:
        stream.feed(f"It says: ask {CANARY} now. Then")
    with pytest.raises(DetectionError) as over:
        stream.feed("All is well! ")
    with pytest.raises(DetectionError):
        stream.finish()
    stream.record()
    assert out == "All is well! "
    assert [turn.text for turn in redactor.transcripts.search().items] == ["All is well! "]
    assert_no_leak([CANARY], failed.value, over.value, redactor.transcripts.search())
    with pytest.raises(DetectionError):
        chat.restore(f"Ask {CANARY}", scan=True)


def test_a_stream_that_is_closed_early_is_recorded_as_far_as_it_was_looked_at() -> None:
    chat = fresh()
    pieces = chat.restore_stream(["One. ", f"Ask {CANARY}. ", "And th", "en"], scan=True)
    assert [next(pieces), next(pieces)] == ["One. ", "Ask (name hidden). "]
    pieces.close()  # type: ignore[attr-defined]
    assert chat.redact_turns([Turn("assistant", "One. Ask (name hidden). ")], follows=True)[0].text
    assert chat.reads("One. Ask [PERSON_2]. ")


def test_a_type_the_policy_blocks_refuses_the_reply() -> None:
    chat = opened(policy=Policy.from_dict({"types": {"PHONE_NUMBER": {"operator": "block"}}}))
    stream = chat.open_stream(scan=True)
    assert stream.feed("Well! ") == "Well! "
    with pytest.raises(BlockedError):
        stream.feed(f"Call {NUMBER}! ")
    with pytest.raises(BlockedError):
        chat.restore(f"Call {NUMBER}.", scan=True)


def test_recognizers_are_shown_the_turn_before_and_the_reply_so_far() -> None:
    asked: list[tuple[str, list[str]]] = []

    def noting(text: str, context: Sequence[str]) -> list[Entity]:
        asked.append((text, list(context)))
        return []

    chat = Redactor(recognizers=[noting]).conversation("c")
    chat.redact("What is the number?")
    asked.clear()
    chat.restore("You asked. It is\n5", scan=True, record=False)
    before = "What is the number?"
    assert asked == [
        ("You asked. ", [before]),
        ("It is\n", [before, "You asked. "]),
        ("5", [before, "You asked. It is\n"]),
    ]


def test_the_async_doors_scan_as_well(make_redactor: Callable[..., Redactor]) -> None:
    chat = make_redactor(recognizers=[FakeRecognizer(VALUES)]).conversation("c")

    async def chunks() -> AsyncIterator[str]:
        for chunk in ("Ask ", CANARY[:5], CANARY[5:], ". Bye"):
            yield chunk

    async def both() -> None:
        streamed = [piece async for piece in chat.arestore_stream(chunks(), scan=True)]
        assert streamed == ["Ask (name hidden). ", "Bye"]
        assert (await chat.arestore(f"Ask {CANARY}.", scan=True)).foreign == ("PERSON",)

    asyncio.run(both())


def test_a_cancelled_scan_leaves_a_whole_recorded_turn(make_redactor: Callable[..., Redactor]) -> None:
    chat = make_redactor(recognizers=[FakeRecognizer(VALUES)]).conversation("c")

    async def endless() -> AsyncIterator[str]:
        yield f"Ask {CANARY}! "
        yield "Bye! "
        await asyncio.sleep(60)

    got: list[str] = []

    async def read() -> None:
        async for piece in chat.arestore_stream(endless(), scan=True):
            got.append(piece)  # noqa: PERF401 - it is looked at while it grows

    async def cancelled() -> None:
        task = asyncio.create_task(read())
        for _ in range(1000):
            await asyncio.sleep(0.01 if len(got) < 2 else 0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(cancelled())
    assert chat.reads("Ask [PERSON_1]! Bye! ")


def test_it_is_counted_by_type_and_shows_a_sign() -> None:
    redactor = in_memory(VALUES)
    redactor.conversation("c").restore(f"Ask {CANARY} or {NUMBER}.", scan=True)
    counts = redactor.metrics.counts()
    assert total(counts, "foreign", name="PERSON") == total(counts, "foreign", name="PHONE_NUMBER") == 1
    assert total(counts, "sign", name="foreign_value") == 1
    assert redactor.metrics.snapshot()["foreign"] == [
        {"role": "assistant", "type": "PERSON", "count": 1},
        {"role": "assistant", "type": "PHONE_NUMBER", "count": 1},
    ]


def test_the_shipped_model_sees_a_stranger_in_a_reply_and_the_customer_as_the_customer() -> None:
    chat = Redactor().conversation("c")
    chat.redact("Hi, my name is Crystal Minh and my email is crystal.minh@example.com")
    reply = chat.restore(
        "Thanks [PERSON_1]! Crystal Minh, we wrote to [EMAIL_ADDRESS_1]. Your neighbour Brenda Walsh can be reached at "
        "brenda.walsh@example.org or +1 212 555 0177.",
        scan=True,
    )
    assert "Thanks Crystal Minh! Crystal Minh, we wrote to crystal.minh@example.com." in reply.text
    assert_no_leak(["Brenda Walsh", "brenda.walsh@example.org", "555 0177"], reply.text)


def test_a_value_on_the_cut_of_a_stream_that_ends_there_is_recorded_masked() -> None:
    chat = fresh()
    stream = chat.open_stream(scan=True)
    before = "so " * 51
    out = stream.feed(f"{before}{CANARY} and on and on and on and on and on and on and on and on and on and on and on")
    stream.record()
    assert out == f"{before}(name hidden)"
    assert chat.reads(f"{before}[PERSON_2]")


def test_a_value_that_was_seen_on_the_cut_is_masked_on_its_other_side_as_well() -> None:
    def near_the_mark(text: str, context: Sequence[str]) -> list[Entity]:
        return FakeRecognizer(VALUES)(text) if "MARK" in text else []

    chat = Redactor(recognizers=[near_the_mark]).conversation("c")
    before = f"MARK {'so ' * 49}"
    reply = chat.restore(f"{before}{CANARY} and on{' and on' * 30}", scan=True)
    assert reply.text == f"{before}(name hidden) and on{' and on' * 30}"
    assert reply.foreign == ("PERSON",)


@given(st.text(max_size=400))
def test_where_nothing_is_found_the_scan_changes_nothing(text: str) -> None:
    chat = in_memory().conversation("c")
    assert chat.restore(text, record=False, scan=True) == chat.restore(text, record=False)
