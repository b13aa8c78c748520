"""Solve, stop, put aside: the bar above the map."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

import streamlit as st

from mixplan.base.i18n import gettext as _
from mixplan.base.progress import Progress
from mixplan.projects.project import Project, Result
from mixplan.siting.asked import Asked
from mixplan.siting.case import SitingCase
from mixplan.siting.settings import Effort
from mixplan.ui import runs, texts, work
from mixplan.ui.session import SITING_TRIED
from mixplan.ui.setting import setting
from mixplan.ui.siting import answers, bounds, desk, plan
from mixplan.ui.siting.answers import Answer
from mixplan.ui.siting.plan import AtHand

# Beside the search itself, the work prices its answer; a run that takes longer by far is ended with its best.
_BESIDE_S = 20.0


@dataclass(frozen=True)
class Run:
    """What a solve is about.

    Attributes
    ----------
    place : str
        Where the work is kept that it is for.
    hash : str
        Of what is asked.
    begun_at : str
        When, UTC.
    on_desk : bool
        Whether the answer goes on the desk; else what it proves is all that is wanted.
    """

    place: str
    hash: str
    begun_at: str
    effort: Effort
    on_desk: bool = True


def _say(about: Run, now: Progress) -> tuple[float, str]:
    """The time that is used up or the gap that is proven, whichever is further."""
    text = _("已用 {seconds:.0f} 秒 · 当前最好 {objective} · 下界 {bound} · 差距 {gap}").format(
        seconds=now.seconds,
        objective=texts.number(now.objective if math.isfinite(now.objective) else None, 1),
        bound=texts.number(now.bound if math.isfinite(now.bound) else None, 1),
        gap=f"{now.gap:.2%}" if now.gap < 1 else "—",  # a bound of nothing says nothing
    )
    if now.text:
        text += f" · {now.text}"
    proven = about.effort.gap / now.gap if 0 < now.gap < math.inf else 0.0
    return max(now.seconds / about.effort.time_s, proven), text


def _take(about: Run, raw: Mapping[str, Any]) -> None:
    """Put an answer on the desk of the project that asked for it, whichever is open by now."""
    answer = answers.read(raw)
    kept = answers.keep(about.place, answer, made_at=about.begun_at) if about.on_desk else None
    work.change_of(about.place, lambda project: _taken(project, answer, kept))
    if about.on_desk and answer.proposal.status != "infeasible":
        desk.focus(None)


def _taken(project: Project, answer: Answer, kept: Result | None) -> Project:
    siting = bounds.with_answer(project.siting, answer)
    if kept is not None and answer.proposal.status == "infeasible":
        siting = replace(siting, desk=replace(siting.desk, impossible=kept))
    elif kept is not None:
        at = siting.desk
        # What the planner has set meanwhile stays set.
        lines = {site: n for site, n in answer.proposal.lines.items() if site not in at.forbidden}
        at = replace(at, begun=True, plan={**lines, **at.locked}, solved=kept, impossible=None)
        siting = replace(siting, desk=at)
    return replace(project, siting=siting)


# The run that looks for the sites.
SOLVE = runs.Work("siting_solve", _say, _take, lambda: _("停止，采用当前最好方案"), once=True)


def collect() -> None:
    """Take over an answer that has come."""
    runs.collect(SOLVE)


def controls(now: AtHand) -> None:
    """Solve, stop, put aside: the buttons above the map, and the progress of a solve under way."""
    if _is_due(now):
        _begin(now)
    running, saved = runs.running(SOLVE), work.project().siting.saved
    solve, auto, clear, keep, _rest = st.columns([3, 3, 2, 3, 3], vertical_alignment="center")
    solve.button(
        _("重新求解") if now.stale else _("求解"),
        type="primary",
        disabled=running,
        width="stretch",
        key="siting_solve",
        icon=":material/play_arrow:",
        on_click=_begin,
        args=(now,),
        help=_("锁定的站点保留，禁用的候选点不用，其余由求解器选定。"),
    )
    auto.toggle(
        _("自动求解"),
        help=_("改变设置、锁定或数据后自动重新求解；手工放的线仍然保留。"),
        **setting(("siting", "auto"), False, "siting_auto"),
    )
    clear.button(
        _("清空"),
        disabled=not now.desk.plan or running,
        on_click=desk.drop_unlocked,
        width="stretch",
        help=_("只留下锁定的站点"),
        key="siting_clear",
    )
    keep.button(
        texts.plain(_("存入对比（{count}/{most}）").format(count=len(saved), most=desk.MOST_SAVED)),
        disabled=not now.desk.plan or running or len(saved) >= desk.MOST_SAVED,
        width="stretch",
        on_click=desk.save,
        args=(len(saved),),
        key=f"siting_save_{len(saved)}",
    )
    runs.watch(SOLVE)
    with st.container():  # always there, so that the map below stays where it is whatever is to be said
        runs.complain(SOLVE, lambda about: bool(about.hash == now.asked.hash))
        _standing(now)


def _standing(now: AtHand) -> None:
    """Where the plan comes from, and what has changed since it was solved."""
    if now.problem:
        texts.message("warning", now.problem)
    if not now.desk.begun:
        st.caption(_("随附方案：按规划的条数和随附数据已经求解好；改动它就成为自己的方案。"))
    if changes := now.changes:
        text = _("求解以后改变了：{changes}。").format(changes=_("、").join(changes))
        if now.stale:
            text += _("数字已按现在的设置重算，站点还是原来求得的。")
        texts.message("warning" if now.stale else "info", text)


def _is_due(now: AtHand) -> bool:
    """Whether a solve begins by itself: asked for, not answered yet, and not tried in vain or undone."""
    return (
        work.project().siting.auto
        and not now.solved
        and not runs.running(SOLVE)
        and now.asked.hash not in (SITING_TRIED.get(), now.impossible)
    )


def _begin(now: AtHand) -> None:
    # What was solved for another question is where to start from; the same question again begins afresh.
    start = None if now.solved else dict(now.desk.plan) or None
    _solve(now.case, now.asked, on_desk=True, start=start)


def begin_unwished(now: AtHand) -> None:
    """Solve without the locks and bans, to learn what they cost."""
    case, asked = plan.unwished(now)
    _solve(case, asked, on_desk=False)


def _solve(case: SitingCase, asked: Asked, *, on_desk: bool, start: Mapping[str, int] | None = None) -> None:
    place, effort = work.keep(), work.project().siting.wishes.effort()
    if not place:  # the page says why
        return
    if on_desk:
        SITING_TRIED.put(asked.hash)
    about = Run(place, asked.hash, datetime.now(UTC).isoformat(timespec="seconds"), effort, on_desk)
    limit_s = effort.time_s + _BESIDE_S
    given, options = (case, effort, asked), {"start": start}
    runs.begin(SOLVE, "mixplan.siting.answers:solve_record", *given, about=about, limit_s=limit_s, options=options)
