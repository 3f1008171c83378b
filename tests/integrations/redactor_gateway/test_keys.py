"""Who may call, and what. How often: test_limits.py."""

import asyncio
from collections.abc import Mapping

from redactor_gateway.keys import Client, Keys, hash_of, new_key
from redactor_gateway.settings import ApiKey
from tests.integrations.redactor_gateway.line import code, line


def bearer(key: str) -> dict[str, str]:
    return {"authorization": f"Bearer {key}"}


def admitted(keys: Keys, headers: Mapping[str, str]) -> Client:
    """Who comes in with these headers."""

    async def come_in() -> Client:
        async with keys.admitted(headers, "chat") as client:
            return client

    return asyncio.run(come_in())


def test_only_keys_that_are_known_by_their_hash_come_in() -> None:
    key, hashed = new_key()
    keys = [{"name": "shop", "hashes": [hashed]}]
    with line(keys=keys) as to:
        assert to.ask(authorization=f"Bearer {key}").status_code == 200
        assert to.ask(x_api_key=key).status_code == 200
        for headers in ({}, bearer("x"), bearer(hashed), {"authorization": f"Basic {key}"}, {"x_api_key": ""}):
            assert code(to.ask(**headers)) == (401, "invalid_api_key")
        assert len(to.upstream.requests) == 2
        assert key.encode() not in b"".join(str(request.headers).encode() for request in to.upstream.requests)


def test_two_hashes_are_one_client_while_its_key_is_replaced() -> None:
    keys = Keys([ApiKey(name="shop", hashes=(hash_of("old"), hash_of("new")), tenant="t")])
    found = [admitted(keys, bearer(key)) for key in ("old", "new")]
    assert {(client.name, client.tenant) for client in found} == {("shop", "t")}


def test_a_key_opens_the_doors_of_its_scopes() -> None:
    key, hashed = new_key()
    with line(keys=[{"name": "shop", "hashes": [hashed], "scopes": ["embeddings"]}]) as to:
        assert code(to.ask(authorization=f"Bearer {key}")) == (403, "insufficient_scope")
        assert not to.upstream.requests


def test_without_keys_callers_are_told_apart_by_what_they_show() -> None:
    keys = Keys([])
    names = []
    for headers in (bearer("a"), bearer("b"), bearer("a"), {}):
        client = admitted(keys, headers)
        names.append(client.name)
        assert "Bearer" not in repr(client)
    assert names[0] == names[2]
    assert len(set(names)) == 3
