"""Reviews in English and Chinese whose words agree with their stars."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from config.demo_shop.catalogue import Catalogue
from config.demo_shop.people import People
from config.demo_shop.phrases import ASPECTS, BAD, CLOSINGS, GOOD, OPENINGS, PHRASES
from config.demo_shop.plan import Floats, Ints, Plan, moment_text
from config.demo_shop.words import SHELVES

PER_LINE = 0.024
WAIT_DAYS = (3, 21)
GOOD_SHARE = np.array([0.05, 0.20, 0.50, 0.85, 0.98])  # of the aspects named, by stars
MENTIONED = np.array([0.30, 0.18, 0.14, 0.14, 0.16, 0.08])  # how often each aspect is


@dataclass(frozen=True)
class Written:
    """``reviews`` in the canonical layout; ``aspects`` has review_id, aspect, polarity (1, -1)."""

    reviews: pd.DataFrame
    aspects: pd.DataFrame


def write_reviews(plan: Plan, catalogue: Catalogue, people: People, lines: pd.DataFrame) -> Written:
    """About one review per forty lines bought by known customers, days after the purchase.

    Reviews: review_id, sku, customer, rating (1–5), text, language (en, zh), date.
    """
    rng = plan.rng("reviews")
    rows = lines[(lines["person"] < people.known) & (rng.random(len(lines)) < PER_LINE)].copy()
    rows = rows.drop_duplicates(["person", "product"])
    rows["day"] += rng.integers(*WAIT_DAYS, len(rows))
    rows["second"] = rng.integers(8 * 3600, 23 * 3600, len(rows))
    rows = rows[rows["day"] < plan.days]
    rows = rows.sort_values(["day", "second", "person", "product"], ignore_index=True)
    person, product = rows["person"].to_numpy(), rows["product"].to_numpy()
    rating = _stars(rng, catalogue.quality[product])
    language = np.where(
        people.foreign.to_numpy()[person] ^ (rng.random(len(rows)) < 0.06), "en", "zh"
    )
    nouns = _nouns(catalogue)
    told = [
        _tell(rng, tongue, stars, nouns[tongue][at])
        for tongue, stars, at in zip(
            language.tolist(), rating.tolist(), product.tolist(), strict=True
        )
    ]
    ids = [f"R{number:05d}" for number in range(1, len(rows) + 1)]
    reviews = pd.DataFrame(
        {
            "review_id": ids,
            "sku": catalogue.frame["sku"].to_numpy()[product],
            "customer": people.frame["customer_id"].to_numpy()[person],
            "rating": rating,
            "text": [text for text, _ in told],
            "language": language,
            "date": moment_text(plan.dates[rows["day"]], rows["second"].to_numpy()),
        }
    )
    named = [
        (at, *aspect) for at, (_, told_of) in zip(ids, told, strict=True) for aspect in told_of
    ]
    return Written(reviews, pd.DataFrame(named, columns=["review_id", "aspect", "polarity"]))


def _stars(rng: np.random.Generator, quality: Floats) -> Ints:
    """Stars around the product's true quality; anger makes some ones."""
    noise = rng.normal(0, 0.85, len(quality))
    angry = rng.random(len(quality)) < 0.025
    stars = np.clip(np.round(quality + 0.15 + noise), 1, 5)
    return np.where(angry, 1, stars).astype(np.int64)


def _nouns(catalogue: Catalogue) -> dict[str, list[str]]:
    """What a reviewer calls each product."""
    english, chinese = [], []
    for title, shelf in zip(catalogue.frame["title"], catalogue.shelf, strict=True):
        name = title.rsplit(",", 1)[0]
        noun = max(
            (noun for noun in SHELVES[shelf].nouns if name.endswith(noun.en)),
            key=lambda noun: len(noun.en),
        )
        english.append(noun.en.lower())
        chinese.append(noun.zh)
    return {"en": english, "zh": chinese}


def _tell(
    rng: np.random.Generator, language: str, stars: int, noun: str
) -> tuple[str, list[tuple[str, int]]]:
    """The text of a review, and the aspects it names with their polarity."""
    count = int(rng.choice([0, 1, 2, 3], p=[0.08, 0.37, 0.38, 0.17]))
    chosen = rng.choice(len(ASPECTS), size=count, replace=False, p=MENTIONED / MENTIONED.sum())
    parts, named = [_one(rng, OPENINGS[language][stars - 1])], []
    for at in chosen:
        mood = GOOD if rng.random() < GOOD_SHARE[stars - 1] else BAD
        parts.append(_one(rng, PHRASES[language][ASPECTS[at]][mood]))
        named.append((ASPECTS[at], 1 if mood == GOOD else -1))
    parts.append(_one(rng, CLOSINGS[language][stars - 1]))
    gap = " " if language == "en" else ""
    return gap.join(part for part in parts if part).format(noun=noun), named


def _one(rng: np.random.Generator, options: tuple[str, ...]) -> str:
    return options[int(rng.integers(len(options)))]
