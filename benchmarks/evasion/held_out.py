"""Sentences held out: those around values were written before the new forms were first run, those around pieces and of
corrections after the rules; what they reach is shown as one number beside the rest, and no rule was made from it."""

from collections.abc import Mapping

from benchmarks.evasion.forms import Carrier, carriers

CARRIERS: Mapping[str, tuple[Carrier, ...]] = {
    "CREDIT_CARD": carriers(
        "charge it to card {} please",
        "What card number should I use? | you can use {}",
        "card no. {} was declined",
    ),
    "IBAN_CODE": carriers("here is the account for the refund: {}", "What is your IBAN? | this one {}"),
    "US_SSN": carriers("the ssn on file should be {}", "Can you confirm your social security number? | yes it's {}"),
    "PHONE_NUMBER": carriers(
        "best way to reach me is by phone, {}",
        "What number can we call you back on? | try {}",
        "my cell is {}",
    ),
    "EMAIL_ADDRESS": carriers("you'll find me under {}", "Where can we mail the label? | {} works"),
    "ACCOUNT_ID": carriers("What's the order number? | here you go {}", "Your account ID? | {} I think"),
    "PERSON": carriers("the parcel is for {}", "What's your name, please? | {} is my name", "you are talking to {}"),
    "STREET_ADDRESS": carriers("deliver to {} instead", "Where should it go? | {} please"),
    "PASSPORT": carriers("Passport number? | {} it says", "my passport is {}"),
    "DATE_OF_BIRTH": carriers("dob {}", "When were you born? | {}"),
    "POSTAL_CODE": carriers("zip code {}", "And the postcode? | that's {}"),
}
"""Entity type → sentences held out."""

STARTS = ("beginning: {}", "the card starts {}", "{} to begin with", "it begins {}")
GOES_ON = ("followed by {}", "next: {}", "here comes {}", "so then {}", "plus {}")
ENDS = ("lastly {}", "and that leaves {}", "the end is {}", "then finally {}")
ASIDES = ("hmm", "the light is bad here", "bear with me", "almost there", "can you see it?")
"""Around pieces, and between them."""

OF_NUMBERS = ("my bad, «1» not «1»", "that should be «2» not «2»", "actually «4» not «4»", "the final digit was «1»")
OF_NAMES = ("sorry, an «l» not an «l»", "I meant «n» with a «l»", "that's «n» with an «l»", "the last letter is «l»")
"""Corrections."""
