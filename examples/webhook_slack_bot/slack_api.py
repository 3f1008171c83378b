"""A stand-in for Slack's Web API: prints what is posted, as the customer reads it. `slack_api.py PORT`."""

import json
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


class Handler(BaseHTTPRequestHandler):
    """Takes one call."""

    def do_POST(self) -> None:
        """chat.postMessage, the one call the bot makes."""
        said = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        print(f"customer reads   {said['text']}", flush=True)
        message = {"type": "message", "text": said["text"], "ts": "1700000000.000200"}
        body = json.dumps({"ok": True, "channel": said["channel"], "ts": "1700000000.000200", "message": message})
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body.encode())

    def log_message(self, *args: Any) -> None:
        """What matters is printed above."""


if __name__ == "__main__":
    ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Handler).serve_forever()
