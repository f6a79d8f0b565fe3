"""Products of one supplier ordered together: how often to order, which ones each time.

Source: Silver (1976), A simple method of determining order quantities in joint replenishments
under deterministic demand, Management Science 22, 1351-1361.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]


@dataclass(frozen=True)
class JointPlan:
    """Order every ``cycle`` time units; product i every ``multiples[i]`` cycles."""

    cycle: float
    multiples: npt.NDArray[np.int64]
    cost: float


def joint_replenishment(
    order_cost: float, line_costs: Array, holding: Array, demand: Array
) -> JointPlan:
    """Return Silver's plan for ``order_cost`` per order and ``line_costs`` per product in it.

    Arrays have one entry per product; ``holding`` per unit and time, ``demand`` per time. Raises
    ValueError where holding or demand is not above zero.
    """
    weight = np.asarray(holding, dtype=np.float64) * np.asarray(demand, dtype=np.float64)
    if not len(weight) or (weight <= 0).any():
        raise ValueError("every product needs demand and a holding cost above zero")
    lines = np.asarray(line_costs, dtype=np.float64)
    ratio = lines / weight
    first = int(np.argmin(ratio))
    wanted = np.sqrt(ratio * weight[first] / (order_cost + lines[first]))
    multiples = np.maximum(np.rint(wanted), 1).astype(np.int64)
    multiples[first] = 1
    per_cycle = order_cost + float((lines / multiples).sum())
    held = float((weight * multiples).sum())
    return JointPlan(
        cycle=float(np.sqrt(2 * per_cycle / held)),
        multiples=multiples,
        cost=float(np.sqrt(2 * per_cycle * held)),
    )
