"""The page 治理整合: plans side by side, stale and not gone, kept by the project; its long work taken over once."""

import json
import re
from collections.abc import Callable
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from kept_work import kept, work_of
from long_work import ended
from streamlit.delta_generator import DeltaGenerator
from streamlit.testing.v1 import AppTest

from mixplan.base.errors import DataError
from mixplan.base.paths import DATA_DIR
from mixplan.consolidation.answers import Answer
from mixplan.jobs.job import Job, jobs_of, submit
from mixplan.plan.datapackage import solved
from mixplan.projects.project import ConsolidationWork, Desk, PlanKind, Project, Result, SitingWork
from mixplan.projects.store import Store, open_store

pytestmark = pytest.mark.filterwarnings("default")
PAGE = str(Path(__file__).parents[2] / "pages" / "consolidation.py")
FLAGGED = "concrete-m010"
SHIPPED = ["目标年方案 · 随附方案", "逐年方案 · 随附方案", "与砂浆线联合 · 随附方案"]
Page = Callable[..., AppTest]


@pytest.fixture
def open_page() -> Page:
    """The page, in a new tab, of a project and with a station chosen where the address names one."""

    def opened(project: str = "", planner: str = "", **named: str) -> AppTest:
        page = AppTest.from_file(PAGE, default_timeout=180)
        for key, value in (named | ({"project": project} if project else {})).items():
            page.query_params[key] = value
        if planner:
            page.session_state["planner"] = planner
        return checked(page.run())

    return opened


def checked(page: AppTest) -> AppTest:
    assert not page.exception, [fault.value for fault in page.exception]
    return page


def id_of(page: AppTest) -> str:
    found: Any = page.query_params["project"]
    return str(found[0] if isinstance(found, list) else found)


def plans(page: AppTest) -> list[str]:
    """The plans to choose from, each with whose it is and whether what it was made from has changed."""
    radio = page.radio(key="con_plan_zh")
    marks = [re.findall("随附方案|条件已改", text) for text in radio.proto.captions]
    return [" · ".join([name, *mark]) for name, mark in zip(radio.options, marks, strict=True)]


def warned(page: AppTest) -> str:
    return page.warning[0].value if page.warning else ""


def figures(page: AppTest) -> dict[str, str]:
    return {metric.label: metric.value for metric in page.metric}


def below(page: AppTest, part: str) -> AppTest:
    """The page with another part shown below the map."""
    return checked(page.segmented_control(key="con_section").set_value(part).run())


def own_decisions(page: AppTest) -> dict[str, str]:
    return dict(work_of(page).consolidation.decisions)


def answer(kind: str) -> Answer:
    """A shipped plan as if a worker had just found it."""
    figures = {"sites": 93.0, "flagged": 38.0, "haul_km": 6.4, "gap_pct": 0.5}
    return Answer(solved(f"consolidation_{kind}"), figures, "2012-02-01T08:00:00+00:00")


@pytest.fixture
def answer_instead(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Whatever the page asks for, the worker does something else."""

    def instead(function: str, *given: object) -> None:
        def asked(planner: str, name: str, _function: str, *_given: object, about: object, **_how: object) -> Job:
            return submit(planner, name, f"job_work:{function}", *given, about=about)

        monkeypatch.setattr("mixplan.ui.runs.submit", asked)

    return instead


# --- what stands there at first --------------------------------------------------------------------------------------


def test_at_first_the_shipped_plans_stand_side_by_side_and_nothing_is_said_to_be_missing(open_page: Page) -> None:
    page = open_page()
    assert plans(page) == SHIPPED
    assert page.radio(key="con_plan_zh").value == "single"
    assert float(figures(page)["产能"].replace(",", "")) <= 7000
    assert int(figures(page)["站点"]) < 179
    assert not page.warning and not any("尚未求解" in box.value for box in page.info)
    assert len(page.dataframe[0].value) == 78  # flagged, advisory notes left aside


def test_the_gap_of_a_plan_is_one_number_wherever_it_is_said(open_page: Page) -> None:
    page = open_page()
    (gap,) = re.findall(r"差距 ([\d.]+)%", page.radio(key="con_plan_zh").proto.captions[0])
    assert any(f"相差不超过 {gap}%" in text.value for text in page.markdown)


def test_looking_at_a_plan_of_another_kind_changes_no_setting(open_page: Page) -> None:
    page = open_page()
    single = figures(page)
    checked(page.radio(key="con_plan_zh").set_value("phased").run())
    assert page.select_slider(key="con_year").options == [str(year) for year in range(2011, 2016)]
    assert figures(page) != single and not page.warning
    assert work_of(page).consolidation == ConsolidationWork(shown="phased")


def test_the_switch_for_years_shows_the_plan_by_years(open_page: Page) -> None:
    page = open_page()
    checked(page.toggle(key="con_phased").set_value(True).run())
    assert page.radio(key="con_plan_zh").value == "phased"
    checked(page.toggle(key="con_phased").set_value(False).run())
    assert page.radio(key="con_plan_zh").value == "single"


# --- stale, not gone -------------------------------------------------------------------------------------------------


def test_a_decision_leaves_the_plan_in_sight_and_says_what_has_changed_until_it_is_taken_back(open_page: Page) -> None:
    page = open_page(plant=FLAGGED)
    before = figures(page)
    checked(page.button(key="con_close").click().run())
    assert own_decisions(page) == {FLAGGED: "close"}
    assert figures(page) == before
    assert "1 个站点的决定" in warned(page)
    assert all(name.endswith("条件已改") for name in plans(page))
    checked(page.button(key="con_undo").click().run())
    assert own_decisions(page) == {}
    assert plans(page) == SHIPPED and not page.warning


def test_a_list_of_a_plan_from_before_a_change_says_so_in_itself(
    open_page: Page, monkeypatch: pytest.MonkeyPatch
) -> None:
    files: dict[str, Callable[[], bytes]] = {}
    monkeypatch.setattr(
        DeltaGenerator, "download_button", lambda _self, label, data, *_more, **_how: files.update({label: data})
    )
    page = open_page(plant=FLAGGED)
    assert "求解之后改了" not in files["CSV"]().decode()
    checked(page.button(key="con_close").click().run())
    assert "求解之后改了：1 个站点的决定" in files["CSV"]().decode()


def test_a_setting_that_has_changed_is_named_with_both_values(open_page: Page) -> None:
    page = open_page()
    before = page.slider(key="con_radius_km").value
    checked(page.slider(key="con_radius_km").set_value(29).run())
    assert f"{before:g}→29 km" in warned(page)


def test_a_limit_on_a_district_stays_where_it_is_set_to_what_it_begins_with(open_page: Page) -> None:
    page, district = open_page(), "110105"
    checked(page.multiselect(key="con_districts").set_value([district]).run())
    checked(page.number_input(key=f"con_cap_{district}").set_value(18).run())
    checked(page.number_input(key=f"con_cap_{district}").set_value(20).run())
    assert dict(work_of(page).consolidation.wishes.district_most) == {district: 20}
    assert "站点数上限" in warned(page)


def test_an_impossible_wish_is_said_before_solving(open_page: Page) -> None:
    page = open_page()
    page.slider(key="con_cap_wan_m3").set_value(5000).run()
    assert any("差 1,111 万m³" in box.value for box in page.error)


# --- what stands below the map ---------------------------------------------------------------------------------------


def parts_drawn(page: AppTest) -> set[str]:
    marks = {"con_actions_csv": "decisions", "con_pareto": "tradeoff", "con_joint": "joint", "con_show_joint": "joint"}
    buttons = [*page.get("button"), *page.get("download_button")]
    return {marks[one.key] for one in buttons if one.key in marks}


def test_of_the_parts_below_the_map_only_the_one_that_is_looked_at_is_drawn(open_page: Page) -> None:
    page = open_page()
    assert parts_drawn(page) == {"decisions"}
    assert parts_drawn(below(page, "tradeoff")) == {"tradeoff"}
    assert parts_drawn(below(page, "joint")) == {"joint"}


def test_the_part_that_is_looked_at_stands_in_the_address(open_page: Page) -> None:
    page = below(open_page(), "joint")
    assert "joint" in page.query_params["con_section"]
    assert parts_drawn(open_page(con_section="joint")) == {"joint"}
    assert "con_section" not in below(page, "decisions").query_params


# --- it lasts --------------------------------------------------------------------------------------------------------


def test_a_reload_and_a_second_tab_show_what_was_there(open_page: Page, answer_instead: Callable[..., None]) -> None:
    first = open_page(plant=FLAGGED)
    first.slider(key="con_radius_km").set_value(28).run()
    first.select_slider(key="con_gap").set_value(2.0).run()
    checked(first.button(key="con_retain").click().run())
    answer_instead("hand_back", answer("joint"))
    checked(ended(below(first, "joint").button(key="con_joint").click().run(), "con"))
    again = open_page(id_of(first), plant=FLAGGED)
    assert again.slider(key="con_radius_km").value == 28
    assert again.select_slider(key="con_gap").value == 2.0
    assert own_decisions(again) == {FLAGGED: "retain"}
    assert again.radio(key="con_plan_zh").value == "joint"
    assert (plans(again), figures(again), warned(again)) == (plans(first), figures(first), warned(first))
    assert again.button(key="con_retain").proto.type == "primary"
    assert again.query_params["plant"] == FLAGGED


def test_a_joint_run_leaves_the_plan_by_years_where_it_is(open_page: Page, answer_instead: Callable[..., None]) -> None:
    page = open_page()
    page.toggle(key="con_phased").set_value(True).run()
    answer_instead("hand_back", answer("phased"))
    checked(ended(page.button(key="con_solve").click().run(), "con"))
    phased = work_of(page).consolidation.plans["phased"]
    answer_instead("hand_back", answer("joint"))
    page.slider(key="con_radius_km").set_value(29).run()
    checked(ended(below(page, "joint").button(key="con_joint").click().run(), "con"))
    assert work_of(page).consolidation.plans["phased"] == phased
    assert plans(page) == ["目标年方案 · 随附方案 · 条件已改", "逐年方案 · 条件已改", "与砂浆线联合"]


def test_an_answer_is_taken_over_once_and_what_is_undone_stays_undone(
    open_page: Page, answer_instead: Callable[..., None]
) -> None:
    answer_instead("hand_back", answer("single"))
    page = open_page(planner="once")
    checked(ended(page.button(key="con_solve").click().run(), "con"))
    assert plans(page)[0] == "目标年方案"
    assert jobs_of("once", "con") == []
    page.button(key="undo").click().run()
    assert plans(page) == SHIPPED
    assert plans(open_page(id_of(page), planner="once")) == SHIPPED


def test_an_answer_goes_to_the_project_that_it_was_asked_for(
    open_page: Page, answer_instead: Callable[..., None]
) -> None:
    answer_instead("hand_back", answer("single"))
    page = open_page(planner="two projects")
    mine = id_of(page.button(key="con_solve").click().run())
    other = kept()
    (job,) = jobs_of("two projects", "con") or [None]
    assert job is None or job.wait(60)
    elsewhere = open_page(other, planner="two projects")
    assert plans(elsewhere) == SHIPPED
    assert open_store().load(other).project == Project()
    assert open_store().load(mine).project.consolidation.plans["single"].figures["sites"] == 93


def test_an_answer_for_a_project_that_is_erased_is_said_to_be_lost_once_and_goes(
    open_page: Page, answer_instead: Callable[..., None]
) -> None:
    answer_instead("hand_back", answer("single"))
    mine = id_of(open_page(planner="erased").button(key="con_solve").click().run())
    for job in jobs_of("erased", "con"):
        assert job.wait(60)
    store = open_store()
    store.delete(mine, who="测试")
    store.erase(mine)
    other = kept()
    assert "它所属的项目已不在" in warned(open_page(other, planner="erased"))
    assert jobs_of("erased", "con") == []
    assert warned(open_page(other, planner="erased")) == ""


def test_a_run_without_a_plan_says_so_until_the_wish_changes(
    open_page: Page, answer_instead: Callable[..., None]
) -> None:
    answer_instead("find_nothing")
    page = open_page()
    page.slider(key="con_radius_km").set_value(29).run()
    ended(page.button(key="con_solve").click().run(), "con")
    assert [box.value for box in page.error] == ["已停止；还没有找到方案。"]
    assert [box.value for box in page.run().error] == ["已停止；还没有找到方案。"]
    page.slider(key="con_radius_km").set_value(28).run()
    assert not page.error


def test_a_fault_in_a_run_is_not_hidden(open_page: Page, answer_instead: Callable[..., None]) -> None:
    answer_instead("fail")
    page = open_page()
    ended(page.button(key="con_solve").click().run(), "con")
    assert [box.message for box in page.exception] == ["planted"]


def test_what_has_changed_is_solved_by_itself_where_that_is_wished_for_and_asked_once(
    open_page: Page, answer_instead: Callable[..., None]
) -> None:
    answer_instead("find_nothing")
    page = open_page(plant=FLAGGED)
    page.toggle(key="con_auto").set_value(True).run()
    assert "run_con" not in page.session_state and not page.error
    page.button(key="con_close").click().run()
    ended(page, "con")
    assert [box.value for box in page.error] == ["已停止；还没有找到方案。"]
    assert "run_con" not in page.run().session_state


# --- from page to page -----------------------------------------------------------------------------------------------


def test_the_lines_of_a_joint_plan_go_to_the_siting_page_in_one_step(open_page: Page) -> None:
    desk = Desk(begun=True, plan={"own-1": 1}, own={"own-1": (116.4, 39.9)}, locked={"own-1": 1})
    own = Project(siting=SitingWork(desk=desk))
    page = open_page(kept(own))
    page.radio(key="con_plan_zh").set_value("joint").run()
    joint = below(page, "joint")
    assert any("自己锁定的 1 处不在联合方案里" in one.value for one in joint.caption), "what goes is said before"
    checked(joint.button(key="con_to_siting").click().run())
    assert not any("自己锁定" in one.value for one in page.caption)
    desk = work_of(page).siting.desk
    assert sum(desk.plan.values()) == 11 and desk.locked == desk.plan
    assert set(desk.own) == {"own-1", *desk.plan} and desk.begun
    east = [desk.own[site][0] for site in sorted(desk.plan)]  # the order in which the siting page numbers them
    lines = next(table.value for table in page.dataframe if "经度" in table.value)
    assert east == pytest.approx(lines["经度"].tolist(), abs=1e-4)
    page.button(key="undo").click().run()
    assert work_of(page).siting == own.siting


def page_of_the_plan() -> None:
    import streamlit as st

    from mixplan.ui import proposals, work

    work.begin("projects")
    plan = proposals.shown_plan()
    st.session_state["remark"] = proposals.plan_remark()
    if plan is not None:
        st.session_state["plan"] = plan[0]


@pytest.fixture
def handed_on() -> Callable[[str], AppTest]:
    """A page that asks for the plan and draws nothing of its own."""

    def opened(project: str = "") -> AppTest:
        page = AppTest.from_function(page_of_the_plan, default_timeout=60)
        if project:
            page.query_params["project"] = project
        return checked(page.run())

    return opened


def test_other_pages_have_the_shipped_plan_before_this_one_was_looked_at(handed_on: Callable[..., AppTest]) -> None:
    page = handed_on()
    plan = page.session_state["plan"]
    record = solved("consolidation_single")["plan"]
    stopped = set(record["years"]["2015"]["stopped"])
    assert set(plan.index[plan["capacity"] == 0]) == stopped
    assert set(plan.index) == set(record["stations"]) and not page.warning


def test_other_pages_have_the_plan_that_is_shown_and_are_told_where_it_is_stale(
    handed_on: Callable[..., AppTest],
) -> None:
    page = handed_on(kept(Project(consolidation=ConsolidationWork(shown="phased", decisions={FLAGGED: "close"}))))
    assert "1 个站点的决定" in page.session_state["remark"]
    stopped = set(solved("consolidation_phased")["plan"]["years"]["2015"]["stopped"])
    plan = page.session_state["plan"]
    assert set(plan.index[plan["capacity"] == 0]) == stopped


ANSWER = {"plant_id": FLAGGED, "decision": "retain", "low": 0.0, "high": 0.0, "message": ""}


@pytest.mark.parametrize(
    ("kind", "instead", "lacking"),
    [
        ("single", {"plan": None, "answer": ANSWER}, "plan"),
        ("joint", {}, "joint"),
        ("tradeoff", {"plan": None, "points": []}, "points"),
    ],
    ids=["an answer for a plan", "a plan without lines for a joint one", "no points"],
)
def test_a_record_that_is_none_of_what_it_should_be_is_refused_in_words(
    open_page: Page, handed_on: Callable[..., AppTest], kind: PlanKind, instead: dict[str, Any], lacking: str
) -> None:
    project, store = kept(), open_store()
    content = json.dumps({**solved("consolidation_single"), **instead}).encode()
    key = store.put_content(project, content, name="result.json", media="application/json")
    made = ConsolidationWork(plans={kind: Result(key, "0" * 64, "", "", "")}, shown=kind)
    store.save(project, Project(), Project(consolidation=made), who="测试")
    assert f"中没有 {lacking}" in warned(open_page(project))
    handed_on(project)


def test_a_workbook_of_a_stale_plan_says_what_has_changed(open_page: Page) -> None:
    page = open_page(kept(Project(consolidation=ConsolidationWork(decisions={FLAGGED: "close"}))))
    checked(ended(page.button(key="con_book_xlsx").click().run(), "file"))
    (content,) = page.session_state["files"].values()
    first = pd.read_excel(BytesIO(content), sheet_name=0)
    assert first.iloc[:, 0].tolist() == ["1 个站点的决定"]


# --- another register ------------------------------------------------------------------------------------------------


def register(without: str) -> bytes:
    """The shipped register without one station."""
    lines = (DATA_DIR / "plants.csv").read_text(encoding="utf-8").splitlines(keepends=True)
    return "".join(line for line in lines if not line.startswith(f"{without},")).encode()


def test_a_plan_of_another_register_stays_whole_and_shipped_ones_are_not_of_it(
    open_page: Page, answer_instead: Callable[..., None]
) -> None:
    page = open_page(kept(register=register(FLAGGED)))
    assert any("尚未求解" in box.value for box in page.info)
    answer_instead("hand_back", answer("single"))
    first = open_page()
    checked(ended(first.button(key="con_solve").click().run(), "con"))
    whole = figures(first)
    store = open_store()
    now = store.load(id_of(first))
    use = store.load(id_of(page)).project.register
    store.put_content(now.id, register(FLAGGED), name="登记册.csv", media="text/csv")
    store.save(now.id, now.project, replace(now.project, register=use), who="测试")
    checked(first.run())
    assert plans(first) == ["目标年方案 · 条件已改"]
    assert figures(first) == whole and "登记册" in warned(first)


def test_an_empty_register_is_no_crash(open_page: Page) -> None:
    header = (DATA_DIR / "plants.csv").read_text(encoding="utf-8").splitlines()[0]
    page = open_page(kept(register=f"{header}\n".encode()))
    assert any("没有可以优化的搅拌站" in box.value for box in page.info)


@pytest.mark.parametrize("kind", ["single", "phased"])
def test_a_solve_begins_from_the_plan_that_there_is(
    open_page: Page, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    given: list[Any] = []

    def asked(
        planner: str, name: str, _function: str, *_given: object, about: object, options: Any, **_how: Any
    ) -> Job:
        given.append(options["older"])
        return submit(planner, name, "job_work:hand_back", answer(kind), about=about)

    monkeypatch.setattr("mixplan.ui.runs.submit", asked)
    page = open_page()
    page.toggle(key="con_phased").set_value(kind == "phased").run()
    page.slider(key="con_radius_km").set_value(28).run()
    checked(ended(page.button(key="con_solve").click().run(), "con"))
    assert given == [solved(f"consolidation_{kind}")]


# --- with the solver -------------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_a_plan_is_solved_with_a_decision_which_survives_it(open_page: Page) -> None:
    page = open_page(plant=FLAGGED)
    page.select_slider(key="con_gap").set_value(2.0).run()
    stopped = FLAGGED in solved("consolidation_single")["plan"]["years"]["2015"]["stopped"]
    action = "retain" if stopped else "close"
    page.button(key=f"con_{action}").click().run()
    checked(ended(page.button(key="con_solve").click().run(), "con"))
    assert not page.error
    assert own_decisions(page) == {FLAGGED: action}
    assert plans(page)[0] == "目标年方案"
    assert any("理论最优" in text.value for text in page.markdown)
    assert any("另作决定" in text.value for text in page.caption)
    assert plans(open_page()) == SHIPPED  # a new project begins with the shipped ones


@pytest.mark.slow
def test_a_point_of_the_tradeoff_stands_beside_the_other_plans(
    open_page: Page, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mixplan.ui.consolidation.solve._TRADEOFF_STEPS", 2)  # the least and the most are points enough
    monkeypatch.setattr("mixplan.ui.consolidation.solve._TRADEOFF_S", 5.0)
    page = open_page()
    page.radio(key="con_plan_zh").set_value("single").run()
    checked(ended(below(page, "tradeoff").button(key="con_pareto").click().run(), "con"))
    least = page.selectbox(key="con_pick").options[0]
    checked(page.button(key="con_adopt").click().run())
    assert page.radio(key="con_plan_zh").value == "tradeoff"
    assert figures(page)["需治理"] == least.split(" · ")[0]
    checked(page.button(key="con_drop").click().run())
    assert page.radio(key="con_plan_zh").value == "single"
    assert plans(page) == [*SHIPPED, "取舍曲线的一点"]


def test_nothing_is_begun_where_its_answer_could_not_be_kept(open_page: Page, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_given: object, **_how: object) -> None:
        raise DataError("数据库连不上。")

    page = open_page()
    monkeypatch.setattr(Store, "create", fail)
    checked(page.button(key="con_solve").click().run())
    assert "run_con" not in page.session_state
    assert [box.value for box in page.error] == ["数据库连不上。"]
