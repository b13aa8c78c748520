"""Where a line may stand: the grid, own points, and what the rules say of each."""

import numpy as np
import pandas as pd
import pytest
from helpers import IN_FORCE
from siting_cases import INSIDE_RING, NORTH_EAST, SOUTH_WEST, points

from mixplan.base.errors import SitingError
from mixplan.city import distances, rings
from mixplan.city.crs import degrees
from mixplan.registers.points import load_demand
from mixplan.screening.measures import measure_of
from mixplan.siting.candidates import candidate_grid, candidate_table, exclusion
from mixplan.siting.inputs import SitingInputs, no_points
from mixplan.siting.settings import default_settings


def table(layers, book, own=None, **changes):
    inputs = SitingInputs(load_demand(), no_points(), no_points() if own is None else own)
    return candidate_table(inputs, default_settings(book, **changes), layers, book, on=IN_FORCE)


def test_no_candidate_lies_inside_the_fifth_ring_nor_outside_the_sectors(layers, book):
    allowed = table(layers, book).query("excluded_by == ''")
    ring = distances.signed_distance(allowed.geometry, rings.ring_area(layers.rings, 5))
    assert len(allowed) > 100
    assert (ring > 0).all()
    assert allowed["sector"].notna().all()


def test_no_candidate_lies_within_the_margin_of_a_sensitive_area(layers, book):
    everything = table(layers, book, margin_m=1000.0)
    allowed = everything[everything["excluded_by"] == ""]
    assert allowed["sensitive_m"].min() > 1000
    assert (everything["excluded_by"] == "near_sensitive_area").any()


def test_areas_of_approximate_extent_exclude_or_leave_a_note(layers, book):
    strict, noted = table(layers, book), table(layers, book, keep_off_approximate=False)
    more = noted.index[(noted["excluded_by"] == "") & (strict["excluded_by"] != "")]
    assert len(more)
    assert noted.loc[more, "approximate"].all()
    assert not strict["approximate"].any()


def test_an_own_point_inside_the_ring_is_kept_with_the_rule_that_excludes_it(layers, book):
    found = table(layers, book, points(INSIDE_RING, NORTH_EAST), grid_km=None)
    assert found["excluded_by"].tolist() == ["new_mortar_outside_fifth_ring", ""]


def test_without_rules_everything_may_stand(layers, book):
    found = table(layers, book, points(INSIDE_RING), grid_km=None, apply_rules=False)
    assert found["excluded_by"].tolist() == [""]


def test_the_grid_is_regular_and_its_ids_do_not_depend_on_the_rules(layers):
    grid = candidate_grid(layers, spacing_km=10)
    assert grid.index.is_unique
    gap = grid.distance(grid.geometry.iloc[0])
    assert gap[gap > 0].min() == pytest.approx(10_000, abs=1)
    lon, lat = degrees(grid.geometry)
    assert np.abs(lon - grid["lon"]).max() < 1e-8
    assert np.abs(lat - grid["lat"]).max() < 1e-8


def test_no_candidate_lies_in_a_lake_or_reservoir(layers):
    lakes = layers.water[layers.water["kind"] == "lake"]
    near = candidate_grid(layers, spacing_km=2).sjoin(lakes[["geometry"]], predicate="intersects")
    assert near.empty


def test_an_id_stands_for_one_place_only(make, layers, book):
    demand = points(NORTH_EAST, weight=[1.0])
    twice = points(NORTH_EAST, SOUTH_WEST).rename({"b": "a"})
    with pytest.raises(SitingError, match="候选点编号 a 出现不止一次"):
        make(twice, demand)
    grid = candidate_grid(layers, spacing_km=5).iloc[:2]
    same = grid.assign(capacity=60.0, name="own")
    joined = table(layers, book, own=same, apply_rules=False)
    assert not joined.index.has_duplicates
    assert joined.loc[same.index, "capacity"].tolist() == [60.0, 60.0]
    elsewhere = points(NORTH_EAST).rename({"a": grid.index[0]})
    with pytest.raises(SitingError, match=f"候选点 {grid.index[0]} 与网格点编号相同、位置不同"):
        table(layers, book, own=elsewhere, apply_rules=False)


def found_flags(*rows):
    """Findings from (plant, rule, verdict, certainty), in the order in which the rules are listed."""
    return pd.DataFrame(rows, columns=["plant_id", "rule_id", "verdict", "certainty"])


@pytest.mark.parametrize(
    ("approximate", "out"),
    [
        (True, {"sure": "area", "vague": "area", "ring": "ring", "both": "ring", "clear": "", "other": ""}),
        (False, {"sure": "area", "vague": "", "ring": "ring", "both": "ring", "clear": "", "other": ""}),
    ],
)
def test_a_vague_sensitive_area_alone_excludes_only_where_that_is_asked(book, approximate, out):
    by_measure = {rule.measure: rule.id for rule in book.rules}
    ring, area = by_measure["inside_ring"], by_measure["near_sensitive_area"]
    other = next(rule.id for rule in book.rules if not measure_of(rule).layer)
    findings = found_flags(
        ("sure", area, "flag", "certain"),
        ("vague", area, "flag", "borderline"),
        ("ring", ring, "flag", "borderline"),
        ("both", ring, "flag", "certain"),
        ("both", area, "flag", "borderline"),
        ("clear", area, "pass", "certain"),
        ("other", other, "flag", "certain"),
    )
    places = pd.DataFrame(index=list(out))
    told = exclusion(places, findings, book, approximate=approximate)
    assert told.map({ring: "ring", area: "area", "": ""}).to_dict() == out


def test_an_area_that_is_exactly_known_excludes_although_vague_ones_do_not(layers, book):
    margin = 1000.0
    free = table(layers, book, margin_m=margin, keep_off_approximate=False).query("excluded_by == ''")
    exact = layers.sensitive_areas[~layers.sensitive_areas["approximate"].astype(bool)]
    assert len(exact)
    for area in exact.itertuples():
        assert free.distance(area.geometry).min() > margin - area.accuracy_m


def test_a_grid_point_with_a_note_is_near_an_area_of_approximate_extent(layers, book):
    noted = table(layers, book, keep_off_approximate=False).query("approximate")
    vague = layers.sensitive_areas[layers.sensitive_areas["approximate"].astype(bool)]
    assert len(noted)
    reach = default_settings(book).margin_m + vague["accuracy_m"].astype(float).max()
    assert noted.distance(vague.union_all()).max() <= reach
