"""The account of a load: what went in, what was skipped and refused, and why."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

import pandas as pd
from django.utils import timezone

from sales.importers.layouts import Tally
from sales.importers.refusals import Refusal
from sales.importers.writing import insert
from sales.models import ImportBatch, RefusedRow

NUL_PICTURE = "␀"


@dataclass
class Account:
    """An import batch while it runs; ``tally`` holds what is not saved yet."""

    batch: ImportBatch
    tally: Tally = field(default_factory=Tally)
    reasons: Counter[str] = field(default_factory=Counter)
    ignored: list[str] = field(default_factory=list)

    def save(self, frame: pd.DataFrame, header: list[str]) -> None:
        """Add the tally to the batch and keep the refused rows of ``frame``."""
        refusals = self.tally.refusals
        self.reasons.update(refusal.reason for refusal in refusals)
        self.batch.loaded += self.tally.loaded
        self.batch.refused += len(refusals)
        skipped = Counter(self.batch.skipped) + self.tally.skipped
        self.batch.skipped = {str(reason): count for reason, count in sorted(skipped.items())}
        _keep(self.batch, refusals, frame, header)
        self.batch.save(update_fields=["loaded", "refused", "skipped"])
        self.tally = Tally()

    def close(self, error: str = "") -> None:
        """The load has ended."""
        self.batch.state = ImportBatch.State.FAILED if error else ImportBatch.State.DONE
        self.batch.error = error
        self.batch.finished_at = timezone.now()
        self.batch.save()


def _keep(
    batch: ImportBatch, refusals: list[Refusal], frame: pd.DataFrame, header: list[str]
) -> None:
    if not refusals:
        return
    lines = [refusal.line for refusal in refusals if refusal.cells is None]
    rest = frame.loc[lines].to_numpy().tolist()
    rows = iter([dict(zip(header, row, strict=True)) for row in rest])
    insert(
        RefusedRow,
        {
            "batch_id": [batch.pk] * len(refusals),
            "line": [refusal.line for refusal in refusals],
            "column": [refusal.column[:120] for refusal in refusals],
            "reason": [refusal.reason for refusal in refusals],
            "values": [
                list(_storable(next(rows) if refusal.cells is None else refusal.cells).items())
                for refusal in refusals
            ],
        },
    )


def _storable(cells: dict[str, Any]) -> dict[str, Any]:
    """Cells as every database keeps them: PostgreSQL has no place for a NUL."""
    return {
        name.replace("\x00", NUL_PICTURE): (
            value.replace("\x00", NUL_PICTURE) if isinstance(value, str) else value
        )
        for name, value in cells.items()
    }
