"""Promotions, planned and past."""

import pandas as pd
from django.utils.translation import gettext_noop

from catalog.models import Promotion
from sales.importers.canonical.goods import column_of, with_products
from sales.importers.layouts import Skip, Tally, Writer
from sales.importers.parsing import Column, Day, Number, Text
from sales.importers.writing import insert

ENDS_TOO_EARLY = gettext_noop("The last day is before the first: swap them.")


class PromotionWriter(Writer):
    """A product offered at ``price`` from ``starts`` to ``ends``, both included."""

    name = "promotions"
    columns = (
        Column(
            "sku",
            Text(64, is_code=True),
            ("item", "product code", "货号", "商品编码"),
            is_required=True,
        ),
        Column("starts", Day(), ("start", "starts on", "from", "开始日期"), is_required=True),
        Column("ends", Day(), ("end", "ends on", "to", "until", "结束日期"), is_required=True),
        Column("price", Number(2, lowest=0), ("sale price", "促销价", "活动价"), is_required=True),
        Column("name", Text(120), ("title", "promotion", "活动名称")),
        Column("name_zh", Text(120), ("中文名称",)),
    )

    def write(self, rows: pd.DataFrame) -> Tally:
        tally = Tally()
        rows = with_products(rows, "sku", tally)
        is_reversed = rows["ends"] < rows["starts"]
        tally.refuse(rows.index[is_reversed], "ends", ENDS_TOO_EARLY)
        rows = rows[~is_reversed]
        tally.loaded = insert(
            Promotion,
            {
                "product_id": rows["product_id"],
                "name": column_of(rows, "name").fillna(""),
                "name_zh": column_of(rows, "name_zh").fillna(""),
                "starts_on": rows["starts"],
                "ends_on": rows["ends"],
                "price": rows["price"],
            },
        )
        tally.skipped[Skip.ALREADY_THERE] += len(rows) - tally.loaded
        return tally
