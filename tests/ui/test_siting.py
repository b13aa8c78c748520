"""The siting page without a browser: the shipped case, settings, solve, stop, own plan, undo, comparison, reload."""

import json
import re
from pathlib import Path

import pytest
from kept_work import kept
from long_work import job_of, searching
from streamlit.delta_generator import DeltaGenerator
from streamlit.testing.v1 import AppTest

from mixplan.base.errors import SitingError
from mixplan.base.paths import DATA_DIR
from mixplan.base.progress import Progress
from mixplan.jobs.job import submit
from mixplan.plan.datapackage import solved as record
from mixplan.projects.project import Desk, Project, SitingWork
from mixplan.siting.settings import Effort
from mixplan.siting.wishes import SitingWishes
from mixplan.ui.siting import answers, bounds, solve

PAGE = Path(__file__).parents[2] / "pages" / "siting.py"
ALLOWED, INSIDE_RING = ("point", 116.75, 40.15), ("point", 116.40, 39.95)
SHIPPED = json.loads((DATA_DIR / "solved" / "siting.json").read_text())["proposal"]["lines"]
FIRST, SECOND, *_REST = SHIPPED


def texts(page: AppTest) -> str:
    return " ".join(
        str(e.value) for kind in ("markdown", "caption", "info", "warning", "error", "success") for e in page.get(kind)
    )


def metrics(page: AppTest) -> dict[str, str]:
    return {metric.label: metric.value for metric in page.metric}


def ok(page: AppTest) -> AppTest:
    assert not page.exception, [e.value for e in page.exception]
    return page


def press(page: AppTest, key: str) -> AppTest:
    """Press a button, which may have what it is about, as a number, behind its key."""
    (button,) = (one for one in page.button if one.key and re.fullmatch(rf"{key}(_\d)?", one.key))
    return ok(button.click().run())


def look(page: AppTest, what: tuple | None) -> AppTest:
    page.session_state["siting_focus"] = what
    return ok(page.run())


def work(page: AppTest) -> Project:
    return page.session_state["work"].project


def desk(page: AppTest) -> Desk:
    return work(page).siting.desk


def again(page: AppTest) -> AppTest:
    """The same project in another tab."""
    other = AppTest.from_file(str(PAGE), default_timeout=120)
    other.query_params["project"] = page.session_state["work"].id
    return ok(other.run())


def solved(page: AppTest) -> AppTest:
    """The page when the solve that was begun has reached its goal or, if that takes long, was stopped."""
    job = job_of(page, "siting_solve")
    searching(job)
    job.stop()
    job.wait(120)
    return ok(page.run())


@pytest.fixture
def page() -> AppTest:
    return ok(AppTest.from_file(str(PAGE), default_timeout=120).run())


@pytest.fixture
def planned() -> AppTest:
    """The page with a plan of three proposals of the planner's, and nothing else."""
    own = {"own-1": ALLOWED[1:], "own-2": (116.05, 39.70), "own-3": (116.75, 39.75)}
    lines = dict.fromkeys(own, 1)
    page = AppTest.from_file(str(PAGE), default_timeout=120)
    page.query_params["project"] = kept(
        Project(siting=SitingWork(desk=Desk(begun=True, plan=lines, own=own, locked=lines)))
    )
    return ok(page.run())


def test_the_shipped_case_stands_there_solved(page):
    assert "条数建满时产能 625 万t/年，需求 635 万t/年，仍缺 10 万t/年。" in texts(page)
    assert "随附方案" in texts(page)
    assert "此方案与理论最优相差不超过 1.0%" in texts(page)
    assert metrics(page)["新建生产线"] == "11 条 440 万t"
    assert set(page.dataframe[0].value["编号"]) == set(SHIPPED)
    assert "work" not in page.session_state or page.session_state["work"].id == "", "looking at it makes no project"


def test_a_change_of_the_shipped_case_is_the_planners_own_from_then_on(page):
    site = min(SHIPPED)
    look(page, ("site", site))
    press(page, "siting_remove")
    assert desk(page).begun
    assert set(desk(page).plan) == set(SHIPPED) - {site}
    assert "共 10 条线，要求 11 条" in texts(page)
    assert "随附方案" not in texts(page)
    press(page, "undo")
    assert not desk(page).begun
    assert metrics(page)["新建生产线"] == "11 条 440 万t"


def test_what_has_changed_since_it_was_solved_is_said(page):
    ok(page.slider(key="siting_detour").set_value(1.2).run())
    assert "求解以后改变了" in texts(page)
    assert "1.3→1.2" in texts(page)
    assert "站点还是原来求得的" in texts(page)
    assert metrics(page)["新建生产线"] == "11 条 440 万t", "stale, not gone"
    assert metrics(page)["离最优至多"] == "—"
    assert page.button(key="siting_solve").label == "重新求解"
    press(page, "undo")
    assert "求解以后改变了" not in texts(page)


def test_a_file_of_lines_from_before_a_change_says_so_in_itself(page, monkeypatch):
    files = {}
    monkeypatch.setattr(
        DeltaGenerator, "download_button", lambda _self, label, data, *_more, **_how: files.update({label: data})
    )
    ok(page.slider(key="siting_detour").set_value(1.2).run())
    for name in ("CSV", "GeoJSON"):
        text = files[name]()
        assert "1.3→1.2" in (text if isinstance(text, str) else text.decode())


def test_a_radius_that_nothing_is_chosen_by_leaves_the_proof(page):
    ok(page.slider(key="siting_radius_km").set_value(25).run())
    assert "30→25 km" in texts(page)
    assert "站点还是原来求得的" not in texts(page)
    assert metrics(page)["离最优至多"] == "≤ 1.0%"


@pytest.mark.parametrize(("detour", "start"), [(1.2, SHIPPED), (1.3, None)], ids=["another question", "the same one"])
def test_another_question_is_solved_from_the_plan_on_the_desk_and_the_same_one_afresh(page, monkeypatch, detour, start):
    starts = []

    def asked(planner, name, _function, *_given, about, options, **_how):
        starts.append(options["start"])
        return submit(planner, name, "job_work:hand_back", record("siting"), about=about)

    monkeypatch.setattr("mixplan.ui.runs.submit", asked)
    ok(page.slider(key="siting_detour").set_value(detour).run())
    press(page, "siting_solve")
    assert starts == [start]


@pytest.mark.slow
def test_a_stopped_solve_keeps_the_best_so_far_in_the_project(page):
    press(page, "siting_clear")
    assert metrics(page)["新建生产线"] == "0 条 0 万t"
    press(page, "siting_solve")
    solved(page)
    assert metrics(page)["新建生产线"] == "11 条 440 万t"
    assert "被中途停止" in texts(page) or "已达到要求的差距" in texts(page)
    assert len(page.dataframe[0].value) == 11
    other = again(page)
    assert metrics(other) == metrics(page)
    assert list(other.dataframe[0].value["编号"]) == list(page.dataframe[0].value["编号"])
    assert "求解以后改变了" not in texts(other)
    press(page, "undo")
    assert metrics(page)["新建生产线"] == "0 条 0 万t"
    press(page, "redo")
    assert metrics(page) == metrics(other)


def test_an_answer_that_proves_nothing_is_taken_all_the_same():
    raw = json.loads((DATA_DIR / "solved" / "siting.json").read_text())
    raw["proposal"] |= {"status": "interrupted", "bound": None}
    answer = answers.read(raw)
    first = bounds.with_answer(SitingWork(), answer)
    (shown,) = first.bounds.values()
    assert (shown.bound, shown.cost) == (None, raw["proposal"]["objective"])
    better = answers.read(json.loads((DATA_DIR / "solved" / "siting.json").read_text()))
    (merged,) = bounds.with_answer(bounds.with_answer(first, better), answer).bounds.values()
    assert merged.bound == better.proposal.bound, "what is proven stays proven"


def test_a_record_of_something_else_is_refused_in_words():
    check = {"shares": {}, "chosen": {}, "runs": 1, "wanted": 1, "near_km": 3.0, "seed": 0}
    raw = {**record("siting"), "proposal": None, "stability": check}
    with pytest.raises(SitingError, match="求解结果 中没有 proposal"):
        answers.read(raw)


@pytest.mark.slow
def test_a_page_that_is_loaded_again_takes_the_answer_once(page):
    press(page, "siting_clear")
    press(page, "siting_solve")
    reloaded = AppTest.from_file(str(PAGE), default_timeout=120)
    reloaded.session_state["planner"] = page.session_state["planner"]
    reloaded.query_params["project"] = page.session_state["work"].id
    ok(reloaded.run())
    assert job_of(reloaded, "siting_solve").id == job_of(page, "siting_solve").id, "found again under way"
    solved(reloaded)
    assert metrics(reloaded)["新建生产线"] == "11 条 440 万t"
    revision = reloaded.session_state["work"].revision
    assert metrics(ok(page.run())) == metrics(reloaded)
    press(page, "siting_clear")
    third = AppTest.from_file(str(PAGE), default_timeout=120)
    third.session_state["planner"] = page.session_state["planner"]
    third.query_params["project"] = page.session_state["work"].id
    ok(third.run())
    assert metrics(third)["新建生产线"] == "0 条 0 万t", "an answer that was taken does not come back"
    assert third.session_state["work"].revision == revision + 1


@pytest.mark.slow
def test_an_answer_goes_into_the_project_that_asked_for_it(page):
    press(page, "siting_clear")
    press(page, "siting_solve")
    first = page.session_state["work"].id
    job = job_of(page, "siting_solve")
    searching(job)
    page.query_params["project"] = again_new(page)
    ok(page.run())
    job.stop()
    job.wait(120)
    ok(page.run())
    assert not desk(page).begun, "the other project's desk stays as it is"
    page.query_params["project"] = first
    ok(page.run())
    assert sum(desk(page).plan.values()) == 11


def again_new(page: AppTest) -> str:
    """Another project, with a setting of its own."""
    other = ok(AppTest.from_file(str(PAGE), default_timeout=120).run())
    ok(other.slider(key="siting_radius_km").set_value(20).run())
    return str(other.session_state["work"].id)


@pytest.mark.slow
def test_lines_set_by_hand_survive_a_solve_and_their_cost_is_said(page):
    look(page, ("point", 116.75, 40.40))
    press(page, "siting_add")
    assert dict(desk(page).locked) == {"own-1": 1}
    assert "共 12 条线，要求 11 条" in texts(page)
    press(page, "siting_solve")
    solved(page)
    assert desk(page).plan["own-1"] == 1
    assert sum(desk(page).plan.values()) == 11
    assert "锁定和禁用" in texts(page)
    assert "还不知道" not in texts(page), "the shipped case tells what is possible without"
    press(page, "siting_let_go")
    assert not desk(page).locked
    assert desk(page).plan["own-1"] == 1, "the plan stays until it is solved anew"


@pytest.mark.slow
def test_a_cost_that_is_not_known_can_be_asked_for(page):
    ok(page.slider(key="siting_detour").set_value(1.2).run())
    look(page, ("site", min(SHIPPED)))
    press(page, "siting_lock")
    assert "要付出多少代价还不知道" in texts(page)
    before = desk(page)
    press(page, "siting_solve_unwished")
    solved(page)
    assert "还不知道" not in texts(page)
    assert desk(page) == before
    assert metrics(page)["离最优至多"] != "—", "what was proven without locks holds with them"


@pytest.mark.slow
def test_it_is_solved_by_itself_where_that_is_wished(page):
    ok(page.toggle(key="siting_auto").set_value(True).run())
    assert "run_siting_solve" not in page.session_state, "nothing has changed yet"
    ok(page.number_input(key="siting_lines").set_value(10).run())
    solved(page)
    assert metrics(page)["新建生产线"] == "10 条 400 万t"
    assert "求解以后改变了" not in texts(page)
    press(page, "undo")
    assert metrics(page)["新建生产线"] == "11 条 440 万t"
    assert "run_siting_solve" not in page.session_state, "what was undone is not begun again"


@pytest.mark.slow
def test_another_tab_shows_settings_locks_and_proposals(planned):
    ok(planned.slider(key="siting_quota_NE").set_range(1, 5).run())
    ok(planned.segmented_control(key="siting_section").set_value("suitability").run())
    ok(planned.slider(key="siting_weight_demand").set_value(10).run())
    look(planned, ("site", "own-2"))
    press(planned, "siting_lock")
    press(planned, "siting_save")
    other = again(planned)
    assert other.slider(key="siting_quota_NE").value == (1, 5)
    assert metrics(other) == metrics(planned)
    assert work(other) == work(planned)
    assert work(other).siting.weights == {"demand": 10}
    assert dict(desk(other).locked) == {"own-1": 1, "own-3": 1}
    fresh = AppTest.from_file(str(PAGE), default_timeout=120)
    fresh.query_params["project"] = other.session_state["work"].id
    fresh.query_params["siting_section"] = "comparison"
    fresh.query_params["site"] = "own-3"
    ok(fresh.run())
    assert "方案 A" in next(d.value for d in fresh.dataframe if "指标" in d.value.columns).columns
    assert "3 号站点 own-3" in texts(fresh)


@pytest.mark.slow
def test_a_stability_check_is_kept(page):
    ok(page.segmented_control(key="siting_section").set_value("stability").run())
    ok(page.number_input(key="siting_runs").set_value(5).run())
    press(page, "siting_stability_go")
    job = job_of(page, "siting_stability")
    job.wait(150)
    ok(page.run())
    table = next(d.value for d in page.dataframe if "原址被选中（%）" in d.value.columns)
    assert len(table) == 11
    assert "5 次（要求 5 次），种子 0。" in texts(page)
    fresh = AppTest.from_file(str(PAGE), default_timeout=120)
    fresh.query_params["project"] = page.session_state["work"].id
    fresh.query_params["siting_section"] = "stability"
    again = next(d.value for d in ok(fresh.run()).dataframe if "原址被选中（%）" in d.value.columns)
    assert again.equals(table)
    ok(fresh.slider(key="siting_detour").set_value(1.2).run())
    assert "下面是改变以前的结果" in texts(fresh)


def test_own_points_from_a_file_are_read_again_from_the_project():
    rows = b"id,lon,lat,capacity\nmine,116.75,40.15,40\n"
    page = AppTest.from_file(str(PAGE), default_timeout=120)
    page.query_params["project"] = kept(files={("siting", "candidates"): (rows, "points.csv")})
    assert "正在使用自己的：候选点" in texts(ok(page.run()))
    look(page, ("site", "mine"))
    assert "候选点 mine" in texts(page)
    assert "求解以后改变了：候选点文件" in texts(page)


def test_other_pages_know_the_plan_without_a_visit_here():
    path = str(PAGE.with_name("coverage.py"))
    page = ok(AppTest.from_file(path, default_timeout=120).run())
    assert not page.toggle(key="coverage_use_sites").value, "the shipped case is nobody's decision"
    today = metrics(page)
    shipped = metrics(ok(page.toggle(key="coverage_use_sites").set_value(True).run()))
    assert shipped != today
    own = AppTest.from_file(path, default_timeout=120)
    own.query_params["project"] = kept(Project(siting=SitingWork(desk=Desk(begun=True, plan=SHIPPED))))
    assert ok(own.run()).toggle(key="coverage_use_sites").value
    assert metrics(own) == shipped


def test_the_address_names_what_is_looked_at(page):
    look(page, ALLOWED)
    assert page.query_params["place"] in ("116.750000,40.150000", ["116.750000,40.150000"])
    press(page, "siting_close")
    assert "place" not in page.query_params
    fresh = AppTest.from_file(str(PAGE), default_timeout=120)
    fresh.query_params["place"] = "116.75,40.15"
    assert "拟选点 116.7500°E 40.1500°N" in texts(ok(fresh.run()))


@pytest.mark.parametrize(
    "place", ["116.75", "a,b", "1e9,2", "999.5,40", "0,0", "121.47,31.23", "116.75,40.15,3", "<b>,1"]
)
def test_an_address_that_names_no_place_is_passed_over(place):
    fresh = AppTest.from_file(str(PAGE), default_timeout=120)
    fresh.query_params["place"] = place
    assert "拟选点" not in texts(ok(fresh.run()))


def test_a_clicked_place_shows_every_rule_and_what_it_changes(page):
    press(page, "siting_clear")
    look(page, ALLOWED)
    assert "拟选点" in texts(page)
    html = " ".join(str(e.proto.body) for e in page.get("html"))
    assert "在五环路外" in html
    assert "新建砂浆企业规模" in html
    assert "供应" in texts(page)
    table = page.table[0].value
    before, after = (float(table.loc["供不上的需求（万t/年）", column]) for column in ("现在", "加一条线"))
    assert before - after == pytest.approx(40, abs=0.2)


def test_a_place_inside_the_ring_is_shown_but_cannot_be_added(page):
    look(page, INSIDE_RING)
    assert "规则不允许在此设线" in texts(page)
    assert page.button(key="siting_add").disabled


@pytest.mark.slow
def test_adding_a_place_is_one_step_that_can_be_undone(page):
    press(page, "siting_clear")
    look(page, ALLOWED)
    press(page, "siting_add")
    assert metrics(page)["新建生产线"] == "1 条 40 万t"
    assert "共 1 条线，要求 11 条" in texts(page)
    assert dict(desk(page).locked) == {"own-1": 1}
    press(page, "undo")
    assert metrics(page)["新建生产线"] == "0 条 0 万t"
    assert not desk(page).own


@pytest.mark.slow
def test_sites_are_locked_moved_removed_and_forbidden(planned):
    look(planned, ("site", "own-1"))
    assert "为什么选在这里" in texts(planned)
    assert "次优位置" in texts(planned) or "其实更好" in texts(planned)
    press(planned, "siting_lock")
    assert dict(desk(planned).locked) == {"own-2": 1, "own-3": 1}, "let go"
    look(planned, ("point", 116.78, 40.17))
    press(planned, "siting_move")
    assert set(desk(planned).plan) == {"own-4", "own-2", "own-3"}
    assert dict(desk(planned).locked) == {"own-2": 1, "own-3": 1, "own-4": 1}, "what is moved stays there"
    look(planned, ("site", "own-2"))
    press(planned, "siting_forbid")
    assert "own-2" not in desk(planned).plan
    assert dict(desk(planned).forbidden) == {"own-2": True}
    look(planned, ("site", "own-2"))
    press(planned, "siting_allow")
    assert not desk(planned).forbidden
    look(planned, ("site", "own-3"))
    press(planned, "siting_lock")
    press(planned, "siting_clear")
    assert set(desk(planned).plan) == {"own-4"}, "the locked site stays"
    look(planned, ("site", "own-4"))
    press(planned, "siting_remove")
    assert not desk(planned).plan


@pytest.mark.slow
def test_up_to_four_plans_stand_side_by_side(planned):
    for _n in range(4):
        press(planned, "siting_save")
    assert planned.button(key="siting_save_4").disabled
    planned.segmented_control(key="siting_section").set_value("comparison").run()
    compared = next(d.value for d in planned.dataframe if "方案 A" in d.value.columns)
    assert list(compared.columns) == ["指标", "方案 A", "方案 B", "方案 C", "方案 D"]
    press(planned, "siting_drop_方案 B")
    press(planned, "siting_save")
    assert sorted(work(planned).siting.saved) == ["方案 A", "方案 B", "方案 C", "方案 D"]
    ok(planned.text_input(key="siting_rename_0").set_value("东线").run())
    assert sorted(work(planned).siting.saved) == ["东线", "方案 B", "方案 C", "方案 D"]
    ok(planned.text_input(key="siting_rename_0").set_value("方案 B").run())
    assert sorted(work(planned).siting.saved) == ["东线", "方案 B", "方案 C", "方案 D"], "no name twice"
    look(planned, ("site", "own-1"))
    press(planned, "siting_remove")
    ok(planned.slider(key="siting_radius_km").set_value(20).run())
    press(planned, "siting_load_东线")
    assert metrics(planned)["新建生产线"] == "3 条 120 万t"
    assert planned.slider(key="siting_radius_km").value == 30, "with the settings that it was made for"


@pytest.mark.slow
def test_a_stricter_setting_leaves_sites_out_and_says_so(page):
    press(page, "siting_clear")
    look(page, ("point", 116.66, 40.10))
    press(page, "siting_add")
    ok(page.slider(key="margin").set_value(1000).run())
    lost = "这些站点不能设线" in texts(page)
    assert lost == (metrics(page)["新建生产线"] == "0 条 0 万t")
    assert desk(page).plan == {"own-1": 1}, "it is there again when the setting is put back"
    ok(page.slider(key="margin").set_value(200).run())
    assert metrics(page)["新建生产线"] == "1 条 40 万t"


@pytest.mark.slow
def test_a_quota_that_cannot_be_met_is_said_in_numbers(page):
    ok(page.slider(key="siting_quota_SW").set_range(6, 11).run())
    ok(page.slider(key="siting_quota_NE").set_range(6, 11).run())
    assert "各方位合计至少要 12 条线，但总数只有 11 条。" in texts(page)


@pytest.mark.slow
def test_a_bound_holds_for_what_was_asked_and_not_for_what_is_set_meanwhile(page):
    ok(page.select_slider(key="siting_gap").set_value(0.05).run())
    press(page, "siting_clear")
    press(page, "siting_solve")
    job = job_of(page, "siting_solve")
    ok(page.slider(key="siting_detour").set_value(1.0).run())
    searching(job)
    job.stop()
    job.wait(120)
    ok(page.run())
    assert metrics(page)["新建生产线"] == "11 条 440 万t"
    assert metrics(page)["离最优至多"] == "—"


@pytest.mark.slow
def test_an_impossible_wish_leaves_the_plan_on_the_desk_and_says_what_is_wrong(page):
    press(page, "siting_clear")
    look(page, ALLOWED)
    press(page, "siting_add")
    ok(page.slider(key="siting_spacing_km").set_value(30).run())
    ok(page.slider(key="siting_quota_NE").set_range(15, 30).run())
    press(page, "siting_solve")
    job_of(page, "siting_solve").wait(60)
    ok(page.run())
    assert "没有方案能满足全部要求" in texts(page)
    assert "东北部至少要" in texts(page) or "各方位合计至少要 15 条线，但总数只有 11 条。" in texts(page)
    assert metrics(page)["新建生产线"] == "1 条 40 万t"
    assert "没有方案能满足全部要求" in texts(again(page)), "also after a reload"
    ok(page.slider(key="siting_quota_NE").set_range(0, 30).run())
    assert "没有方案能满足全部要求" not in texts(page)


def test_the_suitability_view_follows_its_weights(page):
    def best():
        return next(d.value for d in page.dataframe if "适宜性（%）" in d.value.columns)["编号"].tolist()

    ok(page.segmented_control(key="siting_section").set_value("suitability").run())
    before = best()
    ok(page.slider(key="siting_weight_demand").set_value(0).run())
    assert best() != before
    assert "不是最优方案" in texts(page)


@pytest.mark.slow
def test_coverage_as_the_aim(page):
    press(page, "siting_clear")
    ok(page.segmented_control(key="siting_objective").set_value("coverage").run())
    look(page, ALLOWED)
    press(page, "siting_add")
    assert float(metrics(page)["供不上（万t/年）"]) > 400


@pytest.mark.parametrize(("bound", "said"), [(0.0, "差距 —"), (75.0, "差距 25.00%")])
def test_a_gap_is_said_once_the_bound_says_anything(bound, said):
    now = Progress(objective=100.0, bound=bound)
    assert said in solve.SOLVE.say(solve.Run("", "", "", Effort(gap=0.01, time_s=60, seed=0)), now)[1]


def page_of_the_changes() -> None:
    import streamlit as st

    from mixplan.ui import work
    from mixplan.ui.siting import plan

    work.begin("projects")
    st.session_state["told"] = plan.at_hand().changes, plan.changes()


@pytest.mark.parametrize(
    "siting",
    [
        SitingWork(),
        SitingWork(wishes=SitingWishes(radius_km=25.0), desk=Desk(locked={FIRST: 1})),
        SitingWork(desk=Desk(forbidden={SECOND: True}, own={"own-1": (116.75, 40.15)})),
        SitingWork(desk=Desk(begun=True, plan=SHIPPED)),
    ],
    ids=["nothing", "a radius and a lock", "a ban and a point", "no answer"],
)
def test_other_pages_tell_the_same_changes_without_the_case(siting):
    page = AppTest.from_function(page_of_the_changes, default_timeout=120)
    page.query_params["project"] = kept(Project(siting=siting))
    here, elsewhere = ok(page.run()).session_state["told"]
    assert here == elsewhere
