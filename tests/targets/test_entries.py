"""Actuals that planners enter: what is refused, what is doubted, what stands for the city."""

from datetime import date

import numpy as np
import pandas as pd
import pytest
from targets.cases import PLAN, entries, item

from mixplan.city.district_names import plan_districts
from mixplan.targets.audit.run import audit
from mixplan.targets.balance import balance
from mixplan.targets.entries import Entry, check_entry, entry_summary, with_entries
from mixplan.targets.progress import progress
from mixplan.targets.status import Status


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


@pytest.mark.parametrize(
    ("given_", "said"),
    [
        ({"unit": "t"}, "单位应为 万t，不是 t。"),
        ({"unit": ""}, "单位应为 万t，不是 —。"),
        ({"value": 6001.0}, "6,001 超出范围：应在 0–6,000 万t 之间。"),
        ({"value": 1e15}, "1e+15 超出范围：应在 0–6,000 万t 之间。"),
        ({"year": 2010}, "年份 2010 不可用：应在 2011–2014 之间。"),
    ],
)
def test_the_error_in_words(given_, said):
    assert check(**given_).errors == (said,)


def test_an_unknown_district_is_refused_with_those_there_are():
    known = "、".join(plan_districts())
    assert check(district="保定市").errors == (f"没有名为“保定市”的区县；可用：{known}。",)


@pytest.mark.parametrize("year", [2011, 2014])
def test_the_first_and_the_last_usable_year_may_be_entered(year):
    assert check(year=year).errors == ()


def test_the_first_usable_year_follows_the_indicators_own_baseline_or_else_the_latest_of_all():
    frame = PLAN.copy()
    frame.loc[(frame["indicator"] == "mortar_use") & (frame["year"] == 2010), "year"] = 2008
    entry = Entry("mortar_use", 2009, 100.0, "万t", "年报", "张三")
    assert check_entry(frame, entries(), entry, today=date(2014, 3, 1)).errors == ()
    share = {"indicator": "housing_industrialised_share", "unit": "%", "value": 6.0}
    assert check(**share, year=2010).errors == ("年份 2010 不可用：应在 2011–2014 之间。",)
    assert check(**share, year=2011).errors == ()


def test_without_a_baseline_the_target_is_the_yardstick():
    parts = {"indicator": "precast_housing_capacity", "unit": "万m³/年"}  # 150 in 2015
    assert check(**parts, value=300.0).doubts == ()
    said = "与 150 万m³/年（目标）相差 160 万m³/年，超过规划期全部变化量 150 万m³/年，请核对单位和小数点。"
    assert check(**parts, value=310.0).doubts == (said,)
    assert check(**parts, district="朝阳区", value=150.0).doubts == ()
    said = "一个区县的 160 万m³/年 大于全市的目标或最近数 150 万m³/年，请核对。"
    assert check(**parts, district="朝阳区", value=160.0).doubts == (said,)


def test_a_jump_is_doubted_from_the_planned_change_of_all_years_on():
    """The plan moves 433.5 万t from 166.5 in 2010 to 600 in 2015."""
    assert check(value=600.0).doubts == ()
    said = "与 166.5 万t（2010）相差 443.5 万t，超过规划期全部变化量 433.5 万t，请核对单位和小数点。"
    assert check(value=610.0).doubts == (said,)


def test_a_jump_is_measured_from_the_latest_earlier_actual():
    known = entries(("mortar_use", 2012, "", 250.0, "万t"), ("mortar_use", 2011, "", 200.0, "万t"))
    (said,) = check(known=known, value=700.0).doubts
    assert said.startswith("与 250 万t（2012）相差 450 万t，")


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
    # The plan lowers it by 696 a year: a year's worth back is none yet, a little more is.
    assert not check(**higher, value=10480.0 + 696).doubts
    said = "比 10,480 万m³/年（2010）离目标更远，倒退 697 万m³/年，超过规划一年的变化量，请核对单位和小数点。"
    assert check(**higher, value=10480.0 + 697).doubts == (said,)
    # A ceiling that is kept has no way back.
    assert not check(indicator="mortar_capacity", unit="万t/年", value=100.0).doubts


def test_a_second_entry_for_the_same_year_asks_and_then_counts():
    known = entries(("mortar_use", 2013, "", 300.0, "万t"))
    assert "2013 年已有填报 300 万t，保存后以新值为准。" in check(known=known).doubts
    both = entries(("mortar_use", 2013, "", 300.0, "万t"), ("mortar_use", 2013, "", 430.0, "万t"))
    assert (
        next(p for p in progress(with_entries(PLAN, both), as_of=2013) if p.indicator == "mortar_use").actual.value
        == 430
    )


def test_a_district_larger_than_the_city_asks_for_confirmation():
    said = "一个区县的 650 万t 大于全市的目标或最近数 600 万t，请核对。"
    assert check(district="朝阳区", value=650.0).doubts == (said,)
    assert not check(district="朝阳区", value=60.0).doubts


def test_districts_stand_for_the_city_only_when_all_reported():
    some = entries(*[("mortar_use", 2013, name, 30.0, "万t") for name in list(plan_districts())[:5]])
    assert not entry_summary(PLAN, some)["counts"].any()
    assert entry_summary(PLAN, some)["value"].iloc[0] == 150
    assert item("mortar_use", 2013).actual is None
    everyone = entries(*[("mortar_use", 2013, name, 30.0, "万t") for name in plan_districts()])
    found = next(p for p in progress(with_entries(PLAN, everyone), as_of=2013) if p.indicator == "mortar_use")
    assert found.actual.value == 480 and found.status is Status.ON_TRACK


def test_a_year_of_which_only_some_districts_reported_is_no_actual():
    some = [("mortar_use", 2013, name, 30.0, "万t") for name in list(plan_districts())[:15]]
    assert item("mortar_use", 2013, *some).actual is None


def test_what_the_entries_amount_to_by_hand():
    """A year with a figure of the city and one district, a year with two districts, and the same one twice."""
    rows = [
        ("mortar_use", 2012, "", 250.0, "万t"),
        ("mortar_use", 2012, "朝阳区", 20.0, "万t"),
        ("mortar_use", 2013, "朝阳区", 10.0, "万t"),
        ("mortar_use", 2013, "海淀区", 5.0, "万t"),
        ("mortar_use", 2013, "朝阳区", 12.0, "万t"),
    ]
    given_ = entries(*rows).assign(source=["年报", "通报", "旧表", "海淀报表", "朝阳报表"])
    common = {"indicator": "mortar_use"}
    by_year = entry_summary(PLAN, given_).to_dict("records")
    assert by_year == [
        common | {"year": 2012, "value": 250.0, "districts": 1, "counts": True, "basis": "city", "source": "年报"},
        common
        | {
            "year": 2013,
            "value": 17.0,
            "districts": 2,
            "counts": False,
            "basis": "partial",
            "source": "海淀报表；朝阳报表",
        },
    ]
    nothing = entry_summary(PLAN, entries())
    assert nothing.empty and list(nothing.columns) == list(by_year[0])


def test_rates_of_districts_are_never_added_or_averaged():
    rates = entries(*[("cement_bulk_use_rate", 2013, name, 80.0, "%") for name in plan_districts()])
    summary = entry_summary(PLAN, rates)
    assert not summary["counts"].any() and np.isnan(summary["value"].iloc[0])


def test_a_city_wide_entry_goes_before_districts():
    rows = [("mortar_use", 2013, name, 30.0, "万t") for name in plan_districts()]
    found = item("mortar_use", 2013, *rows, ("mortar_use", 2013, "", 500.0, "万t"))
    assert found.actual.value == 500


def test_an_entry_becomes_an_actual_of_the_targets_own_series():
    """No baseline: it carries no clause and no other definition, and says where it comes from."""
    added = with_entries(PLAN, entries(("mortar_bulk_rate", 2013, "", 40.0, "%")))
    assert added.index.tolist() == list(range(len(PLAN) + 1))
    target = PLAN[(PLAN["indicator"] == "mortar_bulk_rate") & (PLAN["kind"] == "target")].iloc[0]
    assert added.iloc[-1].to_dict() == target.to_dict() | {
        "year": 2013,
        "kind": "actual",
        "value": 40.0,
        "rounding": 0.1,
        "direction": "none",
        "baseline_series": "",
        "clause": "",
        "source": "填报：通报",
        "note": "",
        "note_en": "",
    }
    everyone = entries(*[("mortar_use", 2013, name, 30.0, "万t") for name in plan_districts()])
    assert with_entries(PLAN, everyone).iloc[-1]["note"] == "全部区县合计"


def test_the_callers_frame_stays_untouched():
    before = PLAN.copy()
    with_entries(PLAN, entries(("mortar_use", 2013, "", 400.0, "万t")))
    audit(PLAN)
    balance(PLAN)
    pd.testing.assert_frame_equal(PLAN, before)
