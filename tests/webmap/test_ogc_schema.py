"""The OpenAPI document against the application: what a tool makes up from the one holds for the other."""

from __future__ import annotations

from typing import Any

import hypothesis
import pytest
import schemathesis
from hypothesis import HealthCheck, Phase
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from geodata.settings import Settings
from tests.signing import session_of
from webmap import create_app

CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
GENERATED = pytest.mark.filterwarnings("ignore")


@pytest.fixture(scope="module")
def described(published: Settings) -> schemathesis.BaseSchema:
    """The document as the application sends it to a resident."""
    return schemathesis.openapi.from_wsgi("/ogc/api", create_app(published))


OTHERS = r"/collections/(?!(compound|hazard|term)/)\w+/items$"
"""All layers answer by the same code: three stand for them, with bands, at its compound, and a child of another."""
interface = schemathesis.pytest.from_fixture("described").exclude(path_regex=OTHERS)


def how(most: int) -> hypothesis.settings:
    """Return how many examples are made up, the same ones each time."""
    return hypothesis.settings(
        max_examples=most,
        derandomize=True,
        deadline=None,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )


@GENERATED
@interface.parametrize()
@how(4)
def test_every_answer_is_as_it_is_described(case: schemathesis.Case[Any]) -> None:
    # Its client for applications reads what is packed as if it weren't.
    case.call_and_validate(headers={"Accept-Encoding": "identity"}, checks=CHECKS)


@pytest.fixture(scope="module")
def described_to_staff(published: Settings) -> schemathesis.BaseSchema:
    """The document as the application sends it to the police, whose hazards have fields that residents' haven't."""
    site, cookie = create_app(published), f"session={session_of(published, 'police:W')}"

    def signed_in(environ: dict[str, Any], start: Any) -> Any:
        # Its client for applications has cookies of its own, and takes off any other.
        return site({**environ, "HTTP_COOKIE": cookie, "REMOTE_ADDR": "127.0.0.1"}, start)

    return schemathesis.openapi.from_wsgi("/staff/ogc/api", signed_in)


STAFFS_OTHERS = r"/collections/(?!(hazard|incident_count)/)\w+/items$"
staffs_interface = schemathesis.pytest.from_fixture("described_to_staff").exclude(path_regex=STAFFS_OTHERS)


@GENERATED
@staffs_interface.parametrize()
@how(2)
def test_every_answer_to_staff_is_as_it_is_described(case: schemathesis.Case[Any]) -> None:
    answer = case.call_and_validate(headers={"Accept-Encoding": "identity"}, checks=CHECKS)
    assert answer.status_code != 401
    assert answer.headers["cache-control"] == ["private, no-store"]
