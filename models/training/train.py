"""Fine-tune the initial encoder: `python -m models.training.train DATA.npz OUT --initial DIR --steps N`."""

import argparse
import json
import os
import random
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

os.environ.setdefault("OMP_WAIT_POLICY", "passive")
os.environ.setdefault("HF_HUB_OFFLINE", "1")

import numpy as np
import torch
from safetensors.torch import load_file, save_file
from transformers import AutoModelForTokenClassification

from models.training.labels import LABELS, OPEN

SEGMENTS_TIMES_CASES = 8
WARM_UP = 80
"""Steps until the learning rate has its peak."""


def load_model(initial: Path) -> torch.nn.Module:
    """The encoder with a fresh head; each row of the segment table is copied for the four cases of a word."""
    model = AutoModelForTokenClassification.from_pretrained(
        initial, num_labels=len(LABELS), dtype=torch.float32, attn_implementation="eager"
    )
    for module in model.bert.encoder.modules():  # one pass over the data: dropout there only costs time
        if isinstance(module, torch.nn.Dropout):
            module.p = 0.0
    embeddings = model.bert.embeddings
    old = embeddings.token_type_embeddings.weight.data
    new = torch.nn.Embedding(SEGMENTS_TIMES_CASES, old.shape[1])
    new.weight.data = old.repeat_interleave(4, dim=0) + torch.randn(SEGMENTS_TIMES_CASES, old.shape[1]) * 0.002
    embeddings.token_type_embeddings = new
    model.config.type_vocab_size = SEGMENTS_TIMES_CASES
    return model


def batches(lengths: np.ndarray, tokens: int, rng: random.Random) -> Iterator[list[int]]:
    """Endless batches of messages of like length, about `tokens` padded word pieces each."""
    while True:
        order = list(range(len(lengths)))
        rng.shuffle(order)
        for start in range(0, len(order), 6000):
            pool = sorted(order[start : start + 6000], key=lambda i: lengths[i] + rng.random() * 2)
            made: list[list[int]] = [[]]
            for i in pool:
                if made[-1] and int(lengths[i] + 1) * (len(made[-1]) + 1) > tokens:
                    made.append([])
                made[-1].append(i)
            rng.shuffle(made)
            yield from made


def loss_of(logits: torch.Tensor, labels: torch.Tensor, masks: torch.Tensor) -> torch.Tensor:
    """Cross entropy; a token that a source leaves unlabelled may be O or any type that source does not annotate."""
    seen = labels >= 0
    logp, y = torch.log_softmax(logits.float()[seen], -1), labels[seen]
    outside = y >= OPEN
    total = -logp[~outside].gather(1, y[~outside, None]).sum()
    allowed = masks[y[outside] - OPEN]
    total = total - torch.logsumexp(logp[outside].masked_fill(~allowed, float("-inf")), -1).sum()
    return total / len(y)


@dataclass(frozen=True, slots=True)
class Examples:
    """The prepared messages, one after another in flat arrays; `starts` says where each begins."""

    ids: np.ndarray
    types: np.ndarray
    labels: np.ndarray
    lengths: np.ndarray
    starts: np.ndarray

    @classmethod
    def of(cls, data: Mapping[str, np.ndarray]) -> "Examples":
        starts = np.concatenate([[0], np.cumsum(data["lengths"])])
        return cls(data["ids"], data["types"], data["labels"], data["lengths"], starts)

    def padded(self, batch: list[int]) -> tuple[torch.Tensor, torch.Tensor]:
        """Ids, types and labels of a batch as one tensor [3, batch, width], and the attention mask."""
        width = int(max(self.lengths[i] for i in batch))
        x = np.zeros((3, len(batch), width), np.int64)
        x[2] = -100
        for row, i in enumerate(batch):
            here, n = slice(self.starts[i], self.starts[i] + self.lengths[i]), self.lengths[i]
            x[0, row, :n], x[1, row, :n], x[2, row, :n] = self.ids[here], self.types[here], self.labels[here]
        mask = (torch.arange(width)[None, :] < torch.tensor(self.lengths[batch])[:, None]).long()
        return torch.from_numpy(x), mask


class Progress:
    """Prints every 25 steps: how far, the mean loss since, the speed."""

    def __init__(self) -> None:
        self.began = time.monotonic()
        self.step = self.pieces = 0
        self.loss = 0.0

    def minutes(self) -> float:
        return (time.monotonic() - self.began) / 60

    def note(self, loss: float, pieces: int, done: float) -> None:
        self.step, self.pieces, self.loss = self.step + 1, self.pieces + pieces, self.loss + loss
        if self.step % 25 == 0:
            speed = self.pieces / self.minutes() / 60
            print(f"step {self.step} done {done:.3f} loss {self.loss / 25:.4f} {speed:.0f}/s", flush=True)
            self.loss = 0.0


def parsed() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--initial", type=Path, required=True)
    parser.add_argument("--steps", type=int, default=2500)
    parser.add_argument("--minutes", type=float, default=1e9, help="after which the learning rate is zero all the same")
    parser.add_argument("--stop", type=int, default=10**9, help="step to stop at, before the learning rate is zero")
    parser.add_argument("--tokens", type=int, default=3072)
    parser.add_argument("--rate", type=float, default=2e-4)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--start", type=Path, help="weights to go on from")
    return parser.parse_args()


def optimizer_of(model: torch.nn.Module, rate: float) -> torch.optim.Optimizer:
    """AdamW; the fresh head learns five times as fast as the encoder."""
    head = [p for n, p in model.named_parameters() if n.startswith("classifier")]
    body = [p for n, p in model.named_parameters() if not n.startswith("classifier")]
    groups = [{"params": body, "peak": rate}, {"params": head, "peak": rate * 5}]
    return torch.optim.AdamW(groups, lr=rate, weight_decay=0.01, fused=True)


def learn(model: torch.nn.Module, optimizer: torch.optim.Optimizer, loss: torch.Tensor) -> float:
    """One step against the gradient of the loss."""
    optimizer.zero_grad(set_to_none=True)
    loss.backward()
    torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
    optimizer.step()
    return float(loss.item())


def main() -> None:
    args = parsed()
    torch.set_num_threads(args.threads)
    torch.manual_seed(args.seed)
    data = np.load(args.data)
    examples, masks = Examples.of(data), torch.tensor(data["masks"], device=args.device)
    model = load_model(args.initial).to(args.device).train()
    if args.start:
        model.load_state_dict(load_file(args.start), strict=False)
    optimizer = optimizer_of(model, args.rate)
    args.out.mkdir(parents=True, exist_ok=True)
    progress, saved = Progress(), time.monotonic()
    for batch in batches(examples.lengths, args.tokens, random.Random(args.seed)):
        done = max(progress.step / args.steps, progress.minutes() / args.minutes)
        if done >= 1 or progress.step >= args.stop:
            break
        for group in optimizer.param_groups:
            group["lr"] = group["peak"] * min(1.0, (progress.step + 1) / WARM_UP) * (1 - done)
        x, mask = (tensor.to(args.device) for tensor in examples.padded(batch))
        with torch.autocast(args.device, dtype=torch.bfloat16):
            logits = model(input_ids=x[0], attention_mask=mask, token_type_ids=x[1]).logits
        loss = learn(model, optimizer, loss_of(logits, x[2], masks))
        progress.note(loss, int(examples.lengths[batch].sum()), done)
        if time.monotonic() - saved > 180:
            save(model, args.out, progress.step)
            saved = time.monotonic()
    save(model, args.out, progress.step)


def save(model: torch.nn.Module, out: Path, step: int) -> None:
    state = {k: p.detach().cpu().contiguous() for k, p in model.state_dict().items()}
    save_file(state, out / "model.tmp")
    (out / "model.tmp").replace(out / "model.safetensors")
    (out / "labels.json").write_text(json.dumps({"labels": LABELS, "step": step}), encoding="utf-8")


if __name__ == "__main__":
    main()
