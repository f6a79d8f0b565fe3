"""Products and what is known around them, as columns and as they stood on a day."""

from datetime import date

import pandas as pd

from catalog.columns import DAY, MOMENT, read_columns, shop_days, shop_midnight, start_of
from catalog.models import Assumption, Category

NONE = -1


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


def stock_by_location(*, as_of: date) -> pd.DataFrame:
    """The newest count of each product at each location before a day.

    Columns: product_id, location_id, on_hand.
    """
    return read_columns(
        "SELECT product_id, location_id, on_hand FROM ("
        "SELECT product_id, location_id, on_hand, ROW_NUMBER() OVER"
        " (PARTITION BY product_id, location_id ORDER BY counted_at DESC, id DESC) AS place"
        " FROM catalog_stockcount WHERE counted_at < ?) AS ranked"
        " WHERE place = 1 ORDER BY product_id, location_id",
        (start_of(as_of),),
        types={"product_id": "int64", "location_id": "int64", "on_hand": "int64"},
    )


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
    """The newest count before a day, summed over locations.

    Columns: product_id, on_hand, counted_at (UTC, the newest of the locations), counted_on.
    """
    frame = read_columns(
        "SELECT product_id, location_id, on_hand, counted_at FROM ("
        "SELECT product_id, location_id, on_hand, counted_at, ROW_NUMBER() OVER"
        " (PARTITION BY product_id, location_id ORDER BY counted_at DESC, id DESC) AS place"
        " FROM catalog_stockcount WHERE counted_at < ?) AS ranked"
        " WHERE place = 1 ORDER BY product_id, location_id",
        (start_of(as_of),),
        types={
            "product_id": "int64",
            "location_id": "int64",
            "on_hand": "int64",
            "counted_at": MOMENT,
        },
    )
    by_product = frame.groupby("product_id", as_index=False).agg(
        on_hand=("on_hand", "sum"), counted_at=("counted_at", "max")
    )
    return by_product.assign(counted_on=shop_days(by_product["counted_at"]))


def product_facts(*, as_of: date) -> pd.DataFrame:
    """Active real products launched before a day, with what is known or assumed of each.

    Columns: product_id, sku, title, title_zh, category_id, category_path, brand_id (-1 and "" where
    none), price (NaN: unknown; the one in force before ``as_of``), cost, cost_is_assumed,
    supplier_id (-1: none), lead_days, lead_days_sd, lead_is_assumed, minimum_quantity, pack_size,
    stock_days_assumed, launched_on (NaT: unknown).
    """
    facts = _products(launched_before=as_of).merge(_best_supplier(), on="product_id", how="left")
    facts = facts.merge(_assumptions(), on="category_id", how="left")
    facts["price"] = _price_on(as_of, products=facts["product_id"]).fillna(facts["price"])
    facts["cost"] = facts["cost"].fillna(facts.pop("supplier_cost"))
    facts["cost_is_assumed"] = facts["cost"].isna()
    facts["cost"] = facts["cost"].fillna(facts["price"] * facts.pop("cost_share"))
    facts["lead_is_assumed"] = facts["lead_days"].isna()
    facts["lead_days"] = facts["lead_days"].fillna(facts.pop("lead_days_assumed"))
    known = {"supplier_id": NONE, "minimum_quantity": 1, "pack_size": 1}
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
        " CAST(product.cost AS double precision) AS cost, product.launched_on"
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
        },
    )


def _best_supplier() -> pd.DataFrame:
    """The fastest supplier of each product."""
    items = read_columns(
        "SELECT product_id, supplier_id, lead_days, minimum_quantity, pack_size,"
        " CAST(cost AS double precision) AS supplier_cost FROM catalog_supplieritem"
        " ORDER BY product_id, lead_days, supplier_id",
        types={
            "product_id": "int64",
            "supplier_id": "int64",
            "lead_days": "int64",
            "minimum_quantity": "int64",
            "pack_size": "int64",
            "supplier_cost": "float64",
        },
    )
    return items.drop_duplicates("product_id")


def _assumptions() -> pd.DataFrame:
    """The assumption in force per category: its own, its nearest ancestor's, or the shop's."""
    stated = {row.category_id: row for row in Assumption.objects.all()}
    default = stated.get(None) or Assumption()
    parents = dict(Category.objects.values_list("pk", "parent_id"))
    rows = []
    for category in [NONE, *parents]:
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
