"""Limits, weights and assumptions of the consolidation page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import streamlit as st

from mixplan.base.i18n import gettext as _
from mixplan.base.i18n import local
from mixplan.consolidation import settings as consolidation_settings
from mixplan.consolidation.settings import Settings
from mixplan.plan.city import load_city
from mixplan.ui import shared
from mixplan.ui.consolidation.decisions import own_decisions
from mixplan.ui.controls import margin_slider, parameter_slider
from mixplan.ui.texts import plain

_SLIDERS = ("cap_wan_m3", "demand_wan_m3", "radius_km", "outside_pct", "utilisation_pct")
_WEIGHTS = ("severity_cost", "borderline_weight", "haul_cost", "upgrade_cost", "add_cost", "loss_site", "loss_capacity")
_MORE = ("detour", "merge_km", "add_most")


@dataclass(frozen=True)
class Choice:
    """What the planner has set."""

    settings: Settings
    margin_m: float


def _slider(name: str) -> float:
    return parameter_slider(consolidation_settings.PARAMETERS[name], key=f"con_{name}")


def _most(label: str, key: str) -> int:
    return int(st.number_input(plain(label), 0, 200, 20, key=key, persist_state="session"))


def controls() -> Choice:
    """Limits, weights and assumptions in the sidebar, each with its source."""
    book = shared.rules()
    changes: dict[str, Any] = {}
    phased = st.toggle(
        _("按年分步（2011–2015）"),
        key="con_phased",
        persist_state="session",
        help=_("产能逐年降到目标，每年供应不断；求解约需一分钟。"),
    )
    for name in _SLIDERS:
        changes[name] = _slider(name)
    if phased:
        changes["closures_per_year"] = _slider("closures_per_year")
    with st.expander(_("代价的权重")):
        st.caption(_("方案使这些代价之和最小（万元/年）。问题严重度的权重表示政策偏好，不是支出。"))
        for name in _WEIGHTS:
            changes[name] = _slider(name)
    with st.expander(_("其他假设和上限")):
        for name in _MORE:
            changes[name] = _slider(name)
        margin = margin_slider().draw()
        if st.checkbox(_("限制五环内站点数"), key="con_ring_on", persist_state="session"):
            changes["ring_caps"] = ((load_city().centre_ring, _most(_("五环内最多（个）"), "con_ring_cap")),)
        names = {str(r["id"]): local(r) for r in shared.layers().districts.drop(columns="geometry").to_dict("records")}
        chosen = st.multiselect(
            _("限制区县站点数"),
            list(names),
            format_func=names.__getitem__,
            key="con_districts",
            placeholder=_("不限制"),
            persist_state="session",
        )
        changes["district_caps"] = tuple(
            (d, _most(_("{name}最多（个）").format(name=names[d]), f"con_cap_{d}")) for d in chosen
        )
        gap_pct = st.select_slider(
            _("证明到的差距（%）"), [0.1, 0.2, 0.5, 1.0, 2.0], 1.0, key="con_gap", persist_state="session"
        )
    changes["gap"] = float(gap_pct) / 100.0
    changes["time_limit_s"] = 300.0 if phased else 90.0
    changes["locks"] = tuple(sorted(own_decisions().items()))
    return Choice(consolidation_settings.default_settings(book, phased=phased, **changes), margin)
