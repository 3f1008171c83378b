"""Values of the kinds people give in a chat, made from a seed, valid by the libraries that check them; and the
sentences they are given in."""

import random
from calendar import month_name
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import phonenumbers
from stdnum import iban, luhn
from stdnum.us import ssn

from benchmarks.evasion.forms import Carrier, carriers
from redactor.detection.words import words

Make = Callable[[random.Random], str]


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of value: how to make one, and how people give it."""

    make: Make
    carriers: tuple[Carrier, ...]


def digits(dice: random.Random, count: int) -> str:
    return "".join(dice.choices("0123456789", k=count))


def _grouped(text: str, size: int, glue: str) -> str:
    return glue.join(text[at : at + size] for at in range(0, len(text), size))


def _card(dice: random.Random) -> str:
    prefix, length = dice.choice((("4", 16), ("51", 16), ("55", 16), ("6011", 16), ("37", 15)))
    body = prefix + digits(dice, length - len(prefix) - 1)
    number = body + luhn.calc_check_digit(body)
    glue = dice.choice((" ", " ", "-", ""))
    return f"{number[:4]}{glue}{number[4:10]}{glue}{number[10:]}" if length == 15 else _grouped(number, 4, glue)


def _iban(dice: random.Random) -> str:
    while True:
        country, bank, count = dice.choice((("DE", 0, 18), ("GB", 4, 14), ("NL", 4, 10), ("AT", 0, 16), ("IE", 4, 14)))
        account = "".join(dice.choices("ABCDEFGHKLMNPRSTUW", k=bank)) + digits(dice, count)
        number = country + iban.calc_check_digits(f"{country}00{account}") + account
        if iban.is_valid(number):
            return _grouped(number, 4, dice.choice((" ", " ", "")))


def _ssn(dice: random.Random) -> str:
    while True:
        number = digits(dice, 9)
        if ssn.is_valid(number):
            glue = dice.choice(("-", "-", " "))
            return f"{number[:3]}{glue}{number[3:5]}{glue}{number[5:]}"


def _phone(dice: random.Random) -> str:
    while True:
        region, count = dice.choice((("US", 10), ("US", 10), ("GB", 10), ("DE", 11), ("AU", 9), ("IN", 10)))
        national = dice.choice("23456789") + digits(dice, count - 1)
        number = phonenumbers.parse(national, region)
        if phonenumbers.is_valid_number(number):
            form = phonenumbers.PhoneNumberFormat
            written = form.NATIONAL if region == "US" and dice.random() < 0.6 else form.INTERNATIONAL
            return str(phonenumbers.format_number(number, written))


FIRST = tuple(
    sorted(
        words(
            "Amara Bogdan Chiara Dmitri Eleni Farid Greta Hamza Ingrid Jamal Keiko Leandro Mariam Nikhil Oksana Paulo "
            "Quynh Rosalind Sipho Tomasz Ursula Valentina Wesley Xiaoli Yusuf Zuzana Deborah Gerald Marcus Priya"
        )
    )
)
LAST = tuple(
    sorted(
        words(
            "Abernathy Barreto Castellanos Dlamini Eriksson Fitzgerald Gutierrez Hashimoto Ivanova Jankowski Kowalczyk "
            "Lindgren Mbeki Nakamura Oyelaran Papadakis Quintero Rasmussen Szabo Thompson Underwood Vasquez Whitfield "
            "Yamaguchi Zielinski"
        )
    )
)
_STREETS = tuple(
    sorted(words("Birchwood Copperfield Dunmore Elmhurst Foxglove Harrowgate Juniper Larkspur Maplewood Thornbury"))
)
_WAYS = tuple(sorted(words("Street Avenue Road Lane Drive Court")))
_TOWNS = tuple(sorted(words("Ashford Brookhaven Clayton Dunedin Fairview Georgetown Lakewood Springfield")))
_MONTHS = tuple(month_name)[1:]
_HOSTS = tuple(sorted(words("gmail.com yahoo.com outlook.com icloud.com hotmail.com proton.me aol.com gmx.net")))


def _email(dice: random.Random) -> str:
    first, last = dice.choice(FIRST).lower(), dice.choice(LAST).lower()
    local = dice.choice((f"{first}.{last}", f"{first}{last}", f"{first[0]}{last}{digits(dice, 2)}", f"{first}_{last}"))
    return f"{local}@{dice.choice(_HOSTS)}"


def _account(dice: random.Random) -> str:
    return dice.choice(("", "", "AC", "K")) + dice.choice("123456789") + digits(dice, dice.choice((7, 8, 9)))


def _person(dice: random.Random) -> str:
    return f"{dice.choice(FIRST)} {dice.choice(LAST)}"


def _address(dice: random.Random) -> str:
    street = f"{dice.randint(2, 1999)} {dice.choice(_STREETS)} {dice.choice(_WAYS)}"
    return dice.choice((street, f"{street}, {dice.choice(_TOWNS)}"))


def _passport(dice: random.Random) -> str:
    return dice.choice(("", "C", "X", "AB")) + dice.choice("123456789") + digits(dice, 7)


def _birth_date(dice: random.Random) -> str:
    day, month, year = dice.randint(1, 28), dice.randint(1, 12), dice.randint(1941, 2005)
    return dice.choice(
        (f"{month:02}/{day:02}/{year}", f"{day:02}.{month:02}.{year}", f"{_MONTHS[month - 1]} {day}, {year}")
    )


def _postal_code(dice: random.Random) -> str:
    if dice.random() < 0.6:
        return f"{dice.randint(10001, 99899)}"
    area = dice.choice(("LS", "BS", "NE", "SW", "EH", "CF"))
    return f"{area}{dice.randint(1, 19)} {dice.randint(1, 9)}{''.join(dice.choices('ABDEFGHJLNPQRSTUWXYZ', k=2))}"


KINDS: Mapping[str, Kind] = {
    "CREDIT_CARD": Kind(_card, carriers(
        "my card number is {}", "you charged {} twice", "please take it from {} instead",
        "Which card did you pay with? | {}", "Could you read me the number on the card? | sure, {}",
    )),
    "IBAN_CODE": Kind(_iban, carriers(
        "my iban is {}", "please send the refund to {}", "Where should we transfer the money? | {}",
        "Could you share your IBAN, please? | it's {}",
    )),
    "US_SSN": Kind(_ssn, carriers(
        "my ssn is {}", "social security number {}", "What is your social security number? | {}",
        "I need your SSN to verify you. | ok it is {}",
    )),
    "PHONE_NUMBER": Kind(_phone, carriers(
        "you can call me on {}", "my number is {}", "text me at {} when it is ready",
        "What is the best phone number to reach you? | {}", "May I have your mobile number? | yes, {}",
    )),
    "EMAIL_ADDRESS": Kind(_email, carriers(
        "my email is {}", "please send the invoice to {}", "What is your e-mail address? | {}",
        "Which address did you sign up with? | i think {}", "write to {}",
    )),
    "ACCOUNT_ID": Kind(_account, carriers(
        "What is your account number? | {}", "Could you give me the order number? | it's {}",
        "May I have your customer ID, please? | {}", "Please tell me your booking reference. | sure: {}",
    )),
    "PERSON": Kind(_person, carriers(
        "my name is {}", "hi, this is {}", "May I have your full name? | {}",
        "Who am I speaking with? | I'm {}", "Whose name is on the booking? | it's under {}",
    )),
    "STREET_ADDRESS": Kind(_address, carriers(
        "my address is {}", "please ship it to {}", "What is the delivery address? | {}",
        "Where do you live now? | I moved to {}",
    )),
    "PASSPORT": Kind(_passport, carriers(
        "my passport number is {}", "passport {}", "What is your passport number? | {}",
        "Please enter the passport number of the traveller. | it is {}",
    )),
    "DATE_OF_BIRTH": Kind(_birth_date, carriers(
        "my date of birth is {}", "I was born on {}", "What is your date of birth? | {}",
        "Could you confirm your birthday? | {}",
    )),
    "POSTAL_CODE": Kind(_postal_code, carriers(
        "my postcode is {}", "What is your zip code? | {}", "Could you confirm the postal code? | it's {}",
    )),
}  # fmt: skip
"""Entity type → how its values are made and given."""
