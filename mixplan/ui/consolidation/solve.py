"""The runs of the consolidation page: the plan, the trade-off, the joint run, the cost of deciding otherwise."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Any

import numpy as np
import streamlit as st

from mixplan.base.i18n import get_language
from mixplan.base.i18n import gettext as _
from mixplan.base.numbers import at_most_pct
from mixplan.base.progress import Progress
from mixplan.consolidation import joint, obstacles, tradeoff, words
from mixplan.consolidation import plan as consolidation_plan
from mixplan.consolidation.case import Case
from mixplan.jobs.job import Job
from mixplan.plan.words import solution_label
from mixplan.registers.points import load_demand
from mixplan.ui import runs, shared, texts
from mixplan.ui.consolidation.results import keeper
from mixplan.ui.consolidation.workspace import RUN, Workspace, joint_key, otherwise_key, pareto_key
from mixplan.ui.session import CON_ADOPTED

_OTHERWISE_S = 45.0


def searching(title: str, limit_s: float) -> Callable[[Progress], tuple[float, str]]:
    """Words for a search of at most some seconds: how long, and how far from the best the plan may be."""

    def say(now: Progress) -> tuple[float, str]:
        if np.isfinite(now.gap):
            text = _("{seconds:.0f} s：已有方案，与最优相差至多 {gap:.1f}%").format(
                seconds=now.seconds, gap=at_most_pct(now.gap)
            )
        else:
            text = _("{seconds:.0f} s：正在找第一个方案").format(seconds=now.seconds)
        return now.seconds / limit_s, f"{title} {text}"

    return say


def _begin(
    work: Workspace,
    key: Hashable,
    run: Callable[[Job[Any]], Any],
    say: Callable[[Progress], tuple[float, str]],
) -> None:
    runs.begin(RUN, run, about=work.key, say=say, take=keeper(key), stop=_("停止"))


def start_plan(work: Workspace) -> None:
    """Begin the plan of least cost."""
    CON_ADOPTED.forget()
    say = searching(_("正在求解"), work.choice.settings.time_limit_s)
    _begin(work, work.key, lambda job: consolidation_plan.solve(work.case, watcher=job.watch), say)


def start_pareto(work: Workspace) -> None:
    """Begin the trade-off between flagged stations kept and haul."""
    say = runs.counted(_("取舍曲线") + " {done}/{of}")
    _begin(work, pareto_key(work), lambda job: tradeoff.pareto(work.case, watcher=job.watch), say)


def start_joint(work: Workspace) -> None:
    """Begin the joint run of stations and new mortar lines."""
    book = shared.rules().with_margin(work.choice.margin_m)
    plants, _version = shared.register()

    def run(job: Job[Any]) -> joint.JointPlan:
        settings = joint.default_joint(book)
        return joint.solve(work.case, plants, shared.layers(), book, load_demand(), settings, watcher=job.watch)

    _begin(work, joint_key(work), run, searching(_("联合求解"), work.choice.settings.time_limit_s))


def start_otherwise(work: Workspace, plant_id: str) -> None:
    """Begin the exact cost of deciding otherwise on a station."""
    plan = work.plan
    assert plan is not None

    def run(job: Job[Any]) -> tradeoff.Otherwise:
        # Two searches, each with its own clock.
        return tradeoff.otherwise(plan, plant_id, time_limit_s=_OTHERWISE_S, watcher=job.watch)

    _begin(work, otherwise_key(work, plant_id), run, searching(_("另作决定"), _OTHERWISE_S))


@st.cache_resource(show_spinner=False, max_entries=64)
def _blocked(key: str, language: str, _case: Case) -> str:
    """What stands in the way of any plan, in words."""
    return " ".join(obstacle.text for obstacle in obstacles.obstacles(_case))


def run_bar(work: Workspace) -> None:
    """Start a run, watch it, stop it; what the shown plan is and how good it is."""
    runs.watch(RUN)
    runs.complain(RUN, work.key)
    busy = runs.running(RUN)
    button, text = st.columns([1, 5], vertical_alignment="center")
    label = _("求解方案") if work.plan is None else _("重新求解")
    button.button(
        texts.plain(label),
        type="primary",
        width="stretch",
        disabled=busy,
        key="con_solve",
        on_click=start_plan,
        args=(work,),
    )
    if work.plan is None:
        if blocked := _blocked(repr(work.key), get_language(), work.case):
            texts.message("error", blocked, text)
        elif not busy:
            text.info(_("尚未求解：地图和数字是 2010 年底的现状。设好左侧条件后点“求解方案”。"))
        return
    origin = _("来自取舍曲线的一点（不计问题分值）。") if work.adopted else ""
    ended = solution_label(work.plan.status) + _("。")
    text.markdown(texts.plain(" ".join(filter(None, (origin, ended, words.gap_sentence(work.plan.solution.gap))))))
