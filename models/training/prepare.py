"""Shared sources and generated messages to arrays: `python -m models.training.prepare OUT.npz --data D --initial I`."""

import argparse
import json
import random
import re
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
from tokenizers import Tokenizer

from models.training import templates as t
from models.training import values as v
from models.training.generate import generate
from models.training.labels import INDEX, LABELS, OPEN, TYPES, WINDOW, context_room, rename
from models.training.messages import question
from models.training.noise import lowered
from models.training.stand_ins import StandIns
from redactor.detection.pieces import case_codes

# source -> (copies, most lines of one copy)
SOURCES = {
    "abcd": (8, 10_000),
    "tau_bench": (8, 10_000),
    "sgd": (1, 30_000),
    "btc": (4, 10_000),
    "wnut17": (6, 10_000),
    "crossner": (8, 10_000),
}
ABSENT = frozenset(
    {
        "SECRET", "CARD_CVV", "CREDIT_CARD", "IBAN_CODE", "BANK_ACCOUNT", "NATIONAL_ID", "PASSPORT", "DRIVER_LICENSE",
        "VEHICLE_ID", "MEDICAL_ID", "CRYPTO", "MAC_ADDRESS",
    }
)  # fmt: skip
"""Types no source labels because hardly one occurs: left open, they would spread over all unfamiliar text."""
UNSEEN = {
    "sgd": {"USERNAME", "ACCOUNT_ID", "EMAIL_ADDRESS", "IP_ADDRESS"},
    "crossner": {"USERNAME", "ACCOUNT_ID", "PHONE_NUMBER", "POSTAL_CODE", "EMAIL_ADDRESS", "IP_ADDRESS"},
    "btc": {"ACCOUNT_ID", "POSTAL_CODE"},
    "wnut17": {"ACCOUNT_ID", "POSTAL_CODE"},
}
"""The same, of one source."""
SWAPPED = ("abcd", "tau_bench", "sgd")
REVIEW_COPIES = 8
"""As often as the shared sources of single customers' chats: each copy has other contexts."""
IGNORED = -100
LEFT_OUT = ("dialogs", "prose", "messages", "context", "case")
"""What an ablation can leave out."""
SLOTS = {
    "PERSON": "person",
    "ACCOUNT_ID": "account",
    "EMAIL": "email",
    "ADDRESS": "address",
    "SECRET": "pin",
    "USERNAME": "user",
    "POSTCODE": "zip",
    "LOCATION": "city",
}
Row = dict[str, Any]


def same_shape(rng: random.Random, text: str) -> str:
    """Other letters and digits in the same places."""
    return "".join(
        rng.choice("0123456789")
        if c.isdigit()
        else rng.choice("abcdefghijklmnopqrstuvwxyz")
        if c.islower()
        else rng.choice("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
        if c.isupper()
        else c
        for c in text
    )


class Swap:
    """Fresh values for one dialog; the same value stays the same value in all its turns."""

    def __init__(self, rng: random.Random) -> None:
        self.rng = rng
        self.known: dict[str, str] = {}
        self.name = v.first_last(rng)

    def __call__(self, label: str, text: str) -> str:
        if label == "PERSON":
            return " ".join(self.word(w, i) for i, w in enumerate(text.split(" ")))
        key = label + text.lower()
        if key not in self.known:
            self.known[key] = self.fresh(label, text)
        return self.known[key]

    def word(self, word: str, position: int) -> str:
        bare = word.strip(".,'’").lower()
        if len(bare) < 2 or bare in ("dr", "md", "mr", "mrs", "ms", "dds"):
            return word
        if bare not in self.known:
            name = self.name[position > 0] if self.rng.random() < 0.7 else v.first_last(self.rng)[position > 0]
            self.known[bare] = name.split(" ")[0] or "Ana"
        new = self.known[bare]
        return new.lower() if word.islower() else new.upper() if word.isupper() else new

    def fresh(self, label: str, text: str) -> str:
        rng = self.rng
        if label == "EMAIL":
            return v.email(rng, self.name)
        if label == "USERNAME":
            return v.handle(rng, self.name)
        if label == "ACCOUNT_ID":
            return same_shape(rng, text) if rng.random() < 0.6 else v.account(rng)
        if label == "ADDRESS" and re.search(r"\d.*[A-Z]{2},? *\d{4,}", text):
            return v.address(rng) if rng.random() < 0.8 else text
        if label == "ADDRESS" and re.match(r"\d", text):
            return v.street(rng) if rng.random() < 0.7 else text
        if label in ("SECRET", "POSTCODE", "PHONE"):
            return same_shape(rng, text)
        return text


def persons_only(swap: Swap) -> Callable[[str, str], str]:
    return lambda label, text: swap(label, text) if label == "PERSON" else text


def swapped(row: Row, swap: Callable[[str, str], str]) -> Row:
    text, spans, end = "", [], 0
    for s in sorted(row["spans"], key=lambda s: int(s["start"])):
        text += row["text"][end : s["start"]]
        new = swap(s["label"], row["text"][s["start"] : s["end"]])
        spans.append({"start": len(text), "end": len(text) + len(new), "label": s["label"]})
        text, end = text + new, s["end"]
    return {**row, "text": text + row["text"][end:], "spans": spans}


def hidden(row: Row, rng: random.Random) -> str:
    """The turn as it stands in a redacted history."""
    text, stand_ins = row["text"], StandIns.of(row["text"])
    for s in sorted(row["spans"], key=lambda s: -int(s["start"])):
        label, value = rename(s["label"]), row["text"][s["start"] : s["end"]]
        placeholder = f"[{label}_{rng.choice('1112')}]"
        text = text[: s["start"]] + (stand_ins.instead_of(label, value) or placeholder) + text[s["end"] :]
    return str(text)


def real_context(rng: random.Random, before: list[Row]) -> str:
    dice = rng.random()
    if dice < 0.12:
        return ""
    hide = rng.random() < 0.5
    turns = before[-1:] if dice < 0.5 else before[-2:]
    return "\n".join(hidden(r, rng) if hide else r["text"] for r in turns)


def made_context(rng: random.Random, row: Row) -> str:
    """A fitting question for lines whose own was not kept."""
    labels = [SLOTS[s["label"]] for s in row["spans"] if s["label"] in SLOTS]
    dice = rng.random()
    if labels and dice < 0.8:
        return question(rng, list(dict.fromkeys(labels)))
    if dice < 0.55:
        return ""
    return question(rng, ["person" if dice < 0.6 else "account"]) if dice < 0.68 else rng.choice(t.NEUTRAL_AGENT[:28])


def source_rows(data: Path, source: str, rng: random.Random) -> Iterator[Row]:
    """One copy of a source's train lines, each with its context, its values swapped where few distinct ones occur."""
    rows = [json.loads(line) for line in (data / source / "train.jsonl").open(encoding="utf-8")]
    swaps: dict[str, Swap] = {}
    before: dict[str, list[Row]] = {}
    for row in rows:
        dialog = row["dialog_id"] if source in SWAPPED and row["dialog_id"] else row["id"]
        if source in SWAPPED:
            row = swapped(row, swaps.setdefault(dialog, Swap(rng)))
        elif rng.random() < 0.4:
            row = swapped(row, persons_only(Swap(rng)))
        turns = before.setdefault(dialog, [])
        context = made_context(rng, row) if source == "abcd" else real_context(rng, turns) if turns else ""
        turns.append(row)
        text = row["text"]
        if rng.random() < 0.3 and len(text.lower()) == len(text):
            text, context = text.lower(), lowered(context)
        yield {
            "context": context,
            "text": text,
            "spans": [{**s, "label": rename(s["label"])} for s in row["spans"]],
            "source": source,
        }


def review_rows(path: Path, rng: random.Random) -> Iterator[Row]:
    """The messages of `redactor review export`, each with its context. Their values are stand-ins already."""
    before: dict[str, list[Row]] = {}
    for row in reviews(path):
        turns = before.setdefault(row["dialog_id"], [])
        context = real_context(rng, turns) if turns else ""
        turns.append(row)
        spans = [{**s, "label": rename(s["label"])} for s in row["spans"]]
        yield {"context": context, "text": row["text"], "spans": spans, "source": review_source(row)}


def reviews(path: Path) -> list[Row]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def review_source(row: Row) -> str:
    """Reviews of one policy: the types it keeps in the text have no spans, so they stay open."""
    return " ".join(["reviews", *row["unlabelled"]])


def open_in_reviews(path: Path) -> dict[str, frozenset[str]]:
    return {review_source(row): frozenset(row["unlabelled"]) & frozenset(TYPES) for row in reviews(path)}


def open_types(data: Path, source: str) -> frozenset[str]:
    meta = json.loads((data / source / "meta.json").read_text(encoding="utf-8"))
    annotated = {rename(x) for x in meta["labels_annotated"]}
    return frozenset(TYPES) - annotated - ABSENT - UNSEEN.get(source, set())


def encode(
    tokenizer: Tokenizer, rows: Iterable[Row], opens: dict[str, frozenset[str]], sets: list[frozenset[str]]
) -> Iterator[tuple[list[int], list[int], list[int]]]:
    """(word pieces, segment * 4 + case, label codes) of each row."""
    cls, sep = (tokenizer.token_to_id(token) or 0 for token in ("[CLS]", "[SEP]"))
    chunk: list[Row] = []

    def flush() -> Iterator[tuple[list[int], list[int], list[int]]]:
        texts = tokenizer.encode_batch([r["text"] for r in chunk], add_special_tokens=False)
        contexts = tokenizer.encode_batch([r["context"] for r in chunk], add_special_tokens=False)
        for row, enc, ctx in zip(chunk, texts, contexts, strict=True):
            n = min(len(enc.ids), WINDOW)
            if not n:
                continue
            room = context_room(n)
            ctx_ids, ctx_at = ctx.ids[-room:], ctx.offsets[-room:]
            codes, ctx_codes = case_codes(row["text"]), case_codes(row["context"])
            labels = token_labels(row, enc.offsets[:n], opens.get(row.get("source", ""), frozenset()), sets)
            first = [cls, *ctx_ids, sep] if ctx_ids else [cls]
            first_types = [3] + [ctx_codes[a] for a, _ in ctx_at] + [3] if ctx_ids else [3]
            yield (
                first + enc.ids[:n] + [sep],
                first_types + [4 + codes[a] for a, _ in enc.offsets[:n]] + [7],
                [IGNORED] * len(first) + labels + [IGNORED],
            )

    for row in rows:
        chunk.append(row)
        if len(chunk) == 2000:
            yield from flush()
            chunk = []
    yield from flush()


def token_labels(
    row: Row, offsets: list[tuple[int, int]], opened: frozenset[str], sets: list[frozenset[str]]
) -> list[int]:
    labels = [OPEN + set_index(sets, opened)] * len(offsets)
    for s in row["spans"]:
        inside = [i for i, (a, b) in enumerate(offsets) if b > s["start"] and a < s["end"]]
        for k, i in enumerate(inside):
            if s["label"].startswith("?"):
                labels[i] = OPEN + set_index(sets, opened | {s["label"][1:]})
            else:
                labels[i] = INDEX.get(("I-" if k else "B-") + s["label"], IGNORED)
    return labels


def set_index(sets: list[frozenset[str]], members: frozenset[str]) -> int:
    if members not in sets:
        sets.append(members)
    return sets.index(members)


def load_tokenizer(folder: Path) -> Tokenizer:
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.no_truncation()
    return tokenizer


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out", type=Path)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--initial", type=Path, required=True, help="folder of the initial encoder")
    parser.add_argument("--count", type=int, default=150_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--part", type=float, default=1.0, help="this share of everything, for ablations")
    parser.add_argument(
        "--reviews", type=Path, action="append", default=[], help="a file of `redactor review export`, read eight times"
    )
    parser.add_argument("--without", action="append", default=[], choices=LEFT_OUT, help="for ablations")
    args = parser.parse_args()
    rng = random.Random(args.seed)
    opens = {s: open_types(args.data, s) for s in SOURCES}
    for path in args.reviews:
        opens |= open_in_reviews(path)
    sets: list[frozenset[str]] = [frozenset()]

    def rows() -> Iterator[Row]:
        yield from generate(round(args.count * args.part), args.seed, args.without)
        for source, (copies, most) in SOURCES.items():
            for _ in range(copies):
                copy = list(source_rows(args.data, source, rng))
                yield from rng.sample(copy, round(min(most, len(copy)) * args.part))
        for path in args.reviews:
            for _ in range(REVIEW_COPIES):
                yield from review_rows(path, rng)

    ids, types, labels, lengths = [], [], [], []
    made = ({**row, "context": ""} for row in rows()) if "context" in args.without else rows()
    for i, s, y in encode(load_tokenizer(args.initial), made, opens, sets):
        ids += i
        types += s
        labels += y
        lengths.append(len(i))
    masks = np.array([[x == "O" or x[2:] in members for x in LABELS] for members in sets])
    np.savez(
        args.out,
        ids=np.array(ids, np.int32),
        types=np.array(types, np.int8) // 4 * 4 if "case" in args.without else np.array(types, np.int8),
        labels=np.array(labels, np.int16),
        lengths=np.array(lengths, np.int32),
        masks=masks,
    )
    print(f"{len(lengths)} messages, {len(ids)} word pieces, {len(sets)} open sets")


if __name__ == "__main__":
    main()
