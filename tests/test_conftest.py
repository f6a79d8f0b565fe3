"""The fixtures that need programs of the machine."""

import psycopg
import pytest
import redis
from django.test import Client
from playwright.sync_api import Page
from pytest_django.live_server_helper import LiveServer


@pytest.mark.server
def test_a_postgres_database_is_there(postgres_url: str) -> None:
    with psycopg.connect(postgres_url) as connection:
        assert connection.execute("SELECT 1 + 1").fetchone() == (2,)


@pytest.mark.server
def test_a_redis_is_there(redis_url: str) -> None:
    with redis.Redis.from_url(redis_url) as client:
        assert client.ping()


@pytest.mark.browser
def test_the_browser_sees_the_login_page(page: Page, live_server: LiveServer) -> None:
    page.goto(f"{live_server.url}/login/")

    assert page.locator("input[name=username]").is_visible()


@pytest.mark.django_db
def test_the_login_page_is_served(client: Client) -> None:
    assert client.get("/login/").status_code == 200
