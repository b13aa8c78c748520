"""The page 治理整合 alone, on real data, with a decision and its undo, and with an empty register."""

from pathlib import Path

import geopandas as gpd
import pytest
from streamlit.testing.v1 import AppTest

from mixplan.base.errors import InfeasibleError
from mixplan.consolidation import plan
from mixplan.registers.plants import Register

pytestmark = pytest.mark.filterwarnings("default")
PAGE = str(Path(__file__).parents[2] / "pages" / "consolidation.py")


@pytest.fixture
def page() -> AppTest:
    return AppTest.from_file(PAGE, default_timeout=180)


def solved(app: AppTest, seconds: float = 300.0) -> AppTest:
    if "run_con" not in app.session_state:  # ended before the page had drawn its progress
        return app
    app.session_state["run_con"].job.wait(seconds)
    return app.run()  # as the rerun that finds the work ended leaves it: nobody presses anything afterwards


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
    solved(page.button(key="con_solve").click().run())
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


@pytest.mark.slow
def test_a_run_without_a_plan_says_so_until_the_wish_changes(page: AppTest, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_args: object, **_options: object) -> None:
        raise InfeasibleError("90 秒内没有找到方案")

    monkeypatch.setattr(plan, "solve", fail)
    page.run()
    page.slider(key="con_radius_km").set_value(29).run()
    solved(page.button(key="con_solve").click().run())
    assert [box.value for box in page.error] == ["90 秒内没有找到方案"]
    assert [box.value for box in page.run().error] == ["90 秒内没有找到方案"]
    page.slider(key="con_radius_km").set_value(28).run()
    assert not page.error


def test_a_fault_in_a_run_is_not_hidden(page: AppTest, monkeypatch: pytest.MonkeyPatch) -> None:
    def fault(*_args: object, **_options: object) -> None:
        raise ZeroDivisionError("planted")

    monkeypatch.setattr(plan, "solve", fault)
    page.run()
    page.slider(key="con_radius_km").set_value(27).run()
    solved(page.button(key="con_solve").click().run())
    assert [box.message for box in page.exception] == ["planted"]


@pytest.mark.slow
def test_a_joint_run_shows_lines_and_the_cost_of_deciding_otherwise(page: AppTest) -> None:
    page.run()
    page.select_slider(key="con_gap").set_value(2.0).run()
    page.button(key="con_joint").click().run()
    solved(page)
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
