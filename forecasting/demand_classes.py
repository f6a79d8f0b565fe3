"""What kind of seller a product is: smooth, erratic, intermittent, lumpy, new or dead.

Source: Syntetos, Boylan and Croston (2005), J. Oper. Res. Soc. 56, 495-503, for the limits of
the average demand interval (ADI) and the squared coefficient of variation of sizes (CV²).
"""

import numpy as np
import pandas as pd

from forecasting.panel import Flags, Frequency, Matrix, Panel

ADI_LIMIT = 1.32
CV2_LIMIT = 0.49
NEW_PERIODS: dict[Frequency, int] = {"D": 56, "W": 8, "M": 3}
QUIET_PERIODS: dict[Frequency, int] = {"D": 91, "W": 13, "M": 6}
SURPRISE = 0.01


def demand_classes(panel: Panel) -> pd.DataFrame:
    """Classify every series by its own history.

    Returns ``unique_id``, ``demand_class`` (smooth, erratic, intermittent, lumpy, or ``none``
    where nothing ever sold), ``adi`` (periods per sale), ``cv2``, ``is_new`` (first sold within
    eight weeks) and ``is_dead``: quiet for a quarter at least, and so long that with its former
    rate of sales such a silence had a chance under 1 %.
    """
    sales, adi, cv2 = _intervals_and_sizes(panel)
    rare, varied = adi >= ADI_LIMIT, cv2 >= CV2_LIMIT
    names = np.select(
        [sales == 0, rare & varied, rare, varied],
        ["none", "lumpy", "intermittent", "erratic"],
        "smooth",
    )
    age = panel.y.shape[1] - panel.starts
    return pd.DataFrame(
        {
            "unique_id": panel.ids,
            "demand_class": names,
            "adi": adi,
            "cv2": cv2,
            "is_new": (age <= NEW_PERIODS[panel.freq]) & (sales > 0),
            "is_dead": dead(panel),
        }
    )


def dead(panel: Panel) -> Flags:
    """Return which series have stopped selling (n); a series that never sold is dead."""
    length = panel.y.shape[1]
    sold = np.nan_to_num(panel.y) > 0
    known = ~np.isnan(panel.y)
    last = np.where(sold.any(axis=1), length - 1 - sold[:, ::-1].argmax(axis=1), -1)
    after = np.arange(length)[None, :] > last[:, None]
    quiet = (known & after).sum(axis=1)
    former = (known & ~after).sum(axis=1)
    rate = sold.sum(axis=1) / np.maximum(former, 1)
    chance = (1 - np.minimum(rate, 1 - 1e-9)) ** quiet
    stopped = (quiet >= QUIET_PERIODS[panel.freq]) & (chance < SURPRISE)
    return np.asarray(stopped | (last < 0), dtype=np.bool_)


def _intervals_and_sizes(panel: Panel) -> tuple[Matrix, Matrix, Matrix]:
    values = np.nan_to_num(panel.y)
    sold = values > 0
    sales = sold.sum(axis=1).astype(np.float64)
    periods = (~np.isnan(panel.y)).sum(axis=1)
    some = np.maximum(sales, 1)
    mean = values.sum(axis=1) / some
    spread = np.where(sold, (values - mean[:, None]) ** 2, 0.0).sum(axis=1) / some
    adi = np.where(sales > 0, periods / some, np.inf)
    return sales, adi, np.where(sales > 0, spread / np.maximum(mean, 1e-12) ** 2, 0.0)
