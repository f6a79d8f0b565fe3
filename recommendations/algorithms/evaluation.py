"""Which model would have served this shop best? Time-ordered folds, full ranking."""

import copy
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import sparse

from recommendations.algorithms import metrics
from recommendations.algorithms.interactions import Interactions, Moment, as_days
from recommendations.algorithms.recommender import Codes, Recommender, batches, best, hide_seen

OBJECTIVES = ("discover", "all")
COLUMNS = ["objective", "model", "fold", "metric", "value", "low", "high"]
PLACES = 20


@dataclass(frozen=True)
class Fold:
    """Train before `cut`, judge on cut <= day < end (days since 1970)."""

    cut: float
    end: float


@dataclass(frozen=True)
class Judging:
    """The model whose lift is reported against, the least buyers of a candidate, the seed."""

    baseline: str = "popularity"
    min_buyers: int = 5
    random_state: int = 0


DEFAULT = Judging()


@dataclass(frozen=True)
class Question:
    """One fold and objective: for whom, among which products, and what they took."""

    objective: str
    customers: NDArray[np.int64]
    truth: sparse.csr_array
    candidates: NDArray[np.bool_]
    past: sparse.csr_array
    money: sparse.csr_array

    def answer(self, model: Recommender, places: int = PLACES) -> Codes:
        """The fitted model's ranking among all candidates."""
        items = np.full((len(self.customers), places), -1, np.int32)
        for start, rows in batches(self.customers):
            scores = model.scores(rows)
            items[start : start + len(rows)] = self.rank(scores, rows, places)
        return items

    def rank(self, scores: NDArray[np.float32], rows: NDArray[np.int64], places: int) -> Codes:
        """Best candidates of given scores; *discover* leaves out what was bought before."""
        scores[:, ~self.candidates] = -np.inf
        if self.objective == "discover":
            hide_seen(scores, self.past[rows])
        return best(scores, places)[0]


def rolling_folds(as_of: Moment, fold_days: float = 30, folds: int = 4) -> list[Fold]:
    """Consecutive folds, oldest first, the last one ending at `as_of`."""
    end = as_days(as_of)
    return [
        Fold(end - (back + 1) * fold_days, end - back * fold_days)
        for back in range(folds - 1, -1, -1)
    ]


def question(
    interactions: Interactions, fold: Fold, objective: str, min_buyers: int = 5
) -> Question | None:
    """What was taken in the fold by customers known before it, None if by nobody.

    Candidates are the products with at least `min_buyers` customers before the cut.
    """
    past = interactions.matrix(as_of=fold.cut)
    past.data[:] = 1
    candidates = np.bincount(past.indices, minlength=past.shape[1]) >= min_buyers
    fold_events = interactions.between(fold.cut, fold.end)
    later = fold_events.matrix(as_of=fold.end)
    later.data[:] = 1
    later = later @ sparse.diags_array(candidates.astype(np.float32))
    if objective == "discover":
        later = later - later.multiply(past)
    later = sparse.csr_array(later)
    later.eliminate_zeros()
    known = np.diff(past.indptr) > 0
    customers = np.flatnonzero(known & (np.diff(later.indptr) > 0))
    if not len(customers):
        return None
    places = (fold_events.customers, fold_events.products)
    money = sparse.coo_array((fold_events.amounts, places), shape=past.shape).tocsr()
    spent = sparse.csr_array(money[customers])
    return Question(objective, customers, later[customers], candidates, past, spent)


def compare(
    models: Mapping[str, Recommender],
    interactions: Interactions,
    as_of: Moment,
    fold_days: float = 30,
    folds: int = 4,
    judging: Judging = DEFAULT,
) -> pd.DataFrame:
    """Judge each model on each fold and both objectives.

    Returns objective, model, fold (0 = oldest), metric, value, low, high (95 % bootstrap over
    customers). Beside the metrics at 10 and 20 there is `ndcg@10.lift`: the paired difference
    to the baseline, the figure `choose` decides on. Models are copied, never fitted in place.
    """
    rows: list[dict[str, object]] = []
    for number, fold in enumerate(rolling_folds(as_of, fold_days, folds)):
        seen = interactions.before(fold.end)
        fitted = {name: copy.deepcopy(model).fit(seen, fold.cut) for name, model in models.items()}
        for objective in OBJECTIVES:
            asked = question(seen, fold, objective, judging.min_buyers)
            if asked is not None:
                table = judge(fitted, asked, judging)
                rows.extend({"objective": objective, "fold": number, **row} for row in table)
    return pd.DataFrame(rows, columns=COLUMNS)


def judge(
    fitted: Mapping[str, Recommender], asked: Question, judging: Judging = DEFAULT
) -> Iterator[dict[str, object]]:
    """Metric rows of fitted models for one question."""
    rng = np.random.default_rng(judging.random_state)
    baseline = judging.baseline
    lists = {name: asked.answer(model) for name, model in fitted.items()}
    judged = {name: metrics.ranking_metrics(items, asked.truth) for name, items in lists.items()}
    buyers = np.bincount(asked.past.indices, minlength=asked.past.shape[1])
    customers = int((np.diff(asked.past.indptr) > 0).sum())
    for name, items in lists.items():
        values = judged[name]
        values["revenue@10"] = metrics.revenue(items[:, :10], asked.truth, asked.money)
        values["novelty@10"] = metrics.novelty(items[:, :10], buyers, customers)
        if baseline in judged:
            values["ndcg@10.lift"] = values["ndcg@10"] - judged[baseline]["ndcg@10"]
        for metric, per_customer in values.items():
            low, high = metrics.bootstrap_interval(per_customer, rng)
            yield _row(name, metric, float(per_customer.mean()), low, high)
        shown = metrics.coverage(items[:, :10], int(asked.candidates.sum()))
        yield _row(name, "coverage@10", shown, shown, shown)


def _row(model: str, metric: str, value: float, low: float, high: float) -> dict[str, object]:
    return {"model": model, "metric": metric, "value": value, "low": low, "high": high}


def choose(
    comparison: pd.DataFrame, *, metric: str = "ndcg@10", champion: str = "popularity"
) -> dict[str, str]:
    """The model to use per objective, from the table of `compare`.

    The challenger with the best mean over folds replaces the champion (the baseline of the
    table) only if its mean paired lift is above 0 by more than its 95 % noise.
    """
    winners: dict[str, str] = {}
    for objective, table in comparison.groupby("objective"):
        means = table[table["metric"] == metric].groupby("model")["value"].mean()
        best_model = str(means.idxmax())
        lift = table[(table["metric"] == f"{metric}.lift") & (table["model"] == best_model)]
        spread = (lift["high"] - lift["low"]) / 2
        noise = float(np.sqrt((spread**2).sum())) / max(len(lift), 1)
        clear = len(lift) > 0 and float(lift["value"].mean()) > noise
        winners[str(objective)] = best_model if clear else champion
    return winners
