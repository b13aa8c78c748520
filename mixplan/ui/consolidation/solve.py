"""The runs of the consolidation page: the plan, the trade-off, the joint run, the cost of deciding otherwise."""

from __future__ import annotations

from typing import Any

import streamlit as st

from mixplan.base.i18n import get_language
from mixplan.base.i18n import gettext as _
from mixplan.consolidation import obstacles, words
from mixplan.consolidation.case import Case
from mixplan.consolidation.inputs import Inputs
from mixplan.plan.words import solution_label
from mixplan.projects.project import Path, PlanKind
from mixplan.projects.staleness import plan_sentence
from mixplan.registers.points import load_demand
from mixplan.ui import runs, shared, texts, work
from mixplan.ui.consolidation import plans
from mixplan.ui.consolidation.asked import CON, Asked, Kind
from mixplan.ui.consolidation.plans import Shown
from mixplan.ui.consolidation.workspace import Workspace
from mixplan.ui.session import CON_AUTO
from mixplan.ui.setting import setting

_OTHERWISE_S = 45.0
_TRADEOFF_S, _TRADEOFF_STEPS = 20.0, 7
# Beside the search itself, the work prices its answer and makes tables of it; a run that takes longer by far is ended.
_BESIDE_S = 30.0


def _begin(asked: Asked, function: str, *args: Any, searches: int = 1, **options: Any) -> None:
    if not asked.place:  # the page says why
        return
    limit_s = searches * asked.time_s + _BESIDE_S
    runs.begin(CON, f"mixplan.consolidation.answers:{function}", *args, about=asked, limit_s=limit_s, options=options)


def _asked(kind: Kind, path: Path, inputs: str, time_s: float) -> Asked:
    return Asked(kind, work.keep(), ("consolidation", *path), inputs, work.project().register, time_s)


def _case(inputs: Inputs) -> Case:
    return plans.case_of(inputs, work.project().register)[0]


def start(kind: PlanKind) -> None:
    """Begin a plan of a kind, with what is set now."""
    inputs = plans.asked(kind)
    if kind == "tradeoff":
        asked = _asked("pareto", ("tradeoff",), inputs.hash, _TRADEOFF_S)
        how = {"steps": _TRADEOFF_STEPS, "time_limit_s": _TRADEOFF_S}
        _begin(asked, "tradeoff_answer", _case(inputs), inputs, searches=_TRADEOFF_STEPS, **how)
        return
    time_s = inputs.settings.time_limit_s
    if kind == "joint":
        plants, _version = shared.register()
        given = (_case(inputs), plants, shared.layers(), shared.rules_in_force(), load_demand(), inputs)
        _begin(_asked("joint", ("plans", kind), inputs.hash, time_s), "joint_answer", *given)
    else:
        asked, case = _asked("plan", ("plans", kind), inputs.hash, time_s), _case(inputs)
        _begin(asked, "plan_answer", case, inputs, older=plans.older(kind))


def start_otherwise(shown: Shown, plant_id: str) -> None:
    """Begin the exact cost of deciding otherwise on a station: two searches, each with its own clock."""
    asked = _asked("otherwise", ("otherwise", plant_id), shown.key, _OTHERWISE_S)
    given = (shown.plan, plant_id, shown.inputs)
    _begin(asked, "otherwise_answer", *given, searches=2, time_limit_s=_OTHERWISE_S)


@st.cache_resource(show_spinner=False, max_entries=64)
def _blocked(key: str, language: str, _case: Case) -> str:
    """What stands in the way of any plan, in words."""
    return " ".join(obstacle.text for obstacle in obstacles.obstacles(_case))


def run_bar(space: Workspace) -> None:
    """Start a run, watch it, stop it; have stale plans solved again by themselves."""
    blocked = _blocked(space.asked, get_language(), space.case)
    _follow(space, blocked)
    runs.watch(CON)
    runs.complain(CON, lambda asked: asked.inputs in _questions(space))
    button, automatic, text = st.columns([2, 2.6, 7.4], vertical_alignment="center")
    button.button(
        texts.plain(_("求解方案") if space.plan is None else _("重新求解")),
        type="primary",
        width="stretch",
        disabled=runs.running(CON),
        key="con_solve",
        on_click=start,
        args=(plans.asked_kind(),),
    )
    automatic.toggle(
        _("自动求解"),
        help=_("条件或决定改变后自动重新求解显示的方案。"),
        **setting(("consolidation", "auto"), False, "con_auto"),
    )
    if blocked:
        texts.message("error", blocked, text)
    elif space.shown is not None:
        with text:
            _standing(space.shown)
    elif not runs.running(CON):
        texts.message("info", _nothing_yet(space), text)


def _nothing_yet(space: Workspace) -> str:
    """What the page shows while there is no plan of the kind that is asked for, though there may be others."""
    if space.offers:
        text = _("还没有“{kind}”：地图和数字是 2010 年底的现状。点“求解方案”求解，或在下面选看已有的方案。")
        return text.format(kind=plans.kind_label(plans.asked_kind()))
    return _("尚未求解：地图和数字是 2010 年底的现状。设好左侧条件后点“求解方案”。")


def _standing(shown: Shown) -> None:
    """How the search for the plan ended and how good it is; what has changed since, with a way to solve it again."""
    kind = shown.offer.kind
    if not shown.offer.stale:
        origin = _("来自取舍曲线的一点（不计问题分值）。") if kind == "tradeoff" else ""
        ended = solution_label(shown.plan.status) + _("。")
        st.markdown(texts.plain(" ".join(filter(None, (origin, ended, words.gap_sentence(shown.plan.solution.gap))))))
        return
    texts.message("warning", plan_sentence(shown.changed))
    if kind != plans.asked_kind():  # else the button beside it does it
        st.button(
            texts.plain(_("重新求解：{kind}").format(kind=plans.kind_label(kind))),
            key="con_again",
            disabled=runs.running(CON),
            on_click=start,
            args=(kind,),
        )


def _questions(space: Workspace) -> set[str]:
    """Hashes of what can be asked with what is set now."""
    shown = set() if space.shown is None else {space.shown.key}
    return {space.asked, *(plans.asked(kind).hash for kind in plans.KINDS), *shown}


def _follow(space: Workspace, blocked: str) -> None:
    """Solve the plan that is shown again where that is wished for and something else is set; each question once."""
    if not work.project().consolidation.auto or blocked or not space.stale or space.shown is None:
        return
    kind = space.shown.offer.kind
    inputs = plans.asked(kind).hash
    if CON_AUTO.get() == inputs:
        return
    asked = runs.about(CON)
    if asked is not None and asked.kind not in ("plan", "joint"):  # what was asked for by hand goes first
        return
    runs.drop(CON)  # nobody waits any more for what was set before
    CON_AUTO.put(inputs)
    start(kind)
