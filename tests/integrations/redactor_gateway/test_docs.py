"""What docs/webhooks.md says is what the code does."""

import re
import tomllib
from pathlib import Path

from redactor_gateway.fields import KINDS
from redactor_gateway.platform import Platform, shipped

DOCS = (Path(__file__).parents[3] / "docs" / "webhooks.md").read_text("utf-8")


def test_every_platform_and_every_kind_is_named() -> None:
    rows = re.findall(r"^\| `([a-z_]+)` \|", DOCS, re.MULTILINE)
    assert sorted(name for name in rows if name in shipped()) == list(shipped())
    assert all(f"`{kind}`" in DOCS for kind in KINDS)


def test_the_example_of_ones_own_platform_loads() -> None:
    example = re.findall(r"```toml\n(.*?)```", DOCS, re.DOTALL)[0]
    assert Platform.from_dict(tomllib.loads(example), "mine.toml").name == "mine"
