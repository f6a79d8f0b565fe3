"""Session item-kNN: what follows from the last few products of a visit, scored at request time.

Ludewig & Jannach (2018) for the decay by position; needs neighbour lists only, no customer.
"""

from dataclasses import dataclass, field
from typing import Self

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from recommendations.algorithms.interactions import Interactions, Moment
from recommendations.algorithms.item_knn import neighbour_matrix
from recommendations.algorithms.neighbours import Ids, Similarities, count_neighbours
from recommendations.algorithms.recommender import Codes, ItemToItem, Scores

POSITION_DECAY = 0.8
LONGEST = 20


def session_scores(
    visit: NDArray[np.integer],
    neighbours: tuple[Ids, Similarities],
    decay: float = POSITION_DECAY,
) -> tuple[Codes, Scores, Codes]:
    """Products, scores and reason products for one visit (product codes, oldest first).

    An event p places before the last weighs decay ** p; only the last 20 count. The reason of a
    product is the visited one that adds most to it. Best first; products of the visit included.
    """
    ids, similarities = neighbours
    recent = np.asarray(visit)[::-1][:LONGEST]
    recent = recent[(recent >= 0) & (recent < len(ids))]
    gains = similarities[recent] * (decay ** np.arange(len(recent), dtype=np.float32))[:, None]
    reached = ids[recent]
    kept = reached >= 0
    sources = np.broadcast_to(recent[:, None], reached.shape)[kept].astype(np.int32)
    products, places = np.unique(reached[kept], return_inverse=True)
    scores = np.bincount(places, weights=gains[kept], minlength=len(products))
    order = np.argsort(-gains[kept], kind="stable")
    reasons = np.empty(len(products), np.int32)
    reasons[places[order[::-1]]] = sources[order[::-1]]
    ranking = np.lexsort((products, -scores))
    return products[ranking], scores[ranking].astype(np.float32), reasons[ranking]


@dataclass(eq=False)
class LastVisits(ItemToItem):
    """Item-kNN of the last products alone: an event p visits before the last weighs decay ** p.

    A visit is a moment: what was taken together stands at the same place.
    """

    k: int = 100
    decay: float = POSITION_DECAY
    window_days: float | None = None
    history_cap: int | None = None
    lists_: tuple[Ids, Similarities] = field(init=False, repr=False)

    def fit(self, interactions: Interactions, as_of: Moment | float) -> Self:
        """Cosine neighbours, and the customers' histories by place from the end."""
        learned = interactions.matrix(self.window_days, as_of=as_of, history_cap=self.history_cap)
        self.lists_ = count_neighbours(learned, self.k)
        self.weights_ = neighbour_matrix(*self.lists_)
        past = interactions.before(as_of)
        weights = self.decay ** places_from_end(past.customers, past.days)
        cells = (weights.astype(np.float32), (past.customers, past.products))
        self.history_ = sparse.csr_array(sparse.coo_array(cells, shape=past.shape))
        self.seen_ = interactions.matrix(as_of=as_of)
        return self


def places_from_end(
    customers: NDArray[np.integer], days: NDArray[np.float64]
) -> NDArray[np.float64]:
    """How many different later moments the event's customer has (events in time order)."""
    order = np.lexsort((-days, customers))
    who, when = customers[order], days[order]
    is_new = np.ones(len(order), bool)
    is_new[1:] = who[1:] != who[:-1]
    is_later = np.zeros(len(order), np.int64)
    is_later[1:] = (when[1:] != when[:-1]) & ~is_new[1:]
    steps = np.cumsum(is_later)
    first = np.maximum.accumulate(np.where(is_new, np.arange(len(order)), 0))
    places = np.empty(len(order))
    places[order] = steps - steps[first] if len(order) else steps
    return places
