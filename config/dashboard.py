"""The page a merchant opens in the morning: takings, what waits, what the night did."""

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from jobs.admin import is_going_on, steps_of
from jobs.models import Run
from jobs.scoreboard import duels_of_run, headlines
from sales import takings
from sales.charts import revenue_chart
from suggestions import selectors
from suggestions.admin import columns
from suggestions.money import money, number, signed_money

PERIODS = (28, 90, 365)
TOP = 6


@dataclass(frozen=True)
class Card:
    """A figure of the dashboard: ``gain`` is its change against the period before, as a share."""

    label: str
    value: str
    gain: float | None = None
    note: str = ""
    url: str = ""


def shop_name(_request: HttpRequest) -> str:
    """The line under the program's name."""
    return str(settings.SHOP_NAME)


def open_count(_request: HttpRequest) -> str:
    """The number on the inbox in the sidebar."""
    return number(selectors.open_pile().count)


def fill(request: HttpRequest, context: dict[str, Any]) -> dict[str, Any]:
    """Put the dashboard into the context of the admin's first page."""
    may = request.user.has_perm
    context |= {"title": _("Today"), "greeting": _greeting(), "shop_name": settings.SHOP_NAME}
    if may("sales.view_order"):
        context |= _sales(_period(request))
    if may("suggestions.view_suggestion"):
        context |= _advice()
    if may("jobs.view_run"):
        context |= _night()
    return context


def _greeting() -> str:
    hour = timezone.localtime().hour
    if hour < 12:
        return _("Good morning")
    return _("Good afternoon") if hour < 18 else _("Good evening")


def _period(request: HttpRequest) -> int:
    asked = request.GET.get("days", "")
    return int(asked) if asked in {str(days) for days in PERIODS} else PERIODS[0]


def _sales(days: int) -> dict[str, Any]:
    newest = takings.newest_day()
    if newest is None:
        return {"is_empty": True, "periods": PERIODS, "days": days}
    before = newest + timedelta(days=1)
    since = before - timedelta(days=days)
    earlier = since - timedelta(days=days)
    now = takings.custom(since=since, before=before)
    then = takings.custom(since=earlier, before=since)
    revenue = takings.daily_revenue(since=earlier, before=before)
    taken, taken_then = sum(revenue[days:], Decimal(0)), sum(revenue[:days], Decimal(0))
    return {
        "periods": PERIODS,
        "days": days,
        "since": since,
        "until": newest,
        "cards": [
            Card(_("Revenue"), money(taken, decimals=0), _gain(taken, taken_then)),
            Card(_("Orders"), number(now.orders), _gain(now.orders, then.orders)),
            Card(_("Customers"), number(now.customers), _gain(now.customers, then.customers)),
        ],
        "sales_chart": revenue_chart(
            since=since, revenue=revenue[days:], before_that=revenue[:days]
        ),
    }


def _gain(now: Any, then: Any) -> float | None:
    return float((now - then) / then) if then else None


def _advice() -> dict[str, Any]:
    pile = selectors.open_pile()
    return {
        "pile": pile,
        "pile_effect": signed_money(pile.effect),
        "top": [
            {
                "pk": suggestion.pk,
                "subject": columns.subject(suggestion),
                "kind": columns.kind_badge(suggestion.kind),
                "change": columns.change_arrow(suggestion),
                "effect": columns.effect_cell(suggestion),
                "risk": columns.risk_badge(suggestion),
            }
            for suggestion in selectors.open_suggestions()[:TOP]
        ],
    }


def _night() -> dict[str, Any]:
    run = Run.objects.first()
    if run is None:
        return {}
    steps = steps_of(run)
    return {
        "run": run,
        "steps": steps,
        "is_running": is_going_on(steps),
        "duels": headlines(duels_of_run(run.pk)),
    }
