"""Telephones with letters, stars and extensions; addresses said in other languages. Values are made up."""

import pytest

from .conftest import Masked

PHONES = [
    ("my phone is five five five, oh one two three", "five five five, oh one two three"),
    ("(212) 555-0143 extension twelve", "(212) 555-0143 extension twelve"),
    ("(212) 555-0143 x12", "(212) 555-0143 x12"),
    ("212-555-0143;ext=12", "212-555-0143;ext=12"),
    ("+1 (212) 555-0143 #12", "+1 (212) 555-0143 #12"),
    ("+49 30 901820 Durchwahl 12", "+49 30 901820 Durchwahl 12"),
    ("01 42 68 53 00 poste 214", "01 42 68 53 00 poste 214"),
    ("+34 912 34 56 78 anexo 12", "+34 912 34 56 78 anexo 12"),
    ("my number is 212-555-HELP", "212-555-HELP"),
    ("call me at 212-GO-MARIA", "212-GO-MARIA"),
    ("my cell is (212) 5**-**99", "(212) 5**-**99"),
    ("my phone is xxx-xxx-1234", "xxx-xxx-1234"),
    ("my number is (xxx) xxx-1234", "(xxx) xxx-1234"),
    ("phone 212-555-XXXX", "212-555-XXXX"),
    ("+44 (0)20 7946 0958", "+44 (0)20 7946 0958"),
    ("tel:+12125550143", "+12125550143"),
    ("0049 30 901820", "0049 30 901820"),
    ("call me at 11 91234-5678", "11 91234-5678"),
    ("my mobile 8 (912) 345-67-89", "8 (912) 345-67-89"),
]
NO_PHONES = [
    "call 1-800-FLOWERS",
    "my number for you is 1-888-GO-APPLE",
    "call 1-877-KARS-4-KIDS",
    "call 911",
    "call me at 5pm",
    "text STOP to 12345",
    "my phone is 100% charged",
    "my phone, my card is **** **** **** 1234",
    "my phone order ended ****1234",
    "phone case xx-large",
    "phone 14 pro max 256",
    "call 212-555-help-me-out",
]
MAILS = [
    ("Crystal Minh <crystal.minh@example.com>", "crystal.minh@example.com"),
    ("mailto:crystal@example.com", "crystal@example.com"),
    ("crystal+news@example.com", "crystal+news@example.com"),
    (r'"c.\"m"@example.com', r'"c.\"m"@example.com'),
    ("maría@correo.españa.es", "maría@correo.españa.es"),
    ("it's CRYSTAL@GMAIL.COM!!!", "CRYSTAL@GMAIL.COM"),
    ("crystal @ gmail . com", "crystal @ gmail . com"),
    ("crystal@gmail. com", "crystal@gmail. com"),
    ("maria arroba gmail punto com", "maria arroba gmail punto com"),
    ("jean point dupont arobase orange point fr", "jean point dupont arobase orange point fr"),
    ("jean.dupont chez orange point fr", "jean.dupont chez orange point fr"),
    ("hans klammeraffe gmx punkt de", "hans klammeraffe gmx punkt de"),
    ("mario chiocciola libero punto it", "mario chiocciola libero punto it"),
    ("crystal (a) gmail (punto) com", "crystal (a) gmail (punto) com"),
]
LINKS = [
    ("linkedin.com/in/crystal-minh", "linkedin.com/in/crystal-minh"),
    ("facebook.com/profile.php?id=100001", "facebook.com/profile.php?id=100001"),
    ("telegram t.me/crystalm", "t.me/crystalm"),
    ("wa.me/15551234567", "wa.me/15551234567"),
    ("my blog is crystalm.tumblr.com.", "crystalm.tumblr.com"),
]


@pytest.mark.parametrize(("text", "phone"), PHONES)
def test_telephone_is_masked_whole(masked: Masked, text: str, phone: str) -> None:
    assert ("PHONE_NUMBER", phone) in masked(text)


@pytest.mark.parametrize("text", NO_PHONES)
def test_public_lines_hours_and_cards_are_no_telephone(masked: Masked, text: str) -> None:
    assert "PHONE_NUMBER" not in {kind for kind, _ in masked(text)}


def test_partly_hidden_number_needs_a_word_for_phones(masked: Masked) -> None:
    assert masked("xxx-xxx-1234") == []
    assert masked("xxx-xxx-1234", "Is this your phone number?") == [("PHONE_NUMBER", "xxx-xxx-1234")]


@pytest.mark.parametrize(("text", "mail"), MAILS)
def test_address_is_masked_whole(masked: Masked, text: str, mail: str) -> None:
    assert ("EMAIL_ADDRESS", mail) in masked(text)


@pytest.mark.parametrize(
    "text",
    ["we are at this point com is down", "punto final com", "chez orange point de vente", "meet me at gate punt"],
)
def test_ordinary_words_for_at_and_dot_are_no_address(masked: Masked, text: str) -> None:
    assert masked(text) == []


@pytest.mark.parametrize(("text", "link"), LINKS)
def test_profile_link_is_masked_whole(masked: Masked, text: str, link: str) -> None:
    assert ("URL", link) in masked(text)


def test_help_pages_of_a_host_of_blogs_are_left(masked: Masked) -> None:
    assert masked("support.wordpress.com is down") == []


def test_name_before_an_address_is_a_person_and_a_desk_is_not(masked: Masked) -> None:
    assert ("PERSON", "Priyanka Raman") in masked('From: "Priyanka Raman" <pr@example.com>')
    assert "PERSON" not in {kind for kind, _ in masked("Acme Support <help@example.com>")}


NUMBERED = [
    "EAN 4002430866856",
    "UPC: 036000291452",
    "the ISBN is 2127074002",
    "the barcode says 2127074002",
    "article 639-303-4665 is sold out",
    "does part no. 639-303-4665 fit?",
    "I am on version 292.20.11455",
    "build 212.555.0143 crashes",
    "firmware number 2125550143",
    "error code 2125550143 again",
    "lot #2125550143 was recalled",
    "song 2125550143 on the list",
    "page 2125550143 is missing",
    "the meter reads 2125550143",
    "flight 2125550143",
    "book 2127074002 please",
]
NOT_NUMBERED = [
    ("thanks a lot 2125550143", "2125550143"),
    ("my error 2125550143", "2125550143"),
    ("for my part 2125550143", "2125550143"),
    ("in my address book 2125550143", "2125550143"),
    ("that was the last page. 2125550143", "2125550143"),
    ("it is about my order. 2125550143", "2125550143"),
    ("she said 2125550143", "2125550143"),
    ("did 212-555-0143 ring?", "212-555-0143"),
    ("a partner 2125550143", "2125550143"),
    ("2125550143", "2125550143"),
]


@pytest.mark.parametrize("text", NUMBERED)
def test_number_of_a_thing_is_no_telephone(masked: Masked, text: str) -> None:
    assert "PHONE_NUMBER" not in {kind for kind, _ in masked(text)}


@pytest.mark.parametrize(("text", "phone"), NOT_NUMBERED)
def test_word_that_numbers_nothing_leaves_a_telephone_one(masked: Masked, text: str, phone: str) -> None:
    assert ("PHONE_NUMBER", phone) in masked(text)


@pytest.mark.parametrize(
    "text",
    [
        "it was 503.456.78 in total",
        "it's a 2019 120000 km one",
        "it shows 94.512 / 21.330",
        "I played 3 12 23 34 45 6",
        "I played 4 8 15 16 23 42 7",
        "rx 20/20 -2.25",
        "s23 128gb 256gb 512gb",
        "the log says 20190714222537",
    ],
)
def test_amount_reading_draw_or_time_is_no_telephone(masked: Masked, text: str) -> None:
    assert masked(text) == []


@pytest.mark.parametrize(
    "phone",
    ["06 12 34 56 78", "33 6 12 34 56 78", "2 1 2 5 5 5 0 1 4 3", "030/1234567", "01.42.68.53.00", "212.555.0143",
     "201 912 0000", "2019120000"],
)  # fmt: skip
def test_telephone_in_groups_stays_one(masked: Masked, phone: str) -> None:
    assert masked(f"it is {phone}") == [("PHONE_NUMBER", phone)]


def test_word_for_telephones_outweighs_the_look_of_an_amount(masked: Masked) -> None:
    assert masked("my phone is 503.456.78") == [("PHONE_NUMBER", "503.456.78")]


@pytest.mark.parametrize(
    "address",
    ["127.0.0.1", "127.0.0.53", "0.0.0.255", "255.255.255.0", "255.255.254.0", "255.255.255.255", "8.8.8.8",
     "8.8.4.4", "1.1.1.1", "1.0.0.1", "9.9.9.9", "127.0.0.0/8", "2606:4700:4700::1111", "2001:4860:4860:0:0:0:0:8888"],
)  # fmt: skip
def test_own_machine_netmask_and_public_resolver_are_nobodys_address(masked: Masked, address: str) -> None:
    assert masked(f"my ip shows {address} there") == []


@pytest.mark.parametrize(
    "address",
    ["8.8.8.9", "1.1.1.2", "126.255.0.1", "254.10.0.1", "192.168.1.17", "203.0.113.7", "2606:4700:4700::1112"],
)
def test_neighbour_of_a_well_known_address_is_somebodys(masked: Masked, address: str) -> None:
    assert masked(f"it shows {address} there") == [("IP_ADDRESS", address)]
