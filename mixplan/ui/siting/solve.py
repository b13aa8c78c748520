"""Solve, stop, undo, put aside: the bar above the map."""

import streamlit as st

from mixplan.base.i18n import gettext as _
from mixplan.siting.settings import Effort, SitingSettings
from mixplan.ui import runs, texts
from mixplan.ui.siting import case as siting_case
from mixplan.ui.siting import desk, plan, records
from mixplan.ui.siting.plan import SOLVE

# Beside the search itself, the work prices its answer; a run that takes longer by far is ended with its best.
_BESIDE_S = 20.0


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
    asked = plan.asked(settings, desk.desk())
    runs.complain(SOLVE, lambda about: bool(about.question == asked))


def _begin(settings: SitingSettings, effort: Effort) -> None:
    case = siting_case.case_of(settings, desk.desk())
    about = plan.Asked(plan.asked(settings, desk.desk()), effort)
    limit_s = effort.time_s + _BESIDE_S
    runs.begin(SOLVE, "mixplan.siting.proposal:solve_case", case, effort, about=about, limit_s=limit_s)


def _save(settings: SitingSettings) -> None:
    case, proposal, _lost = plan.at_hand(settings)
    names = {entry.name for entry in desk.saved()}
    name = next(letter for letter in "ABCDEFGH" if _("方案 {letter}").format(letter=letter) not in names)
    desk.saved().append(records.Saved(_("方案 {letter}").format(letter=name), desk.desk(), proposal, case))
