"""Coverage: against an independent grid, at its limits, and with properties that must hold for any supply."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from coverage_cases import EAST, NORTH, grid_share, supply_at
from hypothesis import given, settings
from hypothesis import strategies as st

from mixplan.coverage import ground as coverage_ground
from mixplan.coverage import reach, words
from mixplan.coverage import result as coverage_result
from mixplan.coverage import supply as coverage_supply
from mixplan.registers.plants import load_plants


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


def test_no_supply_covers_nothing_and_says_so(ground, supply):
    result = coverage_result.coverage(reach.reach(ground, supply.iloc[:0]), 30.0)
    for row in (*result.rows, result.total):
        assert row.area_share == row.area_share_low == row.area_share_high == 0
        assert row.demand_share == row.served_share == 0
        assert row.nearest_km is None
    assert "没有任何供应点" in words.coverage_sentence(result)


def test_supply_everywhere_covers_and_serves_everything(ground):
    result = coverage_result.coverage(reach.reach(ground, supply_at((0, 0, 1e6), (30_000, 20_000, 1e6))), 200.0)
    for row in (*result.rows, result.total):
        assert row.area_share == pytest.approx(1) and row.area_share_low == pytest.approx(1)
        assert row.demand_share == pytest.approx(1) and row.served_share == pytest.approx(1)


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
def test_more_radius_or_more_supply_never_covers_less(early_ground, rows, radius_km, more_km):
    seen = reach.reach(early_ground, supply_at(*rows))
    small, large = (coverage_result.coverage(seen, r) for r in (radius_km, radius_km + more_km))
    fewer = coverage_result.coverage(reach.reach(early_ground, supply_at(*rows[:-1])), radius_km)
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


def test_gaps_are_named_and_lie_beyond_the_radius(seen, layers):
    gaps = coverage_result.gaps(seen, 12.0, layers, minimum_km2=0.5)
    assert {"密云新城", "怀柔新城"} <= set(gaps["town"])
    assert (gaps["nearest_km"] > 12.0).all()
    share = coverage_result.coverage(seen, 12.0).total.area_share
    everything = coverage_result.gaps(seen, 12.0, layers)["area_km2"].sum() / (seen.ground.total.area / 1e6)
    assert everything == pytest.approx(1 - share, abs=1e-4)


def test_a_gap_belongs_to_the_zone_that_holds_most_of_it(seen, layers):
    gaps = coverage_result.gaps(seen, 12.0, layers, minimum_km2=0.5)
    zones = layers.ban_zones.set_index("name").geometry
    for row in gaps.itertuples():
        assert row.geometry.area == pytest.approx(row.area_km2 * 1e6)
        assert row.zone == zones.intersection(row.geometry).area.idxmax()
    assert gaps["area_km2"].is_monotonic_decreasing
    assert gaps["town_en"].str.len().gt(0).all() and gaps["zone_en"].str.len().gt(0).all()
    assert len(set(gaps["zone"])) > 1


def test_the_nearest_plant_is_measured_from_the_middle_of_a_zone(ground):
    middles = [area.centroid for area in ground.areas["drawn"]]
    inside = [n for n, area in enumerate(ground.areas["drawn"]) if area.contains(middles[n])]
    assert inside
    for n in inside[:3]:
        place = (middles[n].x - EAST, middles[n].y - NORTH, 10)
        result = coverage_result.coverage(reach.reach(ground, supply_at((-90_000, 0, 10), place)), 5.0)
        row = (*result.rows, result.total)[n]
        assert row.nearest_km == pytest.approx(0, abs=1e-6) and row.nearest_id == "p1"


def test_exact_places_leave_no_range_and_unknown_capacities_are_counted(ground):
    result = coverage_result.coverage(reach.reach(ground, supply_at((0, 0, np.nan), (9_000, 0, 5))), 12.0)
    assert result.location_low == result.location_high == result.total.area_share
    assert (result.supply_count, result.capacity, result.unknown_capacity, result.modelled) == (2, 5, 1, 0)
    assert result.location_error_m == (0, 0)


def test_bands_share_out_the_zones(seen):
    bands = coverage_result.bands(seen, [5, 10, 20])
    assert bands["from_km"].tolist() == [0, 5, 10, 20] and bands["to_km"].tolist() == [5, 10, 20, np.inf]
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


def test_where_all_is_served_the_curve_goes_on_as_the_single_figures_do(ground, plants):
    stations = reach.reach(ground, coverage_supply.supply_points(plants, kind="concrete"))
    radii = [60.0, 10.0, 35.0, 20.0, 60.0]
    served = {radius: coverage_result.coverage(stations, radius).total.served_share for radius in radii}
    assert list(coverage_result.curve(stations, radii)["served_share"]) == pytest.approx([served[r] for r in radii])
    assert served[10.0] < 1 and served[35.0] == pytest.approx(1), "radii on either side of where all is served"


def test_location_errors_bound_the_share(seen):
    result = coverage_result.coverage(seen, 12.0)
    assert result.modelled == 19
    assert result.location_low <= result.total.area_share <= result.location_high


def test_the_shipped_register_covers_but_does_not_serve(plants, layers, book, demand):
    subject = coverage_supply.theme("mortar", book)
    supply = coverage_supply.supply_points(load_plants())
    result = coverage_result.coverage(
        reach.reach(coverage_ground.zone_ground(layers, demand, book, year=2015), supply), subject.radius_km
    )
    assert result.total.demand_share > 0.95
    assert result.total.served_share == pytest.approx(result.capacity / result.total.demand, abs=0.02)


def test_what_a_plant_has_to_spare_is_named_at_its_limits(ground, demand):
    """Tight at 10 %: what is left of 100 is 0, a crumb, exactly 10, and a little more."""
    used = {"full": 100.0, "crumb": 100.0 - 1e-5, "limit": 90.0, "more": 89.9, "none": 0.0, "unknown": 0.0}
    capacity = {**dict.fromkeys(used, 100.0), "none": 0.0, "unknown": np.nan}
    supply = supply_at(*[(0, 0, capacity[name]) for name in used]).set_axis(list(used))
    seen = reach.reach(ground, supply)
    result = coverage_result.coverage(seen, 10.0)
    made = replace(result, service=replace(result.service, used=pd.Series(used)))
    table = coverage_result.spare_table(seen, made, tight_pct=10.0)
    states = {"full": "full", "crumb": "full", "limit": "tight", "more": "spare", "none": "full", "unknown": "unknown"}
    assert table["state"].to_dict() == states
    assert table["spare"].drop("unknown").to_dict() == pytest.approx(
        {name: capacity[name] - amount for name, amount in used.items() if name != "unknown"}
    )
