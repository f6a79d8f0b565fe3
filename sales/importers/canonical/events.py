"""What visitors did in the storefront."""

import pandas as pd

from catalog.models import Product
from sales.importers.canonical.goods import UNKNOWN_PRODUCT, column_of
from sales.importers.layouts import Skip, Tally, Writer
from sales.importers.parsing import Choice, Column, Moment, Number, Text
from sales.importers.writing import insert, lookup
from sales.models import Customer, Event

KINDS = {
    **{str(kind): kind for kind in Event.Kind},
    **dict.fromkeys(("page_view", "view_item", "detail", "浏览"), Event.Kind.VIEW),
    **dict.fromkeys(("add_to_cart", "addtocart", "basket", "加购"), Event.Kind.CART),
    **dict.fromkeys(("remove_from_cart", "移出购物车"), Event.Kind.REMOVE),
    **dict.fromkeys(("order", "transaction", "buy", "购买"), Event.Kind.PURCHASE),
    **dict.fromkeys(("rate", "评分"), Event.Kind.RATING),
    **dict.fromkeys(("shown", "曝光"), Event.Kind.IMPRESSION),
    **dict.fromkeys(("点击",), Event.Kind.CLICK),
}


class EventWriter(Writer):
    """A user who is no customer is an anonymous visitor, known by the session."""

    name = "events"
    columns = (
        Column("event_id", Text(64, is_code=True), ("id", "事件编号"), is_required=True),
        Column("user", Text(64, is_code=True), ("customer_id", "user id", "visitor", "用户")),
        Column("session", Text(64, is_code=True), ("session id", "会话")),
        Column("item", Text(64, is_code=True), ("sku", "product", "商品编码", "货号")),
        Column("type", Choice(KINDS), ("event", "event type", "kind", "类型"), is_required=True),
        Column("value", Number(6), ("rating", "值")),
        Column("time", Moment(), ("timestamp", "at", "date", "时间"), is_required=True),
        Column("recommendation_id", Text(128, is_code=True), ("推荐编号",)),
    )

    def write(self, rows: pd.DataFrame) -> Tally:
        tally = Tally()
        items = column_of(rows, "item")
        products = items.map(lookup(Product, "sku", items.dropna()))
        is_known = items.isna() | products.notna()
        tally.refuse(rows.index[~is_known], "item", UNKNOWN_PRODUCT)
        rows, products = rows[is_known], products[is_known]
        users = column_of(rows, "user")
        sessions = column_of(rows, "session")
        values = column_of(rows, "value")
        tally.loaded = insert(
            Event,
            {
                "event_id": rows["event_id"],
                "kind": rows["type"],
                "at": rows["time"],
                "customer_id": users.map(lookup(Customer, "number", users.dropna())),
                "session": sessions.where(sessions.notna(), users).fillna(""),
                "product_id": products,
                "value": values,
                "recommendation_id": column_of(rows, "recommendation_id").fillna(""),
            },
        )
        tally.skipped[Skip.ALREADY_THERE] += len(rows) - tally.loaded
        return tally
