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
