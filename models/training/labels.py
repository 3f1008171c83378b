"""The labels of the model, in logit order, and what the shared sources call them."""

TYPES = (
    "PERSON EMAIL_ADDRESS PHONE_NUMBER CREDIT_CARD CARD_CVV IBAN_CODE BANK_ACCOUNT NATIONAL_ID PASSPORT DRIVER_LICENSE VEHICLE_ID STREET_ADDRESS POSTAL_CODE LOCATION DATE_TIME "
    "DATE_OF_BIRTH AGE ORGANIZATION USERNAME ACCOUNT_ID SECRET URL IP_ADDRESS MAC_ADDRESS CRYPTO MEDICAL_ID"
).split()
LABELS = ["O"] + [f"{p}-{x}" for x in TYPES for p in "BI"]
INDEX = {label: i for i, label in enumerate(LABELS)}
RENAMED = {"EMAIL": "EMAIL_ADDRESS", "PHONE": "PHONE_NUMBER", "ADDRESS": "STREET_ADDRESS", "POSTCODE": "POSTAL_CODE", "ORG": "ORGANIZATION", "DATE": "DATE_TIME", "IBAN": "IBAN_CODE", "IP": "IP_ADDRESS", "VEHICLE": "VEHICLE_ID"}
OPEN = 1000
"""A token's code from here on: O, or any type its source does not annotate (an index into the masks)."""


def rename(label: str) -> str:
    """A source's label as an entity type."""
    return RENAMED.get(label, label)
