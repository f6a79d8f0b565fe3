"""The time of the ledger is the database's: workers' clocks may differ, leases must not."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection
from django.db.models.expressions import CombinedExpression
from django.db.models.functions import Now
from django.utils import timezone


def now() -> "datetime | Now":
    """The present, for use in a query; SQLite has no other clock than this machine's."""
    return Now() if connection.vendor == "postgresql" else timezone.now()


def in_seconds(seconds: float) -> "datetime | CombinedExpression":
    """The present plus ``seconds`` (negative: the past), for use in a query."""
    return now() + timedelta(seconds=seconds)


def lease_end() -> "datetime | CombinedExpression":
    """When a lease taken or renewed now lapses."""
    return in_seconds(settings.JOB_LEASE_SECONDS)
