"""Every hand-out of a project names it, its version and its hash; what a project is called is text and nothing else."""

import html as html_text
import io
import json
import re
import sqlite3
from contextlib import closing

import altair as alt
import openpyxl
import pandas as pd
import pytest
from opened import pdf_text
from pptx import Presentation

from mixplan.base.files.sheets import table_csv
from mixplan.base.progress import unwatched
from mixplan.charts.theme import themed
from mixplan.handouts import formats, geodata, html, pptx, single, workbook
from mixplan.handouts import report as handouts_report
from mixplan.handouts.pdf import pages
from mixplan.handouts.tables import version_table
from mixplan.maps.paper.sheet import StaticMap
from mixplan.projects.origin import Origin
from mixplan.registers.proposals import read_proposal

NAME = "甲<b>{{7*7}}$x$_=1+1"
ORIGIN = Origin("abcdefghijkl", NAME, 12, "0123456789abcdef" * 4)
VERSION, HASH = "第 12 版", "0123456789ab"


@pytest.fixture(scope="module")
def named(plain):
    return handouts_report.of_project(plain, ORIGIN)


def test_the_line_names_project_version_hash_and_scenario():
    assert ORIGIN.text == f"项目“{NAME}”第 12 版，校验值 0123456789ab"
    scenario = Origin("a", "甲", 3, "f" * 64, "少停两站")
    assert scenario.text == "项目“甲”的方案“少停两站”，第 3 版，校验值 ffffffffffff"
    assert scenario.record()["scenario"] == "少停两站" and "scenario" not in ORIGIN.record()


def test_a_files_name_bears_it_and_every_system_takes_that():
    assert Origin("a", "甲/乙: 丙", 3, "f" * 64).mark == "甲_乙_丙_v3_ffffffff"


def test_the_figures_do_not_depend_on_the_project(plain, named):
    assert named.input_hash == plain.input_hash


def test_slides_name_it(named, coarse_maps):
    deck = Presentation(io.BytesIO(pptx.pptx_bytes(named)))
    texts = [[shape.text_frame.text for shape in slide.shapes if shape.has_text_frame] for slide in deck.slides]
    assert any(ORIGIN.text in text for text in texts[0])
    notes = [slide.notes_slide.notes_text_frame.text for slide in deck.slides if slide.has_notes_slide]
    assert sum(ORIGIN.text in note for note in notes) >= 3


def test_every_page_of_the_pdf_names_it(named, coarse_maps):
    words = pdf_text(pages.pdf_bytes(named))
    assert words.count(HASH) > 10 and VERSION in words


def test_the_page_names_it_as_text(named):
    page = html.html_bytes(named).decode()
    assert "甲&lt;b&gt;{{7*7}}$x$_=1+1”第 12 版" in page and "甲<b>" not in page


def test_the_workbook_and_the_map_data_name_it(named, tmp_path):
    rows = list(openpyxl.load_workbook(io.BytesIO(workbook.xlsx_bytes(named)))["版本"].values)
    assert ("项目和版本", ORIGIN.text) in rows and ("项目校验值", ORIGIN.hash) in rows
    (tmp_path / "a.gpkg").write_bytes(geodata.gpkg_bytes(named))
    with closing(sqlite3.connect(tmp_path / "a.gpkg")) as connection:
        assert (ORIGIN.hash,) in connection.execute("SELECT value FROM notes").fetchall()
    (versions,) = (one for name, one in formats.make(named, "geojson").items() if name.endswith("_versions.csv"))
    assert ORIGIN.hash in versions.decode()


def test_a_table_names_it_in_a_last_column_so_that_every_reader_still_reads_it():
    table = pd.DataFrame({"id": ["a", "b"], "lon": [116.1, 116.2], "lat": [39.7, 39.8], "capacity": [30.0, 60.0]})
    plain, named = table_csv(table), table_csv(table, origin=ORIGIN.text)
    read = pd.read_csv(io.BytesIO(named), encoding="utf-8-sig")
    assert read["项目和版本"].tolist() == [ORIGIN.text] * 2
    assert read.drop(columns="项目和版本").equals(pd.read_csv(io.BytesIO(plain), encoding="utf-8-sig"))
    back, without = (read_proposal(content, "a.csv") for content in (named, plain))
    assert not back.errors and back.points.equals(without.points)


def test_a_layer_of_map_data_names_it_beside_its_features(named):
    for name, content in formats.make(named, "geojson").items():
        if name.endswith(".geojson"):
            assert json.loads(content)["project"] == ORIGIN.record(), name


TITLES = {
    "no title": {},
    "a title": {"title": "进度"},
    "a title with a line below": {"title": alt.TitleParams("进度", subtitle="按年")},
    "with lines below": {"title": alt.TitleParams("进度", subtitle=["按年", "万t"])},
}


@pytest.mark.parametrize("name", TITLES)
def test_a_chart_names_it_below_its_title(name):
    data = alt.Data(values=[{"a": 1, "b": 2}])
    chart = themed(alt.Chart(data, **TITLES[name]).mark_point().encode(x="a:Q", y="b:Q").properties(width=600))
    drawn = single.chart_file(single.Print("svg", ORIGIN.text), chart, watcher=unwatched).decode()
    words = html_text.unescape(re.sub("<[^>]*>", "", drawn))
    assert ORIGIN.text.replace(" ", "") in words.replace(" ", "")
    for word in re.findall("[\u4e00-\u9fff]+", str(TITLES[name])):
        assert word in words
    bare = single.chart_file(single.Print("svg"), chart, watcher=unwatched).decode()
    assert HASH not in bare
    picture = single.chart_file(single.Print("png", ORIGIN.text), chart, watcher=unwatched)
    assert picture != single.chart_file(single.Print("png"), chart, watcher=unwatched)


def test_a_single_map_names_it_at_its_foot(named, monkeypatch):
    drawn = []
    monkeypatch.setattr(StaticMap, "png", lambda one, _dpi=0: drawn.append(one.texts()) or b"")
    options = {"on": named.on, "shown": ("stations",), "watcher": unwatched}
    given = named.plants, named.judged, named.layers, named.book
    single.station_map_file(single.Print("png", ORIGIN.text), *given, **options)
    single.station_map_file(single.Print("png"), *given, **options)
    assert any(VERSION in text and HASH in text for text in drawn[0])
    assert not any(VERSION in text for text in drawn[1])


def test_a_single_workbook_names_it_on_a_sheet_of_its_own():
    table = {"站点": pd.DataFrame({"a": [1]})}
    assert single.with_origin(table, "").keys() == table.keys()
    assert single.with_origin(table, ORIGIN.text)["项目"].iloc[0].tolist() == ["项目和版本", ORIGIN.text]


def test_without_a_project_nothing_is_named(plain):
    assert "项目和版本" not in json.dumps(geodata.notes(plain), ensure_ascii=False)


def test_what_must_be_known_of_the_inputs_is_said_in_front_and_with_the_versions(plain):
    told = handouts_report.of_project(plain, None, remark="治理整合方案仍是改动之前的")
    assert told.subtitle.endswith(" · 治理整合方案仍是改动之前的")
    assert ("须知", "治理整合方案仍是改动之前的") in set(map(tuple, version_table(told).to_numpy()))
    assert "须知" not in set(version_table(plain)["项目"])
