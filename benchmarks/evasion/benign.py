"""Harmless messages of the same shapes as values, written in the same disguises; nothing in them may be masked.

The part in braces is what the disguise is put on. Prices, sizes, versions, times, counts and emphasis stand where a
value of the entity type would stand; none of them names or reaches anybody.
"""

from collections.abc import Mapping

ON_SHAPE: Mapping[str, tuple[str, ...]] = {
    "CREDIT_CARD": (
        "is it {1920 x 1080} or {2560 x 1440} pixels", "sizes {38 40 42 44} are all sold out",
        "it was {19.99} and now it is {24.99}, why", "the models of {2019 2020 2021 2022} look the same to me",
        "the pack of {10 20 30 40} bags please",
    ),
    "IBAN_CODE": (
        "does it have {USB 3.2 GEN 2} ports", "is the {HDMI 2.1} cable in the box", "the {LED TV 55} is too big",
        "I want the {DELUXE SET 3} in blue", "do you still sell the {MAXI PACK 24}",
    ),
    "US_SSN": (
        "it should take {3-5} days", "the score was {21-14-7} in the game", "we need {2-3-4} chairs per table",
        "open {9-5} or {10-6} on Sundays", "the ratio is {16-9-4}",
    ),
    "PHONE_NUMBER": (
        "I updated to version {10.4.2} and it crashes", "are you open {8:00 - 18:30} tomorrow",
        "support is {24/7} or not", "the box is {120 x 60 x 75} cm", "it costs {$1,299.00} on your site",
    ),
    "EMAIL_ADDRESS": (
        "it happened {at the} end of the {dot com} bubble", "meet {at noon} on the {dot}",
        "what a great price {at the moment}", "is it {free of charge} at the store", "the {best deal} of the year",
    ),
    "ACCOUNT_ID": (
        "I get error {404} on the checkout page", "it has {5000} mAh", "I need {1500} of them by Friday",
        "I paid {$250} for this", "it was {30%} off last week",
    ),
    "PERSON": (
        "{Thank You} so much", "{Good Morning} everyone", "{Big Sale} today or tomorrow",
        "this is {Very Important}", "{Free Shipping} they said",
    ),
    "STREET_ADDRESS": (
        "a {12 inch screen} is enough", "I gave it {5 stars}", "the {3 season tent} leaks",
        "two {10 foot cables} please", "I ordered {2 large pizzas}",
    ),
    "PASSPORT": (
        "does the {iPhone 15} come with a charger", "my {PS5} makes a noise", "is {A4} paper included",
        "the {Galaxy S23} is out of stock", "the {M3 Pro} version please",
    ),
    "DATE_OF_BIRTH": (
        "will it arrive {12 May} or later", "the sale ends {March 4}", "can I get {2 for 1}", "it is {9/10} for me",
        "I ordered it on {April 2, 2024}",
    ),
    "POSTAL_CODE": (
        "the power bank has {10000} mAh", "I have {25000} points", "size {42} please", "page {404} again",
        "it is {1200} watts",
    ),
}  # fmt: skip
"""Entity type → messages of its shape."""

EMPHASIS = (
    "{SALE TODAY ONLY}", "{50% OFF} is what it said", "this is {really} annoying", "I am {so happy} with it",
    "{please help} me", "{WOW} that was fast", "the sign says {OPEN 24 HOURS}", "I want {the blue one}",
    "{do not} cancel it", "it is {not working} again",
)  # fmt: skip
"""Slogans and emphasis, for every disguise."""

OWN: Mapping[str, tuple[str, ...]] = {
    "digits in words": (
        "I have one or two questions", "we work nine to five", "three two one go", "it is two for the price of one",
        "one of the four is broken and two are fine", "you get a one to one call", "double room for two nights",
        "it took three or four weeks not two", "my one and only order had two or three items",
        "from zero to one hundred in seven seconds", "one in four customers, two in five maybe",
    ),
    "digits partly in words": (
        "one 4K screen and two 8K screens", "two packs of 6 and one of 12", "one 20 and two 5 dollar coupons",
        "first one, then 2 or 3 more", "three 1 hour lessons", "I need two 3 packs and four 6 packs",
    ),
    "at and dot in words": (
        "it happened at the end of the dot com bubble", "meet me at noon on the dot", "put a dot at the end please",
        "the red dot at the top blinks", "I looked at the polka dot dress", "we start at 5 pm @ the store",
        "(at) least two of them", "the offer [at checkout] did not show", "I am at the store. is it open",
        "the echo dot at that price is a steal", "it is cheaper at other shops", "who is at fault here",
    ),
    "a blank after every character": (
        "S A L E ends today", "W O W that was fast", "p l e a s e answer", "N O thank you", "1 2 3 go",
        "a b c that is how easy it should be", "so s l o w today", "I am D O N E waiting", "y e s or n o",
    ),
    "letters with dashes or dots": (
        "N-O thank you", "so s-l-o-w today", "P-L-E-A-S-E answer", "W.O.W that was fast", "it is w-a-y too big",
        "the t-shirt is fine", "A.S.A.P please", "c-c-cold in here", "that is a b-i-g no",
    ),
    "a line break inside": (
        "two things:\n1. the box was open\n2. the cable is missing", "size 42\n10 pairs", "thank you\nvery much",
        "it costs 20\n30 with shipping", "open 9\nclosed 17", "the blue\none please",
    ),
    "wide blanks and tabs": (
        "size   42   please", "thank  you   very much", "10    20    30 pieces", "the   blue\tone", "9    to   5",
    ),
}  # fmt: skip
"""Disguise → messages that look like it by themselves."""

CONVERSATIONS: tuple[tuple[str, ...], ...] = (
    ("I need 2", "no 3", "of the blue ones", "thanks"), ("size 10", "or 12", "if you have it", "please"),
    ("is it 20", "or 30 dollars", "with shipping", "to the store"), ("1", "2", "3", "test"),
    ("between 9", "and 5", "would work", "for me"), ("do you have it at", "the store", "or online", "only"),
    ("the dot", "at the top", "is red", "why"), ("it was 50", "20 off", "so 30", "right?"),
    ("version 10", "4.2", "does not start", "help"), ("I ordered 4", "got 3", "so 1", "is missing"),
    ("hello", "anyone", "there", "??"), ("error 404", "then 500", "then 502", "then nothing"),
    ("it weighs 12", "15 kg with the box", "is that ok", "for you"), ("blue", "or green", "no", "red"),
    ("I paid 120", "80 came back", "where is the 40", "now"), ("ok", "5 stars", "10 out of 10", "bye"),
    ("room for 2", "3 nights", "2 breakfasts", "ok"), ("2 adults", "1 child", "from monday", "to friday"),
)  # fmt: skip
"""Short messages in a row in which nothing goes on from one to the next."""
