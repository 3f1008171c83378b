"""A field that redacts on dump: code reads the value; dumps, reprs and validation errors do not show it."""

import copy
import json
import pickle
from typing import Annotated, Any

import pytest
from pydantic import AfterValidator, BaseModel, Field, TypeAdapter, ValidationError

from redactor.fields import RedactedModel, RedactOnDump
from redactor.testing import assert_no_leak

MAIL, PHONE, NAME = "ann.canary@example.org", "+1 212 555 0143", "Crystal Canary"


class Contact(BaseModel):
    """One who is written to."""

    mails: list[Annotated[str, RedactOnDump("EMAIL_ADDRESS")]] = []
    by_name: dict[str, Annotated[str, RedactOnDump("PHONE_NUMBER")]] = {}


class Ticket(RedactedModel):
    """A model with every kind of field."""

    number: int
    name: Annotated[str, Field(min_length=3), RedactOnDump("PERSON")]
    note: Annotated[str, RedactOnDump()] = ""
    nick: Annotated[str, RedactOnDump("PERSON")] | None = None
    former: Annotated[str | None, RedactOnDump("PERSON")] = None
    names: Annotated[tuple[str, ...], RedactOnDump("PERSON")] = ()
    contact: Contact | None = None


def _ticket() -> Ticket:
    contact = Contact(mails=[MAIL], by_name={"home": PHONE})
    return Ticket(number=7, name=NAME, note=f"call {PHONE}", nick=NAME, names=(NAME, NAME), contact=contact)


DUMPED = {
    "number": 7,
    "name": "[PERSON]",
    "note": "call [PHONE_NUMBER]",
    "nick": "[PERSON]",
    "former": None,
    "names": ("[PERSON]", "[PERSON]"),
    "contact": {"mails": ["[EMAIL_ADDRESS]"], "by_name": {"home": "[PHONE_NUMBER]"}},
}


def test_code_reads_the_value() -> None:
    ticket = _ticket()
    assert ticket.name == NAME
    assert f"{ticket.name}!" == f"{NAME}!"
    assert ticket.contact is not None
    assert ticket.contact.mails[0].upper() == MAIL.upper()
    assert ticket == _ticket()
    assert copy.deepcopy(ticket) == ticket
    assert pickle.loads(pickle.dumps(ticket)).name == NAME  # noqa: S301


def test_every_dump_is_redacted() -> None:
    ticket = _ticket()
    assert ticket.model_dump() == DUMPED
    assert ticket.model_dump(mode="json") == json.loads(ticket.model_dump_json())
    assert json.loads(ticket.model_dump_json()) == json.loads(json.dumps(DUMPED))


def test_no_repr_shows_a_value() -> None:
    ticket = _ticket()
    assert_no_leak([MAIL, PHONE, NAME], repr(ticket), str(ticket), f"{ticket}", repr([ticket.name, ticket.names]))


def _secret_words(value: str) -> str:
    raise ValueError(f"{value} is not welcome")


class Strict(BaseModel):
    """A model without hidden input of its own."""

    name: Annotated[str, Field(min_length=30), RedactOnDump("PERSON")]
    other: Annotated[str, AfterValidator(_secret_words), RedactOnDump("PERSON")] = ""


@pytest.mark.parametrize("data", [{"name": NAME}, {"name": 4111111111111111}, {"name": [NAME]}, {"other": NAME}])
def test_no_validation_error_shows_the_value_even_to_who_digs(data: dict[str, Any]) -> None:
    with pytest.raises(ValidationError) as failure:
        Strict(**{"name": "x" * 30, **data})
    error = failure.value
    assert_no_leak([NAME, "4111111111111111"], str(error), error.json(), error.errors())
    assert error.errors()[0]["loc"] == (next(iter(data)),)


def test_the_rule_that_was_broken_is_still_said() -> None:
    with pytest.raises(ValidationError, match="at least 30 characters"):
        Strict(name=NAME)


def test_an_error_about_the_whole_model_shows_no_input() -> None:
    with pytest.raises(ValidationError, match="number") as failure:
        Ticket.model_validate({"name": NAME})
    assert_no_leak([NAME], str(failure.value))


def test_the_json_schema_is_that_of_the_text() -> None:
    for mode in ("validation", "serialization"):
        schema = Ticket.model_json_schema(mode=mode)
        assert schema["properties"]["name"] == {"minLength": 3, "title": "Name", "type": "string"}


def test_it_works_without_a_model_and_only_for_texts() -> None:
    adapter = TypeAdapter(Annotated[list[str], RedactOnDump("SECRET")])
    assert adapter.dump_python(adapter.validate_python(["hunter2"])) == ["[SECRET]"]
    with pytest.raises(TypeError, match="not for int"):
        TypeAdapter(Annotated[int, RedactOnDump("ACCOUNT_ID")]).validate_python(4111111111111111)


def test_an_entity_type_that_does_not_exist_is_refused() -> None:
    with pytest.raises(ValueError, match="no entity type 'NAME'"):
        RedactOnDump("NAME")
