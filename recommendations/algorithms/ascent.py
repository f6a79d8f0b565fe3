"""Weights of a blend, one after the other raised or lowered to what ranked past months best."""

import numpy as np
from numpy.typing import NDArray

from recommendations.algorithms.blend import GRID, shrink
from recommendations.algorithms.panel import Candidates, flat_ndcg

Weights = dict[str, float]


def blend_weights(tables: list[Candidates], names: list[str], anchor: str | None) -> Weights:
    """Weights that would have ranked the candidates of past months best; the anchor's alone where
    there is no past, and half of it with 50 customers.
    """
    start = np.array([float(name == (anchor or names[0])) for name in names])
    fitting = [table for table in tables if len(table.customers)]
    if not fitting:
        return dict(zip(names, start.tolist(), strict=True))
    found = climb(fitting, start)
    customers = sum(len(table.customers) for table in fitting)
    return dict(zip(names, shrink(found, start, customers).tolist(), strict=True))


def climb(
    tables: list[Candidates], start: NDArray[np.float64], sweeps: int = 3
) -> NDArray[np.float64]:
    """As ``blend.coordinate_ascent``: one weight after the other takes its best value of the grid.

    The sum of the other parts is kept, so that a trial costs one column and not all of them.
    """
    columns = [np.where(np.isfinite(t.scores), t.scores, np.float32(-1)).T.copy() for t in tables]
    weights = start.copy()
    highest = _mean_ndcg(tables, [weights.astype(np.float32) @ each for each in columns])
    for _sweep in range(sweeps):
        before = highest
        for place in range(len(weights)):
            rest = [_without(weights, each, place) for each in columns]
            for value in GRID:
                if value == weights[place]:
                    continue
                totals = [
                    r + np.float32(value) * each[place]
                    for r, each in zip(rest, columns, strict=True)
                ]
                reached = _mean_ndcg(tables, totals)
                if reached > highest:
                    weights[place], highest = value, reached
        if highest <= before:
            break
    return weights


def _without(
    weights: NDArray[np.float64], columns: NDArray[np.float32], place: int
) -> NDArray[np.float32]:
    others = weights.astype(np.float32)
    others[place] = 0
    return np.asarray(others @ columns, np.float32)


def _mean_ndcg(tables: list[Candidates], totals: list[NDArray[np.float32]]) -> float:
    found = [
        flat_ndcg(table.starts, total, table.taken, table.relevant, 10).mean()
        for table, total in zip(tables, totals, strict=True)
    ]
    return float(np.mean(found))
