"""The chance of lasting that cost least in a shop's own past, class by class.

A past is replayed at every level of a grid; of each ABC/XYZ class the level is kept at which stock
held and margin lost came to least. What a unit earns and what holding it costs are the products'
own: it is their critical ratio, measured instead of derived from an assumed distribution.
Source: Silver, Pyke and Thomas (2017), Inventory and Production Management, 4th ed., ch. 6
(choice of the safety factor by cost); Levi, Perakis and Uichanco (2015), Operations Research 63,
1294-1306 (the newsvendor's level from data).
"""

import numpy as np
from scipy import special

from inventory.algorithms.classes import classes_of
from inventory.algorithms.demand import Array, DemandSum
from inventory.algorithms.learned_sums import LearnedSums
from inventory.algorithms.replay import Money, ReplayCase, costs_of, run
from inventory.algorithms.replay_policies import REFIT_DAYS

GRID = (0.80, 0.85, 0.90, 0.925, 0.95, 0.965, 0.975, 0.985, 0.99)
LONGEST_DAYS, LEAST_DAYS, FEWEST_PRODUCTS = 364, 126, 10
CLEARLY = 2.0
WEEK = 7


def days_to_learn(known: int) -> int:
    """Return how many of the ``known`` days of a past to replay: whole weeks, at most a year.

    A third of them stays to forecast from. 0: too few to learn anything.
    """
    days = min(LONGEST_DAYS, known * 2 // 3 // WEEK * WEEK)
    return days if days >= LEAST_DAYS else 0


def learn_levels(case: ReplayCase, money: Money, weights: Array | None = None) -> dict[str, float]:
    """Return the level of each class; an empty dict where the products are too few to learn from.

    ``weights`` is how many products of the shop each stands for (n; one, unless given).
    A class has the level that cost least for all products, unless another cost its own clearly
    less: by twice the standard error of what its products would have saved.
    """
    if len(case.panel.ids) < FEWEST_PRODUCTS:
        return {}
    sums = _expected(case)
    counts = np.ones(len(case.panel.ids)) if weights is None else weights
    costs = np.stack([_costs(case, money, sums, level) for level in GRID], axis=1)
    costs *= counts[:, None]
    mean = np.mean([one.mean for one in sums], axis=0)
    variance = np.mean([one.variance for one in sums], axis=0)
    classes = classes_of(mean * money.price / case.protection_days, mean, variance, counts)
    shop = int(costs.sum(axis=0).argmin())
    names = [f"{abc}{xyz}" for abc in "ABC" for xyz in "XYZ"]
    parts = {name: costs[classes == name] for name in names}
    return {
        name: _bottom((costs if _clearly_cheapest(part, shop) == shop else part).sum(axis=0))
        for name, part in parts.items()
    }


def _bottom(costs: Array) -> float:
    """Return the level at which costs are least, read between the levels of the grid (levels).

    The lowest point of the parabola through the cheapest level and its two neighbours, over the
    odds: a level that lies between two of the grid does not jump from one to the other.
    """
    at = int(costs.argmin())
    if not 0 < at < len(GRID) - 1:
        return GRID[at]
    odds = special.logit(np.array(GRID[at - 1 : at + 2]))
    curve = np.polyfit(odds, costs[at - 1 : at + 2], 2)
    if curve[0] <= 0:
        return GRID[at]
    lowest = float(np.clip(-curve[1] / (2 * curve[0]), odds[0], odds[2]))
    return round(float(special.expit(lowest)), 3)


def _clearly_cheapest(costs: Array, otherwise: int) -> int:
    """Return the column that cost a class least (n × levels); ``otherwise`` if that may be chance.

    A paired test, product by product; fewer than ten products prove nothing.
    """
    if len(costs) < FEWEST_PRODUCTS:
        return otherwise
    best = int(costs.sum(axis=0).argmin())
    saved = costs[:, otherwise] - costs[:, best]
    error = float(saved.std(ddof=1)) * np.sqrt(len(saved))
    return best if saved.sum() > CLEARLY * error else otherwise


def _expected(case: ReplayCase) -> list[DemandSum]:
    """Return the demand expected at each review, models trained again every quarter."""
    spans = np.rint(case.protection_days).astype(np.int64)
    out: list[DemandSum] = []
    for day in case.reviews.tolist():
        past = case.panel.until(case.first + day)
        if day // REFIT_DAYS != (day - case.review_days) // REFIT_DAYS:
            learned = LearnedSums().fit(past, spans)
        out.append(learned.predict(past, spans, case.lead_variance))
    return out


def _costs(case: ReplayCase, money: Money, sums: list[DemandSum], level: float) -> Array:
    """Return what a level cost per product, in money (n); no sale at a loss is a gain missed."""
    up_to = np.stack([one.quantile(level) for one in sums], axis=1)
    held, lost = costs_of(run(case, up_to, up_to), money)
    return np.asarray(held + np.maximum(lost, 0.0))
