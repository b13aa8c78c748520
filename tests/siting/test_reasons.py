"""Why there: the next-best alternative, changes, and the gap of a plan of one's own."""

import math

import pytest
from siting_cases import EFFORT, NORTH_EAST, NORTH_EAST_2, SOUTH_WEST, points, random_case

from mixplan.siting.proposal import evaluate_plan, solve_case
from mixplan.siting.reasons import alternative, changes, with_bound
from mixplan.siting.words import gap_sentence


def test_an_own_plan_is_priced_and_its_gap_told_from_a_proven_bound(make):
    case = make(points(NORTH_EAST, SOUTH_WEST), points(NORTH_EAST_2, weight=[10.0]))
    best = solve_case(case, EFFORT)
    own = with_bound(evaluate_plan(case, {"b": 1}), best.bound)
    assert own.objective > best.objective
    assert own.gap == pytest.approx((own.objective - best.bound) / own.objective)
    assert "相差不超过" in gap_sentence(own)
    assert "请求解一次" in gap_sentence(evaluate_plan(case, {"b": 1}))


def test_a_new_point_can_be_one_more_line_or_replace_the_nearest(make):
    own, demand = points(NORTH_EAST, SOUTH_WEST, NORTH_EAST_2), points(NORTH_EAST, weight=[10.0])
    case = make(own, demand, lines=2)
    plan = evaluate_plan(case, {"a": 1, "b": 1})
    more, moved = changes(plan, "c", geometry=case.candidates.geometry["c"])
    assert more.plan == {"a": 1, "b": 1, "c": 1}
    assert (moved.plan, moved.replaces) == ({"b": 1, "c": 1}, "a")


@pytest.mark.parametrize("seed", range(3))
def test_the_next_best_alternative_is_the_best_of_all(make, seed):
    case = random_case(make, seed)
    found = solve_case(case, EFFORT)
    site = found.sites.index[0]
    told = alternative(case, found, site)
    costs = {}
    for other in case.candidates.index.difference(found.sites.index):
        plan = {key: lines for key, lines in found.plan.items() if key != site} | {other: 1}
        costs[other] = evaluate_plan(case, plan).objective - found.objective
    assert told.extra_cost == pytest.approx(min(costs.values()))
    assert costs[told.other] == pytest.approx(told.extra_cost)
    assert told.extra_cost >= -1e-6


def test_a_site_without_alternative_says_so(make):
    case = make(points(NORTH_EAST), points(NORTH_EAST, weight=[1.0]))
    told = alternative(case, solve_case(case, EFFORT), "a")
    assert told.other is None
    assert math.isnan(told.extra_cost)


def test_a_plan_better_than_the_bound_is_its_own_bound(make):
    """A bound of another question may lie above the plan; no gap is negative."""
    case = make(points(NORTH_EAST, SOUTH_WEST), points(NORTH_EAST_2, weight=[10.0]))
    plan = evaluate_plan(case, {"a": 1})
    found = with_bound(plan, plan.objective + 5)
    assert (found.bound, found.gap) == (plan.objective, 0)


def test_the_solvers_own_proposal_keeps_its_proof(make):
    case = make(points(NORTH_EAST), points(NORTH_EAST_2, weight=[10.0]))
    best = solve_case(case, EFFORT)
    assert with_bound(best, 0.0) is best
