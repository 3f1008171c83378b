"""Sources, exit codes, comments, the baseline, processes: what a whole scan promises."""

import os
import subprocess
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from redactor.exceptions import ConfigError, DetectionError
from redactor.scanning import Finding, Gap, Report, checking
from redactor.scanning.blocks import blocks
from redactor.scanning.running import fail_rule
from tests.scanning.conftest import CARD, MAIL, Scan


def _write(folder: Path, **texts: str) -> None:
    for name, text in texts.items():
        path = folder / name.replace("__", "/").replace("_", ".")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")


def test_a_folder_is_walked_without_gits_own_files_links_and_binaries(scanned: Scan, tmp_path: Path) -> None:
    _write(tmp_path, d__a_txt=MAIL, d__sub__b_txt=MAIL, **{"d__.git__config": MAIL})
    (tmp_path / "d/bin").write_bytes(b"\0" + MAIL.encode())
    (tmp_path / "d/link").symlink_to(tmp_path / "d/a.txt")
    report = scanned("d")
    assert [finding.path for finding in report.findings] == ["d/a.txt", "d/sub/b.txt"]
    assert {(gap.path, gap.expected) for gap in report.gaps} == {("d/bin", True), ("d/link", True)}
    assert report.exit_code == 1


def test_what_git_ignores_is_left_out_unless_asked_for(scanned: Scan, tmp_path: Path) -> None:
    _git("init", "-q")
    _write(tmp_path, **{"d__.gitignore": "*.log\n", "d__a_txt": MAIL, "d__b_log": MAIL})
    assert [finding.path for finding in scanned("d").findings] == ["d/a.txt"]
    assert [finding.path for finding in scanned("d", ignored=True).findings] == ["d/a.txt", "d/b.log"]


def test_a_source_named_twice_is_scanned_once(scanned: Scan, tmp_path: Path) -> None:
    _write(tmp_path, d__a_txt=MAIL)
    assert len(scanned("d", "d/a.txt").findings) == 1


def test_a_file_that_cannot_be_read_makes_the_scan_incomplete_found_or_not(scanned: Scan, tmp_path: Path) -> None:
    _write(tmp_path, d__a_txt=MAIL)
    (tmp_path / "dangling").symlink_to(tmp_path / "nowhere")
    report = scanned("d", "dangling")
    assert (len(report.findings), report.exit_code) == (1, 3)
    assert report.missing == (Gap("cannot be read (No such file or directory)", path="dangling"),)


@pytest.mark.skipif(os.geteuid() == 0, reason="root reads everything")
def test_a_folder_with_an_unreadable_file_is_incomplete(scanned: Scan, tmp_path: Path) -> None:
    _write(tmp_path, d__a_txt="x", d__b_txt="y")
    (tmp_path / "d/b.txt").chmod(0)
    assert scanned("d").exit_code == 3


def test_a_file_that_vanishes_or_is_refused_in_a_folder_is_incomplete(
    scanned: Scan, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _write(tmp_path, d__a_txt="x", d__b_txt=MAIL)
    opened = Path.open

    def refuse(path: Path, *words: Any, **more: Any) -> Any:
        if path.name == "a.txt":
            raise PermissionError(13, "Permission denied")
        return opened(path, *words, **more)

    monkeypatch.setattr(Path, "open", refuse)
    report = scanned("d")
    assert (report.exit_code, len(report.findings)) == (3, 1)
    assert [gap.reason for gap in report.missing] == ["cannot be read (Permission denied)"]


def test_a_recognizer_that_fails_makes_the_scan_incomplete(
    scanned: Scan, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _write(tmp_path, a_txt="fine", b_txt=f"breaks {MAIL}")

    def finder(asked: object) -> Any:
        def find(text: str, before: object) -> list[Any]:
            if "breaks" in text:
                raise DetectionError("patterns", "ValueError")
            return []

        return find

    monkeypatch.setattr(checking, "finder", finder)
    report = scanned("a.txt", "b.txt")
    assert report.exit_code == 3
    assert [gap.path for gap in report.missing] == ["b.txt"]


def test_a_reader_that_breaks_is_a_gap_without_the_errors_words(
    scanned: Scan, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _write(tmp_path, a_txt="fine")

    def broken(*words: object) -> Any:
        raise ZeroDivisionError(MAIL)

    monkeypatch.setattr(checking, "pieces", broken)
    assert scanned("a.txt").missing == (Gap("its reader failed (ZeroDivisionError)", path="a.txt"),)


def test_a_scan_that_breaks_is_incomplete_and_not_found(
    scanned: Scan, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _write(tmp_path, a_txt=MAIL)

    def broken(*words: object, **more: object) -> Any:
        raise ZeroDivisionError(MAIL)

    monkeypatch.setattr("redactor.scanning.sources.find", broken)
    report = scanned("a.txt")
    assert report.exit_code == 3
    assert [gap.reason for gap in report.missing] == ["the scan itself failed (ZeroDivisionError)"]


def test_a_name_cannot_write_lines_of_its_own(scanned: Scan, tmp_path: Path) -> None:
    (tmp_path / "a\n\x1b[31mb.txt").write_text(MAIL, "utf-8")
    assert scanned(".").findings[0].path == "a??[31mb.txt"


def test_a_name_that_holds_a_value_is_shown_without_it(scanned: Scan, tmp_path: Path) -> None:
    _write(tmp_path, d__x="clean")
    (tmp_path / "d/x").rename(tmp_path / "d" / f"{MAIL}.txt")
    (finding,) = scanned("d").findings
    assert (finding.type, finding.where) == ("EMAIL_ADDRESS", "its name")
    assert "canary" not in finding.path
    with pytest.raises(ConfigError) as failure:
        scanned(f"d/{CARD}")
    assert CARD not in str(failure.value)


COMMENTS = {
    f"mail = {MAIL!r}  # redactor: allow": True,
    f"mail = {MAIL!r}  // redactor: allow EMAIL_ADDRESS": True,
    f"mail = {MAIL!r}  -- redactor: allow US_SSN, EMAIL_ADDRESS": True,
    f"<!-- redactor: allow -->\n{MAIL}": True,
    f"    # redactor: allow EMAIL_ADDRESS\nx = {MAIL!r}": True,
    f"mail = {MAIL!r}  # redactor: allow CREDIT_CARD": False,
    f"mail = {MAIL!r}  redactor: allow": False,
    f"mail = {MAIL!r}  # redactor: allowed": False,
    f"x = 1  # redactor: allow\nmail = {MAIL!r}": False,
    f"# redactor: allow\n\nmail = {MAIL!r}": False,
}


@pytest.mark.parametrize(("text", "allowed"), COMMENTS.items())
def test_a_comment_allows_its_line_or_alone_the_next(text: str, allowed: bool, scanned: Scan, tmp_path: Path) -> None:
    _write(tmp_path, a_py=text)
    report = scanned("a.py")
    assert (len(report.findings), report.allowed) == ((0, 1) if allowed else (1, 0))
    assert len(scanned("a.py", how={"comments": False}).findings) == 1


def test_no_comment_is_heeded_in_data(scanned: Scan, tmp_path: Path) -> None:
    _write(tmp_path, a_csv=f"a,b\n{MAIL},# redactor: allow\n", b_jsonl=f'["{MAIL} # redactor: allow"]')
    assert len(scanned("a.csv", "b.jsonl").findings) == 2


def test_a_baseline_hides_what_it_holds_and_nothing_more(scanned: Scan, tmp_path: Path) -> None:
    _write(tmp_path, a_txt=f"to: {MAIL}\n")
    file = tmp_path / "base.json"
    assert scanned("a.txt", baseline=file, write_baseline=True).exit_code == 0
    report = scanned("a.txt", baseline=file)
    assert (report.exit_code, report.known, report.findings) == (0, 1, ())
    _write(tmp_path, a_txt=f"a new line\n\nto: {MAIL}\nto: bob@example.org\nfrom: {CARD}\n")
    report = scanned("a.txt", baseline=file)
    assert [finding.type for finding in report.findings] == ["EMAIL_ADDRESS", "CREDIT_CARD"]
    assert [finding.line for finding in report.findings] == [4, 5]


def test_a_baseline_is_the_same_whatever_the_values_are(scanned: Scan, tmp_path: Path) -> None:
    file, seen = tmp_path / "base.json", set()
    for mail, card in ((MAIL, CARD), ("bob@example.com", "5555 5555 5555 4444")):
        _write(tmp_path, a_txt=f"to {mail} with {card}\n", b_jsonl=f'{{"x": "{mail}"}}')
        scanned("a.txt", "b.jsonl", baseline=file, write_baseline=True)
        seen.add(file.read_bytes())
    assert len(seen) == 1


def test_no_baseline_is_written_of_an_incomplete_scan(scanned: Scan, tmp_path: Path) -> None:
    _write(tmp_path, a_txt=MAIL)
    (tmp_path / "b.txt").write_bytes(b"\xff")
    assert scanned("a.txt", "b.txt", baseline=tmp_path / "base.json", write_baseline=True).exit_code == 3
    assert not (tmp_path / "base.json").exists()


@pytest.mark.parametrize(
    "content", ["", "[]", "{}", '{"redactor_baseline": 2, "entries": []}', '{"redactor_baseline": 1}']
)
def test_a_file_that_is_no_baseline_is_refused(content: str, scanned: Scan, tmp_path: Path) -> None:
    _write(tmp_path, a_txt="x", base_json=content)
    with pytest.raises(ConfigError, match="no baseline of version 1"):
        scanned("a.txt", baseline=tmp_path / "base.json")
    with pytest.raises(ConfigError, match="cannot be read"):
        scanned("a.txt", baseline=tmp_path / "none.json")


@pytest.mark.parametrize(
    ("text", "rule"),
    [("CREDIT_CARD", ("CREDIT_CARD", 0.0)), ("0.9", ("", 0.9)), (".9", ("", 0.9)), ("US_SSN:1", ("US_SSN", 1.0))],
)
def test_fail_rules(text: str, rule: tuple[str, float]) -> None:
    assert fail_rule(text) == rule


@pytest.mark.parametrize("text", ["", "CARDS", "CREDIT_CARD:", "CREDIT_CARD:2", "-1", "1.5", "nan", ":0.5x"])
def test_a_fail_rule_that_says_nothing_is_refused(text: str) -> None:
    with pytest.raises(ConfigError, match="--fail-on"):
        fail_rule(text)


def test_findings_under_every_fail_rule_are_reported_and_do_not_fail(scanned: Scan, tmp_path: Path) -> None:
    _write(tmp_path, a_txt=MAIL)
    report = scanned("a.txt", fail_on=(("CREDIT_CARD", 0.0), ("", 1.0)))
    assert (len(report.findings), report.exit_code) == (1, 0)
    assert scanned("a.txt", fail_on=(("EMAIL_ADDRESS", 0.5),)).exit_code == 1


_FINDING = Finding("a", "PERSON", 0.9, "x", "***", "0000")


@given(st.booleans(), st.booleans(), st.lists(st.booleans()))
def test_the_law_of_exit_codes(found: bool, fails: bool, gaps: list[bool]) -> None:
    findings = (_FINDING,) if found else ()
    report = Report(findings, tuple(Gap("x", expected) for expected in gaps), frozenset(findings if fails else ()))
    assert report.exit_code == (3 if False in gaps else 1 if found and fails else 0)


@given(st.text(st.sampled_from("ab\n "), max_size=20), st.integers(1, 700), st.data())
def test_blocks_cover_every_stretch_once(text: str, times: int, data: st.DataObject) -> None:
    whole = text * times
    first = data.draw(st.integers(0, len(whole)))
    last = data.draw(st.integers(first, len(whole)))
    cut = [*blocks(whole, [(first, last)])]
    assert "".join(whole[block.start : block.end] for block in cut) == whole[first:last]
    assert all(b.seen_start <= b.start < b.end <= b.seen_end <= len(whole) and b.end - b.start <= 4000 for b in cut)


@pytest.mark.parametrize("before", [3990, 3999, 4000, 7000])
@pytest.mark.parametrize("filler", ["x", "word ", "line\n"])
def test_a_value_on_the_border_of_two_blocks_is_found_once(
    before: int, filler: str, scanned: Scan, tmp_path: Path
) -> None:
    text = (filler * before)[:before] + f" {MAIL} " + filler * 2000
    _write(tmp_path, a_txt=text)
    (finding,) = scanned("a.txt").findings
    lines = text[: before + 1].split("\n")
    assert (finding.line, finding.column) == (len(lines), len(lines[-1]) + 1)


def test_more_processes_report_the_same(scanned: Scan, tmp_path: Path) -> None:
    _write(tmp_path, d__a_txt=MAIL, d__b_txt="clean", d__c_csv=f"a\n{CARD}\n")
    (tmp_path / "d/link").symlink_to(tmp_path / "d/a.txt")
    one, two = scanned("d"), scanned("d", jobs=2)
    assert (one.findings, one.gaps, one.exit_code) == (two.findings, two.gaps, two.exit_code)


def test_a_mistake_is_refused_before_anything_is_read(scanned: Scan, tmp_path: Path) -> None:
    for request in ({}, {"write_baseline": True}):
        with pytest.raises(ConfigError):
            scanned(**request)
    with pytest.raises(ConfigError, match="there is no file or folder none"):
        scanned("none.txt")


# --- staged changes ----------------------------------------------------------------------------------------------


def _git(*words: str) -> None:
    who = ["-c", "user.name=x", "-c", "user.email=x@example.org", "-c", "commit.gpgsign=false"]
    subprocess.run(["git", *who, *words], check=True, capture_output=True)


@pytest.fixture
def repository(scanned: Scan, tmp_path: Path) -> Path:
    """A repository in the current folder with one commit."""
    _git("init", "-q")
    _write(tmp_path, old_py=f"one = 1\nold = {MAIL!r}\n" + "x = 1\n" * 30, moved_txt=f"{MAIL}\n" + "same line\n" * 50)
    _git("add", "-A")
    _git("commit", "-q", "-m", "first")
    return tmp_path


def test_only_lines_the_commit_adds_count_with_the_indexs_content(scanned: Scan, repository: Path) -> None:
    assert scanned(staged=True).exit_code == 0
    text = (repository / "old.py").read_text("utf-8")
    _write(repository, old_py=text + f"new = {CARD!r}\n", new_py=f"a = 1\nb = {MAIL!r}\n")
    _git("add", "-A")
    _write(repository, old_py=f"not = 'staged'\n{text}", new_py="")  # the work tree is something else by now
    report = scanned(staged=True)
    assert {(f.path, f.line, f.type) for f in report.findings} == {
        ("old.py", 33, "CREDIT_CARD"),
        ("new.py", 2, "EMAIL_ADDRESS"),
    }
    assert [f.path for f in scanned("old.py", staged=True).findings] == ["old.py"]


def test_what_is_only_staged_partly_unstaged_or_removed_does_not_count(scanned: Scan, repository: Path) -> None:
    _write(repository, unstaged_py=MAIL)
    (repository / "old.py").unlink()
    _git("add", "old.py")
    assert scanned(staged=True).exit_code == 0


def test_a_renamed_file_counts_for_its_new_lines_only(scanned: Scan, repository: Path) -> None:
    _git("mv", "moved.txt", "been moved ü.txt")
    with (repository / "been moved ü.txt").open("a", encoding="utf-8") as file:
        file.write(f"card {CARD}\n")
    _git("add", "-A")
    assert [(f.path, f.line, f.type) for f in scanned(staged=True).findings] == [
        ("been moved ü.txt", 52, "CREDIT_CARD")
    ]


def test_staged_data_and_binaries(scanned: Scan, repository: Path) -> None:
    (repository / "b.bin").write_bytes(b"\0\1" + MAIL.encode())
    _write(repository, a_jsonl=f'{{"x": "clean"}}\n{{"x": "{MAIL}"}}\n')
    _git("add", "-A")
    report = scanned(staged=True)
    assert [(f.path, f.line, f.where) for f in report.findings] == [("a.jsonl", 2, "$.x")]
    assert [(gap.path, gap.expected) for gap in report.gaps] == [("b.bin", True)]


def test_a_line_that_looks_like_a_patch_is_only_a_line(scanned: Scan, repository: Path) -> None:
    _write(repository, a_txt=f"diff --git a/x b/x\n@@ -0,0 +1,9 @@\n{MAIL}\n")
    _git("add", "-A")
    assert [f.line for f in scanned(staged=True).findings] == [3]


def test_a_link_that_becomes_a_file_and_a_file_that_becomes_a_link(scanned: Scan, repository: Path) -> None:
    (repository / "link").symlink_to("old.py")
    _git("add", "-A")
    _git("commit", "-q", "-m", "second")
    (repository / "link").unlink()
    _write(repository, link=f"x = 1\ny = {MAIL!r}\n", zz_txt=f"{CARD}\n")
    (repository / "moved.txt").unlink()
    (repository / "moved.txt").symlink_to("old.py")
    _git("add", "-A")
    report = scanned(staged=True)
    assert [(f.path, f.line) for f in report.findings] == [("link", 2), ("zz.txt", 1)]
    assert report.exit_code == 1


def test_staged_outside_a_repository_is_a_mistake(scanned: Scan, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", "/")
    monkeypatch.setenv("GIT_DIR", "/nonexistent")
    with pytest.raises(ConfigError, match="no git repository"):
        scanned(staged=True)
