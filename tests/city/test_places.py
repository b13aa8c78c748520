"""Where a point lies: rings, districts, ban zones, sectors, and signed distances."""

from datetime import date, timedelta

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from helpers import assert_aligned
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import LineString, MultiPolygon, Point, Polygon, box

from mixplan.base.i18n import set_language
from mixplan.city import ban_zones, distances, districts, places
from mixplan.city import rings as city_rings
from mixplan.city import sectors as city_sectors
from mixplan.city.crs import METRIC_CRS, points_metric

TIANANMEN = (116.39723, 39.9075)
# Well-known places, checked on ordinary maps: WGS-84, ring, district.
PLACES = {
    "天安门": (*TIANANMEN, 2, "东城区"),
    "三里屯": (116.4480, 39.9340, 3, "朝阳区"),
    "中关村": (116.3105, 39.9835, 4, "海淀区"),
    "鸟巢": (116.3906, 39.9918, 5, "朝阳区"),
    "回龙观": (116.3353, 40.0772, 6, "昌平区"),
    "首都机场 T3": (116.6060, 40.0530, 6, "顺义区"),
    "怀柔城区": (116.6255, 40.3157, None, "怀柔区"),
    "延庆城区": (115.9715, 40.4609, None, "延庆区"),
    "天津站": (117.2046, 39.1354, None, None),
}


IN_ENGLISH = ["Inside 2nd Ring", "2nd–3rd Ring", "3rd–4th Ring", "4th–5th Ring", "5th–6th Ring"]


def series(*points: Point | None) -> gpd.GeoSeries:
    return gpd.GeoSeries(list(points), index=[f"p{n}" for n in range(len(points))], crs=METRIC_CRS)


@pytest.mark.parametrize("name", PLACES)
def test_well_known_place(name, layers, book):
    lon, lat, ring, district = PLACES[name]
    found = places.where(lon, lat, layers, book, on=date(2016, 1, 1))
    assert (found["ring"], found["district"]) == (ring, district)


def test_series_keep_index_and_name(layers, book):
    points = points_metric([116.4, np.nan, 115.0], [39.9, np.nan, 39.0])
    points.index = pd.Index(["a", "b", "c"])
    sectors = city_sectors.sector_areas(layers.rings, book)
    assert_aligned(city_rings.ring_of(points, layers.rings), points, "ring")
    assert_aligned(districts.district_of(points, layers.districts), points, "district_id")
    assert_aligned(city_sectors.sector_of(points, sectors), points, "sector")
    assert_aligned(city_rings.line_accuracy(points, layers.rings, 5), points, "accuracy_m")
    assert city_rings.ring_of(points, layers.rings).isna().tolist() == [False, True, True]


def test_the_callers_frame_is_not_changed(layers):
    points = points_metric([116.4], [39.9])
    before = points.copy()
    city_rings.ring_of(points, layers.rings)
    pd.testing.assert_series_equal(points, before)


def test_inside_is_negative_and_the_outline_counts_as_inside():
    square = box(0, 0, 10, 10)
    distance = distances.signed_distance(series(Point(5, 5), Point(10, 5), Point(14, 5), None), square)
    assert distance.tolist()[:3] == [-5, 0, 4]
    assert np.isnan(distance.iloc[3])


def test_a_hole_is_outside_and_its_rim_counts():
    ring = Polygon(box(0, 0, 100, 100).exterior, [box(40, 40, 60, 60).exterior.coords[::-1]])
    both = MultiPolygon([ring, box(200, 0, 220, 20)])
    distance = distances.signed_distance(series(Point(50, 50), Point(30, 50), Point(210, 10), Point(150, 50)), both)
    assert distance.tolist() == [10, -10, -10, 50]


def test_the_distance_of_every_point_to_every_area_line_and_point():
    shapes = gpd.GeoSeries([box(0, 0, 10, 10), LineString([(0, 0), (10, 0)]), Point(5, 9)], crs=METRIC_CRS)
    places = series(Point(5, 5), Point(13, 14), None)
    found = distances.distance_matrix(places, shapes)
    assert found[:2].tolist() == [[-5, 5, 4], [5, pytest.approx(205**0.5), pytest.approx(89**0.5)]]
    assert found.dtype == np.float64 and np.isnan(found[2]).all()
    assert distances.distance_matrix(places, shapes.iloc[:0]).shape == (3, 0)
    assert distances.signed_distance(places, shapes.iloc[0]).name == "distance_m"


@settings(max_examples=60)
@given(st.floats(-90_000, 90_000), st.floats(-90_000, 90_000))
def test_rings_are_nested(layers, dx, dy):
    centre = points_metric([TIANANMEN[0]], [TIANANMEN[1]]).iloc[0]
    point = series(Point(centre.x + dx, centre.y + dy))
    inside = [
        bool((distances.signed_distance(point, city_rings.ring_area(layers.rings, ring)) <= 0).iloc[0])
        for ring in city_rings.ring_numbers(layers.rings)
    ]
    assert inside == sorted(inside), "inside a ring, hence inside every larger one"


@settings(max_examples=60)
@given(st.floats(115.5, 117.3), st.floats(39.5, 41.0), st.floats(0, 2 * np.pi), st.floats(0, 0.99))
def test_a_move_shorter_than_the_distance_keeps_the_side(layers, lon, lat, turn, share):
    area = city_rings.ring_area(layers.rings, 5)
    start = points_metric([lon], [lat])
    distance = float(distances.signed_distance(start, area).iloc[0])
    step = abs(distance) * share
    moved = start.translate(step * np.cos(turn), step * np.sin(turn))
    assert (float(distances.signed_distance(moved, area).iloc[0]) <= 0) == (distance <= 0)


def test_sections_of_a_ring_lie_on_its_outline(layers):
    rings = layers.rings
    for ring in city_rings.ring_numbers(rings):
        outline = shapely.boundary(city_rings.ring_area(rings, ring))
        sections = rings[(rings["ring"] == ring) & (rings["feature"] == "centreline")]
        assert sections.length.sum() == pytest.approx(outline.length, rel=1e-6)
        assert max(outline.distance(Point(xy)) for line in sections.geometry for xy in line.coords) < 0.01


def test_a_weak_stretch_a_little_further_off_counts_before_a_good_one_nearby():
    lines = [LineString([(0, 0), (0, 1000)]), LineString([(0, 1000), (0, 2000)])]
    rings = gpd.GeoDataFrame(
        {"ring": 6, "feature": "centreline", "accuracy_m": [30.0, 500.0]}, geometry=lines, crs=METRIC_CRS
    )
    accuracy = city_rings.line_accuracy(series(Point(200, 900), Point(200, 100)), rings, 6)
    assert accuracy.tolist() == [500, 30]


def test_the_south_western_sixth_ring_is_known_less_well_than_the_northern(layers):
    south_west, north = points_metric([116.05, 116.4], [39.78, 40.17]).to_numpy()
    accuracy = city_rings.line_accuracy(series(south_west, north), layers.rings, 6)
    assert accuracy.iloc[0] > accuracy.iloc[1]


def test_a_point_on_a_common_border_lies_in_the_first_district_by_id(layers):
    a, b = layers.districts.set_index("name").geometry[["东城区", "西城区"]]
    border = a.intersection(b)
    point = (
        border.interpolate(0.5, normalized=True) if border.geom_type == "LineString" else border.representative_point()
    )
    first = min(layers.districts.set_index("name").loc[["东城区", "西城区"], "id"])
    assert districts.district_of(series(point), layers.districts).tolist() == [first]


def test_miyun_and_yanqing_were_counties_until_november_2015(layers, book):
    before = set(districts.district_names(layers.districts, date(2015, 10, 31), book))
    after = set(districts.district_names(layers.districts, date(2015, 11, 30), book))
    assert before - after == {"密云县", "延庆县"}
    assert after - before == {"密云区", "延庆区"}


def test_the_counties_are_districts_from_the_very_day_on_and_keep_their_english_names(layers, book):
    day = book.counties_until
    assert "密云县" in set(districts.district_names(layers.districts, day - timedelta(days=1), book))
    names = districts.district_names(layers.districts, day, book)
    assert names["110118"] == "密云区" and names.name == "district"
    assert districts.district_labels(layers.districts, day, book)["110118"] == "密云区"
    set_language("en")
    assert districts.district_labels(layers.districts, day, book)["110118"] == "Miyun"


def test_a_zone_counts_from_the_day_on_which_it_is_announced():
    zones = gpd.GeoDataFrame({"id": ["a", "b"], "since": ["2010-06-01", "2010-06-02"]}, geometry=[None, None])
    counted = [
        list(ban_zones.zones_in_force(zones, date(2010, month, day))["id"]) for month, day in ((5, 31), (6, 1), (6, 2))
    ]
    assert counted == [[], ["a"], ["a", "b"]]


def test_a_place_is_listed_by_its_ring_or_outside_all_or_nowhere(layers):
    lon, lat = zip(TIANANMEN, PLACES["鸟巢"][:2], PLACES["怀柔城区"][:2], (np.nan, np.nan), strict=True)
    number = city_rings.ring_number(points_metric(list(lon), list(lat)), layers.rings)
    assert number.fillna(-1).tolist() == [2, 5, city_rings.OUTSIDE_RINGS, -1]
    assert [city_rings.within_ring(number, ring).tolist() for ring in (4, 5, 6)] == [
        [True, False, False, False],
        [True, True, False, False],
        [True, True, False, False],
    ]
    assert city_rings.ring_numbers(layers.rings) == [2, 3, 4, 5, 6]
    assert city_rings.ring_places() == [2, 3, 4, 5, 6, city_rings.OUTSIDE_RINGS]


@pytest.mark.parametrize(
    ("language", "places", "sectors"),
    [
        (
            "zh",
            ["二环内", "二至三环", "三至四环", "四至五环", "五至六环", "六环外", "未定位"],
            ["东北部", "西南部", "周边", "—"],
        ),
        (
            "en",
            [*IN_ENGLISH, "Outside 6th Ring", "Not located"],
            ["north-east", "south-west", "periphery", "—"],
        ),
    ],
)
def test_rings_and_sectors_in_words(language, places, sectors):
    set_language(language)
    assert [city_rings.ring_label(ring) for ring in (2, 3, 4, 5, 6, city_rings.OUTSIDE_RINGS, pd.NA)] == places
    assert [city_sectors.sector_label(sector) for sector in (*city_sectors.SECTORS, pd.NA)] == sectors


def test_a_place_without_location_is_in_doubt_by_some_stretch_and_not_by_a_missing_one(layers):
    accuracy = city_rings.line_accuracy(series(None), layers.rings, 6)
    assert accuracy.tolist()[0] in set(layers.rings.loc[layers.rings["ring"] == 6, "accuracy_m"])


@pytest.mark.parametrize(
    ("year", "kinds"),
    [
        (2005, set()),
        (2006, {"fourth_ring"}),
        (2009, {"fourth_ring"}),
        (2010, {"fourth_ring", "central_city", "bda", "new_town"}),
    ],
)
def test_ban_zones_grow_by_year(layers, year, kinds):
    assert set(ban_zones.zones_in_force(layers.ban_zones, date(year, 12, 31))["kind"]) == kinds


@pytest.mark.parametrize(
    ("place", "sector"),
    [
        ((116.75, 40.15), "NE"),
        ((116.1, 39.7), "SW"),
        ((115.97, 40.46), "periphery"),
        ((116.25, 40.05), None),
        (TIANANMEN, "NE"),
    ],
)
def test_sector(layers, book, place, sector):
    found = city_sectors.sector_of(
        points_metric([place[0]], [place[1]]), city_sectors.sector_areas(layers.rings, book)
    ).iloc[0]
    assert (None if pd.isna(found) else found) == sector


def test_a_sector_ends_at_its_line_and_the_first_named_holds_the_line():
    """NE of two squares side by side, the other one the periphery, SW elsewhere."""
    areas = {"NE": box(0, 0, 10, 10), "periphery": box(10, 0, 20, 10), "SW": box(500, 0, 510, 10)}
    places = series(Point(10, 5), Point(10.5, 5), Point(20.5, 5), Point(505, 10), None)
    found = city_sectors.sector_of(places, gpd.GeoSeries(areas, crs=METRIC_CRS))
    assert found.fillna("—").tolist() == ["NE", "periphery", "—", "SW", "—"]


def test_sectors_are_measured_in_the_metres_of_the_rings(layers, book):
    """Due north-east and south-west by the rule file's bearings; the periphery leaves out the Sixth Ring's inside."""
    areas = city_sectors.sector_areas(layers.rings, book)
    assert areas.crs == layers.rings.crs and list(areas.index) == list(city_sectors.SECTORS)
    centre = points_metric([book.figure("sector_centre_lon")], [book.figure("sector_centre_lat")]).iloc[0]
    half = book.figure("sector_half_width_deg")
    for sector in ("NE", "SW"):
        middle = book.figure(f"sector_{sector.lower()}_centre_deg")
        for turn, inside in (
            (0, True),
            (half - 0.1, True),
            (0.1 - half, True),
            (half + 0.1, False),
            (-half - 0.1, False),
        ):
            bearing = np.radians(middle + turn)
            place = Point(centre.x + 90_000 * np.sin(bearing), centre.y + 90_000 * np.cos(bearing))
            assert areas[sector].contains(place) is inside
            assert areas["periphery"].contains(place) is not inside
    assert not areas["periphery"].intersects(city_rings.ring_area(layers.rings, 6).buffer(-1))


def test_where_says_everything_about_a_place(layers, book):
    place = places.where(116.39, 39.99, layers, book, on=date(2015, 12, 31))
    assert set(place) == {"lon", "lat", "ring", "district", "rings", "ban_zones", "sensitive_areas"}
    assert set(place["rings"]) == {"2", "3", "4", "5", "6"}
    assert place["rings"]["5"]["inside"]
    assert place["rings"]["5"]["distance_m"] < 0
    assert {"id", "name", "since", "inside", "distance_m", "accuracy_m"} <= set(place["ban_zones"][0])
    assert {"id", "name", "kind", "inside", "distance_m"} <= set(place["sensitive_areas"][0])
    assert len(place["sensitive_areas"]) == len(layers.sensitive_areas)
    assert [a["distance_m"] for a in place["sensitive_areas"]] == sorted(
        a["distance_m"] for a in place["sensitive_areas"]
    )


def test_a_ban_zone_is_in_force_from_the_day_of_its_announcement(layers):
    zone = layers.ban_zones.iloc[0]
    first = pd.Timestamp(zone["since"]).date()
    assert zone["id"] in ban_zones.zones_in_force(layers.ban_zones, first)["id"].tolist()
    assert zone["id"] not in ban_zones.zones_in_force(layers.ban_zones, first - timedelta(days=1))["id"].tolist()


def test_what_a_place_lies_deepest_in_comes_first_and_what_is_farthest_off_last(layers, book):
    found = places.where(116.40, 39.90, layers, book, on=date(2015, 12, 31))["ban_zones"]
    metres = [zone["distance_m"] for zone in found]
    assert metres == sorted(metres) and metres[0] < metres[1] < 0 < metres[-1]
