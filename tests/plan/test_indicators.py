"""data/indicators.csv: complete against the plan, and refused in whole sentences where it is wrong."""

import csv
from pathlib import Path

import pytest

from mixplan.base.errors import DataError
from mixplan.base.numbers import percent
from mixplan.base.paths import DATA_DIR
from mixplan.plan.figures import figures
from mixplan.plan.indicators import COLUMNS, PLAN, load_indicators

SOURCE = DATA_DIR / "indicators.csv"


@pytest.fixture(scope="module")
def frame():
    return load_indicators()


TARGETS = {
    "cement_capacity": (700, "万t/年", "at_most", "三（三）"),
    "cement_bulk_supply_rate": (97, "%", "at_least", "三（三）"),
    "cement_bulk_use_rate": (85, "%", "at_least", "三（三）"),
    "concrete_capacity": (7000, "万m³/年", "at_most", "三（三）"),
    "mortar_capacity": (800, "万t/年", "at_most", "三（三）"),
    "mortar_use": (600, "万t", "at_least", "三（三）"),
    "mortar_bulk_rate": (50, "%", "at_least", "三（三）"),
    "mortar_ban_zone_bulk_sites": (100, "%", "at_least", "三（三）"),
    "housing_industrialised_share": (30, "%", "at_least", "三（三）"),
    "housing_affordable_share": (100, "%", "at_least", "三（三）"),
    "precast_use": (135, "万m³", "at_least", "三（三）"),
    "mortar_new_lines": (11, "条", "exactly", "四（二）"),
    "mortar_new_capacity": (440, "万t/年", "exactly", "四（二）"),
    "precast_housing_capacity": (150, "万m³/年", "at_least", "四（二）"),
}


def test_every_target_of_the_plan_is_there_and_no_other(frame):
    found = {f.indicator: (f.value, f.unit, f.direction, f.clause) for f in figures(frame) if f.kind == "target"}
    assert found == TARGETS


@pytest.mark.parametrize(
    ("indicator", "year", "period", "value"),
    [
        ("cement_capacity", 2010, "", 1000),
        ("cement_use", 2010, "", 2439.1),
        ("cement_bulk_use", 2010, "", 1904.8),
        ("cement_bulk_use", 2010, "2006-2010", 8875),
        ("concrete_output", 2010, "", 4986),
        ("concrete_output", 2010, "2006-2010", 22094),
        ("mortar_capacity", 2010, "", 185),
        ("mortar_output", 2010, "", 28.8),
        ("precast_capacity", 2008, "", 345),
        ("precast_output", 2008, "", 140),
        ("cement_demand", 2015, "", 2300),
        ("cement_bulk_demand", 2015, "", 1955),
        ("concrete_demand", 2015, "", 5500),
        ("mortar_demand", 2015, "", 635),
        ("precast_housing_capacity", 2013, "", 100),
        ("savings_energy", 2010, "2006-2010", 418),
        ("savings_co2", 2015, "2011-2015", 2100),
        ("savings_dust", 2010, "2006-2010", 35.6),
        ("savings_bags", 2010, "2006-2010", 17.75),
        ("savings_waste", 2015, "2011-2015", 18000),
        ("vehicles", 2010, "", 5545),
        ("savings_cement", 2010, "2006-2010", 2277),
        ("savings_value", 2010, "2006-2010", 93),
        ("investment", 2010, "2006-2010", 21538.6),
        ("construction_growth", 2010, "2006-2010", 94.3),
        ("bulk_cement_fund", 2010, "2006-2010", 11672.2),
        ("precast_utilisation", 2008, "", 46.4),
        ("cement_bulk_ability", 2010, "", 100),
    ],
)
def test_figures_of_the_plan(frame, indicator, year, period, value):
    rows = frame[(frame.indicator == indicator) & (frame.year == year) & (frame.period == period)]
    assert value in set(rows[rows.source == PLAN].value)


def test_targets_of_other_plans_never_count_as_this_plans(frame):
    assert not ((frame.kind == "target") & (frame.source != PLAN)).any()
    assert (frame[frame.kind == "other_target"].source != PLAN).all()


def test_counts_of_different_things_are_different_series(frame):
    sites = frame[frame.indicator == "concrete_sites"]
    assert set(sites.groupby("series").groups) >= {"有资质的站点", "正常生产的企业及站点", "2009 年治理整合方案口径"}
    assert set(sites[sites.year == 2008].series) == {"2009 年治理整合方案口径", "奥运期间停产报道口径"}


def test_sources_are_named_without_links(frame):
    for column in ("source", "note", "note_en"):
        assert not frame[column].str.contains(r"https?://|www\.|\.com|\.cn|\.html", regex=True).any()


def test_every_row_has_both_languages(frame):
    assert (frame.name_en != "").all()
    assert (frame.series_en != "").all()
    assert ((frame.note == "") == (frame.note_en == "")).all()


def _write(path: Path, change) -> Path:
    with SOURCE.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    change(rows)
    out = path / "indicators.csv"
    with out.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS, extrasaction="ignore", lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    return out


@pytest.mark.parametrize(
    ("column", "value", "said"),
    [
        ("value", "1,5", "应为数字"),
        ("value", "-1", "不小于 0"),
        ("value", "inf", "应为数字"),
        ("year", "2010.5", "整数年份"),
        ("kind", "wish", "actual"),
        ("direction", "up", "at_least"),
        ("binding_area", "moon", "city"),
        ("area", "steel", "cement"),
        ("unit", "kg", "只能有一个单位"),
        ("source", "", "不能为空"),
        ("clause", "", "条款"),
        ("period", "2006–2010", "2006-2010"),
        ("period", "2011-2015", "2010"),
        ("period", "2010-2010", "2010"),
        ("period", "2011Q2", "2010"),
        ("rounding", "0", "大于 0"),
        ("baseline_series", "没有的口径", "已有的口径"),
    ],
)
def test_a_wrong_cell_is_named_with_file_line_column_and_value(tmp_path, column, value, said):
    path = _write(tmp_path, lambda rows: rows[3].update({column: value}))
    with pytest.raises(DataError) as caught:
        load_indicators(path)
    text = str(caught.value)
    assert "indicators.csv" in text
    assert said in text
    assert column in text
    line = 6 if column == "unit" else 5  # a second unit shows on the next row of the same indicator
    assert f"第 {line} 行" in text


def test_a_percentage_above_100_is_refused(tmp_path):
    def change(rows):
        next(r for r in rows if r["indicator"] == "mortar_use_rate")["value"] = "128.5"

    with pytest.raises(DataError, match=r"128\.5"):
        load_indicators(_write(tmp_path, change))


def test_a_figure_that_stands_twice_is_refused(tmp_path):
    with pytest.raises(DataError, match="重复"):
        load_indicators(_write(tmp_path, lambda rows: rows.append(dict(rows[0]))))


def test_a_missing_column_or_file_is_named(tmp_path):
    path = tmp_path / "indicators.csv"
    path.write_text("indicator,year\ncement_use,2010\n", encoding="utf-8")
    with pytest.raises(DataError, match="rounding"):
        load_indicators(path)
    with pytest.raises(DataError, match=r"nowhere\.csv"):
        load_indicators(tmp_path / "nowhere.csv")
    path.write_bytes(b"\xff\xff")
    with pytest.raises(DataError, match="UTF-8"):
        load_indicators(path)


def test_every_wrong_cell_is_named_at_once(tmp_path):
    def change(rows):
        rows[3].update({"area": "steel", "rounding": "0"})
        rows[7].update({"source": ""})

    with pytest.raises(DataError) as caught:
        load_indicators(_write(tmp_path, change))
    assert [line.split("值")[0] for line in str(caught.value).splitlines()] == [
        "indicators.csv 第 5 行，area 列，",
        "indicators.csv 第 5 行，rounding 列，",
        "indicators.csv 第 9 行，source 列，",
    ]


@pytest.mark.parametrize("share, text", [(None, "—"), (float("nan"), "—"), (0.0, "0.0 %"), (0.7924, "79.2 %")])
def test_a_share_is_written_one_way_and_a_missing_one_as_a_dash(share, text):
    assert percent(share) == text
