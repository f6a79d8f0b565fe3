"""ABC by turnover, XYZ by how evenly a product sells; a service level for each of nine classes.

Source: Scholz-Reiter et al. (2012), Integration of demand forecasts in ABC-XYZ analysis,
Int. J. Production Economics; Silver, Pyke and Thomas (2017), ch. 2.
"""

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]
ABC_SHARES = (0.80, 0.95)
XYZ_SPREADS = (0.5, 1.0)
# The less steadily a product sells, the longer lies what is left over: a lower level pays.
CLASS_LEVELS = {
    "AX": 0.975, "AY": 0.950, "AZ": 0.925,
    "BX": 0.975, "BY": 0.950, "BZ": 0.925,
    "CX": 0.975, "CY": 0.950, "CZ": 0.925,
}  # fmt: skip


def abc_classes(turnover: Array, weights: Array | None = None) -> npt.NDArray[np.str_]:
    """Return A for the products that make 80 % of all turnover, B for the next 15 %, else C.

    ``weights`` is how many products each stands for (n; one, unless given).
    """
    worth = np.maximum(np.nan_to_num(turnover), 0.0)
    order = np.argsort(-worth, kind="stable")
    stands_for = worth if weights is None else worth * weights
    total = stands_for.sum()
    before = np.cumsum(stands_for[order]) - stands_for[order]
    place = np.searchsorted(ABC_SHARES, before / total if total else np.ones(len(worth)), "right")
    out = np.empty(len(worth), dtype="<U1")
    out[order] = np.array(["A", "B", "C"])[place]
    return out


def abc_of(turnover: Array, others: Array) -> npt.NDArray[np.str_]:
    """Return the class that each product would have with another turnover, the rest unchanged (n).

    ``others`` is what all of them turn over now, at least zero.
    """
    ranked = np.sort(others)[::-1]
    larger = np.searchsorted(-ranked, -turnover, "left")
    before = np.concatenate([[0.0], np.cumsum(ranked)])[larger]
    before = before - np.where(others > turnover, others, 0.0)
    total = others.sum() - others + turnover
    share = np.divide(before, total, out=np.ones(len(others)), where=total > 0)
    return np.asarray(np.array(["A", "B", "C"])[np.searchsorted(ABC_SHARES, share, "right")])


def xyz_classes(mean: Array, variance: Array) -> npt.NDArray[np.str_]:
    """Return X, Y or Z: deviation up to half the mean, up to the mean, beyond."""
    spread = np.sqrt(np.maximum(variance, 0.0)) / np.maximum(mean, 1e-9)
    return np.array(["X", "Y", "Z"])[np.searchsorted(XYZ_SPREADS, spread, "left")]


def classes_of(
    turnover: Array, mean: Array, variance: Array, weights: Array | None = None
) -> npt.NDArray[np.str_]:
    """Return the ABC/XYZ class of each product, such as ``AX`` (n).

    ``turnover`` in money over the same days for all; ``mean`` and ``variance`` of its demand;
    ``weights`` as in `abc_classes`.
    """
    return np.char.add(abc_classes(turnover, weights), xyz_classes(mean, variance))
