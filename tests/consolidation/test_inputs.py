"""What tells one question from another, and how their difference is said."""

from dataclasses import replace
from typing import Any

import pytest

from mixplan.base.i18n import set_language
from mixplan.consolidation.inputs import Inputs, changed, inputs_of
from mixplan.consolidation.joint import default_joint
from mixplan.consolidation.settings import default_settings
from mixplan.plan.rules import RuleBook


def asked(book: RuleBook, *, phased: bool = False, margin_m: float = 0.0, register: str = "", **changes: Any) -> Inputs:
    return inputs_of(default_settings(book, phased=phased, **changes), margin_m=margin_m, register=register)


@pytest.mark.parametrize(
    ("change", "chinese", "english"),
    [
        ({"radius_km": 25.0}, ["供应半径（道路里程） 30→25 km"], ["Haul radius (road distance) 30→25 km"]),
        ({"detour": 1.5}, ["道路里程与直线距离之比 1.3→1.5"], ["Road distance over straight-line distance 1.3→1.5"]),
        (
            {"locks": (("c1", "retain"), ("c2", "close"), ("c3", "close"))},
            ["3 个站点的决定"],
            ["decisions on stations: 3"],
        ),
        ({"max_flagged": 20}, ["站点数上限"], ["caps on numbers of stations"]),
        ({"ring_caps": ((5, 10),)}, ["站点数上限"], ["caps on numbers of stations"]),
        ({"phased": True}, ["改为逐年求解"], ["now year by year"]),
        ({"margin_m": 500}, ["敏感区外扩距离 0→500 m"], ["margin round sensitive areas 0→500 m"]),
        ({"register": "9f3c"}, ["登记册"], ["Register"]),
        ({"first_demand_wan_m3": 1234.0}, ["起始年需求"], ["demand in the first year"]),
        ({"standard_wan_m3": 80.0}, ["搅拌站设计能力 60→80 万m³/年"], ["Design capacity of a station 60→80 万m³/yr"]),
    ],
    ids=str,
)
def test_each_change_is_said_and_changes_the_hash(
    book: RuleBook, change: dict[str, Any], chinese: list[str], english: list[str]
) -> None:
    before, after = asked(book), asked(book, **change)
    assert changed(before, after, book) == chinese
    set_language("en")
    assert changed(before, after, book) == english
    assert before.hash != after.hash


def test_all_changes_are_said_together(book: RuleBook) -> None:
    after = asked(book, radius_km=25.0, locks=(("c1", "close"),))
    assert "、".join(changed(asked(book), after, book)) == "1 个站点的决定、供应半径（道路里程） 30→25 km"


def test_other_data_are_told(book: RuleBook) -> None:
    before = replace(asked(book), data="0123456789ab")
    assert changed(before, asked(book), book) == ["随附数据"]
    assert before.hash != asked(book).hash


@pytest.mark.parametrize("change", [{"gap": 0.05}, {"time_limit_s": 5.0}, {"closures_per_year": 3}], ids=str)
def test_how_hard_the_solver_tries_and_the_pace_of_a_single_year_are_no_part_of_the_question(
    book: RuleBook, change: dict[str, Any]
) -> None:
    before, after = asked(book), asked(book, **change)
    assert before.hash == after.hash
    assert changed(before, after, book) == []


def test_the_pace_of_closures_counts_where_the_plan_goes_year_by_year(book: RuleBook) -> None:
    before, after = asked(book, phased=True), asked(book, phased=True, closures_per_year=3)
    assert changed(before, after, book) == ["每年最多退出的站点 20→3 个/年"]
    assert before.hash != after.hash


def test_thirty_is_thirty_however_it_was_written(book: RuleBook) -> None:
    assert asked(book, radius_km=25).hash == asked(book, radius_km=25.0).hash


def test_a_joint_run_is_of_the_target_year_and_names_its_own_settings(book: RuleBook) -> None:
    phased, single = default_settings(book, phased=True), default_settings(book)
    few, many = default_joint(book), default_joint(book, lines=12, quotas=(("NE", 2),))
    before, after = inputs_of(phased, margin_m=0, joint=few), inputs_of(single, margin_m=0, joint=many)
    assert inputs_of(single, margin_m=0, joint=few).hash == before.hash
    assert changed(before, after, book) == ["新建普通干混砂浆生产线 11→12 条", "新线的方位条数"]
    assert changed(inputs_of(single, margin_m=0), after, book) == ["是否与砂浆线联合求解"]
