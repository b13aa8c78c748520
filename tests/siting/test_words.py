"""A proposal in words."""

from siting_cases import NORTH_EAST, NORTH_EAST_2, SOUTH_WEST, points, said

from mixplan.siting.proposal import evaluate_plan
from mixplan.siting.words import plan_problems


def test_a_shortage_is_told_with_as_many_digits_as_it_needs(make):
    own = points(NORTH_EAST, SOUTH_WEST)
    assert "条数建满时产能 1,200 万t/年，需求 1,200.04 万t/年，仍缺 0.04 万t/年。" in said(
        make(own, points(NORTH_EAST, weight=[1200.04]), lines=2, line_capacity_wan_t=600.0)
    )
    big = make(own, points(NORTH_EAST, weight=[123456.7]), lines=2)
    assert "条数建满时产能 80 万t/年，需求 123,456.7 万t/年，仍缺 123,376.7 万t/年。" in said(big)


def test_an_own_plan_names_every_wish_it_breaks(make):
    case = make(points(NORTH_EAST, NORTH_EAST_2), points(NORTH_EAST, weight=[10.0]), lines=1, spacing_km=8.0)
    found = plan_problems(case, evaluate_plan(case, {"a": 1, "b": 1}))
    assert found[0] == "共 2 条线，要求 1 条。"
    assert "小于最小间距 8 km" in found[1]


def test_more_locked_than_wanted_names_the_locked_sites_and_says_what_can_be_done(make):
    locked = {"forced": (("a", 1), ("c", 2)), "lines_per_site": 2, "lines": 1}
    case = make(points(NORTH_EAST, NORTH_EAST_2, SOUTH_WEST), points(NORTH_EAST, weight=[10.0]), **locked)
    wanted = "已锁定 3 条线（a、c（2 条）），但总数只要求 1 条：请解锁 2 条，或把条数改为 3。"
    assert wanted in said(case)


def test_more_locked_in_a_sector_than_it_may_have_names_those_of_that_sector(make):
    own = points(NORTH_EAST, NORTH_EAST_2, SOUTH_WEST)
    locked = {"forced": (("a", 1), ("b", 1), ("c", 1)), "lines": 3, "apply_rules": True, "quotas": (("NE", 0, 1),)}
    case = make(own, points(NORTH_EAST, weight=[10.0]), **locked)
    assert "东北部锁定了 2 条线（a、b），但最多只许 1 条：请解锁 1 条，或放宽该方位的条数。" in said(case)
