"""Sequential rules: what is taken soon after what, by the same customer.

Ludewig & Jannach (2018), "Evaluation of session-based recommendation algorithms"; here a product
that came before counts too, only less.
"""

from dataclasses import dataclass
from typing import Self

import numpy as np
from scipy import sparse

from recommendations.algorithms.interactions import Interactions, Moment, as_days
from recommendations.algorithms.recommender import ItemToItem


@dataclass(eq=False)
class SequentialRules(ItemToItem):
    """Score = the customer's decayed history times the rules from each product to others.

    A product taken s events after another, s <= `steps`, adds 1 / s to the rule, and `backward`
    of that to the reverse rule; what is taken at one moment adds 1 / s to both. A rule is divided
    by (events of the one * events of the other) ** `damping`.
    """

    steps: int = 10
    backward: float = 0.5
    damping: float = 0.25
    window_days: float | None = None
    half_life_days: float | None = None

    def fit(self, interactions: Interactions, as_of: Moment | float) -> Self:
        """Count followers step by step on the events of each customer in time order."""
        cut = as_days(as_of)
        past = interactions.between(cut - (self.window_days or np.inf), cut)
        events = np.bincount(past.products, minlength=past.shape[1])
        damped = sparse.diags_array(np.maximum(events, 1.0) ** -self.damping)
        self.weights_ = sparse.csr_array(damped @ self._followers(past) @ damped).astype(np.float32)
        self.history_ = interactions.matrix(None, self.half_life_days, as_of=as_of)
        self.seen_ = self.history_
        return self

    def _followers(self, past: Interactions) -> sparse.csr_array:
        order = np.lexsort((past.days, past.customers))
        customers, products = past.customers[order], past.products[order]
        days = past.days[order]
        shape = (past.shape[1], past.shape[1])
        total = sparse.csr_array(shape)
        for step in range(1, min(self.steps, len(order) - 1) + 1):
            pair = (customers[step:] == customers[:-step]) & (products[step:] != products[:-step])
            first, then = products[:-step][pair], products[step:][pair]
            is_one_moment = days[step:][pair] == days[:-step][pair]
            reverse = np.where(is_one_moment, 1.0, self.backward) / step
            values = np.concatenate([np.full(len(first), 1 / step), reverse])
            ends = (np.concatenate([first, then]), np.concatenate([then, first]))
            total = total + sparse.csr_array(sparse.coo_array((values, ends), shape=shape))
        return sparse.csr_array(total)
