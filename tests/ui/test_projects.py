"""The page of all projects: what stands on a card, and what is done with a project there."""

import json
import sqlite3
from contextlib import closing

import pytest
from kept_work import kept
from routed import routed
from streamlit.testing.v1 import AppTest

from mixplan.plan.datapackage import solved
from mixplan.projects import Project, open_store
from mixplan.projects.home import home
from mixplan.projects.project import ConsolidationWork, Desk, FileUse, Result, SitingWork, with_at
from mixplan.ui.projects import portrait

pytestmark = pytest.mark.usefixtures("home")
WHO = "张三"


def page(at: str = "") -> AppTest:
    """The page, with a project at hand where one is named."""
    found = routed("projects")
    if at:
        found.query_params["project"] = at
    found.run()
    assert not found.exception, [one.value for one in found.exception]
    return found


def made(name: str, project: Project | None = None) -> str:
    return open_store().create(name, project or Project(), who=WHO).id


def links(found: AppTest) -> list[str]:
    """Names of the projects that can be opened, as they stand."""
    return [link.label for link in found.get("page_link")]


def said(found: AppTest) -> str:
    return " ".join(str(one.value) for kind in ("caption", "info", "error", "markdown") for one in found.get(kind))


def press(found: AppTest, menu: str, button: str) -> AppTest:
    """Open the menu of a project, and press a button in it."""
    found.session_state[f"menu_{menu}"] = True
    found.run()
    return found.button(key=f"{button}_{menu}").click().run()


def states() -> dict[str, list[str]]:
    return {
        state: [one.name for one in open_store().listed(state=state)] for state in ("active", "archived", "deleted")
    }


def test_without_projects_the_page_says_how_one_begins():
    found = page()
    assert "还没有项目" in said(found)
    assert links(found) == ["先看总览", "导入自己的登记册"]


def test_a_card_shows_name_numbers_and_last_change():
    desk = Desk(begun=True, own={"o1": (116.9, 40.0)}, plan={"o1": 2})
    id = made("年度方案", Project(siting=SitingWork(desk=desk)))
    found = page()
    assert links(found) == ["年度方案"]
    assert "265 个站点 · 需治理 96 · 新线 2 条" in said(found)
    assert f"{WHO}  \n项目建立" in said(found)
    assert open_store().thumbnail(id).startswith(b"\x89PNG")


def test_the_numbers_of_a_project_follow_what_it_has_set():
    id = made("宽外扩", with_at(Project(), ("margin_m",), 1000))
    page()
    (listed,) = open_store().listed()
    assert listed.figures["flagged"] > 96
    kept_first = open_store().thumbnail(id)
    store = open_store()
    store.save(id, store.load(id).project, Project(), who=WHO)
    page()
    assert open_store().listed()[0].figures["flagged"] == 96
    assert open_store().thumbnail(id) != kept_first


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({}, "方案留 94 站"),
        ({"decisions": {"concrete-m010": "close"}}, "方案留 94 站（改动之前）"),
        ({"shown": "joint"}, ""),
    ],
    ids=["as it was solved", "with a decision since", "where the shipped joint plan is shown instead"],
)
def test_a_card_says_of_the_plan_that_is_shown_how_many_stay_and_whether_that_is_of_before_a_change(changes, told):
    store = open_store()
    first = store.create("甲", Project(), who=WHO)
    record = json.dumps(solved("consolidation_single")).encode()
    content = store.put_content(first.id, record, name="r.json", media="application/json")
    plan = Result(content, "", made_at="", release="", data="", figures={"sites": 94})
    work = ConsolidationWork(plans={"single": plan}, **changes)
    store.save(first.id, first.project, Project(consolidation=work), who=WHO)
    page()
    (listed,) = store.listed()
    assert portrait.figures_text(listed.figures) == " · ".join(filter(None, ["265 个站点", "需治理 96", told]))


def test_a_card_counts_and_draws_the_lines_that_the_pages_count_on_points_of_a_file_too():
    store = open_store()
    first = store.create("甲", Project(), who=WHO)
    rows = b"id,lon,lat\nf1,116.9,40.0\n"
    use = FileUse(store.put_content(first.id, rows, name="f.csv", media="text/csv"), "f.csv")
    own = {"centre": (116.4, 39.9)}  # where the settings allow none
    pictures = []
    for lines, told in (({"centre": 1}, ""), ({"centre": 1, "f1": 2}, " · 新线 2 条")):
        work = SitingWork(candidates=use, desk=Desk(begun=True, own=own, plan=lines))
        now = store.load(first.id).project
        store.save(first.id, now, Project(siting=work), who=WHO)
        page()
        assert portrait.figures_text(store.listed()[0].figures) == f"265 个站点 · 需治理 96{told}"
        pictures.append(store.thumbnail(first.id))
    assert pictures[0] != pictures[1]


def test_a_plan_that_cannot_be_read_keeps_no_numbers_and_no_map_from_a_card():
    store = open_store()
    first = store.create("甲", Project(), who=WHO)
    content = store.put_content(first.id, b"id,name\n", name="r.json", media="application/json")
    plan = Result(content, "", made_at="", release="", data="", figures={"sites": 94})
    store.save(first.id, first.project, Project(consolidation=ConsolidationWork(plans={"single": plan})), who=WHO)
    page()
    assert portrait.figures_text(store.listed()[0].figures) == "265 个站点 · 需治理 96"
    assert store.thumbnail(first.id)


def test_the_last_changed_project_stands_first_and_can_be_found_by_name():
    for name in ("甲方案", "乙方案", "B plan"):
        made(name)
    found = page()
    assert links(found) == ["B plan", "乙方案", "甲方案"]
    assert links(found.text_input(key="project_name").set_value(" b PLAN").run()) == ["B plan"]


def test_markup_in_a_name_is_shown_as_it_is():
    made("![x](http://e.cn/p.png) $x$ <b>")
    (label,) = links(page())
    assert "![" not in label and "\\$" in label


def test_a_new_project_is_kept_and_opened_under_the_name_that_it_was_given():
    found = page()
    found.text_input(key="new_name").set_value("一期").run()
    found.button(key="new_project_make").click().run()
    (listed,) = open_store().listed()
    assert listed.name == "一期"
    assert found.session_state["work"].id == listed.id


def test_a_name_that_cannot_be_is_told_and_nothing_is_made():
    found = page()
    found.text_input(key="new_name").set_value("  ").run()
    found.button(key="new_project_make").click().run()
    assert "缺少" in said(found) and states()["active"] == []


def test_a_project_gets_another_name():
    id = made("甲")
    found = page()
    found.session_state[f"menu_{id}"] = True
    found.run().text_input(key=f"name_{id}").set_value("乙").run()
    assert links(found) == ["乙"] and states()["active"] == ["乙"]


def test_a_copy_stands_beside_its_original():
    id = made("甲", with_at(Project(), ("margin_m",), 300))
    found = press(page(), id, "copy")
    assert links(found) == ["甲 (2)", "甲"]
    assert not found.session_state[f"menu_{id}_1"], "the menu is closed"
    copy = open_store().listed()[0]
    assert open_store().load(copy.id).project.margin_m == 300


def test_what_is_put_aside_is_found_there_and_comes_back():
    id = made("甲")
    found = press(page(), id, "archive")
    assert states() == {"active": [], "archived": ["甲"], "deleted": []} and "没有在用的项目" in said(found)
    found.session_state["project_state"] = "archived"
    press(found, id, "restore")
    assert states()["active"] == ["甲"]


def test_what_is_deleted_comes_back_by_one_click():
    id = made("甲")
    found = press(page(), id, "delete")
    assert states() == {"active": [], "archived": [], "deleted": ["甲"]} and "已删除“甲”" in said(found)
    found.button(key="undelete_last").click().run()
    assert states()["active"] == ["甲"] and "已删除“甲”" not in said(found)


def test_who_deletes_the_project_at_hand_works_on_a_new_one():
    id = made("甲")
    found = page(at=id)
    assert found.session_state["work"].id == id
    press(found, id, "delete")
    assert found.session_state["work"].id == "" and "project" not in found.query_params


def test_a_click_that_still_names_the_project_before_does_not_lead_back():
    id = made("甲")
    found = press(page(at=id), id, "delete")
    found.query_params["project"] = id  # the browser has not heard yet that it is left
    found.button(key="undelete_last").click().run()
    assert found.session_state["work"].id == "" and "project" not in found.query_params
    found.run()
    found.query_params["project"] = id  # it has, so that this is what the planner asks for
    found.run()
    assert found.session_state["work"].id == id


def test_a_deleted_project_does_not_open_by_its_address():
    id = made("甲")
    open_store().delete(id, who=WHO)
    found = routed("overview")
    found.query_params["project"] = id
    found.run()
    assert "work" not in found.session_state or found.session_state["work"].id == ""
    assert "已删除" in " ".join(one.value for one in found.warning)


def test_only_who_is_sure_erases_and_only_what_is_deleted():
    id = made("甲")
    found = page()
    found.session_state[f"menu_{id}"] = True
    assert f"erase_{id}" not in [button.key for button in found.run().button]
    open_store().delete(id, who=WHO)
    found.session_state["project_state"] = "deleted"
    assert found.run().button(key=f"erase_{id}").disabled
    found.checkbox(key=f"sure_{id}").check().run()
    found.button(key=f"erase_{id}").click().run()
    assert states() == {"active": [], "archived": [], "deleted": []}


def test_a_project_with_a_register_of_its_own_counts_its_stations():
    rows = "id,name,kind,lon,lat,status\n1,甲站,concrete,116.4,39.9,inventory_2010\n".encode()
    kept(None, register=rows)
    page()
    (listed,) = open_store().listed()
    assert listed.figures["stations"] == 1


def altered(change: str) -> None:
    """Have the database otherwise than the store has written it."""
    with closing(sqlite3.connect(home() / "mixplan.sqlite3")) as connection:
        connection.execute(change)
        connection.commit()


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE projects SET thumbnail = 'text'",
        "UPDATE projects SET thumbnail = x'00'",
        "UPDATE projects SET figures = replace(figures, '265.0', '7.0')",
        "UPDATE projects SET figures = replace(figures, '265.0', '\"x\"')",
        "UPDATE projects SET figures = '['",
    ],
)
def test_numbers_and_map_that_are_not_as_they_were_kept_are_made_anew(change):
    id = made("甲")
    page()
    drawn = open_store().thumbnail(id)
    altered(change)
    assert "265 个站点" in said(page())
    assert open_store().thumbnail(id) == drawn and open_store().listed()[0].figures["stations"] == 265


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE changes SET items = x'ff' WHERE project = '{id}'",
        "UPDATE changes SET items = '[[[],1,2]]' WHERE project = '{id}'",
        "UPDATE changes SET items = '[[[5],1,2]]' WHERE project = '{id}'",
        "UPDATE changes SET who = x'ff' WHERE project = '{id}'",
        "UPDATE projects SET changed_at = 'yesterday' WHERE id = '{id}'",
    ],
)
def test_a_project_whose_rows_are_spoilt_keeps_no_other_from_the_list(change):
    id = made("坏的")
    made("好的")
    altered(change.format(id=id))
    assert set(links(page())) == {"好的", "坏的"}
