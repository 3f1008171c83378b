"""Harmless messages of the same shapes as values, written in the same disguises; nothing in them may be masked.

The part in braces is what the disguise is put on. Prices, sizes, versions, times, counts and emphasis stand where a
value of the entity type would stand; none of them names or reaches anybody.
"""

from collections.abc import Mapping

from benchmarks.evasion.scripts import HARMLESS as HARMLESS_SCRIPTS

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
    "base64": (
        "the model is RTX4090SuperOC", "internationalisation is hard", "shop/watch-and-learn/Everything",
        "the red/green/blue/yellow set please", "it says Error: ConnectionRefused", "uncharacteristically slow",
    ),
    "hexadecimal": (
        "the colours are #aabbcc and #ffcc00", "error 0x80070057 again", "a faded facade", "the bedaffed added decade",
        "the levels are 10 20 30 40 50 60", "feed the deaf cab",
    ),
    "URL-encoded": (
        "it says red%20shoes%20size%2042", "100% cotton, 20%off", "it is 50%25 of the price",
        "the page /caf%C3%A9/men%C3%BC is gone", "a+b=c and 1+1=2",
    ),
    "HTML references": (
        "shirts &amp; shoes", "5 &lt; 6 &gt; 4", "caf&eacute; &copy; 2024", "it shows &nbsp;&nbsp; everywhere",
        "AT&T; again",
        "price is &#36;20 &#8211; &#36;30",
    ),
    "quoted-printable": (
        "width=40 height=20", "it says caf=C3=A9 in the mail", "a=1, b=2", "total=30 EUR", "size=4D is odd",
    ),
    "escapes of programs": (
        "the file is in C:\\users\\public", "it prints \\u00e9 instead", "a \\n in the text", "caf\\xe9",
        "path \\x20 is wrong",
    ),
    "letters for digits": (
        "I need 2 B&B rooms", "GO 4 IT", "is it the S5 or the S6", "B2B or B2C", "IS 5 OK", "Model O5 or I5",
        "5 OZ or 8 OZ",
        "OS 15 is 8 GB big", "a 55 inch TV", "size S, 6 or 8", "zone 1 or zone 2", "Boeing 737 or Airbus A320",
    ),
    "digits for letters in an address": (
        "l33t sp34k is 0ld", "w00t that was gr8", "it is 4ever", "look at c0m", "the n3w one @ 5pm", "h3llo there",
    ),
    "a sign after every digit": (
        "2*3*4 is 24", "10|20|30|40 pieces", "1, 2, 3, 4, 5, 6, 7", "it is 5+5+5+5", "1:2:3 ratio", "4_2 or 5_3",
        "5, 10, 15, 20, 25 and 30", "the set has 1,2,3,4,5,6,7,8,9,10", "1=2=3 they say", "3~5 days",
    ),
    "a letter after every digit": (
        "120x60x75 cm", "2x4x8 wood", "1920x1080 or 2560x1440", "a 3x3x3 cube", "4x100 relay",
        "10x zoom and 5x optical",
        "2b or not 2b", "1a 2b 3c", "4x4 and 2x2",
    ),
    "every digit in brackets": (
        "(1) open it (2) plug it in (3) it smokes", "[1][2][3] are the notes", "(a) or (b)", "{0} and {1} are shown",
        "rows (1) (2) (3) (4) (5) are empty", "[x] done [ ] open",
    ),
    "a sign after every letter": (
        "yes/no/maybe", "a/b/c testing", "S/M/L/XL", "x*y*z", "and/or", "w/o w/e", "l_o_l", "B|A|C", "n/a n/a", "a~b~c",
    ),
    "from the end": (
        "the levels 1 1 2 2 3 3 4 4", "is the order of 10 20 30 40 right", "read it backwards please", "ten pairs",
        "stressed backwards is desserts", "the levels 4 3 2 1 0",
    ),
    "from the end, with a word for it": (
        "it plays backwards", "reverse charges apply", "I read the list backwards", "the jacket is reversible",
        "can I reverse the order", "the zip goes backwards", "step 3 2 1 in reverse", "counting backwards from 100",
    ),
    "digits read in groups": (
        "twenty three people came", "nineteen eighty four is a book", "one hundred and five dollars",
        "ten or twelve days",
        "forty two is the answer", "the twenty twenty edition", "two thousand and twenty three",
        "it was twenty five or thirty",
        "fifty fifty", "one thousand two hundred pieces", "thirty day trial, sixty for members",
        "eleven twelve thirteen go",
    ),
    "J as in John": (
        "a for effort", "b for breakfast", "plan b for the holiday", "I for one like it", "c as in the letter c",
        "e for electronic", "t for two", "is it a, b or c", "vitamin d for dinner", "s for small, m for medium",
    ),
    "code words for letters": (
        "the hotel in india was nice", "we dance tango in november", "the golf course and the hotel",
        "alpha or beta version",
        "what is the delta", "whiskey from the bar", "kilo of sugar", "an echo in the hotel",
        "is the victor the winner",
    ),
    "letter by letter, with double": (
        "double room please", "a double espresso", "triple A batteries", "capital letters only",
        "the double u", "big a is better",
        "double click on it", "size double x l",
    ),
    "grown together with words": (
        "my iPhone and MacBook", "is it JavaScript or TypeScript", "I paid by PayPal", "the PlayStation broke",
        "YouTube is slow",
        "eBay and FedEx", "openOrdersPage is empty", "thankYou", "errorNotFound appears", "HelloFresh box",
        "WhatsApp me",
    ),
    "hashtags": (
        "#BlackFriday deals", "#MeToo", "#FreeShipping please", "#orderlate", "#NotHappy with it",
        "#ThrowbackThursday", "#win",
    ),
    "signs right beside it": (
        "*really* bad", "/shrug/", "-sigh-", "(thanks)", "status=open;", "note:urgent", "wait...what", "size=large;",
    ),
    "all capitals, no capitals, underscores": (
        "WHERE IS MY ORDER", "thank you very much", "order_late again", "PLEASE HELP", "i_am_angry",
        "not_working", "free_shipping",
    ),
    "words wholly of look-alikes": (
        "где мой заказ", "это мой заказ", "a сок please", "the brand is Мир", "борщ is a soup", "it says нет",
        "καλημέρα to all",
    ),
    "names in other scripts": HARMLESS_SCRIPTS,
    "JSON in base64": ("the model is RTX4090SuperOC", "it is {\"size\": 42}", "eyes on the price", "eyes on the box"),
    "encoded twice": ("it says red%2520shoes now", "shirts &amp;amp; shoes", "100%25 sure"),
    "ringed, bracketed and dotted digits": ("① open ② plug in ③ smoke", "⑴ or ⑵", "step ➊ and ➋",
    "⒈ the box ⒉ the lid"),
}  # fmt: skip
"""Disguise → messages that look like it by themselves."""

LED_ON_TALK: tuple[tuple[str, ...], ...] = (
    ("I need 2", "ok", "then 3 more", "one sec", "and 4 blue ones"), ("first I paid 20", "then 30", "wait", "and 40"),
    ("the first one is 10", "hold on", "the last one is 12"), ("part 1 works", "ok", "part 2 does not",
    "and 3 is missing"),
    ("it starts with 9", "let me see", "and ends at 5"), ("page 404", "one sec", "then 500", "and 503"),
    ("1 box", "ok", "then 2 bags", "and the last 3 are for my mum"), ("room 12", "wait", "and 14", "still there?"),
    ("it was 2019", "ok", "then 2021", "and 2023"), ("step 1 done", "one sec", "next step 2"),
    ("size 38", "let me see", "and 40", "then 42"), ("I waited 20 minutes", "ok", "then 15 more"),
)  # fmt: skip
"""Numbers of which each stands for itself, announced one by one, with something said between."""

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
