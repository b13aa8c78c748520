"""Rules as named cases: what is flagged, what passes, what cannot be told, and how sure that is."""

from dataclasses import replace
from datetime import date, timedelta

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from helpers import IN_FORCE, make_register
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import Point, box

from mixplan.base.i18n import set_language
from mixplan.city.crs import GEOGRAPHIC_CRS, METRIC_CRS
from mixplan.screening.explain import explain
from mixplan.screening.judge import FINDING_COLUMNS, applies, overall, screen
from mixplan.screening.measures import sensitive_areas

INSIDE_FIFTH = {"lon": 116.39, "lat": 39.99}  # the stadium, 3.5 km inside
FAR_OUTSIDE = {"lon": 116.62, "lat": 40.31}
EXACT = {"location_error_m": 10}


def findings_of(plants, layers, book, rule_id, on=IN_FORCE):
    found = screen(plants, layers, book, on=on)
    return found[found["rule_id"] == rule_id]


def finding(plants, layers, book, rule_id, on=IN_FORCE):
    rows = findings_of(plants, layers, book, rule_id, on)
    assert len(rows) == 1, f"{rule_id}: {len(rows)} findings"
    return rows.iloc[0]


def at(layers, x, y):
    """A register row at a place given in metres from the middle of the synthetic area."""
    point = gpd.GeoSeries([Point(450_000 + x, 4_420_000 + y)], crs=METRIC_CRS).to_crs(GEOGRAPHIC_CRS).iloc[0]
    return {"lon": point.x, "lat": point.y}


@pytest.fixture
def with_area(layers):
    """Layers with one sensitive area of 2 × 2 km round a known place, exact or approximate as asked."""

    def make(*, approximate=False, accuracy_m=50.0, more=()):
        rows = [("square", box(449_000, 4_419_000, 451_000, 4_421_000), approximate, accuracy_m), *more]
        areas = gpd.GeoDataFrame(
            {
                "id": [r[0] for r in rows],
                "name": [r[0] for r in rows],
                "name_en": [r[0] for r in rows],
                "kind": "forest_park",
                "basis": "polygon",
                "approximate": [r[2] for r in rows],
                "accuracy_m": [r[3] for r in rows],
            },
            geometry=[r[1] for r in rows],
            crs=METRIC_CRS,
        )
        return replace(layers, sensitive_areas=areas)

    return make


# --- inside the Fifth Ring -------------------------------------------------------------------------------------------


def test_a_station_well_inside_the_fifth_ring_is_flagged_with_its_metres(layers, book):
    row = finding(make_register({**INSIDE_FIFTH, **EXACT}), layers, book, "inside_fifth_ring")
    assert (row["verdict"], row["certainty"], row["clause"]) == ("flag", "certain", "四（二）")
    assert -4000 < row["distance_m"] < -3000


def test_a_station_outside_passes(layers, book):
    row = finding(make_register({**FAR_OUTSIDE, **EXACT}), layers, book, "inside_fifth_ring")
    assert (row["verdict"], row["certainty"]) == ("pass", "certain")
    assert row["distance_m"] > 0


def test_the_day_before_the_plan_nothing_is_flagged(layers, book):
    plants = make_register({**INSIDE_FIFTH, **EXACT})
    issued = book.document_date
    assert "inside_fifth_ring" not in set(screen(plants, layers, book, on=issued - timedelta(days=1))["rule_id"])
    assert finding(plants, layers, book, "inside_fifth_ring", on=issued)["verdict"] == "flag"


def test_a_large_location_error_makes_the_verdict_borderline(layers, book):
    row = finding(make_register({**INSIDE_FIFTH, "location_error_m": 5000}), layers, book, "inside_fifth_ring")
    assert (row["verdict"], row["certainty"]) == ("flag", "borderline")


def test_an_unknown_location_error_is_never_certain(layers, book):
    row = finding(make_register(INSIDE_FIFTH), layers, book, "inside_fifth_ring")
    assert (row["verdict"], row["certainty"]) == ("flag", "borderline")


def test_a_plant_without_coordinates_is_unknown_and_never_passes(layers, book):
    plants = make_register({})
    for rule in ("inside_fifth_ring", "inside_central_city", "near_sensitive_area"):
        row = finding(plants, layers, book, rule)
        assert row["verdict"] == "unknown"
        assert pd.isna(row["certainty"])
        assert np.isnan(row["distance_m"])


MOVES = st.lists(
    st.tuples(st.floats(116.0, 116.8), st.floats(39.7, 40.2), st.floats(0, 6.28), st.floats(0, 0.98)),
    min_size=1,
    max_size=60,
)


@settings(max_examples=5)
@given(moves=MOVES)
def test_plants_moved_by_less_than_their_distance_keep_their_verdict(layers, book, moves):
    lon, lat, turn, share = np.array(moves).T
    rows = [{"lon": round(x, 6), "lat": round(y, 6), **EXACT} for x, y in zip(lon, lat, strict=True)]
    plants = make_register(*rows)
    before = findings_of(plants, layers, book, "inside_fifth_ring")
    step = before["distance_m"].abs().to_numpy() * share
    places = plants.geometry
    moved = gpd.GeoSeries.from_xy(
        places.x + step * np.cos(turn), places.y + step * np.sin(turn), index=plants.index, crs=plants.crs
    )
    after = findings_of(plants.set_geometry(moved), layers, book, "inside_fifth_ring")
    assert after["verdict"].tolist() == before["verdict"].tolist()


# --- central city ----------------------------------------------------------------------------------------------------


def test_deep_in_the_central_city_is_certain_although_its_boundary_is_approximate(layers, book):
    row = finding(make_register({"lon": 116.397, "lat": 39.907, **EXACT}), layers, book, "inside_central_city")
    assert (row["verdict"], row["certainty"]) == ("flag", "certain")


def test_near_the_approximate_boundary_is_borderline_on_either_side(layers, book):
    zone = layers.ban_zones.set_index("kind").geometry["central_city"]
    for offset, verdict in ((-500, "flag"), (500, "pass")):
        edge = zone.buffer(offset).exterior.interpolate(0.3, normalized=True)
        point = gpd.GeoSeries([edge], crs=METRIC_CRS).to_crs(GEOGRAPHIC_CRS).iloc[0]
        row = finding(make_register({"lon": point.x, "lat": point.y, **EXACT}), layers, book, "inside_central_city")
        assert (row["verdict"], row["certainty"]) == (verdict, "borderline")


# --- sensitive areas -------------------------------------------------------------------------------------------------


def test_inside_an_exact_area_is_a_certain_flag(with_area, book):
    layers = with_area()
    row = finding(make_register({**at(layers, 0, 0), **EXACT}), layers, book, "near_sensitive_area")
    assert (row["verdict"], row["certainty"], row["subject_id"]) == ("flag", "certain", "square")
    assert row["distance_m"] == pytest.approx(-1000, abs=1)


def test_within_the_margin_is_flagged_and_beyond_it_passes(with_area, book):
    layers = with_area(accuracy_m=5)
    near = finding(make_register({**at(layers, 1100, 0), **EXACT}), layers, book, "near_sensitive_area")
    far = finding(make_register({**at(layers, 1300, 0), **EXACT}), layers, book, "near_sensitive_area")
    assert (near["verdict"], far["verdict"]) == ("flag", "pass")
    assert near["distance_m"] == pytest.approx(100, abs=1)


def test_the_margin_is_the_sliders(with_area, book):
    layers = with_area(accuracy_m=5)
    plants = make_register({**at(layers, 1300, 0), **EXACT})
    wider = book.with_values({"near_sensitive_area": 500})
    assert finding(plants, layers, wider, "near_sensitive_area")["verdict"] == "flag"
    assert finding(plants, layers, book, "near_sensitive_area")["verdict"] == "pass"


def test_a_hit_on_an_approximate_extent_is_never_certain(with_area, book):
    layers = with_area(approximate=True, accuracy_m=1)
    row = finding(make_register({**at(layers, 0, 0), "location_error_m": 0}), layers, book, "near_sensitive_area")
    assert (row["verdict"], row["certainty"]) == ("flag", "borderline")


def test_a_large_vague_area_does_not_hide_a_small_exact_one(with_area, book):
    vague = ("vague", box(440_000, 4_410_000, 460_000, 4_430_000), True, 8000.0)
    layers = with_area(more=[vague])
    row = finding(make_register({**at(layers, 0, 0), **EXACT}), layers, book, "near_sensitive_area")
    assert (row["subject_id"], row["certainty"]) == ("square", "certain")


def test_every_area_on_the_map_takes_part_in_screening(layers, book):
    taking_part = sensitive_areas(book.rule_for("sensitive_margin"), layers)
    assert list(taking_part["id"]) == list(layers.sensitive_areas["id"])


def test_no_area_at_all_leaves_the_question_open(layers, book):
    bare = replace(layers, sensitive_areas=layers.sensitive_areas.iloc[:0])
    assert finding(make_register({**INSIDE_FIFTH, **EXACT}), bare, book, "near_sensitive_area")["verdict"] == "unknown"


# --- attributes ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rule", "column", "kind", "low", "limit"),
    [
        ("station_capacity", "capacity", "concrete", 59.9, 60),
        ("station_mixer", "mixer_m3", "concrete", 2, 3),
        ("mortar_bulk_dispatch", "bulk_dispatch_pct", "mortar", 69, 70),
        ("mortar_shift_capacity", "shift_capacity_t", "mortar", 199, 200),
    ],
)
def test_below_the_limit_is_flagged_at_the_limit_passes_missing_is_unknown(
    layers, book, rule, column, kind, low, limit
):
    for value, verdict in ((low, "flag"), (limit, "pass"), (None, "unknown")):
        row = finding(make_register({"kind": kind, **FAR_OUTSIDE, **EXACT, column: value}), layers, book, rule)
        assert row["verdict"] == verdict
        assert row["threshold"] == limit


@pytest.mark.parametrize(
    ("row", "verdict"),
    [({"licensed": "是"}, "pass"), ({"licensed": "no"}, "flag"), ({}, "unknown"), ({"status": "unlicensed"}, "flag")],
)
def test_licence(layers, book, row, verdict):
    plants = make_register({**FAR_OUTSIDE, **EXACT, **row})
    assert finding(plants, layers, book, "unlicensed")["verdict"] == verdict


def test_a_modelled_attribute_never_settles_a_verdict(layers, book):
    plants = make_register({**FAR_OUTSIDE, **EXACT, "capacity": 30, "evidence": "modelled"})
    row = finding(plants, layers, book, "station_capacity")
    assert (row["verdict"], row["certainty"]) == ("flag", "borderline")


def test_an_advisory_rule_does_not_flag_a_standing_station(layers, book):
    plants = make_register({**FAR_OUTSIDE, **EXACT, "capacity": 30, "mixer_m3": 2, "licensed": "yes"})
    judged = overall(screen(plants, layers, book, on=IN_FORCE), plants, book)
    assert judged["verdict"].tolist() == ["pass"]
    assert judged["flags"].tolist() == [0]


# --- new mortar works ------------------------------------------------------------------------------------------------


NEW = {"kind": "mortar", "status": "proposed", "capacity": 40, "bulk_dispatch_pct": 80, **EXACT}


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        (INSIDE_FIFTH, "new_mortar_outside_fifth_ring"),
        ({"lon": 116.25, "lat": 40.08}, "new_mortar_sector"),
        ({"capacity": 19}, "new_mortar_capacity"),
        ({"bulk_dispatch_pct": 74}, "new_mortar_bulk_dispatch"),
    ],
)
def test_each_rule_for_new_mortar_works(layers, book, change, rule):
    good, bad = make_register({**NEW, **FAR_OUTSIDE}), make_register({**NEW, **FAR_OUTSIDE, **change})
    assert finding(good, layers, book, rule)["verdict"] == "pass"
    assert finding(bad, layers, book, rule)["verdict"] == "flag"


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ({"capacity": 59}, "new_station_capacity"),
        ({"mixer_m3": 2}, "new_station_mixer"),
        (INSIDE_FIFTH, "new_inside_fifth_ring"),
    ],
)
def test_a_new_station_is_bound_by_what_is_only_a_note_for_an_old_one(layers, book, change, rule):
    good = {"status": "proposed", "capacity": 60, "mixer_m3": 3, **FAR_OUTSIDE, **EXACT}
    for row, verdict in ((good, "pass"), ({**good, **change}, "flag")):
        assert finding(make_register(row), layers, book, rule)["verdict"] == verdict
    bad = make_register({**good, **change})
    assert overall(screen(bad, layers, book, on=IN_FORCE), bad, book)["verdict"].tolist() == ["flag"]


def test_a_proposed_works_in_a_sensitive_area_is_flagged_too(with_area, book):
    layers = with_area()
    row = finding(make_register({**NEW, **at(layers, 0, 0)}), layers, book, "near_sensitive_area")
    assert row["verdict"] == "flag"


def test_rules_for_new_works_do_not_touch_standing_ones(layers, book):
    standing = make_register({"kind": "mortar", **FAR_OUTSIDE}, {**FAR_OUTSIDE})
    assert not any(rule.startswith("new_") for rule in screen(standing, layers, book, on=IN_FORCE)["rule_id"])


@pytest.mark.parametrize(("lon", "lat"), [(116.39723, 38.40), (116.60, 38.30), (116.39723, 39.10)])
def test_no_slit_runs_between_the_sectors_far_to_the_south(layers, book, lon, lat):
    row = finding(make_register({**NEW, "lon": lon, "lat": lat}), layers, book, "new_mortar_sector")
    assert row["distance_m"] < -40_000


# --- the whole table -------------------------------------------------------------------------------------------------


def test_an_empty_register_gives_an_empty_table_with_the_columns(layers, book, empty_register):
    found = screen(empty_register, layers, book, on=IN_FORCE)
    assert found.empty
    assert list(found.columns) == list(FINDING_COLUMNS)
    assert overall(found, empty_register, book).empty
    assert explain(found, empty_register, layers, book).empty


def test_every_plant_gets_a_finding_from_every_rule_that_speaks_of_it(plants, layers, book):
    found = screen(plants, layers, book, on=IN_FORCE)
    expected = sum(int(applies(rule, plants).sum()) for rule in book.in_force(IN_FORCE))
    assert len(found) == expected
    assert set(found["verdict"]) <= {"pass", "flag", "unknown"}
    assert found.loc[found["verdict"] == "unknown", "certainty"].isna().all()
    assert found.loc[found["verdict"] != "unknown", "certainty"].isin(["certain", "borderline"]).all()


def test_screening_changes_nothing_that_it_is_given(plants, layers, book):
    before = plants.copy()
    screen(plants, layers, book, on=IN_FORCE)
    pd.testing.assert_frame_equal(pd.DataFrame(plants), pd.DataFrame(before))


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_finding_has_a_reason_in_both_languages(plants, layers, book, language):
    set_language(language)
    reasons = explain(screen(plants, layers, book, on=IN_FORCE), plants, layers, book)
    assert reasons.str.len().min() >= len("有资质。")
    assert not reasons.str.contains(r"nan|None|\{", regex=True).any()


def test_the_reason_names_metres_and_doubt_in_plain_chinese(layers, book):
    plants = make_register({**INSIDE_FIFTH, "location_error_m": 5000})
    found = screen(plants, layers, book, on=IN_FORCE)
    reason = explain(found, plants, layers, book)[found["rule_id"] == "inside_fifth_ring"].iloc[0]
    assert reason.startswith("位于五环路内，距其界线 ")
    assert "定位误差 5,000 m" in reason
    assert "待核实" in reason


def test_a_certain_flag_outranks_doubt_and_doubt_outranks_missing_data(layers, book):
    plants = make_register(
        {**INSIDE_FIFTH, **EXACT},
        {**INSIDE_FIFTH, "location_error_m": 9000},
        {**FAR_OUTSIDE, **EXACT},
        {**FAR_OUTSIDE, **EXACT, "licensed": "yes"},
    )
    judged = overall(screen(plants, layers, book, on=IN_FORCE), plants, book)
    assert judged["verdict"].tolist() == ["flag", "flag", "unknown", "pass"]
    assert judged["certainty"].iloc[:2].tolist() == ["certain", "borderline"]


def test_rules_not_in_force_leave_a_plant_unjudged_rather_than_clean(layers, book):
    plants = make_register({**INSIDE_FIFTH, **EXACT})
    judged = overall(screen(plants, layers, book, on=date(2008, 1, 1)), plants, book)
    assert judged["verdict"].tolist() == ["not_in_force"]
    assert judged["certainty"].isna().all()


@pytest.mark.parametrize(
    ("certainties", "settled"), [(["certain", "certain"], "certain"), (["certain", "borderline"], "borderline")]
)
def test_a_plant_passes_for_certain_only_where_every_rule_is_certain(book, certainties, settled):
    plants = make_register({"id": "a", "name": "站", "kind": "concrete"})
    rules = [rule.id for rule in book.rules if not rule.advisory][:2]
    findings = pd.DataFrame({"plant_id": "a", "rule_id": rules, "verdict": "pass", "certainty": certainties})
    judged = overall(findings, plants, book).loc["a"]
    assert (judged["verdict"], judged["certainty"], judged["flags"]) == ("pass", settled, 0)


def test_a_measure_counts_with_the_parameters_of_the_day(layers, book):
    north_east = book.parameters["sector_ne_centre_deg"]
    turned = replace(north_east, value=north_east.value - 90, in_force_from=date(2014, 1, 1))
    dated = replace(book, dated=(replace(north_east, in_force_to=date(2014, 1, 1)), turned))
    plants = make_register(
        {"id": "a", "name": "新线", "kind": "mortar", "status": "proposed", "lon": 116.75, "lat": 40.15}
    )
    found = [screen(plants, layers, dated, on=day) for day in (date(2013, 12, 31), date(2014, 1, 1))]
    before, after = (findings.set_index("rule_id").loc["new_mortar_sector", "subject_id"] for findings in found)
    assert before == "NE" != after
