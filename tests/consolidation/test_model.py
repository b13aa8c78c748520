"""The program against brute force: what is chosen is the best there is."""

import math
from dataclasses import replace

import numpy as np
import pytest
from consolidation.brute_force import brute_force
from consolidation.cases import random_problem

from mixplan.base.progress import Watch
from mixplan.consolidation import (
    program,
    running,
    search,
)


@pytest.mark.parametrize("seed", range(8))
def test_small_cases_are_solved_as_by_brute_force(seed: int) -> None:
    p = random_problem(seed)
    truth, found = brute_force(p), search.solve(p, gap=1e-7, time_limit_s=60)
    if math.isinf(truth):
        assert found.status == "infeasible"
    else:
        assert found.status == "optimal"
        assert found.objective == pytest.approx(truth, rel=1e-6, abs=1e-4)


@pytest.mark.parametrize("seed", [1, 2])
def test_small_phased_cases_are_solved_as_by_brute_force(seed: int) -> None:
    p = random_problem(seed, years=2)
    truth, found = brute_force(p), search.solve(p, gap=1e-7, time_limit_s=60)
    assert math.isfinite(truth)
    assert found.objective == pytest.approx(truth, rel=1e-6, abs=1e-4)


def test_the_bound_counts_stations_that_are_not_written_out() -> None:
    # 60 stations, more than are written out at first for a point: the answer must be that of the whole program.
    rng = np.random.default_rng(3)
    n, m = 60, 5
    capacity = np.full(n, 10.0)
    p = replace(
        random_problem(0),
        capacity=capacity,
        haul_km=rng.uniform(1, 40, (n, m)),
        demand=np.full((1, m), 60.0),
        limit=np.array([500.0]),
        keep_cost=rng.uniform(0, 50, n),
        note_cost=np.zeros(n),
        loss=np.full(n, 30.0),
        add_most=np.zeros(n),
        standard=0.0,
        pairs=np.empty((0, 2), dtype=np.int64),
        pair_saving=np.empty(0),
    )
    found = search.solve(p, gap=1e-5, time_limit_s=60)
    whole = program.Model(p, program.arcs_within(p, np.full(m, n)))
    values, bound, _status, _nodes = running.run_mip(
        whole.program.lp(), Watch(60), gap=1e-6, constant=whole.constant, start=None, until_s=60
    )
    assert values is not None
    assert found.bound <= whole.cost_of(values) * (1 + 1e-6)
    assert found.objective >= bound * (1 - 1e-6)
    assert found.objective == pytest.approx(whole.cost_of(values), rel=2e-4)
