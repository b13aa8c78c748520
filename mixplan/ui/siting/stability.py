"""How often each site is chosen when the inputs are disturbed."""

import pandas as pd
import streamlit as st

from mixplan.base.i18n import gettext as _
from mixplan.jobs.job import Job
from mixplan.siting import robustness
from mixplan.siting.case import SitingCase
from mixplan.siting.proposal import SitingProposal
from mixplan.ui import shared
from mixplan.ui.siting import jobs
from mixplan.ui.siting.controls import Effort
from mixplan.ui.siting.solve import POLL_S


def stability_tab(case: SitingCase, proposal: SitingProposal, effort: Effort) -> None:
    """How often each site is chosen when demand, detour and coordinates are disturbed."""
    book = shared.rules()
    noise = robustness.Disturbance.from_rules(book)
    near_km = book.figure("siting_stable_km")
    st.caption(
        _(
            "把需求（±{demand:g}%）、绕行系数（±{detour:g}%）和坐标（{place:g} km；现有厂按定位误差）随机扰动后"
            "反复求解，看每个站点（或 {near:g} km 内的点）被选中的次数比例。总需求不变。"
        ).format(demand=noise.demand_pct, detour=noise.detour_pct, place=noise.place_km, near=near_km)
    )
    running = jobs.job("stability")
    parameter = book.parameters["siting_runs"]
    left, right, _rest = st.columns([2, 2, 4], vertical_alignment="bottom")
    runs = left.number_input(
        _("次数"),
        int(parameter.minimum or 1),
        int(parameter.maximum or 100),
        int(parameter.value),
        5,
        key="siting_runs",
    )

    def begin() -> None:
        def work(job: Job[robustness.Stability]) -> robustness.Stability:
            def report(done: int, of: int) -> None:
                job.progress = (done, of)

            return robustness.stability(
                case,
                proposal,
                runs=int(runs),
                seed=effort.seed,
                near_km=near_km,
                disturbance=noise,
                gap=max(effort.gap, 0.02),
                time_s=min(effort.time_s, 15.0),
                on_progress=report,
                should_stop=job.stopping,
            )

        jobs.start("stability", work)

    right.button(
        _("开始检验"),
        on_click=begin,
        disabled=proposal.sites.empty or running is not None,
        width="stretch",
        key="siting_stability_go",
    )
    if running is not None:
        _watch_stability()
    result: robustness.Stability | None = st.session_state.get("siting_stability")
    if result is None or proposal.sites.empty:
        return
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
        _("{runs} 次（要求 {wanted} 次），种子 {seed}。").format(
            runs=result.runs, wanted=result.wanted, seed=result.seed
        )
    )


@st.fragment(run_every=POLL_S)
def _watch_stability() -> None:
    job = jobs.job("stability")
    if job is None:
        return
    if job.done:
        jobs.end("stability")
        if job.error is not None:
            raise job.error
        st.session_state.siting_stability = job.result
        st.rerun()
    done, of = job.progress or (0, 1)
    bar, stop = st.columns([5, 2], vertical_alignment="center")
    bar.progress(done / of, _("已完成 {done} / {of} 次").format(done=done, of=of if job.progress else "…"))
    stop.button(_("停止检验"), on_click=job.stop, disabled=job.stopping(), key="siting_stability_stop", width="stretch")
