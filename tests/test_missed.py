"""A value nobody found, reported by a person: gone from every recorded turn, and still given back exactly."""

import re
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from redactor import Redactor
from redactor.audit import acting
from redactor.audit.checking import verify
from redactor.audit.records import decoded
from redactor.conversation import Conversation
from redactor.crypto import LocalKey
from redactor.exceptions import ConfigError, NotFoundError, StorageError
from redactor.policy import Policy
from redactor.storage import auditing
from redactor.storage.memory import MemoryStore
from redactor.storage.sqlite import SqliteStore
from redactor.testing import FakeRecognizer, assert_no_leak

CANARY = "Zebulon Quuxley"
FAKE = FakeRecognizer({"Crystal Minh": "PERSON", re.compile(r"\b\d{6,9}\b"): "ACCOUNT_ID"})
MakeRedactor = Callable[..., Redactor]


@pytest.fixture(params=["memory", "sqlite"])
def redactor(request: pytest.FixtureRequest, make_redactor: MakeRedactor, tmp_path: Path) -> Redactor:
    store = MemoryStore() if request.param == "memory" else SqliteStore(tmp_path / "db" / "v.db")
    return make_redactor(recognizers=[FAKE], store=store, key=LocalKey.ephemeral())


@pytest.fixture
def chat(redactor: Redactor) -> Conversation:
    return redactor.conversation("c")


def report(chat: Conversation, turn_id: str, text: str, value: str, type: str = "PERSON") -> list[str]:  # noqa: A002
    """Report the first place of a value in a redacted text; the rewritten texts."""
    start = text.index(value)
    return [each.text for each in chat.report_missed(turn_id, start, start + len(value), type)]


def test_every_turn_that_shows_the_value_is_rewritten_and_restores_to_what_was_typed(chat: Conversation) -> None:
    typed = [f"I am Crystal Minh, send it to {CANARY}.", "thanks", f"{CANARY.upper()} called; {CANARY}, again 1234567"]
    seen = [chat.redact(text) for text in typed]
    rewritten = report(chat, seen[0].turn_id, seen[0].text, CANARY)
    assert rewritten == [
        "I am [PERSON_1], send it to [PERSON_2].",
        "[PERSON_2] called; [PERSON_2], again [ACCOUNT_ID_1]",
    ]
    assert [chat.restore(each).text for each in seen] == typed
    assert chat.restore("Dear [PERSON_2]").text == f"Dear {CANARY}"


def test_the_value_is_known_from_now_on_also_in_parts(chat: Conversation) -> None:
    seen = chat.redact(f"It was {CANARY}. Mr Quuxley is my neighbour.")
    assert report(chat, seen.turn_id, seen.text, CANARY) == ["It was [PERSON_1]. Mr [PERSON_1] is my neighbour."]
    assert chat.redact(f"{CANARY} again").text == "[PERSON_1] again"
    assert chat.restore(seen).text == f"It was {CANARY}. Mr Quuxley is my neighbour."


def test_a_resent_history_is_served_as_rewritten(chat: Conversation, redactor: Redactor) -> None:
    from redactor import Turn

    history = [Turn("customer", f"I am {CANARY}"), Turn("assistant", "Hello!")]
    first, _ = chat.redact_turns(history)
    report(chat, first.turn_id, first.text, CANARY)
    for handle in (chat, redactor.conversation_by_public_id(chat.public_id)):
        again, _ = handle.redact_turns(history)
        assert (again.text, again.turn_id, again.revision) == ("I am [PERSON_1]", first.turn_id, 1)


def test_the_revision_is_counted_and_says_who_found_it(chat: Conversation, redactor: Redactor) -> None:
    seen = chat.redact(f"Crystal Minh and {CANARY}")
    report(chat, seen.turn_id, seen.text, CANARY)
    (turn,) = redactor.transcripts.show(chat.public_id)
    assert turn.revision == 1
    found = [(each.recognizer, each.score, each.reason, turn.placeholder(each)) for each in turn.entities]
    assert found == [("fake", 0.95, "", "[PERSON_1]"), ("review", 1.0, "reported as missed", "[PERSON_2]")]
    assert redactor.transcripts.search("quuxley").items == ()
    assert [each.turn_id for each in redactor.transcripts.search("person_2", recognizer="review").items] == [
        turn.turn_id
    ]


def test_only_the_value_itself_is_masked(chat: Conversation) -> None:
    seen = chat.redact("Al also sells, Al. AL!")
    assert report(chat, seen.turn_id, seen.text, "Al") == ["[PERSON_1] also sells, [PERSON_1]. [PERSON_1]!"]
    code = chat.redact("it is 7x41, xx7x41yy")
    assert report(chat, code.turn_id, code.text, "7x41", "ACCOUNT_ID") == ["it is [ACCOUNT_ID_1], xx[ACCOUNT_ID_1]yy"]


def test_blanks_around_the_span_stay(chat: Conversation) -> None:
    seen = chat.redact(f"hello {CANARY} there")
    assert report(chat, seen.turn_id, seen.text, f" {CANARY} ") == ["hello [PERSON_1] there"]


def test_other_conversations_are_left_alone(chat: Conversation, redactor: Redactor) -> None:
    other = redactor.conversation("d")
    theirs = other.redact(f"{CANARY} here")
    seen = chat.redact(f"{CANARY} here")
    report(chat, seen.turn_id, seen.text, CANARY)
    assert other.redact_turns([])[:0] == []
    assert redactor.transcripts.show(other.public_id)[0].text == theirs.text == f"{CANARY} here"


def test_what_is_never_stored_is_hidden_and_not_given_back(chat: Conversation) -> None:
    seen = chat.redact("my word is tr0ub4dor, tr0ub4dor")
    assert report(chat, seen.turn_id, seen.text, "tr0ub4dor", "SECRET") == ["my word is [SECRET_1], [SECRET_2]"]
    assert chat.restore(seen).text == "my word is (secret hidden), (secret hidden)"


@pytest.mark.parametrize(
    ("span", "type", "revision", "complaint"),
    [
        ((0, 99), "PERSON", None, r"0\.\.99 does not lie in the turn's text, which has 28 characters"),
        ((5, 5), "PERSON", None, r"5\.\.5 does not lie"),
        ((-1, 3), "PERSON", None, "does not lie"),
        ((10, 13), "PERSON", None, "no letter or digit"),
        ((6, 12), "PERSON", None, "touches what is hidden already"),
        ((0, 28), "PERSON", None, "touches what is hidden already"),
        ((14, 28), "PERSONN", None, r"unknown entity type \(7 characters\); expected one of ACCOUNT_ID"),
        ((14, 28), "PERSON", 3, "has revision 0, and the report is of 3"),
        ((14, 28), "DATE_TIME", None, "the policy keeps DATE_TIME"),
    ],
)
def test_a_report_that_cannot_be_is_refused_and_changes_nothing(
    chat: Conversation,
    span: tuple[int, int],
    type: str,  # noqa: A002
    revision: int | None,
    complaint: str,
) -> None:
    seen = chat.redact("Crystal Minh -- canary-value 1")
    assert seen.text == "[PERSON_1] -- canary-value 1"
    with pytest.raises(ConfigError, match=complaint) as caught:
        chat.report_missed(seen.turn_id, *span, type, revision=revision)
    assert_no_leak(["canary-value"], str(caught.value))
    assert chat.redact("next").revised == ()


def test_a_turn_that_is_not_there_is_refused(chat: Conversation, redactor: Redactor) -> None:
    seen = chat.redact("hello")
    with pytest.raises(NotFoundError, match="no such turn"):
        chat.report_missed("t0", 0, 3, "PERSON")
    with pytest.raises(NotFoundError, match="no conversation of this public id"):
        redactor.conversation_by_public_id("nobody")
    chat.forget()
    with pytest.raises(NotFoundError, match="no such turn"):
        chat.report_missed(seen.turn_id, 0, 3, "PERSON")


def test_nothing_of_the_value_stays_in_any_file(make_redactor: MakeRedactor, tmp_path: Path) -> None:
    folder = tmp_path / "db"
    redactor = make_redactor(recognizers=[FAKE], store=SqliteStore(folder / "v.db"), key=LocalKey.ephemeral())
    for number in range(40):
        other = redactor.conversation(f"d{number % 7}")
        other.redact(f"filler number {number} about zebras, quartz and other words")
    chat = redactor.conversation("c")
    turns = [chat.redact(f"{number} for {CANARY}, says Mr Quuxley") for number in range(12)]
    chat.restore(f"Thank you {CANARY}!")
    contents = [path.read_bytes().lower() for path in folder.iterdir()]
    assert any(b"quuxley" in content for content in contents)
    report(chat, turns[5].turn_id, turns[5].text, CANARY)
    assert {path.name for path in folder.iterdir()} == {"v.db", "v.db-wal", "v.db-shm"}
    assert_no_leak([CANARY, "Quuxley", "Zebulon"], folder)
    for turn in turns:
        assert CANARY in chat.restore(turn).text


def test_two_handles_see_one_anothers_reports(make_redactor: MakeRedactor, tmp_path: Path) -> None:
    key = LocalKey.ephemeral()
    one, other = (
        make_redactor(recognizers=[FAKE], store=SqliteStore(tmp_path / "v.db"), key=key).conversation("c")
        for _ in range(2)
    )
    seen = one.redact(f"I am {CANARY}")
    assert report(other, seen.turn_id, seen.text, CANARY) == ["I am [PERSON_1]"]
    assert one.redact(f"yes, {CANARY}").text == "yes, [PERSON_1]"
    with pytest.raises(ConfigError, match="touches"):
        one.report_missed(seen.turn_id, 5, 9, "PERSON")


def test_what_stands_in_for_a_value_is_not_reported_as_one(make_redactor: MakeRedactor) -> None:
    policy = Policy.from_dict({"types": {"PERSON": {"operator": "surrogate"}}})
    chat = make_redactor(policy=policy, recognizers=[FAKE]).conversation("c")
    seen = chat.redact("I am Crystal Minh")
    name = str(seen.entities[0].placeholder)
    reply = chat.redact(f"Dear {name}, and Zebulon", role="assistant")
    with pytest.raises(ConfigError, match="touches"):
        report(chat, reply.turn_id, reply.text, name)
    with pytest.raises(ConfigError, match="touches"):
        report(chat, reply.turn_id, reply.text, name.split()[1] + ", and Zebulon")
    assert chat.restore(name, record=False).text == "Crystal Minh"
    assert report(chat, reply.turn_id, reply.text, "Zebulon")[0].startswith(f"Dear {name}, and ")


def test_a_report_is_in_the_audit_log_without_the_value(chat: Conversation, redactor: Redactor) -> None:
    seen = [chat.redact(f"It was {CANARY}."), chat.redact(f"yes, {CANARY}"), chat.redact("thanks")]
    with acting("desk:ann"):
        report(chat, seen[0].turn_id, seen[0].text, CANARY)
    (row,) = redactor._parts.store.audit(0, 9)
    record = decoded(row.record)
    assert (record.actor, record.entry.action) == ("desk:ann", "review.missed")
    assert record.entry.conversation == chat.public_id
    assert record.entry.subject == (seen[0].turn_id, "PERSON", "2 turns")
    assert_no_leak([CANARY, "Quuxley"], row)
    assert verify(redactor.audit, redactor._parts.store).ok


def test_a_report_that_is_refused_is_in_no_audit_log(chat: Conversation, redactor: Redactor) -> None:
    seen = chat.redact(f"I am Crystal Minh, {CANARY}")
    with pytest.raises(ConfigError):
        chat.report_missed(seen.turn_id, 0, 99, "PERSON")
    assert redactor._parts.store.last_audit() is None


def test_without_the_record_nothing_is_rewritten(
    chat: Conversation, redactor: Redactor, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(tx: object, row: object) -> None:
        raise StorageError("the disk is full")

    seen = chat.redact(f"It was {CANARY}.")
    for writes in (auditing.AuditStatements, auditing.MemoryAuditWrites):
        monkeypatch.setattr(writes, "add_audit", refuse)
    with pytest.raises(StorageError, match="disk is full"):
        report(chat, seen.turn_id, seen.text, CANARY)
    monkeypatch.undo()
    assert redactor.transcripts.show(chat.public_id)[0].text == seen.text
    assert chat.redact(CANARY).text == CANARY
    assert len(report(chat, seen.turn_id, seen.text, CANARY)) == 2


# -- laws

WORD = st.text("abxyz19é", min_size=1, max_size=9)
VALUE = st.lists(WORD, min_size=1, max_size=3).map(" ".join)
FILLER = st.text(st.sampled_from(list("ab19 .,-[]_é\ud800\n")), max_size=12)


@st.composite
def conversations(draw: st.DrawFn) -> tuple[str, list[str]]:
    value = draw(VALUE)
    spelled = st.sampled_from([value, value.upper(), value.capitalize()])
    pieces = st.lists(st.one_of(FILLER, spelled), max_size=5).map("".join)
    return value, draw(st.lists(pieces, min_size=1, max_size=4))


@pytest.fixture(scope="module")
def nothing_found() -> Iterator[Redactor]:
    with Redactor(recognizers=[FakeRecognizer({})]) as redactor:
        yield redactor


NAMES = (f"c{number}" for number in count())
TYPES = st.sampled_from(["PERSON", "ACCOUNT_ID", "USERNAME", "STREET_ADDRESS"])


@settings(max_examples=50)
@given(conversations(), TYPES)
def test_a_reported_value_is_nowhere_left_and_every_turn_comes_back(
    nothing_found: Redactor, said: tuple[str, list[str]], entity_type: str
) -> None:
    value, texts = said
    chat = nothing_found.conversation(next(NAMES))
    seen = [chat.redact(text) for text in texts]
    where = [(turn, turn.text.index(value)) for turn in seen if value in turn.text]
    assume(where)
    turn, start = where[0]
    chat.report_missed(turn.turn_id, start, start + len(value), entity_type)
    by_itself = re.compile(rf"(?<![^\W_]){re.escape(value)}(?![^\W_])", re.IGNORECASE)
    for row in nothing_found.transcripts.show(chat.public_id):
        assert not by_itself.search(_in_clear(row.text, [(e.start, e.end) for e in row.entities]))
    assert [chat.restore(each).text for each in seen] == texts


def _in_clear(text: str, hidden: list[tuple[int, int]]) -> str:
    """The text with each hidden character blotted out."""
    for start, end in hidden:
        text = text[:start] + "\0" * (end - start) + text[end:]
    return text
