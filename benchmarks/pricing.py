"""How fast and how well elasticities are learned, beside a loop of statsmodels fits.

``python -m benchmarks.pricing [--data FILE] [--products 10000] [--loop 200] --json``. Simulated
panels have a known truth; ``FILE`` (default ``../shared/data/online_retail_II.csv.gz``) is any CSV
with StockCode, Quantity, Price and InvoiceDate.
"""

import argparse
import os
import sys
import time
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pandas as pd
import statsmodels.api as sm

from benchmarks.figures import Figure
from pricing.algorithms.elasticity import ElasticityModel
from pricing.algorithms.holdout import NAIVE, PRICED, held_back_scores
from pricing.algorithms.panel import WeeklyPanel, season, weekly_panel
from pricing.algorithms.poisson import Design, Prior, fit_poisson, starting_coefficients

FOLDER = Path(os.environ.get("ZHANGGUI_DATA", "../shared/data"))
RETAIL = FOLDER / "online_retail_II.csv.gz"
WEEKS = 104
DAYS = [date(2011, 3, 10), date(2011, 6, 1), date(2011, 9, 1), date(2011, 11, 10)]


def simulated(products: int, seed: int = 0) -> tuple[WeeklyPanel, np.ndarray]:
    """Gamma-Poisson demand around elasticity −2; prices move in about four steps."""
    noise = np.random.default_rng(seed)
    midpoints = pd.date_range("2023-06-05", periods=WEEKS, freq="7D")
    truth = noise.normal(-2, 0.6, products)
    moves = noise.random((products, WEEKS)) < 4 / WEEKS
    moves[:, [0, WEEKS // 2]] = True
    last_move = np.maximum.accumulate(np.where(moves, np.arange(WEEKS), 0), axis=1)
    steps = noise.normal(0, 0.12, (products, WEEKS))
    price = 10 * np.exp(np.take_along_axis(steps, last_move, axis=1))
    waves = noise.normal([0.2, 0.1], 0.2, (products, 2)) @ season(midpoints).T
    trend = noise.normal(0.1, 0.2, (products, 1)) * (np.arange(WEEKS) - WEEKS + 1) / 52
    level = np.log(15) + noise.normal(0, 0.7, (products, 1))
    mean = np.exp(level + truth[:, None] * np.log(price / price[:, -1:]) + waves + trend)
    units = noise.poisson(mean * noise.gamma(4, 0.25, mean.shape)).astype(float)
    begun = np.maximum.accumulate(units > 0, axis=1)
    panel = WeeklyPanel(np.arange(products), np.where(begun, units, np.nan), price, midpoints)
    return panel, truth


def design_of(panel: WeeklyPanel) -> Design:
    """Five regressors: level, season, trend and the product's own log price."""
    years = np.arange(panel.weeks) / 52
    return Design(
        units=np.nan_to_num(panel.units),
        price=np.log(panel.price / 10),
        shared=np.column_stack([np.ones(panel.weeks), season(panel.midpoints), years]),
        weight=(~np.isnan(panel.units)).astype(float),
    )


def loop(design: Design, products: int) -> tuple[float, np.ndarray]:
    """CPU seconds and coefficients of one statsmodels Poisson fit per product."""
    start = time.process_time()
    found = []
    for row in range(products):
        known = design.weight[row] > 0
        X = np.column_stack([design.shared, design.price[row]])[known]
        model = sm.GLM(design.units[row][known], X, family=sm.families.Poisson())
        found.append(model.fit(tol=1e-12).params)
    return time.process_time() - start, np.array(found)


def speed(products: int, looped: int) -> None:
    """The same unpooled Poisson fits, batched and in a loop; and the pooled model."""
    panel, truth = simulated(products)
    design = design_of(panel)
    flat = Prior(np.zeros((products, 5)), np.zeros((products, 5)))
    begun, start = starting_coefficients(design), time.process_time()
    fit = fit_poisson(design, flat, dispersion=np.ones(products), start=begun, steps=8)
    batched = time.process_time() - start
    seconds, peer = loop(design, looped)
    ratio = seconds / looped * products / batched
    worst = float(np.abs(fit.coef[:looped] - peer).max())
    name = f"pricing.poisson.{products}x{WEEKS}"
    rivals = {"statsmodels.loop": round(seconds / looped * products, 2)}
    Figure(f"{name}.cpu", round(batched, 3), "s", rivals=rivals).emit()
    Figure(f"{name}.speedup", round(ratio, 1), "×", better="higher", target=20).emit()
    Figure(f"{name}.largest_difference", worst, target=1e-6).emit()
    start = time.process_time()
    found = ElasticityModel().fit(panel, np.full(products, -1)).elasticities_
    seconds = round(time.process_time() - start, 2)
    Figure(f"pricing.pooled.{products}x{WEEKS}.cpu", seconds, "s", target=10).emit()
    alone = float(np.abs(fit.coef[:, -1] - truth).mean())
    error = float(np.abs(found.value - truth).mean())
    rivals = {"poisson.alone": round(alone, 4), "true.mean": round(_spread(truth), 4)}
    Figure("pricing.pooled.elasticity_mae", round(error, 4), rivals=rivals).emit()
    covered = float(((found.low <= truth) & (truth <= found.high)).mean())
    Figure("pricing.pooled.coverage_95", round(covered, 4), better="higher", target=0.93).emit()


def _spread(truth: np.ndarray) -> float:
    return float(np.abs(truth - truth.mean()).mean())


def retail_days(path: Path) -> pd.DataFrame:
    """Units and mean price per product and selling day of a retail file."""
    lines = pd.read_csv(path, dtype={"StockCode": str}).drop_duplicates()
    code = lines["StockCode"].str.upper()
    real = code.str.match(r"^\d{5}") & (lines["Quantity"] > 0) & (lines["Price"] > 0)
    lines = lines.assign(
        product_id=pd.factorize(code)[0],
        day=pd.to_datetime(lines["InvoiceDate"]).dt.normalize(),
        revenue=lines["Quantity"] * lines["Price"],
    )[real]
    sums = lines.groupby(["product_id", "day"])[["Quantity", "revenue"]].sum().reset_index()
    return sums.assign(units=sums["Quantity"], price=sums["revenue"] / sums["Quantity"])


def retail(path: Path) -> None:
    """WAPE of weekly units on four held-back weeks, at four days of a real shop's last year."""
    sold = retail_days(path)
    for as_of in DAYS:
        since = pd.Timestamp(as_of - timedelta(weeks=WEEKS))
        known = sold[(sold["day"] < pd.Timestamp(as_of)) & (sold["day"] >= since)]
        current = known.groupby("product_id")["price"].last()
        panel = weekly_panel(known, current, as_of=as_of, weeks=WEEKS)
        scores = {s.method: s for s in held_back_scores(panel, np.full(len(panel.ids), -1))}
        naive, priced = scores.pop(NAIVE), scores[PRICED]
        Figure(
            f"pricing.online_retail_ii.{as_of}.units_wape",
            round(priced.wape, 4),
            target=round(naive.wape, 4),
            rivals={"naive.mean_8w": round(naive.wape, 4)}
            | {method: round(score.wape, 4) for method, score in scores.items()},
            interval=(round(priced.low, 4), round(priced.high, 4)),
        ).emit()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=RETAIL)
    parser.add_argument("--products", type=int, default=10_000)
    parser.add_argument("--loop", type=int, default=200, help="products fitted one by one")
    parser.add_argument("--json", action="store_true", help="JSON lines (always printed)")
    arguments = parser.parse_args()
    speed(arguments.products, min(arguments.loop, arguments.products))
    if arguments.data.exists():
        retail(arguments.data)
    else:
        sys.stderr.write(f"{arguments.data} is not there: its figures are left out\n")


if __name__ == "__main__":
    main()
