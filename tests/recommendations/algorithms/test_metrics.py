import numpy as np
import pytest
from scipy import sparse

from recommendations.algorithms import metrics

ITEMS = np.array([[3, 1, 2], [0, -1, -1]], np.int32)
TRUTH = sparse.csr_array(np.array([[0, 1, 1, 0], [0, 1, 0, 0]], np.float32))


def test_ranking_metrics_of_a_case_worked_by_hand():
    found = metrics.ranking_metrics(ITEMS, TRUTH, cutoffs=(2, 3))
    assert found["recall@2"].tolist() == [0.5, 0]
    assert found["recall@3"].tolist() == [1, 0]
    assert found["mrr@3"].tolist() == [0.5, 0]
    assert found["hit_rate@2"].tolist() == [1, 0]
    gain, ideal = 1 / np.log2(3) + 1 / np.log2(4), 1 + 1 / np.log2(3)
    assert found["ndcg@3"] == pytest.approx([gain / ideal, 0])


def test_a_perfect_list_has_ndcg_one():
    perfect = np.array([[2, 1, 0]], np.int32)
    assert metrics.ranking_metrics(perfect, TRUTH[[0]])["ndcg@10"] == pytest.approx([1])


def test_coverage_and_novelty():
    assert metrics.coverage(ITEMS, 8) == 0.5
    bits = metrics.novelty(ITEMS, np.array([8, 4, 2, 1]), 8)
    assert bits == pytest.approx([(3 + 1 + 2) / 3, 0])


def test_the_interval_holds_the_mean_and_shrinks_with_more_customers():
    rng = np.random.default_rng(0)
    few, many = rng.random(50), rng.random(5000)
    low, high = metrics.bootstrap_interval(few, np.random.default_rng(1))
    assert low < few.mean() < high
    low_many, high_many = metrics.bootstrap_interval(many, np.random.default_rng(1))
    assert high_many - low_many < (high - low) / 5


def test_revenue_counts_the_money_of_hits_only():
    money = sparse.csr_array(np.array([[9.0, 5, 7, 0], [4, 2, 0, 0]]))
    assert metrics.revenue(ITEMS, TRUTH, money).tolist() == [12, 0]
    assert metrics.revenue(ITEMS[:, :1], TRUTH, money).tolist() == [0, 0]
