"""Road networks from files."""

import json
import math

import networkx as nx
import pytest

from mixplan.base.errors import DataError
from mixplan.city.networks import read_network


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
