"""Prices seen at competitors."""

import pandas as pd

from catalog.models import CompetitorOffer, Product
from sales.importers.canonical.goods import column_of, ids_by_gtin, keep_known
from sales.importers.layouts import Skip, Tally, Writer
from sales.importers.parsing import Column, Moment, Number, Text
from sales.importers.writing import insert, lookup


class CompetitorWriter(Writer):
    """The product by ``sku``, else by ``gtin``."""

    name = "competitors"
    columns = (
        Column("competitor", Text(120), ("shop", "seller", "竞争对手", "店铺"), is_required=True),
        Column("sku", Text(64, is_code=True), ("item", "product code", "货号", "商品编码")),
        Column("gtin", Text(14, is_code=True), ("ean", "barcode", "条码")),
        Column("price", Number(2, lowest=0), ("价格", "售价"), is_required=True),
        Column("seen_at", Moment(), ("date", "time", "seen", "日期", "时间"), is_required=True),
        Column("url", Text(500), ("page", "link", "链接")),
    )
    one_of = (("sku", "gtin"),)

    def write(self, rows: pd.DataFrame) -> Tally:
        tally = Tally()
        skus = column_of(rows, "sku")
        by_sku = skus.map(lookup(Product, "sku", skus.dropna()))
        by_gtin = ids_by_gtin(column_of(rows, "gtin"))
        column = "sku" if "sku" in rows else "gtin"
        rows = keep_known(rows, by_sku.where(by_sku.notna(), by_gtin), column, tally)
        tally.loaded = insert(
            CompetitorOffer,
            {
                "competitor": rows["competitor"],
                "product_id": rows["product_id"],
                "price": rows["price"],
                "seen_at": rows["seen_at"],
                "url": column_of(rows, "url").fillna(""),
            },
        )
        tally.skipped[Skip.ALREADY_THERE] += len(rows) - tally.loaded
        return tally
