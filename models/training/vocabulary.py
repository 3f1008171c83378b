"""The initial encoder with fewer word pieces: `python -m models.training.vocabulary OUT --data D --initial I`.

Half of the weights of a small encoder are its word embeddings, a third of those for scripts and names that English chat
never holds. Kept are the pieces the shared sources use and, of the rest, the most frequent (an uncased BERT vocabulary
is ordered by frequency), all single characters and word ends among them, so that every Latin word still has its pieces.
"""

import argparse
import hashlib
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from safetensors.numpy import load_file, save_file
from tokenizers import Tokenizer

SIZE = 22_000
"""Pieces kept: with int8 weights, a package of less than 20 MB."""
EMBEDDINGS = "embeddings.word_embeddings.weight"


def is_latin(piece: str) -> bool:
    """Whether a piece can occur in Latin script; unused rows cannot."""
    return not piece.startswith("[unused") and all(ord(c) < 0x250 or not c.isalpha() for c in piece)


def used(tokenizer: Tokenizer, texts: Iterable[str]) -> set[int]:
    """The pieces that occur in the texts."""
    return {number for coded in tokenizer.encode_batch(list(texts), add_special_tokens=False) for number in coded.ids}


def kept(vocabulary: dict[str, int], seen: set[int], size: int = SIZE) -> list[int]:
    """The numbers of the pieces to keep, in their old order."""
    latin = {piece: number for piece, number in sorted(vocabulary.items(), key=lambda item: item[1]) if is_latin(piece)}
    special = [number for piece, number in latin.items() if piece.startswith("[") and piece.endswith("]")]
    ends = [number for piece, number in latin.items() if piece.startswith("##") or len(piece) == 1]
    chosen = dict.fromkeys([*special, *ends, *(n for n in latin.values() if n in seen), *latin.values()])
    return sorted(list(chosen)[:size])


def source_texts(data: Path) -> Iterable[str]:
    """The messages of all train files."""
    for path in sorted(data.glob("*/train.jsonl")):
        for line in path.open(encoding="utf-8"):
            yield json.loads(line)["text"]


def pruned_tokenizer(path: Path, numbers: list[int]) -> dict[str, Any]:
    """The tokenizer's file with these pieces alone, numbered anew."""
    spec: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    piece_of = {number: piece for piece, number in spec["model"]["vocab"].items()}
    new = {piece_of[old]: number for number, old in enumerate(numbers)}
    spec["model"]["vocab"] = new
    spec["added_tokens"] = [{**token, "id": new[token["content"]]} for token in spec["added_tokens"]]
    for token in (spec["post_processor"] or {}).get("special_tokens", {}).values():
        token["ids"] = [new[piece] for piece in token["tokens"]]
    spec["padding"] = spec["truncation"] = None
    return spec


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out", type=Path)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--initial", type=Path, required=True, help="folder of the initial encoder")
    parser.add_argument("--size", type=int, default=SIZE)
    args = parser.parse_args()
    tokenizer = Tokenizer.from_file(str(args.initial / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.no_truncation()
    numbers = kept(tokenizer.get_vocab(), used(tokenizer, source_texts(args.data)), args.size)
    args.out.mkdir(parents=True, exist_ok=True)
    weights = load_file(args.initial / "model.safetensors")
    name = next(key for key in weights if key.endswith(EMBEDDINGS))
    weights[name] = weights[name][numbers]
    save_file(weights, args.out / "model.safetensors", metadata={"format": "pt"})
    spec = pruned_tokenizer(args.initial / "tokenizer.json", numbers)
    (args.out / "tokenizer.json").write_text(json.dumps(spec, ensure_ascii=False), encoding="utf-8")
    config = json.loads((args.initial / "config.json").read_text(encoding="utf-8"))
    config |= {"vocab_size": len(numbers), "pad_token_id": spec["model"]["vocab"]["[PAD]"]}
    (args.out / "config.json").write_text(json.dumps(config, indent=2), encoding="utf-8")
    digest = hashlib.sha256((args.initial / "model.safetensors").read_bytes()).hexdigest()
    origin = {"sha256": digest, "pieces_kept": len(numbers), "pieces": len(tokenizer.get_vocab())}
    (args.out / "origin.json").write_text(json.dumps(origin), encoding="utf-8")
    print(f"{len(numbers)} of {len(tokenizer.get_vocab())} pieces kept")


if __name__ == "__main__":
    main()
