"""Expected shortfall E(X − x)⁺ of the usual demand distributions, in closed form.

Source: Zipkin (2000), Foundations of Inventory Management, appendix C. All functions take
numbers or arrays and give the expected units of demand beyond a stock of ``x`` units.
"""

import numpy as np
import numpy.typing as npt
from scipy import stats

Values = float | npt.NDArray[np.float64]


def normal_loss(x: Values, mean: Values, sd: Values) -> Values:
    """Return the loss of N(mean, sd)."""
    z = (x - mean) / sd
    return np.asarray(sd * (stats.norm.pdf(z) - z * stats.norm.sf(z)))[()]


def poisson_loss(x: Values, mean: Values) -> Values:
    """Return the loss of a Poisson demand; ``x`` is whole."""
    tail = stats.poisson.sf(x - 1, mean)
    return np.asarray(mean * tail - x * stats.poisson.sf(x, mean))[()]


def gamma_loss(x: Values, shape: Values, scale: Values) -> Values:
    """Return the loss of a gamma demand with mean shape × scale."""
    tail = stats.gamma.sf(x, shape + 1, scale=scale)
    return np.asarray(shape * scale * tail - x * stats.gamma.sf(x, shape, scale=scale))[()]


def lognormal_loss(x: Values, log_mean: Values, log_sd: Values) -> Values:
    """Return the loss where log demand is N(log_mean, log_sd)."""
    z = (np.log(x) - log_mean) / log_sd
    mean = np.exp(log_mean + 0.5 * np.square(log_sd))
    return np.asarray(mean * stats.norm.sf(z - log_sd) - x * stats.norm.sf(z))[()]


def exponential_loss(x: Values, rate: Values) -> Values:
    """Return the loss of an exponential demand with mean 1 / rate."""
    return np.asarray(np.exp(-rate * x) / rate)[()]


def geometric_loss(x: Values, chance: Values) -> Values:
    """Return the loss of the number of trials up to the first success."""
    return np.asarray((1 - chance) ** x / chance)[()]


def negative_binomial_loss(x: Values, successes: Values, chance: Values) -> Values:
    """Return the loss of the failures before ``successes`` successes; ``x`` is whole."""
    mean = successes * (1 - chance) / chance
    tail = stats.nbinom.sf(x - 1, successes + 1, chance)
    return np.asarray(mean * tail - x * stats.nbinom.sf(x, successes, chance))[()]


def normal_second_loss(x: Values, mean: Values, sd: Values) -> Values:
    """Return the second-order loss ½·E[((X − x)⁺)²] of N(mean, sd), in units²."""
    z = (x - mean) / sd
    tail = (np.square(z) + 1) * stats.norm.sf(z) - z * stats.norm.pdf(z)
    return np.asarray(0.5 * np.square(sd) * tail)[()]


def poisson_second_loss(x: Values, mean: Values) -> Values:
    """Return ½·E[(X − x)⁺·(X − x − 1)⁺] of a Poisson demand; ``x`` is whole."""
    beyond = ((mean - x) ** 2 + x) * stats.poisson.sf(x, mean)
    return np.asarray(0.5 * (beyond + mean * (mean - x) * stats.poisson.pmf(x, mean)))[()]
