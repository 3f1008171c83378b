"""A pydantic model whose dumps, reprs and validation errors do not show what its fields hold."""

from typing import Annotated

from pydantic import Field, ValidationError

from redactor.fields import RedactedModel, RedactOnDump


class Ticket(RedactedModel):
    """A support ticket."""

    name: Annotated[str, Field(min_length=2), RedactOnDump("PERSON")]
    mails: list[Annotated[str, RedactOnDump("EMAIL_ADDRESS")]] = Field(default_factory=list)
    note: Annotated[str, RedactOnDump()] = ""


ticket = Ticket(name="Crystal Minh", mails=["crystal@example.com"], note="call +1 212 555 0143 after six")
print("code reads:", ticket.name)
print("dump:", ticket.model_dump_json())
print("repr:", ticket)
try:
    Ticket(name="C")
except ValidationError as error:
    print("error:", str(error).splitlines()[2].strip())
