"""Learn demand from the facts before a day and say what each product would sell."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, cast

import numpy as np
import pandas as pd

from jobs.models import Job, Score
from jobs.services import report_progress
from pricing.algorithms import holdout
from pricing.algorithms.elasticity import ElasticityModel
from pricing.algorithms.panel import WeeklyPanel, weekly_panel
from pricing.models import Elasticity
from sales.selectors import daily_quantities

WEEKS = 104
HELD_BACK_WEEKS = 4
EFFECT_WEEKS = 4
Row = Mapping[str, Any]
SUBJECT, METRIC = "units at a price", "wape"


@dataclass(frozen=True)
class Estimates:
    """What was learned: the weeks looked at, the model of them, and how each way did."""

    panel: WeeklyPanel
    model: ElasticityModel
    scores: list[holdout.Score]

    @property
    def method(self) -> str:
        """The way of least error on the held-back weeks; the naive one where nothing beats it."""
        if not self.scores:
            return holdout.NAIVE
        error = {score.method: score.wape for score in self.scores}
        return min(error, key=lambda name: (error[name], name != holdout.NAIVE))

    @property
    def naive_wins(self) -> bool:
        return self.method == holdout.NAIVE


def estimate(facts: pd.DataFrame, *, job: Job) -> Estimates:
    """Fit all products that sold in the last two years and grade the fit on held-back weeks.

    ``facts`` is `catalog.selectors.product_facts` by product id, with prices above zero.
    """
    since = job.as_of - timedelta(weeks=WEEKS)
    sold = daily_quantities(before=job.as_of, since=since)
    sold = sold[(sold["units"] > 0) & (sold["price"] > 0)]
    current = facts["price"].astype("float64")
    current = current[current.index.isin(sold["product_id"])]
    panel = weekly_panel(sold, current, as_of=job.as_of, weeks=WEEKS)
    groups = facts["category_id"].reindex(panel.ids).to_numpy(dtype=np.int64)
    report_progress(job, 0.3, "Comparing demand models on held-back weeks")
    scores = holdout.held_back_scores(panel, groups, weeks=HELD_BACK_WEEKS)
    report_progress(job, 0.6, "Estimating elasticities")
    return Estimates(panel, ElasticityModel().fit(panel, groups), scores)


def outlooks(estimates: Estimates, facts: pd.DataFrame, *, as_of: date) -> pd.DataFrame:
    """Return what each product would sell over the coming four weeks at today's price.

    By product id: ``units``, ``units_sd``, ``elasticity``, ``elasticity_se``, ``…_low``,
    ``…_high`` (95 %), ``own_weight``, ``observations``, ``recent_units`` (a week, of late).
    """
    panel, model = estimates.panel, estimates.model
    coming = pd.date_range(as_of + timedelta(days=3), periods=EFFECT_WEEKS, freq="7D")
    price = facts["price"].reindex(panel.ids).to_numpy(dtype=np.float64)
    asked = np.repeat(price[:, None], EFFECT_WEEKS, axis=1)
    ways = holdout.expected_units(model, panel, asked, coming)
    units = ways[estimates.method].sum(axis=1)
    recent = holdout.recent_level(panel)
    seen = np.maximum(recent * holdout.NAIVE_WEEKS, 1.0)
    found = model.elasticities_
    return pd.DataFrame(
        {
            "units": units,
            "units_sd": units * np.sqrt(model.dispersion_ / seen),
            "elasticity": found.value,
            "elasticity_se": found.se,
            "elasticity_low": found.low,
            "elasticity_high": found.high,
            "own_weight": found.own_weight,
            "observations": found.observations,
            "recent_units": recent,
        },
        index=pd.Index(panel.ids, name="product_id"),
    )


def elasticity_rows(table: pd.DataFrame, *, job: Job) -> list[Elasticity]:
    """Return the rows to store of `outlooks`."""
    return [
        Elasticity(
            job=job,
            as_of=job.as_of,
            product_id=row["product_id"],
            value=round(row["elasticity"], 4),
            low=round(row["elasticity_low"], 4),
            high=round(row["elasticity_high"], 4),
            observations=row["observations"],
            own_weight=round(row["own_weight"], 4),
        )
        for row in cast("list[Row]", table.reset_index().to_dict("records"))
    ]


def score_rows(estimates: Estimates) -> list[Score]:
    """Return the ledger's rows of the comparison."""
    roles = {holdout.NAIVE: Score.Role.NAIVE, estimates.method: Score.Role.CHOSEN}
    return [
        Score(
            subject=SUBJECT,
            method=score.method,
            role=roles.get(score.method, Score.Role.CANDIDATE),
            metric=METRIC,
            value=score.wape,
            low=score.low,
            high=score.high,
            held_back_days=7 * HELD_BACK_WEEKS,
            cases=score.products,
        )
        for score in estimates.scores
    ]
