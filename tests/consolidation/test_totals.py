"""What a plan adds up to."""

import math
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from consolidation.cases import EAST, FAR, WEST, Make, at, points, register

from mixplan.city.layers import Layers
from mixplan.city.rings import OUTSIDE_RINGS
from mixplan.consolidation import dust, tables, totals
from mixplan.consolidation import plan as consolidation_plan
from mixplan.plan.rules import RuleBook


def test_the_totals_say_how_many_of_the_standing_sites_are_modelled(make: Make) -> None:
    plants = register(at(WEST, 80, evidence="modelled"), at(EAST, 80), at(FAR, 80, evidence="modelled"))
    plan = consolidation_plan.solve(make(plants, points((116.55, 39.915, 50)), cap_wan_m3=100, radius_km=200))
    stand = plan.actions.index[plan.actions["action"].isin(["retain", "upgrade"])]
    assert 0 < len(stand) < 3
    assert list(plan.totals["modelled"]) == [2, len(stand.intersection(["s0", "s2"]))]


def test_totals_say_what_stands_what_is_delivered_and_how_much_dust_that_makes(make: Make, book: RuleBook) -> None:
    # One station inside the Fifth Ring and one outside the Sixth, each with a town next to it and out of the other's
    # reach: deliveries and dust follow the towns' demand.
    plants = register(at(WEST, 80), at(FAR, 40))
    case = make(plants, points((*WEST, 60), (*FAR, 20)), cap_wan_m3=200, radius_km=20, severity_cost=0.0)
    before, after = consolidation_plan.solve(case).totals.to_dict("records")
    inside, outside = book.figure("dust_inside_fifth_pct"), book.figure("dust_outside_sixth_pct")
    first = book.figure("concrete_output_2010") / book.figure("concrete_demand_2015")
    assert (before["year"], after["year"]) == (2010, 2015)
    assert before["dust_index"] == pytest.approx(inside + outside)
    assert after["dust_index"] == pytest.approx((inside + outside) / first)
    for row, demand in ((before, 80 * first), (after, 80)):
        assert (row["sites"], row["capacity"], row["closed"]) == (2, 120, 0)
        assert row["demand"] == row["served"] == pytest.approx(demand)
        assert row["utilisation_pct"] == pytest.approx(100 * demand / 120)
        assert (row["inside_fifth"], row["inside_fifth_pct"]) == (1, 50)
        assert row["mean_haul_km"] == pytest.approx(0, abs=1e-6) and row["outside_pct"] == 0
        assert row["thin"] == 2  # each town has one station within the radius
    assert math.isnan(before["limit"]) and after["limit"] == 200


def test_where_the_inventory_cannot_serve_its_own_year_nothing_is_known_of_its_deliveries(make: Make) -> None:
    case = make(register(at(WEST, 80)), points((*WEST, 40)), cap_wan_m3=200, first_demand_wan_m3=500)
    before, after = consolidation_plan.solve(case).totals.to_dict("records")
    unknown = ("served", "mean_haul_km", "outside_pct", "dust_index")
    assert all(math.isnan(before[name]) for name in unknown)
    assert (before["demand"], before["capacity"], before["sites"]) == (500, 80, 1)
    assert after["served"] == pytest.approx(40) and math.isnan(after["dust_index"])


def test_a_town_within_reach_of_two_stations_is_not_thin_until_one_closes(make: Make) -> None:
    plants = register(at(WEST, 80), at((116.42, 39.93), 80))
    case = make(plants, points((*WEST, 40)), cap_wan_m3=100, radius_km=20)
    assert list(consolidation_plan.solve(case).totals["thin"]) == [0, 1]


def test_a_station_without_location_counts_as_a_site_but_not_in_the_share_inside_the_fifth_ring(make: Make) -> None:
    case = make(register(at(WEST, 80), {"capacity": 20}), points((*WEST, 40)), cap_wan_m3=200)
    row = consolidation_plan.solve(case).totals.iloc[0]
    assert (row["sites"], row["inside_fifth"], row["inside_fifth_pct"]) == (2, 1, 100)


def test_belts_go_by_the_ring_that_a_station_lies_in() -> None:
    rings = pd.Series([2, 5, 6, OUTSIDE_RINGS, pd.NA], dtype="Int64")
    assert list(dust.belts(rings)) == ["inside", "inside", "between", "outside", ""]


def test_dust_goes_by_the_published_share_of_each_belt_over_the_inventorys_output(book: RuleBook) -> None:
    """60 % over 2 + 3 万m³ inside is 12 a unit, 10 % over 4 outside is 2.5; nothing is made between the two."""
    published = {"inside": 60.0, "between": 30.0, "outside": 10.0}
    belt, output = np.array(["inside", "outside", "inside"], dtype=object), np.array([2.0, 4.0, 3.0])
    factors = dust.dust_factors(published, belt, output)
    assert factors == pytest.approx({"inside": 12.0, "between": math.nan, "outside": 2.5}, nan_ok=True)
    assert dust.dust_index(factors, belt, output) == pytest.approx(70)
    assert dust.dust_index(factors, belt, np.array([1.0, 2.0, 0.5])) == pytest.approx(1.5 * 12 + 2 * 2.5)
    assert math.isnan(dust.dust_index(factors, np.array(["between"], dtype=object), np.array([1.0])))
    small = dust.dust_factors(published, np.array(["between"], dtype=object), np.array([0.5]))
    assert small["between"] == pytest.approx(60)
    assert dust.published_dust(book) == {
        "inside": book.figure("dust_inside_fifth_pct"),
        "between": book.figure("dust_fifth_to_sixth_pct"),
        "outside": book.figure("dust_outside_sixth_pct"),
    }


def test_a_station_exactly_at_the_radius_is_in_reach(make: Make) -> None:
    case = make(register(at(WEST, 80), at(EAST, 80)), points((*WEST, 40)), cap_wan_m3=200)
    km = case.problem.haul_km[:, 0]
    both = np.array([True, True])
    for radius, count in ((km.max(), 2), (km.max() - 1e-6, 1)):
        nearer = replace(case, problem=replace(case.problem, radius_km=float(radius)))
        assert totals.stations_in_reach(nearer, both).tolist() == [count]
        assert totals.stations_in_reach(nearer, np.array([False, True])).tolist() == [count - 1]


def test_what_comes_from_beyond_the_radius_is_a_share_of_what_is_delivered(make: Make) -> None:
    plants, demand = register(at(EAST, 80)), points((*EAST, 40), (*WEST, 10))
    haul = make(plants, demand).problem.haul_km.max()
    for radius, share in ((haul - 0.5, 20), (haul, 0), (haul + 0.5, 0)):
        plan = consolidation_plan.solve(make(plants, demand, cap_wan_m3=100, radius_km=radius, outside_pct=25))
        assert plan.totals["outside_pct"].iloc[-1] == pytest.approx(share)


def test_an_upgraded_station_counts_with_the_capacity_that_it_gains(make: Make) -> None:
    totals = consolidation_plan.solve(make(register(at(EAST, 40)), points((*EAST, 45)), cap_wan_m3=100)).totals
    assert list(totals["upgraded"]) == [0, 1]
    assert list(totals["capacity"]) == [40, 60]


def test_flagged_stations_and_those_near_sensitive_areas_are_counted_apart(make: Make, layers: Layers) -> None:
    areas = layers.sensitive_areas
    largest = areas.loc[[areas.area.idxmax()]].geometry.representative_point()
    inside = largest.to_crs(4326).iloc[0]
    case = make(register(at(WEST, 60), at((inside.x, inside.y), 60)), points((*WEST, 20)), cap_wan_m3=200)
    before = consolidation_plan.solve(case).totals.iloc[0]
    assert (before["flagged"], before["sensitive"]) == (2, 1)


def test_a_page_that_shows_one_digit_rounds_the_totals_once(make: Make) -> None:
    plan = consolidation_plan.solve(make(register(at(WEST, 80)), points((*WEST, 50)), cap_wan_m3=100))
    plan.totals["mean_haul_km"] = 6.3456
    assert list(tables.totals_table(plan)["平均运距（km）"]) == [6.35, 6.35]
    assert list(tables.totals_table(plan, rounded=False)["平均运距（km）"]) == [6.3456, 6.3456]


def test_a_station_outside_the_model_that_the_planner_closes_no_longer_stands(make: Make) -> None:
    plants = register(at(WEST, 80), {"capacity": 20})
    case = make(plants, points((*WEST, 40)), cap_wan_m3=200, locks=(("s1", "close"),))
    before, after = consolidation_plan.solve(case).totals.to_dict("records")
    assert (before["sites"], before["capacity"], before["closed"]) == (2, 100, 0)
    assert (after["sites"], after["capacity"], after["closed"]) == (1, 80, 1)
