"""Counts that outlive a process: room for new customers and products, arrays out, arrays in."""

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from recommendations.algorithms.incremental import IncrementalCosine


def grown(model: IncrementalCosine, rows: int, columns: int) -> IncrementalCosine:
    """The same counts in a larger matrix: new rows and columns come after the old, all empty."""
    old_rows, old_columns = model.base_.shape
    if (rows, columns) == (old_rows, old_columns):
        return model
    if rows < old_rows or columns < old_columns:
        raise ValueError("a matrix of counts only grows")
    more = columns - old_columns
    model.base_ = _larger(model.base_, rows, columns)
    model.added_ = _larger(model.added_, rows, columns)
    model.base_columns_ = model.base_.tocsc()
    model.sizes_ = np.concatenate([model.sizes_, np.zeros(more, np.int64)])
    nobody = np.full((more, model.candidates_.shape[1]), -1, np.int32)
    model.candidates_ = np.concatenate([model.candidates_, nobody])
    model.counts_ = np.concatenate([model.counts_, np.zeros_like(nobody)])
    model.bars_ = np.concatenate([model.bars_, np.zeros(more)])
    return model


def _larger(matrix: Any, rows: int, columns: int) -> sparse.csr_array:
    starts = np.concatenate(
        [matrix.indptr, np.full(rows - matrix.shape[0], matrix.indptr[-1], matrix.indptr.dtype)]
    )
    return sparse.csr_array((matrix.data, matrix.indices, starts), shape=(rows, columns))


def state_of(model: IncrementalCosine) -> dict[str, NDArray[Any]]:
    """All that a later process needs to go on counting."""
    return {
        "k": np.array([model.k]),
        "shape": np.array(model.base_.shape),
        "base_starts": model.base_.indptr,
        "base_columns": model.base_.indices,
        "added_starts": model.added_.indptr,
        "added_columns": model.added_.indices,
        "sizes": model.sizes_,
        "candidates": model.candidates_,
        "counts": model.counts_,
        "bars": model.bars_,
    }


def from_state(state: dict[str, NDArray[Any]]) -> IncrementalCosine:
    """The model that `state_of` described."""
    model = IncrementalCosine(int(state["k"][0]))
    rows, columns = (int(size) for size in state["shape"])
    parts = {}
    for name in ("base", "added"):
        ids = state[f"{name}_columns"]
        cells = (np.ones(len(ids), np.int8), ids, state[f"{name}_starts"])
        parts[name] = sparse.csr_array(cells, shape=(rows, columns))
    model.base_, model.added_ = parts["base"], parts["added"]
    model.base_columns_ = model.base_.tocsc()
    model.sizes_, model.bars_ = state["sizes"], state["bars"]
    model.candidates_, model.counts_ = state["candidates"], state["counts"]
    return model
