"""The OpenAPI document against the application: what a tool makes up from the one holds for the other."""

from __future__ import annotations

from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase
from hypothesis import settings as how
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from geodata.settings import Settings
from webmap import create_app

CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
GENERATED = pytest.mark.filterwarnings("ignore")


@pytest.fixture(scope="module")
def described(published: Settings) -> schemathesis.BaseSchema:
    """The document as the application sends it to a resident."""
    return schemathesis.openapi.from_wsgi("/ogc/api", create_app(published))


OTHERS = r"/collections/(?!compound|hazard|term)\w+/items$"
"""All layers answer by the same code: three stand for them, with bands, at its compound, and a child of another."""
interface = schemathesis.pytest.from_fixture("described").exclude(path_regex=OTHERS)


@GENERATED
@interface.parametrize()
@how(
    max_examples=4,
    derandomize=True,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
def test_every_answer_is_as_it_is_described(case: schemathesis.Case[Any]) -> None:
    # Its client for applications reads what is packed as if it weren't.
    case.call_and_validate(headers={"Accept-Encoding": "identity"}, checks=CHECKS)
