"""Reasons in words."""

import json

import geopandas as gpd
import pytest
from consolidation.cases import EAST, FAR, WEST, Make, at, points, reasons, register

from mixplan.city.layers import Layers
from mixplan.consolidation import document, takeover
from mixplan.consolidation import plan as consolidation_plan
from mixplan.consolidation.plan import Plan
from mixplan.plan.rules import RuleBook


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
