"""How targets stand on the shipped data: baselines, paths, gaps, the actual that decides."""

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from targets.cases import PLAN, changed, entries, item

from mixplan.base.errors import DataError
from mixplan.base.i18n import set_language
from mixplan.plan.figures import figures
from mixplan.targets.entries import with_entries
from mixplan.targets.progress import baseline_text, latest_year, progress, progress_of, progress_record, progress_table
from mixplan.targets.status import Status


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


@pytest.mark.parametrize(("reported", "gap", "pace"), [(9500, -2500, None), (6900, 0, 0)])
def test_from_the_target_year_on_there_is_a_gap_but_no_pace_that_would_close_it(reported, gap, pace):
    p = item("concrete_capacity", 2015, ("concrete_capacity", 2015, "", reported, "万m³/年"))
    assert (p.gap, p.pace_needed) == (gap, pace)


def test_what_is_reported_of_the_baselines_own_year_is_no_progress():
    p = item("concrete_capacity", 2012, ("concrete_capacity", 2010, "", 9000, "万m³/年"))
    assert p.baseline.value == 10480 and p.actuals == () and p.status is Status.NO_DATA


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
    assert baseline_text(two) == "6 % (2011)，首个实绩"
    assert two.path_value == pytest.approx(18)
    assert two.status is Status.ON_TRACK


def test_a_first_report_in_the_target_year_itself_starts_no_path():
    late = [("housing_industrialised_share", year, "", value, "%") for year, value in ((2015, 20), (2016, 31))]
    found = item("housing_industrialised_share", 2016, *late)
    assert (found.baseline, found.baseline_basis, found.path) == (None, "none", ())
    assert (found.actual.year, found.status) == (2015, Status.BEHIND)
    early = [("housing_industrialised_share", year, "", value, "%") for year, value in ((2014, 20), (2015, 31))]
    assert item("housing_industrialised_share", 2015, *early).baseline.year == 2014


def test_a_baseline_of_another_definition_is_the_latest_that_the_as_of_year_knows():
    hit = (PLAN["indicator"] == "mortar_bulk_rate") & (PLAN["year"] == 2010)
    assert hit.sum() == 1
    older = PLAN[hit].assign(year=2008, value=1.0)
    for frame in (pd.concat([older, PLAN]), pd.concat([PLAN, older])):
        baselines = [item("mortar_bulk_rate", year, frame=frame).baseline for year in (2007, 2008, 2009, 2010, 2013)]
        assert [baseline and baseline.year for baseline in baselines] == [None, 2008, 2008, 2010, 2010]


def test_a_target_fulfilled_within_its_rounding_only_has_no_gap_and_a_flat_path():
    row = ("mortar_new_lines", 2013, "", 11.4, "条")
    found = item("mortar_new_lines", 2013, row)
    assert (found.status, found.gap, found.pace_needed) == (Status.MET, 0, 0)
    flat = item("mortar_new_lines", 2013, frame=changed("mortar_new_lines", 10.6, kind="derived"))
    assert flat.path == ((2010, 11.0), (2015, 11.0))


@pytest.mark.parametrize(
    ("year", "value", "gap", "pace"),
    [(2014, 590, 10, 10), (2015, 590, 10, None), (2016, 590, 10, None), (2015, 610, 0, 0), (2016, 610, 0, 0)],
    ids=["a year before", "missed on the day", "missed later", "fulfilled on the day", "fulfilled later"],
)
def test_after_the_target_year_no_pace_helps_and_none_is_needed(year, value, gap, pace):
    found = item("mortar_use", 2016, ("mortar_use", year, "", value, "万t"))
    assert (found.gap, found.pace_needed) == (gap, pace)


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


@pytest.mark.parametrize(
    ("as_of", "rows", "said"),
    [
        (2013, [], "截至 2013 年没有基线之后的实绩。"),
        (2013, [(2013, 610.0)], "2013 的 610 万t 满足目标（≥ 600 万t）。"),
        (2013, [(2013, 426.6)], "2013 的 426.6 万t 不差于直线路径的 426.6 万t。"),
        (2013, [(2013, 300.0)], "2013 的 300 万t 差于直线路径的 426.6 万t。"),
        (2015, [(2015, 599.0)], "目标年 2015 已到，2015 的 599 万t 未满足目标（≥ 600 万t）。"),
        (2017, [(2017, 599.0)], "目标年 2015 已到，2017 的 599 万t 未满足目标（≥ 600 万t）。"),
        (2016, [(2013, 450.0)], "目标年 2015 的实绩没有报告，最近的是 2013 的 450 万t。"),
    ],
)
def test_the_reason_in_words(as_of, rows, said):
    found = item("mortar_use", as_of, *[("mortar_use", year, "", value, "万t") for year, value in rows])
    assert found.reason == said


def test_the_reason_says_which_way_an_exact_target_was_missed():
    over = item("mortar_new_lines", 2013, ("mortar_new_lines", 2013, "", 12, "条"))
    assert over.reason == "2013 的 12 条 已越过目标 11 条。"
    assert "差于" in item("mortar_new_lines", 2013, ("mortar_new_lines", 2013, "", 3, "条")).reason


def test_a_baseline_of_a_later_year_than_the_as_of_year_is_not_known_yet():
    assert item("mortar_capacity", 2005).baseline is None


def test_a_figure_of_the_baselines_own_year_is_not_counted_after_it():
    found = item("mortar_use", 2013, ("mortar_use", 2010, "", 170.0, "万t"))
    assert found.actuals == () and found.baseline.value == 166.5


def test_the_planned_pace_leads_over_the_milestones_to_the_target():
    rows = [("precast_housing_capacity", year, "", value, "万m³/年") for year, value in ((2011, 10), (2012, 40))]
    found = item("precast_housing_capacity", 2012, *rows)
    assert found.path == ((2011, 10.0), (2013, 100.0), (2015, 150.0))
    assert found.pace_planned == pytest.approx((150 - 10) / 4)
    assert found.path_value == pytest.approx(55)


def test_without_a_target_there_is_no_board():
    with pytest.raises(DataError, match=r"^数据中没有一条规划目标（kind = target）。$"):
        latest_year(PLAN[PLAN["kind"] != "target"])


def test_units_are_never_mixed():
    rows = [f for f in figures(changed("mortar_use", 700, kind="target")) if f.indicator == "mortar_use"]
    odd = figures(PLAN.assign(unit="t"))
    target = next(f for f in rows if f.kind == "target")
    with pytest.raises(DataError, match=r"^指标“mortar_use”混用了单位 t，目标的单位是 万t。$"):
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
    (parts,) = (p for p in found if p.indicator == "precast_housing_capacity")
    assert [(f["year"], f["value"]) for f in progress_record(parts)["milestones"]] == [(2013, 100)]
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
