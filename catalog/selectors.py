"""Products and what is known around them, as columns and as they stood on a day."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

import pandas as pd

from catalog.algorithms.lead_times import learn_lead_times
from catalog.algorithms.ledger import PLACE, balances, with_openings
from catalog.columns import DAY, MOMENT, read_columns, shop_days, shop_midnight, start_of
from catalog.models import Assumption, Category
from catalog.stock import counts, movements

NONE = -1
LEARNED = ("learned_days", "learned_sd", "deliveries", "own_deliveries")
LEARNED_FROM = timedelta(days=730)
_HIS = "supplier_id IN (SELECT supplier_id FROM catalog_supplieritem WHERE product_id = ?)"


def price_history(*, before: date) -> pd.DataFrame:
    """Prices asked, oldest first. Columns: product_id, price, effective_on."""
    frame = read_columns(
        "SELECT product_id, CAST(price AS double precision) AS price, effective_at"
        " FROM catalog_pricechange WHERE effective_at < ? ORDER BY effective_at, id",
        (start_of(before),),
        types={"product_id": "int64", "price": "float64", "effective_at": MOMENT},
    )
    return frame.assign(effective_on=shop_days(frame["effective_at"])).drop(columns="effective_at")


def promotions(*, start: date, end: date) -> pd.DataFrame:
    """Promotions that touch the days from ``start`` to ``end``, both included.

    Columns: product_id, starts_on, ends_on, price.
    """
    return read_columns(
        "SELECT product_id, starts_on, ends_on, CAST(price AS double precision) AS price"
        " FROM catalog_promotion WHERE starts_on <= ? AND ends_on >= ?"
        " ORDER BY starts_on, product_id",
        (end, start),
        types={"product_id": "int64", "starts_on": DAY, "ends_on": DAY, "price": "float64"},
    )


def clearances(*, as_of: date) -> pd.DataFrame:
    """The newest wish to sell a product off, asked before a day and not past its last day.

    Columns: product_id, units, asked_on, clear_by.
    """
    frame = read_columns(
        "SELECT product_id, units, asked_on, clear_by FROM catalog_clearance"
        " WHERE asked_on < ? AND clear_by >= ? ORDER BY asked_on, id",
        (as_of, as_of),
        types={"product_id": "int64", "units": "int64", "asked_on": DAY, "clear_by": DAY},
    )
    return frame.drop_duplicates("product_id", keep="last").reset_index(drop=True)


def competitor_offers(*, before: date, since: date) -> pd.DataFrame:
    """Competitors' prices, oldest first. Columns: competitor, product_id, price, seen_at (UTC)."""
    return read_columns(
        "SELECT competitor, product_id, CAST(price AS double precision) AS price, seen_at"
        " FROM catalog_competitoroffer WHERE seen_at < ? AND seen_at >= ? ORDER BY seen_at, id",
        (start_of(before), start_of(since)),
        types={
            "competitor": "str",
            "product_id": "int64",
            "price": "float64",
            "seen_at": MOMENT,
        },
    )


def stock_counts(*, as_of: date) -> pd.DataFrame:
    """The newest count of each place before a day and the movements since, summed over places.

    Sales aside: what is there now is `sales.stock.stock_levels`. Columns: product_id, on_hand,
    counted_at (UTC, the newest of the locations), counted_on.
    """
    before = shop_midnight(as_of)
    moved = movements(before=before)
    counted = with_openings(counts(before=before, newest_only=True), moved)
    places = counted[PLACE].drop_duplicates().assign(at=pd.Timestamp(before).tz_convert("UTC"))
    places["at"] = places["at"].dt.as_unit("us")
    frame = balances(places, counted, moved)
    by_product = frame.groupby("product_id", as_index=False).agg(
        on_hand=("on_hand", "sum"), counted_at=("counted_at", "max")
    )
    return by_product.assign(counted_on=shop_days(by_product["counted_at"]))


def product_facts(*, as_of: date, awaited: pd.DataFrame | None = None) -> pd.DataFrame:
    """Active real products launched before a day, with what is known or assumed of each.

    Columns: product_id, sku, title, title_zh, category_id, category_path, brand_id (-1 and "" where
    none), price (NaN: unknown; the one in force before ``as_of``), cost, cost_is_assumed,
    supplier_id (-1: none), lead_days, lead_days_sd, lead_is_assumed, lead_deliveries (orders they
    were learned from; 0: promised or assumed), minimum_quantity, pack_size, stock_days_assumed,
    launched_on (NaT: unknown), shelf_life_days (NaN: does not spoil), storage_units (NaN: no
    limit). ``awaited`` is what was ordered and is still to come, as `lead_times` takes it.
    """
    best = _best_supplier(as_of, awaited=awaited)
    facts = _products(launched_before=as_of).merge(best, on="product_id", how="left")
    facts = facts.merge(_assumptions(facts["category_id"]), on="category_id", how="left")
    facts["price"] = _price_on(as_of, products=facts["product_id"]).fillna(facts["price"])
    facts["cost"] = facts["cost"].fillna(facts.pop("supplier_cost"))
    facts["cost_is_assumed"] = facts["cost"].isna()
    facts["cost"] = facts["cost"].fillna(facts["price"] * facts.pop("cost_share"))
    facts["lead_is_assumed"] = facts["lead_days"].isna()
    facts["lead_days"] = facts["lead_days"].fillna(facts.pop("lead_days_assumed"))
    facts["lead_days_sd"] = facts.pop("learned_sd").fillna(facts["lead_days_sd"])
    known = {"supplier_id": NONE, "minimum_quantity": 1, "pack_size": 1, "lead_deliveries": 0}
    facts = facts.fillna(known)
    return facts.astype(dict.fromkeys([*known, "lead_days"], "int64"))


def _price_on(day: date, *, products: pd.Series) -> pd.Series:
    """The price in force before a day; NaN for products whose price never changed.

    Before the first change it is the price that change replaced, so that a later change alters
    nothing that was known.
    """
    changes = read_columns(
        "SELECT product_id, CAST(price AS double precision) AS price,"
        " CAST(previous AS double precision) AS previous, effective_at"
        " FROM catalog_pricechange ORDER BY effective_at, id",
        types={
            "product_id": "int64",
            "price": "float64",
            "previous": "float64",
            "effective_at": MOMENT,
        },
    )
    is_past = changes["effective_at"] < pd.Timestamp(shop_midnight(day))
    past = changes[is_past].groupby("product_id")["price"].last()
    coming = changes[~is_past].drop_duplicates("product_id").set_index("product_id")
    first = coming["previous"].fillna(coming["price"])
    return products.map(past).fillna(products.map(first))


def _products(*, launched_before: date) -> pd.DataFrame:
    return read_columns(
        "SELECT product.id AS product_id, product.sku, product.title, product.title_zh,"
        " COALESCE(product.category_id, -1) AS category_id,"
        " COALESCE(category.path, '') AS category_path,"
        " COALESCE(product.brand_id, -1) AS brand_id,"
        " CAST(product.price AS double precision) AS price,"
        " CAST(product.cost AS double precision) AS cost, product.launched_on,"
        " CAST(product.shelf_life_days AS double precision) AS shelf_life_days,"
        " CAST(product.storage_units AS double precision) AS storage_units"
        " FROM catalog_product AS product"
        " LEFT JOIN catalog_category AS category ON category.id = product.category_id"
        " WHERE product.is_active AND product.kind = 'product'"
        " AND (product.launched_on IS NULL OR product.launched_on < ?) ORDER BY product.id",
        (launched_before,),
        types={
            "product_id": "int64",
            "sku": "str",
            "title": "str",
            "title_zh": "str",
            "category_id": "int64",
            "category_path": "str",
            "brand_id": "int64",
            "price": "float64",
            "cost": "float64",
            "launched_on": DAY,
            "shelf_life_days": "float64",
            "storage_units": "float64",
        },
    )


@dataclass(frozen=True)
class LeadTime:
    """Days from order to arrival and their spread; ``deliveries`` they were learned from."""

    days: float
    sd: float
    deliveries: int
    is_assumed: bool


def lead_time_of(
    *,
    product_id: int,
    category_id: int | None,
    as_of: date,
    awaited: pd.DataFrame | None = None,
) -> LeadTime:
    """The lead time `product_facts` counts with, for one product."""
    items = _best_supplier(as_of, product_id=product_id, awaited=awaited)
    row = items[items["product_id"] == product_id].iloc[:1]
    if len(row) and row["learned_sd"].notna().all():
        names = ["lead_days", "learned_sd", "lead_deliveries"]
        learned, sd, orders = row[names].to_numpy(dtype="float64")[0].tolist()
        return LeadTime(learned, sd, int(orders), is_assumed=False)
    mine = _assumptions([NONE if category_id is None else category_id])
    assumed, sd = mine[["lead_days_assumed", "lead_days_sd"]].to_numpy(dtype="float64")[0].tolist()
    promised = row["lead_days"].tolist()
    return LeadTime(promised[0] if promised else assumed, sd, 0, is_assumed=not promised)


def lead_times(
    *, as_of: date, product_id: int | None = None, awaited: pd.DataFrame | None = None
) -> pd.DataFrame:
    """Each supplier's products with the lead time promised, and learned where enough came in.

    Of the suppliers of ``product_id`` alone, where one is named.
    Columns: product_id, supplier_id, promised_days, minimum_quantity, pack_size, supplier_cost
    (NaN: unknown), learned_days, learned_sd, deliveries, own_deliveries (NaN: not learned). Rests
    on what was received in the two years before ``as_of``, and on what is ``awaited`` since
    (supplier_id, product_id, ordered_on, units): how late that is already counts.
    """
    items = read_columns(
        "SELECT product_id, supplier_id, lead_days AS promised_days, minimum_quantity, pack_size,"  # noqa: S608
        " CAST(cost AS double precision) AS supplier_cost FROM catalog_supplieritem"
        f"{' WHERE ' + _HIS if product_id else ''} ORDER BY product_id, supplier_id",
        [product_id] if product_id else [],
        types={
            "product_id": "int64",
            "supplier_id": "int64",
            "promised_days": "int64",
            "minimum_quantity": "int64",
            "pack_size": "int64",
            "supplier_cost": "float64",
        },
    )
    if items.empty:  # no supplier, nothing to learn
        return items.assign(**dict.fromkeys(LEARNED, float("nan")))
    promised = items[["supplier_id", "product_id", "promised_days"]]
    told = _deliveries(as_of, product_id)
    if awaited is not None:
        told = _with_awaited(told, awaited[awaited["ordered_on"] >= str(as_of - LEARNED_FROM)])
    learned = learn_lead_times(told, promised, as_of=as_of)
    return items.merge(learned, on=["supplier_id", "product_id"], how="left")


def _with_awaited(deliveries: pd.DataFrame, awaited: pd.DataFrame) -> pd.DataFrame:
    if awaited.empty:
        return deliveries
    ordered_on = awaited["ordered_on"].astype(deliveries["ordered_on"].dtype)
    open_ones = awaited.assign(ordered_on=ordered_on).reindex(columns=deliveries.columns)
    never = pd.Series(pd.NaT, index=awaited.index, dtype=deliveries["received_on"].dtype)
    return pd.concat([deliveries, open_ones.assign(received_on=never)], ignore_index=True)


def _deliveries(as_of: date, product_id: int | None) -> pd.DataFrame:
    return read_columns(
        "SELECT supplier_id, product_id, ordered_on, received_on, units FROM catalog_delivery"  # noqa: S608
        " WHERE received_on < ? AND ordered_on >= ?"
        f"{' AND ' + _HIS if product_id else ''} ORDER BY received_on, id",
        [as_of, as_of - LEARNED_FROM, *([product_id] if product_id else [])],
        types={
            "supplier_id": "int64",
            "product_id": "int64",
            "ordered_on": DAY,
            "received_on": DAY,
            "units": "int64",
        },
    )


def price_breaks() -> pd.DataFrame:
    """What more units cost. Columns: product_id, supplier_id, from_units, cost (of every unit)."""
    return read_columns(
        "SELECT item.product_id, item.supplier_id, step.from_units,"
        " CAST(step.cost AS double precision) AS cost FROM catalog_pricebreak AS step"
        " JOIN catalog_supplieritem AS item ON item.id = step.item_id"
        " ORDER BY item.product_id, item.supplier_id, step.from_units",
        types={
            "product_id": "int64",
            "supplier_id": "int64",
            "from_units": "int64",
            "cost": "float64",
        },
    )


def order_budgets() -> pd.DataFrame:
    """The most to spend on orders. Columns: supplier_id (-1: the whole shop), amount, days."""
    return read_columns(
        "SELECT COALESCE(supplier_id, -1) AS supplier_id,"
        " CAST(amount AS double precision) AS amount, days FROM catalog_orderbudget"
        " ORDER BY COALESCE(supplier_id, -1)",
        types={"supplier_id": "int64", "amount": "float64", "days": "int64"},
    )


def _best_supplier(
    as_of: date, *, product_id: int | None = None, awaited: pd.DataFrame | None = None
) -> pd.DataFrame:
    """The fastest supplier of each product, by what its deliveries took where that is known."""
    items = lead_times(as_of=as_of, product_id=product_id, awaited=awaited)
    learned = items.pop("learned_days").round()
    items["lead_days"] = learned.fillna(items.pop("promised_days"))
    items = items.rename(columns={"deliveries": "lead_deliveries"}).drop(columns="own_deliveries")
    items = items.sort_values(["product_id", "lead_days", "supplier_id"], kind="stable")
    return items.drop_duplicates("product_id")


def _assumptions(categories: Iterable[int]) -> pd.DataFrame:
    """The assumption in force per category: its own, its nearest ancestor's, or the shop's."""
    stated = {row.category_id: row for row in Assumption.objects.all()}
    default = stated.get(None) or Assumption()
    is_stated = any(category is not None for category in stated)
    parents = dict(Category.objects.values_list("pk", "parent_id")) if is_stated else {}
    rows = []
    for category in sorted(set(categories)):
        node: int | None = category
        while node is not None and node not in stated:
            node = parents.get(node)
        row = stated[node] if node is not None else default
        rows.append(
            (
                category,
                float(row.cost_share),
                row.lead_days,
                float(row.lead_days_sd),
                row.stock_days,
            )
        )
    names = ["category_id", "cost_share", "lead_days_assumed", "lead_days_sd"]
    return pd.DataFrame(rows, columns=[*names, "stock_days_assumed"])
