"""Chinese spellings that a register may use for the codes; those for kinds of plants stand in the table of kinds."""

from collections.abc import Callable
from functools import cache

from mixplan.base.files.columns import code_of
from mixplan.plan import kinds as plan_kinds


@cache
def _kind_parser(kinds: plan_kinds.KindFile) -> Callable[[str], str]:
    return code_of((kind.id for kind in kinds.plant_kind), plan_kinds.kind_spellings())


def kind_cell(value: str) -> str:
    """Code of a kind of plant from what a register writes for it."""
    return _kind_parser(plan_kinds.load_kinds())(value)


STATUS_WORDS = {
    "2010年底在册": "inventory_2010",
    "在册": "inventory_2010",
    "在产": "inventory_2010",
    "后期": "later",
    "后期见于来源": "later",
    "在北京市外": "outside",
    "无资质": "unlicensed",
    "市外": "outside",
    "关闭": "closed",
    "已关闭": "closed",
    "拟建": "proposed",
}
PRECISION_WORDS = {
    "厂址": "plant_point",
    "厂址坐标": "plant_point",
    "门牌地址": "street_address",
    "门牌": "street_address",
    "村": "village",
    "乡镇中心": "township_centre",
    "仅知区县": "district_only",
    "未定位": "unlocated",
    "模型推算": "modelled",
}
UNIT_WORDS = {
    "万t": "wan_t",
    "万吨": "wan_t",
    "万t/年": "wan_t",
    "万吨/年": "wan_t",
    "万m³": "wan_m3",
    "万m3": "wan_m3",
    "万立方米": "wan_m3",
    "万方": "wan_m3",
    "万m³/年": "wan_m3",
    "万立方米/年": "wan_m3",
    # A CSV saved in GBK, which has no ³.
    "万m?": "wan_m3",
    "万m?/年": "wan_m3",
}
YES_NO_WORDS = {
    "是": "yes",
    "有": "yes",
    "y": "yes",
    "true": "yes",
    "1": "yes",
    "否": "no",
    "无": "no",
    "n": "no",
    "false": "no",
    "0": "no",
}
EVIDENCE_WORDS = {"有来源": "sourced", "公开来源": "sourced", "模型": "modelled", "模型推算": "modelled"}
