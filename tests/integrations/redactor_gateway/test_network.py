"""Where the gateway connects to: names are resolved by it, every address is looked at, and that one is connected to."""

import asyncio
import logging
import socket
import time
from collections.abc import Callable, Iterator, Sequence
from ipaddress import IPv4Address, IPv6Address
from pathlib import Path
from typing import Any

import httpx2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from redactor.exceptions import ConfigError
from redactor.testing import in_memory
from redactor_gateway.network import (
    AsyncPinnedTransport,
    PinnedTransport,
    Reach,
    is_never_called,
    origin,
    refusal,
)
from redactor_gateway.webhooks.outbox import Outbox
from redactor_gateway.webhooks.outbox_sqlite import SqliteOutbox
from redactor_gateway.webhooks.sending import Sender, SendingError
from tests.integrations.redactor_gateway.line import FINE, Line, code
from tests.integrations.redactor_gateway.llm import KNOWN, NAME
from tests.integrations.redactor_gateway.upstream import RawServer, gateway
from tests.integrations.redactor_gateway.webhooks.scene import Recorder, route, serving, slack_event

NEVER = [
    "169.254.169.254", "::ffff:169.254.169.254", "64:ff9b::a9fe:a9fe", "2002:a9fe:a9fe::1", "fe80::1", "fe80::1%eth0",
    "fd00:ec2::254", "fd20:ce::254", "100.100.100.200", "168.63.129.16", "224.0.0.1", "ff02::1", "0.0.0.0", "0.1.2.3",  # noqa: S104
    "::", "255.255.255.255", "240.0.0.1", "not an address",
]  # fmt: skip
PRIVATE = [
    "10.0.0.1", "127.0.0.1", "172.16.3.4", "192.168.1.1", "100.64.0.1", "fd12::1", "::1", "::ffff:10.0.0.1",
    "64:ff9b::a00:1", "2002:a00:1::1",
]  # fmt: skip
PUBLIC = ["93.184.215.14", "2606:2800:21f:cb07:6820:80da:af6b:8b2c"]
PUBLIC_NAMES = ["api.example.com", "API.Example.Com.", "bot.internal.example.com", "local.example"]
OWN_NAMES = ["bot", "llm.internal", "llm.internal.", "printer.local", "a.b.home.arpa", "bot.default.svc.cluster.local"]


@pytest.mark.parametrize("address", NEVER)
def test_some_addresses_are_never_called(address: str) -> None:
    for host in (*PUBLIC_NAMES, *OWN_NAMES, "localhost", address):
        for found in ([address], [PUBLIC[0], address], [address, "10.0.0.1"]):
            assert refusal(host, found, allow_private=True)
            assert refusal(host, found, allow_private=False)


@pytest.mark.parametrize("address", PRIVATE)
def test_a_public_name_leads_to_a_private_address_only_where_the_file_says_so(address: str) -> None:
    for host in PUBLIC_NAMES:
        for found in ([address], [*PUBLIC, address]):
            assert "allow_private" in refusal(host, found, allow_private=False)
            assert not refusal(host, found, allow_private=True)
    for host in (*OWN_NAMES, address, f"[{address}]"):
        assert not refusal(host, [address], allow_private=False)


def test_public_addresses_are_called_and_localhost_is_this_machine() -> None:
    for host in (*PUBLIC_NAMES, *OWN_NAMES, PUBLIC[0]):
        assert not refusal(host, PUBLIC, allow_private=False)
    assert not refusal("localhost", ["127.0.0.1", "::1"], allow_private=False)
    assert refusal("localhost", ["127.0.0.1", PUBLIC[0]], allow_private=True)
    assert refusal("api.example.com", [], allow_private=True)


@given(st.ip_addresses(v=4))
def test_an_address_is_judged_alike_in_every_dress(address: IPv4Address) -> None:
    number = int(address)
    dressed = [IPv6Address((0xFFFF << 32) + number), IPv6Address((0x64FF9B << 96) + number)]
    dressed.append(IPv6Address((0x2002 << 112) + (number << 80) + 1))
    for host in ("api.example.com", "bot"):
        plain = bool(refusal(host, [str(address)], allow_private=False))
        assert [bool(refusal(host, [str(each)], allow_private=False)) for each in dressed] == [plain] * 3


@given(st.text(max_size=30), st.lists(st.text(max_size=30) | st.ip_addresses().map(str), max_size=3), st.booleans())
def test_no_text_raises(host: str, found: list[str], allow_private: bool) -> None:
    assert isinstance(refusal(host, found, allow_private=allow_private), str)
    assert isinstance(is_never_called(host), bool)


def test_an_origin_is_scheme_host_and_port() -> None:
    assert (
        origin("https://Api.Example.com/v1?a") == origin("https://api.example.com:443") == "https://api.example.com:443"
    )
    assert origin(origin("http://[::1]/x")) == "http://[::1]:80"


# connected


@pytest.fixture
def bot() -> Iterator[Recorder]:
    with Recorder() as server:
        yield server


def port(server: Recorder | RawServer) -> int:
    return int(server._http.server_address[1])


class Names:
    """A resolver that says what it is told, in turn; the last answer stays."""

    def __init__(self, *answers: Sequence[str] | OSError) -> None:
        self.answers, self.asked = list(answers), list[str]()

    def __call__(self, host: str, port: int) -> Sequence[str]:
        self.asked.append(host)
        said = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(said, OSError):
            raise said
        return said


def sent(names: Callable[[str, int], Sequence[str]], url: str, times: int = 1, **how: Any) -> list[int]:
    """The statuses of requests one after the other. Raises `SendingError`."""

    async def run() -> list[int]:
        async with Sender({origin(url): Reach(**how)}, resolve=names) as sender:
            return [(await sender.send("POST", url, [], b"{}", 2.0)).status for _ in range(times)]

    return asyncio.run(run())


def test_what_was_looked_at_is_what_is_connected_to(bot: Recorder) -> None:
    """The name's second answer would lead to a cloud's credentials: nobody asks for it while the connection lives."""
    names = Names(["127.0.0.1"], ["169.254.169.254"])
    assert sent(names, f"http://bot:{port(bot)}/hook", 3) == [200] * 3
    assert names.asked == ["bot"]
    assert {dict(request.headers)["Host"] for request in bot.requests} == {f"bot:{port(bot)}"}
    with pytest.raises(SendingError):
        sent(names, f"http://bot:{port(bot)}/hook")


def test_a_public_name_that_was_turned_against_the_network_is_not_called(
    bot: Recorder, caplog: pytest.LogCaptureFixture
) -> None:
    url = f"http://bot.example.com:{port(bot)}/hook"
    with pytest.raises(SendingError) as caught:
        sent(Names(["127.0.0.1"]), url)
    assert caught.value.is_unsent
    assert not bot.requests
    assert "allow_private = true" in caplog.text
    assert sent(Names(["127.0.0.1"]), url, allow_private=True) == [200]


def test_a_name_that_is_not_known_and_one_that_takes_too_long() -> None:
    with pytest.raises(SendingError) as caught:
        sent(Names(socket.gaierror(-2, "canary-name")), "http://bot/hook")
    assert caught.value.is_unsent
    assert "canary" not in str(caught.value)

    def slow(host: str, port: int) -> Sequence[str]:
        time.sleep(0.3)
        return ["127.0.0.1"]

    async def run() -> None:
        transport = AsyncPinnedTransport(Reach().trust(), resolve=slow)
        async with httpx2.AsyncClient(transport=transport, timeout=0.05) as client:
            with pytest.raises(httpx2.ConnectTimeout):
                await client.get("http://bot/")

    asyncio.run(run())


def test_the_next_address_is_tried_where_the_first_does_not_answer(bot: Recorder) -> None:
    assert sent(Names(["127.0.0.2", "127.0.0.1"]), f"http://bot:{port(bot)}/hook") == [200]


def test_an_address_in_the_file_is_called_without_asking_anybody(bot: Recorder) -> None:
    names = Names(OSError())
    assert sent(names, f"http://127.0.0.1:{port(bot)}/hook") == [200]
    assert not names.asked


def test_numbers_that_are_read_as_addresses_are_looked_at_too() -> None:
    """2852039166 is 169.254.169.254 to the system's resolver."""
    with pytest.raises(SendingError):
        sent(lambda host, port: ["169.254.169.254"], "http://2852039166/latest/meta-data")


def test_no_redirect_and_no_proxy_of_the_environment_is_used(bot: Recorder, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    with Recorder((302, "text/plain", b"")) as first:
        assert sent(Names(["127.0.0.1"]), f"http://bot:{port(first)}/hook") == [302]
    assert sent(Names(["127.0.0.1"]), f"http://bot:{port(bot)}/hook") == [200]


def test_threads_connect_the_same_way(bot: Recorder) -> None:
    for name, allowed in (("bot", True), ("bot.example.com", False)):
        transport = PinnedTransport(Reach().trust(), resolve=Names(["127.0.0.2", "127.0.0.1"]))
        with httpx2.Client(transport=transport, trust_env=False, timeout=2.0) as client:
            if allowed:
                assert client.post(f"http://{name}:{port(bot)}/hook").status_code == 200
            else:
                with pytest.raises(httpx2.ConnectError):
                    client.post(f"http://{name}:{port(bot)}/hook")
    assert len(bot.requests) == 1


# as configured


@pytest.mark.parametrize(("allow_private", "status"), [(False, (503, "upstream_unavailable")), (True, None)])
def test_an_upstream_whose_public_name_leads_into_the_network(
    allow_private: bool, status: Any, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("redactor_gateway.network.resolved", Names(["127.0.0.1"]))
    with caplog.at_level(logging.WARNING), in_memory(KNOWN) as redactor, RawServer(FINE) as upstream:
        at = {"url": f"http://llm.example.com:{port(upstream)}/v1", "allow_private": allow_private}
        with gateway(redactor, upstream.url, canary=NAME, upstream=at) as url:
            answer = Line(url, upstream).ask()
    if status is None:
        assert answer.status_code == 200
    else:
        assert code(answer) == status
        assert not upstream.requests
        assert caplog.text.count("write allow_private = true") == 1
        assert "example.com" not in answer.text


def test_a_bot_whose_name_was_turned_gets_its_message_when_the_name_is_right_again(
    bot: Recorder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = Names(["169.254.169.254"], ["127.0.0.1"])
    monkeypatch.setattr("redactor_gateway.network.resolved", names)
    outbox: Outbox = SqliteOutbox(tmp_path / "outbox.db")

    async def run() -> None:
        with in_memory({}) as redactor:
            routes = route(tmp_path, f"http://bot:{port(bot)}")
            async with serving(routes, redactor, outbox) as service:
                assert (await service.slack(slack_event("hello"))).status_code == 200
                await service.until(lambda: bot.posts)
                await service.until(lambda: not outbox.waiting().waiting)

    asyncio.run(run())
    outbox.close()
    assert len(bot.posts) == 1
    assert names.asked == ["bot", "bot"]


def test_one_origin_is_not_reached_in_two_ways(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="in two ways"):
        route(tmp_path, "https://both.example", api="https://both.example", allow_private=True)
