"""The errors this package raises, under one base. None of them ever carries a personal value.

RedactorError
├── ConfigError             a setting, policy or command line that cannot be used as written
│   └── PolicyError         a policy that is wrong, ambiguous or unsafe
├── ModelError              a model package that is missing, damaged or not in the known format
├── DetectionError          a recognizer failed, so the text was not checked and does not go on
├── BlockedError            the policy refuses a message that holds an entity type
├── CryptoError             a key is missing, wrong or too widely readable; a sealed value does not open
├── StorageError            the store cannot be read, written, or has a schema this version does not know
├── AuditError              what must be in the audit log cannot be written there, or the log is not what was written
├── NotFoundError           no such conversation or turn
└── AudienceError           a text was asked for an audience that may not have it
"""


class RedactorError(Exception):
    """Base of every error of this package; catching it catches them all."""


class ConfigError(RedactorError):
    """A setting cannot be used as written; the text names the setting and what to write instead."""


class PolicyError(ConfigError):
    """A policy is wrong, ambiguous or unsafe."""


class ModelError(RedactorError):
    """A model package is missing, damaged or of an unknown format."""


class DetectionError(RedactorError):
    """A recognizer failed: the text was not checked, so it does not go on (fail closed)."""

    def __init__(self, recognizer: str, reason: str) -> None:
        super().__init__(f"recognizer {recognizer!r} failed ({reason}); the message was not checked and was stopped")
        self.recognizer = recognizer
        self.reason = reason


class BlockedError(RedactorError):
    """The policy's operator for an entity type is `block`: the message is refused."""

    def __init__(self, entity_types: tuple[str, ...]) -> None:
        super().__init__(f"the policy refuses messages that hold {', '.join(entity_types)}; nothing was passed on")
        self.entity_types = entity_types


class CryptoError(RedactorError):
    """A key is missing or wrong, or a sealed value does not open with it."""


class StorageError(RedactorError):
    """The store cannot be used: unreadable, locked for too long, or of an unknown schema version."""


class AuditError(RedactorError):
    """The audit log cannot be written, so that what it would tell of was not done; or it is not what was written."""


class NotFoundError(RedactorError):
    """There is no such conversation or turn."""


class AudienceError(RedactorError):
    """Text was asked for an audience that may not have it."""
