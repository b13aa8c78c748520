"""The bar of the project at hand: its buttons say what they would do, and a clash is told with both values."""

import getpass

import pytest
from kept_work import work_of
from routed import routed
from streamlit.testing.v1 import AppTest

from mixplan.base.errors import DataError
from mixplan.base.paths import PAGES
from mixplan.projects import Project, Store, open_store
from mixplan.projects.project import Work, with_at
from mixplan.projects.scenarios import begun

pytestmark = pytest.mark.usefixtures("home")


def page(id: str, name: str = "projects") -> AppTest:
    found = routed(name) if name == "projects" else AppTest.from_file(str(PAGES / f"{name}.py"), default_timeout=60)
    if id:
        found.query_params["project"] = id
    found.run()
    assert not found.exception, [one.value for one in found.exception]
    return found


def test_the_buttons_say_what_they_would_undo_and_make_again():
    found = page(open_store().create("甲", Project(), who="测试").id, "station_map")
    assert found.button(key="undo").help == "撤销" and found.button(key="undo").disabled
    found.slider(key="margin").set_value(300).run()
    assert found.button(key="undo").help == "撤销：敏感区外扩距离：200→300 m"
    found.button(key="undo").click().run()
    assert found.button(key="redo").help == "重做：敏感区外扩距离：200→300 m"
    found.button(key="redo").click().run()
    assert work_of(found).margin_m == 300


def test_markup_in_a_name_does_not_become_a_tooltips(monkeypatch):
    id = open_store().create("甲", Project(), who="测试").id
    found = page(id, "station_map")
    monkeypatch.setattr("mixplan.ui.project_bar.called", lambda id: "![x](http://e.cn/p.png)")
    decided = with_at(Project(), ("consolidation", "decisions", "c1"), "close")
    open_store().save(id, Project(), decided, who=getpass.getuser())
    assert "![" not in found.run().button(key="undo").help


def test_who_sets_the_same_thing_otherwise_sees_both_values():
    id = open_store().create("甲", Project(), who="测试").id
    found = page(id, "station_map")
    store = open_store()
    other = with_at(Project(), ("margin_m",), 500)
    found.slider(key="margin").set_value(300)
    store.save(id, Project(), other, who="李四")
    found.run()
    (both, _all) = [one.value for one in found.warning]
    assert "您要改成“300”" in both and "李四" in both and "“500”" in both
    found.button(key="clash_mine").click().run()
    assert store.load(id).project.margin_m == 300


def test_a_link_to_a_scenario_of_a_project_that_is_gone_speaks_of_the_project():
    found = AppTest.from_file(str(PAGES / "station_map.py"), default_timeout=60)
    found.query_params["project"], found.query_params["scenario"] = "AAAAAAAAAAAA", "b"
    (told,) = [one.value for one in found.run().warning]
    assert "没有编号为" in told


def test_a_change_in_a_scenario_that_somebody_has_taken_away_is_kept_with_it_and_the_page_goes_on_saying_so():
    store, whole = open_store(), begun(Project(), "a", "宽外扩", Work())
    id = store.create("甲", whole, who="测试").id
    found = AppTest.from_file(str(PAGES / "station_map.py"), default_timeout=60)
    found.query_params["project"], found.query_params["scenario"] = id, "a"
    found.run().slider(key="margin").set_value(300)
    store.save(id, whole, Project(), who="李四")
    for _run in range(2):
        assert "没有所指的方案" in said(found.run()) and not found.exception
    assert work_of(found) == Project() and found.slider(key="margin").value == 200
    assert store.undo(id, who="李四").project.scenarios["a"].work.margin_m == 300


def said(found: AppTest) -> str:
    return " ".join(one.value for kind in ("error", "warning") for one in found.get(kind))


def away(monkeypatch: pytest.MonkeyPatch, *names: str) -> None:
    """Have these functions of the store fail, as where the database cannot be reached."""

    def fail(*_given: object, **_how: object) -> None:
        raise DataError("数据库连不上。")

    for name in names:
        monkeypatch.setattr(Store, name, fail)


@pytest.mark.parametrize("of", ["a project", "a new one"])
def test_what_cannot_be_kept_is_said_and_kept_as_soon_as_the_database_is_back(monkeypatch, of):
    id = open_store().create("甲", Project(), who="测试").id if of == "a project" else ""
    found = page(id, "station_map")
    monkeypatch.setattr("mixplan.ui.work._AGAIN_S", 0)
    with monkeypatch.context() as patch:
        away(patch, "create", "save")
        found.slider(key="margin").set_value(300).run()
        assert "改动还没有保存：数据库连不上。" in said(found)
        assert "改动还没有保存" in said(found.run()) and found.slider(key="margin").value == 300
    found.run()
    assert said(found) == "" and work_of(found).margin_m == 300


def test_a_database_that_is_away_and_back_leaves_no_warning_where_nothing_was_changed(monkeypatch):
    found = page(open_store().create("甲", Project(), who="测试").id, "station_map")
    with monkeypatch.context() as patch:
        away(patch, "revision")
        assert "数据库连不上" in said(found.run()) and "没有保存" not in said(found)
    assert said(found.run()) == ""


def test_a_link_that_comes_while_the_database_is_away_opens_its_project_once_it_is_back(monkeypatch):
    asked = open_store().create("甲", with_at(Project(), ("margin_m",), 300), who="测试").id
    page(open_store().create("乙", Project(), who="测试").id, "station_map")  # the last that was open
    with monkeypatch.context() as patch:
        away(patch, "load", "revision")
        found = page(asked, "station_map")
        assert "数据库连不上" in said(found)
    assert said(found.run()) == "" and work_of(found).margin_m == 300


def test_what_cannot_be_taken_back_is_said_once(monkeypatch):
    found = page(open_store().create("甲", Project(), who="测试").id, "station_map")
    found.slider(key="margin").set_value(300).run()
    with monkeypatch.context() as patch:
        away(patch, "undo")
        assert "数据库连不上" in said(found.button(key="undo").click().run()) and "没有保存" not in said(found)
    assert said(found.run()) == ""
