"""How demand answers to price, per product, with what products have in common pooled.

Log units = level + season + trend + elasticity × log price, quasi-Poisson, with a normal prior
on season, trend and elasticity whose mean and spread are learned from all products (empirical
Bayes): a product with little evidence leans on its category, and the category on the shop.
Source: Efron and Morris (1975), J. Am. Stat. Assoc. 70, 311-319; the prior's moments by EM.
"""

from dataclasses import dataclass
from typing import Self

import numpy as np
import numpy.typing as npt
import pandas as pd

from pricing.algorithms.panel import Array, WeeklyPanel, season
from pricing.algorithms.poisson import (
    Design,
    Fit,
    Prior,
    fit_poisson,
    starting_coefficients,
)

WEEKS_PER_YEAR = 52.0
LEVEL_SD = 10.0
START_MEAN = (0.0, 0.0, 0.0, -1.5)  # sine, cosine, trend per year, elasticity
START_SD = (0.5, 0.5, 0.5, 1.0)
LEAST_SD = (0.05, 0.05, 0.05, 0.15)
GROUP_WEIGHT = 10.0
DISPERSION_WEIGHT = 8.0
LEAST_PRICE_SD = 0.01
LEAST_WEEKS = 8
LEAST_UNITS = 10
Z80, Z95 = 1.2815515655446004, 1.959963984540054
Groups = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Elasticities:
    """Per product: elasticity, its standard error, weeks it rests on, share of its own evidence.

    ``own_weight`` is 0 where the figure is its category's or the shop's, 1 where it is all the
    product's own.
    """

    value: Array
    se: Array
    observations: npt.NDArray[np.int64]
    own_weight: Array

    @property
    def low(self) -> Array:
        """Lower end of the 95 % interval."""
        return self.value - Z95 * self.se

    @property
    def high(self) -> Array:
        """Upper end of the 95 % interval."""
        return self.value + Z95 * self.se


class ElasticityModel:
    """Partially pooled demand of all products.

    Parameters: ``rounds`` of EM on the prior and ``newton_steps`` in each.
    Learned: ``fit_`` (coefficients: level at the last week's price, season, trend,
    elasticity), ``elasticities_``, ``prior_mean_`` (n × 4), ``prior_sd_`` (4).
    """

    def __init__(self, *, rounds: int = 25, newton_steps: int = 2) -> None:
        self.rounds = rounds
        self.newton_steps = newton_steps

    def fit(self, panel: WeeklyPanel, groups: Groups) -> Self:
        """Learn from a panel; ``groups`` is the category of each product, −1 for none."""
        self.reference_ = panel.price[:, -1]
        self.last_week_ = panel.midpoints[-1]
        design = self._design(panel)
        informative = _informative(panel)
        mean = np.tile(START_MEAN, (len(groups), 1))
        sd = np.array(START_SD)
        start = starting_coefficients(design)
        level, dispersion = start[:, 0], np.ones(len(groups))
        for _round in range(self.rounds):
            prior = _prior(mean, sd, level)
            fit = fit_poisson(
                design, prior, dispersion=dispersion, start=start, steps=self.newton_steps
            )
            start, dispersion = fit.coef, _steadied(fit.dispersion, design)
            mean, sd = _learned_prior(fit, groups, informative, (mean, sd))
        self.fit_, self.dispersion_ = fit, dispersion
        self.prior_mean_, self.prior_sd_ = mean, sd
        self.elasticities_ = self._elasticities(design)
        return self

    def predict(self, price: Array, midpoints: pd.DatetimeIndex) -> Array:
        """Return expected units per product and week at ``price`` (n × weeks)."""
        shared = self._shared(midpoints)
        ratio = np.log(price / self.reference_[:, None])
        design = Design(ratio, ratio, shared, np.ones_like(ratio))
        return np.exp(design.predictor(self.fit_.coef))

    def _design(self, panel: WeeklyPanel) -> Design:
        known = ~np.isnan(panel.units)
        return Design(
            units=np.where(known, panel.units, 0.0),
            price=np.log(panel.price / self.reference_[:, None]),
            shared=self._shared(panel.midpoints),
            weight=known.astype(np.float64),
        )

    def _shared(self, midpoints: pd.DatetimeIndex) -> Array:
        years = (midpoints - self.last_week_).days.to_numpy(dtype=np.float64) / 365.25
        return np.column_stack([np.ones(len(years)), season(midpoints), years])

    def _elasticities(self, design: Design) -> Elasticities:
        variance = self.fit_.covariance[:, -1, -1]
        return Elasticities(
            value=self.fit_.coef[:, -1],
            se=np.sqrt(variance),
            observations=design.weight.sum(axis=1).astype(np.int64),
            own_weight=np.clip(1.0 - variance / self.prior_sd_[-1] ** 2, 0.0, 1.0),
        )


def _informative(panel: WeeklyPanel) -> npt.NDArray[np.bool_]:
    """Return which products can teach the prior: sold long enough, at more than one price."""
    known = ~np.isnan(panel.units)
    weeks = known.sum(axis=1)
    log_price = np.where(known, np.log(panel.price), 0.0)
    mean = log_price.sum(axis=1) / np.maximum(weeks, 1)
    spread = np.where(known, (log_price - mean[:, None]) ** 2, 0.0).sum(axis=1)
    sd = np.sqrt(spread / np.maximum(weeks, 1))
    units = np.nansum(panel.units, axis=1)
    return np.asarray((sd > LEAST_PRICE_SD) & (weeks >= LEAST_WEEKS) & (units >= LEAST_UNITS))


def _prior(mean: Array, sd: Array, level: Array) -> Prior:
    """Return the prior of all coefficients; the level's is so wide that it hardly binds."""
    precision = np.concatenate([[LEVEL_SD**-2], sd**-2.0])
    return Prior(np.column_stack([level, mean]), np.tile(precision, (len(mean), 1)))


def _steadied(dispersion: Array, design: Design) -> Array:
    """Shrink each product's dispersion to the middle of all; never below Poisson's."""
    weeks = design.weight.sum(axis=1)
    middle = float(np.median(np.maximum(dispersion, 1.0))) if len(dispersion) else 1.0
    shrunk = (weeks * dispersion + DISPERSION_WEIGHT * middle) / (weeks + DISPERSION_WEIGHT)
    return np.asarray(np.maximum(shrunk, 1.0))


def _learned_prior(
    fit: Fit, groups: Groups, informative: npt.NDArray[np.bool_], before: tuple[Array, Array]
) -> tuple[Array, Array]:
    """Return the prior's means (n × 4) and spreads (4) that the informative products show."""
    if informative.sum() < 2:
        return before
    coef = fit.coef[informative, 1:]
    variance = np.diagonal(fit.covariance, axis1=1, axis2=2)[informative, 1:]
    shop = _trimmed_mean(coef)
    mean = np.tile(shop, (len(groups), 1))
    for group in np.unique(groups[informative]):
        members = coef[groups[informative] == group]
        weight = len(members) / (len(members) + GROUP_WEIGHT)
        own = weight * _trimmed_mean(members) + (1.0 - weight) * shop
        mean[groups == group] = own
    squared = (coef - mean[informative]) ** 2 + variance
    return mean, np.maximum(np.sqrt(_trimmed_mean(squared)), LEAST_SD)


def _trimmed_mean(values: Array) -> Array:
    """Return column means without the most extreme hundredth at each end."""
    ordered = np.sort(values, axis=0)
    cut = len(ordered) // 100
    return np.asarray(ordered[cut : len(ordered) - cut].mean(axis=0))
