"""A change becomes a new version beside the old policy, which stays; anything else than such a change is refused."""

from pathlib import Path

import pytest

from redactor import Policy
from redactor.exceptions import ConfigError, PolicyError
from redactor.reviews.applying import changed, write

OLD = """# ours
name = "support"

[types.PERSON]
threshold = 0.5  # as agreed
retention = "10d"

[[allow]]
type = "PERSON"
term = "Visa"
"""
CHANGE = (
    '[types.PERSON]\nthreshold = 0.65\n\n[types.AGE]\nthreshold = 0.4\n\n[[allow]]\ntype = "PERSON"\nterm = "Quillon"\n'
)


@pytest.fixture
def policy(tmp_path: Path) -> Path:
    path = tmp_path / "support.toml"
    path.write_text(OLD)
    return path


def put(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "change.toml"
    path.write_text(text)
    return path


def test_a_new_version_has_the_change_and_the_old_comments(policy: Path, tmp_path: Path) -> None:
    change = changed(policy, put(tmp_path, CHANGE))
    out = tmp_path / "new.toml"
    write(out, change)
    new = Policy.load(out)
    assert (new.threshold("PERSON"), new.threshold("AGE"), new.retention("PERSON")) == (0.65, 0.4, "10d")
    assert new.allows("PERSON", "Visa")
    assert new.allows("PERSON", "Quillon")
    assert "# as agreed" in out.read_text()
    assert policy.read_text() == OLD
    assert new.version == change.new.version != change.old.version == Policy.load(policy).version
    assert change.subject() == (
        f"{change.old.version} to {new.version}", "AGE threshold 0.40", "PERSON threshold 0.65", "1 terms allowed",
    )  # fmt: skip


def test_a_shipped_policy_is_extended(tmp_path: Path) -> None:
    change = changed("default", put(tmp_path, CHANGE))
    assert change.new.threshold("PERSON") == 0.65
    assert change.new.links == change.old.links == Policy.load("default").links
    assert change.old.version == Policy.load("default").version


def test_to_apply_it_twice_changes_nothing_more(policy: Path, tmp_path: Path) -> None:
    once = changed(policy, put(tmp_path, CHANGE))
    policy.write_text(once.text)
    assert changed(policy, put(tmp_path, CHANGE)).new.version == once.new.version


def test_a_version_is_never_written_over(policy: Path, tmp_path: Path) -> None:
    change = changed(policy, put(tmp_path, CHANGE))
    with pytest.raises(ConfigError, match="never written over"):
        write(policy, change)
    with pytest.raises(ConfigError, match="cannot be written"):
        write(tmp_path / "no" / "folder.toml", change)
    assert policy.read_text() == OLD


@pytest.mark.parametrize(
    "text",
    [
        '[types.PERSON]\noperator = "keep"\n',
        '[types.PERSON]\nthreshold = 0.5\naudiences = ["agent"]\n',
        '[types.PERSON]\nthreshold = "low"\n',
        '[[deny]]\ntype = "PERSON"\nterm = "Zebulon"\n',
        '[[allow]]\nregex = ".*"\n',
        '[[allow]]\nterm = "Zebulon"\n',
        '[defaults]\nretention = "10y"\n',
    ],
)
def test_nothing_but_thresholds_and_terms_is_changed(policy: Path, tmp_path: Path, text: str) -> None:
    with pytest.raises(ConfigError, match="not a change of a policy") as caught:
        changed(policy, put(tmp_path, text))
    assert "Zebulon" not in str(caught.value)


def test_a_proposal_of_nothing_makes_no_version(policy: Path, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="it changes nothing"):
        changed(policy, put(tmp_path, "# nothing to propose\n"))


@pytest.mark.parametrize("text", ["[types.NOBODY]\nthreshold = 2.0\n", "not toml at all Zebulon"])
def test_what_leaves_no_policy_is_refused(policy: Path, tmp_path: Path, text: str) -> None:
    with pytest.raises(PolicyError) as caught:
        changed(policy, put(tmp_path, text))
    assert "Zebulon" not in str(caught.value)
    with pytest.raises(ConfigError, match="cannot be read"):
        changed(policy, tmp_path / "absent.toml")
