"""A customer whose values are planted in every payload, and a Redactor that knows her when it reads her."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from redactor import Conversation, Redactor
from redactor.testing import in_memory
from redactor_gateway.platform import Platform

NAME, MAIL, PHONE, ORDER, OTHER = (
    "Crystal Minh",
    "crystal.minh@example.com",
    "12125550143",
    "8706847615",
    "Paula Quill",
)
PAYLOADS = Path(__file__).parent / "payloads"


@pytest.fixture
def canaries() -> tuple[str, ...]:
    """Values that no bot may see."""
    return NAME, MAIL, PHONE, ORDER, OTHER


@pytest.fixture
def redactor() -> Iterator[Redactor]:
    """One that finds the canaries and nothing else."""
    known: dict[str | re.Pattern[str], str] = {NAME: "PERSON", OTHER: "PERSON", MAIL: "EMAIL_ADDRESS"}
    known |= {"+" + PHONE: "PHONE_NUMBER", PHONE: "PHONE_NUMBER", ORDER: "ACCOUNT_ID"}
    with in_memory(known) as found:
        yield found


@pytest.fixture
def chat(redactor: Redactor) -> Conversation:
    """Any conversation."""
    return redactor.conversation("c-1")


@pytest.fixture
def platform() -> Callable[..., Platform]:
    """Makes a small platform; `platform(fields=[...])` adds to it."""

    def make(**parts: object) -> Platform:
        base: dict[str, object] = {
            "name": "mine",
            "title": "Mine",
            "documentation": "https://shop.example/docs",
            "verify": [{"scheme": "secret", "header": "x-secret"}],
            "part": [{"conversation": ["$.c"], "key": ["$.id"]}],
        }
        return Platform.from_dict({**base, **parts}, "mine.toml")

    return make


@pytest.fixture
def body() -> Callable[[str], tuple[bytes, str]]:
    """A platform's golden payload with its media type."""

    def read(name: str) -> tuple[bytes, str]:
        form = PAYLOADS / f"{name}.form"
        if form.exists():
            return form.read_bytes(), "application/x-www-form-urlencoded"
        return (PAYLOADS / f"{name}.json").read_bytes(), "application/json"

    return read


@pytest.fixture(autouse=True)
def no_certificates(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every HTTP client would read all of the machine's certificates; no server here has one of theirs."""
    monkeypatch.delenv("SSL_CERT_FILE", raising=False)
    monkeypatch.setenv("SSL_CERT_DIR", str(Path(__file__).parent / "payloads"))
