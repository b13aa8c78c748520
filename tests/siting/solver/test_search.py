"""What the search promises: the best plan, a bound that holds, and the best so far when it is stopped."""

from __future__ import annotations

import math
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from solver_cases import assert_sound, city, km, line_of_three, problems

from mixplan.base.progress import Progress
from mixplan.siting.solver import (
    SitingProblem,
    check,
    coverage_problem,
    evaluate,
    solve,
    solve_reference,
)


@settings(max_examples=120, suppress_health_check=[HealthCheck.too_slow])
@given(problem=problems())
def test_agrees_with_the_reference_on_small_problems(problem: SitingProblem) -> None:
    plan, reference = solve(problem, gap=0.0), solve_reference(problem, gap=0.0)
    assert plan.status == reference.status
    if plan.status == "infeasible":
        assert math.isinf(plan.objective)
        assert any(fact.blocking for fact in plan.facts), "an infeasible problem is never left unexplained"
        return
    tolerance = 1e-6 * (1 + reference.objective)
    assert plan.status == "optimal"
    assert plan.objective == pytest.approx(reference.objective, abs=tolerance)
    assert plan.bound <= reference.objective + tolerance
    assert_sound(problem, plan)
    assert_sound(problem, reference)
    assert not any(fact.blocking for fact in check(problem)), "what is called impossible is impossible"


@settings(max_examples=30, suppress_health_check=[HealthCheck.too_slow])
@given(problem=problems(), gap=st.sampled_from([0.3, 0.05]))
def test_bound_holds_when_stopped_at_a_gap(problem: SitingProblem, gap: float) -> None:
    plan, reference = solve(problem, gap=gap), solve_reference(problem, gap=0.0)
    assert plan.status == reference.status or plan.status == "gap_reached"
    if plan.status != "infeasible":
        assert plan.gap <= gap
        tolerance = 1e-6 * (1 + reference.objective)
        assert plan.bound - tolerance <= reference.objective <= plan.objective + tolerance


@pytest.mark.parametrize("seed", [1, 2])
def test_closes_the_gap_on_a_tight_city(seed: int) -> None:
    problem = city(seed)
    plan, reference = solve(problem, gap=0.0), solve_reference(problem, gap=1e-6)
    assert plan.status == "optimal"
    assert plan.objective == pytest.approx(reference.objective, rel=2e-6)
    assert plan.lines.sum() == 5
    assert_sound(problem, plan)


def test_quotas_spacing_and_locks_together() -> None:
    where = np.arange(40) % 3
    near = np.array([(j, j + 1) for j in range(0, 38, 2)])
    forced = np.zeros(40, dtype=int)
    forced[7] = 1
    problem = city(
        3,
        group=where,
        group_min=[2, 1, 0],
        group_max=[3, 3, 1],
        conflicts=near,
        min_lines=forced,
        forbidden=np.arange(40) == 8,
        max_lines=np.where(np.arange(40) % 5 == 0, 2, 1),
    )
    plan, reference = solve(problem, gap=0.0), solve_reference(problem, gap=1e-6)
    assert plan.objective == pytest.approx(reference.objective, rel=2e-6)
    assert_sound(problem, plan)


def test_same_seed_same_plan() -> None:
    problem = city(4)
    one, two = solve(problem, gap=0.005, seed=7), solve(problem, gap=0.005, seed=7)
    assert np.array_equal(one.lines, two.lines)
    assert (one.objective, one.bound, one.nodes, one.seed) == (two.objective, two.bound, two.nodes, 7)
    assert np.array_equal(one.flows.amount, two.flows.amount)


def test_result_says_what_it_was_made_with() -> None:
    assert set(solve(line_of_three(n_lines=3)).versions) == {"numpy", "scipy", "highspy"}


@pytest.mark.parametrize("after", [1, 5, 60, 200])
def test_stopping_keeps_the_best_so_far(after: int) -> None:
    problem, asked = city(5), []

    def not_enough(_now: Progress) -> bool:
        asked.append(1)
        return len(asked) < after

    plan = solve(problem, gap=0.0, watcher=not_enough)
    assert plan.status == "interrupted"
    assert len(asked) == after, "once told to stop it does not ask again"
    assert_sound(problem, plan)


def test_keyboard_interrupt_keeps_the_best_so_far() -> None:
    problem, asked = city(5), []

    def press(_now: Progress) -> bool:
        asked.append(1)
        if len(asked) == 100:
            raise KeyboardInterrupt
        return True

    plan = solve(problem, gap=0.0, watcher=press)
    assert plan.status == "interrupted"
    assert_sound(problem, plan)


def test_time_limit_keeps_the_best_so_far() -> None:
    problem = city(5)
    plan = solve(problem, gap=0.0, time_limit_s=0.0)
    assert plan.status == "time_limit"
    assert_sound(problem, plan)


def test_progress_only_ever_improves() -> None:
    seen: list[Progress] = []

    def watch(now: Progress) -> bool:
        seen.append(now)
        return True

    plan = solve(city(6), gap=0.0, watcher=watch)
    seconds, objective, bound = ([getattr(now, name) for now in seen] for name in ("seconds", "objective", "bound"))
    assert seconds == sorted(seconds)
    assert objective == sorted(objective, reverse=True)
    assert bound == sorted(bound)
    assert (objective[-1], bound[-1]) == (plan.objective, plan.bound)


def test_reference_can_be_stopped() -> None:
    plan = solve_reference(city(5, 100, 80), gap=0.0, watcher=lambda _now: False)
    assert plan.status == "interrupted"


class TestDegenerate:
    """Odd input gets a plain answer."""

    def test_no_demand(self) -> None:
        problem = SitingProblem(np.ones((2, 3)), np.zeros(2), 1.0, n_lines=2, fixed_cost=[3.0, 1.0, 2.0])
        plan = solve(problem)
        assert (plan.status, plan.objective, plan.lines.tolist()) == ("optimal", 3.0, [0, 1, 1])

    def test_no_demand_points_or_sites_at_all(self) -> None:
        assert solve(SitingProblem(np.empty((0, 2)), np.empty(0), [1.0, 1.0])).status == "optimal"
        alone = SitingProblem(np.empty((1, 0)), [1.0], np.empty(0), unmet_penalty=7.0)
        assert solve(alone).objective == pytest.approx(7.0)

    def test_one_candidate(self) -> None:
        plan = solve(SitingProblem([[2.0], [3.0]], [1.0, 1.0], 2.0, n_lines=1))
        assert (plan.status, plan.objective) == ("optimal", 5.0)

    def test_all_points_at_one_place(self) -> None:
        problem = SitingProblem(np.zeros((30, 20)), np.ones(30), 10.0, n_lines=3)
        plan = solve(problem, gap=0.0)
        assert (plan.status, plan.objective, plan.gap) == ("optimal", 0.0, 0.0)
        assert_sound(problem, plan)

    def test_everything_forbidden(self) -> None:
        plan = solve(line_of_three(forbidden=[True] * 3, unmet_penalty=4.0))
        assert (plan.status, plan.objective) == ("optimal", 12.0)
        assert solve(line_of_three(forbidden=[True] * 3)).status == "infeasible"

    def test_several_lines_on_one_site(self) -> None:
        plan = solve(line_of_three(max_lines=[0, 3, 0], n_lines=3), gap=0.0)
        assert (plan.lines.tolist(), plan.objective) == ([0, 3, 0], 20.0)


def test_coverage_counts_what_lies_beyond_the_radius() -> None:
    at = np.column_stack([np.arange(5) * 10.0, np.zeros(5)])
    problem = coverage_problem(km(at, at), [5.0, 1.0, 1.0, 1.0, 4.0], 10.0, radius_km=10.0, n_lines=2)
    plan = solve(problem, gap=0.0)
    assert plan.status == "optimal"
    assert plan.objective == pytest.approx(solve_reference(problem, gap=0.0).objective)
    assert plan.unmet.sum() == pytest.approx(plan.objective)
    assert evaluate(problem, plan.lines, plan.flows).haul_cost == 0


def test_nothing_is_printed() -> None:
    """A fresh process, because HiGHS greets only once in each."""
    program = (
        "import numpy as np; from mixplan.siting.solver import *; p = SitingProblem(np.eye(3), np.ones(3), np.ones(3));"
        "solve(p, gap=0); solve_reference(p, gap=0); allocate(p, np.ones(3, dtype=int))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        text=True,
        check=True,
        cwd=Path(__file__).resolve().parents[3],
    )
    assert done.stdout == ""
