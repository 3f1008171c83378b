"""The shipped model as the name finder of Microsoft Presidio, through its TransformersNlpEngine.

python -m models.training.huggingface HF                  # once, from a checkout: the package as a Hugging Face folder
python examples/models/presidio_engine.py HF              # needs: pip install 'presidio-analyzer[transformers]'
"""

import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import spacy
from presidio_analyzer import AnalyzerEngine
from presidio_analyzer.nlp_engine import NerModelConfiguration, TransformersNlpEngine

from redactor.taxonomy import entity_types

TEXT = "hi, this is crystal minh, my order 8706847615 never came"


def main(folder: str) -> None:
    """Print what Presidio finds with this model."""
    with TemporaryDirectory() as temporary:
        blank = Path(temporary) / "blank"
        spacy.blank("en").to_disk(blank)  # words only: nothing is downloaded
        labels = NerModelConfiguration(model_to_presidio_entity_mapping={name: name for name in entity_types()})
        engine = TransformersNlpEngine(
            models=[{"lang_code": "en", "model_name": {"spacy": str(blank), "transformers": folder}}],
            ner_model_configuration=labels,
        )
        engine.load()
    analyzer = AnalyzerEngine(nlp_engine=engine, supported_languages=["en"])
    for found in sorted(analyzer.analyze(TEXT, language="en", entities=["PERSON", "ACCOUNT_ID"])):
        print(found.entity_type, TEXT[found.start : found.end])


if __name__ == "__main__":
    main(sys.argv[1])
