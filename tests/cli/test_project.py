"""``mixplan project``: what is kept here is listed, carried to another machine, and checked."""

import json
import sqlite3
from contextlib import closing

import pyogrio
import pytest

from mixplan.cli.entry import main
from mixplan.projects import Project, open_store
from mixplan.projects.project import Desk, with_at

WHO = "张三"


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("MIXPLAN_HOME", str(tmp_path / "here"))
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def project():
    """A project with a decision and a line on a place of the planner's own."""
    made = open_store().create("年度方案", Project(), who=WHO)
    desk = Desk(begun=True, plan={"我的点": 2}, own={"我的点": (116.25, 39.75)})
    changed = with_at(made.project, ("siting", "desk"), desk)
    return open_store().save(made.id, made.project, changed, who=WHO)


def listed(capsys, *options):
    assert main(["project", "list", "--json", *options]) == 0
    return [(one["name"], one["state"]) for one in json.loads(capsys.readouterr().out)]


def test_projects_are_made_renamed_put_aside_and_brought_back(capsys):
    assert main(["project", "new", "甲"]) == 0
    assert main(["project", "rename", "甲", "乙"]) == 0
    assert main(["project", "archive", "乙"]) == 0
    capsys.readouterr()
    assert listed(capsys) == [] and listed(capsys, "--all") == [("乙", "archived")]
    assert main(["project", "delete", "乙"]) == 0
    assert listed(capsys, "--all") == [("乙", "deleted")]
    assert main(["project", "restore", "乙"]) == 0
    assert main(["project", "restore", "乙"]) == 0
    assert listed(capsys) == [("乙", "active")]


def test_a_name_that_two_have_is_refused_with_their_ids(project, capsys):
    other = open_store().create("年度方案", Project(), who=WHO)
    assert main(["project", "export", "年度方案"]) == 1
    said = capsys.readouterr().err
    assert project.id in said and other.id in said


def test_a_project_is_carried_to_another_machine(project, capsys, home, monkeypatch):
    assert main(["project", "export", "年度方案"]) == 0
    assert capsys.readouterr().out.strip() == "年度方案.mixplan"
    monkeypatch.setenv("MIXPLAN_HOME", str(home / "there"))
    assert main(["project", "import", "年度方案.mixplan"]) == 0
    said = capsys.readouterr()
    assert said.out.strip() == project.id and project.head in said.err
    assert open_store().load(project.id) == project
    assert main(["project", "verify"]) == 0


# GDAL wonders at the ending, and opens the file.
@pytest.mark.filterwarnings("ignore:.*non conformant file extension:RuntimeWarning")
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_qgis_finds_the_projects_layers_in_the_file(project, home):
    assert main(["project", "export", project.id, "a.mixplan"]) == 0
    shown = [name for name, _kind in pyogrio.list_layers(home / "a.mixplan")]
    assert {"stations", "new_lines", "ban_zones", "ring_roads", "sensitive_areas"} <= set(shown)
    assert not [name for name in shown if name.startswith("mixplan_")]
    (line,) = pyogrio.read_dataframe(home / "a.mixplan", layer="new_lines").itertuples()
    assert (line.site_id, line.capacity) == ("我的点", 80)
    notes = pyogrio.read_dataframe(home / "a.mixplan", layer="notes")
    assert notes["value"].str.contains(project.head[:12]).any()


def test_a_tampered_trail_is_found(project, capsys, home):
    assert main(["project", "verify", "年度方案"]) == 0
    with closing(sqlite3.connect(home / "here" / "mixplan.sqlite3")) as connection, connection:
        connection.execute("UPDATE changes SET who = '李四' WHERE revision = 2")
    capsys.readouterr()
    assert main(["project", "verify", "年度方案"]) == 1
    said = capsys.readouterr()
    assert "年度方案" in said.out and "第 2 版" in said.out and "2 处不符" in said.err


@pytest.mark.parametrize("words", [["project"], ["project", "fly"], ["project", "export"]])
def test_an_action_that_is_none_is_wrong_usage(words):
    with pytest.raises(SystemExit) as ended:
        main(words)
    assert ended.value.code == 2
