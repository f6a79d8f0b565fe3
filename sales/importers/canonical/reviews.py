"""Reviews of products."""

import hashlib

import pandas as pd

from sales.importers.canonical.goods import column_of, with_products
from sales.importers.layouts import Skip, Tally, Writer
from sales.importers.parsing import Column, Moment, Text, Whole
from sales.importers.writing import insert, lookup
from sales.models import Customer, Review


class ReviewWriter(Writer):
    """Without a ``review_id`` the review's own words and time tell it from others."""

    name = "reviews"
    columns = (
        Column("review_id", Text(64, is_code=True), ("id", "评论编号")),
        Column(
            "sku", Text(64, is_code=True), ("item", "product", "货号", "商品编码"), is_required=True
        ),
        Column("customer", Text(64, is_code=True), ("customer_id", "user", "客户编号")),
        Column("rating", Whole(lowest=1, highest=5), ("stars", "score", "评分")),
        Column("text", Text(100_000), ("review", "comment", "body", "评论", "内容")),
        Column("language", Text(10), ("lang", "语言")),
        Column(
            "date", Moment(), ("written at", "created at", "time", "日期", "时间"), is_required=True
        ),
    )

    def write(self, rows: pd.DataFrame) -> Tally:
        tally = Tally()
        rows = with_products(rows, "sku", tally)
        people = column_of(rows, "customer")
        text = column_of(rows, "text").fillna("")
        ids = column_of(rows, "review_id")
        tally.loaded = insert(
            Review,
            {
                "review_id": ids.where(ids.notna(), _fingerprints(rows, text)),
                "product_id": rows["product_id"],
                "customer_id": people.map(lookup(Customer, "number", people.dropna())),
                "rating": column_of(rows, "rating"),
                "text": text,
                "language": column_of(rows, "language").fillna(""),
                "written_at": rows["date"],
            },
        )
        tally.skipped[Skip.ALREADY_THERE] += len(rows) - tally.loaded
        return tally


def _fingerprints(rows: pd.DataFrame, texts: pd.Series) -> pd.Series:
    parts = zip(rows["sku"], column_of(rows, "customer"), rows["date"], texts, strict=True)
    return pd.Series(
        [hashlib.sha256(repr(part).encode()).hexdigest() for part in parts],
        index=rows.index,
        dtype=object,
    )
