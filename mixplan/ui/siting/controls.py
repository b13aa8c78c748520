"""Settings of the siting page in planners' words; every assumption comes from the rule file with its source."""

from dataclasses import replace
from typing import Any

import streamlit as st

from mixplan.base.i18n import gettext as _
from mixplan.city.sectors import SECTORS, sector_label
from mixplan.siting.settings import Effort, SitingSettings, default_settings
from mixplan.ui import shared
from mixplan.ui.controls import margin_slider, parameter_number, parameter_slider
from mixplan.ui.network import network_control
from mixplan.ui.siting.files import own_files
from mixplan.ui.texts import plain, shown

GAPS = (0.05, 0.02, 0.01, 0.005, 0.001)
TIMES_S = (10, 30, 60, 120, 300)


def controls() -> tuple[SitingSettings, Effort]:
    """Everything that a planner can set, and how hard the solver is to try."""
    objective = st.segmented_control(
        _("优化目标"),
        ["haul", "coverage"],
        default="haul",
        required=True,
        key="siting_objective",
        format_func=shown({"haul": _("运输量最小"), "coverage": _("覆盖最多")}.__getitem__),
        persist_state="session",
        help=_("总运输量 = 各条供应路线的吨数 × 运距。覆盖：由服务半径以内供应的需求最多。"),
    )
    wishes: dict[str, Any] = {"objective": objective}
    wishes |= _lines()
    with st.expander(_("方位条数")):
        wishes["quotas"] = _quotas()
    with st.expander(_("间距、运距与代价")):
        wishes |= _costs()
    with st.expander(_("不得设线的地方")):
        wishes |= _places()
    with st.expander(_("其他供应")):
        wishes |= _other_supply()
    own_files()
    network_control()
    with st.expander(_("求解精度")):
        effort = _effort()
    return replace(default_settings(shared.rules()), **wishes), effort


def _lines() -> dict[str, Any]:
    """How many lines of which capacity, and how far they are to serve."""
    left, right = st.columns(2)
    lines = parameter_number("siting_lines", _("生产线（条）"), place=left)
    capacity = parameter_number(
        "siting_line_capacity", _("每条（万t/年）"), place=right, bounds=(1, None), step=5.0, format="%g"
    )
    at_most = st.toggle(_("条数是上限，可以少建"), key="siting_at_most", persist_state="session")
    radius = parameter_slider("siting_radius_km", _("服务半径（运距，km）"), step=1)
    return {"lines": int(lines), "line_capacity_wan_t": capacity, "exact": not at_most, "radius_km": radius}


def _quotas() -> tuple[tuple[str, int, int | None], ...]:
    """Least and most lines of each sector, where the planner has set any."""
    top = int(shared.rules().parameters["siting_lines"].range[1])
    quotas: list[tuple[str, int, int | None]] = []
    for sector in SECTORS:
        least, most = st.slider(
            plain(sector_label(sector)), 0, top, (0, top), key=f"siting_quota_{sector}", persist_state="session"
        )
        if (least, most) != (0, top):
            quotas.append((sector, least, most if most < top else None))
    st.caption(_("左端是至少、右端是最多的条数；不动即不限。方位的界线是假设，见“数据与来源”。"))
    return tuple(quotas)


def _costs() -> dict[str, Any]:
    """Spacing, haul, and what lines and unmet demand cost."""
    spacing = parameter_slider("siting_spacing_km", _("新线之间的最小间距（km）"), step=1)
    detour = parameter_slider("siting_detour", _("绕行系数（道路里程 ÷ 直线）"), step=0.05)
    per_site = parameter_slider("siting_lines_per_site", _("同一站点最多的生产线"), step=1)
    limited = st.toggle(_("限制最大运距"), key="siting_limited", persist_state="session")
    max_haul = parameter_slider("siting_max_haul_km", _("最大运距（km）"), step=5, disabled=not limited)
    penalty = parameter_slider("siting_unmet_penalty", _("每缺 1 万t 的代价（km）"), step=50)
    fixed = parameter_slider("siting_fixed_cost", _("每条线的固定代价（万t·km/年）"), step=50)
    return {
        "spacing_km": spacing,
        "detour": detour,
        "lines_per_site": int(per_site),
        "max_haul_km": max_haul if limited else None,
        "unmet_penalty_km": penalty,
        "fixed_cost": fixed,
    }


def _places() -> dict[str, Any]:
    """Where no line may stand, and how densely candidates are laid."""
    margin = margin_slider().draw()
    keep_off = st.toggle(
        _("范围为近似的敏感区也排除"),
        value=True,
        key="siting_keep_off",
        persist_state="session",
        help=_("关掉后，这些地方可以设线，但判定为待核实。"),
    )
    grid = parameter_slider("siting_grid_km", _("候选点网格间距（km）"), step=1)
    return {"margin_m": margin, "keep_off_approximate": keep_off, "grid_km": grid}


def _other_supply() -> dict[str, Any]:
    """Supply from beyond the city, and wet mortar of concrete stations."""
    imports = st.toggle(_("计入外埠供应"), key="siting_imports", persist_state="session")
    share = parameter_slider("siting_import_share_pct", _("最多占需求（%）"), step=5, disabled=not imports)
    extra = parameter_slider("siting_import_extra_km", _("市界以外的运距（km）"), step=10, disabled=not imports)
    wet = st.toggle(_("计入搅拌站湿砂浆"), key="siting_wet", persist_state="session")
    wet_share = parameter_slider("siting_wet_share_pct", _("占搅拌站产能（%）"), step=1, disabled=not wet)
    wet_radius = parameter_slider("siting_wet_radius_km", _("湿砂浆最大运距（km）"), step=5, disabled=not wet)
    wet_extra = parameter_slider("siting_wet_extra_km", _("湿砂浆附加代价（km）"), step=5, disabled=not wet)
    return {
        "imports": imports,
        "import_share_pct": share,
        "import_extra_km": extra,
        "wet_mortar": wet,
        "wet_share_pct": wet_share,
        "wet_radius_km": wet_radius,
        "wet_extra_km": wet_extra,
    }


def _effort() -> Effort:
    """How hard the solver is to try."""
    gap = st.select_slider(
        _("证明差距不超过"), GAPS, 0.01, format_func=shown("{:.1%}".format), key="siting_gap", persist_state="session"
    )
    time_s = st.select_slider(_("最多用时（秒）"), TIMES_S, 60, key="siting_time", persist_state="session")
    seed = st.number_input(
        _("随机种子"), 0, 10**6, 0, key="siting_seed", help=_("同一种子得到同一方案。"), persist_state="session"
    )
    return Effort(float(gap), float(time_s), int(seed))
