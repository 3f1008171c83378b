"""What people are called on networks, and what they say about the networks. Values are made up."""

import pytest

from .conftest import Masked

NAMED = [
    ("my insta is crystal.minh", "crystal.minh"),
    ("my instagram: crystalm", "crystalm"),
    ("ig: @crystal.m", "@crystal.m"),
    ("twitter handle crystalm", "crystalm"),
    ("TikTok: crystaldances", "crystaldances"),
    ("find me on instagram: lena.k", "lena.k"),
    ("snapchat lenak_22", "lenak_22"),
    ("add me on snap crystalm88", "crystalm88"),
    ("venmo @crystal-minh", "@crystal-minh"),
    ("my psn is CrystalBlade", "CrystalBlade"),
    ("my facebook is crystal.minh.9", "crystal.minh.9"),
    ("discord crystal#1234", "crystal#1234"),
    ("my cashapp is $crystalm", "$crystalm"),
    ("u/crystal_m on reddit", "u/crystal_m"),
    ("my skype is live:crystal.minh", "live:crystal.minh"),
    ("toot at @crystal@social.example", "@crystal@social.example"),
]
UNNAMED = [
    "i follow you on instagram",
    "my instagram is not working",
    "my instagram won't load",
    "my discord is down",
    "discord: it's broken",
    "my facebook is hacked",
    "my ebay is glitchy",
    "YouTube: Nukes are made by humans",
    "my twitter account is locked",
    "snap a picture of it",
    "i paid with venmo yesterday",
    "my PSN subscription renews",
    "steam sale 50%",
    "xbox 360 and ps5",
    "instagram ads 2024",
    "and/or u/c",
    "cash app: $20",
    "order #1234 on discord",
]


@pytest.mark.parametrize(("text", "handle"), NAMED)
def test_handle_is_masked_whole(masked: Masked, text: str, handle: str) -> None:
    assert ("USERNAME", handle) in masked(text)


@pytest.mark.parametrize("text", UNNAMED)
def test_what_is_said_about_a_network_is_left(masked: Masked, text: str) -> None:
    assert "USERNAME" not in {kind for kind, _ in masked(text)}


def test_bare_answer_is_a_handle(masked: Masked) -> None:
    assert masked("crystal.minh", "What's your Instagram?") == [("USERNAME", "crystal.minh")]
