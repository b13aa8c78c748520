"""What a planner is told where no plan exists."""

import math
from dataclasses import replace
from typing import Any

import pytest
from consolidation.cases import EAST, FAR, WEST, Make, at, points, register

from mixplan.base.errors import InfeasibleError
from mixplan.consolidation import (
    document,
    obstacles,
)
from mixplan.consolidation import plan as consolidation_plan


def test_an_impossible_cap_says_which_limit_and_by_how_much(make: Make) -> None:
    case = make(register(at(WEST, 80), at(EAST, 80)), points((*WEST, 90)), cap_wan_m3=80, utilisation_pct=90)
    (obstacle,) = obstacles.obstacles(case)
    assert (obstacle.limit, obstacle.needed, obstacle.available) == ("capacity", pytest.approx(100), 80)
    with pytest.raises(InfeasibleError, match=r"至少要有产能 100 万m³.*只有 80 万m³，差 20 万m³"):
        consolidation_plan.solve(case)


def test_demand_that_no_station_reaches_is_said_with_both_numbers(make: Make) -> None:
    case = make(register(at(WEST, 80)), points((*WEST, 40), (*FAR, 10)), radius_km=15, outside_pct=3)
    with pytest.raises(InfeasibleError, match=r"10\.0 万m³（20\.0%）.*1\.5 万m³（3\.0%）"):
        consolidation_plan.solve(case)


def test_limits_that_only_together_are_impossible_are_named(make: Make) -> None:
    # Each town needs its own station, but the cap leaves room for one: no single check can see it.
    plants = register(at(EAST, 80), at(FAR, 80))
    case = make(plants, points((*EAST, 30), (*FAR, 30)), cap_wan_m3=100, radius_km=15, outside_pct=0, add_most=0)
    assert not obstacles.obstacles(case)
    with pytest.raises(InfeasibleError, match="不能同时满足"):
        consolidation_plan.solve(case)


def test_locks_that_exceed_the_cap_are_refused_with_both_numbers(make: Make) -> None:
    plants = register(at(WEST, 80), at(EAST, 80))
    locks = (("s0", "retain"), ("s1", "retain"))
    with pytest.raises(InfeasibleError, match="160 万m³，超过上限 100 万m³ 达 60"):
        consolidation_plan.solve(make(plants, points((*WEST, 20)), cap_wan_m3=100, locks=locks))


def test_too_few_closures_a_year_are_refused_with_both_numbers(make: Make) -> None:
    plants = register(*[at((116.55 + 0.01 * n, 39.91), 60) for n in range(10)])
    with pytest.raises(InfeasibleError, match=r"每年最多退出 1 个站点.*压减 60 万m³"):
        consolidation_plan.solve(make(plants, points((*EAST, 100)), phased=True, cap_wan_m3=150, closures_per_year=1))


def test_each_limit_that_alone_would_have_to_give_way_is_named_with_both_numbers(make: Make) -> None:
    # Two towns with a station each, the cap has room for one: 60 more capacity, or one town served from afar.
    plants = register(at(EAST, 60), at(FAR, 100))
    case = make(plants, points((*EAST, 20), (*FAR, 30)), cap_wan_m3=100, radius_km=15, outside_pct=3)
    assert not obstacles.obstacles(case)
    with pytest.raises(InfeasibleError) as refused:
        consolidation_plan.solve(case)
    found = {o.limit: (o.available, o.needed) for o in refused.value.obstacles}
    assert found == {"capacity": pytest.approx((100, 160)), "outside": pytest.approx((1.5, 20))}
    assert "产能上限至少要由 100.0 万m³/年放宽到 160.0 万m³/年" in str(refused.value)
    assert [one["limit"] for one in document.infeasible_json(refused.value)["limits"]] == list(found)


@pytest.mark.parametrize("status", ["time_limit", "interrupted"])
def test_a_search_that_ended_without_a_plan_does_not_say_that_there_is_none(
    make: Make, monkeypatch: pytest.MonkeyPatch, status: str
) -> None:
    case = make(register(at(WEST, 80)), points((*WEST, 40)))
    nothing = replace(consolidation_plan.solve(case).solution, objective=math.inf, status=status)
    monkeypatch.setattr(consolidation_plan.search, "solve", lambda *_args, **_options: nothing)
    with pytest.raises(InfeasibleError, match="没有找到方案") as refused:
        consolidation_plan.solve(case)
    found = document.infeasible_json(refused.value)
    assert (found["status"], found["limits"]) == (status, [])


@pytest.mark.parametrize(
    "limits",
    [
        {"cap_wan_m3": 100, "utilisation_pct": 90},  # 90 at 90 % use need just 100
        {"cap_wan_m3": 160, "locks": (("s0", "retain"), ("s1", "retain"))},
        {"cap_wan_m3": 160, "ring_caps": ((5, 1),), "locks": (("s0", "retain"),)},
        {"cap_wan_m3": 160, "max_flagged": 1, "locks": (("s0", "retain"),)},
    ],
    ids=["capacity", "locks", "ring", "flagged"],
)
def test_a_limit_that_is_just_met_stands_in_nobodys_way(make: Make, limits: dict[str, Any]) -> None:
    case = make(register(at(WEST, 80), at(EAST, 80)), points((*WEST, 60), (*EAST, 30)), radius_km=60, **limits)
    assert obstacles.obstacles(case) == []
    assert consolidation_plan.solve(case).status == "optimal"


def test_closures_that_are_just_enough_are_no_obstacle(make: Make) -> None:
    plants = register(*[at((116.55 + 0.01 * n, 39.91), 60) for n in range(10)])
    case = make(plants, points((*EAST, 100)), phased=True, cap_wan_m3=300, closures_per_year=1)
    assert obstacles.obstacles(case) == []


def test_stations_that_all_together_are_too_small_are_said_with_both_numbers(make: Make) -> None:
    case = make(register(at(WEST, 50), at(EAST, 50)), points((*WEST, 180)), cap_wan_m3=900, add_most=10, radius_km=60)
    # each may reach the standard of 60 and add 10 more
    with pytest.raises(InfeasibleError, match=r"至少要有产能 200 万m³.*也只有 140 万m³，差 60 万m³"):
        consolidation_plan.solve(case)


def test_what_an_obstacle_misses_is_the_difference_of_its_numbers(make: Make) -> None:
    (obstacle,) = obstacles.obstacles(make(register(at(WEST, 80)), points((*WEST, 90)), cap_wan_m3=80, add_most=50))
    assert obstacle.short == pytest.approx(100 - 80)


def test_a_town_that_an_upgraded_station_can_serve_is_within_reach(make: Make) -> None:
    # The station has 40 and may come to 60, of which 54 can be used.
    changes = {"cap_wan_m3": 100, "radius_km": 15, "outside_pct": 0, "add_most": 0}
    assert obstacles.obstacles(make(register(at(EAST, 40)), points((*EAST, 54)), **changes)) == []


def test_limits_of_which_no_single_one_helps_are_named_together(make: Make) -> None:
    # Both stations are needed: the cap has no room for them, and only one may stand inside the Sixth Ring.
    plants = register(at(EAST, 60), at(WEST, 60))
    case = make(plants, points((*EAST, 30), (*WEST, 30)), cap_wan_m3=100, add_most=0, ring_caps=((6, 1),), radius_km=60)
    assert obstacles.obstacles(case) == []
    with pytest.raises(InfeasibleError, match="同时放宽则够") as refused:
        consolidation_plan.solve(case)
    found = {o.limit: (o.available, o.needed) for o in refused.value.obstacles}
    assert found == {"capacity": pytest.approx((100, 120)), "limit:ring:6": pytest.approx((1, 2))}


def test_capacity_outside_the_model_is_not_there_for_the_demand(make: Make) -> None:
    # The unlocated station takes 70 of the cap; 45 at 90 % use need 50.
    case = make(register(at(EAST, 80), {"capacity": 70}), points((*EAST, 45)), cap_wan_m3=100)
    (obstacle,) = obstacles.obstacles(case)
    assert (obstacle.limit, obstacle.needed, obstacle.available) == ("capacity", pytest.approx(50), 30)


def test_a_station_that_must_stay_is_none_of_those_that_may_stop(make: Make) -> None:
    # Down to 150 of 200, one closure a year: the large one is locked, the two others have 40 together.
    plants = register(at(EAST, 160), at(EAST, 20), at(EAST, 20))
    locks = (("s0", "retain"),)
    case = make(plants, points((*EAST, 50)), phased=True, cap_wan_m3=150, closures_per_year=1, locks=locks)
    found = {o.limit: (o.needed, o.available) for o in obstacles.obstacles(case)}
    assert found["closures"] == pytest.approx((50, 40))
