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
account    account/accounts/acct/a/c/customer id/customer number/client id/client number/member id/membership/member
account    loyalty/rewards number/profile id/kundennummer/konto/compte/cuenta/klantnummer/user id/userid/frequent flyer
booking    booking/reservation/confirmation/pnr/locator/itinerary/buchung/reserva/prenotazione/reservering/check-in
ticket     ticket/case/incident/reference/ref/claim/policy number/policy id/invoice/transaction/tracking/shipment/rma
ticket     subscription id/contract number/request number/factura/facture/rechnung/fattura/serial/return id/return number
phone      phone/phones/mobile/cell/cellphone/telephone/tel/call/calling/text/sms/whatsapp/contact/reach/callback/fax
phone      landline/telefon/handy/handynummer/telefonnummer/téléphone/portable/teléfono/móvil/telefono/cellulare/telefoon
phone      dial/ring/phone number/contact number/best number
card       card/cards/visa/mastercard/amex/discover/maestro/debit/credit/cc/pan number/karte/kreditkarte/carte/tarjeta
card       carta/kaart/american express
expiry     exp/expiry/expiration/expires/expire/exp date/valid thru/valid until/valid through/good thru
cvv        cvv/cvv2/cvc/cvc2/csc/cid/security code/card code/card verification/security number/digits on the back
cvv        prüfziffer/cryptogramme
ssn        ssn/social security/social/ssa/ss#/socials
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
otp        otp/one-time/one time/onetime/verification code/code/2fa/authenticator/passcode/security code/access code
otp        authentication code/confirmation code/verification
answer     security question/secret question/security answer/maiden name/maiden/first pet/answer to your security
username   username/usernames/user name/login/handle/screen name/screenname/nickname/userid/user id/gamertag/user-name
bank       bank/routing/aba/account number/checking/savings/iban/sort code/sortcode/wire/direct deposit/deposit/acct
sort       sort code/sortcode/sort-code
address    address/street/ship/shipping/shipped/live/lives/living/deliver/delivered/delivery/mailing/residence/reside
address    home/located/apartment/adresse/dirección/indirizzo/adres/moved/moving
name       name/names/full name/called/who am i speaking/whom am i speaking/who i am speaking
passport   passport/reisepass/passeport/pasaporte/passaporto/paspoort
licence    driver license/driver's license/drivers license/driving licence/driving license/driver licence/licence/license
ip         ip/ip address
version    version/firmware/build/release/v/ver
flight     flight/flights/flying
promo      promo/coupon/discount/voucher/promotional
"""


_WORD = regex.compile(r"\p{L}[\p{L}\p{M}\d]*+(?:'(?!s\b)\p{L}++)?+")


def _lexicon() -> tuple[Mapping[str, tuple[str, ...]], Mapping[str, tuple[tuple[tuple[str, ...], str], ...]]]:
    single: dict[str, tuple[str, ...]] = {}
    phrases: dict[str, tuple[tuple[tuple[str, ...], str], ...]] = {}
    for line in _LEXICON.strip().splitlines():
        topic, entries = line.split(maxsplit=1)
        for entry in entries.split("/"):
            words = tuple(_WORD.findall(entry))
            if len(words) == 1:
                single[words[0]] = (*single.get(words[0], ()), topic)
            elif words:
                phrases[words[0]] = (*phrases.get(words[0], ()), (words, topic))
    return single, phrases


_PLACEHOLDER = regex.compile(r"\[[A-Z][A-Z0-9_]{1,62}+\]")
_ASKS = regex.compile(
    r"(?i)\?|\b(?:please|provide|need|may i|can i|could you|can you|what|what's|which|give me|enter|tell me|have your|"
    r"confirm|share|verify|type|let me know|send me|i'll need|looking up|pull up|spell|repeat|read me)\b"
)
_SINGLE, _PHRASES = _lexicon()
FILLER = "\ue000"
"""Stands for each character of a placeholder while patterns look: no word, no digit, no blank."""
REACH = 4
"""How many turns before the message count as context; an answer seldom comes later."""
_TURN_TAIL = 600
"""How much of the end of an earlier turn is read: questions stand at the end, and cost has to be bounded."""


@dataclass(frozen=True, slots=True)
class Context:
    """The topics around one message."""

    here: Mapping[str, tuple[int, ...]]
    """Topic → where in the message its words end."""
    words: frozenset[str] = field(repr=False)
    """The message's words, lower case."""
    asked: frozenset[str] = frozenset()
    """Topics of the turn directly before, if that turn asks for something or breaks off at the word."""
    before: frozenset[str] = frozenset()
    """Topics of the turns before."""

    def __contains__(self, topic: object) -> bool:
        return topic in self.here or topic in self.asked or topic in self.before


def hide_placeholders(text: str) -> str:
    """The text, of the same length, with nothing in place of placeholders that could be matched."""
    if "[" not in text:
        return text
    return _PLACEHOLDER.sub(lambda found: FILLER * len(found[0]), text)


def context_words(text: str, context: Sequence[str]) -> Context:
    """Read the topics of a message (the view's text) and of the turns before it, oldest first, raw or redacted."""
    here, words = _topics(hide_placeholders(text))
    turns = [turn[-_TURN_TAIL:] for turn in context[-REACH:]]
    before = [frozenset(_topics(hide_placeholders(turn))[0]) for turn in turns]
    asked = before[-1] if turns and (_ASKS.search(turns[-1]) or len(turns[-1]) < 40) else frozenset()
    return Context(here, words, asked, frozenset().union(*before))


def _topics(text: str) -> tuple[dict[str, tuple[int, ...]], frozenset[str]]:
    found: dict[str, tuple[int, ...]] = {}
    tokens = [(token[0], token.end()) for token in _WORD.finditer(text.lower())]
    words = [word for word, _ in tokens]
    for i, (word, end) in enumerate(tokens):
        for topic in _SINGLE.get(word, ()):
            found[topic] = (*found.get(topic, ()), end)
        for topic, length in _matching_phrases(words, i):
            found[topic] = (*found.get(topic, ()), tokens[i + length - 1][1])
    return found, frozenset(words)


def _matching_phrases(words: Sequence[str], at: int) -> Iterator[tuple[str, int]]:
    for phrase, topic in _PHRASES.get(words[at], ()):
        if tuple(words[at : at + len(phrase)]) == phrase:
            yield topic, len(phrase)
