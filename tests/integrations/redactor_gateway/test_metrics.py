"""`/metrics`: what is counted under which words, and who may read it."""

import asyncio
import re
import time
import tomllib
from collections import Counter
from pathlib import Path
from typing import get_args

import httpx2
import pytest

from redactor.exceptions import StorageError
from redactor.policy import Policy
from redactor.testing import assert_no_leak, in_memory
from redactor.watching import Outcome, Step
from redactor_gateway.guards import Breaker
from redactor_gateway.keys import hash_of
from redactor_gateway.metrics import Metrics
from redactor_gateway.settings import GatewaySettings
from redactor_gateway.webhooks.outbox import Waiting
from tests.integrations.redactor_gateway.llm import CANARIES, KNOWN, MAIL, NAME, ORDER, OTHER, ask, knowing, standing
from tests.integrations.redactor_gateway.upstream import ModelServer, gateway
from tests.integrations.redactor_gateway.whole import until, whole
from tests.integrations.servers import Say


def value(text: str, name: str, **labels: str) -> float:
    """One sample; 0 where there is none."""
    wanted = {f'{key}="{each}"' for key, each in labels.items()}
    for found in re.finditer(rf"^{name}(?:\{{(.*)\}})? (\S+)$", text, re.MULTILINE):
        if set(filter(None, (found[1] or "").split(","))) == wanted:
            return float(found[2])
    return 0.0


def entities(text: str, door: str, outcome: str, route: str = "") -> dict[str, float]:
    """By type."""
    found = re.findall(r"^redactor_gateway_entities_total\{(.*)\} (\S+)$", text, re.MULTILINE)
    rows = [(dict(re.findall(r'(\w+)="([^"]*)"', labels)), float(number)) for labels, number in found]
    wanted = {"door": door, "outcome": outcome, "route": route}
    return {row["type"]: number for row, number in rows if wanted.items() <= row.items()}


def test_a_request_is_counted_by_its_door_and_what_came_of_its_values() -> None:
    policy = Policy.from_dict({"types": {"EMAIL_ADDRESS": {"operator": "mask"}, "ACCOUNT_ID": {"operator": "keep"}}})
    said = f"Thanks [PERSON_1] and [PERSON_1], [PERSON_7]; {OTHER} is away, http://x.example/?q=[PERSON_1]"
    with standing(said, policy=policy) as stand:
        body = {"model": "gpt-4o", "messages": ask(f"I am {NAME}, {MAIL}, order {ORDER}")}
        assert stand.post("/v1/chat/completions", body).status_code == 200
        text = stand.get("/metrics").text
        assert entities(text, "chat", "masked") == {"PERSON": 1, "EMAIL_ADDRESS": 1}
        assert entities(text, "chat", "kept") == {"ACCOUNT_ID": 1}
        assert entities(text, "chat", "restored") == {"PERSON": 2}
        assert entities(text, "chat", "withheld") == {"PERSON": 1}
        assert entities(text, "chat", "foreign") == {"PERSON": 1}
        assert value(text, "redactor_gateway_unknown_placeholders_total", door="chat", route="") == 1
        assert value(text, "redactor_gateway_requests_total", door="chat", outcome="passed") == 1
        for step in ("redact", "upstream", "restore", "detect", "vault", "scan"):
            assert value(text, "redactor_gateway_step_seconds_count", step=step) >= 1, step
        assert value(text, "redactor_gateway_request_seconds_count", door="chat") == 1
        assert value(text, "process_resident_memory_bytes") > 1e6
        assert_no_leak(CANARIES, text)


def test_a_stream_is_counted_as_the_whole_reply_is_and_to_its_end() -> None:
    with standing(f"Thanks [PERSON_1], [PERSON_9]. {OTHER} is away.", chunk_size=3) as stand:
        body = {"model": "gpt-4o", "messages": ask(f"I am {NAME}"), "stream": True}
        assert NAME in "".join(re.findall(r'"content":"([^"]*)"', stand.post("/v1/chat/completions", body).text))
        text = stand.get("/metrics").text
        assert entities(text, "chat", "restored") == {"PERSON": 1}
        assert entities(text, "chat", "foreign") == {"PERSON": 1}
        assert value(text, "redactor_gateway_unknown_placeholders_total", door="chat", route="") == 1
        assert value(text, "redactor_gateway_step_seconds_count", step="first_token") == 1
        assert value(text, "redactor_gateway_requests_total", door="chat", outcome="passed") == 1


def test_a_history_that_a_kept_conversation_knows_is_not_counted_again() -> None:
    with standing("Hi [PERSON_1].") as stand:
        turns = ask(f"I am {NAME}")
        for number in range(2):
            body = {"model": "gpt-4o", "messages": turns}
            stand.post("/v1/chat/completions", body, x_conversation_id="c-1")
            turns = [*turns, {"role": "assistant", "content": f"Hi {NAME}."}, *ask(f"and number {number}")]
        assert entities(stand.get("/metrics").text, "chat", "masked") == {"PERSON": 1}


def test_each_way_to_fail_has_its_word() -> None:
    policy = Policy.from_dict({"types": {"ACCOUNT_ID": {"operator": "block"}}})
    with standing(Say("no", status=500), policy=policy) as stand:
        fine = {"model": "gpt-4o", "messages": ask("hello")}
        stand.post("/v1/chat/completions", {"model": "gpt-4o", "messages": ask(f"order {ORDER}")})
        stand.post("/v1/chat/completions", b"{")
        stand.post("/v1/chat/completions", fine)
        stand.post("/v1/nothing", fine)
        text = stand.get("/metrics").text
        for outcome in ("blocked", "refused", "failed"):
            assert value(text, "redactor_gateway_requests_total", door="chat", outcome=outcome) == 1, outcome
        assert value(text, "redactor_gateway_requests_total", door="none", outcome="refused") == 1
        assert value(text, "redactor_gateway_problems_total", door="chat", code="blocked_by_policy") == 1
        assert value(text, "redactor_gateway_problems_total", door="chat", code="invalid_json") == 1
        assert entities(text, "chat", "blocked") == {"ACCOUNT_ID": 1}


def test_a_stream_that_breaks_off_is_cut_and_its_upstream_is_left_alone_in_the_end() -> None:
    with standing(Say("Hello you", break_after=2), upstream={"break_after": 1}) as stand:
        stand.post("/v1/chat/completions", {"model": "gpt-4o", "messages": ask("hello"), "stream": True})
        text = stand.get("/metrics").text
        assert value(text, "redactor_gateway_requests_total", door="chat", outcome="cut") == 1
        assert value(text, "redactor_gateway_problems_total", door="chat", code="upstream_cut") == 1
        assert value(text, "redactor_gateway_upstream_breaker_open", upstream="llm") == 0
    with knowing() as redactor, gateway(redactor, "http://127.0.0.1:9/v1", upstream={"break_after": 1}) as url:
        httpx2.post(f"{url}/v1/chat/completions", json={"messages": ask("hello")}, trust_env=False, verify=False)
        text = httpx2.get(f"{url}/metrics", trust_env=False, verify=False).text
        assert 'redactor_gateway_upstream_breaker_open{upstream="llm"} 1.0' in text


def test_webhooks_are_counted_by_route_and_the_outbox_is_looked_at(tmp_path: Path) -> None:
    with (
        in_memory(KNOWN) as redactor,
        ModelServer() as llm,
        whole(redactor, tmp_path, llm, canary=NAME) as gateway,
    ):
        assert gateway.slack(f"I am {NAME}").status_code == 200
        until(lambda: gateway.webhooks.counts["support", "delivered"])
        assert gateway.call("Thanks [PERSON_1], [PERSON_8]").status_code == 200
        gateway.bot.is_down = True
        assert gateway.slack("hello", 2).status_code == 200
        until(lambda: gateway.webhooks.counts["support", "put_off"])
        text = gateway.metrics()
        assert value(text, "redactor_gateway_webhooks_total", route="support", outcome="taken") == 2
        assert value(text, "redactor_gateway_webhooks_total", route="support", outcome="delivered") == 1
        assert value(text, "redactor_gateway_webhooks_total", route="support", outcome="call_made") == 1
        assert value(text, "redactor_gateway_outbox_messages", state="waiting") == 1
        assert value(text, "redactor_gateway_outbox_oldest_seconds") > 0
        assert value(text, "redactor_gateway_outbox_readable") == 1
        assert entities(text, "webhook", "masked", "support")["PERSON"] == 1
        assert entities(text, "egress", "restored", "support") == {"PERSON": 1}
        assert value(text, "redactor_gateway_unknown_placeholders_total", door="egress", route="support") == 1
        assert value(text, "redactor_gateway_requests_total", door="webhook", outcome="passed") == 2
        for step in ("deliver", "platform"):
            assert value(text, "redactor_gateway_step_seconds_count", step=step) >= 1, step
        assert_no_leak(CANARIES, text)


async def _shown(metrics: Metrics, accept: str = "") -> str:
    return (await metrics.exposed(accept))[0].decode()


def test_an_outbox_that_cannot_be_read_is_said_to_be_so() -> None:
    async def broken() -> Waiting:
        raise StorageError("the disk is gone")

    metrics = Metrics()
    metrics.serve_webhooks(Counter({("a", "taken"): 2}), broken)
    text = asyncio.run(_shown(metrics))
    assert value(text, "redactor_gateway_outbox_readable") == 0
    assert "redactor_gateway_outbox_messages" not in text
    assert value(text, "redactor_gateway_webhooks_total", route="a", outcome="taken") == 2


def test_many_scrapers_look_at_the_outbox_once() -> None:
    looked = 0

    async def look() -> Waiting:
        nonlocal looked
        looked += 1
        return Waiting(3, 1, time.time() - 60)

    async def twice(metrics: Metrics) -> str:
        await _shown(metrics)
        return await _shown(metrics)

    metrics = Metrics()
    metrics.serve_webhooks(Counter(), look)
    text = asyncio.run(twice(metrics))
    assert looked == 1
    assert value(text, "redactor_gateway_outbox_messages", state="aside") == 1
    assert 59 < value(text, "redactor_gateway_outbox_oldest_seconds") < 70


def test_what_was_counted_before_a_reload_stays() -> None:
    async def look() -> Waiting:
        return Waiting(0, 0, None)

    metrics = Metrics()
    for _ in range(2):
        metrics.serve_webhooks(Counter({("a", "taken"): 1}), look)
        metrics.count("chat", "passed")
    text = asyncio.run(_shown(metrics))
    assert value(text, "redactor_gateway_webhooks_total", route="a", outcome="taken") == 2
    assert value(text, "redactor_gateway_requests_total", door="chat", outcome="passed") == 2


def test_two_gateways_in_one_process_count_apart() -> None:
    first, second = Metrics(), Metrics()
    first.count("chat", "passed")
    assert value(asyncio.run(_shown(second)), "redactor_gateway_requests_total", door="chat", outcome="passed") == 0


@pytest.mark.parametrize(
    "accept", ["", "*/*", "application/openmetrics-text; version=x\r\na: b", "text/plain; version=9"]
)
def test_the_scraper_chooses_the_format_and_writes_nothing_into_the_answer(accept: str) -> None:
    body, media_type = asyncio.run(Metrics().exposed(accept))
    assert media_type in (
        "text/plain; version=0.0.4; charset=utf-8",
        "application/openmetrics-text; version=1.0.0; charset=utf-8; escaping=underscores",
    )
    assert body.endswith(b"# EOF\n") == ("openmetrics" in accept)


def test_the_versions_in_force_are_named() -> None:
    metrics = Metrics()
    with knowing() as redactor:
        metrics.serve(redactor, {"llm": Breaker(1, 1.0)})
        text = asyncio.run(_shown(metrics))
        assert f'policy="{redactor.policy.version}"' in text
    assert 'redactor_gateway_upstream_breaker_open{upstream="llm"} 0.0' in text


DOCS = (Path(__file__).parents[3] / "docs" / "operations.md").read_text("utf-8")


def test_the_documentation_names_every_metric_with_its_labels() -> None:
    async def look() -> Waiting:
        return Waiting(1, 0, time.time())

    metrics = Metrics()
    metrics.serve_webhooks(Counter({("a", "taken"): 1}), look)
    metrics.count("chat", "passed")
    metrics.problem("chat", "x")
    metrics.entity("chat", "", "PERSON", "masked")
    metrics.entity("chat", "", "PERSON", "unknown")
    metrics.event("x")
    metrics.took("redact", 0.1)
    metrics.lasted("chat", 0.1)
    with knowing() as redactor:
        metrics.serve(redactor, {"llm": Breaker(1, 1.0)})
        text = asyncio.run(_shown(metrics))
    given = {}
    for name, labels in re.findall(r"^(redactor_gateway_\w+?)(?:_count)?(?:\{(.*?)\})? \S+$", text, re.MULTILINE):
        if not name.endswith(("_bucket", "_sum", "_created")):
            given[name] = set(re.findall(r'(\w+)="', labels))
    rows = re.findall(r"^\| `(redactor_gateway_\w+)` \| ([a-z, ]*)\|", DOCS, re.MULTILINE)
    assert {name: set(labels.replace(",", " ").split()) for name, labels in rows} == given


def test_the_documentations_settings_load() -> None:
    [example] = re.findall(r"```toml\n(.*?)```", DOCS, re.DOTALL)
    settings = GatewaySettings.model_validate(tomllib.loads(example)["gateway"])
    assert settings.metrics_for == "keys" and settings.log_format == "json"


def test_the_documentation_names_every_outcome_and_step() -> None:
    for word in (*get_args(Outcome), *get_args(Step), "passed", "refused", "failed", "cut", "gone"):
        assert f"`{word}`" in DOCS or word == "unknown", word


# who may read it


def _settings(**given: object) -> GatewaySettings:
    return GatewaySettings.model_validate(given)


KEYS = [{"name": "a", "hashes": [hash_of("k")]}, {"name": "m", "hashes": [hash_of("s")], "scopes": ["metrics"]}]


def test_by_default_it_is_open_on_this_machine_alone() -> None:
    assert _settings().metrics_for == "open"
    assert _settings(host="0.0.0.0").metrics_for == "off"  # noqa: S104  the case
    assert _settings(host="0.0.0.0", keys=KEYS).metrics_for == "keys"  # noqa: S104
    assert _settings(host="0.0.0.0", metrics="open").metrics_for == "open"  # noqa: S104
    with pytest.raises(ValueError, match="scope metrics"):
        _settings(metrics="keys")


def test_a_key_needs_the_scope() -> None:
    with standing("Hi.", metrics="keys", keys=KEYS) as stand:
        assert stand.get("/metrics").status_code == 401
        assert stand.get("/metrics", authorization="Bearer k").status_code == 403
        assert "redactor_gateway_build_info" in stand.get("/metrics", authorization="Bearer s").text
        body = {"model": "gpt-4o", "messages": ask("hello")}
        assert stand.post("/v1/chat/completions", body, authorization="Bearer s").status_code == 403


def test_switched_off_it_is_no_door() -> None:
    with standing("Hi.", metrics="off") as stand:
        assert stand.get("/metrics").status_code == 404


def test_no_label_is_taken_from_a_request() -> None:
    odd = "Qx7canary"
    with standing(f"[{odd.upper()}_1]") as stand:
        for path in (f"/v1/{odd}", f"/{odd}", f"/v1/models/{odd}", f"/v1/chat/completions?{odd}={odd}"):
            stand.get(path)
        stand.post(
            "/v1/chat/completions",
            {"model": odd, "user": odd, "messages": ask("hello")},
            x_conversation_id=odd,
            x_request_id=odd,
            authorization=f"Bearer {odd}",
        )
        assert_no_leak([odd], stand.get("/metrics").text)
