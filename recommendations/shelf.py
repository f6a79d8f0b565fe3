"""What a web process keeps at hand: live versions, their arrays, rules, what is out of stock.

Arrays are kept by their checksum: placements whose models share them share the memory, and a night
that changed nothing reads no arrays. Which version is live, and what is out of stock, is asked
again after a few seconds (``memory``); all processes therefore follow a swap within them.
"""

import hashlib
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property, lru_cache
from typing import Any

import numpy as np
import pandas as pd
from django.utils import timezone
from numpy.typing import NDArray
from scipy import sparse

from catalog.models import Product
from catalog.selectors import stock_counts
from recommendations import memory
from recommendations.algorithms.artefact import Artefact
from recommendations.algorithms.content import ContentBased
from recommendations.memory import remembered
from recommendations.models import RecommenderVersion
from recommendations.rules import NO_RULES, HouseRules, by_placement, rows_in_force

A_MINUTE = 12  # times what is remembered otherwise: stock is added up from its ledger
ARRAYS_AT_HAND = 12
UNKNOWN = ("", "", "", "", None, None, None)


@dataclass(frozen=True)
class Live:
    """A version that is served."""

    pk: int
    placement: str
    model: str
    recipe: dict[str, Any]
    sha256: str

    @property
    def name(self) -> str:
        """What replies and logs call the version."""
        return f"{self.placement}-{self.pk}"


@dataclass(frozen=True)
class Shelf:
    """Arrays of a version, and by code what does not change from one request to the next.

    ``titles``: English and Chinese. ``paths``: category path, "" for none. ``prices``: NaN where
    unknown. ``margins``: the share of the price that is left to the shop, 0 where unknown.
    ``brands``: -1 for none.
    """

    arrays: Artefact
    code_of_sku: dict[str, int]
    skus: list[str]
    titles: list[tuple[str, str]]
    paths: NDArray[np.str_]
    prices: NDArray[np.float64]
    margins: NDArray[np.float64]
    brands: NDArray[np.int64]

    @cached_property
    def vectors(self) -> sparse.csr_array:
        """Products by category, with the categories above it, and brand: how alike are two?"""
        table = pd.DataFrame(
            {
                "category": [levels(path) for path in self.paths.tolist()],
                "brand": pd.Series(self.brands).where(self.brands >= 0),
            }
        )
        return ContentBased(table).vectors(table)

    def in_band(self, least: float | None, most: float | None) -> NDArray[np.bool_]:
        """Which products cost from ``least`` to ``most``; an unknown price is in no band."""
        low, high = -np.inf if least is None else least, np.inf if most is None else most
        return np.asarray((self.prices >= low) & (self.prices <= high))

    def codes(self, product_ids: "NDArray[np.int64]") -> NDArray[np.int64]:
        """The code of each product, -1 for one the version does not know."""
        known = self.arrays.product_ids
        places = np.searchsorted(known, product_ids)
        inside = np.minimum(places, max(len(known) - 1, 0))
        found = known[inside] == product_ids if len(known) else np.zeros(len(product_ids), bool)
        return np.where(found, inside, -1)

    def those_of(self, product_ids: frozenset[int]) -> NDArray[np.bool_]:
        """Which of the version's products are among them, as a new mask."""
        found = np.zeros(len(self.skus), np.bool_)
        codes = self.codes(np.fromiter(product_ids, np.int64, len(product_ids)))
        found[codes[codes >= 0]] = True
        return found

    def in_category(self, path: str) -> NDArray[np.bool_]:
        """Which products lie in the category or below it."""
        below = np.char.startswith(self.paths, f"{path} > ")
        return np.asarray((self.paths == path) | below)


def fingerprint(blob: bytes) -> str:
    """The name under which arrays are kept."""
    return hashlib.sha256(blob).hexdigest()


def live(placement: str) -> Live | None:
    """The version served at a placement; None before the first training."""
    return _live().get(placement)


def live_everywhere() -> list[Live]:
    """The versions served at all placements."""
    return list(_live().values())


@remembered()
def _live() -> dict[str, Live]:
    rows = RecommenderVersion.objects.filter(is_live=True).order_by()
    found = [Live(*row) for row in rows.values_list("pk", "placement", "model", "recipe", "sha256")]
    return {version.placement: version for version in found}


def shelf(version: Live) -> Shelf:
    """The arrays of a version and its products; read from the database once per process."""
    return _shelf(version.pk, version.sha256)


@lru_cache(maxsize=ARRAYS_AT_HAND)
def _arrays(sha256: str) -> Artefact:
    blobs = RecommenderVersion.objects.filter(sha256=sha256).order_by("pk")
    return Artefact.load(bytes(blobs.values_list("blob", flat=True)[0]))


@lru_cache(maxsize=ARRAYS_AT_HAND)
def _shelf(_version: int, sha256: str) -> Shelf:
    arrays = _arrays(sha256)
    columns = ["sku", "title", "title_zh", "category__path", "price", "cost", "brand_id"]
    rows = {row[0]: row[1:] for row in Product.objects.order_by().values_list("pk", *columns)}
    facts = [rows.get(pk, UNKNOWN) for pk in arrays.product_ids.tolist()]
    count = len(facts)
    prices = np.array([np.nan if row[4] is None else row[4] for row in facts], np.float64)
    costs = np.array([np.nan if row[5] is None else row[5] for row in facts], np.float64)
    left = np.where(prices > 0, (prices - costs) / np.where(prices > 0, prices, 1), 0.0)
    return Shelf(
        arrays=arrays,
        code_of_sku={row[0]: code for code, row in enumerate(facts)},
        skus=[row[0] for row in facts],
        titles=[(row[1], row[2]) for row in facts],
        paths=np.array([row[3] or "" for row in facts] or [""], dtype=np.str_)[:count],
        prices=prices,
        margins=np.clip(np.nan_to_num(left), 0, 1),
        brands=np.array([-1 if row[6] is None else row[6] for row in facts], np.int64),
    )


def levels(path: str) -> list[str]:
    """``Home > Tea`` is in ``Home`` and in ``Home > Tea``."""
    names = path.split(" > ") if path else []
    return [" > ".join(names[: depth + 1]) for depth in range(len(names))]


@remembered(times=A_MINUTE)
def out_of_stock() -> frozenset[int]:
    """Products whose newest counts add up to nothing; one never counted is not among them."""
    counts = stock_counts(as_of=timezone.localdate() + timedelta(days=1))
    return frozenset(counts.loc[counts["on_hand"] <= 0, "product_id"].tolist())


def where_sold_out(version: Live) -> NDArray[np.bool_]:
    """Which products of a version are out of stock, as a mask of one's own."""
    return _where_sold_out(version.pk, version.sha256, out_of_stock()).copy()


@lru_cache(maxsize=ARRAYS_AT_HAND)
def _where_sold_out(pk: int, sha256: str, gone: frozenset[int]) -> NDArray[np.bool_]:
    return _shelf(pk, sha256).those_of(gone)


def rules_at(placement: str) -> HouseRules:
    """The merchant's rules in force today for a list."""
    return _rules().get(placement, NO_RULES)


@remembered()
def _rules() -> dict[str, HouseRules]:
    return by_placement(rows_in_force(timezone.localdate()))


def forget_versions() -> None:
    """Ask anew which versions are live, which rules hold, and what is out of stock."""
    memory.forget()


def forget_everything() -> None:
    """As after a start of the process."""
    forget_versions()
    _where_sold_out.cache_clear()
    _shelf.cache_clear()
    _arrays.cache_clear()
