"""Redaction for chat platforms that call webhooks: what they send is verified, redacted and signed again for the bot;
what the bot sends is restored in the fields its customer reads.

`Platform` describes one as data (`redactor_gateway/platforms/*.toml`); `redact_body` is the way in, `restore_call` and
`restore_reply` are the ways out. See docs/webhooks.md.
"""

from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from redactor.exceptions import ConfigError

if TYPE_CHECKING:
    from redactor_gateway.incoming import Incoming
    from redactor_gateway.mapping import Mapped, redact_body, redact_payload
    from redactor_gateway.outward import restore_call, restore_reply
    from redactor_gateway.platform import Platform
    from redactor_gateway.signatures import Verdict, sign, verify

__all__ = [
    "Incoming",
    "Mapped",
    "Platform",
    "Verdict",
    "redact_body",
    "redact_payload",
    "restore_call",
    "restore_reply",
    "sign",
    "verify",
]

# Loaded on first use: the command line asks for the package's name before anything of it is needed.
_LAZY = {
    "Incoming": "redactor_gateway.incoming",
    "Mapped": "redactor_gateway.mapping",
    "Platform": "redactor_gateway.platform",
    "Verdict": "redactor_gateway.signatures",
    "redact_body": "redactor_gateway.mapping",
    "redact_payload": "redactor_gateway.mapping",
    "restore_call": "redactor_gateway.outward",
    "restore_reply": "redactor_gateway.outward",
    "sign": "redactor_gateway.signatures",
    "verify": "redactor_gateway.signatures",
}


def __getattr__(name: str) -> Any:
    if name not in _LAZY:
        raise AttributeError(f"module 'redactor_gateway' has no attribute {name!r}")
    missing = [each for each in ("jsonpath", "jwt") if find_spec(each) is None]
    if missing:
        raise ConfigError(
            f"redactor_gateway needs {' and '.join(missing)}, which is not installed: "
            "pip install 'chat-redactor[gateway]'"
        )
    return getattr(import_module(_LAZY[name]), name)
