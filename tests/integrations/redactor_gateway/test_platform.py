"""Platform files: what ships, and what is refused with the nearest name."""

from collections.abc import Callable
from importlib.resources import files
from pathlib import Path

import pytest

from redactor.exceptions import ConfigError
from redactor_gateway.platform import Platform, schema_text, shipped

Make = Callable[..., Platform]


def test_the_platforms_that_are_promised_ship() -> None:
    assert shipped() == (
        "bot_framework", "botpress", "chatwoot", "dialogflow_cx", "generic", "intercom", "meta_messenger",
        "meta_whatsapp", "rasa", "slack", "standard_webhooks", "sunshine_conversations", "twilio_conversations",
        "twilio_messaging", "zendesk",
    )  # fmt: skip
    assert all(Platform.load(name).name == name for name in shipped())


def test_the_published_schema_is_that_of_the_code() -> None:
    published = files("redactor_gateway").joinpath("platforms", "schema.json").read_text("utf-8")
    assert published == schema_text(), "write schema_text() to platforms/schema.json"


def test_an_unknown_platform_is_refused_with_the_nearest_name() -> None:
    with pytest.raises(ConfigError, match="did you mean 'slack'"):
        Platform.load("slak")


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"there is no platform file .*none\.toml"):
        Platform.load(tmp_path / "none.toml")


def test_an_unknown_key_is_told_with_file_place_and_nearest_name(tmp_path: Path) -> None:
    file = tmp_path / "mine.toml"
    text = files("redactor_gateway").joinpath("platforms", "generic.toml").read_text("utf-8")
    file.write_text(text.replace("conversation = [", "conversatoin = ["), "utf-8")
    with pytest.raises(ConfigError) as told:
        Platform.load(file)
    assert "mine.toml: " in str(told.value)
    assert "part.0.conversatoin: unknown key; did you mean 'conversation'?" in str(told.value)


@pytest.mark.parametrize("path", ["event.text", "$.", "$.a | $.b", "$[", "$.a[?@.b]=="])
def test_a_bad_path_is_told_with_its_place(path: str, platform: Make) -> None:
    with pytest.raises(ConfigError, match=r"mine\.toml: fields\.0\.paths\.0: .*no JSONPath \(RFC 9535\)"):
        platform(fields=[{"kind": "text", "paths": [path]}])


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"kind": "identity"}, "entity: goes with the kinds"),
        ({"kind": "text", "entity": "PERSON"}, "entity: goes with the kinds"),
        ({"kind": "identity", "entity": "PHONE_NUMBR"}, "did you mean 'PHONE_NUMBER'"),
        ({"kind": "protocol"}, "shape: goes with the kind protocol"),
        ({"kind": "handle", "entity": "PERSON", "record": False}, "role, record: go with"),
        ({"kind": "text", "prefixes": ["sms:"]}, "prefixes: go with"),
        ({"kind": "txt"}, "Input should be 'text'"),
    ],
)
def test_a_field_that_cannot_be_is_refused(fields: dict[str, object], told: str, platform: Make) -> None:
    with pytest.raises(ConfigError, match=told):
        platform(fields=[{"paths": ["$.a"], **fields}])


@pytest.mark.parametrize(
    ("verify", "told"),
    [
        ({"base": "{timestamp}"}, "anybody could change the body"),
        ({"base": "{timestamp}{body}"}, "go together"),
        ({"base": "{id}.{body}"}, "id_header go together"),
        ({"base": "{url}{form}"}, "a body that is no form would not be signed"),
        ({"base": "{bdy}{body}"}, "unknown part 'bdy'"),
        ({"header": "X-Sig"}, "a header's name in lower case"),
    ],
)
def test_a_signature_that_would_not_protect_is_refused(verify: dict[str, object], told: str, platform: Make) -> None:
    with pytest.raises(ConfigError, match=told):
        platform(verify=[{"scheme": "hmac", "header": "x-sig", **verify}])


def test_a_call_that_restores_must_say_whose_it_is(platform: Make) -> None:
    call = {"path": "/send", "restore": [{"form": "text", "paths": ["$.text"]}]}
    with pytest.raises(ConfigError, match="say where the call names its own"):
        platform(egress={"calls": [call]})


def test_a_token_cannot_be_signed_again(platform: Make) -> None:
    token = {"scheme": "jwt", "issuers": ["https://a.example"], "keys": "https://a.example/keys"}
    with pytest.raises(ConfigError, match="only its issuer can sign"):
        platform(verify=[token])
    with pytest.raises(ConfigError, match="expected an https address"):
        platform(verify=[{**token, "keys": "http://a.example/keys"}], resign="standardwebhooks")


def test_no_error_repeats_what_was_written(platform: Make) -> None:
    with pytest.raises(ConfigError) as told:
        platform(deadline="Crystal Minh")
    assert "Crystal" not in str(told.value)
    assert told.value.__context__ is None


def test_a_way_to_sign_is_found_by_name(platform: Make) -> None:
    made = platform()
    assert made.scheme().name == made.scheme("secret").name == "secret"
    with pytest.raises(ConfigError, match="unknown way to sign; did you mean 'secret'"):
        made.scheme("secrt")
