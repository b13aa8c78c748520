"""The runs of the consolidation page: the plan, the trade-off, the joint run, the cost of deciding otherwise."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any

import streamlit as st

from mixplan.base.i18n import get_language
from mixplan.base.i18n import gettext as _
from mixplan.consolidation import joint, obstacles, words
from mixplan.consolidation.case import Case
from mixplan.plan.words import solution_label
from mixplan.registers.points import load_demand
from mixplan.ui import runs, shared, texts
from mixplan.ui.consolidation.work import CON, Asked, Kind
from mixplan.ui.consolidation.workspace import Workspace, joint_key, otherwise_key, pareto_key
from mixplan.ui.session import CON_ADOPTED

_OTHERWISE_S = 45.0
_TRADEOFF_S, _TRADEOFF_STEPS = 20.0, 7
# Beside the search itself, the work prices its answer and makes tables of it; a run that takes longer by far is ended.
_BESIDE_S = 30.0


def _begin(asked: Asked, function: str, *args: Any, searches: int = 1, **options: Any) -> None:
    limit_s = searches * asked.time_s + _BESIDE_S
    runs.begin(CON, function, *args, about=asked, limit_s=limit_s, options=options)


def _asked(work: Workspace, kind: Kind, key: Hashable, time_s: float | None = None) -> Asked:
    return Asked(kind, key, work.key, work.choice.settings.time_limit_s if time_s is None else time_s)


def start_plan(work: Workspace) -> None:
    """Begin the plan of least cost."""
    CON_ADOPTED.forget()
    _begin(_asked(work, "plan", work.key), "mixplan.consolidation.tradeoff:solve_and_explain", work.case)


def start_pareto(work: Workspace) -> None:
    """Begin the trade-off between flagged stations kept and haul."""
    _begin(
        _asked(work, "pareto", pareto_key(work), _TRADEOFF_S),
        "mixplan.consolidation.tradeoff:pareto",
        work.case,
        searches=_TRADEOFF_STEPS,
        steps=_TRADEOFF_STEPS,
        time_limit_s=_TRADEOFF_S,
    )


def start_joint(work: Workspace) -> None:
    """Begin the joint run of stations and new mortar lines."""
    book = shared.rules().with_margin(work.choice.margin_m)
    plants, _version = shared.register()
    given = (work.case, plants, shared.layers(), book, load_demand(), joint.default_joint(book))
    _begin(_asked(work, "joint", joint_key(work)), "mixplan.consolidation.joint:solve", *given)


def start_otherwise(work: Workspace, plant_id: str) -> None:
    """Begin the exact cost of deciding otherwise on a station: two searches, each with its own clock."""
    _begin(
        _asked(work, "otherwise", otherwise_key(work, plant_id), _OTHERWISE_S),
        "mixplan.consolidation.tradeoff:otherwise",
        work.plan,
        plant_id,
        searches=2,
        time_limit_s=_OTHERWISE_S,
    )


@st.cache_resource(show_spinner=False, max_entries=64)
def _blocked(key: str, language: str, _case: Case) -> str:
    """What stands in the way of any plan, in words."""
    return " ".join(obstacle.text for obstacle in obstacles.obstacles(_case))


def run_bar(work: Workspace) -> None:
    """Start a run, watch it, stop it; what the shown plan is and how good it is."""
    runs.watch(CON)
    runs.complain(CON, lambda asked: bool(asked.inputs == work.key))
    busy = runs.running(CON)
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
