"""The other ends of `benchmarks/gateway.py`, each in a process of its own.

    python -m benchmarks._gateway_servers llm --port 9000            an LLM that answers at once
    python -m benchmarks._gateway_servers through --port 9001 --upstream http://127.0.0.1:9000
    python -m benchmarks._gateway_servers bot --port 9002            a webhook bot that notes when it was called

The LLM's replies differ with what it was asked, and repeat the placeholders it was shown, or else nothing personal.
The pass-through is the same stack as the gateway's (Starlette, uvicorn, httpx2) and does nothing else: what it costs is
the price of a second hop in Python.
"""

import argparse
import asyncio
import json
import random
import re
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx2
import uvicorn
from starlette.applications import Starlette
from starlette.background import BackgroundTask
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from benchmarks._gateway_talk import words

PACED = "paced"
"""The model whose tokens come one by one; any other answers without a pause."""

PACE = 0.01
"""Seconds between two tokens of it: a hundred a second, as quick models do."""

TOKEN = 4
"""Characters of a token."""

_PLACEHOLDER = re.compile(r"\[[A-Z_]+_\d+\]")
_OPENINGS = ("Thanks for the {a}", "I had a look at the {a}", "That {a} was {b}", "The {a} you ask about is {b}")
_MIDDLES = (
    "Our {a} team has {b} it and will come back to you about {known}",
    "For {known} the {a} was {b} this morning",
    "As far as I can see the {a} for {known} is being {b}",
)
_ENDINGS = ("Please keep the {a} until the {c} was {b}", "Is there any {a} that should be {b}, or another {c}?")
_NOUNS = words("parcel invoice refund delivery voucher receipt subscription exchange return label reminder upgrade")
_DONE = words("checked confirmed delayed renewed cancelled updated prepared shipped booked corrected closed sorted")


def main() -> None:
    """Serve until killed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("which", choices=("llm", "through", "bot"))
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--upstream", default="")
    chosen = parser.parse_args()
    made = {"llm": llm, "through": lambda: through(chosen.upstream), "bot": bot}[chosen.which]()
    uvicorn.run(made, host="127.0.0.1", port=chosen.port, log_level="warning", access_log=False)


# the LLM


def llm() -> Starlette:
    """Speaks as OpenAI's chat completions do."""

    async def complete(request: Request) -> Response:
        asked = await request.json()
        text = reply(str(asked["messages"][-1]["content"]))
        if asked.get("stream") is True:
            pause = PACE if asked["model"] == PACED else 0.0
            return StreamingResponse(_events(text, pause), media_type="text/event-stream")
        message = {"role": "assistant", "content": text}
        choice = {"index": 0, "message": message, "finish_reason": "stop", "logprobs": None}
        return JSONResponse({**_head("chat.completion"), "choices": [choice], "usage": _USAGE})

    return Starlette(routes=[Route("/v1/chat/completions", complete, methods=["POST"]), Route("/livez", _alive)])


_USAGE = {"prompt_tokens": 100, "completion_tokens": 50, "total_tokens": 150}


def reply(asked: str) -> str:
    """Three sentences, the same for the same question and hardly for another."""
    draw = random.Random(asked)
    known = draw.choice(_PLACEHOLDER.findall(asked) or ["your order"])
    sentences = [draw.choice(pool) for pool in (_OPENINGS, _MIDDLES, _ENDINGS)]
    filled = [
        each.format(a=draw.choice(_NOUNS), b=draw.choice(_DONE), c=draw.choice(_NOUNS), known=known)
        for each in sentences
    ]
    return " ".join(each if each.endswith("?") else f"{each}." for each in filled)


async def _events(text: str, pause: float) -> AsyncIterator[bytes]:
    yield _event({"role": "assistant", "content": ""})
    for at in range(0, len(text), TOKEN):
        if pause:
            await asyncio.sleep(pause)
        yield _event({"content": text[at : at + TOKEN]})
    yield _event({}, "stop")
    yield b"data: [DONE]\n\n"


def _event(delta: dict[str, str], finish: str | None = None) -> bytes:
    choice = {"index": 0, "delta": delta, "finish_reason": finish}
    return b"data: " + json.dumps({**_head("chat.completion.chunk"), "choices": [choice]}).encode() + b"\n\n"


def _head(kind: str) -> dict[str, object]:
    return {"id": "chatcmpl-0123456789abcdefghij", "object": kind, "created": 1_700_000_000, "model": "fake"}


# the pass-through


def through(upstream: str) -> Starlette:
    """Sends everything on as it is, both ways."""
    client = httpx2.AsyncClient(base_url=upstream, timeout=120.0, trust_env=False)

    async def on(request: Request) -> Response:
        kept = {name: request.headers[name] for name in ("authorization", "content-type") if name in request.headers}
        asked = client.build_request("POST", request.url.path, content=await request.body(), headers=kept)
        answered = await client.send(asked, stream=True)
        return StreamingResponse(
            answered.aiter_raw(),
            answered.status_code,
            {"content-type": answered.headers["content-type"]},
            background=BackgroundTask(answered.aclose),
        )

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        yield
        await client.aclose()

    return Starlette(
        routes=[Route("/v1/{path:path}", on, methods=["POST"]), Route("/livez", _alive)], lifespan=lifespan
    )


# the bot


def bot() -> Starlette:
    """Notes when each call came, on the clock that all processes of a machine share."""
    came: list[float] = []

    async def called(request: Request) -> Response:
        came.append(time.monotonic())
        await request.body()
        return JSONResponse({"ok": True})

    async def told(request: Request) -> Response:
        noted = list(came)
        came.clear()
        return JSONResponse(noted)

    return Starlette(
        routes=[Route("/", called, methods=["POST"]), Route("/came", told), Route("/livez", _alive)],
    )


async def _alive(request: Request) -> Response:
    return Response(b"ok")


if __name__ == "__main__":
    main()
