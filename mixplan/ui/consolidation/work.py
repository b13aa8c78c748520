"""The long work of the consolidation page: one run at a time, whichever of its questions it answers."""

from __future__ import annotations

import math
from collections.abc import Hashable
from dataclasses import dataclass
from typing import Any, Literal

from mixplan.base.i18n import gettext as _
from mixplan.base.numbers import at_most_pct
from mixplan.base.progress import Progress
from mixplan.ui import runs, texts
from mixplan.ui.consolidation import results

Kind = Literal["plan", "pareto", "joint", "otherwise"]


@dataclass(frozen=True)
class Asked:
    """What a run is about.

    Attributes
    ----------
    key : Hashable
        Under what its result is kept.
    inputs : Hashable
        Settings and register of the page.
    time_s : float
        Time that a search has.
    """

    kind: Kind
    key: Hashable
    inputs: Hashable
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


def _take(asked: Asked, found: Any) -> None:
    results.keep(asked.key, found)


CON = runs.Work("con", _say, _take, lambda: _("停止，采用当前最好方案"))
