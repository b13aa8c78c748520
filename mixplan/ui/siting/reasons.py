"""Why a site: whom it serves, and what the next-best place would cost."""

from typing import Any

import pandas as pd
import streamlit as st

from mixplan.base.i18n import gettext as _
from mixplan.city import districts
from mixplan.siting import reasons
from mixplan.siting.case import SitingCase
from mixplan.siting.proposal import SitingProposal
from mixplan.ui import shared
from mixplan.ui.shared import district_names


def served_sentence(case: SitingCase, proposal: SitingProposal, site: str) -> str:
    """Whom a site serves, by district, in one sentence."""
    flows = proposal.flows[(proposal.flows["kind"] == "site") & (proposal.flows["site"] == site)]
    if flows.empty:
        return _("它没有供应任何需求点。")
    of_demand = _demand_districts(tuple(case.demand.index), case)
    by_district = flows.groupby(flows["demand"].map(of_demand))["amount"].sum().sort_values(ascending=False)
    parts = [
        _("{district} {amount:.1f}").format(district=name, amount=amount)
        for name, amount in by_district.head(4).items()
    ]
    return _("供应 {points} 个需求点 {amount:.1f} 万t/年：{parts}；最远 {km:.0f} km。").format(
        points=flows["demand"].nunique(),
        amount=flows["amount"].sum(),
        parts=_("、").join(parts),
        km=flows["haul_km"].max(),
    )


def _demand_districts(key: tuple[str, ...], case: SitingCase) -> pd.Series:
    found = districts.district_of(case.demand.geometry, shared.layers().districts)
    return found.map(district_names()).fillna(_("市外"))


@st.cache_resource(show_spinner=False, max_entries=256)
def _alternative_of(key: str, plan: tuple[Any, ...], site: str, _case: SitingCase, _proposal: SitingProposal) -> Any:
    return reasons.alternative(_case, _proposal, site)


def alternative(case: SitingCase, proposal: SitingProposal, site: str) -> reasons.Alternative:
    """The next-best place for a site; looked for once."""
    plan = tuple(sorted(proposal.plan.items()))
    found: reasons.Alternative = _alternative_of(case.input_hash, plan, site, case, proposal)
    return found


def alternative_sentence(found: reasons.Alternative) -> str:
    """The next-best place for a site, and the cost of moving there, in words."""
    if found.other is None:
        return _("没有别的候选点能接替它（受间距、方位条数或容量限制）。")
    text = (
        _("次优位置 {other}，相距 {km:.1f} km；迁过去总代价增加 {extra:,.0f}（万t·km/年）。")
        if found.extra_cost >= 0
        else _("{other}（相距 {km:.1f} km）其实更好：迁过去总代价变化 {extra:,.0f}（万t·km/年）。")
    )
    return text.format(other=found.other, km=found.distance_km, extra=found.extra_cost)
