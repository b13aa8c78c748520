"""How a search ends."""

import math
from dataclasses import replace

import numpy as np
import pytest
from consolidation.cases import EAST, WEST, Make, at, points, random_problem, register

from mixplan.base.errors import InfeasibleError
from mixplan.consolidation import plan as consolidation_plan
from mixplan.consolidation import (
    search,
)
from mixplan.consolidation.model import Limit, Lock, Problem


def many_stations(seed: int = 5) -> Problem:
    """A problem whose first plan is not yet proven to be the best."""
    rng = np.random.default_rng(seed)
    n, m = 40, 12
    capacity = rng.integers(4, 16, n) * 5.0
    return replace(
        random_problem(0),
        capacity=capacity,
        haul_km=rng.uniform(1, 40, (n, m)),
        demand=np.atleast_2d(rng.uniform(5, 15, m) * capacity.sum() / 240),
        limit=np.array([0.7 * capacity.sum()]),
        keep_cost=rng.uniform(0, 150, n),
        note_cost=rng.uniform(0, 60, n),
        loss=rng.uniform(20, 120, n),
        add_most=np.maximum(60 - capacity, 0) + 20,
        pairs=np.empty((0, 2), dtype=np.int64),
        pair_saving=np.empty(0),
    )


def test_a_search_can_be_stopped_and_keeps_its_best() -> None:
    found = search.solve(many_stations(), gap=0.0, watcher=lambda now: math.isinf(now.objective))
    assert found.status == "interrupted"
    assert found.bound < found.objective < math.inf
    best = search.solve(many_stations(), gap=0.0)
    assert best.status == "optimal"
    assert found.bound <= best.objective + 1e-6 and best.objective <= found.objective + 1e-6


def test_a_search_ends_as_soon_as_the_wanted_gap_is_proven() -> None:
    found = search.solve(many_stations(), gap=0.2)
    assert found.status == "gap_reached"
    assert 1e-6 < found.gap <= 0.2
    assert found.gap == pytest.approx((found.objective - found.bound) / found.objective)


def test_a_search_without_time_says_that_its_time_was_up() -> None:
    found = search.solve(many_stations(), gap=0.0, time_limit_s=0.0)
    assert found.status == "time_limit"
    assert found.gap > 1e-6 and found.bound <= found.objective


def test_a_search_stopped_before_it_has_a_plan_says_so(make: Make) -> None:
    case = make(register(at(WEST, 80), at(EAST, 80)), points((*WEST, 40)))
    with pytest.raises(InfeasibleError, match="已停止"):
        consolidation_plan.solve(case, watcher=lambda _state: False)


def test_a_cap_on_flagged_stations_holds_and_locks_are_kept() -> None:
    p = many_stations()
    free = search.solve(p, gap=0.05)
    stands, stopped = np.flatnonzero(free.stands[-1]), np.flatnonzero(~free.stands[-1])
    members = np.isin(np.arange(p.n), stands[:3])
    lock = np.full(p.n, Lock.FREE)
    lock[[stands[2], stopped[0]]], lock[stands[3]] = Lock.KEEP, Lock.CLOSE
    found = search.solve(replace(p, limits=(Limit("flagged", members, 1),), lock=lock), gap=0.05)
    assert list(found.stands[-1][stands[:4]]) == [False, False, True, False]
    assert found.stands[-1][stopped[0]]
