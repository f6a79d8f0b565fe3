"""Full ranking on time-ordered folds: every model, the chosen one and the rival libraries."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks import recommendations_rivals as rivals
from benchmarks.figures import Figure
from benchmarks.recommendations_shops import Shop
from recommendations.algorithms import metrics, roster
from recommendations.algorithms.champion import Champion
from recommendations.algorithms.evaluation import OBJECTIVES, Fold, Question, question
from recommendations.algorithms.item_knn import ItemKNN
from recommendations.algorithms.panel import Candidates, Panel, candidates, past_questions

OURS = "chosen"
NAIVE = ("popularity", "personal")
SHOWN = ("ndcg@10", "recall@10", "coverage@10")
MOST_CUSTOMERS = 8000
Judged = dict[str, list["Result"]]


@dataclass(frozen=True)
class Result:
    """Means of a model's metrics in one fold, and NDCG@10 per customer."""

    means: dict[str, float]
    ndcg: NDArray[np.float64]
    choice: str = ""


@dataclass
class Past:
    """What one fold may learn from: panels of models per earlier cut, fitted once."""

    shop: Shop
    cut: float
    panels: dict[float, Panel] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.events = self.shop.events.before(self.cut)
        team = roster.sequence_team if self.shop.is_sequence else roster.team
        self.members = team(self.shop.products)

    def panel(self, cut: float) -> Panel:
        """The models fitted on what was known before `cut`."""
        if cut not in self.panels:
            self.panels[cut] = Panel.fit(self.members, self.events, cut)
        return self.panels[cut]

    def lessons(self, objective: str) -> list[tuple[Panel, Candidates]]:
        """Earlier periods with what each model put first in them, latest first."""
        shop = self.shop
        folds = 1 if shop.is_sequence else 4
        asked = past_questions(
            self.events, self.cut, objective, shop.horizon_days, folds, shop.min_buyers
        )
        return [
            (
                self.panel(fold.cut),
                candidates(self.panel(fold.cut), old, most_customers=MOST_CUSTOMERS),
            )
            for fold, old in asked
        ]


def judge(shop: Shop, *, with_rivals: bool) -> dict[str, Judged]:
    """Objective -> model -> a result per fold; folds without a question are left out."""
    found: dict[str, Judged] = {}
    for fold in shop.folds:
        past = Past(shop, fold.cut)
        for objective in OBJECTIVES[:1] if shop.is_sequence else OBJECTIVES:
            asked = question(shop.events.before(fold.end), fold, objective, shop.min_buyers)
            if asked is None:
                continue
            for name, result in _fold(past, asked, with_rivals=with_rivals):
                found.setdefault(objective, {}).setdefault(name, []).append(result)
    return found


def _fold(past: Past, asked: Question, *, with_rivals: bool) -> Iterator[tuple[str, Result]]:
    present = past.panel(past.cut)
    champion = Champion(
        past.members, asked.objective, past.shop.horizon_days, min_buyers=past.shop.min_buyers
    ).fit_lessons(past.lessons(asked.objective), present)
    yield OURS, _result(asked, champion, champion.choice_)
    for name, model in present.models.items():
        yield name, _result(asked, model)
    if with_rivals:
        matrix = past.events.matrix(as_of=past.cut)
        for name, library in rivals.fitted(matrix).items():
            yield name, _result(asked, library)


def _result(asked: Question, model: Any, choice: str = "") -> Result:
    items = asked.answer(model)
    values = metrics.ranking_metrics(items, asked.truth)
    means = {name: float(each.mean()) for name, each in values.items()}
    means["coverage@10"] = metrics.coverage(items[:, :10], int(asked.candidates.sum()))
    return Result(means, values["ndcg@10"], choice)


def report(
    shop: Shop, *, with_rivals: bool, targets: dict[str, float], label: str | None = None
) -> Iterator[Figure]:
    """Means over the folds per objective, then each fold beside the better naive model."""
    started = time.process_time()
    found = judge(shop, with_rivals=with_rivals)
    seconds = round(time.process_time() - started, 1)
    for objective, judged in found.items():
        name = f"recommendations.{label or shop.name}.{objective}"
        for metric in SHOWN:
            yield _mean(name, metric, judged, targets.get(f"{objective}.{metric}"), seconds)
        for place in range(len(judged[OURS])):
            yield _beside_naive(name, shop.folds[-len(judged[OURS]) :][place], place, judged)


def _mean(name: str, metric: str, judged: Judged, target: float | None, seconds: float) -> Figure:
    means = {
        model: round(float(np.mean([result.means[metric] for result in results])), 4)
        for model, results in judged.items()
    }
    value = means.pop(OURS)
    interval = _interval([result.ndcg for result in judged[OURS]])
    return Figure(
        f"{name}.{metric}",
        value,
        better="higher",
        target=target,
        rivals=means,
        interval=interval if metric == "ndcg@10" else None,
        seconds=seconds,
    )


def _interval(folds: list[NDArray[np.float64]]) -> tuple[float, float]:
    """95 % bootstrap over customers of the mean over folds."""
    rng = np.random.default_rng(0)
    drawn = [
        np.mean([values[rng.integers(0, len(values), len(values))].mean() for values in folds])
        for _ in range(500)
    ]
    low, high = np.quantile(drawn, [0.025, 0.975])
    return round(float(low), 4), round(float(high), 4)


def _beside_naive(name: str, fold: Fold, place: int, judged: Judged) -> Figure:
    """One fold; the target is the better naive model less the noise of the paired difference."""
    ours = judged[OURS][place]
    naive = {model: judged[model][place] for model in NAIVE if model in judged}
    others = {model: round(result.means["ndcg@10"], 4) for model, result in naive.items()}
    best = max(naive.values(), key=lambda result: result.means["ndcg@10"])
    gain = ours.ndcg - best.ndcg
    noise = 1.96 * float(gain.std()) / np.sqrt(len(gain))
    return Figure(
        f"{name}.fold_{place + 1}.ndcg@10",
        round(ours.means["ndcg@10"], 4),
        unit=f"({ours.choice}, {len(gain)} customers)",
        better="higher",
        target=round(best.means["ndcg@10"] - noise, 4),
        rivals=others,
        interval=_interval([ours.ndcg]),
    )


def shorter_history(shop: Shop) -> Iterator[Figure]:
    """Does a window or a cap, which make neighbour search cheap, cost quality?"""
    variants: dict[str, Callable[[], ItemKNN]] = {
        "all_history": lambda: ItemKNN("cosine", half_life_days=60),
        "cap_50": lambda: ItemKNN("cosine", half_life_days=60, history_cap=50),
        "cap_25": lambda: ItemKNN("cosine", half_life_days=60, history_cap=25),
        "window_60": lambda: ItemKNN("cosine", half_life_days=60, window_days=60),
    }
    found: dict[str, list[float]] = {name: [] for name in variants}
    for fold in shop.folds:
        asked = question(shop.events.before(fold.end), fold, "discover", shop.min_buyers)
        if asked is not None:
            past = shop.events.before(fold.cut)
            for name, make in variants.items():
                result = _result(asked, make().fit(past, fold.cut))
                found[name].append(result.means["ndcg@10"])
    means = {name: round(float(np.mean(values)), 4) for name, values in found.items()}
    whole = means.pop("all_history")
    for name, value in means.items():
        yield Figure(
            f"recommendations.{shop.name}.item_cosine.{name}.ndcg@10",
            value,
            better="higher",
            target=whole,
            rivals={"all history": whole},
        )
