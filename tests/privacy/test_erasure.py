"""Proof of erasure: what is there is found in every encoding and container, what is gone is not, what was not read is
said."""

import base64
import bz2
import codecs
import gzip
import html
import json
import lzma
import os
import re
import sqlite3
import tarfile
import zipfile
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import given
from hypothesis import strategies as st

from redactor import Redactor
from redactor.crypto import LocalKey
from redactor.exceptions import ConfigError
from redactor.privacy.erasure import Proof, prove_erased, store_files
from redactor.storage.sqlite import SqliteStore
from redactor.testing import FakeRecognizer, assert_no_leak

VALUE = "Zoë O'Quux & co"
CARD = "4111 1111 1111 1111"
TEXT = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), min_size=6, max_size=30).filter(
    lambda text: len(text.strip()) >= 6
)


def found(path: Path, *values: str) -> set[tuple[str, int]]:
    return {(each.encoding, each.value) for each in prove_erased(values, [path]).found}


def put(folder: Path, content: bytes, name: str = "file.bin") -> Path:
    path = folder / name
    path.write_bytes(content)
    return path


WRITTEN: dict[str, Callable[[str], bytes]] = {
    "utf-8": str.encode,
    "utf-16-le": lambda value: value.encode("utf-16-le"),
    "utf-16-be": lambda value: value.encode("utf-16-be"),
    "latin-1": lambda value: value.encode("latin-1"),
    "json": lambda value: json.dumps(value)[1:-1].encode(),
    "url": lambda value: quote(value, safe="").encode(),
    "url, form": lambda value: quote_plus(value).encode(),
    "html": lambda value: html.escape(value).encode(),
    "hex of utf-8": lambda value: value.encode().hex().encode(),
    "hex of utf-16-le": lambda value: value.encode("utf-16-le").hex().upper().encode(),
    "base64 of utf-8": lambda value: base64.b64encode(value.encode()),
    "base64 of utf-16-le": lambda value: base64.b64encode(value.encode("utf-16-le")),
}


@pytest.mark.parametrize("encoding", WRITTEN)
@pytest.mark.parametrize("spelled", [str, str.upper, str.lower])
def test_a_value_is_found_in_every_encoding_and_case(
    tmp_path: Path, encoding: str, spelled: Callable[[str], str]
) -> None:
    path = put(tmp_path, b"\x00\xffabc " + WRITTEN[encoding](spelled(VALUE)) + b" xyz")
    assert (encoding.partition(",")[0], 1) in found(path, VALUE)
    assert not found(path, "Zoë O'Quux & sons")


@given(TEXT, st.sampled_from(sorted(WRITTEN)), st.binary(max_size=7), st.binary(max_size=7))
def test_any_text_is_found_in_any_encoding(
    tmp_path_factory: pytest.TempPathFactory, value: str, encoding: str, before: bytes, after: bytes
) -> None:
    value = value.strip()
    if encoding == "latin-1" and not all(ord(character) < 256 for character in value):
        encoding = "utf-8"
    if encoding.startswith("base64"):
        codec = encoding.rpartition(" ")[2]
        content = base64.b64encode(before + value.encode(codec) + after)
    else:
        content = before + WRITTEN[encoding](value) + after
    folder = tmp_path_factory.getbasetemp() / "any"
    folder.mkdir(exist_ok=True)
    assert found(put(folder, content), value)


@pytest.mark.parametrize("shift", [0, 1, 2])
def test_base64_is_found_at_each_offset_also_url_safe(tmp_path: Path, shift: int) -> None:
    for encode in (base64.b64encode, base64.urlsafe_b64encode):
        path = put(tmp_path, encode(b"x" * shift + "ÿþ~~?>crystal".encode() + b"yz"))
        assert ("base64 of utf-8", 1) in found(path, "ÿþ~~?>crystal")


@pytest.mark.parametrize(
    "written", ["4111111111111111", "4111-1111-1111-1111", "4111.1111.1111.1111", "(4111) 1111 - 11111111"]
)
def test_digits_are_found_whatever_separates_them(tmp_path: Path, written: str) -> None:
    for encoding in ("utf-8", "utf-16-le"):
        path = put(tmp_path, f"card {written}.".encode(encoding))
        assert ("digits", 1) in found(path, CARD)
        assert ("digits", 1) in found(path, written)
    assert not found(put(tmp_path, b"4111 1111 2111 1111"), CARD)


def test_places_are_named_and_never_the_value(tmp_path: Path) -> None:
    path = put(tmp_path, b"abc" + VALUE.encode() + b"\n" + CARD.encode())
    proof = prove_erased([CARD, VALUE], [path])
    assert {(each.where, each.value) for each in proof.found} >= {("offset 3", 2), ("offset 20", 1)}
    assert_no_leak([VALUE, CARD], repr(proof))


@pytest.mark.parametrize("at", [(1 << 20) - 3, (1 << 20) - 1, 1 << 20, (2 << 20) - 8])
def test_a_value_over_the_border_of_two_pieces_is_found_once(tmp_path: Path, at: int) -> None:
    path = put(tmp_path, b"\0" * at + b"crystal@example.com" + b"\0" * 100)
    assert [(each.where, each.encoding) for each in prove_erased(["crystal@example.com"], [path]).found] == [
        (f"offset {at}", "utf-8")
    ]


@pytest.mark.parametrize("pack", [gzip.compress, bz2.compress, lzma.compress])
def test_compressed_files_are_looked_into(tmp_path: Path, pack: Callable[[bytes], bytes]) -> None:
    path = put(tmp_path, pack(b"x" * 5000 + VALUE.encode()))
    assert ("utf-8", 1) in found(path, VALUE)
    cut = prove_erased([VALUE], [put(tmp_path, path.read_bytes()[:-8])])
    assert not cut.complete


def test_folders_and_archives_are_looked_into(tmp_path: Path) -> None:
    (tmp_path / "deep" / "er").mkdir(parents=True)
    put(tmp_path / "deep" / "er", codecs.BOM_UTF16_LE + VALUE.encode("utf-16-le"), "notes.txt")
    with tarfile.open(tmp_path / "deep" / "backup.tar.gz", "w:gz") as archive:
        archive.add(tmp_path / "deep" / "er" / "notes.txt")
    proof = prove_erased([VALUE], [tmp_path, tmp_path / "deep"])
    assert (proof.files, proof.complete) == (2, True)
    assert {each.path.name for each in proof.found} == {"notes.txt", "backup.tar.gz"}


def test_what_was_not_read_is_named(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("x", VALUE)
    put(tmp_path, b"SQLite format 3\0" + b"broken" * 100, "broken.db")
    os.mkfifo(tmp_path / "pipe")
    proof = prove_erased([VALUE], [tmp_path, tmp_path / "absent"])
    reasons = {path.name: reason for path, reason in proof.unread}
    assert set(reasons) == {"a.zip", "broken.db", "pipe", "absent"}
    assert "unpack it" in reasons["a.zip"]
    assert reasons["absent"] == "there is no such file"
    assert not proof.complete


@pytest.mark.skipif(os.geteuid() == 0, reason="root reads everything")
def test_a_file_that_may_not_be_read_is_named(tmp_path: Path) -> None:
    put(tmp_path, VALUE.encode()).chmod(0)
    assert not prove_erased([VALUE], [tmp_path]).complete


@pytest.mark.parametrize("value", ["", "abc", "   abc   "])
def test_a_value_that_stands_everywhere_by_chance_is_refused(tmp_path: Path, value: str) -> None:
    with pytest.raises(ConfigError, match="value 2 is shorter than 4"):
        prove_erased([VALUE, value], [tmp_path])


# -- databases


def database(folder: Path, *statements: str) -> Path:
    with closing(sqlite3.connect(folder / "x.db", isolation_level=None)) as connection:
        for statement in statements:
            connection.execute(statement)
    return folder / "x.db"


def test_a_value_that_lies_in_pieces_in_a_database_is_found(tmp_path: Path) -> None:
    value = " ".join(f"word{n}" for n in range(1000))  # longer than a page of 4096 bytes
    path = database(tmp_path, "CREATE TABLE t (c TEXT)", f"INSERT INTO t VALUES ('it is {value}.')")  # noqa: S608
    assert value.encode() not in path.read_bytes()
    assert {each.where for each in prove_erased([value], [path]).found} == {"table t, column c"}


def test_a_word_that_lies_in_pieces_in_a_full_text_index_is_found(tmp_path: Path) -> None:
    path = database(
        tmp_path,
        "CREATE VIRTUAL TABLE w USING fts5 (text, content = '', tokenize = ascii)",
        "INSERT INTO w (rowid, text) VALUES (1, 'quuxa quuxley quuxlet zoe')",
    )
    assert b"quuxley" not in path.read_bytes()
    assert [each.where for each in prove_erased(["Quuxley"], [path]).found] == ["full-text index w"]
    assert not found(path, "quuxley zoe")


@pytest.mark.parametrize("mode", ["DELETE", "WAL"])
def test_a_compressed_database_is_asked_too(tmp_path: Path, mode: str) -> None:
    path = database(
        tmp_path,
        f"PRAGMA journal_mode = {mode}",
        "CREATE VIRTUAL TABLE w USING fts5 (text, content = '', tokenize = ascii)",
        "INSERT INTO w (rowid, text) VALUES (1, 'quuxa quuxley quuxlet zoe')",
    )
    packed = put(tmp_path, gzip.compress(path.read_bytes()), "x.db.gz")
    proof = prove_erased(["quuxley"], [packed])
    assert [each.where for each in proof.found] == ["full-text index w"]
    assert proof.complete
    broken = prove_erased(["quuxley"], [put(tmp_path, gzip.compress(path.read_bytes()[:5000]), "cut.db.gz")])
    assert not broken.complete


def test_a_link_to_a_folder_is_not_followed_and_named(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    (tmp_path / "a" / "link").symlink_to(tmp_path / "b")
    put(tmp_path / "b", VALUE.encode())
    assert [path.name for path, _ in prove_erased([VALUE], [tmp_path / "a"]).unread] == ["link"]


def test_a_backup_is_left_as_it_was(tmp_path: Path) -> None:
    path = database(tmp_path, "PRAGMA journal_mode = WAL", "CREATE TABLE t (c)", "INSERT INTO t VALUES ('abcdefgh')")
    before = {each.name: each.read_bytes() for each in tmp_path.iterdir()}
    assert found(path, "abcdefgh")
    assert {each.name: each.read_bytes() for each in tmp_path.iterdir()} == before


# -- the whole way: what a store leaves behind

CANARY, MISSED = "zanzibar.quux@example.org", "Ignatius Quuxworthy-Bell"


def _opened(folder: Path, now: float) -> Redactor:
    store, key = SqliteStore(folder / "r.db"), LocalKey.from_file(folder / "r.key")
    fake = FakeRecognizer({CANARY: "EMAIL_ADDRESS"})
    return Redactor(recognizers=[fake], store=store, key=key, clock=lambda: now)


def _speak(folder: Path) -> None:
    with _opened(folder, 1000.0) as redactor:
        chat, other = redactor.conversation("c"), redactor.conversation("other")
        for number in range(20):
            chat.redact(f"write to {CANARY}, says {MISSED} for the {number}th time" + " and so on" * number)
            other.redact("nothing to see here " * number)
        chat.restore(f"Thank you [EMAIL_ADDRESS_1], dear {MISSED}")


def _end(folder: Path, end: str) -> None:
    with _opened(folder, 5e9 if end == "expire" else 1000.0) as redactor:
        if end == "forget":
            redactor.conversation("c").forget()
        redactor.sweep()


def _proof(folder: Path) -> Proof:
    return prove_erased([CANARY, MISSED], [*store_files(folder / "r.db"), folder])


@pytest.mark.parametrize("end", ["forget", "expire"])
def test_nothing_is_left_of_what_was_masked_nor_of_what_was_missed(tmp_path: Path, end: str) -> None:
    _speak(tmp_path)
    before = _proof(tmp_path)
    assert {each.value for each in before.found} == {2}  # masked: never there; missed: in the transcript, in clear
    assert any(each.where.startswith("full-text") for each in before.found)
    _end(tmp_path, end)
    after = _proof(tmp_path)
    assert after.found == []
    assert after.complete
    assert after.files >= 2


def test_a_log_that_still_holds_a_value_is_found(tmp_path: Path) -> None:
    """As long as a process reads, the write-ahead log keeps what was deleted: then there is no proof."""
    key = LocalKey.ephemeral()
    fake = FakeRecognizer({re.compile("nothing"): "PERSON"})
    with Redactor(recognizers=[fake], store=SqliteStore(tmp_path / "r.db"), key=key) as redactor:
        redactor.conversation("c").redact(f"I am {MISSED}")
        reader = sqlite3.connect(tmp_path / "r.db", isolation_level=None)
        reader.execute("BEGIN")
        reader.execute("SELECT * FROM turn").fetchall()
        with redactor._store._connections.lend() as connection:  # type: ignore[attr-defined]
            connection.execute("PRAGMA busy_timeout = 50")
        redactor.conversation("c").forget()
        assert MISSED.encode() in (tmp_path / "r.db-wal").read_bytes()
        copy = tmp_path / "copy"
        copy.mkdir()
        (copy / "r.db-wal").write_bytes((tmp_path / "r.db-wal").read_bytes())
        reader.close()
    assert {each.path.name for each in prove_erased([MISSED], [copy]).found} == {"r.db-wal"}
