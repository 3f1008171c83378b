"""All of it on this machine, without a network: Slack's API, the bot, the gateway between them, and two messages.

pip install '.[gateway]' slack_sdk
python examples/webhook_slack_bot/run.py
"""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory

HERE = Path(__file__).parent
REDACTOR = (sys.executable, "-c", "from redactor.cli import main; main()")  # the command `redactor`, of this Python
MESSAGES = ("Hi, I'm Crystal Minh", "My order is 8706847615, write to crystal.minh@example.com")
SECRETS = {
    "SLACK_SIGNING_SECRET": "slack-and-the-gateway-know-this",
    "BOT_SIGNING_SECRET": "the-gateway-and-the-bot-know-this",
    "BOT_TOKEN_HEADER": "Bearer xoxb-made-up-for-this-example",
}


def main() -> None:
    """Start the three programs, post what a customer types, and wait until she has read each answer."""
    with TemporaryDirectory() as folder, ExitStack() as ends:
        slack, bot, gateway = free_port(), free_port(), free_port()
        config = Path(folder) / "redactor.toml"  # the store, the outbox and the key are made beside it
        config.write_text(with_ports((HERE / "redactor.toml").read_text("utf-8"), slack, bot, gateway), "utf-8")
        api = start(ends, slack, sys.executable, HERE / "slack_api.py", slack, stdout=subprocess.PIPE)
        egress = f"http://127.0.0.1:{gateway}/egress/support/api/"
        start(ends, bot, sys.executable, HERE / "bot.py", bot, egress)
        start(ends, gateway, *REDACTOR, "serve", config)
        for text in MESSAGES:
            call = [sys.executable, str(HERE / "post_event.py"), f"http://127.0.0.1:{gateway}/webhooks/support", text]
            subprocess.run(call, check=True, env=environment())  # noqa: S603
            assert api.stdout is not None  # noqa: S101  asked for above
            print(api.stdout.readline(), end="", flush=True)


def with_ports(config: str, slack: int, bot: int, gateway: int) -> str:
    """The example's file with ports that are free now."""
    given = {"9000": slack, "3000": bot, "8080": gateway}
    for written, port in given.items():
        config = config.replace(f"127.0.0.1:{written}", f"127.0.0.1:{port}").replace(
            f"port = {written}", f"port = {port}"
        )
    return config


def environment() -> Mapping[str, str]:
    """The secrets are in no file."""
    return {**os.environ, **SECRETS}


def start(ends: ExitStack, port: int, *command: object, stdout: int | None = None) -> "subprocess.Popen[str]":
    """A program that goes on until the end of the block; comes back once it listens."""
    process = subprocess.Popen([str(word) for word in command], env=environment(), stdout=stdout, text=True)  # noqa: S603
    if process.stdout is not None:
        ends.callback(process.stdout.close)
    ends.callback(process.wait)
    ends.callback(process.terminate)
    while process.poll() is None:
        with socket.socket() as probe:
            if not probe.connect_ex(("127.0.0.1", port)):
                return process
        time.sleep(0.05)
    raise SystemExit(f"{command[1]} ended before it listened")


def free_port() -> int:
    """One that nobody uses now."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


if __name__ == "__main__":
    main()
