"""Plans that are kept as records: what comes back is the plan that was put away, or a sentence."""

import copy
import json
import math
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from changed_records import with_one_leaf_changed
from consolidation.cases import EAST, FAR, WEST, Make, assert_plan_holds, at, points, register
from hypothesis import given
from hypothesis import strategies as st

from mixplan.base.errors import DataError
from mixplan.city.layers import Layers
from mixplan.consolidation import joint, kept, tradeoff
from mixplan.consolidation import plan as consolidation_plan
from mixplan.consolidation.case import Case
from mixplan.consolidation.inputs import Inputs, inputs_of
from mixplan.consolidation.plan import Plan
from mixplan.plan.rules import RuleBook
from mixplan.registers.points import load_demand

NEAR = (116.62, 40.02)


def stations() -> gpd.GeoDataFrame:
    """Five stations, two of one company and one of unknown capacity."""
    company = {"company": "企业甲"}
    return register(at(EAST, 80, **company), at(NEAR, 50, **company), at(WEST, 70), at((116.5, 39.9), 40), at(FAR, ""))


def small_case(make: Make, **changes: Any) -> Case:
    demand = points((*EAST, 40), (*WEST, 35), (*NEAR, 15))
    return make(stations(), demand, **{"cap_wan_m3": 180, "radius_km": 60, **changes})


def of(case: Case) -> Inputs:
    return inputs_of(case.settings, margin_m=0)


def through_a_file(record: dict[str, Any]) -> Any:
    """A record as it comes back from a file."""
    return json.loads(json.dumps(record, ensure_ascii=False, allow_nan=False))


def assert_same(one: Plan, other: Plan) -> None:
    """Two plans say the same, to the last digit."""
    pd.testing.assert_frame_equal(one.actions, other.actions)
    pd.testing.assert_frame_equal(one.totals, other.totals, rtol=1e-12)
    key = ["year", "plant_id", "demand"]
    pd.testing.assert_frame_equal(
        one.flows.sort_values(key, ignore_index=True), other.flows.sort_values(key, ignore_index=True)
    )
    for name in ("status", "objective", "bound", "gap", "seconds", "nodes", "parts"):
        assert getattr(one.solution, name) == getattr(other.solution, name), name


@pytest.fixture(scope="module")
def solved(make: Make) -> Plan:
    return tradeoff.solve_and_explain(small_case(make, locks=(("s3", "close"),)))


@pytest.fixture(scope="module")
def record(solved: Plan) -> dict[str, Any]:
    return kept.plan_record(solved, of(solved.case))


# --- round trips -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("phased", [False, True], ids=["target year", "year by year"])
@pytest.mark.parametrize("cap", [150, 190, 240])
def test_a_plan_comes_back_as_it_was_put_away(make: Make, phased: bool, cap: float) -> None:
    plan = consolidation_plan.solve(small_case(make, phased=phased, cap_wan_m3=cap))
    back = kept.plan_of(plan.case, through_a_file(kept.plan_record(plan, of(plan.case))), name="方案")
    assert_same(plan, back)
    assert_plan_holds(back)


def test_who_takes_over_and_what_deciding_otherwise_costs_come_back(solved: Plan, record: dict[str, Any]) -> None:
    assert solved.heirs is not None and len(solved.heirs)
    assert solved.otherwise is not None and solved.otherwise.isna().any()  # of the station of unknown capacity
    back = kept.plan_of(solved.case, through_a_file(record), name="方案")
    assert back.heirs is not None and back.otherwise is not None
    pd.testing.assert_frame_equal(solved.heirs, back.heirs)
    pd.testing.assert_series_equal(solved.otherwise, back.otherwise)


def test_where_the_other_decision_leaves_no_plan_its_cost_stays_infinite(solved: Plan) -> None:
    assert solved.otherwise is not None
    first = solved.case.ids[0]
    costs = solved.otherwise.where(solved.otherwise.index != first, math.inf)
    written = kept.plan_record(replace(solved, otherwise=costs), of(solved.case))
    back = kept.plan_of(solved.case, through_a_file(written), name="方案")
    assert back.otherwise is not None and back.otherwise[first] == math.inf


def test_a_bound_that_was_not_proven_is_not_proven_afterwards(solved: Plan, record: dict[str, Any]) -> None:
    found = replace(solved.solution, status="interrupted", bound=-math.inf, gap=math.inf)
    written = kept.plan_record(replace(solved, solution=found), of(solved.case))
    back = kept.plan_of(solved.case, through_a_file(written), name="方案")
    assert (back.status, back.solution.bound, back.solution.gap) == ("interrupted", -math.inf, math.inf)


def test_the_inputs_come_back_with_the_record(solved: Plan, record: dict[str, Any]) -> None:
    back = kept.read_kept(through_a_file(record), name="方案")
    assert back.inputs == of(solved.case)
    assert back.inputs.hash == of(solved.case).hash
    assert set(back.versions) == {"mixplan", "highspy", "numpy", "scipy"}


def test_the_points_of_a_trade_off_come_back(make: Make) -> None:
    case = small_case(make)
    found = tradeoff.pareto(case, steps=3)
    back = kept.points_of(case, through_a_file(kept.points_record(found, of(case))), name="取舍")
    assert len(back) == len(found) > 0
    for one, other in zip(found, back, strict=True):
        assert_same(one.plan, other.plan)
        assert {**vars(one), "plan": None} == {**vars(other), "plan": None}
        assert other.plan.case.settings.max_flagged == one.most_flagged


def test_the_cost_of_deciding_otherwise_comes_back(solved: Plan) -> None:
    for found in (
        tradeoff.Otherwise("s0", "close", 12.5, 14.0),
        tradeoff.Otherwise("s0", "close", math.inf, math.inf, "没有可行方案。"),
    ):
        written = through_a_file(kept.otherwise_record(found, of(solved.case)))
        assert kept.otherwise_of(solved.case, written, name="另作") == found


@pytest.fixture(scope="module")
def joint_made(make: Make, layers: Layers, book: RuleBook) -> tuple[joint.JointCase, joint.JointPlan, Inputs]:
    plants = register(at(EAST, 80), at(NEAR, 80), {**at(FAR, 20), "kind": "mortar", "id": "m0"})
    case = make(plants, points((*EAST, 50)), cap_wan_m3=120, radius_km=60, gap=0.01)
    settings = joint.default_joint(book, lines=2, demand_wan_t=110.0, grid_km=25.0)
    whole = joint.build_joint(case, plants, layers, book, load_demand(), settings)
    made = joint.solve(case, plants, layers, book, load_demand(), settings)
    return whole, made, inputs_of(case.settings, margin_m=0, joint=settings)


def test_a_joint_plan_comes_back_with_its_lines(
    joint_made: tuple[joint.JointCase, joint.JointPlan, Inputs],
) -> None:
    case, made, inputs = joint_made
    back = kept.joint_plan_of(case, through_a_file(kept.joint_record(made, case, inputs)), name="联合")
    assert_same(made.plan, back.plan)
    pd.testing.assert_frame_equal(pd.DataFrame(made.lines), pd.DataFrame(back.lines))
    assert made.degrees == back.degrees
    assert back.totals == pytest.approx(dict(made.totals))
    wanted = made.flows.groupby(["kind", "source", "demand"])["amount"].sum()
    pd.testing.assert_series_equal(wanted, back.flows.groupby(["kind", "source", "demand"])["amount"].sum())
    assert kept.read_kept(kept.joint_record(made, case, inputs), name="联合").inputs.joint == inputs.joint


# --- what is refused -------------------------------------------------------------------------------------------------


def changed(record: dict[str, Any], *path: str, to: Any) -> Any:
    """A record with another value somewhere; a function makes it of the old one."""
    other = copy.deepcopy(through_a_file(record))
    inner = other
    for key in path[:-1]:
        inner = inner[key]
    inner[path[-1]] = to(inner.get(path[-1])) if callable(to) else to
    return other


def more(value: Any) -> Any:
    return value + 1.0


YEAR = ("plan", "years", "2015")
REFUSED: dict[str, tuple[tuple[str, ...], Any, str]] = {
    "a later form": (("format",), 2, "format"),
    "an unknown key": (("colour",), "red", "colour 不是可用的字段"),
    "text for a number": (("plan", "objective"), "12", "应为 数"),
    "a number that is none": (("plan", "objective"), math.nan, "应为 数"),
    "an infinite bound": (("plan", "bound"), -math.inf, "应为 数"),
    "a status that does not exist": (("plan", "status"), "splendid", "应为 optimal、gap_reached"),
    "a station that is not there": (("plan", "stations"), lambda had: {**had, "s9": 10.0}, "站点不同：s9"),
    "a station left out": (("plan", "stations"), lambda had: {k: had[k] for k in had if k != "s1"}, "站点不同：s1"),
    "another capacity": (("plan", "stations", "s1"), more, "产能与此情形不同：s1"),
    "another year": (("plan", "years"), lambda had: {"2014": had["2015"]}, "年份是 2014，此情形是 2015"),
    "an unknown station stops": ((*YEAR, "stopped"), lambda had: [*had, "s8"], "不在此情形里：s8"),
    "a point that is not there": ((*YEAR, "flows", "s0"), lambda had: {**had, "d9": 1.0}, "不在此情形里：d9"),
    "nothing delivered": ((*YEAR, "flows", "s0", "d0"), 0.0, "供应量应大于 0"),
    "too much delivered": ((*YEAR, "flows", "s0", "d0"), more, "需求点 d0 需要"),
    "a closed station that stands": ((*YEAR, "stopped"), lambda had: [p for p in had if p != "s3"], "s3 决定退出"),
    "a station upgraded beyond its limit": (
        (*YEAR, "upgraded"),
        lambda had: {**had, "s0": 1e4},
        "站点 s0 的改造不成立",
    ),
    "a merger that is not possible": (("plan", "merged"), {"s2": "s0"}, "站点 s2 不能整合到 s0"),
    "a lower cost": (("plan", "objective"), lambda had: 0.9 * had, "代价与按此情形重算的不符"),
    "a part of the cost": (("plan", "parts", "haul"), more, "代价与按此情形重算的不符"),
    "a bound above the cost": (("plan", "bound"), lambda had: had * 1.01, "下界高于方案的代价"),
    "an optimum that is none": (("plan", "bound"), lambda had: had * 0.9, "称为最优"),
    "an heir that is not there": (("plan", "heirs"), [["s3", "s7", 1.0, 1]], "不在此情形里：s7"),
    "a cost of a station that is not there": (("plan", "otherwise"), {"s7": 1.0}, "不在此情形里：s7"),
    "no result": (("plan",), None, "应有 plan、points、answer 之一"),
    "two results": (("points",), [], "应有 plan、points、answer 之一"),
    "a share above all": (("inputs", "settings", "outside_pct"), 101.0, "输入不可用：“outside_pct”的值 101 不可用"),
    "years the wrong way round": (("inputs", "settings", "years"), [2015, 2011], "“years”的值 2015、2011 不可用"),
    "no year": (("inputs", "settings", "years"), [], "“years”的值 — 不可用"),
    "a decision that does not exist": (("inputs", "settings", "locks"), [["s0", "sell"]], "“locks”的值 sell 不可用"),
    "a radius that is none": (("inputs", "settings", "radius_km"), "30", "应为 数"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_record_that_is_no_plan_of_its_case_is_refused(solved: Plan, record: dict[str, Any], name: str) -> None:
    path, to, sentence = REFUSED[name]
    with pytest.raises(DataError, match=sentence):
        kept.plan_of(solved.case, changed(record, *path, to=to), name="方案")


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"cap_wan_m3": 100.0}, "2015 年产能 .* 万m³，上限是 100.000 万m³"),
        ({"radius_km": 5.0, "outside_pct": 0.0}, "由半径以外供应"),
        ({"locks": (("s0", "close"), ("s3", "close"))}, "s0 决定退出，方案却保留它"),
        ({"locks": (("s3", "retain"),)}, "s3 决定保留，方案却让它退出"),
        ({"demand_wan_m3": 80.0}, "需求点 d0 需要"),
        ({"utilisation_pct": 20.0}, "最多只能供应"),
        ({"haul_cost": 9.0}, "代价与按此情形重算的不符"),
        ({"max_flagged": 0}, "最多 0 站，方案保留 1 站"),
        ({"phased": True}, "年份是 2015，此情形是 2011、2012、2013、2014、2015"),
    ],
    ids=str,
)
def test_a_plan_for_other_settings_is_refused_with_what_does_not_fit(
    make: Make, record: dict[str, Any], change: dict[str, Any], sentence: str
) -> None:
    other = small_case(make, **{"locks": (("s3", "close"),), **change})
    with pytest.raises(DataError, match=sentence):
        kept.plan_of(other, record, name="方案")


@pytest.mark.parametrize("raw", [None, [], 3, "{}", {}, {"format": 1}, {"format": "1"}, [1, 2]], ids=repr)
def test_what_is_no_record_at_all_is_refused(solved: Plan, raw: object) -> None:
    with pytest.raises(DataError):
        kept.plan_of(solved.case, raw, name="方案")


def test_a_plan_is_no_joint_plan_and_the_other_way_round(
    solved: Plan, record: dict[str, Any], joint_made: tuple[joint.JointCase, joint.JointPlan, Inputs]
) -> None:
    case, made, inputs = joint_made
    written = kept.joint_record(made, case, inputs)
    written["plan"]["mortar"] = None
    with pytest.raises(DataError, match="只有一方与砂浆线联合求解"):
        kept.joint_plan_of(case, written, name="联合")
    for read in (kept.points_of, kept.otherwise_of):
        with pytest.raises(DataError, match=r"方案 中没有 (points|answer)"):
            read(solved.case, record, name="方案")


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (lambda mortar: mortar["lines"].popitem(), "新线的条数、方位或间距与要求不符"),
        (lambda mortar: mortar["lines"].update({"g9999": 1}), "不在此情形里：g9999"),
        (lambda mortar: mortar["unmet"].update({"mortar-001": 5.0}), "砂浆的供应加缺口与需求不等"),
        (lambda mortar: mortar["flows"]["existing"].update({"m0": {"mortar-001": 50.0}}), "砂浆"),
        (lambda mortar: mortar["flows"]["line"].update({"m0": {"mortar-001": 5.0}}), "不在此情形里：m0"),
    ],
    ids=["a line less", "a line elsewhere", "more left unmet", "a works beyond its capacity", "a works as a line"],
)
def test_a_mortar_side_that_does_not_hold_is_refused(
    joint_made: tuple[joint.JointCase, joint.JointPlan, Inputs], change: Callable[[Any], Any], sentence: str
) -> None:
    case, made, inputs = joint_made
    written = through_a_file(kept.joint_record(made, case, inputs))
    change(written["plan"]["mortar"])
    with pytest.raises(DataError, match=sentence):
        kept.joint_plan_of(case, written, name="联合")


def test_a_mortar_side_made_from_nothing_sensible_is_refused(
    joint_made: tuple[joint.JointCase, joint.JointPlan, Inputs],
) -> None:
    case, made, inputs = joint_made
    written = changed(kept.joint_record(made, case, inputs), "inputs", "joint", "cell_km", to=0.0)
    with pytest.raises(DataError, match="联合 的输入不可用：“cell_km”的值 0 不可用：应大于 0"):
        kept.joint_plan_of(case, written, name="联合")


# --- any change at all -----------------------------------------------------------------------------------------------


@given(data=st.data())
def test_whatever_is_changed_a_record_is_refused_in_words_or_is_still_a_plan(
    solved: Plan, record: dict[str, Any], data: st.DataObject
) -> None:
    """Oracle: the plan's tables, in which every limit is counted again."""
    other = data.draw(with_one_leaf_changed(through_a_file(record)))
    try:
        back = kept.plan_of(solved.case, other, name="方案")
    except DataError as refusal:
        assert str(refusal).startswith("方案")
        return
    assert_plan_holds(back)
    assert np.isfinite(back.totals["dust_index"].iloc[-1])


# --- the shipped register --------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_a_plan_for_the_shipped_register_is_small_and_comes_back(shipped_plan: Plan) -> None:
    text = json.dumps(kept.plan_record(shipped_plan, of(shipped_plan.case)), ensure_ascii=False)
    assert len(text.encode()) < 200_000
    back = kept.plan_of(shipped_plan.case, json.loads(text), name="方案")
    assert_same(shipped_plan, back)
    assert_plan_holds(back)
