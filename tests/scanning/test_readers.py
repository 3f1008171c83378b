"""Every format: a planted value is found where it stands, and the clean twin is clean."""

import gzip
import io
import json
from email.message import EmailMessage
from pathlib import Path

import pytest

from redactor.scanning import Report
from tests.scanning.conftest import CARD, MAIL, Scan


def _mail(said: str) -> bytes:
    message = EmailMessage()
    message["From"] = f"Ännchen <{said.replace(' ', '.')}@example.org>" if "@" not in said else f"Ännchen <{said}>"
    message["Subject"] = "hello"
    message.set_content(f"plain: {said} ü")
    message.add_alternative(f"<p>shown <b>{said[:6]}</b>{said[6:]}</p><a href='mailto:{said}'>x</a>", subtype="html")
    message.add_attachment(f"attached {said}", filename="note.txt")
    message.add_attachment(b"\x89PNG\0\0", maintype="image", subtype="png", filename="x.png")
    return message.as_bytes()


CLEAN = "nothing at all"
FORMATS = {
    "a.txt": lambda said: f"one\ntwo {said} three\n".encode(),
    "a.log": lambda said: f"2026-01-02 INFO user={said}\n".encode(),
    "utf16.txt": lambda said: f"one {said}".encode("utf-16"),
    "a.jsonl": lambda said: (json.dumps({"a": [{"b": said}]}) + "\n").encode(),
    "key.jsonl": lambda said: (json.dumps({said: 1}) + "\n").encode(),
    "escaped.jsonl": lambda said: ('{"a": "' + "".join(f"\\u{ord(c):04x}" for c in said) + '"}').encode(),
    "broken.jsonl": lambda said: f"{{{said}\n".encode(),
    "a.csv": lambda said: f'id,note\n1,"two\nlines {said}"\n'.encode(),
    "semicolon.csv": lambda said: f"id;note\n1;{said}\n".encode(),
    "headless.csv": lambda said: f"{said},1\n".encode(),
    "a.tsv": lambda said: f"id\tnote\n1\t{said}\n".encode(),
    "a.txt.gz": lambda said: gzip.compress(f"one {said}".encode()),
    "a.jsonl.gz": lambda said: gzip.compress(json.dumps([said]).encode()),
}


@pytest.mark.parametrize("name", FORMATS)
def test_a_planted_value_is_found_and_a_clean_twin_is_clean(name: str, scanned: Scan, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(FORMATS[name](MAIL))
    found = scanned(name)
    assert [finding.type for finding in found.findings] == ["EMAIL_ADDRESS"]
    assert found.exit_code == 1
    (tmp_path / name).write_bytes(FORMATS[name](CLEAN))
    assert scanned(name).exit_code == 0
    assert scanned(name).scanned == 1


def _places(report: Report) -> set[tuple[str, int | None, int | None, str]]:
    return {(f.type, f.line, f.column, f.where) for f in report.findings}


def test_lines_and_columns_count_from_one_in_code_points(scanned: Scan, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(f"one\r\n\U0001f600 {MAIL}, {CARD}\n", "utf-8")
    found = scanned("a.txt")
    assert _places(found) == {("EMAIL_ADDRESS", 2, 3, ""), ("CREDIT_CARD", 2, 5 + len(MAIL), "")}
    first = min(found.findings, key=lambda finding: finding.column or 0)
    assert (first.end_line, first.end_column) == (2, 3 + len(MAIL))


def test_a_value_over_several_lines_has_both_its_ends(scanned: Scan, tmp_path: Path) -> None:
    dashes = "-" * 5
    begin, end = f"{dashes}BEGIN PRIVATE KEY{dashes}", f"{dashes}END PRIVATE KEY{dashes}"
    text = f"x = 1\n  {begin}\nbm90IGEga2V5IGF0IGFsbCwganVzdCB3b3Jkcw==\n{end}\n"
    (tmp_path / "a.txt").write_text(text, "utf-8")
    (finding,) = scanned("a.txt").findings
    assert (finding.line, finding.column, finding.end_line, finding.end_column) == (2, 3, 4, 26)
    assert finding.shown == "***"


def test_fields_are_named_and_keys_that_may_be_values_are_not(scanned: Scan, tmp_path: Path) -> None:
    line = {"user": {"e_mail": MAIL}, CARD: ["x", {"y": CARD}], "n": int(CARD.replace(" ", ""))}
    (tmp_path / "a.jsonl").write_text("\n" + json.dumps(line), "utf-8")
    assert _places(scanned("a.jsonl")) == {
        ("EMAIL_ADDRESS", 2, None, "$.user.e_mail"),
        ("CREDIT_CARD", 2, None, "$.#2 (key)"),
        ("CREDIT_CARD", 2, None, "$.#2[1].y"),
        ("CREDIT_CARD", 2, None, "$.n"),
    }


def test_a_column_or_key_explains_a_bare_number(scanned: Scan, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("id,ssn\n536228765,536228765\n", "utf-8")
    (tmp_path / "b.jsonl").write_text('{"id": "536228765", "ssn": "536228765"}\n', "utf-8")
    assert _places(scanned("a.csv")) == {("US_SSN", 2, None, "row 2, column ssn")}
    assert _places(scanned("b.jsonl")) == {("US_SSN", 1, None, "$.ssn")}


def test_rows_of_a_table_keep_their_line_after_cells_with_line_breaks(scanned: Scan, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text(f'a,b\n"x\ny\nz",1\n1,{MAIL}\n', "utf-8")
    assert _places(scanned("a.csv")) == {("EMAIL_ADDRESS", 5, None, "row 3, column b")}


def test_a_mail_is_read_whole_headers_parts_and_attachments(scanned: Scan, tmp_path: Path) -> None:
    (tmp_path / "a.eml").write_bytes(_mail(MAIL))
    found = scanned("a.eml")
    assert {finding.where for finding in found.findings} == {
        "mail, header From",
        "part 2, text",
        "part 3, html",
        "part 4, text",
    }
    assert sum(finding.where == "part 3, html" for finding in found.findings) == 2
    assert [gap.reason for gap in found.gaps] == ["part 5 of a mail: not text: it holds NUL bytes"]
    assert found.exit_code == 3  # the mail was named itself, and a part of it was not read


def test_encoded_headers_and_transfer_encodings_are_decoded(scanned: Scan, tmp_path: Path) -> None:
    (tmp_path / "a.eml").write_bytes(
        b"Subject: =?utf-8?b?YW5uLmNhbmFyeUBleGFtcGxlLm9yZw==?=\nContent-Transfer-Encoding: quoted-printable\n\n"
        b"call 4111 1111=\n 1111 1111"
    )
    assert {(f.type, f.where) for f in scanned("a.eml").findings} == {
        ("EMAIL_ADDRESS", "mail, header Subject"),
        ("CREDIT_CARD", "mail, text"),
    }


def test_an_unknown_charset_and_undecodable_text_are_gaps(scanned: Scan, tmp_path: Path) -> None:
    (tmp_path / "a.eml").write_bytes(b"Content-Type: text/plain; charset=klingon\n\nhello")
    (tmp_path / "b.eml").write_bytes(b"Content-Type: text/plain; charset=utf-8\n\n\xff\xff")
    assert scanned("a.eml").exit_code == 3
    assert scanned("b.eml").exit_code == 3


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("a.txt", b"caf\xe9", "not utf-8 at byte 3; name its encoding with --encoding"),
        ("a.txt", b"a\0b", "not text: it holds NUL bytes"),
        ("a.gz", gzip.compress(b"x" * 99, mtime=0)[:-9], "damaged gzip"),
        ("a.gz", b"\x1f\x8bnot gzip", "damaged gzip"),
        ("a.gz", gzip.compress(b"x" * 2000, mtime=0), "larger than 1,000 bytes; raise --max-bytes to have it read"),
        ("a.txt", b"x" * 1001, "larger than 1,000 bytes; raise --max-bytes to have it read"),
    ],
)
def test_what_cannot_be_read_is_a_gap(name: str, content: bytes, reason: str, scanned: Scan, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(content)
    report = scanned(name, how={"limit": 1000})
    assert [(gap.path, gap.reason) for gap in report.gaps] == [(name, reason)]
    assert report.exit_code == 3


def test_an_encoding_can_be_named(scanned: Scan, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(f"café {MAIL}".encode("latin-1"))
    report = scanned("a.txt", how={"encoding": "latin-1"})
    assert (report.exit_code, len(report.findings)) == (1, 1)


def test_deep_nesting_is_a_gap_or_a_line_of_text_and_never_an_error(scanned: Scan, tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text("[" * 300 + "1" + "]" * 300 + "\n", "utf-8")
    assert scanned("a.jsonl").exit_code == 3
    (tmp_path / "a.jsonl").write_text("[" * 100_000 + f'"{MAIL}"' + "\n", "utf-8")
    assert scanned("a.jsonl").exit_code in (1, 3)


def test_parquet_without_pyarrow_is_a_gap_that_says_what_to_install(
    scanned: Scan, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(__import__("sys").modules, "pyarrow", None)
    monkeypatch.setitem(__import__("sys").modules, "pyarrow.parquet", None)
    (tmp_path / "a.parquet").write_bytes(b"PAR1")
    report = scanned("a.parquet")
    assert report.exit_code == 3
    assert "pip install 'chat-redactor[bulk]'" in report.gaps[0].reason


def test_parquet_rows_are_read_nested_ones_too(scanned: Scan, tmp_path: Path) -> None:
    pyarrow = pytest.importorskip("pyarrow")
    parquet = pytest.importorskip("pyarrow.parquet")
    for said, code in ((MAIL, 1), (CLEAN, 0)):
        out = io.BytesIO()
        rows = [{"id": 1, "ssn": "x", "who": {"mails": []}}, {"id": 2, "ssn": None, "who": {"mails": [said]}}]
        parquet.write_table(pyarrow.Table.from_pylist(rows), out)
        (tmp_path / "a.parquet").write_bytes(out.getvalue())
        report = scanned("a.parquet")
        assert report.exit_code == code
        assert [finding.where for finding in report.findings] == ["row 2, column.who.mails[0]"] * code
    (tmp_path / "a.parquet").write_bytes(b"PAR1 not really")
    assert scanned("a.parquet").exit_code == 3
