"""What docs/litellm.md shows is what runs."""

import json
import re
import tomllib
from pathlib import Path

import pytest

from redactor_gateway.litellm.endpoint import PATH
from redactor_gateway.litellm.within import SURFACES
from redactor_gateway.settings import GatewaySettings, LitellmSection
from tests.integrations.redactor_gateway.litellm.asking import PATH as ASKED
from tests.integrations.redactor_gateway.litellm.proxy import proxy, python
from tests.integrations.redactor_gateway.litellm.test_proxy import BACK, SAID, THANKS, Line, models, standing_with, text

DOCS = (Path(__file__).parents[4] / "docs" / "litellm.md").read_text("utf-8")
OVER_HTTP, IN_PROCESS = re.findall(r"```yaml\n(.*?)```", DOCS, re.DOTALL)


def test_the_key_of_the_example_is_one() -> None:
    example = re.findall(r"```toml\n(.*?)```", DOCS, re.DOTALL)[0].replace("sha256:...", "sha256:" + "0" * 64)
    settings = GatewaySettings.model_validate(tomllib.loads(example)["gateway"])
    assert settings.keys[0].scopes == {"litellm"}


def test_what_is_said_of_the_settings_is_so() -> None:
    section = LitellmSection()
    assert f"`keep_seconds` ({section.keep_seconds:.0f}," in DOCS
    assert f"`calls` ({section.calls:,};" in DOCS
    assert PATH == ASKED
    assert "acompletion" in SURFACES


@pytest.mark.soak
@pytest.mark.skipif(python() is None, reason="LiteLLM's proxy is not installed; see LITELLM_PYTHON")
@pytest.mark.parametrize("example", [OVER_HTTP, IN_PROCESS], ids=["over http", "in the process"])
def test_the_configurations_work_as_they_stand(example: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with standing_with(monkeypatch, tmp_path, with_proxy=False) as line:
        monkeypatch.setenv("REDACTOR_KEY", line.key)
        (tmp_path / "proxy").mkdir()
        (tmp_path / "proxy" / "redactor.toml").write_text('[store]\nkind = "memory"\n', "utf-8")
        rest = {"model_list": models(line.gateway, line.model.url), "general_settings": {"master_key": "sk-master"}}
        config = example.replace("http://gateway:8080", line.gateway)
        config += "\n".join(f"{name}: {json.dumps(value)}" for name, value in rest.items())
        with proxy(tmp_path / "proxy", config) as running:
            asked = Line(running, line.model, line.gateway, line.key)
            client = asked.proxy.client.chat.completions
            asked.says(THANKS)
            assert client.create(model="direct", messages=SAID).choices[0].message.content == BACK
            assert text(client.create(model="direct", messages=SAID, stream=True)) == {0: BACK}
