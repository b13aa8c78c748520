"""Solve, stop, undo, put aside: the bar above the map."""

import math
from collections.abc import Callable

import streamlit as st

from mixplan.base.i18n import gettext as _
from mixplan.base.progress import Progress
from mixplan.jobs.job import Job
from mixplan.siting import proposal as siting_proposal
from mixplan.siting.proposal import SitingProposal
from mixplan.siting.settings import Effort, SitingSettings
from mixplan.ui import runs, texts
from mixplan.ui.session import SITING_IMPOSSIBLE
from mixplan.ui.siting import case as siting_case
from mixplan.ui.siting import desk, plan, records
from mixplan.ui.siting.plan import SOLVE


def solve_controls(settings: SitingSettings, effort: Effort) -> None:
    """Solve, stop, undo: the buttons above the map, and the progress of a solve under way."""
    running = runs.running(SOLVE)
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
        texts.plain(_("存入对比（{count}/{most}）").format(count=len(desk.saved()), most=desk.MOST_SAVED)),
        disabled=not desk.desk().plan or running or len(desk.saved()) >= desk.MOST_SAVED,
        width="stretch",
        on_click=_save,
        args=(settings,),
        key="siting_save",
    )
    runs.watch(SOLVE)
    runs.complain(SOLVE, plan.asked(settings, desk.desk()))


def _begin(settings: SitingSettings, effort: Effort) -> None:
    case = siting_case.case_of(settings, desk.desk())
    about = plan.asked(settings, desk.desk())

    def work(job: Job[SitingProposal]) -> SitingProposal:
        return siting_proposal.solve_case(case, effort, watcher=job.watch)

    def take(proposal: SitingProposal) -> None:
        if proposal.status == "infeasible":
            SITING_IMPOSSIBLE.put(proposal)
        else:
            plan.remember_proof(about, proposal.bound)
            desk.take(proposal)

    runs.begin(SOLVE, work, about=about, say=_searching(effort), take=take, stop=_("停止，采用当前最好方案"))


def _searching(effort: Effort) -> Callable[[Progress], tuple[float, str]]:
    """Words for a solve: the time that is used up or the gap that is proven, whichever is further."""

    def say(now: Progress) -> tuple[float, str]:
        text = _("已用 {seconds:.0f} 秒 · 当前最好 {objective} · 下界 {bound} · 差距 {gap}").format(
            seconds=now.seconds,
            objective=texts.number(now.objective if math.isfinite(now.objective) else None, 1),
            bound=texts.number(now.bound if math.isfinite(now.bound) else None, 1),
            gap=f"{now.gap:.2%}" if math.isfinite(now.gap) else "—",
        )
        return max(now.seconds / effort.time_s, effort.gap / now.gap if 0 < now.gap < math.inf else 0.0), text

    return say


def _save(settings: SitingSettings) -> None:
    case, proposal, _lost = plan.at_hand(settings)
    names = {entry.name for entry in desk.saved()}
    name = next(letter for letter in "ABCDEFGH" if _("方案 {letter}").format(letter=letter) not in names)
    desk.saved().append(records.Saved(_("方案 {letter}").format(letter=name), desk.desk(), proposal, case))
