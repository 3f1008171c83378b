"""The shipped model in a `transformers` pipeline.

python -m models.training.huggingface HF                  # once, from a checkout: the package as a Hugging Face folder
python examples/models/transformers_pipeline.py HF        # needs: pip install torch transformers
"""

import sys

from transformers import pipeline

TEXT = "hi, this is crystal minh, my order 8706847615 never came"


def main(folder: str) -> None:
    """Print what the pipeline finds."""
    find = pipeline("token-classification", model=folder, aggregation_strategy="simple")
    for found in find(TEXT):
        print(found["entity_group"], TEXT[found["start"] : found["end"]])


if __name__ == "__main__":
    main(sys.argv[1])
