"""What each product needs ordered: forecast, stock position, policy and the planned order."""

from datetime import date, timedelta

import numpy as np
import pandas as pd

from catalog.selectors import product_facts
from inventory.algorithms.demand import DemandSum
from inventory.algorithms.order_methods import OrderCase, levels_by_method
from inventory.algorithms.restock import (
    Demand,
    Terms,
    days_until_empty,
    lost_by_waiting,
    plan_orders,
)
from inventory.levels import awaited, outstanding_lines
from inventory.models import DemandForecast
from inventory.selectors import daily_means, forecast_rows, policies_of, stock_on_hand
from inventory.services.breaks import offers_of, price_steps, room, sells_in_time
from inventory.services.service_levels import chosen_levels
from sales.selectors import daily_quantities

DORMANT_DAYS, HISTORY_DAYS = 90, 730


def restock_needs(*, forecast: DemandForecast, as_of: date) -> pd.DataFrame:
    """Return a row per forecast product: facts, policy, stock position and the planned order."""
    lines = outstanding_lines(before=as_of)
    facts = product_facts(as_of=as_of, awaited=awaited(before=as_of, lines=lines))
    table = forecast_rows(forecast).merge(facts, on="product_id")
    table = table.drop(columns="lead_days").assign(lead_days=table["lead_days"])
    table = table.sort_values("product_id", ignore_index=True)
    if table.empty:
        return table.assign(quantity=0, margin_saved=0.0)
    daily = daily_means(table)
    table = table.join(policies_of(table["category_id"])).drop(columns="daily")
    table = _with_stock(table, daily, lines.groupby("product_id")["units"].sum(), as_of)
    demand = demand_of(table)
    position = (table["on_hand"] + table["on_order"]).to_numpy(dtype=np.float64)
    table = table.drop(columns="service_level").join(chosen_levels(table, as_of))
    table = table.assign(price_breaks=price_steps(table))
    levels = levels_by_method(
        table["method"].to_numpy(dtype=np.str_), _order_case(table, demand, daily, position)
    )
    terms, pair = terms_of(table), (levels.reorder_point, levels.order_up_to)
    table = table.join(plan_orders(position, demand, terms, pair))
    margin = np.maximum(terms.price - terms.unit_cost, 0.0)
    table = table.assign(waiting_cost=lost_by_waiting(position, demand) * margin)
    expected = table["protection_mean"].clip(lower=1e-9)
    is_empty = (position <= 0) & ~table["on_hand_is_assumed"]
    return table.assign(
        sells_in_time=terms.sells_in_time,
        room=terms.room,
        days_left=days_until_empty(position, daily),
        days_covered=table["quantity"] * table["protection_days"] / expected,
        is_dormant=_is_dormant(table["product_id"], as_of) & ~is_empty,
    )


def demand_of(table: pd.DataFrame) -> Demand:
    """Return the demand of a table's rows until a delivery and over the days an order must last."""
    return Demand(
        DemandSum(table["lead_mean"].to_numpy(), table["lead_variance"].to_numpy()),
        DemandSum(table["protection_mean"].to_numpy(), table["protection_variance"].to_numpy()),
    )


def terms_of(table: pd.DataFrame) -> Terms:
    """Return what units cost and sell for, pack, minimum and limits of a table's rows."""
    names = ("cost", "price", "service_level", "minimum_quantity", "pack_size")
    cost, price, level, minimum, pack = (
        table[name].fillna(0).to_numpy(dtype=np.float64) for name in names
    )
    counted = ~table["on_hand_is_assumed"].to_numpy(dtype=np.bool_)
    return Terms(
        cost,
        price,
        level,
        minimum,
        pack,
        is_counted=counted,
        offers=offers_of(table),
        sells_in_time=sells_in_time(table),
        room=room(table),
    )


def _order_case(
    table: pd.DataFrame, demand: Demand, daily: np.ndarray, position: np.ndarray
) -> OrderCase:
    names = ("lead_days", "review_days", "service_level", "cost", "price", "holding_share")
    lead, review, level, cost, price, share = (
        table[name].fillna(0).to_numpy(dtype=np.float64) for name in names
    )
    return OrderCase(
        demand=demand,
        daily=daily,
        position=position,
        lead_days=lead,
        review_days=review,
        level=level,
        unit_cost=cost,
        price=price,
        holding_share=share,
        order_cost=table["order_cost"].to_numpy(dtype=np.float64),
        supplier=table["supplier_id"].to_numpy(dtype=np.int64),
        breaks=table["price_breaks"].tolist(),
    )


def _is_dormant(product_ids: "pd.Series[int]", as_of: date) -> "pd.Series[bool]":
    """Return which products sold once but not lately; old bulk sales still echo in forecasts."""
    sold = daily_quantities(before=as_of, since=as_of - timedelta(days=HISTORY_DAYS))
    last_sold = sold[sold["units"] > 0].groupby("product_id")["day"].max()
    long_ago = pd.Timestamp(as_of) - pd.Timedelta(days=DORMANT_DAYS)
    return product_ids.isin(last_sold.index[last_sold < long_ago])


def _with_stock(
    table: pd.DataFrame, daily: np.ndarray, on_order: "pd.Series[int]", as_of: date
) -> pd.DataFrame:
    ids = table["product_id"]
    counted = ids.map(stock_on_hand(as_of=as_of)).astype("float64")
    assumed = np.rint(table["stock_days_assumed"].astype("float64") * daily.mean(axis=1))
    return table.assign(
        on_hand=counted.fillna(assumed).astype("int64"),
        on_hand_is_assumed=counted.isna(),
        on_order=ids.map(on_order).fillna(0).astype("int64"),
    )
