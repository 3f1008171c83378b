"""Microsoft Presidio's AnalyzerEngine as it comes: its default recognizers, English, no score threshold.

Rules only: with a blank spaCy pipeline, which splits words and knows no names. With a model: its TransformersNlpEngine
over the Hugging Face folder. The only importer of presidio_analyzer, spacy and tldextract.
"""

import logging
from collections.abc import Iterator, Sequence
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from redactor.evaluation.rivals.common import called, needs
from redactor.evaluation.rivals.types import PRESIDIO
from redactor.evaluation.systems import Alone
from redactor.policy import Policy
from redactor.taxonomy import entity_types
from redactor.types import Entity

NAME = "presidio"


def system(policy: Policy, model: Path | None) -> Alone:
    """Presidio as a system to score. Raises `ConfigError` where it, or what the model needs, is not installed."""
    with needs(NAME, "presidio-analyzer", "presidio_analyzer", "spacy", "tldextract"):
        import tldextract

        # its e-mail check would fetch the public suffix list; the one that comes with tldextract is used instead
        tldextract.tldextract.TLD_EXTRACTOR.suffix_list_urls = ()
        logging.getLogger("presidio-analyzer").setLevel(logging.ERROR)
        if model is None:
            engine, run = _rules(), "rules only, blank spaCy"
        else:
            with needs(NAME, "'presidio-analyzer[transformers]'", "transformers", "torch"):
                engine, run = _with_model(model), f"its rules with the model in {model.name}"
    setting = f"presidio-analyzer {version('presidio-analyzer')}, {run}, policy {policy.name} {policy.version}"
    return Alone(_recognizer(engine), name=called(NAME, model), setting=setting, threshold=_any, kept=policy.kept)


def _any(entity_type: str) -> float:
    """AnalyzerEngine's own default: whatever it returns counts."""
    return 0.0


def _recognizer(engine: Any) -> Any:
    def presidio(text: str, context: Sequence[str]) -> Iterator[Entity]:
        for found in engine.analyze(text, language="en"):
            if found.start < found.end:
                name = PRESIDIO.get(found.entity_type, found.entity_type)
                yield Entity(found.start, found.end, name, min(max(float(found.score), 0.0), 1.0), "presidio")

    return presidio


def _rules() -> Any:
    import spacy
    from presidio_analyzer import AnalyzerEngine
    from presidio_analyzer.nlp_engine import SpacyNlpEngine

    nlp = SpacyNlpEngine(models=[{"lang_code": "en", "model_name": "blank"}])
    nlp.nlp = {"en": spacy.blank("en")}  # loaded already, so that it looks for no package of that name
    return AnalyzerEngine(nlp_engine=nlp, supported_languages=["en"])


def _with_model(model: Path) -> Any:
    import spacy
    from presidio_analyzer import AnalyzerEngine
    from presidio_analyzer.nlp_engine import NerModelConfiguration, TransformersNlpEngine

    labels = {**NerModelConfiguration().model_to_presidio_entity_mapping, **{name: name for name in entity_types()}}
    with TemporaryDirectory() as folder:
        blank = Path(folder) / "blank"
        spacy.blank("en").to_disk(blank)
        nlp = TransformersNlpEngine(
            models=[{"lang_code": "en", "model_name": {"spacy": str(blank), "transformers": str(model)}}],
            ner_model_configuration=NerModelConfiguration(model_to_presidio_entity_mapping=labels),
        )
        nlp.load()
    return AnalyzerEngine(nlp_engine=nlp, supported_languages=["en"])
