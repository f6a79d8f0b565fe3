"""Orders, one row per product; rows of one order share its number."""

from decimal import Decimal

import pandas as pd
from django.conf import settings
from django.utils.translation import gettext_noop

from sales.importers.canonical.goods import column_of, with_products
from sales.importers.layouts import Tally, Writer
from sales.importers.orders import write_orders
from sales.importers.parsing import Choice, Column, Moment, Number, Text, Whole
from sales.importers.returns import link_by_customer
from sales.models import Order

STATUS = {
    **dict.fromkeys(("paid", "completed", "complete", "processing", "shipped"), Order.Status.PAID),
    **dict.fromkeys(("delivered", "fulfilled", "invoiced", "pending"), Order.Status.PAID),
    **dict.fromkeys(("partially_refunded", "partially refunded"), Order.Status.PAID),
    **dict.fromkeys(("已付款", "已完成", "已发货", "交易成功"), Order.Status.PAID),
    **dict.fromkeys(("cancelled", "canceled", "voided", "failed"), Order.Status.CANCELLED),
    **dict.fromkeys(("已取消", "交易关闭"), Order.Status.CANCELLED),
    **dict.fromkeys(("returned", "return", "refunded", "已退货", "已退款"), Order.Status.RETURN),
}
OTHER_CURRENCY = gettext_noop("Another currency than the shop's: convert the amounts.")
NO_UNITS = gettext_noop("No quantity: a line of 0 units.")
TOO_MUCH_OFF = gettext_noop("The discount is more than the line is worth: check both.")


class OrderWriter(Writer):
    """``unit_price`` before discounts; ``discount`` is the money off the whole line."""

    name = "orders"
    columns = (
        Column(
            "order_id",
            Text(64, is_code=True),
            ("order number", "order", "number", "invoice", "订单号", "订单编号"),
            is_required=True,
        ),
        Column(
            "date",
            Moment(),
            ("created at", "order date", "date created", "paid at", "下单时间", "日期", "时间"),
            is_required=True,
        ),
        Column("customer_id", Text(64, is_code=True), ("customer", "客户编号", "会员号")),
        Column("email", Text(254), ("e-mail", "billing email", "邮箱")),
        Column(
            "sku",
            Text(64, is_code=True),
            ("lineitem sku", "item", "product code", "stock code", "货号", "商品编码"),
            is_required=True,
        ),
        Column(
            "quantity",
            Whole(lowest=None),
            ("lineitem quantity", "qty", "数量"),
            is_required=True,
        ),
        Column(
            "unit_price",
            Number(4, lowest=0),
            ("lineitem price", "price", "单价", "售价"),
            is_required=True,
        ),
        Column("discount", Number(4), ("lineitem discount", "优惠", "折扣金额")),
        Column("currency", Text(3), ("币种",)),
        Column("status", Choice(STATUS), ("financial status", "order status", "状态", "订单状态")),
        Column("channel", Text(40), ("source", "渠道")),
        Column("country", Text(80), ("shipping country", "billing country", "国家")),
        Column("returns_order", Text(64, is_code=True), ("returned order", "退货原单号")),
    )
    together = "order_id"
    _has_returns = False

    def write(self, rows: pd.DataFrame) -> Tally:
        tally = Tally()
        rows = _refuse(with_products(rows, "sku", tally), tally)
        if rows.empty:
            return tally
        per_unit = _per_unit(column_of(rows, "discount"), rows["quantity"])
        status = column_of(rows, "status").fillna(Order.Status.PAID)
        lines = pd.DataFrame(
            {
                "number": rows["order_id"],
                "placed_at": pd.to_datetime(rows["date"], utc=True),
                "customer": column_of(rows, "customer_id"),
                "email": column_of(rows, "email"),
                "product_id": rows["product_id"],
                "quantity": rows["quantity"].where(
                    (status != Order.Status.RETURN), -rows["quantity"].abs()
                ),
                "unit_price": rows["unit_price"] - per_unit,
                "discount": per_unit,
                "status": status,
                "channel": column_of(rows, "channel"),
                "country": column_of(rows, "country"),
                "returns_order": column_of(rows, "returns_order"),
            }
        )
        self._has_returns |= bool((lines["quantity"] < 0).any())
        tally.add(write_orders(lines))
        return tally

    def finish(self) -> None:
        if self._has_returns:
            link_by_customer()


def _refuse(rows: pd.DataFrame, tally: Tally) -> pd.DataFrame:
    currency = column_of(rows, "currency").fillna(settings.SHOP_CURRENCY).str.upper()
    foreign = currency != settings.SHOP_CURRENCY
    tally.refuse(rows.index[foreign], "currency", OTHER_CURRENCY)
    no_units = (rows["quantity"] == 0) & ~foreign
    tally.refuse(rows.index[no_units], "quantity", NO_UNITS)
    rows = rows[~foreign & ~no_units]
    if "discount" not in rows:
        return rows
    off = rows["discount"].where(rows["discount"].notna(), Decimal(0)).abs()
    too_much = off > rows["unit_price"] * rows["quantity"].abs()
    tally.refuse(rows.index[too_much], "discount", TOO_MUCH_OFF)
    return rows[~too_much]


def _per_unit(discounts: pd.Series, quantities: pd.Series) -> pd.Series:
    """The money off one unit, to four places; a return's discount has the sign of its quantity."""
    pairs = zip(discounts, quantities, strict=True)
    return pd.Series(
        [
            Decimal(0) if pd.isna(off) else round(abs(off) / abs(Decimal(quantity)), 4)
            for off, quantity in pairs
        ],
        index=discounts.index,
        dtype=object,
    )
