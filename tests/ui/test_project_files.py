"""Projects as files on the page of all projects: written by a worker, taken in whole or refused in words."""

import pytest
from long_work import ended
from routed import routed
from streamlit.testing.v1 import AppTest

from mixplan.handouts.of_project import project_bytes
from mixplan.projects import Project, actuals, add_actual, open_store
from mixplan.projects.file import read_project_file
from mixplan.targets.entries import Entry

WHO = "张三"


def page() -> AppTest:
    found = routed("projects").run()
    assert not found.exception, [one.value for one in found.exception]
    return found


def said(found: AppTest) -> str:
    return " ".join(str(one.value) for kind in ("success", "error", "markdown") for one in found.get(kind))


def brought(content: bytes, name: str = "a.mixplan") -> AppTest:
    found = page().file_uploader(key="project_file").upload(name, content, "application/octet-stream").run()
    assert not found.exception, [one.value for one in found.exception]
    return found


def test_a_file_from_another_computer_becomes_a_project_and_its_actuals_are_offered(home, monkeypatch):
    add_actual(Entry(indicator="concrete_output", year=2012, value=4500.0, unit="wan_m3", source="年报", who=WHO))
    made = open_store().create("会上的", Project(margin_m=300), who=WHO)
    content = project_bytes(made.id)
    monkeypatch.setenv("MIXPLAN_HOME", str(home / "there"))
    found = brought(content)
    assert "已导入“会上的”" in said(found)
    assert not found.session_state["import_project_1"], "the box is closed"
    assert open_store().load(made.id) == made and actuals().empty
    found.button(key="take_actuals").click().run()
    assert actuals()["value"].tolist() == [4500.0]


@pytest.mark.usefixtures("home")
def test_what_is_no_project_file_is_refused_in_words_that_are_shown_as_they_are():
    found = brought(b"SQLite format 3\0", "![x](y).mixplan")
    assert "不是完整的项目文件" in said(found) and "![x]" not in said(found)
    assert open_store().listed() == []


def test_a_project_is_written_by_a_worker_and_downloaded_at_its_button():
    # In the folder of all tests, whose workers are there for it.
    made = open_store().create("会上的", Project(), who=WHO)
    found = page()
    found.session_state[f"menu_{made.id}"] = True
    found.run()
    found.button(key=f"export_{made.id}_file").click().run()
    ended(found, "file")
    (content,) = found.session_state["files"].values()
    assert read_project_file(content, "a.mixplan").id == made.id
    assert found.get("download_button")
