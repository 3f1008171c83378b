"""Who may call, what, and how often."""

import pytest

from redactor_gateway.keys import Keys, hash_of, new_key
from redactor_gateway.problems import ProblemError
from redactor_gateway.settings import ApiKey
from tests.integrations.redactor_gateway.line import code, line


def bearer(key: str) -> dict[str, str]:
    return {"authorization": f"Bearer {key}"}


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
    seen = set()
    for key in ("old", "new"):
        with keys.admitted(bearer(key), "chat") as client:
            seen.add((client.name, client.tenant))
    assert seen == {("shop", "t")}


def test_a_key_opens_the_doors_of_its_scopes() -> None:
    key, hashed = new_key()
    with line(keys=[{"name": "shop", "hashes": [hashed], "scopes": ["embeddings"]}]) as to:
        assert code(to.ask(authorization=f"Bearer {key}")) == (403, "insufficient_scope")
        assert not to.upstream.requests


def test_a_minutes_requests_fill_up_evenly() -> None:
    now = [100.0]
    keys = Keys([ApiKey(name="shop", hashes=(hash_of("k"),), requests_per_minute=6)], lambda: now[0])

    def call() -> int:
        try:
            with keys.admitted(bearer("k"), "chat"):
                return 0
        except ProblemError as error:
            assert error.problem.status == 429
            return error.problem.retry_after or -1

    assert [call() for _ in range(8)] == [0] * 6 + [10, 10]
    now[0] += 5
    assert call() == 5
    now[0] += 5
    assert [call(), call()] == [0, 10]


def test_so_many_at_once() -> None:
    keys = Keys([ApiKey(name="shop", hashes=(hash_of("k"),), concurrent=1)])
    with (
        keys.admitted(bearer("k"), "chat"),
        pytest.raises(ProblemError, match="under way"),
        keys.admitted(bearer("k"), "chat"),
    ):
        pass
    with keys.admitted(bearer("k"), "chat"):
        pass


def test_without_keys_callers_are_told_apart_by_what_they_show() -> None:
    keys = Keys([])
    names = []
    for headers in (bearer("a"), bearer("b"), bearer("a"), {}):
        with keys.admitted(headers, "chat") as client:
            names.append(client.name)
            assert "Bearer" not in repr(client)
    assert names[0] == names[2]
    assert len(set(names)) == 3
