"""Fewer word pieces: what stays, and that the new tokenizer says the same in its own numbers."""

import json
from pathlib import Path

import pytest
from tokenizers import Tokenizer

pytest.importorskip("safetensors", reason="safetensors (extra `train`) holds the encoder's weights")

from models.training.vocabulary import is_latin, kept, pruned_tokenizer

VOCABULARY = ["[PAD]", "[unused0]", "[UNK]", "[CLS]", "[SEP]", "a", "b", "中", "##a", "##b", "hello", "world", "rare"]
NUMBERS = {piece: number for number, piece in enumerate(VOCABULARY)}


def test_used_pieces_single_characters_and_word_ends_stay_before_rare_words() -> None:
    chosen = [VOCABULARY[n] for n in kept(NUMBERS, seen={NUMBERS["rare"]}, size=10)]
    assert chosen == ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "a", "b", "##a", "##b", "hello", "rare"]


def test_other_scripts_and_unused_rows_never_stay() -> None:
    assert not is_latin("中") and not is_latin("[unused0]")
    assert is_latin("##é") and is_latin("€")
    assert NUMBERS["中"] not in kept(NUMBERS, seen=set(), size=100)


def test_the_pruned_tokenizer_splits_a_lost_word_and_keeps_the_others(tmp_path: Path) -> None:
    spec = {
        "version": "1.0",
        "added_tokens": [
            {"id": NUMBERS["[CLS]"], "content": "[CLS]", "single_word": False, "lstrip": False, "rstrip": False,
             "normalized": False, "special": True},
        ],
        "normalizer": {"type": "BertNormalizer", "clean_text": True, "handle_chinese_chars": True,
                       "strip_accents": None, "lowercase": True},
        "pre_tokenizer": {"type": "BertPreTokenizer"},
        "post_processor": None,
        "decoder": None,
        "model": {"type": "WordPiece", "unk_token": "[UNK]", "continuing_subword_prefix": "##",
                  "max_input_chars_per_word": 100, "vocab": {**NUMBERS, "ab": len(NUMBERS)}},
    }  # fmt: skip
    path = tmp_path / "tokenizer.json"
    path.write_text(json.dumps(spec), encoding="utf-8")
    new = pruned_tokenizer(path, [NUMBERS[p] for p in ("[UNK]", "[CLS]", "a", "##b", "hello")])
    path.write_text(json.dumps(new), encoding="utf-8")
    tokenizer = Tokenizer.from_file(str(path))
    assert tokenizer.encode("Hello ab", add_special_tokens=False).tokens == ["hello", "a", "##b"]
    assert tokenizer.token_to_id("[CLS]") == 1
