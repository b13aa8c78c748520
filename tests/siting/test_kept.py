"""Proposals that are kept as records: what comes back is the proposal that was put away, or a sentence."""

import copy
import json
import math
from dataclasses import replace
from functools import cache

import pytest
from changed_records import with_one_leaf_changed
from helpers import IN_FORCE
from hypothesis import given
from hypothesis import strategies as st
from siting_cases import EFFORT, FAR_WEST, INSIDE_RING, NORTH_EAST, NORTH_EAST_2, SOUTH_WEST, points, random_case

from mixplan.base.errors import SitingError
from mixplan.city.layers import load_layers
from mixplan.plan.rules import load_rules
from mixplan.siting import kept
from mixplan.siting.asked import asked_of
from mixplan.siting.case import build_case
from mixplan.siting.inputs import SitingInputs, no_points
from mixplan.siting.proposal import evaluate_plan, solve_case
from mixplan.siting.reasons import with_bound
from mixplan.siting.robustness import Disturbance, stability
from mixplan.siting.settings import default_settings
from mixplan.siting.words import fact_sentences, gap_sentence


def of(case):
    return asked_of(case.settings)


def back(case, record):
    """What a record holds once it has been through a file."""
    return kept.proposal_of(case, json.loads(json.dumps(record, ensure_ascii=False, allow_nan=False)), name="方案")


def haul_by_hand(case, proposal):
    """Haul and unmet demand counted from the deliveries and the places, one by one."""
    places = {str(key): at for key, at in [*case.candidates.geometry.items(), *case.existing.geometry.items()]}
    haul, served = 0.0, dict.fromkeys(case.demand.index, 0.0)
    for row in proposal.flows.itertuples():
        away = places[row.site].distance(case.demand.geometry[row.demand]) / 1000
        haul += row.amount * away * case.settings.detour
        served[row.demand] += row.amount
    return haul, sum(max(case.demand["weight"][key] - amount, 0) for key, amount in served.items())


def assert_same(case, one, other):
    assert one.plan == other.plan
    assert other.objective == pytest.approx(one.objective, rel=1e-9)
    assert (one.bound, one.gap) == (other.bound, other.gap)
    for name in ("status", "seconds", "seed", "versions", "facts", "input_hash"):
        assert getattr(one, name) == getattr(other, name), name
    assert gap_sentence(one) == gap_sentence(other)
    assert fact_sentences(one.facts, case) == fact_sentences(other.facts, case)
    assert other.stats.haul == pytest.approx(one.stats.haul, rel=1e-9)
    assert other.stats.unmet == pytest.approx(one.stats.unmet, abs=1e-9)


@pytest.mark.parametrize("seed", range(4))
def test_a_solved_proposal_comes_back_as_it_was_put_away(make, seed):
    case = random_case(make, seed)
    solved = solve_case(case, EFFORT)
    found = back(case, kept.kept_record(solved, case, of(case)))
    assert_same(case, solved, found)
    haul, unmet = haul_by_hand(case, found)
    assert found.objective == pytest.approx(haul + unmet * case.settings.unmet_penalty_km, rel=1e-6)


def test_a_proposal_for_coverage_comes_back(make):
    case = random_case(make, 1, objective="coverage", radius_km=20.0)
    solved = solve_case(case, EFFORT)
    found = back(case, kept.kept_record(solved, case, of(case)))
    assert_same(case, solved, found)
    near = found.flows["haul_km"] <= 20.0
    assert found.objective == pytest.approx(case.demand["weight"].sum() - found.flows.loc[near, "amount"].sum())


def test_a_plan_of_the_planners_own_comes_back_with_the_bound_that_is_proven_for_it(make):
    case = random_case(make, 2)
    solved = solve_case(case, EFFORT)
    other = dict.fromkeys(list(map(str, case.candidates.index[:5])), 1)
    own = with_bound(evaluate_plan(case, other), solved.bound)
    assert_same(case, own, back(case, kept.kept_record(own, case, of(case))))
    unproven = evaluate_plan(case, other)
    assert_same(case, unproven, back(case, kept.kept_record(unproven, case, of(case))))


def test_what_is_short_comes_back_by_ids_and_in_the_same_words(make):
    own = points(NORTH_EAST, SOUTH_WEST, capacity=[5.0, 5.0])
    wanted = points(NORTH_EAST_2, FAR_WEST, weight=[20.0, 10.0])
    case = make(own, wanted, max_haul_km=30.0, lines=2)
    solved = solve_case(case, EFFORT)
    record = kept.kept_record(solved, case, of(case))
    codes = {fact["code"]: fact["names"] for fact in record["proposal"]["facts"]}
    assert codes["demand_exceeds_capacity"] == {}
    assert codes["demand_unreachable"] == {"demand_point": "b"}
    assert_same(case, solved, back(case, record))


def test_where_no_plan_keeps_the_wishes_that_comes_back(make):
    own = points(NORTH_EAST, NORTH_EAST_2, capacity=[5.0, 5.0])
    case = make(own, points(INSIDE_RING, weight=[5.0]), lines=2, spacing_km=50.0)
    solved = solve_case(case, EFFORT)
    assert solved.status == "infeasible"
    found = back(case, kept.kept_record(solved, case, of(case)))
    assert (found.status, found.objective, found.bound, found.gap) == ("infeasible", math.inf, math.inf, 0.0)
    assert gap_sentence(found) == gap_sentence(solved)
    assert fact_sentences(found.facts, case) == fact_sentences(solved.facts, case)


def test_a_stability_check_comes_back(make, book):
    case = random_case(make, 3)
    proposal = solve_case(case, EFFORT)
    by = Disturbance.from_rules(book)
    checked = stability(case, proposal, runs=3, near_km=10.0, disturbance=by, effort=EFFORT)
    none = stability(case, proposal, runs=0, near_km=10.0, disturbance=by, effort=EFFORT)
    for one in (checked, none):
        written = json.loads(json.dumps(kept.stability_record(one, of(case)), allow_nan=False))
        other = kept.read_kept(written, name="检验").stability
        known = one.shares.dropna()
        assert {site: pair for site, pair in other.shares.items() if pair is not None} == {
            str(site): (same, near) for site, same, near in known.itertuples(name=None)
        }
        assert set(other.shares) == set(map(str, one.shares.index))
        assert other.chosen == one.chosen.to_dict()
        for name in ("runs", "wanted", "near_km", "seed"):
            assert getattr(one, name) == getattr(other, name), name


# --- what is refused -------------------------------------------------------------------------------------------------


@pytest.fixture
def solved(make):
    case = random_case(make, 0, spacing_km=1.0)
    proposal = solve_case(case, EFFORT)
    return case, proposal, kept.kept_record(proposal, case, of(case))


REFUSED = {
    "a later form": (("format",), 2, "format"),
    "an unknown key": (("colour",), "red", "colour 不是可用的字段"),
    "text for a number": (("proposal", "objective"), "12", "应为 数"),
    "a number that is none": (("proposal", "objective"), math.nan, "应为 数"),
    "a status that does not exist": (("proposal", "status"), "splendid", "应为 optimal、gap_reached"),
    "no lines on a site": (("proposal", "lines", "p1"), 0, "应不小于 1"),
    "half a line": (("proposal", "lines", "p1"), 0.5, "应为 数"),
    "a site that is not there": (("proposal", "lines", "q1"), 1, "没有编号为“q1”的候选点"),
    "a lower cost": (("proposal", "objective"), 1.0, "的代价是 1.000，按此情形重算是"),
    "a bound above the cost": (("proposal", "bound"), 1e9, "证明的下界高于方案的代价"),
    "an optimum that is none": (("proposal", "bound"), 0.0, "称为最优，证明的差距却是 100.00%"),
    "a fact that does not exist": (
        ("proposal", "facts"),
        [{"code": "{0}", "blocking": False, "numbers": {}, "names": {}}],
        "事实“{0}”不可用",
    ),
    "a fact without its numbers": (
        ("proposal", "facts"),
        [{"code": "demand_unreachable", "blocking": False, "numbers": {}, "names": {}}],
        "事实“demand_unreachable”不可用",
    ),
    "a fact of a point that is not there": (
        ("proposal", "facts"),
        [{"code": "demand_unreachable", "blocking": False, "numbers": {"demand": 1.0}, "names": {"demand_point": "z"}}],
        "不在此情形里：z",
    ),
    "a spacing below nought": (
        ("inputs", "settings", "spacing_km"),
        -1.0,
        "方案 的输入不可用：“最小间距（km）”的值 -1",
    ),
    "no result": (("proposal",), None, "应有 proposal、stability 之一"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_record_that_is_no_proposal_of_its_case_is_refused(solved, name):
    case, _proposal, record = solved
    path, to, sentence = REFUSED[name]
    other = inner = copy.deepcopy(record)
    for key in path[:-1]:
        inner = inner[key]
    inner[path[-1]] = to
    with pytest.raises(SitingError, match=sentence.replace("{", r"\{")):
        kept.proposal_of(case, other, name="方案")


def test_a_proposal_for_other_wishes_is_refused_with_what_it_does_not_keep(make, solved):
    case, _proposal, record = solved
    fewer = replace(case, settings=replace(case.settings, lines=4))
    with pytest.raises(SitingError, match="共 5 条线，要求 4 条"):
        kept.proposal_of(fewer, record, name="方案")
    with pytest.raises(SitingError, match="小于最小间距 60 km"):
        kept.proposal_of(replace(case, settings=replace(case.settings, spacing_km=60.0)), record, name="方案")
    with pytest.raises(SitingError, match="按此情形重算是"):
        kept.proposal_of(random_case(make, 0, spacing_km=1.0, detour=1.3), record, name="方案")


# --- any change at all -----------------------------------------------------------------------------------------------


@cache
def a_case_with_a_proposal():
    """A case in which demand is short, and the record of its proposal."""
    own = points(NORTH_EAST, SOUTH_WEST, FAR_WEST, capacity=[5.0, 8.0, 6.0])
    wanted = points(NORTH_EAST_2, FAR_WEST, INSIDE_RING, weight=[20.0, 4.0, 10.0])
    layers, book = load_layers(), load_rules()
    wishes = {"apply_rules": False, "grid_km": None, "spacing_km": 0.0, "lines": 2, "max_haul_km": 40.0}
    inputs = SitingInputs(wanted, no_points(), own)
    case = build_case(inputs, default_settings(book, **wishes), layers, book, on=IN_FORCE)
    return case, kept.kept_record(solve_case(case, EFFORT), case, of(case))


@given(data=st.data())
def test_whatever_is_changed_a_record_is_refused_in_words_or_is_still_a_proposal(data):
    """Oracle: haul and unmet demand counted by hand from the deliveries."""
    case, record = a_case_with_a_proposal()
    other = data.draw(with_one_leaf_changed(record))
    try:
        found = kept.proposal_of(case, other, name="方案")
    except SitingError as refusal:
        assert str(refusal)
        return
    haul, unmet = haul_by_hand(case, found)
    if math.isfinite(found.objective):
        assert found.objective == pytest.approx(haul + unmet * case.settings.unmet_penalty_km, rel=1e-5)
        assert found.bound <= found.objective * (1 + 1e-6)
    assert gap_sentence(found) and fact_sentences(found.facts, case)
