"""Rivals: refused with the command that installs them, run for real where they are installed."""

import sys
from pathlib import Path

import pytest

from redactor.evaluation.dialogs import Dialog, Message, type_of
from redactor.evaluation.rivals import RIVALS, open_rival, types
from redactor.evaluation.systems import Alone
from redactor.exceptions import ConfigError
from redactor.policy import Policy
from redactor.taxonomy import entity_types

POLICY = Policy.load("everything")
TEXT = "write to ann.lee@example.com or call (212) 555-0143"


def _found(system: Alone) -> set[tuple[str, str]]:
    (read,) = system.read([Dialog("d", (Message("m", "customer", TEXT),))])
    return {(TEXT[each.start : each.end], type_of(each.type)) for each in read.readings[0].entities}


def test_the_tables_name_our_types_in_place_of_theirs() -> None:
    ours = {type_of(name) for name in entity_types()}
    for table in (types.PRESIDIO, types.LANGCHAIN, types.PIIGHOST):
        assert set(table.values()) <= ours
        assert not set(table) & (ours - {"US_SSN"})


@pytest.mark.parametrize(
    ("rival", "module", "pip"),
    [
        ("presidio", "presidio_analyzer", "pip install presidio-analyzer"),
        ("langchain", "langchain", "pip install 'chat-redactor[langchain]'"),
        ("piighost", "piighost", "pip install 'piighost"),
        ("huggingface", "torch", "pip install 'chat-redactor[transformers]'"),
    ],
)
def test_a_rival_that_is_not_installed_is_named_with_its_command(
    rival: str, module: str, pip: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in [name for name in sys.modules if name == module or name.startswith(f"{module}.")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.delitem(sys.modules, "redactor.detection.huggingface", raising=False)
    monkeypatch.setitem(sys.modules, module, None)
    (tmp_path / "config.json").write_text("{}", "utf-8")
    wanted = rival if rival != "huggingface" else f"{rival}={tmp_path}"
    with pytest.raises(ConfigError) as caught:
        open_rival(wanted, POLICY)
    assert f"--beside {rival}: " in str(caught.value)
    assert pip in str(caught.value)


@pytest.mark.parametrize("wanted", ["", "presidoi", "presidio=/no/such/folder", "huggingface"])
def test_what_cannot_be_run_is_refused(wanted: str) -> None:
    with pytest.raises(ConfigError, match="--beside"):
        open_rival(wanted, POLICY)


def test_langchain_takes_no_model(tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text("{}", "utf-8")
    with pytest.raises(ConfigError, match="no name model"):
        open_rival(f"langchain={tmp_path}", POLICY)


@pytest.mark.filterwarnings("ignore")  # theirs
@pytest.mark.parametrize(
    ("rival", "module", "finds"),
    [
        (
            "presidio",
            "presidio_analyzer",
            {("ann.lee@example.com", "EMAIL_ADDRESS"), ("(212) 555-0143", "PHONE_NUMBER")},
        ),
        ("langchain", "langchain.agents.middleware", {("ann.lee@example.com", "EMAIL_ADDRESS")}),
        (
            "piighost",
            "piighost.components.detector.patterns",
            {("ann.lee@example.com", "EMAIL_ADDRESS"), ("(212) 555-0143", "PHONE_NUMBER")},
        ),
    ],
)
def test_a_rival_finds_what_its_rules_are_for(rival: str, module: str, finds: set[tuple[str, str]]) -> None:
    pytest.importorskip(module, reason=f"{rival} is not installed", exc_type=ImportError)
    system = open_rival(rival, POLICY)
    assert finds <= _found(system)
    assert system.name == rival
    assert "rules only" in system.setting


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("rival", ["presidio", "piighost", "huggingface"])
def test_a_rival_runs_with_a_model_of_a_folder(rival: str, tmp_path: Path) -> None:
    modules = {"presidio": "presidio_analyzer", "piighost": "piighost.components.detector.patterns"}
    if rival in modules:
        pytest.importorskip(modules[rival], reason=f"{rival} is not installed", exc_type=ImportError)
    system = open_rival(f"{rival}={_model(tmp_path / 'tiny')}", POLICY)
    (read,) = system.read([Dialog("d", (Message("m", "customer", "my name is crystal minh ok"),))])
    assert ("PERSON", 11, 23) in {(each.type, each.start, each.end) for each in read.readings[0].entities}
    assert system.name == f"{rival}+tiny"


def test_every_rival_has_a_name_of_its_own() -> None:
    assert len(RIVALS) == len(set(RIVALS.values())) == 4


def _model(folder: Path) -> Path:
    """A BERT of one layer that calls crystal and minh a person, and nothing else anything."""
    torch = pytest.importorskip("torch", reason="torch is not installed: pip install 'chat-redactor[transformers]'")
    transformers = pytest.importorskip("transformers", reason="transformers is not installed")
    from tokenizers import BertWordPieceTokenizer

    words = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "my", "name", "is", "crystal", "minh", "ok"]
    labels = ["O", "B-PERSON", "I-PERSON"]
    wanted = {"crystal": 1, "minh": 2}
    tokenizer = BertWordPieceTokenizer({word: i for i, word in enumerate(words)}, lowercase=True)
    transformers.BertTokenizerFast(tokenizer_object=tokenizer._tokenizer).save_pretrained(folder)
    config = transformers.BertConfig(
        vocab_size=len(words), hidden_size=12, num_hidden_layers=1, num_attention_heads=2, intermediate_size=12,
        max_position_embeddings=40, num_labels=3, id2label=dict(enumerate(labels)),
        label2id={name: i for i, name in enumerate(labels)},
    )  # fmt: skip
    model = transformers.BertForTokenClassification(config)
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.zero_()
        for name, module in model.named_modules():
            if name.endswith("LayerNorm"):
                module.weight.fill_(1.0)
        for i, word in enumerate(words):  # one direction per word: what the classifier reads is the word itself
            model.bert.embeddings.word_embeddings.weight[i, i] = 4.0
            model.classifier.weight[wanted.get(word, 0), i] = 4.0
    model.save_pretrained(folder)
    return folder
