"""Calls upstream: tried again before the first byte, left alone when it keeps failing, never more than it takes."""

import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from redactor.exceptions import ConfigError
from redactor_gateway.guards import Breaker
from redactor_gateway.problems import ProblemError
from redactor_gateway.settings import GatewaySettings
from tests.integrations.redactor_gateway.line import BODY, DONE, FINE, chunk, code, line, stream
from tests.integrations.redactor_gateway.upstream import Raw

DOWN = Raw([b'{"error": {"message": "busy"}}'], status=503)


def test_a_call_is_tried_again_before_the_first_byte() -> None:
    with line(DOWN, DOWN, FINE, upstream={"retries": 2}) as to:
        assert to.ask().status_code == 200
        assert len({request.body for request in to.upstream.requests}) == 1
        assert len(to.upstream.requests) == 3


def test_a_refusal_is_not_tried_again() -> None:
    with line(Raw([b'{"error": {"message": "slow down"}}'], status=429), FINE, upstream={"retries": 2}) as to:
        assert to.ask().status_code == 429
        assert len(to.upstream.requests) == 1


def test_after_the_first_byte_nothing_is_tried_again() -> None:
    with line(stream(chunk("Hi."), cut=True), stream(chunk("Ho.", "stop"), DONE), upstream={"retries": 2}) as to:
        assert "upstream_cut" in to.ask({**BODY, "stream": True}).text
        assert len(to.upstream.requests) == 1


@pytest.mark.soak
def test_an_upstream_that_is_not_there_is_left_alone_after_a_while() -> None:
    with line(upstream={"url": "http://127.0.0.1:9/v1", "break_after": 2, "break_seconds": 30.0}) as to:
        answers = [to.ask() for _ in range(3)]
        assert [code(each) for each in answers] == [(503, "upstream_unavailable")] * 3
        assert int(answers[2].headers["retry-after"]) > 1


@pytest.mark.soak
def test_a_breaker_lets_one_through_after_its_time() -> None:
    now = [0.0]
    breaker = Breaker(2, 10.0, lambda: now[0])
    breaker.failed()
    breaker.check()
    breaker.failed()
    with pytest.raises(ProblemError):
        breaker.check()
    now[0] = 10.0
    breaker.check()
    with pytest.raises(ProblemError):
        breaker.check()
    breaker.succeeded()
    breaker.check()


@pytest.mark.soak
def test_more_than_it_takes_is_refused_with_a_time() -> None:
    slow = Raw(FINE.body, seconds=0.6)
    with line(slow, upstream={"concurrent": 1, "waiting": 0}) as to, ThreadPoolExecutor(2) as pool:
        first = pool.submit(to.ask)
        time.sleep(0.3)
        second = to.ask()
        assert code(second) == (503, "overloaded")
        assert second.headers["retry-after"] == "1"
        assert first.result().status_code == 200
        assert to.ask().status_code == 200


@pytest.mark.soak
def test_a_stream_gives_its_place_back_however_it_ends() -> None:
    endless = stream(*[chunk("Hi.")] * 200, pause=0.02)
    with line(endless, stream(chunk("Ho.", "stop"), DONE), upstream={"concurrent": 1, "wait_seconds": 3.0}) as to:
        import httpx2

        with (
            httpx2.Client(verify=False, trust_env=False) as client,
            client.stream("POST", f"{to.url}/v1/chat/completions", json={**BODY, "stream": True}) as begun,
        ):
            next(begun.iter_raw())
        assert "[DONE]" in to.ask({**BODY, "stream": True}).text


@pytest.mark.soak
def test_the_gateways_own_key_goes_upstream_and_the_clients_does_not(tmp_path: Path) -> None:
    key = tmp_path / "key"
    key.write_text("sk-upstream\n")
    with line(upstream={"key_file": str(key)}) as to:
        assert to.ask(authorization="Bearer sk-client", x_api_key="sk-other", cookie="a=b").status_code == 200
        headers = {name.lower(): value for name, value in to.upstream.requests[0].headers}
        assert headers["authorization"] == "Bearer sk-upstream"
        assert headers["x-api-key"] == "sk-upstream"  # it speaks both
        assert "cookie" not in headers
        assert not {"sk-client", "sk-other"} & set(headers.values())


@pytest.mark.soak
def test_a_refused_key_of_the_gateway_is_not_the_clients_business(tmp_path: Path) -> None:
    key = tmp_path / "key"
    key.write_text("sk-upstream")
    told = Raw([b'{"error": {"message": "Incorrect API key provided: sk-upstream"}}'], status=401)
    with line(told, upstream={"key_file": str(key)}) as to:
        answer = to.ask()
        assert code(answer) == (502, "upstream_refused")
        assert "sk-upstream" not in answer.text
    with line(told) as to:
        assert to.ask(authorization="Bearer mine").status_code == 401


@pytest.mark.soak
@pytest.mark.parametrize(
    "url",
    [
        "ftp://x/v1",
        "http://",
        "http://169.254.169.254/v1",
        "http://[fe80::1]/v1",
        "http://user@x/v1",
        "https://x/v1?k=1",
    ],
)
def test_addresses_that_are_never_called(url: str, tmp_path: Path) -> None:
    file = tmp_path / "redactor.toml"
    file.write_text(f'[gateway.upstreams.llm]\nurl = "{url}"\n')
    with pytest.raises(ConfigError, match=r"gateway\.upstreams\.llm"):
        GatewaySettings.load(file)


@pytest.mark.soak
@pytest.mark.parametrize(
    ("section", "said"),
    [
        ("[gateway]\nporrt = 1", "did you mean 'port'"),
        ('[[gateway.keys]]\nname = "a"\nhashes = ["secret"]', "gateway.keys"),
        (f'[[gateway.keys]]\nname = "a"\nhashes = ["sha256:{"0" * 64}"]\nupstream = "x"', "names an upstream"),
        ('[gateway.upstreams.a]\nurl = "http://x/v1"\nkey_env = "A"\nkey_file = "b"', "not both"),
    ],
)
def test_mistakes_in_the_file_are_named(section: str, said: str, tmp_path: Path) -> None:
    file = tmp_path / "redactor.toml"
    file.write_text(section)
    with pytest.raises(ConfigError) as caught:
        GatewaySettings.load(file)
    assert said in str(caught.value)
    assert "secret" not in str(caught.value)


@pytest.mark.soak
def test_a_key_that_is_not_there_stops_the_start(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NO_SUCH_KEY", raising=False)
    given: dict[str, Any]
    for given in ({"key_env": "NO_SUCH_KEY"}, {"key_file": str(tmp_path / "none")}, {"ca": str(tmp_path / "none")}):
        with pytest.raises(ConfigError), line(upstream=given):
            pass
