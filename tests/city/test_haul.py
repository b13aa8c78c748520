"""Hauls by straight line and over a road network."""

from itertools import pairwise

import geopandas as gpd
import networkx as nx
import numpy as np
import pytest

from mixplan.city.crs import METRIC_CRS
from mixplan.city.haul import network_haul, straight_haul


def series(*places):
    return gpd.GeoSeries(gpd.points_from_xy(*zip(*places, strict=True)), crs=METRIC_CRS)


def square():
    graph = nx.Graph()
    corners = [(0.0, 0.0), (10_000.0, 0.0), (10_000.0, 10_000.0)]
    for a, b in pairwise(corners):
        graph.add_edge(a, b, length=10_000.0)
    return graph


def test_haul_follows_the_roads_and_joins_them_in_the_middle_of_a_line():
    places, sources = series((10_000, 10_000), (4_000, 0)), series((0, 0), (2_000, 300))
    found = network_haul(places, sources, square(), detour=1.5, access_m=1_000)
    assert found.km == pytest.approx(np.array([[20.0, 18.45], [4.0, 2.45]]), abs=1e-6)
    assert found.source_access_m == pytest.approx([0, 300])


def test_a_point_too_far_from_the_roads_has_no_way():
    found = network_haul(series((0, 0), (5_000, 3_000)), series((0, 0)), square(), detour=1.0, access_m=1_000)
    assert np.isfinite(found.km[:, 0]).tolist() == [True, False]
    assert found.place_access_m[1] == pytest.approx(3_000)


def test_pieces_of_road_that_do_not_meet_are_not_joined():
    graph = square()
    graph.add_edge((50_000.0, 0.0), (60_000.0, 0.0), length=10_000.0)
    found = network_haul(series((55_000, 0)), series((0, 0)), graph, detour=1.0, access_m=1_000)
    assert np.isinf(found.km).all()


def test_network_haul_is_the_same_whichever_side_is_larger():
    rng = np.random.default_rng(0)
    few, many = series(*rng.uniform(0, 10_000, (3, 2))), series(*rng.uniform(0, 10_000, (30, 2)))
    there = network_haul(few, many, square(), detour=1.2, access_m=20_000).km
    back = network_haul(many, few, square(), detour=1.2, access_m=20_000).km
    assert there == pytest.approx(back.T)


def test_straight_haul_is_in_kilometres():
    assert straight_haul(series((0, 0)), series((3_000, 4_000)), detour=1.3).km[0, 0] == pytest.approx(6.5)
