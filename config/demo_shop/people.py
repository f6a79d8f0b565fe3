"""The customers: who they are, what they like and how they buy."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from config.demo_shop.catalogue import STYLES
from config.demo_shop.names import FAMILY, GIVEN_F, GIVEN_M, PLACES, SURNAMES, WESTERN_F, WESTERN_M
from config.demo_shop.plan import Floats, Ints, Plan, Texts, as_days, day_text, pick
from config.demo_shop.words import SHELVES, Term


@dataclass(frozen=True)
class Segment:
    """A way of buying: its share of the customers, orders per year, and care for bargains."""

    name: str
    share: float
    orders_per_year: float
    basket: float
    bargain: float


SEGMENTS = (
    Segment("champions", 0.06, 34.0, 1.5, 0.3),
    Segment("loyal", 0.17, 15.0, 1.1, 0.5),
    Segment("occasional", 0.27, 4.0, 0.9, 0.8),
    Segment("bargain_hunters", 0.15, 8.0, 1.1, 7.0),
    Segment("one_time", 0.22, 0.0, 0.8, 1.0),
    Segment("lapsed", 0.13, 11.0, 1.0, 0.6),
)
ONE_TIME, LAPSED, BARGAIN = 4, 5, 3
# Shelves a taste cluster loves (weight 1) beside the rest of the shop.
CLUSTERS: dict[str, tuple[str, ...]] = {
    "tea_drinker": ("Tea", "Teaware"),
    "home_maker": ("Home Textiles", "Home Decor", "Kitchen & Dining"),
    "writer": ("Stationery", "Lighting & Candles"),
    "gift_giver": ("Gifts & Festivals", "Kids & Toys"),
    "self_care": ("Bath & Care", "Lighting & Candles"),
    "gourmet": ("Pantry", "Kitchen & Dining", "Tea"),
}
CLUSTER_SHARES = np.array([0.24, 0.20, 0.14, 0.17, 0.13, 0.12])
ELSEWHERE = 0.10


@dataclass(frozen=True)
class People:
    """Customers first, then shadow profiles for guests, one array entry each.

    ``frame`` holds the known customers only.  Days are positions in the window; ``rate`` is
    orders per year relative to others; ``lapse_day`` the first day a customer no longer comes.
    """

    frame: pd.DataFrame
    known: int
    segment: Ints
    cluster: Ints
    style: Floats
    shelf_taste: Floats
    rate: Floats
    created_day: Ints
    lapse_day: Ints
    basket: Floats
    bargain: Floats

    @property
    def foreign(self) -> "pd.Series[bool]":
        """Whether the customer lives outside China."""
        return self.frame["country"] != "CN"


def build_people(plan: Plan) -> People:
    """``plan.customers`` customers and a twentieth as many guests' profiles."""
    rng = plan.rng("people")
    known, total = plan.customers, plan.customers + max(20, plan.customers // 20)
    segment = pick(rng, np.array([kind.share for kind in SEGMENTS]), total)
    created, lapse = _lifetimes(rng, plan, segment)
    cluster = pick(rng, CLUSTER_SHARES, total)
    rates = np.array([kind.orders_per_year for kind in SEGMENTS])[segment]
    return People(
        frame=_identities(rng, plan, created[:known]),
        known=known,
        segment=segment,
        cluster=cluster,
        style=rng.normal(0, 1, (total, STYLES)),
        shelf_taste=_shelf_taste(rng, cluster),
        rate=rates * rng.gamma(4.0, 0.25, total),
        created_day=created,
        lapse_day=lapse,
        basket=np.array([kind.basket for kind in SEGMENTS])[segment],
        bargain=np.array([kind.bargain for kind in SEGMENTS])[segment],
    )


def _lifetimes(rng: np.random.Generator, plan: Plan, segment: Ints) -> tuple[Ints, Ints]:
    """Sign-up day and, for the lapsed, the day they are gone (a fifth to four fifths in)."""
    count, days = len(segment), plan.days
    before = -rng.integers(1, 400, count)
    during = (days * rng.random(count) ** 0.9).astype(np.int64)
    created = np.where(rng.random(count) < 0.45, before, during)
    gone = rng.integers(days // 4, max(days // 4 + 1, days * 4 // 5), count)
    lapsed = segment == LAPSED
    created = np.where(lapsed, np.minimum(created, gone - days // 5), created)
    created = np.where(segment == ONE_TIME, rng.integers(0, days, count), created)
    lapse = np.where(lapsed, gone, days + 10_000)
    return created.astype(np.int64), lapse.astype(np.int64)


def _shelf_taste(rng: np.random.Generator, cluster: Ints) -> Floats:
    """Profiles × shelves: the cluster's shelves near 1, a few private likings, the rest faint."""
    loved = np.array(
        [
            [1.0 if shelf.top.en in tops else ELSEWHERE for shelf in SHELVES]
            for tops in CLUSTERS.values()
        ]
    )
    private = rng.lognormal(0, 0.8, (len(cluster), len(SHELVES)))
    taste: Floats = loved[cluster] * private
    return taste


def _identities(rng: np.random.Generator, plan: Plan, created: Ints) -> pd.DataFrame:
    count = len(created)
    place = pick(rng, np.array([row[3] for row in PLACES]), count)
    gender = np.array(["female", "male", ""], dtype=object)[
        pick(rng, np.array([0.62, 0.34, 0.04]), count)
    ]
    origin = np.where(rng.random(count) < 0.95, place, rng.permutation(place)).tolist()
    names = [_name(rng, sex, PLACES[at][0]) for sex, at in zip(gender, origin, strict=True)]
    born = np.clip(rng.normal(1989, 10, count), 1948, 2006).astype(int)
    years: Texts = np.where(rng.random(count) < 0.88, born.astype(str), "").astype(object)
    return pd.DataFrame(
        {
            "customer_id": [f"C{number:05d}" for number in range(1, count + 1)],
            "email": [_email(name.en, at) for at, name in enumerate(names, 1)],
            "name": [name.zh for name in names],
            "birth_year": years,
            "gender": gender,
            "country": [PLACES[at][0] for at in place],
            "region": [PLACES[at][1] for at in place],
            "city": [PLACES[at][2] for at in place],
            "created": day_text(as_days(plan.start, created)),
            "consent_email": np.where(rng.random(count) < 0.68, "true", "false"),
        }
    )


def _email(name: str, number: int) -> str:
    ascii_name = name.lower().replace("ü", "ue").replace(" ", ".")
    return f"{ascii_name}.{number}@example.com"


def _name(rng: np.random.Generator, gender: str, place: str) -> Term:
    """Latin letters for the address, and the name as its owner writes it."""
    female = gender == "female" or (gender == "" and rng.random() < 0.5)
    if place == "CN":
        surname, given = _of(rng, SURNAMES), _of(rng, GIVEN_F if female else GIVEN_M)
        return Term(f"{given.en} {surname.en}", surname.zh + given.zh)
    first = (WESTERN_F if female else WESTERN_M)[int(rng.integers(len(WESTERN_F)))]
    full = f"{first} {FAMILY[int(rng.integers(len(FAMILY)))]}"
    return Term(full, full)


def _of(rng: np.random.Generator, options: tuple[Term, ...]) -> Term:
    return options[int(rng.integers(len(options)))]
