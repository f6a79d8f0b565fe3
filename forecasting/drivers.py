"""What a merchant knows ahead of time about each product's days: its price and its promotions."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from forecasting.panel import Matrix, Panel
from forecasting.rows import SeriesError

RECENT = {"D": 28, "W": 8, "M": 6}


@dataclass(frozen=True)
class Drivers:
    """Price (money a unit) and promotion (0 to 1) per series and period, past and future.

    Both are n × (T + horizon); a price not known is NaN.
    """

    price: Matrix
    promotion: Matrix

    @classmethod
    def of(cls, panel: Panel, table: pd.DataFrame, horizon: int) -> "Drivers":
        """Lay out a table of ``unique_id``, ``ds`` and ``price`` and/or ``promotion``.

        Prices are carried forward until they change; days without a row have no promotion.
        Rows of unknown series or dates outside the axis are left out, a cell left empty says
        nothing.  Raises `SeriesError`
        where the table has neither column.
        """
        if not {"price", "promotion"} & set(table.columns):
            raise SeriesError("need a column price or promotion")
        dates = pd.DatetimeIndex(panel.dates.append(panel.future_dates(horizon)))
        axis = dates.to_period(panel.freq)
        rows = panel.ids.get_indexer(pd.Index(table["unique_id"]))
        columns = axis.get_indexer(pd.DatetimeIndex(table["ds"]).to_period(panel.freq))
        shape = (len(panel.ids), len(axis))
        price, promotion = np.full(shape, np.nan), np.zeros(shape)
        for name, laid in (("price", price), ("promotion", promotion)):
            if name in table:
                told = table[name].to_numpy(dtype=np.float64)
                kept = (rows >= 0) & (columns >= 0) & ~np.isnan(told)
                laid[rows[kept], columns[kept]] = told[kept]
        price = pd.DataFrame(price).ffill(axis=1).to_numpy()
        return cls(price, promotion)

    @classmethod
    def unknown(cls, panel: Panel, horizon: int) -> "Drivers":
        """Return drivers of a shop that tells nothing."""
        shape = (len(panel.ids), panel.y.shape[1] + horizon)
        return cls(np.full(shape, np.nan), np.zeros(shape))

    def features(self, panel: Panel, origin: int, period: int) -> Matrix:
        """Return price ÷ its recent mean, promotion, recent share promoted (n × 3)."""
        recent = slice(max(0, origin - RECENT[panel.freq]), max(1, origin))
        known = ~np.isnan(self.price[:, recent])
        total = np.where(known, np.nan_to_num(self.price[:, recent]), 0.0).sum(axis=1)
        usual = np.divide(
            total, known.sum(axis=1), out=np.full(len(total), np.nan), where=known.any(axis=1)
        )
        ratio = self.price[:, period] / np.where(usual > 0, usual, np.nan)
        share = self.promotion[:, recent].mean(axis=1)
        return np.column_stack([ratio, self.promotion[:, period], share])
