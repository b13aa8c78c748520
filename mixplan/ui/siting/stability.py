"""How often each site is chosen when the inputs are disturbed."""

from typing import Any

import pandas as pd
import streamlit as st

from mixplan.base.i18n import gettext as _
from mixplan.siting import robustness
from mixplan.siting.case import SitingCase
from mixplan.siting.proposal import SitingProposal
from mixplan.siting.settings import Effort
from mixplan.ui import runs, shared
from mixplan.ui.controls import parameter_number
from mixplan.ui.session import SITING_STABILITY
from mixplan.ui.texts import plain


def _take(_input_hash: str, found: robustness.Stability) -> None:
    SITING_STABILITY.put(found)


_STABILITY = runs.Work(
    "siting_stability", runs.counted(lambda: _("已完成 {done} / {of} 次")), _take, lambda: _("停止检验")
)


def stability_tab(case: SitingCase, proposal: SitingProposal, effort: Effort) -> None:
    """How often each site is chosen when demand, detour and coordinates are disturbed."""
    runs.collect(_STABILITY)
    book = shared.rules()
    noise = robustness.Disturbance.from_rules(book)
    near_km = book.figure("siting_stable_km")
    st.caption(
        plain(
            _(
                "把需求（±{demand:g}%）、绕行系数（±{detour:g}%）和坐标（{place:g} km；现有厂按定位误差）随机扰动后"
                "反复求解，看每个站点（或 {near:g} km 内的点）被选中的次数比例。总需求不变。"
            ).format(demand=noise.demand_pct, detour=noise.detour_pct, place=noise.place_km, near=near_km)
        )
    )
    left, right, _rest = st.columns([2, 2, 4], vertical_alignment="bottom")
    times = parameter_number("siting_runs", _("次数"), place=left, step=5)

    how: dict[str, Any] = {
        "runs": int(times),
        "near_km": near_km,
        "disturbance": noise,
        "effort": Effort(max(effort.gap, 0.02), min(effort.time_s, 15.0), effort.seed),
    }
    right.button(
        _("开始检验"),
        on_click=runs.begin,
        args=(_STABILITY, "mixplan.siting.robustness:stability", case, proposal),
        kwargs={"about": case.input_hash, "options": how},
        disabled=proposal.sites.empty or runs.running(_STABILITY),
        width="stretch",
        key="siting_stability_go",
    )
    runs.watch(_STABILITY)
    runs.complain(_STABILITY, lambda input_hash: bool(input_hash == case.input_hash))
    result = SITING_STABILITY.get()
    if result is not None and not proposal.sites.empty:
        _shares(result, case, proposal)


def _shares(result: robustness.Stability, case: SitingCase, proposal: SitingProposal) -> None:
    """How often each site was chosen."""
    if result.runs == 0:
        st.info(_("检验在做完第一次之前就停止了，还没有结果。"))
        return
    shares = result.shares.reindex(proposal.sites.index)
    if result.input_hash != case.input_hash:
        st.warning(_("检验之后，设置、锁定或数据已改变：下面是改变以前的结果，请重新检验。"))
    if shares["near"].isna().any():
        st.info(_("方案已改变，下面只有检验时就在的站点。"))
    st.dataframe(
        pd.DataFrame(
            {
                _("序号"): proposal.sites["number"],
                _("编号"): proposal.sites.index,
                _("原址被选中（%）"): (shares["same"] * 100).round(0),
                _("{km:g} km 内被选中（%）").format(km=result.near_km): (shares["near"] * 100).round(0),
            }
        ),
        hide_index=True,
        width="stretch",
        height="content",
    )
    st.caption(
        plain(
            _("{runs} 次（要求 {wanted} 次），种子 {seed}。").format(
                runs=result.runs, wanted=result.wanted, seed=result.seed
            )
        )
    )
