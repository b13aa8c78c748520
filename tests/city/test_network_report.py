"""What is said of a network: pieces, whom it does not reach, and the true reason."""

import json

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest

from mixplan.city.crs import METRIC_CRS, points_metric
from mixplan.city.haul import network_haul, straight_haul
from mixplan.city.network_files import read_network
from mixplan.city.network_report import network_report
from mixplan.city.networks import NetworkSource, network_of

ROAD = np.array([(400_000.0, 4_400_000.0), (420_000.0, 4_400_000.0)])
ISLAND = np.array([(400_000.0, 4_430_000.0), (408_000.0, 4_430_000.0)])


def places(**at):
    return gpd.GeoSeries(gpd.points_from_xy(*zip(*at.values(), strict=True)), index=list(at), crs=METRIC_CRS)


def report_of(network, demand, supply, weight):
    haul = network_haul(demand, supply, network, detour=1.0, access_m=5_000)
    return network_report(haul, pd.Series(weight, index=demand.index), supply.index)


def said_of(*lines, one_way=None, weight=(90.0, 10.0)):
    network = network_of(lines, one_way, NetworkSource("路.geojson", lines=len(lines)))
    demand = places(近=(410_000, 4_400_010), 远=(404_000, 4_430_024))
    return report_of(network, demand, places(厂=(401_000, 4_400_000)), weight)


def test_a_network_that_reaches_everything_is_not_warned_of():
    joint = np.array([(400_000.0, 4_400_000.0), (400_000.0, 4_430_000.0)])
    found = said_of(ROAD, ISLAND, joint)
    assert found.warnings == []
    assert found.record()["unreached"] == []
    assert found.record()["demand_share_reached"] == 1.0
    assert "1 块" in found.notes[0] and "路.geojson" in found.notes[0]


def test_a_network_in_pieces_is_warned_of_with_numbers_and_the_true_reason():
    found = said_of(ROAD, ISLAND)
    text = "".join(found.warnings)
    assert "2 块" in text and "71.4 %" in text, "20 of 28 km"
    assert "90.0 %" in text and "（2 个需求点中的 1 个）" in text
    assert "不相连：远 (30,024 m)" in text and "太远" not in text, "24 m from a road, which leads nowhere"
    assert "第 2 块占长度的 28.6 %，附近有需求的 10.0 %（1 个点）、供应点和候选点 0 个" in text
    record = found.record()
    assert record["largest_pieces"] == [
        {"share": 0.7143, "demand_points": 1, "demand_share": 0.9, "supply_points": 1},
        {"share": 0.2857, "demand_points": 1, "demand_share": 0.1, "supply_points": 0},
    ]
    assert record["unreached"] == [{"side": "demand", "id": "远", "obstacle": "piece", "metres": 30_024.0}]
    assert (record["pieces"], record["largest_piece_share"], record["demand_share_reached"]) == (2, 0.7143, 0.9)


def test_points_far_from_the_network_are_told_with_their_distance():
    found = said_of(ROAD)
    assert "离路网太远：远 (30,024 m)" in "".join(found.warnings)
    assert found.record()["unreached"][0]["obstacle"] == "far"


def test_one_way_streets_that_leave_no_way_are_the_reason():
    found = said_of(ROAD[::-1], one_way=[True])
    text = "".join(found.warnings)
    assert "单行" in text and "离路网太远：远" in text
    assert found.demand["obstacle"].to_dict() == {"近": "one_way", "远": "far"}
    assert found.demand_share == 0


def test_a_missing_share_of_five_in_a_hundred_is_the_limit():
    assert not any("只够得到" in text for text in said_of(ROAD, ISLAND, weight=(95.0, 5.0)).warnings)
    assert any("只够得到" in text for text in said_of(ROAD, ISLAND, weight=(94.9, 5.1)).warnings)


def test_a_share_of_demand_without_weight_goes_by_points():
    assert said_of(ROAD, ISLAND, weight=(0.0, 0.0)).demand_share == 0.5


def test_joining_a_farther_road_is_said():
    stub = np.array([(410_000.0, 4_400_012.0), (410_000.0, 4_400_014.0)])
    network = network_of([ROAD, stub])
    found = report_of(network, places(a=(410_000, 4_400_013)), places(b=(401_000, 4_400_000)), [1.0])
    assert any("主要路段" in text and "13 m" in text for text in found.notes)


def test_many_points_are_counted_and_a_few_named():
    far = {f"p{n}": (400_000 + n, 4_470_000) for n in range(40)}
    found = report_of(network_of([ROAD]), places(**far), places(b=(401_000, 4_400_000)), [1.0] * 40)
    [text] = [text for text in found.warnings if "太远" in text and "p0" in text]
    assert "40 个" in text and "p5" not in text
    assert len(found.record()["unreached"]) == 41, "the plant is cut off too"


def test_without_a_network_nothing_is_said():
    haul = straight_haul(places(a=(0, 0)), places(b=(1, 1)), detour=1.3)
    assert network_report(haul, pd.Series([1.0], index=["a"]), pd.Index(["b"])) is None


@pytest.mark.parametrize("name", ["<b>路</b>.geojson", "{{7*7}}.geojson", "![i](http://x/n.png).geojson"])
def test_the_name_of_a_file_is_said_as_it_is(name):
    line = {"type": "LineString", "coordinates": [[116.4, 39.9], [116.5, 39.9]]}
    network = read_network(json.dumps(line).encode(), name)
    demand = points_metric([116.4], [39.9])
    found = report_of(network, demand, points_metric([116.5], [39.9]), [1.0])
    assert name in found.notes[0] and found.record()["file"] == name
