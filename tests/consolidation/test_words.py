"""Reasons in words."""

import json
import math

import geopandas as gpd
import pytest
from consolidation.cases import EAST, FAR, WEST, Make, at, points, reasons, register

from mixplan.city.layers import Layers
from mixplan.consolidation import document, takeover, words
from mixplan.consolidation import plan as consolidation_plan
from mixplan.consolidation.plan import Plan
from mixplan.plan.rules import RuleBook


@pytest.mark.parametrize(
    ("gap", "said"),
    [(math.inf, "还没有证明过下界"), (math.nan, "还没有证明过下界"), (0.0, "已证明最优"), (0.07, "不超过 7.00%")],
)
def test_a_gap_is_said_as_what_it_proves_and_none_where_nothing_is_proven(gap: float, said: str) -> None:
    assert said in words.gap_sentence(gap)


def test_a_flagged_station_that_alone_serves_a_town_stays_and_the_reason_says_so(
    make: Make, layers: Layers, book: RuleBook
) -> None:
    plants = register(at(WEST, 80), at(FAR, 80))
    case = make(plants, points((*WEST, 40), (*FAR, 40)), cap_wan_m3=200, radius_km=15, outside_pct=0, severity_cost=600)
    plan = consolidation_plan.solve(case)
    assert plan.actions.loc["s0", "action"] == "retain"
    assert "只有它能供应镇 0" in reasons(plan, layers, book, plants)["s0"]


def test_the_reason_for_a_station_kept_by_the_planner_does_not_claim_that_keeping_is_cheaper(
    make: Make, layers: Layers, book: RuleBook
) -> None:
    plants = register(at(WEST, 80), at(EAST, 80))
    demand = points((116.55, 39.915, 50))
    plan = consolidation_plan.solve(make(plants, demand, cap_wan_m3=100, radius_km=60, locks=(("s0", "retain"),)))
    said = reasons(plan, layers, book, plants)["s0"]
    assert said.startswith("按规划人员的决定保留")
    assert "代价更高" not in said
    assert "五环" in said


def test_a_station_that_stops_is_taken_over_point_by_point(make: Make) -> None:
    # With every station standing each serves its own town; of two that are left one takes over the first town.
    near = (WEST[0] + 0.05, WEST[1])
    plants = register(at(WEST, 60), at(near, 60), at(EAST, 60))
    plan = consolidation_plan.solve(
        make(plants, points((*WEST, 12), (*near, 20), (*EAST, 30)), cap_wan_m3=180, locks=(("s0", "close"),))
    )
    assert takeover.takeover(plan).to_dict("records") == [
        {"plant_id": "s0", "by": "s1", "amount": pytest.approx(12), "demand": 1}
    ]


def test_two_stations_take_over_a_town_by_what_each_delivers_there(make: Make) -> None:
    near = (WEST[0] + 0.02, WEST[1])
    plants = register(at(WEST, 100), at(near, 40), at((WEST[0] + 0.03, WEST[1]), 40))
    changes = {"cap_wan_m3": 180, "radius_km": 60, "add_most": 0, "standard_wan_m3": 0, "utilisation_pct": 100}
    plan = consolidation_plan.solve(make(plants, points((*WEST, 60)), locks=(("s0", "close"),), **changes))
    heirs = takeover.takeover(plan)
    assert list(heirs["by"]) == ["s1", "s2"]
    assert list(heirs["amount"]) == pytest.approx([40, 20])


def test_only_a_town_with_one_station_in_reach_is_supplied_by_it_alone(make: Make) -> None:
    plants = register(at(WEST, 60), at((116.42, 39.93), 60), at(FAR, 60))
    case = make(plants, points((*WEST, 20), (*FAR, 10), (*EAST, 1)), cap_wan_m3=180, radius_km=15, outside_pct=10)
    assert takeover.sole_supply(case) == {"s2": [1]}  # no station reaches the third town


def test_a_sentence_names_at_most_three_who_take_over(make: Make, layers: Layers, book: RuleBook) -> None:
    towns = [(EAST[0] + 0.1 * x, EAST[1] + 0.1 * y) for x, y in ((1, 0), (-1, 0), (0, 1), (0, -1))]
    plants = register(at(EAST, 80, id="hub"), *[at(town, 20) for town in towns])
    demand = points(*[(EAST[0] + 0.04 * x, EAST[1] + 0.04 * y, 10) for x, y in ((1, 0), (-1, 0), (0, 1), (0, -1))])
    plan = consolidation_plan.solve(
        make(plants, demand, cap_wan_m3=160, radius_km=40, add_most=0, locks=(("hub", "close"),))
    )
    assert "等 4 站接替" in reasons(plan, layers, book, plants)["hub"]


def test_the_reason_for_a_station_says_how_well_it_is_used(make: Make, layers: Layers, book: RuleBook) -> None:
    plants = register(at(EAST, 80))
    plan = consolidation_plan.solve(make(plants, points((*EAST, 60)), cap_wan_m3=100))
    assert "供应 60 万m³，利用率 75%" in reasons(plan, layers, book, plants)["s0"]


@pytest.mark.slow
def test_every_station_of_the_shipped_register_has_a_whole_sentence(
    shipped_plan: Plan, layers: Layers, book: RuleBook, plants: gpd.GeoDataFrame
) -> None:
    said = reasons(shipped_plan, layers, book, plants)
    assert (said.str.len() > 8).all() and said.str.endswith("。").all()
    json.dumps(document.plan_json(shipped_plan, said), allow_nan=False)


@pytest.mark.slow
def test_only_stations_that_stop_are_taken_over_by_stations_that_stand(shipped_plan: Plan) -> None:
    heirs, actions = takeover.takeover(shipped_plan), shipped_plan.actions["action"]
    assert set(heirs["plant_id"]) <= set(actions.index[actions.isin(["close", "merge"])])
    assert set(heirs["by"]) <= set(actions.index[actions.isin(["retain", "upgrade"])])
