"""Passwords, PINs, codes and answers in conversation, and the talk about them that gives none away."""

import pytest

from redactor.detection.patterns import Pattern, recognizer
from redactor.detection.rows import secrets
from redactor.detection.view import view

ROWS = list(secrets.rows())
RECOGNIZE = recognizer(ROWS)


def found(text: str, before: str = "") -> list[str]:
    seen = view(text)
    hits = [hit for hit in RECOGNIZE(seen.text, [before] if before else []) if hit.score >= 0.5]
    return [text[slice(*seen.span(hit.start, hit.end))] for hit in hits]


SAID = """
my pw's ⟦hunter2⟧
password is: ⟦correct horse battery staple⟧
password: ⟦correct horse battery staple⟧
{"password": "⟦hunter2⟧"}
DB_PASSWORD=⟦hunter2⟧
wifi pass: ⟦bluesky2024⟧
wifi key is ⟦bluesky2024⟧
my login is bob and password ⟦hunter2⟧
user: bob pass: ⟦hunter2⟧
login bob / ⟦hunter22⟧
I changed my password to ⟦Winter2024!⟧
the password expired so i reset it to ⟦Winter2024!⟧
the new password should be ⟦Winter2024!⟧
try ⟦Winter2024!⟧ as password
pin ⟦1234⟧
PIN ist ⟦8043⟧
my bank pin? its ⟦8043⟧
code pin : ⟦8043⟧
the code is ⟦4 8 2 9⟧
code: ⟦483-920⟧
otp ⟦482913⟧
your verification code is ⟦G-482913⟧
⟦482913⟧ is your verification code
⟦482913⟧ is my code
use code ⟦482913⟧ to log in
here's the code ⟦482913⟧
my 2fa code ⟦482 913⟧
unlock code ⟦8043⟧
door code is ⟦8043#⟧
backup codes: ⟦a1b2c-d3e4f⟧
recovery code ⟦ABCD-EFGH-1234⟧
my seed phrase: ⟦acid barn cave dune echo fern gate hawk iron jazz kiwi lamp⟧
memorable word: ⟦pineapple⟧
security word is ⟦pineapple⟧
my secret question answer: ⟦blue⟧
my first pet's name was ⟦Rex⟧
mein Passwort lautet ⟦geheim123⟧
mein passwort ist ⟦geheim123⟧
mon mot de passe est ⟦secret123⟧
mot de passe : ⟦secret123⟧
mi contraseña es ⟦secreto123⟧
mi clave es ⟦secreto123⟧
la mia password è ⟦segreto123⟧
mijn wachtwoord is ⟦geheim123⟧
der code ist ⟦482913⟧
le code est ⟦482913⟧
el código es ⟦482913⟧
il codice è ⟦482913⟧
de code is ⟦482913⟧
Der Mädchenname meiner Mutter ist ⟦Kowalski⟧
le nom de jeune fille de ma mère est ⟦Kowalski⟧
el apellido de soltera de mi madre es ⟦Kowalski⟧
What is your password? | ⟦correct horse battery staple⟧
Wie lautet Ihr Passwort? | ⟦geheim123⟧
Quel est votre mot de passe ? | ⟦secret123⟧
¿Cuál es su contraseña? | ⟦secreto123⟧
Favorite teacher? | ⟦Quuxley⟧
What was your favourite teacher's name? | ⟦Mrs Quuxley⟧
What city were you born in? | ⟦Kraków⟧
What was the name of your elementary school? | ⟦Lincoln Elementary⟧
What is your memorable word? | ⟦pineapple⟧
Wie lautet die Antwort auf Ihre Sicherheitsfrage? | ⟦Quuxley⟧
""".strip().splitlines()


@pytest.mark.parametrize("line", SAID)
def test_secret_that_is_said_is_found_whole(line: str) -> None:
    before, _, message = line.rpartition(" | ")
    value = message[message.index("⟦") + 1 : message.index("⟧")]
    assert value in found(message.replace("⟦", "").replace("⟧", ""), before)


TALK = """
password reset link didn't work
the reset password link is broken
What is your password? | my password is not working
I forgot my password to my account
my password must be 8 characters
password needs 10-digit codes
the password 10-digit rule is silly, so is password 8characters
it says password manual2.pdf
please change the password to something new
I changed my password to something stronger
the password's wrong
my password's expired again
password: I forgot it
Password: please reset it for me
reset code didn't arrive
the code is not working
use code SAVE20 at checkout
promo code is 482913
my promo code 482913 is dead
I got error code 50041
482913 is my zip code
the security question is annoying
my first car was a Honda
my session was at 10:30 on 2024-05-05
wifi password keeps changing
the wifi password is not working
pin it to the top
the pin is 4 digits
backup codes are missing
the door code doesn't work
gate B22 code share flight
the recovery phrase is written on paper somewhere in the house and i lost it last week
login is broken / not working
mein passwort funktioniert nicht
mein passwort ist falsch
mon mot de passe est incorrect
mi contraseña es incorrecta
la password è sbagliata
mijn wachtwoord is verlopen
der code ist falsch
Did you reset your password? | yes
Did you reset your password? | I already did that yesterday evening
Did you change your password? | please set it to 2024-05-05
What is your password? | can you send me a reset link please
What is your password? | no i dont remember any of it
What is your mother's maiden name? | it is not that one sorry
""".strip().splitlines()


@pytest.mark.parametrize("line", TALK)
def test_talk_about_secrets_stays(line: str) -> None:
    before, _, message = line.rpartition(" | ")
    assert found(message, before) == []


@pytest.mark.parametrize("row", [row for row in ROWS if row.example], ids=lambda row: row.name)
def test_example_of_each_row_is_found_whole(row: Pattern) -> None:
    before, _, message = row.example.rpartition(" | ")
    text = message.replace("⟦", "").replace("⟧", "")
    value = message[message.index("⟦") + 1 : message.index("⟧")]
    hits = recognizer([row])(text, [before] if before else [])
    assert [(hit.start, text[hit.start : hit.end]) for hit in hits] == [(message.index("⟦"), value)]
