"""What docs/webhooks.md and docs/gateway.md say is what the code does."""

import re
import tomllib
from pathlib import Path

import pytest

from redactor_gateway.fields import KINDS
from redactor_gateway.platform import Platform, shipped
from redactor_gateway.schemes import Hmac, Jwt, SharedSecret
from redactor_gateway.settings import GatewaySettings, Upstream
from redactor_gateway.webhooks.route import routes_of
from redactor_gateway.webhooks.settings import EgressSettings, RouteSettings
from redactor_gateway.webhooks.settings import routes_of as checked_routes

DOCS = (Path(__file__).parents[3] / "docs" / "webhooks.md").read_text("utf-8")


def test_every_platform_and_every_kind_is_named() -> None:
    rows = re.findall(r"^\| `([a-z_]+)` \|", DOCS, re.MULTILINE)
    assert sorted(name for name in rows if name in shipped()) == list(shipped())
    assert all(f"`{kind}`" in DOCS for kind in KINDS)


def test_the_example_of_ones_own_platform_loads() -> None:
    example = re.findall(r"```toml\n(.*?)```", DOCS, re.DOTALL)[0]
    assert Platform.from_dict(tomllib.loads(example), "mine.toml").name == "mine"


def test_the_gateways_settings_are_those_of_its_page() -> None:
    page = (Path(__file__).parents[3] / "docs" / "gateway.md").read_text("utf-8")
    examples = re.findall(r"```toml\n(.*?)```", page, re.DOTALL)
    shown = [tomllib.loads(each.replace('"..."', f'"sha256:{"0" * 64}"'))["gateway"] for each in examples]
    assert len(shown) >= 3
    for each in shown:
        GatewaySettings.model_validate(each)
    target = {"ca", "client_certificate", "client_key", "allow_private"}
    assert (
        target <= Upstream.model_fields.keys() & RouteSettings.model_fields.keys() & EgressSettings.model_fields.keys()
    )


def test_every_row_says_how_the_platform_file_says_it_signs_and_answers() -> None:
    rows = dict(re.findall(r"^\| `([a-z_]+)` \|(.*)$", DOCS, re.MULTILINE))
    for name in shipped():
        platform, signed = Platform.load(name), rows[name].split("|")[0]
        hmacs = [each for each in platform.verify if isinstance(each, Hmac)]
        said = {f"SHA-{bits}" if int(bits) != 1 else "SHA1" for bits in re.findall(r"SHA-?(1|256)", signed)}
        known = {"SHA1" if each.algorithm == "sha1" else "SHA-256" for each in hmacs}
        assert said == known or name == "standard_webhooks", name
        assert ("300 s" in signed) is any(each.timestamp is not None for each in hmacs), name
        assert any(isinstance(each, SharedSecret) for each in platform.verify) is bool(
            re.search(r"secret|bearer|basic|header", signed)
        ), name
        assert any(isinstance(each, Jwt) for each in platform.verify) is ("oken" in signed and name != "rasa"), name
        answers = rows[name].split("|")[2]
        assert bool(platform.reply) is ("response" in answers or "TwiML" in answers), name
        assert bool(platform.egress.calls) is (answers.strip() != "in the response"), name


def test_the_examples_of_routes_are_read(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("SLACK_SIGNING_SECRET", "BOT_TOKEN_HEADER", "SLACK_TOKEN_HEADER"):
        monkeypatch.setenv(name, "secret")
    monkeypatch.setenv("BOT_SIGNING_SECRET", "whsec_c2VjcmV0")
    examples = [each for each in re.findall(r"```toml\n(.*?)```", DOCS, re.DOTALL) if "[gateway.routes." in each]
    teams = next(each for each in examples if "bot_framework" in each)
    slack = "".join(each for each in examples if "gateway.routes.support" in each)
    for example in (teams, slack):
        assert routes_of(checked_routes(tomllib.loads(example)["gateway"]["routes"]))
