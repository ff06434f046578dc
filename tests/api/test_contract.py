"""The interface keeps to its own description, whatever it is sent."""

import csv
import json
from pathlib import Path
from urllib.parse import urlencode

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings

from everysite.network.services import accounts
from tests.disseminate.making import issued

ROOT = Path(__file__).parents[2]


@pytest.fixture
def interface(world, noon, client):
    issued(world, noon)
    _, secret = accounts.make_token(
        name="feed",
        site=world.sites["EQG"],
        person=None,
        scopes=["read", "capture"],
        by="system",
        at=noon,
        on=noon.date(),
    )
    return schemathesis.openapi.from_dict(client.get("/api/v1/openapi.json").json()), secret


def operations():
    with (ROOT / "everysite/network/doors.csv").open(newline="") as file:
        return {
            row["door"].removeprefix("api:") for row in csv.DictReader(file) if row["door"].startswith("api:")
        }


def test_every_operation_has_a_row_in_the_table_of_doors(interface):
    schema, _ = interface
    named = {operation.ok().definition.raw["operationId"] for operation in schema.get_all_operations()}
    assert named == operations()


def test_generated_requests_get_only_declared_answers_and_never_a_500(interface, client):
    schema, secret = interface
    tried = 0
    for found in schema.get_all_operations():
        operation = found.ok()

        @settings(
            max_examples=20,
            database=None,
            deadline=None,
            derandomize=True,
            suppress_health_check=list(HealthCheck),
        )
        @given(case=operation.as_strategy())
        def probe(case):
            nonlocal tried
            tried += 1
            query = urlencode(case.query or {}, doseq=True, errors="replace")
            body = json.dumps(case.body) if isinstance(case.body, (dict, list, str, int, float, bool)) else ""
            answer = client.generic(
                case.method,
                f"{case.formatted_path}?{query}",
                body,
                content_type="application/json",
                headers={"Authorization": f"Bearer {secret}"},
            )
            assert str(answer.status_code) in {*case.operation.definition.raw["responses"], "404", "405"}

        probe()
    assert tried >= 60
