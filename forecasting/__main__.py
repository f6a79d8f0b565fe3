"""Forecast a file: ``python -m forecasting FILE --horizon 28 --freq D --out OUT``."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from forecasting.arguments import checked_levels
from forecasting.engine import DEFAULT_LEVELS, forecast
from forecasting.files import check_target, read_series, write_table
from forecasting.methods import METHODS
from forecasting.panel import to_panel
from forecasting.rows import SeriesError

LONGEST_HORIZON = 1_000


def main(arguments: Sequence[str] | None = None) -> int:
    """Read series, forecast, write; return 0, or 2 after saying on stderr what is wrong."""
    options = _parser().parse_args(arguments)
    try:
        _check_horizon(options.horizon)
        levels = checked_levels(options.levels)
        check_target(options.out, options.file)
        frame, notes = read_series(options.file)
        panel = to_panel(frame, options.freq, negatives=options.negatives)
        table = forecast(
            panel, horizon=options.horizon, freq=panel.freq, levels=levels, method=options.method
        )
        write_table(table, options.out)
    except (OSError, ValueError) as error:
        sys.stderr.write(f"{options.file}: {error}\n")
        return 2
    for note in (*notes, *panel.notes):
        sys.stderr.write(f"{options.file}: {note}\n")
    return 0


def _check_horizon(horizon: int) -> None:
    if not 1 <= horizon <= LONGEST_HORIZON:
        raise SeriesError(f"--horizon must be from 1 to {LONGEST_HORIZON} periods, not {horizon}")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m forecasting", description=__doc__)
    parser.add_argument("file", type=Path, help="CSV, XLSX or parquet with unique_id, ds, y")
    parser.add_argument("--horizon", type=int, required=True, help="periods ahead, 1 to 1000")
    parser.add_argument("--freq", default="D", choices=("D", "W", "M"))
    parser.add_argument("--out", type=Path, required=True, help="CSV, XLSX or parquet to write")
    parser.add_argument("--method", default="ensemble", choices=sorted(METHODS))
    parser.add_argument("--levels", type=float, nargs="+", default=list(DEFAULT_LEVELS))
    parser.add_argument(
        "--negatives",
        default="refuse",
        choices=("refuse", "clip"),
        help="what to do with periods whose returns exceed their sales (clip: set them to 0)",
    )
    return parser


if __name__ == "__main__":
    sys.exit(main())
