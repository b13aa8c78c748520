"""The page 治理整合 alone, on real data, with a decision and its undo, and with an empty register."""

from pathlib import Path

import geopandas as gpd
import pytest
from long_work import ended
from streamlit.testing.v1 import AppTest

from mixplan.jobs.job import Job, submit
from mixplan.registers.plants import Register

pytestmark = pytest.mark.filterwarnings("default")
PAGE = str(Path(__file__).parents[2] / "pages" / "consolidation.py")


@pytest.fixture
def page() -> AppTest:
    return AppTest.from_file(PAGE, default_timeout=180)


def test_before_a_plan_the_page_shows_the_inventory_and_says_so(page: AppTest) -> None:
    page.run()
    assert not page.exception
    assert any("尚未求解" in box.value for box in page.info)
    assert len(page.dataframe[0].value) == 78  # flagged, advisory notes left aside


@pytest.mark.slow
def test_a_decision_can_be_made_and_undone(page: AppTest) -> None:
    page.run()
    page.session_state["con_plant"] = "concrete-m010"
    page.run()
    page.button(key="con_close").click().run()
    assert page.session_state["con_locks"] == {"concrete-m010": "close"}
    page.button(key="con_undo").click().run()
    assert page.session_state["con_locks"] == {}
    assert not page.exception


@pytest.mark.slow
def test_a_plan_is_made_and_shown_and_belongs_to_the_session_that_asked_for_it(page: AppTest) -> None:
    page.run()
    page.select_slider(key="con_gap").set_value(2.0).run()
    ended(page.button(key="con_solve").click().run(), "con")
    assert not page.exception and not page.error
    shown = {metric.label: metric.value for metric in page.metric}
    assert float(shown["产能"].replace(",", "")) <= 7000
    assert int(shown["站点"]) < 179
    assert any("理论最优" in text.value for text in page.markdown)
    assert "consolidation_plan" in page.session_state
    fresh = AppTest.from_file(PAGE, default_timeout=180).run()
    fresh.select_slider(key="con_gap").set_value(2.0).run()
    assert any("尚未求解" in box.value for box in fresh.info)
    assert "consolidation_plan" not in fresh.session_state


def answer_instead(monkeypatch: pytest.MonkeyPatch, function: str) -> None:
    """Whatever the page asks for, the worker does something else."""

    def asked(planner: str, name: str, _function: str, *_given: object, about: object, **_how: object) -> Job:
        return submit(planner, name, f"job_work:{function}", about=about)

    monkeypatch.setattr("mixplan.ui.runs.submit", asked)


def test_a_run_without_a_plan_says_so_until_the_wish_changes(page: AppTest, monkeypatch: pytest.MonkeyPatch) -> None:
    answer_instead(monkeypatch, "find_nothing")
    page.run()
    page.slider(key="con_radius_km").set_value(29).run()
    ended(page.button(key="con_solve").click().run(), "con")
    assert [box.value for box in page.error] == ["已停止；还没有找到方案。"]
    assert [box.value for box in page.run().error] == ["已停止；还没有找到方案。"]
    page.slider(key="con_radius_km").set_value(28).run()
    assert not page.error


def test_a_fault_in_a_run_is_not_hidden(page: AppTest, monkeypatch: pytest.MonkeyPatch) -> None:
    answer_instead(monkeypatch, "fail")
    page.run()
    ended(page.button(key="con_solve").click().run(), "con")
    assert [box.message for box in page.exception] == ["planted"]


@pytest.mark.slow
def test_a_joint_run_shows_lines_and_the_cost_of_deciding_otherwise(page: AppTest) -> None:
    page.run()
    page.select_slider(key="con_gap").set_value(2.0).run()
    page.button(key="con_joint").click().run()
    ended(page, "con")
    assert not page.exception and not page.error
    assert any("新线" in text.value and "湿砂浆" in text.value for text in page.markdown)
    assert page.metric
    page.session_state["con_plant"] = "concrete-m010"
    page.run()
    assert any("另作决定" in text.value for text in page.caption)


def test_an_impossible_wish_is_said_before_solving(page: AppTest) -> None:
    page.run()
    page.slider(key="con_cap_wan_m3").set_value(5000).run()
    assert any("差 1,111 万m³" in box.value for box in page.error)


def test_an_empty_register_is_no_crash(page: AppTest, empty_register: gpd.GeoDataFrame) -> None:
    page.session_state["register"] = Register(plants=empty_register, name="empty.csv", version="empty")
    page.run()
    assert not page.exception
    assert any("没有可以优化的搅拌站" in box.value for box in page.info)
