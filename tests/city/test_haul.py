"""Hauls by straight line and over a road network."""

import tracemalloc
from functools import partial

import geopandas as gpd
import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mixplan.base.errors import DataError
from mixplan.city.crs import METRIC_CRS
from mixplan.city.haul import MOST_PAIRS, NetworkWays, Obstacle, check_pairs, network_haul, straight_haul
from mixplan.city.networks import network_of

SQUARE = np.array([(0.0, 0.0), (10_000.0, 0.0), (10_000.0, 10_000.0)])


def series(*places):
    return gpd.GeoSeries(gpd.points_from_xy(*zip(*places, strict=True)), crs=METRIC_CRS)


def test_haul_follows_the_roads_and_joins_them_in_the_middle_of_a_line():
    places, sources = series((10_000, 10_000), (4_000, 0)), series((0, 0), (2_000, 300))
    found = network_haul(places, sources, network_of([SQUARE]), detour=1.5, access_m=1_000)
    assert found.km == pytest.approx(np.array([[20.0, 18.45], [4.0, 2.45]]), abs=1e-6)
    assert found.sources.access_m == pytest.approx([0, 300])
    assert not any(found.places.obstacle) and not any(found.sources.obstacle)


@pytest.mark.parametrize(("places", "sources"), [(25_000, 25_000), (5_001, 2_000), (2_000, 5_001)])
def test_more_hauls_than_there_is_room_for_are_refused_before_any_is_worked_out(places, sources):
    said = f"{places:,} 个点到 {sources:,} 个点要算 {places * sources:,} 段运距，上限是 {MOST_PAIRS:,} 段"
    points = [gpd.GeoSeries(np.broadcast_to(series((0, 0)).to_numpy(), count)) for count in (places, sources)]
    for ways in (
        partial(straight_haul, detour=1.3),
        NetworkWays(network_of([SQUARE]), detour=1.3, access_m=1_000),
    ):
        tracemalloc.start()
        with pytest.raises(DataError, match=said):
            ways(*points)
        _now, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        assert peak < 2**20


def test_as_many_hauls_as_are_allowed_are_not_refused():
    check_pairs(MOST_PAIRS // 2, 2)
    check_pairs(25_000, 370)  # a whole register against the shipped demand


def test_a_point_too_far_from_the_roads_has_no_way():
    places = series((0, 0), (5_000, 3_000))
    found = network_haul(places, series((0, 0)), network_of([SQUARE]), detour=1.0, access_m=1_000)
    assert np.isfinite(found.km[:, 0]).tolist() == [True, False]
    assert found.places.access_m[1] == pytest.approx(3_000)
    assert found.places.obstacle.tolist() == ["", Obstacle.FAR]
    assert found.sources.obstacle.tolist() == [""]


def test_pieces_of_road_that_do_not_meet_are_not_joined():
    island = np.array([(50_000.0, 0.0), (60_000.0, 0.0)])
    found = network_haul(series((55_000, 0)), series((0, 0)), network_of([SQUARE, island]), detour=1.0, access_m=1_000)
    assert np.isinf(found.km).all()
    assert found.places.obstacle.tolist() == found.sources.obstacle.tolist() == [Obstacle.PIECE]
    assert found.places.largest_m == pytest.approx([np.hypot(45_000, 0)])
    assert found.sources.largest_m == pytest.approx([0])


def test_no_way_leads_through_a_place_from_one_piece_to_another():
    """The place in the middle joins both pieces; it is no bridge."""
    west, east = np.array([(0.0, 0.0), (9_000.0, 0.0)]), np.array([(9_200.0, 0.0), (18_000.0, 0.0)])
    places, sources = series((9_100, 0), (17_000, 0)), series((1_000, 0), (9_100, 10))
    found = network_haul(places, sources, network_of([west, east]), detour=1.0, access_m=150)
    assert found.km[:, 0] == pytest.approx([8.1, np.inf])
    assert found.km[1, 1] == pytest.approx(7.8 + np.hypot(0.1, 0.01))


def test_a_place_nearest_to_a_stub_is_joined_to_the_road_that_leads_somewhere():
    stub = np.array([(5_000.0, 40.0), (5_000.0, 60.0)])
    network = network_of([SQUARE, stub])
    found = network_haul(series((5_000, 45)), series((0, 0)), network, detour=2.0, access_m=1_000)
    assert found.km == pytest.approx(np.array([[5.09]]))
    assert found.places.access_m == pytest.approx([0]) and found.places.main_m == pytest.approx([45])
    assert found.places.obstacle.tolist() == [""]


ROUND = np.array([(0.0, 0.0), (6_000.0, 0.0), (6_000.0, 2_000.0), (0.0, 2_000.0), (0.0, 0.0)])


def test_a_one_way_street_is_driven_one_way_only():
    places, sources = series((4_000, 0)), series((1_000, 0))
    there = network_haul(places, sources, network_of([ROUND], [True]), detour=1.0, access_m=100)
    back = network_haul(sources, places, network_of([ROUND], [True]), detour=1.0, access_m=100)
    assert there.km == pytest.approx(np.array([[3.0]])) and back.km == pytest.approx(np.array([[13.0]]))


def test_a_street_that_leads_only_away_is_named_as_the_reason():
    ends = series((1_000, 0)), series((4_000, 0))
    found = network_haul(*ends, network_of([ROUND[:2]], [True]), detour=1.0, access_m=100)
    assert found.places.obstacle.tolist() == found.sources.obstacle.tolist() == [Obstacle.ONE_WAY]


def test_points_whose_partners_all_lie_far_off_are_not_blamed():
    found = network_haul(series((0, 0)), series((0, 90_000)), network_of([SQUARE]), detour=1.0, access_m=100)
    assert found.places.obstacle.tolist() == [Obstacle.OTHERS_FAR]
    assert found.sources.obstacle.tolist() == [Obstacle.FAR]


def test_without_sources_nothing_stands_in_the_way():
    nobody = gpd.GeoSeries([], crs=METRIC_CRS)
    found = network_haul(series((0, 0)), nobody, network_of([SQUARE]), detour=1.0, access_m=100)
    assert found.km.shape == (1, 0)
    assert found.places.obstacle.tolist() == [""]


def test_network_haul_is_the_same_whichever_side_is_larger():
    rng = np.random.default_rng(0)
    few, many = series(*rng.uniform(0, 10_000, (3, 2))), series(*rng.uniform(0, 10_000, (30, 2)))
    there = network_haul(few, many, network_of([SQUARE]), detour=1.2, access_m=20_000).km
    back = network_haul(many, few, network_of([SQUARE]), detour=1.2, access_m=20_000).km
    assert there == pytest.approx(back.T)


CORNER = st.tuples(st.integers(0, 4), st.integers(0, 4))
STREETS = st.lists(st.tuples(CORNER, CORNER, st.booleans()), min_size=1, max_size=14)


@given(STREETS, st.randoms(use_true_random=False))
@settings(max_examples=150)
def test_hauls_between_corners_are_the_shortest_ways_of_another_library(streets, random):
    """On random plans of streets, some one-way; every point stands on a corner, so that it joins the network there."""
    streets = [(a, b, one_way) for a, b, one_way in streets if a != b]
    if not streets:
        return
    oracle = nx.DiGraph()
    for a, b, one_way in streets:
        length = 100 * float(np.hypot(a[0] - b[0], a[1] - b[1]))
        oracle.add_edge(a, b, length=length)
        if not one_way:
            oracle.add_edge(b, a, length=length)
    lines = [100.0 * np.array([a, b]) for a, b, _one_way in streets]
    network = network_of(lines, [one_way for _a, _b, one_way in streets])
    corners = sorted(oracle)
    places, sources = random.sample(corners, min(4, len(corners))), random.sample(corners, min(3, len(corners)))
    # Streets may cross a corner that they do not meet; a point there joins the one or the other, so it is left out.
    clear = [c for c in {*places, *sources} if not any(_crosses(c, a, b) for a, b, _one_way in streets)]
    places, sources = [c for c in places if c in clear], [c for c in sources if c in clear]
    if not places or not sources:
        return
    found = network_haul(
        series(*(100 * np.array(places))), series(*(100 * np.array(sources))), network, detour=1.0, access_m=0.01
    )
    for i, place in enumerate(places):
        for j, source in enumerate(sources):
            try:
                wanted = nx.shortest_path_length(oracle, source, place, weight="length") / 1_000
            except nx.NetworkXNoPath:
                wanted = np.inf
            assert found.km[i, j] == pytest.approx(wanted, abs=1e-6)


def _crosses(corner, a, b):
    """Whether a street passes over a corner between its ends."""
    (x, y), (ax, ay), (bx, by) = corner, a, b
    on_line = (bx - ax) * (y - ay) == (by - ay) * (x - ax)
    return corner not in (a, b) and on_line and min(ax, bx) <= x <= max(ax, bx) and min(ay, by) <= y <= max(ay, by)


def test_the_nearest_of_many_sources_is_the_least_of_all_hauls():
    rng = np.random.default_rng(1)
    away = np.array([(0.0, 12_000.0), (9_000.0, 12_000.0)])
    network = network_of([SQUARE, away], [True, False])
    places, sources = series(*rng.uniform(0, 14_000, (80, 2))), series(*rng.uniform(0, 9_000, (12, 2)))
    ways = NetworkWays(network, 1.3, 4_000)
    nearest = ways.nearest_m(places, sources)
    assert nearest == pytest.approx(ways(places, sources).km.min(axis=1) * 1_000)
    assert np.isfinite(nearest).any() and np.isinf(nearest).any()
    assert np.isinf(ways.nearest_m(places, sources.iloc[:0])).all()


def test_straight_haul_is_in_kilometres():
    assert straight_haul(series((0, 0)), series((3_000, 4_000)), detour=1.3).km[0, 0] == pytest.approx(6.5)
