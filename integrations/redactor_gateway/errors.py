"""What can go wrong at the gateway. No error carries anything of a payload but the names of its fields.

RedactorError
└── GatewayError
    ├── PayloadError     a body that is not what the platform file says; it was not checked and does not go on
    └── RefusedError     a call of the bot's that the platform file does not allow, or whose customer is unknown
"""

from redactor.exceptions import RedactorError


class GatewayError(RedactorError):
    """Base of the gateway's errors."""


class PayloadError(GatewayError):
    """A body cannot be read as the platform file says, so it was not checked and does not go on (fail closed)."""


class RefusedError(GatewayError):
    """A call of the bot's does not go on."""
