"""The shipped model as a recognizer: offsets, context, long texts, many texts, threads, processes, damage."""

import multiprocessing
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from redactor.detection.transformer import Transformer, load_model
from redactor.exceptions import ModelError
from redactor.types import Entity

NAME = "Crystal Minh"
ORDER = "8706847615"
SENTENCE = f"My name is {NAME} and the order is {ORDER}. "


@pytest.fixture(scope="module")
def model() -> Transformer:
    return Transformer(load_model())


def values(text: str, entities: list[Entity], least: float = 0.5) -> set[tuple[str, str]]:
    return {(text[e.start : e.end], e.type) for e in entities if e.score >= least}


def test_values_come_back_with_their_type_and_exact_span(model: Transformer) -> None:
    assert values(SENTENCE, model(SENTENCE)) == {(NAME, "PERSON"), (ORDER, "ACCOUNT_ID")}


def test_an_ordinary_message_holds_nothing(model: Transformer) -> None:
    for text in ("ok thanks", "do you have the boots in medium?", "it says in transit", "$64", "Gold"):
        assert values(text, model(text)) == set(), text


@pytest.mark.parametrize(
    ("question", "entity_type"),
    [("What is your order number?", "ACCOUNT_ID"), ("What is your phone number?", "PHONE_NUMBER")],
)
def test_the_turn_before_tells_what_bare_digits_are(model: Transformer, question: str, entity_type: str) -> None:
    assert values(ORDER, model(ORDER, [question])) == {(ORDER, entity_type)}


def test_the_turn_before_tells_a_name_from_a_word(model: Transformer) -> None:
    assert values("grace", model("grace", ["Can I get your first name?"])) == {("grace", "PERSON")}


def test_the_turn_before_itself_yields_nothing(model: Transformer) -> None:
    assert values("ok", model("ok", [SENTENCE])) == set()


def test_placeholders_are_no_values(model: Transformer) -> None:
    text = "Thanks [PERSON_1], your order [ACCOUNT_ID_2] is on its way to [STREET_ADDRESS_1]."
    assert values(text, model(text, ["my name is [PERSON_1]"])) == set()


@pytest.mark.parametrize("text", ["", " ", "\n\n", "\u200b", "\ud800", "[SEP]", "😂", "\x00"])
def test_odd_little_texts_pass(model: Transformer, text: str) -> None:
    assert values(text, model(text, [text])) == set()


@settings(max_examples=40, deadline=None)
@given(text=st.text(max_size=300), context=st.lists(st.text(max_size=60), max_size=4))
def test_entities_are_sorted_apart_and_inside_any_text(model: Transformer, text: str, context: list[str]) -> None:
    found = model(text, context)
    assert all(0 <= e.start < e.end <= len(text) and 0.1 <= e.score <= 1 for e in found)
    assert all(one.end <= other.start for one, other in pairwise(found))


def test_offsets_count_code_points_behind_emoji_and_accents(model: Transformer) -> None:
    text = f"😂😂 é ü — {SENTENCE}"
    assert (NAME, "PERSON") in values(text, model(text))


def test_weak_candidates_are_reported_below_a_half(model: Transformer) -> None:
    names = "grace jinx joker summer mark peyton pixel rowan amber jade max hunter april dean sunny rocky baxter chase"
    texts = [f"{word}{rest}" for word in names.split() for rest in ("?", " one", " said")]
    scores = [e.score for found in model.batch([(text, ()) for text in texts]) for e in found]
    assert any(0.1 <= score < 0.5 for score in scores)


def test_nothing_of_a_long_text_is_left_unread(model: Transformer) -> None:
    filler = "The return policy allows you to send items back within 30 days. "
    text = "".join(filler * 3 + SENTENCE for _ in range(20))
    found = values_at(text, model(text))
    assert found.count((NAME, "PERSON")) == 20
    assert found.count((ORDER, "ACCOUNT_ID")) == 20


def values_at(text: str, entities: list[Entity]) -> list[tuple[str, str]]:
    return [(text[e.start : e.end], e.type) for e in entities if e.score >= 0.5]


@pytest.mark.soak
def test_the_end_of_a_hundred_thousand_characters_is_read(model: Transformer) -> None:
    filler = "The return policy allows you to send items back within 30 days. "
    text = (filler * 1600)[: 100_000 - len(SENTENCE)] + SENTENCE
    assert values_at(text, model(text))[-2:] == [(NAME, "PERSON"), (ORDER, "ACCOUNT_ID")]


def test_a_value_across_the_seam_of_two_windows_is_one_value(model: Transformer) -> None:
    stride = model.meta.stride
    for shift in range(8):
        text = "ok " * (stride - 4 + shift) + "my email is crystal.minh730@example.com thanks " + "ok " * 60
        assert ("crystal.minh730@example.com", "EMAIL_ADDRESS") in values(text, model(text)), shift


def test_a_batch_finds_what_single_calls_find(model: Transformer) -> None:
    texts = [SENTENCE, "ok thanks", ORDER, f"hi {NAME} here", "", SENTENCE * 12]
    batch = model.batch([(text, ["What is your order number?"]) for text in texts])
    for text, found in zip(texts, batch, strict=True):
        assert values(text, found) == values(text, model(text, ["What is your order number?"])), text[:40]


def test_the_same_call_gives_the_same_answer_in_many_threads(model: Transformer) -> None:
    expected = model(SENTENCE)
    with ThreadPoolExecutor(8) as pool:
        assert all(found == expected for found in pool.map(lambda _: model(SENTENCE), range(32)))


@pytest.mark.filterwarnings("ignore:This process:DeprecationWarning")
@pytest.mark.skipif(not hasattr(sys, "platform") or sys.platform == "win32", reason="fork")
def test_a_forked_process_makes_its_own_session(model: Transformer) -> None:
    expected = model(SENTENCE)
    context = multiprocessing.get_context("fork")
    parent, child = context.Pipe()

    def work() -> None:
        child.send(model(SENTENCE) == expected and len(model._sessions) == 2)

    process = context.Process(target=work)
    process.start()
    assert parent.poll(30)
    assert parent.recv()
    process.join()


def test_the_version_names_the_weights_and_what_is_set_beside_them(model: Transformer) -> None:
    name, version, digest = model.version.rsplit("-", 2)
    assert (name, version) == (model.meta.name, model.meta.version)
    assert model.meta.digest.startswith(digest)
    for change in ({"sha256": "0" * 64}, {"temperature": 9.0}, {"thresholds": {"PERSON": 0.9}}):
        assert replace(model.meta, **change).digest != model.meta.digest
    assert replace(model.meta, thresholds=dict(model.meta.thresholds)).digest == model.meta.digest


def test_a_damaged_package_is_refused_before_the_first_message(tmp_path: Path) -> None:
    folder = tmp_path / "broken"
    shutil.copytree(load_model(), folder)
    (folder / "model.onnx").write_bytes(b"not a model")
    with pytest.raises(ModelError, match=r"model\.onnx.*reinstall"):
        Transformer(folder)


def test_importing_the_package_does_not_import_onnxruntime() -> None:
    code = "import sys, redactor; sys.exit('onnxruntime' in sys.modules or 'tokenizers' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
