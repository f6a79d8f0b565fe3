"""Charts of a price: what was asked and sold, what other prices would bring."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from django.utils.translation import gettext as _

from pricing.algorithms.optimise import Outlook, PriceOptimiser
from pricing.models import PriceSuggestion
from suggestions.kinds import Chart

PRIMARY = "var(--color-primary-600)"
PALE = "var(--color-primary-200)"
MUTED = "var(--color-base-400)"
REACH = 0.2
POINTS = 41
BAND = (0.1, 0.9)
Values = Sequence[float | None]


def prices_and_units(history: pd.DataFrame) -> Chart:
    """Units sold and price paid week by week; ``history`` is `selectors.weekly_history`."""
    price = history["price"].ffill().bfill().round(2)
    return Chart(
        title=_("Price and units sold per week"),
        type="line",
        labels=[day.date().isoformat() for day in history["week"]],
        datasets=[
            _line(_("units sold"), history["units"].tolist(), PRIMARY, yAxisID="y"),
            _line(
                _("price"),
                [None if np.isnan(value) else value for value in price],
                MUTED,
                yAxisID="price",
                stepped=True,
            ),
        ],
    )


def demand_curve(detail: PriceSuggestion) -> Chart:
    """Expected units over the suggestion's days at each price, with the 80 % band."""
    prices, (_profits, units) = _drawn(detail)
    return _banded(_("Expected units at each price"), prices, units, _("units"))


def profit_curve(detail: PriceSuggestion) -> Chart:
    """Expected profit over the suggestion's days at each price, with the 80 % band."""
    prices, (profits, _units) = _drawn(detail)
    return _banded(_("Expected profit at each price"), prices, profits, _("profit"))


def _drawn(detail: PriceSuggestion) -> tuple[np.ndarray, tuple[np.ndarray, np.ndarray]]:
    price = float(detail.current_price)
    marks = [price, float(detail.suggested_price)]
    grid = np.linspace(price * (1 - REACH), price * (1 + REACH), POINTS)
    prices = np.unique(np.round(np.append(grid, marks), 2))
    return prices, PriceOptimiser().profits(outlook_of(detail), prices)


def outlook_of(detail: PriceSuggestion) -> Outlook:
    """Return a stored suggestion as the optimiser takes it."""
    return Outlook(
        price=float(detail.current_price),
        cost=float(detail.unit_cost),
        units=detail.units_now,
        units_sd=detail.units_sd,
        elasticity=detail.elasticity,
        elasticity_se=(detail.elasticity_high - detail.elasticity_low) / 3.92,
    )


def _banded(title: str, prices: np.ndarray, drawn: np.ndarray, label: str) -> Chart:
    low, high = np.quantile(drawn, BAND, axis=0).round(2)
    return Chart(
        title=title,
        type="line",
        labels=[f"{price:.2f}" for price in prices],
        datasets=[
            _line(label, drawn.mean(axis=0).round(2).tolist(), PRIMARY, borderDash=[6, 4]),
            _line(_("low (10 %)"), low.tolist(), PALE, borderWidth=1),
            _line(
                _("high (90 %)"),
                high.tolist(),
                PALE,
                borderWidth=1,
                fill="-1",
            ),
        ],
    )


def _line(label: str, data: Values, colour: str, **style: object) -> dict[str, object]:
    return {
        "label": label,
        "data": data,
        "borderColor": colour,
        "backgroundColor": colour,
        "pointRadius": 0,
        "fill": False,
        **style,
    }
