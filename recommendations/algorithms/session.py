"""Session item-kNN: what follows from the last few products of a visit, scored at request time.

Ludewig & Jannach (2018) for the decay by position; needs neighbour lists only, no customer.
"""

import numpy as np
from numpy.typing import NDArray

from recommendations.algorithms.neighbours import Ids, Similarities
from recommendations.algorithms.recommender import Codes, Scores

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
