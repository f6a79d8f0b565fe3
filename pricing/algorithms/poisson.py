"""Quasi-Poisson regressions of many products at once, each with a Gaussian prior.

All products share the regressors of the week (level, season, trend) and have a price of their
own, so the normal equations of all of them are a few matrix products: no loop of fits.
Source: McCullagh and Nelder (1989), Generalized Linear Models, ch. 9; the prior enters as in
Gelman et al. (2013), Bayesian Data Analysis, ch. 16, with the posterior taken as Gaussian at
its mode (Laplace).
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]
LARGEST_LOG_MEAN = 25.0
LONGEST_STEP = 2.0
CHUNK_ROWS = 2048


@dataclass(frozen=True)
class Design:
    """Units (n × T), own price regressor (n × T), shared regressors (T × c), weight 0 or 1.

    Coefficients stand in the order: shared ones (the level first), then the price.
    """

    units: Array
    price: Array
    shared: Array
    weight: Array

    @property
    def coefficients(self) -> int:
        return int(self.shared.shape[1]) + 1

    def predictor(self, coef: Array) -> Array:
        """Return the log of expected units (n × T)."""
        linear = coef[:, :-1] @ self.shared.T + coef[:, -1:] * self.price
        return np.clip(linear, -LARGEST_LOG_MEAN, LARGEST_LOG_MEAN)

    def chunks(self) -> Iterator[tuple[slice, "Design"]]:
        """Yield blocks of products small enough for the processor's cache."""
        for first in range(0, max(len(self.units), 1), CHUNK_ROWS):
            rows = slice(first, first + CHUNK_ROWS)
            yield (
                rows,
                Design(self.units[rows], self.price[rows], self.shared, self.weight[rows]),
            )


@dataclass(frozen=True)
class Prior:
    """Independent normal prior of each coefficient: mean (n × k) and precision (n × k)."""

    mean: Array
    precision: Array

    def rows(self, rows: slice) -> "Prior":
        return Prior(self.mean[rows], self.precision[rows])


@dataclass(frozen=True)
class Fit:
    """Posterior mode (n × k), covariance (n × k × k) and dispersion (n)."""

    coef: Array
    covariance: Array
    dispersion: Array


def starting_coefficients(design: Design) -> Array:
    """Return coefficients that predict each product's mean in every week."""
    weeks = np.maximum(design.weight.sum(axis=1), 1.0)
    mean = (design.units * design.weight).sum(axis=1) / weeks
    coef = np.zeros((len(mean), design.coefficients))
    coef[:, 0] = np.log(np.maximum(mean, 0.01))
    return coef


def fit_poisson(
    design: Design, prior: Prior, *, dispersion: Array, start: Array, steps: int
) -> Fit:
    """Take Newton steps towards each product's posterior mode."""
    parts = [
        _fit(part, prior.rows(rows), dispersion[rows], start[rows], steps)
        for rows, part in design.chunks()
    ]
    return Fit(*(np.concatenate(pieces) for pieces in zip(*parts, strict=True)))


def _fit(
    design: Design, prior: Prior, dispersion: Array, start: Array, steps: int
) -> tuple[Array, Array, Array]:
    coef = start.copy()
    for _step in range(steps):
        mean = np.exp(design.predictor(coef)) * design.weight
        gram = _gram(design, mean) / dispersion[:, None, None]
        gram += _diagonal(prior.precision)
        residual = design.units * design.weight - mean
        gradient = _moments(design, residual) / dispersion[:, None]
        gradient -= prior.precision * (coef - prior.mean)
        move = np.linalg.solve(gram, gradient[:, :, None])[:, :, 0]
        longest = np.abs(move).max(axis=1, keepdims=True)
        coef += move * np.minimum(1.0, LONGEST_STEP / np.maximum(longest, 1e-12))
    mean = np.exp(design.predictor(coef)) * design.weight
    gram = _gram(design, mean) / dispersion[:, None, None] + _diagonal(prior.precision)
    return coef, np.asarray(np.linalg.inv(gram), dtype=np.float64), _dispersion(design, mean)


def _moments(design: Design, values: Array) -> Array:
    own = np.einsum("nt,nt->n", values, design.price)
    return np.concatenate([values @ design.shared, own[:, None]], axis=1)


def _gram(design: Design, mean: Array) -> Array:
    """Return Σ μ x xᵀ per product (n × k × k) from three matrix products."""
    shared, width = design.shared, design.shared.shape[1]
    gram = np.empty((len(mean), width + 1, width + 1))
    pairs = (shared[:, :, None] * shared[:, None, :]).reshape(len(shared), -1)
    gram[:, :width, :width] = (mean @ pairs).reshape(-1, width, width)
    priced = mean * design.price
    gram[:, :width, width] = gram[:, width, :width] = priced @ shared
    gram[:, width, width] = np.einsum("nt,nt->n", priced, design.price)
    return gram


def _diagonal(values: Array) -> Array:
    return values[:, :, None] * np.eye(values.shape[1])


def _dispersion(design: Design, mean: Array) -> Array:
    """Return Pearson's χ² per degree of freedom (n)."""
    squared = (design.units * design.weight - mean) ** 2
    chi = np.divide(squared, mean, out=np.zeros_like(mean), where=mean > 1e-9).sum(axis=1)
    return np.asarray(chi / np.maximum(design.weight.sum(axis=1) - design.coefficients, 1.0))
