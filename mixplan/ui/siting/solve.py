"""Solve, stop, undo, put aside: the bar above the map."""

import math

import streamlit as st

from mixplan.base.i18n import gettext as _
from mixplan.jobs.job import Job
from mixplan.siting import proposal as siting_proposal
from mixplan.siting.proposal import SitingProposal
from mixplan.siting.settings import SitingSettings
from mixplan.ui import texts
from mixplan.ui.siting import case as siting_case
from mixplan.ui.siting import desk, jobs
from mixplan.ui.siting import plan as siting_plan
from mixplan.ui.siting.controls import Effort

POLL_S = 0.5


def solve_controls(settings: SitingSettings, effort: Effort) -> None:
    """Solve, stop, undo: the buttons above the map, and the progress of a solve under way."""
    running = jobs.job("solve") is not None
    solve, back, clear, keep, _rest = st.columns([3, 2, 2, 3, 4], vertical_alignment="center")
    solve.button(
        _("求解"),
        type="primary",
        disabled=running,
        width="stretch",
        key="siting_solve",
        icon=":material/play_arrow:",
        on_click=_begin,
        args=(settings, effort),
        help=_("锁定的站点保留，禁用的候选点不用，其余由求解器选定。"),
    )
    back.button(
        _("撤销"),
        disabled=not desk.can_undo() or running,
        on_click=desk.undo,
        width="stretch",
        icon=":material/undo:",
        key="siting_undo",
    )
    clear.button(
        _("清空"),
        disabled=not desk.desk().plan or running,
        on_click=desk.drop_unlocked,
        width="stretch",
        help=_("只留下锁定的站点"),
        key="siting_clear",
    )
    keep.button(
        _("存入对比（{count}/{most}）").format(count=len(desk.saved()), most=desk.MOST_SAVED),
        disabled=not desk.desk().plan or running or len(desk.saved()) >= desk.MOST_SAVED,
        width="stretch",
        on_click=_save,
        args=(settings,),
        key="siting_save",
    )
    # Always there, so that the map below keeps its place on the page and is not loaded again.
    with st.container():
        if running:
            _watch_solve(effort)


def _begin(settings: SitingSettings, effort: Effort) -> None:
    case = siting_case.case_of(settings, desk.desk())
    about = siting_plan.asked(settings, desk.desk())

    def work(job: Job[tuple[siting_plan.Proof, SitingProposal]]) -> tuple[siting_plan.Proof, SitingProposal]:
        def report(seconds: float, objective: float, bound: float, gap: float) -> None:
            job.progress = (seconds, objective, bound, gap)

        return about, siting_proposal.solve_case(
            case, gap=effort.gap, time_s=effort.time_s, seed=effort.seed, on_progress=report, should_stop=job.stopping
        )

    jobs.start("solve", work)


@st.fragment(run_every=POLL_S)
def _watch_solve(effort: Effort) -> None:
    """Progress of the solve under way; once it has ended its answer goes onto the desk, or stands as impossible."""
    job = jobs.job("solve")
    if job is None:
        return
    if job.done:
        jobs.end("solve")
        if job.error is not None:
            raise job.error
        assert job.result is not None
        about, proposal = job.result
        if proposal.status == "infeasible":
            st.session_state.siting_impossible = proposal
        else:
            siting_plan.remember_proof(about, proposal.bound)
            desk.take(proposal)
        st.rerun()
    seconds, objective, bound, gap = job.progress or (0.0, math.inf, -math.inf, math.inf)
    share = min(max(seconds / effort.time_s, effort.gap / gap if 0 < gap < math.inf else 0.0), 1.0)
    text = _("已用 {seconds:.0f} 秒 · 当前最好 {objective} · 下界 {bound} · 差距 {gap}").format(
        seconds=seconds,
        objective=texts.number(objective if math.isfinite(objective) else None, 1),
        bound=texts.number(bound if math.isfinite(bound) else None, 1),
        gap=f"{gap:.2%}" if math.isfinite(gap) else "—",
    )
    bar, stop = st.columns([5, 2], vertical_alignment="center")
    bar.progress(share, text)
    stop.button(
        _("停止，采用当前最好方案"),
        on_click=job.stop,
        disabled=job.stopping(),
        width="stretch",
        icon=":material/stop:",
        key="siting_stop",
    )


def _save(settings: SitingSettings) -> None:
    case, proposal, _lost = siting_plan.at_hand(settings)
    names = {entry.name for entry in desk.saved()}
    name = next(letter for letter in "ABCDEFGH" if _("方案 {letter}").format(letter=letter) not in names)
    desk.saved().append(desk.Saved(_("方案 {letter}").format(letter=name), desk.desk(), proposal, case))
