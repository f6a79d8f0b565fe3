"""How much to order where only a random share of an order turns out usable.

Source: Snyder and Shen (2019), Fundamentals of Supply Chain Theory, 2nd ed., section 9.3.
"""

import math

from inventory.algorithms.eoq import Lot


def eoq_with_yield(
    order_cost: float, holding: float, demand: float, *, mean_yield: float, sd_yield: float
) -> Lot:
    """Return the best lot where a share N(``mean_yield``, ``sd_yield``) of it is usable."""
    if mean_yield <= 0:
        raise ValueError("the usable share must be above zero")
    squared = mean_yield**2 + sd_yield**2
    quantity = math.sqrt(2 * order_cost * demand / (holding * squared))
    running = order_cost * demand / (quantity * mean_yield)
    return Lot(quantity, running + holding * quantity * squared / (2 * mean_yield))
