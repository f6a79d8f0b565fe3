"""What every test shares: a database without a pool, servers, a browser."""

import os
import secrets
import shutil
from collections.abc import Generator, Iterator

import hypothesis
import psycopg
import pytest
from django.db import connections
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from config.api.authentication import forget_clients
from recommendations.shelf import forget_everything
from tests.servers import Postgres, Redis, UnavailableError, running

hypothesis.settings.register_profile("suite", deadline=None)
hypothesis.settings.load_profile("suite")
CHROMIUM_FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
REMEMBERED = (
    "config.api.authentication.REMEMBER_SECONDS",
    "recommendations.api.ready.GOOD_FOR_SECONDS",
    "recommendations.goods.GOOD_FOR_SECONDS",
    "recommendations.memory.REMEMBER_SECONDS",
)
IS_CI = os.environ.get("CI", "").lower() in {"1", "true"}


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """In CI a test that skips because a server or the browser is missing has failed."""
    report = yield
    needs = {"server", "browser"} & {mark.name for mark in item.iter_markers()}
    if IS_CI and needs and report.skipped and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"skipped in CI, where it must run: {call.excinfo}"
    return report


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix: None) -> None:
    """A pool would hold connections to a test database that is to be dropped."""
    connections["default"].settings_dict["OPTIONS"].pop("pool", None)


@pytest.fixture(autouse=True)
def embedded(request: pytest.FixtureRequest) -> None:
    """Tests run the embedded profile; those of the broker start processes with their own."""
    if "server" not in request.keywords:
        request.getfixturevalue("settings").REDIS_URL = ""


@pytest.fixture
def good_memory(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """What a process remembers for seconds it remembers for the whole test, and no longer."""
    for name in REMEMBERED:
        monkeypatch.setattr(name, 1e9)
    forget_everything()
    forget_clients()
    yield
    forget_everything()
    forget_clients()


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """URL of a PostgreSQL server: DATABASE_URL, or one started here, or the test is skipped."""
    named = os.environ.get("DATABASE_URL", "")
    if named.startswith("postgres"):
        yield named
        return
    try:
        with running(Postgres) as server:
            yield server.url
    except UnavailableError as reason:
        pytest.skip(f"no PostgreSQL: {reason}")


@pytest.fixture
def postgres_url(postgres_server: str) -> Iterator[str]:
    """URL of an empty database of its own."""
    name = f"zhanggui_{secrets.token_hex(6)}"
    with psycopg.connect(postgres_server, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
        yield postgres_server.rpartition("/")[0] + f"/{name}"
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(scope="session")
def redis_url() -> Iterator[str]:
    """URL of a Redis server: REDIS_URL, or one started here, or the test is skipped."""
    named = os.environ.get("REDIS_URL", "")
    if named:
        yield named
        return
    try:
        with running(Redis) as server:
            yield server.url
    except UnavailableError as reason:
        pytest.skip(f"no Redis: {reason}")


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """A headless Chromium, or the test is skipped."""
    program = shutil.which("chromium") or shutil.which("chromium-browser")
    if program is None:
        pytest.skip("chromium is not in PATH")
    with pytest.MonkeyPatch.context() as patch:
        # Playwright's loop runs in this thread, which Django would take for asynchronous code.
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=program, args=list(CHROMIUM_FLAGS))
            yield browser
            browser.close()


@pytest.fixture
def context(chromium: Browser) -> Iterator[BrowserContext]:
    """A fresh profile for one test."""
    context = chromium.new_context(locale="en-GB", viewport={"width": 1280, "height": 900})
    context.set_default_timeout(15_000)
    yield context
    context.close()


@pytest.fixture
def page(context: BrowserContext) -> Page:
    """An empty page of the browser; open ``live_server.url`` in it."""
    return context.new_page()
