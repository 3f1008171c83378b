"""The client of `benchmarks/gateway.py`: one connection, kept, and what each request took."""

import json
import re
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException, HTTPResponse

from benchmarks._gateway_processes import HOST, KEY, System
from benchmarks._gateway_servers import PACED
from benchmarks._gateway_talk import Talk

_PLACEHOLDER = re.compile(r"\[[A-Z_]+_\d+\]")
_PATH = "/v1/chat/completions"
_IDLE = 2.0
"""Seconds after which a connection is made anew, before the clock runs: uvicorn closes it after 5."""


class Failed(Exception):
    """A request that was not answered as it should be; says how, in a word."""


@dataclass(frozen=True, slots=True)
class Streamed:
    """What a stream took, in seconds: to the first text, and to its end."""

    first: float
    whole: float


class Caller:
    """One customer's program: a connection to one system, and a talk."""

    def __init__(self, system: System, seed: int) -> None:
        self._system, self._talk = system, Talk(seed)
        self._line = HTTPConnection(HOST, system.server.port, timeout=120)
        self._used = 0.0

    def close(self) -> None:
        """Close the connection."""
        self._line.close()

    def whole(self, body: bytes | None = None) -> float:
        """Ask, and read the whole reply: seconds. `body`: another request than the talk's next."""
        asked = self._talk.ask() if body is None else body
        self._connect()
        began = time.perf_counter()
        read = self._answered(asked).read()
        took = time.perf_counter() - began
        text = _checked(json.loads(read)["choices"][0]["message"]["content"], self._is_restored)
        if body is None:
            self._talk.hear(text)
        return took

    def streamed(self, model: str = PACED) -> Streamed:
        """Ask for a stream, and read it to its end."""
        asked = self._talk.ask(model=model, stream=True)
        self._connect()
        began = time.perf_counter()
        first, pieces, is_done = 0.0, [], False
        response = self._answered(asked)
        while line := response.readline():
            if not line.startswith(b"data: "):
                continue
            if line.strip() == b"data: [DONE]":
                is_done = True
                continue
            event = json.loads(line[6:])
            if "error" in event:
                raise Failed("error event")
            if text := "".join(each["delta"].get("content") or "" for each in event["choices"]):
                first = first or time.perf_counter() - began
                pieces.append(text)
        took = time.perf_counter() - began
        if not is_done:
            raise Failed("cut")
        self._talk.hear(_checked("".join(pieces), self._is_restored))
        return Streamed(first, took)

    @property
    def _is_restored(self) -> bool:
        return self._system.name.startswith("ours")

    def _connect(self) -> None:
        if self._line.sock is None or time.monotonic() - self._used > _IDLE:
            self._line.close()
            self._line.connect()
        self._used = time.monotonic()

    def _answered(self, body: bytes) -> HTTPResponse:
        headers = {"content-type": "application/json", "authorization": f"Bearer {KEY}"}
        if self._system.named:
            headers["x-conversation-id"] = self._talk.conversation
        self._line.request("POST", _PATH, body, headers)
        response = self._line.getresponse()
        if response.status != 200:
            response.read()
            raise Failed(f"status {response.status}")
        return response


def _checked(text: str, is_restored: bool) -> str:
    if not text:
        raise Failed("empty")
    if is_restored and _PLACEHOLDER.search(text):
        raise Failed("a placeholder was not restored")
    return text


def at_once(callers: Sequence[Caller], times: int, ask: Callable[[Caller], object]) -> tuple[float, dict[str, int]]:
    """Each caller in a thread of its own asks so many times: seconds from the first to the last, and failures."""

    def all_of(caller: Caller) -> dict[str, int]:
        failed: dict[str, int] = {}
        for _ in range(times):
            try:
                ask(caller)
            except (Failed, HTTPException, OSError) as error:
                how = str(error) if isinstance(error, Failed) else type(error).__name__
                failed[how] = failed.get(how, 0) + 1
                caller.close()
        return failed

    with ThreadPoolExecutor(len(callers)) as pool:
        began = time.perf_counter()
        each_failed = list(pool.map(all_of, callers))
        took = time.perf_counter() - began
    ways = {how for failed in each_failed for how in failed}
    return took, {how: sum(failed.get(how, 0) for failed in each_failed) for how in ways}
