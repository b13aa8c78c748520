"""The siting page without a browser: settings, solve, stop, own plan, undo, comparison."""

from pathlib import Path

import pytest
from long_work import job_of, searching
from streamlit.testing.v1 import AppTest

from mixplan.base.progress import Progress
from mixplan.siting.settings import Effort
from mixplan.ui.siting import plan

PAGE = Path(__file__).parents[2] / "pages" / "siting.py"
ALLOWED, INSIDE_RING = ("point", 116.75, 40.15), ("point", 116.40, 39.95)


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
    return ok(page.button(key=key).click().run())


def look(page: AppTest, what: tuple | None) -> AppTest:
    page.session_state["siting_focus"] = what
    return ok(page.run())


@pytest.fixture
def page() -> AppTest:
    return ok(AppTest.from_file(str(PAGE), default_timeout=120).run())


@pytest.fixture
def planned(page) -> AppTest:
    """The page with a plan of three sites put on the desk by hand, two of them proposals of the planner."""
    for place in (ALLOWED, ("point", 116.05, 39.70), ("point", 116.75, 39.75)):
        look(page, place)
        press(page, "siting_add")
    return page


def test_what_is_short_is_said_before_anything_is_solved(page):
    assert "需求 635 万t/年超过产能 625 万t/年，将缺 10 万t/年。" in texts(page)
    assert "还没有方案" in texts(page)
    assert metrics(page)["新建生产线"] == "0 条 0 万t"


@pytest.mark.slow
def test_a_stopped_solve_keeps_the_best_so_far_and_hands_the_sites_on(page):
    press(page, "siting_solve")
    job = job_of(page, "siting_solve")
    searching(job)
    job.stop()
    job.wait(60)
    ok(page.run())
    assert metrics(page)["新建生产线"] == "11 条 440 万t"
    assert "被中途停止" in texts(page) or "已达到要求的差距" in texts(page)
    sites = page.session_state["siting_sites"]
    assert len(sites) == 11
    assert set(sites[0]) == {"id", "lon", "lat", "capacity"}
    assert sum(site["capacity"] for site in sites) == pytest.approx(440)
    assert len(page.dataframe[0].value) == 11


def test_a_clicked_place_shows_every_rule_and_what_it_changes(page):
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
    look(page, ALLOWED)
    press(page, "siting_add_lock")
    assert metrics(page)["新建生产线"] == "1 条 40 万t"
    assert "共 1 条线，要求 11 条" in texts(page)
    assert page.session_state["siting_desk"].locked == (("own-1", 1),)
    press(page, "siting_undo")
    assert metrics(page)["新建生产线"] == "0 条 0 万t"
    assert page.session_state["siting_desk"].own == ()
    assert page.button(key="siting_undo").disabled


@pytest.mark.slow
def test_sites_are_locked_moved_removed_and_forbidden(planned):
    look(planned, ("site", "own-1"))
    assert "为什么选在这里" in texts(planned)
    assert "次优位置" in texts(planned) or "其实更好" in texts(planned)
    press(planned, "siting_lock")
    assert dict(planned.session_state["siting_desk"].locked) == {"own-1": 1}
    look(planned, ("point", 116.78, 40.17))
    press(planned, "siting_move")
    assert set(dict(planned.session_state["siting_desk"].plan)) == {"own-4", "own-2", "own-3"}
    assert dict(planned.session_state["siting_desk"].locked) == {"own-4": 1}, "a lock moves along"
    look(planned, ("site", "own-2"))
    press(planned, "siting_forbid")
    assert "own-2" not in dict(planned.session_state["siting_desk"].plan)
    assert planned.session_state["siting_desk"].forbidden == ("own-2",)
    look(planned, ("site", "own-2"))
    press(planned, "siting_allow")
    assert planned.session_state["siting_desk"].forbidden == ()
    look(planned, ("site", "own-3"))
    press(planned, "siting_remove")
    press(planned, "siting_clear")
    assert set(dict(planned.session_state["siting_desk"].plan)) == {"own-4"}, "the locked site stays"


@pytest.mark.slow
def test_up_to_four_plans_stand_side_by_side(planned):
    for _n in range(4):
        press(planned, "siting_save")
    assert planned.button(key="siting_save").disabled
    planned.session_state["siting_section"] = "comparison"
    ok(planned.run())
    compared = next(d.value for d in planned.dataframe if "方案 A" in d.value.columns)
    assert list(compared.columns) == ["指标", "方案 A", "方案 B", "方案 C", "方案 D"]
    press(planned, "siting_drop_1")
    press(planned, "siting_save")
    assert [entry.name for entry in planned.session_state["siting_saved"]] == ["方案 A", "方案 C", "方案 D", "方案 B"]
    look(planned, ("site", "own-1"))
    press(planned, "siting_remove")
    press(planned, "siting_load_0")
    assert metrics(planned)["新建生产线"] == "3 条 120 万t"


@pytest.mark.slow
def test_a_stricter_setting_takes_sites_out_and_says_so(page):
    look(page, ("point", 116.66, 40.10))
    press(page, "siting_add")
    desk = page.session_state["siting_desk"]
    assert len(desk.plan) == 1
    ok(page.slider(key="margin").set_value(1000).run())
    lost = "这些站点不能设线" in texts(page)
    assert lost == (metrics(page)["新建生产线"] == "0 条 0 万t")


@pytest.mark.slow
def test_a_quota_that_cannot_be_met_is_said_in_numbers(page):
    ok(page.slider(key="siting_quota_SW").set_range(6, 11).run())
    ok(page.slider(key="siting_quota_NE").set_range(6, 11).run())
    assert "各方位合计至少要 12 条线，但总数只有 11 条。" in texts(page)


@pytest.mark.slow
def test_a_bound_holds_for_what_was_asked_and_not_for_what_is_set_meanwhile(page):
    page.session_state["siting_gap"] = 0.05
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
    look(page, ALLOWED)
    press(page, "siting_add")
    page.session_state["siting_spacing_km"] = 30
    ok(page.slider(key="siting_quota_NE").set_range(15, 30).run())
    press(page, "siting_solve")
    job_of(page, "siting_solve").wait(60)
    ok(page.run())
    assert "没有方案能满足全部要求" in texts(page)
    assert "东北部至少要" in texts(page) or "各方位合计至少要 15 条线，但总数只有 11 条。" in texts(page)
    assert metrics(page)["新建生产线"] == "1 条 40 万t"
    ok(page.slider(key="siting_quota_NE").set_range(0, 30).run())
    assert "没有方案能满足全部要求" not in texts(page)


def test_the_suitability_view_follows_its_weights(page):
    def best():
        return next(d.value for d in page.dataframe if "适宜性（%）" in d.value.columns)["编号"].tolist()

    page.session_state["siting_section"] = "suitability"
    ok(page.run())
    before = best()
    ok(page.slider(key="siting_weight_demand").set_value(0).run())
    assert best() != before
    assert "不是最优方案" in texts(page)


@pytest.mark.slow
def test_coverage_as_the_aim(page):
    page.session_state["siting_objective"] = "coverage"
    ok(page.run())
    look(page, ALLOWED)
    press(page, "siting_add")
    assert float(metrics(page)["供不上（万t/年）"]) > 400


@pytest.mark.parametrize(("bound", "said"), [(0.0, "差距 —"), (75.0, "差距 25.00%")])
def test_a_gap_is_said_once_the_bound_says_anything(bound, said):
    now = Progress(objective=100.0, bound=bound)
    assert said in plan.SOLVE.say(plan.Asked(None, Effort(gap=0.01, time_s=60, seed=0)), now)[1]
