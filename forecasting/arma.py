"""Exact Gaussian likelihood of ARMA processes by the Kalman filter.

Source: Durbin and Koopman, Time Series Analysis by State Space Methods, 2nd ed., ch. 3 and 7
(Harvey's representation); Monahan (1984), Biometrika 71, 403-404, for the map that keeps
polynomials stationary and invertible.
"""

import numpy as np
from scipy.linalg import solve_discrete_lyapunov

from forecasting.compiled import compiled
from forecasting.panel import Matrix


def stationary(unbounded: Matrix) -> Matrix:
    """Map any real numbers to the coefficients of a stationary autoregression."""
    partial = unbounded / np.sqrt(1.0 + unbounded**2)
    coefficients = np.zeros(0)
    for last in partial:
        coefficients = np.append(coefficients - last * coefficients[::-1], last)
    return coefficients


def unbounded(coefficients: Matrix) -> Matrix:
    """Map stationary coefficients back; the inverse of `stationary`."""
    left, partial = np.asarray(coefficients, dtype=np.float64), []
    while len(left):
        last = np.clip(left[-1], -0.99, 0.99)
        partial.append(last)
        left = (left[:-1] + last * left[:-1][::-1]) / (1.0 - last**2)
    kept = np.array(partial[::-1])
    return np.asarray(kept / np.sqrt(1.0 - kept**2))


def seasonal_product(short: Matrix, seasonal: Matrix, season: int) -> Matrix:
    """Return the coefficients of ``(1 + Σ a_i L^i)(1 + Σ b_j L^{jm})`` after the leading one."""
    spread = np.zeros(len(seasonal) * season + 1)
    spread[0] = 1.0
    spread[season::season] = seasonal
    return np.convolve(np.append(1.0, short), spread)[1:]


def filtered(z: Matrix, ar: Matrix, ma: Matrix) -> tuple[float, float, Matrix]:
    """Run the filter over a zero-mean series.

    Returns the concentrated log-likelihood, the innovation variance and the predicted state
    after the last observation.  ``ar`` and ``ma`` are the full lag polynomials' coefficients.
    """
    size = max(len(ar), len(ma) + 1)
    first, load = np.zeros(size), np.zeros(size)
    first[: len(ar)] = ar
    load[: len(ma) + 1] = np.append(1.0, ma)
    step = np.eye(size, k=1)
    step[:, 0] += first
    start = np.asarray(solve_discrete_lyapunov(step, np.outer(load, load)), dtype=np.float64)
    squares, logs, state = _filter(z, first, load, start)
    variance = squares / len(z)
    likelihood = -0.5 * (len(z) * (np.log(2 * np.pi * max(variance, 1e-300)) + 1.0) + logs)
    return float(likelihood), float(variance), state


@compiled
def _filter(z: Matrix, first: Matrix, load: Matrix, start: Matrix) -> tuple[float, float, Matrix]:
    size = len(first)
    state, cover, moved = np.zeros(size), start.copy(), np.zeros((size, size))
    gain = np.zeros(size)
    squares, logs = 0.0, 0.0
    for t in range(len(z)):
        spread = cover[0, 0]
        miss = z[t] - state[0]
        squares += miss * miss / spread
        logs += np.log(spread)
        gain[:] = cover[:, 0] / spread
        state += gain * miss
        cover -= np.outer(gain, gain) * spread
        head = state[0]
        for i in range(size):
            state[i] = first[i] * head + (state[i + 1] if i + 1 < size else 0.0)
            for j in range(size):
                moved[i, j] = first[i] * cover[0, j] + (cover[i + 1, j] if i + 1 < size else 0.0)
        for i in range(size):
            for j in range(size):
                after = moved[i, j + 1] if j + 1 < size else 0.0
                cover[i, j] = moved[i, 0] * first[j] + after + load[i] * load[j]
    return squares, logs, state


def ahead(state: Matrix, ar: Matrix, horizon: int) -> Matrix:
    """Return the next ``horizon`` means from a predicted state."""
    now, out = state.copy(), np.zeros(horizon)
    first = np.zeros(len(state))
    first[: len(ar)] = ar
    for t in range(horizon):
        out[t] = now[0]
        now = first * now[0] + np.append(now[1:], 0.0)
    return out
