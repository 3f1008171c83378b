"""LiteLLM's real proxy in a process of its own, before a gateway and before a model.

It pins older versions of what the tests need, so it runs from an environment of its own: `LITELLM_PYTHON` is that
environment's Python; without it, the one beside a `litellm` on the path, or this one.
"""

import json
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import httpx2
import openai

_LOGGER = """
import json
from litellm.integrations.custom_logger import CustomLogger

class Log(CustomLogger):
    def note(self, *what):
        with open({path!r}, "a") as file:
            file.write(json.dumps(what, default=repr) + "\\n")

    async def async_log_success_event(self, kwargs, response_obj, start_time, end_time):
        self.note("success", kwargs["standard_logging_object"], kwargs, response_obj)

    async def async_log_failure_event(self, kwargs, response_obj, start_time, end_time):
        self.note("failure", kwargs.get("standard_logging_object"), kwargs, response_obj)

log = Log()
"""

_SECONDS = 120.0
"""Within which a proxy answers: it imports for ten seconds where nothing else runs."""


@cache
def python() -> str | None:
    """A Python that has LiteLLM's proxy; None where there is none."""
    beside = shutil.which("litellm")
    if named := os.environ.get("LITELLM_PYTHON"):
        return named
    if beside is not None:
        return str(Path(beside).with_name("python"))
    return sys.executable if find_spec("litellm") is not None else None


@dataclass(frozen=True)
class Proxy:
    """A proxy that answers, and what it wrote down."""

    url: str
    folder: Path

    @property
    def client(self) -> Any:
        """The vendor's own client."""
        alone = {"Connection": "close"}
        return openai.OpenAI(base_url=f"{self.url}/v1", api_key="sk-master", max_retries=0, default_headers=alone)

    def post(self, path: str, body: Any, **headers: str) -> httpx2.Response:
        """A request as any program makes it."""
        named = {"authorization": "Bearer sk-master"} | {name.replace("_", "-"): each for name, each in headers.items()}
        with httpx2.Client(verify=False, timeout=60.0, trust_env=False) as client:
            return client.post(f"{self.url}{path}", json=body, headers=named)

    def logged(self, count: int) -> str:
        """What its callbacks were given of at least so many calls, and all it printed."""
        path, until = self.folder / "calls.log", time.monotonic() + 30.0
        while time.monotonic() < until and (not path.exists() or path.read_text("utf-8").count("\n") < count):
            time.sleep(0.05)
        found = path.read_text("utf-8")
        assert found.count("\n") >= count
        return (
            found.encode().decode("unicode_escape", "replace")
            + found
            + (self.folder / "printed.log").read_text("utf-8")
        )


@contextmanager
def proxy(folder: Path, config: Any) -> Iterator[Proxy]:
    """A proxy with this configuration: an object, or YAML."""
    given = python()
    assert given is not None  # asked before
    folder.mkdir(exist_ok=True)
    (folder / "watching.py").write_text(_LOGGER.format(path=str(folder / "calls.log")), "utf-8")
    (folder / "config.yaml").write_text(config if isinstance(config, str) else _written(config), "utf-8")
    port = _free_port()
    environment = {
        **os.environ,
        "LITELLM_LOCAL_MODEL_COST_MAP": "True",  # no file of prices is fetched
        "REDACTOR_HOME": str(folder),
        "HF_HUB_OFFLINE": "1",
        "NO_PROXY": "*",
    }
    words = ["--config", "config.yaml", "--port", str(port), "--host", "127.0.0.1"]
    program = "import sys; from litellm import run_server; sys.argv[0] = 'litellm'; run_server()"
    with (folder / "printed.log").open("wb") as printed:
        process = subprocess.Popen(
            [given, "-c", program, *words],
            cwd=folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=printed,
            stderr=subprocess.STDOUT,
        )
    try:
        _wait(process, f"http://127.0.0.1:{port}", folder)
        yield Proxy(f"http://127.0.0.1:{port}", folder)
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _written(config: Any) -> str:
    """JSON is YAML, too."""
    settings = {"callbacks": ["watching.log"], "telemetry": False, **config.pop("litellm_settings", {})}
    return json.dumps({**config, "litellm_settings": settings, "general_settings": {"master_key": "sk-master"}})


def _wait(process: "subprocess.Popen[bytes]", url: str, folder: Path) -> None:
    until = time.monotonic() + _SECONDS
    while time.monotonic() < until and process.poll() is None:
        try:
            if httpx2.get(f"{url}/health/liveliness", trust_env=False, verify=False).status_code == 200:
                return
        except httpx2.HTTPError:
            time.sleep(0.1)
    raise AssertionError((folder / "printed.log").read_text("utf-8")[-3000:])


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])
