"""What a conversation is about right now: the words that decide between readings of the same digits.

A topic is a kind of value the talk turns to: "order", "phone", "dob". A message has topics where its words stand; the
turns before it have topics too, and those of a turn that asks for something ("What is your order number?") decide how
a bare answer reads. Placeholders are neutral.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import regex

# One line per topic: words and phrases of it, lower case; "/" separates phrases. English first, then the other
# languages of the default regions.
_LEXICON = """
order      order/orders/purchase/ordernumber/bestellung/bestellnummer/commande/pedido/ordine/bestelling
account    account/accounts/acct/customer id/customer number/client id/client number/member id/membership/member
account    loyalty/rewards number/profile id/kundennummer/konto/compte/cuenta/klantnummer/user id/userid/frequent flyer
booking    booking/reservation/confirmation/pnr/locator/itinerary/buchung/reserva/prenotazione/reservering/check-in
ticket     ticket/case/incident/reference/ref/claim/policy number/policy id/invoice/transaction/tracking/shipment/rma
ticket     subscription id/contract number/request number/factura/facture/rechnung/fattura/serial/return id
phone      phone/phones/mobile/cell/cellphone/telephone/tel/call/calling/text/sms/whatsapp/contact/reach/callback/fax
phone      landline/telefon/handy/handynummer/telefonnummer/téléphone/portable/teléfono/móvil/telefono/cellulare
phone      telefoon/dial/ring/phone number/contact number/best number
card       card/cards/visa/mastercard/amex/discover/maestro/debit/credit/cc/pan number/karte/kreditkarte/carte/tarjeta
card       carta/kaart/american express
expiry     exp/expiry/expiration/expires/expire/exp date/valid thru/valid until/valid through/good thru
cardno     card number/card no/number on the card/number on your card/cc number/card details/full card
cvv        cvv/cvv2/cvc/cvc2/csc/cid/security code/card code/card verification/security number/digits on the back
cvv        prüfziffer/cryptogramme
ssn        ssn/social security/social/ssa/socials
tax        itin/tin/tax id/tax number/taxpayer/tax identification/tax reference
nino       nino/national insurance/ni number/ni no
utr        utr/unique taxpayer/self assessment/tax reference
nhs        nhs
sin        sin/social insurance
idnr       idnr/steuer-id/steuerid/steueridentifikationsnummer/identifikationsnummer/steuer-idnr/steuer id/steuernummer
idnr       st.-nr/stnr/finanzamt/german tax/tax id/tax number
nir        nir/insee/sécurité sociale/securite sociale/numéro de sécu/secu/social security/carte vitale/vitale
spi        spi/numéro fiscal/numero fiscal/fiscal number/french tax/tax number/avis d'imposition/impots/impôts
dni        dni/nie/nif/documento nacional/national id/identity card/identity number/id number/documento
cf         codice fiscale/fiscal code/tax code/c.f.
bsn        bsn/burgerservicenummer/citizen service/sofinummer/sofi
aadhaar    aadhaar/aadhar/adhaar/adhar/uid/uidai
pan        pan/permanent account
tfn        tfn/tax file
medicare   medicare
dob        dob/d.o.b/birth/born/birthday/birthdate/bday/date of birth/geburtsdatum/geboren/naissance/né/née/nacimiento
dob        nacido/nacida/nascita/nato/nata/geboortedatum/birth date
zip        zip/zipcode/zip code/postal/postcode/post code/plz/postleitzahl/code postal/código postal/codigo postal/cap
password   password/passcode/pwd/passphrase/pass word/passwort/kennwort/contraseña/wachtwoord/mot de passe/pw/passwd
pin        pin/pincode/pin number
otp        otp/one-time/one time/onetime/verification code/the code/a code/this code/your code/my code/code we/code you
otp        code sent/digit code/code that/code to/2fa/authenticator/passcode/security code/access code
otp        confirmation code/authentication code
answer     security question/secret question/security answer/maiden name/maiden/first pet/answer to your security
username   username/usernames/user name/login/handle/screen name/screenname/nickname/userid/user id/gamertag/user-name
bank       bank/routing/aba/account number/checking/savings/iban/sort code/sortcode/wire/direct deposit/deposit/acct
sort       sort code/sortcode/sort-code
address    street address/street name
address    address/ship/shipping/shipped/live/lives/living/deliver/delivered/delivery/mailing/residence/reside
address    home/located/apartment/adresse/dirección/indirizzo/adres/moved/moving
passport   passport/reisepass/passeport/pasaporte/passaporto/paspoort
licence    licence/license/driver license/driver's license/drivers license/driving licence/driving license
ip         ip/ip address
"""


_NOT_AFTER: Mapping[tuple[str, ...], str] = {("security", "number"): "social"}
"""Phrases that mean something else after this word."""

_Phrases = tuple[tuple[tuple[str, ...], str], ...]
# Everything that separates words; an apostrophe belongs to its word, so that "driver's" is one.
_BLANKS = str.maketrans(dict.fromkeys('\t\n\r\x0b\x0c!"#$%&()*+,-./:;<=>?@[\\]^_`{|}~–—', " "))


def _lexicon() -> Mapping[str, _Phrases]:
    """First word → the phrases that begin with it, each with its topic."""
    phrases: dict[str, _Phrases] = {}
    for line in _LEXICON.strip().splitlines():
        topic, entries = line.split(maxsplit=1)
        for entry in entries.split("/"):
            words = tuple(entry.translate(_BLANKS).split())
            phrases[words[0]] = (*phrases.get(words[0], ()), (words, topic))
    return phrases


_PLACEHOLDER = regex.compile(r"\[[A-Z][A-Z0-9_]{0,62}[A-Z]_\d{1,9}\]")
_ASKS = regex.compile(
    r"(?i)\?|\b(?:please|provide|need|may i|can i|could you|can you|what|what's|which|give me|enter|tell me|have your|"
    r"confirm|share|verify|type|let me know|send me|i'll need|looking up|pull up|spell|repeat|read me)\b"
)
_PHRASES = _lexicon()
_FIRST_WORDS = frozenset(_PHRASES)
FILLER = "\ue000"
"""Stands for each character of a placeholder while patterns look: no word, no digit, no blank."""
REACH = 4
"""How many turns before the message count as context; an answer seldom comes later."""
_SHORT = 40
"""A turn this short is taken to ask, question mark or not ("order number pls"), or to say nothing ("one sec")."""
_TURN_TAIL = 400
"""How much of the end of an earlier turn is read: questions stand at the end, and cost has to be bounded."""


@dataclass(frozen=True, slots=True)
class Context:
    """The topics around one message."""

    here: Mapping[str, tuple[int, ...]]
    """Topic → where in the message its words begin."""
    words: frozenset[str] = field(repr=False)
    """The message's words, lower case."""
    asked: frozenset[str] = frozenset()
    """Topics of the last turn that has any, if it asks for something."""
    before: frozenset[str] = frozenset()
    """Topics of the turns before."""
    topics: frozenset[str] = frozenset()
    """All of these together."""


def hide_placeholders(text: str) -> str:
    """The text, of the same length, with nothing in place of placeholders that could be matched."""
    if "[" not in text:
        return text
    return _PLACEHOLDER.sub(lambda found: FILLER * len(found[0]), text)


def context_words(text: str, context: Sequence[str]) -> Context:
    """Read the topics of a message (the view's text) and of the turns before it, oldest first, raw or redacted."""
    plain = hide_placeholders(text).lower().translate(_BLANKS)
    words = plain.split()
    here = {topic: _places(plain, phrases) for topic, phrases in _topics(words).items()}
    turns = [hide_placeholders(turn[-_TURN_TAIL:]) for turn in context[-REACH:]]
    before = [frozenset(_topics(turn.lower().translate(_BLANKS).split())) for turn in turns]
    earlier = frozenset[str]().union(*before)
    return Context(here, frozenset(words), _asked(turns, before), earlier, earlier.union(here))


def _asked(turns: Sequence[str], topics: Sequence[frozenset[str]]) -> frozenset[str]:
    """The topics of the last turn that has any, if it asks; "one sec" or "Thanks!" in between is passed over."""
    for turn, named in zip(reversed(turns), reversed(topics), strict=True):
        if named:
            return named if _asks(turn) else frozenset()
        if len(turn) >= _SHORT:
            break
    return frozenset()


def _asks(turn: str) -> bool:
    return len(turn) < _SHORT or "?" in turn or _ASKS.search(turn) is not None


def _topics(words: Sequence[str]) -> dict[str, set[str]]:
    """Topic → the phrases that named it."""
    found: dict[str, set[str]] = {}
    if _FIRST_WORDS.isdisjoint(words):
        return found
    for i in [i for i, word in enumerate(words) if word in _FIRST_WORDS]:
        for phrase, topic in _PHRASES[words[i]]:
            if len(phrase) == 1 or (tuple(words[i : i + len(phrase)]) == phrase and not _is_other(phrase, words, i)):
                found.setdefault(topic, set()).add(" ".join(phrase))
    return found


def _is_other(phrase: tuple[str, ...], words: Sequence[str], at: int) -> bool:
    return at > 0 and words[at - 1] == _NOT_AFTER.get(phrase)


def _places(plain: str, phrases: set[str]) -> tuple[int, ...]:
    """Where these phrases begin in the text; a longer blank inside one is not looked for."""
    return tuple(sorted({at for phrase in phrases for at in _occurrences(plain, phrase)}))


def _occurrences(plain: str, phrase: str) -> Iterator[int]:
    at = plain.find(phrase.split(" ", 1)[0])
    while at >= 0:
        yield at
        at = plain.find(phrase.split(" ", 1)[0], at + 1)
