"""The planner's decisions on stations, read from files."""

import json
from typing import Any

import pytest

from mixplan.base.errors import DataError
from mixplan.maps.style import ACTION_COLOUR
from mixplan.plan.actions import ACTIONS, DECISIONS, MERGE, RETAIN
from mixplan.plan.words import action_label, decision_label
from mixplan.registers.decisions import read_decisions, read_locks


def test_lock_files_name_what_is_wrong() -> None:
    assert read_locks("编号,决定\na,保留\nb,退出\nc,\n".encode(), "l.csv").locks == {"a": "retain", "b": "close"}
    with pytest.raises(DataError, match=r"l\.csv 第 2 行，decision 列，值“maybe”"):
        read_locks(b"id,decision\na,maybe\n", "l.csv")
    with pytest.raises(DataError, match=r"^l\.csv 里没有一行可用。$"):
        read_locks(b"id,decision\n", "l.csv")
    with pytest.raises(DataError, match=r"缺少必需的列：decision"):
        read_locks(b"id\na\n", "l.csv")


@pytest.mark.parametrize("word", ["retain", "keep", "Keep", "保留", "RETAIN"])
def test_old_and_new_words_for_a_decision_mean_the_same(word: str) -> None:
    assert read_locks(f"id,decision\na,{word}\n".encode(), "l.csv").locks == {"a": RETAIN}


def test_a_plan_with_an_action_that_nobody_knows_is_refused() -> None:
    with pytest.raises(
        DataError, match=r"plan\.json 中站点“a”的 action 是“move”，应为 retain、upgrade、merge、close 之一"
    ):
        read_decisions(b'{"actions": [{"plant_id": "a", "action": "move"}]}', "plan.json")


@pytest.mark.parametrize("action", ACTIONS)
def test_every_action_is_read_and_has_a_name_and_a_colour(action: str) -> None:
    into = ', "into": "b"' if action == MERGE else ""
    plan = read_decisions(f'[{{"plant_id": "a", "action": "{action}"{into}}}]'.encode(), "plan.json")
    assert plan["action"].tolist() == [action]
    assert action_label(action)
    assert action in ACTION_COLOUR


def test_every_decision_has_a_name() -> None:
    assert [decision_label(decision) for decision in DECISIONS] == ["保留", "退出", "未定"]


@pytest.mark.parametrize(
    ("cell", "sentence"),
    [
        ('"capacity_after": -10', "capacity_after 是“-10”：应在 0 与 100000 之间"),
        ('"capacity_after": "x"', "capacity_after 是“x”：应为数字"),
        ('"capacity_after": true', "capacity_after 是“True”：应为数字"),
        ('"capacity": {"a": 1}', "capacity 是“{'a': 1}”：应为数字"),
        ('"into": [1]', "into 是“[1]”：应为文字"),
        ('"reason": {"y": 1}', "reason 是“{'y': 1}”：应为文字"),
    ],
)
def test_a_value_that_means_nothing_is_refused_with_its_station(cell: str, sentence: str) -> None:
    with pytest.raises(DataError) as caught:
        read_decisions(f'{{"actions": [{{"plant_id": "a", "action": "merge", {cell}}}]}}'.encode(), "plan.json")
    assert str(caught.value) == f"plan.json 中站点“a”的 {sentence}。"


def test_values_that_are_missing_stay_missing() -> None:
    plan = read_decisions(
        b'[{"plant_id": "a", "action": "merge", "into": "b", "capacity_after": null},'
        b' {"plant_id": "b", "action": "upgrade", "into": null, "capacity_after": 60}]',
        "plan.json",
    )
    assert plan["into"].tolist() == ["b", None]
    assert plan["capacity"].isna().tolist() == [True, False] and plan.loc["b", "capacity"] == 60


def test_json_that_is_nested_without_end_is_refused() -> None:
    with pytest.raises(DataError, match=r"^plan\.json 不是可用的 JSON：列表或对象嵌套超过 50 层"):
        read_decisions(b"[" * 100_000 + b"]" * 100_000, "plan.json")


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ('[{"plant_id": "a", "action": "merge", "into": "a"}]', "站点“a”的 into 是“a”：不能并入自己。"),
        (
            '[{"plant_id": "a", "action": "merge", "into": "b"}, {"plant_id": "b", "action": "close"}]',
            "站点“a”的 into 是“b”：并入的站点自己也退出或被整合。",
        ),
        ('[{"plant_id": "a", "action": "merge"}]', "站点“a”的 into 是“null”：整合（merge）应写明并入的站点。"),
        (
            '[{"plant_id": "a", "action": "retain", "into": "b"}]',
            "站点“a”的 into 是“b”：只有整合（merge）的站点并入别的站点，retain 应为 null。",
        ),
        (
            '[{"plant_id": "a", "action": "close", "capacity_after": 500}]',
            "站点“a”的 capacity_after 是“500”：退出或被整合的站点应为 0 或 null。",
        ),
        (
            '[{"plant_id": "a", "action": "merge", "into": "b", "capacity": 0.1}]',
            "站点“a”的 capacity 是“0.1”：退出或被整合的站点应为 0 或 null。",
        ),
        (
            '[{"plant_id": "A", "action": "close"}, {"plant_id": "\\u0391", "action": "retain"}]',
            "站点“\u0391”看上去与站点“A”相同，实际不同。",
        ),
        (
            '[{"plant_id": "A", "action": "merge", "into": "B1"}, {"plant_id": "\\uff22\\uff11", "action": "retain"}]',
            "站点“B1”看上去与站点“\uff22\uff11”相同，实际不同。",
        ),
        (
            '[{"plant_id": "a", "action": "retain", "capacity_before": 30, "capacity_after": 500}]',
            "站点“a”的 capacity_after 是“500”：保留的站点产能不变，应为 30。",
        ),
        (
            '[{"plant_id": "a", "action": "upgrade", "capacity_before": 30, "capacity_after": 10}]',
            "站点“a”的 capacity_after 是“10”：改造的站点应不小于原来的 30。",
        ),
        ('[{"plant_id": "a", "action": "retain", "year": 2013}]', "站点“a”的 year 是“2013”：保留的站点没有实施年份"),
        ('[{"plant_id": " a ", "action": "close"}]', "plant_id 是“ a ”：编号前后不能有空格或换行。"),
        ('[{"plant_id": "a\\u200b", "action": "close"}]', "编号中有看不见的字符：U+200B"),
        ('[{"plant_id": ["a"], "action": "close"}]', "actions 第 1 项不可用"),
        ('[{"plant_id": "a", "action": ["close"]}]', "应为 retain、upgrade、merge、close 之一"),
        ('[{"plant_id": "a", "action": "close"}, {"plant_id": "a", "action": "close"}]', "站点“a”出现了不止一次"),
        ('[{"plant_id": "a", "action": "close", "capacity_after": 1e999}]', "数“1e999”太大，应为有限的数"),
        ('[{"plant_id": "a", "action": "close", "capacity_after": NaN}]', "“NaN”不是 JSON 的数"),
        ('[{"plant_id": "a", "action": "close", "capacity": 1, "capacity_after": 2}]', "既有 capacity 又有"),
        ('[{"plant_id": "a", "plant_id": "b", "action": "close"}]', "键“plant_id”出现了不止一次"),
        ('{"actions": {"a": "close"}}', "应有 actions 列表"),
        ("[1]", "actions 第 1 项不可用"),
        ("", "第 1 行第 1 个字符处，这里应有一个值"),
    ],
)
def test_a_plan_that_cannot_be_carried_out_is_refused(content: str, sentence: str) -> None:
    with pytest.raises(DataError) as caught:
        read_decisions(content.encode(), "plan.json")
    assert sentence in str(caught.value)


@pytest.mark.parametrize("other", ["A1", "a 1"])
def test_ids_that_a_reader_can_tell_apart_make_a_plan(other: str) -> None:
    """A register may have both; they were said when it was read, and its plans are read as they were written."""
    flows = [{"plant_id": plant, "demand": plant, "year": 2012, "amount": 1} for plant in ("a1", other)]
    actions = [{"plant_id": "a1", "action": "retain"}, {"plant_id": other, "action": "merge", "into": "a1"}]
    plan = read_decisions(json.dumps({"actions": actions, "flows": flows}).encode(), "plan.json")
    assert plan.index.tolist() == ["a1", other]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gb18030"])
def test_a_plan_is_read_in_the_encodings_that_windows_writes(encoding: str) -> None:
    plan = read_decisions('[{"plant_id": "丰台搅拌站", "action": "close"}]'.encode(encoding), "plan.json")
    assert plan.index.tolist() == ["丰台搅拌站"]


PLAN = """{{"actions": [
  {{"plant_id": "a", "action": "upgrade", "year": 2013, "capacity_before": 30, "capacity_after": 60}},
  {{"plant_id": "b", "action": "close", "year": 2013, "capacity_before": 30, "capacity_after": 0}},
  {{"plant_id": "c", "action": "retain", "capacity_before": 30, "capacity_after": 30}},
  {{"plant_id": "d", "action": "retain", "capacity_before": null, "capacity_after": null}}],
 "flows": {flows}}}"""


@pytest.mark.parametrize(
    ("flows", "sentence"),
    [
        ([("a", 2012, 31)], "站点“a”2012 年的 flows 合计 31，应不大于产能 30。"),
        ([("a", 2013, 40), ("a", 2013, 21)], "站点“a”2013 年的 flows 合计 61，应不大于产能 60。"),
        ([("b", 2013, 1)], "站点“b”2013 年的 flows 合计 1，应不大于产能 0。"),
        ([("c", 2011, 31)], "站点“c”2011 年的 flows 合计 31，应不大于产能 30。"),
        ([("c", None, 31)], "站点“c”的 flows 合计 31，应不大于产能 30。"),
        ([("b", None, 31)], "站点“b”的 flows 合计 31，应不大于产能 30。"),
        ([("e", 2011, 1)], "flows 第 1 项的 plant_id 是“e”：actions 中没有这个站点。"),
        ([("a", 2011, -1)], "flows 第 1 项的 amount 是“-1”：应在 0 与 100000 之间。"),
        ([("a", "二〇一一", 1)], "flows 第 1 项的 year 是“二〇一一”：应为数字。"),
        ({"a": 1}, "flows 应为列表"),
    ],
)
def test_a_station_delivers_no_more_than_it_has_in_a_year(flows: Any, sentence: str) -> None:
    if isinstance(flows, list):
        flows = [{"plant_id": plant, "demand": "d1", "year": year, "amount": amount} for plant, year, amount in flows]
    with pytest.raises(DataError) as caught:
        read_decisions(PLAN.format(flows=json.dumps(flows)).encode(), "plan.json")
    assert sentence in str(caught.value)


def test_as_much_as_a_station_has_may_be_delivered_and_rounding_is_no_fault() -> None:
    amounts = [("a", 2012, 30), ("a", 2013, 60.004), ("b", 2012, 30), ("c", 2015, 30), ("d", 2015, 500)]
    flows = [{"plant_id": plant, "demand": "d1", "year": year, "amount": amount} for plant, year, amount in amounts]
    plan = read_decisions(PLAN.format(flows=json.dumps(flows)).encode(), "plan.json")
    assert plan["capacity"].tolist()[:3] == [60, 0, 30]
