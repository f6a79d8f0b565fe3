"""Days on which the shelf was empty, as counts, deliveries and sales tell."""

import numpy as np
import numpy.typing as npt

Matrix = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
LONGEST = 91


def dry_days(opening: Matrix, sold: Matrix, received: Matrix) -> Flags:
    """Return products × days that ended with nothing left: what sold is less than was wanted.

    ``opening`` are counts before the day's first sale (NaN: not counted), ``sold`` is net of
    returns.  Stock is followed from each count on; a sale from an empty shelf shows that there
    was more than counted, and nothing is claimed until the next count or delivery.  After a
    quarter without a word a product counts as dropped, not as sold out.
    """
    n, length = sold.shape
    left, known = np.zeros(n), np.zeros(n, dtype=np.bool_)
    spell = np.zeros(n, dtype=np.int64)
    out = np.zeros((n, length), dtype=np.bool_)
    for day in range(length):
        counted = ~np.isnan(opening[:, day])
        left = np.where(counted, np.nan_to_num(opening[:, day]), left)
        known = known | counted
        known &= ~((left <= 0) & (received[:, day] <= 0) & (sold[:, day] > 0))
        left = np.maximum(left + received[:, day] - sold[:, day], 0.0)
        empty = known & (left <= 0)
        spell = np.where(empty, spell + 1, 0)
        out[:, day] = empty & (spell <= LONGEST)
    return out
