"""What fake profiles and floods of events can do to the lists of honest customers."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from benchmarks.figures import Figure
from benchmarks.recommendations_shops import Shop
from recommendations.algorithms.blend import WeightedBlend
from recommendations.algorithms.guards import guard
from recommendations.algorithms.interactions import Interactions
from recommendations.algorithms.item_knn import ItemKNN
from recommendations.algorithms.personal import PersonalFrequency
from recommendations.algorithms.popularity import Popularity
from recommendations.algorithms.recommender import Codes, Recommender

PUSHED = 3
SHARE = 0.03
SAMPLE = 1000
FLOOD = 10_000
Profiles = Callable[["Attack"], Iterator[int]]


@dataclass(frozen=True)
class Attack:
    """The shop before the attack, the product it pushes, and the attacker's chance."""

    events: Interactions
    cut: float
    pushed: int
    rng: np.random.Generator

    @property
    def recent(self) -> Interactions:
        return self.events.between(self.cut - 365, self.cut)


def models() -> dict[str, Recommender]:
    """What lists are made of: similarity alone, and a blend of fixed weights."""
    parts = {
        "popularity": Popularity(7),
        "personal": PersonalFrequency(180),
        "item_cosine": ItemKNN("cosine", window_days=60, half_life_days=60, history_cap=100),
    }
    weights = {"popularity": 0.6, "personal": 0.3, "item_cosine": 1.0}
    return {"item_cosine": parts["item_cosine"], "blend": WeightedBlend(parts, weights=weights)}


def random_filler(attack: Attack) -> Iterator[int]:
    """Any products: the random attack (Lam & Riedl 2004)."""
    yield from attack.rng.choice(attack.events.shape[1], 20, replace=False)


def popular_filler(attack: Attack) -> Iterator[int]:
    """The products bought most: the bandwagon attack (Burke et al. 2005)."""
    best = np.argsort(-np.bincount(attack.recent.products, minlength=attack.events.shape[1]))[:200]
    yield from attack.rng.choice(best, 20, replace=False)


def copied_filler(attack: Attack) -> Iterator[int]:
    """Twenty products of one honest customer: profiles that look real."""
    recent = attack.recent
    customer = attack.rng.choice(recent.customers)
    own = np.unique(recent.products[recent.customers == customer])
    yield from attack.rng.choice(own, min(20, len(own)), replace=False)


ATTACKS: dict[str, Profiles] = {
    "random": random_filler,
    "bandwagon": popular_filler,
    "copied": copied_filler,
}


def with_events(events: Interactions, rows: list[tuple[str, int, float]]) -> Interactions:
    """The events and rows of (customer, product code, day): the customers keep their codes."""
    names, products, days = zip(*rows, strict=True)
    codes, new = pd.factorize(np.array(names, object))
    order = np.argsort(np.concatenate([events.days, days]), kind="stable")
    ones = np.ones(len(rows), np.float32)
    known = {str(name): code for code, name in enumerate(events.customer_ids)}
    fresh = [name for name in new if name not in known]
    place = known | {name: len(known) + at for at, name in enumerate(fresh)}
    own = np.array([place[name] for name in new], np.int32)[codes]
    ids = np.concatenate([np.asarray(events.customer_ids, object), np.array(fresh, object)])
    columns = {
        "customers": (events.customers, own),
        "products": (events.products, np.array(products, np.int32)),
        "days": (events.days, np.array(days)),
        "weights": (events.weights, ones),
        "quantities": (events.quantities, ones),
        "amounts": (events.amounts, ones.astype(np.float64)),
    }
    joined = {name: np.concatenate(both)[order] for name, both in columns.items()}
    return replace(events, customer_ids=ids, **joined)


def lists(events: Interactions, cut: float, asked: Codes) -> dict[str, Codes]:
    """Each model's ten for the customers asked, trained on what the guards let through."""
    kept = guard(events, cut).events
    fitted = {name: model.fit(kept, cut) for name, model in models().items()}
    return {name: model.recommend(asked, 10)[0] for name, model in fitted.items()}


def push(shop: Shop, events: Interactions, cut: float, asked: Codes) -> Iterator[Figure]:
    """Points of hit@10 that 3 % fake profiles gain, worst over pushed products, per attack."""
    active = len(np.unique(events.between(cut - 365, cut).customers))
    clean = lists(events, cut, asked)
    buyers = np.bincount(
        np.unique(events.customers * events.shape[1] + events.products) % events.shape[1],
        minlength=events.shape[1],
    )
    for name, filler in ATTACKS.items():
        rng = np.random.default_rng(7)
        gains: dict[str, list[float]] = {}
        for pushed in rng.choice(np.flatnonzero((buyers >= 20) & (buyers <= 60)), PUSHED):
            attack = Attack(events, cut, int(pushed), rng)
            rows = list(profiles(attack, filler, int(np.ceil(SHARE * active))))
            for model, items in lists(with_events(events, rows), cut, asked).items():
                before, after = (clean[model] == pushed), (items == pushed)
                gain = after.any(axis=1).mean() - before.any(axis=1).mean()
                gains.setdefault(model, []).append(100 * float(gain))
        for model, values in gains.items():
            label = f"recommendations.{shop.name}.push_{name}.{model}.hit@10"
            yield Figure(
                label,
                round(max(values), 3),
                "points",
                "lower",
                2.0,
                {"mean of pushed products": round(float(np.mean(values)), 3)},
            )


def profiles(attack: Attack, filler: Profiles, count: int) -> Iterator[tuple[str, int, float]]:
    """Rows of fake customers of the last week."""
    for number in range(count):
        day = attack.cut - attack.rng.uniform(0.1, 7)
        for product in {attack.pushed, *(int(item) for item in filler(attack))}:
            yield f"fake {number}", product, day


def flood(shop: Shop, events: Interactions, cut: float, asked: Codes) -> Iterator[Figure]:
    """How many honest top-10 differ after 10,000 events from one customer."""
    clean = lists(events, cut, asked)
    rng = np.random.default_rng(3)
    one = int(rng.integers(events.shape[1]))
    spread = rng.integers(events.shape[1], size=FLOOD)
    floods = {
        "one_product": [("flood", one, cut - 0.5)] * FLOOD,
        "many_products": [("flood", int(item), cut - 0.5) for item in spread],
        "a_month": [
            ("flood", int(i), cut - d)
            for i, d in zip(spread, rng.uniform(0.1, 30, FLOOD), strict=True)
        ],
    }
    for name, rows in floods.items():
        moved = {
            model: int((np.sort(items) != np.sort(clean[model])).any(axis=1).sum())
            for model, items in lists(with_events(events, rows), cut, asked).items()
        }
        label = f"recommendations.{shop.name}.flood_{name}.moved_lists"
        yield Figure(label, max(moved.values()), f"of {len(asked)}", "lower", 0.0)


def run(shop: Shop) -> Iterator[Figure]:
    """Both attacks on the shop as it stood at its last cut, lists of customers of that year."""
    cut = shop.folds[-1].cut
    events = shop.events.before(cut)
    known = np.unique(events.between(cut - 365, cut).customers)
    rng = np.random.default_rng(0)
    asked = np.sort(rng.choice(known, min(SAMPLE, len(known)), replace=False))
    yield from push(shop, events, cut, asked)
    yield from flood(shop, events, cut, asked)
