"""The tools for tests find what they are told to, and the search for leaks overlooks nothing and prints nothing."""

import base64
import logging
import re
from dataclasses import dataclass
from pathlib import Path

import pytest

from redactor.secret import Secret
from redactor.testing import FakeRecognizer, assert_no_leak, in_memory
from redactor.types import Entity, Turn

CANARY = "Crystal Minh-Öz"


def _spans(fake: FakeRecognizer, text: str) -> list[tuple[str, str]]:
    return [(text[e.start : e.end], e.type) for e in fake(text, [])]


def test_every_occurrence_is_found_on_word_boundaries_and_the_longest_wins() -> None:
    fake = FakeRecognizer(
        {"Crystal": "PERSON", "Crystal Minh": "PERSON", "a@b.c": "EMAIL_ADDRESS", "+1": "PHONE_NUMBER"}
    )
    text = "Crystal Minh, Crystal Crystals xCrystal a@b.c a@b.cd +1 crystal"
    assert _spans(fake, text) == [
        ("Crystal Minh", "PERSON"),
        ("Crystal", "PERSON"),
        ("a@b.c", "EMAIL_ADDRESS"),
        ("+1", "PHONE_NUMBER"),
    ]


def test_expressions_and_settings_of_the_fake_recognizer() -> None:
    fake = FakeRecognizer({re.compile(r"\d+"): "ACCOUNT_ID", re.compile("x*"): "PERSON"}, score=0.5, name="mine")
    assert fake("no 12", []) == [Entity(3, 5, "ACCOUNT_ID", 0.5, "mine")]
    assert FakeRecognizer({})("anything") == []
    assert "Joyce" not in repr(FakeRecognizer({"Joyce": "PERSON"}))


@dataclass(slots=True)
class Slotted:
    value: object


class Plain:
    def __init__(self, value: object) -> None:
        self.inner = {"deep": [value]}


class Shown:
    def __repr__(self) -> str:
        return CANARY


def _record(**changes: object) -> logging.LogRecord:
    record = logging.LogRecord("n", logging.INFO, "f", 1, "said %s", ("nothing",), None)
    record.__dict__.update(changes)
    return record


def _raised(cause: str = "", context: str = "") -> Exception:
    try:
        try:
            raise KeyError(context)
        except KeyError:
            raise ValueError("outer") from (OSError(cause) if cause else None)
    except ValueError as error:
        return error


LEAKS: dict[str, object] = {
    "text": f"hello {CANARY}!",
    "other case": CANARY.upper(),
    "bytes": CANARY.encode(),
    "utf-16": CANARY.encode("utf-16"),
    "json": '"Crystal Minh-\\u00d6z"',
    "url": "q=Crystal%20Minh-%C3%96z",
    "hex": CANARY.encode().hex(),
    "base64": base64.b64encode(b"x" + CANARY.encode() + b"yz").decode(),
    "base64 aligned otherwise": base64.b64encode(b"xx" + CANARY.encode()).decode(),
    "list": [1, (2, [CANARY])],
    "key": {CANARY: 1},
    "value": {"a": {"b": CANARY}},
    "set": {CANARY},
    "slots": Slotted(CANARY),
    "attributes": Plain(Slotted(CANARY)),
    "repr": Shown(),
    "a field left out of the repr": Turn("customer", CANARY),
    "exception": ValueError("bad", CANARY),
    "chained exception": _raised(cause=CANARY),
    "context of an exception": _raised(context=CANARY),
    "log message": _record(args=(CANARY,)),
    "log extra": _record(user=CANARY),
    "log traceback": _record(exc_info=(ValueError, ValueError(CANARY), None)),
}


@pytest.mark.parametrize("place", LEAKS.values(), ids=LEAKS.keys())
def test_a_planted_value_is_found_wherever_it_is_and_not_printed(place: object) -> None:
    with pytest.raises(AssertionError, match="canary 1 found in place 1") as failure:
        assert_no_leak(["not there at all", CANARY], "clean", place)
    assert CANARY.lower() not in str(failure.value).lower()


def test_clean_places_pass() -> None:
    loop: list[object] = [Secret(CANARY), {"a": b"x"}, None, 1.5, _raised(cause="x"), _record(), logging]
    loop.append(loop)
    assert_no_leak([CANARY], loop, Plain(1), Path("no such file"))


def test_the_failure_says_where(tmp_path: Path) -> None:
    with pytest.raises(AssertionError, match=re.escape("place 0 (dict)['a'][2].value")):
        assert_no_leak([CANARY], {"a": [1, 2, Slotted(CANARY)]})
    with pytest.raises(AssertionError, match=re.escape("[a name that holds it]")):
        assert_no_leak([CANARY], {"x": {CANARY: CANARY}}["x"])


def test_files_and_their_names_are_searched(tmp_path: Path) -> None:
    (tmp_path / "deep").mkdir()
    file = tmp_path / "deep" / "log.bin"
    file.write_bytes(b"\0\xff" + CANARY.encode() + b"\xfe")
    for place in (file, tmp_path):
        with pytest.raises(AssertionError, match="canary 0"):
            assert_no_leak([CANARY], place)
    file.write_bytes(b"")
    assert_no_leak([CANARY], tmp_path)
    (tmp_path / f"{CANARY}.txt").touch()
    with pytest.raises(AssertionError, match="name") as failure:
        assert_no_leak([CANARY], tmp_path)
    assert CANARY not in str(failure.value)


def test_an_empty_canary_is_refused() -> None:
    with pytest.raises(ValueError, match="empty"):
        assert_no_leak([""], "x")


def test_a_redactor_in_memory_finds_what_it_is_told() -> None:
    with in_memory({"Crystal Minh": "PERSON", re.compile(r"\bcity-\d+"): "LOCATION"}, policy="everything") as redactor:
        chat = redactor.conversation("c-1")
        seen = chat.redact("Crystal Minh of city-7", role="customer")
        assert seen.text == "[PERSON_1] of [LOCATION_1]"
        assert chat.restore(seen).text == "Crystal Minh of city-7"
        assert [e.recognizer for e in seen.entities] == ["fake", "fake"]
