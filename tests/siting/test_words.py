"""A proposal in words."""

from siting_cases import NORTH_EAST, NORTH_EAST_2, SOUTH_WEST, points, said

from mixplan.siting.proposal import evaluate_plan
from mixplan.siting.words import plan_problems


def test_a_shortage_is_told_with_as_many_digits_as_it_needs(make):
    own = points(NORTH_EAST, SOUTH_WEST)
    assert "需求 1,200.04 万t/年超过产能 1,200 万t/年，将缺 0.04 万t/年。" in said(
        make(own, points(NORTH_EAST, weight=[1200.04]), lines=2, line_capacity_wan_t=600.0)
    )
    big = make(own, points(NORTH_EAST, weight=[123456.7]), lines=2)
    assert "需求 123,456.7 万t/年超过产能 80 万t/年，将缺 123,376.7 万t/年。" in said(big)


def test_an_own_plan_names_every_wish_it_breaks(make):
    case = make(points(NORTH_EAST, NORTH_EAST_2), points(NORTH_EAST, weight=[10.0]), lines=1, spacing_km=8.0)
    found = plan_problems(case, evaluate_plan(case, {"a": 1, "b": 1}))
    assert found[0] == "共 2 条线，要求 1 条。"
    assert "小于最小间距 8 km" in found[1]
