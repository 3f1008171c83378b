"""The processes `benchmarks/gateway.py` measures: started, waited for, watched and ended."""

import os
import secrets
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection
from pathlib import Path

import psutil

HOST = "127.0.0.1"
_STARTS_WITHIN = 120.0
"""Seconds; LiteLLM's proxy takes up to half a minute of them."""

KEY = f"sk-{secrets.token_hex(32)}"
"""What every client shows; LiteLLM does not start without one."""

_LITELLM = {"LITELLM_LOCAL_MODEL_COST_MAP": "True", "LITELLM_LOG": "ERROR", "LITELLM_MASTER_KEY": KEY}
"""It fetches nothing and prints nothing."""

DIRECT, THROUGH, LITELLM = "direct", "pass-through", "LiteLLM proxy, no guardrail"
OFF, ON = "ours, scan off", "ours, scan on"
OFF_NAMED, ON_NAMED = "ours, named, scan off", "ours, named, scan on"


@dataclass(frozen=True, slots=True)
class Server:
    """A process that listens."""

    port: int
    process: psutil.Process = field(repr=False)

    def cpu(self) -> float:
        """Seconds of CPU that it and its children have used."""
        times = [each.cpu_times() for each in (self.process, *self.process.children(recursive=True))]
        return float(sum(each.user + each.system for each in times))

    def resident(self) -> float:
        """MiB of memory that are its own now."""
        return float(self.process.memory_info().rss) / 2**20


@dataclass(frozen=True, slots=True)
class System:
    """One way from a client to the LLM."""

    name: str
    server: Server
    named: bool = False
    """Whether the requests name their conversation."""


@contextmanager
def running(folder: Path, litellm: str | None) -> Iterator[list[System]]:
    """All systems, each started and answering. `litellm`: its command; without one its row is left out."""
    with ExitStack() as stack:

        def start(words: Sequence[str], alive: str = "/livez", also: Mapping[str, str] | None = None) -> Server:
            return stack.enter_context(started(words, alive, folder, also))

        def gateway(name: str, *, scan: bool) -> Server:
            return start([*OURS, str(_configured(folder / name, base, scan=scan)), "--port"])

        llm = start([*OTHERS, "llm", "--port"])
        base = f"http://{HOST}:{llm.port}"
        systems = [
            System(DIRECT, llm),
            System(THROUGH, start([*OTHERS, "through", "--upstream", base, "--port"])),
            System(OFF, gateway("off", scan=False)),
            System(ON, gateway("on", scan=True)),
            System(OFF_NAMED, gateway("off-named", scan=False), named=True),
            System(ON_NAMED, gateway("on-named", scan=True), named=True),
        ]
        if litellm:
            words = [litellm, "--config", str(_litellm(folder, base)), "--host", HOST, "--telemetry", "False", "--port"]
            systems.insert(2, System(LITELLM, start(words, "/health/liveliness", _LITELLM)))
        yield systems


OTHERS = (sys.executable, "-m", "benchmarks._gateway_servers")
OURS = (sys.executable, "-c", "from redactor.cli import main; main()", "serve")


@contextmanager
def started(
    words: Sequence[str], alive: str, folder: Path, also: Mapping[str, str] | None = None, cwd: Path | None = None
) -> Iterator[Server]:
    """A command that ends with `--port`, once it answers; ended with the block."""
    port = free_port()
    environment = {**os.environ, "REDACTOR_HOME": str(folder), **(also or {})}
    with (folder / f"{port}.log").open("wb") as log:
        process = psutil.Popen(
            [*words, str(port)], stdout=log, stderr=subprocess.STDOUT, env=environment, cwd=cwd or Path.cwd()
        )
        try:
            _wait(process, port, alive, Path(log.name))
            yield Server(port, psutil.Process(process.pid))
        finally:
            _end(process)


def _end(process: psutil.Popen) -> None:
    try:
        process.terminate()
        process.wait(20)
    except psutil.NoSuchProcess:
        return
    except psutil.TimeoutExpired:
        process.kill()


def litellm_command() -> str | None:
    """LiteLLM's own command: `LITELLM`, or what the path finds."""
    return os.environ.get("LITELLM") or shutil.which("litellm")


def free_port() -> int:
    """A port nobody listens on now."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


def _wait(process: psutil.Popen, port: int, alive: str, log: Path) -> None:
    until = time.monotonic() + _STARTS_WITHIN
    while time.monotonic() < until:
        if process.poll() is not None:
            raise SystemExit(f"a server ended before it answered:\n{log.read_text('utf-8', 'replace')[-2_000:]}")
        connection = HTTPConnection(HOST, port, timeout=5)
        try:
            connection.request("GET", alive)
            if connection.getresponse().status == 200:
                return
        except OSError:
            time.sleep(0.1)
        finally:
            connection.close()
    raise SystemExit("a server did not answer in time")


def _configured(folder: Path, llm: str, *, scan: bool) -> Path:
    """What `redactor serve` reads: SQLite, as it ships."""
    folder.mkdir()
    path = folder / "redactor.toml"
    path.write_text(
        f'[store]\npath = "{folder / "redactor.db"}"\n[key]\nfile = "{folder / "redactor.key"}"\n'
        f'[gateway]\nscan = {"true" if scan else "false"}\n[gateway.upstreams.main]\nurl = "{llm}/v1"\n',
        "utf-8",
    )
    return path


def _litellm(folder: Path, llm: str) -> Path:
    path = folder / "litellm.yaml"
    models = "".join(
        f"  - model_name: {name}\n    litellm_params:\n      model: openai/{name}\n      api_base: {llm}/v1\n"
        f"      api_key: none\n"
        for name in ("fake", "paced")
    )
    path.write_text(f"model_list:\n{models}litellm_settings:\n  telemetry: false\n", "utf-8")
    return path
