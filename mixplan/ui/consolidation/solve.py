"""The runs of the consolidation page: the plan, the trade-off, the joint run, the cost of deciding otherwise."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import streamlit as st

from mixplan.base.i18n import gettext as _
from mixplan.base.numbers import at_most_pct
from mixplan.consolidation import joint, obstacles, tradeoff, words
from mixplan.consolidation import plan as consolidation_plan
from mixplan.consolidation.model import Progress
from mixplan.jobs.job import Job
from mixplan.registers.points import load_demand
from mixplan.ui import shared, texts
from mixplan.ui.consolidation import runs
from mixplan.ui.consolidation.workspace import Workspace, key_of_plan

_OTHERWISE_S = 45.0


def _watcher(job: Job[Any], limit_s: float) -> Callable[[Progress], bool]:
    def watch(now: Progress) -> bool:
        if np.isfinite(now.gap):
            text = _("{seconds:.0f} s：已有方案，与最优相差至多 {gap:.1f}%").format(
                seconds=now.seconds, gap=at_most_pct(now.gap)
            )
        else:
            text = _("{seconds:.0f} s：正在找第一个方案").format(seconds=now.seconds)
        job.progress = (now.seconds / limit_s, text)
        return not job.stopping()

    return watch


def _counter(job: Job[Any], what: str) -> Callable[[int, int], bool]:
    def watch(done: int, of: int) -> bool:
        job.progress = (done / of, f"{what} {done}/{of}")
        return not job.stopping()

    return watch


def _solve(work: Workspace) -> None:
    limit = work.choice.settings.time_limit_s
    st.session_state.pop("con_adopted", None)
    runs.start(work.key, _("正在求解"), lambda job: consolidation_plan.solve(work.case, watcher=_watcher(job, limit)))


def start_pareto(work: Workspace) -> None:
    """Begin the trade-off between flagged stations kept and haul."""
    key = ("pareto", *work.key[1:])
    runs.start(key, _("取舍曲线"), lambda job: tradeoff.pareto(work.case, watcher=_counter(job, _("点"))))


def start_joint(work: Workspace) -> None:
    """Begin the joint run of stations and new mortar lines."""
    book = shared.rules().with_values({"near_sensitive_area": work.choice.margin_m})
    plants, _version = shared.register()
    limit = work.choice.settings.time_limit_s
    runs.start(
        ("joint", *work.key[1:]),
        _("联合求解"),
        lambda job: joint.joint(
            work.case,
            plants,
            shared.layers(),
            book,
            load_demand(),
            joint.default_joint(book),
            watcher=_watcher(job, limit),
        ),
    )


def start_otherwise(work: Workspace, plant_id: str) -> None:
    """Begin the exact cost of deciding otherwise on a station."""
    plan = work.plan
    assert plan is not None
    # Two searches, each with its own clock.
    runs.start(
        ("otherwise", key_of_plan(work), plant_id),
        _("另作决定"),
        lambda job: tradeoff.otherwise(plan, plant_id, time_limit_s=_OTHERWISE_S, watcher=_watcher(job, _OTHERWISE_S)),
    )


def run_bar(work: Workspace) -> None:
    """Start a run, watch it, stop it; what the shown plan is and how good it is."""
    with st.container():  # always there, so that nothing below moves to another place when a run begins or ends
        runs.report(work.key)
    busy = runs.running()
    button, text = st.columns([1, 5], vertical_alignment="center")
    label = _("求解方案") if work.plan is None else _("重新求解")
    if button.button(label, type="primary", width="stretch", disabled=busy, key="con_solve"):
        _solve(work)
        st.rerun()
    if work.plan is None:
        blocked = obstacles.obstacles(work.case)
        if blocked:
            texts.message("error", " ".join(o.text for o in blocked), text)
        elif not busy:
            text.info(_("尚未求解：地图和数字是 2010 年底的现状。设好左侧条件后点“求解方案”。"))
        return
    origin = _("来自取舍曲线的一点（不计问题分值）。") if work.adopted else ""
    ended = words.status_label(work.plan.status) + _("。")
    text.markdown(" ".join(filter(None, (origin, ended, words.gap_sentence(work.plan.solution.gap)))))
