"""The question put to the solver: what is short in numbers, and odd input."""

import json
import math

import pytest
from helpers import IN_FORCE
from siting_cases import EFFORT, INSIDE_RING, NORTH_EAST, NORTH_EAST_2, SOUTH_WEST, points, said

from mixplan.base.errors import SitingError
from mixplan.city.network_files import read_network
from mixplan.coverage.supply import existing_supply
from mixplan.registers.points import load_demand
from mixplan.siting.case import build_case, check_case
from mixplan.siting.inputs import SitingInputs, no_points
from mixplan.siting.proposal import solve_case
from mixplan.siting.settings import default_settings
from mixplan.siting.tables import proposal_record
from mixplan.siting.words import fact_sentences, gap_sentence, status_label


def test_all_candidates_excluded_says_how_many_and_why(layers, book):
    inputs = SitingInputs(load_demand(), no_points(), points(INSIDE_RING))
    with pytest.raises(SitingError, match="1 个候选点全部被规则排除：new_mortar_outside_fifth_ring 1"):
        build_case(inputs, default_settings(book, grid_km=None), layers, book, on=IN_FORCE)


def test_a_forced_site_that_the_rules_exclude_is_refused_with_the_rule(make):
    with pytest.raises(SitingError, match="new_mortar_outside_fifth_ring"):
        make(points(INSIDE_RING, NORTH_EAST), points(NORTH_EAST, weight=[1.0]), apply_rules=True, forced=(("a", 1),))


def test_capacity_just_short_says_both_numbers_and_still_answers(make):
    case = make(points(NORTH_EAST), points(NORTH_EAST, weight=[40.5]))
    assert said(case) == "条数建满时产能 40 万t/年，需求 40.5 万t/年，仍缺 0.5 万t/年。"
    found = solve_case(case, EFFORT)
    assert found.stats.unmet == pytest.approx(0.5)
    assert found.plan == {"a": 1}


def test_the_plan_as_it_stands_is_ten_short(layers, book, plants):
    inputs = SitingInputs(load_demand(), existing_supply(plants, layers), no_points())
    case = build_case(inputs, default_settings(book), layers, book, on=IN_FORCE)
    assert said(case) == "条数建满时产能 625 万t/年，需求 635 万t/年，仍缺 10 万t/年。"


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"lines": 3}, "要求 3 条线，候选点只容得下 2 条。"),
        ({"lines": 2, "spacing_km": 100.0}, "要求 2 条线，按最小间距最多只能放 1 条。"),
        (
            {"lines": 1, "forced": (("a", 1), ("b", 1))},
            "已锁定 2 条线（a、b），但总数只要求 1 条：请解锁 1 条，或把条数改为 2。",
        ),
        ({"lines": 2, "quotas": (("SW", 2, None),)}, "西南部至少要 2 条线，但那里的候选点只容得下 1 条。"),
        ({"lines": 1, "quotas": (("NE", 1, 1), ("SW", 1, 1))}, "各方位合计至少要 2 条线，但总数只有 1 条。"),
    ],
)
def test_an_impossible_wish_says_what_is_short_with_numbers(make, changes, sentence):
    case = make(points(NORTH_EAST, SOUTH_WEST), points(NORTH_EAST, weight=[10.0]), apply_rules=True, **changes)
    assert sentence in said(case)
    found = solve_case(case, EFFORT)
    assert found.status == "infeasible"
    assert "没有方案能满足全部要求" in gap_sentence(found)
    json.dumps(proposal_record(found, case), allow_nan=False)


def test_zero_demand_costs_nothing(make):
    case = make(points(NORTH_EAST, SOUTH_WEST), points(NORTH_EAST, weight=[0.0]))
    found = solve_case(case, EFFORT)
    assert (found.objective, found.stats.served, found.gap) == (0, 0, 0)
    assert math.isnan(found.stats.share_within)
    json.dumps(proposal_record(found, case), allow_nan=False)


def test_one_candidate_and_one_line_leave_no_choice(make):
    found = solve_case(make(points(SOUTH_WEST), points(NORTH_EAST, weight=[3.0])), EFFORT)
    assert found.plan == {"a": 1}
    assert found.status == "optimal"


def test_duplicate_points_are_two_candidates_that_spacing_keeps_apart(make):
    own, demand = points(NORTH_EAST, NORTH_EAST, SOUTH_WEST), points(NORTH_EAST, weight=[80.0])
    assert set(solve_case(make(own, demand, lines=2), EFFORT).plan) == {"a", "b"}
    assert "c" in solve_case(make(own, demand, lines=2, spacing_km=1.0), EFFORT).plan


def test_a_case_over_a_planners_network_reports_what_it_cannot_reach(layers, book):
    lines = {"type": "LineString", "coordinates": [[116.75, 40.15], [116.80, 40.18]]}
    collection = {"type": "FeatureCollection", "features": [{"type": "Feature", "properties": {}, "geometry": lines}]}
    network = read_network(json.dumps(collection).encode(), "roads.geojson")
    demand = points(NORTH_EAST_2, SOUTH_WEST, weight=[5.0, 5.0])
    inputs = SitingInputs(demand, no_points(), points(NORTH_EAST), None, network)
    settings = default_settings(book, lines=1, grid_km=None, apply_rules=False)
    case = build_case(inputs, settings, layers, book, on=IN_FORCE)
    assert case.cut_off == ("b",)
    assert case.network.demand["obstacle"].to_dict() == {"a": "", "b": "far"}
    found = solve_case(case, EFFORT)
    assert found.stats.unmet == pytest.approx(5)
    assert found.reachable_share == pytest.approx(0.5)
    assert "50.0 %" in gap_sentence(found), "optimal over the demand that is reached, and no more is said"
    assert status_label(found) == "对够得到的需求已证明最优"


def test_a_network_that_reaches_no_demand_is_refused_and_nothing_is_called_optimal(layers, book):
    line = {"type": "LineString", "coordinates": [[116.75, 40.15], [116.80, 40.18]]}
    network = read_network(json.dumps(line).encode(), "roads.geojson")
    inputs = SitingInputs(points(SOUTH_WEST, weight=[5.0]), no_points(), points(NORTH_EAST), None, network)
    settings = default_settings(book, lines=1, grid_km=None, apply_rules=False)
    with pytest.raises(SitingError, match=r"没有一个需求点够得到[^.]*roads\.geojson"):
        build_case(inputs, settings, layers, book, on=IN_FORCE)


def test_a_plan_that_can_serve_nobody_is_not_called_optimal(make):
    found = solve_case(make(points(NORTH_EAST), points(SOUTH_WEST, weight=[5.0]), max_haul_km=1.0), EFFORT)
    assert "最优" not in status_label(found)
    assert "无从谈" in gap_sentence(found)


def test_the_input_hash_follows_the_inputs(make):
    own, demand = points(NORTH_EAST), points(NORTH_EAST, weight=[1.0])
    first, same, other = make(own, demand), make(own, demand), make(own, demand, detour=1.1)
    assert first.input_hash == same.input_hash != other.input_hash


def test_of_many_points_that_nothing_reaches_a_few_are_named_and_the_others_counted(make):
    case = make(points(NORTH_EAST), points(*[SOUTH_WEST] * 8, weight=[1.0] * 8), max_haul_km=1.0)
    said = fact_sentences(check_case(case), case)
    assert sum("没有任何供应点够得到" in text for text in said) == 6
    assert "还有 3 个需求点也没有任何供应点够得到。" in said
