"""The shipped package as a Hugging Face folder: `python -m models.training.huggingface OUT [--package DIR]`.

For `transformers` pipelines, Presidio's TransformersNlpEngine, piighost and any tool that loads a token classifier.
The int8 weights are written as the floats they stand for. Those tools feed neither the turns before nor the case of
words: both segment rows become the one of a message's lower-case word, so that the model reads all text as lower case.
"""

import argparse
import json
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from onnx import numpy_helper
from safetensors.numpy import save_file

from models.training.export import EPSILON, HEADS

PACKAGE = Path(__file__).parents[1] / "redactor_en"
MESSAGE_LOWER = 4
"""Row of the segment table: segment 1 (the message) times 4, plus case 0."""
Arrays = dict[str, Any]


def floats(model: onnx.ModelProto) -> Arrays:
    """The graph's constants by name, quantised ones as the floats they stand for."""
    raw = {tensor.name: numpy_helper.to_array(tensor) for tensor in model.graph.initializer}
    made = {}
    for name, value in raw.items():
        if name.endswith("_quantized"):
            base = name.removesuffix("_quantized")
            zero = raw[base + "_zero_point"].astype(np.float32)
            made[base] = (value.astype(np.float32) - zero) * raw[base + "_scale"]
        elif not name.endswith(("_scale", "_zero_point")):
            made[name] = value
    return made


def state(constants: Arrays) -> Arrays:
    """The weights under the names and in the shapes of transformers' BertForTokenClassification."""
    made: Arrays = {}
    for name, value in constants.items():
        if name.endswith(("_qkv", "_qkv_bias")):
            number, bias = name.removeprefix("l").split("_")[0], name.endswith("bias")
            for part, piece in zip(("query", "key", "value"), np.split(value, 3, axis=-1), strict=True):
                target = f"bert.encoder.layer.{number}.attention.self.{part}.{'bias' if bias else 'weight'}"
                made[target] = piece if bias else piece.T
        elif name.startswith(("bert.", "classifier.")):
            matrix = value.ndim == 2 and not name.startswith("bert.embeddings.")
            made[name] = value.T if matrix else value
    segments = made["bert.embeddings.token_type_embeddings.weight"]
    made["bert.embeddings.token_type_embeddings.weight"] = segments[[MESSAGE_LOWER, MESSAGE_LOWER]]
    return {name: np.ascontiguousarray(value, dtype=np.float32) for name, value in made.items()}


def config(weights: Arrays, labels: list[str], padding: int) -> dict[str, Any]:
    vocabulary, width = weights["bert.embeddings.word_embeddings.weight"].shape
    return {
        "architectures": ["BertForTokenClassification"],
        "model_type": "bert",
        "vocab_size": vocabulary,
        "hidden_size": width,
        "num_hidden_layers": sum(name.endswith("attention.self.query.weight") for name in weights),
        "num_attention_heads": HEADS,
        "intermediate_size": weights["bert.encoder.layer.0.intermediate.dense.weight"].shape[0],
        "hidden_act": "gelu",
        "max_position_embeddings": weights["bert.embeddings.position_embeddings.weight"].shape[0],
        "type_vocab_size": 2,
        "layer_norm_eps": EPSILON,
        "pad_token_id": padding,
        "id2label": {str(number): label for number, label in enumerate(labels)},
        "label2id": {label: number for number, label in enumerate(labels)},
    }


def export(package: Path, out: Path) -> None:
    """Write config.json, model.safetensors and the tokenizer's two files to `out`."""
    meta = json.loads((package / "meta.json").read_text(encoding="utf-8"))
    tokenizer = json.loads((package / "tokenizer.json").read_text(encoding="utf-8"))
    weights = state(floats(onnx.load(package / "model.onnx")))
    out.mkdir(parents=True, exist_ok=True)
    save_file(weights, out / "model.safetensors", metadata={"format": "pt"})
    files = {
        "config.json": config(weights, meta["labels"], tokenizer["model"]["vocab"]["[PAD]"]),
        "tokenizer_config.json": {
            "tokenizer_class": "PreTrainedTokenizerFast",
            "model_max_length": int(weights["bert.embeddings.position_embeddings.weight"].shape[0]),
            "model_input_names": ["input_ids", "attention_mask"],
            **{f"{name}_token": f"[{name.upper()}]" for name in ("pad", "unk", "cls", "sep", "mask")},
        },
    }
    for name, content in files.items():
        (out / name).write_text(json.dumps(content, indent=2), encoding="utf-8")
    shutil.copy(package / "tokenizer.json", out / "tokenizer.json")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out", type=Path)
    parser.add_argument("--package", type=Path, default=PACKAGE)
    args = parser.parse_args()
    export(args.package, args.out)
    print(*sorted(path.name for path in args.out.iterdir()))


if __name__ == "__main__":
    main()
