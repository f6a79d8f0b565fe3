"""CPU time and memory of neighbour search beside the libraries, on Zipf-like matrices."""

import importlib.util
import resource
import time
from collections.abc import Callable
from typing import Any

import numpy as np
from scipy import sparse

from recommendations.algorithms.corated import Corated, corated_neighbours
from recommendations.algorithms.incremental import IncrementalCosine
from recommendations.algorithms.neighbours import count_neighbours

SIZES = ((50_000, 10_000, 1_090_000), (500_000, 50_000, 11_060_000))
K = 100


def zipf(rows: int, columns: int, events: int, seed: int = 0) -> sparse.csr_array:
    """0/1 matrix: log-normal row sizes, columns by rank ** -0.75, about `events` entries."""
    rng = np.random.default_rng(seed)
    sizes = rng.lognormal(0, 1, rows)
    sizes = np.maximum(1, np.round(sizes * events * 1.03 / sizes.sum())).astype(np.int64)
    share = np.arange(1, columns + 1) ** -0.75
    edges = np.cumsum(share / share.sum())
    row = np.repeat(np.arange(rows), sizes)
    column = np.minimum(np.searchsorted(edges, rng.random(len(row))), columns - 1)
    pairs = np.unique(row * columns + rng.permutation(columns)[column])
    coordinates = ((pairs // columns).astype(np.int32), (pairs % columns).astype(np.int32))
    shape = (rows, columns)
    return sparse.coo_array((np.ones(len(pairs), np.float32), coordinates), shape=shape).tocsr()


def cpu(work: Callable[[], Any]) -> tuple[float, Any]:
    """CPU seconds of the process, and the result."""
    started = time.process_time()
    result = work()
    return round(time.process_time() - started, 3), result


def run(emit: Callable[..., None]) -> None:
    """Full fit at two sizes, with a cap, growth, daily update, user-user Pearson."""
    warm = zipf(200, 80, 2_000)
    count_neighbours(warm, 5)
    IncrementalCosine(5).fit(warm).update(np.array([1]), np.array([2])).neighbours()
    own = []
    for size in SIZES:
        matrix = zipf(*size)
        label = f"speed.item_cosine_{size[2] / 1e6:.1f}m"
        seconds, lists = cpu(lambda matrix=matrix: count_neighbours(matrix, K))
        own.append((matrix.nnz, seconds))
        others = libraries(matrix, lists[1])
        slowest = {name: round(value / seconds, 2) for name, value in others.items()}
        emit(label, seconds, unit="CPU s", better="lower", rivals=others, ratios=slowest)
        capped = newest(matrix, 50)
        capped_seconds, _ = cpu(lambda capped=capped: count_neighbours(capped, K))
        emit(f"{label}.cap50", capped_seconds, unit="CPU s", better="lower", rivals=others)
        daily(emit, label, matrix, seconds)
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        emit(f"{label}.peak_with_rivals", round(memory), unit="MiB", better="lower", target=2048)
    exponent = np.log(own[1][1] / own[0][1]) / np.log(own[1][0] / own[0][0])
    emit("speed.growth_exponent", round(float(exponent), 3), unit="", better="lower", target=1.2)
    pearson(emit)


def newest(matrix: sparse.csr_array, cap: int) -> sparse.csr_array:
    """At most `cap` random entries per row: what a history cap leaves."""
    rng = np.random.default_rng(0)
    rows = np.repeat(np.arange(matrix.shape[0]), np.diff(matrix.indptr))
    order = np.lexsort((rng.random(matrix.nnz), rows))
    kept = order[np.arange(matrix.nnz) - matrix.indptr[rows[order]] < cap]
    cells = (matrix.data[kept], (rows[kept], matrix.indices[kept]))
    return sparse.coo_array(cells, shape=matrix.shape).tocsr()


def daily(emit: Callable[..., None], label: str, matrix: sparse.csr_array, full: float) -> None:
    """One day's events (1/730 of all), taken out and added again."""
    rng = np.random.default_rng(1)
    rows = np.repeat(np.arange(matrix.shape[0]), np.diff(matrix.indptr))
    day = rng.choice(matrix.nnz, matrix.nnz // 730, replace=False)
    rest = np.ones(matrix.nnz, bool)
    rest[day] = False
    cells = (matrix.data[rest], (rows[rest], matrix.indices[rest]))
    model = IncrementalCosine(K).fit(sparse.coo_array(cells, shape=matrix.shape).tocsr())
    seconds, lists = cpu(lambda: model.update(rows[day], matrix.indices[day]).neighbours())
    wrong = float(np.abs(lists[1] - count_neighbours(matrix, K)[1]).max())
    emit(
        f"{label}.daily_share",
        round(seconds / full, 4),
        unit="of a full fit",
        better="lower",
        target=0.05,
        seconds=seconds,
        largest_difference_to_refit=wrong,
    )


def libraries(matrix: sparse.csr_array, expected: Any) -> dict[str, float]:
    """CPU seconds of implicit and sparse_dot_topn on the same matrix, answers compared."""
    found = {}
    roots = np.sqrt(np.maximum(np.bincount(matrix.indices, minlength=matrix.shape[1]), 1))
    unit = sparse.csr_matrix(
        ((1 / roots[matrix.indices]).astype(np.float64), matrix.indices, matrix.indptr),
        shape=matrix.shape,
    )
    if importlib.util.find_spec("implicit"):
        from implicit.nearest_neighbours import all_pairs_knn  # noqa: PLC0415

        seconds, lists = cpu(lambda: all_pairs_knn(unit, K + 1, num_threads=1, show_progress=False))
        found["implicit.all_pairs_knn"] = seconds
        _assert_equal(lists.tocsr(), expected)
    if importlib.util.find_spec("sparse_dot_topn"):
        from sparse_dot_topn import sp_matmul_topn  # noqa: PLC0415

        turned = unit.T.tocsr()
        seconds, _ = cpu(lambda: sp_matmul_topn(turned, unit, top_n=K + 1, sort=True, n_threads=1))
        found["sparse_dot_topn"] = seconds
    return found


def _assert_equal(lists: Any, expected: Any) -> None:
    lists.setdiag(0)
    sums = np.asarray(lists.sum(axis=1)).ravel()
    assert np.allclose(sums, expected.sum(axis=1), rtol=1e-4, atol=1e-4)


def pearson(emit: Callable[..., None]) -> None:
    """User-user Pearson, 100,000 x 20,000, graded."""
    rng = np.random.default_rng(0)
    for rows, columns, events, target in (
        (6_040, 3_700, 590_000, None),
        (100_000, 20_000, 2_360_000, 40),
    ):
        matrix = zipf(rows, columns, events)
        matrix.data = rng.integers(1, 6, matrix.nnz).astype(np.float32)
        by_product = sparse.csr_array(matrix.T)
        corated_neighbours(sparse.csr_array(by_product[:50][:, :50]), 5, Corated("pearson", 3, 50))
        seconds, _ = cpu(lambda m=by_product: corated_neighbours(m, 50, Corated("pearson", 3, 50)))
        others = surprise_pearson(matrix) if target is None else {}
        emit(
            f"speed.user_pearson_{rows}",
            seconds,
            unit="CPU s",
            better="lower",
            target=target,
            rivals=others,
        )


def surprise_pearson(matrix: sparse.csr_array) -> dict[str, float]:
    """scikit-surprise's KNNWithMeans fit on the same ratings."""
    if not importlib.util.find_spec("surprise"):
        return {}
    import pandas as pd  # noqa: PLC0415
    import surprise  # noqa: PLC0415

    cells = matrix.tocoo()
    frame = pd.DataFrame({"u": cells.row, "i": cells.col, "r": cells.data})
    data = surprise.Dataset.load_from_df(frame, surprise.Reader(rating_scale=(1, 5)))
    model = surprise.KNNWithMeans(sim_options={"name": "pearson"}, verbose=False)
    train = data.build_full_trainset()
    return {"scikit-surprise": cpu(lambda: model.fit(train))[0]}
