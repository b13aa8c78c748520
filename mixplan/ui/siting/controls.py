"""Settings of the siting page in planners' words; every assumption comes from the rule file with its source."""

from dataclasses import replace
from typing import Any

import streamlit as st

from mixplan.base.i18n import gettext as _
from mixplan.base.i18n import local
from mixplan.city.sectors import SECTORS, sector_label
from mixplan.plan.words import rule_kind_label
from mixplan.siting.settings import Effort, SitingSettings, default_settings
from mixplan.ui import shared
from mixplan.ui.siting.files import own_files

GAPS = (0.05, 0.02, 0.01, 0.005, 0.001)
TIMES_S = (10, 30, 60, 120, 300)


def _note(parameter_id: str) -> str:
    parameter = shared.rules().parameters[parameter_id]
    kind = rule_kind_label(parameter.kind)
    return _("{kind}。来源：{source}").format(kind=kind, source=parameter.source)


def _slider(parameter_id: str, label: str, *, step: float, **more: Any) -> float:
    """A slider over the range that the rule file allows, with the source as its help."""
    parameter = shared.rules().parameters[parameter_id]
    whole = step == int(step)
    number: Any = int if whole else float
    low, high = map(number, parameter.range)
    value = st.slider(
        label,
        low,
        high,
        number(parameter.value),
        number(step),
        key=parameter_id,
        help=_note(parameter_id),
        persist_state="session",
        **more,
    )
    return float(value)


def controls() -> tuple[SitingSettings, Effort]:
    """Everything that a planner can set, and how hard the solver is to try."""
    book = shared.rules()
    figure = book.parameters
    objective = st.segmented_control(
        _("优化目标"),
        ["haul", "coverage"],
        default="haul",
        required=True,
        key="siting_objective",
        format_func={"haul": _("运输量最小"), "coverage": _("覆盖最多")}.__getitem__,
        persist_state="session",
        help=_("总运输量 = 各条供应路线的吨数 × 运距。覆盖：由服务半径以内供应的需求最多。"),
    )
    left, right = st.columns(2)
    lines = left.number_input(
        _("生产线（条）"),
        0,
        int(figure["siting_lines"].range[1]),
        int(figure["siting_lines"].value),
        key="siting_lines",
        help=_note("siting_lines"),
        persist_state="session",
    )
    capacity = right.number_input(
        _("每条（万t/年）"),
        1.0,
        None,
        float(figure["siting_line_capacity"].value),
        5.0,
        format="%g",
        key="siting_line_capacity",
        help=_note("siting_line_capacity"),
        persist_state="session",
    )
    at_most = st.toggle(_("条数是上限，可以少建"), key="siting_at_most", persist_state="session")
    radius = _slider("siting_radius_km", _("服务半径（运距，km）"), step=1)
    with st.expander(_("方位条数")):
        quotas = []
        top = int(figure["siting_lines"].range[1])
        for sector in SECTORS:
            least, most = st.slider(
                sector_label(sector), 0, top, (0, top), key=f"siting_quota_{sector}", persist_state="session"
            )
            if (least, most) != (0, top):
                quotas.append((sector, least, most if most < top else None))
        st.caption(_("左端是至少、右端是最多的条数；不动即不限。方位的界线是假设，见“数据与来源”。"))
    with st.expander(_("间距、运距与代价")):
        spacing = _slider("siting_spacing_km", _("新线之间的最小间距（km）"), step=1)
        detour = _slider("siting_detour", _("绕行系数（道路里程 ÷ 直线）"), step=0.05)
        per_site = _slider("siting_lines_per_site", _("同一站点最多的生产线"), step=1)
        limited = st.toggle(_("限制最大运距"), key="siting_limited", persist_state="session")
        max_haul = _slider("siting_max_haul_km", _("最大运距（km）"), step=5, disabled=not limited)
        penalty = _slider("siting_unmet_penalty", _("每缺 1 万t 的代价（km）"), step=50)
        fixed = _slider("siting_fixed_cost", _("每条线的固定代价（万t·km/年）"), step=50)
    with st.expander(_("不得设线的地方")):
        rule = book.rule("near_sensitive_area")
        margin = st.slider(
            _("敏感区外扩距离（m，假设）"),
            int(rule.minimum or 0),
            int(rule.maximum or 0),
            int(float(rule.value)),
            50,
            key="siting_margin",
            help=local(rule, "note"),
            persist_state="session",
        )
        keep_off = st.toggle(
            _("范围为近似的敏感区也排除"),
            value=True,
            key="siting_keep_off",
            persist_state="session",
            help=_("关掉后，这些地方可以设线，但判定为待核实。"),
        )
        grid = _slider("siting_grid_km", _("候选点网格间距（km）"), step=1)
    with st.expander(_("其他供应")):
        imports = st.toggle(_("计入外埠供应"), key="siting_imports", persist_state="session")
        import_share = _slider("siting_import_share_pct", _("最多占需求（%）"), step=5, disabled=not imports)
        import_extra = _slider("siting_import_extra_km", _("市界以外的运距（km）"), step=10, disabled=not imports)
        wet = st.toggle(_("计入搅拌站湿砂浆"), key="siting_wet", persist_state="session")
        wet_share = _slider("siting_wet_share_pct", _("占搅拌站产能（%）"), step=1, disabled=not wet)
        wet_radius = _slider("siting_wet_radius_km", _("湿砂浆最大运距（km）"), step=5, disabled=not wet)
        wet_extra = _slider("siting_wet_extra_km", _("湿砂浆附加代价（km）"), step=5, disabled=not wet)
    own_files()
    with st.expander(_("求解精度")):
        gap = st.select_slider(
            _("证明差距不超过"), GAPS, 0.01, format_func="{:.1%}".format, key="siting_gap", persist_state="session"
        )
        time_s = st.select_slider(_("最多用时（秒）"), TIMES_S, 60, key="siting_time", persist_state="session")
        seed = st.number_input(
            _("随机种子"), 0, 10**6, 0, key="siting_seed", help=_("同一种子得到同一方案。"), persist_state="session"
        )
    settings = replace(
        default_settings(book),
        lines=int(lines),
        exact=not at_most,
        line_capacity_wan_t=float(capacity),
        lines_per_site=int(per_site),
        quotas=tuple(quotas),
        spacing_km=spacing,
        detour=detour,
        max_haul_km=max_haul if limited else None,
        unmet_penalty_km=penalty,
        fixed_cost=fixed,
        objective="coverage" if objective == "coverage" else "haul",
        radius_km=radius,
        margin_m=float(margin),
        keep_off_approximate=keep_off,
        grid_km=grid,
        imports=imports,
        import_share_pct=import_share,
        import_extra_km=import_extra,
        wet_mortar=wet,
        wet_share_pct=wet_share,
        wet_extra_km=wet_extra,
        wet_radius_km=wet_radius,
    )
    return settings, Effort(float(gap), float(time_s), int(seed))
