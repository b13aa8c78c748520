"""What a stopped consolidation hands back, and what is told on the way."""

import math

import pytest
from consolidation.cases import EAST, FAR, WEST, Make, assert_plan_holds, at, points, register
from consolidation.test_search import many_stations

from mixplan.base.progress import Progress
from mixplan.consolidation import search, tradeoff
from mixplan.consolidation.case import Case
from mixplan.consolidation.plan import Plan, solve
from mixplan.plan.rules import RuleBook
from mixplan.registers.points import load_demand


@pytest.fixture(scope="module", params=[False, True], ids=["one year", "year by year"])
def told(request, make: Make, plants, book: RuleBook) -> tuple[list[Progress], Plan]:  # type: ignore[no-untyped-def]
    """All that is told of a search on the shipped register, which is stopped soon after its first plan."""
    needed = book.figure("concrete_demand_2015")
    case = make(plants, load_demand(), demand_wan_m3=needed, gap=0.01, time_limit_s=240.0, phased=request.param)
    seen: list[Progress] = []

    def until(now: Progress) -> bool:
        seen.append(now)
        first = next((n for n, one in enumerate(seen) if one.best is not None), len(seen))
        return len(seen) < first + 30

    return seen, solve(case, watcher=until)


@pytest.mark.slow
def test_a_stopped_search_hands_back_a_plan_that_keeps_every_limit(told: tuple[list[Progress], Plan]) -> None:
    _seen, plan = told
    assert plan.status == "interrupted"
    assert_plan_holds(plan)


@pytest.mark.slow
def test_every_plan_on_the_way_keeps_every_limit(told: tuple[list[Progress], Plan]) -> None:
    seen, _plan = told
    on_the_way = list({id(now.best): now.best for now in seen if now.best is not None}.values())
    assert on_the_way
    for plan in on_the_way:
        assert plan.status == "interrupted"
        assert_plan_holds(plan)


@pytest.mark.slow
def test_what_is_being_done_is_told_in_words_from_the_start(told: tuple[list[Progress], Plan]) -> None:
    seen, _plan = told
    assert all(now.text for now in seen)


@pytest.mark.slow
def test_a_plan_of_several_years_is_there_before_its_relaxation_is_solved(make: Make, plants, book: RuleBook) -> None:  # type: ignore[no-untyped-def]
    needed = book.figure("concrete_demand_2015")
    case: Case = make(plants, load_demand(), demand_wan_m3=needed, time_limit_s=240.0, phased=True)
    first: list[Progress] = []
    search.solve(case.problem, watcher=lambda now: now.best is None or bool(first.append(now)))
    assert math.isinf(first[0].bound)


@pytest.mark.parametrize("after", [1, 2, 4, 7, 12, 20])
def test_no_bound_told_is_higher_than_the_best_plan(after: int) -> None:
    problem, told = many_stations(), []

    def until(now: Progress) -> bool:
        told.append(now)
        return len(told) < after

    found = search.solve(problem, gap=0.0, watcher=until)
    best = search.solve(problem, gap=0.0)
    assert found.bound <= best.objective + 1e-6 or math.isinf(found.objective)
    assert max(now.bound for now in told) <= best.objective + 1e-6
    for now in told:
        if now.best is not None:
            assert now.best.objective >= best.objective - 1e-6
            assert now.best.bound <= best.objective + 1e-6


def test_a_tradeoff_that_is_stopped_hands_back_the_points_it_has(make: Make) -> None:
    plants = register(at(WEST, 60), at((116.42, 39.95), 60), at(EAST, 60), at((116.62, 40.02), 60), at(FAR, 60))
    case = make(plants, points((*WEST, 60), (*EAST, 30)), cap_wan_m3=300, radius_km=90, detour=1.0)
    told: list[list[tradeoff.Point]] = []

    def until(now: Progress) -> bool:
        if now.best:
            told.append(now.best)
        return not told

    found = tradeoff.pareto(case, steps=3, gap=1e-6, watcher=until)
    assert [point.cost for point in found] == [point.cost for point in told[-1]]
    assert len(found) < len(tradeoff.pareto(case, steps=3, gap=1e-6))


def test_a_tradeoff_says_what_it_has_found_while_it_goes_on(make: Make) -> None:
    plants = register(at(WEST, 60), at((116.42, 39.95), 60), at(EAST, 60), at((116.62, 40.02), 60), at(FAR, 60))
    case = make(plants, points((*WEST, 60), (*EAST, 30)), cap_wan_m3=300, radius_km=90, detour=1.0)
    told: list[Progress] = []
    tradeoff.pareto(case, steps=3, gap=1e-6, watcher=lambda now: told.append(now) or True)
    for now in told:
        kept = [point.flagged for point in now.best or ()]
        said = now.text.startswith("已得")
        assert said == (now.done > 0)
        if kept and said:
            assert f"{min(kept)} 至" in now.text
    assert any(now.best and "·" in now.text for now in told), "with what the search is doing"
