"""A reply that comes in pieces: the customer reads each piece as soon as it cannot be part of a placeholder."""

from collections.abc import Iterator

from redactor import Redactor


def llm(prompt: str) -> Iterator[str]:
    """Stands for a model's stream; tokens cut placeholders anywhere."""
    yield from ("Thank you, [PER", "SON_1", "]. I ", "will call ", "[PHONE_NUMBER", "_1] ", "today.")


with Redactor() as redactor:
    chat = redactor.conversation("c-43")
    seen = chat.redact("My name is Joyce Wu, please call me at (212) 555-0143")
    print(f"the LLM sees: {seen.text}")
    print("the person reads: ", end="")
    for piece in chat.restore_stream(llm(seen.text)):
        print(piece, end="", flush=True)
    print()
