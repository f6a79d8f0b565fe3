"""Suggest what to order: the needs worth suggesting, within budgets and room."""

from datetime import date
from typing import cast

import numpy as np
import pandas as pd
from django.utils.translation import gettext as _

from inventory.algorithms.restock import margins_saved
from inventory.models import DemandForecast, RestockPolicy
from inventory.selectors import default_policy, forecast_scores
from inventory.services.breaks import paid
from inventory.services.budgets import money_left
from inventory.services.joint import limits_of, within_limits
from inventory.services.needs import demand_of, restock_needs, terms_of
from inventory.services.suggested import Basis, Row, order_suggestion
from jobs.models import Job
from jobs.services import finishing, report_progress
from suggestions.services import publish


class NoForecastError(Exception):
    """There is no forecast as of this day or earlier; orders cannot be suggested."""


def suggest_restock(*, job: Job) -> int:
    """Publish the orders worth suggesting as of the job's day; return how many.

    Raises NoForecastError where demand was never forecast.
    """
    forecast = DemandForecast.objects.live(as_of=job.as_of)
    if forecast is None:
        raise NoForecastError(_("Forecast demand first: there is no forecast to order by."))
    needs = restock_needs(forecast=forecast, as_of=job.as_of)
    report_progress(job, 0.6, "Choosing the orders worth suggesting")
    worth, left_out = _worth_suggesting(needs, job.as_of)
    basis = Basis(job, forecast, forecast_scores(forecast))
    pairs = [order_suggestion(row, basis) for row in _records(worth)]
    result = {"suggestions": len(pairs), "left_out": left_out, "products": len(needs)}
    with finishing(job, result):
        publish(
            job=job,
            kind="restock",
            suggestions=[suggestion for suggestion, _detail in pairs],
            details=[detail for _suggestion_row, detail in pairs],
        )
    return len(pairs)


def _records(table: pd.DataFrame) -> list[Row]:
    return cast("list[Row]", table.to_dict("records"))


def _worth_suggesting(needs: pd.DataFrame, as_of: date) -> tuple[pd.DataFrame, int]:
    """Return the orders of the greatest effect, and how many more were left out.

    What nobody bought lately is left out, unless the shelf was found empty: it may sell again.
    """
    wanted = needs[needs["quantity"] > 0]
    if wanted.empty:
        return wanted, 0
    least = wanted["least_effect"].clip(lower=0.01)
    worth = wanted[(wanted["margin_saved"].round(2) >= least) & ~wanted["is_dormant"]]
    worth = worth.sort_values(["margin_saved", "product_id"], ascending=[False, True])
    policy = default_policy()
    worth = worth.head(policy.most_suggestions)
    worth = _affordable(worth, policy, as_of)
    return paid(worth), len(wanted) - len(worth)


def _affordable(worth: pd.DataFrame, policy: RestockPolicy, as_of: date) -> pd.DataFrame:
    """Return the orders within budgets and room, with what they save as they are now."""
    if worth.empty:
        return worth.assign(full_quantity=np.nan)
    demand = demand_of(worth)
    left = money_left(as_of=as_of)
    cut = within_limits(worth, demand, limits_of(policy, left.together), left.by_supplier)
    if cut["full_quantity"].isna().all():
        return cut
    position = (cut["on_hand"] + cut["on_order"]).to_numpy(dtype=np.float64)
    saved = margins_saved(position, cut["quantity"].to_numpy(np.float64), demand, terms_of(cut))
    cut = cut.assign(**saved)
    days = cut["quantity"] * cut["protection_days"] / cut["protection_mean"].clip(lower=1e-9)
    return cut.assign(days_covered=days)[cut["quantity"] > 0]
