"""The interface keeps to its own description, whatever it is sent."""

import csv
from pathlib import Path

import pytest
import schemathesis
from hypothesis import HealthCheck, settings

from everysite.network.services import accounts
from everysite.wsgi import application
from tests.disseminate.making import issued

ROOT = Path(__file__).parents[2]


@pytest.fixture
def interface(world, noon):
    issued(world, noon)
    _, secret = accounts.make_token(name="feed", site=world.sites["EQG"], person=None, scopes=["read", "capture"], by="system",
                                    at=noon, on=noon.date())
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", application)
    return schema, secret


def operations():
    with (ROOT / "everysite/network/doors.csv").open(newline="") as file:
        return {row["door"].removeprefix("api:") for row in csv.DictReader(file) if row["door"].startswith("api:")}


def test_every_operation_has_a_row_in_the_table_of_doors(interface):
    schema, _ = interface
    named = {operation.ok().definition.raw["operationId"] for operation in schema.get_all_operations()}
    assert named == operations()


def test_generated_requests_get_only_declared_answers_and_never_a_500(interface):
    schema, secret = interface
    tried = 0
    for found in schema.get_all_operations():
        operation = found.ok()

        @settings(max_examples=20, database=None, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
        def probe(case):
            nonlocal tried
            tried += 1
            answer = case.call(headers={"Authorization": f"Bearer {secret}"})
            case.validate_response(answer, checks=(schemathesis.checks.not_a_server_error,))
            assert str(answer.status_code) in case.operation.definition.raw["responses"] or answer.status_code == 405

        from hypothesis import given

        given(case=operation.as_strategy())(probe)()
    assert tried >= 60
