"""Putting a Redactor together, and what it costs to import."""

import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

import pytest

import redactor as package
from redactor import Entity, Redactor, Turn
from redactor.crypto import LocalKey
from redactor.exceptions import ConfigError, NotFoundError, PolicyError
from redactor.policy import Policy
from redactor.storage.sqlite import SqliteStore
from redactor.testing import FakeRecognizer
from redactor.types import Recognizer

DAY = 86400.0


def test_the_public_names_are_there() -> None:
    for name in package.__all__:
        assert getattr(package, name)
    with pytest.raises(AttributeError, match="no attribute 'Nothing'"):
        _ = package.Nothing


def test_importing_the_package_loads_nothing_heavy() -> None:
    code = (
        "import sys, redactor; "
        "heavy = {'onnxruntime', 'tokenizers', 'numpy', 'pydantic', 'cryptography', 'typer', 'rich', 'torch'}; "
        "print(sorted(heavy & set(sys.modules)))"
    )
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert loaded.strip() == "[]"


def test_other_recognizers_need_no_onnxruntime() -> None:
    code = (
        "import sys; from redactor import Redactor; from redactor.testing import FakeRecognizer; "
        "r = Redactor(recognizers=[FakeRecognizer({'Ann': 'PERSON'})]); "
        "print(r.conversation('c').redact('I am Ann').text, 'onnxruntime' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "I am [PERSON_1] False"


def test_detect_reports_kept_types_too_and_records_nothing(make_redactor: Callable[..., Redactor]) -> None:
    fake = FakeRecognizer({"Leeds": "LOCATION", "Ann": "PERSON"})
    redactor = make_redactor(policy="default", recognizers=[fake])
    found = redactor.detect("Ann in Leeds")
    assert [(e.type, e.start, e.end, e.operator) for e in found] == [
        ("PERSON", 0, 3, None),
        ("LOCATION", 7, 12, "keep"),
    ]


def test_a_recognizer_sees_the_context(make_redactor: Callable[..., Redactor]) -> None:
    def after_question(text: str, context: Sequence[str]) -> list[Entity]:
        asked = bool(context) and "name" in context[-1]
        return [Entity(0, len(text), "PERSON", 0.9, "asked")] if asked else []

    redactor = make_redactor(recognizers={"asked": after_question})
    assert redactor.detect("crystal") == []
    assert len(redactor.detect("crystal", context=["your name?"])) == 1
    chat = redactor.conversation("c")
    seen = chat.redact_turns([Turn("agent", "your name?"), Turn("customer", "crystal")])
    assert seen[1].text == "[PERSON_1]"


def test_explain_gives_every_vote_its_end(make_redactor: Callable[..., Redactor]) -> None:
    low = FakeRecognizer({"Minh": "PERSON"}, score=0.2, name="low")
    high = FakeRecognizer({"Ann": "PERSON"}, score=0.9, name="high")
    policy = Policy.from_dict({"allow": [{"term": "Bo"}]})
    allowed = FakeRecognizer({"Bo": "PERSON"}, score=0.9, name="allowed")
    decisions = make_redactor(recognizers=[low, high, allowed], policy=policy).explain("Ann Minh Bo")
    assert {d.entity.recognizer: d.outcome for d in decisions} == {
        "high": "masked",
        "low": "candidate",
        "allowed": "allowed",
    }


def test_deny_and_allow_lists_decide(make_redactor: Callable[..., Redactor]) -> None:
    policy = Policy.from_dict(
        {
            "allow": [{"term": "Grace Period", "type": "PERSON"}],
            "deny": [{"regex": r"EMP-\d+", "type": "EMPLOYEE_NUMBER"}],
            "types": {"EMPLOYEE_NUMBER": {"operator": "placeholder"}},
        }
    )
    chat = make_redactor(policy=policy).conversation("c")
    assert chat.redact("the Grace Period of EMP-42").text.endswith("Grace Period of [EMPLOYEE_NUMBER_1]")
    assert chat.restore("[EMPLOYEE_NUMBER_1]").text == "EMP-42"


def test_a_type_nobody_knows_stops_the_message(make_redactor: Callable[..., Redactor]) -> None:
    chat = make_redactor(recognizers=[FakeRecognizer({"B-17": "BADGE"})]).conversation("c")
    with pytest.raises(PolicyError, match=r"add \[types.BADGE\]"):
        chat.redact("badge B-17")


def test_a_store_that_outlives_the_process_needs_a_key_that_does(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"LocalKey\.from_file"):
        Redactor(recognizers=[], store=SqliteStore(tmp_path / "a.db"))


def _open(folder: Path, clock: Callable[[], float] = time.time) -> Redactor:
    store = SqliteStore(folder / "redactor.db")
    fake = FakeRecognizer({"Ann Lee": "PERSON", "Bo Moss": "PERSON", "12345678": "ACCOUNT_ID"})
    policy = Policy.from_dict({"types": {"ACCOUNT_ID": {"retention": "1d"}}})
    return Redactor(policy, [fake], store, key=LocalKey.from_file(folder / "redactor.key"), clock=clock)


def test_a_conversation_goes_on_after_a_restart(tmp_path: Path) -> None:
    history = [Turn("customer", "I am Ann Lee"), Turn("agent", "hello Ann")]
    with _open(tmp_path) as before:
        first = before.conversation("c").redact_turns(history)
    with _open(tmp_path) as after:
        chat = after.conversation("c")
        again = chat.redact_turns([*history, Turn("customer", "and Bo Moss")])
        assert [turn.text for turn in again[:2]] == [turn.text for turn in first]
        assert [turn.known for turn in again] == [True, True, False]
        assert again[2].text == "and [PERSON_2]"
        assert chat.restore("[PERSON_1], [PERSON_2]").text == "Ann Lee, Bo Moss"
        assert chat.restore_turn(first[0].turn_id).text == "I am Ann Lee"


def test_values_expire_after_the_last_turn_and_keep_their_numbers(tmp_path: Path) -> None:
    now = [1_000_000.0]
    with _open(tmp_path, lambda: now[0]) as redactor:
        chat = redactor.conversation("c")
        first = chat.redact("Ann Lee 12345678")
        now[0] += 0.9 * DAY
        chat.redact("still here")  # the last turn moves the end
        now[0] += 0.9 * DAY
        assert chat.restore("[ACCOUNT_ID_1]", record=False).text == "12345678"
        now[0] += 0.2 * DAY
        late = chat.restore("[PERSON_1] [ACCOUNT_ID_1]", record=False)
        assert late.text == "Ann Lee (reference hidden)"
        assert late.expired == ("[ACCOUNT_ID_1]",)
        exact = chat.restore_turn(first.turn_id)
        assert (exact.text, exact.expired) == ("Ann Lee (reference hidden)", ("[ACCOUNT_ID_1]",))
        assert chat.redact("12345678 again").text == "[ACCOUNT_ID_2] again"


def test_an_expired_conversation_starts_anew_without_reusing_a_number(tmp_path: Path) -> None:
    now = [1_000_000.0]
    with _open(tmp_path, lambda: now[0]) as redactor:
        chat = redactor.conversation("c")
        seen = chat.redact("Ann Lee")
        now[0] += 31 * DAY
        assert chat.redact("Ann Lee").text == "[PERSON_2]"
        assert chat.restore(seen.text).expired == ("[PERSON_1]",)


def test_a_history_resent_after_expiry_is_taken_in_anew(tmp_path: Path) -> None:
    now = [1_000_000.0]
    with _open(tmp_path, lambda: now[0]) as redactor:
        chat = redactor.conversation("c")
        history = [Turn("customer", "I am Ann Lee"), Turn("agent", "hello Ann")]
        chat.redact_turns(history)
        now[0] += 31 * DAY
        seen = chat.redact_turns([*history, Turn("customer", "Ann Lee again")])
        assert [turn.text for turn in seen] == ["I am [PERSON_2]", "hello [PERSON_2]", "[PERSON_2] again"]
        assert not any(turn.known for turn in seen)
        assert chat.restore("[PERSON_1] [PERSON_2]").text == "(name hidden) Ann Lee"


def test_a_conversation_forgotten_by_another_handle_starts_anew(tmp_path: Path) -> None:
    with _open(tmp_path) as one, _open(tmp_path) as other:
        one.conversation("c").redact("I am Ann Lee")
        other.conversation("c").forget()
        seen = one.conversation("c").redact("and Ann again")
        assert seen.text == "and Ann again"
        assert one.conversation("c").redact("Ann Lee").text == "[PERSON_2]"


def test_conversations_nobody_comes_back_to_are_erased(tmp_path: Path) -> None:
    now = [1_000_000.0]
    with _open(tmp_path, lambda: now[0]) as redactor:
        chat = redactor.conversation("left")
        chat.redact("Ann Lee")
        now[0] += 31 * DAY
        redactor.conversation("another")
        assert redactor._store.values(chat.public_id) == []
        assert redactor._store.turns(chat.public_id) == []
        assert redactor.sweep().conversations == 0


def test_configuration_from_a_file(tmp_path: Path) -> None:
    config = tmp_path / "redactor.toml"
    config.write_text(
        'policy = "everything"\nregions = ["US"]\n[store]\npath = "values.db"\n[key]\nfile = "values.key"\n'
    )
    with Redactor.from_config(config) as redactor:
        assert redactor.policy.name == "everything"
    assert (tmp_path / "values.key").exists()


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("polcy = 'default'", "did you mean 'policy'"),
        ("[store]\nknd = 'sqlite'", "did you mean 'kind'"),
        ("[store]\nkind = 'mongo'", "store.kind"),
        ("regions = ['usa']", "regions"),
        ("policy = 'strict'", "no policy file"),
        ("policy = ", "cannot be read as TOML"),
    ],
)
def test_a_wrong_configuration_is_refused_with_the_key(tmp_path: Path, written: str, said: str) -> None:
    config = tmp_path / "redactor.toml"
    config.write_text(written)
    with pytest.raises(ConfigError) as refused:
        Redactor.from_config(config)
    assert said in str(refused.value)


def test_a_missing_configuration_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"no configuration file .*absent\.toml"):
        Redactor.from_config(tmp_path / "absent.toml")


def test_a_passing_conversation_is_in_no_store_and_known_to_nobody_else(tmp_path: Path) -> None:
    store = SqliteStore(tmp_path / "store.db")
    with Redactor(
        recognizers=[FakeRecognizer({"Vimala Okonjo": "PERSON"})], store=store, key=LocalKey.ephemeral()
    ) as redactor:
        passing, other = redactor.passing_conversation("shop"), redactor.passing_conversation("shop")
        said = passing.redact("I am Vimala Okonjo").text
        assert (said, passing.tenant) == ("I am [PERSON_1]", "shop")
        assert passing.restore(said).text == "I am Vimala Okonjo"
        assert other.restore(said).text == said
        with pytest.raises(NotFoundError):
            redactor.conversation_by_public_id(passing.public_id)


def test_a_passing_conversation_asks_what_stands_in_a_recognizers_place() -> None:
    asked: list[str] = []

    def instead(name: str, recognizer: Recognizer) -> Recognizer:
        def ask(text: str, context: Sequence[str]) -> Iterable[Entity]:
            asked.append(name)
            return recognizer(text, context)

        return ask

    with Redactor(recognizers={"names": FakeRecognizer({"Vimala Okonjo": "PERSON"})}) as redactor:
        assert redactor.passing_conversation(instead=instead).redact("Vimala Okonjo").text == "[PERSON_1]"
    assert "names" in asked
