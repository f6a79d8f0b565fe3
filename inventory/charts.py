"""Charts of a product's stock: what sold, what is expected, how long the stock lasts."""

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from django.utils.translation import gettext as _

from inventory.models import RestockSuggestion
from suggestions.kinds import Chart

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

    from inventory.evaluation import Risk

PRIMARY = "var(--color-primary-600)"
PALE = "var(--color-primary-200)"
MUTED = "var(--color-base-400)"
WARNING = "var(--color-orange-500)"
FEW_DAYS = 4
DARK = "var(--color-base-700)"


def sales_and_forecast(past: pd.DataFrame, fan: pd.DataFrame) -> Chart:
    """Units sold per week and the weekly forecast with its 10 % to 90 % band.

    ``past`` is `selectors.weekly_sales`, ``fan`` is `selectors.forecast_fan`.
    """
    ahead = _by_week(fan)
    labels = [day.date().isoformat() for day in [*past["week"], *ahead["week"]]]
    before, after = [None] * len(past), [None] * len(ahead)
    return Chart(
        title=_("Sales and expected demand per week"),
        type="line",
        labels=labels,
        datasets=[
            _line(_("sold"), [*past["units"].tolist(), *after], PRIMARY),
            _line(_("expected"), [*before, *ahead["mean"]], PRIMARY, borderDash=[6, 4]),
            _line(_("low (10 %)"), [*before, *ahead["q10"]], PALE, borderWidth=1),
            _line(
                _("high (90 %)"),
                [*before, *ahead["q90"]],
                PALE,
                borderWidth=1,
                fill="-1",
                backgroundColor=PALE,
            ),
        ],
    )


def stock_ahead(fan: pd.DataFrame, detail: RestockSuggestion) -> Chart:
    """Stock day by day with and without the order, beside the reorder point."""
    used = fan["mean"].astype("float64").cumsum().to_numpy()
    position = detail.on_hand + detail.on_order
    arrives = np.arange(len(fan)) >= detail.lead_days
    without = np.maximum(position - used, 0).round(1)
    served = np.maximum.accumulate(np.maximum(used - position, 0) * ~arrives)
    with_order = np.maximum(position - used + served + detail.quantity * arrives, 0).round(1)
    return Chart(
        title=_("Stock at the expected pace"),
        type="line",
        labels=[day.date().isoformat() for day in fan["day"]],
        datasets=[
            _line(_("with this order"), with_order.tolist(), PRIMARY, borderDash=[6, 4]),
            _line(_("without"), without.tolist(), WARNING, borderDash=[6, 4]),
            _line(_("reorder point"), [detail.reorder_point] * len(fan), MUTED, borderWidth=1),
        ],
    )


def forecast_beside_plan(past: pd.DataFrame, days: pd.DataFrame) -> Chart:
    """Units sold per week, what is computed to come, and what staff's overrides make of it.

    ``past`` and ``days`` are those of `editor.Editor`.
    """
    number = np.arange(len(days)) // 7
    ahead = days[["baseline", "total"]].groupby(number).sum().round(1)
    starts = days["day"].iloc[::7]
    labels = [day.date().isoformat() for day in [*past["week"], *starts]]
    before, after = [None] * len(past), [None] * len(ahead)
    band = []
    if "q10" in days:
        fan = _by_week(days.assign(mean=days["baseline"]))
        band = [
            _line(_("low (10 %)"), [*before, *fan["q10"]], PALE, borderWidth=1),
            _line(
                _("high (90 %)"),
                [*before, *fan["q90"]],
                PALE,
                borderWidth=1,
                fill="-1",
                backgroundColor=PALE,
            ),
        ]
    return Chart(
        title=_("Sold, computed and planned per week"),
        type="line",
        labels=labels,
        datasets=[
            _line(_("sold"), [*past["units"].tolist(), *after], PRIMARY),
            _line(_("computed"), [*before, *ahead["baseline"]], MUTED, borderDash=[6, 4]),
            _line(_("in all"), [*before, *ahead["total"]], PRIMARY, borderWidth=3),
            *band,
        ],
    )


def stock_so_far(stock: pd.DataFrame) -> Chart:
    """What lay there at the end of each day; ``stock`` is `stock_page.daily_stock`."""
    return Chart(
        title=_("Stock at the end of each day"),
        type="line",
        labels=[day.date().isoformat() for day in stock["day"]],
        datasets=[_line(_("on hand"), stock["on_hand"].tolist(), PRIMARY, stepped=True)],
    )


def _by_week(fan: pd.DataFrame) -> pd.DataFrame:
    """Sum the fan by week; daily errors are taken as independent around the weekly mean."""
    if fan.empty:
        return pd.DataFrame(columns=["week", "mean", "q10", "q90"])
    number = np.arange(len(fan)) // 7
    below = (fan["mean"] - fan["q10"]).clip(lower=0) ** 2
    above = (fan["q90"] - fan["mean"]).clip(lower=0) ** 2
    mean = fan["mean"].groupby(number).sum()
    return pd.DataFrame(
        {
            "week": fan["day"].iloc[::7].to_numpy(),
            "mean": mean.round(1),
            "q10": (mean - below.groupby(number).sum() ** 0.5).clip(lower=0).round(1),
            "q90": (mean + above.groupby(number).sum() ** 0.5).round(1),
        }
    )


def _line(label: object, data: list[object], colour: str, **style: object) -> dict[str, object]:
    return {
        "label": label,
        "data": data,
        "borderColor": colour,
        "backgroundColor": colour,
        "pointRadius": 0,
        "fill": False,
        **style,
    }


def stock_value_chart(weeks: pd.DataFrame) -> Chart:
    """Stock at cost week by week; ``weeks`` is `evaluation.Evaluation.weeks`."""
    return Chart(
        title=_("Stock at cost"),
        type="line",
        labels=[day.date().isoformat() for day in weeks["week"]],
        datasets=[_line(_("stock at cost"), weeks["value"].round(2).tolist(), PRIMARY)],
    )


def risk_chart(risks: "list[tuple[StrOrPromise, Risk]]") -> Chart:
    """What each risk was worth night by night."""
    days = sorted({day for _name, risk in risks for day, _money in risk.trend})
    colours = (PRIMARY, WARNING, MUTED, PALE, DARK)
    shown = [(name, dict(risk.trend)) for name, risk in risks if risk.trend]
    dots = 3 if len(days) < FEW_DAYS else 0  # a line of one night cannot be seen
    return Chart(
        title=_("Risk by night"),
        type="line",
        labels=[day.isoformat() for day in days],
        datasets=[
            _line(
                str(name),
                [float(trend[day]) if day in trend else None for day in days],
                colour,
                pointRadius=dots,
            )
            for (name, trend), colour in zip(shown, colours, strict=False)
        ],
    )


def replay_chart(rows: "list[tuple[StrOrPromise, dict[str, float]]]") -> Chart:
    """Holding and lost margin per policy."""
    return Chart(
        title=_("Holding cost and lost margin"),
        type="bar",
        labels=[str(name) for name, _row in rows],
        datasets=[
            _line(_("holding"), [round(row["holding"], 2) for _name, row in rows], PRIMARY),
            _line(_("lost margin"), [round(row["shortage"], 2) for _name, row in rows], WARNING),
        ],
    )
