"""Demand summed over some days as a negative binomial with given mean and variance."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import stats

from forecasting.negative_binomial import OVERDISPERSION_FLOOR, quantiles
from inventory.algorithms.losses import negative_binomial_loss

Array = npt.NDArray[np.float64]
NOTHING = 1e-9


@dataclass(frozen=True)
class DemandSum:
    """Demand of n products over their own number of days: ``mean`` and ``variance`` in units."""

    mean: Array
    variance: Array

    def quantile(self, level: Array | float) -> Array:
        """Return the least stock that suffices with probability ``level`` (one per product)."""
        wanted = np.broadcast_to(np.asarray(level, dtype=np.float64), self.mean.shape)
        out = np.zeros(len(self.mean))
        for value in np.unique(wanted):
            rows = np.flatnonzero(wanted == value)
            band = quantiles(self.mean[rows], self.variance[rows], [float(value)])
            out[rows] = np.ceil(band[:, 0])
        return out

    def exceeds(self, stock: Array) -> Array:
        """Return the chance that demand is more than ``stock``."""
        return np.where(self._sells, stats.nbinom.sf(np.floor(stock), *self._shape), 0.0)

    def shortfall(self, stock: Array) -> Array:
        """Return the expected units of demand that ``stock`` cannot serve."""
        loss = negative_binomial_loss(np.floor(stock), *self._shape)
        return np.where(self._sells, np.maximum(loss, 0.0), 0.0)

    @property
    def _sells(self) -> npt.NDArray[np.bool_]:
        return self.mean > NOTHING

    @property
    def _shape(self) -> tuple[Array, Array]:
        mean = np.where(self._sells, self.mean, 1.0)
        variance = np.maximum(self.variance, OVERDISPERSION_FLOOR * mean)
        chance = mean / np.where(self._sells, variance, OVERDISPERSION_FLOOR)
        return mean * chance / (1.0 - chance), chance
