"""Write orders and their lines; what is already there stays as it is."""

import pandas as pd

from catalog.columns import shop_days
from sales.importers.layouts import Skip, Tally
from sales.importers.returns import link_named
from sales.importers.writing import fetch_where, insert, lookup, update
from sales.models import Customer, Order, OrderLine

TEN_THOUSANDTHS = 10_000


def write_orders(lines: pd.DataFrame) -> Tally:
    """Write lines of whole orders; the index is the line in the file.

    Columns: number, placed_at (UTC), customer (its number; None: a guest), email, product_id,
    quantity, unit_price and discount (Decimal, per unit), status, channel, country, returns_order
    (the number of the order whose goods come back; None: unknown).
    """
    if lines.empty:
        return Tally()
    heads = lines.groupby("number", sort=False).first()
    there = {
        number: (key, status)
        for number, key, status in fetch_where(
            Order, ["number", "id", "status"], "number", list(heads.index)
        )
    }
    _follow_status(heads, there)
    _insert_orders(heads[~heads.index.isin(list(there))])
    ids = lookup(Order, "number", heads.index)
    lines = lines.assign(
        order_id=lines["number"].map(ids),
        day=shop_days(lines["number"].map(heads["placed_at"])),
    )
    is_old = lines["number"].isin(list(there))
    tally = Tally()
    added = _missing_lines(lines[is_old], tally)
    fresh = lines[~is_old]
    fresh = fresh.assign(position=fresh.groupby("order_id").cumcount() + 1)
    tally.loaded = _insert_lines(pd.concat([fresh, added]) if len(added) else fresh)
    return tally


def ensure_customers(people: pd.DataFrame) -> dict[str, int]:
    """Ids by number; those unknown are created. Columns: number (unique), email, country."""
    known = lookup(Customer, "number", people["number"])
    new = people[~people["number"].isin(list(known))]
    if new.empty:
        return known
    insert(
        Customer,
        {
            "number": new["number"],
            "email": new["email"].fillna(""),
            "country": new["country"].fillna(""),
        },
    )
    return known | lookup(Customer, "number", new["number"])


def _follow_status(heads: pd.DataFrame, there: dict[str, tuple[int, str]]) -> None:
    """An order known as paid may have been cancelled since."""
    now = heads["status"].to_dict()
    changed = [
        (key, now[number]) for number, (key, status) in there.items() if now[number] != status
    ]
    if changed:
        ids, statuses = zip(*changed, strict=True)
        update(Order, "id", {"id": ids, "status": statuses})


def _insert_orders(heads: pd.DataFrame) -> None:
    if heads.empty:
        return
    named = heads[heads["customer"].notna()]
    people = named.rename(columns={"customer": "number"})[["number", "email", "country"]]
    ids = ensure_customers(people.drop_duplicates("number"))
    insert(
        Order,
        {
            "number": heads.index,
            "placed_at": heads["placed_at"],
            "customer_id": heads["customer"].map(ids).astype("object"),
            "status": heads["status"],
            "channel": heads["channel"].fillna(""),
            "country": heads["country"].fillna(""),
        },
    )


def _insert_lines(lines: pd.DataFrame) -> int:
    if lines.empty:
        return 0
    names = ["order_id", "position", "product_id", "day", "quantity", "unit_price", "discount"]
    loaded = insert(OrderLine, {name: lines[name] for name in names})
    link_named(lines[lines["returns_order"].notna()])
    return loaded


def _missing_lines(lines: pd.DataFrame, tally: Tally) -> pd.DataFrame:
    """Lines of orders that are there already, as far as they lack them.

    A row refused the first time and mended since is added; a product that the order holds with
    another quantity or price is left alone and counted.
    """
    if lines.empty:
        return lines
    stored = pd.DataFrame(
        fetch_where(
            OrderLine,
            ["order_id", "product_id", "quantity", "unit_price", "position"],
            "order_id",
            lines["order_id"].unique().tolist(),
        ),
        columns=["order_id", "product_id", "quantity", "unit_price", "position"],
    )
    same = ["order_id", "product_id", "quantity", "price"]
    keys = pd.MultiIndex.from_frame(lines.assign(price=_exact(lines["unit_price"]))[same])
    known = pd.MultiIndex.from_frame(stored.assign(price=_exact(stored["unit_price"]))[same])
    is_there = keys.isin(known)
    products = pd.MultiIndex.from_frame(lines[same[:2]])
    differs = ~is_there & products.isin(pd.MultiIndex.from_frame(stored[same[:2]]))
    tally.skipped[Skip.ALREADY_THERE] += int(is_there.sum())
    tally.skipped[Skip.DIFFERS] += int(differs.sum())
    added = lines[~is_there & ~differs]
    last = stored.groupby("order_id")["position"].max()
    places = added.groupby("order_id").cumcount() + 1
    return added.assign(position=added["order_id"].map(last).fillna(0).astype("int64") + places)


def _exact(prices: pd.Series) -> pd.Series:
    return (prices.astype("float64") * TEN_THOUSANDTHS).round().astype("int64")
