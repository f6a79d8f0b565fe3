"""Weeks of sales whose answer to price is known, and elasticities."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

import factory
import numpy as np
import pandas as pd

from catalog.models import PriceChange, Product
from pricing.algorithms.panel import WeeklyPanel, season
from pricing.models import Elasticity
from sales.models import Order, OrderLine
from tests.factories.inventory import AS_OF, StockedProductFactory, moment
from tests.factories.jobs import JobFactory

DAY = timedelta(days=1)


@dataclass(frozen=True)
class Truth:
    """What a simulated panel was made from."""

    panel: WeeklyPanel
    elasticity: np.ndarray


def simulated_panel(
    products: int,
    *,
    weeks: int = 104,
    rate: float = 15.0,
    spread: float = 0.6,
    seed: int = 0,
) -> Truth:
    """Gamma-Poisson demand around −2, prices in steps of about a seventh, season and trend."""
    noise = np.random.default_rng(seed)
    midpoints = pd.date_range("2023-06-05", periods=weeks, freq="7D")
    elasticity = noise.normal(-2, spread, products)
    price = 10 * np.exp(_steps(noise, products, weeks))
    waves = noise.normal([0.2, 0.1], 0.2, (products, 2)) @ season(midpoints).T
    trend = noise.normal(0.1, 0.2, (products, 1)) * (np.arange(weeks) - weeks + 1) / 52
    level = np.log(rate) + noise.normal(0, 0.7, (products, 1))
    ratio = np.log(price / price[:, -1:])
    mean = np.exp(level + elasticity[:, None] * ratio + waves + trend)
    units = noise.poisson(mean * noise.gamma(4, 0.25, mean.shape)).astype(float)
    begun = np.maximum.accumulate(units > 0, axis=1)
    panel = WeeklyPanel(np.arange(products), np.where(begun, units, np.nan), price, midpoints)
    return Truth(panel, elasticity)


def _steps(noise: np.random.Generator, products: int, weeks: int) -> np.ndarray:
    """Log prices that change at a few random weeks."""
    changes = noise.random((products, weeks)) < 4 / weeks
    changes[:, 0] = True
    levels = noise.normal(0, 0.15, (products, weeks))
    last_change = np.maximum.accumulate(np.where(changes, np.arange(weeks), 0), axis=1)
    return np.take_along_axis(levels, last_change, axis=1)


class ElasticityFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Elasticity

    product = factory.SubFactory(StockedProductFactory)
    job = factory.SubFactory(JobFactory)
    as_of = AS_OF
    value = -2.0
    low = -2.6
    high = -1.4
    observations = 52
    own_weight = 0.7


def sell_at_prices(
    product: Product, weeks: list[tuple[str, float]], *, until: date = AS_OF
) -> None:
    """Sell for whole weeks, oldest first: (price, units a week), a seventh every day.

    The price history gets a row wherever the price changes.
    """
    start, before = until - timedelta(weeks=len(weeks)), ""
    orders, lines = [], []
    for number, (price, units) in enumerate(weeks):
        first = start + timedelta(weeks=number)
        if price != before:
            PriceChange.objects.create(
                product=product,
                price=Decimal(price),
                effective_at=moment(first, 0),
                source=PriceChange.Source.STAFF,
            )
        before = price
        for back in range(7):
            day, quantity = first + back * DAY, round(units / 7)
            if quantity:
                order = Order(number=f"{product.pk}/{day}", placed_at=moment(day))
                orders.append(order)
                lines.append(
                    OrderLine(
                        order=order,
                        position=1,
                        product=product,
                        day=day,
                        quantity=quantity,
                        unit_price=Decimal(price),
                    )
                )
    Order.objects.bulk_create(orders)
    OrderLine.objects.bulk_create(lines)


def elastic_weeks(elasticity: float, prices: list[str], *, units: float = 140) -> list:
    """Thirteen weeks at each price, selling ``units`` a week at a price of 10."""
    return [
        (price, units * (float(price) / 10) ** elasticity)
        for price in prices
        for _week in range(13)
    ]
