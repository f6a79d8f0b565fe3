"""Stock counts per product, location and time."""

import pandas as pd

from catalog.models import Location, StockCount
from sales.importers.canonical.goods import column_of, with_products
from sales.importers.layouts import Skip, Tally, Writer
from sales.importers.parsing import Column, Moment, Text, Whole
from sales.importers.writing import insert, lookup

MAIN = "MAIN"


class StockWriter(Writer):
    """Counts are never changed; without a location they belong to ``MAIN``."""

    name = "stock"
    columns = (
        Column(
            "sku",
            Text(64, is_code=True),
            ("item", "product code", "货号", "商品编码"),
            is_required=True,
        ),
        Column("location", Text(40, is_code=True), ("warehouse", "store", "仓库", "库位")),
        Column(
            "on_hand",
            Whole(lowest=None),
            ("quantity", "qty", "stock", "available", "库存", "数量"),
            is_required=True,
        ),
        Column("counted_at", Moment(), ("date", "time", "盘点时间", "日期"), is_required=True),
    )

    def write(self, rows: pd.DataFrame) -> Tally:
        tally = Tally()
        rows = with_products(rows, "sku", tally)
        places = column_of(rows, "location").fillna(MAIN)
        codes = list(places.unique())
        insert(Location, {"code": codes})
        tally.loaded = insert(
            StockCount,
            {
                "product_id": rows["product_id"],
                "location_id": places.map(lookup(Location, "code", codes)),
                "on_hand": rows["on_hand"],
                "counted_at": rows["counted_at"],
            },
        )
        tally.skipped[Skip.ALREADY_THERE] += len(rows) - tally.loaded
        return tally
