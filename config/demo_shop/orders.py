"""The order file: baskets with times, channels and money; cancellations and returns."""

import numpy as np
import pandas as pd

from config.demo_shop.baskets import Baskets
from config.demo_shop.catalogue import Catalogue
from config.demo_shop.people import People
from config.demo_shop.plan import Ints, Plan, Texts, moment_text, pick
from config.demo_shop.pricing import Prices

HOURS = np.array(
    [2, 1, 0.5, 0.3, 0.3, 0.5, 1, 2, 4, 6, 7, 7, 6, 5, 5, 5, 5, 5, 6, 8, 10, 10, 8, 4], dtype=float
)
CANCELLED_SHARE = 0.018
RETURN_DAYS = (3, 16)
CHANNELS = np.array(["web", "app", "store"], dtype=object)
COLUMNS = [
    "order_id",
    "date",
    "customer_id",
    "email",
    "sku",
    "quantity",
    "unit_price",
    "discount",
    "currency",
    "status",
    "channel",
    "payment",
    "returns_order",
]


def order_lines(plan: Plan, people: People, baskets: Baskets, prices: Prices) -> pd.DataFrame:
    """Sold lines, one row per order and product, still with positions instead of names.

    Columns: basket (dense, in time order), person, day, second, product, quantity, unit_price
    (list price), discount (money off the whole line), channel, payment, order_id.
    """
    rng = plan.rng("orders")
    lines = pd.DataFrame(
        {
            "basket": baskets.basket,
            "person": baskets.person,
            "day": baskets.day,
            "product": baskets.product,
            "quantity": baskets.quantity,
        }
    )
    keys = ["basket", "person", "day", "product"]
    lines = lines.groupby(keys, sort=True)[["quantity"]].sum().reset_index()
    heads = lines.drop_duplicates("basket")[["basket", "person", "day"]].copy()
    heads["second"] = pick(rng, HOURS, len(heads)) * 3600 + rng.integers(0, 3600, len(heads))
    heads = heads.sort_values(["day", "second", "basket"], ignore_index=True)
    heads = _dressed(rng, plan, people, heads)
    lines = lines.merge(heads.drop(columns=["person", "day"]), on="basket")
    lines["basket"] = lines["order"]
    lines = lines.drop(columns="order").sort_values(["basket", "product"], ignore_index=True)
    at = (lines["product"].to_numpy(), lines["day"].to_numpy())
    off = lines["quantity"].to_numpy() * (prices.listed[at] - prices.paid[at])
    return lines.assign(unit_price=prices.listed[at], discount=np.round(off, 2))


def order_file(
    plan: Plan, catalogue: Catalogue, people: People, lines: pd.DataFrame
) -> pd.DataFrame:
    """The canonical orders: paid lines, cancelled first tries and returns, in time order."""
    rng = plan.rng("returns")
    paid = lines.assign(status="paid", returns_order="")
    parts = [paid, _cancelled(rng, lines), _returned(rng, plan, catalogue, lines)]
    rows = pd.concat(parts, ignore_index=True)
    rows = rows.sort_values(["day", "second", "order_id", "product"], ignore_index=True)
    person = rows["person"].to_numpy()
    known = person < people.known
    customer = np.where(known, person, 0)
    named = people.frame[["customer_id", "email"]].to_numpy()[customer]
    rows["customer_id"] = np.where(known, named[:, 0], "")
    rows["email"] = np.where(known, named[:, 1], _guest_mail(rows["basket"].to_numpy()))
    rows["sku"] = catalogue.frame["sku"].to_numpy()[rows["product"]]
    rows["date"] = moment_text(plan.dates[rows["day"]], rows["second"].to_numpy())
    rows["currency"] = "CNY"
    return rows[COLUMNS]


def _guest_mail(basket: Ints) -> list[str]:
    return [f"guest.{number}@example.com" for number in basket]


def _dressed(
    rng: np.random.Generator, plan: Plan, people: People, heads: pd.DataFrame
) -> pd.DataFrame:
    """Order number, channel and means of payment of each order."""
    count = len(heads)
    abroad = np.r_[people.foreign.to_numpy(), np.zeros(len(people.segment) - people.known, bool)]
    foreign = abroad[heads["person"]]
    channel = pick(rng, np.array([0.38, 0.47, 0.15]), count)
    closed = (heads["second"].to_numpy() < 10 * 3600) | (heads["second"].to_numpy() > 22 * 3600)
    channel = np.where((channel == 2) & (foreign | closed), 0, channel)
    domestic = pick(rng, np.array([0.5, 0.42, 0.08]), count)
    payment: Texts = np.array(["alipay", "wechat_pay", "card"], dtype=object)[domestic]
    payment = np.where(foreign, np.where(domestic == 0, "paypal", "card"), payment)
    day = plan.dates[heads["day"]]
    stamp = np.char.replace(np.datetime_as_string(day, unit="D"), "-", "")
    ids = [f"ZG{at}-{number:06d}" for number, at in enumerate(stamp.tolist(), 1)]
    return heads.assign(
        order=np.arange(count), channel=CHANNELS[channel], payment=payment, order_id=ids
    )


def _cancelled(rng: np.random.Generator, lines: pd.DataFrame) -> pd.DataFrame:
    """Orders cancelled and placed again minutes later, to pay in another way or use a coupon."""
    orders = int(lines["basket"].max()) + 1
    again = rng.random(orders) < CANCELLED_SHARE
    rows = lines[again[lines["basket"]] & (lines["channel"] != "store").to_numpy()].copy()
    rows["second"] = np.maximum(rows["second"] - 60 * (3 + rows["basket"] % 20), 0)
    rows["order_id"] = rows["order_id"] + "X"
    return rows.assign(status="cancelled", returns_order="")


def _returned(
    rng: np.random.Generator, plan: Plan, catalogue: Catalogue, lines: pd.DataFrame
) -> pd.DataFrame:
    """Returns as orders of their own; worse products come back more.  Not put on sale again."""
    risk = 0.02 + 0.05 * np.clip(4.6 - catalogue.quality, 0, None)
    rows = lines[rng.random(len(lines)) < risk[lines["product"]]].copy()
    rows["day"] += rng.integers(*RETURN_DAYS, len(rows))
    rows["second"] = rng.integers(9 * 3600, 20 * 3600, len(rows))
    bought = rows["quantity"].to_numpy()
    back = rng.integers(1, bought + 1)
    rows["discount"] = -np.round(rows["discount"] * back / bought, 2)
    rows["returns_order"] = rows["order_id"]
    rows["order_id"] = [f"{old}R{number}" for number, old in enumerate(rows["order_id"], 1)]
    return rows.assign(quantity=-back, status="returned")[rows["day"] < plan.days]
