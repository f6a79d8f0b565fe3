"""What combines the models beside the weighted sum: ranks with weights, and learned trees.

They compete under one name per objective, because each is taught one objective; on the
leaderboard each has one name.
"""

import copy
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from recommendations.algorithms.evaluation import OBJECTIVES
from recommendations.algorithms.fusion import RankFusion, TeamRanker
from recommendations.algorithms.interactions import Interactions
from recommendations.algorithms.judging import Result
from recommendations.algorithms.recommender import Recommender
from recommendations.algorithms.team import Member, Team
from recommendations.algorithms.tournament import Entrant
from recommendations.entrants import ANCHORS
from recommendations.fusing import RANKS, TREES

RANK_FUSION = "rank fusion"
LEARNED = "learned ranker"
COMBINED = (RANK_FUSION, LEARNED)
TREES_TABLE = "trees"
FEATURES_TABLE = "features"
ROUNDS = 100


@dataclass(frozen=True)
class Fused:
    """``weights`` by part, what the recipe needs besides, and its tables."""

    weights: Mapping[str, float]
    recipe: Mapping[str, Any] = field(default_factory=dict)
    tables: Mapping[str, NDArray[Any]] = field(default_factory=dict)


@dataclass(frozen=True)
class Combined:
    """``entrants``: everybody with those who combine; ``parts``: names of what they combine."""

    entrants: list[Entrant]
    parts: list[str]
    team: Team

    def fitted(
        self,
        name: str,
        objective: str,
        parts: Mapping[str, Recommender],
        events: Interactions,
        cut: float,
    ) -> Fused:
        """Taught by all months up to ``cut``, over parts fitted on the events before it."""
        for part, model in parts.items():
            self.team.join(part, model, events, cut)
        entrant = next(one for one in self.entrants if one.name == _own(name, objective))
        model = copy.copy(entrant.model).fit(events, cut)
        return _of_trees(model) if isinstance(model, TeamRanker) else _of_ranks(model)


def combined(everybody: Sequence[Entrant]) -> Combined:
    """Everybody, the parts in one team, and those who combine it right behind the parts."""
    team = Team()
    parts = [one.name for one in everybody if one.is_part]
    members = [
        replace(one, model=Member(one.name, one.model, team)) if one.is_part else one
        for one in everybody
    ]
    models: dict[str, Recommender] = {}
    for objective in OBJECTIVES:
        anchor = ANCHORS[objective]
        models[_own(RANK_FUSION, objective)] = RankFusion(team, objective, anchor)
        models[_own(LEARNED, objective)] = TeamRanker(
            {}, objective, per_model=team.per_model, rounds=ROUNDS, threads=1, team=team
        )
    last = max((place for place, one in enumerate(everybody) if one.is_part), default=-1) + 1
    fused = [Entrant(name, model) for name, model in models.items()]
    return Combined([*members[:last], *fused, *members[last:]], parts, team)


def _own(name: str, objective: str) -> str:
    return f"{name}: {objective}"


def merged(result: Result) -> Result:
    """Of those who combine, the figures of the objective each was taught, under one name."""
    taught = {
        _own(name, objective): (name, objective) for name in COMBINED for objective in OBJECTIVES
    }

    def shown(model: str, objective: str) -> str | None:
        name, own = taught.get(model, (model, objective))
        return name if own == objective else None

    pairs = zip(result.table["model"], result.table["objective"], strict=True)
    names = pd.Series([shown(*pair) for pair in pairs], index=result.table.index, dtype=object)
    table = result.table.assign(model=names)
    return replace(
        result,
        table=table.dropna(subset="model").reset_index(drop=True),
        ndcg={
            (objective, name): found
            for (objective, model), found in result.ndcg.items()
            if (name := shown(model, objective))
        },
        left_out=_left_out(result.left_out),
    )


def _left_out(names: Sequence[str]) -> tuple[str, ...]:
    """Those who combine are left out where they are for every objective."""
    taught = {name: [_own(name, objective) for objective in OBJECTIVES] for name in COMBINED}
    alone = [name for name in names if not any(name in own for own in taught.values())]
    return (*alone, *(name for name, own in taught.items() if set(own) <= set(names)))


def _of_ranks(model: Any) -> Fused:
    recipe = {"fusion": RANKS, "depth": model.depth, "constant": model.constant}
    return Fused(model.weights_, recipe)


def _of_trees(model: TeamRanker) -> Fused:
    """The first part alone where there was too little to learn from."""
    names = list(model.panel_.models)
    if model.trees_ is None:
        return Fused({names[0]: 1.0})
    trees = model.trees_.model_to_string().encode()
    recipe = {
        "fusion": TREES,
        "per_model": model.per_model,
        "min_buyers": model.min_buyers,
        "trees": TREES_TABLE,
        "features": FEATURES_TABLE,
        "sha256": hashlib.sha256(trees).hexdigest(),
    }
    tables: dict[str, NDArray[Any]] = {
        TREES_TABLE: np.frombuffer(trees, np.uint8),
        FEATURES_TABLE: model.context_.products,
    }
    return Fused(dict.fromkeys(names, 1.0), recipe, tables)
