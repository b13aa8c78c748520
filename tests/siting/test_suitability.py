"""The weighted view of places."""

import numpy as np
import pandas as pd
import pytest
from siting_cases import NORTH_EAST, NORTH_EAST_2, SOUTH_WEST, points

from mixplan.city.networks import network_of
from mixplan.siting.suitability import CRITERIA, catchment_km, default_weights, road_distance, suitability


def test_suitability_follows_its_weights_and_is_no_score_without_any(make):
    case = make(points(NORTH_EAST, SOUTH_WEST), points(NORTH_EAST, weight=[50.0]))
    by_demand = suitability(case, {"demand": 1.0})["score"]
    assert by_demand.to_dict() == {"a": 1.0, "b": 0.0}
    assert (suitability(case, {})["score"] == 0).all()


def test_every_criterion_has_a_weight_in_the_rule_file(book):
    weights = default_weights(book)
    assert tuple(weights) == CRITERIA
    assert sum(weights.values()) == 100


@pytest.mark.parametrize(
    ("criterion", "better"),
    [("existing", "b"), ("roads", "a"), ("sensitive", None), ("demand", "a")],
)
def test_each_criterion_ranks_by_itself(make, criterion, better):
    """The standing plant, the road and the demand are at a."""
    case = make(points(NORTH_EAST, SOUTH_WEST), points(NORTH_EAST, weight=[50.0]), points(NORTH_EAST, capacity=[4.0]))
    roads = pd.Series({"a": 100.0, "b": 9_000.0})
    score = suitability(case, {criterion: 30.0}, road_m=roads)["score"]
    best = case.candidates["sensitive_m"].idxmax() if better is None else better
    assert score.to_dict() == {key: float(key == best) for key in ("a", "b")}


def test_the_score_is_the_weighted_mean_of_the_ranks(make):
    case = make(points(NORTH_EAST, SOUTH_WEST), points(NORTH_EAST, weight=[50.0]), points(NORTH_EAST, capacity=[4.0]))
    score = suitability(case, {"demand": 3.0, "existing": 1.0})["score"]
    assert score.to_dict() == {"a": 0.75, "b": 0.25}


def test_a_line_takes_the_nearest_demand_until_it_is_full(make):
    case = make(points(NORTH_EAST), points(NORTH_EAST, NORTH_EAST_2, SOUTH_WEST, weight=[30.0, 20.0, 90.0]))
    haul = case.haul_km[:, 0]
    assert catchment_km(case)["a"] == pytest.approx((30 * haul[0] + 10 * haul[1]) / 40)


def test_the_nearest_road_is_measured_to_its_lines_and_not_to_its_corners(make):
    case = make(points(NORTH_EAST), points(NORTH_EAST, weight=[1.0]))
    at = case.candidates.geometry.iloc[0]
    network = network_of([np.array([(at.x - 5_000, at.y + 300), (at.x + 5_000, at.y + 300)])])
    assert road_distance(case, network)["a"] == pytest.approx(300, abs=0.1)
