"""Our model in other tools: each example runs, where the tool is installed."""

import runpy
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
EXAMPLES = ROOT / "examples" / "models"
NEEDED = {
    "transformers_pipeline": ("torch", "transformers"),
    "presidio_engine": ("torch", "transformers", "presidio_analyzer", "spacy"),
    "piighost_detector": ("torch", "transformers", "piighost.components.detector"),
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The shipped package as a Hugging Face folder, written by the command of the docs."""
    for name in ("onnx", "safetensors"):
        pytest.importorskip(name, reason=f"{name} is not installed: pip install 'chat-redactor[train]'")
    out = tmp_path_factory.mktemp("hf")
    subprocess.run([sys.executable, "-m", "models.training.huggingface", str(out)], cwd=ROOT, check=True)
    return out


def test_there_is_an_example_for_each_tool() -> None:
    assert {path.stem for path in EXAMPLES.glob("*.py")} == set(NEEDED)


@pytest.mark.parametrize("name", sorted(NEEDED))
@pytest.mark.filterwarnings("ignore")  # of the other tools, not ours
def test_the_model_finds_the_name_and_the_order(
    name: str, folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in NEEDED[name]:
        pytest.importorskip(module, reason=f"{module.split('.')[0]} is not installed")
    monkeypatch.setattr(sys, "argv", [name, str(folder)])
    runpy.run_path(str(EXAMPLES / f"{name}.py"), run_name="__main__")
    shown = capsys.readouterr().out.splitlines()
    assert shown == ["PERSON crystal minh", "ACCOUNT_ID 8706847615"]
