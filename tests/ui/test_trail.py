"""The page of the trail: every change with both values, why it was made, whether it is whole, and what was then."""

import sqlite3

import pytest
from routed import routed
from streamlit.testing.v1 import AppTest

from mixplan.projects import FILE_NAME, Project, open_store
from mixplan.projects.project import with_at

pytestmark = pytest.mark.usefixtures("home")


@pytest.fixture
def kept() -> str:
    """A project of three changes: begun, a wider margin by 张三, a decision on a station by 李四."""
    store = open_store()
    made = store.create("甲", Project(), who="张三")
    wide = store.save(made.id, Project(), with_at(Project(), ("margin_m",), 300), who="张三")
    decided = with_at(wide.project, ("consolidation", "decisions", "concrete-s01"), "close")
    store.save(made.id, wide.project, decided, who="李四")
    return made.id


def page(id: str = "") -> AppTest:
    found = routed("trail")
    if id:
        found.query_params["project"] = id
    found.run()
    assert not found.exception, [one.value for one in found.exception]
    return found


def rows(found: AppTest) -> list[tuple[int, str, str]]:
    """Revision, person and words of each change, as they stand."""
    table = found.dataframe[0].value
    return list(table[["版本", "人", "改动"]].itertuples(index=False, name=None))


def said(found: AppTest) -> str:
    kinds = ("markdown", "caption", "info", "error", "success")
    return " ".join(str(one.value) for kind in kinds for one in found.get(kind))


def test_a_project_without_changes_says_so():
    assert "还没有改动" in said(page())


def test_changes_stand_newest_first_in_words(kept):
    (third, second, first) = rows(page(kept))
    assert third[:2] == (3, "李四") and third[2].startswith("站点的决定 ") and third[2].endswith("：未定→退出")
    assert second == (2, "张三", "敏感区外扩距离：200→300 m")
    assert first == (1, "张三", "项目建立")


def test_a_district_stands_by_its_name(kept):
    now = open_store().load(kept)
    limited = with_at(now.project, ("consolidation", "wishes", "district_most", "110106"), 3)
    open_store().save(kept, now.project, limited, who="李四")
    assert rows(page(kept))[0][2] == "区县最多的站点 丰台区：不限→3"


def test_changes_are_found_by_person_kind_and_station(kept):
    found = page(kept)
    assert [row[0] for row in rows(found.multiselect(key="trail_people").set_value(["张三"]).run())] == [2, 1]
    assert [row[0] for row in rows(found.multiselect(key="trail_kinds").set_value(["change"]).run())] == [2]
    found = page(kept)
    station = found.selectbox(key="trail_station")
    assert len(station.options) == 1
    assert [row[0] for row in rows(station.select_index(0).run())] == [3]


def test_a_note_is_a_row_of_its_own_and_nothing_to_undo(kept):
    found = page(kept)
    found.text_input(key="trail_note").set_value("会议决定").run()
    table = found.dataframe[0].value
    assert table.iloc[0][["改动", "备注"]].tolist() == ["第 3 版的备注", "会议决定"]
    store = open_store()
    assert [one.note for one in store.trail(kept)] == ["", "", "", "会议决定"]
    done, _undone = store.steps(kept, who=store.trail(kept)[-1].who)
    assert done is None and store.verify(kept) == []


def test_a_note_is_on_the_last_change_of_those_that_are_listed(kept):
    found = page(kept)
    found.multiselect(key="trail_people").set_value(["张三"]).run()
    assert "为第 2 版加备注" in found.text_input(key="trail_note").label
    found.text_input(key="trail_note").set_value("复核").run()
    store = open_store()
    assert [(one.of, one.note) for one in store.trail(kept) if one.note] == [(2, "复核")]


def test_a_station_is_listed_with_the_notes_on_its_changes(kept):
    open_store().note(kept, 3, "会议决定", who="王五")
    open_store().note(kept, 2, "复核", who="王五")
    found = page(kept)
    assert [row[0] for row in rows(found.selectbox(key="trail_station").select_index(0).run())] == [4, 3]


def test_an_untouched_trail_is_found_whole(kept):
    assert "完好" in said(page(kept).button(key="trail_verify").click().run())


def test_a_tampered_row_is_found(kept, home):
    with sqlite3.connect(home / FILE_NAME) as base:
        base.execute("UPDATE changes SET who = '王五' WHERE revision = 2")
    found = page(kept).button(key="trail_verify").click().run()
    assert "第 2 版" in said(found) and "完好" not in said(found)


def test_a_project_is_shown_as_it_was_and_nothing_changes_by_it(kept):
    open_store().keep_views(kept, {"station_map": {"year": ["2012"]}})
    found = page(kept)
    before = open_store().load(kept)
    slider = next(one for one in found.select_slider if one.key.startswith("trail_at_"))
    slider.set_value(1).run()
    shown = {metric.label: metric.value for metric in found.metric}
    assert shown["敏感区外扩距离"] == "200 m" and shown["退出"] == "0"
    assert "敏感区外扩距离：200→300 m" in said(found)
    assert "其他内容" not in said(found), "which year a page shows is no change"
    assert open_store().load(kept) == before


def test_a_new_project_begins_where_the_old_one_stood_then(kept):
    found = page(kept)
    slider = next(one for one in found.select_slider if one.key.startswith("trail_at_"))
    slider.set_value(2).run()
    found.button(key="trail_branch").click().run()
    new, old = open_store().listed()
    assert (new.name, old.id) == ("甲（第 2 版）", kept)
    project = open_store().load(new.id).project
    assert project.margin_m == 300 and not project.consolidation.decisions
