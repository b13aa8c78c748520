"""What a stopped search hands back: at any moment a plan that keeps every rule, with a bound that holds."""

from __future__ import annotations

import math
import time

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from solver_cases import assert_sound, city, km

from mixplan.base.progress import Progress
from mixplan.siting.solver import Siting, SitingProblem, evaluate, solve
from mixplan.siting.solver.core import Core
from mixplan.siting.solver.heuristics import subgradient
from mixplan.siting.solver.manypoints import ManyPoints
from mixplan.siting.solver.pooling import pooled, spread
from mixplan.siting.solver.transport import Transport


@pytest.mark.slow
@settings(max_examples=25, suppress_health_check=[HealthCheck.too_slow])
@given(seed=st.integers(0, 5), after=st.integers(1, 400))
def test_stopped_at_any_moment_the_plan_is_sound(seed: int, after: int) -> None:
    problem, told = city(seed), []

    def until(now: Progress) -> bool:
        told.append(now)
        return len(told) < after

    plan = solve(problem, gap=0.0, watcher=until)
    best = solve(problem, gap=0.0)
    assert_sound(problem, plan)
    assert plan.bound <= best.objective * (1 + 1e-6)
    for found in {id(now.best): now.best for now in told if now.best is not None}.values():
        assert_sound(problem, found)
        assert found.status == "interrupted"
        assert found.bound <= best.objective * (1 + 1e-6)


def test_a_complete_plan_is_there_before_anything_is_proven() -> None:
    told: list[Progress] = []
    solve(city(1), gap=0.01, watcher=lambda now: told.append(now) or True)
    first = next(now for now in told if now.best is not None)
    assert first.bound <= 0.0, "no bound has been worked out yet"
    assert isinstance(first.best, Siting)
    assert first.text


def test_the_gap_told_of_the_best_is_the_one_proven_at_that_moment() -> None:
    told: list[Progress] = []
    solve(city(2), gap=0.0, watcher=lambda now: told.append(now) or True)
    for now in told:
        if now.best is not None:
            assert now.best.bound <= now.bound + 1e-9
            assert now.best.objective >= now.objective - 1e-6 * now.objective


def many_points(seed: int, points: int, **rules: object) -> SitingProblem:
    """Many points, a cap that supplies share, and places that some points cannot be reached from."""
    rng = np.random.default_rng(seed)
    where, sites, plants = rng.normal(0, 25, (points, 2)), rng.uniform(-60, 60, (30, 2)), rng.uniform(-40, 40, (3, 2))
    weight = rng.lognormal(0, 1, points)
    haul = km(where, sites)
    return SitingProblem(
        np.where(haul > 110, math.inf, haul),
        weight * 500 / weight.sum(),
        np.full(30, 40.0),
        unit_cost_existing=km(where, plants),
        capacity_existing=np.full(3, 30.0),
        unit_cost_optional=km(where, plants) + 20,
        capacity_optional=np.full(3, 50.0),
        optional_group=[0, 0, -1],
        optional_group_cap=[60.0],
        **rules,  # type: ignore[arg-type]
    )


@pytest.mark.parametrize("penalty", [15.0, 200.0, math.inf])
@pytest.mark.parametrize("seed", range(2))
def test_deliveries_to_many_points_cost_hardly_more_than_the_least(seed: int, penalty: float) -> None:
    core = Core(many_points(seed, 700, unmet_penalty=penalty))
    quick, whole = ManyPoints(core), Transport(core, 30)
    rng = np.random.default_rng(seed)
    for count in (0, 3, 9, 14):
        lines = np.zeros(30, dtype=np.int64)
        lines[rng.choice(30, count, replace=False)] = 1
        least, found = whole.solve(lines), quick.solve(lines)
        assert least * (1 - 1e-7) <= found <= least * (1 + 5e-4)
        amount, unmet = quick.amounts()
        assert amount.sum(axis=0) + unmet == pytest.approx(core.d, abs=1e-7)
        assert (amount.sum(axis=1) <= np.concatenate([core.cap[:30] * lines, core.cap[30:]]) + 1e-9).all()


@pytest.mark.slow
def test_deliveries_to_thousands_of_points_hear_a_stop_at_once() -> None:
    core = Core(many_points(1, 9000, n_lines=9, unmet_penalty=200.0))
    lines = np.zeros(30, dtype=np.int64)
    lines[:9] = 1
    asked = [time.process_time()]

    def count(goes_on: bool) -> bool:
        asked.append(time.process_time())
        return goes_on

    best = ManyPoints(core, lambda: count(True)).solve(lines)
    asked.append(time.process_time())
    assert max(np.diff(asked)) < 0.5, "a third of a second, and some for a slow machine"
    stopped = ManyPoints(core, lambda: count(False))
    began = time.process_time()
    found = stopped.solve(lines)
    assert time.process_time() - began < 0.7
    amount, unmet = stopped.amounts()
    assert amount.sum(axis=0) + unmet == pytest.approx(core.d, abs=1e-7)
    assert (amount.sum(axis=1) <= np.concatenate([core.cap[:30] * lines, core.cap[30:]]) + 1e-9).all()
    assert found >= best * (1 - 1e-6)


@pytest.mark.slow
def test_a_time_limit_holds_with_thousands_of_points() -> None:
    problem = many_points(1, 9000, n_lines=9, unmet_penalty=200.0)
    began = time.process_time()
    plan = solve(problem, gap=0.0, time_limit_s=3.0)
    took = time.process_time() - began
    assert plan.status == "time_limit"
    assert evaluate(problem, plan.lines, plan.flows).feasible(1e-6)
    assert took < 3.0 + 4.0, "of processor time, which a busy machine does not lengthen"


@pytest.mark.parametrize("seed", range(3))
def test_prices_of_pooled_points_prove_no_more_than_is_true_of_all_points(seed: int) -> None:
    core = Core(many_points(seed, 700, n_lines=9, unmet_penalty=200.0))
    small, cell = pooled(core)
    assert np.bincount(cell, core.d) == pytest.approx(small.d)
    price, _bound, use = subgradient(small, math.inf, 60, lambda: True)
    prices = spread(core, small, cell, price, use)
    _price, proven, _use = subgradient(core, math.inf, 1, lambda: True, start=prices)
    best = solve(core.problem, gap=0.01, time_limit_s=120.0)
    assert 0.5 * best.objective < proven * core.unit_money <= best.objective * (1 + 1e-9)
