"""Clients of the API, one per set of scopes."""

from collections.abc import Callable

import pytest
from rest_framework.test import APIClient

from config.models import ApiKey


@pytest.fixture
def client_with(db) -> Callable[..., APIClient]:
    """``client_with("read", "decide")``: a client whose key has these scopes."""

    def make(*scopes: str) -> APIClient:
        _, key = ApiKey.objects.create_key(name="storefront", scopes=list(scopes))
        return APIClient(headers={"authorization": f"Api-Key {key}"})

    return make
