"""Demand over a 21-day protection period: WAPE, pinball and coverage beside the textbook."""

from collections.abc import Iterator

import numpy as np
from scipy.stats import norm

from benchmarks.forecasting_data import Case
from forecasting import Panel, forecast_sum, metrics

SPAN = 21
LEVELS = (0.9, 0.95, 0.98)
EVERY = {"m5_ca1": 70, "online_retail_day": 49}


def sums(case: Case, origins: int) -> Iterator[dict[str, object]]:
    """Yield the figures of sums over 21 days at origins spread over the last year."""
    scores: dict[str, list[np.ndarray]] = {}
    for back in range(origins - 1, -1, -1):
        cut = case.panel.y.shape[1] - SPAN - EVERY[case.name] * back
        past = case.panel.until(cut)
        alive = past.sold_before(cut - 91) & (np.nansum(past.y[:, -91:], axis=1) > 0)
        rows = np.flatnonzero(alive)
        past = past.take(rows)
        actual = np.nansum(case.panel.y[rows, cut : cut + SPAN], axis=1)
        for name, (mean, bands) in _forecasts(past).items():
            scores.setdefault(name, []).append(_score(past, actual, mean, bands))
    pooled = {name: np.hstack(parts) for name, parts in scores.items()}
    yield from _figures(case.name, pooled)


def _forecasts(past: Panel) -> dict[str, tuple[np.ndarray, np.ndarray]]:
    recent = past.y[:, -91:]
    mean, spread = np.nanmean(recent, axis=1) * SPAN, np.nanstd(recent, axis=1) * np.sqrt(SPAN)
    textbook = mean[:, None] + norm.ppf(LEVELS) * spread[:, None]
    month = np.nanmean(past.y[:, -28:], axis=1) * SPAN
    found = {
        "textbook_normal": (mean, np.maximum(textbook, 0.0)),
        "moving_average_28": (month, np.repeat(month[:, None], len(LEVELS), axis=1)),
    }
    for method in ("negative_binomial", "blend"):
        table = forecast_sum(past, periods=SPAN, levels=LEVELS, method=method)
        bands = table[["q90", "q95", "q98"]].to_numpy()
        found[f"own.{method}"] = (table["mean"].to_numpy(), bands)
    return found


def _score(past: Panel, actual: np.ndarray, mean: np.ndarray, bands: np.ndarray) -> np.ndarray:
    """Return rows of |error|, error, actual, pinball per level, covered per level."""
    scale = np.maximum(metrics.absolute_scale(past), 0.05)
    miss = actual[:, None] - bands
    grid = np.array(LEVELS)
    pinball = np.maximum(grid * miss, (grid - 1) * miss) / scale[:, None]
    covered = (actual[:, None] <= np.ceil(bands)).astype(float)
    error = mean - actual
    return np.vstack([np.abs(error), error, actual, pinball.T, covered.T])


def _figures(name: str, pooled: dict[str, np.ndarray]) -> Iterator[dict[str, object]]:
    wape = {method: float(s[0].sum() / s[2].sum()) for method, s in pooled.items()}
    bias = {method: float(s[1].sum() / s[2].sum()) for method, s in pooled.items()}
    yield {
        "name": f"forecasting.{name}.sum21_wape_vs_moving_average_28", "unit": "ratio",
        "value": wape["own.blend"] / wape["moving_average_28"],
        "better": "lower", "target": 0.90, "rivals": wape, "bias": bias,
    }  # fmt: skip
    together = {method: float(s[3:6].mean()) for method, s in pooled.items()}
    yield {
        "name": f"forecasting.{name}.sum21_pinball_vs_textbook", "unit": "ratio",
        "value": together["own.blend"] / together["textbook_normal"],
        "better": "lower", "target": 0.70, "rivals": together,
    }  # fmt: skip
    for j, level in enumerate(LEVELS):
        loss = {method: float(s[3 + j].mean()) for method, s in pooled.items()}
        covered = {method: float(s[6 + j].mean()) for method, s in pooled.items()}
        yield {
            "name": f"forecasting.{name}.sum21_pinball_{level}_vs_textbook", "unit": "ratio",
            "value": loss["own.blend"] / loss["textbook_normal"],
            "better": "lower", "target": 0.70, "rivals": loss,
        }  # fmt: skip
        yield {
            "name": f"forecasting.{name}.sum21_coverage_{level}", "unit": "share",
            "value": covered["own.blend"], "better": f"within 0.015 of {level}",
            "target": level, "rivals": covered,
        }  # fmt: skip
