"""Sentences that were written before the detection of these forms was first run and not looked at since: what they
reach is shown beside the rest, and no rule was made with them in sight."""

from collections.abc import Mapping

from benchmarks.evasion.forms import Carrier, carriers

CARRIERS: Mapping[str, tuple[Carrier, ...]] = {
    "CREDIT_CARD": carriers(
        "charge it to card {} please", "What card number should I use? | you can use {}", "card no. {} was declined",
    ),
    "IBAN_CODE": carriers("here is the account for the refund: {}", "What is your IBAN? | this one {}"),
    "US_SSN": carriers("the ssn on file should be {}", "Can you confirm your social security number? | yes it's {}"),
    "PHONE_NUMBER": carriers(
        "best way to reach me is by phone, {}", "What number can we call you back on? | try {}", "my cell is {}",
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
