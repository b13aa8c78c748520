"""Shares of area against an independent grid, polygons and hauls."""

import numpy as np
import pytest
import shapely
from coverage_cases import EAST, NORTH, road_to_the_north_east, supply_at

from mixplan.base.errors import DataError
from mixplan.city.haul import Obstacle, network_ways
from mixplan.city.networks import network_of
from mixplan.coverage import reach, words
from mixplan.coverage import result as coverage_result
from mixplan.coverage import supply as coverage_supply
from mixplan.coverage.along import along_network
from mixplan.coverage.picture import picture_of
from mixplan.coverage.supply import theme
from mixplan.siting import inputs as siting_inputs
from mixplan.siting import settings as siting_settings


def test_the_closed_form_agrees_with_polygons(seen):
    for radius_km in (5.0, 9.0, 30.0):
        polygon = seen.reach_area(radius_km).intersection(seen.ground.total).area / seen.ground.total.area
        assert seen.area_shares([radius_km])[0, -1, 0] == pytest.approx(polygon, abs=5e-5)


def test_more_distances_than_there_is_room_for_are_refused_before_any_is_worked_out(seen):
    with pytest.raises(DataError, match=r"^10,000,000 个点到 19 个点要算"):
        seen.haul_to_m(np.zeros((10_000_000, 2)))


def test_a_circle_in_a_square_with_a_hole():
    square = shapely.box(-10, -10, 10, 10).difference(shapely.box(-1, -1, 1, 1))
    edges = reach._edges(square, np.zeros(2))
    areas = reach.disc_area_m2(edges, np.array([0.5, 5.0, 20.0])).sum(axis=0)
    assert areas == pytest.approx([0.0, 25 * np.pi - 4, 396.0])


def test_plants_on_one_spot_and_in_one_line(ground):
    rows = [(0, 0, 5), (0, 0, 5), (0.001, 0, 5), (10_000, 0, 5), (20_000, 0, 5)]
    seen = reach.reach(ground, supply_at(*rows))
    assert seen.area_shares([9.0])[0, -1, 0] == pytest.approx(
        seen.reach_area(9.0).intersection(ground.total).area / ground.total.area, abs=5e-5
    )


def test_haul_along_a_network(ground, book):
    detour = book.figure("siting_detour")
    seen = reach.reach(ground, supply_at((1_000, 0, 50)), ways=network_ways(road_to_the_north_east(), book))
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
    ways = network_ways(road_to_the_north_east(), book)
    seen = reach.reach(ground, supply, ways=ways)
    inputs = siting_inputs.SitingInputs(
        demand,
        coverage_supply.existing_supply(plants, layers),
        siting_inputs.no_points(),
        network=road_to_the_north_east(),
    )
    other = network_ways(inputs.network, book, detour=siting_settings.default_settings(book).detour)
    assert np.isfinite(seen.distance_m).any()
    assert seen.distance_m / 1000 == pytest.approx(other(ground.demand.geometry, supply.geometry).km.T)


def test_the_area_within_a_haul_is_where_the_haul_is_shorter(ground, book):
    """Off by no more than the way from the middle of a square to its corner, at most 177 m straight."""
    seen = reach.reach(ground, supply_at((1_000, 0, 50)), ways=network_ways(road_to_the_north_east(), book))
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


def test_whom_a_network_does_not_reach_is_known(ground, book):
    seen = reach.reach(ground, supply_at((1_000, 0, 50)), ways=network_ways(road_to_the_north_east(), book))
    assert seen.network is not None
    cut_off = ~np.isfinite(seen.distance_m[0])
    assert (~seen.network.demand["reached"]).tolist() == cut_off.tolist()
    weight = ground.demand["weight"].to_numpy()
    assert seen.network.demand_share == pytest.approx(weight[~cut_off].sum() / weight.sum())
    assert reach.reach(ground, seen.supply).network is None


def test_a_gap_that_no_road_leads_to_is_not_said_to_lack_supply(ground, layers, book):
    seen = reach.reach(ground, supply_at((1_000, 0, 50)), ways=network_ways(road_to_the_north_east(), book))
    far = coverage_result.gaps(seen, 12.0, layers)
    assert (far["obstacle"] != "").tolist() == far["nearest_km"].isna().tolist()
    assert "far" in set(far["obstacle"])
    said = [words.gap_label(row, coverage_supply.theme("mortar", book)) for row in far.to_dict("records")]
    assert not any("没有供应点" in text for text in said)


NORTHWARD = [(EAST, NORTH), (EAST, NORTH + 3_000)]
FAR_EAST = [(EAST + 40_000, NORTH), (EAST + 40_000, NORTH + 3_000)]


@pytest.mark.parametrize(
    ("roads", "one_way", "supply", "obstacle", "said"),
    [
        ([NORTHWARD], False, (0, 0, 50), Obstacle.FAR, "离路网太远"),
        ([NORTHWARD], False, (40_000, 0, 50), Obstacle.OTHERS_FAR, "供应点都离路网太远"),
        ([NORTHWARD, FAR_EAST], False, (40_000, 0, 50), Obstacle.PIECE, "附近的路与供应点的路不相连"),
        ([NORTHWARD], True, (0, 3_000, 50), Obstacle.ONE_WAY, "按单行方向没有通路"),
    ],
)
def test_a_gap_tells_the_true_reason_why_no_way_leads_there(
    ground, layers, book, roads, one_way, supply, obstacle, said
):
    lines = [np.array(road, dtype=float) for road in roads]
    ways = network_ways(network_of(lines, one_way=[one_way] * len(lines)), book)
    seen = reach.reach(ground, supply_at(supply), ways=ways)
    found = coverage_result.gaps(seen, 1.0, layers)
    assert obstacle in set(found["obstacle"])
    rows = found[found["obstacle"] == obstacle].to_dict("records")
    assert all(words.gap_label(row, theme("mortar", book)).endswith("：" + said) for row in rows)


def test_what_a_worker_works_out_along_a_network_is_what_the_rooms_say(ground, layers, book):
    subject, road, told = theme("mortar", book), road_to_the_north_east(), []
    supplies = [supply_at((1_000, 0, 50)), supply_at((1_000, 0, 50), (-4_000, 0, 20))]
    one, two = along_network(subject, ground, supplies, road, 12.0, layers, book, watcher=lambda now: told.append(now))
    seen = reach.reach(ground, supplies[1], ways=network_ways(road, book))
    expected = picture_of(subject, seen, 12.0, layers, book)
    assert two.result.total == expected.result.total
    assert one.result.supply_count == 1
    assert {"gaps", "spare", "bands", "rim"} <= set(vars(two)), "nothing costly is left to the page"
    assert [(now.done, now.of) for now in told] == [(0, 4), (1, 4), (2, 4), (3, 4)]
