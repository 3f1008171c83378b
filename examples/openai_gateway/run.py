"""All of it on this machine, without a network: the stand-in for an LLM, the gateway, and the shop's chatbot.

pip install '.[gateway]' openai
python examples/openai_gateway/run.py
"""

import shutil
import socket
import subprocess
import sys
import time
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory

HERE = Path(__file__).parent
REDACTOR = (sys.executable, "-c", "from redactor.cli import main; main()")  # the command `redactor`, of this Python


def main() -> None:
    """Start the three programs, and stop what goes on."""
    with TemporaryDirectory() as folder, ExitStack() as ends:
        llm, gateway = free_port(), free_port()
        config = shutil.copy(HERE / "redactor.toml", folder)  # the store and the key are made beside it
        start(ends, llm, sys.executable, HERE / "llm.py", llm)
        upstream = f"http://127.0.0.1:{llm}/v1"
        start(ends, gateway, *REDACTOR, "serve", config, "--upstream", upstream, "--port", gateway)
        subprocess.run([sys.executable, HERE / "shop.py", f"http://127.0.0.1:{gateway}/v1"], check=True)  # noqa: S603


def start(ends: ExitStack, port: int, *command: object) -> None:
    """A program that goes on until the end of the block; comes back once it listens."""
    process = subprocess.Popen([str(word) for word in command])  # noqa: S603
    ends.callback(process.wait)
    ends.callback(process.terminate)
    while process.poll() is None:
        with socket.socket() as probe:
            if not probe.connect_ex(("127.0.0.1", port)):
                return
        time.sleep(0.05)
    raise SystemExit(f"{command[-1]} ended before it listened")


def free_port() -> int:
    """One that nobody uses now."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


if __name__ == "__main__":
    main()
