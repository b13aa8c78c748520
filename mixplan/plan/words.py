"""The term for everything, once."""

from collections.abc import Callable
from functools import cache
from typing import TYPE_CHECKING, Any

from mixplan.base.i18n import get_language, local
from mixplan.base.i18n import gettext as _
from mixplan.plan.actions import UNDECIDED
from mixplan.plan.kinds import area_kinds, plant_kinds

if TYPE_CHECKING:
    import pandas as pd


def labelled(codes: "pd.Series", label: Callable[[Any], str]) -> "pd.Series":
    """A column of codes in words; each code is put into words once, however long the column is."""
    return codes.map(cache(label))


def status_label(status: str) -> str:
    """Name of a plant's status."""
    return {
        "inventory_2010": _("2010 年底在册"),
        "later": _("后期见于来源"),
        "unlicensed": _("无资质"),
        "outside": _("在北京市外"),
        "closed": _("已关闭"),
        "proposed": _("拟建"),
    }[status]


def evidence_label(evidence: str) -> str:
    """Name of the kind of evidence for a plant."""
    return {"sourced": _("公开来源"), "modelled": _("模型推算")}[evidence]


def certainty_label(certainty: object) -> str:
    """Name of a degree of certainty."""
    return {"certain": _("确定"), "borderline": _("待核实")}.get(str(certainty), "—")


def precision_label(precision: str) -> str:
    """Name of how precisely a plant is located."""
    return {
        "plant_point": _("厂址坐标"),
        "street_address": _("门牌地址"),
        "village": _("村"),
        "township_centre": _("乡镇中心"),
        "district_only": _("只知区县"),
        "unlocated": _("未定位"),
        "modelled": _("模型推算"),
    }[precision]


def unit_label(unit: str) -> str:
    """Unit of a capacity, as the plan writes it."""
    return {"wan_t": _("万t/年"), "wan_m3": _("万m³/年")}[unit]


def solution_label(status: str) -> str:
    """How the search for a proposal or a plan ended, and so how far it may be trusted."""
    return {
        "optimal": _("已证明最优"),
        "gap_reached": _("已达到要求的差距"),
        "time_limit": _("到时限停止，为当时最好的方案"),
        "interrupted": _("被中途停止，为当时最好的方案"),
        "infeasible": _("没有方案能满足全部要求"),
        "manual": _("规划员拟定的方案"),
    }[status]


def rule_kind_label(kind: str) -> str:
    """Whether a rule or figure is the plan's, a regulation's or assumed, in words."""
    return {"plan": _("规划"), "regulation": _("规定"), "assumption": _("假设")}[kind]


def area_text(area: str) -> str:
    """Group of indicators in the reader's language."""
    return {
        "cement": _("水泥"),
        "concrete": _("预拌混凝土"),
        "mortar": _("预拌砂浆"),
        "precast": _("预制构件"),
        "fleet": _("物流装备"),
        "savings": _("节能减排"),
        "environment": _("环境与建设规模"),
        "management": _("监督与资金"),
    }[area]


def binding_text(binding_area: str) -> str:
    """Area that a figure binds or counts, in the reader's language."""
    return {
        "city": _("全市"),
        "producers": _("水泥生产企业"),
        "construction_works": _("全市建设工程"),
        "ban_zone": _("禁现区建设工程"),
        "rural": _("农村"),
        "affordable_housing": _("保障性住宅"),
        "ne_sw_periphery": _("东北部、西南部五环外及周边"),
        "beijing_and_around": _("本市及周边"),
    }[binding_area]


def kind_text(kind: str) -> str:
    """Kind of a figure in the reader's language."""
    return {
        "actual": _("实绩"),
        "derived": _("推算"),
        "target": _("目标"),
        "milestone": _("节点目标"),
        "forecast": _("预测"),
        "other_target": _("其他规划或报道的目标"),
        "reference": _("参照"),
        "entry": _("填报"),
    }[kind]


def unit_text(unit: str) -> str:
    """Unit in the reader's language; 万t and 万m³ (ten thousand tonnes, cubic metres) stay as the plan has them."""
    if get_language() == "zh":
        return unit
    english = {
        "万t/年": "万t/yr",
        "万m³/年": "万m³/yr",
        "t/年": "t/yr",
        "t/班": "t per shift",
        "环": "ring",
        "万t标煤": "万tce",
        "亿条": "亿 bags",
        "条/t": "bags/t",
        "家": "companies",
        "个": "in number",
        "台": "mixers",
        "辆": "vehicles",
        "条": "lines",
        "倍": "×",
        "百分点": "points",
        "亿元": "100M yuan",
        "万元": "10k yuan",
        "家次": "inspections",
        "年": "year",
        "次": "runs",
        "个/年": "per year",
        "万t·km/年": "万t·km/yr",
        "元/t": "yuan/t",
        "元/(t·km)": "yuan/(t·km)",
        "元/(m³·km)": "yuan/(m³·km)",
        "万元/条": "10k yuan per line",
        "万元/站": "10k yuan per station",
        "万元/万m³": "10k yuan/万m³",
        "万元/(站·年)": "10k yuan/(station·yr)",
        "万元/(万m³·年)": "10k yuan/(万m³·yr)",
        "万元/(分·年)": "10k yuan/(point·yr)",
    }
    return english.get(unit, unit)


def pretty(value: float | None, unit: str = "", digits: int = 1) -> str:
    """A number as planners read it: thousands separators, no needless zeros, its unit, — where there is none."""
    if value is None or value != value:
        return "—"
    text = f"{value:,.{digits}f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    # A true minus sign: readable on a projector, and no spreadsheet takes the text for a formula.
    text = "0" if text == "-0" else text.replace("-", "−")
    return f"{text} {unit_text(unit)}" if unit else text


def pretty_change(value: float | None, unit: str) -> str:
    """A difference as planners read it; rates differ by percentage points."""
    return pretty(value, "百分点" if unit == "%" else unit)


def direction_words(direction: str) -> str:
    """Direction of a target in words, for tables that go to a spreadsheet."""
    return {"at_least": _("不低于"), "at_most": _("不高于"), "exactly": _("等于"), "none": "—"}[direction]


def direction_text(direction: str) -> str:
    """Direction of a target as a sign."""
    return {"at_least": "≥", "at_most": "≤", "exactly": "=", "none": ""}[direction]


def kind_label(kind: str) -> str:
    """Name of a kind of plant."""
    return local(plant_kinds()[kind])


def decision_label(decision: str) -> str:
    """Name of what a planner has decided of a station beforehand."""
    return _("未定") if decision == UNDECIDED else action_label(decision)


def action_label(action: str) -> str:
    """Name of what a consolidation plan does with a station."""
    return {
        "retain": _("保留"),
        "upgrade": _("改造"),
        "merge": _("整合"),
        "close": _("退出"),
    }[action]


def sensitive_kind_label(kind: str) -> str:
    """Name of a kind of sensitive area."""
    return local(area_kinds()[kind])
