"""The shipped model package: whole, documented, small, and of use on messages written for this test."""

import hashlib
import json
from pathlib import Path

import pytest

import redactor_en
from redactor.detection.transformer import Transformer
from redactor.taxonomy import entity_types

FOLDER = redactor_en.path()
META = json.loads((FOLDER / "meta.json").read_text(encoding="utf-8"))
MASKED_BY_DEFAULT = set(entity_types()) - {"ORGANIZATION", "LOCATION", "DATE_TIME"}

VALUES = [  # (turn before, message, value, type)
    ("May I have your full name?", "priya venkataraman", "priya venkataraman", "PERSON"),
    ("May I have your full name?", "Oluwaseun Adebayo", "Oluwaseun Adebayo", "PERSON"),
    ("", "Hi, this is Mr. Kowalczyk", "Kowalczyk", "PERSON"),
    ("my name is jun okafor", "Thanks Jun, one moment please.", "Jun", "PERSON"),
    ("What's your username?", "tmoreau_88", "tmoreau_88", "USERNAME"),
    ("Can I get your order ID?", "its 4410923875", "4410923875", "ACCOUNT_ID"),
    ("", "where is my order #W7728190", "#W7728190", "ACCOUNT_ID"),
    ("", "Your reservation KQ3R7Z has been cancelled.", "KQ3R7Z", "ACCOUNT_ID"),
    ("And the email?", "t.moreau88@example.com", "t.moreau88@example.com", "EMAIL_ADDRESS"),
    ("", "call me at (415) 555-0133", "(415) 555-0133", "PHONE_NUMBER"),
    (
        "What is the shipping address?",
        "77 Larch Hollow Rd, Dayton, OH 45402",
        "77 Larch Hollow Rd, Dayton, OH 45402",
        "STREET_ADDRESS",
    ),
    ("Your zip code?", "45402", "45402", "POSTAL_CODE"),
    ("We texted you a code, what is it?", "581204", "581204", "SECRET"),
    ("What is your date of birth?", "03/14/1987", "03/14/1987", "DATE_OF_BIRTH"),
    ("", "please refund to DE89 3704 0044 0532 0130 00", "DE89 3704 0044 0532 0130 00", "IBAN_CODE"),
    ("", "my ssn is 536-22-8145", "536-22-8145", "NATIONAL_ID"),
    ("", "passport number X4471290", "X4471290", "PASSPORT"),
]
ORDINARY = [
    ("How can I help you?", "the boots I ordered are too small"),
    ("What is your membership level?", "gold"),
    ("Which size?", "medium please"),
    ("What was the price?", "$64.99"),
    ("", "ok thanks"),
    ("", "will you refund me?"),
    ("", "may I ask why?"),
    ("", "May I have your full name please?"),
    ("", "Can I get your username, email and order id?"),
    ("What is the shipping status?", "Out for delivery."),
    ("", "I hope it arrives in august"),
    ("", "the Michael Kors jacket, the 94$ one"),
    ("", "Your Mastercard ending in 4336 will be refunded."),
    ("", "use code SAVE20 at checkout"),
    ("", "it has been 5 days"),
    ("", "my iphone 14 won't charge"),
    ("", "Flight UA221 departs at 7:30 pm."),
    ("", "😂😂"),
]


@pytest.fixture(scope="module")
def model() -> Transformer:
    return Transformer(FOLDER)


def test_path_is_the_folder_of_the_package() -> None:
    assert isinstance(FOLDER, Path)
    assert (FOLDER / "__init__.py").is_file()


@pytest.mark.parametrize("name", ["model.onnx", "tokenizer.json"])
def test_files_are_those_meta_speaks_of(name: str) -> None:
    content = (FOLDER / name).read_bytes()
    assert len(content) == META["files"][name]["bytes"]
    assert hashlib.sha256(content).hexdigest() == META["files"][name]["sha256"]


def test_the_model_is_small_enough_to_ship() -> None:
    assert META["files"]["model.onnx"]["bytes"] <= 23_000_000


def test_version_and_labels_agree_with_the_package() -> None:
    assert META["version"] == redactor_en.__version__
    assert {label[2:] for label in META["labels"] if label != "O"} <= set(entity_types())


def test_the_card_names_every_source_with_its_licence_and_the_initial_weights() -> None:
    card = (FOLDER / "MODEL_CARD.md").read_text(encoding="utf-8")
    for source in META["sources"]:
        assert source["name"] in card
        assert source["licence"] in card
    assert META["initial_weights"]["sha256"] in card
    assert "changes made" in card.lower()
    assert (FOLDER / "LICENSE").is_file()
    assert "fine-tuned from" in (FOLDER / "NOTICE").read_text(encoding="utf-8").lower()


def test_values_are_masked_whole_and_mostly_named_right(model: Transformer) -> None:
    right = 0
    for before, text, value, entity_type in VALUES:
        at = text.index(value)
        found = [e for e in model(text, [before] if before else []) if e.score >= 0.5 and e.type in MASKED_BY_DEFAULT]
        covered = {i for e in found for i in range(e.start, e.end)}
        assert all(i in covered for i in range(at, at + len(value)) if text[i].isalnum()), (text, found)
        right += any((e.start, e.end, e.type) == (at, at + len(value), entity_type) for e in found)
    assert right >= len(VALUES) - 2


def test_ordinary_messages_stay_as_they_are(model: Transformer) -> None:
    touched = [
        text
        for before, text in ORDINARY
        if any(e.score >= 0.5 and e.type in MASKED_BY_DEFAULT for e in model(text, [before] if before else []))
    ]
    assert touched == []
