"""A Hugging Face model as a recognizer, on tiny random models made here. Skips where torch is not installed."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from redactor.exceptions import ModelError

WORDS = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "my", "name", "is", "crystal", "##s", "minh", "order", "ok", ".", ","]


def make_model(folder: Path, labels: list[str], wanted: dict[str, str]) -> Path:
    """A BERT of one layer that gives each word of `wanted` its label and all others the first one."""
    torch = pytest.importorskip("torch", reason="torch is not installed: pip install 'chat-redactor[transformers]'")
    transformers = pytest.importorskip("transformers", reason="transformers is not installed")
    from tokenizers import BertWordPieceTokenizer

    tokenizer = BertWordPieceTokenizer({word: i for i, word in enumerate(WORDS)}, lowercase=True)
    transformers.BertTokenizerFast(tokenizer_object=tokenizer._tokenizer).save_pretrained(folder)
    config = transformers.BertConfig(
        vocab_size=len(WORDS),
        hidden_size=16,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=16,
        max_position_embeddings=40,
        num_labels=len(labels),
        id2label=dict(enumerate(labels)),
        label2id={n: i for i, n in enumerate(labels)},
    )
    torch.manual_seed(1)
    model = transformers.BertForTokenClassification(config)
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.zero_()
        for name, module in model.named_modules():
            if name.endswith("LayerNorm"):
                module.weight.fill_(1.0)
        for i, word in enumerate(WORDS):  # one direction per word: what the classifier reads is the word itself
            model.bert.embeddings.word_embeddings.weight[i, i] = 4.0
            model.classifier.weight[labels.index(wanted.get(word, labels[0])), i] = 4.0
    model.save_pretrained(folder)
    return folder


def found(recognizer: Any, text: str) -> list[tuple[str, str]]:
    return [(text[e.start : e.end], e.type) for e in recognizer(text, ()) if e.score >= 0.5]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    labels = ["O", "B-PER", "I-PER", "B-MISC", "I-MISC"]
    return make_model(tmp_path_factory.mktemp("tiny"), labels, {"crystal": "B-PER", "minh": "I-PER", "order": "B-MISC"})


def test_a_local_model_finds_what_it_was_made_to_find(folder: Path) -> None:
    from redactor.detection.huggingface import HuggingFace

    text = "My name is Crystal Minh. ok"
    assert found(HuggingFace(folder), text) == [("Crystal Minh", "PERSON")]


def test_labels_of_no_known_type_are_dropped_unless_mapped(folder: Path) -> None:
    from redactor.detection.huggingface import HuggingFace

    assert found(HuggingFace(folder), "my order") == []
    assert found(HuggingFace(folder, labels={"MISC": "ACCOUNT_ID"}), "my order") == [("order", "ACCOUNT_ID")]
    assert found(HuggingFace(folder, labels={"PER": "", "MISC": "ACCOUNT_ID"}), "crystal") == []


def test_labels_without_prefixes_make_one_span_of_neighbours(tmp_path: Path) -> None:
    model = make_model(tmp_path, ["O", "PER"], {"crystal": "PER", "minh": "PER"})
    from redactor.detection.huggingface import HuggingFace

    assert found(HuggingFace(model), "name is crystal minh ok") == [("crystal minh", "PERSON")]


def test_a_long_text_is_read_to_its_end(folder: Path) -> None:
    from redactor.detection.huggingface import HuggingFace

    text = "ok " * 500 + "crystal minh"
    assert found(HuggingFace(folder, max_tokens=32), text) == [("crystal minh", "PERSON")]


def test_odd_texts_pass(folder: Path) -> None:
    from redactor.detection.huggingface import HuggingFace

    recognizer = HuggingFace(folder)
    for text in ("", " ", "\ud800", "😂"):
        assert found(recognizer, text) == []


def test_a_model_of_no_known_label_says_how_to_map_them(tmp_path: Path) -> None:
    model = make_model(tmp_path, ["O", "B-SHOE", "I-SHOE"], {})
    from redactor.detection.huggingface import HuggingFace

    with pytest.raises(ModelError, match=r"SHOE.*labels="):
        HuggingFace(model)


def test_a_name_that_is_not_on_disk_is_not_downloaded(tmp_path: Path) -> None:
    pytest.importorskip("torch", reason="torch is not installed: pip install 'chat-redactor[transformers]'")
    from redactor.detection.huggingface import HuggingFace

    with pytest.raises(ModelError, match="local folder"):
        HuggingFace(tmp_path / "nothing")


def test_without_torch_the_error_names_the_extra() -> None:
    code = (
        "import sys; sys.modules['torch'] = None\n"
        "try:\n    import redactor.detection.huggingface\n"
        "except ImportError as error:\n    print(error)\n"
    )
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert "pip install 'chat-redactor[transformers]'" in shown


def test_a_pipeline_is_a_model_too(folder: Path) -> None:
    transformers = pytest.importorskip("transformers", reason="transformers is not installed")
    from redactor.detection.huggingface import HuggingFace

    pipeline = transformers.pipeline("token-classification", model=str(folder))
    assert found(HuggingFace(pipeline), "my name is crystal minh") == [("crystal minh", "PERSON")]


def test_many_texts_together_give_what_each_gives_alone(folder: Path) -> None:
    from redactor.detection.huggingface import HuggingFace

    recognizer = HuggingFace(folder, max_tokens=32)
    texts = ["my name is crystal", "", "ok " * 90 + "minh", "crystal minh, ok", "😂 order"] * 5
    together, alone = recognizer.batch(texts), [recognizer(text) for text in texts]
    assert [[(e.start, e.end, e.type) for e in each] for each in together] == [
        [(e.start, e.end, e.type) for e in each] for each in alone
    ]
    scores = [
        (a.score, b.score) for one, other in zip(together, alone, strict=True) for a, b in zip(one, other, strict=True)
    ]
    assert scores
    assert all(a == pytest.approx(b, abs=1e-3) for a, b in scores)


def test_a_misspelt_type_is_refused_and_a_policys_own_is_not(folder: Path) -> None:
    from redactor.detection.huggingface import HuggingFace

    with pytest.raises(ModelError, match="did you mean ACCOUNT_ID"):
        HuggingFace(folder, labels={"MISC": "ACOUNT_ID"})
    assert found(HuggingFace(folder, labels={"MISC": "SHOE_SIZE"}), "my order") == [("order", "SHOE_SIZE")]


def test_the_version_names_the_weights(folder: Path, tmp_path: Path) -> None:
    from redactor.detection.huggingface import HuggingFace

    one, again = HuggingFace(folder).version, HuggingFace(folder).version
    other = HuggingFace(make_model(tmp_path / folder.name, ["O", "B-PER"], {"crystal": "B-PER"})).version
    assert one == again != other
    assert one.startswith(f"huggingface-{folder.name}-")


@pytest.mark.parametrize("beside", [False, True])
def test_a_configuration_file_names_the_model_and_its_labels(folder: Path, tmp_path: Path, beside: bool) -> None:
    from redactor import Redactor

    config = tmp_path / "redactor.toml"
    config.write_text(
        f'[store]\nkind = "memory"\n\n[huggingface]\nmodel = "{folder}"\nbeside = {str(beside).lower()}\n'
        '\n[huggingface.labels]\nMISC = "ACCOUNT_ID"\n'
    )
    with Redactor.from_config(config) as redactor:
        seen = redactor.conversation("c").redact("ok order, crystal minh", role="customer")
        assert seen.text == "ok [ACCOUNT_ID_1], [PERSON_1]"
        assert ("redactor_en" in redactor.model_version) is beside
        assert "huggingface" in redactor.model_version


def test_a_configuration_of_a_model_that_is_not_there_says_so(tmp_path: Path) -> None:
    pytest.importorskip("torch", reason="torch is not installed: pip install 'chat-redactor[transformers]'")
    from redactor import Redactor

    config = tmp_path / "redactor.toml"
    config.write_text('[huggingface]\nmodel = "nothing/here"\n')
    with pytest.raises(ModelError, match="nothing/here"):
        Redactor.from_config(config)


def test_our_own_model_reads_the_same_in_torch(tmp_path: Path) -> None:
    for name in ("torch", "transformers", "onnx", "safetensors"):
        pytest.importorskip(name, reason=f"{name} is not installed")
    from models.training.huggingface import PACKAGE, export
    from redactor.detection.huggingface import HuggingFace
    from redactor.detection.transformer import Transformer

    export(PACKAGE, tmp_path)
    torch_reads, onnx_reads = HuggingFace(tmp_path), Transformer(PACKAGE)
    texts = [
        "hi, this is crystal minh, my order 8706847615 never came",
        "send it to 12 oak street, springfield please",
        "my email is jo.wu@example.com and my username is jwu77",
        "the blue jacket in size m is out of stock",
    ]
    for text in texts:  # small letters: the folder's model does not see the case of words
        theirs = [(e.start, e.end, e.type) for e in torch_reads(text) if e.score >= 0.5]
        ours = [(e.start, e.end, e.type) for e in onnx_reads(text, ()) if e.score >= 0.5]
        assert theirs == ours
