"""The long work of the consolidation page: one run at a time, whichever of its questions it answers."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from functools import partial
from typing import Literal

from mixplan.base.i18n import gettext as _
from mixplan.base.numbers import at_most_pct
from mixplan.base.progress import Progress
from mixplan.consolidation.answers import Answer
from mixplan.projects import project as projects_project
from mixplan.projects.project import FileUse, Path, Project, Result
from mixplan.ui import runs, texts, work

Kind = Literal["plan", "pareto", "joint", "otherwise"]


@dataclass(frozen=True)
class Asked:
    """What a run is about.

    Attributes
    ----------
    place : str
        Where the work is kept that the answer is for.
    path : tuple of str
        Where the answer goes in it.
    inputs : str
        Hash of what is asked.
    register : FileUse or None
        The planner's own stations that it is asked of.
    time_s : float
        Time that a search has.
    """

    kind: Kind
    place: str
    path: Path
    inputs: str
    register: FileUse | None
    time_s: float


def _title(kind: Kind) -> str:
    return {
        "plan": _("正在求解"),
        "pareto": _("取舍曲线"),
        "joint": _("联合求解"),
        "otherwise": _("另作决定"),
    }[kind]


def _say(asked: Asked, now: Progress) -> tuple[float, str]:
    """How long, and how far from the best the plan may be; of the trade-off, how many points are done."""
    text = _("{title}：{seconds:.0f} 秒").format(title=_title(asked.kind), seconds=now.seconds)
    if now.of:
        text += _(" · 第 {done} / {of} 点").format(done=min(now.done + 1, now.of), of=now.of)
    if math.isfinite(now.objective):
        text += _(" · 当前最好 {objective} 万元/年").format(objective=texts.number(now.objective))
    if math.isfinite(now.bound):
        text += _(" · 下界 {bound}").format(bound=texts.number(now.bound))
    if math.isfinite(now.gap):
        text += _(" · 与最优相差至多 {gap:.1f}%").format(gap=at_most_pct(now.gap))
    if now.text:
        text += f" · {now.text}"
    return (now.done / now.of if now.of else now.seconds / asked.time_s), text


def _take(asked: Asked, answer: Answer) -> None:
    """Put an answer into the project that it was asked for, whichever is open by now."""
    made = work.put_result_of(
        asked.place, answer.record, inputs=asked.inputs, figures=answer.figures, made_at=answer.made_at
    )
    work.change_of(asked.place, partial(_with, asked, replace(made, register=asked.register)))


def _with(asked: Asked, made: Result, project: Project) -> Project:
    if projects_project.at(project, asked.path) == made:  # another tab was quicker
        return project
    project = projects_project.with_at(project, asked.path, made)
    if asked.kind in ("plan", "joint"):
        project = projects_project.with_at(project, ("consolidation", "shown"), asked.path[-1])
    return project


CON = runs.Work("con", _say, _take, lambda: _("停止，采用当前最好方案"), once=True)
