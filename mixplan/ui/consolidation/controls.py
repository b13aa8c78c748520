"""Limits, weights and assumptions of the consolidation page."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from mixplan.base.i18n import gettext as _
from mixplan.base.i18n import local
from mixplan.consolidation.settings import PARAMETERS
from mixplan.consolidation.wishes import STATIONS_AT_MOST, ConsolidationWishes
from mixplan.projects.project import Path
from mixplan.ui import session, shared, work
from mixplan.ui.controls import margin_slider, parameter_slider
from mixplan.ui.setting import setting
from mixplan.ui.texts import plain

_WISHES: Path = ("consolidation", "wishes")
_SLIDERS = ("cap_wan_m3", "demand_wan_m3", "radius_km", "outside_pct", "utilisation_pct")
_WEIGHTS = ("severity_cost", "borderline_weight", "haul_cost", "upgrade_cost", "add_cost", "loss_site", "loss_capacity")
_MORE = ("detour", "merge_km", "add_most")
_GAPS_PCT = [0.1, 0.2, 0.5, 1.0, 2.0]


def controls() -> None:
    """Limits, weights and assumptions in the sidebar, each with its source."""
    phased = st.toggle(
        _("按年分步（2011–2015）"),
        help=_("产能逐年降到目标，每年供应不断；求解约需一分钟。"),
        **setting((*_WISHES, "phased"), False, "con_phased") | {"on_change": _phase, "args": ()},
    )
    for name in _SLIDERS:
        _slider(name)
    if phased:
        _slider("closures_per_year")
    with st.expander(_("代价的权重")):
        st.caption(_("方案使这些代价之和最小（万元/年）。问题严重度的权重表示政策偏好，不是支出。"))
        for name in _WEIGHTS:
            _slider(name)
    with st.expander(_("其他假设和上限")):
        for name in _MORE:
            _slider(name)
        margin_slider()
        _caps()
        gap = setting((*_WISHES, "gap_pct"), ConsolidationWishes().gap_pct, "con_gap", number=_offered, low=0.0)
        st.select_slider(_("证明到的差距（%）"), _GAPS_PCT, **gap)


def _slider(name: str) -> None:
    parameter_slider(PARAMETERS[name], (*_WISHES, name), key=f"con_{name}")


def _phase() -> None:
    """Plan the target year alone or year by year, and show the plan of that kind."""
    project, phased = work.project(), bool(session.widget("con_phased"))
    its = project.consolidation
    work.change(replace(project, consolidation=replace(its, wishes=replace(its.wishes, phased=phased), shown=None)))


def _offered(gap_pct: float) -> float:
    """The gap of the slider that is nearest to one that a project may have from elsewhere."""
    return min(_GAPS_PCT, key=lambda one: abs(one - gap_pct))


def _caps() -> None:
    """Limits on the number of stations within the ring that is the city's centre, and in districts."""
    if st.checkbox(_("限制五环内站点数"), **setting((*_WISHES, "limit_centre"), False, "con_ring_on")):
        given = setting((*_WISHES, "centre_most"), STATIONS_AT_MOST, "con_ring_cap")
        st.number_input(plain(_("五环内最多（个）")), 0, 200, **given)
    names = {str(r["id"]): local(r) for r in shared.layers().districts.drop(columns="geometry").to_dict("records")}
    most = work.project().consolidation.wishes.district_most
    chosen = session.choice_key("con_districts", names.values())
    session.put_widget(chosen, [district for district in most if district in names])
    st.multiselect(
        _("限制区县站点数"),
        list(names),
        format_func=names.__getitem__,
        key=chosen,
        on_change=_limit_districts,
        args=(chosen,),
        placeholder=_("不限制"),
        select_all=False,
    )
    for district in most:
        if district in names:
            key = f"con_cap_{district}"
            session.put_widget(key, most[district])
            label = _("{name}最多（个）").format(name=names[district])
            st.number_input(plain(label), 0, 200, key=key, on_change=_limit, args=(district, key))


def _limit_districts(key: str) -> None:
    most = work.project().consolidation.wishes.district_most
    chosen = session.widget(key)
    if chosen is None:  # a browser may still speak of the widget that stood here before
        return
    work.put((*_WISHES, "district_most"), {district: most.get(district, STATIONS_AT_MOST) for district in chosen})


def _limit(district: str, key: str) -> None:
    work.put((*_WISHES, "district_most", district), session.widget(key))
