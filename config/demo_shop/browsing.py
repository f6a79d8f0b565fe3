"""What visitors looked at in the last ninety days, consistent with what they bought."""

import numpy as np
import pandas as pd

from config.demo_shop.catalogue import Catalogue
from config.demo_shop.people import People
from config.demo_shop.plan import Bools, Floats, Ints, Plan, moment_text, pick

WINDOW_DAYS = 90
IDLE_VISITS = 2.2  # visits that buy nothing, per online order
VIEWS_PER_VISIT = 2.4
EXTRA_VIEWS = 0.55  # other things looked at, per line bought
CART_SHARE = 0.11  # views of an idle visit that end in an abandoned cart
IMPRESSIONS = 1.2  # recommended things shown, per idle view
CLICK_SHARE = 0.06
RAW = ["session", "person", "day", "second", "product", "type", "value"]


def browse(
    plan: Plan, catalogue: Catalogue, people: People, lines: pd.DataFrame, available: Ints
) -> pd.DataFrame:
    """Canonical events: event_id, user, session, item, type, value, time.

    ``type`` is view, cart, purchase, impression or click; ``value`` is the money paid for the
    line of a purchase in CNY and empty otherwise.  A user is a customer_id, or v-… for a visitor.
    """
    rng = plan.rng("browsing")
    online = (lines["day"] >= plan.days - WINDOW_DAYS) & (lines["channel"] != "store")
    bought = lines[online].rename(columns={"basket": "session"})
    taste = _Taste(catalogue, people, available > 0)
    visits = _idle_visits(rng, plan, people, bought)
    idle = _idle_views(rng, taste, visits)
    shown = _impressions(rng, taste, idle)
    clicks = _step(shown[rng.random(len(shown)) < CLICK_SHARE], "click", 8)
    parts = [
        *_purchases(bought),
        _side_views(rng, taste, bought),
        idle,
        _step(idle[rng.random(len(idle)) < CART_SHARE], "cart", 45),
        shown,
        clicks,
        _step(clicks, "view", 2),
    ]
    return _event_file(plan, catalogue, people, pd.concat(parts, ignore_index=True))


class _Taste:
    """Which product a person would look at on a day."""

    def __init__(self, catalogue: Catalogue, people: People, sellable: Bools) -> None:
        self.catalogue = catalogue
        self.people = people
        self.sellable = sellable

    def choose(self, rng: np.random.Generator, person: Ints, day: Ints) -> Ints:
        """One product per entry, drawn by popularity and taste, among what is in stock."""
        parts = np.array_split(np.arange(len(person)), len(person) // 4000 + 1)
        chosen = [self._draw(rng, person[part], day[part]) for part in parts]
        return np.concatenate(chosen).astype(np.int64)

    def _draw(self, rng: np.random.Generator, person: Ints, day: Ints) -> Ints:
        fit = self.people.style[person] @ self.catalogue.style.T
        weights: Floats = np.exp(0.6 * np.clip(fit, -6, 6)) * self.catalogue.share
        weights *= self.people.shelf_taste[person][:, self.catalogue.shelf]
        weights *= self.sellable[:, day].T
        edges = np.cumsum(weights, axis=1)
        level = rng.random(len(person)) * edges[:, -1]
        found: Ints = (edges <= level[:, None]).sum(axis=1)
        return np.minimum(found, len(self.catalogue.shelf) - 1).astype(np.int64)


def _purchases(bought: pd.DataFrame) -> list[pd.DataFrame]:
    """Each line bought online was viewed, put in the cart and paid, in this order."""
    place = bought.groupby("session").cumcount()
    length = bought.groupby("session")["product"].transform("size")
    paid = bought["quantity"] * bought["unit_price"] - bought["discount"]
    rows = bought.assign(value=np.nan, type="view")
    start = bought["second"] - 90 * length - 120
    return [
        rows.assign(second=start + 90 * place)[RAW],
        rows.assign(second=start + 90 * place + 40, type="cart")[RAW],
        rows.assign(type="purchase", value=paid.round(2))[RAW],
    ]


def _side_views(rng: np.random.Generator, taste: _Taste, bought: pd.DataFrame) -> pd.DataFrame:
    """Other things a buyer looked at before."""
    rows = bought[rng.random(len(bought)) < EXTRA_VIEWS]
    product = taste.choose(rng, rows["person"].to_numpy(), rows["day"].to_numpy())
    second = rows["second"] - rng.integers(150, 1500, len(rows))
    return rows.assign(product=product, second=second, type="view", value=np.nan)[RAW]


def _idle_visits(
    rng: np.random.Generator, plan: Plan, people: People, bought: pd.DataFrame
) -> pd.DataFrame:
    """Visits without an order: customers still around, and strangers."""
    count = int(IDLE_VISITS * bought["session"].nunique()) + 10
    here = (people.created_day < plan.days - WINDOW_DAYS) & (people.lapse_day > plan.days)
    weights = (people.rate + 0.5) * here + 1e-9
    weights[people.known :] *= 6
    return pd.DataFrame(
        {
            "session": np.arange(count) + 10**7,
            "person": pick(rng, weights, count),
            "day": rng.integers(max(plan.days - WINDOW_DAYS, 0), plan.days, count),
            "second": rng.integers(7 * 3600, 23 * 3600, count),
        }
    )


def _idle_views(rng: np.random.Generator, taste: _Taste, visits: pd.DataFrame) -> pd.DataFrame:
    times = 1 + rng.poisson(VIEWS_PER_VISIT - 1, len(visits))
    rows = visits.loc[visits.index.repeat(times)].reset_index(drop=True)
    rows["second"] += 75 * rows.groupby("session").cumcount()
    rows["product"] = taste.choose(rng, rows["person"].to_numpy(), rows["day"].to_numpy())
    return rows.assign(type="view", value=np.nan)[RAW]


def _impressions(rng: np.random.Generator, taste: _Taste, idle: pd.DataFrame) -> pd.DataFrame:
    """Things the page recommended beside what was viewed."""
    times = rng.poisson(IMPRESSIONS, len(idle))
    rows = idle.loc[idle.index.repeat(times)].reset_index(drop=True)
    rows["product"] = taste.choose(rng, rows["person"].to_numpy(), rows["day"].to_numpy())
    return rows.assign(type="impression", second=rows["second"] + 2)


def _step(rows: pd.DataFrame, kind: str, later: int) -> pd.DataFrame:
    return rows.assign(type=kind, second=rows["second"] + later)


def _event_file(
    plan: Plan, catalogue: Catalogue, people: People, rows: pd.DataFrame
) -> pd.DataFrame:
    """Names for positions; events that would fall past the last midnight are left out."""
    rows = rows[rows["day"] * 86400 + rows["second"] < plan.days * 86400]
    rows = rows.sort_values(["day", "second", "session", "type", "product"], ignore_index=True)
    person = rows["person"].to_numpy()
    known = person < people.known
    names = people.frame["customer_id"].to_numpy()[np.where(known, person, 0)]
    visitors = [f"v-{number:08x}" for number in rows["session"] * 2654435761 % 2**32]
    return pd.DataFrame(
        {
            "event_id": [f"E{number:07d}" for number in range(1, len(rows) + 1)],
            "user": np.where(known, names, visitors),
            "session": [f"S{number:08d}" for number in rows["session"]],
            "item": catalogue.frame["sku"].to_numpy()[rows["product"]],
            "type": rows["type"],
            "value": rows["value"],
            "time": moment_text(plan.dates[rows["day"]], rows["second"].to_numpy()),
        }
    )
