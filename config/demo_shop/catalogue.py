"""The products and their suppliers, with the hidden traits that drive demand."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from config.demo_shop.brands import BENEFITS, BRANDS, CLOSINGS, SUPPLIERS
from config.demo_shop.plan import Bools, Floats, Ints, Plan, as_days, day_text, pick
from config.demo_shop.words import SHELVES, Shelf, Term

STYLES = 5
ELASTICITY = {  # what a shopper compares before buying is more elastic than what he gives away
    "Tea": -1.5,
    "Teaware": -1.9,
    "Kitchen & Dining": -2.2,
    "Home Textiles": -2.3,
    "Lighting & Candles": -1.8,
    "Stationery": -2.0,
    "Gifts & Festivals": -1.3,
    "Bath & Care": -2.1,
    "Home Decor": -1.7,
    "Kids & Toys": -1.8,
    "Pantry": -1.6,
}


@dataclass(frozen=True)
class Catalogue:
    """Products as a frame, and one array entry per product for the simulation.

    ``frame`` has sku, title, title_zh, description, description_zh, category, category_zh, brand,
    gtin; prices are CNY, days are positions in the window (before it: negative).
    """

    frame: pd.DataFrame
    suppliers: pd.DataFrame
    shelf: Ints
    base_price: Floats
    cost: Floats
    launch_day: Ints
    end_day: Ints
    decline: Floats
    cycle_days: Floats
    share: Floats
    elasticity: Floats
    quality: Floats
    style: Floats

    @property
    def size(self) -> int:
        """How many products."""
        return len(self.shelf)

    def on_sale(self, days: int) -> Bools:
        """Products × days: launched and not yet discontinued."""
        day = np.arange(days)
        return (day >= self.launch_day[:, None]) & (day < self.end_day[:, None])


def charm(price: Floats) -> Floats:
    """The nearest price a Chinese shop would print: 28.9, 268, 1288."""
    small = np.maximum(np.round(price), 2) - 0.1
    large = np.round(price / 10) * 10 - 2
    printed: Floats = np.where(price < 120, small, large).astype(np.float64).round(2)
    return printed


def check_digit(body: str) -> str:
    """The thirteenth digit of an EAN-13 (GS1 General Specifications, 7.9)."""
    total = sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(body))
    return str(-total % 10)


def build_catalogue(plan: Plan) -> Catalogue:
    """Name, price and characterise ``plan.products`` products.

    Raises ValueError when more products are asked for than the vocabulary can name.
    """
    rng = plan.rng("catalogue")
    chosen = _choose_names(rng, plan.products)
    shelf = np.array([row[0] for row in chosen], dtype=np.int64)
    base_price = _prices(rng, chosen)
    cost = np.round(base_price * rng.uniform(0.35, 0.70, len(shelf)), 2)
    frame = pd.DataFrame([_describe(rng, *row) for row in chosen])
    frame.insert(0, "sku", [f"ZG-{number:04d}" for number in range(1, len(shelf) + 1)])
    frame["gtin"] = _gtins(rng, len(shelf))
    launch_day, end_day, decline = _lifetimes(rng, plan)
    means = np.array([ELASTICITY[SHELVES[index].top.en] for index in shelf])
    return Catalogue(
        frame=frame,
        suppliers=_suppliers(rng, frame["sku"], shelf, cost),
        shelf=shelf,
        base_price=base_price,
        cost=cost,
        launch_day=launch_day,
        end_day=end_day,
        decline=decline,
        cycle_days=np.array([SHELVES[index].cycle_days for index in shelf], dtype=np.float64),
        share=_zipf(rng, len(shelf)),
        elasticity=np.clip(means + rng.normal(0, 0.4, len(shelf)), -3.5, -0.6).round(3),
        quality=np.clip(rng.normal(4.25, 0.4, len(shelf)), 2.6, 4.9).round(3),
        style=rng.normal(0, 1, (len(shelf), STYLES)),
    )


def launched(plan: Plan, catalogue: Catalogue) -> list[str]:
    """The launch dates as ISO days."""
    return day_text(as_days(plan.start, catalogue.launch_day))


def _choose_names(rng: np.random.Generator, count: int) -> list[tuple[int, int, int, int]]:
    """Shelf, noun, make and size of each product, each combination once, shelves evenly used."""
    queues = []
    for index, shelf in enumerate(SHELVES):
        shape = (len(shelf.nouns), len(shelf.makes), len(shelf.sizes))
        order = rng.permutation(int(np.prod(shape)))
        queues.append([(index, *map(int, np.unravel_index(int(at), shape))) for at in order])
    rounds = [row for depth in range(max(map(len, queues))) for row in _layer(queues, depth)]
    if count > len(rounds):
        raise ValueError(f"the vocabulary names {len(rounds)} products, not {count}")
    return [(row[0], row[1], row[2], row[3]) for row in rounds[:count]]


def _layer(queues: list[list[tuple[int, ...]]], depth: int) -> list[tuple[int, ...]]:
    return [queue[depth] for queue in queues if depth < len(queue)]


def _prices(rng: np.random.Generator, chosen: list[tuple[int, int, int, int]]) -> Floats:
    """Bigger sizes cost more; the rest of the shelf's range is up to make and chance."""
    low = np.array([SHELVES[row[0]].low for row in chosen])
    high = np.array([SHELVES[row[0]].high for row in chosen])
    size = np.array([row[3] for row in chosen]) / 2
    place = 0.55 * size + 0.45 * rng.beta(1.6, 2.2, len(chosen))
    return charm(low * (high / low) ** place)


def _describe(rng: np.random.Generator, *row: int) -> dict[str, str]:
    shelf = SHELVES[row[0]]
    noun, make, size = shelf.nouns[row[1]], shelf.makes[row[2]], shelf.sizes[row[3]]
    brand = _one(rng, BRANDS[shelf.top.en])
    benefit, closing = _one(rng, BENEFITS[shelf.top.en]), _one(rng, CLOSINGS)
    return {
        "title": f"{brand.en} {make.en} {noun.en}, {size.en}",
        "title_zh": f"{brand.zh}{make.zh}{noun.zh} {size.zh}",
        "description": _sentences(shelf, f"{make.en} {noun.en} by {brand.en}", benefit, closing),
        "description_zh": f"{brand.zh}{make.zh}{noun.zh}，{size.zh}。{benefit.zh}。{closing.zh}。",
        "category": shelf.path,
        "category_zh": shelf.path_zh,
        "brand": brand.en,
    }


def _sentences(shelf: Shelf, name: str, benefit: Term, closing: Term) -> str:
    return f"{name}, from our {shelf.sub.en.lower()} shelf. {benefit.en}. {closing.en}."


def _one(rng: np.random.Generator, options: tuple[Term, ...]) -> Term:
    return options[int(rng.integers(len(options)))]


def _gtins(rng: np.random.Generator, count: int) -> list[str]:
    """EAN-13 numbers of the prefixes 20–29, which GS1 leaves to a shop's internal use."""
    serials = rng.permutation(10**6)[:count]
    prefixes = rng.integers(20, 30, count)
    bodies = [f"{a}7316{b:06d}" for a, b in zip(prefixes.tolist(), serials.tolist(), strict=True)]
    return [body + check_digit(body) for body in bodies]


def _zipf(rng: np.random.Generator, count: int) -> Floats:
    """Share of demand per product: a Zipf–Mandelbrot law in random order."""
    weights = 1 / (np.arange(count) + 4.0) ** 0.85
    return rng.permutation(weights / weights.sum())


def _lifetimes(rng: np.random.Generator, plan: Plan) -> tuple[Ints, Ints, Floats]:
    """Launch day, day of discontinuation and yearly decline of each product."""
    count = plan.products
    old = -rng.integers(1, 900, count)
    new = rng.integers(0, max(1, plan.days - 20), count)
    launch = np.where(rng.random(count) < 0.72, old, new).astype(np.int64)
    end = np.full(count, plan.days + 10_000, dtype=np.int64)
    retired = (rng.random(count) < 0.06) & (launch < 0)
    end[retired] = rng.integers(plan.days // 2, plan.days - 10, int(retired.sum()))
    declining = retired | (rng.random(count) < 0.10)
    return launch, end, np.where(declining, rng.uniform(0.3, 0.9, count), 0.0)


def _suppliers(
    rng: np.random.Generator, sku: "pd.Series[str]", shelf: Ints, cost: Floats
) -> pd.DataFrame:
    """One supplier per product: two for each shelf, with lead times and packs of their own."""
    lead = rng.integers(7, 46, len(SUPPLIERS))
    home = rng.integers(0, len(SUPPLIERS), (len(SHELVES), 2))
    supplier = home[shelf, rng.integers(0, 2, len(shelf))]
    pack = np.array([1, 6, 10, 12, 24])[pick(rng, np.array([2.0, 3, 3, 3, 1]), len(shelf))]
    return pd.DataFrame(
        {
            "sku": sku,
            "supplier": [SUPPLIERS[index] for index in supplier],
            "lead_time_days": lead[supplier],
            "moq": pack * rng.integers(1, 5, len(shelf)),
            "pack": pack,
            "cost": cost,
        }
    )
