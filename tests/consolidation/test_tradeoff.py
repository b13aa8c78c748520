"""Deciding otherwise, and fewer flagged stations against longer hauls."""

import math
from dataclasses import replace

import pytest
from consolidation.cases import EAST, FAR, WEST, Make, at, points, register

from mixplan.base.errors import InfeasibleError
from mixplan.consolidation import plan as consolidation_plan
from mixplan.consolidation import (
    tradeoff,
)
from mixplan.consolidation.takeover import takeover


def test_deciding_otherwise_costs_what_solving_again_costs(make: Make) -> None:
    plants = register(at(WEST, 80), at(EAST, 80), at((116.60, 39.80), 70))
    case = make(plants, points((116.55, 39.915, 50), (*EAST, 20)), cap_wan_m3=160, radius_km=60)
    plan = consolidation_plan.solve(case)
    for plant in case.ids:
        found = tradeoff.otherwise(plan, plant, gap=1e-6)
        locked = make(
            plants,
            points((116.55, 39.915, 50), (*EAST, 20)),
            cap_wan_m3=160,
            radius_km=60,
            locks=((plant, found.decision),),
        )
        try:
            extra = consolidation_plan.solve(locked).solution.objective - plan.solution.objective
        except InfeasibleError:
            assert math.isinf(found.high)
            continue
        assert found.low - 1e-3 <= extra <= found.high + 1e-3
        assert found.high >= -1e-3
    assert set(tradeoff.otherwise_estimates(plan).index) == set(case.ids)


def test_fewer_flagged_stations_never_mean_a_shorter_haul(make: Make) -> None:
    plants = register(at(WEST, 60), at((116.42, 39.95), 60), at(EAST, 60), at((116.62, 40.02), 60), at(FAR, 60))
    case = make(plants, points((*WEST, 60), (*EAST, 30)), cap_wan_m3=300, radius_km=90, detour=1.0)
    front = tradeoff.pareto(case, steps=3, gap=1e-6)
    assert front and all(point.flagged <= point.most_flagged for point in front)
    assert max(point.most_flagged for point in front) <= case.stations["flagged"].sum()
    flagged, haul = [p.flagged for p in front], [p.mean_haul_km for p in front]
    assert flagged == sorted(set(flagged))
    assert haul == sorted(haul, reverse=True)


def test_the_front_begins_with_all_flagged_stations_and_ends_with_those_that_must_stay(make: Make) -> None:
    # Both stations inside the Fifth Ring stand by their town; the planner keeps one of them.
    plants = register(at(WEST, 60), at((116.42, 39.93), 60), at(EAST, 60))
    case = make(
        plants, points((*WEST, 50), (116.42, 39.93, 50)), cap_wan_m3=180, radius_km=60, locks=(("s0", "retain"),)
    )
    front = tradeoff.pareto(case, steps=2, gap=1e-6)
    assert [(point.most_flagged, point.flagged) for point in front] == [(1, 1), (2, 2)]


def test_an_estimate_of_deciding_otherwise_counts_what_the_other_decision_costs_more(make: Make) -> None:
    plants = register(at(WEST, 80), at(EAST, 80))
    plan = consolidation_plan.solve(make(plants, points((116.55, 39.915, 50)), cap_wan_m3=100, radius_km=60))
    assert list(plan.actions["action"]) == ["close", "retain"]
    estimates = tradeoff.otherwise_estimates(plan)
    solved = tradeoff.solve_and_explain(plan.case)
    assert solved.otherwise is not None and solved.otherwise.equals(tradeoff.otherwise_estimates(solved))
    assert solved.heirs is not None and solved.heirs.equals(takeover(replace(solved, heirs=None)))
    stopped = tradeoff.solve_and_explain(plan.case, watcher=lambda now: now.best is None)
    assert stopped.otherwise is None
    assert (estimates > 0).all()
    exact = tradeoff.otherwise(plan, "s0", gap=1e-6)
    assert (exact.decision, estimates["s0"]) == ("retain", pytest.approx(exact.high, rel=0.2))


def test_a_plan_that_was_stopped_is_handed_back_at_once(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    plan = consolidation_plan.solve(make(register(at(WEST, 80)), points((*WEST, 50)), cap_wan_m3=100, radius_km=60))
    stopped = replace(plan, solution=replace(plan.solution, status="interrupted"))
    monkeypatch.setattr(consolidation_plan, "solve", lambda _case, *, start, watcher: stopped)
    assert tradeoff.solve_and_explain(plan.case) is stopped


def test_the_range_of_deciding_otherwise_is_as_wide_as_both_searches_left_it(make: Make) -> None:
    plants = register(*[at((116.30 + 0.06 * n, 39.85 + 0.03 * (n % 4)), 40 + 10 * (n % 5)) for n in range(9)])
    demand = points(*[(116.32 + 0.07 * n, 39.88 + 0.02 * (n % 3), 15 + n) for n in range(7)])
    rough = consolidation_plan.solve(make(plants, demand, cap_wan_m3=260, radius_km=60, gap=0.5))
    assert rough.solution.gap > 1e-6
    loose, exact = (tradeoff.otherwise(rough, "s4", gap=gap) for gap in (0.5, 1e-7))
    assert loose.low <= exact.low + 1e-3 and exact.high <= loose.high + 1e-3
    assert loose.high - loose.low > 1 > exact.high - exact.low
