"""A stand-in for an LLM: speaks as OpenAI's chat completions do, and prints what it is sent. `llm.py PORT [HOST]`."""

import json
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

CALL = {
    "index": 0,
    "id": "call_Zk3PqLm9TyWx2VbNcR7dHs4J",
    "type": "function",
    "function": {"name": "lookup_order", "arguments": '{"order": "[ACCOUNT_ID_1]"}'},
}


class Handler(BaseHTTPRequestHandler):
    """Answers one request."""

    def do_POST(self) -> None:
        """Show every message that came, and say something about the last."""
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        for message in asked["messages"]:
            print(f"  the LLM sees   {message['role']}: {_shown(message)}", flush=True)
        message = _answer(asked)
        print(f"  the LLM says   {_shown(message)}", flush=True)
        self._send(_streamed(message) if asked.get("stream") else _whole(message), stream=bool(asked.get("stream")))

    def _send(self, body: bytes, *, stream: bool) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream" if stream else "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: Any) -> None:
        """What matters is printed above."""


def _shown(message: dict[str, Any]) -> str:
    calls = message.get("tool_calls") or ()
    return message.get("content") or " ".join(f"{c['function']['name']}({c['function']['arguments']})" for c in calls)


def _answer(asked: dict[str, Any]) -> dict[str, Any]:
    """It knows people and orders by their placeholders, as any LLM behind the gateway does."""
    last = asked["messages"][-1]
    if last["role"] == "tool":
        return {"role": "assistant", "content": "Order [ACCOUNT_ID_1] is on its way, [PERSON_1]."}
    if asked.get("tools"):
        return {"role": "assistant", "content": None, "tool_calls": [CALL]}
    return {"role": "assistant", "content": "Thanks [PERSON_1]! I have written to [EMAIL_ADDRESS_1]."}


def _head(kind: str) -> dict[str, Any]:
    return {"id": "chatcmpl-0000000000000001", "object": kind, "created": 0, "model": "stand-in"}


def _whole(message: dict[str, Any]) -> bytes:
    finish = "tool_calls" if message.get("tool_calls") else "stop"
    choice = {"index": 0, "message": message, "finish_reason": finish}
    return json.dumps({**_head("chat.completion"), "choices": [choice]}).encode()


def _streamed(message: dict[str, Any]) -> bytes:
    """Three letters at a time: placeholders are cut in the middle."""
    text = message["content"] or ""
    pieces = [text[start : start + 3] for start in range(0, len(text), 3)]
    deltas: list[tuple[dict[str, str], str | None]] = [({"content": piece}, None) for piece in pieces]
    chunks = [
        {**_head("chat.completion.chunk"), "choices": [{"index": 0, "delta": delta, "finish_reason": finish}]}
        for delta, finish in [*deltas, ({}, "stop")]
    ]
    return b"".join(f"data: {json.dumps(chunk)}\n\n".encode() for chunk in chunks) + b"data: [DONE]\n\n"


if __name__ == "__main__":
    host = sys.argv[2] if len(sys.argv) > 2 else "127.0.0.1"
    ThreadingHTTPServer((host, int(sys.argv[1])), Handler).serve_forever()
