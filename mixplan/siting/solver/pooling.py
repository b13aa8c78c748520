"""Many thousands of points pooled to some hundreds of cells: a problem small enough to look for good sites quickly.

What is found in it is a plan like any other, priced over all points. Its prices, moved from the cells to their points,
prove a bound over all points like any other prices.
"""

from __future__ import annotations

import copy

import numpy as np

from mixplan.siting.solver.core import Core
from mixplan.siting.solver.problem import FloatArray, IntArray

_LANDMARKS, _HALVINGS = 6, 10


def pooled(core: Core) -> tuple[Core, IntArray]:
    """The same problem with its points pooled to cells, each at the mean haul of its points; and each point's cell."""
    cost = core.c
    far = 2 * float(cost.max(initial=1.0, where=np.isfinite(cost)))
    cell = _cells(np.where(np.isfinite(cost), cost, far))
    small = copy.copy(core)
    small.__dict__.pop("site_distance", None)  # depends on the points
    small.d = np.bincount(cell, core.d).astype(float)
    small.n = len(small.d)
    with np.errstate(invalid="ignore"):
        # A source that does not reach every point of a cell does not reach the cell.
        small.c = np.array([np.bincount(cell, row * core.d) for row in cost]).reshape(len(cost), small.n) / small.d
    return small, cell


def spread(core: Core, small: Core, cell: IntArray, price: FloatArray, use: FloatArray) -> FloatArray:
    """Prices of the points from those of their cells: a point nearer to who serves its cell pays less."""
    served = np.concatenate([use > 0.3, np.ones(core.n_source - core.m, dtype=np.bool_)])
    if not served.any():
        return price[cell]
    by = np.flatnonzero(served)[small.c[served].argmin(axis=0)]
    apart = core.c[by[cell], np.arange(core.n)] - small.c[by, np.arange(small.n)][cell]
    out: FloatArray = np.minimum(price[cell] + np.where(np.isfinite(apart), apart, 0.0), core.penalty)
    return out


def _cells(cost: FloatArray) -> IntArray:
    """Number the points by small cells of those that lie together, told by their hauls from some sources far apart.

    Every cell is halved, again and again, by the haul in which its points differ most.
    """
    n = cost.shape[1]
    chosen, apart = [int(cost.sum(axis=1).argmax())], np.full(len(cost), np.inf)
    while len(chosen) < _LANDMARKS:
        apart = np.minimum(apart, np.abs(cost - cost[chosen[-1]]).mean(axis=1))
        chosen.append(int(apart.argmax()))
    haul = cost[chosen]
    cells: IntArray = np.zeros(n, dtype=np.int64)
    for _halving in range(_HALVINGS):
        size = np.maximum(np.bincount(cells), 1)
        mean = np.array([np.bincount(cells, row) for row in haul]) / size
        differ = np.array([np.bincount(cells, row) for row in (haul - mean[:, cells]) ** 2])
        by = haul[differ.argmax(axis=0)[cells], np.arange(n)]
        rank = np.empty(n, dtype=np.int64)
        rank[np.lexsort((by, cells))] = np.arange(n)
        first = np.cumsum(np.bincount(cells)) - np.bincount(cells)
        cells = 2 * cells + (2 * (rank - first[cells]) >= size[cells])
    return np.unique(cells, return_inverse=True)[1].astype(np.int64)
