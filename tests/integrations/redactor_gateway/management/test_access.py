"""Who comes in to the management API, how often, and what everybody else is told; in one shape, repeating nothing."""

import logging
import time
from collections.abc import Sequence
from typing import Any

import httpx2
import pytest

from redactor import Redactor
from redactor.testing import assert_no_leak
from redactor.types import Entity
from redactor_gateway.keys import hash_of
from redactor_gateway.management.operations import OPERATIONS, PREFIX, Operation
from tests.integrations.redactor_gateway.llm import NAME
from tests.integrations.redactor_gateway.management.callers import KEYS, Callers, callers, code
from tests.integrations.redactor_gateway.upstream import gateway

LEAK = "Zebedee-canary-7731"


def paths() -> list[tuple[str, str]]:
    """Every operation, and the document."""
    return [*((each.method, each.path.replace("{id}", "0" * 52)) for each in OPERATIONS), ("GET", "/openapi.json")]


def test_without_keys_there_is_no_management_api() -> None:
    with callers(keys=()) as to:
        for method, path in paths():
            assert code(to.ask(method, path, {} if method != "GET" else None)) == (403, "keys_required")
            assert code(to.ask(method, path, key="")) == (403, "keys_required")


def test_only_keys_that_are_known_come_in(to: Callers) -> None:
    for method, path in paths():
        for key in ("", "nobody", hash_of("shop")):
            answer = to.ask(method, path, key=key)
            assert code(answer) == (401, "invalid_api_key")
            assert answer.headers["www-authenticate"] == "Bearer"
    assert to.ask("GET", "/policy", key="", x_api_key="shop").status_code == 200


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda each: each.name)
def test_an_operation_needs_one_of_its_scopes(operation: Operation) -> None:
    path = operation.path.replace("{id}", "0" * 52)
    every = ("redact", "restore", "detect", "transcripts", "privacy", "admin")
    keys = [{"name": scope, "hashes": [hash_of(scope)], "scopes": [scope]} for scope in every]
    with callers(keys=[*keys, *KEYS[-1:]]) as to:
        refused = {key for key in (*every, "bot") if to.ask(operation.method, path, {}, key=key).status_code == 403}
        assert refused == {*every, "bot"} - set(operation.scopes)


def test_limits_are_shared_with_the_other_doors() -> None:
    keys = [{**KEYS[0], "requests_per_minute": 2, "scopes": ["detect", "models"]}]
    with callers(keys=keys) as to:
        to.client.get("/v1/models", headers={"authorization": "Bearer shop"})
        statuses = [to.ask("POST", "/detect", {"text": NAME}).status_code for _ in range(2)]
        assert statuses == [200, 429]
        assert int(to.ask("POST", "/detect", {"text": NAME}).headers["retry-after"]) >= 1


def test_what_takes_too_long_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def slow(text: str, context: Sequence[str]) -> list[Entity]:
        time.sleep(0.3 if LEAK in text else 0.0)
        return []

    with callers(redactor=Redactor(recognizers=[slow]), limits={"redact_seconds": 0.05}) as to:
        answer = to.ask("POST", "/detect", {"text": LEAK})
        assert code(answer) == (503, "redact_timeout")
        assert answer.headers["retry-after"] == "1"


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "word", "param"),
    [
        ("POST", "/redact", b"{", 400, "invalid_json", None),
        ("POST", "/redact", b"[]", 400, "invalid_json", None),
        ("POST", "/redact", b'{"text": NaN}', 400, "invalid_json", None),
        ("POST", "/redact", {}, 400, "invalid_request", "text"),
        ("POST", "/redact", {"text": 1}, 400, "invalid_request", "text"),
        ("POST", "/redact", {"text": "a", "turns": []}, 400, "invalid_request", "turns"),
        ("POST", "/redact", {"text": "a", LEAK: "b"}, 400, "invalid_request", None),
        ("POST", "/redact", {"text": "a", "role": LEAK}, 400, "invalid_request", "role"),
        ("POST", "/redact", {"turns": [{"role": "customer", "text": "a", LEAK: 1}]}, 400, "invalid_request", "turns.0"),
        ("POST", "/redact", {"text": "a", "conversation": f"{LEAK}\n"}, 400, "invalid_request", "conversation"),
        ("POST", "/redact", {"text": "a", "conversation": "a" * 201}, 400, "invalid_request", "conversation"),
        ("POST", "/restore", {"conversation": "c", "text": "a", "form": LEAK}, 400, "invalid_request", "form"),
        ("POST", "/restore", {"conversation": "c", "text": "a", "audience": LEAK}, 400, "invalid_request", "audience"),
        ("POST", "/restore", {"conversation": "c", "text": "a", "record": "yes"}, 400, "invalid_request", "record"),
        ("PUT", "/consents", {"identifier": LEAK, "type": "USERNAME", "state": LEAK}, 400, "invalid_request", "state"),
        ("POST", "/consents/lookup", {"identifier": LEAK, "type": LEAK}, 400, "invalid_subject", None),
        ("GET", f"/conversations/{'0' * 52}/transcript?limit={LEAK}", None, 400, "invalid_request", "limit"),
        ("GET", f"/conversations/{'0' * 52}/transcript?{LEAK}=1", None, 400, "invalid_request", None),
        ("GET", f"/policy?{LEAK}", None, 400, "invalid_request", None),
        ("GET", f"/policy?{LEAK}=1", None, 400, "invalid_request", None),
        ("POST", f"/detect?q={LEAK}", {"text": "a"}, 400, "invalid_request", None),
        ("GET", f"/conversations/{LEAK}/transcript", None, 404, "conversation_not_found", None),
        ("GET", f"/{LEAK}", None, 404, "not_found", None),
        ("PATCH", "/policy", None, 405, "method_not_allowed", None),
    ],
)
def test_every_error_has_one_shape_and_repeats_nothing(
    to: Callers, method: str, path: str, body: Any, status: int, word: str, param: str | None
) -> None:
    answer = to.ask(method, path, body)
    assert answer.status_code == status
    error = answer.json()["error"]
    assert sorted(error) == ["code", "message", "param", "type"]
    assert (error["code"], error["param"]) == (word, param)
    assert_no_leak([LEAK], answer.content, dict(answer.headers))


def test_a_media_type_that_is_not_jsons_is_refused(to: Callers) -> None:
    for media_type in ("text/plain", "application/x-www-form-urlencoded", "", "application/jsonx"):
        answer = to.ask("POST", "/detect", b'{"text": "a"}', content_type=media_type)
        assert code(answer) == (415, "unsupported_media_type")
    fine = to.ask("POST", "/detect", b'{"text": "a"}', content_type="Application/JSON; charset=utf-8")
    assert fine.status_code == 200
    assert code(to.ask("POST", "/detect", b"", content_encoding="gzip")) == (415, "unsupported_encoding")


def test_a_method_that_is_not_taken_is_told_which_are(to: Callers) -> None:
    for path in {each.path for each in OPERATIONS}:
        here = {each.method for each in OPERATIONS if each.path == path}
        for method in {"GET", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "QUERY"} - here:
            answer = to.ask(method, path.replace("{id}", "0" * 52))
            assert code(answer) == (405, "method_not_allowed")
            assert {each.strip() for each in answer.headers["allow"].split(",")} - {"HEAD"} == here


def test_nobody_between_keeps_an_answer(to: Callers) -> None:
    for answer in (to.ask("GET", "/policy"), to.ask("POST", "/detect", {}), to.ask("GET", "/policy", key="")):
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers["content-type"] == "application/json"


def test_the_policy_and_the_status_are_told_without_lists_and_secrets(to: Callers) -> None:
    policy = to.ask("GET", "/policy").json()
    assert policy["version"] == to.redactor.policy.version
    assert policy["types"]["CARD_CVV"] == {**policy["types"]["CARD_CVV"], "operator": "redact", "audiences": []}
    status = to.ask("GET", "/status", key="chief").json()
    assert (status["store"], status["ready"], status["persistent"]) == ("memory", True, False)
    assert status["checks"] == {"detection": True, "vault": True, "audit": True}
    assert not set(policy) & {"allow", "deny", "business"}


def test_a_value_in_any_place_of_a_request_is_in_no_log_and_no_error(
    caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)

    def breaks(text: str, context: Sequence[str]) -> list[Entity]:
        if LEAK in text:
            raise RuntimeError(text)
        return []

    with (
        Redactor(recognizers=[breaks]) as redactor,
        gateway(redactor, "http://127.0.0.1:9/v1", keys=KEYS, metrics="open") as url,
    ):
        answers = _everywhere(f"{url}{PREFIX}")
        metrics = httpx2.get(f"{url}/metrics", trust_env=False, verify=False).text
    assert {answer.status_code for answer in answers} >= {400, 401, 404, 405, 415, 503}
    assert_no_leak([LEAK], [answer.content for answer in answers], [str(answer.headers) for answer in answers])
    assert_no_leak(
        [LEAK], metrics, [vars(each) for each in caplog.records if each.name != "httpx2"], *capfd.readouterr()
    )


def _everywhere(url: str) -> Sequence[httpx2.Response]:
    """The value in every place where one can stand."""
    shop = {"authorization": "Bearer shop", "x-request-id": LEAK, "cookie": LEAK, "traceparent": LEAK}
    texts = {"text": LEAK, "conversation": LEAK, "id": LEAK}
    with httpx2.Client(trust_env=False, verify=False, headers=shop) as client:
        return [
            client.post(f"{url}/redact", json=texts),
            client.post(f"{url}/redact", json={"text": LEAK}),
            client.post(f"{url}/restore", json={"text": LEAK, "conversation": LEAK}),
            client.post(f"{url}/detect", json={"text": LEAK, "context": [LEAK]}),
            client.post(f"{url}/explain", json={"text": LEAK, LEAK: LEAK}),
            client.post(f"{url}/detect", content=LEAK.encode(), headers={"content-type": "application/json"}),
            client.post(f"{url}/detect", content=LEAK.encode(), headers={"content-type": LEAK}),
            client.post(f"{url}/consents/lookup", json={"identifier": LEAK, "type": LEAK}),
            client.put(f"{url}/consents", json={"identifier": LEAK, "type": "USERNAME", "state": "granted"}),
            client.get(f"{url}/conversations/{LEAK}/transcript", params={LEAK: LEAK}),
            client.delete(f"{url}/conversations/{LEAK}"),
            client.get(f"{url}/{LEAK}"),
            client.request("PATCH", f"{url}/policy", content=LEAK.encode()),
            client.get(f"{url}/policy", headers={"authorization": f"Bearer {LEAK}"}),
        ]
