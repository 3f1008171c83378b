"""The labels of the model in logit order, what the shared sources call them, and how much of a text it sees."""

from redactor.evaluation.dialogs import TYPE_OF_LABEL

TYPES = (
    "PERSON", "EMAIL_ADDRESS", "PHONE_NUMBER", "CREDIT_CARD", "CARD_CVV", "IBAN_CODE", "BANK_ACCOUNT", "NATIONAL_ID",
    "PASSPORT", "DRIVER_LICENSE", "VEHICLE_ID", "STREET_ADDRESS", "POSTAL_CODE", "LOCATION", "DATE_TIME",
    "DATE_OF_BIRTH", "AGE", "ORGANIZATION", "USERNAME", "ACCOUNT_ID", "SECRET", "URL", "IP_ADDRESS", "MAC_ADDRESS",
    "CRYPTO", "MEDICAL_ID",
)  # fmt: skip
LABELS = ["O"] + [f"{p}-{x}" for x in TYPES for p in "BI"]
INDEX = {label: i for i, label in enumerate(LABELS)}
OPEN = 1000
"""A token's code from here on: O, or any type its source does not annotate (an index into the masks)."""

WINDOW, STRIDE = 128, 96
"""Word pieces of a message in one window, and from one window's start to the next one's."""
CONTEXT = (12, 40)
"""Fewest and most word pieces of the turns before, in training; `settings.json` has what the shipped model uses."""
ROOM = 56
"""Word pieces that the turns before share with a short message, in training."""


def rename(label: str) -> str:
    """A source's label as an entity type."""
    return TYPE_OF_LABEL.get(label, label)


def context_room(message_tokens: int) -> int:
    """Word pieces left for the turns before a message of this many pieces."""
    return max(CONTEXT[0], min(CONTEXT[1], ROOM - message_tokens))
