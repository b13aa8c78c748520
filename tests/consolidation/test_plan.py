"""Named cases, and every constraint recomputed from the plan's tables alone."""

import math
from dataclasses import replace

import numpy as np
import pytest
from consolidation.cases import EAST, WEST, Make, assert_plan_holds, at, points, reasons, register

from mixplan.base.errors import InfeasibleError
from mixplan.city.layers import Layers
from mixplan.consolidation import plan as consolidation_plan
from mixplan.consolidation.plan import Plan
from mixplan.plan.rules import RuleBook


def test_of_two_like_stations_the_flagged_one_closes(make: Make) -> None:
    # Inside the Fifth Ring and outside it, demand half-way: only one may stay.
    plants = register(at(WEST, 80), at(EAST, 80))
    case = make(plants, points((116.55, 39.915, 50)), cap_wan_m3=100, radius_km=60)
    assert list(case.stations["flagged"]) == [True, False]
    plan = consolidation_plan.solve(case)
    assert list(plan.actions["action"].isin(["retain", "upgrade"])) == [False, True]
    assert plan.status == "optimal"


@pytest.mark.parametrize(("decision", "stays"), [("retain", True), ("close", False)])
def test_a_locked_decision_beats_the_model(make: Make, decision: str, stays: bool) -> None:
    plants = register(at(WEST, 80), at(EAST, 80))
    free = consolidation_plan.solve(make(plants, points((116.55, 39.915, 50)), cap_wan_m3=100, radius_km=60))
    assert free.actions.loc["s0", "action"] == "close"
    locked = make(plants, points((116.55, 39.915, 50)), cap_wan_m3=100, radius_km=60, locks=(("s0", decision),))
    plan = consolidation_plan.solve(locked)
    assert (plan.actions.loc["s0", "action"] in ("retain", "upgrade")) is stays
    other = consolidation_plan.solve(replace(locked, problem=replace(locked.problem, lock=np.array([0, 0]))))
    assert plan.solution.objective >= other.solution.objective - 1e-6


def test_unknown_capacity_is_not_invented_and_never_a_reason_to_close(
    make: Make, layers: Layers, book: RuleBook
) -> None:
    plants = register(at(WEST, ""), at(EAST, 80), {"capacity": 70})
    case = make(plants, points((*EAST, 40)), cap_wan_m3=150)
    plan = consolidation_plan.solve(case)
    assert list(plan.actions["verify"]) == ["capacity", "", "location"]
    assert math.isnan(plan.actions.loc["s0", "capacity_after"])
    assert list(plan.actions["action"]) == ["retain", "retain", "retain"]
    assert plan.totals["sites"].iloc[-1] == 3
    assert plan.totals["capacity"].iloc[-1] == 150  # the unlocated station's capacity counts against the limit
    assert not set(plan.flows["plant_id"]) & {"s0", "s2"}
    assert "产能未知" in reasons(plan, layers, book, plants)["s0"]


def test_a_merger_goes_to_the_same_company_and_the_receiver_reaches_the_standard(make: Make) -> None:
    near = (EAST[0] + 0.01, EAST[1])
    plants = register(at(EAST, 30, company="甲"), at(near, 40, company="甲"), at((116.72, 39.92), 50, company="乙"))
    plan = consolidation_plan.solve(
        make(plants, points((*EAST, 60)), cap_wan_m3=120, locks=(("s2", "retain"),), loss_site=500)
    )
    merged = plan.actions[plan.actions["action"] == "merge"]
    assert not merged.empty
    assert set(merged["into"]) <= {"s0", "s1"}
    for into in merged["into"]:
        assert plan.actions.loc[into, "action"] == "upgrade"
        assert plan.actions.loc[into, "capacity_after"] >= 60


def test_caps_on_rings_and_districts_hold(make: Make, layers: Layers) -> None:
    plants = register(at(WEST, 60), at((116.41, 39.94), 60), at((116.42, 39.92), 60))
    case = make(plants, points((*WEST, 60)), cap_wan_m3=180, ring_caps=((5, 2),), severity_cost=0)
    assert consolidation_plan.solve(case).totals["inside_fifth"].iloc[-1] == 2
    with pytest.raises(InfeasibleError, match=r"5 环路以内最多 1 个站点.*就有 2 个，多 1 个"):
        consolidation_plan.solve(
            make(plants, points((*WEST, 60)), ring_caps=((5, 1),), locks=(("s0", "retain"), ("s1", "retain")))
        )


def test_a_phased_plan_serves_all_demand_and_falls_along_the_path(make: Make) -> None:
    rng = np.random.default_rng(7)
    rows = [
        at(
            (116.2 + 0.5 * rng.random(), 39.75 + 0.35 * rng.random()),
            float(rng.integers(4, 20) * 5),
            company=f"c{n % 9}",
        )
        for n in range(14)
    ]
    demand = points(
        *[(116.2 + 0.5 * rng.random(), 39.75 + 0.35 * rng.random(), 10 + 20 * rng.random()) for _ in range(10)]
    )
    total = float(demand["weight"].sum())
    case = make(register(*rows), demand, phased=True, cap_wan_m3=1.35 * total, closures_per_year=3, gap=0.01)
    plan = consolidation_plan.solve(case)
    assert_plan_holds(plan)
    assert plan.solution.gap <= 0.01
    assert len(set(plan.actions["year"].dropna())) > 1
    assert (np.diff(plan.totals["capacity"].iloc[1:]) <= 1e-6).all()


@pytest.mark.slow
def test_the_shipped_register_is_solved_to_one_per_cent(shipped_plan: Plan) -> None:
    assert_plan_holds(shipped_plan)
    assert shipped_plan.solution.gap <= 0.01
    assert len(shipped_plan.actions) == 179
    assert shipped_plan.totals["capacity"].tolist()[0] == pytest.approx(10480)
    assert shipped_plan.totals["dust_index"].iloc[0] == pytest.approx(100)


def test_capacity_outside_the_model_leaves_less_for_the_stations_in_it(make: Make) -> None:
    plants = register(at(EAST, 80), {"capacity": 70})
    assert consolidation_plan.solve(make(plants, points((*EAST, 40)), cap_wan_m3=150)).status == "optimal"
    with pytest.raises(InfeasibleError):
        consolidation_plan.solve(make(plants, points((*EAST, 40)), cap_wan_m3=149))


def test_a_station_outside_the_model_takes_its_place_under_a_cap(make: Make) -> None:
    plants = register(at(WEST, 60), at(WEST, ""), at(EAST, 60))
    plan = consolidation_plan.solve(make(plants, points((*EAST, 40)), ring_caps=((5, 1),), severity_cost=0))
    assert list(plan.actions["action"].isin(["retain", "upgrade"])) == [False, True, True]


def test_a_phased_plan_says_in_which_year_a_station_is_upgraded(make: Make) -> None:
    # 40 at 90 % use serve 36: enough at first, too little for the demand of the last years.
    demand = points((*EAST, 45))
    case = make(register(at(EAST, 40)), demand, phased=True, cap_wan_m3=100, first_demand_wan_m3=20, severity_cost=0)
    plan = consolidation_plan.solve(case)
    assert plan.actions.loc["s0", ["action", "year"]].tolist() == ["upgrade", 2014]  # 25, 30, 35, then 40
    assert plan.actions.loc["s0", "capacity_after"] == plan.totals["capacity"].iloc[-1] >= case.settings.standard_wan_m3
    assert plan.totals["upgraded"].tolist() == [0, 0, 0, 0, 1, 1]


def test_a_station_that_the_planner_closes_outside_the_model_is_that_years_closure(make: Make) -> None:
    plants = register(at(EAST, 60), at(WEST, 60), {"capacity": 20, "id": "gone"})
    changes = {"cap_wan_m3": 70, "closures_per_year": 1, "locks": (("gone", "close"),), "radius_km": 60}
    plan = consolidation_plan.solve(make(plants, points((*EAST, 20)), phased=True, **changes))
    gone = plan.actions.loc["gone"]
    assert (gone["action"], gone["year"], gone["capacity_after"], gone["verify"]) == ("close", 2011, 0, "location")
    (stopped,) = plan.actions.loc[["s0", "s1"], "year"].dropna()
    assert stopped > 2011
    assert plan.totals["sites"].tolist()[:2] == [3, 2]


@pytest.mark.parametrize("most", [1, 2])
def test_no_more_stations_merge_into_one_than_it_may_receive(make: Make, most: int) -> None:
    plants = register(*[at((EAST[0] + 0.01 * n, EAST[1]), 60, company="甲") for n in range(3)])
    case = make(plants, points((*EAST, 30)), cap_wan_m3=70, loss_site=5000, receive_most=most)
    assert (consolidation_plan.solve(case).actions["action"] == "merge").sum() == most
