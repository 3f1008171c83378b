"""The way out: the bot's calls of the platform's API."""

import asyncio
import json
import logging
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from redactor import Policy, Redactor
from redactor.audit.records import decoded
from redactor.exceptions import ConfigError
from redactor.reply import ReplyStream
from redactor.storage.memory import MemoryStore
from redactor.testing import FakeRecognizer, assert_no_leak, in_memory
from redactor.types import Entity
from redactor_gateway.webhooks.outbox import Outbox
from tests.integrations.redactor_gateway.conftest import MAIL, NAME, OTHER
from tests.integrations.redactor_gateway.webhooks.scene import (
    BOT_SIGNING,
    SIGNING,
    TOKEN,
    Recorder,
    route,
    serving,
    slack_event,
)
from tests.integrations.servers import Request

POST = "/api/chat.postMessage"


def _after(
    redactor: Redactor, outbox: Outbox, bot: Recorder, api: Recorder, folder: Path, *calls: Any, **more: Any
) -> list[Any]:
    """What the bot gets for its calls, after a customer said a name."""

    async def run() -> list[Any]:
        async with serving(route(folder, bot.url, api=api.url, **more), redactor, outbox) as service:
            await service.slack(slack_event(f"I'm {NAME}, {MAIL}"))
            await service.until(lambda: bot.posts)
            return [await service.call(path, body, **headers) for path, body, headers in calls]

    return asyncio.run(run())


def test_a_reply_reaches_the_customer_with_its_values_and_comes_back_redacted(
    redactor: Redactor, outbox: Outbox, bot: Recorder, platform_api: Recorder, tmp_path: Path, canaries: tuple[str, ...]
) -> None:
    platform_api.reply = lambda request: (
        200,
        "application/json",
        json.dumps({"ok": True, "channel": "D012345", "message": {"text": request.json["text"]}}).encode(),
    )
    said = {"channel": "D012345", "text": "Thanks [PERSON_1]!", "username": "[PERSON_1]"}
    [answer] = _after(redactor, outbox, bot, platform_api, tmp_path, (POST, said, {"x-other": "1", "cookie": "a=b"}))
    got = platform_api.posts[0]
    assert got.json["text"] == f"Thanks {NAME}!"
    assert got.json["username"] == "[PERSON_1]", "only listed fields are restored"
    headers = {name.lower(): value for name, value in got.headers}
    assert headers["authorization"] == TOKEN and not headers.keys() & {"x-other", "cookie", "idempotency-key"}
    assert answer.json()["message"]["text"] == "Thanks [PERSON_1]!"
    assert_no_leak(canaries, answer.content, bot.requests)


def test_another_customers_values_are_never_written(
    redactor: Redactor, outbox: Outbox, bot: Recorder, platform_api: Recorder, tmp_path: Path, canaries: tuple[str, ...]
) -> None:
    said = {"channel": "D999999", "text": "Thanks [PERSON_1]!"}
    _after(redactor, outbox, bot, platform_api, tmp_path, (POST, said, {}))
    assert_no_leak(canaries, platform_api.requests)


@pytest.mark.parametrize(
    ("path", "body", "headers", "status"),
    [
        (POST, {"channel": "D012345", "text": "x"}, {"authorization": "Bearer another"}, 401),
        (POST, {"channel": "D012345", "text": "x"}, {"authorization": ""}, 401),
        (POST + "?channel=D999", {"channel": "D012345", "text": "x"}, {}, 400),
        ("/api/users.list", {"channel": "D012345"}, {}, 403),
        ("/api/%2e%2e/api/chat.postMessage", {"channel": "D012345", "text": "x"}, {}, 403),
        ("/api/chat.postMessage%2F..%2Fusers.list", {"channel": "D012345", "text": "x"}, {}, 403),
        ("//evil.example/api/chat.postMessage", {"channel": "D012345", "text": "x"}, {}, 403),
        (POST, {"text": "x"}, {}, 403),
        (POST, b"\xff", {}, 400),
        (POST, {"channel": "D012345", "text": "x"}, {"idempotency-key": "x" * 300}, 400),
    ],
    ids=["token", "no token", "query", "method", "dots", "hidden dots", "host", "nobody", "bytes", "key"],
)
def test_a_call_that_is_not_allowed_is_not_made(
    path: str,
    body: Any,
    headers: dict[str, str],
    status: int,
    redactor: Redactor,
    outbox: Outbox,
    bot: Recorder,
    platform_api: Recorder,
    tmp_path: Path,
) -> None:
    [answer] = _after(redactor, outbox, bot, platform_api, tmp_path, (path, body, headers))
    assert answer.status_code == status
    assert not platform_api.requests


@pytest.mark.soak
def test_the_platforms_token_may_be_kept_from_the_bot(
    redactor: Redactor, outbox: Outbox, bot: Recorder, platform_api: Recorder, tmp_path: Path
) -> None:
    (tmp_path / "real").write_text("Bearer xoxb-real")
    (tmp_path / "real").chmod(0o600)
    more = {"egress": {"send_authorization": {"file": str(tmp_path / "real")}}}
    said = {"channel": "D012345", "text": "hello"}
    _after(redactor, outbox, bot, platform_api, tmp_path, (POST, said, {}), **more)
    assert dict(platform_api.posts[0].headers)["authorization"] == "Bearer xoxb-real"


@pytest.mark.soak
def test_a_call_with_a_key_is_made_once_and_answered_alike(
    redactor: Redactor, outbox: Outbox, bot: Recorder, platform_api: Recorder, tmp_path: Path
) -> None:
    call: Any = (POST, {"channel": "D012345", "text": "Thanks [PERSON_1]!"}, {"idempotency-key": "k1"})
    other: Any = (POST, {"channel": "D012345", "text": "Bye [PERSON_1]!"}, {"idempotency-key": "k2"})
    first, second, _ = _after(redactor, outbox, bot, platform_api, tmp_path, call, call, other)
    assert (first.status_code, first.content) == (second.status_code, second.content)
    assert [each.json["text"] for each in platform_api.posts] == [f"Thanks {NAME}!", f"Bye {NAME}!"]


@pytest.mark.soak
def test_a_call_nobody_knows_the_end_of_is_not_made_again(
    redactor: Redactor, outbox: Outbox, bot: Recorder, platform_api: Recorder, tmp_path: Path
) -> None:
    platform_api.reply = lambda request: (time.sleep(0.5), (200, "application/json", b"{}"))[1]  # type: ignore[func-returns-value]
    call: Any = (POST, {"channel": "D012345", "text": "hello"}, {"idempotency-key": "k1"})
    more = {"egress": {"timeout": 0.1}}
    first, second = _after(redactor, outbox, bot, platform_api, tmp_path, call, call, **more)
    assert (first.status_code, second.status_code) == (504, 409)
    assert len(platform_api.posts) == 1


@pytest.mark.soak
def test_a_platform_that_is_not_there_may_be_called_again(
    redactor: Redactor, outbox: Outbox, bot: Recorder, tmp_path: Path
) -> None:
    gone = Recorder()
    gone._http.server_close()
    call: Any = (POST, {"channel": "D012345", "text": "hello"}, {"idempotency-key": "k1"})
    first, second = _after(redactor, outbox, bot, gone, tmp_path, call, call)
    assert (first.status_code, second.status_code) == (502, 502)


@pytest.mark.soak
def test_errors_and_redirects_of_the_platform_hold_no_value_and_are_not_followed(
    redactor: Redactor, outbox: Outbox, bot: Recorder, platform_api: Recorder, tmp_path: Path, canaries: tuple[str, ...]
) -> None:
    platform_api.reply = lambda request: (400, "text/plain", f"bad text: {request.json['text']}".encode())
    call: Any = (POST, {"channel": "D012345", "text": "[PERSON_1]"}, {})
    [answer] = _after(redactor, outbox, bot, platform_api, tmp_path, call)
    assert (answer.status_code, answer.text) == (400, "bad text: [PERSON_1]")
    platform_api.reply = (302, "text/plain", b"")
    [answer] = _after(redactor, outbox, bot, platform_api, tmp_path, call)
    assert answer.status_code == 504
    assert_no_leak(canaries, answer.content)


@pytest.mark.soak
def test_secrets_and_values_are_in_no_log(
    redactor: Redactor,
    outbox: Outbox,
    bot: Recorder,
    platform_api: Recorder,
    tmp_path: Path,
    canaries: tuple[str, ...],
    caplog: pytest.LogCaptureFixture,
) -> None:
    with caplog.at_level(logging.DEBUG):
        calls: list[Any] = [(POST, {"channel": "D012345", "text": "[PERSON_1]"}, {}), ("/api/none", {}, {})]
        _after(redactor, outbox, bot, platform_api, tmp_path, *calls)
    ours = [each for each in caplog.records if not each.name.startswith(("httpx2", "httpcore", "asyncio"))]
    assert ours
    assert_no_leak([*canaries, SIGNING, BOT_SIGNING, TOKEN], ours)


@pytest.mark.soak
def test_egress_without_what_the_bot_is_known_by_is_refused_when_it_is_loaded(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="authorization"):
        route(tmp_path, "http://127.0.0.1:1", api="http://127.0.0.1:1", egress={"authorization": []})


@pytest.mark.soak
@pytest.mark.parametrize(
    "base", ["http://api.example", "https://169.254.169.254", "ftp://x.example", "https://a.example/p"]
)
def test_an_address_values_must_not_be_sent_to_is_refused_when_it_is_loaded(base: str, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"egress\.base"):
        route(tmp_path, "http://127.0.0.1:1", api=base)


NOTE = "/api/v1/accounts/1/conversations/7/messages"


def _chatwoot(text: str) -> bytes:
    said = {"event": "message_created", "id": 5, "content": text, "message_type": "incoming"}
    return json.dumps({**said, "account": {"id": 1}, "conversation": {"id": 7, "display_id": 7}}).encode()


@pytest.mark.soak
@pytest.mark.parametrize("agent", [True, False])
def test_a_note_for_colleagues_is_restored_for_agents_and_audited(
    agent: bool, outbox: Outbox, bot: Recorder, platform_api: Recorder, tmp_path: Path
) -> None:
    policy = Policy.from_dict(
        {"name": "desk", "extends": "default", "types": {"PERSON": {"audiences": ["customer", "agent"]}}}
    )
    store = MemoryStore()

    async def run(redactor: Redactor) -> None:
        more: dict[str, Any] = {"egress": {"agent": agent}}
        ready = route(tmp_path, bot.url, "chatwoot", api=platform_api.url, **more)
        async with serving(ready, redactor, outbox) as service:
            body = _chatwoot(f"I am {NAME}, {MAIL}")
            await service.client.post(f"{service.url}/webhooks/support", content=body, headers=_chatwoot_headers(body))
            await service.until(lambda: bot.posts)
            note = {"content": "[PERSON_1] needs a person, [EMAIL_ADDRESS_1]", "private": True}
            assert (await service.call(NOTE, note)).status_code == 200

    with in_memory({NAME: "PERSON", MAIL: "EMAIL_ADDRESS"}, policy=policy, store=store) as redactor:
        asyncio.run(run(redactor))
        entries = [decoded(each.record).entry for each in store.audit(0, 100)]
    content = platform_api.posts[0].json["content"]
    assert (NAME in content) is agent and MAIL not in content
    audited = [each.subject for each in entries if each.action == "restore" and each.audience == "agent"]
    assert audited == ([("[PERSON_1]",)] if agent else [])


def _chatwoot_headers(body: bytes) -> dict[str, str]:
    import hmac
    import time

    stamp = str(int(time.time()))
    signed = hmac.new(SIGNING.encode(), f"{stamp}.".encode() + body, "sha256").hexdigest()
    return {
        "content-type": "application/json",
        "x-chatwoot-timestamp": stamp,
        "x-chatwoot-signature": f"sha256={signed}",
    }


@pytest.mark.soak
def test_a_handle_of_another_tenant_opens_nothing(
    redactor: Redactor, outbox: Outbox, bot: Recorder, platform_api: Recorder, tmp_path: Path
) -> None:
    chat = redactor.conversation("x", tenant="another")
    chat.redact(f"I am {OTHER}")
    said = {"channel": f"{chat.public_id}-person-1", "text": "[PERSON_1]"}
    [answer] = _after(redactor, outbox, bot, platform_api, tmp_path, (POST, said, {}))
    assert answer.status_code == 403 and not platform_api.requests


FOREIGN = {"channel": "D012345", "text": f"Thanks [PERSON_1]! Ask {OTHER}."}


@pytest.mark.soak
def test_what_the_conversation_never_held_does_not_reach_the_customer_unless_the_route_says_so(
    redactor: Redactor, outbox: Outbox, bot: Recorder, platform_api: Recorder, tmp_path: Path
) -> None:
    _after(redactor, outbox, bot, platform_api, tmp_path, (POST, FOREIGN, {}))
    _after(redactor, outbox, bot, platform_api, tmp_path, (POST, FOREIGN, {}), scan=False)
    said = [each.json["text"] for each in platform_api.posts]
    assert said == [f"Thanks {NAME}! Ask (name hidden).", f"Thanks {NAME}! Ask {OTHER}."]


class _Failing(FakeRecognizer):
    """Fails where a text holds a word."""

    def __call__(self, text: str, context: Sequence[str] = ()) -> list[Entity]:
        if "order" in text:
            raise RuntimeError(text)
        return super().__call__(text, context)


def test_a_reply_that_cannot_be_scanned_is_not_sent_and_the_bot_is_asked_to_try_again(
    outbox: Outbox, bot: Recorder, platform_api: Recorder, tmp_path: Path
) -> None:
    said: Any = (POST, {"channel": "D012345", "text": "[PERSON_1], your order"}, {"idempotency-key": "k1"})
    with Redactor(recognizers=[_Failing({NAME: "PERSON"})]) as redactor:
        answers = _after(redactor, outbox, bot, platform_api, tmp_path, said, said)
    assert [(each.status_code, each.headers["retry-after"]) for each in answers] == [(503, "1")] * 2
    assert not platform_api.requests
    assert_no_leak([NAME, "your order"], [each.text for each in answers])


def _roles(redactor: Redactor) -> list[str]:
    [listed] = [each for each in redactor.transcripts.conversations().items if each.tenant == "default"]
    return [each.role for each in redactor.transcripts.show(listed.public_id)]


@pytest.mark.soak
@pytest.mark.parametrize(
    ("status", "recorded"), [(200, True), (201, True), (302, False), (400, False), (429, False), (500, False)]
)
def test_a_reply_is_recorded_once_the_platform_has_taken_it(
    status: int,
    recorded: bool,
    redactor: Redactor,
    outbox: Outbox,
    bot: Recorder,
    platform_api: Recorder,
    tmp_path: Path,
) -> None:
    platform_api.reply = (status, "application/json", b"{}")
    _after(redactor, outbox, bot, platform_api, tmp_path, (POST, {"channel": "D012345", "text": "Hi [PERSON_1]"}, {}))
    assert _roles(redactor) == ["customer", *(["assistant"] if recorded else [])]


@pytest.mark.soak
@pytest.mark.parametrize("is_there", [True, False])
def test_what_nobody_knows_to_have_arrived_is_recorded_and_what_surely_did_not_is_not(
    is_there: bool, redactor: Redactor, outbox: Outbox, bot: Recorder, platform_api: Recorder, tmp_path: Path
) -> None:
    platform_api.reply = lambda request: (time.sleep(0.5), (200, "application/json", b"{}"))[1]  # type: ignore[func-returns-value]
    if not is_there:
        platform_api = Recorder()
        platform_api._http.server_close()
    said: Any = (POST, {"channel": "D012345", "text": "Hi [PERSON_1]"}, {})
    _after(redactor, outbox, bot, platform_api, tmp_path, said, egress={"timeout": 0.2})
    assert _roles(redactor) == ["customer", *(["assistant"] if is_there else [])]


@pytest.mark.soak
def test_a_reply_that_cannot_be_recorded_was_sent_nevertheless_and_is_not_sent_again(
    redactor: Redactor,
    outbox: Outbox,
    bot: Recorder,
    platform_api: Recorder,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def full(*args: object) -> None:
        raise OSError(NAME)

    def taken(request: Request) -> tuple[int, str, bytes]:
        monkeypatch.setattr(ReplyStream, "record", full)
        return 200, "application/json", b'{"ok": true}'

    platform_api.reply = taken
    said: Any = (POST, {"channel": "D012345", "text": "Hi [PERSON_1]"}, {"idempotency-key": "k1"})
    answers = _after(redactor, outbox, bot, platform_api, tmp_path, said, said)
    assert [each.json() for each in answers] == [{"ok": True}] * 2
    assert len(platform_api.posts) == 1 and _roles(redactor) == ["customer"]


@pytest.mark.soak
def test_a_reply_the_policy_refuses_is_not_tried_again(
    outbox: Outbox, bot: Recorder, platform_api: Recorder, tmp_path: Path
) -> None:
    policy = Policy.from_dict(
        {"name": "strict", "extends": "default", "types": {"ORGANIZATION": {"operator": "block"}}}
    )
    said: Any = (POST, {"channel": "D012345", "text": "ask Quux Ltd"}, {})
    with in_memory({"Quux Ltd": "ORGANIZATION"}, policy=policy) as redactor:
        [answer] = _after(redactor, outbox, bot, platform_api, tmp_path, said)
    assert answer.status_code == 403 and "ORGANIZATION" in answer.text and not platform_api.requests


@pytest.mark.soak
def test_what_the_bot_said_is_known_when_slack_echoes_it(
    redactor: Redactor, outbox: Outbox, bot: Recorder, platform_api: Recorder, tmp_path: Path, canaries: tuple[str, ...]
) -> None:
    async def run() -> None:
        async with serving(route(tmp_path, bot.url, api=platform_api.url), redactor, outbox) as service:
            await service.slack(slack_event(f"I'm {NAME}"))
            await service.until(lambda: bot.posts)
            await service.call(POST, {"channel": "D012345", "text": "Hi [PERSON_1] &amp; co"})
            echo = json.loads(slack_event("", 2))
            echo["event"] |= {"text": platform_api.posts[0].json["text"], "bot_id": "B012345"}
            await service.slack(json.dumps(echo).encode())
            await service.until(lambda: len(bot.posts) == 2)

    asyncio.run(run())
    assert _roles(redactor) == ["customer", "assistant"]
    assert bot.posts[1].json["event"]["text"] == "Hi [PERSON_1] &amp; co"
    assert_no_leak(canaries, bot.requests)
