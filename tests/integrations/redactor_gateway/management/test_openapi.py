"""What the API says of itself is what it does: schemathesis asks, in this process and, at length, on a real port."""

import subprocess
import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from starlette.responses import JSONResponse
from starlette.routing import Route

from redactor.policy import Policy
from redactor.testing import in_memory
from redactor_gateway.app import create_app
from redactor_gateway.management.openapi import document
from redactor_gateway.management.operations import OPERATIONS, PREFIX
from redactor_gateway.settings import GatewaySettings
from tests.integrations.redactor_gateway.llm import KNOWN, NAME
from tests.integrations.redactor_gateway.management.callers import KEYS, Callers
from tests.integrations.redactor_gateway.upstream import ModelServer, served

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # of its own imports
    schemathesis = pytest.importorskip("schemathesis", reason="schemathesis is not installed")

ADMIN = {"Authorization": "Bearer chief"}


def few(examples: int) -> settings:
    """Settings for so many requests of each kind, the same each time."""
    return settings(
        max_examples=examples,
        deadline=None,
        database=None,
        derandomize=True,
        phases=(Phase.generate,),
        suppress_health_check=list(HealthCheck),
    )


@contextmanager
def described(path: str, probes: Any = None) -> Iterator[Any]:
    """A gateway before a model, as schemathesis reads the document under this path."""
    with in_memory(KNOWN) as redactor, ModelServer([]) as model:
        wanted = {"keys": KEYS, "canary": NAME, "upstreams": {"llm": {"url": model.url, "retries": 0}}}
        more = [Route("/probes.json", lambda request: JSONResponse(probes))]
        app = create_app(GatewaySettings.model_validate(wanted), redactor, more=more)
        yield schemathesis.openapi.from_asgi(path, app, headers=ADMIN)


def ask(schema: Any, examples: int, headers: dict[str, str], *some: str) -> set[str]:
    """Requests that fit and requests that do not, of some operations or of all; each answer is held against the
    document."""
    asked = set()
    for found in schema.get_all_operations():
        operation = found.ok()
        if some and operation.label not in some:
            continue
        for mode in schemathesis.GenerationMode:

            @few(examples)
            @given(case=operation.as_strategy(mode))
            def check(case: Any) -> None:
                case.call_and_validate(headers=headers)

            check()
        asked.add(operation.label)
    return asked


def test_answers_are_as_the_document_says() -> None:
    """A short round; the long one is below."""
    some = (f"POST {PREFIX}/redact", f"GET {PREFIX}/conversations/{{id}}/transcript")
    with described(f"{PREFIX}/openapi.json") as schema:
        assert ask(schema, 1, ADMIN, *some) == set(some)


@pytest.mark.soak
def test_every_answer_is_as_the_document_says() -> None:
    with described(f"{PREFIX}/openapi.json") as schema:
        assert ask(schema, 20, ADMIN) == {f"{each.method} {PREFIX}{each.path}" for each in OPERATIONS}


@pytest.mark.soak
def test_the_document_holds_through_every_phase_on_a_real_port(tmp_path: Path) -> None:
    st = Path(sys.executable).with_name("st")
    with (
        in_memory(KNOWN) as redactor,
        served(create_app(GatewaySettings(keys=KEYS, canary=NAME), redactor)) as url,  # type: ignore[arg-type]
    ):
        given = ["run", f"{url}{PREFIX}/openapi.json", "-H", "Authorization: Bearer chief", "--checks", "all"]
        ran = subprocess.run(
            [st, *given, "--max-examples", "20", "--no-color"],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            timeout=900,
        )
    assert ran.returncode == 0, ran.stdout[-4000:]


TEXT = {"200": {"description": "ok", "content": {"text/plain": {"schema": {"type": "string"}}}}}
FLAGS = {"type": "object", "additionalProperties": {"enum": ["ok", "failed"]}, "required": ["vault"]}
READY = {status: {"description": "", "content": {"application/json": {"schema": FLAGS}}} for status in ("200", "503")}
ERROR = {"type": "object", "required": ["error"]}
REFUSED = {"description": "", "content": {"application/json": {"schema": ERROR}}}
LISTED = {"type": "object", "properties": {"data": {"type": "array"}}, "required": ["data"]}
MODELS = {"200": {"description": "", "content": {"application/json": {"schema": LISTED}}}, "default": REFUSED}
PROBES: dict[str, Any] = {
    "openapi": "3.1.0",
    "info": {"title": "probes", "version": "1"},
    "paths": {
        "/livez": {"get": {"responses": TEXT}},
        "/readyz": {"get": {"responses": READY}},
        "/v1/models": {"get": {"responses": MODELS}},
    },
}


def test_probes_and_models_answer_as_they_should() -> None:
    with described("/probes.json", PROBES) as schema:
        for path in PROBES["paths"]:
            schema[path]["GET"].Case().call_and_validate(headers={"Authorization": "Bearer bot"})


def test_every_status_is_documented_with_the_one_shape_of_errors() -> None:
    made = document(Policy())
    operations = [each for path in made["paths"].values() for each in path.values()]
    assert len(operations) == len(OPERATIONS)
    for operation in operations:
        refused = {status: each for status, each in operation["responses"].items() if status != "200"}
        assert {"400", "401", "403", "429", "500", "503"} <= set(refused)
        shapes = [each["content"]["application/json"]["schema"]["$ref"] for each in refused.values()]
        assert set(shapes) == {"#/components/schemas/ProblemAnswer"}
        assert all(each["description"] for each in operation["responses"].values())


def test_the_document_says_nothing_of_the_configuration(to: Callers) -> None:
    answer = to.ask("GET", "/openapi.json")
    assert answer.status_code == 200
    assert "ACCOUNT_ID" in answer.text
    for word in ("shop", "elsewhere", "SECRET", NAME, "sha256"):
        assert word not in answer.text


def test_a_type_of_the_policys_own_is_in_the_document() -> None:
    policy = Policy.from_dict({"types": {"LOYALTY_CARD": {"operator": "placeholder"}}})
    named = document(policy)["components"]["schemas"]["SubjectRequest"]["properties"]["type"]["enum"]
    assert "LOYALTY_CARD" in named
    assert not {"SECRET", "CARD_CVV", "LITERAL"} & set(named)
