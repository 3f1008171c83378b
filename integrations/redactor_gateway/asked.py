"""What every door of the gateway does with a request: read it within its bounds, work on its texts within the time
there is, and answer with a problem where that cannot be."""

import asyncio
import time
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from starlette.requests import Request
from starlette.responses import Response

from redactor import Redactor
from redactor_gateway import json_text, observing
from redactor_gateway.metrics import Metrics
from redactor_gateway.problems import Problem, ProblemError, refuse, unavailable

T = TypeVar("T")

BODY_SECONDS = 30.0
"""Within which a client must have sent its request."""

JSON = "application/json"

_LATE = "the text could not be checked in time, so it was not passed on"
_LATE_AT = {"manage": "it took too long, and may still be done; ask for what has become of it"}
"""Steps of which something else is to be said."""


async def read_object(request: Request, most: int) -> dict[str, Any]:
    """A request's body: one JSON object of at most so many bytes. Raises `ProblemError`: 400, 408, 413 or 415."""
    if request.headers.get("content-encoding", "identity") != "identity":
        raise refuse(415, "unsupported_encoding", "the request is compressed; send it as it is")
    length = request.headers.get("content-length", "0")
    if not length.isdecimal() or len(length) > 15 or int(length) > most:
        raise _too_large(most)
    pieces, size, is_late = [], 0, False
    try:
        async with asyncio.timeout(BODY_SECONDS):
            async for piece in request.stream():
                pieces.append(piece)
                size += len(piece)
                if size > most:
                    raise _too_large(most)
    except TimeoutError:
        is_late = True
    if is_late:
        raise refuse(408, "request_timeout", "the request did not come in time")
    return _object(b"".join(pieces))


async def in_time(
    redactor: Redactor, tally: Metrics, seconds: float, step: str, work: Callable[..., T], *given: Any
) -> T:
    """Work on texts, in the Redactor's pool. Raises `ProblemError` where it takes longer than `seconds`."""
    began = time.perf_counter()
    try:
        with observing.step(step):
            async with asyncio.timeout(seconds):
                return await redactor.in_pool(work, *given)
    except TimeoutError:
        pass  # told outside: the exception's context must not carry what was worked on
    finally:
        tally.took(step, time.perf_counter() - began)
    raise unavailable(f"{step}_timeout", _LATE_AT.get(step, _LATE))


def at_once(tally: Metrics, step: str, work: Callable[..., T], *given: Any) -> T:
    """Work on a text so short that handing it to another thread would take longer. Not for what asks a model, or a
    store."""
    began = time.perf_counter()
    try:
        with observing.step(step):
            return work(*given)
    finally:
        tally.took(step, time.perf_counter() - began)


def told(body: Mapping[str, Any], problem: Problem) -> Response:
    """A problem's answer; `body` is the problem as clients of this API read it."""
    observing.problem(problem.code)
    headers = {"x-request-id": observing.request_id(), **problem.headers}
    if problem.retry_after is not None:
        headers["retry-after"] = str(problem.retry_after)
    return Response(json_text.written(body), problem.status, headers, JSON)


def outcome(status: int) -> str:
    """What came of a request, in a word for the counts."""
    return "passed" if status < 400 else "refused" if status < 500 else "failed"


def _object(raw: bytes) -> dict[str, Any]:
    value = json_text.read_object(raw)
    if value is None:
        raise refuse(400, "invalid_json", "the request is no JSON object")
    return value


def _too_large(most: int) -> ProblemError:
    return refuse(413, "request_too_large", f"the request is larger than the {most} bytes that are taken")
