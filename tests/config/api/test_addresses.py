"""The description of the API tells the truth, and unknown addresses are said to be so."""

import json

import pytest
from rest_framework.test import APIClient

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("address", ["", "v1/", "v1/nothing", "v1/products/", "v2/products"])
@pytest.mark.parametrize("method", ["get", "post"])
def test_an_unknown_address_is_a_problem_and_not_a_login_page(address, method):
    reply = getattr(APIClient(enforce_csrf_checks=True), method)(f"/api/{address}")

    assert reply.status_code == 404
    assert reply.headers["Content-Type"] == "application/problem+json"
    assert reply.json()["instance"] == f"/api/{address}"


@pytest.fixture(scope="module")
def described():
    return json.loads(APIClient().get("/api/schema/").content)


@pytest.mark.parametrize(
    ("path", "status"),
    [("products", "200"), ("customers", "200"), ("orders", "200"), ("events", "202")],
)
def test_the_description_names_the_status_that_rows_get(described, path, status):
    responses = described["paths"][f"/api/v1/{path}"]["post"]["responses"]

    assert set(responses) == {status, "4XX"}


def test_every_operation_describes_its_refusals(described, client_with):
    problem = described["components"]["schemas"]["Problem"]
    refused = client_with("read").get("/api/v1/products/none").json()

    assert set(refused) == set(problem["required"])
    assert all(
        "4XX" in operation["responses"]
        for operations in described["paths"].values()
        for operation in operations.values()
    )
