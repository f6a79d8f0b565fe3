"""The demo shop: loaded once, its login kept, and a merchant's own shop left alone."""

import json
from datetime import timedelta
from functools import partial
from io import StringIO

import pytest
from django.contrib.auth import authenticate
from django.core.management import call_command
from django.utils import timezone

from catalog.models import Product
from config import demo
from config.demo_shop import generate
from config.models import ApiKey
from jobs.models import Job
from sales.models import Customer, OrderLine
from tests.factories.catalog import ProductFactory
from tests.factories.jobs import JobFactory, RunFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _small_shop_elsewhere(settings, tmp_path, monkeypatch):
    settings.VAR_DIR = tmp_path
    small = partial(generate, days=70, products=25, customers=60)
    monkeypatch.setattr("config.demo.generate", small)


@pytest.fixture
def nights(monkeypatch):
    """The days for which the night was asked to run."""
    days = []
    real = call_command

    def instead(name, *args, **options):
        if name == "nightly":
            days.append(args[-1])
        else:
            real(name, *args, **options)

    monkeypatch.setattr("config.management.commands.demo.call_command", instead)
    return days


def run_demo() -> str:
    out = StringIO()
    call_command("demo", stdout=out)
    return out.getvalue()


def test_the_generated_shop_is_loaded_whole_and_its_truth_kept_apart(nights, tmp_path):
    run_demo()

    assert Product.objects.count() == 25
    assert Customer.objects.count() >= 60
    assert OrderLine.objects.exists()
    assert (tmp_path / "demo" / "truth" / "products.csv").exists()
    assert nights == [timezone.localdate().isoformat()]


def test_the_printed_login_and_key_work(nights, rf):
    printed = run_demo()
    login = demo.ensure_login()

    assert login.password in printed
    assert authenticate(rf.get("/"), username="demo", password=login.password) is not None
    assert ApiKey.objects.is_valid(login.api_key)


def test_again_is_safe_and_changes_nothing(nights):
    run_demo()
    before = (OrderLine.objects.count(), demo.ensure_login())

    run_demo()

    assert (OrderLine.objects.count(), demo.ensure_login()) == before


def test_a_shop_of_its_own_is_left_alone(nights, tmp_path):
    ProductFactory()

    printed = run_demo()

    assert "nothing was changed" in printed
    assert Product.objects.count() == 1
    assert not (tmp_path / "demo").exists()
    assert not ApiKey.objects.exists()
    assert nights == []


def test_the_night_is_not_run_again_once_all_its_jobs_are_done():
    today = timezone.localdate()
    run = RunFactory(as_of=today)
    JobFactory(run=run, state=Job.State.DONE)
    last = JobFactory(run=run, state=Job.State.FAILED)
    assert not demo.has_run_for(today)

    Job.objects.filter(pk=last.pk).update(state=Job.State.DONE)

    assert demo.has_run_for(today)
    assert not demo.has_run_for(today - timedelta(days=1))


def test_the_login_is_readable_by_its_owner_only(nights, tmp_path):
    run_demo()
    path = tmp_path / "demo" / "login.json"

    assert path.stat().st_mode & 0o077 == 0
    assert json.loads(path.read_text())["user"] == "demo"
