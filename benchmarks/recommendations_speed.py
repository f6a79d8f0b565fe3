"""CPU time and memory of neighbour search beside the libraries, on Zipf-like matrices.

The group runs in processes of their own, so that a peak of memory is that of one method alone.
"""

import importlib.util
import multiprocessing
import resource
import time
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
from scipy import sparse

from benchmarks.figures import Figure
from recommendations.algorithms.corated import Corated, corated_neighbours
from recommendations.algorithms.incremental import IncrementalCosine
from recommendations.algorithms.neighbours import count_neighbours

SIZES = ((50_000, 10_000, 1_090_000), (500_000, 50_000, 11_060_000))
K = 100
CAP = 25
WINDOW = 60 / 730  # the share of events that two months are of two years
ROWS = (300, 70_000)  # that counters of one byte cannot count, and of two
NAME = "recommendations.speed"
OWN = "ours"


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


def apart(work: Callable[..., dict[str, float]], *given: Any) -> dict[str, float]:
    """What `work` measured in a fresh process, and that process's peak memory in MiB."""
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        return pool.apply(_with_peak, (work, given))


def _with_peak(work: Callable[..., dict[str, float]], given: tuple[Any, ...]) -> dict[str, float]:
    found = work(*given)
    return {**found, "peak": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)}


def run() -> Iterator[Figure]:
    """Full fit at two sizes, with a cap and a window, growth, daily update, user-user Pearson."""
    own: list[dict[str, float]] = []
    for size in SIZES:
        found = apart(full_fit, size)
        others = apart(libraries, size)
        own.append(found)
        yield from _cosine(f"{NAME}.item_cosine_{size[2] / 1e6:.1f}m", found, others)
        yield from _daily(f"{NAME}.item_cosine_{size[2] / 1e6:.1f}m", found, apart(daily, size))
    small, large = own
    exponent = np.log(large[OWN] / small[OWN]) / np.log(large["events"] / small["events"])
    yield Figure(f"{NAME}.growth_exponent", round(float(exponent), 3), target=1.2)
    yield from _pearson()


def _cosine(label: str, found: dict[str, float], others: dict[str, float]) -> Iterator[Figure]:
    rivals = {name: value for name, value in others.items() if "." in name or "_" in name}
    differ = rivals.pop("largest_difference", None)
    yield Figure(label, found[OWN], "CPU s", rivals=rivals)
    theirs = rivals.get("implicit.all_pairs_knn")
    if theirs is not None:
        for name, target in ((OWN, 2.0), ("cap", None), ("window", 8.0)):
            way = {OWN: "full", "cap": f"cap_{CAP}", "window": "window_60_of_730_days"}[name]
            ratio = round(theirs / found[name], 2)
            yield Figure(
                f"{label}.{way}.times_less_cpu_than_implicit",
                ratio,
                "x",
                "higher",
                target,
                {f"{OWN}, CPU s": found[name], "implicit, CPU s": theirs},
            )
    if differ is not None:
        yield Figure(f"{label}.largest_difference_to_implicit", differ, target=1e-6)
    yield Figure(
        f"{label}.peak", found["peak"], "MiB", target=2048, rivals={"libraries": others["peak"]}
    )


def _daily(label: str, found: dict[str, float], day: dict[str, float]) -> Iterator[Figure]:
    share = round(day["update"] / found[OWN], 4)
    yield Figure(
        f"{label}.daily_update", share, "of a full fit", target=0.05, seconds=day["update"]
    )
    yield Figure(f"{label}.daily_update.largest_difference_to_refit", day["wrong"], target=0.0)


def warm() -> None:
    """Compile before the clock runs, for counters of each width."""
    matrix = zipf(200, 80, 2_000)
    count_neighbours(matrix, 5)
    for rows in ROWS:
        count_neighbours(sparse.csr_array(np.ones((rows, 2), np.float32)), 1)
    IncrementalCosine(5).fit(matrix).update(np.array([1]), np.array([2])).neighbours()
    corated_neighbours(sparse.csr_array(matrix.T), 5, Corated("pearson", 3, 50))


def full_fit(size: tuple[int, int, int]) -> dict[str, float]:
    """CPU seconds of all events, of a history cap, and of a window."""
    warm()
    matrix = zipf(*size)
    capped, recent = newest(matrix, CAP), windowed(matrix, WINDOW)
    return {
        OWN: cpu(lambda: count_neighbours(matrix, K))[0],
        "events": matrix.nnz,
        "cap": cpu(lambda: count_neighbours(capped, K))[0],
        "window": cpu(lambda: count_neighbours(recent, K))[0],
    }


def newest(matrix: sparse.csr_array, cap: int) -> sparse.csr_array:
    """At most `cap` random entries per row: what a history cap leaves."""
    rng = np.random.default_rng(0)
    rows = np.repeat(np.arange(matrix.shape[0]), np.diff(matrix.indptr))
    order = np.lexsort((rng.random(matrix.nnz), rows))
    kept = order[np.arange(matrix.nnz) - matrix.indptr[rows[order]] < cap]
    return _of(matrix, np.sort(kept))


def windowed(matrix: sparse.csr_array, share: float) -> sparse.csr_array:
    """A random share of the events: what a window leaves where trade is even."""
    return _of(matrix, np.flatnonzero(np.random.default_rng(0).random(matrix.nnz) < share))


def _of(matrix: sparse.csr_array, kept: Any) -> sparse.csr_array:
    rows = np.repeat(np.arange(matrix.shape[0]), np.diff(matrix.indptr))
    cells = (matrix.data[kept], (rows[kept], matrix.indices[kept]))
    return sparse.coo_array(cells, shape=matrix.shape).tocsr()


def daily(size: tuple[int, int, int]) -> dict[str, float]:
    """One day's events (1/730 of all), taken out and added again."""
    warm()
    matrix = zipf(*size)
    rng = np.random.default_rng(1)
    rows = np.repeat(np.arange(matrix.shape[0]), np.diff(matrix.indptr))
    day = rng.choice(matrix.nnz, matrix.nnz // 730, replace=False)
    rest = np.ones(matrix.nnz, bool)
    rest[day] = False
    model = IncrementalCosine(K).fit(_of(matrix, np.flatnonzero(rest)))
    seconds, lists = cpu(lambda: model.update(rows[day], matrix.indices[day]).neighbours())
    wrong = float(np.abs(lists[1] - count_neighbours(matrix, K)[1]).max())
    return {"update": seconds, "wrong": wrong}


def libraries(size: tuple[int, int, int]) -> dict[str, float]:
    """CPU seconds of implicit and sparse_dot_topn on the same matrix, answers compared."""
    matrix = zipf(*size)
    roots = np.sqrt(np.maximum(np.bincount(matrix.indices, minlength=matrix.shape[1]), 1))
    unit = sparse.csr_matrix(
        ((1 / roots[matrix.indices]).astype(np.float64), matrix.indices, matrix.indptr),
        shape=matrix.shape,
    )
    found = {}
    if importlib.util.find_spec("implicit"):
        from implicit.nearest_neighbours import all_pairs_knn  # noqa: PLC0415

        seconds, lists = cpu(lambda: all_pairs_knn(unit, K + 1, num_threads=1, show_progress=False))
        found["implicit.all_pairs_knn"] = seconds
        found["largest_difference"] = _difference(lists.tocsr(), matrix)
    if importlib.util.find_spec("sparse_dot_topn"):
        from sparse_dot_topn import sp_matmul_topn  # noqa: PLC0415

        turned = unit.T.tocsr()
        found["sparse_dot_topn"] = cpu(
            lambda: sp_matmul_topn(turned, unit, top_n=K + 1, sort=True, n_threads=1)
        )[0]
    return found


def _difference(lists: Any, matrix: sparse.csr_array) -> float:
    """Largest gap between the similarities at the same place of the two libraries' lists."""
    ours = count_neighbours(matrix, K)[1]
    lists.setdiag(0)
    rows = np.repeat(np.arange(lists.shape[0]), np.diff(lists.indptr))
    order = np.lexsort((-lists.data, rows))
    place = np.arange(lists.nnz) - lists.indptr[rows[order]]
    theirs = np.zeros_like(ours)
    kept = place < K
    theirs[rows[order][kept], place[kept]] = lists.data[order][kept]
    return float(np.abs(ours - theirs).max())


def _pearson() -> Iterator[Figure]:
    """User-user Pearson on grades: beside scikit-surprise, and where it cannot go."""
    found = apart(pearson, (6_040, 3_700, 590_000))
    label = f"{NAME}.user_pearson_6040"
    theirs = apart(surprise_pearson, (6_040, 3_700, 590_000)).get("scikit-surprise")
    rivals = {} if theirs is None else {"scikit-surprise": theirs}
    yield Figure(label, found[OWN], "CPU s", rivals=rivals)
    if theirs is not None:
        ratio = round(theirs / found[OWN], 2)
        yield Figure(f"{label}.times_less_cpu_than_surprise", ratio, "x", "higher", 8.0)
    found = apart(pearson, (100_000, 20_000, 2_360_000))
    yield Figure(f"{NAME}.user_pearson_100000", found[OWN], "CPU s", target=40.0)
    yield Figure(f"{NAME}.user_pearson_100000.peak", found["peak"], "MiB", target=1024)


def graded(size: tuple[int, int, int]) -> sparse.csr_array:
    """Grades 1 to 5 at random."""
    matrix = zipf(*size)
    matrix.data = np.random.default_rng(0).integers(1, 6, matrix.nnz).astype(np.float32)
    return matrix


def pearson(size: tuple[int, int, int]) -> dict[str, float]:
    """CPU seconds of the 50 nearest customers of each."""
    warm()
    by_product = sparse.csr_array(graded(size).T)
    return {OWN: cpu(lambda: corated_neighbours(by_product, 50, Corated("pearson", 3, 50)))[0]}


def surprise_pearson(size: tuple[int, int, int]) -> dict[str, float]:
    """scikit-surprise's KNNWithMeans fit on the same ratings."""
    if not importlib.util.find_spec("surprise"):
        return {}
    import pandas as pd  # noqa: PLC0415
    import surprise  # noqa: PLC0415

    cells = graded(size).tocoo()
    frame = pd.DataFrame({"u": cells.row, "i": cells.col, "r": cells.data})
    data = surprise.Dataset.load_from_df(frame, surprise.Reader(rating_scale=(1, 5)))
    model = surprise.KNNWithMeans(sim_options={"name": "pearson"}, verbose=False)
    train = data.build_full_trainset()
    return {"scikit-surprise": cpu(lambda: model.fit(train))[0]}
