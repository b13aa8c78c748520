"""A new kind of plant or of sensitive area is one row: map, card, list, report and paper map follow."""

from dataclasses import replace
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
from helpers import IN_FORCE, make_register
from kept_work import kept
from streamlit.testing.v1 import AppTest

from mixplan.base.files.reading import read_toml
from mixplan.base.paths import DATA_DIR
from mixplan.base.records import checked
from mixplan.city.crs import points_metric
from mixplan.handouts import geodata, html, tables
from mixplan.handouts import report as handouts_report
from mixplan.maps import ground, legend
from mixplan.maps.paper.stations import station_map
from mixplan.maps.stations import plant_layer
from mixplan.plan import kinds
from mixplan.plan.indicators import load_indicators
from mixplan.screening.explain import explain
from mixplan.screening.judge import overall, screen
from mixplan.screening.stations import listing, station_table, totals

ROOT = Path(__file__).parents[1]
ASPHALT = {
    "id": "asphalt",
    "name": "沥青拌合站",
    "name_en": "Asphalt plant",
    "unit": "wan_t",
    "words": ["沥青"],
    "shape": "hexagon",
    "radius": 7,
}
LAKE = {"id": "lake_shore", "name": "湖岸带", "name_en": "Lake shore"}


@pytest.fixture(autouse=True)
def _more_kinds(monkeypatch):
    raw = read_toml(DATA_DIR / "kinds.toml")
    raw["plant_kind"].append(ASPHALT)
    raw["area_kind"].append(LAKE)
    more = checked(kinds.KindFile, raw, file="kinds.toml", tables={})
    monkeypatch.setattr(kinds, "load_kinds", lambda: more)


@pytest.fixture
def plants() -> gpd.GeoDataFrame:
    return make_register(
        {
            "id": "a",
            "name": "城南站",
            "kind": "沥青",
            "capacity": 30,
            "lon": 116.5,
            "lat": 39.9,
            "location_error_m": 50,
        },
        {"id": "c", "name": "城北站", "kind": "搅拌站", "capacity": 60, "lon": 116.4, "lat": 40.2},
    )


@pytest.fixture
def around(layers):
    """The layers with one more sensitive area, of the new kind."""
    areas = layers.sensitive_areas
    shore = areas.iloc[[0]].assign(id="shore", name="某湖", name_en="A lake", kind="lake_shore", approximate=False)
    shore = shore.set_geometry(points_metric([116.5], [39.9]).buffer(500).to_numpy(), crs=areas.crs)
    return replace(layers, sensitive_areas=gpd.GeoDataFrame(pd.concat([areas, shore], ignore_index=True)))


def test_a_register_may_hold_it(plants):
    assert plants["kind"].tolist() == ["asphalt", "concrete"]
    assert plants["capacity_unit"].tolist() == ["wan_t", "wan_m3"]


def test_the_web_map_and_its_legend_show_it(plants, around, book):
    judged = overall(screen(plants, around, book, on=IN_FORCE), plants, book)
    (layer,) = plant_layer(plants, judged, plants["district"])
    mark = next(m["properties"] for m in layer["features"] if m["properties"]["id"] == "a")
    assert (mark["shape"], mark["radius"]) == ("hexagon", 7)
    assert any("沥青拌合站" in line for line in mark["tip"])
    assert "沥青拌合站" in legend.legend(kinds.plant_kinds(), layers=())
    (areas,) = ground.sensitive_layer(around)
    assert any("某湖 · 湖岸带" in m["properties"]["tip"] for m in areas["features"])


def test_the_list_names_it_and_the_totals_count_it(plants, around, book):
    findings = screen(plants, around, book, on=IN_FORCE)
    findings["reason"] = explain(findings, plants, around, book)
    table = station_table(plants, overall(findings, plants, book), findings, around, book, on=IN_FORCE)
    assert listing(table)["类别"].tolist() == ["沥青拌合站", "预拌混凝土搅拌站"]
    assert totals(table, "district_shown")["站点"].tolist() == [1, 1, 2]


def test_the_paper_map_draws_it(plants, around, book):
    judged = overall(screen(plants, around, book, on=IN_FORCE), plants, book)
    drawn = station_map(plants, judged, around, book, on=IN_FORCE)
    assert any("沥青拌合站" in text for text in drawn.texts())


@pytest.mark.slow
def test_the_report_counts_it_in_every_format(plants, around, book):
    indicators = load_indicators(DATA_DIR / "indicators.csv")
    report = handouts_report.build(plants, around, book, indicators)
    counted = tables.kind_table(report).set_index("kind")
    assert counted.loc["asphalt", ["count", "capacity", "unit"]].tolist() == [1, 30, "wan_t"]
    assert "沥青拌合站" in html.html_bytes(report).decode()
    assert geodata.gpkg_bytes(report)


def test_the_card_on_the_station_map_names_it(monkeypatch, tmp_path):
    monkeypatch.setenv("MIXPLAN_HOME", str(tmp_path))
    rows = "id,name,kind,capacity,lon,lat\na,城南站,沥青,30,116.5,39.9\nc,城北站,搅拌站,60,116.4,40.2\n"
    page = AppTest.from_file(str(ROOT / "pages" / "station_map.py"), default_timeout=60)
    page.query_params["project"] = kept(register=rows.encode())
    page.query_params["plant"] = "a"
    page.run()
    assert not page.exception, [e.value for e in page.exception]
    shown = " ".join(str(e.value) for kind in ("markdown", "caption", "html") for e in page.get(kind))
    assert "沥青拌合站 · 朝阳区" in shown
