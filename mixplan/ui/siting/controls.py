"""Settings of the siting page in planners' words; every assumption comes from the rule file with its source."""

from typing import Any

import streamlit as st

from mixplan.base.i18n import gettext as _
from mixplan.city.sectors import SECTORS, sector_label
from mixplan.projects.project import Path
from mixplan.siting.wishes import SitingWishes, most_lines
from mixplan.ui import shared, work
from mixplan.ui.controls import margin_slider, parameter_number, parameter_slider
from mixplan.ui.network import network_control
from mixplan.ui.setting import setting
from mixplan.ui.siting.files import own_files
from mixplan.ui.texts import plain, shown

GAPS = (0.05, 0.02, 0.01, 0.005, 0.001)
TIMES_S = (10, 30, 60, 120, 300)


def controls() -> None:
    """Everything that a planner can set; the project keeps it."""
    st.segmented_control(
        _("优化目标"),
        ["haul", "coverage"],
        required=True,
        format_func=shown({"haul": _("运输量最小"), "coverage": _("覆盖最多")}.__getitem__),
        help=_("总运输量 = 各条供应路线的吨数 × 运距。覆盖：由服务半径以内供应的需求最多。"),
        **setting(_wish("objective"), "haul", "siting_objective"),
    )
    _lines()
    with st.expander(_("方位条数")):
        _quotas()
    with st.expander(_("间距、运距与代价")):
        _costs()
    with st.expander(_("不得设线的地方")):
        _places()
    with st.expander(_("其他供应")):
        _other_supply()
    own_files()
    network_control()
    with st.expander(_("求解精度")):
        _effort()


def _wish(*names: str) -> Path:
    return ("siting", "wishes", *names)


def _wishes() -> SitingWishes:
    return work.project().siting.wishes


def _lines() -> None:
    """How many lines of which capacity, and how far they are to serve."""
    left, right = st.columns(2)
    parameter_number("siting_lines", _wish("lines"), _("生产线（条）"), place=left)
    parameter_number(
        "siting_line_capacity",
        _wish("line_capacity_wan_t"),
        _("每条（万t/年）"),
        place=right,
        bounds=(1, None),
        step=5.0,
        format="%g",
    )
    st.toggle(_("条数是上限，可以少建"), **setting(_wish("at_most"), False, "siting_at_most"))
    parameter_slider("siting_radius_km", _wish("radius_km"), _("服务半径（运距，km）"), step=1)


def _quotas() -> None:
    """Least and most lines of each sector, where the planner has set any."""
    top = most_lines(shared.rules())
    for sector in SECTORS:
        given = setting(_wish("quotas", sector), (0, top), f"siting_quota_{sector}")
        st.slider(plain(sector_label(sector)), 0, top, **given)
    st.caption(_("左端是至少、右端是最多的条数；不动即不限。方位的界线是假设，见“数据与来源”。"))


def _costs() -> None:
    """Spacing, haul, and what lines and unmet demand cost."""
    parameter_slider("siting_spacing_km", _wish("spacing_km"), _("新线之间的最小间距（km）"), step=1)
    parameter_slider("siting_detour", _wish("detour"), _("绕行系数（道路里程 ÷ 直线）"), step=0.05)
    parameter_slider("siting_lines_per_site", _wish("lines_per_site"), _("同一站点最多的生产线"), step=1)
    st.toggle(_("限制最大运距"), **setting(_wish("limit_haul"), False, "siting_limited"))
    off = not _wishes().limit_haul
    parameter_slider("siting_max_haul_km", _wish("max_haul_km"), _("最大运距（km）"), step=5, disabled=off)
    parameter_slider("siting_unmet_penalty", _wish("unmet_penalty_km"), _("每缺 1 万t 的代价（km）"), step=50)
    parameter_slider("siting_fixed_cost", _wish("fixed_cost"), _("每条线的固定代价（万t·km/年）"), step=50)


def _places() -> None:
    """Where no line may stand, and how densely candidates are laid."""
    margin_slider()
    st.toggle(
        _("范围为近似的敏感区也排除"),
        help=_("关掉后，这些地方可以设线，但判定为待核实。"),
        **setting(_wish("keep_off_approximate"), True, "siting_keep_off"),
    )
    parameter_slider("siting_grid_km", _wish("grid_km"), _("候选点网格间距（km）"), step=1)


def _other_supply() -> None:
    """Supply from beyond the city, and wet mortar of concrete stations."""
    st.toggle(_("计入外埠供应"), **setting(_wish("imports"), False, "siting_imports"))
    off = not _wishes().imports
    _other("import_share_pct", _("最多占需求（%）"), step=5, disabled=off)
    _other("import_extra_km", _("市界以外的运距（km）"), step=10, disabled=off)
    st.toggle(_("计入搅拌站湿砂浆"), **setting(_wish("wet_mortar"), False, "siting_wet"))
    off = not _wishes().wet_mortar
    _other("wet_share_pct", _("占搅拌站产能（%）"), step=1, disabled=off)
    _other("wet_radius_km", _("湿砂浆最大运距（km）"), step=5, disabled=off)
    _other("wet_extra_km", _("湿砂浆附加代价（km）"), step=5, disabled=off)


def _other(name: str, label: str, **how: Any) -> None:
    parameter_slider(f"siting_{name}", _wish(name), label, **how)


def _effort() -> None:
    """How hard the solver is to try."""
    wishes = _wishes()
    st.select_slider(
        _("证明差距不超过"),
        sorted({*GAPS, wishes.gap}, reverse=True),
        format_func=shown("{:.1%}".format),
        **setting(_wish("gap"), 0.01, "siting_gap"),
    )
    times = sorted({*TIMES_S, wishes.time_s})
    st.select_slider(_("最多用时（秒）"), times, **setting(_wish("time_s"), 60, "siting_time"))
    given = setting(_wish("seed"), 0, "siting_seed", number=int, low=0, high=10**6)
    st.number_input(_("随机种子"), 0, 10**6, help=_("从头求解时，同一种子得到同一方案。"), **given)
