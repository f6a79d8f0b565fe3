"""Who delivers what; a row that is there is brought up to date."""

import pandas as pd

from catalog.models import Supplier, SupplierItem
from sales.importers.canonical.goods import column_of, with_products
from sales.importers.layouts import Skip, Tally, Writer
from sales.importers.parsing import LARGEST_COST, Column, Number, Text, Whole
from sales.importers.writing import fetch_where, insert, lookup, update

UNNAMED = "—"
VALUES = ["lead_days", "minimum_quantity", "pack_size", "cost"]


class SupplierWriter(Writer):
    """A product as one supplier delivers it."""

    name = "suppliers"
    columns = (
        Column(
            "sku",
            Text(64, is_code=True),
            ("item", "product code", "货号", "商品编码"),
            is_required=True,
        ),
        Column("supplier", Text(200), ("vendor", "supplier name", "供应商")),
        Column(
            "lead_time_days",
            Whole(lowest=0, highest=1000),
            ("lead time", "lead days", "交期", "交货天数", "提前期"),
            is_required=True,
        ),
        Column("moq", Whole(lowest=1), ("minimum quantity", "minimum order", "起订量")),
        Column("pack", Whole(lowest=1), ("pack size", "case size", "装箱数", "包装数")),
        Column(
            "cost",
            Number(4, lowest=0, highest=LARGEST_COST),
            ("purchase price", "进价", "成本"),
        ),
    )

    def write(self, rows: pd.DataFrame) -> Tally:
        tally = Tally()
        rows = with_products(rows, "sku", tally)
        names = column_of(rows, "supplier").fillna(UNNAMED)
        insert(Supplier, {"name": names.unique()})
        frame = pd.DataFrame(
            {
                "supplier_id": names.map(lookup(Supplier, "name", names)),
                "product_id": rows["product_id"],
                "lead_days": rows["lead_time_days"],
                "minimum_quantity": column_of(rows, "moq").fillna(1),
                "pack_size": column_of(rows, "pack").fillna(1),
                "cost": column_of(rows, "cost"),
            }
        )
        is_last = ~frame.duplicated(["supplier_id", "product_id"], keep="last")
        tally.skipped[Skip.REPEATED] += int((~is_last).sum())
        frame = frame[is_last]
        tally.loaded = _save(frame)
        tally.skipped[Skip.ALREADY_THERE] += len(frame) - tally.loaded
        return tally


def _save(frame: pd.DataFrame) -> int:
    stored = {
        (supplier, product): (key, [lead, least, pack, cost])
        for key, supplier, product, lead, least, pack, cost in fetch_where(
            SupplierItem,
            ["id", "supplier_id", "product_id", *VALUES],
            "product_id",
            frame["product_id"].unique().tolist(),
        )
    }
    pairs = list(zip(frame["supplier_id"], frame["product_id"], strict=True))
    is_new = pd.Series([pair not in stored for pair in pairs], index=frame.index, dtype=bool)
    known = frame[~is_new].assign(id=[stored[pair][0] for pair in pairs if pair in stored])
    before = [stored[pair][1] for pair in pairs if pair in stored]
    differs = [
        _numbers(row) != _numbers(old)
        for row, old in zip(known[VALUES].to_numpy().tolist(), before, strict=True)
    ]
    changed = known[pd.Series(differs, index=known.index, dtype=bool)]
    if len(changed):
        update(SupplierItem, "id", {name: changed[name] for name in ["id", *VALUES]})
    new = frame[is_new]
    return insert(SupplierItem, {str(name): new[name] for name in new}) + len(changed)


def _numbers(values: list[object]) -> list[float | None]:
    return [None if value is None else float(str(value)) for value in values]
