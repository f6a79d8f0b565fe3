"""Keys and scopes."""

from datetime import timedelta

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from config.api.authentication import forget_clients
from config.models import ApiKey

URL = "/api/v1/suggestions"
pytestmark = pytest.mark.django_db


def test_without_a_key_nothing_is_shown():
    reply = APIClient().get(URL)

    assert reply.status_code == 401
    assert reply.headers["WWW-Authenticate"] == "Api-Key"
    assert reply.headers["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize("header", ["Api-Key wrong.key", "Api-Key x", "Bearer abc"])
def test_a_wrong_key_is_refused(header):
    assert APIClient(headers={"authorization": header}).get(URL).status_code == 401


def test_a_key_with_the_scope_may_read(client_with):
    assert client_with("read").get(URL).status_code == 200


def test_a_key_without_the_scope_is_told_which_one_it_lacks(client_with):
    reply = client_with("events").get(URL)

    assert reply.status_code == 403
    assert "read" in reply.json()["detail"]


@pytest.mark.parametrize(
    "change",
    [
        pytest.param({"revoked": True}, id="revoked"),
        pytest.param({"expiry_date": timezone.now() - timedelta(days=1)}, id="expired"),
    ],
)
def test_a_revoked_or_expired_key_stops_working(client_with, change):
    client = client_with("read")
    ApiKey.objects.update(**change)
    forget_clients()

    assert client.get(URL).status_code == 401


def test_checking_a_key_again_asks_the_database_nothing(
    client_with, django_assert_num_queries, monkeypatch
):
    monkeypatch.setattr("config.api.authentication.time.monotonic", lambda: 1000.0)
    client = client_with("read")
    client.get(URL)

    with django_assert_num_queries(1):  # the suggestions
        client.get(URL)
