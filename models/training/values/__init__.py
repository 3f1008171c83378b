# ruff: noqa: E501  (tables and lists of alternatives are easiest to read in long lines)
"""Random personal values of many shapes and origins, for generated training messages. Nothing here is real.

One module a kind: `names`, `identifiers` (national and tax numbers), `banking`, `documents`, `vehicles`, `health`, `phones`, `online`,
`references`, `places`, `addresses`, `organisations`, `dates`, `secrets`; `shapes` and `words` are what they are made with.
"""

import random
from collections.abc import Callable

from models.training.values.addresses import address, postcode, street
from models.training.values.banking import bank_account, card, cvv, iban
from models.training.values.dates import age, date, dob
from models.training.values.documents import license_number, passport
from models.training.values.health import medical_id
from models.training.values.identifiers import national_id
from models.training.values.names import first_last, forename, full_name, surname
from models.training.values.online import crypto, email, handle, ip, mac, url, username
from models.training.values.organisations import org
from models.training.values.phones import phone
from models.training.values.places import city, location, state
from models.training.values.references import account
from models.training.values.secrets import answer, api_key, password, pin
from models.training.values.shapes import alnum, digits, letters, shape
from models.training.values.vehicles import vehicle_id

__all__ = [
    "MAKERS",
    "account",
    "address",
    "alnum",
    "digits",
    "email",
    "first_last",
    "full_name",
    "handle",
    "letters",
    "shape",
    "street",
]

MAKERS: dict[str, Callable[[random.Random], str]] = {
    "PERSON": full_name,
    "FIRST": forename,
    "LAST": surname,
    "EMAIL_ADDRESS": email,
    "PHONE_NUMBER": phone,
    "CREDIT_CARD": card,
    "CARD_CVV": cvv,
    "IBAN_CODE": iban,
    "BANK_ACCOUNT": bank_account,
    "NATIONAL_ID": national_id,
    "PASSPORT": passport,
    "DRIVER_LICENSE": license_number,
    "VEHICLE_ID": vehicle_id,
    "STREET_ADDRESS": address,
    "STREET": street,
    "POSTAL_CODE": postcode,
    "LOCATION": location,
    "CITY": city,
    "STATE": state,
    "DATE_TIME": date,
    "DATE_OF_BIRTH": dob,
    "AGE": age,
    "ORGANIZATION": org,
    "USERNAME": username,
    "ACCOUNT_ID": account,
    "PIN": pin,
    "PASSWORD": password,
    "API_KEY": api_key,
    "ANSWER": answer,
    "URL": url,
    "IP_ADDRESS": ip,
    "MAC_ADDRESS": mac,
    "CRYPTO": crypto,
    "MEDICAL_ID": medical_id,
}
"""Kind of value -> its maker."""
