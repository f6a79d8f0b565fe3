"""The nightly forecast of a shop's products: who is forecast how, and what the figures come to.

The ensemble forecasts everyone, but for classes of demand in which another method won past a
margin; a product that stopped selling is forecast to sell nothing, a newcomer what products
like it sold.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pandas as pd

from forecasting import Panel, choose_methods, demand_classes
from forecasting.methods import METHODS, Method, forecast_by
from forecasting.newcomers import Newcomer, Traits, newcomer_outlook
from forecasting.selection import DEFAULT, Margin
from inventory.algorithms.steady_classes import steady_demand_classes

Matrix = npt.NDArray[np.float64]
DECIDES = "rmsse"
NEW_DAYS = 28
SEASONED, NEW, DEAD = "seasoned", "new", "dead"


@dataclass(frozen=True)
class Choice:
    """The shop's method, and those of the classes in which another won past the margin.

    ``before`` is the class of demand that each product had the night before, by its id.
    """

    shop: str = DEFAULT
    by_class: Mapping[str, str] | None = None
    before: "pd.Series[str]" = field(default_factory=lambda: pd.Series(dtype="object"))

    def of(self, classes: "pd.Series[str]") -> "pd.Series[str]":
        """Return the method of every product by its class of demand."""
        won = self.by_class or {}
        return classes.map(lambda name: won.get(name, self.shop)).astype("object")


def choice_of(scores: pd.DataFrame, tried: pd.DataFrame, classes: pd.DataFrame) -> Choice:
    """Choose from a backtest ``tried`` and its summary ``scores``.

    A method replaces the ensemble for the whole shop, or for a class of demand, only where its
    error is lower by the margin; choosing per product loses on every panel measured.
    """
    error = scores[scores["score"] == DECIDES].set_index("method")["value"]
    shop = DEFAULT
    if DEFAULT in error.index and error.min() < (1 - Margin().gain) * error[DEFAULT]:
        shop = str(error.idxmin())
    if shop != DEFAULT or tried.empty:
        return Choice(shop)
    found = choose_methods(tried, classes)
    won = found[found["method"] != DEFAULT]
    return Choice(shop, dict(zip(won["demand_class"], won["method"], strict=True)))


@dataclass(frozen=True)
class Outlook:
    """Expected demand per day (n × horizon), method, standing and class of demand per product.

    ``doubt`` is that of the levels.
    """

    mean: Matrix
    method: "pd.Series[str]"
    standing: "pd.Series[str]"
    doubt: Matrix
    demand_class: "pd.Series[str]"


def outlook(
    panel: Panel,
    horizon: int,
    choice: Choice,
    *,
    methods: Mapping[str, Method] | None = None,
    traits: Traits | None = None,
) -> Outlook:
    """Forecast every product of the panel; products without traits are never newcomers."""
    classes = demand_classes(panel).set_index("unique_id", drop=False)
    names = steady_demand_classes(classes, choice.before)
    method = choice.of(names)
    standing = pd.Series(SEASONED, index=panel.ids)
    standing[classes["is_dead"].to_numpy(dtype=np.bool_)] = DEAD
    mean = _by_method(panel, horizon, method, methods or METHODS)
    mean[(standing == DEAD).to_numpy()] = 0.0
    doubt = np.zeros(len(panel.ids))
    for row, found in _newcomers(panel, horizon, traits):
        mean[row], doubt[row], standing.iloc[row] = found.path, found.doubt, NEW
    return Outlook(mean, method, standing, doubt, names)


def _by_method(
    panel: Panel, horizon: int, names: "pd.Series[str]", methods: Mapping[str, Method]
) -> Matrix:
    mean = np.zeros((len(panel.ids), horizon))
    for name in sorted(names.unique()):
        rows = np.flatnonzero(names.to_numpy() == name)
        mean[rows] = forecast_by(methods[name], panel, horizon)[rows]
    return mean


def _newcomers(panel: Panel, horizon: int, traits: Traits | None) -> Iterator[tuple[int, Newcomer]]:
    """Yield the forecasts of young products, as long as enough others can lend a launch."""
    if traits is None or not panel.y.size:
        return
    selling = panel.take(np.flatnonzero(np.nansum(panel.y, axis=1) > 0))
    for row in _young(panel, traits):
        try:
            yield int(row), newcomer_outlook(selling, panel.ids[row], traits, horizon=horizon)
        except ValueError:  # nobody is old enough: the common method stands
            continue


def _young(panel: Panel, traits: Traits) -> npt.NDArray[np.intp]:
    """Return rows first sold in the last four weeks, and those launched that never sold."""
    age = panel.y.shape[1] - panel.starts
    sold = np.nansum(panel.y, axis=1) > 0
    known = panel.ids.isin(traits.table.index)
    launched = panel.ids.isin(traits.table.index[traits.table["is_launch"]])
    return np.flatnonzero(known & np.where(sold, age <= NEW_DAYS, launched))
