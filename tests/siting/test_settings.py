"""Wishes that make no sense."""

import math

import pytest
from siting_cases import NORTH_EAST, points

from mixplan.base.errors import SitingError


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"detour": 0.9}, "“绕行系数”的值 0.9 不可用：应为不小于 1 的数"),
        ({"lines": -1}, "“生产线数量”的值 -1 不可用"),
        ({"quotas": (("north", 1, 1),)}, "方位“north”不存在，应为 NE、SW、periphery 之一"),
        ({"quotas": (("NE", 3, 1),)}, "NE 的条数 3–1"),
        ({"forced": (("a", 1),), "forbidden": ("a",)}, "既要求设线又禁止设线"),
        ({"forced": (("zz", 1),)}, "没有编号为“zz”的候选点"),
        ({"spacing_km": math.nan}, "最小间距"),
        ({"forced": (("a", -1),)}, "“站点 a 锁定的条数”的值 -1 不可用：应为不小于 1 的数"),
        ({"quotas": (("NE", 1, 1), ("NE", 0, None))}, "方位 NE 的条数给出了不止一次"),
    ],
)
def test_a_senseless_setting_is_refused_by_name(make, change, sentence):
    with pytest.raises(SitingError, match=sentence):
        make(points(NORTH_EAST), points(NORTH_EAST, weight=[1.0]), **change)
