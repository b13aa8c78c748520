"""Coverage: against an independent grid, at its limits, and with properties that must hold for any supply."""

import itertools
import json
import math
from dataclasses import replace

import geopandas as gpd
import networkx as nx
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_array
from scipy.sparse.csgraph import maximum_flow

from mixplan.base.errors import DataError, RuleError
from mixplan.city.haul import haul_ways
from mixplan.city.layers import load_layers
from mixplan.city.networks import read_network
from mixplan.coverage import ground as coverage_ground
from mixplan.coverage import reach, words
from mixplan.coverage import result as coverage_result
from mixplan.coverage import service as coverage_service
from mixplan.coverage import supply as coverage_supply
from mixplan.plan.rules import load_rules
from mixplan.registers.plants import load_plants
from mixplan.registers.points import load_demand, read_points
from mixplan.registers.proposals import read_proposal
from mixplan.siting import inputs as siting_inputs
from mixplan.siting import settings as siting_settings

EAST, NORTH = 450_000.0, 4_418_000.0


@pytest.fixture(scope="module")
def demand():
    return load_demand()


@pytest.fixture(scope="module")
def ground(layers, demand, book):
    return coverage_ground.zone_ground(layers, demand, book, year=2015)


@pytest.fixture(scope="module")
def supply(plants):
    return coverage_supply.supply_points(plants)


@pytest.fixture(scope="module")
def seen(ground, supply):
    return reach.reach(ground, supply)


def points(*rows):
    """Supply from (metres east, metres north, capacity)."""
    return gpd.GeoDataFrame(
        {
            "name": [f"p{n}" for n in range(len(rows))],
            "capacity": [float(row[2]) for row in rows],
            "location_error_m": 0.0,
            "evidence": "sourced",
            "stage": "existing",
            "year": np.nan,
        },
        geometry=[shapely.Point(EAST + row[0], NORTH + row[1]) for row in rows],
        index=[f"p{n}" for n in range(len(rows))],
        crs=4548,
    )


def grid_share(zone, places, radius_m, step=100.0):
    """Share of an area near some place, counted on a fine grid: nothing shared with the code under test."""
    west, south, east, north = zone.bounds
    x, y = np.meshgrid(np.arange(west + step / 2, east, step), np.arange(south + step / 2, north, step))
    cells = np.column_stack([x.ravel(), y.ravel()])
    cells = cells[shapely.contains_xy(zone, cells[:, 0], cells[:, 1])]
    nearest = np.full(len(cells), np.inf)
    for place in places:
        nearest = np.minimum(nearest, (cells[:, 0] - place.x) ** 2 + (cells[:, 1] - place.y) ** 2)
    return float((nearest <= radius_m**2).mean())


@pytest.mark.parametrize("radius_km", [5.0, 12.0, 20.0])
def test_shares_of_area_agree_with_a_fine_grid(seen, layers, supply, radius_km):
    result = coverage_result.coverage(seen, radius_km)
    for row in result.rows:
        zone = layers.ban_zones.set_index("id").geometry[row.id]
        step = 100.0 if zone.area > 1e8 else 25.0
        assert row.area_share == pytest.approx(grid_share(zone, supply.geometry, radius_km * 1000, step), abs=4e-3)
    whole = layers.ban_zones.geometry.union_all()
    assert result.total.area_share == pytest.approx(grid_share(whole, supply.geometry, radius_km * 1000), abs=2e-3)


def test_the_range_is_that_of_the_boundary_moved_in_and_out(seen, layers, supply):
    rows = {row.id: row for row in coverage_result.coverage(seen, 12.0).rows}
    for zone in layers.ban_zones.itertuples():
        row = rows[zone.id]
        if not zone.approximate:
            assert row.area_share_low == row.area_share == row.area_share_high
            continue
        shares = [row.area_share]
        for way in (-1, 1):
            moved = zone.geometry.buffer(way * zone.accuracy_m)
            if moved.area > 1:
                shares.append(grid_share(moved, supply.geometry, 12_000, 50.0))
        assert row.area_share_low == pytest.approx(min(shares), abs=0.01)
        assert row.area_share_high == pytest.approx(max(shares), abs=0.01)


def test_the_closed_form_agrees_with_polygons(seen):
    for radius_km in (5.0, 9.0, 30.0):
        polygon = seen.reach_area(radius_km).intersection(seen.ground.total).area / seen.ground.total.area
        assert seen.area_shares([radius_km])[0, -1, 0] == pytest.approx(polygon, abs=5e-5)


def test_a_circle_in_a_square_with_a_hole():
    square = shapely.box(-10, -10, 10, 10).difference(shapely.box(-1, -1, 1, 1))
    edges = reach._edges(square, np.zeros(2))
    areas = reach.disc_area_m2(edges, np.array([0.5, 5.0, 20.0])).sum(axis=0)
    assert areas == pytest.approx([0.0, 25 * np.pi - 4, 396.0])


def test_no_supply_covers_nothing_and_says_so(ground, supply):
    result = coverage_result.coverage(reach.reach(ground, supply.iloc[:0]), 30.0)
    for row in (*result.rows, result.total):
        assert row.area_share == row.area_share_low == row.area_share_high == 0
        assert row.demand_share == row.served_share == 0
        assert row.nearest_km is None
    assert "没有任何供应点" in words.coverage_sentence(result)


def test_supply_everywhere_covers_and_serves_everything(ground):
    result = coverage_result.coverage(reach.reach(ground, points((0, 0, 1e6), (30_000, 20_000, 1e6))), 200.0)
    for row in (*result.rows, result.total):
        assert row.area_share == pytest.approx(1) and row.area_share_low == pytest.approx(1)
        assert row.demand_share == pytest.approx(1) and row.served_share == pytest.approx(1)


def test_a_full_plant_covers_without_serving(ground):
    result = coverage_result.coverage(reach.reach(ground, points((0, 0, 0.0))), 200.0)
    assert result.total.demand_share == pytest.approx(1)
    assert result.total.served_share == 0


@pytest.mark.parametrize("radius_km", [8.0, 20.0])
def test_what_is_served_in_all_is_a_maximum_flow(seen, radius_km):
    scale = 10**4
    plants, wanted = len(seen.supply), len(seen.ground.demand)
    size = plants + wanted + 2
    flow = np.zeros((size, size), dtype=np.int32)
    flow[0, 1 : plants + 1] = np.rint(seen.capacity * scale)
    flow[1 : plants + 1, plants + 1 : -1] = np.where(seen.distance_m <= radius_km * 1000, 10**8, 0)
    flow[plants + 1 : -1, -1] = np.rint(seen.ground.demand["weight"] * scale)
    best = maximum_flow(csr_array(flow), 0, size - 1).flow_value / scale
    service = coverage_service.serve(seen, radius_km)
    assert service.served.sum() == pytest.approx(best, abs=0.05)
    assert service.flows["amount"].sum() == pytest.approx(service.served.sum())
    assert (service.used <= seen.capacity + 1e-6).all()
    assert (service.served <= seen.ground.demand["weight"] + 1e-6).all()
    assert (service.flows["distance_km"] <= radius_km).all()


@settings(max_examples=25)
@given(
    st.lists(
        st.tuples(st.integers(-60_000, 60_000), st.integers(-60_000, 60_000), st.floats(0, 300)),
        min_size=1,
        max_size=8,
    ),
    st.floats(5, 60),
    st.floats(0, 20),
)
def test_more_radius_or_more_supply_never_covers_less(rows, radius_km, more_km):
    ground = coverage_ground.zone_ground(load_layers(), load_demand(), load_rules(), year=2010)
    seen = reach.reach(ground, points(*rows))
    small, large = (coverage_result.coverage(seen, r) for r in (radius_km, radius_km + more_km))
    fewer = coverage_result.coverage(reach.reach(ground, points(*rows[:-1])), radius_km)
    for a, b, c in zip((*small.rows, small.total), (*large.rows, large.total), (*fewer.rows, fewer.total), strict=True):
        assert a.area_share <= b.area_share + 1e-9 and c.area_share <= a.area_share + 1e-9
        assert a.demand_share <= b.demand_share and c.demand_share <= a.demand_share
        assert a.served_share <= a.demand_share
        assert a.area_share_low <= a.area_share <= a.area_share_high
    assert small.total.served_share <= large.total.served_share + 1e-6
    assert fewer.total.served_share <= small.total.served_share + 1e-6


def test_districts_share_out_the_same_ground_and_demand(layers, demand, book, seen, supply):
    by_district = reach.reach(coverage_ground.zone_ground(layers, demand, book, year=2015, by="district"), supply)
    zones, districts = coverage_result.coverage(seen, 12.0), coverage_result.coverage(by_district, 12.0)
    assert districts.total.area_share == pytest.approx(zones.total.area_share, abs=1e-9)
    assert sum(r.area_km2 for r in districts.rows) == pytest.approx(zones.total.area_km2, rel=1e-3)
    assert sum(r.demand for r in districts.rows) == pytest.approx(zones.total.demand, rel=1e-6)
    assert "密云区" in {row.name for row in districts.rows}


def test_names_and_zones_follow_the_year(layers, demand, book):
    early = coverage_ground.zone_ground(layers, demand, book, year=2006)
    assert early.ids == ("fourth_ring_2006", "total")
    assert "延庆县" in coverage_ground.zone_ground(layers, demand, book, year=2010, by="district").names
    with pytest.raises(DataError, match="2006"):
        coverage_ground.zone_ground(layers, demand, book, year=2005)


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


def test_gaps_are_named_and_lie_beyond_the_radius(seen, layers):
    gaps = coverage_result.gaps(seen, 12.0, layers, minimum_km2=0.5)
    assert {"密云新城", "怀柔新城"} <= set(gaps["town"])
    assert (gaps["nearest_km"] > 12.0).all()
    share = coverage_result.coverage(seen, 12.0).total.area_share
    everything = coverage_result.gaps(seen, 12.0, layers)["area_km2"].sum() / (seen.ground.total.area / 1e6)
    assert everything == pytest.approx(1 - share, abs=1e-4)


def test_bands_share_out_the_zones(seen):
    bands = coverage_result.bands(seen, [5, 10, 20])
    assert bands.geometry.area.sum() == pytest.approx(seen.ground.total.area, rel=1e-6)
    first = bands.geometry.iloc[0].area / seen.ground.total.area
    assert first == pytest.approx(coverage_result.coverage(seen, 5).total.area_share, abs=1e-4)


def test_the_curve_passes_through_the_single_figures(seen):
    curve = coverage_result.curve(seen, [10.0, 25.0])
    for row in curve.itertuples():
        single = coverage_result.coverage(seen, row.radius_km).total
        assert (row.area_share, row.demand_share, row.served_share) == pytest.approx(
            (single.area_share, single.demand_share, single.served_share)
        )


def test_location_errors_bound_the_share(seen):
    result = coverage_result.coverage(seen, 12.0)
    assert result.modelled == 19
    assert result.location_low <= result.total.area_share <= result.location_high


def test_plants_on_one_spot_and_in_one_line(ground):
    rows = [(0, 0, 5), (0, 0, 5), (0.001, 0, 5), (10_000, 0, 5), (20_000, 0, 5)]
    seen = reach.reach(ground, points(*rows))
    assert seen.area_shares([9.0])[0, -1, 0] == pytest.approx(
        seen.reach_area(9.0).intersection(ground.total).area / ground.total.area, abs=5e-5
    )


def road_to_the_north_east():
    """A road 20 km north, then 10 km east, as two straight edges: the far end is 30 km by road, 22 km straight."""
    graph = nx.Graph()
    corners = [(EAST, NORTH), (EAST, NORTH + 20_000), (EAST + 10_000, NORTH + 20_000)]
    for a, b in itertools.pairwise(corners):
        graph.add_edge(a, b, length=float(np.hypot(a[0] - b[0], a[1] - b[1])))
    return graph


def test_haul_along_a_network(ground, book):
    detour = book.figure("siting_detour")
    seen = reach.reach(ground, points((1_000, 0, 50)), ways=haul_ways(road_to_the_north_east(), book))
    haul = seen.haul_to_m(np.array([[EAST + 10_000, NORTH + 20_500], [EAST, NORTH + 10_000], [0.0, 0.0]]))[0]
    assert haul[0] == pytest.approx(detour * 1_000 + 20_000 + 10_000 + detour * 500)
    assert haul[1] == pytest.approx(detour * 1_000 + 10_000)  # joined in the middle of an edge, far from its corners
    assert np.isinf(haul[2])
    share = coverage_result.coverage(seen, 25.0).total
    assert 0 < share.area_share < coverage_result.coverage(reach.reach(ground, seen.supply), 25.0).total.area_share
    assert share.served_share <= share.demand_share
    total = ground.total
    assert share.area_share == pytest.approx(seen.reach_area(25.0).intersection(total).area / total.area, abs=1e-6)


def test_coverage_and_siting_measure_the_same_haul(ground, supply, book, layers, demand, plants):
    """Both by one function: the same places, plants and network give the same kilometres."""
    ways = haul_ways(road_to_the_north_east(), book)
    seen = reach.reach(ground, supply, ways=ways)
    inputs = siting_inputs.SitingInputs(
        demand,
        coverage_supply.existing_supply(plants, layers),
        siting_inputs.no_points(),
        network=road_to_the_north_east(),
    )
    other = haul_ways(inputs.network, book, detour=siting_settings.default_settings(book).detour)
    assert np.isfinite(seen.distance_m).any()
    assert seen.distance_m / 1000 == pytest.approx(other(ground.demand.geometry, supply.geometry).km.T)


def test_the_area_within_a_haul_is_where_the_haul_is_shorter(ground, book):
    """Off by no more than the way from the middle of a square to its corner, at most 177 m straight."""
    seen = reach.reach(ground, points((1_000, 0, 50)), ways=haul_ways(road_to_the_north_east(), book))
    rng = np.random.default_rng(1)
    # One branch of the road only: where two roads are equally near, the haul jumps from one to the other.
    places = rng.uniform((EAST - 6_000, NORTH + 1_000), (EAST + 4_000, NORTH + 14_000), (800, 2))
    places = places[shapely.intersects_xy(ground.total, places)]
    haul = seen.haul_to_m(places)[0]
    within = shapely.intersects_xy(seen.reach_area(12.0), places)
    slack = 177 * (1 + book.figure("siting_detour"))
    off_road = np.abs(places[:, 0] - EAST)
    limit = book.figure("siting_access_km") * 1000
    sure = np.abs(off_road - limit) > 177
    assert within[sure & (haul < 12_000 - slack)].all() and not within[sure & (haul > 12_000 + slack)].any()
    assert 0 < within.sum() < len(places)


def test_networks_are_read_from_geojson_and_graphml():
    line = {"type": "LineString", "coordinates": [[116.4, 39.9], [116.4, 39.95], [116.45, 39.95]]}
    document = {"type": "FeatureCollection", "features": [{"type": "Feature", "properties": {}, "geometry": line}]}
    graph = read_network(json.dumps(document).encode(), "路网.geojson")
    assert graph.number_of_edges() == 2
    assert sum(nx.get_edge_attributes(graph, "length").values()) == pytest.approx(5_552 + 4_275, rel=2e-3)
    other = nx.Graph()
    other.add_node("a", x=116.4, y=39.9)
    other.add_node("b", x=116.4, y=39.95)
    other.add_edge("a", "b")
    text = "\n".join(nx.generate_graphml(other)).encode()
    assert read_network(text, "路网.graphml").number_of_edges() == 1
    for bad in (b"{}", b"<x/>", b'{"type": "FeatureCollection", "features": []}'):
        with pytest.raises(DataError, match="路网"):
            read_network(bad, "路网")


def road(*corners):
    line = {"type": "LineString", "coordinates": corners}
    document = {"type": "FeatureCollection", "features": [{"type": "Feature", "properties": {}, "geometry": line}]}
    return json.dumps(document).encode()


def test_heights_in_a_network_are_dropped():
    flat = read_network(road([116.4, 39.9], [116.4, 39.95]), "路网.geojson")
    high = read_network(road([116.4, 39.9, 45.0], [116.4, 39.95, 90.5]), "路网.geojson")
    assert list(high.edges(data=True)) == list(flat.edges(data=True))


@pytest.mark.filterwarnings("ignore:invalid value encountered in linestrings")
@pytest.mark.parametrize("wrong", [math.nan, math.inf, -math.inf])
def test_a_network_with_a_coordinate_that_is_no_finite_number_is_refused(wrong):
    graph = nx.Graph()
    graph.add_node("a", x=116.4, y=39.9)
    graph.add_node("b", x=wrong, y=39.95)
    graph.add_edge("a", "b")
    for content in (road([116.4, 39.9], [wrong, 39.95]), "\n".join(nx.generate_graphml(graph)).encode()):
        with pytest.raises(DataError, match=r"路网文件 坏路网.*坐标"):
            read_network(content, "坏路网")


def test_points_files_and_their_errors():
    found = read_points("编号,经度,纬度,产能\n甲,116.4,39.9,50\n乙,x,39.9,1\n甲,116.4,39.9,1\n".encode(), "供应.csv")
    assert list(found.points.index) == ["甲"] and found.points.geometry.crs.to_epsg() == 4548
    assert [(e.row, e.column) for e in found.errors] == [(3, "lon"), (4, "id")]
    sites = read_proposal(b'{"sites": [{"id": 1, "lon": 116.4, "lat": 39.9, "capacity": 40, "used": 3}]}', "r.json")
    assert list(sites.points.index) == ["1"] and not sites.errors
    with pytest.raises(DataError, match="sites"):
        read_proposal(b'{"nothing": 1}', "r.json")
    with pytest.raises(DataError, match="capacity"):
        coverage_supply.planned_sites([{"id": "a", "lon": 116.4, "lat": 39.9}])


def test_concrete_demand_is_the_plans(demand, book, plants, layers):
    subject = coverage_supply.theme("concrete", book)
    weight = coverage_supply.themed_demand(demand, subject)["weight"]
    assert weight.sum() == pytest.approx(book.figure("concrete_demand_2015"))
    with pytest.raises(DataError, match="mortar"):
        coverage_supply.theme("cement", book)
    assert len(coverage_supply.supply_points(plants, kind="concrete")) == 178


def test_a_radius_without_its_limits_is_refused(book):
    """The limits are the rule file's; code has none to fall back on."""
    bare = replace(book.parameters["coverage_radius_mortar_km"], minimum=None)
    with pytest.raises(RuleError, match="coverage_radius_mortar_km"):
        coverage_supply.theme("mortar", replace(book, parameters={**book.parameters, bare.id: bare}))


def test_the_shipped_register_covers_but_does_not_serve(plants, layers, book, demand):
    subject = coverage_supply.theme("mortar", book)
    supply = coverage_supply.supply_points(load_plants())
    result = coverage_result.coverage(
        reach.reach(coverage_ground.zone_ground(layers, demand, book, year=2015), supply), subject.radius_km
    )
    assert result.total.demand_share > 0.95
    assert result.total.served_share == pytest.approx(result.capacity / result.total.demand, abs=0.02)
