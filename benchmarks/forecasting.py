"""Forecasting beside other libraries, on the same real panels in the same run.

``python -m benchmarks.forecasting [--data DIR] [--quick] --json`` prints one JSON line per figure.
Rivals that are not installed are left out; so are the panels where the data folder is absent.
"""

import argparse
import json
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np

from benchmarks import forecasting_rivals as rivals
from benchmarks.forecasting_accuracy import accuracy, sample_accuracy
from benchmarks.forecasting_data import Case, carparts, m5, online_retail, thinned
from benchmarks.forecasting_hierarchy import weighted_scores
from benchmarks.forecasting_speed import recovery, speed
from benchmarks.forecasting_sums import sums

Figure = dict[str, object]
SAMPLE = {"D": 150, "W": 150, "M": 600}  # series; by month they are short
PANELS: dict[str, Callable[[Path], Case]] = {
    "m5": m5,
    "retail_day": lambda folder: online_retail(folder, "D"),
    "retail_week": lambda folder: online_retail(folder, "W"),
    "carparts": carparts,
}


def figures(folder: Path, *, quick: bool, only: set[str], panels: set[str]) -> Iterator[Figure]:
    """Yield every figure, cheapest parts first; ``only`` and ``panels`` name those wanted."""
    if "speed" in only:
        yield from recovery()
        yield from speed(3_000 if quick else 30_000)
    named = PANELS.items() if folder.is_dir() else ()
    cases = {name: load(folder) for name, load in named if name in panels}
    if quick:
        cases = {name: thinned(case, 200) for name, case in cases.items()}
    for case in cases.values():
        if "accuracy" in only:
            yield from accuracy(case)
        if "sums" in only and case.panel.freq == "D":
            yield from sums(thinned(case, 200 if quick else 1500), origins=2 if quick else 5)
        if "slow" in only:
            yield from sample_accuracy(case, 10 if quick else SAMPLE[case.panel.freq])
    if "hierarchy" in only and "m5" in cases:
        yield from weighted_scores(folder, quick=quick)


def main() -> None:
    """Print the figures, as JSON lines or as words."""
    parser = argparse.ArgumentParser(description=__doc__)
    parts = ("speed", "accuracy", "sums", "slow", "hierarchy")
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--quick", action="store_true", help="small samples, for a smoke test")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--only", nargs="+", choices=parts, default=parts)
    parser.add_argument("--panels", nargs="+", choices=tuple(PANELS), default=tuple(PANELS))
    options = parser.parse_args()
    missing = [name for name, there in rivals.available().items() if not there]
    if missing:
        sys.stderr.write(f"not installed, left out: {', '.join(missing)}\n")
    began = time.perf_counter()
    wanted = {"only": set(options.only), "panels": set(options.panels)}
    for figure in figures(options.data, quick=options.quick, **wanted):
        now = time.perf_counter()
        figure.setdefault("seconds", round(now - began, 1))
        began = now
        print(_line(figure) if options.json else _words(figure), flush=True)


def _line(figure: Figure) -> str:
    return json.dumps({key: _rounded(value) for key, value in figure.items()})


def _words(figure: Figure) -> str:
    value = _rounded(figure["value"])
    return f"{figure['name']}: {value} {figure['unit']} (target {figure['target']})"


def _rounded(value: object) -> object:
    if isinstance(value, dict):
        return {key: _rounded(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_rounded(one) for one in value]
    return float(f"{value:.5g}") if isinstance(value, float | np.floating) else value


if __name__ == "__main__":
    main()
