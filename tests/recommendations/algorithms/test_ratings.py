import numpy as np
import pandas as pd
import pytest

from recommendations.algorithms.ratings import (
    PREDICTORS,
    SVD,
    Baseline,
    Hybrid,
    Neighbours,
    Ratings,
    rmse,
)


def graded(seed=0, users=40, items=30, share=0.4):
    """Two hidden tastes, habits of users, levels of items and a little noise."""
    rng = np.random.default_rng(seed)
    taste = np.outer(rng.choice([-1, 1], users), rng.choice([-1, 1], items))
    grades = 3 + taste + rng.normal(0, 0.4, users)[:, None] + rng.normal(0, 0.4, items)
    grades = np.clip(np.rint(grades + rng.normal(0, 0.2, grades.shape)), 1, 5)
    user, item = np.nonzero(rng.random(grades.shape) < share)
    frame = pd.DataFrame({"user_id": user, "item_id": item, "rating": grades[user, item]})
    held = rng.random(len(frame)) < 0.2
    return frame[~held], frame[held]


def test_neighbour_prediction_worked_by_hand():
    rows = [("a", "x", 1), ("a", "y", 3), ("b", "x", 2), ("b", "y", 4), ("b", "z", 5)]
    known = Ratings.from_frame(pd.DataFrame(rows, columns=["user_id", "item_id", "rating"]))
    found = Neighbours(kind="pearson").fit(known).predict(["a"], ["z"])
    assert found == pytest.approx([2 + (5 - 11 / 3)])  # b agrees fully and is 4/3 above its mean


def naive_means(train, user, item, k=2):
    table = train.pivot_table(index="user_id", columns="item_id", values="rating")
    raters = []
    for other in table.index.drop(user):
        both = table.loc[[user, other]].dropna(axis=1)
        if item not in table or np.isnan(table.loc[other, item]) or both.shape[1] == 0:
            continue
        likeness = 1 / (1 + float(((both.iloc[0] - both.iloc[1]) ** 2).mean()))
        raters.append((likeness, table.loc[other, item] - table.loc[other].mean()))
    nearest = sorted(raters, reverse=True)[:k]
    total = sum(likeness for likeness, _ in nearest)
    shift = sum(likeness * gap for likeness, gap in nearest) / total if total else 0
    return np.clip(table.loc[user].mean() + shift, 1, 5)


def test_neighbours_equal_the_plain_loop():
    train, test = graded(1, users=12, items=10)
    model = Neighbours(kind="msd", k=100).fit(Ratings.from_frame(train))
    pairs = test[test["user_id"].isin(train["user_id"]) & test["item_id"].isin(train["item_id"])]
    expected = [
        naive_means(train, u, i, 100)
        for u, i in zip(pairs["user_id"], pairs["item_id"], strict=True)
    ]
    assert model.predict(pairs["user_id"], pairs["item_id"]) == pytest.approx(expected, abs=1e-9)


def test_the_baseline_is_where_both_ridge_steps_stand_still():
    known = Ratings.from_frame(graded(2)[0])
    model = Baseline(sweeps=200).fit(known)
    rest = known.grades - model.mean_ - model.item_bias_[known.items]
    expected = np.bincount(known.users, weights=rest) / (np.bincount(known.users) + 15)
    assert model.user_bias_ == pytest.approx(expected, abs=1e-9)


@pytest.mark.parametrize("name", sorted(PREDICTORS))
def test_every_predictor_beats_the_mean_and_answers_for_strangers(name):
    train, test = graded(3, users=80, items=60)
    model = PREDICTORS[name]().fit(Ratings.from_frame(train))
    truth = test["rating"].to_numpy(float)
    guessed = model.predict(test["user_id"], test["item_id"])
    assert rmse(guessed, truth) < rmse(np.full(len(truth), train["rating"].mean()), truth)
    assert guessed.min() >= 1
    assert guessed.max() <= 5
    stranger = model.predict([-1, 0], [0, -1])
    assert np.isfinite(stranger).all()


def test_the_hybrid_is_better_than_factors_alone():
    train, test = graded(4, users=80, items=60)
    known, truth = Ratings.from_frame(train), test["rating"].to_numpy(float)
    errors = [
        rmse(model.fit(known).predict(test["user_id"], test["item_id"]), truth)
        for model in (Hybrid(), SVD())
    ]
    assert errors[0] < errors[1]


def test_no_ratings_no_opinion():
    empty = Ratings.from_frame(pd.DataFrame({"user_id": [], "item_id": [], "rating": []}))
    assert Baseline().fit(empty).predict([1], [2]).tolist() == [0]
