"""The shipped model as a detector of piighost.

python -m models.training.huggingface HF                  # once, from a checkout: the package as a Hugging Face folder
python examples/models/piighost_detector.py HF            # needs: pip install 'piighost>=1.10,<2' torch transformers
"""

import asyncio
import sys

from piighost.components.detector.ner.transformers import TransformersDetector

TEXT = "hi, this is crystal minh, my order 8706847615 never came"


def main(folder: str) -> None:
    """Print what the detector finds."""
    detector = TransformersDetector(folder, threshold=0.5)
    for found in asyncio.run(detector.detect(TEXT)):
        print(found.label, TEXT[found.span.start : found.span.end])


if __name__ == "__main__":
    main(sys.argv[1])
