"""The history of prices asked."""

import pandas as pd

from catalog.models import PriceChange, Product
from sales.importers.canonical.goods import with_products
from sales.importers.layouts import Skip, Tally, Writer
from sales.importers.parsing import Column, Moment, Number, Text
from sales.importers.writing import insert


class PriceWriter(Writer):
    """From ``from`` on, ``price`` was asked; the newest entry is the price of today."""

    name = "prices"
    columns = (
        Column(
            "sku",
            Text(64, is_code=True),
            ("item", "product code", "货号", "商品编码"),
            is_required=True,
        ),
        Column("price", Number(2, lowest=0), ("价格", "售价"), is_required=True),
        Column(
            "from",
            Moment(),
            ("effective from", "since", "date", "生效日期", "起始日期"),
            is_required=True,
        ),
    )

    def write(self, rows: pd.DataFrame) -> Tally:
        tally = Tally()
        rows = with_products(rows, "sku", tally)
        rows = rows.assign(at=pd.to_datetime(rows["from"], utc=True))
        rows = rows.sort_values(["product_id", "at"], kind="stable")
        previous = rows.groupby("product_id")["price"].shift(1)
        tally.loaded = insert(
            PriceChange,
            {
                "product_id": rows["product_id"],
                "price": rows["price"],
                "previous": previous,
                "effective_at": rows["at"],
                "source": [self.origin.source] * len(rows),
            },
        )
        tally.skipped[Skip.ALREADY_THERE] += len(rows) - tally.loaded
        if tally.loaded:
            self._follow(rows["product_id"].unique().tolist())
        return tally

    def _follow(self, products: list[int]) -> None:
        """The newest price in force becomes the product's own."""
        entries = PriceChange.objects.filter(
            product_id__in=products, effective_at__lte=self.origin.now
        ).order_by("effective_at", "pk")
        newest = dict(entries.values_list("product_id", "price"))
        changed = [
            product
            for product in Product.objects.filter(pk__in=newest)
            if product.price != newest[product.pk]
        ]
        for product in changed:
            product.price = newest[product.pk]
        Product.objects.bulk_update(changed, ["price"], batch_size=500)
