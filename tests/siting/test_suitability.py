"""The weighted view of places."""

from siting_cases import NORTH_EAST, SOUTH_WEST, points

from mixplan.siting.suitability import suitability


def test_suitability_follows_its_weights_and_is_no_score_without_any(make):
    case = make(points(NORTH_EAST, SOUTH_WEST), points(NORTH_EAST, weight=[50.0]))
    by_demand = suitability(case, {"demand": 1.0})["score"]
    assert by_demand.to_dict() == {"a": 1.0, "b": 0.0}
    assert (suitability(case, {})["score"] == 0).all()
