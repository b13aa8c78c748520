"""A plan for other conditions as the start of a search: the answer is as good as without, and is there at once."""

from typing import Any

import numpy as np
import pytest
from consolidation.cases import EAST, WEST, Make, assert_plan_holds, at, points, random_problem, register

from mixplan.base.errors import DataError
from mixplan.consolidation import kept, search
from mixplan.consolidation import plan as consolidation_plan
from mixplan.consolidation.answers import plan_answer
from mixplan.consolidation.case import Case
from mixplan.consolidation.inputs import inputs_of
from mixplan.consolidation.model import Problem
from mixplan.consolidation.plan import Plan
from mixplan.consolidation.warmstart import decisions_from

NEAR = (116.62, 40.02)


def case_of(make: Make, *, phased: bool = False, more: bool = False, **changes: Any) -> Case:
    company = {"company": "企业甲"}
    rows = [at(EAST, 80, **company), at(NEAR, 50, **company), at(WEST, 70), at((116.5, 39.9), 40)]
    plants = register(*rows, *([at((116.55, 39.95), 30)] if more else []))
    demand = points((*EAST, 40), (*WEST, 35), (*NEAR, 15))
    return make(plants, demand, phased=phased, **{"cap_wan_m3": 180, "radius_km": 60, **changes})


def record_of(plan: Plan) -> dict[str, Any]:
    return kept.plan_record(plan, inputs_of(plan.case.settings, margin_m=0))


CHANGES: dict[str, dict[str, Any]] = {
    "nothing": {},
    "a station kept": {"locks": (("s3", "retain"),)},
    "a station closed": {"locks": (("s0", "close"),)},
    "a lower limit": {"cap_wan_m3": 150},
    "a smaller radius": {"radius_km": 20.0},
    "dearer hauls": {"haul_cost": 9.0},
    "a station more": {"more": True},
}


@pytest.mark.parametrize("phased", [False, True], ids=["target year", "year by year"])
@pytest.mark.parametrize("name", CHANGES)
def test_a_search_from_an_older_plan_ends_at_the_same_cost(make: Make, phased: bool, name: str) -> None:
    older = consolidation_plan.solve(case_of(make, phased=phased))
    case = case_of(make, phased=phased, **CHANGES[name])
    start = decisions_from(case, record_of(older), name="原方案")
    warm, cold = consolidation_plan.solve(case, start=start), consolidation_plan.solve(case)
    assert warm.solution.objective == pytest.approx(cold.solution.objective, rel=1e-5)
    assert warm.solution.bound <= cold.solution.objective * (1 + 1e-9)
    assert_plan_holds(warm)


def test_an_older_plan_that_still_holds_is_at_hand_before_anything_is_proven(make: Make) -> None:
    case = case_of(make)
    older = consolidation_plan.solve(case)
    costs: list[tuple[float, float]] = []

    def first(now: Any) -> bool:
        costs.append((now.objective, now.bound))
        return not np.isfinite(now.objective)  # stop with the first plan that there is

    start = decisions_from(case, record_of(older), name="原方案")
    found = search.solve(case.problem, gap=1e-6, start=start, watcher=first)
    assert costs[-1] == (pytest.approx(older.solution.objective, rel=1e-6), -np.inf)
    assert found.objective == pytest.approx(older.solution.objective, rel=1e-6)


def test_the_planners_decisions_come_before_those_of_the_older_plan(make: Make) -> None:
    older = consolidation_plan.solve(case_of(make))
    stops = [i for i, stands in zip(older.case.ids, older.solution.stands[-1], strict=True) if not stands]
    stays = [i for i in older.case.ids if i not in stops]
    assert stops and stays
    case = case_of(make, locks=tuple(sorted([(stops[0], "retain"), (stays[0], "close")])))
    start = decisions_from(case, record_of(older), name="原方案")
    assert start is not None
    stands = dict(zip(case.ids, start[: case.problem.n], strict=True))
    assert (stands[stops[0]], stands[stays[0]]) == (1.0, 0.0)


def test_a_plan_of_other_years_is_no_start(make: Make) -> None:
    older = record_of(consolidation_plan.solve(case_of(make)))
    assert decisions_from(case_of(make, phased=True), older, name="原方案") is None


def test_what_is_no_record_is_refused(make: Make) -> None:
    with pytest.raises(DataError, match="原方案"):
        decisions_from(case_of(make), {"plan": 1}, name="原方案")


def any_decisions(problem: Problem, seed: int) -> Any:
    count = len(problem.years) * (2 * problem.n + len(problem.pairs))
    return np.random.default_rng(seed).integers(0, 2, count).astype(float)


@pytest.mark.slow
@pytest.mark.parametrize("years", [1, 2])
@pytest.mark.parametrize("seed", range(8))
def test_whatever_a_search_is_given_to_start_from_its_answer_is_the_same(seed: int, years: int) -> None:
    problem = random_problem(seed, years)
    cold = search.solve(problem, gap=0.0)
    for other in range(3):
        warm = search.solve(problem, gap=0.0, start=any_decisions(problem, 100 * seed + other))
        assert warm.status == cold.status
        if cold.status != "infeasible":
            assert warm.objective == pytest.approx(cold.objective, rel=1e-5)


def test_an_older_record_that_is_of_no_use_keeps_nobody_from_a_new_plan(make: Make) -> None:
    case = case_of(make)
    inputs = inputs_of(case.settings, margin_m=0)
    useful = plan_answer(case, inputs, older=record_of(consolidation_plan.solve(case)))
    for older in ({"plan": 1}, {}, record_of(consolidation_plan.solve(case_of(make, phased=True)))):
        found = plan_answer(case, inputs, older=older)
        assert found.record["plan"]["objective"] == pytest.approx(useful.record["plan"]["objective"], rel=1e-5)
