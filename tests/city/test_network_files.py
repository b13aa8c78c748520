"""Road networks from files: what is understood, what is dropped, and what is refused in words."""

import gzip
import json
import math
from dataclasses import replace
from pathlib import Path

import geopandas as gpd
import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mixplan.base.errors import DataError
from mixplan.city.crs import METRIC_CRS
from mixplan.city.haul import network_haul
from mixplan.city.network_files import read_network, read_network_file

CORNERS = ([116.4, 39.9], [116.4, 39.95], [116.45, 39.95])
SHARED = Path(__file__).parents[2].parent / "shared"


def feature(corners, **properties):
    return {
        "type": "Feature",
        "properties": properties,
        "geometry": {"type": "LineString", "coordinates": list(corners)},
    }


def collection(*features, **more):
    return json.dumps({"type": "FeatureCollection", "features": list(features), **more}).encode()


def graphml(edge=None, crs=None, **nodes):
    graph = nx.MultiDiGraph(**({"crs": crs} if crs else {}))
    for key, (x, y) in nodes.items():
        graph.add_node(key, x=x, y=y)
    graph.add_edge(*nodes, **(edge or {}))
    return "\n".join(nx.generate_graphml(graph)).encode()


def same(one, other):
    return np.allclose(one.corners, other.corners) and np.array_equal(one.edges, other.edges)


def test_a_network_is_read_from_geojson():
    network = read_network(collection(feature(CORNERS)), "路网.geojson")
    assert len(network.edges) == 2
    assert network.length_m.sum() == pytest.approx(5_552 + 4_275, rel=2e-3)
    assert network.bounds_degrees == pytest.approx((116.4, 39.9, 116.45, 39.95), abs=1e-3)


def test_a_network_is_read_from_graphml():
    network = read_network(graphml(a=(116.4, 39.9), b=(116.4, 39.95)), "路网.graphml")
    assert same(network, read_network(collection(feature(CORNERS[:2])), "路网.geojson"))


def test_the_lines_that_osmnx_keeps_with_an_edge_are_followed():
    edge = {"geometry": "LINESTRING (116.4 39.9, 116.42 39.92, 116.4 39.95)", "oneway": "True"}
    network = read_network(graphml(edge, a=(116.4, 39.9), b=(116.4, 39.95)), "路网.graphml")
    assert len(network.edges) == 2 and network.one_way.all()


def test_every_shape_of_geojson_with_lines_is_read():
    line = {"type": "LineString", "coordinates": list(CORNERS)}
    parts = {"type": "MultiLineString", "coordinates": [list(CORNERS[:2]), list(CORNERS[1:])]}
    point = {"type": "Point", "coordinates": [116.4, 39.9]}
    whole = read_network(collection(feature(CORNERS)), "路网")
    for document in (line, parts, {"type": "GeometryCollection", "geometries": [point, line]}, feature(CORNERS)):
        assert same(read_network(json.dumps(document).encode(), "路网"), whole), document["type"]


def test_what_is_no_line_is_counted_and_left_out():
    point = {"type": "Feature", "properties": None, "geometry": {"type": "Point", "coordinates": [116.4, 39.9]}}
    empty = {"type": "Feature", "properties": {}, "geometry": None}
    assert read_network(collection(point, feature(CORNERS), empty), "路网").source.left_out == 2


def test_heights_in_a_network_are_dropped_and_said():
    flat = read_network(collection(feature(CORNERS)), "路网.geojson")
    high = read_network(collection(feature([[*corner, 45.5] for corner in CORNERS])), "路网.geojson")
    assert same(flat, high)
    assert (flat.source.heights, high.source.heights) == (False, True)


def test_a_packed_network_is_read():
    content = collection(feature(CORNERS))
    assert same(read_network(gzip.compress(content), "路网.geojson.gz"), read_network(content, "路网.geojson"))


@pytest.mark.parametrize(
    ("tag", "direction"),
    [
        *((tag, "along") for tag in ("yes", "true", "1", 1, True, "True", "F", [True, False])),
        *((tag, "against") for tag in ("-1", -1, "reverse", "reversed", "T")),
        *((tag, "both") for tag in ("no", "false", "0", 0, False, None, "", "B", "reversible")),
    ],
)
def test_one_way_streets_are_kept_where_they_are_tagged(tag, direction):
    network = read_network(collection(feature(CORNERS[:2], oneway=tag)), "路网")
    assert network.one_way.tolist() == [direction != "both"]
    north = network.corners[network.edges[0], 1]
    if direction != "both":
        assert (north[1] > north[0]) == (direction == "along")
    assert network.source.unknown_directions == 0


def test_a_direction_that_nobody_knows_is_open_both_ways_and_counted():
    network = read_network(collection(feature(CORNERS, oneway="sometimes")), "路网")
    assert not network.one_way.any()
    assert network.source.unknown_directions == 1


def web_mercator(lon, lat):
    """By the formula that web maps publish."""
    half = math.pi * 6_378_137
    return [half * lon / 180, half / math.pi * math.log(math.tan(math.radians(45 + lat / 2)))]


# Two places in several coordinate systems; the metres of EPSG:4548 are from another program.
PLACES = [[116.1, 39.7], [116.3, 39.85]]
METRES = [[422809.6658507602, 4396606.77612526], [440093.44063729024, 4413108.550225983]]
KNOWN = {
    "urn:ogc:def:crs:OGC:1.3:CRS84": PLACES,
    "urn:ogc:def:crs:EPSG::4326": PLACES,
    "EPSG:4490": PLACES,
    "urn:ogc:def:crs:EPSG::4548": METRES,
    "EPSG:3857": [web_mercator(*place) for place in PLACES],
}


@pytest.mark.parametrize("crs", KNOWN)
def test_the_coordinate_system_that_a_file_states_is_understood(crs):
    stated = {"type": "name", "properties": {"name": crs}}
    network = read_network(collection(feature(KNOWN[crs]), crs=stated), "路网.geojson")
    plain = read_network(collection(feature(PLACES)), "路网.geojson")
    assert network.corners == pytest.approx(plain.corners, abs=0.2)
    assert network.source.crs == crs
    (ax, ay), (bx, by) = KNOWN[crs]
    other = read_network(graphml(crs=crs, a=(ax, ay), b=(bx, by)), "路网.graphml")
    assert other.corners == pytest.approx(plain.corners, abs=0.2)


@pytest.mark.parametrize(
    "crs", ["EPSG:4214", "EPSG:2414", "EPSG:4610", "EPSG:4555", "EPSG:99999", "自定义", "", "EPSG:4978"]
)
def test_a_coordinate_system_that_cannot_be_used_is_refused_by_name(crs):
    stated = {"type": "name", "properties": {"name": crs}}
    with pytest.raises(DataError, match=rf"路网\.geojson.*坐标系.*{crs}"):
        read_network(collection(feature(CORNERS), crs=stated), "路网.geojson")


ROUND_THE_WORLD = 2 * math.pi * 6_378_137.0


@pytest.mark.parametrize("x", [1e15, 1e8, ROUND_THE_WORLD, 10 * ROUND_THE_WORLD])
def test_a_coordinate_beyond_its_system_does_not_go_round_the_globe_into_the_city(x):
    stated = {"type": "name", "properties": {"name": "EPSG:3857"}}
    (ax, ay), (bx, by) = KNOWN["EPSG:3857"]
    for line in ([[ax, ay], [bx + x, by]], [[ax + x, ay], [bx + x, by]]):
        with pytest.raises(DataError, match=r"坐标 .* 不在坐标系 EPSG:3857 的范围内"):
            read_network(collection(feature(line), crs=stated), "路网.geojson")


def test_metres_without_a_stated_system_are_refused_with_what_to_do():
    for content in (collection(feature(METRES)), graphml(a=METRES[0], b=METRES[1])):
        with pytest.raises(DataError, match=r"路网.*422809\.6659, 4396606\.776.*EPSG:4548"):
            read_network(content, "路网")


def test_swapped_coordinates_are_refused_as_such():
    with pytest.raises(DataError, match="颠倒"):
        read_network(collection(feature([corner[::-1] for corner in CORNERS])), "路网")


def test_a_network_of_another_city_is_refused_with_the_distance():
    shanghai = collection(feature([[121.4, 31.2], [121.5, 31.3]]))
    with pytest.raises(DataError, match=r"上海\.geojson 不在本市.*121\.400.*9\d\d km"):
        read_network(shanghai, "上海.geojson")


BAD_CORNERS = {
    "nan": [math.nan, 39.95],
    "infinity": [116.4, math.inf],
    "huge": [1e308, 39.95],
    "text": ["116.4", "39.95"],
    "one number": [116.4],
    "none": [None, None],
    "deeper": [[116.4, 39.95], [116.4, 39.96]],
    "object": {"x": 116.4},
    "endless": [10**400, 39.95],
}


@pytest.mark.parametrize("wrong", BAD_CORNERS)
def test_a_coordinate_that_cannot_be_used_is_refused_with_its_feature(wrong):
    with pytest.raises(DataError, match=r"坏路网"):
        read_network(collection(feature(CORNERS), feature([CORNERS[0], BAD_CORNERS[wrong]])), "坏路网")


@pytest.mark.parametrize("kind", ["LineString", "MultiLineString"])
@pytest.mark.parametrize("coordinates", [None, 0, 116.4, True, "", "ab", {}, {"a": 1}, [0], [[]], [None], ["ab"]])
def test_coordinates_that_are_no_list_of_corners_are_refused_with_their_feature(kind, coordinates):
    odd = {"type": "Feature", "properties": {}, "geometry": {"type": kind, "coordinates": coordinates}}
    with pytest.raises(DataError, match=r"坏路网：第 2 个要素"):
        read_network(collection(feature(CORNERS), odd), "坏路网")


@pytest.mark.parametrize("wrong", ["nan", "inf", "1_0", "", "0x10", "1e999"])
def test_a_node_without_a_usable_coordinate_is_refused_by_name(wrong):
    content = graphml(甲=(116.4, 39.9), 乙=(116.4, 39.95)).replace(b"39.95", wrong.encode())
    with pytest.raises(DataError, match=r"坏路网.*乙"):
        read_network(content, "坏路网")


NO_NETWORKS = {
    "empty file": b"",
    "empty object": b"{}",
    "a list": b"[]",
    "a number": b"7",
    "no features": b'{"type": "FeatureCollection"}',
    "features of text": b'{"type": "FeatureCollection", "features": ["a"]}',
    "nothing in it": collection(),
    "points only": collection({"type": "Feature", "geometry": {"type": "Point", "coordinates": [116.4, 39.9]}}),
    "a line without length": collection(feature([[116.4, 39.9], [116.4, 39.9]])),
    "a line of one point": collection(feature([[116.4, 39.9]])),
    "cut short": collection(feature(CORNERS))[:-20],
    "deep": b'{"type": "FeatureCollection", "features": ' + b"[" * 100_000 + b"]" * 100_000 + b"}",
    "other XML": b"<x/>",
    "broken XML": b"<graphml><graph>",
    "entities": b'<!DOCTYPE x [<!ENTITY a "b">]><graphml/>',
    "entities in UTF-16": '<?xml version="1.0" encoding="utf-16"?><!DOCTYPE x [<!ENTITY a "b">]><graphml/>'.encode(
        "utf-16"
    ),
    "deep XML": b"<graphml>" + b"<graph>" * 200_000 + b"</graph>" * 200_000 + b"</graphml>",
    "a deep line": graphml(
        edge={"geometry": "GEOMETRYCOLLECTION(" * 200_000 + ")" * 200_000}, 甲=(116.4, 39.9), 乙=(116.4, 39.95)
    ),
    "unknown encoding": b'<?xml version="1.0" encoding="klingon"?><graphml/>',
    "an edge to nowhere": b'<graphml><graph><edge source="a" target="b"/></graph></graphml>',
    "damaged gzip": gzip.compress(collection(feature(CORNERS)))[:-30],
    "a bomb": gzip.compress(b" " * 30_000_000),
    "bytes": bytes(range(256)),
}


@pytest.mark.parametrize("kind", NO_NETWORKS)
def test_what_is_no_network_is_refused_in_words_with_the_file(kind):
    with pytest.raises(DataError, match="坏路网") as refused:
        read_network(NO_NETWORKS[kind], "坏路网")
    assert not any(word in str(refused.value) for word in ("Expecting", "codec", "mismatched", "Error"))


# --- real networks and files, where they are at hand -----------------------------------------------------------------

real = pytest.mark.skipif(not SHARED.is_dir(), reason="needs ../shared")


@real
def test_a_whole_street_map_is_in_one_piece_and_quickly_read():
    network = read_network_file(SHARED / "geo" / "osm2013_beijing_routable.geojson.gz")
    assert network.largest_corner_share == pytest.approx(0.989, abs=0.001)
    assert network.one_way.any() and not network.one_way.all()


@real
def test_a_simplified_street_map_falls_apart():
    network = read_network_file(SHARED / "geo" / "osm2013_beijing_major_roads.geojson")
    assert network.largest_corner_share == pytest.approx(0.05, abs=0.005)
    assert len(network.piece_share) > 300


@real
def test_files_as_planners_bring_them():
    cases = SHARED / "cases"
    high = read_network_file(cases / "k3_11_net_z.geojson")
    metres = read_network_file(cases / "k3_15_net_metres_crs4548.geojson")
    assert same(high, metres)
    assert high.source.heights and not metres.source.heights
    with pytest.raises(DataError, match=r"k3_24_net_elsewhere\.geojson 不在本市"):
        read_network_file(cases / "k3_24_net_elsewhere.geojson")
    assert len(read_network_file(cases / "k3_25_net_two_islands.geojson").piece_share) == 2


@real
@pytest.mark.slow
def test_one_way_streets_make_ways_longer_by_what_was_measured():
    """Between random corners more than 2 km apart: 1.284 and 1.222 were measured on the same map by another program."""
    network = read_network_file(SHARED / "geo" / "osm2013_beijing_routable.geojson.gz")
    both_ways = replace(network, one_way=np.zeros_like(network.one_way))
    rng = np.random.default_rng(3)
    places, sources = (network.corners[rng.choice(len(network.corners), count)] for count in (300, 60))
    straight = np.hypot(*(places[:, None] - sources[None, :]).transpose(2, 0, 1)) / 1_000
    for roads, detour in ((network, 1.284), (both_ways, 1.222)):
        haul = network_haul(of(places), of(sources), roads, detour=1.0, access_m=1_000).km
        apart = (straight > 2) & np.isfinite(haul)
        assert np.median(haul[apart] / straight[apart]) == pytest.approx(detour, abs=0.03)


def of(points):
    return gpd.GeoSeries(gpd.points_from_xy(*points.T), crs=METRIC_CRS)


# --- anything at all -------------------------------------------------------------------------------------------------

ODD_VALUES = st.sampled_from([None, True, "", "a", [], {}, 1e308, -1e-320, 10**30, 116.4, 39.9, [116.4, 39.9], "116.4"])
VALUES = st.recursive(
    ODD_VALUES, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=3)
)
GEOMETRY = st.fixed_dictionaries(
    {
        "type": st.sampled_from(
            ["LineString", "MultiLineString", "Point", "Polygon", "GeometryCollection", "x", None, 3]
        )
    },
    optional={
        "coordinates": VALUES | st.just(list(CORNERS)) | st.just([list(CORNERS)]),
        "geometries": VALUES | st.just([{"type": "LineString", "coordinates": list(CORNERS)}]),
    },
)
ANY_FEATURE = st.fixed_dictionaries(
    {"type": st.just("Feature")},
    optional={"geometry": GEOMETRY | VALUES, "properties": VALUES | st.fixed_dictionaries({"oneway": VALUES})},
)
DOCUMENT = st.fixed_dictionaries(
    {"type": st.just("FeatureCollection")},
    optional={"features": st.lists(ANY_FEATURE | GEOMETRY | VALUES, max_size=4) | VALUES, "crs": VALUES},
)


@pytest.mark.slow
@given(DOCUMENT | ANY_FEATURE | GEOMETRY | VALUES)
@settings(max_examples=300)
def test_any_document_is_read_or_refused_in_words(document):
    try:
        network = read_network(json.dumps(document).encode(), "任意")
    except DataError as refused:
        assert "任意" in str(refused)
    else:
        assert np.isfinite(network.corners).all() and (network.length_m > 0).all()


XML = st.recursive(
    st.sampled_from(["", "116.4", "39.9", "nan", "&amp;", "LINESTRING (116.4 39.9, 116.5 39.9)", "POINT (1 2)", "x"]),
    lambda inner: st.builds(
        "<{0} id='{1}' source='{2}' target='{1}' key='{3}'>{4}</{0}>".format,
        st.sampled_from(["graph", "node", "edge", "data", "key", "other"]),
        st.sampled_from("ab"),
        st.sampled_from("ab"),
        st.sampled_from(["x", "y", "oneway", "geometry", "crs", "z"]),
        st.lists(inner, max_size=5).map("".join),
    ),
    max_leaves=30,
)


@pytest.mark.slow
@given(st.lists(XML, max_size=8).map("".join))
@settings(max_examples=300)
def test_any_graphml_is_read_or_refused_in_words(text):
    try:
        network = read_network(f"<graphml>{text}</graphml>".encode(), "任意")
    except DataError as refused:
        assert "任意" in str(refused)
    else:
        assert np.isfinite(network.corners).all() and (network.length_m > 0).all()


@given(st.binary(max_size=60))
def test_any_bytes_are_refused_in_words(content):
    with pytest.raises(DataError, match="任意"):
        read_network(content, "任意")
