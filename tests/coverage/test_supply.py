"""Which plants supply what."""

from dataclasses import replace

import pandas as pd
import pytest
from helpers import make_register

from mixplan.base.errors import DataError, RuleError
from mixplan.city import districts
from mixplan.coverage import supply as coverage_supply


def test_new_lines_come_in_evenly_or_in_their_own_year(book):
    sites = coverage_supply.planned_sites(
        [{"id": f"s{n}", "lon": 116.4, "lat": 39.9, "capacity": 40} for n in range(11)]
        + [{"id": "own", "lon": 116.5, "lat": 39.9, "capacity": 40, "year": 2012}]
    )
    counts = [len(coverage_supply.in_production(sites, year, book)) for year in range(2009, 2016)]
    assert counts == [0, 0, 2, 5, 7, 9, 12]
    assert len(coverage_supply.in_production(sites.iloc[:0], 2015, book)) == 0


def test_a_proposal_adds_and_a_consolidation_plan_takes_away(supply, plants):
    sites = coverage_supply.planned_sites([{"id": "s1", "lon": 116.84, "lat": 40.37, "capacity": 40}])
    assert len(coverage_supply.with_proposal(supply, sites)) == len(supply) + 1
    assert len(coverage_supply.with_proposal(supply.iloc[:0], sites)) == 1
    concrete = coverage_supply.supply_points(plants, kind="concrete")
    plan = pd.DataFrame(
        {"action": ["close", "merge", "upgrade"], "capacity": [0.0, 0.0, 90.0]}, index=concrete.index[:3]
    )
    left = coverage_supply.with_consolidation(concrete, plan)
    assert len(left) == len(concrete) - 2
    assert left.loc[concrete.index[2], "capacity"] == 90
    assert left.loc[concrete.index[3], "capacity"] == concrete.loc[concrete.index[3], "capacity"]


def test_a_site_that_bears_a_plants_id_replaces_it(supply):
    plant = supply.index[0]
    sites = coverage_supply.planned_sites([{"id": plant, "lon": 116.84, "lat": 40.37, "capacity": 41}])
    both = coverage_supply.with_proposal(supply, sites)
    assert sorted(both.index) == sorted(supply.index)
    assert (both.loc[plant, "stage"], both.loc[plant, "capacity"]) == ("proposed", 41)


def test_concrete_demand_is_the_plans(demand, book, plants, layers):
    subject = coverage_supply.theme("concrete", book)
    weight = coverage_supply.themed_demand(demand, subject)["weight"]
    assert weight.sum() == pytest.approx(book.figure("concrete_demand_2015"))
    with pytest.raises(DataError, match="mortar"):
        coverage_supply.theme("cement", book)
    assert len(coverage_supply.supply_points(plants, kind="concrete")) == 178


def test_each_theme_has_its_unit_and_demand_keeps_its_spread(demand, book):
    assert [coverage_supply.theme(kind, book).unit for kind in ("mortar", "concrete")] == ["wan_t", "wan_m3"]
    subject = coverage_supply.theme("concrete", book)
    small = demand.iloc[:2].assign(weight=[0.1, 0.3])
    weight = coverage_supply.themed_demand(small, subject)["weight"]
    assert weight.tolist() == pytest.approx([subject.demand_total / 4, subject.demand_total * 3 / 4])
    none = coverage_supply.themed_demand(demand.assign(weight=0.0), subject)["weight"]
    assert (none == 0).all()


def test_a_planned_site_is_supply_at_an_exact_place():
    site = {"id": "s1", "lon": 116.84, "lat": 40.37, "capacity": 40}
    named, bare = coverage_supply.planned_sites([{**site, "name": "甲"}, {**site, "id": "s2"}]).to_dict("records")
    expected = {"capacity": 40.0, "location_error_m": 0.0, "evidence": "sourced", "stage": "proposed"}
    assert {key: named[key] for key in expected} == expected
    assert [named["name"], bare["name"]] == ["甲", "s2"]
    for column in ("lon", "lat", "capacity"):
        said = f"^拟建站点“s2”缺少 {column}；每个站点要有 id、lon、lat、capacity。$"
        with pytest.raises(DataError, match=said):
            coverage_supply.planned_sites([site, {**site, "id": "s2", column: None}])


def test_a_radius_without_its_limits_is_refused(book):
    """The limits are the rule file's; code has none to fall back on."""
    bare = replace(book.parameters["coverage_radius_mortar_km"], minimum=None)
    with pytest.raises(RuleError, match="coverage_radius_mortar_km"):
        coverage_supply.theme("mortar", replace(book, parameters={**book.parameters, bare.id: bare}))


def test_a_plant_known_only_by_district_counts_there_and_is_marked(layers, plants):
    supply = coverage_supply.existing_supply(plants, layers)
    assert supply["capacity"].sum() == pytest.approx(185)
    assert supply.index[supply["assumed_place"]].tolist() == ["mortar-s01"]
    district = districts.district_of(supply.geometry, layers.districts)["mortar-s01"]
    assert layers.districts.set_index("id")["name"][district] == "房山区"


def test_an_empty_register_leaves_no_standing_supply(layers, empty_register):
    assert coverage_supply.existing_supply(empty_register, layers).empty


def test_the_registers_plants_are_seen_in_three_ways(layers):
    plants = make_register(
        {"id": "here", "kind": "mortar", "lon": 116.4, "lat": 39.9, "capacity": 30, "status": "inventory_2010"},
        {"id": "soon", "kind": "mortar", "lon": 116.4, "lat": 39.9, "capacity": 30, "status": "proposed"},
        {"id": "gone", "kind": "mortar", "lon": 116.4, "lat": 39.9, "capacity": 30, "status": "closed"},
        {"id": "lost", "kind": "mortar", "capacity": 20, "status": "inventory_2010"},
        {"id": "known", "kind": "mortar", "capacity": 10, "status": "inventory_2010", "district": "房山"},
        {"id": "bare", "kind": "mortar", "lon": 116.4, "lat": 39.9, "status": "inventory_2010"},
        {"id": "mixer", "kind": "concrete", "lon": 116.4, "lat": 39.9, "capacity": 30, "status": "inventory_2010"},
        {"id": "empty", "kind": "concrete", "lon": 116.4, "lat": 39.9, "status": "inventory_2010"},
    )
    assert set(coverage_supply.supply_points(plants).index) == {"here", "soon", "bare"}
    assert set(coverage_supply.unlocated_supply(plants).index) == {"lost", "known"}
    assert set(coverage_supply.existing_supply(plants, layers).index) == {"here", "known"}
    assert set(coverage_supply.unplaced_supply(plants, layers).index) == {"lost"}
    assert set(coverage_supply.concrete_stations(plants).index) == {"mixer"}
