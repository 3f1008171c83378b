"""A Slack bot as anybody would write it with slack_sdk. Two things differ: the secret it verifies with, and its base
URL. `bot.py PORT BASE_URL`."""

import json
import os
import re
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from slack_sdk import WebClient
from slack_sdk.signature import SignatureVerifier

PORT, BASE_URL = int(sys.argv[1]), sys.argv[2]
TOKEN = os.environ["BOT_TOKEN_HEADER"].removeprefix("Bearer ")
VERIFIER = SignatureVerifier(os.environ["BOT_SIGNING_SECRET"])


class Handler(BaseHTTPRequestHandler):
    """Takes one event."""

    def do_POST(self) -> None:
        """Answer the message, then say that we have it: until then the gateway sends it again."""
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if not VERIFIER.is_valid_request(body, dict(self.headers)):
            self._end(401)
            return
        event = json.loads(body)["event"]
        print(f"  the bot sees   {event['text']}", flush=True)
        answer = _answer(event["text"])
        print(f"  the bot says   {answer}", flush=True)
        _post(event["channel"], answer, self.headers["Idempotency-Key"])
        self._end(200)

    def _end(self, status: int) -> None:
        self.send_response(status)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *args: Any) -> None:
        """What matters is printed above."""


def _answer(text: str) -> str:
    name = re.search(r"\[PERSON_\d+\]", text)
    order = re.search(r"\[ACCOUNT_ID_\d+\]", text)
    hello = f"Hello {name[0]}! " if name else ""
    return hello + (f"Order {order[0]} is on its way." if order else "How can I help you?")


def _post(channel: str, text: str, message: str) -> None:
    """Once for each message, however often the gateway sends it."""
    client = WebClient(TOKEN, base_url=BASE_URL, headers={"Idempotency-Key": f"answer-{message}"})
    client.chat_postMessage(channel=channel, text=text)


if __name__ == "__main__":
    ThreadingHTTPServer(("127.0.0.1", PORT), Handler).serve_forever()
