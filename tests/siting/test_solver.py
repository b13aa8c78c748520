"""What the siting solver promises."""

from __future__ import annotations

import math
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mixplan.base.progress import Progress
from mixplan.siting.solver import (
    Fact,
    Flows,
    Siting,
    SitingProblem,
    allocate,
    check,
    coverage_problem,
    evaluate,
    read_orlib,
    solve,
    solve_reference,
)

SHARED = Path(__file__).resolve().parents[2].parent / "shared"
ORLIB = SHARED / "benchmarks" / "orlib"
OPTIMA = {"cap41": 1040444.375, "cap71": 932615.750, "cap101": 796648.437, "cap131": 793439.562}
needs_orlib = pytest.mark.skipif(not ORLIB.is_dir(), reason=f"no OR-Library files at {ORLIB}")


def km(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    return np.hypot(a[:, None, 0] - b[None, :, 0], a[:, None, 1] - b[None, :, 1])


def city(seed: int, demand: int = 60, sites: int = 40, **rules: Any) -> SitingProblem:
    """A city with a dense middle, sites around it, a few plants, and little slack."""
    rng = np.random.default_rng(seed)
    points, where, plants = (
        rng.normal(0, 25, (demand, 2)),
        rng.uniform(-60, 60, (sites, 2)),
        rng.uniform(-40, 40, (4, 2)),
    )
    weight = rng.lognormal(0, 1, demand)
    weight *= 240 / weight.sum()
    given_rules: dict[str, Any] = {
        "n_lines": 5,
        "unit_cost_existing": km(points, plants),
        "capacity_existing": np.full(4, 12.5),
        "unmet_penalty": 1e4,
    }
    return SitingProblem(km(points, where), weight, np.full(sites, 40.0), **(given_rules | rules))


def line_of_three(**rules: Any) -> SitingProblem:
    """Three points and three sites on a line, 10 km apart; one unit wanted at each, one supplied by each line."""
    at = np.column_stack([np.array([0.0, 10.0, 20.0]), np.zeros(3)])
    return SitingProblem(km(at, at), np.ones(3), np.ones(3), **rules)


def assert_sound(problem: SitingProblem, plan: Siting) -> None:
    """The independent check agrees with what the solver says about its plan."""
    found = evaluate(problem, plan.lines, plan.flows)
    assert found.feasible(1e-6), found.violations
    assert found.cost == pytest.approx(plan.objective, rel=1e-6, abs=1e-6)
    assert found.unmet == pytest.approx(plan.unmet.sum(), abs=1e-6)
    assert plan.bound <= plan.objective
    assert plan.gap == pytest.approx((plan.objective - plan.bound) / plan.objective if plan.objective > 0 else 0.0)


@st.composite
def problems(draw: st.DrawFn) -> SitingProblem:
    """Small problems with every kind of rule, many of them infeasible."""
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    n, m = draw(st.integers(1, 10)), draw(st.integers(1, 8))
    k, o = draw(st.integers(0, 2)), draw(st.integers(0, 2))
    points, sites, plants = rng.uniform(0, 100, (n, 2)), rng.uniform(0, 100, (m, 2)), rng.uniform(0, 100, (k + o, 2))
    if draw(st.booleans()):
        points[-1], sites[-1] = points[0], sites[0]
    demand = rng.lognormal(0, 1, n) * (rng.random(n) < 0.9)
    cost = km(points, sites)
    cost[rng.random((n, m)) < draw(st.sampled_from([0.0, 0.3]))] = np.inf
    total = float(demand.sum())
    most = rng.integers(1, 4, m) if draw(st.booleans()) else np.ones(m, dtype=int)
    rules: dict[str, Any] = {"max_lines": most}
    if draw(st.booleans()):
        rules |= {"n_lines": draw(st.integers(0, min(int(most.sum()), 5))), "lines_exact": draw(st.booleans())}
    if draw(st.booleans()):
        rules["fixed_cost"] = rng.uniform(0, 100, m)
    if k:
        rules |= {"unit_cost_existing": km(points, plants[:k]), "capacity_existing": rng.uniform(0, 0.3, k) * total}
    if o:
        rules |= {
            "unit_cost_optional": km(points, plants[k:]) + 50,
            "capacity_optional": rng.uniform(0, 0.5, o) * total,
        }
        if draw(st.booleans()):
            rules |= {"optional_group": np.zeros(o, dtype=int), "optional_group_cap": np.array([0.2 * total])}
    if draw(st.booleans()):
        rules |= {
            "group": rng.integers(-1, 2, m),
            "group_max": rng.integers(1, 4, 2),
            "group_min": rng.integers(0, 2, 2),
        }
    if m > 2 and draw(st.booleans()):
        rules["conflicts"] = np.array([rng.choice(m, 2, replace=False) for _ in range(4)])
    if draw(st.booleans()):
        rules["forbidden"] = rng.random(m) < 0.2
    if draw(st.booleans()):
        rules["min_lines"] = (rng.random(m) < 0.2).astype(int)
    rules["unmet_penalty"] = draw(st.sampled_from([math.inf, 1000.0, 30.0, 0.0]))
    return SitingProblem(cost, demand, rng.uniform(0.5, 1.5, m) * total / 3, **rules)


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


class TestFeasibility:
    """Before solving, what is short is said in numbers."""

    def facts(self, problem: SitingProblem) -> dict[str, dict[str, float]]:
        return {fact.code: dict(fact.numbers) for fact in check(problem)}

    def test_nothing_to_say(self) -> None:
        assert check(line_of_three(n_lines=3)) == []

    def test_capacity_just_short(self) -> None:
        problem = SitingProblem(
            np.ones((2, 11)),
            [600.0, 35.0],
            40.0,
            n_lines=11,
            unit_cost_existing=np.ones((2, 1)),
            capacity_existing=[185.0],
        )
        (fact,) = check(problem)
        assert str(fact) == "demand 635 exceeds capacity 625; 10 will be short"
        assert fact == Fact("demand_exceeds_capacity", {"demand": 635.0, "capacity": 625.0, "short": 10.0}, True)
        plan = solve(problem)
        assert plan.status == "infeasible"
        assert plan.unmet.sum() == pytest.approx(10)
        with_penalty = solve(replace(problem, unmet_penalty=100.0), gap=0.0)
        assert with_penalty.status == "optimal"
        assert with_penalty.objective == pytest.approx(625 + 1000)
        assert not with_penalty.facts[0].blocking

    @pytest.mark.parametrize("short", [1e-6, 1e-5, 1e-3])
    def test_a_hair_short_is_short(self, short: float) -> None:
        problem = city(1, 20, 15)
        capacity = (float(problem.demand.sum()) - 50 - short) / 5
        plan = solve(replace(problem, capacity=np.full(15, capacity), unmet_penalty=math.inf), gap=0.0)
        assert plan.status == "infeasible"
        assert plan.facts[0].numbers["short"] == pytest.approx(short, rel=1e-3)

    def test_too_many_lines(self) -> None:
        assert self.facts(line_of_three(n_lines=5))["lines_exceed_places"] == {"lines": 5, "places": 3}
        assert solve(line_of_three(n_lines=5)).status == "infeasible"
        assert solve(line_of_three(n_lines=5, lines_exact=False)).status == "optimal"

    def test_contradictions(self) -> None:
        on_first = [1, 0, 0]
        assert self.facts(line_of_three(min_lines=on_first, forbidden=[True, False, False]))[
            "forced_and_forbidden"
        ] == {
            "site": 0,
            "forced": 1,
        }
        assert "forced_exceeds_max_lines" in self.facts(line_of_three(min_lines=[2, 0, 0]))
        assert "forced_too_close" in self.facts(line_of_three(min_lines=[1, 1, 0], conflicts=[[1, 0]]))
        assert "forced_exceed_lines" in self.facts(line_of_three(min_lines=[1, 1, 0], n_lines=1))
        sectors = {"group": [0, 0, 1]}
        assert self.facts(line_of_three(**sectors, group_min=[3, 0]))["quota_exceeds_places"] == {
            "group": 0,
            "least": 3,
            "places": 2,
        }
        assert "quotas_exceed_lines" in self.facts(line_of_three(**sectors, group_min=[2, 1], n_lines=2))
        assert "quotas_below_lines" in self.facts(line_of_three(**sectors, group_max=[1, 1], n_lines=3))
        assert "quota_contradiction" in self.facts(line_of_three(**sectors, group_min=[2, 0], group_max=[1, 1]))
        assert "forced_exceeds_quota" in self.facts(line_of_three(**sectors, min_lines=[1, 1, 0], group_max=[1, 1]))
        assert "spacing_limits_lines" in self.facts(line_of_three(n_lines=3, conflicts=[[0, 1]]))

    def test_unreachable_demand(self) -> None:
        cost = np.array([[1.0], [np.inf]])
        problem = SitingProblem(cost, [1.0, 2.0], 9.0, unmet_penalty=5.0)
        assert self.facts(problem)["demand_unreachable"] == {"demand_point": 1, "demand": 2}
        assert solve(problem, gap=0.0).objective == pytest.approx(1 + 10)

    def test_rules_that_only_clash_together(self) -> None:
        problem = line_of_three(
            n_lines=2, conflicts=[[0, 1], [1, 2]], group=[0, -1, -1], group_max=[0], unmet_penalty=9.0
        )
        assert not any(fact.blocking for fact in check(problem))
        plan = solve(problem)
        assert plan.status == "infeasible"
        assert plan.facts[-1].code == "no_selection"

    def test_enough_in_all_but_not_within_reach(self) -> None:
        cost = np.array([[1.0, np.inf], [1.0, np.inf], [np.inf, 1.0]])
        plan = solve(SitingProblem(cost, [1.0, 1.0, 1.0], [1.5, 2.0]))
        assert plan.status == "infeasible"
        assert plan.unmet.sum() == pytest.approx(0.5)
        assert plan.facts[0].code == "demand_short"

    @pytest.mark.parametrize(
        ("field", "value"),
        [
            ("demand", [1.0, -1.0, 1.0]),
            ("demand", [1.0, math.nan, 1.0]),
            ("capacity", [1.0, 2.0]),
            ("max_lines", 1.5),
            ("n_lines", -1),
            ("conflicts", [[0, 3]]),
            ("conflicts", [[1, 1]]),
            ("unmet_penalty", -1.0),
        ],
    )
    def test_nonsense_is_refused(self, field: str, value: Any) -> None:
        with pytest.raises(ValueError, match=field):
            replace(line_of_three(), **{field: value})


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


class TestAllocate:
    """What if I put the lines here?"""

    def test_prices_say_what_a_unit_more_would_cost(self) -> None:
        problem = city(8)
        lines = solve(problem, gap=0.05).lines
        here = allocate(problem, lines)
        assert evaluate(problem, lines, here.flows).feasible()
        i, step = int(problem.demand.argmax()), 1e-3
        more = problem.demand.copy()
        more[i] += step
        dearer = allocate(replace(problem, demand=more), lines)
        assert dearer.cost - here.cost == pytest.approx(step * here.demand_price[i], rel=1e-3)

    def test_is_optimal_for_the_given_sites(self) -> None:
        problem = city(9)
        lines = np.zeros(40, dtype=int)
        lines[:5] = 1
        fixed = replace(problem, min_lines=lines, forbidden=lines == 0)
        assert allocate(problem, lines).cost == pytest.approx(solve_reference(fixed, gap=0.0).objective, rel=1e-7)

    def test_any_sites_may_be_tried(self) -> None:
        nothing = allocate(line_of_three(n_lines=3, unmet_penalty=5.0), np.zeros(3, dtype=int))
        assert (nothing.cost, nothing.unmet.tolist()) == (15.0, [1.0, 1.0, 1.0])
        assert math.isinf(allocate(line_of_three(), np.array([1, 0, 0])).cost)


def test_coverage_counts_what_lies_beyond_the_radius() -> None:
    at = np.column_stack([np.arange(5) * 10.0, np.zeros(5)])
    problem = coverage_problem(km(at, at), [5.0, 1.0, 1.0, 1.0, 4.0], 10.0, radius_km=10.0, n_lines=2)
    plan = solve(problem, gap=0.0)
    assert plan.status == "optimal"
    assert plan.objective == pytest.approx(solve_reference(problem, gap=0.0).objective)
    assert plan.unmet.sum() == pytest.approx(plan.objective)
    assert evaluate(problem, plan.lines, plan.flows).haul_cost == 0


def test_sources_are_named() -> None:
    plants = {"unit_cost_existing": np.ones((3, 2)), "capacity_existing": [1, 1]}
    problem = line_of_three(**plants, unit_cost_optional=np.ones((3, 1)), capacity_optional=[math.inf])
    assert [problem.source(s) for s in (2, 3, 5)] == [("site", 2), ("existing", 0), ("optional", 0)]
    assert_sound(problem, solve(problem))


def test_evaluate_names_every_broken_rule() -> None:
    problem = line_of_three(
        n_lines=1, group=[0, 0, 1], group_max=[1, 0], conflicts=[[0, 1]], forbidden=[False, False, True]
    )
    flows = Flows(np.array([0, 0]), np.array([0, 1]), np.array([1.5, 0.5]))
    broken = evaluate(problem, np.array([1, 1, 1]), flows)
    assert not broken.feasible()
    assert {rule: excess for rule, excess in broken.violations.items() if excess} == {
        "demand_oversupplied": 0.5,
        "demand_unmet": 1.0,
        "site_capacity": 1.0,
        "forbidden": 1.0,
        "spacing": 1.0,
        "n_lines": 2.0,
        "quota": 1.0,
    }
    assert broken.haul_cost == pytest.approx(5.0)


class TestOrLibrary:
    """Published warehouse location problems."""

    @needs_orlib
    @pytest.mark.parametrize("name", OPTIMA)
    def test_small_ones_to_optimality(self, name: str) -> None:
        problem = read_orlib((ORLIB / f"{name}.txt").read_text())
        plan = solve(problem, gap=0.0)
        assert plan.status == "optimal"
        assert plan.objective == pytest.approx(OPTIMA[name], rel=1e-8)
        assert_sound(problem, plan)

    @needs_orlib
    def test_large_one_brackets_the_published_optimum(self) -> None:
        plan = solve(read_orlib((ORLIB / "capa.txt").read_text(), capacity=8000), gap=0.002)
        assert plan.gap <= 0.002
        assert plan.bound <= 19240822.449 <= plan.objective * (1 + 1e-9)

    TINY = "2 2\n capacity 5.\n capacity 7.\n4\n 8. 12.\n0\n 3. 4.\n"

    def test_costs_are_for_all_of_the_demand(self) -> None:
        problem = read_orlib(self.TINY, capacity=10)
        assert problem.unit_cost.tolist() == [[2.0, 3.0], [0.0, 0.0]]
        assert problem.capacity.tolist() == [10.0, 10.0]
        assert solve(problem, gap=0.0).objective == pytest.approx(13.0)

    @pytest.mark.parametrize(
        ("text", "says"),
        [
            ("", "The text is empty"),
            ("a b", "Line 1 has 'a' as the number of warehouses"),
            ("2 1.5", "Line 1 has '1.5' as the number of customers; a whole number"),
            ("2 2\n1 2\n", "The text ends on line 2, where the capacity of warehouse 2 should follow."),
            (TINY, "Line 2 leaves the capacity of warehouse 1 open, so a capacity must be given."),
            ("1 1\n5 7\n3\nx\n", "Line 4 has 'x' as the cost of customer 1 at warehouse 1"),
            ("1 1\n5 7\n-3\n1\n", "Line 3 has '-3' as the demand of customer 1"),
            ("1 1\n5 nan\n3\n1\n", "Line 2 has 'nan' as the fixed cost"),
            ("1 1\n5 7\n3\n1\n9", "Line 5 goes on with '9'"),
        ],
    )
    def test_other_texts_are_refused_with_the_place(self, text: str, says: str) -> None:
        with pytest.raises(ValueError, match=re.escape(says)):
            read_orlib(text)


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
        cwd=Path(__file__).resolve().parents[2],
    )
    assert done.stdout == ""
