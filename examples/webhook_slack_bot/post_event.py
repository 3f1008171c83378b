"""Posts one message to the gateway as Slack's Events API does, signed. `post_event.py URL TEXT`."""

import json
import os
import secrets
import sys
import time
from urllib.request import ProxyHandler, Request, build_opener

from slack_sdk.signature import SignatureVerifier


def main(url: str, text: str) -> None:
    """Raises `urllib.error.HTTPError` where the gateway does not take it."""
    now = str(int(time.time()))
    event = {"type": "message", "channel": "D012345", "channel_type": "im", "user": "U061F7AUR", "text": text}
    body = json.dumps(
        {
            "type": "event_callback",
            "team_id": "T012345",
            "api_app_id": "A012345",
            "event_id": f"Ev{secrets.token_hex(5).upper()}",
            "event_time": int(now),
            "event": {**event, "ts": f"{now}.000100", "event_ts": f"{now}.000100"},
        }
    )
    signature = SignatureVerifier(os.environ["SLACK_SIGNING_SECRET"]).generate_signature(timestamp=now, body=body)
    headers = {
        "Content-Type": "application/json",
        "X-Slack-Request-Timestamp": now,
        "X-Slack-Signature": str(signature),
    }
    print(f"\ncustomer types   {text}", flush=True)
    build_opener(ProxyHandler({})).open(Request(url, body.encode(), headers), timeout=10).close()  # noqa: S310  ours


if __name__ == "__main__":
    main(*sys.argv[1:])
