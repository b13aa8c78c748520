"""A project in one file: it comes back as it was, on any machine, or is refused whole and in words."""

import hashlib
import json
import random
import sqlite3
from contextlib import closing
from dataclasses import replace

import geopandas as gpd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import Point

from mixplan.base.errors import DataError
from mixplan.base.i18n import set_language
from mixplan.projects import Project, actuals, add_actual, open_store, withdraw
from mixplan.projects.access import Person
from mixplan.projects.bundle import Bundle, Content
from mixplan.projects.file import file_name, project_file, read_project_file
from mixplan.projects.project import FileUse, Result, with_at
from mixplan.targets.entries import Entry

WHO = "张三"
ORIGINAL = "编号,名称,电话\nc1,甲站,13800000000\n".encode()
AS_READ, SOLVED = b"as it was read", b'{"plan": 1}'
LAYERS = {"stations": gpd.GeoDataFrame({"title": ["甲站"]}, geometry=[Point(1, 2)], crs=4548)}


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("MIXPLAN_HOME", str(tmp_path / "here"))
    return tmp_path / "here"


@pytest.fixture
def elsewhere(tmp_path, monkeypatch):
    """Another machine from the moment on at which it is called for."""

    def move():
        monkeypatch.setenv("MIXPLAN_HOME", str(tmp_path / "there"))
        return open_store()

    return move


def written(bundle: Bundle) -> bytes:
    return project_file(bundle, LAYERS, {"stations": "<qgis/>"}, [("数据版本", "1")])


def worked(name: str = "年度方案"):
    """A project with a register, a result, several people's changes, one undone."""
    store = open_store()
    made = store.create(name, Project(), who=WHO)
    keys = [
        store.put_content(made.id, content, name=called, media="text/plain")
        for content, called in ((ORIGINAL, "站点.csv"), (AS_READ, "站点.parquet"), (SOLVED, "result.json"))
    ]
    result = Result(keys[2], "1234", "2026-11-27T10:42:00+00:00", "1.0", "2", {"haul_km": 12.5, "unmet": None})
    for path, value in (
        (("register",), FileUse(keys[0], "站点.csv", parsed=keys[1])),
        (("consolidation", "decisions", "站.1"), "close"),
        (("consolidation", "plans", "single"), result),
        (("margin_m",), 300),
    ):
        now = store.load(made.id).project
        store.save(made.id, now, with_at(now, path, value), who=WHO, note="会上定的")
    store.undo(made.id, who=WHO)
    store.keep_views(made.id, {"station_map": {"kinds": ("mortar",)}})
    return store.load(made.id)


def test_on_another_machine_it_is_the_same_project_with_the_same_trail(elsewhere):
    here = worked()
    trail, content = open_store().trail(here.id), written(open_store().bundle(here.id, personal=True))
    there = elsewhere()
    taken = there.take_in(read_project_file(content, "a.mixplan"), who="李四")
    assert taken == here
    assert there.trail(here.id) == trail
    assert there.verify() == []
    assert there.content(here.id, hashlib.sha256(ORIGINAL).hexdigest()) == ORIGINAL
    undone, redone = there.steps(here.id, who=WHO)
    assert undone is not None and redone is not None


def test_without_being_asked_no_original_register_leaves_the_machine(elsewhere):
    here = worked()
    bundle = open_store().bundle(here.id)
    content = written(bundle)
    assert bundle.left_out == ["站点.csv"]
    assert b"13800000000" not in content and AS_READ in content
    taken = elsewhere().take_in(read_project_file(content, "a.mixplan"), who="李四")
    assert taken.project == here.project and open_store().verify() == []
    with pytest.raises(DataError, match="没有内容"):
        open_store().content(here.id, here.project.register.content)


def test_a_register_of_which_nothing_is_kept_but_the_original_is_not_left_out_without_a_word(home):
    store = open_store()
    made = store.create("甲", Project(), who=WHO)
    use = FileUse(store.put_content(made.id, ORIGINAL, name="站点.csv", media="text/csv"), "站点.csv")
    store.save(made.id, Project(), Project(register=use), who=WHO)
    with pytest.raises(DataError, match=r"“甲”.*站点\.csv.*--with-personal-data"):
        store.bundle(made.id)
    assert store.bundle(made.id, personal=True).left_out == []


def test_the_same_state_gives_the_same_bytes(elsewhere):
    here = worked()
    first = written(open_store().bundle(here.id, personal=True))
    assert written(open_store().bundle(here.id, personal=True)) == first
    there = elsewhere()
    there.take_in(read_project_file(first, "a.mixplan"), who="李四")
    assert written(there.bundle(here.id, personal=True)) == first


def test_where_the_project_is_already_it_becomes_another_one_that_says_where_it_is_from():
    here = worked()
    store = open_store()
    taken = store.take_in(read_project_file(written(store.bundle(here.id)), "a.mixplan"), who="李四")
    assert (taken.name, taken.project) == ("年度方案 (2)", here.project) and taken.id != here.id
    last = store.trail(taken.id)[-1]
    assert (last.kind, last.who) == ("duplicate", "李四")
    assert here.id in last.note and here.head in last.note
    assert store.load(here.id) == here and store.verify() == []


def test_a_name_that_is_taken_is_changed_in_the_trail(elsewhere):
    here = worked()
    content = written(open_store().bundle(here.id))
    there = elsewhere()
    there.create("年度方案", Project(), who="李四")
    taken = there.take_in(read_project_file(content, "a.mixplan"), who="李四")
    assert (taken.id, taken.name, taken.revision) == (here.id, "年度方案 (2)", here.revision + 1)
    assert [one.kind for one in there.trail(here.id)][-1] == "rename" and there.verify() == []
    other = there.take_in(read_project_file(content, "a.mixplan"), who="李四", name="会上用")
    assert other.name == "会上用"


def test_actuals_come_along_and_only_the_new_ones_are_added(elsewhere):
    entry = Entry(indicator="concrete_output", year=2012, value=4500.0, unit="wan_m3", source="年报", who="张三")
    add_actual(entry)
    withdraw(add_actual(replace(entry, year=2013)), who="李四")
    mine = actuals(withdrawn=True)
    bundle = read_project_file(written(open_store().bundle(worked().id)), "a.mixplan")
    there = elsewhere()
    there.take_in(bundle, who="王五")
    assert actuals(withdrawn=True).empty and there.unknown_actuals(bundle) == 2
    assert there.add_actuals(bundle) == 2 and there.add_actuals(bundle) == 0
    assert actuals(withdrawn=True).equals(mine)


NAMES = st.text(st.characters(codec="utf-8", exclude_categories=("C", "Z")), min_size=1, max_size=12)


@settings(max_examples=10)
@given(
    name=NAMES,
    decisions=st.dictionaries(NAMES, st.sampled_from(["retain", "close"]), max_size=5),
    own=st.dictionaries(NAMES, st.tuples(st.floats(115, 118), st.floats(39, 41)), max_size=4),
)
def test_whatever_is_decided_comes_back(name, decisions, own):
    store = open_store()
    project = Project()
    for station, decision in decisions.items():
        project = with_at(project, ("consolidation", "decisions", station), decision)
    project = with_at(project, ("siting", "desk", "own"), own)
    made = store.create(store.free_name(name), project, who=WHO)
    bundle = store.bundle(made.id)
    assert read_project_file(written(bundle), "a.mixplan") == bundle


# --- what is refused -------------------------------------------------------------------------------------------------


@pytest.fixture
def good(home):
    return written(open_store().bundle(worked().id, personal=True))


def changed(content: bytes, path, *statements: str) -> bytes:
    """The file after somebody was at it with SQL."""
    file = path / "b.mixplan"
    file.write_bytes(content)
    with closing(sqlite3.connect(file)) as connection, connection:
        for statement in statements:
            connection.executescript(statement)
    return file.read_bytes()


REWRITTEN = "ALTER TABLE mixplan_changes RENAME TO other; "


def test_who_may_only_read_takes_no_personal_data_with_them():
    made = worked()
    reader = open_store(Person("访客", "a@b.cn", "viewer"))
    assert reader.bundle(made.id).left_out == ["站点.csv"]
    with pytest.raises(DataError, match="查看者"):
        reader.bundle(made.id, personal=True)
    with pytest.raises(DataError, match="查看者"):
        reader.take_in(reader.bundle(made.id), who=WHO)


TABLE = "编号,经度,纬度,需求,联系人\nd1,116.4,39.9,30,王工\n".encode()


def test_a_table_of_demand_points_goes_along_as_it_was_read():
    store = open_store()
    made = store.create("甲", Project(), who=WHO)
    keys = [store.put_content(made.id, content, name="点.csv", media="text/csv") for content in (TABLE, AS_READ)]
    changed = with_at(made.project, ("siting", "demand"), FileUse(keys[0], "点.csv", parsed=keys[1]))
    store.save(made.id, made.project, changed, who=WHO)
    bundle = store.bundle(made.id)
    assert bundle.left_out == ["点.csv"] and "王工".encode() not in written(bundle)


TAMPERED = {
    "an item was altered": ("UPDATE mixplan_changes SET items = replace(items, 'close', 'retain')", "留痕第 3 版"),
    "who did it was altered": ("UPDATE mixplan_changes SET who = '李四' WHERE revision = 2", "留痕第 2 版"),
    "a change was taken out": ("DELETE FROM mixplan_changes WHERE revision = 3", "留痕第 3 版"),
    "the last change was taken out": ("DELETE FROM mixplan_changes WHERE revision = 6", "留痕止于第 5 版"),
    "all changes were taken out": ("DELETE FROM mixplan_changes", "留痕止于第 0 版"),
    "the record was altered": (
        "UPDATE mixplan_project SET value = replace(value, 'close', 'retain') WHERE key = 'record'",
        "记录与留痕所得不符",
    ),
    "the name was altered": ("UPDATE mixplan_project SET value = '乙' WHERE key = 'name'", "名称或状态与留痕不符"),
    "another project's id was put in": (
        "UPDATE mixplan_project SET value = 'aaaaaaaaaaaa' WHERE key = 'id'",
        "留痕第 1 版",
    ),
    "a file was altered": ("UPDATE mixplan_contents SET content = x'00' WHERE name = '站点.csv'", "站点.csv.*校验值"),
    "a result was taken out": ("DELETE FROM mixplan_contents WHERE name = 'result.json'", "缺少项目用到的文件"),
}
HOSTILE = {
    "a later form": ("UPDATE mixplan_project SET value = '2' WHERE key = 'form'", "更新版本的 mixplan"),
    "no form": ("DELETE FROM mixplan_project WHERE key = 'form'", "mixplan_project"),
    "a key more": ("INSERT INTO mixplan_project VALUES ('x', 'y')", "mixplan_project"),
    "an id that is a path": ("UPDATE mixplan_project SET value = '../../etc/pw' WHERE key = 'id'", "编号"),
    "a number that is none": ("UPDATE mixplan_project SET value = 'x' WHERE key = 'revision'", "损坏"),
    "a number without end": (
        "UPDATE mixplan_project SET value = replace(hex(zeroblob(9000)), '0', '9') WHERE key = 'revision'",
        "损坏",
    ),
    "a name with a line break": ("UPDATE mixplan_project SET value = 'a' || char(10) WHERE key = 'name'", "名称"),
    "a record that is no JSON": ("UPDATE mixplan_project SET value = '{' WHERE key = 'record'", "JSON"),
    "a record without end": (
        "UPDATE mixplan_project SET value = replace(hex(zeroblob(100000)), '00', '[') WHERE key = 'record'",
        "嵌套",
    ),
    "a record with an unknown field": (
        "UPDATE mixplan_project SET value = '{\"format\":1,\"run\":1}' WHERE key = 'record'",
        "run 不是可用的字段",
    ),
    "views that are none": ("UPDATE mixplan_project SET value = '[]' WHERE key = 'views'", "对象"),
    "items that are no list": ("UPDATE mixplan_changes SET items = '{}' WHERE revision = 2", ""),
    "items of which one is none": ("UPDATE mixplan_changes SET items = '[[1]]' WHERE revision = 2", ""),
    "a path without end": (
        "UPDATE mixplan_changes SET items = '[[[\"a\"' || replace(hex(zeroblob(9000)), '00', ',\"a\"') || '],1,2]]'",
        "",
    ),
    "a text where bytes stand": ("UPDATE mixplan_contents SET content = 'abc'", "mixplan_contents"),
    "a sign that no database takes": (
        "UPDATE mixplan_changes SET note = 'a' || char(0) WHERE revision = 2",
        "mixplan_changes",
    ),
    "a time that not every clock can show": (
        "UPDATE mixplan_changes SET at = '9999-12-31T23:59:59+00:00' WHERE revision = 2",
        "损坏",
    ),
    "a number where a text stands": ("UPDATE mixplan_changes SET note = x'00'", "mixplan_changes"),
    "a table that is missing": ("DROP TABLE mixplan_contents", "mixplan_contents"),
    "a view in place of a table": (
        f"{REWRITTEN} CREATE VIEW mixplan_changes AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n)"
        " SELECT i AS revision, '' AS at, '' AS who, '' AS kind, i AS \"of\", '' AS items, '' AS note, '' AS hash"
        " FROM n",
        "结构不是 mixplan 写的",
    ),
    "a table that computes": (
        f"{REWRITTEN} CREATE TABLE mixplan_changes (revision, at, who, kind, of, items AS (zeroblob(1000000000)),"
        " note, hash)",
        "结构不是 mixplan 写的",
    ),
    "a trigger on a table": (
        "CREATE TRIGGER t AFTER INSERT ON mixplan_changes BEGIN SELECT 1; END",
        "结构不是 mixplan 写的",
    ),
}


@pytest.mark.parametrize(("statement", "words"), [*TAMPERED.values(), *HOSTILE.values()], ids=[*TAMPERED, *HOSTILE])
def test_a_file_that_somebody_was_at_is_refused_whole(good, tmp_path, elsewhere, statement, words):
    there = elsewhere()
    with pytest.raises(DataError, match=f"(?s)^b.mixplan.*{words}"):
        there.take_in(read_project_file(changed(good, tmp_path, statement), "b.mixplan"), who=WHO)
    assert there.listed() == []


@pytest.mark.parametrize(
    "content",
    [b"", b"PK\x03\x04", b"SQLite format 3\x00", b"SQLite format 3\x00" + b"\xff" * 5000],
    ids=["nothing", "an archive", "a head alone", "noise"],
)
def test_what_is_no_project_file_is_refused_in_words(content):
    with pytest.raises(DataError, match=r"b\.mixplan"):
        read_project_file(content, "b.mixplan")


def test_a_geopackage_without_a_project_is_refused_in_words(tmp_path):
    LAYERS["stations"].to_file(tmp_path / "a.gpkg")
    with pytest.raises(DataError, match="没有 mixplan 的项目"):
        read_project_file((tmp_path / "a.gpkg").read_bytes(), "a.gpkg")


@pytest.mark.parametrize("where", [0.1, 0.3, 0.5, 0.7, 0.9])
def test_a_file_that_breaks_off_is_refused_in_words(good, where):
    with pytest.raises(DataError, match=r"b\.mixplan"):
        read_project_file(good[: int(len(good) * where)], "b.mixplan")


def test_a_flipped_byte_is_found_or_changes_nothing(good):
    whole, dice = read_project_file(good, "a.mixplan"), random.Random(1)
    refused = 0
    for _ in range(150):
        content = bytearray(good)
        content[dice.randrange(len(content))] ^= dice.randrange(1, 256)
        try:
            assert read_project_file(bytes(content), "b.mixplan") == whole
        except DataError as found:
            assert "b.mixplan" in str(found)
            refused += 1
    assert refused


def test_refusals_are_said_in_english_too(good, tmp_path):
    set_language("en")
    with pytest.raises(DataError, match="later release") as refused:
        read_project_file(changed(good, tmp_path, HOSTILE["a later form"][0]), "b.mixplan")
    assert not any("\u4e00" <= sign <= "\u9fff" for sign in str(refused.value))


@pytest.mark.parametrize(
    ("name", "file"), [("甲/乙:丙", "甲_乙_丙.mixplan"), ("con", "con_.mixplan"), ("..", "mixplan.mixplan")]
)
def test_the_file_of_a_project_has_a_name_that_every_system_takes(name, file):
    assert file_name(name) == file


def test_a_content_that_is_left_out_says_so():
    bundle = Bundle("a" * 12, "甲", "active", 1, "", "{}", "{}", (), (Content("0" * 64, "站点.csv", "", None),), ())
    assert bundle.left_out == ["站点.csv"]
    assert json.loads(bundle.record) == {}


def test_an_id_is_never_taken_for_an_option(monkeypatch):
    drawn = iter(["-bcdefghijkl", "--cdefghijkl", "a-cdefghijkl"])
    monkeypatch.setattr("mixplan.projects.rows.secrets.token_urlsafe", lambda _bytes: next(drawn))
    assert open_store().create("甲", Project(), who=WHO).id == "a-cdefghijkl"
