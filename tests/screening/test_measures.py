"""Every measure says, shows and judges by itself; a rule is one row of data, a measure one function."""

from dataclasses import replace
from datetime import timedelta

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from helpers import IN_FORCE, make_register
from shapely import Point, box

from mixplan.base.errors import RuleError
from mixplan.base.i18n import set_language
from mixplan.base.paths import DATA_DIR
from mixplan.city.ban_zones import zones_in_force
from mixplan.city.crs import GEOGRAPHIC_CRS, METRIC_CRS
from mixplan.city.rings import ring_area
from mixplan.handouts import report as handouts_report
from mixplan.handouts import tables
from mixplan.maps.paper.stations import station_map
from mixplan.maps.stations import plant_layer, shortest_ways
from mixplan.plan.indicators import load_indicators
from mixplan.plan.rules import load_rules
from mixplan.screening.explain import explain, subjects_of
from mixplan.screening.judge import binding, overall, screen
from mixplan.screening.measure import REGISTERED, Found, Measured, Question, Subjects, measure, too_near_to_tell
from mixplan.screening.measures import MEASURES, check_rule, measure_of
from mixplan.screening.stations import listing, station_table
from mixplan.screening.verdicts import DRAWN, listed, verdict_class, verdict_label
from mixplan.ui import findings as ui_findings

ROW = """
[[rule]]
id = "beside_a_lake"
title = "湖边"
title_en = "Beside a lake"
applies_to = ["concrete"]
statuses = ["standing"]
measure = "{measure}"
subject = "{subject}"
value = {value}
unit = "m"
from = 2011-11-22
clause = "测试"
source = "测试"
kind = "{kind}"
severity = 2
"""
EXACT = {"location_error_m": 1}


@pytest.fixture
def with_row(tmp_path):
    """The shipped rules and one row more."""

    def make(*, measure, subject, value=0, kind="plan"):
        path = tmp_path / f"{measure}_{subject.replace(',', '_')}_{value}_{kind}.toml"
        text = (DATA_DIR / "rules.toml").read_text(encoding="utf-8")
        row = ROW.format(measure=measure, subject=subject, value=value, kind=kind)
        path.write_text(text.replace("[[parameter]]", row + "\n[[parameter]]", 1), encoding="utf-8")
        return load_rules(path)

    return make


def outside(layers, ring, metres):
    """A register row so many metres outside a ring road."""
    edge = ring_area(layers.rings, ring).buffer(metres).exterior.interpolate(0.3, normalized=True)
    point = gpd.GeoSeries([edge], crs=METRIC_CRS).to_crs(GEOGRAPHIC_CRS).iloc[0]
    return {"lon": point.x, "lat": point.y, **EXACT}


def of_row(plants, layers, book):
    found = screen(plants, layers, book, on=IN_FORCE)
    found["reason"] = explain(found, plants, layers, book)
    return found[found["rule_id"] == "beside_a_lake"]


# --- all measures ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("name", MEASURES)
def test_every_measure_says_every_verdict_in_both_languages(name, language, book, with_row, layers):
    subject = next(iter(MEASURES[name].allowed(layers)))
    rule = with_row(measure=name, subject=subject, value=60).rule("beside_a_lake")
    set_language(language)
    said = [MEASURES[name].words(Found(rule, verdict, 50.0, 50.0, "X")) for verdict in ("pass", "flag", "unknown")]
    assert all(said) and len(set(said)) >= 2
    assert not any("{" in text or "nan" in text or text.endswith(("。", ".")) for text in said)
    if language == "en":
        assert all(text.isascii() for text in said)


@pytest.mark.parametrize("name", MEASURES)
def test_every_measure_of_place_names_its_layer_and_finds_its_subjects_on_it(name, plants, layers, book, with_row):
    kind = MEASURES[name]
    assert (kind.layer == "") == (kind.subjects is None)
    if kind.subjects is None:
        return
    table = kind.subjects.table(layers, book)
    assert table.index.is_unique and table.crs == METRIC_CRS
    assert {"name", "name_en", "approximate", "geometry"} <= set(table.columns)
    vague = set(layers.sensitive_areas.loc[layers.sensitive_areas["approximate"], "id"])
    assert vague and set(table.index[table["approximate"]]) == (vague if kind.layer == "areas" else set())
    for subject in kind.allowed(layers):
        ids = of_row(plants, layers, with_row(measure=name, subject=subject))["subject_id"].dropna()
        assert set(ids) <= set(table.index)


FIXED, MOVABLE = {"maximum": None}, {"maximum": 100.0}
SAID = {
    "inside": ("inside_ring", "flag", -50.4, {**FIXED, "value": 0}, "位于甲内，距其界线 50 m"),
    "on the line, which may be moved": (
        "inside_ban_zone",
        "flag",
        0.0,
        {**MOVABLE, "value": 0},
        "位于甲内，距其界线 0 m（外扩距离 0 m，规划）",
    ),
    "outside, with a margin": (
        "near_sensitive_area",
        "pass",
        1234.0,
        {**FIXED, "value": 30},
        "在甲外 1,234 m（外扩距离 30 m，规划）",
    ),
    "nowhere": ("inside_ring", "unknown", np.nan, {}, "没有坐标，无法判定"),
    "in a sector": ("in_sector", "pass", -12.0, {"subject": "NE,SW"}, "位于甲，距分界线 12 m"),
    "not in the one sector": ("in_sector", "flag", 12.0, {"subject": "NE"}, "不在东北部，距分界线 12 m"),
    "in none of three": (
        "in_sector",
        "flag",
        12.0,
        {"subject": "NE,SW,periphery"},
        "不在东北部、西南部或周边，距分界线 12 m",
    ),
    "in a sector or not": ("in_sector", "unknown", np.nan, {"subject": "NE"}, "没有坐标，无法判定"),
    "enough": ("at_least", "pass", 60.0, {"value": 60, "unit": "m³"}, "60 m³，达到 60 m³ 的要求"),
    "too little": ("at_least", "flag", 2.5, {"value": 3, "unit": "m³"}, "2.5 m³，低于 3 m³"),
    "not known": ("at_least", "unknown", None, {"value": 3, "unit": "m³"}, "湖边未知，需补充资料（要求不低于 3 m³）"),
    "a licence": ("licensed", "pass", "yes", {}, "有资质"),
    "no licence": ("licensed", "flag", "no", {}, "无资质"),
    "a licence or not": ("licensed", "unknown", None, {}, "资质情况未知，需补充资料"),
}


@pytest.mark.parametrize("name", SAID)
def test_what_a_measure_says(name, with_row):
    measured, verdict, found, changes, said = SAID[name]
    rule = replace(with_row(measure=measured, subject="x").rule("beside_a_lake"), **changes)
    distance = np.nan if measured in ("at_least", "licensed") else found
    assert MEASURES[measured].words(Found(rule, verdict, found, distance, "甲")) == said


CHOICES = {
    "inside_ring": ["2", "6"],
    "inside_ban_zone": ["central_city", "new_town,bda"],
    "near_sensitive_area": ["all", "heritage", "wetland"],
    "in_sector": ["NE", "NE,periphery"],
    "at_least": ["capacity", "year_seen"],
    "licensed": ["licensed"],
}


def test_the_choices_below_are_of_every_measure():
    assert set(CHOICES) == set(MEASURES)


@pytest.mark.parametrize(("name", "subject"), [(name, s) for name, subjects in CHOICES.items() for s in subjects])
def test_a_rule_on_a_measure_is_one_row_of_data(name, subject, plants, layers, with_row):
    found = of_row(
        plants, layers, with_row(measure=name, subject=subject, value='"yes"' if name == "licensed" else 100)
    )
    assert list(found["plant_id"]) == list(plants.index[plants["kind"] == "concrete"])
    assert found["reason"].str.endswith("。").all()
    assert not found["reason"].str.contains(r"nan|None|\{", regex=True).any()


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"measure": "feeling"}, "规则“beside_a_lake”的 measure 是“feeling”，应为 inside_ring、"),
        ({"measure": "inside_ring", "subject": "7"}, "subject 是“7”，应为 2、3、4、5、6 之一"),
        ({"measure": "inside_ring", "subject": "5,6"}, "subject 是“5,6”，应为 2、"),
        ({"measure": "in_sector", "subject": "NE,SE"}, "subject 是“SE”，应为 NE、SW、periphery 之一"),
        ({"measure": "near_sensitive_area", "subject": "forrest"}, "subject 是“forrest”，应为 all、"),
        ({"measure": "inside_ban_zone", "subject": "5"}, "subject 是“5”，应为 .*central_city"),
        ({"measure": "at_least", "subject": "name"}, "subject 是“name”，应为 .*capacity"),
        ({"measure": "inside_ring", "subject": "5", "value": '"far"'}, "value 是“far”，应为数"),
        ({"measure": "licensed", "subject": "licensed", "value": '"maybe"'}, "value 是“maybe”，应为 yes"),
    ],
)
def test_a_row_that_cannot_be_measured_is_refused_in_words(plants, layers, with_row, change, sentence):
    book = with_row(**{"subject": "5"} | change)
    with pytest.raises(RuleError, match=sentence):
        screen(plants, layers, book, on=IN_FORCE)


def test_every_shipped_rule_can_be_measured(layers, book):
    for rule in book.rules:
        check_rule(rule, layers)


@pytest.mark.parametrize("name", ["inside_ring", "inside_ban_zone"])
def test_a_distance_counts_from_rings_and_zones_as_well(name, layers, with_row):
    if name == "inside_ring":
        subject, plants = "5", make_register(outside(layers, 5, 4000))
    else:
        subject, plants = "bda", make_register({"lon": 116.62, "lat": 40.31, **EXACT})
    away = float(of_row(plants, layers, with_row(measure=name, subject=subject))["distance_m"].iloc[0])
    near, far = (
        of_row(plants, layers, with_row(measure=name, subject=subject, value=round(away + d), kind="regulation"))
        for d in (3000, -3000)
    )
    assert [near["verdict"].iloc[0], far["verdict"].iloc[0]] == ["flag", "pass"]
    assert f"（外扩距离 {round(away + 3000)} m，规定）" in near["reason"].iloc[0]


@pytest.mark.parametrize(("kind", "word"), [("plan", "规划"), ("regulation", "规定"), ("assumption", "假设")])
def test_a_distance_is_called_what_its_rule_is(kind, word, plants, layers, with_row):
    reasons = of_row(plants, layers, with_row(measure="near_sensitive_area", subject="all", value=300, kind=kind))[
        "reason"
    ]
    located = reasons[~reasons.str.startswith("没有坐标")]
    assert len(located) and located.str.contains(f"（外扩距离 300 m，{word}）", regex=False).all()


# --- a new measure ---------------------------------------------------------------------------------------------------


@pytest.fixture
def lakes():
    """A measure that mixplan does not know, from its one function, and gone after the test."""

    def water(layers, book):
        table = layers.water[layers.water["kind"] == "lake"].set_index("id")
        return table[["name", "geometry"]].assign(name_en="a lake", approximate=False)

    @measure(
        "beside_lake",
        words=lambda found: f"离{found.subject} {found.distance_m:.0f} 米",
        subjects=Subjects("water", water),
        allowed=lambda layers: ["lake"],
    )
    def beside_lake(ask: Question) -> Measured:
        table = water(ask.layers, ask.book)
        point, index = ask.plants.geometry.iloc[0], ask.plants.index
        away = table.distance(point)
        metres, accuracy = pd.Series(away.min(), index=index), pd.Series(20.0, index=index)
        verdict = pd.Series(np.where(metres <= ask.threshold, "flag", "pass"), index=index)
        doubtful = too_near_to_tell(metres - ask.threshold, accuracy, ask.plants)
        return Measured(verdict, metres, metres, accuracy, doubtful, pd.Series(away.idxmin(), index=index))

    yield water
    del REGISTERED["beside_lake"]


def test_a_new_measure_is_seen_on_map_card_list_report_and_paper(lakes, layers, with_row, monkeypatch):
    book = with_row(measure="beside_lake", subject="lake", value=90_000)
    plants = make_register({"lon": 116.62, "lat": 40.31, **EXACT, "licensed": "yes", "name": "湖边站"})
    findings = screen(plants, layers, book, on=IN_FORCE)
    findings["reason"] = explain(findings, plants, layers, book)
    judged = overall(findings, plants, book)
    row = findings[findings["rule_id"] == "beside_a_lake"].iloc[0]
    name = lakes(layers, book).loc[row["subject_id"], "name"]
    sentence = f"离{name} {row['distance_m']:.0f} 米。"
    assert (row["verdict"], row["certainty"], row["reason"]) == ("flag", "certain", sentence)
    assert measure_of(book.rule("beside_a_lake")).layer == "water"
    # The web map: the mark, and the way to the lake.
    (way,) = shortest_ways(plants, findings, layers, book).geometry
    assert way.length == pytest.approx(row["distance_m"])
    lake = subjects_of(findings, layers, book)["water", row["subject_id"]]["geometry"]
    assert lake.distance(Point(way.coords[1])) < 1
    assert "需治理（确定）：1 项" in str(plant_layer(plants, judged, pd.Series("怀柔区", index=plants.index)))
    # The card.
    monkeypatch.setattr(ui_findings.shared, "rules", lambda: book)
    card = ui_findings.finding_html(row.to_dict())
    assert "湖边" in card and sentence in card and "测试" in card
    # The list, the report and the paper map.
    stations = station_table(plants, judged, findings, layers, book, on=IN_FORCE)
    assert listing(stations)["理由"].tolist() == [sentence]
    report = handouts_report.build(plants, layers, book, load_indicators(DATA_DIR / "indicators.csv"))
    table = tables.finding_table(report).set_index("规则")
    assert table.loc["湖边", "理由"] == sentence
    assert "湖边" in set(tables.assumption_table(report)["规则或参数"])
    assert "需治理（确定）：1" in station_map(plants, judged, layers, book, on=IN_FORCE).texts()


# --- verdicts of a day -----------------------------------------------------------------------------------------------


@pytest.fixture
def square(layers):
    """One exact area of 2 × 2 km in place of the shipped ones."""
    table = {"id": ["a"], "name": ["甲"], "name_en": ["A"], "kind": ["heritage"]}
    area = gpd.GeoDataFrame(
        table | {"approximate": [False], "accuracy_m": [50.0]},
        geometry=[box(449_000, 4_419_000, 451_000, 4_421_000)],
        crs=METRIC_CRS,
    )
    return replace(layers, sensitive_areas=area)


@pytest.mark.parametrize(
    ("beyond_m", "drawn"),
    [(-61, "flag"), (-59, "borderline"), (0, "borderline"), (59, "doubtful"), (61, "pass")],
    ids=["surely inside", "perhaps inside", "on the line", "perhaps outside", "surely outside"],
)
def test_a_pass_nearer_than_error_and_accuracy_is_doubtful(square, with_row, beyond_m, drawn):
    """Location error 10 m and accuracy 50 m leave 60 m on either side of the line at 300 m."""
    book = with_row(measure="near_sensitive_area", subject="heritage", value=300)
    book = replace(book, rules=(book.rule("beside_a_lake"),))
    point = gpd.GeoSeries([Point(451_300 + beyond_m, 4_420_000)], crs=METRIC_CRS)
    plants = make_register({"lon": 116.4, "lat": 39.9, "location_error_m": 10}).set_geometry(point.set_axis(["p0"]))
    judged = overall(screen(plants, square, book, on=IN_FORCE), plants, book).loc["p0"]
    assert verdict_class(judged["verdict"], judged["certainty"]) == drawn
    assert verdict_label("doubtful") == "通过（待核实）"


def test_zones_bind_on_the_day_they_are_announced_and_not_before(layers):
    for day in pd.to_datetime(layers.ban_zones["since"]).dt.date.unique():
        new = layers.ban_zones[pd.to_datetime(layers.ban_zones["since"]).dt.date == day]
        before = zones_in_force(layers.ban_zones, day - timedelta(days=1))
        assert set(new["id"]) <= set(zones_in_force(layers.ban_zones, day)["id"])
        assert not set(new["id"]) & set(before["id"])


def test_a_plant_is_not_in_force_until_a_binding_rule_speaks_of_it(plants, layers, book):
    first = min(rule.in_force_from for rule in book.rules)
    for day in (first - timedelta(days=1), first, IN_FORCE):
        findings = screen(plants, layers, book, on=day)
        judged = overall(findings, plants, book)
        silent = ~plants.index.isin(binding(findings, book)["plant_id"])
        assert ((judged["verdict"] == "not_in_force") == silent).all()
        assert judged.loc[silent, "certainty"].isna().all()
    assert not silent.any()


def test_an_advisory_rule_alone_puts_nothing_in_force(layers, with_row):
    book = with_row(measure="at_least", subject="capacity", value=60)
    advice = replace(book.rule("beside_a_lake"), advisory=True)
    plants = make_register({"capacity": 10, **EXACT})
    only = replace(book, rules=(advice,))
    assert overall(screen(plants, layers, only, on=IN_FORCE), plants, only)["verdict"].tolist() == ["not_in_force"]


def test_not_in_force_is_listed_only_where_there_is_some():
    assert listed(["flag", "pass"]) == ["flag", "borderline", "doubtful", "pass", "unknown"]
    assert listed(["not_in_force"]) == list(DRAWN)
    assert verdict_label("not_in_force") == "当年尚无规则"
