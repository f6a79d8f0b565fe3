"""New products, forecast from the launches of similar ones and their own first sales.

Similar products give the prior of the demand rate and the shape of a launch; the product's own
sales then outweigh it, as in gamma-Poisson shrinkage (Gelman et al., Bayesian Data Analysis,
ch. 2.6).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from forecasting.panel import Matrix, Panel

NEIGHBOURS = 20
FEWEST = 3
TAIL = 28


@dataclass(frozen=True)
class Traits:
    """What products have in common: a table indexed by ``unique_id``.

    ``kinds`` are columns compared for equality (category, brand), ``amounts`` positive numbers
    compared by ratio (price, size).
    """

    table: pd.DataFrame
    kinds: Sequence[str] = ()
    amounts: Sequence[str] = ()

    def likeness(self, product: object, others: pd.Index) -> Matrix:
        """Return the likeness of ``product`` to others, 0 to 1: the mean over all traits."""
        own, rest = self.table.index.get_loc(product), self.table.loc[others]
        parts = []
        for kind in self.kinds:
            same = rest[kind] == self.table[kind].iloc[own]
            parts.append(same.to_numpy(dtype=np.float64))
        for amount in self.amounts:
            ratio = np.log(rest[amount].to_numpy(dtype=np.float64) / self.table[amount].iloc[own])
            parts.append(np.exp(-np.abs(ratio)))
        return np.asarray(np.mean(parts, axis=0)) if parts else np.ones(len(others))


@dataclass(frozen=True)
class Newcomer:
    """Expected demand per period (horizon), and how far its level is in doubt.

    ``doubt`` is the variance of the level as a share of its square: add ``doubt × sum²`` to the
    variance of any sum.
    """

    path: Matrix
    doubt: float


def forecast_newcomer(panel: Panel, product: object, traits: Traits, *, horizon: int) -> Matrix:
    """Forecast a product with little or no history (horizon); see `newcomer_outlook`."""
    return newcomer_outlook(panel, product, traits, horizon=horizon).path


def newcomer_outlook(panel: Panel, product: object, traits: Traits, *, horizon: int) -> Newcomer:
    """Forecast a product with little or no history.

    Up to twenty products most like it, that were already on sale as long as the forecast
    reaches, lend their launches (those whose launch the panel does not reach back to only where
    there are too few others); ``product`` need not be in the panel.  Raises ValueError with
    fewer than three such products.
    """
    own = _own_history(panel, product)
    age = len(own)
    seasoned = _seasoned(panel, product, age + horizon)
    if len(seasoned) < FEWEST:
        raise ValueError(
            f"fewer than {FEWEST} products are old enough to lend {product!r} a launch"
        )
    weight = traits.likeness(product, panel.ids[seasoned])
    chosen = np.argsort(-weight, kind="stable")[:NEIGHBOURS]
    launches = _launches(panel, seasoned[chosen], age + horizon)
    shares = weight[chosen] / max(float(weight[chosen].sum()), 1e-12)
    level, doubt = _level(launches, shares, own)
    return Newcomer(np.asarray(level * _smooth(shares @ launches)[age:]), doubt)


def _seasoned(panel: Panel, product: object, periods: int) -> npt.NDArray[np.intp]:
    """Return rows on sale for some periods, launched within the panel where enough were."""
    is_old = (panel.y.shape[1] - panel.starts >= periods) & (panel.ids != product)
    launched = np.flatnonzero(is_old & (panel.starts > 0))
    return launched if len(launched) >= NEIGHBOURS else np.flatnonzero(is_old)


def _own_history(panel: Panel, product: object) -> Matrix:
    if product not in panel.ids:
        return np.zeros(0)
    row = int(panel.ids.get_indexer(pd.Index([product]))[0])
    own = panel.y[row, panel.starts[row] :]
    return np.nan_to_num(own) if np.nansum(own) > 0 else np.zeros(0)


def _launches(panel: Panel, rows: npt.NDArray[np.intp], length: int) -> Matrix:
    """Return demand since first sale of the rows (rows × length)."""
    windows = [panel.y[row, panel.starts[row] : panel.starts[row] + length] for row in rows]
    return np.nan_to_num(np.array(windows))


def _level(launches: Matrix, shares: Matrix, own: Matrix) -> tuple[float, float]:
    """Return how many times the similar products' path this one sells, and its doubt.

    Without own sales 1; the doubt is the relative variance of the gamma posterior.
    """
    rates = launches.mean(axis=1)
    mean = max(float(shares @ rates), 1e-9)
    between = max(float(shares @ (rates - mean) ** 2) / mean**2, 0.05)
    expected = float((shares @ launches)[: len(own)].sum())
    level = (1 / between + float(own.sum())) / (1 / between + expected)
    return level, 1 / (1 / between + float(own.sum()))


def _smooth(path: Matrix) -> Matrix:
    """Smooth a mean launch over four weeks so that single days of few products do not show."""
    width = min(TAIL, len(path))
    padded = np.pad(path, (width // 2, width - 1 - width // 2), mode="edge")
    return np.convolve(padded, np.ones(width) / width, mode="valid")
