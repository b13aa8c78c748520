"""What a change is, in words: everything that a project can hold has some, with both values where that says more."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass, replace
from types import UnionType
from typing import Literal, Union, get_args, get_origin, get_type_hints

import pytest

from mixplan.base.i18n import set_language
from mixplan.city.sectors import SECTORS
from mixplan.plan.rules import load_rules
from mixplan.projects import open_store, words
from mixplan.projects.changes import Item, difference
from mixplan.projects.comments import Comment, Reply, Target
from mixplan.projects.comparison import FIGURES
from mixplan.projects.project import Desk, FileUse, Project, Result, Scenario, Threshold, Work, to_json, with_at
from mixplan.projects.rows import Clash
from mixplan.siting.suitability import CRITERIA

BOOK = load_rules()
NAMES = {"c1": "怀柔站", "c2": "昌平站", "s1": "激进"}
NO_CHANGE = {"format", "views"}
KEYS = {"weights": CRITERIA, "quotas": SECTORS, "acceptance": FIGURES}
SOLVED = Result("0" * 64, "1" * 64, "2026-01-01T00:00:00+00:00", "1", "2", {"sites": 86, "gap_pct": 0.81})


def name(id: str) -> str:
    return NAMES.get(id, id)


def leaves(kind: object, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """Every place where something can stand in a record of a kind, with an example of each id."""
    if get_origin(kind) in (Union, UnionType):
        for one in get_args(kind):
            if one is not type(None):
                yield from leaves(one, path)
    elif get_origin(kind) in (Mapping, dict):
        key, value = get_args(kind)
        keys = get_args(key) if get_origin(key) is Literal else KEYS.get(path[-1], ("an.id",))
        for one in keys:
            yield from leaves(value, (*path, one))
    elif is_dataclass(kind) and kind not in (FileUse, Result):
        hints = get_type_hints(kind)
        for one in fields(kind):
            if path or one.name not in NO_CHANGE:
                yield from leaves(hints[one.name], (*path, one.name))
    else:
        yield path


PLACES = sorted(set(leaves(Project)))


def test_the_places_are_those_of_the_record():
    """What the walk below must at least have come by."""
    assert len(PLACES) > 100
    assert {("margin_m",), ("consolidation", "decisions", "an.id"), ("register",)} <= set(PLACES)
    assert ("scenarios", "an.id", "work", "siting", "desk", "plan", "an.id") in PLACES


@pytest.mark.parametrize("language", ["zh", "en"])
def test_everything_that_a_project_holds_has_words(language):
    set_language(language)
    told = {".".join(path): words.items_words([Item(path, None, 3)], BOOK, name) for path in PLACES}
    assert [place for place, said in told.items() if len(said) != 1 or not said[0].strip()] == []
    assert [said for (said,) in told.values() if "_" in said] == [], "names of the code"
    if language == "en":
        assert [said for (said,) in told.values() if re.search("[\u4e00-\u9fff]", said.replace("万", ""))] == []


def said(change: Project, before: Project | None = None) -> list[str]:
    return words.items_words(difference(to_json(before or Project()), to_json(change)), BOOK, name)


def of(*steps: tuple[tuple[str, ...], object], begin: Project | None = None) -> Project:
    found = begin or Project()
    for path, value in steps:
        found = with_at(found, path, value)
    return found


@pytest.mark.parametrize(
    ("path", "value", "told"),
    [
        (("margin_m",), 300, "敏感区外扩距离：200→300 m"),
        (("consolidation", "wishes", "radius_km"), 25, "供应半径（道路里程）：30→25 km"),
        (("consolidation", "decisions", "c1"), "close", "站点的决定 怀柔站：未定→退出"),
        (("register",), FileUse("0" * 64, "站点.xlsx"), "登记册：随附→站点.xlsx"),
        (("network",), FileUse("0" * 64, "路.gpkg"), "路网：直线距离→路.gpkg"),
        (("consolidation", "plans", "single"), SOLVED, "目标年方案已求解：留 86 站，差距 0.81 %"),
        (("consolidation", "shown"), "joint", "所看的整合方案：按设置→与砂浆线联合的方案"),
        (("siting", "wishes", "imports"), True, "是否计入外埠供应：否→是"),
        (("siting", "wishes", "quotas", "NE"), (1, 3), "东北部的条数：不限→1–3 条"),
        (("siting", "desk", "plan", "g0101"), 2, "新线 g0101：0→2 条"),
        (("siting", "wishes", "objective"), "coverage", "优化目标：运输量最小→覆盖最多"),
        (("acceptance", "flagged"), Threshold(most=90.0), "可接受的需治理上限：没有→90 个"),
    ],
)
def test_a_change_in_words(path, value, told):
    assert said(of((path, value))) == [told]


SHIPPED = replace(SOLVED, made_at="")
BY_HAND = ["锁定新线 g1：2 条", "新线方案由随附方案开始：留 86 站，差距 0.81 %"]
DESK = of((("siting", "desk"), Desk(begun=True, plan={"g1": 1, "g2": 1}, solved=replace(SOLVED, content="2" * 64))))


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ([("begun", True), ("plan", {"g1": 2}), ("locked", {"g1": 2}), ("solved", SHIPPED)], BY_HAND),
        ([("plan", {"g3": 1, "g4": 1}), ("solved", SOLVED)], ["新线方案已求解：留 86 站，差距 0.81 %"]),
        ([("plan", {"g1": 1, "g2": 1, "g3": 1}), ("locked", {"g3": 1})], ["锁定新线 g3：1 条", "新线 g3：0→1 条"]),
        ([("forbidden", {"g9": True})], ["禁用候选点 g9"]),
        ([("own", {"own-1": (116.4, 39.9)})], ["加自己的点 own-1（116.4、39.9）"]),
        ([("impossible", SOLVED)], ["求解得出：新线的要求无法全部满足"]),
    ],
    ids=["the first line by hand", "a solve", "a line by hand", "a ban", "a point of one's own", "an impossible wish"],
)
def test_what_is_done_on_the_desk_of_new_lines_is_told_as_a_planner_says_it(changed, told):
    before = Project() if changed[0][0] == "begun" else DESK
    after = of(*((("siting", "desk", name), value) for name, value in changed), begin=before)
    assert said(after, before) == told
    within = of((("scenarios", "s1"), Scenario("激进", Work(siting=before.siting))))
    there = of(*((("scenarios", "s1", "work", "siting", "desk", name), value) for name, value in changed), begin=within)
    assert said(there, within) == [f"方案“激进”：{one}" for one in told]


def test_what_is_taken_away_is_told_as_what_is_done():
    own = Desk(begun=True, locked={"g3": 1}, forbidden={"g9": True}, own={"own-1": (116.4, 39.9)})
    none = replace(own, locked={}, forbidden={}, own={})
    told = said(of((("siting", "desk"), none)), of((("siting", "desk"), own)))
    assert sorted(told) == ["不再禁用候选点 g9", "删去自己的点 own-1（116.4、39.9）", "解锁新线 g3"]


def test_a_scenario_that_is_renamed_or_deleted_is_told_so():
    before = of((("scenarios", "s1"), Scenario("激进", Work(margin_m=300))))
    assert said(Project(), before) == ["删除方案“激进”"]
    assert said(of((("scenarios", "s1", "name"), "稳妥"), begin=before), before) == ["方案名称：激进→稳妥"]


def test_what_is_taken_back_to_the_shipped_state_is_told_by_what_holds_then():
    before = of((("margin_m",), 300), (("consolidation", "decisions", "c1"), "retain"))
    assert sorted(said(Project(), before)) == ["敏感区外扩距离：300→200 m", "站点的决定 怀柔站：保留→未定"]


def test_of_many_alike_the_number_is_told():
    few = of(*((("consolidation", "decisions", f"c{n}"), "close") for n in range(3)))
    many = of(*((("consolidation", "decisions", f"c{n}"), "close") for n in range(4)))
    assert len(said(few)) == 3
    assert said(many) == ["站点的决定 4 处"]


def test_a_new_scenario_is_told_by_its_name_and_not_by_all_that_it_copies():
    before = of((("margin_m",), 300), (("consolidation", "decisions", "c1"), "close"))
    branch = Scenario("激进", Work(margin_m=300, consolidation=before.consolidation))
    assert said(of((("scenarios", "s1"), branch), begin=before), before) == ["新建方案“激进”"]


def test_what_changes_in_a_scenario_names_it():
    before = of((("scenarios", "s1"), Scenario("激进")))
    after = of((("scenarios", "s1", "work", "margin_m"), 300), begin=before)
    assert said(after, before) == ["方案“激进”：敏感区外扩距离：200→300 m"]


@pytest.fixture
def store(tmp_path, monkeypatch):
    monkeypatch.setenv("MIXPLAN_HOME", str(tmp_path / "home"))
    return open_store()


def test_every_kind_of_change_of_a_trail_has_words(store):
    made = store.create("甲", Project(), who="张三")
    id = made.id
    store.save(id, made.project, of((("margin_m",), 300)), who="张三")
    store.undo(id, who="张三")
    store.redo(id, who="张三")
    store.rename(id, "乙", who="张三")
    store.archive(id, who="张三")
    told = [words.change_words(change, BOOK, name) for change in store.trail(id)]
    assert told == [
        ["项目建立"],
        ["敏感区外扩距离：200→300 m"],
        ["撤销：敏感区外扩距离：300→200 m"],
        ["重做：敏感区外扩距离：200→300 m"],
        ["项目名称：甲→乙"],
        ["项目状态：在用→已归档"],
    ]


def test_the_words_of_undo_and_redo_say_what_each_would_turn(store):
    made = store.create("甲", Project(), who="张三")
    store.save(made.id, made.project, of((("margin_m",), 300)), who="张三")
    done, undone = store.steps(made.id, who="张三")
    assert words.undo_words(done, BOOK, name) == ["敏感区外扩距离：200→300 m"] and undone is None
    store.undo(made.id, who="张三")
    done, undone = store.steps(made.id, who="张三")
    assert words.undo_words(undone, BOOK, name) == ["敏感区外扩距离：200→300 m"] and done is None


def test_a_clash_is_told_with_both_values():
    clash = Clash(("consolidation", "decisions", "c1"), "retain", "close", "李四", "2026-01-01T00:00:00+00:00")
    assert words.clash_words(clash, BOOK, name) == ("站点的决定 怀柔站", "保留", "退出")
    clash = Clash(("scenarios", "s1", "work", "margin_m"), None, 500, "李四", "2026-01-01T00:00:00+00:00")
    assert words.clash_words(clash, BOOK, name) == ("方案“激进”：敏感区外扩距离", "200", "500")


def test_a_comment_is_told_by_what_it_says_an_answer_and_its_settling_in_a_line_each():
    asked = Comment(Target("station", "c1", "怀柔站", (116.6, 40.3)), "证照\n齐吗？" + "长" * 100, "王", "2026-01-01")
    before, at = Project(), ("comments", "c2")
    added = with_at(before, at, asked)
    (told,) = words.items_words(difference(to_json(before), to_json(added)), BOOK, name)
    assert told.startswith("批注 昌平站：证照 齐吗？长") and told.endswith("长…")
    answered = with_at(added, (*at, "replies", "r1"), Reply("齐。", "李", "2026-01-02"))
    assert words.items_words(difference(to_json(added), to_json(answered)), BOOK, name) == ["回复批注 昌平站：齐。"]
    settled = with_at(with_at(added, (*at, "resolved_by"), "王"), (*at, "resolved_at"), "2026-01-03")
    told = words.items_words(difference(to_json(added), to_json(settled)), BOOK, name)
    assert told == ["批注已解决 昌平站（王）"]


@pytest.mark.parametrize(
    "item",
    [
        Item(("of", "a", "later", "release"), None, 1),
        Item(("comments",), None, 1),
        Item(("comments", "c"), {"a": 1}, None),
        Item(("scenarios",), 1, None),
        Item(("scenarios", "s", "work"), 1, None),
        Item(("margin_m",), 10**400, 300),
        Item(("consolidation", "plans", "single"), None, {"inputs": "", "figures": {"sites": "x"}}),
        Item(("consolidation", "plans", "single"), None, {"inputs": "", "figures": [1]}),
    ],
)
def test_what_no_release_writes_is_told_all_the_same(item):
    (told,) = words.items_words([item], BOOK)
    assert told
