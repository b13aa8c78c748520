"""The road network of a session on the pages that go by it."""

import json
import re
from pathlib import Path

import pytest
from kept_work import work_of
from long_work import ended, job_of
from streamlit.testing.v1 import AppTest

from mixplan.jobs.job import submit
from mixplan.siting.suitability import road_distance

PAGES = Path(__file__).parents[2] / "pages"
LOOP = [[116.1, 39.7], [116.75, 39.75], [116.75, 40.15], [116.3, 40.1], [116.1, 39.7], [116.4, 39.95], [116.75, 40.15]]
ISLAND = [[115.97, 40.45], [115.99, 40.47]]
MOUNTAINS = [[116.5, 40.95], [116.52, 40.97]]  # no demand is near


def roads(*lines, name="路.geojson"):
    shape = {"type": "MultiLineString", "coordinates": list(lines)}
    return name, json.dumps(shape).encode(), "application/json"


def load(page_name, *lines, **more):
    page = AppTest.from_file(str(PAGES / f"{page_name}.py"), default_timeout=120).run()
    ended(page.file_uploader(key="network_file").upload(*roads(*lines, **more)).run(), "coverage")
    assert not page.exception, [e.value for e in page.exception]
    return page


def said(page, kind):
    """What the marks of Markdown that keep a text literal stand around."""
    return " ".join(re.sub(r"\\|:small\[\]|small\[\]", "", str(e.value)) for e in page.get(kind))


@pytest.mark.slow
@pytest.mark.parametrize("name", ["coverage", "siting"])
def test_a_network_in_pieces_is_told_with_numbers(name):
    page = load(name, LOOP, ISLAND)
    assert "2 块" in said(page, "caption"), "what was read"
    assert "只够得到需求的" in said(page, "warning")
    assert "需求点离路网太远" in said(page, "warning")


@pytest.mark.slow
def test_a_network_that_reaches_nothing_leaves_no_plan_and_can_be_put_away():
    page = load("siting", MOUNTAINS)
    assert "没有一个需求点够得到" in said(page, "error")
    assert "最优" not in said(page, "success")
    page.button(key="network_file_drop").click().run()
    assert not page.exception and "够得到" not in said(page, "error")
    assert work_of(page).network is None


@pytest.mark.slow
def test_the_way_to_the_nearest_road_is_measured_once_whatever_the_weights(monkeypatch):
    measured = []

    def counted(case, network):
        measured.append(network)
        return road_distance(case, network)

    monkeypatch.setattr("mixplan.siting.suitability.road_distance", counted)
    page = load("siting", LOOP, name="环.geojson")
    page.session_state["siting_section"] = "suitability"
    page.run()
    page.slider(key="siting_weight_roads").set_value(50).run()
    assert not page.exception and len(measured) == 1


@pytest.mark.slow
def test_a_file_that_is_no_network_is_refused_with_its_name_as_text():
    page = load("coverage", [[121.4, 31.2], [121.5, 31.3]], name="![i](http://x/n.png).geojson")
    assert "![i](http://x/n.png).geojson 不在本市" in said(page, "error")
    assert not any("![i](" in str(e.value) for e in page.error)


@pytest.mark.slow
def test_coverage_along_a_network_can_be_stopped_and_follows_what_is_set_meanwhile(monkeypatch):
    def forever(planner, name, _function, *_given, about, **_how):
        return submit(planner, name, "job_work:never_look_up", None, about=about)

    monkeypatch.setattr("mixplan.ui.runs.submit", forever)
    page = AppTest.from_file(str(PAGES / "coverage.py"), default_timeout=120).run()
    page.file_uploader(key="network_file").upload(*roads(LOOP)).run()
    first = job_of(page, "coverage")
    assert not page.metric
    page.slider(key="radius_mortar").set_value(25).run()
    second = job_of(page, "coverage")
    assert first.wait(20) and first.look().why == "asked" and second.id != first.id
    page.button(key="coverage_stop").click().run()
    ended(page, "coverage")
    assert not page.metric and "还没有结果" in said(page, "warning")
    monkeypatch.setattr("mixplan.ui.runs.submit", submit)
    ended(page.button(key="coverage_again").click().run(), "coverage")
    assert page.metric and not page.exception
