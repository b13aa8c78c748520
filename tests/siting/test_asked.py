"""What tells one siting question from another, and how their difference is said."""

from dataclasses import replace
from typing import Any

import pytest

from mixplan.base.i18n import set_language
from mixplan.plan.rules import RuleBook
from mixplan.siting.asked import Asked, asked_of, changed
from mixplan.siting.settings import default_settings


def asked(book: RuleBook, own: Any = (), versions: Any = None, **changes: Any) -> Asked:
    return asked_of(default_settings(book, **changes), own=own, **(versions or {}))


@pytest.mark.parametrize(
    ("change", "chinese", "english"),
    [
        ({"radius_km": 25.0}, ["服务半径（运距） 30→25 km"], ["Haul radius 30→25 km"]),
        ({"lines": 12}, ["新建普通干混砂浆生产线 11→12 条"], ["New dry-mix mortar lines 11→12 lines"]),
        ({"max_haul_km": 60.0}, ["最大运距 —→60 km"], ["longest haul —→60 km"]),
        ({"grid_km": None}, ["候选点网格间距 5→— km"], ["spacing of the grid of candidates 5→— km"]),
        ({"objective": "coverage"}, ["优化目标"], None),
        ({"imports": True}, ["是否计入外埠供应"], ["whether imports count"]),
        ({"quotas": (("NE", 2, None),)}, ["方位条数"], None),
        ({"margin_m": 500.0}, ["敏感区外扩距离 200→500 m"], ["margin round sensitive areas 200→500 m"]),
        ({"forced": (("g0101", 1), ("g0202", 1))}, ["2 处锁定的站点"], ["locked sites: 2"]),
        ({"forbidden": ("g0101",)}, ["1 处禁用的站点"], ["forbidden sites: 1"]),
        ({"own": (("p1", 116.5, 39.9),)}, ["1 个自加的点"], ["points of your own: 1"]),
        ({"versions": {"register": "9f"}}, ["登记册"], ["Register"]),
        ({"versions": {"demand": "9f", "network": "3c"}}, ["需求点文件", "路网"], None),
    ],
    ids=str,
)
def test_each_change_is_said_and_changes_the_hash(
    book: RuleBook, change: dict[str, Any], chinese: list[str], english: list[str] | None
) -> None:
    before, after = asked(book), asked(book, **change)
    assert changed(before, after, book) == chinese
    set_language("en")
    said = changed(before, after, book)
    assert said == english if english else all(text.isascii() for text in said)
    assert before.hash != after.hash


def test_other_data_are_told(book: RuleBook) -> None:
    now = asked(book)
    before = replace(now, versions=replace(now.versions, data="0123456789ab"))
    assert changed(before, now, book) == ["随附数据"]
    assert before.hash != now.hash


def test_the_order_in_which_sites_and_points_were_named_does_not_matter(book: RuleBook) -> None:
    own = (("p1", 116.5, 39.9), ("p2", 116.6, 39.8))
    quotas = (("NE", 1, None), ("SW", 1, 3))
    one = asked(book, own=own, forced=(("a", 1), ("b", 2)), forbidden=("c", "d"), quotas=quotas)
    other = asked(book, own=own[::-1], forced=(("b", 2), ("a", 1)), forbidden=("d", "c"), quotas=quotas[::-1])
    assert one.hash == other.hash
    assert changed(one, other, book) == []
