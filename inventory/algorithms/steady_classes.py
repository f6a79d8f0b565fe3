"""Classes that a product keeps until it is clearly past their border.

Without that a product near a border changes its class, and with it its service level or its
method, from one night to the next, and its orders swing with it. A figure that leaves its class
has to be past the border by a fifth: two thresholds instead of one (Schmitt 1938, J. Scientific
Instruments 15, 24-26).
"""

import numpy as np
import numpy.typing as npt
import pandas as pd

from forecasting.demand_classes import ADI_LIMIT, CV2_LIMIT
from inventory.algorithms.classes import Array, abc_of, classes_of, xyz_classes

LEEWAY = 1.2
Names = npt.NDArray[np.str_]
RARE, VARIED = ("intermittent", "lumpy"), ("erratic", "lumpy")
SELLING = ("smooth", "erratic", "intermittent", "lumpy")


def steady_classes(turnover: Array, mean: Array, variance: Array, before: Names) -> Names:
    """Return ABC/XYZ classes as `classes_of`, given those of the night before ("": none; n)."""
    now = classes_of(turnover, mean, variance)
    known = np.char.str_len(before) == len("AX")
    abc, xyz = _letters(now)
    abc_before, xyz_before = _letters(np.where(known, before, now))
    turned = np.maximum(np.nan_to_num(turnover), 0.0)
    abc = _kept(abc_before, abc, abc_of(turned * LEEWAY, turned), abc_of(turned / LEEWAY, turned))
    steadier, wilder = (xyz_classes(mean, variance * scale) for scale in (LEEWAY**-2, LEEWAY**2))
    return np.char.add(abc, _kept(xyz_before, xyz, steadier, wilder))


def steady_demand_classes(classes: pd.DataFrame, before: "pd.Series[str]") -> "pd.Series[str]":
    """Return the ``demand_class`` of `demand_classes`, kept where ADI and CV² are near a limit.

    ``before`` has the classes of the night before by product; same index as ``classes``.
    """
    now = classes["demand_class"]
    earlier = classes["unique_id"].map(before)
    known = earlier.isin(SELLING) & now.isin(SELLING)
    rare = _kept_side(classes["adi"], ADI_LIMIT, earlier.isin(RARE), known)
    varied = _kept_side(classes["cv2"], CV2_LIMIT, earlier.isin(VARIED), known)
    names = np.select([rare & varied, rare, varied], ["lumpy", "intermittent", "erratic"], "smooth")
    return now.where(~known, pd.Series(names, index=classes.index))


def _letters(classes: Names) -> tuple[Names, Names]:
    pairs = classes.astype("<U2").view("<U1").reshape(len(classes), 2)
    return pairs[:, 0], pairs[:, 1]


def _kept(before: Names, now: Names, first: Names, last: Names) -> Names:
    """Return the class before where it lies from ``first`` to ``last``, else the one now."""
    return np.where((before >= first) & (before <= last), before, now)


def _kept_side(
    figure: "pd.Series[float]", limit: float, was_above: "pd.Series[bool]", known: "pd.Series[bool]"
) -> npt.NDArray[np.bool_]:
    """Return which figures count as above their limit (n)."""
    moved = np.where(was_above, limit / LEEWAY, limit * LEEWAY)
    return np.asarray(figure >= np.where(known, moved, limit))
