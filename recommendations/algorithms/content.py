"""Content-based recommenders: products like those the customer took, by what they are.

Pazzani & Billsus (2007). New products are scored like old ones: nobody need have taken them.
"""

from dataclasses import dataclass, field
from typing import Any, Self

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import sparse

from recommendations.algorithms import text
from recommendations.algorithms.interactions import Interactions, Moment
from recommendations.algorithms.recommender import Codes, Recommender, Scores, best


@dataclass(eq=False)
class VectorProfile(Recommender):
    """Score = cosine-like product of each product's vector with the customer's decayed profile.

    `products` has one row per product, found by column product_id; products that are missing
    there score 0. Subclasses say how the rows become vectors.
    """

    products: pd.DataFrame
    half_life_days: float | None = 60.0
    window_days: float | None = None
    vectors_: sparse.csr_array = field(init=False, repr=False)
    history_: sparse.csr_array = field(init=False, repr=False)

    def vectors(self, products: pd.DataFrame) -> sparse.csr_array:
        """One row of length 1 (or 0) per row of `products`."""
        raise NotImplementedError

    def fit(self, interactions: Interactions, as_of: Moment | float) -> Self:
        """Vectors of the products, decayed history of the customers."""
        table = self.products.drop_duplicates("product_id").set_index("product_id")
        table = table.reindex(pd.Index(interactions.product_ids, name="product_id"))
        self.vectors_ = self.vectors(table)
        self.history_ = interactions.matrix(self.window_days, self.half_life_days, as_of=as_of)
        self.seen_ = interactions.matrix(as_of=as_of)
        return self

    def scores(self, customers: NDArray[Any]) -> Scores:
        """Profile = sum of the decayed vectors taken; score = profile times vector."""
        profile = self.history_[customers] @ self.vectors_
        return np.asarray((profile @ self.vectors_.T).toarray(), np.float32)

    def similar_items(self, items: NDArray[Any], n: int = 10) -> tuple[Codes, Scores]:
        """The n products whose vectors have the highest cosine with each of `items`."""
        found = np.asarray((self.vectors_[items] @ self.vectors_.T).toarray(), np.float32)
        found[np.arange(len(items)), items] = -np.inf
        return best(found, n)


@dataclass(eq=False)
class DescriptionBased(VectorProfile):
    """Vectors from the columns title and, where given, description."""

    analyzer: str = "words"

    def vectors(self, products: pd.DataFrame) -> sparse.csr_array:
        """TF-IDF of words, of characters, or of both side by side."""
        columns = [name for name in ("title", "description") if name in products]
        joined = products[columns].fillna("").astype(str).agg(" ".join, axis=1)
        texts = joined.tolist() if len(products) else []
        if self.analyzer == "words":
            return text.word_vectors(texts)
        if self.analyzer == "characters":
            return text.character_vectors(texts)
        if self.analyzer == "both":
            return unit_rows(
                sparse.hstack([text.word_vectors(texts), text.character_vectors(texts)])
            )
        raise ValueError(f"unknown analyzer {self.analyzer!r}: words, characters or both")


@dataclass(eq=False)
class ContentBased(VectorProfile):
    """Vectors from the columns category, brand and price (in bands), each with its weight."""

    category_weight: float = 1.0
    brand_weight: float = 0.7
    price_weight: float = 0.5
    price_bands: int = 8

    def vectors(self, products: pd.DataFrame) -> sparse.csr_array:
        """One-hot category and brand by rarity, price spread over neighbouring bands."""
        parts: list[Any] = [sparse.csr_array((len(products), 0), dtype=np.float32)]
        if "category" in products:
            parts.append(one_hot(products["category"]) * self.category_weight)
        if "brand" in products:
            parts.append(one_hot(products["brand"]) * self.brand_weight)
        if "price" in products:
            parts.append(price_bands(products["price"], self.price_bands) * self.price_weight)
        return unit_rows(sparse.hstack(parts))


def one_hot(column: "pd.Series[Any]") -> sparse.csr_array:
    """Products x values; a value weighs its inverse frequency log(1 + n / count); gaps are 0.

    A cell may hold several values as a list.
    """
    exploded = column.reset_index(drop=True).explode().dropna()
    codes, values = pd.factorize(exploded)
    counts = np.bincount(codes, minlength=len(values))
    weights = np.log1p(len(column) / np.maximum(counts, 1))[codes].astype(np.float32)
    rows = exploded.index.to_numpy(np.int64)
    order = np.argsort(rows, kind="stable")
    starts = np.concatenate([[0], np.cumsum(np.bincount(rows, minlength=len(column)))])
    return sparse.csr_array(
        (weights[order], codes[order], starts), shape=(len(column), len(values))
    )


def price_bands(prices: "pd.Series[Any]", bands: int) -> sparse.csr_array:
    """Products x bands: each log price is shared between the two nearest quantile centres."""
    values = pd.to_numeric(prices, errors="coerce").to_numpy(np.float64)
    known = np.flatnonzero(np.isfinite(values) & (values > 0))
    if not len(known):
        return sparse.csr_array(np.zeros((len(values), bands), np.float32))
    logs = np.log(values[known])
    centres = np.unique(np.quantile(logs, (np.arange(bands) + 0.5) / bands))
    place = np.clip(np.interp(logs, centres, np.arange(len(centres))), 0, len(centres) - 1)
    low = np.floor(place).astype(np.int64)
    high = np.minimum(low + 1, len(centres) - 1)
    share = place - low
    cells = (np.concatenate([1 - share, share]), (np.tile(known, 2), np.concatenate([low, high])))
    return sparse.csr_array(sparse.coo_array(cells, shape=(len(values), bands)))


def unit_rows(matrix: Any) -> sparse.csr_array:
    """Rows scaled to length 1; zero rows stay zero."""
    rows = sparse.csr_array(matrix)
    lengths = np.sqrt(np.asarray(rows.multiply(rows).sum(axis=1)).ravel())
    scaled = sparse.diags_array(1 / np.maximum(lengths, 1e-12)) @ rows
    return sparse.csr_array(scaled.astype(np.float32))
