"""Find the products that rows name."""

import pandas as pd
from django.utils.translation import gettext_noop

from catalog.models import Product
from sales.importers.layouts import Tally
from sales.importers.writing import fetch_where, lookup

UNKNOWN_PRODUCT = gettext_noop("No such product: load it first, or correct the SKU.")


def with_products(rows: pd.DataFrame, column: str, tally: Tally) -> pd.DataFrame:
    """The rows whose ``column`` is a known SKU, with ``product_id``; the others are refused."""
    ids = rows[column].map(lookup(Product, "sku", rows[column].dropna()))
    return keep_known(rows, ids, column, tally)


def keep_known(rows: pd.DataFrame, ids: pd.Series, column: str, tally: Tally) -> pd.DataFrame:
    """The rows with an id, as ``product_id``; the others are refused."""
    tally.refuse(rows.index[ids.isna()], column, UNKNOWN_PRODUCT)
    return rows[ids.notna()].assign(product_id=ids.dropna().astype("int64"))


def ids_by_gtin(gtins: pd.Series) -> pd.Series:
    """Product ids; None where no product or more than one bears the number."""
    wanted = gtins.dropna().unique().tolist()
    pairs = pd.DataFrame(fetch_where(Product, ["gtin", "id"], "gtin", wanted), columns=["g", "id"])
    single = pairs.drop_duplicates("g", keep=False)
    return gtins.map(dict(zip(single["g"], single["id"], strict=True)))


def column_of(rows: pd.DataFrame, name: str) -> pd.Series:
    """The column, or one without values where the file has none."""
    return rows[name] if name in rows else pd.Series(None, index=rows.index, dtype=object)
