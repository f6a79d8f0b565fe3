"""A reading as numbers that are kept: what was known when somebody decided."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

import numpy as np

from recommendations.algorithms.experiment import Difference
from recommendations.algorithms.off_policy import Estimate
from recommendations.algorithms.reading import AbReading, ArmReading, Comparison, Leaning, Worth
from recommendations.experiments.results import Result, Stake

INFINITIES = {"inf": np.inf, "-inf": -np.inf, "nan": np.nan}


def kept(result: Result) -> dict[str, Any]:
    """As JSON can hold it: infinite and unknown numbers by name."""
    found: dict[str, Any] = _written(asdict(result))
    return found


def read(stored: Mapping[str, Any]) -> Result:
    """What ``kept`` wrote."""
    given = _numbers(stored)
    ab, leaning = given["ab"], given["leaning"]
    return Result(
        days=given["days"],
        ab=_ab(ab) if ab else None,
        leaning=Leaning(**leaning) if leaning else None,
        worths=[_worth(one) for one in given["worths"]],
        stakes={int(arm): Stake(**stake) for arm, stake in given["stakes"].items()},
        kept_out=given["kept_out"],
        impressions=given["impressions"],
    )


def _ab(given: Mapping[str, Any]) -> AbReading:
    comparisons = [
        Comparison(one["arm"], Difference(**one["conversion"]), Difference(**one["revenue"]))
        for one in given["comparisons"]
    ]
    arms = [ArmReading(**arm) for arm in given["arms"]]
    return AbReading(arms, comparisons, given["sample_ratio_p"], given["noise_left"])


def _worth(given: Mapping[str, Any]) -> Worth:
    estimates = [Estimate(**given[name]) for name in ("ips", "snips", "doubly_robust")]
    return Worth(given["policy"], *estimates)


def _written(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(name): _written(one) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [_written(one) for one in value]
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, float) and not np.isfinite(value):
        return {"float": str(value)}
    return value


def _numbers(value: Any) -> Any:
    if isinstance(value, Mapping):
        if value.keys() == {"float"}:
            return INFINITIES[value["float"]]
        return {name: _numbers(one) for name, one in value.items()}
    return [_numbers(one) for one in value] if isinstance(value, list) else value
