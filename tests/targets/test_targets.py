"""Progress, entries, balance, savings and audit: named cases, planted errors, invariants."""

import inspect
from datetime import date

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mixplan.base.errors import DataError
from mixplan.base.i18n import set_language
from mixplan.city.district_names import plan_districts
from mixplan.plan.figures import Book, figures
from mixplan.plan.indicators import load_indicators
from mixplan.plan.words import pretty
from mixplan.projects import entries as projects_entries
from mixplan.targets.audit import conflicts, plausible, recomputed
from mixplan.targets.audit.items import Verdict
from mixplan.targets.audit.run import CHECKS, audit, audit_table, open_items
from mixplan.targets.balance import balance, balance_table, waterfall_concrete, waterfall_mortar, waterfall_table
from mixplan.targets.entries import Entry, check_entry, entry_summary, with_entries
from mixplan.targets.progress import latest_year, progress, progress_of, progress_record, progress_table
from mixplan.targets.savings import bulk_path, savings, savings_table
from mixplan.targets.status import Status, judge, satisfies

PLAN = load_indicators()


@pytest.fixture(autouse=True)
def chinese():
    set_language("zh")
    yield
    set_language("zh")


def entries(*rows):
    """Entries as the store gives them: (indicator, year, district, value, unit)."""
    data = [
        (number, *row, "通报", "", "张三", "2014-01-05T00:00:00+00:00", "", "")
        for number, row in enumerate(rows, start=1)
    ]
    return pd.DataFrame(data, columns=list(projects_entries.COLUMNS))


def item(indicator, as_of, *rows, frame=PLAN):
    found = progress(with_entries(frame, entries(*rows)), as_of=as_of)
    return next(p for p in found if p.indicator == indicator)


def changed(indicator, value, **match):
    """The plan with one figure changed."""
    frame = PLAN.copy()
    hit = frame["indicator"] == indicator
    for column, wanted in match.items():
        hit &= frame[column] == wanted
    assert hit.sum() == 1, (indicator, match, int(hit.sum()))
    frame.loc[hit, "value"] = value
    return frame


# --- status, case by case --------------------------------------------------------------------------------------


# direction, target of 2015, latest actual, its year, the path then, as-of year, status
CASES = {
    "met early": ("at_least", 600, 610, 2013, 426.6, 2013, "met"),
    "met exactly at the target": ("at_least", 85, 85, 2015, 85, 2015, "met"),
    "on the path": ("at_least", 97, 95.6, 2012, 95.56, 2012, "on_track"),
    "behind the path": ("at_least", 600, 300, 2013, 426.6, 2013, "behind"),
    "missed in the target year": ("at_least", 600, 599, 2015, 600, 2015, "behind"),
    "ceiling reached early": ("at_most", 700, 454, 2017, 700, 2017, "met"),
    "ceiling coming down on time": ("at_most", 7000, 8300, 2013, 8392, 2013, "on_track"),
    "ceiling overshot on the way": ("at_most", 7000, 9500, 2013, 8392, 2013, "behind"),
    "ceiling overshot at the end": ("at_most", 7000, 7001, 2015, 7000, 2015, "behind"),
    "ceiling overshot from below": ("at_most", 800, 801, 2013, 800, 2013, "behind"),
    "no data": ("at_least", 600, None, None, 400, 2013, "no_data"),
    "baseline equals target, still there": ("at_least", 50, 50, 2012, 50, 2012, "met"),
    "baseline equals target, lost": ("at_least", 50, 49, 2012, 50, 2012, "behind"),
    "exact, under way": ("exactly", 11, 5, 2012, 4.4, 2012, "on_track"),
    "exact, behind": ("exactly", 11, 4, 2012, 4.4, 2012, "behind"),
    "exact, reached": ("exactly", 11, 11, 2014, 8.8, 2014, "met"),
    "exact, one too many": ("exactly", 11, 12, 2014, 8.8, 2014, "behind"),
    "outcome never reported": ("at_least", 600, 450, 2013, 426.6, 2016, "no_data"),
    "no path": ("at_least", 30, 12, 2013, None, 2013, "no_data"),
    "no path, but fulfilled": ("at_least", 30, 31, 2013, None, 2013, "met"),
}


@pytest.mark.parametrize("name", CASES)
def test_status(name):
    direction, target, actual, actual_year, path, as_of, wanted = CASES[name]
    found = judge(
        direction=direction,
        target=target,
        target_year=2015,
        actual=actual,
        actual_year=actual_year,
        path=path,
        as_of=as_of,
        tolerance=0.5,
    )
    assert found == wanted


values = st.floats(0, 1e5, allow_nan=False)


@settings(max_examples=40)
@given(values, values, values, st.sampled_from(["at_least", "at_most"]), st.integers(2011, 2014))
def test_a_better_actual_never_has_a_worse_status(target, path, actual, direction, year):
    rank = {Status.BEHIND: 0, Status.ON_TRACK: 1, Status.MET: 2}
    better = actual + 1 if direction == "at_least" else actual - 1
    common = {
        "direction": direction,
        "target": target,
        "target_year": 2015,
        "actual_year": year,
        "path": path,
        "as_of": year,
    }
    assert rank[judge(actual=better, **common)] >= rank[judge(actual=actual, **common)]


@settings(max_examples=40)
@given(values, values, st.sampled_from(["at_least", "at_most", "exactly"]))
def test_status_is_met_exactly_where_the_target_is_fulfilled(target, actual, direction):
    found = judge(
        direction=direction, target=target, target_year=2015, actual=actual, actual_year=2015, path=target, as_of=2015
    )
    assert (found is Status.MET) == satisfies(direction, actual, target)


# --- progress on the shipped data ------------------------------------------------------------------------------


def test_without_entries_only_what_was_reported_counts():
    found = progress(PLAN)
    assert latest_year(PLAN) == 2017
    assert {p.indicator for p in found if p.status is Status.MET} == {"cement_capacity"}
    assert sum(p.status is Status.NO_DATA for p in found) == 13
    assert all(p.status is Status.NO_DATA for p in progress(PLAN, as_of=2015))


def test_path_gap_and_pace_of_concrete_capacity():
    p = item("concrete_capacity", 2012, ("concrete_capacity", 2012, "", 9500, "万m³/年"))
    assert p.path == ((2010, 10480.0), (2015, 7000.0))
    assert p.path_value == pytest.approx(10480 - 2 * 696)
    assert p.gap == pytest.approx(-2500)
    assert p.pace_planned == pytest.approx(-696)
    assert p.pace_needed == pytest.approx(-2500 / 3)
    assert p.status is Status.BEHIND
    assert "9,500" in p.reason and "9,088" in p.reason


def test_a_milestone_is_a_corner_of_the_path():
    p = item("precast_housing_capacity", 2014, ("precast_housing_capacity", 2014, "", 126, "万m³/年"))
    assert p.path == ((2013, 100.0), (2015, 150.0))
    assert p.path_value == pytest.approx(125)
    assert p.status is Status.ON_TRACK
    assert (
        item("precast_housing_capacity", 2013, ("precast_housing_capacity", 2013, "", 99, "万m³/年")).status == "behind"
    )


def test_a_baseline_of_another_definition_is_named_as_such():
    p = item("mortar_bulk_rate", 2013)
    assert p.baseline_basis == "other_series"
    assert p.baseline.value == 2
    assert "口径不同" in progress_table([p]).iloc[0].to_string()


def test_a_ceiling_already_kept_has_a_flat_path():
    p = item("mortar_capacity", 2013, ("mortar_capacity", 2013, "", 300, "万t/年"))
    assert p.status is Status.MET
    assert p.path == ((2010, 800.0), (2015, 800.0))
    assert p.gap == 0 and p.pace_needed == 0


def test_without_baseline_the_first_actual_starts_the_path():
    one = item("housing_industrialised_share", 2011, ("housing_industrialised_share", 2011, "", 6, "%"))
    assert one.status is Status.NO_DATA and one.baseline is None
    two = item(
        "housing_industrialised_share",
        2013,
        ("housing_industrialised_share", 2011, "", 6, "%"),
        ("housing_industrialised_share", 2013, "", 20, "%"),
    )
    assert two.baseline_basis == "first_report"
    assert two.path_value == pytest.approx(18)
    assert two.status is Status.ON_TRACK


def test_press_targets_and_other_series_never_become_actuals():
    p = item("housing_industrialised_share", 2015)
    assert p.actuals == () and p.status is Status.NO_DATA
    p = item("precast_use", 2022)
    assert p.actual is None  # 169.8 of 2021 counts assembled buildings only


def test_actuals_after_the_as_of_year_are_left_out():
    row = ("mortar_use", 2014, "", 700, "万t")
    assert item("mortar_use", 2013, row).status is Status.NO_DATA
    assert item("mortar_use", 2014, row).status is Status.MET


@pytest.mark.parametrize(
    ("values", "decides", "status"),
    [
        ({2015: 610, 2016: 590}, 2015, "met"),  # reached on time, lost later
        ({2015: 580, 2016: 610}, 2015, "behind"),  # missed, reached a year late
        ({2014: 590, 2016: 610, 2017: 580}, 2016, "met"),  # no actual of 2015: the nearest after it
        ({2014: 610}, 2014, "met"),
        ({2013: 610, 2014: 590}, 2014, "on_track"),  # the latest counts on the way
    ],
)
def test_the_actual_of_the_target_year_decides(values, decides, status):
    rows = [("mortar_use", year, "", value, "万t") for year, value in values.items()]
    p = item("mortar_use", 2015 if max(values) < 2015 else 2017, *rows)
    assert (p.actual.year, p.status) == (decides, status)
    ceiling = item(
        "cement_capacity",
        2016,
        ("cement_capacity", 2015, "", 700, "万t/年"),
        ("cement_capacity", 2016, "", 701, "万t/年"),
    )
    assert (ceiling.actual.year, ceiling.status, ceiling.gap) == (2015, "met", 0)


def test_the_reason_says_which_way_an_exact_target_was_missed():
    assert "越过" in item("mortar_new_lines", 2013, ("mortar_new_lines", 2013, "", 12, "条")).reason
    assert "差于" in item("mortar_new_lines", 2013, ("mortar_new_lines", 2013, "", 3, "条")).reason


def test_a_baseline_of_a_later_year_than_the_as_of_year_is_not_known_yet():
    assert item("mortar_capacity", 2005).baseline is None


def test_units_are_never_mixed():
    rows = [f for f in figures(changed("mortar_use", 700, kind="target")) if f.indicator == "mortar_use"]
    odd = figures(PLAN.assign(unit="t"))
    target = next(f for f in rows if f.kind == "target")
    with pytest.raises(DataError, match="混用"):
        progress_of([*rows, odd[0]], target, as_of=2015)
    with pytest.raises(DataError, match="单位"):
        with_entries(PLAN, entries(("mortar_use", 2013, "", 400.0, "t")))


@settings(max_examples=40)
@given(
    start=st.floats(0, 1000),
    end=st.floats(0, 1000),
    year=st.integers(2010, 2015),
)
def test_the_path_stays_between_baseline_and_target(start, end, year):
    frame = changed("mortar_use", end, kind="target")
    frame.loc[(frame.indicator == "mortar_use") & (frame.year == 2010) & (frame.series == "使用量合计"), "value"] = (
        start
    )
    p = next(p for p in progress(frame, as_of=2015) if p.indicator == "mortar_use")
    low, high = sorted((max(start, end) if start >= end else start, end))
    assert low - 1e-9 <= p.path_at(year) <= high + 1e-9
    assert p.path_at(2015) == end


def test_progress_table_and_record_carry_the_same_figures():
    found = progress(PLAN)
    table = progress_table(found)
    assert len(table) == 14
    assert list(table["目标"]) == [p.target.value for p in found]
    record = progress_record(found[0])
    assert record["status"] == "met" and record["actual"]["value"] == 454
    set_language("en")
    assert progress_table(found).columns[0] == "Field"


def test_a_target_as_a_record_holds_raw_numbers_and_codes():
    plan = {"period": "", "series": "使用量合计", "clause": "三（三）", "source": "京建发〔2011〕535号"}
    assert progress_record(item("mortar_use", 2013, ("mortar_use", 2013, "", 450.0, "万t"))) == {
        "indicator": "mortar_use",
        "name": "预拌砂浆使用量",
        "area": "mortar",
        "series": "使用量合计",
        "unit": "万t",
        "direction": "at_least",
        "binding_area": "city",
        "clause": "三（三）",
        "source": "京建发〔2011〕535号",
        "as_of": 2013,
        "status": "on_track",
        "reason": "2013 的 450 万t 不差于直线路径的 426.6 万t。",
        "target": plan | {"year": 2015, "value": 600.0, "kind": "target"},
        "milestones": [],
        "baseline": plan | {"year": 2010, "value": 166.5, "kind": "actual", "clause": "一（一）"},
        "baseline_basis": "same",
        "actual": plan | {"year": 2013, "value": 450.0, "kind": "actual", "clause": "", "source": "填报：通报"},
        "path": [{"year": 2010, "value": 166.5}, {"year": 2015, "value": 600.0}],
        "path_value": pytest.approx(166.5 + 3 / 5 * (600 - 166.5)),
        "gap": 150.0,
        "pace_planned": pytest.approx((600 - 166.5) / 5),
        "pace_needed": 75.0,
    }


def test_a_target_in_the_table_reads_as_on_the_page():
    table = progress_table([item("mortar_use", 2013, ("mortar_use", 2013, "", 450.0, "万t"))])
    assert table.iloc[0].to_dict() == {
        "领域": "预拌砂浆",
        "指标": "预拌砂浆使用量",
        "状态": "按期",
        "方向": "不低于",
        "目标": 600.0,
        "单位": "万t",
        "目标年": 2015,
        "基线": 166.5,
        "基线说明": "166.5 万t (2010)",
        "最近实绩": 450.0,
        "实绩时间": "2013",
        "路径值": 426.6,
        "差距": 150.0,
        "每年需变化": 75.0,
        "规划的每年变化": 86.7,
        "约束范围": "全市",
        "依据": "三（三）",
        "说明": "2013 的 450 万t 不差于直线路径的 426.6 万t。",
    }


# --- entries ---------------------------------------------------------------------------------------------------


def check(**given_):
    row = {
        "indicator": "mortar_use",
        "year": 2013,
        "district": "",
        "value": 400.0,
        "unit": "万t",
        "source": "2013 年报",
        "who": "张三",
    } | given_
    known, today = row.pop("known", entries()), row.pop("today", date(2014, 3, 1))
    return check_entry(PLAN, known, Entry(**row), today=today)


def test_a_plausible_entry_has_no_errors_and_no_doubts():
    assert check().errors == ()
    assert check().doubts == ()


@pytest.mark.parametrize(
    ("given_", "said"),
    [
        ({"unit": "t"}, "单位"),
        ({"value": -1.0}, "0–6,000"),
        ({"value": None}, "数值"),
        ({"value": float("nan")}, "数值"),
        ({"indicator": "cement_bulk_use_rate", "unit": "%", "value": 101.0}, "0–100"),
        ({"value": 6001.0}, "6,000"),
        ({"value": 1e300}, "1e+300"),
        ({"year": 2010}, "2011"),
        ({"year": 2015}, "2014"),
        ({"district": "保定市"}, "区县"),
        ({"source": "  "}, "来源"),
        ({"who": ""}, "填报人"),
        ({"indicator": "cement_use"}, "目标"),
    ],
)
def test_what_an_entry_may_not_be(given_, said):
    found = check(**given_)
    assert any(said in error for error in found.errors), found


def test_an_implausible_jump_asks_for_confirmation():
    found = check(value=4000.0)
    assert not found.errors and any("小数点" in doubt for doubt in found.doubts)
    assert not check(value=590.0).doubts


def test_a_step_back_that_looks_like_a_slipped_point_asks_for_confirmation():
    assert any("倒退" in doubt for doubt in check(value=40.0).doubts)
    assert not check(value=100.0).doubts  # 66.5 less than the baseline; the plan moves 86.7 a year
    higher = {"indicator": "concrete_capacity", "unit": "万m³/年"}
    assert any("倒退" in doubt for doubt in check(**higher, value=11500.0).doubts)
    assert not check(**higher, value=7000.0).doubts
    # A ceiling that is kept has no way back.
    assert not check(indicator="mortar_capacity", unit="万t/年", value=100.0).doubts


def test_a_second_entry_for_the_same_year_asks_and_then_counts():
    known = entries(("mortar_use", 2013, "", 300.0, "万t"))
    assert any("300" in doubt for doubt in check(known=known).doubts)
    both = entries(("mortar_use", 2013, "", 300.0, "万t"), ("mortar_use", 2013, "", 430.0, "万t"))
    assert (
        next(p for p in progress(with_entries(PLAN, both), as_of=2013) if p.indicator == "mortar_use").actual.value
        == 430
    )


def test_a_district_larger_than_the_city_asks_for_confirmation():
    assert check(district="朝阳区", value=650.0).doubts
    assert not check(district="朝阳区", value=60.0).doubts


def test_districts_stand_for_the_city_only_when_all_reported():
    some = entries(*[("mortar_use", 2013, name, 30.0, "万t") for name in list(plan_districts())[:5]])
    assert not entry_summary(PLAN, some)["counts"].any()
    assert entry_summary(PLAN, some)["value"].iloc[0] == 150
    assert item("mortar_use", 2013).actual is None
    everyone = entries(*[("mortar_use", 2013, name, 30.0, "万t") for name in plan_districts()])
    found = next(p for p in progress(with_entries(PLAN, everyone), as_of=2013) if p.indicator == "mortar_use")
    assert found.actual.value == 480 and found.status is Status.ON_TRACK


def test_rates_of_districts_are_never_added_or_averaged():
    rates = entries(*[("cement_bulk_use_rate", 2013, name, 80.0, "%") for name in plan_districts()])
    summary = entry_summary(PLAN, rates)
    assert not summary["counts"].any() and np.isnan(summary["value"].iloc[0])


def test_a_city_wide_entry_goes_before_districts():
    rows = [("mortar_use", 2013, name, 30.0, "万t") for name in plan_districts()]
    found = item("mortar_use", 2013, *rows, ("mortar_use", 2013, "", 500.0, "万t"))
    assert found.actual.value == 500


def test_the_callers_frame_stays_untouched():
    before = PLAN.copy()
    with_entries(PLAN, entries(("mortar_use", 2013, "", 400.0, "万t")))
    audit(PLAN)
    balance(PLAN)
    pd.testing.assert_frame_equal(PLAN, before)


# --- balance and waterfalls ------------------------------------------------------------------------------------


def test_balance_of_concrete():
    data = balance(PLAN).query("product == 'concrete'").set_index(["year", "measure"])["value"]
    assert data[2005, "capacity"] == pytest.approx(10480 / 1.69)
    assert data[2010, "utilisation"] == pytest.approx(47.576, abs=1e-3)
    assert data[2015, "limit"] == 7000
    assert data[2015, "utilisation"] == pytest.approx(5500 / 70)


def test_balance_leaves_out_what_the_plan_does_not_give():
    data = balance(PLAN)
    assert data["value"].notna().all()
    cement = data.query("product == 'cement'")
    assert 2005 not in set(cement["year"]) and "output" not in set(cement["measure"])
    assert set(data.query("product == 'precast'")["year"]) == {2008, 2015}
    for product in ("cement", "concrete", "mortar", "precast"):
        assert len(balance_table(data, product)) >= 4
        amounts = data.query(f"product == '{product}' and measure in ['capacity', 'output', 'use']")
        assert len(set(amounts["unit"])) == 1


@pytest.mark.parametrize("steps", [waterfall_concrete(PLAN), waterfall_mortar(PLAN)])
def test_each_step_of_a_waterfall_starts_where_the_last_one_ended(steps):
    chain = steps[steps["kind"] != "reference"]
    levels = [row.end if row.kind == "total" else (row.start, row.end) for row in chain.itertuples()]
    level = levels[0]
    for entry in levels[1:]:
        if isinstance(entry, tuple):
            assert entry[0] == level
            level = entry[1]
        else:
            assert entry == level
    assert len(waterfall_table(steps)) == len(steps)


def test_waterfalls_carry_the_plans_figures():
    assert list(waterfall_concrete(PLAN)["amount"])[:3] == [10480, -3480, 7000]
    assert list(waterfall_mortar(PLAN)["amount"])[:5] == [185, 440, 625, 175, 800]


# --- savings ---------------------------------------------------------------------------------------------------


def test_savings_factors_come_from_the_past_period():
    found = {s.saved.indicator: s for s in savings(PLAN)}
    assert found["savings_energy"].factor == pytest.approx(418 / 8875 * 1000)
    assert found["savings_bags"].factor == pytest.approx(20.0)
    assert found["savings_bags"].factor_unit == "条/t"
    assert not found["savings_waste"].same_definition
    assert found["savings_energy"].same_definition
    assert len(savings_table(tuple(found.values()))) == 5


def test_the_plans_path_ends_at_the_plans_bulk_demand():
    assert bulk_path(PLAN)["bulk_wan_t"].iloc[-1] == pytest.approx(1955)
    assert list(bulk_path(PLAN)["year"]) == [2011, 2012, 2013, 2014, 2015]


@settings(max_examples=40)
@given(st.floats(0, 99), st.floats(0.5, 1))
def test_more_bulk_cement_saves_more(rate, more):
    low, high = savings(PLAN, rate_pct=rate), savings(PLAN, rate_pct=rate + more)
    assert all(b.what_if > a.what_if for a, b in zip(low, high, strict=True))
    assert all(a.plan_path == b.plan_path for a, b in zip(low, high, strict=True))


# --- audit -----------------------------------------------------------------------------------------------------


def verdicts(frame=PLAN):
    return {i.id: i.verdict for i in audit(frame)}


def test_every_recomputation_of_the_issue_agrees_on_the_shipped_data():
    found = {i.id: i for i in audit(PLAN)}
    stated = {
        "concrete_utilisation_2010": 47.6,
        "mortar_use_rate_2010": 28.5,
        "mortar_wet_share_2010": 40.7,
        "mortar_utilisation_2010": 15.6,
        "precast_utilisation_2008": 40.6,
        "cement_bulk_use_rate_2010": 78.1,
        "cement_bulk_use_rate_2015": 85,
    }
    for key, value in stated.items():
        assert found[key].stated == value
        assert found[key].verdict is Verdict.AGREES
        assert abs(found[key].difference) <= found[key].tolerance


def test_every_conflict_of_the_issue_is_listed_with_both_clauses():
    found = {i.id: i for i in audit(PLAN) if i.verdict is Verdict.CONFLICT}
    assert found["cement_bulk_supply_94_6_94_7"].clauses == ("一（一）", "一（二）1")
    assert found["mortar_demand_scope_2010"].clauses == ("一（一）", "一（三）2")
    assert {"二（一）", "四（二）"} <= set(found["mortar_demand_2015_capacity"].clauses)
    assert {"三（三）", "四（二）"} <= set(found["mortar_use_2015_capacity"].clauses)
    assert "housing_share_2015_10" in found
    assert len({i.id for i in audit(PLAN)}) == len(audit(PLAN))


PLANTED = [
    ("concrete_output", 4896, {"year": 2010, "period": ""}, "concrete_utilisation_2010"),
    ("concrete_capacity", 14080, {"year": 2010}, "concrete_utilisation_2010"),
    ("concrete_utilisation", 46.7, {"year": 2010}, "concrete_utilisation_2010"),
    ("mortar_use", 156.5, {"year": 2010, "series": "使用量合计"}, "mortar_use_rate_2010"),
    ("mortar_use", 68.7, {"series": "预拌湿砂浆"}, "mortar_wet_share_2010"),
    ("mortar_use", 97.8, {"series": "干混砂浆"}, "mortar_dry_use_2010"),
    ("mortar_demand", 558, {"binding_area": "construction_works"}, "mortar_use_rate_2010"),
    ("mortar_output", 82.8, {}, "mortar_utilisation_2010"),
    ("mortar_capacity", 158, {"year": 2010}, "mortar_utilisation_2010"),
    ("precast_capacity", 354, {"year": 2008}, "precast_utilisation_2008"),
    ("precast_output", 104, {}, "precast_utilisation_2008"),
    ("cement_bulk_use", 1940.8, {"period": ""}, "cement_bulk_use_rate_2010"),
    ("cement_use", 2349.1, {}, "cement_bulk_use_rate_2010"),
    ("cement_bulk_demand", 1595, {}, "cement_bulk_use_rate_2015"),
    ("cement_demand", 3200, {}, "cement_bulk_use_rate_2015"),
    ("cement_bulk_use_rate", 58, {"kind": "target"}, "cement_bulk_use_rate_2015"),
    ("cement_bagged_use", 387, {"series": "合计"}, "cement_bagged_2010"),
    ("cement_producers", 8, {"year": 2010}, "cement_producers_closed"),
    ("precast_use", 153, {"year": 2015}, "precast_use_2015"),
    ("savings_bags", 71.75, {"period": "2006-2010"}, "savings_bag_mass"),
    ("savings_dust", 53.6, {"period": "2006-2010"}, "savings_dust_2011_2015"),
    ("cement_bulk_use", 7885, {"period": "2006-2010"}, "savings_bag_mass"),
    ("concrete_output", 42094, {"period": "2006-2010"}, "concrete_output_total"),
    ("concrete_capacity", 17000, {"kind": "target"}, "concrete_limit_2015"),
    ("concrete_capacity", 700, {"kind": "target"}, "concrete_limit_2015"),
    ("cement_capacity", 7000, {"kind": "target"}, "cement_capacity_target_side"),
    ("cement_bulk_supply_rate", 79, {"kind": "target"}, "cement_bulk_supply_rate_target_side"),
    ("mortar_use", 6000, {"kind": "target"}, "mortar_use_target_demand"),
    ("mortar_capacity", 600, {"kind": "target"}, "mortar_capacity_limit_2015"),
    ("precast_housing_capacity", 1000, {"kind": "milestone"}, "precast_housing_milestone"),
    ("savings_energy", 481, {"period": "2006-2010"}, "savings_co2_per_energy"),
    ("savings_energy", 340, {"period": "2011-2015"}, "savings_co2_per_energy"),
    ("savings_co2", 2409, {"period": "2006-2010"}, "savings_co2_per_energy"),
    ("savings_co2", 1200, {"period": "2011-2015"}, "savings_co2_per_energy"),
    ("mortar_new_lines", 110, {"kind": "target"}, "mortar_line_size"),
    ("mortar_producers", 2, {}, "mortar_line_size"),
    ("concrete_companies", 196, {"year": 2010}, "concrete_sites_2010"),
    ("precast_companies", 16, {"series": "有资质的企业"}, "precast_companies_2008"),
    ("precast_companies", 65, {"series": "仍在生产的企业"}, "precast_sites_2008"),
    ("cement_bulk_supply_rate", 49.6, {"year": 2010, "kind": "actual", "period": ""}, "cement_bulk_supply_11th_plan"),
    ("housing_affordable_share", 10, {}, "housing_affordable_target"),
    ("precast_utilisation", 60.4, {"series": "规划口径"}, "precast_utilisation_parts"),
]


@pytest.mark.parametrize(("indicator", "value", "match", "check_id"), PLANTED)
def test_the_audit_finds_a_planted_error(indicator, value, match, check_id):
    assert verdicts()[check_id] is Verdict.AGREES
    assert verdicts(changed(indicator, value, **match))[check_id] is Verdict.DIFFERS


def test_a_conflict_closes_when_the_figures_are_put_right():
    cases = [
        (changed("cement_bulk_supply_rate", 94.6, period="2006-2010"), "cement_bulk_supply_94_6_94_7"),
        (changed("mortar_demand", 400, binding_area="ban_zone"), "mortar_demand_scope_2010"),
        (changed("mortar_new_capacity", 460, kind="target"), "mortar_demand_2015_capacity"),
    ]
    for frame, check_id in cases:
        assert verdicts()[check_id] is Verdict.CONFLICT
        assert verdicts(frame)[check_id] is Verdict.AGREES


def test_a_nought_in_the_figures_ends_in_the_audit_not_in_a_crash():
    for indicator, match in (
        ("concrete_capacity", {"year": 2010}),
        ("mortar_demand", {"binding_area": "construction_works"}),
        ("savings_bags", {"period": "2006-2010"}),
        ("cement_use", {}),
        ("mortar_use", {"year": 2010, "series": "使用量合计"}),
    ):
        assert open_items(audit(changed(indicator, 0.0, **match)))


def test_a_figure_the_audit_needs_is_named_when_it_is_missing():
    with pytest.raises(DataError, match="concrete_output"):
        audit(PLAN[PLAN["indicator"] != "concrete_output"])
    with pytest.raises(DataError, match="cement_use"):
        Book(PLAN).get("cement_use", 1999)


@settings(max_examples=40)
@given(st.floats(0.01, 2).filter(lambda f: abs(f - 1) > 0.01))
def test_scaling_one_side_of_a_ratio_is_always_found(factor):
    found = verdicts(changed("mortar_output", round(28.8 * factor, 3), year=2010))
    assert found["mortar_utilisation_2010"] is Verdict.DIFFERS


def test_conflicts_come_first_and_the_table_has_a_row_for_each():
    found = audit(PLAN)
    ranks = [list(Verdict).index(i.verdict) for i in found]
    assert ranks == sorted(ranks, reverse=True)
    assert len(audit_table(found)) == len(found)


@pytest.mark.parametrize(
    ("value", "unit", "digits", "text"),
    [
        (10480, "万m³/年", 1, "10,480 万m³/年"),
        (None, "%", 1, "—"),
        (-696.0, "", 1, "−696"),
        (-0.01, "", 1, "0"),
        (17.75, "", 2, "17.75"),
    ],
)
def test_numbers_as_planners_read_them(value, unit, digits, text):
    assert pretty(value, unit, digits) == text


@pytest.mark.parametrize("module", [recomputed, plausible, conflicts], ids=lambda module: module.__name__)
def test_every_check_is_in_the_list_of_its_module(module):
    written = [f for f in vars(module).values() if inspect.isgeneratorfunction(f) and f.__module__ == module.__name__]
    assert list(module.CHECKS) == written
    assert set(written) <= set(CHECKS)
